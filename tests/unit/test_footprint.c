/* The statistics of footprints, against the published tables of seven Brazilian areas. */
#include "tests/lib/test.h"

#include "app/registry/report/statistics.h"

/* Stones of 0.01-0.25, 0.26-0.60, 0.61-1.20, 1.21-2.00 and over 2.00 carats. */
enum area {
    DATAS,
    JEQUITINHONHA,
    GRAO_MOGOL
};
static const int64_t AREAS[][5] = {
    [DATAS] = {168, 44, 22, 4, 0},
    [JEQUITINHONHA] = {145, 168, 206, 40, 17},
    [GRAO_MOGOL] = {184, 48, 11, 1, 2},
};

static struct statistics_table table_of(enum area a, enum area b)
{
    struct statistics_table t = {.classes = 5};
    for (int i = 0; i < 5; i++) {
        t.a[i] = AREAS[a][i];
        t.b[i] = AREAS[b][i];
    }
    return t;
}

/* The last three classes as one. */
static struct statistics_table three_of(enum area a, enum area b)
{
    struct statistics_table t = table_of(a, b);
    t.classes = 3;
    t.a[2] += t.a[3] + t.a[4];
    t.b[2] += t.b[3] + t.b[4];
    return t;
}

static void chi_square_is(struct statistics_table t, int64_t centi, int freedom, int64_t limit_centi)
{
    struct statistics_chi_square c = statistics_chi_square(&t);
    assert_int_equal(c.value_centi, centi);
    assert_int_equal(c.freedom, freedom);
    assert_int_equal(c.limit_centi, limit_centi);
}

static void five_classes_of_datas_and_jequitinhonha_differ(void **state)
{
    (void)state;
    chi_square_is(table_of(DATAS, JEQUITINHONHA), 15565, 4, 949);
}

static void three_classes_of_datas_and_jequitinhonha_differ(void **state)
{
    (void)state;
    chi_square_is(three_of(DATAS, JEQUITINHONHA), 15494, 2, 599);
}

static void neighbours_of_one_province_are_not_told_apart(void **state)
{
    (void)state;
    struct statistics_table t = three_of(DATAS, GRAO_MOGOL);
    chi_square_is(t, 437, 2, 599);
    assert_in_range(statistics_chi_square(&t).p_myriad, 1120, 1125); /* e^(-4.37 / 2) */
}

static void three_classes_of_jequitinhonha_and_grao_mogol_differ(void **state)
{
    (void)state;
    struct statistics_table t = three_of(JEQUITINHONHA, GRAO_MOGOL);
    chi_square_is(t, 19389, 2, 599);
    assert_int_equal(statistics_chi_square(&t).p_myriad, 0);
}

static void limits_are_those_of_the_printed_tables(void **state)
{
    static const int64_t limits[] = {384, 599, 781, 949, 1107, 1259, 1407, 1551, 1692, 1831};
    (void)state;
    for (int freedom = 1; freedom <= 10; freedom++) {
        struct statistics_table t = {.classes = freedom + 1};
        for (int i = 0; i <= freedom; i++)
            t.a[i] = t.b[i] = 10;
        chi_square_is(t, 0, freedom, limits[freedom - 1]);
        assert_int_equal(statistics_chi_square(&t).p_myriad, 10000);
    }
}

static void the_distance_is_that_of_the_published_tables(void **state)
{
    (void)state;
    struct statistics_table far = table_of(DATAS, JEQUITINHONHA);
    struct statistics_table near = table_of(DATAS, GRAO_MOGOL);
    assert_int_equal(statistics_distance(&far).value_milli, 454);
    assert_int_equal(statistics_distance(&far).limit_milli, 105);
    assert_int_equal(statistics_distance(&near).value_milli, 52);
    assert_int_equal(statistics_distance(&near).limit_milli, 124);
}

static void classes_are_merged_until_five_are_expected_in_each(void **state)
{
    (void)state;
    int group[STATISTICS_MAX_CLASSES];
    struct statistics_table t = table_of(DATAS, GRAO_MOGOL);
    statistics_merge(&t, true, group);
    assert_int_equal(t.classes, 3);
    assert_int_equal(group[1], 1);
    assert_int_equal(group[2], 2);
    assert_int_equal(group[3], 2);
    assert_int_equal(group[4], 2);
    chi_square_is(t, 437, 2, 599);
}

static void an_expected_count_just_under_five_is_merged(void **state)
{
    (void)state;
    int group[STATISTICS_MAX_CLASSES];
    struct statistics_table t = table_of(DATAS, JEQUITINHONHA);
    statistics_merge(&t, true, group);
    assert_int_equal(t.classes, 4);
    assert_int_equal(group[3], 3);
    assert_int_equal(group[4], 3);
}

static void classes_without_order_are_merged_with_the_smallest(void **state)
{
    (void)state;
    int group[STATISTICS_MAX_CLASSES];
    struct statistics_table t = {.classes = 4, .a = {2, 50, 3, 60}, .b = {3, 50, 6, 60}};
    statistics_merge(&t, false, group);
    assert_int_equal(t.classes, 3);
    assert_int_equal(group[0], 0);
    assert_int_equal(group[1], 1);
    assert_int_equal(group[2], 0);
    assert_int_equal(group[3], 2);
    assert_int_equal(t.a[0], 5);
    assert_int_equal(t.b[0], 9);
}

static void of_too_few_stones_nothing_is_said(void **state)
{
    (void)state;
    int group[STATISTICS_MAX_CLASSES];
    struct statistics_table t = {.classes = 3, .a = {1, 2, 1}, .b = {2, 0, 1}};
    struct statistics_table empty = {.classes = 3, .a = {9, 2, 1}};
    statistics_merge(&t, true, group);
    chi_square_is(t, 0, 0, 0);
    chi_square_is(empty, 0, 0, 0);
    assert_int_equal(statistics_distance(&empty).limit_milli, 0);
}

/* Powers of ten: the logarithms of the others have mean 2 and deviation 1, in decades. */
static void a_value_is_scored_against_the_others(void **state)
{
    (void)state;
    static const int64_t decades[] = {10, 100, 1000, 100000};
    static const int64_t alike[] = {50, 50, 50, 50};
    const struct statistics_logs logs = statistics_logs(decades, 4);
    const struct statistics_logs same = statistics_logs(alike, 4);
    const struct statistics_logs few = statistics_logs(decades, 2);
    assert_int_equal(statistics_log_score_centi(&logs, 100000), 300);
    assert_int_equal(statistics_log_score_centi(&same, 50), 0);
    assert_int_equal(statistics_log_score_centi(&few, 10), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_classes_of_datas_and_jequitinhonha_differ),
        cmocka_unit_test(three_classes_of_datas_and_jequitinhonha_differ),
        cmocka_unit_test(neighbours_of_one_province_are_not_told_apart),
        cmocka_unit_test(three_classes_of_jequitinhonha_and_grao_mogol_differ),
        cmocka_unit_test(limits_are_those_of_the_printed_tables),
        cmocka_unit_test(the_distance_is_that_of_the_published_tables),
        cmocka_unit_test(classes_are_merged_until_five_are_expected_in_each),
        cmocka_unit_test(an_expected_count_just_under_five_is_merged),
        cmocka_unit_test(classes_without_order_are_merged_with_the_smallest),
        cmocka_unit_test(of_too_few_stones_nothing_is_said),
        cmocka_unit_test(a_value_is_scored_against_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
