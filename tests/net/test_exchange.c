#include "tests/lib/world.h"

#include "schema/field/field_schema.h"
#include "tests/lib/test.h"

static void work_reaches_the_registry_and_counts_as_sent(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    world_write(&w, 1200);
    assert_ok(sync_run(&w.options, &result, &e));
    assert_int_equal(result.sent, 1201);
    assert_true(result.requests >= 2);
    assert_true(w.events[SYNC_RECEIVED] >= 2);
    world_assert_same(&w);
    world_done(&w);
}

static void an_idle_sync_is_one_request(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    assert_ok(sync_run(&w.options, &result, &e));
    static const struct fault_plan perfect = {0};
    world_plan(&w, &perfect);
    assert_ok(sync_run(&w.options, &result, &e));
    assert_int_equal(result.requests, 1);
    assert_int_equal(result.sent, 0);
    assert_int_equal(fault_proxy_counts(w.proxy).connections, 1);
    assert_true(fault_proxy_counts(w.proxy).up < 500);
    world_done(&w);
}

static void five_records_cost_little(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    struct sync_cost cost;
    world_make_enrolled(&w);
    world_write(&w, 100);
    assert_ok(sync_run(&w.options, &result, &e));
    world_write(&w, 5);
    assert_ok(sync_estimate(&w.options, &cost, &e));
    static const struct fault_plan perfect = {0};
    world_plan(&w, &perfect);
    assert_ok(sync_run(&w.options, &result, &e));
    assert_int_equal(result.sent, 5);
    int64_t up = fault_proxy_counts(w.proxy).up;
    assert_true(up <= 1200);
    /* What libcurl tells is what the wire carried, and the estimate was near. */
    assert_int_equal(result.bytes_up, up);
    assert_int_equal(result.bytes_down, fault_proxy_counts(w.proxy).down);
    assert_int_equal(cost.entries, 5);
    assert_int_equal(cost.requests, 1);
    assert_in_range(cost.bytes, up - up / 8, up + up / 8);
    world_done(&w);
}

static void enrolling_again_with_the_same_code_changes_nothing(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    world_write(&w, 3);
    assert_ok(sync_run(&w.options, &result, &e));
    assert_ok(sync_enrol(&w.options, w.url, w.code, &e));
    assert_int_equal(world_link(&w).upto, w.head.number);
    assert_ok(sync_run(&w.options, &result, &e));
    assert_int_equal(result.sent, 0);
    world_assert_same(&w);
    world_done(&w);
}

static void the_same_batch_twice_at_once_counts_once(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    static const struct fault_plan twice = {.duplicate = true};
    world_plan(&w, &twice);
    for (int i = 0; i < 5; i++) {
        world_write(&w, 20);
        assert_ok(sync_run(&w.options, &result, &e));
    }
    world_assert_same(&w);
    world_done(&w);
}

/* The second sync starts while the first has its request under way. */
static void sync_again(struct world *w, const struct sync_event *event)
{
    if (event->kind != SYNC_CONNECTING)
        return;
    struct errctx e;
    struct sync_result result;
    struct sync_options second = w->options;
    w->on_event = NULL;
    assert_ok(db_open(w->laptop_path, DB_WRITE, &FIELD_DB, &second.db, &e));
    assert_err(sync_run(&second, &result, &e), ERR_BUSY, "another sync");
    assert_int_equal(result.requests, 0);
    db_close(second.db);
}

static void a_second_sync_is_told_that_one_runs(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    w.on_event = sync_again;
    assert_ok(sync_run(&w.options, &result, &e));
    assert_null(w.on_event);
    world_assert_same(&w);
    world_done(&w);
}

static void nothing_is_sent_before_a_registry_is_known(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make(&w);
    assert_err(sync_run(&w.options, &result, &e), ERR_CONFIG, "enrol first");
    assert_err(sync_carry(&w.options, w.folder, NULL, NULL, &e), ERR_CONFIG, "enrol first");
    world_done(&w);
}

static void only_https_leaves_the_machine(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    world_make(&w);
    static const char *const open[] = {"http://registry.example", "http://127.example.org/",
                                       "http://localhost.example", "http://10.0.0.1:80"};
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        assert_err(sync_enrol(&w.options, open[i], w.code, &e), ERR_CONFIG, "only https://");
    static const char *const wrong[] = {"", "https://", "https://a b", "ftp://x", "https://user@host"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_err(sync_enrol(&w.options, wrong[i], w.code, &e), ERR_CONFIG, "not an address");
    world_done(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_reaches_the_registry_and_counts_as_sent),
        cmocka_unit_test(an_idle_sync_is_one_request),
        cmocka_unit_test(five_records_cost_little),
        cmocka_unit_test(enrolling_again_with_the_same_code_changes_nothing),
        cmocka_unit_test(the_same_batch_twice_at_once_counts_once),
        cmocka_unit_test(a_second_sync_is_told_that_one_runs),
        cmocka_unit_test(nothing_is_sent_before_a_registry_is_known),
        cmocka_unit_test(only_https_leaves_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
