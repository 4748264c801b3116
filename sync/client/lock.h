/*
 * One of a kind for each database: one sync, one watch. The lock is flock on a file beside the database, held
 * by the process: however it ends, kill -9 and power cuts included, the kernel drops the lock with it, so
 * none is ever left behind. The file stays and names its latest holder. Paths that lead to one database (a
 * link, another working directory) lead to one lock.
 *
 * A database on a network share is on its own: some servers keep flock on one machine.
 */
#ifndef ALLUVIA_CLIENT_LOCK_H
#define ALLUVIA_CLIENT_LOCK_H

#include <stdint.h>

#include "schema/base/err.h"

enum lock_kind {
    LOCK_SYNC, /* DB.sync */
    LOCK_WATCH /* DB.watch */
};

struct lock {
    int fd;
};
#define LOCK_NONE ((struct lock){.fd = -1})

/* NOW goes into the file, for people. ERR_BUSY says which process has it; ERR_IO, ERR_DENIED. */
MUST_CHECK enum err lock_take(struct lock *l, const char *db_path, enum lock_kind kind, int64_t now,
                              struct errctx *e);
void lock_drop(struct lock *l);

#endif
