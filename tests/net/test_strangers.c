#include "tests/lib/world.h"

#include <stdio.h>
#include <stdlib.h>

#include "schema/base/file.h"
#include "sync/client/link.h"
#include "tests/lib/portal.h"
#include "tests/lib/run.h"
#include "tests/lib/test.h"

/* Everything that is not the registry: what it answers marks nothing as sent, and the words say what to do.
 */

static void lead_to(struct world *w, int port)
{
    struct fault_plan plan = {.port = port};
    world_plan(w, &plan);
}

/* A sync against something that answers HEAD and BODY fails with KIND and WORDS; then the registry is there
 * again and gets everything. */
static void meet(const char *head, const void *body, size_t len, enum err kind, const char *words)
{
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    world_write(&w, 3);
    struct portal *portal = portal_start(head, body, len);
    lead_to(&w, portal_port(portal));
    assert_err(sync_run(&w.options, &result, &e), kind, words);
    assert_int_equal(result.sent, 0);
    assert_int_equal(world_link(&w).upto, 0);
    portal_stop(portal);
    lead_to(&w, 0);
    assert_ok(sync_run(&w.options, &result, &e));
    world_assert_same(&w);
    world_done(&w);
}

static void a_captive_portals_page_is_no_receipt(void **state)
{
    (void)state;
    static const char page[] = "<html><body>Welcome! Please sign in.</body></html>";
    meet("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", page, sizeof page - 1, ERR_PROTOCOL,
         "nothing was marked as sent");
}

static void garbage_of_the_right_type_is_no_receipt(void **state)
{
    (void)state;
    static const char garbage[] = "\x28\xb5\x2f\xfd garbage";
    meet("HTTP/1.1 200 OK\r\nContent-Type: " CONTAINER_MEDIA_TYPE "\r\n", garbage, sizeof garbage - 1,
         ERR_PROTOCOL, "nothing was marked as sent");
    meet("HTTP/1.1 200 OK\r\nContent-Type: " CONTAINER_MEDIA_TYPE "\r\n", NULL, 0, ERR_PROTOCOL,
         "nothing was marked as sent");
}

static void a_redirect_is_not_followed(void **state)
{
    (void)state;
    meet("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/login\r\n", NULL, 0, ERR_PROTOCOL,
         "leads elsewhere");
    meet("HTTP/1.1 511 Network Authentication Required\r\n", NULL, 0, ERR_PROTOCOL, "leads elsewhere");
}

static void a_server_of_another_kind_is_told_apart(void **state)
{
    (void)state;
    meet("HTTP/1.1 404 Not Found\r\n", NULL, 0, ERR_PROTOCOL, "no registry");
    meet("HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n", "no", 2, ERR_PROTOCOL, "no registry");
}

static void a_half_dead_server_is_tried_again_and_then_left_alone(void **state)
{
    (void)state;
    meet("HTTP/1.1 500 Internal Server Error\r\n", NULL, 0, ERR_BUSY, "busy or out of order");
}

static void an_endless_answer_is_cut_off(void **state)
{
    (void)state;
    size_t len = LINK_MAX_ANSWER + 1;
    char *much = calloc(1, len);
    assert_non_null(much);
    meet("HTTP/1.1 200 OK\r\n", much, len, ERR_PROTOCOL, "larger than");
    free(much);
}

/* A receipt that says what the laptop hopes for, signed by somebody else. */
static void a_receipt_by_another_key_moves_nothing(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    struct device stranger;
    struct buf plain = {0};
    struct buf packed = {0};
    static const uint8_t seed[SEED_BYTES] = {7};
    world_make_enrolled(&w);
    world_write(&w, 3);
    struct link_state link = world_link(&w);
    struct receipt r = {.registry = link.registry.registry,
                        .device = w.me.number,
                        .first = 1,
                        .last = w.head.number,
                        .upto = w.head.number,
                        .chain = w.head.chain,
                        .at = 1};
    (void)snprintf(r.incarnation, sizeof r.incarnation, "%s", link.registry.incarnation);
    device_from_seed(seed, &stranger);
    receipt_write_header(&r, &plain);
    container_sign(&plain, &stranger);
    assert_ok(container_pack(&plain, NULL, 0, &packed, &e));
    struct portal *portal = portal_start("HTTP/1.1 200 OK\r\nContent-Type: " CONTAINER_MEDIA_TYPE "\r\n",
                                         packed.data, packed.len);
    lead_to(&w, portal_port(portal));
    assert_err(sync_run(&w.options, &result, &e), ERR_PROTOCOL, "bad-signature");
    assert_int_equal(world_link(&w).upto, 0);
    portal_stop(portal);
    buf_done(&packed);
    buf_done(&plain);
    world_done(&w);
}

static void back_to_the_registry(struct world *w, const struct sync_event *event)
{
    if (event->kind == SYNC_RETRYING) {
        assert_true(event->wait_ms >= 1000);
        lead_to(w, 0);
    }
}

static void a_busy_registry_is_asked_again_when_it_says(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    world_write(&w, 3);
    struct portal *portal = portal_start("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n", NULL, 0);
    lead_to(&w, portal_port(portal));
    w.on_event = back_to_the_registry;
    assert_ok(sync_run(&w.options, &result, &e));
    assert_int_equal(w.events[SYNC_RETRYING], 1);
    portal_stop(portal);
    world_assert_same(&w);
    world_done(&w);
}

static void a_wait_beyond_the_deadline_is_not_begun(void **state)
{
    (void)state;
    meet("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7200\r\n", NULL, 0, ERR_BUSY, "busy");
}

/* Two ministries: the code of one, the address of the other. */
static void an_invitation_code_knows_its_registry(void **state)
{
    (void)state;
    struct world w;
    struct world far;
    struct errctx e;
    world_make(&w);
    world_make(&far);
    enum err outcome = sync_enrol(&w.options, far.url, w.code, &e);
    assert_true(outcome == ERR_DENIED || outcome == ERR_PROTOCOL);
    assert_false(world_link(&w).known);
    world_done(&far);
    world_done(&w);
}

static void another_registry_at_the_same_address_gets_no_receipt_believed(void **state)
{
    (void)state;
    struct world w;
    struct world far;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    world_make(&far);
    world_write(&w, 5);
    lead_to(&w, far.port);
    assert_int_not_equal(sync_run(&w.options, &result, &e), ERR_OK);
    assert_int_equal(world_link(&w).upto, 0);
    lead_to(&w, 0);
    assert_ok(sync_run(&w.options, &result, &e));
    world_assert_same(&w);
    world_done(&far);
    world_done(&w);
}

/* --- TLS */

struct certificates {
    char cert[256];
    char key[256];
};

/* Self-signed for localhost, good until UNTIL. */
static void make_certificate(const struct world *w, const char *until, struct certificates *out)
{
    struct errctx e;
    struct buf form = {0};
    struct buf path = {0};
    (void)snprintf(out->cert, sizeof out->cert, "%s/cert.pem", w->folder);
    (void)snprintf(out->key, sizeof out->key, "%s/key.pem", w->folder);
    buf_printf(&path, "%s/form", w->folder);
    buf_printf(&form,
               "cn = localhost\ndns_name = localhost\nca\ncert_signing_key\ntls_www_server\n"
               "activation_date = \"2020-01-01 00:00:00 UTC\"\nexpiration_date = \"%s 00:00:00 UTC\"\n",
               until);
    assert_ok(file_write(buf_str(&path), form.data, form.len, 0600, &e));
    const char *const make_key[] = {
        "certtool", "--generate-privkey", "--key-type", "ecdsa", "--outfile", out->key, NULL};
    const char *const sign[] = {"certtool",   "--generate-self-signed", "--load-privkey", out->key,
                                "--template", buf_str(&path),           "--outfile",      out->cert,
                                NULL};
    assert_int_equal(run_quietly(make_key), 0);
    assert_int_equal(run_quietly(sign), 0);
    buf_done(&path);
    buf_done(&form);
}

static struct server *serve_tls(struct world *w, const struct certificates *c)
{
    struct errctx e;
    struct server *server = NULL;
    struct server_options options = {.listen = "127.0.0.1:0",
                                     .cert_path = c->cert,
                                     .key_path = c->key,
                                     .ledger = registry_store_ledger(w->registry),
                                     .registry = registry_store_device(w->registry),
                                     .program = "alluvia-registry test",
                                     .now = w->options.now};
    world_stop_registry(w);
    assert_ok(server_start(&options, &server, &e));
    lead_to(w, server_port(server));
    (void)snprintf(w->url, sizeof w->url, "https://localhost:%d", fault_proxy_port(w->proxy));
    return server;
}

static void over_tls_with_a_trusted_certificate_all_is_well(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    struct certificates c = {0};
    world_make(&w);
    make_certificate(&w, "2090-01-01", &c);
    struct server *server = serve_tls(&w, &c);
    w.options.ca_path = c.cert;
    assert_ok(sync_enrol(&w.options, w.url, w.code, &e));
    world_write(&w, 50);
    assert_ok(sync_run(&w.options, &result, &e));
    world_assert_same(&w);
    server_stop(server);
    world_done(&w);
}

static void an_unknown_certificate_is_not_trusted(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct certificates c = {0};
    world_make(&w);
    make_certificate(&w, "2090-01-01", &c);
    struct server *server = serve_tls(&w, &c);
    assert_err(sync_enrol(&w.options, w.url, w.code, &e), ERR_PROTOCOL, "is not trusted");
    assert_false(world_link(&w).known);
    server_stop(server);
    world_done(&w);
}

static void an_expired_certificate_is_not_trusted(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct certificates c = {0};
    world_make(&w);
    make_certificate(&w, "2021-01-01", &c);
    struct server *server = serve_tls(&w, &c);
    w.options.ca_path = c.cert;
    assert_err(sync_enrol(&w.options, w.url, w.code, &e), ERR_PROTOCOL, "clock is wrong");
    server_stop(server);
    world_done(&w);
}

static void a_certificate_for_another_name_is_not_trusted(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct certificates c = {0};
    world_make(&w);
    make_certificate(&w, "2090-01-01", &c);
    struct server *server = serve_tls(&w, &c);
    w.options.ca_path = c.cert;
    (void)snprintf(w.url, sizeof w.url, "https://127.0.0.1:%d", fault_proxy_port(w.proxy));
    assert_err(sync_enrol(&w.options, w.url, w.code, &e), ERR_PROTOCOL, "is not trusted");
    assert_false(world_link(&w).known);
    server_stop(server);
    world_done(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_captive_portals_page_is_no_receipt),
        cmocka_unit_test(garbage_of_the_right_type_is_no_receipt),
        cmocka_unit_test(a_redirect_is_not_followed),
        cmocka_unit_test(a_server_of_another_kind_is_told_apart),
        cmocka_unit_test(a_half_dead_server_is_tried_again_and_then_left_alone),
        cmocka_unit_test(an_endless_answer_is_cut_off),
        cmocka_unit_test(a_receipt_by_another_key_moves_nothing),
        cmocka_unit_test(a_busy_registry_is_asked_again_when_it_says),
        cmocka_unit_test(a_wait_beyond_the_deadline_is_not_begun),
        cmocka_unit_test(an_invitation_code_knows_its_registry),
        cmocka_unit_test(another_registry_at_the_same_address_gets_no_receipt_believed),
        cmocka_unit_test(over_tls_with_a_trusted_certificate_all_is_well),
        cmocka_unit_test(an_unknown_certificate_is_not_trusted),
        cmocka_unit_test(an_expired_certificate_is_not_trusted),
        cmocka_unit_test(a_certificate_for_another_name_is_not_trusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
