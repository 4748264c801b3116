/* What goes next: batches of unsent entries in their packed form, for HTTP, for sticks and for estimates. */
#ifndef ALLUVIA_CLIENT_OUTBOX_H
#define ALLUVIA_CLIENT_OUTBOX_H

#include "sync/client/sync.h"

enum {
    OUTBOX_SCHEMA = 1,        /* of the entries that this program writes */
    OUTBOX_TARGET_MS = 5000,  /* transfer time of a batch: the flat best for cuts every 10 to 300 s */
    OUTBOX_LEAST_ENTRIES = 10 /* halving ends here: less is all header */
};

struct parcel {
    struct batch_header header;
    struct buf packed;
    bool prefixed; /* needs the journal's bytes before header.first to be read */
};
void parcel_done(struct parcel *p);

struct outbox {
    struct db *db;
    const struct device *me;
    struct journal_head head;
    const char *code; /* of the invitation, to be presented; "" for none */
    int64_t now;
};

/* Packs at most MOST entries from FIRST on, fewer when they would pass the limits of a batch. PREFIXED: with
 * the journal before FIRST as prefix, if there is any. */
MUST_CHECK enum err outbox_pack(const struct outbox *o, int64_t first, int64_t most, bool prefixed,
                                struct parcel *out, struct errctx *e);

/* How many entries the next batch tries, after one of SIZE that took MS to travel. */
int64_t outbox_grow(int64_t size, int64_t ms);
int64_t outbox_shrink(int64_t size);
/* A size as remembered, brought within its bounds; 0 means the start. */
int64_t outbox_size(int64_t remembered);

#endif
