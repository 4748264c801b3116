/* The registry's signed answers: how far it holds a journal, and what became of each entry. */
#ifndef ALLUVIA_SERVER_RECEIPTS_H
#define ALLUVIA_SERVER_RECEIPTS_H

#include "sync/server/ingest.h"

/* The packed receipt for FIRST … LAST (0, 0: none) of a device as it stands. */
MUST_CHECK enum err receipts_make(const struct ingest *in, uint32_t device, int64_t first, int64_t last,
                                  struct buf *receipt, struct errctx *e);
/* The same for no entries, with chain values from entry FROM back (or from the last one held, whichever is
 * less): for a laptop whose journal is another one. */
MUST_CHECK enum err receipts_points(const struct ingest *in, uint32_t device, int64_t from,
                                    struct buf *receipt, struct errctx *e);

/* chain(NUMBER) of a device, as far as it is held; chain(0) is its key's. */
MUST_CHECK enum err receipts_chain_at(struct ledger *ledger, const struct ledger_device *device,
                                      int64_t number, struct chain *out, struct errctx *e);

#endif
