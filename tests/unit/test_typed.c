#include "tests/lib/test.h"

#include <stdlib.h>

#include "schema/base/date.h"
#include "schema/record/ident.h"
#include "schema/record/record.h"

/* Today is 23 November 2026. */
static struct reader with;

static int set_up(void **state)
{
    (void)state;
    struct errctx e;
    with.today = date_to_days((struct date){2026, 11, 23});
    return codes_new("XX", &with.codes, &e) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    codes_free(with.codes);
    return 0;
}

static enum err set(struct record *r, const char *flag, const char *text, struct errctx *e)
{
    int field = entity_field_by_flag(r->of, flag);
    assert_true(field >= 0);
    return record_set_typed(r, field, text, &with, e);
}

static void expect_human(const struct record *r, const char *flag, char mark, const char *text)
{
    struct buf human = {0};
    record_put_human(&human, r, entity_field_by_flag(r->of, flag), with.codes, mark);
    assert_string_equal(buf_str(&human), text);
    buf_done(&human);
}

/* TYPED is taken and shown as HUMAN. */
static void expect_taken(enum entity_id of, const char *flag, const char *typed, const char *human)
{
    struct errctx e;
    struct record r;
    record_init(&r, &ENTITIES[of]);
    assert_ok(set(&r, flag, typed, &e));
    expect_human(&r, flag, '.', human);
    record_done(&r);
}

static void expect_refused(enum entity_id of, const char *flag, const char *typed, const char *line)
{
    struct errctx e;
    struct record r;
    record_init(&r, &ENTITIES[of]);
    assert_int_equal(set(&r, flag, typed, &e), ERR_INVALID);
    assert_string_equal(e.text, line);
    assert_int_equal(r.values[entity_field_by_flag(r.of, flag)].state, VALUE_ABSENT);
    record_done(&r);
}

static void decimal_comma_and_point_are_both_right(void **state)
{
    (void)state;
    struct errctx e;
    struct record r;
    record_init(&r, &ENTITIES[ENTITY_YIELD]);
    assert_ok(set(&r, "diamond_ct", "0,35", &e));
    assert_int_equal(record_number(&r, "diamond_mct"), 350);
    assert_ok(set(&r, "diamond_ct", " 0.35 ", &e));
    assert_int_equal(record_number(&r, "diamond_mct"), 350);
    expect_human(&r, "diamond_ct", ',', "0,35");
    record_done(&r);
}

static void wrong_numbers_are_refused_with_field_value_and_rule(void **state)
{
    (void)state;
    expect_refused(ENTITY_YIELD, "diamond_ct", "0,3555",
                   "diamond_ct \"0,3555\": is too precise: at most 3 decimals");
    expect_refused(ENTITY_YIELD, "diamond_ct", "-1", "diamond_ct \"-1\": must not be negative");
    expect_refused(ENTITY_YIELD, "diamond_ct", "100001", "diamond_ct \"100001\": must be at most 100000 ct");
    expect_refused(ENTITY_YIELD, "diamond_ct", "99999999999999999999",
                   "diamond_ct \"99999999999999999999\": is too large a number");
    expect_refused(ENTITY_YIELD, "diggers", "five", "diggers \"five\": is not a number");
    expect_refused(ENTITY_YIELD, "diggers", "5.5", "diggers \"5.5\": is not a whole number");
    expect_refused(ENTITY_STONE, "diamond_ct", "0", "diamond_ct \"0\": must be at least 0.001 ct");
    expect_refused(ENTITY_SITE, "lat", "-90.000001", "lat \"-90.000001\": must be at least -90 deg");
}

static void dates_are_read_as_people_write_them(void **state)
{
    (void)state;
    expect_taken(ENTITY_YIELD, "date_from", "2026-11-23", "2026-11-23");
    expect_taken(ENTITY_YIELD, "date_from", "3/1/2026", "2026-01-03");
    expect_taken(ENTITY_YIELD, "date_from", "03.01.2026", "2026-01-03");
    expect_taken(ENTITY_YIELD, "date_from", "today", "2026-11-23");
    expect_taken(ENTITY_YIELD, "date_from", "-3", "2026-11-20");
}

static void impossible_dates_are_refused(void **state)
{
    (void)state;
    expect_refused(ENTITY_YIELD, "date_from", "2026-02-29",
                   "date_from \"2026-02-29\": is a day that does not exist");
    expect_refused(ENTITY_YIELD, "date_from", "31/4/2026",
                   "date_from \"31/4/2026\": is a day that does not exist");
    expect_refused(ENTITY_YIELD, "date_from", "2026-13-01", "date_from \"2026-13-01\": has no month 13");
}

static void births_are_as_exact_as_people_know_them(void **state)
{
    (void)state;
    expect_taken(ENTITY_DIGGER, "birth", "1985", "1985");
    expect_taken(ENTITY_DIGGER, "birth", "1985-06~", "1985-06~");
    expect_taken(ENTITY_DIGGER, "birth", "12/6/1985", "1985-06-12");
    expect_refused(
        ENTITY_DIGGER, "birth", "today",
        "birth \"today\": is not a birth (1985, 1985-06 or 1985-06-12, with ~ behind it for about)");
}

static void codes_are_taken_in_the_lists_spelling(void **state)
{
    (void)state;
    expect_taken(ENTITY_YIELD, "outcome", "NIL", "nil");
    expect_taken(ENTITY_DIGGER, "nationality", "sl", "SL");
    expect_taken(ENTITY_LICENCE, "minerals", "gold; Diamond,gold", "diamond,gold");
}

static void unknown_codes_are_refused_with_those_there_are(void **state)
{
    (void)state;
    expect_refused(ENTITY_YIELD, "outcome", "none",
                   "outcome \"none\": is not one of: yield, nil, not_worked");
    expect_refused(ENTITY_DIGGER, "nationality", "QQ",
                   "nationality \"QQ\": is not a code of the list \"country\"");
    expect_refused(ENTITY_LICENCE, "minerals", "gold,tin",
                   "minerals \"gold,tin\": is not one of: diamond, gold, other");
    expect_refused(ENTITY_LICENCE, "minerals", ",", "minerals \",\": is not one of: diamond, gold, other");
}

static void yes_and_no_are_understood_in_three_languages(void **state)
{
    (void)state;
    expect_taken(ENTITY_OFFICER, "active", "Oui", "yes");
    expect_taken(ENTITY_OFFICER, "active", "não", "no");
    expect_taken(ENTITY_OFFICER, "active", "true", "yes");
    expect_refused(ENTITY_OFFICER, "active", "perhaps", "active \"perhaps\": must be yes or no");
}

static void money_has_the_decimals_of_its_currency(void **state)
{
    (void)state;
    struct errctx e;
    struct record r;
    record_init(&r, &ENTITIES[ENTITY_SALE]);
    assert_err(set(&r, "price", "5", &e), ERR_INVALID, "price \"5\": needs a known currency in currency");
    assert_ok(set(&r, "currency", "usd", &e));
    assert_ok(set(&r, "price", "1 250,5", &e));
    assert_int_equal(record_number(&r, "price_minor"), 125050);
    expect_human(&r, "price", '.', "1250.50");
    assert_err(set(&r, "price", "0.001", &e), ERR_INVALID, "at most 2 decimals");
    assert_ok(set(&r, "currency", "XOF", &e));
    assert_ok(set(&r, "price", "125000", &e));
    assert_int_equal(record_number(&r, "price_minor"), 125000);
    assert_err(set(&r, "price", "0.5", &e), ERR_INVALID, "is not a whole number");
    record_done(&r);
}

static void text_is_cleaned_and_kept_in_normal_form(void **state)
{
    (void)state;
    expect_taken(ENTITY_DIGGER, "full_name", "  Aïssata Keita ", "Aïssata Keita");
    expect_taken(ENTITY_DIGGER, "full_name", "O\xcc\xa3\xcc\x81la", "\xe1\xbb\x8c\xcc\x81la");
    expect_taken(ENTITY_DIGGER, "note", "one\ntwo", "one\ntwo");
}

static void bad_text_is_refused_and_cannot_spoil_the_line(void **state)
{
    (void)state;
    expect_refused(ENTITY_DIGGER, "full_name", "a\x1b[2Jb",
                   "full_name \"a?[2Jb\": must not hold control characters");
    expect_refused(ENTITY_DIGGER, "full_name",
                   "a\xff"
                   "b",
                   "full_name \"a?b\": is not valid UTF-8");
    expect_refused(ENTITY_DIGGER, "full_name", "a\nb", "full_name \"a?b\": must not hold a line break");
    expect_refused(ENTITY_CREW, "role", "1234567890123456789012345678901234567890123",
                   "role \"1234567890123456789012345678901234567890…\": is not a code of the list "
                   "\"person_role\"");
}

static void over_long_text_is_refused(void **state)
{
    (void)state;
    expect_refused(ENTITY_OFFICER, "login", "a_login_of_nineteen",
                   "login \"a_login_of_nineteen\": is too long: 19 characters, at most 15");
}

static void empty_text_clears_a_field(void **state)
{
    (void)state;
    struct errctx e;
    struct record r;
    record_init(&r, &ENTITIES[ENTITY_DIGGER]);
    assert_ok(set(&r, "phone", "  ", &e));
    assert_int_equal(r.values[entity_field(r.of, "phone")].state, VALUE_CLEAR);
    record_done(&r);
}

static void references_are_ids_with_or_without_check_character(void **state)
{
    (void)state;
    char right[IDENT_BYTES];
    char wrong[IDENT_BYTES];
    int64_t id = 0;
    assert_true(ident_parse_exact("7K4QXM-17", &id));
    ident_format_checked(id, right);
    memcpy(wrong, right, sizeof wrong);
    wrong[strlen(wrong) - 1] = wrong[strlen(wrong) - 1] == 'A' ? 'B' : 'A';
    expect_taken(ENTITY_CREW, "licence", "7k4qxm-17", right);
    expect_taken(ENTITY_CREW, "licence", right, right);
    struct errctx e;
    struct record r;
    record_init(&r, &ENTITIES[ENTITY_CREW]);
    assert_err(set(&r, "licence", wrong, &e), ERR_INVALID, "was mistyped: its check character does not fit");
    record_done(&r);
}

/* Knows the licence SL/17 as record 7, and by its id. */
static enum err resolve_one(void *arg, enum entity_id target, const char *text, int64_t *out,
                            struct errctx *e)
{
    (void)arg;
    if (target != ENTITY_LICENCE || (strcmp(text, "SL/17") != 0 && strcmp(text, "000001-7") != 0))
        return err_fail(e, ERR_NOT_FOUND, "there is no such licence");
    *out = ident_make(1, 7);
    return ERR_OK;
}

static void references_are_found_by_what_people_call_them(void **state)
{
    (void)state;
    struct errctx e;
    struct record r;
    struct reader resolving = {.codes = with.codes, .today = with.today, .resolve = resolve_one};
    int licence = entity_field(&ENTITIES[ENTITY_CREW], "licence");
    record_init(&r, &ENTITIES[ENTITY_CREW]);
    assert_ok(record_set_typed(&r, licence, "SL/17", &resolving, &e));
    assert_int_equal(record_number(&r, "licence"), ident_make(1, 7));
    assert_ok(record_set_typed(&r, licence, "00000i-7", &resolving, &e));
    assert_err(record_set_typed(&r, licence, "000001-8", &resolving, &e), ERR_INVALID,
               "licence \"000001-8\": there is no such licence");
    record_done(&r);
}

static void fallbacks_fill_what_was_not_given(void **state)
{
    (void)state;
    struct errctx e;
    struct record r;
    record_init(&r, &ENTITIES[ENTITY_YIELD]);
    record_set_text(&r, "date_from", "2026-11-20");
    assert_ok(record_fill(&r, &with, &e));
    assert_string_equal(record_text(&r, "date_to"), "2026-11-20");
    record_done(&r);
    record_init(&r, &ENTITIES[ENTITY_DIGGER]);
    assert_ok(record_fill(&r, &with, &e));
    assert_string_equal(record_text(&r, "status"), "active");
    record_set_text(&r, "status", "away");
    assert_ok(record_fill(&r, &with, &e));
    assert_string_equal(record_text(&r, "status"), "away");
    record_done(&r);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimal_comma_and_point_are_both_right),
        cmocka_unit_test(wrong_numbers_are_refused_with_field_value_and_rule),
        cmocka_unit_test(dates_are_read_as_people_write_them),
        cmocka_unit_test(impossible_dates_are_refused),
        cmocka_unit_test(births_are_as_exact_as_people_know_them),
        cmocka_unit_test(codes_are_taken_in_the_lists_spelling),
        cmocka_unit_test(unknown_codes_are_refused_with_those_there_are),
        cmocka_unit_test(yes_and_no_are_understood_in_three_languages),
        cmocka_unit_test(money_has_the_decimals_of_its_currency),
        cmocka_unit_test(text_is_cleaned_and_kept_in_normal_form),
        cmocka_unit_test(bad_text_is_refused_and_cannot_spoil_the_line),
        cmocka_unit_test(over_long_text_is_refused),
        cmocka_unit_test(empty_text_clears_a_field),
        cmocka_unit_test(references_are_ids_with_or_without_check_character),
        cmocka_unit_test(references_are_found_by_what_people_call_them),
        cmocka_unit_test(fallbacks_fill_what_was_not_given),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
