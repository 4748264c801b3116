#include "tests/lib/world.h"

#include "tests/lib/test.h"

enum {
    AS_OFTEN = 200 /* two requests or three each: below what one laptop may ask at once */
};

/* Syncs one new entry after another, each over a connection that PLAN cuts, from 0 bytes on until the whole
 * exchange fits before the cut. MOVE puts the byte count into the plan. */
static void cut_after_every_count(struct world *w, bool up)
{
    for (int64_t bytes = 0;; bytes++) {
        struct errctx e;
        struct sync_result result;
        struct fault_plan plan = {
            .cuts = 1, .cut_up_after = up ? bytes : -1, .cut_down_after = up ? -1 : bytes};
        world_write(w, 1);
        /* Nobody asks so often in so short a time: a registry that starts anew has forgotten how often it
         * was. */
        if (bytes % AS_OFTEN == AS_OFTEN - 1) {
            world_stop_registry(w);
            world_start_registry(w);
        }
        world_plan(w, &plan);
        assert_ok(sync_run(&w->options, &result, &e));
        assert_int_equal(result.sent, 1);
        if (fault_proxy_counts(w->proxy).cuts == 0)
            break;
        assert_true(w->events[SYNC_RETRYING] > 0);
    }
}

static void a_cut_at_any_byte_of_a_request_loses_and_doubles_nothing(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    assert_ok(sync_run(&w.options, &result, &e));
    cut_after_every_count(&w, true);
    world_assert_same(&w);
    world_done(&w);
}

static void a_cut_at_any_byte_of_an_answer_loses_and_doubles_nothing(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    assert_ok(sync_run(&w.options, &result, &e));
    cut_after_every_count(&w, false);
    world_assert_same(&w);
    world_done(&w);
}

static void enrolling_survives_a_lost_answer(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make(&w);
    static const struct fault_plan lost = {.cuts = 2, .cut_up_after = -1, .cut_down_after = 0};
    world_plan(&w, &lost);
    assert_ok(sync_enrol(&w.options, w.url, w.code, &e));
    assert_true(world_link(&w).enrolled);
    assert_ok(sync_run(&w.options, &result, &e));
    world_assert_same(&w);
    world_done(&w);
}

static void a_lost_answer_is_asked_for_and_not_sent_again(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    assert_ok(sync_run(&w.options, &result, &e));
    world_write(&w, 300);
    static const struct fault_plan lost = {.cuts = 1, .cut_up_after = -1, .cut_down_after = 0};
    world_plan(&w, &lost);
    assert_ok(sync_run(&w.options, &result, &e));
    assert_int_equal(result.requests, 2);
    assert_int_equal(result.sent, 300);
    world_assert_same(&w);
    world_done(&w);
}

static void a_link_that_breaks_all_the_time_still_gets_there(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    world_write(&w, 3000);
    static const struct fault_plan bad = {
        .delay_ms = 10, .up_bytes_per_s = 60000, .down_bytes_per_s = 60000, .cut_every_ms = 400};
    world_plan(&w, &bad);
    enum err outcome = ERR_NETWORK;
    for (int run = 0; run < 10 && outcome == ERR_NETWORK; run++)
        outcome = sync_run(&w.options, &result, &e);
    assert_int_equal(outcome, ERR_OK);
    assert_true(fault_proxy_counts(w.proxy).cuts > 0);
    world_assert_same(&w);
    world_done(&w);
}

static void a_silent_link_is_given_up_and_the_next_sync_goes_on(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    world_write(&w, 5000);
    /* One batch that is larger than all buffers on the way: in its middle nothing moves for LINK_STALL_MS. */
    assert_ok(db_exec(w.db, "UPDATE link SET batch_entries = 5000", &e));
    static const struct fault_plan silent = {
        .up_bytes_per_s = 200000, .cuts = 1, .cut_up_after = 20000, .cut_down_after = -1, .silent = true};
    world_plan(&w, &silent);
    assert_ok(sync_run(&w.options, &result, &e));
    assert_int_equal(w.events[SYNC_RETRYING], 1);
    world_assert_same(&w);
    world_done(&w);
}

static void without_a_network_the_words_come_soon(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    world_stop_registry(&w);
    fault_proxy_stop(w.proxy);
    w.proxy = NULL;
    assert_err(sync_run(&w.options, &result, &e), ERR_NETWORK, "cannot be reached");
    assert_int_equal(w.events[SYNC_RETRYING], 2);
    assert_int_equal(world_link(&w).upto, 0);
    world_done(&w);
}

static void stop(struct world *w, const struct sync_event *event)
{
    if (event->kind == SYNC_RECEIVED || event->kind == SYNC_RETRYING)
        w->cancel = true;
}

static void a_cancelled_sync_keeps_what_has_a_receipt(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    world_write(&w, 1200);
    w.on_event = stop;
    assert_err(sync_run(&w.options, &result, &e), ERR_BUSY, "stopped");
    assert_int_equal(world_link(&w).upto, 500);
    w.cancel = false;
    w.on_event = NULL;
    assert_ok(sync_run(&w.options, &result, &e));
    world_assert_same(&w);
    world_done(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_at_any_byte_of_a_request_loses_and_doubles_nothing),
        cmocka_unit_test(a_cut_at_any_byte_of_an_answer_loses_and_doubles_nothing),
        cmocka_unit_test(enrolling_survives_a_lost_answer),
        cmocka_unit_test(a_lost_answer_is_asked_for_and_not_sent_again),
        cmocka_unit_test(a_link_that_breaks_all_the_time_still_gets_there),
        cmocka_unit_test(a_silent_link_is_given_up_and_the_next_sync_goes_on),
        cmocka_unit_test(without_a_network_the_words_come_soon),
        cmocka_unit_test(a_cancelled_sync_keeps_what_has_a_receipt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
