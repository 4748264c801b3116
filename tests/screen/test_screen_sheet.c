/* The day sheet in a terminal: what a row costs in keys, what is saved when, and what is kept. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/lib/desk.h"
#include "tests/lib/test.h"

enum {
    TEAMS = 3
};

static int64_t count(struct desk *d, const char *sql)
{
    struct errctx e;
    int64_t n = 0;
    assert_ok(db_one_int(store_db(d->laptop.store), sql, 0, &n, &e));
    return n;
}

static int open_desk(void **state)
{
    (void)desk_open(state);
    struct desk *d = *state;
    char number[16];
    int64_t holder = laptop_digger(&d->laptop, "K\xC3\xA9\xC3\xAFta Sory");
    for (int i = 1; i <= TEAMS; i++) {
        (void)snprintf(number, sizeof number, "AML-%d", i);
        (void)laptop_licence(&d->laptop, number, holder);
        (void)laptop_yield(&d->laptop, number, "2026-11-20", i == 1 ? "2" : NULL, "0.31");
    }
    return 0;
}

static void open_sheet(struct desk *d, const struct screen_options *o)
{
    desk_start(d, o);
    screen_type(&d->screen, "d");
    screen_wait(&d->screen, "Alluvia - Day sheet");
    screen_type(&d->screen, "d");
    screen_wait(&d->screen, "Which day?");
    screen_type(&d->screen, "23/11/2026<Enter>");
    screen_wait(&d->screen, " 2026-11-23   all teams");
    screen_wait(&d->screen, "0 of 3 teams");
    d->screen.keys = 0;
}

static void sheet_looks_the_same_on_every_terminal(void **state)
{
    static const char *const terms[] = {"linux", "vt100", "xterm-256color", "screen"};
    struct desk *d = *state;
    for (size_t i = 0; i < 4; i++) {
        const struct screen_options small = {.term = terms[i]};
        const struct screen_options large = {.term = terms[i], .rows = 40, .columns = 120};
        open_sheet(d, &large);
        screen_golden(&d->screen, "sheet-120x40");
        open_sheet(d, &small);
        screen_type(&d->screen, "12<Enter>8<Enter>2<Enter>3<Enter>.45<Enter>");
        screen_wait(&d->screen, "0.45");
        screen_golden(&d->screen, "sheet-80x24");
        screen_type(&d->screen, "<C-z>");
        screen_wait(&d->screen, "0 of 3 teams");
    }
}

static void ordinary_yield_takes_at_most_14_keys(void **state)
{
    struct desk *d = *state;
    open_sheet(d, NULL);
    screen_type(&d->screen, "12<Enter>8<Enter>2<Enter>3<Enter>.45<Enter><Enter>");
    screen_wait(&d->screen, "+AML-1");
    print_message("an ordinary yield: %d keys\n", d->screen.keys);
    assert_true(d->screen.keys <= 14);
    assert_int_equal(
        count(d, "SELECT diamond_mct FROM yield WHERE date_from = '2026-11-23' AND diggers = 12 AND "
                 "hours_dh = 80 AND gravel_l = 2000 AND stones = 3 AND outcome = 'yield'"),
        450);
}

static void nil_takes_at_most_2_keys(void **state)
{
    struct desk *d = *state;
    open_sheet(d, NULL);
    screen_type(&d->screen, "n");
    screen_wait(&d->screen, "+AML-1");
    print_message("a nil: %d keys\n", d->screen.keys);
    assert_true(d->screen.keys <= 2);
    assert_int_equal(count(d, "SELECT diggers FROM yield WHERE date_from = '2026-11-23' AND outcome = 'nil'"),
                     14);
}

static void all_the_rest_nil_takes_at_most_3_keys(void **state)
{
    struct desk *d = *state;
    open_sheet(d, NULL);
    screen_type(&d->screen, "N");
    screen_wait(&d->screen, "3 teams have no return yet");
    screen_type(&d->screen, "y");
    screen_wait(&d->screen, "+AML-3");
    print_message("all the rest nil: %d keys\n", d->screen.keys);
    assert_true(d->screen.keys <= 3);
    assert_int_equal(
        count(d, "SELECT count(*) FROM yield WHERE date_from = '2026-11-23' AND outcome = 'nil'"), TEAMS);
}

static void not_worked_asks_for_its_reason(void **state)
{
    struct desk *d = *state;
    open_sheet(d, NULL);
    screen_type(&d->screen, "w");
    screen_wait(&d->screen, "Rain or flood");
    screen_type(&d->screen, "fun<Enter>");
    screen_wait(&d->screen, "+AML-1");
    assert_int_equal(
        count(d,
              "SELECT count(*) FROM yield WHERE outcome = 'not_worked' AND reason = 'feast' AND diggers = 0"),
        1);
}

static void cell_is_copied_from_above(void **state)
{
    struct desk *d = *state;
    open_sheet(d, NULL);
    screen_type(&d->screen, "17<Enter>6<Down>");
    screen_wait(&d->screen, "Outcome: must be given");
    screen_type(&d->screen, "n");
    screen_wait(&d->screen, "+AML-1");
    screen_type(&d->screen, "c");
    screen_type(&d->screen, "n");
    screen_wait(&d->screen, "+AML-2");
    assert_int_equal(count(d, "SELECT count(*) FROM yield WHERE date_from = '2026-11-23' AND diggers = 17"),
                     2);
}

static void comma_is_a_decimal_mark_too(void **state)
{
    struct desk *d = *state;
    open_sheet(d, NULL);
    screen_type(&d->screen, "<Enter><Enter><Enter>1<Enter>0,2<Enter><Enter>");
    screen_wait(&d->screen, "+AML-1");
    assert_int_equal(count(d, "SELECT diamond_mct FROM yield WHERE date_from = '2026-11-23'"), 200);
}

static void rule_speaks_at_the_cell_and_nothing_is_saved(void **state)
{
    struct desk *d = *state;
    int row = 0;
    int column = 0;
    open_sheet(d, NULL);
    screen_type(&d->screen, "<Enter><Enter><Enter>3<Down>");
    screen_wait(&d->screen, "Stones:");
    screen_cursor(&d->screen, &row, &column);
    assert_int_equal(row, 3);
    assert_int_equal(count(d, "SELECT count(*) FROM yield WHERE date_from = '2026-11-23'"), 0);
    screen_type(&d->screen, "<Enter>.4<Enter><Enter>");
    screen_wait(&d->screen, "+AML-1");
}

static void unusual_weight_wants_a_reason(void **state)
{
    struct desk *d = *state;
    open_sheet(d, NULL);
    screen_type(&d->screen, "<Enter><Enter><Enter>1<Enter>12<Down>");
    screen_wait(&d->screen, "Is this right?");
    screen_wait(&d->screen, "Diamonds 12 for a single stone is above 10.8");
    screen_type(&d->screen, "<Esc>");
    screen_wait_gone(&d->screen, "Is this right?");
    assert_int_equal(count(d, "SELECT count(*) FROM yield WHERE date_from = '2026-11-23'"), 0);
    screen_type(&d->screen, "<Down>");
    for (int i = 0; i < 6 && !screen_holds(&d->screen, "+AML-1"); i++) {
        screen_wait(&d->screen, "Is this right?");
        screen_type(&d->screen, "seen by the chief");
        screen_wait(&d->screen, "seen by the chief");
        screen_type(&d->screen, "<Enter>");
        screen_wait_gone(&d->screen, "seen by the chief");
    }
    screen_wait(&d->screen, "+AML-1");
    assert_true(count(d, "SELECT count(*) FROM journal WHERE instr(bytes, 'seen by the chief') > 0") == 1);
}

static void row_that_was_saved_is_amended(void **state)
{
    struct desk *d = *state;
    open_sheet(d, NULL);
    screen_type(&d->screen, "n");
    screen_wait(&d->screen, "+AML-1");
    screen_type(&d->screen, "<Up>");
    screen_type(&d->screen, "11<Down>");
    screen_wait(&d->screen, "men 11");
    assert_int_equal(count(d, "SELECT count(*) FROM yield WHERE date_from = '2026-11-23'"), 1);
    assert_int_equal(count(d, "SELECT count(*) FROM journal WHERE instr(bytes, '\"op\":\"amend\"') > 0"), 1);
}

static void parcel_says_what_is_still_to_come(void **state)
{
    struct desk *d = *state;
    open_sheet(d, NULL);
    screen_type(&d->screen, "p");
    screen_wait(&d->screen, "day's parcel");
    screen_type(&d->screen, "1.25<Enter>");
    screen_wait(&d->screen, "still to come 1.25 ct");
    screen_type(&d->screen, "<Enter><Enter><Enter>2<Enter>.25<Down>");
    screen_wait(&d->screen, "still to come 1 ct");
}

static void half_a_row_outlives_a_kill(void **state)
{
    static const int signals[] = {SIGKILL, SIGTERM, SIGSEGV};
    struct desk *d = *state;
    for (size_t i = 0; i < 3; i++) {
        open_sheet(d, NULL);
        screen_type(&d->screen, "19<Enter>7<Enter>4");
        screen_wait(&d->screen, "7");
        screen_type(&d->screen, "<Enter>");
        screen_wait(&d->screen, "7      4");
        screen_kill(&d->screen, signals[i]);
        screen_close(&d->screen);
        screen_start(&d->screen, d->laptop.path, &(struct screen_options){0});
        screen_wait(&d->screen, "2026-11-23   all teams");
        screen_wait(&d->screen, "*AML-1");
        screen_wait(&d->screen, " 19 ");
        screen_type(&d->screen, "<C-z>");
        screen_wait_gone(&d->screen, "*AML-1");
    }
}

static void thirty_teams_are_entered_in_one_sitting(void **state)
{
    struct desk *d = *state;
    char number[16];
    int64_t holder = laptop_digger(&d->laptop, "Sahr Kamara");
    for (int i = TEAMS + 1; i <= 30; i++) {
        (void)snprintf(number, sizeof number, "AML-%02d", i);
        (void)laptop_licence(&d->laptop, number, holder);
    }
    screen_start(&d->screen, d->laptop.path, &(struct screen_options){0});
    screen_wait(&d->screen, "Due");
    screen_type(&d->screen, "dd");
    screen_wait(&d->screen, "Which day?");
    screen_type(&d->screen, "23/11/2026<Enter>");
    screen_wait(&d->screen, "0 of 30 teams");
    for (int i = 0; i < 30; i++) {
        screen_type(&d->screen, i % 3 ? "9n" : "14<Enter>8<Enter>2<Enter>3<Enter>.45<Enter><Enter>");
        (void)snprintf(number, sizeof number, "%d of 30 teams", i + 1);
        screen_wait(&d->screen, number);
    }
    screen_wait(&d->screen, "diamonds 4.5 ct");
    assert_int_equal(count(d, "SELECT count(*) FROM yield WHERE date_from = '2026-11-23'"), 30);
}

#define TEAMS_TEST(test) cmocka_unit_test_setup_teardown(test, open_desk, desk_close)

int main(void)
{
    (void)setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        TEAMS_TEST(sheet_looks_the_same_on_every_terminal),
        TEAMS_TEST(ordinary_yield_takes_at_most_14_keys),
        TEAMS_TEST(nil_takes_at_most_2_keys),
        TEAMS_TEST(all_the_rest_nil_takes_at_most_3_keys),
        TEAMS_TEST(not_worked_asks_for_its_reason),
        TEAMS_TEST(cell_is_copied_from_above),
        TEAMS_TEST(comma_is_a_decimal_mark_too),
        TEAMS_TEST(rule_speaks_at_the_cell_and_nothing_is_saved),
        TEAMS_TEST(unusual_weight_wants_a_reason),
        TEAMS_TEST(row_that_was_saved_is_amended),
        TEAMS_TEST(parcel_says_what_is_still_to_come),
        TEAMS_TEST(half_a_row_outlives_a_kill),
        TEAMS_TEST(thirty_teams_are_entered_in_one_sitting),
    };
    return cmocka_run_group_tests_name("screen sheet", tests, NULL, NULL);
}
