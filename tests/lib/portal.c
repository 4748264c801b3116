#include "tests/lib/portal.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "schema/base/buf.h"

struct portal {
    int listener;
    int port;
    pthread_t thread;
    struct buf answer;
};

static void must(bool good, const char *what)
{
    if (!good) {
        perror(what);
        abort();
    }
}

/* Length of the whole request in BYTES, or 0 while its headers are not all there. */
static size_t request_length(const char *bytes)
{
    const char *end = strstr(bytes, "\r\n\r\n");
    const char *length = strstr(bytes, "\r\nContent-Length:");
    if (!end)
        return 0;
    size_t body = length && length < end ? strtoul(length + strlen("\r\nContent-Length:"), NULL, 10) : 0;
    return (size_t)(end + 4 - bytes) + body;
}

static void answer_one(struct portal *p, int fd)
{
    struct buf request = {0};
    size_t needed = 0;
    while (needed == 0 || request.len < needed) {
        ssize_t got = recv(fd, buf_reserve(&request, 4096), 4096, 0);
        if (got <= 0)
            break;
        buf_truncate(&request, request.len + (size_t)got);
        needed = request_length(buf_str(&request));
    }
    ssize_t sent = send(fd, p->answer.data, p->answer.len, MSG_NOSIGNAL);
    (void)sent;
    buf_done(&request);
    close(fd);
}

static void *run(void *arg)
{
    struct portal *p = arg;
    for (;;) {
        int fd = accept(p->listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        answer_one(p, fd);
    }
}

struct portal *portal_start(const char *head, const void *body, size_t len)
{
    struct portal *p = mem_zero(1, sizeof *p);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    buf_puts(&p->answer, head);
    buf_printf(&p->answer, "Content-Length: %zu\r\nConnection: close\r\n\r\n", len);
    buf_put(&p->answer, body ? body : "", len);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(p->listener >= 0, "socket");
    must(bind(p->listener, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    must(listen(p->listener, 16) == 0, "listen");
    must(getsockname(p->listener, (struct sockaddr *)&address, &size) == 0, "getsockname");
    p->port = ntohs(address.sin_port);
    must(pthread_create(&p->thread, NULL, run, p) == 0, "thread");
    return p;
}

int portal_port(const struct portal *p)
{
    return p->port;
}

void portal_stop(struct portal *p)
{
    if (!p)
        return;
    (void)shutdown(p->listener, SHUT_RDWR);
    (void)pthread_join(p->thread, NULL);
    close(p->listener);
    buf_done(&p->answer);
    free(p);
}
