/* A laptop that goes on with another one's work: whom the registry believes that. */
#ifndef ALLUVIA_SERVER_HEIRS_H
#define ALLUVIA_SERVER_HEIRS_H

#include "sync/server/ingest.h"

struct heir {
    bool is_one;
    struct predecessor after; /* what its first entry says of its predecessor … */
    struct ledger_device of;  /* … which is this one */
};

/* Whether the first entry of a batch, which brings KEY, names a predecessor that is known here and whose key
 * has signed that, and the batch is signed by KEY. */
MUST_CHECK enum err heirs_find(struct ledger *ledger, const struct container *c, const uint8_t key[KEY_BYTES],
                               struct heir *out, struct errctx *e);

/* Keeps what the first entry of DEVICE says of its predecessor, with who vouches for it. */
MUST_CHECK enum err heirs_take(const struct ingest *in, const struct ledger_device *device,
                               const struct predecessor *after, struct errctx *e);

#endif
