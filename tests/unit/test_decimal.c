#include "tests/lib/test.h"

#include "schema/base/decimal.h"

static void comma_and_point_are_both_decimal_marks(void **state)
{
    (void)state;
    struct errctx e;
    int64_t with_comma = 0;
    int64_t with_point = 0;
    assert_ok(decimal_parse("0,35", 3, &with_comma, &e));
    assert_ok(decimal_parse("0.35", 3, &with_point, &e));
    assert_int_equal(with_comma, 350);
    assert_int_equal(with_point, 350);
}

static void digits_may_be_grouped_by_spaces(void **state)
{
    (void)state;
    struct errctx e;
    int64_t number = 0;
    assert_ok(decimal_parse("1 234 567,5", 1, &number, &e));
    assert_int_equal(number, 12345675);
    assert_err(decimal_parse("1 ", 0, &number, &e), ERR_INVALID, "not a number");
}

static void what_is_not_a_number_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",    "-",     ".",  "1.2.3", "1e3", "0x10",
                                        "12a", "1,2,3", " 1", "nan",   "--1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct errctx e;
        int64_t number = 0;
        assert_err(decimal_parse(wrong[i], 3, &number, &e), ERR_INVALID, "is not a number");
    }
}

static void more_decimals_than_the_scale_are_too_precise_unless_zero(void **state)
{
    (void)state;
    struct errctx e;
    int64_t number = 0;
    assert_err(decimal_parse("0.3555", 3, &number, &e), ERR_INVALID, "at most 3 decimals");
    assert_err(decimal_parse("1.5", 0, &number, &e), ERR_INVALID, "whole number");
    assert_ok(decimal_parse("0.3550", 3, &number, &e));
    assert_int_equal(number, 355);
}

static void numbers_beyond_64_bits_are_refused(void **state)
{
    (void)state;
    struct errctx e;
    int64_t number = 0;
    assert_ok(decimal_parse("9223372036854775807", 0, &number, &e));
    assert_int_equal(number, INT64_MAX);
    assert_err(decimal_parse("9223372036854775808", 0, &number, &e), ERR_INVALID, "too large");
    assert_err(decimal_parse("9223372036854775807", 3, &number, &e), ERR_INVALID, "too large");
    assert_err(decimal_parse("99999999999999999999999999", 0, &number, &e), ERR_INVALID, "too large");
}

static void formatting_and_reading_are_inverse(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0, 1, -1, 350, 1000, -1001, 123456789, INT64_MAX, -INT64_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct errctx e;
        struct buf text = {0};
        int64_t back = 0;
        decimal_format(&text, numbers[i], 3, 0, ',');
        assert_ok(decimal_parse(buf_str(&text), 3, &back, &e));
        assert_int_equal(back, numbers[i]);
        buf_done(&text);
    }
}

static void division_rounds_half_away_from_zero(void **state)
{
    (void)state;
    assert_int_equal(decimal_muldiv(5, 1, 2), 3);
    assert_int_equal(decimal_muldiv(-5, 1, 2), -3);
    assert_int_equal(decimal_muldiv(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(comma_and_point_are_both_decimal_marks),
        cmocka_unit_test(digits_may_be_grouped_by_spaces),
        cmocka_unit_test(what_is_not_a_number_is_refused),
        cmocka_unit_test(more_decimals_than_the_scale_are_too_precise_unless_zero),
        cmocka_unit_test(numbers_beyond_64_bits_are_refused),
        cmocka_unit_test(formatting_and_reading_are_inverse),
        cmocka_unit_test(division_rounds_half_away_from_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
