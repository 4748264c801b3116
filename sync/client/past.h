/*
 * What a receipt says of this laptop's earlier lives (sync/journal/adopt.h). Their entries were sent once;
 * when the registry was put back to an older state it may lack them, and the device that wrote them is no
 * more. The table `life` remembers what is lacking until the next life has written it again.
 */
#ifndef ALLUVIA_CLIENT_PAST_H
#define ALLUVIA_CLIENT_PAST_H

#include "schema/db/db.h"
#include "sync/batch/receipt.h"

/* In the transaction that takes the receipt. ERR_DB. */
MUST_CHECK enum err past_learn(struct db *db, const struct receipt *r, struct errctx *e);
/* Whether the registry lacks entries of an earlier life that were not written again yet. */
MUST_CHECK enum err past_is_lacking(struct db *db, bool *out, struct errctx *e);
/* Whether this laptop had earlier lives at all. */
MUST_CHECK enum err past_is_any(struct db *db, bool *out, struct errctx *e);

#endif
