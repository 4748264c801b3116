/* HTTP over a plain socket, as bytes: for tests that look at what really travels. */
#ifndef ALLUVIA_TESTS_WIRE_H
#define ALLUVIA_TESTS_WIRE_H

#include "schema/base/buf.h"
#include "sync/batch/http_signature.h"

struct wire_reply {
    int status;
    char *headers; /* from the status line to the empty line; owned */
    struct buf body;
};
void wire_reply_done(struct wire_reply *r);
/* The value of a header, "" when it has none; OUT has 128 bytes. */
const char *wire_header(const struct wire_reply *r, const char *name, char out[128]);

/* A connection to the port on loopback. */
int wire_connect(int port);
/* Sends REQUEST, which says `Connection: close`, and reads to the end. */
void wire_ask(int port, const struct buf *request, struct wire_reply *out);

struct wire_request {
    const char *method;
    const char *target;
    const struct buf *body;      /* NULL for none */
    const struct device *signer; /* NULL: unsigned */
    const char *extra;           /* further header lines, each with its line break; NULL for none */
};
void wire_write(const struct wire_request *r, struct buf *out);

#endif
