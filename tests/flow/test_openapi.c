/* Holds a running server to schema/api/openapi.yaml. */
#include "tests/lib/test.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#include "schema/base/base32.h"
#include "schema/base/file.h"
#include "sync/server/enrol.h"
#include "sync/server/server.h"
#include "tests/flow/api.h"
#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"
#include "tests/lib/wire.h"

#define API ALLUVIA_SOURCE_DIR "/schema/api/"

enum {
    MAX_SEEN = 64
};

/* A registry that serves, and a laptop of it. The desk opens the same registry from aside. */
struct world {
    struct api api;
    struct ministry m;
    struct registry_store *desk;
    struct server *server;
    int port;
    struct sender s;
    struct buf body;
    char seen[MAX_SEEN][80]; /* "postBatch 409 gap": what was answered */
    int seen_count;
};

static int64_t now(void)
{
    return MINISTRY_NOW;
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct errctx e;
    api_open(&w->api, API "openapi.yaml");
    ministry_init(&w->m, false);
    assert_ok(registry_store_open(w->m.folder, DB_WRITE, &w->desk, &e));
    sender_init(&w->s, 1, false);
    for (int i = 0; i < 5; i++)
        (void)sender_add_coop(&w->s, "Cooperative");
    struct server_options options = {.listen = "127.0.0.1:0",
                                     .ledger = w->m.ledger,
                                     .registry = w->m.ingest.registry,
                                     .program = "alluvia-registry",
                                     .now = now};
    assert_ok(server_start(&options, &w->server, &e));
    w->port = server_port(w->server);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    server_stop(w->server);
    registry_store_close(w->desk);
    ministry_done(&w->m);
    sender_done(&w->s);
    buf_done(&w->body);
    api_close(&w->api);
    free(w);
    return 0;
}

/* --- what is answered must be documented */

static void note(struct world *w, const char *operation, const char *status, const char *problem)
{
    assert_true(w->seen_count < MAX_SEEN);
    (void)snprintf(w->seen[w->seen_count++], sizeof w->seen[0], "%s %s %s", operation, status, problem);
}

static bool was_seen(const struct world *w, const char *operation, const char *status, const char *problem)
{
    char text[80];
    (void)snprintf(text, sizeof text, "%s %s %s", operation, status, problem);
    for (int i = 0; i < w->seen_count; i++) {
        if (strcmp(w->seen[i], text) == 0)
            return true;
    }
    return false;
}

static void check_headers(struct world *w, yaml_node_t *response, const struct wire_reply *reply)
{
    static const char *const usual[] = {"Date", "Content-Type", "Content-Length", "Cache-Control",
                                        "Connection"};
    char value[128];
    const char *name = NULL;
    yaml_node_t *header = NULL;
    for (int i = 0; api_pair(&w->api, api_get(&w->api, response, "headers"), &i, &name, &header);) {
        if (!*wire_header(reply, name, value))
            fail_msg("the answer has no header %s", name);
    }
    for (const char *line = strstr(reply->headers, "\r\n") + 2; *line; line = strstr(line, "\r\n") + 2) {
        size_t len = strcspn(line, ":");
        bool known = false;
        for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
            known = known || (strlen(usual[i]) == len && memcmp(usual[i], line, len) == 0);
        char *own = str_dup_len(line, len);
        if (!known && !api_get(&w->api, api_get(&w->api, response, "headers"), own))
            fail_msg("header %s is not documented", own);
        free(own);
    }
}

/* Returns the problem's word, "-" without one. */
static const char *check_body(struct world *w, yaml_node_t *response, const struct wire_reply *reply)
{
    if (reply->status == 204) {
        assert_null(api_get(&w->api, response, "content"));
        assert_int_equal(reply->body.len, 0);
        return "-";
    }
    static const char *const all_types[] = {"components", "schemas", "Problem", "properties",
                                            "type",       "enum",    NULL};
    char type[128];
    struct errctx e;
    struct cJSON *json = NULL;
    yaml_node_t *content = api_get(&w->api, response, "content");
    (void)wire_header(reply, "Content-Type", type);
    yaml_node_t *schema = api_get(&w->api, api_get(&w->api, content, type), "schema");
    if (!schema)
        fail_msg("media type \"%s\" is not documented", type);
    if (strstr(type, "json") == NULL) {
        struct container c = {0};
        ministry_open(&w->m, &reply->body, &c);
        container_done(&c);
        return "-";
    }
    assert_ok(json_read(reply->body.data, reply->body.len, &json, &e));
    api_check_members(&w->api, schema, json);
    const char *word = "-";
    if (strcmp(type, PROBLEM_MEDIA_TYPE) == 0) {
        int64_t status = 0;
        assert_true(json_get_int(json, "status", &status));
        assert_int_equal(status, reply->status);
        assert_true(api_lists(&w->api, api_at(&w->api, all_types), json_get_str(json, "type")));
        word = problem_word(problem_find(json_get_str(json, "type")));
        if (!api_lists(&w->api, api_get(&w->api, response, "x-problems"), word))
            fail_msg("problem %s is not documented", word);
    }
    json_free(json);
    return word;
}

static void ask(struct world *w, const char *path, const struct wire_request *request, int status,
                const char *problem)
{
    char method[16];
    char code[8];
    struct buf bytes = {0};
    struct wire_reply reply;
    wire_write(request, &bytes);
    wire_ask(w->port, &bytes, &reply);
    (void)snprintf(code, sizeof code, "%d", reply.status);
    (void)snprintf(method, sizeof method, "%s", strcmp(request->method, "GET") == 0 ? "get" : "post");
    if (reply.status != status)
        fail_msg("%s %s: %d instead of %d: %s", request->method, path, reply.status, status,
                 buf_str(&reply.body));
    const char *const operation_at[] = {"paths", path, method, NULL};
    yaml_node_t *operation = api_at(&w->api, operation_at);
    yaml_node_t *response = api_get(&w->api, api_get(&w->api, operation, "responses"), code);
    if (!response)
        fail_msg("%s %s: %s is not documented", method, path, code);
    check_headers(w, response, &reply);
    const char *word = check_body(w, response, &reply);
    if (strcmp(word, problem) != 0)
        fail_msg("%s %s: %s instead of %s: %s", method, path, word, problem, buf_str(&reply.body));
    note(w, api_text(api_get(&w->api, operation, "operationId")), code, word);
    wire_reply_done(&reply);
    buf_done(&bytes);
}

/* --- requests */

static void invite(struct world *w, char code[INVITATION_CODE_BYTES])
{
    struct errctx e;
    assert_ok(registry_store_invite(w->desk, "Koidu 2", NULL, 0, 0, MINISTRY_NOW, code, &e));
}

static void revoke(struct world *w, const struct sender *s)
{
    struct errctx e;
    assert_ok(registry_store_revoke(w->desk, s->me.number, "stolen", MINISTRY_NOW, &e));
}

static void enrolment(struct world *w, const struct sender *s, const char *version, const char *code)
{
    char key[2 * KEY_BYTES + 1];
    hex_put(s->me.key, KEY_BYTES, key);
    buf_clear(&w->body);
    buf_printf(&w->body,
               "{\"alluvia\":\"%s\",\"device\":\"%s\",\"key\":\"%s\",\"code\":\"%s\",\"training\":%s}",
               version, s->me.code, key, code, s->training ? "true" : "false");
}

static void enrol(struct world *w, const struct device *signer, int status, const char *problem)
{
    struct wire_request request = {.method = "POST",
                                   .target = "/v1/enrolments",
                                   .body = &w->body,
                                   .signer = signer,
                                   .extra = "Content-Type: application/json\r\n"};
    ask(w, "/v1/enrolments", &request, status, problem);
}

static void deliver(struct world *w, const struct device *signer, int status, const char *problem)
{
    struct wire_request request = {.method = "POST",
                                   .target = "/v1/batches",
                                   .body = &w->body,
                                   .signer = signer,
                                   .extra = "Content-Encoding: zstd\r\nContent-Type: " CONTAINER_MEDIA_TYPE
                                            "\r\n"};
    ask(w, "/v1/batches", &request, status, problem);
}

static void ask_points(struct world *w, const struct sender *of, const char *query, int status,
                       const char *problem)
{
    char target[96];
    (void)snprintf(target, sizeof target, "/v1/devices/%s/receipt%s", of->me.code, query);
    struct wire_request request = {.method = "GET", .target = target, .signer = &of->me};
    ask(w, "/v1/devices/{code}/receipt", &request, status, problem);
}

static void ask_receipt(struct world *w, const struct sender *of, const struct device *signer, int status,
                        const char *problem)
{
    char target[64];
    (void)snprintf(target, sizeof target, "/v1/devices/%s/receipt", of->me.code);
    struct wire_request request = {.method = "GET", .target = target, .signer = signer};
    ask(w, "/v1/devices/{code}/receipt", &request, status, problem);
}

static void ask_feed(struct world *w, const char *query, const struct device *signer, int status,
                     const char *problem)
{
    char target[64];
    (void)snprintf(target, sizeof target, "/v1/feed%s", query);
    struct wire_request request = {.method = "GET", .target = target, .signer = signer};
    ask(w, "/v1/feed", &request, status, problem);
}

/* A body that announces more than is read, and never comes. */
static void announce_too_much(struct world *w, const char *path)
{
    struct wire_request request = {
        .method = "POST", .target = path, .signer = &w->s.me, .extra = "Content-Length: 8388609\r\n"};
    ask(w, path, &request, 413, "too-large");
}

/* --- every documented answer */

static void try_enrolments(struct world *w)
{
    struct sender learner;
    sender_init(&learner, 2, true);
    enrolment(w, &w->s, "enrolment/1", w->m.code);
    enrol(w, NULL, 401, "bad-signature");
    enrolment(w, &w->s, "enrolment/9", w->m.code);
    enrol(w, &w->s.me, 422, "unknown-version");
    enrolment(w, &w->s, "enrolment/1", "ABCD");
    enrol(w, &w->s.me, 422, "bad-form");
    enrolment(w, &w->s, "enrolment/1", "ABCD-EFGH-JKMN-PQRS");
    enrol(w, &w->s.me, 403, "invitation");
    enrolment(w, &learner, "enrolment/1", w->m.code);
    enrol(w, &learner.me, 403, "training");
    enrolment(w, &w->s, "enrolment/1", w->m.code);
    enrol(w, &w->s.me, 201, "-");
    announce_too_much(w, "/v1/enrolments");
    sender_done(&learner);
}

static void try_strangers(struct world *w)
{
    struct sender stranger;
    struct sender learner;
    char code[INVITATION_CODE_BYTES];
    sender_init(&stranger, 3, false);
    sender_init(&learner, 2, true);
    sender_batch(&stranger, 1, 1, NULL, &w->body);
    deliver(w, &stranger.me, 403, "not-enrolled");
    ask_receipt(w, &stranger, &stranger.me, 403, "not-enrolled");
    ask_feed(w, "", &stranger.me, 403, "not-enrolled");
    sender_batch(&stranger, 1, 1, "ABCD-EFGH-JKMN-PQRS", &w->body);
    deliver(w, &stranger.me, 403, "invitation");
    invite(w, code);
    sender_batch(&learner, 1, 1, code, &w->body);
    deliver(w, &learner.me, 403, "training");
    ask_receipt(w, &w->s, &stranger.me, 404, "not-found");
    sender_done(&stranger);
    sender_done(&learner);
}

static void pack_without(struct world *w, struct buf *plain, const struct device *signer)
{
    struct errctx e;
    buf_truncate(plain, (size_t)(strrchr(plain->data, '{') - plain->data));
    container_sign(plain, signer);
    buf_clear(&w->body);
    assert_ok(container_pack(plain, NULL, 0, &w->body, &e));
}

static void deliver_with(struct world *w, const char *from, const char *to, const struct device *signer,
                         const char *problem)
{
    struct buf plain = {0};
    sender_plain(&w->s, 3, 4, NULL, &plain);
    char *at = strstr(plain.data, from);
    assert_non_null(at);
    memcpy(at, to, strlen(from));
    pack_without(w, &plain, signer);
    deliver(w, &w->s.me, 422, problem);
    buf_done(&plain);
}

static void try_batches(struct world *w)
{
    struct sender copy;
    struct sender thief;
    sender_init(&copy, 1, false);
    sender_init(&thief, 9, false);
    (void)sender_add_coop(&copy, "Written on the copy");
    sender_batch(&w->s, 1, 2, NULL, &w->body);
    deliver(w, NULL, 401, "bad-signature");
    deliver(w, &w->s.me, 200, "-");
    deliver(w, &w->s.me, 200, "-");
    sender_batch(&w->s, 4, 5, NULL, &w->body);
    deliver(w, &w->s.me, 409, "gap");
    sender_batch(&copy, 1, 2, NULL, &w->body);
    deliver(w, &w->s.me, 409, "forked");
    sender_prefixed_batch(&w->s, 3, 4, &w->body);
    deliver(w, &w->s.me, 422, "unknown-prefix");
    buf_clear(&w->body);
    buf_puts(&w->body, "<html>");
    deliver(w, &w->s.me, 422, "bad-form");
    deliver_with(w, "batch/1", "batch/9", &w->s.me, "unknown-version");
    deliver_with(w, "Koidu", "Tongo", &w->s.me, "bad-chain");
    deliver_with(w, "\"Koidu\"", "1234567", &w->s.me, "bad-entry");
    deliver_with(w, "Koidu", "Tongo", &thief.me, "bad-signature");
    announce_too_much(w, "/v1/batches");
    sender_done(&copy);
    sender_done(&thief);
}

/* Of which every laptop is told. */
static void revoke_another(struct world *w)
{
    struct sender other;
    char code[INVITATION_CODE_BYTES];
    sender_init(&other, 4, false);
    invite(w, code);
    sender_batch(&other, 1, 1, code, &w->body);
    deliver(w, &other.me, 200, "-");
    revoke(w, &other);
    sender_done(&other);
}

static void try_receipts_and_the_revoked(struct world *w)
{
    ask_receipt(w, &w->s, NULL, 401, "bad-signature");
    ask_receipt(w, &w->s, &w->s.me, 200, "-");
    ask_points(w, &w->s, "?from=4", 200, "-");
    ask_points(w, &w->s, "?entries=1-4", 200, "-");
    ask_points(w, &w->s, "?from=-4", 422, "bad-form");
    ask_points(w, &w->s, "?entries=4-1", 422, "bad-form");
    ask_points(w, &w->s, "?until=4", 422, "bad-form");
    ask_feed(w, "", NULL, 401, "bad-signature");
    ask_feed(w, "?after=x", &w->s.me, 422, "bad-form");
    ask_feed(w, "?after=0", &w->s.me, 204, "-");
    revoke_another(w);
    ask_feed(w, "", &w->s.me, 200, "-");
    revoke(w, &w->s);
    ask_feed(w, "", &w->s.me, 403, "revoked");
    ask_receipt(w, &w->s, &w->s.me, 403, "revoked");
    sender_batch(&w->s, 3, 5, NULL, &w->body);
    deliver(w, &w->s.me, 403, "revoked");
    enrolment(w, &w->s, "enrolment/1", w->m.code);
    enrol(w, &w->s.me, 403, "revoked");
}

static void response_was_seen(struct world *w, const char *operation, const char *status,
                              yaml_node_t *response)
{
    const char *word = NULL;
    yaml_node_t *words = api_get(&w->api, response, "x-problems");
    if (!words && !was_seen(w, operation, status, "-"))
        fail_msg("%s %s is documented and was not seen", operation, status);
    for (int i = 0; api_item(&w->api, words, &i, &word);) {
        if (!was_seen(w, operation, status, word) &&
            !api_lists(&w->api, api_get(&w->api, response, "x-untested"), word))
            fail_msg("%s %s %s is documented and was not seen", operation, status, word);
    }
}

static void everything_was_seen(struct world *w)
{
    static const char *const paths_at[] = {"paths", NULL};
    const char *path = NULL;
    const char *method = NULL;
    const char *status = NULL;
    yaml_node_t *methods = NULL;
    yaml_node_t *operation = NULL;
    yaml_node_t *response = NULL;
    for (int p = 0; api_pair(&w->api, api_at(&w->api, paths_at), &p, &path, &methods);) {
        for (int m = 0; api_pair(&w->api, methods, &m, &method, &operation);) {
            const char *id = api_text(api_get(&w->api, operation, "operationId"));
            yaml_node_t *responses = api_get(&w->api, operation, "responses");
            for (int r = 0; api_pair(&w->api, responses, &r, &status, &response);)
                response_was_seen(w, id, status, response);
        }
    }
}

/* The path with its {code} filled in; another method than the one documented is refused. */
static void try_methods(struct world *w)
{
    static const char *const paths_at[] = {"paths", NULL};
    const char *path = NULL;
    const char *method = NULL;
    yaml_node_t *methods = NULL;
    yaml_node_t *operation = NULL;
    for (int p = 0; api_pair(&w->api, api_at(&w->api, paths_at), &p, &path, &methods);) {
        char target[64];
        int m = 0;
        const char *hole = strchr(path, '{');
        assert_true(api_pair(&w->api, methods, &m, &method, &operation));
        if (hole)
            (void)snprintf(target, sizeof target, "%.*s7K4QXM%s", (int)(hole - path), path,
                           strchr(hole, '}') + 1);
        else
            (void)snprintf(target, sizeof target, "%s", path);
        struct buf bytes = {0};
        struct wire_reply reply;
        struct wire_request request = {.method = "DELETE", .target = target};
        yaml_node_t *response = api_get(&w->api, api_get(&w->api, operation, "responses"), "405");
        wire_write(&request, &bytes);
        wire_ask(w->port, &bytes, &reply);
        assert_int_equal(reply.status, 405);
        check_headers(w, response, &reply);
        note(w, api_text(api_get(&w->api, operation, "operationId")), "405", check_body(w, response, &reply));
        wire_reply_done(&reply);
        buf_done(&bytes);
    }
}

static void every_documented_answer_is_given_and_no_other(void **state)
{
    struct world *w = *state;
    struct wire_request status = {.method = "GET", .target = "/v1/status"};
    ask(w, "/v1/status", &status, 200, "-");
    try_enrolments(w);
    try_strangers(w);
    try_batches(w);
    try_receipts_and_the_revoked(w);
    try_methods(w);
    everything_was_seen(w);
}

static void addresses_that_are_not_documented_are_not_found(void **state)
{
    struct world *w = *state;
    static const char *const targets[] = {"/",          "/v1",          "/v1/feeds", "/v1/devices",
                                          "/v2/status", "/v1/status/x", "/%2e"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        struct buf bytes = {0};
        struct wire_reply reply;
        char type[128];
        struct wire_request request = {.method = "GET", .target = targets[i]};
        wire_write(&request, &bytes);
        wire_ask(w->port, &bytes, &reply);
        assert_int_equal(reply.status, 404);
        assert_string_equal(wire_header(&reply, "Content-Type", type), PROBLEM_MEDIA_TYPE);
        wire_reply_done(&reply);
        buf_done(&bytes);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(every_documented_answer_is_given_and_no_other),
        TEST(addresses_that_are_not_documented_are_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
