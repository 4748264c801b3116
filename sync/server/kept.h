/* Refused batches that are kept apart, for people to look at and to decide about. */
#ifndef ALLUVIA_SERVER_KEPT_H
#define ALLUVIA_SERVER_KEPT_H

#include "sync/batch/problem.h"
#include "sync/server/ledger.h"

/* Whether a batch of a device that we know, refused for this, is kept: it is not as it must be, or not
 * wanted. */
bool kept_is(enum problem_type type);

/* Puts REFUSED, whose hash is filled in here, into quarantine, in a form that is readable alone. ERR_BUSY as
 * the ledger has it. */
MUST_CHECK enum err kept_put(struct ledger *ledger, const struct container *c,
                             const struct batch_header *header, struct refused *refused, struct errctx *e);

#endif
