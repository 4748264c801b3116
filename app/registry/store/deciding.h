/* A decision on its way into the registry's journal: what decide.c and resolve.c share; nobody else includes
 * this. */
#ifndef ALLUVIA_REGISTRY_STORE_DECIDING_H
#define ALLUVIA_REGISTRY_STORE_DECIDING_H

#include "app/registry/store/own.h"

struct deciding {
    struct own own;
    const char *by;
    struct buf why; /* clean; empty when none was given */
};

/* Checks who decides and begins the transaction. */
MUST_CHECK enum err deciding_begin(struct deciding *d, struct registry_store *s, const char *by,
                                   const char *why, int64_t now, struct errctx *e);
/* RESULT ERR_OK keeps what was decided, else nothing was. Gives RESULT. */
MUST_CHECK enum err deciding_end(struct deciding *d, enum err result, struct errctx *e);
/* Fills what all decisions about ROW share. */
void deciding_start(const struct deciding *d, enum op op, const struct row *row, struct entry *out);

#endif
