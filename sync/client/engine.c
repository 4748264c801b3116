#include "sync/client/engine.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/base/words.h"
#include "sync/batch/http_signature.h"

static const struct link_kind *links(const struct engine *g)
{
    return g->o->links ? g->o->links : &LINK_CURL;
}

static int64_t clock_ms(const struct engine *g)
{
    return links(g)->clock_ms(links(g)->arg);
}

/* --- events */

static struct sync_event event_of(const struct engine *g, enum sync_event_kind kind)
{
    return (struct sync_event){.kind = kind,
                               .entries_done =
                                   g->state.upto > g->sent_from ? g->state.upto - g->sent_from : 0,
                               .entries_all = g->head.number - g->sent_from};
}

void engine_tell(const struct engine *g, enum sync_event_kind kind, const char *text)
{
    if (!g->o->event)
        return;
    struct sync_event event = event_of(g, kind);
    event.number = g->state.upto;
    event.text = text;
    g->o->event(g->o->arg, &event);
}

static void on_progress(void *arg, int64_t bytes_done, int64_t bytes_all)
{
    const struct engine *g = arg;
    if (!g->o->event || bytes_all == 0)
        return;
    struct sync_event event = event_of(g, SYNC_SENDING);
    event.bytes_done = bytes_done;
    event.bytes_all = bytes_all;
    g->o->event(g->o->arg, &event);
}

static bool is_cancelled(const struct engine *g)
{
    return g->o->cancelled && g->o->cancelled(g->o->arg);
}

static bool on_cancelled(void *arg)
{
    return is_cancelled(arg);
}

/* --- begin and end */

enum err engine_begin(struct engine *g, const struct sync_options *o, struct sync_result *result,
                      struct errctx *e)
{
    *g = (struct engine){.o = o, .result = result, .lock = LOCK_NONE};
    g->deadline_ms = clock_ms(g) + (o->deadline_ms > 0 ? o->deadline_ms : SYNC_DEADLINE_MS);
    if (lock_take(&g->lock, db_path(o->db), LOCK_SYNC, o->now(), e) != ERR_OK ||
        link_load(o->db, &g->state, e) != ERR_OK)
        return e->kind;
    g->sent_from = g->state.upto;
    return journal_head(o->db, o->me->key, &g->head, e);
}

void engine_end(struct engine *g)
{
    link_close(g->link);
    lock_drop(&g->lock);
}

/* --- what an answer means */

static const struct {
    enum problem_type type;
    enum err kind;
    const char *words;
} refusals[] = {
    {PROBLEM_GAP, ERR_PROTOCOL, N_("the registry misses entries before these")},
    {PROBLEM_FORKED, ERR_CONFLICT,
     N_("the registry holds other entries under this laptop's numbers: the database was copied or put back "
        "to "
        "an "
        "older state, and nothing more is sent from it; tell the ministry")},
    {PROBLEM_REVOKED, ERR_DENIED, N_("the ministry has revoked this laptop; ask the office that invited it")},
    {PROBLEM_NOT_ENROLLED, ERR_DENIED,
     N_("the registry does not know this laptop; ask the ministry for an invitation and enrol again")},
    {PROBLEM_INVITATION, ERR_DENIED, N_("the registry does not take the invitation")},
    {PROBLEM_CODE_TAKEN, ERR_CONFLICT, N_("another laptop has the same device code; tell the ministry")},
    {PROBLEM_TRAINING, ERR_DENIED, N_("training laptops and real registries are kept apart")},
    {PROBLEM_TOO_LARGE, ERR_PROTOCOL, N_("the registry finds the batch too large")},
    {PROBLEM_UNKNOWN_VERSION, ERR_PROTOCOL,
     N_("the registry does not speak this program's version; one of the two must be updated")},
    {PROBLEM_UNKNOWN_PREFIX, ERR_PROTOCOL, N_("the registry does not hold what the batch builds on")},
    {PROBLEM_BAD_FORM, ERR_PROTOCOL, N_("the registry cannot read the batch")},
    {PROBLEM_BAD_SIGNATURE, ERR_DENIED, N_("the registry does not accept this laptop's signature")},
    {PROBLEM_BAD_CHAIN, ERR_PROTOCOL, N_("the registry finds the journal's chain broken; run verify")},
    {PROBLEM_BAD_ENTRY, ERR_PROTOCOL, N_("the registry cannot read an entry")},
};

/* A stranger may have written the problem: only short, clean text of it is shown. */
static void clean_detail(const char *detail, struct buf *out)
{
    struct errctx ignored;
    if (detail && *detail && text_clean(out, detail, false, 200, &ignored) != ERR_OK)
        buf_clear(out);
}

static void read_problem(struct reply *r, struct buf *detail)
{
    struct cJSON *json = NULL;
    struct errctx ignored;
    if (strcmp(r->answer.media_type, PROBLEM_MEDIA_TYPE) != 0 ||
        json_read(buf_str(&r->answer.body), r->answer.body.len, &json, &ignored) != ERR_OK)
        return;
    const char *type = json_get_str(json, "type");
    r->problem = type ? problem_find(type) : PROBLEM_NONE;
    if (!json_get_int(json, "expected", &r->expected))
        r->expected = 0;
    clean_detail(json_get_str(json, "detail"), detail);
    json_free(json);
}

static enum err fail_status(int status, struct errctx *e)
{
    if ((status >= 300 && status < 400) || status == 511)
        return err_fail(e, ERR_PROTOCOL,
                        "the answer leads elsewhere (HTTP %d): a sign-in page stands between, or the address "
                        "is wrong; nothing was marked as sent",
                        status);
    if (status == 407)
        return err_fail(e, ERR_PROTOCOL, "a proxy between wants a password (HTTP 407)");
    if (status == 429 || status >= 500)
        return err_fail(e, ERR_BUSY, "the registry is busy or out of order (HTTP %d)", status);
    return err_fail(e, ERR_PROTOCOL, "what answers is no registry (HTTP %d); nothing was marked as sent",
                    status);
}

static enum err judge(struct reply *r, struct errctx *e)
{
    int status = r->answer.status;
    if (status == 200 || status == 201 || status == 204)
        return ERR_OK;
    struct buf detail = {0};
    read_problem(r, &detail);
    (void)fail_status(status, e);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0] && status >= 400 && status < 500; i++) {
        if (refusals[i].type == r->problem)
            (void)err_fail(e, refusals[i].kind, "%s%s%s%s", refusals[i].words, detail.len ? " (" : "",
                           buf_str(&detail), detail.len ? ")" : "");
    }
    buf_done(&detail);
    e->code = status;
    return e->kind;
}

/* --- asking */

static enum err connect_link(struct engine *g, struct errctx *e)
{
    if (g->link)
        return ERR_OK;
    if (!g->state.registry.url[0])
        return err_fail(e, ERR_CONFIG,
                        "the invitation names no address to send to: carry the entries as files instead");
    struct link_options options = {.url = g->state.registry.url,
                                   .pin = g->state.registry.pin,
                                   .ca_path = g->o->ca_path,
                                   .cancelled = on_cancelled,
                                   .progress = on_progress,
                                   .arg = g};
    engine_tell(g, SYNC_CONNECTING, g->state.registry.url);
    return link_open(links(g), &options, &g->link, e);
}

/* The request's lines that the signature needs, kept while libcurl reads them. */
struct signed_lines {
    char type[128];
    char digest[HTTP_DIGEST_BYTES + 32];
    char input[HTTP_SIGNATURE_INPUT_BYTES + 32];
    char signature[HTTP_SIGNATURE_VALUE_BYTES + 32];
};

static void sign_request(const struct engine *g, const struct question *q, struct signed_lines *lines,
                         struct link_request *request)
{
    /* An address may have a path of its own in front of ours. */
    const char *host = strstr(g->state.registry.url, "://") + 3;
    struct buf target = {0};
    buf_printf(&target, "%s%s", host + strcspn(host, "/"), q->path);
    struct http_message message = {.method = q->body ? "POST" : "GET",
                                   .target = buf_str(&target),
                                   .body = q->body ? q->body->data : NULL,
                                   .body_len = q->body ? q->body->len : 0};
    struct http_signed values;
    http_sign(&message, g->o->now(), g->o->me, &values);
    buf_done(&target);

    size_t n = 0;
    (void)snprintf(lines->input, sizeof lines->input, "Signature-Input: %s", values.signature_input);
    (void)snprintf(lines->signature, sizeof lines->signature, "Signature: %s", values.signature);
    request->headers[n++] = lines->input;
    request->headers[n++] = lines->signature;
    if (q->body) {
        (void)snprintf(lines->type, sizeof lines->type, "Content-Type: %s", q->media_type);
        (void)snprintf(lines->digest, sizeof lines->digest, "Content-Digest: %s", values.content_digest);
        request->headers[n++] = lines->type;
        request->headers[n++] = lines->digest;
    }
    for (size_t i = 0; i < sizeof q->extra / sizeof q->extra[0] && q->extra[i]; i++)
        request->headers[n++] = q->extra[i];
}

enum err engine_ask(struct engine *g, const struct question *q, struct reply *out, struct errctx *e)
{
    *out = (struct reply){0};
    g->retry_after_s = 0;
    if (connect_link(g, e) != ERR_OK)
        return e->kind;
    int64_t left_ms = g->deadline_ms - clock_ms(g);
    if (left_ms <= 0)
        return err_fail(e, ERR_NETWORK, "the time for this sync is over; the next one goes on from here");
    struct link_request request = {.path = q->path, .body = q->body, .timeout_ms = left_ms};
    struct signed_lines lines = {0};
    sign_request(g, q, &lines, &request);
    enum err result = link_exchange(g->link, &request, &out->answer, e);
    g->result->requests++;
    g->result->bytes_up += out->answer.bytes_up;
    g->result->bytes_down += out->answer.bytes_down;
    g->seen = g->seen || out->answer.bytes_up > 0;
    g->retry_after_s = out->answer.retry_after_s;
    return result == ERR_OK ? judge(out, e) : result;
}

void reply_done(struct reply *r)
{
    link_answer_done(&r->answer);
}

/* --- pausing */

static int64_t choose_wait_ms(const struct engine *g)
{
    int64_t most = g->o->max_wait_ms > 0 ? g->o->max_wait_ms : SYNC_MAX_WAIT_MS;
    int64_t range = (int64_t)ENGINE_FIRST_WAIT_MS << (g->failures < 16 ? g->failures : 16);
    if (range > most)
        range = most;
    /* Full jitter: laptops that lost the same network do not come back all at once. */
    int64_t wait = (int64_t)randombytes_uniform((uint32_t)range + 1);
    int64_t asked = g->retry_after_s < INT32_MAX ? g->retry_after_s * 1000 : INT64_C(1000) * INT32_MAX;
    return wait > asked ? wait : asked;
}

enum err engine_pause(struct engine *g, struct errctx *e)
{
    if ((e->kind != ERR_NETWORK && e->kind != ERR_BUSY) || is_cancelled(g))
        return e->kind;
    g->failures++;
    if (g->failures >= (g->seen ? ENGINE_TRIES : ENGINE_TRIES_UNSEEN))
        return e->kind;
    int64_t wait = choose_wait_ms(g);
    int64_t until = clock_ms(g) + wait;
    if (until >= g->deadline_ms)
        return e->kind;
    if (g->o->event) {
        struct sync_event event = event_of(g, SYNC_RETRYING);
        event.wait_ms = wait;
        event.text = e->text;
        g->o->event(g->o->arg, &event);
    }
    for (int64_t left = wait; left > 0; left = until - clock_ms(g)) {
        if (is_cancelled(g))
            return err_fail(e, ERR_BUSY, "stopped; what has a receipt stays sent");
        links(g)->sleep_ms(links(g)->arg, left < ENGINE_POLL_MS ? left : ENGINE_POLL_MS);
    }
    return ERR_OK;
}
