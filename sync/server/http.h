/*
 * libmicrohttpd in front of the routes: receives a request within its limits, hands it over whole, sends the
 * reply. Everything runs on the daemon's one thread.
 */
#ifndef ALLUVIA_SERVER_HTTP_H
#define ALLUVIA_SERVER_HTTP_H

#include <microhttpd.h>
#include <stdatomic.h>

#include "sync/server/pace.h"
#include "sync/server/server.h"
#include "sync/server/throttle.h"

enum {
    HTTP_MAX_CONNECTIONS = 256,
    /* Seconds without a byte after which a connection is given up; pace.h has those that are merely slow. */
    HTTP_TIMEOUT_S = 60,
    HTTP_CONNECTION_BYTES = 32 * 1024, /* request line and headers; libmicrohttpd answers 431 to more */
    /* Bodies of all connections together. A working day is some kilobytes; this is four of the largest
     * batches. */
    HTTP_MAX_BUFFERED = 32 * 1024 * 1024,
};

struct http {
    const struct server_options *options;
    size_t buffered; /* bytes of bodies in memory; the daemon's thread only */
    struct pace *pace;
    struct throttle *throttle; /* the daemon's thread only */
    _Atomic int under_way;     /* requests that are answered and whose reply is not sent yet */
};

/* Callbacks for MHD_start_daemon; their first argument is the struct http. */
void *http_begin(void *http, const char *target, struct MHD_Connection *connection);
enum MHD_Result http_handle(void *http, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *version, const char *upload, size_t *upload_len,
                            void **state);
void http_connection(void *http, struct MHD_Connection *connection, void **peer,
                     enum MHD_ConnectionNotificationCode what);
void http_end(void *http, struct MHD_Connection *connection, void **state,
              enum MHD_RequestTerminationCode why);

#endif
