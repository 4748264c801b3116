/*
 * The HTTP interface without HTTP: a request in, a reply out (schema/api/openapi.yaml describes both). The
 * adapter puts it on the wire; tests call it as it is.
 */
#ifndef ALLUVIA_SERVER_ROUTES_H
#define ALLUVIA_SERVER_ROUTES_H

#include "sync/batch/http_signature.h"
#include "sync/server/ledger.h"
#include "sync/server/throttle.h"

struct http_reply {
    int status;
    const char *media_type; /* constant text */
    struct buf body;        /* owned */
    const char *allow;      /* for 405; constant text; NULL otherwise */
    int retry_after_s;      /* for 429 and 503; 0 otherwise */
    /* For the log, which holds no personal data: the path's pattern and the device whose signature was
     * verified. */
    const char *route;
    char device[DEVICE_CODE_BYTES];
    const char *problem; /* word of the problem; NULL without one */
    char cause[200];     /* of a fault of ours … */
    bool stuck;          /* … that only a new process gets over */
};
void http_reply_done(struct http_reply *reply);

struct routes {
    struct ledger *ledger;
    const struct device *registry;
    int64_t now;               /* UTC seconds */
    struct throttle *throttle; /* NULL: nobody is held back */
    int64_t tick_ms;           /* of a clock that only rises, for the throttle */
    uint64_t stranger; /* throttle_key_of_stranger of the one who asks, for as long as nobody is known */
};

enum {
    /* What is read of a laptop that is not enrolled: the beginning of its journal, not a season. */
    STRANGER_MAX_BODY = 1024 * 1024,
};

/*
 * Before anything of a body is read, of the headers alone: whether it will be. False: OUT has the answer. A
 * batch is read of those whose signature over the headers is right; the body must then be what the headers
 * say of it. *OUT_MAX_BODY is how much of it.
 */
bool routes_admit(const struct routes *world, const struct http_message *head, size_t *out_max_body,
                  struct http_reply *out);

/* A body that is larger than it may be. */
void routes_too_large(struct http_reply *out);
/* So many requests at once that this one cannot be read: 503. */
void routes_busy(struct http_reply *out);

/* Answers always; OUT is set by this. */
void routes_answer(const struct routes *world, const struct http_message *request, struct http_reply *out);

#endif
