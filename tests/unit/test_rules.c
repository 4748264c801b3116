#include "tests/lib/test.h"

#include <stdlib.h>

#include "schema/base/buf.h"
#include "tests/lib/english.h"
#include "tests/unit/rules_cases.h"

/* One of the two records of a case. */
struct trial {
    const struct rule_case *of;
    bool is_hit;
    char *name;
};

static void check(struct codes *codes, const struct rule_case *c, const struct facts *facts,
                  const struct record *record, struct findings *found)
{
    struct errctx e;
    struct world arg = {codes, facts};
    struct rule_world world = world_of(&arg);
    struct rule_input in = {.record = record,
                            .id = c->edit ? world_id("7K4QXM-5") : 0,
                            .today = world_today(),
                            .clock_suspect = c->suspect,
                            .codes = codes,
                            .world = &world};
    struct findings fields = {0};
    assert_ok(rules_check_fields(&in, &fields, &e));
    if (fields.count > 0)
        fail_msg("the case's record is wrong by itself: %s", fields.rows[0].text);
    assert_ok(rules_check(&in, true, found, &e));
}

static struct codes *open_codes(const char *country)
{
    struct errctx e;
    struct codes *codes = NULL;
    assert_ok(codes_new(country ? country : "XX", &codes, &e));
    return codes;
}

static bool names(const char *ids, const char *id)
{
    size_t len = strlen(id);
    for (const char *at = ids; at && (at = strstr(at, id)); at += len) {
        if ((at == ids || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    }
    return false;
}

/* The expected rules in the table's order. */
static void put_expected(struct buf *out, const struct trial *t)
{
    const char *also = t->is_hit ? t->of->also : t->of->miss_also;
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if ((t->is_hit && strcmp(RULES[i].id, t->of->rule) == 0) || names(also, RULES[i].id))
            buf_printf(out, "%s/%s ", RULES[i].id, level_name(RULES[i].level));
    }
}

static void finds_what_it_should(void **state)
{
    const struct trial *t = *state;
    const struct rule *rule = rule_find(t->of->rule);
    assert_non_null(rule);
    struct codes *codes = open_codes(t->of->country);
    struct record record;
    struct findings found = {0};
    struct buf expected = {0};
    struct buf actual = {0};
    world_build(&record, codes, rule->of, t->is_hit ? t->of->hit : t->of->miss);
    check(codes, t->of, t->is_hit ? &t->of->hit_facts : &t->of->miss_facts, &record, &found);
    put_expected(&expected, t);
    for (size_t i = 0; i < found.count; i++) {
        buf_printf(&actual, "%s/%s ", found.rows[i].rule, level_name(found.rows[i].level));
        assert_true(strlen(found.rows[i].text) > 10);
        assert_true(found.rows[i].text[strlen(found.rows[i].text) - 1] != '.');
        english_is_gone("fr", found.rows[i].rule, found.rows[i].text);
        english_is_gone("pt", found.rows[i].rule, found.rows[i].text);
    }
    assert_string_equal(buf_str(&actual), buf_str(&expected));
    buf_done(&actual);
    buf_done(&expected);
    findings_done(&found);
    record_done(&record);
    codes_free(codes);
}

static void every_rule_has_a_hit_and_a_near_miss(void **state)
{
    (void)state;
    for (size_t i = 0; i < RULE_COUNT; i++) {
        bool hit = false;
        bool missed = false;
        for (size_t j = 0; j < RULE_CASE_COUNT; j++) {
            bool its = strcmp(RULE_CASES[j].rule, RULES[i].id) == 0;
            hit = hit || (its && RULE_CASES[j].hit);
            missed = missed || (its && RULE_CASES[j].miss && !names(RULE_CASES[j].miss_also, RULES[i].id));
        }
        if (!hit || !missed)
            fail_msg("rule \"%s\" has no %s", RULES[i].id, hit ? "near miss" : "hit");
    }
}

static void every_rule_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < RULE_COUNT; i++) {
        const struct rule *rule = &RULES[i];
        const char *entity = ENTITIES[rule->of].name;
        assert_ptr_equal(rule_find(rule->id), rule);
        assert_true(strncmp(rule->id, entity, strlen(entity)) == 0 && rule->id[strlen(entity)] == '.');
        assert_true((rule->judge != NULL) != (rule->ask != NULL));
        assert_true(entity_field(&ENTITIES[rule->of], rule->field) >= 0);
        assert_true(*rule->words && *rule->source);
    }
    assert_null(rule_find("yield.nothing_of_the_kind"));
}

static void expect_silence(struct codes *codes, enum entity_id of, const char *changes)
{
    static const struct rule_case plain = {0};
    static const struct facts nothing = {0};
    struct record record;
    struct findings found = {0};
    world_build(&record, codes, of, changes);
    check(codes, &plain, &nothing, &record, &found);
    if (found.count > 0)
        fail_msg("%s: %s: %s", codes_country(codes), found.rows[0].rule, found.rows[0].text);
    findings_done(&found);
    record_done(&record);
}

static void no_rule_speaks_to_a_truthful_nil_or_low_return_in_any_country(void **state)
{
    (void)state;
    for (const char *const *country = codes_profiles(); *country; country++) {
        struct codes *codes = open_codes(*country);
        expect_silence(codes, ENTITY_YIELD, "outcome=nil;stones=;diamond_ct=;weighed_by=");
        expect_silence(codes, ENTITY_YIELD, "outcome=nil;stones=0;diamond_ct=0;gold_g=0;gravel_m3=9;hours=9");
        expect_silence(codes, ENTITY_YIELD,
                       "outcome=not_worked;reason=rain;diggers=0;stones=;diamond_ct=;weighed_by=");
        expect_silence(codes, ENTITY_YIELD, "stones=1;diamond_ct=0.02;gravel_m3=12");
        codes_free(codes);
    }
}

static void no_rule_speaks_to_a_truthful_record_of_any_kind(void **state)
{
    (void)state;
    struct codes *codes = open_codes("XX");
    for (int of = 0; of < ENTITY_COUNT; of++)
        expect_silence(codes, (enum entity_id)of, "");
    codes_free(codes);
}

static void nothing_is_asked_without_a_world_or_codes(void **state)
{
    (void)state;
    struct errctx e;
    struct codes *codes = open_codes("XX");
    struct rule_world knows_nothing = {0};
    struct findings found = {0};
    for (int of = 0; of < ENTITY_COUNT; of++) {
        struct record record;
        world_build(&record, codes, (enum entity_id)of, "");
        struct rule_input in = {.record = &record, .today = world_today(), .codes = codes};
        assert_ok(rules_check(&in, true, &found, &e));
        in.world = &knows_nothing;
        assert_ok(rules_check(&in, true, &found, &e));
        in.codes = NULL;
        assert_ok(rules_check(&in, false, &found, &e));
        record_done(&record);
    }
    assert_int_equal(found.count, 0);
    codes_free(codes);
}

/* Where the registry takes records in, at many a second. */
static void rules_of_the_world_stay_silent_at_ingest(void **state)
{
    (void)state;
    struct errctx e;
    struct codes *codes = open_codes("XX");
    struct facts facts = {.overlap = true, .licence = "valid_to=2026-02-01"};
    struct world arg = {codes, &facts};
    struct rule_world world = world_of(&arg);
    struct record record;
    struct findings found = {0};
    world_build(&record, codes, ENTITY_YIELD, "");
    struct rule_input in = {.record = &record, .today = world_today(), .codes = codes, .world = &world};
    assert_ok(rules_check(&in, false, &found, &e));
    assert_int_equal(found.count, 0);
    record_done(&record);
    codes_free(codes);
}

static void expect_words(const char *rule, enum entity_id of, const char *changes, const char *country,
                         const char *words)
{
    static const struct rule_case plain = {0};
    static const struct facts facts = {.produced_mct = 600, .sold_mct = 100, .overlap = true};
    struct codes *codes = open_codes(country);
    struct record record;
    struct findings found = {0};
    const char *text = NULL;
    world_build(&record, codes, of, changes);
    check(codes, &plain, &facts, &record, &found);
    for (size_t i = 0; i < found.count; i++) {
        if (strcmp(found.rows[i].rule, rule) == 0)
            text = found.rows[i].text;
    }
    assert_non_null(text);
    assert_string_equal(text, words);
    findings_done(&found);
    record_done(&record);
    codes_free(codes);
}

static void words_say_field_value_and_limit_in_human_units(void **state)
{
    (void)state;
    expect_words(
        "yield.grade_noted", ENTITY_YIELD, "stones=80;diamond_ct=12;gravel_m3=0.5", NULL,
        "diamond_ct 12 with gravel_m3 0.5 gives 24 ct/m3, above 10; if it is true, note must say how");
    expect_words("yield.per_digger", ENTITY_YIELD, "diggers=2;diamond_ct=3", NULL,
                 "diamond_ct 3 by 2 diggers in 1 day is 1.5 ct a digger and day, above 1");
    expect_words("yield.women", ENTITY_YIELD, "women=13", NULL,
                 "women 13 is more than diggers 12, who include them");
    expect_words("site.outside", ENTITY_SITE, "lat=8.6;lon=10.9", "SL",
                 "lat 8.6 and lon 10.9 lie outside SL: is the sign of lon right? West is negative");
    expect_words("sale.balance", ENTITY_SALE, "", NULL,
                 "diamond_ct 0.6 brings what the licence sold to 0.7 ct, above the 0.6 ct of its returns");
    expect_words("sale.price", ENTITY_SALE, "currency=XOF;price=1000000;price_usd=1500", NULL,
                 "diamond_ct 0.6 at this price is 2500 USD a carat, outside 3 to 1000");
}

static const struct CMUnitTest WHOLE[] = {
    cmocka_unit_test(every_rule_has_a_hit_and_a_near_miss),
    cmocka_unit_test(every_rule_is_whole),
    cmocka_unit_test(no_rule_speaks_to_a_truthful_nil_or_low_return_in_any_country),
    cmocka_unit_test(no_rule_speaks_to_a_truthful_record_of_any_kind),
    cmocka_unit_test(nothing_is_asked_without_a_world_or_codes),
    cmocka_unit_test(rules_of_the_world_stay_silent_at_ingest),
    cmocka_unit_test(words_say_field_value_and_limit_in_human_units),
};

static char *name_of(const struct rule_case *c, bool is_hit)
{
    struct buf name = {0};
    buf_printf(&name, "%s %s %s%s%s", c->rule, is_hit ? "speaks to" : "is silent on",
               is_hit ? c->hit : c->miss, c->country ? " in " : "", c->country ? c->country : "");
    return buf_steal(&name);
}

int main(void)
{
    size_t whole = sizeof WHOLE / sizeof WHOLE[0];
    struct trial *trials = mem_zero(2 * RULE_CASE_COUNT, sizeof *trials);
    struct CMUnitTest *tests = mem_zero(whole + 2 * RULE_CASE_COUNT, sizeof *tests);
    size_t count = 0;
    memcpy(tests, WHOLE, sizeof WHOLE);
    for (size_t i = 0; i < 2 * RULE_CASE_COUNT; i++) {
        const struct rule_case *c = &RULE_CASES[i / 2];
        bool is_hit = i % 2 == 0;
        if (!(is_hit ? c->hit : c->miss))
            continue;
        trials[count] = (struct trial){c, is_hit, name_of(c, is_hit)};
        tests[whole + count] = (struct CMUnitTest){
            .name = trials[count].name, .test_func = finds_what_it_should, .initial_state = &trials[count]};
        count++;
    }
    int failed = _cmocka_run_group_tests("rules", tests, whole + count, NULL, NULL);
    for (size_t i = 0; i < count; i++)
        free(trials[i].name);
    free(trials);
    free(tests);
    return failed;
}
