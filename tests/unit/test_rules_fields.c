#include "tests/lib/test.h"

#include <stdlib.h>

#include "tests/lib/english.h"
#include "tests/unit/rules_cases.h"

static struct codes *codes;

static int set_up(void **state)
{
    (void)state;
    struct errctx e;
    return codes_new("XX", &codes, &e) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    codes_free(codes);
    return 0;
}

/* The field checks find exactly RULE at the field of that name, in WORDS; nothing when RULE is NULL. */
static void expect(struct record *r, const char *rule, const char *field, const char *words)
{
    static const struct facts nothing = {0};
    struct errctx e;
    struct world arg = {codes, &nothing};
    struct rule_world world = world_of(&arg);
    struct findings found = {0};
    struct rule_input in = {.record = r, .today = world_today(), .codes = codes, .world = &world};
    assert_ok(rules_check_fields(&in, &found, &e));
    if (found.count > 1)
        fail_msg("found also: %s", found.rows[1].text);
    assert_int_equal(found.count, rule ? 1 : 0);
    if (rule) {
        assert_string_equal(found.rows[0].text, words);
        english_is_gone("fr", rule, words);
        english_is_gone("pt", rule, words);
        assert_string_equal(found.rows[0].rule, rule);
        assert_string_equal(found.rows[0].field, field);
        assert_int_equal(found.rows[0].level, LEVEL_BLOCK);
    }
    findings_done(&found);
    record_done(r);
}

static void expect_missing(enum entity_id of, const char *changes, const char *field, const char *words)
{
    struct record r;
    world_build(&r, codes, of, changes);
    expect(&r, words ? "required" : NULL, field, words);
}

static void expect_text(enum entity_id of, const char *field, const char *text, const char *rule,
                        const char *words)
{
    struct record r;
    world_build(&r, codes, of, "");
    record_set_text(&r, field, text);
    expect(&r, rule, field, words);
}

static void expect_number(enum entity_id of, const char *field, int64_t number, const char *rule,
                          const char *words)
{
    struct record r;
    world_build(&r, codes, of, "");
    record_set_number(&r, field, number);
    expect(&r, rule, field, words);
}

static void required_fields_must_be_given(void **state)
{
    (void)state;
    expect_missing(ENTITY_DIGGER, "village=", "village", "village must be given");
    expect_missing(ENTITY_DIGGER, "id_no=", "id_no", "id_no must be given when id_type is voter");
    expect_missing(ENTITY_DIGGER, "id_type=none;id_no=", NULL, NULL);
    expect_missing(ENTITY_YIELD, "weighed_by=", "weighed_by", "weighed_by must be given with an amount");
    expect_missing(ENTITY_YIELD, "outcome=not_worked;stones=;diamond_ct=;weighed_by=", "reason",
                   "reason must be given when outcome is not_worked");
    expect_missing(ENTITY_OFFICER, "role=cooperative", "cooperative",
                   "cooperative must be given when role is cooperative");
}

static void an_empty_text_is_not_given(void **state)
{
    (void)state;
    expect_text(ENTITY_DIGGER, "village", "", "required", "village must be given");
    expect_text(ENTITY_DIGGER, "address", "", NULL, NULL);
}

static void numbers_stay_in_their_bounds(void **state)
{
    (void)state;
    expect_number(ENTITY_YIELD, "gold_mg", -1, "range", "gold_g -0.001 is below 0 g");
    expect_number(ENTITY_YIELD, "fineness", 1001, "range", "fineness 1001 is above 1000 per mille");
    expect_number(ENTITY_YIELD, "fineness", 1000, NULL, NULL);
    expect_number(ENTITY_STONE, "diamond_mct", 0, "range", "diamond_ct 0 is below 0.001 ct");
    expect_number(ENTITY_SALE, "price_minor", 0, "range", "price 0 is below 0.01");
    expect_number(ENTITY_INSPECTION, "announced", 2, "range", "announced 2 is above 1");
}

static void texts_are_counted_in_characters(void **state)
{
    (void)state;
    char text[3 * 41 + 1] = "";
    for (int i = 0; i < 40; i++)
        memcpy(text + strlen(text), "ɛ", sizeof "ɛ");
    expect_text(ENTITY_DIGGER, "phone", text, NULL, NULL);
    memcpy(text + strlen(text), "ɛ", sizeof "ɛ");
    expect_text(ENTITY_DIGGER, "phone", text, "range", "phone is longer than 40 characters");
}

static void dates_and_births_exist(void **state)
{
    (void)state;
    expect_text(ENTITY_LICENCE, "status_on", "2026-02-29", "form",
                "status_on \"2026-02-29\": is a day that does not exist");
    expect_text(ENTITY_DIGGER, "birth", "1985-13", "form", "birth \"1985-13\": has no month 13");
    expect_text(ENTITY_DIGGER, "birth", "1985~", NULL, NULL);
}

static void codes_stand_in_their_list_and_in_its_spelling(void **state)
{
    (void)state;
    expect_text(ENTITY_DIGGER, "sex", "X", "code", "sex \"X\" is not a code of the list \"sex\"");
    expect_text(ENTITY_DIGGER, "sex", "f", "code", "sex \"f\" is not a code of the list \"sex\"");
    expect_text(ENTITY_DIGGER, "sex", "F", NULL, NULL);
}

static void a_code_is_in_use_on_the_day_of_the_event(void **state)
{
    (void)state;
    struct record r;
    world_build(&r, codes, ENTITY_SALE, "currency=SLE;price=1400;date=2019-05-01");
    expect(&r, "code", "currency", "currency \"SLE\" was not in use on 2019-05-01");
    world_build(&r, codes, ENTITY_SALE, "currency=SLE;price=1400");
    expect(&r, NULL, NULL, NULL);
}

static void codes_of_a_set_stand_in_order_and_once(void **state)
{
    (void)state;
    expect_text(ENTITY_LICENCE, "minerals", "diamond,gold", NULL, NULL);
    expect_text(ENTITY_LICENCE, "minerals", "gold,diamond", "code",
                "minerals \"diamond\" is out of the list's order or twice");
    expect_text(ENTITY_LICENCE, "minerals", "gold,gold", "code",
                "minerals \"gold\" is out of the list's order or twice");
    expect_text(ENTITY_LICENCE, "minerals", "gold,tin", "code",
                "minerals \"tin\" is not a code of the list \"mineral\"");
}

static void references_lead_somewhere(void **state)
{
    (void)state;
    expect_number(ENTITY_YIELD, "licence", world_id("7K4QXM-404"), "reference",
                  "licence 7K4QXM-404-8: there is no such licence, or it was voided");
}

static void lists_and_references_are_skipped_where_nobody_knows_them(void **state)
{
    (void)state;
    struct errctx e;
    struct record r;
    struct findings found = {0};
    world_build(&r, codes, ENTITY_YIELD, "licence=7K4QXM-404");
    record_set_text(&r, "activity", "dreaming");
    struct rule_input in = {.record = &r, .today = world_today()};
    assert_ok(rules_check_fields(&in, &found, &e));
    assert_int_equal(found.count, 0);
    record_done(&r);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(required_fields_must_be_given),
        cmocka_unit_test(an_empty_text_is_not_given),
        cmocka_unit_test(numbers_stay_in_their_bounds),
        cmocka_unit_test(texts_are_counted_in_characters),
        cmocka_unit_test(dates_and_births_exist),
        cmocka_unit_test(codes_stand_in_their_list_and_in_its_spelling),
        cmocka_unit_test(a_code_is_in_use_on_the_day_of_the_event),
        cmocka_unit_test(codes_of_a_set_stand_in_order_and_once),
        cmocka_unit_test(references_lead_somewhere),
        cmocka_unit_test(lists_and_references_are_skipped_where_nobody_knows_them),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
