#include "tests/lib/wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/lib/test.h"

void wire_reply_done(struct wire_reply *r)
{
    free(r->headers);
    buf_done(&r->body);
    *r = (struct wire_reply){0};
}

const char *wire_header(const struct wire_reply *r, const char *name, char out[128])
{
    size_t len = strlen(name);
    out[0] = '\0';
    for (const char *line = strstr(r->headers, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, len) != 0 || line[2 + len] != ':')
            continue;
        const char *value = line + 2 + len + 1;
        value += strspn(value, " ");
        (void)snprintf(out, 128, "%.*s", (int)strcspn(value, "\r"), value);
        break;
    }
    return out;
}

int wire_connect(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = {.tv_sec = 30};
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void split(const struct buf *bytes, struct wire_reply *out)
{
    const char *end = strstr(buf_str(bytes), "\r\n\r\n");
    assert_non_null(end);
    size_t head = (size_t)(end - bytes->data) + 2;
    out->headers = str_dup_len(bytes->data, head);
    buf_put(&out->body, bytes->data + head + 2, bytes->len - head - 2);
    assert_int_equal(sscanf(out->headers, "HTTP/1.1 %d ", &out->status), 1);
}

void wire_ask(int port, const struct buf *request, struct wire_reply *out)
{
    struct buf got = {0};
    int fd = wire_connect(port);
    *out = (struct wire_reply){0};
    for (size_t sent = 0; sent < request->len;) {
        ssize_t n = send(fd, request->data + sent, request->len - sent, MSG_NOSIGNAL);
        if (n <= 0)
            break; /* it may have answered already */
        sent += (size_t)n;
    }
    for (;;) {
        ssize_t n = recv(fd, buf_reserve(&got, 4096), 4096, 0);
        if (n <= 0)
            break;
        got.len += (size_t)n;
        got.data[got.len] = '\0';
    }
    close(fd);
    split(&got, out);
    buf_done(&got);
}

void wire_write(const struct wire_request *r, struct buf *out)
{
    struct http_message message = {.method = r->method,
                                   .target = r->target,
                                   .body = r->body ? r->body->data : NULL,
                                   .body_len = r->body ? r->body->len : 0};
    buf_clear(out);
    buf_printf(out, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", r->method, r->target);
    if (r->signer) {
        struct http_signed values;
        http_sign(&message, 1795500000, r->signer, &values);
        buf_printf(out, "Signature-Input: %s\r\nSignature: %s\r\n", values.signature_input, values.signature);
        if (r->body)
            buf_printf(out, "Content-Digest: %s\r\n", values.content_digest);
    }
    if (r->extra)
        buf_puts(out, r->extra);
    if (r->body)
        buf_printf(out, "Content-Length: %zu\r\n", r->body->len);
    buf_puts(out, "\r\n");
    if (r->body)
        buf_put(out, r->body->data, r->body->len);
}
