#include "sync/client/fork.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sync/client/receive.h"

/* --- where the two part */

static enum err compare(struct db *db, const uint8_t key[KEY_BYTES], const struct receipt_point *p,
                        int64_t head, struct fork *out, struct errctx *e)
{
    struct chain ours;
    if (p->number > head) {
        /* The registry holds more than there is here. */
        if (p->number < out->hi)
            out->hi = p->number;
        return ERR_OK;
    }
    if (journal_chain_at(db, key, p->number, &ours, e) != ERR_OK)
        return e->kind;
    bool same = memcmp(&ours, &p->chain, sizeof ours) == 0;
    if (same && p->number > out->lo)
        out->lo = p->number;
    if (!same && p->number < out->hi)
        out->hi = p->number;
    if (!same && p->number == 0)
        out->is_other_key = true;
    return ERR_OK;
}

enum err fork_narrow(struct db *db, const uint8_t key[KEY_BYTES], const struct receipt *r, struct fork *out,
                     struct errctx *e)
{
    struct journal_head head;
    const struct receipt_point newest = {.number = r->upto, .chain = r->chain};
    if (out->hi == 0)
        out->hi = INT64_MAX;
    if (journal_head(db, key, &head, e) != ERR_OK || compare(db, key, &newest, head.number, out, e) != ERR_OK)
        return e->kind;
    for (int i = 0; i < r->point_count; i++) {
        if (compare(db, key, &r->points[i], head.number, out, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

enum err fork_found(struct db *db, const uint8_t key[KEY_BYTES], const struct receipt *r, bool *out,
                    struct errctx *e)
{
    struct fork place = {0};
    enum err result = fork_narrow(db, key, r, &place, e);
    *out = result == ERR_OK && place.hi <= r->upto;
    return result;
}

/* --- going on */

enum err fork_become(const struct sync_options *o, enum adopt_why why, int64_t keep,
                     struct sync_result *result, struct errctx *e)
{
    char words[160];
    char before[DEVICE_CODE_BYTES];
    struct adopted done;
    if (!o->become)
        return err_fail(
            e, ERR_CONFLICT,
            "the registry holds other entries under this laptop's numbers: the database was copied "
            "or put back to an older state; tell the ministry");
    memcpy(before, o->me->code, sizeof before);
    if (o->become(o->told_arg, why, keep, o->now(), &done, e) != ERR_OK)
        return e->kind;
    result->became++;
    result->again += done.again;
    if (o->event) {
        struct sync_event event = {.kind = SYNC_BECAME, .number = done.again, .text = words, .why = why};
        (void)snprintf(words, sizeof words, "%s %s", before, o->me->code);
        o->event(o->arg, &event);
    }
    return ERR_OK;
}

static enum err ask(struct engine *g, int64_t from, struct fork *place, struct errctx *e)
{
    char path[96];
    struct receipt receipt;
    struct reply reply;
    (void)snprintf(path, sizeof path, "/v1/devices/%s/receipt?from=%" PRId64, g->o->me->code, from);
    const struct question q = {.path = path};
    enum err result = engine_ask(g, &q, &reply, e);
    if (result == ERR_OK)
        result = receive_points(g->o, buf_str(&reply.answer.body), reply.answer.body.len, &receipt, e);
    if (result == ERR_OK)
        result = fork_narrow(g->o->db, g->o->me->key, &receipt, place, e);
    reply_done(&reply);
    return result;
}

static enum err ask_again(struct engine *g, int64_t from, struct fork *place, struct errctx *e)
{
    while (ask(g, from, place, e) != ERR_OK) {
        if (engine_pause(g, e) != ERR_OK)
            return e->kind;
    }
    g->failures = 0;
    return ERR_OK;
}

enum err fork_mend(struct engine *g, struct errctx *e)
{
    struct fork place = {0};
    int64_t head = g->head.number;
    if (ask_again(g, head, &place, e) != ERR_OK)
        return e->kind;
    if (place.hi == INT64_MAX)
        return err_fail(e, ERR_PROTOCOL, "the registry refuses a journal that it holds");
    /* Every answer halves what lies between. */
    while (place.lo + 1 < place.hi && place.lo < head) {
        int64_t from = place.hi - 1 < head ? place.hi - 1 : head;
        if (ask_again(g, from, &place, e) != ERR_OK)
            return e->kind;
    }
    return fork_become(g->o, ADOPT_COPIED, place.lo, g->result, e);
}

enum err fork_leave_code(struct engine *g, struct errctx *e)
{
    return fork_become(g->o, ADOPT_CODE_TAKEN, 0, g->result, e);
}
