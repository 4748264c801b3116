#include "sync/client/judged.h"

#include <inttypes.h>
#include <stdio.h>

#include "sync/client/past.h"
#include "sync/client/receive.h"

/* LAST: of the entries that were told; 0 when nothing was. */
static enum err ask(struct engine *g, uint32_t device, int64_t first, int64_t until, int64_t *last,
                    struct errctx *e)
{
    char path[96];
    char code[DEVICE_CODE_BYTES];
    struct reply reply;
    (void)snprintf(path, sizeof path, "/v1/devices/%s/receipt?entries=%" PRId64 "-%" PRId64,
                   device_code_format(device, code), first, until);
    const struct question q = {.path = path};
    *last = 0;
    enum err result = engine_ask(g, &q, &reply, e);
    if (result == ERR_OK)
        result = receive_judgement(g->o, device, buf_str(&reply.answer.body), reply.answer.body.len,
                                   g->result, last, e);
    /* It is of an older program, or does not believe that we go on for that one. */
    else if (reply.problem == PROBLEM_BAD_FORM || reply.problem == PROBLEM_NOT_FOUND)
        result = ERR_OK;
    reply_done(&reply);
    return result;
}

static enum err ask_patiently(struct engine *g, uint32_t device, int64_t first, int64_t until, int64_t *last,
                              struct errctx *e)
{
    while (ask(g, device, first, until, last, e) != ERR_OK) {
        if (engine_pause(g, e) != ERR_OK)
            return e->kind;
    }
    g->failures = 0;
    return ERR_OK;
}

static enum err ask_of(struct engine *g, uint32_t device, int64_t first, int64_t until, struct errctx *e)
{
    int64_t last = 0;
    for (; first <= until; first = last + 1) {
        if (ask_patiently(g, device, first, until, &last, e) != ERR_OK)
            return e->kind;
        if (last < first)
            break;
    }
    return ERR_OK;
}

enum err judged_ask_all(struct engine *g, struct errctx *e)
{
    uint32_t device = 0;
    int64_t first = 0;
    int64_t last = 0;
    struct link_state state;
    if (link_load(g->o->db, &state, e) != ERR_OK ||
        ask_of(g, g->o->me->number, state.judged + 1, state.upto, e) != ERR_OK)
        return e->kind;
    do {
        if (past_unheard(g->o->db, &device, &first, &last, e) != ERR_OK ||
            (device && ask_of(g, device, first, last, e) != ERR_OK))
            return e->kind;
    } while (device);
    return ERR_OK;
}
