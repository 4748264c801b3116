/* Laptops whose clocks are wrong, by years and in both directions, and registries that take what they send.
 */
#include "tests/lib/world.h"

#include <time.h>

#include "app/registry/store/inside.h"
#include "app/registry/store/review.h"
#include "tests/lib/laptop.h"
#include "tests/lib/test.h"

static int64_t shift_s; /* of the laptop's clock */

static int64_t shifted(void)
{
    return (int64_t)time(NULL) + shift_s;
}

struct measure {
    int times;
    int64_t offset_s;
};

static enum err on_measured(void *arg, int64_t offset_s, bool at_least, int64_t now, struct errctx *e)
{
    struct measure *m = arg;
    (void)now;
    (void)e;
    assert_false(at_least);
    m->times++;
    m->offset_s = offset_s;
    return ERR_OK;
}

static enum err take_nothing(void *arg, const struct feed_event *event, int64_t now, struct errctx *e)
{
    (void)arg;
    (void)event;
    (void)now;
    (void)e;
    return ERR_OK;
}

static const struct {
    const char *name;
    int64_t shift_s;
} clocks[] = {
    {"a day slow", -86400},
    {"a day fast", 86400},
    {"1970", -1795000000},
    {"2099", 2300000000},
};

static void no_clock_keeps_a_laptop_from_enrolling_and_sending(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        struct world w;
        struct errctx e;
        struct sync_result result;
        struct measure measure = {0};
        world_make(&w);
        w.options.now = shifted;
        w.options.measured = on_measured;
        w.options.told = take_nothing;
        w.options.told_arg = &measure;
        shift_s = clocks[i].shift_s;
        assert_ok(sync_enrol(&w.options, w.url, w.code, &e));
        assert_ok(sync_run(&w.options, &result, &e));
        world_assert_same(&w);
        assert_true(measure.times > 0);
        assert_in_range(measure.offset_s + shift_s + 10, 0, 20);
        world_done(&w);
    }
}

static void a_clock_that_jumps_between_syncs_holds_nothing_up(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    struct measure measure = {0};
    world_make_enrolled(&w);
    w.options.now = shifted;
    w.options.measured = on_measured;
    w.options.told = take_nothing;
    w.options.told_arg = &measure;
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        shift_s = clocks[i].shift_s;
        world_write(&w, 20);
        assert_ok(sync_run(&w.options, &result, &e));
        assert_true(result.sent >= 20);
        assert_in_range(measure.offset_s + shift_s + 10, 0, 20);
    }
    world_assert_same(&w);
    world_done(&w);
}

static enum err see_history(void *arg, const struct review_entry *at, struct errctx *e)
{
    int *seen = arg;
    struct entry entry;
    bool sure = false;
    if (entry_read(at->bytes, at->len, &entry, NULL, e) != ERR_OK)
        return e->kind;
    assert_true(entry.at < shifted() + 60);
    assert_in_range(arrival_instant(&at->arrival, &entry, &sure) - (int64_t)time(NULL) + 60, 0, 120);
    assert_true(sure);
    entry_done(&entry);
    ++*seen;
    return ERR_OK;
}

/* Three years slow, as after a flat battery. */
static void what_was_written_by_a_slow_clock_stands_at_the_right_instant(void **state)
{
    (void)state;
    struct world w;
    struct laptop l;
    struct errctx e;
    struct sync_result result;
    struct registry_store *desk = NULL;
    int64_t at = 0;
    int seen = 0;
    world_make(&w);
    laptop_open(&l);
    shift_s = -3 * 365 * 86400;
    l.by.now = shifted();
    int64_t id = laptop_digger(&l, "Sahr Kamara");
    w.options.db = store_db(l.store);
    w.options.me = store_device(l.store);
    w.options.now = shifted;
    assert_ok(sync_enrol(&w.options, w.url, w.code, &e));
    assert_ok(sync_run(&w.options, &result, &e));
    assert_ok(registry_store_open(w.registry_path, DB_WRITE, &desk, &e));
    assert_ok(db_one_int(desk->db, "SELECT at FROM digger", 0, &at, &e));
    assert_in_range(at - (int64_t)time(NULL) + 60, 0, 120);
    assert_ok(review_history(desk, id, see_history, &seen, &e));
    assert_int_equal(seen, 1);
    /* Made again from the entries and their batches it is the same. */
    assert_ok(registry_store_verify(desk, 0, NULL, NULL, &e));
    assert_ok(registry_store_rebuild(desk, NULL, NULL, &e));
    assert_ok(registry_store_verify(desk, 0, NULL, NULL, &e));
    registry_store_close(desk);
    laptop_close(&l);
    world_done(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_clock_keeps_a_laptop_from_enrolling_and_sending),
        cmocka_unit_test(a_clock_that_jumps_between_syncs_holds_nothing_up),
        cmocka_unit_test(what_was_written_by_a_slow_clock_stands_at_the_right_instant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
