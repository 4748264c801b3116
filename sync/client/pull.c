#include "sync/client/pull.h"

#include <stdio.h>
#include <string.h>

#include "sync/client/state.h"

/* --- one page */

struct taking {
    const struct sync_options *o;
    struct link_state state;
    struct container container;
    struct feed_header header;
    int64_t after; /* what was told already */
    int64_t told;
    bool asked;
};

static enum err verify(struct taking *t, const void *bytes, size_t len, struct errctx *e)
{
    if (state_unpack(bytes, len, &t->container, e) != ERR_OK)
        return e->kind;
    if (strcmp(t->container.kind, "feed/1") != 0)
        return err_fail(e, ERR_PROTOCOL, "it is of another kind");
    if (container_verify(&t->container, t->state.registry.key, e) != ERR_OK ||
        feed_read(&t->container, &t->header, NULL, NULL, e) != ERR_OK)
        return e->kind;
    if (t->header.device != t->o->me->number)
        return err_fail(e, ERR_PROTOCOL, "it is for another laptop");
    return ERR_OK;
}

/* Where this laptop stands in the feed that the page is of. */
static enum err find_place(struct taking *t, struct errctx *e)
{
    const struct link_state *s = &t->state;
    bool same = strcmp(s->feed_incarnation, t->header.incarnation) == 0;
    if (!same && t->header.at < s->receipt_at)
        return err_fail(e, t->asked ? ERR_PROTOCOL : ERR_CONFLICT,
                        "the registry was put back since the page was written: get a new one");
    t->after = same ? s->feed_after : 0;
    if (t->header.after > t->after)
        return err_fail(
            e, t->asked ? ERR_PROTOCOL : ERR_CONFLICT,
            "pages before this one are missing: it goes on after %lld, this laptop was told up to %lld",
            (long long)t->header.after, (long long)t->after);
    return ERR_OK;
}

static enum err take_event(void *arg, const struct feed_event *event, struct errctx *e)
{
    struct taking *t = arg;
    if (event->seq <= t->after)
        return ERR_OK;
    t->told++;
    return t->o->told(t->o->told_arg, event, t->o->now(), e);
}

static enum err forget(const struct sync_options *o, const struct link_state *state, struct errctx *e)
{
    return o->forget ? o->forget(o->told_arg, state->registry.registry, e) : ERR_OK;
}

static enum err apply(struct taking *t, struct errctx *e)
{
    if (t->header.next <= t->after)
        return ERR_OK;
    if (t->after == 0 && forget(t->o, &t->state, e) != ERR_OK)
        return e->kind;
    if (feed_read(&t->container, &t->header, take_event, t, e) != ERR_OK)
        return e->kind;
    return state_set_feed(t->o->db, t->header.next, t->header.incarnation, e);
}

enum err pull_take(const struct sync_options *o, const struct pull_page *page, struct feed_header *out,
                   struct sync_result *result, struct errctx *e)
{
    struct taking t = {.o = o, .asked = page->asked};
    if (!o->told)
        return err_fail(e, ERR_INVALID, "pages of the feed are not taken in here");
    if (db_begin(o->db, e) != ERR_OK)
        return e->kind;
    enum err outcome = link_load(o->db, &t.state, e);
    if (outcome == ERR_OK && !t.state.known)
        outcome = err_fail(e, ERR_CONFIG, "no registry is known yet: enrol first");
    if (outcome == ERR_OK && verify(&t, page->bytes, page->len, e) != ERR_OK)
        outcome = err_wrap(e, "no page of registry \"%s\"", t.state.registry.name);
    if (outcome == ERR_OK)
        outcome = find_place(&t, e);
    if (outcome == ERR_OK)
        outcome = apply(&t, e);
    if (outcome == ERR_OK)
        outcome = db_commit(o->db, e);
    else
        db_rollback(o->db);
    if (outcome == ERR_OK)
        result->told += t.told;
    *out = t.header;
    container_done(&t.container);
    return outcome;
}

/* --- all of them */

static enum err ask_page(struct engine *g, bool *more, struct errctx *e)
{
    char path[64];
    struct reply reply;
    struct feed_header header = {0};
    (void)snprintf(path, sizeof path, "/v1/feed?after=%lld", (long long)g->state.feed_after);
    const struct question q = {.path = path};
    enum err result = engine_ask(g, &q, &reply, e);
    bool empty = result == ERR_OK && reply.answer.status == 204;
    if (result == ERR_OK && !empty) {
        const struct pull_page page = {buf_str(&reply.answer.body), reply.answer.body.len, .asked = true};
        result = pull_take(g->o, &page, &header, g->result, e);
        if (result == ERR_PROTOCOL)
            (void)err_wrap(e, "what answers at \"%s\" is not the registry; nothing of it was taken in",
                           g->state.registry.url);
    }
    if (result == ERR_OK) {
        g->failures = 0;
        *more = header.more && header.next > g->state.feed_after;
        g->state.feed_after = empty ? g->state.feed_after : header.next;
    }
    reply_done(&reply);
    return result;
}

/* A registry that was restored may have nothing to tell; what it told in an earlier life is forgotten all the
 * same. */
static enum err forget_all(struct engine *g, struct errctx *e)
{
    if (db_begin(g->o->db, e) != ERR_OK)
        return e->kind;
    enum err result = forget(g->o, &g->state, e);
    if (result == ERR_OK)
        result = db_commit(g->o->db, e);
    db_rollback(g->o->db);
    return result;
}

enum err pull_all(struct engine *g, struct errctx *e)
{
    if (g->o->told && g->state.feed_after == 0 && g->state.feed_newest == 0 && forget_all(g, e) != ERR_OK)
        return e->kind;
    bool more = g->o->told && g->state.feed_newest > g->state.feed_after;
    while (more) {
        if (ask_page(g, &more, e) != ERR_OK && engine_pause(g, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}
