#include "sync/server/http.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <syslog.h>
#include <time.h>

#include "sync/server/routes.h"

/* One request while it is received. */
struct request {
    char *target; /* as in the request line; owned */
    struct buf body;
    bool known; /* method and limit are known: the headers are there */
    bool too_large;
    bool no_room;
    bool answered;
    size_t max_body;
};

void *http_begin(void *http, const char *target, struct MHD_Connection *connection)
{
    (void)connection;
    (void)http;
    struct request *r = mem_zero(1, sizeof *r);
    r->target = str_dup(target);
    return r;
}

static void drop_body(struct http *h, struct request *r)
{
    h->buffered -= r->body.len;
    buf_done(&r->body);
}

void http_connection(void *http, struct MHD_Connection *connection, void **peer,
                     enum MHD_ConnectionNotificationCode what)
{
    struct http *h = http;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *fd =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *peer = fd ? pace_add(h->pace, fd->connect_fd) : NULL;
    } else if (*peer) {
        pace_remove(h->pace, *peer);
        *peer = NULL;
    }
}

/* NULL when the connection is not watched. */
static struct pace_peer *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void enter(const struct http *h, struct MHD_Connection *connection, enum pace_phase phase,
                  size_t bytes)
{
    struct pace_peer *peer = peer_of(connection);
    if (peer)
        pace_enter(h->pace, peer, phase, bytes);
}

void http_end(void *http, struct MHD_Connection *connection, void **state,
              enum MHD_RequestTerminationCode why)
{
    (void)why;
    struct http *h = http;
    struct request *r = *state;
    if (!r)
        return;
    enter(h, connection, PACE_HEAD, 0);
    drop_body(h, r);
    if (r->answered)
        atomic_fetch_sub(&h->under_way, 1);
    free(r->target);
    free(r);
    *state = NULL;
}

/* Takes part of a body. What goes beyond a limit is read and forgotten: the answer can only be sent behind
 * it. */
static void receive(struct http *h, struct request *r, const char *bytes, size_t len)
{
    if (r->body.len + len > r->max_body)
        r->too_large = true;
    else if (h->buffered + len > HTTP_MAX_BUFFERED)
        r->no_room = true;
    if (r->too_large || r->no_room) {
        drop_body(h, r);
        return;
    }
    buf_put(&r->body, bytes, len);
    h->buffered += len;
}

/* A body that says beforehand that it is too large is answered at once. */
static void look_at_length(struct MHD_Connection *connection, struct request *r)
{
    const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");
    if (text && strtoull(text, NULL, 10) > r->max_body)
        r->too_large = true;
}

static const char *find_header(void *arg, const char *name)
{
    return MHD_lookup_connection_value(arg, MHD_HEADER_KIND, name);
}

static void log_reply(const struct http *h, const char *method, const struct http_reply *reply,
                      size_t received)
{
    char line[512];
    bool known = strcmp(method, "GET") == 0 || strcmp(method, "POST") == 0;
    (void)snprintf(line, sizeof line, "%s %s %d%s%s%s%s, %zu bytes in, %zu out%s%s", known ? method : "-",
                   reply->route, reply->status, reply->problem ? " " : "",
                   reply->problem ? reply->problem : "", reply->device[0] ? ", device " : "", reply->device,
                   received, reply->body.len, reply->cause[0] ? ": " : "", reply->cause);
    if (h->options->log)
        h->options->log(reply->status >= 500 ? LOG_ERR : LOG_INFO, line);
    if (reply->stuck && h->options->stuck)
        h->options->stuck();
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, struct http_reply *reply)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(reply->body.len, reply->body.data, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    char seconds[16];
    if (reply->media_type)
        (void)MHD_add_response_header(response, "Content-Type", reply->media_type);
    (void)MHD_add_response_header(response, "Cache-Control", "no-store");
    if (reply->allow)
        (void)MHD_add_response_header(response, "Allow", reply->allow);
    if (reply->status == 401)
        (void)MHD_add_response_header(response, "WWW-Authenticate", "Signature");
    if (reply->retry_after_s) {
        (void)snprintf(seconds, sizeof seconds, "%d", reply->retry_after_s);
        (void)MHD_add_response_header(response, "Retry-After", seconds);
    }
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

/* Neighbours of an IPv6 network are one. */
static uint64_t stranger_key(struct MHD_Connection *connection)
{
    enum {
        NETWORK_BYTES = 8
    };
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    if (address && address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        return throttle_key_of_stranger(&in6.sin6_addr, NETWORK_BYTES);
    }
    if (address && address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return throttle_key_of_stranger(&in.sin_addr, sizeof in.sin_addr);
    }
    return throttle_key_of_stranger(NULL, 0);
}

static int64_t tick(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct routes routes_of(const struct http *h, struct MHD_Connection *connection)
{
    const struct server_options *o = h->options;
    return (struct routes){.ledger = o->ledger,
                           .registry = o->registry,
                           .now = o->now(),
                           .throttle = h->throttle,
                           .tick_ms = tick(),
                           .stranger = stranger_key(connection)};
}

static enum MHD_Result reply_to(struct http *h, struct MHD_Connection *connection, struct request *r,
                                const char *method, struct http_reply *reply)
{
    if (!r->answered)
        atomic_fetch_add(&h->under_way, 1);
    r->answered = true;
    log_reply(h, method, reply, r->body.len);
    drop_body(h, r);
    enter(h, connection, PACE_ANSWER, reply->body.len);
    enum MHD_Result result = send_reply(connection, reply);
    http_reply_done(reply);
    return result;
}

static enum MHD_Result answer(struct http *h, struct MHD_Connection *connection, struct request *r,
                              const char *method)
{
    struct http_reply reply = {0};
    if (r->too_large) {
        routes_too_large(&reply);
    } else if (r->no_room) {
        routes_busy(&reply);
    } else {
        struct routes routes = routes_of(h, connection);
        struct http_message message = {.method = method,
                                       .target = r->target,
                                       .body = buf_str(&r->body),
                                       .body_len = r->body.len,
                                       .header = find_header,
                                       .arg = connection};
        routes_answer(&routes, &message, &reply);
    }
    return reply_to(h, connection, r, method, &reply);
}

/* The headers are there, nothing of the body. */
static enum MHD_Result begin(struct http *h, struct MHD_Connection *connection, struct request *r,
                             const char *method)
{
    struct http_reply reply = {0};
    struct routes routes = routes_of(h, connection);
    const struct http_message head = {
        .method = method, .target = r->target, .header = find_header, .arg = connection};
    r->known = true;
    enter(h, connection, PACE_BODY, 0);
    if (!routes_admit(&routes, &head, &r->max_body, &reply))
        return reply_to(h, connection, r, method, &reply);
    http_reply_done(&reply);
    look_at_length(connection, r);
    return r->too_large ? answer(h, connection, r, method) : MHD_YES;
}

enum MHD_Result http_handle(void *http, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *version, const char *upload, size_t *upload_len,
                            void **state)
{
    (void)url;
    (void)version;
    struct http *h = http;
    struct request *r = *state;
    if (!r->known)
        return begin(h, connection, r, method);
    if (*upload_len > 0) {
        struct pace_peer *peer = peer_of(connection);
        if (peer)
            pace_moved(h->pace, peer, *upload_len);
        receive(h, r, upload, *upload_len);
        *upload_len = 0;
        return MHD_YES;
    }
    return r->answered ? MHD_YES : answer(h, connection, r, method);
}
