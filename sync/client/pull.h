/* Taking in what the registry tells: pages of the feed, by HTTP or from a file. */
#ifndef ALLUVIA_CLIENT_PULL_H
#define ALLUVIA_CLIENT_PULL_H

#include "sync/client/engine.h"

/* Asks for pages until there is no other, when the latest receipt told of something new. */
MUST_CHECK enum err pull_all(struct engine *g, struct errctx *e);

/* Packed. */
struct pull_page {
    const void *bytes;
    size_t len;
    bool asked; /* it came as the answer to a question of this moment, not in a file */
};
/*
 * Takes a page in one transaction: what was told already is passed over. RESULT gets how many events were
 * taken. ERR_PROTOCOL: no page of the known registry for this laptop; ERR_CONFLICT: pages before it are
 * missing, or the registry was put back since. An honest answer is neither: there it is ERR_PROTOCOL too.
 */
MUST_CHECK enum err pull_take(const struct sync_options *o, const struct pull_page *page,
                              struct feed_header *out, struct sync_result *result, struct errctx *e);

#endif
