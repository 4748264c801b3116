/*
 * One run against the registry: the lock, the connection, signed requests, what their answers mean in plain
 * words, and the pauses between tries. What is sent and what a receipt does is push.c's and receive.c's
 * business.
 */
#ifndef ALLUVIA_CLIENT_ENGINE_H
#define ALLUVIA_CLIENT_ENGINE_H

#include "sync/batch/problem.h"
#include "sync/client/link.h"
#include "sync/client/lock.h"
#include "sync/client/sync.h"

enum {
    ENGINE_TRIES = 8,        /* failures in a row, without an entry or an answer between them */
    ENGINE_TRIES_UNSEEN = 3, /* while no connection was ever made in this run: there is no network */
    ENGINE_FIRST_WAIT_MS = 1000,
    ENGINE_POLL_MS = 100 /* how soon a cancelled pause ends */
};

struct engine {
    const struct sync_options *o;
    struct sync_result *result;
    struct link_state state;
    struct journal_head head;
    int64_t sent_from; /* upto when the run began */
    struct lock lock;  /* one sync at a time */
    struct link *link; /* NULL until the first request */
    int64_t deadline_ms;
    int failures;
    bool seen;             /* a connection was made in this run */
    int64_t retry_after_s; /* of the last answer */
};

/* Takes the lock and reads the state. ERR_BUSY. engine_end also after a failure. */
MUST_CHECK enum err engine_begin(struct engine *g, const struct sync_options *o, struct sync_result *result,
                                 struct errctx *e);
void engine_end(struct engine *g);

struct question {
    const char *path;
    const struct buf *body; /* NULL for a GET */
    const char *media_type; /* of the body */
    const char *extra[2];   /* further headers; NULL for none */
};
struct reply {
    struct link_answer answer;
    enum problem_type problem; /* PROBLEM_NONE: none, or not told in our form */
    int64_t expected;          /* of a gap; 0 unknown */
};
void reply_done(struct reply *r);

/*
 * Sends one signed request, once. ERR_OK for 200, 201 and 204 alone, whose body still proves nothing; else
 * the kinds of sync_run in words.
 */
MUST_CHECK enum err engine_ask(struct engine *g, const struct question *q, struct reply *out,
                               struct errctx *e);

/* After a failed try, which E tells: ERR_OK when it is worth another, after the pause; else E's kind. */
MUST_CHECK enum err engine_pause(struct engine *g, struct errctx *e);

void engine_tell(const struct engine *g, enum sync_event_kind kind, const char *text);

#endif
