/* A real registry in a folder of its own, for tests. */
#ifndef ALLUVIA_TESTS_MINISTRY_H
#define ALLUVIA_TESTS_MINISTRY_H

#include "app/registry/store/registry_store.h"
#include "sync/server/ingest.h"

enum {
    MINISTRY_NOW = 1795500000 /* 2026-11-24T06:40:00Z */
};

struct ministry {
    char folder[64];
    char *url; /* NULL: SQLite */
    struct registry_store *store;
    struct ledger *ledger;
    struct ingest ingest;
    char code[INVITATION_CODE_BYTES]; /* of an open invitation */
};

void ministry_init(struct ministry *m, bool training);
void ministry_done(struct ministry *m);

/* How many rows TABLE has; a constant name. */
int64_t ministry_count(struct ministry *m, const char *count_sql);

/* ingest_batch, expected to be refused with TYPE or, for PROBLEM_NONE, taken. RECEIPT and PROBLEM may be
 * NULL. */
void ministry_take(struct ministry *m, const struct buf *packed, enum problem_type type,
                   struct receipt *receipt, struct problem *problem);

/* Opens and verifies a packed receipt or invitation of the registry. */
void ministry_open(struct ministry *m, const struct buf *packed, struct container *out);

#endif
