/* Laptops whose clocks are wrong, by years and in both directions, and registries that take what they send.
 */
#include "tests/lib/world.h"

#include <time.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_clock_keeps_a_laptop_from_enrolling_and_sending),
        cmocka_unit_test(a_clock_that_jumps_between_syncs_holds_nothing_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
