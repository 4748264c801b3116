/* The server's start, its addresses, and peers that do not behave. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "schema/base/file.h"
#include "sync/server/server.h"
#include "tests/lib/ministry.h"
#include "tests/lib/wire.h"

struct world {
    struct ministry m;
    struct server_options options;
    struct server *server; /* listens on loopback */
};

static int64_t now(void)
{
    return MINISTRY_NOW;
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct errctx e;
    ministry_init(&w->m, false);
    w->options = (struct server_options){.listen = "127.0.0.1:0",
                                         .ledger = w->m.ledger,
                                         .registry = w->m.ingest.registry,
                                         .program = "alluvia-registry",
                                         .now = now};
    assert_ok(server_start(&w->options, &w->server, &e));
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    server_stop(w->server);
    ministry_done(&w->m);
    free(w);
    return 0;
}

static void start_fails(struct world *w, const char *listen, enum err kind, const char *words)
{
    struct server *server = NULL;
    struct errctx e;
    w->options.listen = listen;
    assert_err(server_start(&w->options, &server, &e), kind, words);
    assert_null(server);
}

static void without_certificate_only_loopback_is_taken(void **state)
{
    struct world *w = *state;
    start_fails(w, "0.0.0.0:0", ERR_CONFIG, "not a loopback address");
    start_fails(w, "[::]:0", ERR_CONFIG, "not a loopback address");
    start_fails(w, "192.0.2.1:8440", ERR_CONFIG, "not a loopback address");
}

static void what_is_no_address_is_refused(void **state)
{
    struct world *w = *state;
    static const char *const wrong[] = {"",          ":",           "8440",           ":8440",
                                        "127.0.0.1", "127.0.0.1:x", "example.org:80", "[::1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        start_fails(w, wrong[i], ERR_CONFIG, "is not an address and port");
}

static void a_port_that_is_taken_is_told(void **state)
{
    struct world *w = *state;
    char listen[32];
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%d", server_port(w->server));
    start_fails(w, listen, ERR_IO, "in use");
}

static void a_certificate_needs_its_key_and_both_must_be_some(void **state)
{
    struct world *w = *state;
    struct buf path = {0};
    struct errctx e;
    file_join(&path, w->m.folder, "junk.pem");
    assert_ok(file_write(buf_str(&path), "junk", 4, 0600, &e));
    w->options.cert_path = buf_str(&path);
    start_fails(w, "127.0.0.1:0", ERR_CONFIG, "together");
    w->options.key_path = "/nowhere/key.pem";
    start_fails(w, "127.0.0.1:0", ERR_CONFIG, "cannot be read");
    buf_done(&path);
}

static void asks(struct world *w, int status)
{
    struct buf request = {0};
    struct wire_reply reply;
    wire_write(&(struct wire_request){.method = "GET", .target = "/v1/status"}, &request);
    wire_ask(server_port(w->server), &request, &reply);
    assert_int_equal(reply.status, status);
    wire_reply_done(&reply);
    buf_done(&request);
}

static void a_body_that_grows_too_large_is_refused_when_it_ends(void **state)
{
    struct world *w = *state;
    struct buf request = {0};
    struct wire_reply reply;
    buf_puts(&request, "POST /v1/enrolments HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 20; i++) {
        buf_puts(&request, "400\r\n");
        for (int j = 0; j < 1024; j++)
            buf_putc(&request, 'x');
        buf_puts(&request, "\r\n");
    }
    buf_puts(&request, "0\r\n\r\n");
    wire_ask(server_port(w->server), &request, &reply);
    assert_int_equal(reply.status, 413);
    wire_reply_done(&reply);
    buf_done(&request);
}

static void peers_that_go_away_leave_nothing_behind(void **state)
{
    struct world *w = *state;
    static const char request[] =
        "POST /v1/batches HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nbegun";
    for (size_t len = 0; len <= sizeof request - 1; len++) {
        int fd = wire_connect(server_port(w->server));
        assert_int_equal(send(fd, request, len, MSG_NOSIGNAL), (ssize_t)len);
        close(fd);
    }
    asks(w, 200);
}

static void rubbish_is_answered_as_such(void **state)
{
    struct world *w = *state;
    struct buf request = {0};
    struct wire_reply reply;
    buf_puts(&request, "\x16\x03\x01 not http\r\n\r\n");
    wire_ask(server_port(w->server), &request, &reply);
    assert_true(reply.status >= 400 && reply.status < 500);
    wire_reply_done(&reply);
    buf_done(&request);
    asks(w, 200);
}

static void many_idle_peers_do_not_keep_others_out(void **state)
{
    struct world *w = *state;
    int fds[100];
    for (size_t i = 0; i < 100; i++)
        fds[i] = wire_connect(server_port(w->server));
    asks(w, 200);
    for (size_t i = 0; i < 100; i++)
        close(fds[i]);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(without_certificate_only_loopback_is_taken),
        TEST(what_is_no_address_is_refused),
        TEST(a_port_that_is_taken_is_told),
        TEST(a_certificate_needs_its_key_and_both_must_be_some),
        TEST(a_body_that_grows_too_large_is_refused_when_it_ends),
        TEST(peers_that_go_away_leave_nothing_behind),
        TEST(rubbish_is_answered_as_such),
        TEST(many_idle_peers_do_not_keep_others_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
