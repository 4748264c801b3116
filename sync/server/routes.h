/*
 * The HTTP interface without HTTP: a request in, a reply out (schema/api/openapi.yaml describes both). The
 * adapter puts it on the wire; tests call it as it is.
 */
#ifndef ALLUVIA_SERVER_ROUTES_H
#define ALLUVIA_SERVER_ROUTES_H

#include "sync/batch/http_signature.h"
#include "sync/server/ledger.h"

struct http_reply {
    int status;
    const char *media_type; /* constant text */
    struct buf body;        /* owned */
    const char *allow;      /* for 405; constant text; NULL otherwise */
    int retry_after_s;      /* for 503; 0 otherwise */
    /* For the log, which holds no personal data: the path's pattern and the device whose signature was
     * verified. */
    const char *route;
    char device[DEVICE_CODE_BYTES];
    const char *problem; /* word of the problem; NULL without one */
};
void http_reply_done(struct http_reply *reply);

struct routes {
    struct ledger *ledger;
    const struct device *registry;
    int64_t now; /* UTC seconds */
};

/* The largest body that is read for such a request; more is answered with routes_too_large. */
size_t routes_max_body(const char *method, const char *target);
void routes_too_large(struct http_reply *out);
/* So many requests at once that this one cannot be read: 503. */
void routes_busy(struct http_reply *out);

/* Answers always; OUT is set by this. */
void routes_answer(const struct routes *world, const struct http_message *request, struct http_reply *out);

#endif
