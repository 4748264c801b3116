/* The way back: pages of the feed for one laptop, by HTTP or for a stick. */
#ifndef ALLUVIA_SERVER_FEED_H
#define ALLUVIA_SERVER_FEED_H

#include "sync/server/ledger.h"

struct feed_page {
    struct feed_header header; /* as written */
    int64_t events;            /* 0: there is nothing to tell, and no page */
    struct buf packed;         /* owned */
};
void feed_page_done(struct feed_page *page);

/* The page after AFTER for DEVICE, signed by REGISTRY. ERR_NOT_FOUND: no such device. */
MUST_CHECK enum err feed_page_make(struct ledger *ledger, const struct device *registry, uint32_t device,
                                   int64_t after, int64_t now, struct feed_page *out, struct errctx *e);

#endif
