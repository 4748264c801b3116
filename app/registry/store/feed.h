/* The feed, for the files of the registry's store: what is told besides entries (sync/server/ledger.h). */
#ifndef ALLUVIA_REGISTRY_STORE_FEED_H
#define ALLUVIA_REGISTRY_STORE_FEED_H

#include "app/registry/store/inside.h"

/* The functions of struct ledger that belong to the feed. */
void feed_init(struct registry_store *s);
/* Where a transaction begins or ends: another one may have added to the feed since. */
void feed_forget_place(struct registry_store *s);

/* Within a transaction, before whose first call stands feed_forget_place. */
MUST_CHECK enum err feed_tell_revoked(struct registry_store *s, uint32_t device, int64_t at,
                                      struct errctx *e);
/* What DEVICE wrote behind entry NUMBER, for its later lives: whatever was applied, of every kind. */
MUST_CHECK enum err feed_tell_life(struct registry_store *s, uint32_t device, int64_t number, int64_t at,
                                   struct errctx *e);
MUST_CHECK enum err feed_tell_file(struct registry_store *s, const char *file, int64_t at, struct errctx *e);

#endif
