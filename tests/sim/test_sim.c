/* The simulation is worth something: its oracle notices what it is there for, and a seed is a world. */
#include "tests/lib/test.h"

#include "tests/sim/sim.h"

enum {
    TRIES = 30 /* worlds in which a fault may show */
};

/* The first world in which FAULT is noticed; the test fails without one. */
static void is_noticed(enum sim_fault fault, const char *words)
{
    struct sim_report report = {0};
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        const struct sim_options o = {.seed = seed, .fault = fault};
        sim_run(&o, &report);
        if (report.failed && strstr(report.words, words))
            return;
    }
    fail_msg("%s goes unnoticed; last: %s", SIM_FAULTS[fault], report.words);
}

static void a_disk_that_lies_about_syncs_is_noticed(void **state)
{
    (void)state;
    is_noticed(SIM_LYING_DISK, "does not start"); /* the laptop says so itself, before entries are counted */
}

static void a_save_acknowledged_too_early_is_noticed(void **state)
{
    (void)state;
    is_noticed(SIM_EARLY_ACK, "of them acknowledged");
}

static void an_entry_that_vanishes_is_noticed(void **state)
{
    (void)state;
    is_noticed(SIM_LOST_ENTRY, "entries; there were");
}

static void a_laptop_that_only_believes_it_has_sent_is_noticed(void **state)
{
    (void)state;
    is_noticed(SIM_FORGED_SENT, "neither in the registry nor waiting");
}

static void a_record_that_no_entry_explains_is_noticed(void **state)
{
    (void)state;
    is_noticed(SIM_SPOILT_ROW, "village");
}

static void a_broken_promise_of_the_registry_is_noticed(void **state)
{
    (void)state;
    is_noticed(SIM_FORGOTTEN, "gave a receipt for");
}

static void the_same_seed_is_the_same_world(void **state)
{
    (void)state;
    struct sim_report first;
    struct sim_report second;
    struct sim_report other;
    const struct sim_options o = {.seed = 5};
    const struct sim_options another = {.seed = 6};
    sim_run(&o, &first);
    sim_run(&another, &other);
    sim_run(&o, &second);
    assert_true(first.print == second.print);
    assert_true(first.print != other.print);
    assert_int_equal(first.acknowledged, second.acknowledged);
    assert_true(first.acknowledged > 0 && first.requests > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_is_the_same_world), /* first: its first world is the process' */
        cmocka_unit_test(a_disk_that_lies_about_syncs_is_noticed),
        cmocka_unit_test(a_save_acknowledged_too_early_is_noticed),
        cmocka_unit_test(an_entry_that_vanishes_is_noticed),
        cmocka_unit_test(a_laptop_that_only_believes_it_has_sent_is_noticed),
        cmocka_unit_test(a_record_that_no_entry_explains_is_noticed),
        cmocka_unit_test(a_broken_promise_of_the_registry_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
