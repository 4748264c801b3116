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
/* The next earlier life behind *DEVICE (0: the first), in order of their codes, of which the registry holds
 * entries FIRST … LAST that we do not know what became of; *DEVICE is 0 when there is none. */
MUST_CHECK enum err past_unheard(struct db *db, uint32_t *device, int64_t *first, int64_t *last,
                                 struct errctx *e);
/* Whether the chain value is that of an entry which DEVICE, an earlier life, has written and kept. */
MUST_CHECK enum err past_is_ours(struct db *db, uint32_t device, const struct receipt_point *p, bool *out,
                                 struct errctx *e);
/* Whether this laptop had earlier lives at all. */
MUST_CHECK enum err past_is_any(struct db *db, bool *out, struct errctx *e);

#endif
