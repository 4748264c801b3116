#include "tests/lib/test.h"

#include <cjson/cJSON.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/registry/store/inside.h"
#include "schema/base/base32.h"
#include "sync/batch/problem.h"
#include "sync/server/routes.h"
#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"

/* A request as it would stand on the wire, signed unless SIGNER is NULL. */
struct call {
    const char *method;
    const char *target;
    const struct sender *signer;
    struct buf body;
    const char *dictionary_id;
    struct http_signed values;
    struct http_reply reply;
};

struct world {
    struct ministry m;
    struct sender s;
    struct call call;
};

static const char *find(void *arg, const char *name)
{
    const struct call *c = arg;
    if (strcmp(name, "dictionary-id") == 0)
        return c->dictionary_id;
    if (!c->signer)
        return NULL;
    if (strcmp(name, "content-digest") == 0)
        return c->values.content_digest;
    if (strcmp(name, "signature-input") == 0)
        return c->values.signature_input;
    return strcmp(name, "signature") == 0 ? c->values.signature : NULL;
}

static void ask_at(struct world *w, int64_t now)
{
    struct call *c = &w->call;
    struct routes routes = {.ledger = w->m.ledger, .registry = w->m.ingest.registry, .now = now};
    struct http_message message = {.method = c->method,
                                   .target = c->target,
                                   .body = buf_str(&c->body),
                                   .body_len = c->body.len,
                                   .header = find,
                                   .arg = c};
    http_reply_done(&c->reply);
    if (c->signer)
        http_sign(&message, now, &c->signer->me, &c->values);
    routes_answer(&routes, &message, &c->reply);
}

static void ask(struct world *w, const char *method, const char *target, const struct sender *signer)
{
    w->call.method = method;
    w->call.target = target;
    w->call.signer = signer;
    ask_at(w, MINISTRY_NOW);
}

static void answer_is(struct world *w, int status, const char *media_type)
{
    if (w->call.reply.status != status)
        fail_msg("%d instead of %d: %s", w->call.reply.status, status, buf_str(&w->call.reply.body));
    assert_string_equal(w->call.reply.media_type, media_type);
}

static void problem_is(struct world *w, int status, enum problem_type type)
{
    struct cJSON *json = NULL;
    struct errctx e;
    answer_is(w, status, PROBLEM_MEDIA_TYPE);
    assert_ok(json_read(w->call.reply.body.data, w->call.reply.body.len, &json, &e));
    assert_int_equal(problem_find(json_get_str(json, "type")), type);
    json_free(json);
}

static int set_up(void **state)
{
    struct world *w = malloc(sizeof *w);
    *w = (struct world){0};
    ministry_init(&w->m, false);
    sender_init(&w->s, 1, false);
    (void)sender_add_coop(&w->s, "One");
    (void)sender_add_coop(&w->s, "Two");
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    http_reply_done(&w->call.reply);
    buf_done(&w->call.body);
    sender_done(&w->s);
    ministry_done(&w->m);
    free(w);
    return 0;
}

static void send_batch(struct world *w, int64_t first, int64_t last, const char *code,
                       const struct sender *signer)
{
    sender_batch(&w->s, first, last, code, &w->call.body);
    ask(w, "POST", "/v1/batches", signer);
}

static void write_enrolment(struct world *w, const struct sender *s, const char *code, const char *training)
{
    char key[2 * KEY_BYTES + 1];
    hex_put(s->me.key, KEY_BYTES, key);
    buf_clear(&w->call.body);
    buf_printf(
        &w->call.body,
        "{\"alluvia\":\"enrolment/1\",\"device\":\"%s\",\"key\":\"%s\",\"code\":\"%s\",\"name\":\"Koidu 1\","
        "\"program\":\"alluvia 0.1.0\",\"training\":%s}",
        s->me.code, key, code, training);
}

static void enrol(struct world *w, const struct sender *s, const char *code)
{
    write_enrolment(w, s, code, "false");
    ask(w, "POST", "/v1/enrolments", s);
}

/* --- addresses and methods */

static void unknown_addresses_are_not_found(void **state)
{
    struct world *w = *state;
    static const char *const targets[] = {"/",
                                          "",
                                          "*",
                                          "/v1",
                                          "/v1/",
                                          "/v1/status/",
                                          "/v1/Status",
                                          "/v1/feeds?after=1",
                                          "/v2/status",
                                          "/v1/devices/7K4QXM",
                                          "/v1/devices//receipt",
                                          "/v1/devices/7k4qxm/receipt",
                                          "/v1/devices/7K4QXMM/receipt",
                                          "/v1/devices/7K4QX/receipt",
                                          "/v1/devices/7K4QXU/receipt",
                                          "/v1/devices/../receipt",
                                          "/v1/devices/7K4QXM/receipt/x",
                                          "/v1/devices/%37K4QXM/receipt"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        ask(w, "GET", targets[i], NULL);
        problem_is(w, 404, PROBLEM_NOT_FOUND);
    }
}

static void a_wrong_method_is_told_the_right_one(void **state)
{
    struct world *w = *state;
    static const char *const cases[][3] = {{"POST", "/v1/status", "GET"},
                                           {"HEAD", "/v1/status", "GET"},
                                           {"GET", "/v1/batches", "POST"},
                                           {"PUT", "/v1/enrolments", "POST"},
                                           {"DELETE", "/v1/devices/7K4QXM/receipt", "GET"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask(w, cases[i][0], cases[i][1], NULL);
        problem_is(w, 405, PROBLEM_METHOD);
        assert_string_equal(w->call.reply.allow, cases[i][2]);
    }
}

/* How much of a body would be read; 0: none, the answer is there. */
static size_t admits(struct world *w, const char *method, const char *target, const struct sender *signer)
{
    struct call *c = &w->call;
    struct routes routes = {.ledger = w->m.ledger, .registry = w->m.ingest.registry, .now = MINISTRY_NOW};
    struct http_message message = {
        .method = method, .target = target, .body = "x", .body_len = 1, .header = find, .arg = c};
    size_t most = 0;
    c->signer = signer;
    http_reply_done(&c->reply);
    if (signer)
        http_sign(&message, MINISTRY_NOW, &signer->me, &c->values);
    message.body_len = 0;
    return routes_admit(&routes, &message, &most, &c->reply) ? most : 0;
}

static void of_whom_nobody_knows_little_is_read_and_of_forgers_nothing(void **state)
{
    struct world *w = *state;
    struct sender other;
    assert_int_equal(admits(w, "POST", "/v1/batches", NULL), 0);
    problem_is(w, 401, PROBLEM_BAD_SIGNATURE);
    assert_int_equal(admits(w, "POST", "/v1/batches", &w->s), STRANGER_MAX_BODY);
    send_batch(w, 1, 3, w->m.code, &w->s);
    sender_init(&other, 3, false);
    memcpy(other.me.code, w->s.me.code, sizeof other.me.code);
    assert_int_equal(admits(w, "POST", "/v1/batches", &other), 0);
    problem_is(w, 401, PROBLEM_BAD_SIGNATURE);
    sender_done(&other);
}

static void only_batches_may_be_large(void **state)
{
    struct world *w = *state;
    send_batch(w, 1, 3, w->m.code, &w->s);
    assert_int_equal(admits(w, "POST", "/v1/batches", &w->s), BATCH_MAX_COMPRESSED);
    assert_true(admits(w, "POST", "/v1/enrolments", &w->s) < 10000);
    assert_true(admits(w, "POST", "/elsewhere", &w->s) < 10000);
    struct http_reply reply;
    routes_too_large(&reply);
    assert_int_equal(reply.status, 413);
    http_reply_done(&reply);
    routes_busy(&reply);
    assert_int_equal(reply.status, 503);
    assert_true(reply.retry_after_s > 0);
    http_reply_done(&reply);
}

/* --- status */

static void status_says_who_the_registry_is_to_anyone(void **state)
{
    struct world *w = *state;
    struct cJSON *json = NULL;
    struct errctx e;
    int64_t time = 0;
    ask(w, "GET", "/v1/status?x=1", NULL);
    answer_is(w, 200, "application/json");
    assert_ok(json_read(w->call.reply.body.data, w->call.reply.body.len, &json, &e));
    assert_string_equal(json_get_str(json, "registry"), w->m.ingest.registry->code);
    assert_string_equal(json_get_str(json, "name"), "Kono regional office");
    assert_int_equal(strlen(json_get_str(json, "incarnation")), 32);
    assert_true(json_get_int(json, "time", &time));
    assert_int_equal(time, MINISTRY_NOW);
    json_free(json);
}

/* --- enrolment */

static void an_invited_laptop_is_enrolled_and_gets_the_invitation_without_code(void **state)
{
    struct world *w = *state;
    struct container c = {0};
    struct invitation i;
    struct errctx e;
    enrol(w, &w->s, w->m.code);
    answer_is(w, 201, CONTAINER_MEDIA_TYPE);
    ministry_open(&w->m, &w->call.reply.body, &c);
    assert_ok(invitation_read(&c, &i, &e));
    assert_string_equal(i.name, "Kono regional office");
    assert_string_equal(i.country, "SL");
    assert_string_equal(i.code, "");
    assert_int_equal(i.district_count, 1);
    container_done(&c);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM device"), 1);
}

static void the_same_laptop_may_enrol_again_with_its_code(void **state)
{
    struct world *w = *state;
    enrol(w, &w->s, w->m.code);
    enrol(w, &w->s, w->m.code);
    answer_is(w, 201, CONTAINER_MEDIA_TYPE);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM device"), 1);
}

static void another_laptop_may_not_use_the_code_again(void **state)
{
    struct world *w = *state;
    struct sender other;
    sender_init(&other, 2, false);
    enrol(w, &w->s, w->m.code);
    enrol(w, &other, w->m.code);
    problem_is(w, 403, PROBLEM_INVITATION);
    sender_done(&other);
}

static void enrolment_is_signed_by_the_key_that_enrols(void **state)
{
    struct world *w = *state;
    struct sender other;
    sender_init(&other, 2, false);
    write_enrolment(w, &w->s, w->m.code, "false");
    ask(w, "POST", "/v1/enrolments", NULL);
    problem_is(w, 401, PROBLEM_BAD_SIGNATURE);
    ask(w, "POST", "/v1/enrolments", &other);
    problem_is(w, 401, PROBLEM_BAD_SIGNATURE);
    memcpy(other.me.code, w->s.me.code, sizeof other.me.code); /* pretends to be the first */
    ask(w, "POST", "/v1/enrolments", &other);
    problem_is(w, 401, PROBLEM_BAD_SIGNATURE);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM device"), 0);
    sender_done(&other);
}

static void enrolments_of_another_form_are_refused(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *from;
        const char *to;
        enum problem_type type;
    } cases[] = {
        {"{\"", "[\"", PROBLEM_BAD_FORM},
        {"enrolment/1", "enrolment/2", PROBLEM_UNKNOWN_VERSION},
        {"enrolment/1", "batch/1", PROBLEM_BAD_FORM},
        {"\"key\":\"", "\"key\":\"0", PROBLEM_BAD_FORM},
        {"\"device\":\"", "\"device\":\"0", PROBLEM_BAD_FORM},
        {"\"code\":\"", "\"code\":\"0", PROBLEM_BAD_FORM},
        {"\"code\"", "\"c\"", PROBLEM_BAD_FORM},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_enrolment(w, &w->s, w->m.code, "false");
        char *whole = str_dup(buf_str(&w->call.body));
        char *at = strstr(whole, cases[i].from);
        assert_non_null(at);
        buf_clear(&w->call.body);
        buf_put(&w->call.body, whole, (size_t)(at - whole));
        buf_printf(&w->call.body, "%s%s", cases[i].to, at + strlen(cases[i].from));
        free(whole);
        ask(w, "POST", "/v1/enrolments", &w->s);
        problem_is(w, 422, cases[i].type);
    }
}

static void a_training_laptop_is_kept_out(void **state)
{
    struct world *w = *state;
    write_enrolment(w, &w->s, w->m.code, "true");
    ask(w, "POST", "/v1/enrolments", &w->s);
    problem_is(w, 403, PROBLEM_TRAINING);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM invitation WHERE used_at = 0"), 1);
}

/* --- batches */

static void a_first_batch_signed_by_its_own_key_enrols(void **state)
{
    struct world *w = *state;
    send_batch(w, 1, 3, w->m.code, &w->s);
    answer_is(w, 200, CONTAINER_MEDIA_TYPE);
    assert_string_equal(w->call.reply.device, w->s.me.code);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM batch WHERE via = 'http'"), 1);
}

static void a_batch_of_somebody_unknown_is_refused(void **state)
{
    struct world *w = *state;
    send_batch(w, 2, 3, NULL, &w->s);
    problem_is(w, 403, PROBLEM_NOT_ENROLLED);
    buf_clear(&w->call.body);
    buf_puts(&w->call.body, "no batch at all");
    ask(w, "POST", "/v1/batches", &w->s);
    problem_is(w, 403, PROBLEM_NOT_ENROLLED);
}

static void an_unsigned_batch_is_refused(void **state)
{
    struct world *w = *state;
    send_batch(w, 1, 3, w->m.code, NULL);
    problem_is(w, 401, PROBLEM_BAD_SIGNATURE);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM entry"), 0);
}

static void anyone_enrolled_may_deliver_anyones_batch(void **state)
{
    struct world *w = *state;
    struct sender courier;
    char code[INVITATION_CODE_BYTES];
    struct errctx e;
    sender_init(&courier, 2, false);
    assert_ok(registry_store_invite(w->m.store, "Courier", NULL, 0, 0, MINISTRY_NOW, code, &e));
    enrol(w, &courier, code);
    send_batch(w, 1, 3, w->m.code, &courier);
    answer_is(w, 200, CONTAINER_MEDIA_TYPE);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM batch WHERE via LIKE 'carried by ______'"),
                     1);
    sender_done(&courier);
}

static void a_stranger_may_not_deliver(void **state)
{
    struct world *w = *state;
    struct sender stranger;
    sender_init(&stranger, 2, false);
    send_batch(w, 1, 3, w->m.code, &stranger);
    problem_is(w, 403, PROBLEM_NOT_ENROLLED);
    sender_done(&stranger);
}

static void the_prefix_is_named_by_dictionary_id(void **state)
{
    struct world *w = *state;
    char id[IDENT_BYTES + 2];
    send_batch(w, 1, 2, w->m.code, &w->s);
    sender_prefixed_batch(&w->s, 3, 3, &w->call.body);
    ask(w, "POST", "/v1/batches", &w->s);
    problem_is(w, 422, PROBLEM_UNKNOWN_PREFIX);
    (void)snprintf(id, sizeof id, "\"%s-3\"", w->s.me.code);
    w->call.dictionary_id = id;
    ask(w, "POST", "/v1/batches", &w->s);
    answer_is(w, 200, CONTAINER_MEDIA_TYPE);
    w->call.dictionary_id = NULL;
}

static void a_gap_is_409_with_the_number_expected(void **state)
{
    struct world *w = *state;
    send_batch(w, 1, 1, w->m.code, &w->s);
    send_batch(w, 3, 3, NULL, &w->s);
    problem_is(w, 409, PROBLEM_GAP);
    assert_non_null(strstr(buf_str(&w->call.reply.body), "\"expected\":2"));
}

/* --- receipts */

static void ask_receipt(struct world *w, const struct sender *of, const struct sender *signer)
{
    char target[64];
    (void)snprintf(target, sizeof target, "/v1/devices/%s/receipt", of->me.code);
    buf_clear(&w->call.body);
    ask(w, "GET", target, signer);
    w->call.target = NULL;
}

static void a_device_gets_its_own_receipt(void **state)
{
    struct world *w = *state;
    struct container c = {0};
    struct receipt r;
    struct errctx e;
    send_batch(w, 1, 3, w->m.code, &w->s);
    ask_receipt(w, &w->s, &w->s);
    answer_is(w, 200, CONTAINER_MEDIA_TYPE);
    ministry_open(&w->m, &w->call.reply.body, &c);
    assert_ok(receipt_read(&c, &r, NULL, NULL, &e));
    assert_int_equal(r.upto, 3);
    assert_int_equal(r.first, 0);
    container_done(&c);
}

static void ask_entries(struct world *w, const char *entries, const struct sender *signer)
{
    char target[96];
    (void)snprintf(target, sizeof target, "/v1/devices/%s/receipt?entries=%s", w->s.me.code, entries);
    buf_clear(&w->call.body);
    ask(w, "GET", target, signer);
}

static void receipt_tells(struct world *w, int64_t first, int64_t last)
{
    struct container c;
    struct receipt r;
    struct buf plain = {0};
    struct errctx e;
    answer_is(w, 200, CONTAINER_MEDIA_TYPE);
    assert_ok(container_unpack(w->call.reply.body.data, w->call.reply.body.len, NULL, 0, &plain, &e));
    assert_ok(container_split(&plain, &c, &e));
    assert_ok(receipt_read(&c, &r, NULL, NULL, &e));
    assert_int_equal(r.device, w->s.me.number);
    assert_int_equal(r.first, first);
    assert_int_equal(r.last, last);
    assert_int_equal(r.point_count, last > 0 ? 1 : 0);
    assert_true(last == 0 || r.points[0].number == last);
    container_done(&c);
    buf_done(&plain);
}

static void what_became_of_entries_is_told_to_their_laptop_alone(void **state)
{
    static const char *const bad[] = {"",     "2",   "0-2",       "3-2", "2-3-4", "2-4294967296",
                                      "-2-3", "a-b", "2-3&from=1"};
    struct world *w = *state;
    struct sender other;
    sender_init(&other, 2, false);
    send_batch(w, 1, 3, w->m.code, &w->s);
    ask_entries(w, "2-3", &w->s);
    receipt_tells(w, 2, 3);
    ask_entries(w, "1-99", &w->s);
    receipt_tells(w, 1, 3);
    ask_entries(w, "4-9", &w->s);
    receipt_tells(w, 0, 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ask_entries(w, bad[i], &w->s);
        problem_is(w, 422, PROBLEM_BAD_FORM);
    }
    ask_entries(w, "2-3", &other);
    problem_is(w, 403, PROBLEM_NOT_ENROLLED);
    ask_entries(w, "2-3", NULL);
    problem_is(w, 401, PROBLEM_BAD_SIGNATURE);
    sender_done(&other);
}

static void nobody_gets_the_receipt_of_another(void **state)
{
    struct world *w = *state;
    struct sender other;
    sender_init(&other, 2, false);
    send_batch(w, 1, 3, w->m.code, &w->s);
    ask_receipt(w, &w->s, &other);
    problem_is(w, 404, PROBLEM_NOT_FOUND);
    ask_receipt(w, &w->s, NULL);
    problem_is(w, 401, PROBLEM_BAD_SIGNATURE);
    memcpy(other.me.code, w->s.me.code, sizeof other.me.code);
    ask_receipt(w, &w->s, &other);
    problem_is(w, 401, PROBLEM_BAD_SIGNATURE);
    sender_done(&other);
}

static void who_is_not_enrolled_or_revoked_is_told_so(void **state)
{
    struct world *w = *state;
    struct errctx e;
    ask_receipt(w, &w->s, &w->s);
    problem_is(w, 403, PROBLEM_NOT_ENROLLED);
    send_batch(w, 1, 3, w->m.code, &w->s);
    assert_ok(registry_store_revoke(w->m.store, w->s.me.number, "stolen", MINISTRY_NOW, &e));
    ask_receipt(w, &w->s, &w->s);
    problem_is(w, 403, PROBLEM_REVOKED);
    enrol(w, &w->s, w->m.code);
    problem_is(w, 403, PROBLEM_REVOKED);
    sender_batch(&w->s, 1, 3, NULL, &w->call.body);
    ask(w, "POST", "/v1/batches", &w->s);
    problem_is(w, 403, PROBLEM_REVOKED);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM quarantine"), 1);
}

static void when_a_laptop_was_seen_is_kept_to_the_hour(void **state)
{
    struct world *w = *state;
    char target[64];
    send_batch(w, 1, 3, w->m.code, &w->s);
    (void)snprintf(target, sizeof target, "/v1/devices/%s/receipt", w->s.me.code);
    buf_clear(&w->call.body);
    w->call.method = "GET";
    w->call.target = target;
    ask_at(w, MINISTRY_NOW + 3599);
    assert_int_equal(ministry_count(&w->m, "SELECT seen_at FROM device"), MINISTRY_NOW);
    ask_at(w, MINISTRY_NOW + 3600);
    assert_int_equal(ministry_count(&w->m, "SELECT seen_at FROM device"), MINISTRY_NOW + 3600);
}

static void a_fault_of_ours_is_named_to_the_log_alone(void **state)
{
    struct world *w = *state;
    struct errctx e;
    send_batch(w, 1, 3, w->m.code, &w->s);
    answer_is(w, 200, CONTAINER_MEDIA_TYPE);
    assert_string_equal(w->call.reply.cause, "");
    assert_ok(db_exec(w->m.store->db, "ALTER TABLE entry RENAME TO gone", &e));
    (void)sender_add_coop(&w->s, "Three");
    send_batch(w, 4, 4, NULL, &w->s);
    problem_is(w, 500, PROBLEM_INTERNAL);
    assert_non_null(strstr(w->call.reply.cause, "entry"));
    assert_null(strstr(buf_str(&w->call.reply.body), w->call.reply.cause));
    assert_false(w->call.reply.stuck);
}

static enum err never_locks(void *arg, struct errctx *e)
{
    (void)arg;
    (void)err_fail(e, ERR_DB, "locking protocol");
    e->code = SQLITE_PROTOCOL;
    return e->kind;
}

/* What SQLite says for ever once the system kept a lock (crash/failing: fcntl in "serve"). */
static void a_lock_that_is_lost_ends_the_server(void **state)
{
    struct world *w = *state;
    w->m.ledger->begin = never_locks;
    send_batch(w, 1, 3, w->m.code, &w->s);
    problem_is(w, 500, PROBLEM_INTERNAL);
    assert_true(w->call.reply.stuck);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(unknown_addresses_are_not_found),
        TEST(a_wrong_method_is_told_the_right_one),
        TEST(only_batches_may_be_large),
        TEST(of_whom_nobody_knows_little_is_read_and_of_forgers_nothing),
        TEST(status_says_who_the_registry_is_to_anyone),
        TEST(an_invited_laptop_is_enrolled_and_gets_the_invitation_without_code),
        TEST(the_same_laptop_may_enrol_again_with_its_code),
        TEST(another_laptop_may_not_use_the_code_again),
        TEST(enrolment_is_signed_by_the_key_that_enrols),
        TEST(enrolments_of_another_form_are_refused),
        TEST(a_training_laptop_is_kept_out),
        TEST(a_first_batch_signed_by_its_own_key_enrols),
        TEST(a_batch_of_somebody_unknown_is_refused),
        TEST(an_unsigned_batch_is_refused),
        TEST(anyone_enrolled_may_deliver_anyones_batch),
        TEST(a_stranger_may_not_deliver),
        TEST(the_prefix_is_named_by_dictionary_id),
        TEST(a_gap_is_409_with_the_number_expected),
        TEST(a_device_gets_its_own_receipt),
        TEST(nobody_gets_the_receipt_of_another),
        TEST(what_became_of_entries_is_told_to_their_laptop_alone),
        TEST(who_is_not_enrolled_or_revoked_is_told_so),
        TEST(when_a_laptop_was_seen_is_kept_to_the_hour),
        TEST(a_fault_of_ours_is_named_to_the_log_alone),
        TEST(a_lock_that_is_lost_ends_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
