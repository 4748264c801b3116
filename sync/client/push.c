#include <stdio.h>
#include <string.h>

#include "schema/base/words.h"
#include "sync/client/courier.h"
#include "sync/client/engine.h"
#include "sync/client/fork.h"
#include "sync/client/judged.h"
#include "sync/client/outbox.h"
#include "sync/client/past.h"
#include "sync/client/pull.h"
#include "sync/client/receive.h"

/* Where a run stands. What was sent is link.upto's business alone; this is only what to try next. */
struct push {
    struct engine *g;
    int64_t next;      /* first entry of the next batch */
    bool ask;          /* ask for the receipt before anything is sent */
    bool plain;        /* the registry does not hold our prefix: do without */
    bool older;        /* the registry's program cannot tell what became of entries */
    bool present_code; /* the registry forgot us: the code of the invitation goes along */
    int lives;         /* how often this run became another device */
};

enum {
    PUSH_ENOUGH_BYTES = 2048, /* smaller transfers measure the round trip, not the bandwidth */
    PUSH_ROUND_MS = 4000,     /* a round trip on a very bad link */
    PUSH_MAX_LIVES = 3        /* of a run: who asks for more is no registry */
};

static struct outbox outbox_of(const struct push *p)
{
    const struct engine *g = p->g;
    bool stranger = p->present_code || !g->state.enrolled;
    return (struct outbox){.db = g->o->db,
                           .me = g->o->me,
                           .head = g->head,
                           .code = stranger ? g->state.registry.code : "",
                           .now = g->o->now()};
}

/* --- what an answer changes */

/*
 * The receipt was written when all of the request was there, half a round trip ago. What took longer than a
 * round trip was the batch on its way up.
 */
static enum err measure_clock(struct engine *g, const struct link_answer *answer, struct errctx *e)
{
    struct errctx ignored;
    if (!g->o->measured)
        return ERR_OK;
    int64_t now = g->o->now();
    int64_t round_ms = answer->transfer_ms < PUSH_ROUND_MS ? answer->transfer_ms : PUSH_ROUND_MS;
    int64_t offset_s = g->state.receipt_at + (round_ms / 2 + 500) / 1000 - now;
    enum err noted = g->o->measured(g->o->told_arg, offset_s, false, now, &ignored);
    (void)noted; /* the next sync measures again */
    return journal_head(g->o->db, g->o->me->key, &g->head, e);
}

static enum err begin_anew(struct push *p, struct errctx *e)
{
    struct engine *g = p->g;
    int64_t rate = g->state.bytes_per_second;
    if (link_load(g->o->db, &g->state, e) != ERR_OK ||
        journal_head(g->o->db, g->o->me->key, &g->head, e) != ERR_OK)
        return e->kind;
    g->state.batch_entries = outbox_size(g->state.batch_entries);
    g->state.bytes_per_second = rate;
    g->sent_from = g->state.upto;
    *p = (struct push){.g = g, .next = g->state.upto + 1, .lives = p->lives + 1};
    return ERR_OK;
}

/* What the registry turns out to lack of earlier lives is nowhere but here. */
static enum err go_on_for_lost(struct push *p, struct errctx *e)
{
    bool lacks = false;
    if (!p->g->o->become || p->lives == PUSH_MAX_LIVES)
        return ERR_OK;
    if (past_is_lacking(p->g->o->db, &lacks, e) != ERR_OK)
        return e->kind;
    if (!lacks)
        return ERR_OK;
    if (fork_become(p->g->o, ADOPT_FORGOTTEN, p->g->state.upto, p->g->result, e) != ERR_OK)
        return e->kind;
    return begin_anew(p, e);
}

static enum err take_receipt(struct push *p, const struct link_answer *answer, struct errctx *e)
{
    struct engine *g = p->g;
    bool news = false;
    enum err result =
        receive_receipt(g->o, buf_str(&answer->body), answer->body.len, true, g->result, &news, e);
    if (result == ERR_PROTOCOL)
        return err_wrap(e,
                        "what answers at \"%s\" is not the registry; a sign-in page may stand between, "
                        "nothing was marked as sent",
                        g->state.registry.url);
    if (result != ERR_OK)
        return result;
    int64_t size = g->state.batch_entries;
    int64_t rate = g->state.bytes_per_second;
    if (link_load(g->o->db, &g->state, e) != ERR_OK)
        return e->kind;
    g->state.batch_entries = size;
    g->state.bytes_per_second = rate;
    g->failures = 0;
    p->next = g->state.upto + 1;
    p->ask = false;
    p->present_code = false;
    engine_tell(g, SYNC_RECEIVED, NULL);
    if (measure_clock(g, answer, e) != ERR_OK)
        return e->kind;
    return go_on_for_lost(p, e);
}

/* Answers that say how to go on; none of them marks anything as sent. True when there is something to try. */
static bool follow(struct push *p, const struct reply *r)
{
    if (r->problem == PROBLEM_GAP && r->expected >= 1 && r->expected < p->next) {
        engine_tell(p->g, SYNC_RESENDING,
                    N_("the registry holds less than before: what it lost is sent again"));
        p->next = r->expected;
        return true;
    }
    if (r->problem == PROBLEM_UNKNOWN_PREFIX && !p->plain) {
        p->plain = true;
        return true;
    }
    /* Put back to before it knew us: the invitation may still be good there. */
    if (r->problem == PROBLEM_NOT_ENROLLED && p->g->state.enrolled && !p->present_code &&
        p->g->state.registry.code[0]) {
        p->present_code = true;
        p->ask = false;
        p->next = 1;
        return true;
    }
    return false;
}

static void learn_success(struct push *p, const struct parcel *parcel, const struct link_answer *a)
{
    struct link_state *state = &p->g->state;
    struct errctx ignored;
    if (a->transfer_ms > 0 && a->bytes_up >= PUSH_ENOUGH_BYTES)
        state->bytes_per_second = a->bytes_up * 1000 / a->transfer_ms;
    /* The last batch of a run is short and says nothing about the size. */
    if (parcel->header.last - parcel->header.first + 1 >= state->batch_entries)
        state->batch_entries = outbox_grow(state->batch_entries, a->transfer_ms);
    enum err kept = state_learn(p->g->o->db, state, &ignored);
    (void)kept; /* it only saves time next time */
}

static void learn_failure(struct push *p, const struct link_answer *a)
{
    struct link_state *state = &p->g->state;
    struct errctx ignored;
    /* When all of it went out the registry may have taken it: one small question against the whole batch. */
    p->ask = a->body_sent && a->status == 0 && state->enrolled;
    if (!a->body_sent && a->bytes_up > 0) {
        state->batch_entries = outbox_shrink(state->batch_entries);
        enum err kept = state_learn(p->g->o->db, state, &ignored);
        (void)kept;
    }
}

/* --- requests */

static enum err ask_receipt(struct push *p, enum problem_type *problem, struct errctx *e)
{
    char path[96];
    const struct engine *g = p->g;
    /* What became of the entries that may have arrived is asked along. */
    bool entries = !p->older && g->state.judged < g->head.number;
    if (entries)
        (void)snprintf(path, sizeof path, "/v1/devices/%s/receipt?entries=%lld-%lld", g->o->me->code,
                       (long long)g->state.judged + 1, (long long)g->head.number);
    else
        (void)snprintf(path, sizeof path, "/v1/devices/%s/receipt", g->o->me->code);
    const struct question q = {.path = path};
    struct reply reply;
    enum err result = engine_ask(p->g, &q, &reply, e);
    if (result == ERR_OK) {
        result = take_receipt(p, &reply.answer, e);
    } else if (entries && reply.problem == PROBLEM_BAD_FORM) {
        p->older = true;
        result = ERR_OK;
    } else if (follow(p, &reply)) {
        result = ERR_OK;
    }
    *problem = reply.problem;
    reply_done(&reply);
    return result;
}

static enum err post(struct push *p, const struct parcel *parcel, struct reply *reply, struct errctx *e)
{
    char dictionary[64];
    (void)snprintf(dictionary, sizeof dictionary, "Dictionary-ID: \"%s-%lld\"", p->g->o->me->code,
                   (long long)parcel->header.first);
    const struct question q = {
        .path = "/v1/batches",
        .body = &parcel->packed,
        .media_type = CONTAINER_MEDIA_TYPE,
        .extra = {parcel->prefixed ? "Content-Encoding: dcz" : "Content-Encoding: zstd",
                  parcel->prefixed ? dictionary : NULL},
    };
    return engine_ask(p->g, &q, reply, e);
}

static enum err send_batch(struct push *p, enum problem_type *problem, struct errctx *e)
{
    struct outbox outbox = outbox_of(p);
    struct parcel parcel;
    struct reply reply = {0};
    int64_t entries = p->g->state.batch_entries;
    /* A later life first hears what the registry holds of those before it: what it lacks of them comes first.
     */
    bool later = false;
    if (p->next == 1 && past_is_any(p->g->o->db, &later, e) != ERR_OK)
        return e->kind;
    enum err result = outbox_pack(&outbox, p->next, later ? 1 : entries, !p->plain, &parcel, e);
    if (result != ERR_OK) {
        parcel_done(&parcel);
        return result;
    }
    int64_t last = parcel.header.last;
    int lives = p->lives;
    result = post(p, &parcel, &reply, e);
    if (result == ERR_OK) {
        result = take_receipt(p, &reply.answer, e);
        if (result == ERR_OK)
            learn_success(p, &parcel, &reply.answer);
        if (result == ERR_OK && p->lives == lives && p->g->state.upto < last)
            result =
                err_fail(e, ERR_PROTOCOL, "the registry took entries up to %lld and holds only up to %lld",
                         (long long)last, (long long)p->g->state.upto);
    } else if (follow(p, &reply)) {
        result = ERR_OK;
    } else {
        learn_failure(p, &reply.answer);
    }
    *problem = reply.problem;
    reply_done(&reply);
    parcel_done(&parcel);
    return result;
}

/* --- second lives */

/* Whether a failure is that of a copied database or of a code that is taken; then the run goes on as another
 * device. */
static enum err mend(struct push *p, enum problem_type problem, struct errctx *e)
{
    bool taken = problem == PROBLEM_CODE_TAKEN && !p->g->state.enrolled;
    bool forked = e->kind == ERR_CONFLICT && problem != PROBLEM_CODE_TAKEN;
    if (!p->g->o->become || p->lives == PUSH_MAX_LIVES || (!taken && !forked))
        return e->kind;
    enum err result = taken ? fork_leave_code(p->g, e) : fork_mend(p->g, e);
    return result == ERR_OK ? begin_anew(p, e) : result;
}

static enum err push_all(struct engine *g, struct errctx *e)
{
    struct push p = {.g = g, .next = g->state.upto + 1};
    p.ask = p.next > g->head.number;
    g->state.batch_entries = outbox_size(g->state.batch_entries);
    while (p.ask || p.next <= g->head.number) {
        enum problem_type problem = PROBLEM_NONE;
        enum err result = p.ask ? ask_receipt(&p, &problem, e) : send_batch(&p, &problem, e);
        if (result != ERR_OK && mend(&p, problem, e) == ERR_OK)
            continue;
        if (result != ERR_OK && engine_pause(g, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

/* What the feed told may have let entries go on that waited for it (sync/journal/waiting.h). */
static enum err push_rest(struct engine *g, struct errctx *e)
{
    int64_t before = g->head.number;
    if (g->result->told == 0)
        return ERR_OK;
    if (journal_head(g->o->db, g->o->me->key, &g->head, e) != ERR_OK)
        return e->kind;
    return g->head.number > before ? push_all(g, e) : ERR_OK;
}

enum err sync_run(const struct sync_options *o, struct sync_result *out, struct errctx *e)
{
    *out = (struct sync_result){0};
    struct engine g;
    enum err result = engine_begin(&g, o, out, e);
    if (result == ERR_OK && !g.state.known)
        result = err_fail(e, ERR_CONFIG, "no registry is known yet: enrol first");
    if (result == ERR_OK)
        result = push_all(&g, e);
    if (result == ERR_OK)
        result = judged_ask_all(&g, e);
    if (result == ERR_OK)
        result = courier_deliver(&g, o->copies, e);
    if (result == ERR_OK)
        result = pull_all(&g, e);
    if (result == ERR_OK)
        result = push_rest(&g, e);
    engine_end(&g);
    return result;
}

/* --- what it will cost */

enum {
    COST_HEADER_BYTES = 480,   /* request line and headers, without the host's name: measured */
    COST_CONNECT_ROUNDS = 4,   /* name, TCP, TLS 1.3 */
    COST_CONNECT_BYTES = 3000, /* a certificate chain comes down: measured */
    LINK_2G_BITS_PER_S = 48000,
    LINK_2G_ROUND_MS = 600,
};

static void add_request(struct sync_cost *cost, const struct link_state *state, size_t body)
{
    cost->requests++;
    cost->bytes += COST_HEADER_BYTES + (int64_t)strlen(state->registry.url) + (int64_t)body;
}

static enum err add_batches(const struct sync_options *o, const struct link_state *state,
                            struct sync_cost *cost, struct errctx *e)
{
    struct outbox outbox = {.db = o->db, .me = o->me, .now = o->now(), .code = ""};
    if (!state->enrolled)
        outbox.code = state->registry.code;
    if (journal_head(o->db, o->me->key, &outbox.head, e) != ERR_OK)
        return e->kind;
    cost->entries = outbox.head.number - state->upto;
    int64_t size = outbox_size(state->batch_entries);
    for (int64_t next = state->upto + 1; next <= outbox.head.number;) {
        struct parcel parcel;
        enum err result = outbox_pack(&outbox, next, size, true, &parcel, e);
        if (result == ERR_OK) {
            add_request(cost, state, parcel.packed.len);
            next = parcel.header.last + 1;
            size = outbox_grow(size, (int64_t)parcel.packed.len * 8000 / LINK_2G_BITS_PER_S);
        }
        parcel_done(&parcel);
        if (result != ERR_OK)
            return result;
    }
    return ERR_OK;
}

enum err sync_estimate(const struct sync_options *o, struct sync_cost *out, struct errctx *e)
{
    *out = (struct sync_cost){0};
    struct link_state state;
    if (link_load(o->db, &state, e) != ERR_OK || add_batches(o, &state, out, e) != ERR_OK)
        return e->kind;
    if (out->requests == 0)
        add_request(out, &state, 0);
    int64_t rounds = COST_CONNECT_ROUNDS + out->requests;
    int64_t ms = (out->bytes + COST_CONNECT_BYTES) * 8000 / LINK_2G_BITS_PER_S + rounds * LINK_2G_ROUND_MS;
    out->seconds_2g = (ms + 999) / 1000;
    return ERR_OK;
}
