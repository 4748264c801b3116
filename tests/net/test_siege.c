/* Strangers and thieves at the real server: slow ones, many, loud ones, and those who repeat what others
 * said. */
#include "tests/lib/test.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/registry/store/inside.h"
#include "sync/server/server.h"
#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"
#include "tests/lib/wire.h"

enum {
    HEAD_MS = 700,
    GRACE_MS = 600,
    MOST_LINES = 64 * 1024,
    WAIT_MS = 10000, /* for what must come at all */
};

static char lines[MOST_LINES];

static void keep_line(int level, const char *line)
{
    (void)level;
    size_t len = strlen(lines);
    (void)snprintf(lines + len, sizeof lines - len, "%s\n", line);
}

struct world {
    struct ministry m;
    struct sender s;
    struct server_options options;
    struct server *server;
    struct buf body;
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
    sender_init(&w->s, 1, false);
    for (int i = 2; i <= 9; i++)
        (void)sender_add_coop(&w->s, "Cooperative of Zainab Koroma");
    sender_batch(&w->s, 1, 3, w->m.code, &w->body);
    ministry_take(&w->m, &w->body, PROBLEM_NONE, NULL, NULL);
    lines[0] = '\0';
    w->options = (struct server_options){
        .listen = "127.0.0.1:0",
        .ledger = w->m.ledger,
        .registry = w->m.ingest.registry,
        .program = "alluvia-registry",
        .now = now,
        .log = keep_line,
        .pace = {.head_ms = HEAD_MS, .grace_ms = GRACE_MS, .bytes_per_s = 1000},
    };
    assert_ok(server_start(&w->options, &w->server, &e));
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    server_stop(w->server);
    buf_done(&w->body);
    sender_done(&w->s);
    ministry_done(&w->m);
    free(w);
    return 0;
}

static int ask(struct world *w, const struct wire_request *request, char *retry_after)
{
    struct buf bytes = {0};
    struct wire_reply reply;
    char value[128];
    wire_write(request, &bytes);
    wire_ask(server_port(w->server), &bytes, &reply);
    int status = reply.status;
    (void)wire_header(&reply, "Retry-After", value);
    if (retry_after)
        (void)snprintf(retry_after, 128, "%s", value);
    wire_reply_done(&reply);
    buf_done(&bytes);
    return status;
}

static int ask_status(struct world *w)
{
    return ask(w, &(struct wire_request){.method = "GET", .target = "/v1/status"}, NULL);
}

/* Whether the server has ended the connection within WAIT_MS; a byte of TRICKLE goes out every 50 ms. */
static bool is_ended(int fd, const char *trickle)
{
    for (int waited = 0; waited < WAIT_MS; waited += 50) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        char c = 0;
        if (poll(&p, 1, 50) > 0 && recv(fd, &c, 1, 0) <= 0)
            return true;
        if (trickle && send(fd, trickle, 1, MSG_NOSIGNAL) < 0)
            return true;
    }
    return false;
}

static void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static void headers_that_come_letter_by_letter_are_cut_off(void **state)
{
    struct world *w = *state;
    int fd = wire_connect(server_port(w->server));
    say(fd, "GET /v1/status HTTP/1.1\r\nX-Long: ");
    assert_true(is_ended(fd, "x"));
    close(fd);
    fd = wire_connect(server_port(w->server));
    assert_true(is_ended(fd, NULL)); /* who says nothing at all */
    close(fd);
    assert_int_equal(ask_status(w), 200);
}

static void a_body_that_comes_letter_by_letter_is_cut_off(void **state)
{
    struct world *w = *state;
    struct buf bytes = {0};
    sender_batch(&w->s, 4, 9, NULL, &w->body);
    wire_write(
        &(struct wire_request){
            .method = "POST", .target = "/v1/batches", .body = &w->body, .signer = &w->s.me},
        &bytes);
    int fd = wire_connect(server_port(w->server));
    size_t head = bytes.len - w->body.len;
    assert_int_equal(send(fd, bytes.data, head, MSG_NOSIGNAL), (ssize_t)head);
    assert_true(is_ended(fd, "x"));
    close(fd);
    buf_done(&bytes);
    assert_int_equal(ask_status(w), 200);
}

static void who_never_reads_the_answers_is_cut_off(void **state)
{
    struct world *w = *state;
    struct errctx e;
    server_stop(w->server);
    w->options.per_address = 1;
    assert_ok(server_start(&w->options, &w->server, &e));
    int fd = wire_connect(server_port(w->server));
    int little = 2048;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    /* Asks again and again and reads nothing, until what waits for it stops the server. */
    static const char request[] = "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n";
    int sent = 0;
    for (int i = 0; i < 200000; i++) {
        if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
            break;
        sent++;
    }
    assert_true(sent > 0);
    /* Its end may stand behind answers that are never read; that it is gone shows when its place is free. */
    bool over = false;
    for (int waited = 0; waited < WAIT_MS && !over; waited += 200) {
        int other = wire_connect(server_port(w->server));
        struct pollfd p = {.fd = other, .events = POLLIN};
        over = poll(&p, 1, 200) == 0;
        (void)poll(NULL, 0, 200);
        close(other);
    }
    assert_true(over);
    close(fd);
}

static void long_addresses_and_headers_are_refused(void **state)
{
    struct world *w = *state;
    struct buf request = {0};
    struct wire_reply reply;
    for (int i = 0; i < 2; i++) {
        buf_clear(&request);
        buf_puts(&request, i ? "GET /v1/status HTTP/1.1\r\nX-Long: " : "GET /");
        for (int j = 0; j < 40000; j++)
            buf_putc(&request, 'x');
        buf_puts(&request, i ? "\r\nConnection: close\r\n\r\n" : " HTTP/1.1\r\n\r\n");
        wire_ask(server_port(w->server), &request, &reply);
        assert_true(reply.status == 414 || reply.status == 431 || reply.status == 413);
        wire_reply_done(&reply);
    }
    buf_done(&request);
    assert_int_equal(ask_status(w), 200);
}

static void of_an_unsigned_batch_no_byte_is_waited_for(void **state)
{
    struct world *w = *state;
    struct buf request = {0};
    struct wire_reply reply;
    buf_puts(&request,
             "POST /v1/batches HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 8000000\r\n\r\n");
    wire_ask(server_port(w->server), &request, &reply);
    assert_int_equal(reply.status, 401);
    wire_reply_done(&reply);
    buf_done(&request);
}

/* --- repeated, old, early, for somebody else */

static void what_was_overheard_and_is_said_again_changes_nothing(void **state)
{
    struct world *w = *state;
    struct buf bytes = {0};
    struct wire_reply first;
    struct wire_reply again;
    sender_batch(&w->s, 4, 9, NULL, &w->body);
    wire_write(
        &(struct wire_request){
            .method = "POST", .target = "/v1/batches", .body = &w->body, .signer = &w->s.me},
        &bytes);
    wire_ask(server_port(w->server), &bytes, &first);
    wire_ask(server_port(w->server), &bytes, &again);
    assert_int_equal(first.status, 200);
    assert_int_equal(again.status, 200);
    assert_int_equal(first.body.len, again.body.len);
    assert_memory_equal(first.body.data, again.body.data, first.body.len);
    /* An older one after a newer one. */
    sender_batch(&w->s, 1, 3, NULL, &w->body);
    assert_int_equal(ask(w,
                         &(struct wire_request){
                             .method = "POST", .target = "/v1/batches", .body = &w->body, .signer = &w->s.me},
                         NULL),
                     200);
    /* The signature under another target, or another body. */
    char *target = strstr(bytes.data, "/v1/batches");
    memcpy(target, "/v1/batchez", 11);
    wire_reply_done(&again);
    wire_ask(server_port(w->server), &bytes, &again);
    assert_int_equal(again.status, 404);
    memcpy(target, "/v1/batches", 11);
    bytes.data[bytes.len - 1] ^= 1;
    wire_reply_done(&again);
    wire_ask(server_port(w->server), &bytes, &again);
    assert_int_equal(again.status, 401);
    wire_reply_done(&again);
    wire_reply_done(&first);
    buf_done(&bytes);
    server_stop(w->server);
    w->server = NULL;
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM entry"), 9);
}

static void a_laptop_asks_for_nothing_of_anothers(void **state)
{
    struct world *w = *state;
    struct sender other;
    char target[64];
    sender_init(&other, 7, false);
    (void)snprintf(target, sizeof target, "/v1/devices/%s/receipt", w->s.me.code);
    assert_int_equal(
        ask(w, &(struct wire_request){.method = "GET", .target = target, .signer = &other.me}, NULL), 404);
    assert_int_equal(
        ask(w, &(struct wire_request){.method = "GET", .target = "/v1/feed", .signer = &other.me}, NULL),
        403);
    sender_done(&other);
}

/* --- too often */

static void one_laptop_that_asks_without_end_is_held_back_and_no_other(void **state)
{
    struct world *w = *state;
    char target[64];
    char retry_after[128] = "";
    int status = 200;
    (void)snprintf(target, sizeof target, "/v1/devices/%s/receipt", w->s.me.code);
    const struct wire_request request = {.method = "GET", .target = target, .signer = &w->s.me};
    for (int i = 0; i < 3000 && status == 200; i++)
        status = ask(w, &request, retry_after);
    assert_int_equal(status, 429);
    assert_true(strtol(retry_after, NULL, 10) >= 1);
    assert_non_null(strstr(lines, "429 too-many, device"));
    assert_int_equal(ask_status(w), 200);
}

static void guessing_of_codes_is_held_back_and_nobody_elses_sync(void **state)
{
    struct world *w = *state;
    char target[64];
    int status = 403;
    int tries = 0;
    struct sender other;
    sender_init(&other, 7, false);
    sender_batch(&other, 1, 1, "ABCD-EFGH-JKMN-PQRS", &w->body);
    const struct wire_request guess = {
        .method = "POST", .target = "/v1/batches", .body = &w->body, .signer = &other.me};
    for (; tries < 100 && status == 403; tries++)
        status = ask(w, &guess, NULL);
    assert_int_equal(status, 429);
    assert_true(tries <= 40);
    (void)snprintf(target, sizeof target, "/v1/devices/%s/receipt", w->s.me.code);
    assert_int_equal(
        ask(w, &(struct wire_request){.method = "GET", .target = target, .signer = &w->s.me}, NULL), 200);
    sender_done(&other);
}

static void one_address_has_so_many_connections_and_no_more(void **state)
{
    struct world *w = *state;
    struct errctx e;
    int fds[6];
    int open = 0;
    server_stop(w->server);
    w->options.per_address = 3;
    w->options.pace = (struct pace_limits){0};
    assert_ok(server_start(&w->options, &w->server, &e));
    for (size_t i = 0; i < 6; i++)
        fds[i] = wire_connect(server_port(w->server));
    for (size_t i = 0; i < 6; i++) {
        struct pollfd p = {.fd = fds[i], .events = POLLIN};
        open += poll(&p, 1, i == 0 ? 300 : 20) == 0;
    }
    assert_int_equal(open, 3);
    for (size_t i = 0; i < 6; i++)
        close(fds[i]);
}

static void on_a_disk_that_is_almost_full_nothing_is_begun(void **state)
{
    struct world *w = *state;
    char retry_after[128];
    if (!db_is_file(w->m.store->db))
        skip();
    registry_store_keep_free(w->m.store, INT64_MAX);
    sender_batch(&w->s, 4, 9, NULL, &w->body);
    const struct wire_request request = {
        .method = "POST", .target = "/v1/batches", .body = &w->body, .signer = &w->s.me};
    assert_int_equal(ask(w, &request, retry_after), 503);
    assert_true(strtol(retry_after, NULL, 10) >= 1);
    assert_int_equal(ask_status(w), 200);
    registry_store_keep_free(w->m.store, 1);
    assert_int_equal(ask(w, &request, NULL), 200);
}

static void the_log_names_nobody(void **state)
{
    struct world *w = *state;
    sender_batch(&w->s, 4, 9, NULL, &w->body);
    const struct wire_request request = {
        .method = "POST", .target = "/v1/batches?who=Zainab", .body = &w->body, .signer = &w->s.me};
    (void)ask(w, &request, NULL);
    const struct wire_request right = {
        .method = "POST", .target = "/v1/batches", .body = &w->body, .signer = &w->s.me};
    assert_int_equal(ask(w, &right, NULL), 200);
    assert_int_equal(
        ask(w,
            &(struct wire_request){.method = "GET", .target = "/Zainab/Koroma", .extra = "User: Zainab\r\n"},
            NULL),
        404);
    assert_non_null(strstr(lines, "POST /v1/batches 200, device"));
    assert_null(strstr(lines, "Zainab"));
    assert_null(strstr(lines, "Koroma"));
    assert_null(strstr(lines, w->m.code));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(headers_that_come_letter_by_letter_are_cut_off),
        TEST(a_body_that_comes_letter_by_letter_is_cut_off),
        TEST(who_never_reads_the_answers_is_cut_off),
        TEST(long_addresses_and_headers_are_refused),
        TEST(of_an_unsigned_batch_no_byte_is_waited_for),
        TEST(what_was_overheard_and_is_said_again_changes_nothing),
        TEST(a_laptop_asks_for_nothing_of_anothers),
        TEST(one_laptop_that_asks_without_end_is_held_back_and_no_other),
        TEST(guessing_of_codes_is_held_back_and_nobody_elses_sync),
        TEST(one_address_has_so_many_connections_and_no_more),
        TEST(on_a_disk_that_is_almost_full_nothing_is_begun),
        TEST(the_log_names_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
