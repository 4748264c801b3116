/* The registry's signed answers: how far it holds a journal, and what became of each entry. */
#ifndef ALLUVIA_SERVER_RECEIPTS_H
#define ALLUVIA_SERVER_RECEIPTS_H

#include "sync/server/ingest.h"

/* The packed receipt for FIRST … LAST (0, 0: none) of a device as it stands. */
MUST_CHECK enum err receipts_make(const struct ingest *in, uint32_t device, int64_t first, int64_t last,
                                  struct buf *receipt, struct errctx *e);
/*
 * To ASKING, what became of the entries FIRST … LAST of DEVICE, as many as are held and one answer takes,
 * with the chain value of the last of them: DEVICE is ASKING itself, or one that it goes on for and is
 * believed to, and then not behind what the two have in common. ERR_NOT_FOUND: it is neither.
 */
MUST_CHECK enum err receipts_entries(const struct ingest *in, uint32_t asking, uint32_t device, int64_t first,
                                     int64_t last, struct buf *receipt, struct errctx *e);
/* As receipts_make for no entries, with chain values from entry FROM back (or from the last one held,
 * whichever is less): for a laptop whose journal is another one. */
MUST_CHECK enum err receipts_points(const struct ingest *in, uint32_t device, int64_t from,
                                    struct buf *receipt, struct errctx *e);

/* chain(NUMBER) of a device, as far as it is held; chain(0) is its key's. */
MUST_CHECK enum err receipts_chain_at(struct ledger *ledger, const struct ledger_device *device,
                                      int64_t number, struct chain *out, struct errctx *e);

#endif
