/* What taking in is measured against: the same rows put bare into the same engine, durable batch by batch. */
#ifndef ALLUVIA_TESTS_BENCH_FLOOR_H
#define ALLUVIA_TESTS_BENCH_FLOOR_H

#include <stdint.h>

#include "schema/base/buf.h"

struct floor {
    const char *name; /* of the engine */
    /* Writes what the registry just took: PLAIN is the batch, ID the address of its first entry. Nanoseconds.
     */
    int64_t (*take)(struct floor *f, int64_t id, const struct buf *plain);
    void (*close)(struct floor *f);
};

/* The lines into a bare journal table, with SQLite's own defaults; and with the registry's setting of how
 * seldom the WAL moves into the database. */
struct floor *floor_sqlite(void);
struct floor *floor_sqlite_tuned(void);
/* The rows of entries and yields, read back from the registry at URL, by COPY into bare tables beside it. */
struct floor *floor_postgres(const char *url);
/* The address of a new, empty schema NAME in the database at URL; the caller frees it. */
char *floor_postgres_place(const char *url, const char *name);

#endif
