/*
 * Writing into the registry's own journal: a batch of entries by one person at one time, signed by the
 * registry's key and kept beside the laptops'. Nobody outside the store includes this.
 */
#ifndef ALLUVIA_REGISTRY_STORE_OWN_H
#define ALLUVIA_REGISTRY_STORE_OWN_H

#include "app/registry/store/inside.h"

struct own {
    struct registry_store *store;
    struct ledger_device device; /* head and chain move on with every entry */
    struct chain prev;           /* before the first */
    int64_t first;
    int64_t now;
    int64_t newest_at; /* instant of the newest entry */
    struct buf lines;
};

/* Begins the transaction. The first time of all, entry 1 is written with the registry's key. */
MUST_CHECK enum err own_begin(struct registry_store *s, int64_t now, struct own *out, struct errctx *e);
/* Writes ENTRY, whose `by` is set, and does what it says. Its address is *OUT_ADDRESS, which may be NULL. */
MUST_CHECK enum err own_put(struct own *own, struct entry *entry, int64_t *out_address, struct errctx *e);
/* RESULT ERR_OK signs, keeps and commits what was put, if anything was; else all of it never was. Gives
 * RESULT. */
MUST_CHECK enum err own_end(struct own *own, enum err result, struct errctx *e);

#endif
