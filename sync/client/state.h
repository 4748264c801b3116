/*
 * What the laptop remembers of its registry: the tables `link` and `disposition`. It moves only in a
 * transaction of the caller's, after a signature was verified; losing it costs repeated bytes, no data.
 */
#ifndef ALLUVIA_CLIENT_STATE_H
#define ALLUVIA_CLIENT_STATE_H

#include "sync/client/sync.h"

/* A registry as a person or a stick brought it. */
struct state_registry {
    const struct buf *packed; /* the signed container */
    const char *url;          /* in its form; "" unknown */
    const char *code;         /* "" without one */
    bool enrolled;            /* its answer says that it knows this device */
};
/* For the registry that is known already, what was received from it stays; for another one it begins anew. */
MUST_CHECK enum err state_set_registry(struct db *db, const struct state_registry *r, bool same,
                                       struct errctx *e);
/* A receipt as it came. */
struct state_packed {
    const void *bytes;
    size_t len;
    int64_t now; /* by our clock */
    bool fresh;  /* it answers a request of this moment */
};
/* R becomes the latest receipt: the registry knows this device and holds its journal up to there. The place
 * in the feed goes back to its beginning when it means nothing to this incarnation, or when the feed is
 * shorter than that: the registry was put back. What it said of entries then may be another thing now: all is
 * to be heard again. */
MUST_CHECK enum err state_set_receipt(struct db *db, const struct receipt *r,
                                      const struct state_packed *packed, struct errctx *e);
/* This laptop was told all events up to AFTER of the registry's INCARNATION. */
MUST_CHECK enum err state_set_feed(struct db *db, int64_t after, const char *incarnation, struct errctx *e);
/* The entries that R tells of are accepted unless it has a line on them: what older receipts said goes. */
MUST_CHECK enum err state_accept(struct db *db, const struct receipt *r, struct errctx *e);
/* What a receipt of instant AT says of one entry; a later receipt's word stands. */
MUST_CHECK enum err state_set_disposition(struct db *db, int64_t number, enum disposition is,
                                          const char *findings_json, int64_t at, struct errctx *e);
/* What became of the entries that R tells of is known now, and of all before them. */
MUST_CHECK enum err state_judged(struct db *db, const struct receipt *r, struct errctx *e);
/* The same three for a receipt of an earlier life (sync/journal/adopt.h). */
MUST_CHECK enum err state_accept_past(struct db *db, const struct receipt *r, struct errctx *e);
MUST_CHECK enum err state_set_past_disposition(struct db *db, int64_t entry, enum disposition is,
                                               const char *findings_json, int64_t at, struct errctx *e);
MUST_CHECK enum err state_judged_past(struct db *db, const struct receipt *r, struct errctx *e);
/* Remembers how the link was; needs no transaction. */
MUST_CHECK enum err state_learn(struct db *db, const struct link_state *state, struct errctx *e);
/* What `init` was given. */
MUST_CHECK enum err state_laptop(struct db *db, struct buf *name, struct buf *country, struct errctx *e);

/* Unpacks a container that has no prefix and takes it apart; ERR_PROTOCOL. Verifies nothing. */
MUST_CHECK enum err state_unpack(const void *bytes, size_t len, struct container *out, struct errctx *e);

#endif
