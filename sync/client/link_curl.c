/* HTTP over libcurl: the links of the programs. */
#include "sync/client/link.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "sync/client/curl_api.h"

enum give_up {
    GIVE_UP_NOT,
    GIVE_UP_CANCELLED,
    GIVE_UP_STALLED
};

struct curl_link {
    struct link base;
    struct curl_api curl;
    struct link_options o;
    CURL *handle;
    char words[CURL_ERROR_SIZE]; /* libcurl's own, for the last exchange */
    int64_t round_trip_ms;       /* of the last connection; 0 unknown */

    /* The exchange under way. */
    struct link_answer *answer;
    int64_t body_len;
    bool connected;
    bool headers_done;
    bool too_large;
    enum give_up gave_up;
    int64_t moved; /* bytes up and down so far */
    int64_t moved_at_ms;
};

static int64_t clock_ms(void *arg)
{
    (void)arg;
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* --- what libcurl calls back */

static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct curl_link *l = arg;
    size_t len = size * count;
    if (len > LINK_MAX_ANSWER - l->answer->body.len) {
        l->too_large = true;
        return 0;
    }
    buf_put(&l->answer->body, bytes, len);
    return len;
}

/* An answer that is cut inside its headers must not pass for one without a body. */
static size_t on_header(char *bytes, size_t size, size_t count, void *arg)
{
    struct curl_link *l = arg;
    size_t len = size * count;
    if (len >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
        l->headers_done = false;
    else if (len == 2 && memcmp(bytes, "\r\n", 2) == 0)
        l->headers_done = true;
    return len;
}

/* What really goes over the connection, a request that libcurl quietly repeats included. */
static int on_bytes(CURL *handle, curl_infotype type, char *bytes, size_t len, void *arg)
{
    (void)handle;
    (void)bytes;
    struct curl_link *l = arg;
    if (type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT)
        l->answer->bytes_up += (int64_t)len;
    else if (type == CURLINFO_HEADER_IN || type == CURLINFO_DATA_IN)
        l->answer->bytes_down += (int64_t)len;
    return 0;
}

static int on_connected(void *arg, char *remote, char *local, int remote_port, int local_port)
{
    (void)remote;
    (void)local;
    (void)remote_port;
    (void)local_port;
    struct curl_link *l = arg;
    l->connected = true;
    l->moved_at_ms = clock_ms(NULL);
    return CURL_PREREQFUNC_OK;
}

static int on_socket(void *arg, curl_socket_t fd, curlsocktype purpose)
{
    (void)arg;
    (void)purpose;
    /* Failing to tune a socket is no reason not to use it. */
    int size = LINK_SEND_BUFFER;
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    unsigned wait_ms = LINK_UNACKED_MS;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &wait_ms, sizeof wait_ms);
    return CURL_SOCKOPT_OK;
}

static int64_t patience_ms(const struct curl_link *l, int64_t up)
{
    if (!l->connected)
        return LINK_CONNECT_MS;
    int64_t stall = l->round_trip_ms * 6 > LINK_STALL_MS ? l->round_trip_ms * 6 : LINK_STALL_MS;
    bool waiting = up >= l->body_len && l->answer->body.len == 0;
    return waiting && stall < LINK_ANSWER_MS ? LINK_ANSWER_MS : stall;
}

static int on_progress(void *arg, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
    (void)down_all;
    (void)up_all;
    struct curl_link *l = arg;
    int64_t now = clock_ms(NULL);
    if (up + down != l->moved) {
        l->moved = up + down;
        l->moved_at_ms = now;
        if (l->o.progress)
            l->o.progress(l->o.arg, up, l->body_len);
    }
    if (l->o.cancelled && l->o.cancelled(l->o.arg))
        l->gave_up = GIVE_UP_CANCELLED;
    else if (now - l->moved_at_ms > patience_ms(l, up))
        l->gave_up = GIVE_UP_STALLED;
    return l->gave_up == GIVE_UP_NOT ? 0 : 1;
}

/* --- opening */

static void set_up_handle(struct curl_link *l)
{
    struct curl_api *c = &l->curl;
    bool secure = strncmp(l->o.url, "https:", 6) == 0;
    (void)c->easy_setopt(l->handle, CURLOPT_NOSIGNAL, 1L);
    (void)c->easy_setopt(l->handle, CURLOPT_ERRORBUFFER, l->words);
    (void)c->easy_setopt(l->handle, CURLOPT_PROTOCOLS_STR, secure ? "https" : "http");
    (void)c->easy_setopt(l->handle, CURLOPT_FOLLOWLOCATION, 0L);
    (void)c->easy_setopt(l->handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)c->easy_setopt(l->handle, CURLOPT_CONNECTTIMEOUT_MS, (long)LINK_CONNECT_MS);
    (void)c->easy_setopt(l->handle, CURLOPT_NOPROGRESS, 0L);
    (void)c->easy_setopt(l->handle, CURLOPT_XFERINFOFUNCTION, on_progress);
    (void)c->easy_setopt(l->handle, CURLOPT_XFERINFODATA, l);
    (void)c->easy_setopt(l->handle, CURLOPT_WRITEFUNCTION, on_body);
    (void)c->easy_setopt(l->handle, CURLOPT_WRITEDATA, l);
    (void)c->easy_setopt(l->handle, CURLOPT_HEADERFUNCTION, on_header);
    (void)c->easy_setopt(l->handle, CURLOPT_HEADERDATA, l);
    (void)c->easy_setopt(l->handle, CURLOPT_VERBOSE, 1L); /* or on_bytes is never called */
    (void)c->easy_setopt(l->handle, CURLOPT_DEBUGFUNCTION, on_bytes);
    (void)c->easy_setopt(l->handle, CURLOPT_DEBUGDATA, l);
    (void)c->easy_setopt(l->handle, CURLOPT_PREREQFUNCTION, on_connected);
    (void)c->easy_setopt(l->handle, CURLOPT_PREREQDATA, l);
    (void)c->easy_setopt(l->handle, CURLOPT_SOCKOPTFUNCTION, on_socket);
    /* A pinned key says more than any authority, and needs no clock: that of a laptop may stand in 1970. */
    if (l->o.pin[0]) {
        (void)c->easy_setopt(l->handle, CURLOPT_PINNEDPUBLICKEY, l->o.pin);
        (void)c->easy_setopt(l->handle, CURLOPT_SSL_VERIFYPEER, 0L);
        (void)c->easy_setopt(l->handle, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (l->o.ca_path)
        (void)c->easy_setopt(l->handle, CURLOPT_CAINFO, l->o.ca_path);
    /* Nobody stands between a laptop and itself. */
    if (!secure)
        (void)c->easy_setopt(l->handle, CURLOPT_NOPROXY, "*");
}

static void close_link(struct link *link)
{
    struct curl_link *l = (struct curl_link *)link;
    if (l->handle)
        l->curl.easy_cleanup(l->handle);
    curl_api_unload(&l->curl);
    free(l);
}

static enum err open_link(void *arg, const struct link_options *o, struct link **out, struct errctx *e)
{
    (void)arg;
    struct curl_link *l = mem_zero(1, sizeof *l);
    l->o = *o;
    if (curl_api_load(&l->curl, e) != ERR_OK) {
        free(l);
        return e->kind;
    }
    l->handle = l->curl.easy_init();
    if (!l->handle) {
        close_link(&l->base);
        return err_fail(e, ERR_INTERNAL, "libcurl gives no handle");
    }
    set_up_handle(l);
    *out = &l->base;
    return ERR_OK;
}

/* --- an exchange */

static const char *host_of(const struct curl_link *l)
{
    const char *after = strstr(l->o.url, "://");
    return after ? after + 3 : l->o.url;
}

static enum err fail_given_up(const struct curl_link *l, struct errctx *e)
{
    if (l->gave_up == GIVE_UP_CANCELLED)
        return err_fail(e, ERR_BUSY, "stopped; what has a receipt stays sent");
    if (!l->connected)
        return err_fail(e, ERR_NETWORK, "\"%s\" does not answer", host_of(l));
    return err_fail(e, ERR_NETWORK, "the connection to \"%s\" stands still", host_of(l));
}

static enum err fail_of(const struct curl_link *l, CURLcode code, struct errctx *e)
{
    const char *words = l->words[0] ? l->words : l->curl.easy_strerror(code);
    if (l->gave_up != GIVE_UP_NOT)
        return fail_given_up(l, e);
    if (l->too_large)
        return err_fail(e, ERR_PROTOCOL, "the answer is larger than %d bytes: this is no registry",
                        LINK_MAX_ANSWER);
    if (code == CURLE_COULDNT_RESOLVE_HOST)
        return err_fail(e, ERR_NETWORK, "no connection, or no such address: \"%s\"", host_of(l));
    if (code == CURLE_COULDNT_CONNECT)
        return err_fail(e, ERR_NETWORK, "\"%s\" cannot be reached: %s", host_of(l), words);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return err_fail(e, ERR_NETWORK, "\"%s\" took too long", host_of(l));
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return err_fail(e, ERR_PROTOCOL,
                        "the certificate of \"%s\" is not trusted (%s): a sign-in page stands between, it "
                        "expired, or this laptop's clock is wrong",
                        host_of(l), words);
    if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH)
        return err_fail(e, ERR_PROTOCOL,
                        "\"%s\" has another key than the invitation names: this is not the registry",
                        host_of(l));
    if (code == CURLE_SSL_CACERT_BADFILE)
        return err_fail(e, ERR_CONFIG, "the file of trusted authorities cannot be read: %s", words);
    if (code == CURLE_URL_MALFORMAT)
        return err_fail(e, ERR_CONFIG, "\"%s\" is not an address", l->o.url);
    return err_fail(e, ERR_NETWORK, "the connection to \"%s\" broke: %s", host_of(l), words);
}

static void copy_media_type(const char *value, char *out, size_t size)
{
    size_t len = value ? strcspn(value, "; \t") : 0;
    if (len >= size)
        len = 0;
    if (len)
        memcpy(out, value, len);
    out[len] = '\0';
}

static int64_t info(struct curl_link *l, CURLINFO what)
{
    curl_off_t number = 0;
    return l->curl.easy_getinfo(l->handle, what, &number) == CURLE_OK ? number : 0;
}

static int64_t info_long(struct curl_link *l, CURLINFO what)
{
    long number = 0;
    return l->curl.easy_getinfo(l->handle, what, &number) == CURLE_OK ? number : 0;
}

/* What can be told after every exchange, broken or not. */
static void read_measures(struct curl_link *l)
{
    struct link_answer *a = l->answer;
    a->body_sent = a->bytes_up > 0 && info(l, CURLINFO_SIZE_UPLOAD_T) >= l->body_len;
    int64_t began = info(l, CURLINFO_PRETRANSFER_TIME_T);
    int64_t answered = info(l, CURLINFO_STARTTRANSFER_TIME_T);
    a->transfer_ms = answered > began ? (answered - began) / 1000 : 0;
    if (info_long(l, CURLINFO_NUM_CONNECTS) > 0 && l->connected)
        l->round_trip_ms = (info(l, CURLINFO_CONNECT_TIME_T) - info(l, CURLINFO_NAMELOOKUP_TIME_T)) / 1000;
}

static void read_answer(struct curl_link *l)
{
    const char *type = NULL;
    l->answer->status = (int)info_long(l, CURLINFO_RESPONSE_CODE);
    l->answer->retry_after_s = info(l, CURLINFO_RETRY_AFTER);
    if (l->curl.easy_getinfo(l->handle, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK)
        copy_media_type(type, l->answer->media_type, sizeof l->answer->media_type);
}

static struct curl_slist *header_list(struct curl_link *l, const struct link_request *request)
{
    /* Every byte up costs time on 2G: what libcurl adds by itself and nobody needs is taken off. */
    struct curl_slist *list = l->curl.slist_append(NULL, "Accept:");
    list = l->curl.slist_append(list, "Expect:");
    for (size_t i = 0; i < LINK_MAX_HEADERS && request->headers[i]; i++)
        list = l->curl.slist_append(list, request->headers[i]);
    return list;
}

static void set_up_request(struct curl_link *l, const struct link_request *request, const char *url,
                           struct curl_slist *headers)
{
    struct curl_api *c = &l->curl;
    (void)c->easy_setopt(l->handle, CURLOPT_URL, url);
    (void)c->easy_setopt(l->handle, CURLOPT_HTTPHEADER, headers);
    (void)c->easy_setopt(l->handle, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    if (request->body) {
        (void)c->easy_setopt(l->handle, CURLOPT_POST, 1L);
        (void)c->easy_setopt(l->handle, CURLOPT_POSTFIELDS, buf_str(request->body));
        (void)c->easy_setopt(l->handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body->len);
    } else {
        (void)c->easy_setopt(l->handle, CURLOPT_HTTPGET, 1L);
    }
}

static enum err exchange(struct link *link, const struct link_request *request, struct link_answer *answer,
                         struct errctx *e)
{
    struct curl_link *l = (struct curl_link *)link;
    l->answer = answer;
    l->body_len = request->body ? (int64_t)request->body->len : 0;
    l->connected = l->headers_done = l->too_large = false;
    l->gave_up = GIVE_UP_NOT;
    l->moved = 0;
    l->moved_at_ms = clock_ms(NULL);
    l->words[0] = '\0';

    struct buf url = {0};
    buf_printf(&url, "%s%s", l->o.url, request->path);
    struct curl_slist *headers = header_list(l, request);
    set_up_request(l, request, buf_str(&url), headers);
    CURLcode code = l->curl.easy_perform(l->handle);
    read_measures(l);
    enum err result = ERR_OK;
    if (code != CURLE_OK)
        result = fail_of(l, code, e);
    else if (!l->headers_done)
        result = err_fail(e, ERR_NETWORK, "the connection to \"%s\" broke inside the answer", host_of(l));
    else
        read_answer(l);
    (void)l->curl.easy_setopt(l->handle, CURLOPT_HTTPHEADER, NULL);
    l->curl.slist_free_all(headers);
    buf_done(&url);
    l->answer = NULL;
    return result;
}

static void sleep_ms(void *arg, int64_t ms)
{
    (void)arg;
    struct timespec ts = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&ts, NULL);
}

const struct link_kind LINK_CURL = {
    .open = open_link,
    .close = close_link,
    .exchange = exchange,
    .clock_ms = clock_ms,
    .sleep_ms = sleep_ms,
};
