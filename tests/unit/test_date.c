#include "tests/lib/test.h"

#include "schema/base/date.h"

static int32_t days(int year, int month, int day)
{
    return date_to_days((struct date){year, month, day});
}

static void days_and_dates_are_inverse_over_all_years(void **state)
{
    (void)state;
    assert_int_equal(days(1970, 1, 1), 0);
    assert_int_equal(days(2000, 3, 1), 11017);
    int32_t last = days(9999, 12, 31);
    for (int32_t day = days(1, 1, 1); day <= last; day += 13) {
        char text[DATE_BYTES];
        assert_int_equal(date_to_days(date_from_days(day)), day);
        assert_true(is_date(date_format_days(day, text)));
    }
}

static void iso_dates_are_read_strictly(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",           "2026-11-2",   "2026-1-23",  "2026/11/23", "2026-02-29",
                                        "1900-02-29", "2026-00-10",  "2026-13-10", "2026-04-31", "0000-01-01",
                                        "2026-11-00", "2026-11-23 ", "x026-11-23", "+026-11-23"};
    assert_true(is_date("2024-02-29") && is_date("2000-02-29"));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(is_date(wrong[i]));
}

static void typed_dates_have_the_day_first(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        const char *iso;
    } cases[] = {{"2026-11-23", "2026-11-23"}, {"23/11/2026", "2026-11-23"}, {"3.1.2026", "2026-01-03"},
                 {"03-01-2026", "2026-01-03"}, {"today", "2026-11-23"},      {"yesterday", "2026-11-22"},
                 {"-30", "2026-10-24"},        {"+1", "2026-11-24"},         {"-0", "2026-11-23"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct errctx e;
        struct date d;
        char text[DATE_BYTES];
        assert_ok(date_parse_typed(cases[i].typed, days(2026, 11, 23), &d, &e));
        assert_string_equal(date_format(d, text), cases[i].iso);
    }
}

static void typed_dates_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"31/04/2026", "11/23/2026", "1/1/26",   "1/1-2026", "1/1/20260",
                                        "tomorrow",   "-",          "-1000000", "1//2026",  "0/1/2026"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct errctx e;
        struct date d;
        if (date_parse_typed(wrong[i], 20000, &d, &e) != ERR_INVALID)
            fail_msg("\"%s\" was taken", wrong[i]);
    }
}

static void instants_are_utc(void **state)
{
    (void)state;
    char text[INSTANT_BYTES];
    assert_string_equal(instant_format(1795452245, text), "2026-11-23T16:44:05Z");
    assert_string_equal(instant_format(-1, text), "1969-12-31T23:59:59Z");
    assert_int_equal(date_of_instant(-1), -1);
    assert_int_equal(date_of_instant(86400), 1);
}

static void births_are_years_months_or_days_exact_or_about(void **state)
{
    (void)state;
    static const char *const right[] = {"1985", "1985~", "1985-06", "1985-06~", "1985-06-12", "1985-06-12~"};
    static const char *const wrong[] = {"",       "85",         "1985-13",      "1985-6", "~1985",
                                        "1985~~", "1985-02-30", "1985-06-12~~", "19855",  "0000"};
    struct errctx e;
    int year = 0;
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        assert_ok(date_parse_birth(right[i], &year, &e));
        assert_int_equal(year, 1985);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(date_parse_birth(wrong[i], &year, &e), ERR_INVALID);
}

static void an_age_is_the_most_that_a_birth_allows(void **state)
{
    (void)state;
    int32_t day = days(2026, 11, 23);
    assert_int_equal(date_age_most("2008", day), 18);
    assert_int_equal(date_age_most("2008-11", day), 18);
    assert_int_equal(date_age_most("2008-12~", day), 17);
    assert_int_equal(date_age_most("2008-11-23", day), 18);
    assert_int_equal(date_age_most("2008-11-24", day), 17);
}

static void periods_are_years_halves_quarters_and_months(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t first[3];
        int32_t last[3];
    } cases[] = {{"2026", {2026, 1, 1}, {2026, 12, 31}},
                 {"2026-H2", {2026, 7, 1}, {2026, 12, 31}},
                 {"2026-Q1", {2026, 1, 1}, {2026, 3, 31}},
                 {"2024-02", {2024, 2, 1}, {2024, 2, 29}}};
    struct errctx e;
    int32_t first = 0;
    int32_t last = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_ok(date_parse_period(cases[i].text, &first, &last, &e));
        assert_int_equal(first, days(cases[i].first[0], cases[i].first[1], cases[i].first[2]));
        assert_int_equal(last, days(cases[i].last[0], cases[i].last[1], cases[i].last[2]));
    }
    static const char *const wrong[] = {"", "26", "2026-H3", "2026-Q0", "2026-13", "2026-1", "2026-11-23"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_err(date_parse_period(wrong[i], &first, &last, &e), ERR_INVALID, "is not a period");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_dates_are_inverse_over_all_years),
        cmocka_unit_test(iso_dates_are_read_strictly),
        cmocka_unit_test(typed_dates_have_the_day_first),
        cmocka_unit_test(typed_dates_that_cannot_be_are_refused),
        cmocka_unit_test(instants_are_utc),
        cmocka_unit_test(births_are_years_months_or_days_exact_or_about),
        cmocka_unit_test(an_age_is_the_most_that_a_birth_allows),
        cmocka_unit_test(periods_are_years_halves_quarters_and_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
