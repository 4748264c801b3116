#include <stdio.h>

#include "schema/base/base32.h"
#include "sync/client/engine.h"
#include "sync/client/fork.h"
#include "sync/client/receive.h"

static enum err write_request(const struct sync_options *o, const char *code, struct buf *out,
                              struct errctx *e)
{
    struct buf name = {0};
    struct buf country = {0};
    enum err result = state_laptop(o->db, &name, &country, e);
    char key[2 * KEY_BYTES + 1];
    hex_put(o->me->key, KEY_BYTES, key);
    struct json_out j = {.to = out};
    json_open(&j, '{');
    json_put_str(&j, "alluvia", "enrolment/1");
    json_put_str(&j, "device", o->me->code);
    json_put_str(&j, "key", key);
    json_put_str(&j, "code", code);
    json_put_str(&j, "name", buf_str(&name));
    json_put_str(&j, "country", buf_str(&country));
    json_put_str(&j, "program", o->program);
    json_put_bool(&j, "training", o->training);
    json_close(&j, '}');
    buf_done(&country);
    buf_done(&name);
    return result;
}

static enum err ask_until_answered(struct engine *g, const struct buf *body, struct buf *answer, bool *taken,
                                   struct errctx *e)
{
    const struct question q = {.path = "/v1/enrolments", .body = body, .media_type = "application/json"};
    for (;;) {
        struct reply reply;
        enum err result = engine_ask(g, &q, &reply, e);
        if (result == ERR_OK)
            buf_put(answer, reply.answer.body.data, reply.answer.body.len);
        *taken = reply.problem == PROBLEM_CODE_TAKEN;
        reply_done(&reply);
        if (result == ERR_OK)
            return ERR_OK;
        if (engine_pause(g, e) != ERR_OK)
            return e->kind;
    }
}

static enum err enrol(struct engine *g, const char *url, const char *code, struct errctx *e)
{
    struct buf body = {0};
    struct buf answer = {0};
    struct invitation registry;
    /* Whoever is asked is not known yet: no pinned key, and this address whatever was known before. */
    g->state.registry.pin[0] = '\0';
    (void)snprintf(g->state.registry.url, sizeof g->state.registry.url, "%s", url);
    enum err result = write_request(g->o, code, &body, e);
    bool taken = false;
    if (result == ERR_OK)
        result = ask_until_answered(g, &body, &answer, &taken, e);
    /* Another laptop drew the same six characters: this one draws again, once. */
    if (result != ERR_OK && taken && g->o->become && fork_leave_code(g, e) == ERR_OK) {
        buf_clear(&body);
        result = write_request(g->o, code, &body, e);
        if (result == ERR_OK)
            result = ask_until_answered(g, &body, &answer, &taken, e);
    }
    struct state_registry from = {.packed = &answer, .url = url, .code = code, .enrolled = true};
    if (result == ERR_OK)
        result = receive_invitation(g->o, &from, &registry, e);
    buf_done(&answer);
    buf_done(&body);
    return result;
}

enum err sync_enrol(const struct sync_options *o, const char *url, const char *code, struct errctx *e)
{
    char clean_code[INVITATION_CODE_BYTES];
    struct buf clean_url = {0};
    struct sync_result result;
    struct engine g;
    enum err outcome = invitation_code_parse(code, clean_code, e);
    if (outcome == ERR_OK)
        outcome = link_normal_url(url, &clean_url, e);
    if (outcome == ERR_OK && clean_url.len >= URL_BYTES)
        outcome = err_fail(e, ERR_CONFIG, "the address is longer than %d characters", URL_BYTES - 1);
    if (outcome == ERR_OK) {
        result = (struct sync_result){0};
        outcome = engine_begin(&g, o, &result, e);
        if (outcome == ERR_OK)
            outcome = enrol(&g, buf_str(&clean_url), clean_code, e);
        engine_end(&g);
    }
    buf_done(&clean_url);
    return outcome;
}
