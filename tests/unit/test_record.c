#include "tests/lib/test.h"

#include <stdlib.h>

#include "schema/record/ident.h"
#include "schema/record/record.h"

static enum err read_as(enum entity_id of, const char *json, struct record *out, char **pointer,
                        struct errctx *e)
{
    struct cJSON *parsed = NULL;
    record_init(out, &ENTITIES[of]);
    assert_int_equal(json_read(json, strlen(json), &parsed, e), ERR_OK);
    enum err result = record_read_json(out, parsed, pointer, e);
    json_free(parsed);
    return result;
}

static void expect_written(const struct record *r, const char *json)
{
    struct buf text = {0};
    struct json_out j = {.to = &text};
    record_write_json(r, &j);
    assert_string_equal(buf_str(&text), json);
    buf_done(&text);
}

static void expect_round_trip(enum entity_id of, const char *json)
{
    struct errctx e;
    struct record r;
    assert_ok(read_as(of, json, &r, NULL, &e));
    expect_written(&r, json);
    record_done(&r);
}

/* JSON is refused with WORDS, and the pointer is AT. */
static void expect_refused(enum entity_id of, const char *json, const char *at, const char *words)
{
    struct errctx e;
    struct record r;
    char *pointer = NULL;
    assert_err(read_as(of, json, &r, &pointer, &e), ERR_INVALID, words);
    assert_non_null(pointer);
    assert_string_equal(pointer, at);
    free(pointer);
    record_done(&r);
}

static void fields_are_written_in_the_tables_order_however_they_were_set(void **state)
{
    (void)state;
    struct record r;
    record_init(&r, &ENTITIES[ENTITY_YIELD]);
    record_set_number(&r, "diamond_mct", 350);
    record_set_text(&r, "outcome", "yield");
    record_set_number(&r, "licence", ident_make(1, 17));
    expect_written(&r, "{\"licence\":\"000001-17\",\"outcome\":\"yield\",\"diamond_mct\":350}");
    record_done(&r);
}

static void every_type_is_read_and_written_as_it_stands(void **state)
{
    (void)state;
    expect_round_trip(ENTITY_INSPECTION,
                      "{\"date\":\"2026-11-23\",\"site\":\"7K4QXM-3\",\"inspectors\":\"Ọ́la \\\"B\\\" \\\\\","
                      "\"announced\":false,\"men\":12,\"stones_agree\":true,"
                      "\"incidents\":[\"accident\",\"dispute\"],\"note\":\"one\\ntwo\"}");
    expect_round_trip(ENTITY_DIGGER, "{\"full_name\":\"प्रिया\",\"sex\":\"F\",\"birth\":\"1985~\"}");
    expect_round_trip(ENTITY_SITE, "{\"lat_udeg\":-8641200,\"lon_udeg\":9007199254740991}");
    expect_round_trip(ENTITY_SITE, "{}");
}

static void an_absent_field_is_left_out_and_a_cleared_one_is_null(void **state)
{
    (void)state;
    struct errctx e;
    struct record r;
    assert_ok(read_as(ENTITY_DIGGER, "{\"village\":null}", &r, NULL, &e));
    assert_false(record_has(&r, "village"));
    assert_int_equal(r.values[entity_field(r.of, "village")].state, VALUE_CLEAR);
    assert_int_equal(r.values[entity_field(r.of, "phone")].state, VALUE_ABSENT);
    expect_written(&r, "{\"village\":null}");
    record_done(&r);
}

static void fields_of_newer_programs_are_kept_behind_the_known_ones(void **state)
{
    (void)state;
    expect_round_trip(ENTITY_CREW, "{\"role\":\"digger\",\"new_no\":1000000000000000,\"nested\":"
                                   "{\"a\":[1,-2,\"x\\n\",true,null,{}]},\"flag\":false}");
}

static void unknown_fields_are_strict_too(void **state)
{
    (void)state;
    expect_refused(ENTITY_CREW, "{\"new\":1.5}", "/new", "whole number");
    expect_refused(ENTITY_CREW, "{\"new\":1,\"role\":\"digger\"}", "/role", "out of order");
    expect_refused(ENTITY_CREW, "{\"new\":1,\"new\":1}", "/new", "twice");
    expect_refused(ENTITY_CREW, "{\"A b/~\":1}", "/A b~1~0", "not a field's name");
}

static void fields_out_of_order_or_twice_are_refused(void **state)
{
    (void)state;
    expect_refused(ENTITY_DIGGER, "{\"village\":\"Koidu\",\"sex\":\"F\"}", "/sex", "out of order");
    expect_refused(ENTITY_DIGGER, "{\"sex\":\"F\",\"sex\":\"F\"}", "/sex", "twice");
}

static void values_of_the_wrong_form_are_refused_at_their_field(void **state)
{
    (void)state;
    static const struct {
        enum entity_id of;
        const char *json;
        const char *at;
        const char *words;
    } cases[] = {
        {ENTITY_YIELD, "{\"diggers\":1.5}", "/diggers", "whole number"},
        {ENTITY_YIELD, "{\"diggers\":\"5\"}", "/diggers", "whole number"},
        {ENTITY_YIELD, "{\"diggers\":9007199254740993}", "/diggers", "whole number"},
        {ENTITY_YIELD, "{\"diggers\":1e400}", "/diggers", "whole number"},
        {ENTITY_YIELD, "{\"diggers\":true}", "/diggers", "whole number"},
        {ENTITY_YIELD, "{\"licence\":\"7k4qxm-1\"}", "/licence", "an id"},
        {ENTITY_YIELD, "{\"licence\":\"7K4QXM-1-A\"}", "/licence", "an id"},
        {ENTITY_YIELD, "{\"licence\":17}", "/licence", "an id"},
        {ENTITY_YIELD, "{\"date_from\":\"2026-02-30\"}", "/date_from", "does not exist"},
        {ENTITY_YIELD, "{\"date_from\":\"23/11/2026\"}", "/date_from", "is not a date"},
        {ENTITY_YIELD, "{\"outcome\":\"Nil!\"}", "/outcome", "as a code"},
        {ENTITY_YIELD, "{\"outcome\":\"\"}", "/outcome", "as a code"},
        {ENTITY_YIELD, "{\"witness\":\"\"}", "/witness", "is empty"},
        {ENTITY_YIELD, "{\"witness\":\" x\"}", "/witness", "white space"},
        {ENTITY_YIELD, "{\"witness\":\"e\\u0301\"}", "/witness", "normal form"},
        {ENTITY_YIELD, "{\"witness\":\"a\\u001bb\"}", "/witness", "control characters"},
        {ENTITY_YIELD, "{\"witness\":\"a\\u202eb\"}", "/witness", "direction"},
        {ENTITY_YIELD, "{\"witness\":\"a\\nb\"}", "/witness", "line break"},
        {ENTITY_YIELD, "{\"book_no\":\"12345678901234567890123456789012345678901\"}", "/book_no", "too long"},
        {ENTITY_YIELD, "{\"note\":{}}", "/note", "a string"},
        {ENTITY_DIGGER, "{\"birth\":\"1985-13\"}", "/birth", "no month"},
        {ENTITY_DIGGER, "{\"birth\":\"1985~~\"}", "/birth", "is not a birth"},
        {ENTITY_OFFICER, "{\"active\":1}", "/active", "true or false"},
        {ENTITY_LICENCE, "{\"minerals\":\"gold\"}", "/minerals", "array of codes"},
        {ENTITY_LICENCE, "{\"minerals\":[]}", "/minerals", "array of codes"},
        {ENTITY_LICENCE, "{\"minerals\":[1]}", "/minerals", "array of codes"},
        {ENTITY_LICENCE, "{\"minerals\":[\"gold,x\"]}", "/minerals", "array of codes"},
        {ENTITY_LICENCE, "{\"minerals\":[\"gold\",\"gold\"]}", "/minerals", "twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_refused(cases[i].of, cases[i].json, cases[i].at, cases[i].words);
}

static void an_amendment_sets_and_empties_fields(void **state)
{
    (void)state;
    struct errctx e;
    struct record base;
    struct record change;
    assert_ok(
        read_as(ENTITY_DIGGER, "{\"full_name\":\"A\",\"village\":\"B\",\"phone\":\"1\"}", &base, NULL, &e));
    assert_ok(read_as(ENTITY_DIGGER, "{\"village\":\"C\",\"phone\":null}", &change, NULL, &e));
    record_apply(&base, &change);
    expect_written(&base, "{\"full_name\":\"A\",\"village\":\"C\"}");
    record_done(&change);
    record_done(&base);
}

static void a_change_is_reduced_to_what_differs(void **state)
{
    (void)state;
    struct errctx e;
    struct record base;
    struct record change;
    assert_ok(read_as(ENTITY_YIELD, "{\"activity\":\"washing\",\"diggers\":5}", &base, NULL, &e));
    assert_ok(
        read_as(ENTITY_YIELD, "{\"activity\":\"washing\",\"diggers\":6,\"women\":null}", &change, NULL, &e));
    assert_true(record_reduce(&change, &base));
    expect_written(&change, "{\"diggers\":6}");
    record_set_number(&change, "diggers", 5);
    assert_false(record_reduce(&change, &base));
    record_done(&change);
    record_done(&base);
}

static bool needs(const struct record *r, const char *field)
{
    return record_needs(r, entity_field(r->of, field));
}

static void conditions_decide_what_must_be_given(void **state)
{
    (void)state;
    struct record r;
    record_init(&r, &ENTITIES[ENTITY_YIELD]);
    assert_true(needs(&r, "licence"));
    assert_false(needs(&r, "reason"));
    record_set_text(&r, "outcome", "not_worked");
    assert_true(needs(&r, "reason"));
    record_set_number(&r, "diamond_mct", 0);
    assert_false(needs(&r, "weighed_by"));
    record_set_number(&r, "gold_mg", 1);
    assert_true(needs(&r, "weighed_by"));
    record_done(&r);

    record_init(&r, &ENTITIES[ENTITY_LICENCE]);
    assert_true(needs(&r, "holder") && needs(&r, "holder_coop"));
    record_set_number(&r, "holder", ident_make(1, 1));
    assert_false(needs(&r, "holder_coop"));
    record_done(&r);

    record_init(&r, &ENTITIES[ENTITY_DIGGER]);
    assert_false(needs(&r, "id_no"));
    record_set_text(&r, "id_type", "voter");
    assert_true(needs(&r, "id_no"));
    record_set_text(&r, "id_type", "none");
    assert_false(needs(&r, "id_no"));
    record_done(&r);
}

static void a_title_joins_the_fields_that_name_a_record(void **state)
{
    (void)state;
    struct buf title = {0};
    struct record r;
    record_init(&r, &ENTITIES[ENTITY_STONE]);
    record_set_text(&r, "kind", "single");
    record_set_number(&r, "diamond_mct", 1250);
    record_put_title(&title, &r);
    assert_string_equal(buf_str(&title), "single 1.25");
    buf_done(&title);
    record_done(&r);
}

/* Read plainly, or not: whether TEXT was taken whole, and then the same as by the tree. */
static bool is_read_plainly(enum entity_id of, const char *text, size_t len)
{
    struct errctx e;
    struct record plain;
    struct cJSON *tree = NULL;
    struct json_in in = {text, text + len};
    record_init(&plain, &ENTITIES[of]);
    bool taken = record_read_plain(&plain, &in) && in.at == in.end;
    if (taken) {
        struct record judged;
        char *copy = str_dup_len(text, len);
        record_init(&judged, &ENTITIES[of]);
        assert_ok(json_read(text, len, &tree, &e));
        assert_ok(record_read_json(&judged, tree, NULL, &e));
        assert_false(record_reduce(&judged, &plain));
        expect_written(&plain, copy);
        record_done(&judged);
        free(copy);
    }
    json_free(tree);
    record_done(&plain);
    return taken;
}

static const struct {
    enum entity_id of;
    const char *text;
} PLAIN[] = {
    {ENTITY_YIELD, "{\"licence\":\"7K4QXM-17\",\"date_from\":\"2026-11-23\",\"outcome\":\"yield\","
                   "\"diggers\":12,\"diamond_mct\":350,\"declared_by\":\"Sahr Kamara\"}"},
    {ENTITY_DIGGER, "{\"full_name\":\"Fanta Koné\",\"sex\":\"F\",\"birth\":\"1985~\",\"village\":\"Koïdu\"}"},
    {ENTITY_SITE, "{\"name\":\"Gbense\",\"lat_udeg\":8640000,\"lon_udeg\":-10970000,\"note\":\"x\"}"},
    {ENTITY_OFFICER, "{\"login\":\"amina\",\"active\":true}"},
};

static void the_everyday_record_is_read_plainly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof PLAIN / sizeof PLAIN[0]; i++)
        assert_true(is_read_plainly(PLAIN[i].of, PLAIN[i].text, strlen(PLAIN[i].text)));
}

static void other_records_are_left_to_the_tree(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "{",
        "{}",
        "{\"diggers\":12",
        "{\"diggers\":12,}",
        "{\"diggers\":012}",
        "{\"diggers\":-0}",
        "{\"diggers\":9007199254740992}",
        "{\"diggers\":null}",
        "{ \"diggers\":12}",
        "{\"note\":\"a\\nb\"}",
        "{\"x\":1}",
        "{\"women\":1,\"diggers\":2}",
        "{\"diggers\":1,\"diggers\":1}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_false(is_read_plainly(ENTITY_YIELD, cases[i], strlen(cases[i])));
}

/* Any byte of a plain record replaced by any other. */
static void both_ways_read_a_damaged_record_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof PLAIN / sizeof PLAIN[0]; i++) {
        size_t len = strlen(PLAIN[i].text);
        char *text = str_dup_len(PLAIN[i].text, len);
        for (size_t at = 0; at < len; at++) {
            for (int byte = 0; byte < 256; byte++) {
                text[at] = (char)byte;
                (void)is_read_plainly(PLAIN[i].of, text, len);
            }
            text[at] = PLAIN[i].text[at];
        }
        free(text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_written_in_the_tables_order_however_they_were_set),
        cmocka_unit_test(every_type_is_read_and_written_as_it_stands),
        cmocka_unit_test(an_absent_field_is_left_out_and_a_cleared_one_is_null),
        cmocka_unit_test(fields_of_newer_programs_are_kept_behind_the_known_ones),
        cmocka_unit_test(unknown_fields_are_strict_too),
        cmocka_unit_test(fields_out_of_order_or_twice_are_refused),
        cmocka_unit_test(values_of_the_wrong_form_are_refused_at_their_field),
        cmocka_unit_test(an_amendment_sets_and_empties_fields),
        cmocka_unit_test(a_change_is_reduced_to_what_differs),
        cmocka_unit_test(conditions_decide_what_must_be_given),
        cmocka_unit_test(a_title_joins_the_fields_that_name_a_record),
        cmocka_unit_test(the_everyday_record_is_read_plainly),
        cmocka_unit_test(other_records_are_left_to_the_tree),
        cmocka_unit_test(both_ways_read_a_damaged_record_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
