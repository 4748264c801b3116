#include "sync/server/routes.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/base32.h"
#include "sync/server/enrol.h"
#include "sync/server/feed.h"
#include "sync/server/ingest.h"
#include "sync/server/receipts.h"

#define JSON_MEDIA_TYPE "application/json"

enum {
    RETRY_AFTER_S = 10,
    SEEN_EVERY_S = 3600, /* an idle question costs no write: when a laptop was seen is kept to the hour */
};

/* One request under way. */
struct call {
    const struct routes *routes;
    struct ledger *ledger;
    const struct http_message *request;
    struct http_reply *reply;
    uint32_t device; /* the one in the path */
};

/* --- refusing */

static void answer_problem(struct http_reply *reply, const struct problem *problem, int status)
{
    buf_clear(&reply->body);
    reply->status = status;
    reply->media_type = PROBLEM_MEDIA_TYPE;
    reply->problem = problem_word(problem->type);
    reply->retry_after_s = problem->type == PROBLEM_BUSY ? RETRY_AFTER_S : 0;
    problem_write(problem, status, &reply->body);
}

static void refuse(struct http_reply *reply, enum problem_type type, int status, const char *detail)
{
    struct problem problem = {.type = type};
    (void)snprintf(problem.detail, sizeof problem.detail, "%s", detail);
    answer_problem(reply, &problem, status);
}

/* Its type says all that there is to say. */
static void refuse_as(struct http_reply *reply, enum problem_type type)
{
    const struct problem problem = {.type = type};
    answer_problem(reply, &problem, problem_status(type));
}

/* For the log alone: what happened to us is no business of strangers. */
static void note_cause(struct http_reply *reply, const struct errctx *e)
{
    (void)snprintf(reply->cause, sizeof reply->cause, "%.199s", e->text);
    reply->stuck = db_is_stuck(e);
}

static void fail(struct http_reply *reply, const struct errctx *e)
{
    note_cause(reply, e);
    refuse_as(reply, e->kind == ERR_BUSY ? PROBLEM_BUSY : PROBLEM_INTERNAL);
}

void routes_too_large(struct http_reply *out)
{
    *out = (struct http_reply){.route = "-"};
    refuse(out, PROBLEM_TOO_LARGE, problem_status(PROBLEM_TOO_LARGE), "send fewer entries at once");
}

void routes_busy(struct http_reply *out)
{
    *out = (struct http_reply){.route = "-"};
    refuse_as(out, PROBLEM_BUSY);
}

void http_reply_done(struct http_reply *reply)
{
    buf_done(&reply->body);
}

/* --- who asks */

/* The device that the request's signature names, before it is believed. */
static bool read_signature(struct call *c, struct http_signature *signature, uint32_t *device)
{
    struct errctx e;
    if (http_signature_read(c->request, signature, &e) != ERR_OK) {
        refuse(c->reply, PROBLEM_BAD_SIGNATURE, 401, e.text);
        return false;
    }
    if (!device_code_parse(signature->keyid, device)) {
        refuse(c->reply, PROBLEM_BAD_SIGNATURE, 401, "keyid is not a device code");
        return false;
    }
    return true;
}

static void refuse_too_many(struct call *c, int wait_s)
{
    refuse_as(c->reply, PROBLEM_TOO_MANY);
    c->reply->retry_after_s = wait_s;
}

/* Of a device whose signature was verified, so that nobody uses up what is another's. */
static bool may_ask(struct call *c, uint32_t device, bool take)
{
    int wait_s = 0;
    const struct routes *w = c->routes;
    if (!w->throttle || throttle_allows(w->throttle, THROTTLE_DEVICE, throttle_key_of_device(device),
                                        w->tick_ms, take, &wait_s))
        return true;
    refuse_too_many(c, wait_s);
    return false;
}

/* Before anything is looked up for somebody unknown. */
static bool may_try(struct call *c)
{
    int wait_s = 0;
    const struct routes *w = c->routes;
    if (!w->throttle ||
        throttle_allows(w->throttle, THROTTLE_STRANGER, w->stranger, w->tick_ms, false, &wait_s))
        return true;
    refuse_too_many(c, wait_s);
    return false;
}

/* Codes that are refused count, whoever shows them. */
static void count_failure(struct call *c, enum problem_type type)
{
    int wait_s = 0;
    const struct routes *w = c->routes;
    if (w->throttle && (type == PROBLEM_INVITATION || type == PROBLEM_NOT_ENROLLED))
        (void)throttle_allows(w->throttle, THROTTLE_STRANGER, w->stranger, w->tick_ms, true, &wait_s);
}

static bool verify(struct call *c, const struct http_signature *signature, uint32_t device,
                   const uint8_t key[KEY_BYTES])
{
    struct errctx e;
    if (http_signature_verify(c->request, signature, key, &e) != ERR_OK) {
        refuse(c->reply, PROBLEM_BAD_SIGNATURE, 401, e.text);
        return false;
    }
    (void)device_code_format(device, c->reply->device);
    return may_ask(c, device, true);
}

static void seen(struct call *c, const struct ledger_device *device)
{
    struct errctx e;
    /* Not being able to note it is no reason to refuse an answer. */
    if (c->routes->now - device->seen_at >= SEEN_EVERY_S)
        (void)!c->ledger->device_seen(c->ledger->arg, device->number, c->routes->now, &e);
}

/* --- the routes */

static void get_status(struct call *c)
{
    struct ledger_identity identity;
    struct errctx e;
    if (c->ledger->identity(c->ledger->arg, &identity, &e) != ERR_OK) {
        fail(c->reply, &e);
        return;
    }
    char key[2 * KEY_BYTES + 1];
    hex_put(c->routes->registry->key, KEY_BYTES, key);
    struct json_out json = {.to = &c->reply->body};
    json_open(&json, '{');
    json_put_str(&json, "alluvia", "registry/1");
    json_put_str(&json, "registry", c->routes->registry->code);
    json_put_str(&json, "name", identity.name);
    json_put_str(&json, "country", identity.country);
    json_key(&json, "keys");
    json_open(&json, '[');
    json_str(&json, key);
    json_close(&json, ']');
    json_put_str(&json, "incarnation", identity.incarnation);
    json_put_int(&json, "time", c->routes->now);
    json_key(&json, "versions");
    json_open(&json, '[');
    json_str(&json, "batch/1");
    json_str(&json, "enrolment/1");
    json_str(&json, "feed/1");
    json_close(&json, ']');
    json_put_bool(&json, "training", identity.training);
    json_close(&json, '}');
    c->reply->status = 200;
    c->reply->media_type = JSON_MEDIA_TYPE;
}

static void post_enrolment(struct call *c)
{
    struct http_signature signature;
    uint32_t device = 0;
    struct enrolment enrolment;
    struct problem problem = {0};
    struct errctx e;
    if (!may_try(c) || !read_signature(c, &signature, &device))
        return;
    enum err result = enrol_read(c->request->body, c->request->body_len, &enrolment, &problem, &e);
    if (result == ERR_OK) {
        if (enrolment.device != device) {
            refuse(c->reply, PROBLEM_BAD_SIGNATURE, 401, "keyid is not the device that enrols");
            return;
        }
        if (!verify(c, &signature, device, enrolment.key))
            return;
        result = enrol_device(c->ledger, c->routes->registry, &enrolment, c->routes->now, &c->reply->body,
                              &problem, &e);
    }
    if (result == ERR_OK) {
        c->reply->status = 201;
        c->reply->media_type = CONTAINER_MEDIA_TYPE;
    } else if (problem.type != PROBLEM_NONE) {
        count_failure(c, problem.type);
        answer_problem(c->reply, &problem, problem_status(problem.type));
    } else {
        fail(c->reply, &e);
    }
    problem_done(&problem);
}

/* The structured string of Dictionary-ID (RFC 9842) as an address; 0 without one. */
static int64_t prefix_before(const struct http_message *request)
{
    const char *header = request->header(request->arg, "dictionary-id");
    char text[IDENT_BYTES];
    int64_t id = 0;
    size_t len = header ? strlen(header) : 0;
    if (len < 2 || len - 2 >= sizeof text || header[0] != '"' || header[len - 1] != '"')
        return 0;
    memcpy(text, header + 1, len - 2);
    text[len - 2] = '\0';
    return ident_parse_exact(text, &id) ? id : 0;
}

/* Any enrolled device may deliver; one that is not yet shows the key in its own first batch. */
static bool authenticate_carrier(struct call *c, const struct ingest *in, struct ledger_device *carrier)
{
    struct http_signature signature;
    uint32_t device = 0;
    struct errctx e;
    if (!read_signature(c, &signature, &device))
        return false;
    enum err found = c->ledger->device(c->ledger->arg, device, carrier, &e);
    if (found == ERR_NOT_FOUND && !may_try(c))
        return false;
    if (found == ERR_NOT_FOUND) {
        carrier->number = device;
        found = ingest_key_of(in, c->request->body, c->request->body_len, carrier->key, &e);
        if (found == ERR_NOT_FOUND || device_number_of(carrier->key) != device) {
            count_failure(c, PROBLEM_NOT_ENROLLED);
            refuse(c->reply, PROBLEM_NOT_ENROLLED, problem_status(PROBLEM_NOT_ENROLLED),
                   "enrol this laptop, or send its journal from entry 1 with an invitation code");
            return false;
        }
    }
    if (found != ERR_OK) {
        fail(c->reply, &e);
        return false;
    }
    return verify(c, &signature, device, carrier->key);
}

/* For a laptop that travels with others: what shows it that its disk was copied, signed, for the way home.
 * Its own signature under the batch was right; who only claims its name is told no chain value. */
static void add_receipt(struct problem *problem, const struct ingest *in, const struct batch_header *header)
{
    struct buf receipt = {0};
    struct errctx e;
    if (receipts_points(in, header->from, header->last, &receipt, &e) == ERR_OK) {
        size_t size = sodium_base64_encoded_len(receipt.len, sodium_base64_VARIANT_ORIGINAL);
        char *text = mem_alloc(size);
        struct json_out json = {.to = &problem->extra, .comma = problem->extra.len > 0};
        json_put_str(&json, "receipt",
                     sodium_bin2base64(text, size, (const uint8_t *)receipt.data, receipt.len,
                                       sodium_base64_VARIANT_ORIGINAL));
        free(text);
    }
    buf_done(&receipt);
}

static void post_batch(struct call *c)
{
    struct ingest in = {.ledger = c->ledger, .registry = c->routes->registry, .now = c->routes->now};
    struct ledger_device carrier = {0};
    struct ingested done;
    struct problem problem = {0};
    struct errctx e;
    if (!authenticate_carrier(c, &in, &carrier))
        return;
    in.carrier = carrier.number;
    if (ingest_batch(&in, c->request->body, c->request->body_len, prefix_before(c->request), &c->reply->body,
                     &done, &problem, &e) == ERR_OK) {
        c->reply->status = 200;
        c->reply->media_type = CONTAINER_MEDIA_TYPE;
    } else {
        if (problem.type == PROBLEM_INTERNAL)
            note_cause(c->reply, &e);
        count_failure(c, problem.type);
        if (problem.type == PROBLEM_FORKED && done.header.from != carrier.number)
            add_receipt(&problem, &in, &done.header);
        answer_problem(c->reply, &problem, problem_status(problem.type));
    }
    problem_done(&problem);
}

/* The device that asks for something of its own: enrolled, its signature verified, not revoked. */
static bool authenticate_owner(struct call *c, const struct http_signature *signature, uint32_t asking,
                               struct ledger_device *device)
{
    struct errctx e;
    enum err result = c->ledger->device(c->ledger->arg, asking, device, &e);
    if (result == ERR_NOT_FOUND) {
        refuse(c->reply, PROBLEM_NOT_ENROLLED, problem_status(PROBLEM_NOT_ENROLLED), "enrol this laptop");
        return false;
    }
    if (result != ERR_OK) {
        fail(c->reply, &e);
        return false;
    }
    if (!verify(c, signature, asking, device->key))
        return false;
    if (device->revoked_at) {
        refuse(c->reply, PROBLEM_REVOKED, problem_status(PROBLEM_REVOKED), "this laptop was revoked");
        return false;
    }
    return true;
}

/* The one parameter of the target, NAME with what stands around it, a whole number; NONE without one. */
static bool read_query(const char *target, const char *name, int64_t none, int64_t *out)
{
    const char *query = strchr(target, '?');
    *out = none;
    if (!query)
        return true;
    if (strncmp(query, name, strlen(name)) != 0)
        return false;
    struct json_in number = {.at = query + strlen(name), .end = query + strlen(query)};
    return json_take_int(&number, out) && number.at == number.end && *out >= 0;
}

/* "?entries=24-40" */
static bool read_entries(const char *target, int64_t *first, int64_t *last)
{
    static const char name[] = "?entries=";
    const char *query = strchr(target, '?');
    if (!query || strncmp(query, name, sizeof name - 1) != 0)
        return false;
    struct json_in number = {.at = query + sizeof name - 1, .end = query + strlen(query)};
    if (!json_take_int(&number, first) || number.at == number.end || *number.at != '-')
        return false;
    number.at++;
    return json_take_int(&number, last) && number.at == number.end && *first >= 1 && *last >= *first &&
           *last <= IDENT_MAX_NUMBER;
}

/* What is asked for of a receipt; all zero: the latest. */
struct wish {
    bool entries;
    int64_t first;
    int64_t last;
    int64_t from; /* -1: no chain values */
};

static enum err write_receipt(struct call *c, uint32_t asking, const struct wish *wish, struct errctx *e)
{
    struct ingest in = {.ledger = c->ledger, .registry = c->routes->registry, .now = c->routes->now};
    struct buf *out = &c->reply->body;
    if (wish->entries)
        return receipts_entries(&in, asking, c->device, wish->first, wish->last, out, e);
    return wish->from < 0 ? receipts_make(&in, asking, 0, 0, out, e)
                          : receipts_points(&in, asking, wish->from, out, e);
}

static void refuse_receipt(struct call *c)
{
    refuse(c->reply, PROBLEM_NOT_FOUND, 404, "a device asks for its own receipt");
}

static void get_receipt(struct call *c)
{
    struct http_signature signature;
    struct ledger_device device = {0};
    struct wish wish = {.from = -1};
    uint32_t asking = 0;
    struct errctx e;
    if (!read_signature(c, &signature, &asking))
        return;
    wish.entries = read_entries(c->request->target, &wish.first, &wish.last);
    if (asking != c->device && !wish.entries) { /* whether there is such a device is nobody else's business */
        refuse_receipt(c);
        return;
    }
    if (!authenticate_owner(c, &signature, asking, &device))
        return;
    if (!wish.entries && !read_query(c->request->target, "?from=", -1, &wish.from)) {
        refuse(c->reply, PROBLEM_BAD_FORM, problem_status(PROBLEM_BAD_FORM),
               "from is not an entry's number, nor entries two");
        return;
    }
    enum err result = write_receipt(c, asking, &wish, &e);
    if (result == ERR_NOT_FOUND) {
        refuse_receipt(c);
        return;
    }
    if (result != ERR_OK) {
        fail(c->reply, &e);
        return;
    }
    seen(c, &device);
    c->reply->status = 200;
    c->reply->media_type = CONTAINER_MEDIA_TYPE;
}

static void get_feed(struct call *c)
{
    struct http_signature signature;
    struct ledger_device device = {0};
    struct feed_page page;
    uint32_t asking = 0;
    int64_t after = 0;
    struct errctx e;
    if (!read_signature(c, &signature, &asking) || !authenticate_owner(c, &signature, asking, &device))
        return;
    if (!read_query(c->request->target, "?after=", 0, &after)) {
        refuse(c->reply, PROBLEM_BAD_FORM, problem_status(PROBLEM_BAD_FORM),
               "after is not a place in the feed");
        return;
    }
    enum err result =
        feed_page_make(c->ledger, c->routes->registry, asking, after, c->routes->now, &page, &e);
    if (result != ERR_OK) {
        fail(c->reply, &e);
    } else if (page.events == 0) {
        c->reply->status = 204;
    } else {
        c->reply->status = 200;
        c->reply->media_type = CONTAINER_MEDIA_TYPE;
        buf_put(&c->reply->body, page.packed.data, page.packed.len);
    }
    feed_page_done(&page);
}

/* --- the table */

#define CODE "{code}" /* stands for a device code in a path */

static const struct route {
    const char *method;
    const char *path;
    size_t max_body;
    void (*answer)(struct call *c);
} routes[] = {
    {"GET", "/v1/status", 0, get_status},
    {"POST", "/v1/enrolments", ENROL_MAX_BODY, post_enrolment},
    {"POST", "/v1/batches", BATCH_MAX_COMPRESSED, post_batch},
    {"GET", "/v1/feed", 0, get_feed},
    {"GET", "/v1/devices/" CODE "/receipt", 0, get_receipt},
};

static bool path_fits(const char *pattern, const char *target, uint32_t *device)
{
    size_t path_len = strcspn(target, "?");
    const char *hole = strstr(pattern, CODE);
    if (!hole)
        return strlen(pattern) == path_len && memcmp(pattern, target, path_len) == 0;
    size_t before = (size_t)(hole - pattern);
    const char *after = hole + strlen(CODE);
    char code[DEVICE_CODE_BYTES] = "";
    char exact[DEVICE_CODE_BYTES];
    if (path_len != before + DEVICE_CODE_CHARS + strlen(after) || memcmp(target, pattern, before) != 0 ||
        memcmp(target + before + DEVICE_CODE_CHARS, after, strlen(after)) != 0)
        return false;
    memcpy(code, target + before, DEVICE_CODE_CHARS);
    return device_code_parse(code, device) && strcmp(device_code_format(*device, exact), code) == 0;
}

/* The route of the path, of METHOD when there is one. */
static const struct route *find_route(const char *method, const char *target, uint32_t *device)
{
    const struct route *other = NULL;
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (!path_fits(routes[i].path, target, device))
            continue;
        if (strcmp(routes[i].method, method) == 0)
            return &routes[i];
        other = &routes[i];
    }
    return other;
}

/* A batch is large, so who sends it is known before it is read: the signature covers the digest of the body.
 */
static bool admit_batch(struct call *c, size_t *out_max_body)
{
    struct http_signature signature;
    struct ledger_device device;
    uint32_t number = 0;
    struct errctx e;
    if (!read_signature(c, &signature, &number))
        return false;
    enum err found = c->ledger->device(c->ledger->arg, number, &device, &e);
    if (found == ERR_NOT_FOUND) {
        *out_max_body = STRANGER_MAX_BODY;
        return may_try(c);
    }
    if (found != ERR_OK) {
        fail(c->reply, &e);
        return false;
    }
    if (http_signature_verify(c->request, &signature, device.key, &e) != ERR_OK) {
        refuse(c->reply, PROBLEM_BAD_SIGNATURE, 401, e.text);
        return false;
    }
    return may_ask(c, number, false);
}

bool routes_admit(const struct routes *world, const struct http_message *head, size_t *out_max_body,
                  struct http_reply *out)
{
    *out = (struct http_reply){.route = "-"};
    struct call call = {.routes = world, .ledger = world->ledger, .request = head, .reply = out};
    const struct route *route = find_route(head->method, head->target, &call.device);
    /* Where nothing is expected a little is read all the same, so that the answer can be 404 or 405. */
    *out_max_body = route && route->max_body > ENROL_MAX_BODY ? route->max_body : ENROL_MAX_BODY;
    if (!route || strcmp(route->method, head->method) != 0 || route->answer != post_batch)
        return true;
    out->route = route->path;
    return admit_batch(&call, out_max_body);
}

void routes_answer(const struct routes *world, const struct http_message *request, struct http_reply *out)
{
    *out = (struct http_reply){.route = "-"};
    struct call call = {.routes = world, .ledger = world->ledger, .request = request, .reply = out};
    const struct route *route = find_route(request->method, request->target, &call.device);
    if (!route) {
        refuse_as(out, PROBLEM_NOT_FOUND);
        return;
    }
    out->route = route->path;
    if (strcmp(route->method, request->method) != 0) {
        refuse_as(out, PROBLEM_METHOD);
        out->allow = route->method; /* every path of ours has one method */
        return;
    }
    route->answer(&call);
}
