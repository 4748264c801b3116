/*
 * Peers that do not get on: connections are watched from a thread of their own, and one that is slower than
 * any link of ours is shut down, which the server sees as the peer's end. libmicrohttpd by itself only ends
 * those that are silent: a byte a minute would keep a connection for ever.
 */
#ifndef ALLUVIA_SERVER_PACE_H
#define ALLUVIA_SERVER_PACE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/err.h"

struct pace_limits {
    /* From the connection, or the end of the last answer, to the end of a request's headers: the TLS
     * handshake and the pauses of a laptop that keeps its connection are in it. */
    int64_t head_ms;
    int64_t grace_ms; /* of a body or an answer: a link that was cut is found again */
    int64_t
        bytes_per_s; /* that it must have made on average after that: a tenth of what 2G does on a bad day */
};
#define PACE_LIMITS ((struct pace_limits){.head_ms = 90 * 1000, .grace_ms = 120 * 1000, .bytes_per_s = 100})

enum pace_phase {
    PACE_HEAD,
    PACE_BODY,
    PACE_ANSWER,
};

/* One connection; lives from pace_add to pace_remove. */
struct pace_peer;
struct pace;

MUST_CHECK enum err pace_start(struct pace_limits limits, struct pace **out, struct errctx *e);
void pace_stop(struct pace *p); /* every peer was removed; NULL is allowed */

struct pace_peer *pace_add(struct pace *p, int fd);
void pace_remove(struct pace *p, struct pace_peer *peer);
/* BYTES: of the answer, for PACE_ANSWER. */
void pace_enter(struct pace *p, struct pace_peer *peer, enum pace_phase phase, size_t bytes);
/* More of a body has come. */
void pace_moved(struct pace *p, struct pace_peer *peer, size_t bytes);

#endif
