#include "tests/net/pair.h"

#include <stdlib.h>

#include "tests/lib/test.h"

static struct sync_options join(struct pair *p, struct laptop *l)
{
    static const char *const districts[] = {"SL-E"};
    char code[INVITATION_CODE_BYTES];
    struct errctx e;
    struct sync_options o = p->w.options;
    laptop_open(l);
    assert_ok(registry_store_invite(p->desk, "Kono", districts, 1, 0, o.now(), code, &e));
    o.db = store_db(l->store);
    o.me = store_device(l->store);
    o.told = store_told;
    o.judged = store_judged;
    o.told_arg = l->store;
    o.forget = store_forget;
    assert_ok(sync_enrol(&o, p->w.url, code, &e));
    return o;
}

int pair_set_up(void **state)
{
    struct pair *p = mem_zero(1, sizeof *p);
    struct errctx e;
    world_make(&p->w);
    assert_ok(registry_store_open(p->w.registry_path, DB_WRITE, &p->desk, &e));
    p->of_a = join(p, &p->a);
    p->of_b = join(p, &p->b);
    *state = p;
    return 0;
}

int pair_tear_down(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    /* The tables are what journal and told entries make of them, on both. */
    assert_ok(store_verify(p->a.store, NULL, NULL, &e));
    assert_ok(store_verify(p->b.store, NULL, NULL, &e));
    assert_ok(registry_store_verify(p->desk, 0, NULL, NULL, &e));
    laptop_close(&p->a);
    laptop_close(&p->b);
    registry_store_close(p->desk);
    world_done(&p->w);
    free(p);
    return 0;
}

struct sync_result pair_sync(const struct sync_options *o)
{
    struct sync_result result;
    struct errctx e;
    assert_ok(sync_run(o, &result, &e));
    return result;
}

void pair_amend(struct laptop *l, enum entity_id of, int64_t id, const char *flag, const char *value)
{
    struct errctx e;
    assert_ok(laptop_amend(l, of, id, 0, flag, value, &e));
}

int64_t pair_inbox(struct laptop *l)
{
    int64_t count = -1;
    struct errctx e;
    assert_ok(store_inbox_count(l->store, &count, &e));
    return count;
}
