#include "sync/server/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "schema/base/file.h"
#include "sync/server/http.h"

enum {
    STOP_WAIT_MS = 5000, /* for replies under way; a laptop that misses one asks again */
    STOP_POLL_MS = 10,
    MAX_PEM_BYTES = 256 * 1024,
};

struct server {
    struct server_options options; /* a copy; what it points to is the caller's */
    struct http http;
    struct buf cert;
    struct buf key;
    struct MHD_Daemon *daemon;
};

static bool is_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits <= 5 && text[digits] == '\0' && strtol(text, NULL, 10) <= UINT16_MAX;
}

/* Takes "127.0.0.1:8440" and "[::1]:8440" apart; names are not looked up. */
static enum err parse_listen(const char *listen, struct sockaddr_storage *out, struct errctx *e)
{
    char host[64];
    const char *colon = strrchr(listen, ':');
    size_t len = colon ? (size_t)(colon - listen) : 0;
    const char *from = listen;
    if (len >= 2 && listen[0] == '[' && listen[len - 1] == ']') {
        from++;
        len -= 2;
    }
    struct addrinfo hints = {
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
    struct addrinfo *found = NULL;
    if (len > 0 && len < sizeof host) {
        memcpy(host, from, len);
        host[len] = '\0';
        /* The resolver would take 99999 and listen on what is left of it in 16 bits. */
        if (is_port(colon + 1) && getaddrinfo(host, colon + 1, &hints, &found) == 0) {
            memcpy(out, found->ai_addr, found->ai_addrlen);
            freeaddrinfo(found);
            return ERR_OK;
        }
    }
    return err_fail(e, ERR_CONFIG, "\"%s\" is not an address and port such as 127.0.0.1:8440 or [::1]:8440",
                    listen);
}

static bool is_loopback(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
    }
    struct sockaddr_in in;
    memcpy(&in, address, sizeof in);
    return ntohl(in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

static enum err load_certificate(struct server *s, const struct sockaddr_storage *address, struct errctx *e)
{
    const struct server_options *o = &s->options;
    if (!o->cert_path != !o->key_path)
        return err_fail(e, ERR_CONFIG, "certificate and key are given together or not at all");
    if (!o->cert_path) {
        if (is_loopback(address))
            return ERR_OK;
        return err_fail(
            e, ERR_CONFIG,
            "\"%s\" is not a loopback address: give a certificate, or listen on 127.0.0.1 behind a proxy",
            o->listen);
    }
    if (file_read(o->cert_path, MAX_PEM_BYTES, &s->cert, e) != ERR_OK ||
        file_read(o->key_path, MAX_PEM_BYTES, &s->key, e) != ERR_OK)
        return err_fail(e, ERR_CONFIG, "the certificate or its key cannot be read");
    return ERR_OK;
}

/* libmicrohttpd tells about broken peers, whom we cannot help. */
static void keep_silent(void *arg, const char *format, va_list args)
{
    (void)arg;
    (void)format;
    (void)args;
}

/* The library has lost its own footing (it cannot wake its thread any more) and would abort. What has a
 * receipt is on the disk; a service manager starts the server again. As without memory, that is the end. */
static void give_up(void *arg, const char *file, unsigned line, const char *reason)
{
    (void)arg;
    (void)file;
    (void)line;
    (void)reason;
    (void)fputs("alluvia-registry: the server cannot wake its own thread; what was acknowledged is saved\n",
                stderr);
    _exit(EX_OSERR);
}

static enum err start_daemon(struct server *s, const struct sockaddr_storage *address, struct errctx *e)
{
    /* Not epoll: with it libmicrohttpd 0.9.75 misses an end that arrives together with data and keeps the
     * connection until its timeout, so that laptops on a bad link would use all of them up. */
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    if (address->ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, s->cert.data},
                                   {MHD_OPTION_HTTPS_MEM_KEY, 0, s->key.data},
                                   {MHD_OPTION_END, 0, NULL}};
    if (s->options.cert_path)
        flags |= MHD_USE_TLS;
    else
        tls[0] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    MHD_set_panic_func(give_up, NULL);
    errno = 0;
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, http_handle, &s->http, MHD_OPTION_EXTERNAL_LOGGER, keep_silent, NULL,
        MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)address, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)HTTP_MAX_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_TIMEOUT_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_CONNECTION_BYTES, MHD_OPTION_URI_LOG_CALLBACK,
        http_begin, &s->http, MHD_OPTION_NOTIFY_COMPLETED, http_end, &s->http, MHD_OPTION_NOTIFY_CONNECTION,
        http_connection, &s->http, MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)s->options.per_address,
        MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    if (s->daemon)
        return ERR_OK;
    int number = errno;
    if (s->options.cert_path && number != EADDRINUSE && number != EACCES && number != EADDRNOTAVAIL)
        return err_fail(e, ERR_CONFIG, "the certificate \"%s\" and its key are of no use",
                        s->options.cert_path);
    return err_errno(e, ERR_IO, number, "listen on \"%s\"", s->options.listen);
}

enum err server_start(const struct server_options *options, struct server **out, struct errctx *e)
{
    struct sockaddr_storage address = {0};
    struct server *s = mem_zero(1, sizeof *s);
    *out = NULL;
    s->options = *options;
    s->http.options = &s->options;
    s->http.throttle = mem_zero(1, sizeof *s->http.throttle);
    if (parse_listen(options->listen, &address, e) != ERR_OK || load_certificate(s, &address, e) != ERR_OK ||
        pace_start(options->pace.head_ms ? options->pace : PACE_LIMITS, &s->http.pace, e) != ERR_OK ||
        start_daemon(s, &address, e) != ERR_OK) {
        server_stop(s);
        return e->kind;
    }
    *out = s;
    return ERR_OK;
}

int server_port(const struct server *s)
{
    return MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void server_stop(struct server *s)
{
    if (!s)
        return;
    if (s->daemon) {
        MHD_socket listening = MHD_quiesce_daemon(s->daemon);
        for (int waited = 0; atomic_load(&s->http.under_way) > 0 && waited < STOP_WAIT_MS;
             waited += STOP_POLL_MS) {
            struct timespec pause = {.tv_nsec = STOP_POLL_MS * 1000000L};
            (void)nanosleep(&pause, NULL);
        }
        MHD_stop_daemon(s->daemon);
        if (listening != MHD_INVALID_SOCKET)
            (void)close(listening);
    }
    pace_stop(s->http.pace);
    free(s->http.throttle);
    buf_done(&s->cert);
    buf_done(&s->key);
    free(s);
}
