#include "tests/lib/test.h"

#include <stdlib.h>

#include "schema/base/buf.h"
#include "schema/base/decimal.h"
#include "schema/codes/codes.h"
#include "schema/record/entity.h"

static bool is_name(const char *text)
{
    return *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

/* Calls CHECK for every field of every entity. */
static void for_each_field(void (*check)(const struct entity *of, int field))
{
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        for (int field = 0; field < ENTITIES[i].field_count; field++)
            check(&ENTITIES[i], field);
    }
}

static void entities_stand_at_their_ids(void **state)
{
    (void)state;
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        assert_int_equal(ENTITIES[i].id, i);
        assert_ptr_equal(entity_find(ENTITIES[i].name), &ENTITIES[i]);
        assert_true(ENTITIES[i].field_count > 0 && ENTITIES[i].field_count <= ENTITY_MAX_FIELDS);
    }
    assert_null(entity_find("mine"));
}

static void check_unique(const struct entity *of, int field)
{
    const struct field *f = &of->fields[field];
    assert_true(is_name(f->name) && is_name(f->flag));
    assert_int_equal(entity_field(of, f->name), field);
    assert_int_equal(entity_field_by_flag(of, f->flag), field);
}

static void names_and_flags_are_unique_in_their_entity(void **state)
{
    (void)state;
    for_each_field(check_unique);
}

static void check_not_a_column(const struct entity *of, int field)
{
    static const char *const taken[] = {"id", "version", "at", "by", "void"};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        assert_string_not_equal(of->fields[field].name, taken[i]);
}

static void no_field_is_named_like_a_column_that_every_table_has(void **state)
{
    (void)state;
    for_each_field(check_not_a_column);
}

/* Options that the commands of an entity have besides its flags. */
static void check_not_an_option(const struct entity *of, int field)
{
    static const char *const taken[] = {"json", "csv",     "confirm", "search", "where", "from", "limit",
                                        "db",   "dry_run", "as",      "lang",   "help",  "to"};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        assert_string_not_equal(of->fields[field].flag, taken[i]);
}

static void no_flag_is_named_like_an_option_of_every_command(void **state)
{
    (void)state;
    for_each_field(check_not_an_option);
}

static void check_words(const struct entity *of, int field)
{
    const struct field *f = &of->fields[field];
    assert_true(f->label && *f->label);
    assert_true(f->help && *f->help && !strchr(f->help, '\n') && f->help[strlen(f->help) - 1] != '.');
}

static void every_field_has_a_label_and_a_line_of_help(void **state)
{
    (void)state;
    for_each_field(check_words);
}

static void check_type(const struct entity *of, int field)
{
    const struct field *f = &of->fields[field];
    bool coded = f->type == FIELD_CODE || f->type == FIELD_SET;
    bool scaled = f->type == FIELD_DECIMAL;
    assert_true(coded ? f->list != NULL : f->list == NULL);
    assert_true(scaled ? f->scale > 0 && f->scale <= DECIMAL_MAX_SCALE && f->unit : f->scale == 0);
    assert_true(f->type == FIELD_REF || f->target == 0);
    assert_true((int)f->target >= 0 && (int)f->target < ENTITY_COUNT);
    if (f->type == FIELD_MONEY) {
        int currency = entity_field(of, f->currency);
        assert_true(currency >= 0 && currency < field); /* known before the amount is read */
        assert_string_equal(of->fields[currency].list, "currency");
    }
}

static void types_carry_what_they_need(void **state)
{
    (void)state;
    for_each_field(check_type);
}

static void check_bounds(const struct entity *of, int field)
{
    const struct field *f = &of->fields[field];
    bool bounded = f->type == FIELD_TEXT || f->type == FIELD_NOTE || f->type == FIELD_INT ||
                   f->type == FIELD_DECIMAL || f->type == FIELD_MONEY;
    if (bounded)
        assert_true(f->min < f->max && f->max <= INT64_C(9007199254740991));
}

static void bounds_leave_room_and_fit_into_json(void **state)
{
    (void)state;
    for_each_field(check_bounds);
}

/* The fields named in NAMES; COUNT of them; all exist by name or by flag. */
static int count_names(const struct entity *of, const char *names, bool flags)
{
    int count = 0;
    size_t len = 0;
    for (const char *at = names_next(names, &len); at; at = names_next(at + len, &len)) {
        char *name = str_dup_len(at, len);
        int place = flags ? entity_field_by_flag(of, name) : entity_field(of, name);
        if (place < 0)
            fail_msg("%s has no field %s", of->name, name);
        free(name);
        count++;
    }
    return count;
}

static void check_need(const struct entity *of, int field)
{
    const struct field *f = &of->fields[field];
    bool conditional = f->need != NEED_OPTIONAL && f->need != NEED_REQUIRED;
    bool by_value = f->need == NEED_WHEN_EQUAL || f->need == NEED_WHEN_NOT_EQUAL;
    assert_true(conditional ? f->if_field != NULL : f->if_field == NULL);
    assert_true(by_value ? f->if_value != NULL : f->if_value == NULL);
    if (conditional)
        assert_true(count_names(of, f->if_field, false) > 0);
    if (by_value)
        assert_int_equal(of->fields[entity_field(of, f->if_field)].type, FIELD_CODE);
}

static void conditions_name_fields_of_their_entity(void **state)
{
    (void)state;
    for_each_field(check_need);
}

static void check_fallback(const struct entity *of, int field)
{
    const struct field *f = &of->fields[field];
    if (!f->fallback || *f->fallback != '=')
        return;
    int other = entity_field(of, f->fallback + 1);
    assert_true(other >= 0);
    assert_int_equal(of->fields[other].type, f->type);
}

static void fallbacks_name_a_field_of_the_same_type(void **state)
{
    (void)state;
    for_each_field(check_fallback);
}

static void titles_searches_and_columns_name_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        assert_true(count_names(&ENTITIES[i], ENTITIES[i].title, false) > 0);
        assert_true(count_names(&ENTITIES[i], ENTITIES[i].search, false) > 0);
        assert_true(count_names(&ENTITIES[i], ENTITIES[i].columns, true) > 0);
    }
}

static void search_looks_through_texts_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        size_t len = 0;
        const char *at = ENTITIES[i].search;
        for (at = names_next(at, &len); at; at = names_next(at + len, &len)) {
            char *name = str_dup_len(at, len);
            enum field_type type = ENTITIES[i].fields[entity_field(&ENTITIES[i], name)].type;
            assert_true(type == FIELD_TEXT || type == FIELD_NOTE);
            free(name);
        }
    }
}

static void check_list(const struct entity *of, int field)
{
    struct errctx e;
    const struct field *f = &of->fields[field];
    for (const char *const *country = codes_profiles(); f->list && *country; country++) {
        struct codes *codes = NULL;
        const struct code_list *list = NULL;
        assert_ok(codes_new(*country, &codes, &e));
        assert_ok(codes_list(codes, f->list, &list, &e));
        assert_true(code_list_count(list) > 0);
        codes_free(codes);
    }
}

static void every_list_that_a_field_names_is_there_in_every_country(void **state)
{
    (void)state;
    for_each_field(check_list);
}

static void check_condition_value(const struct entity *of, int field)
{
    struct errctx e;
    const struct field *f = &of->fields[field];
    struct codes *codes = NULL;
    const struct code_list *list = NULL;
    if (!f->if_value)
        return;
    assert_ok(codes_new("XX", &codes, &e));
    assert_ok(codes_list(codes, of->fields[entity_field(of, f->if_field)].list, &list, &e));
    assert_non_null(code_list_find(list, f->if_value));
    codes_free(codes);
}

static void conditions_name_codes_of_their_lists(void **state)
{
    (void)state;
    for_each_field(check_condition_value);
}

/* Sixteen kilobytes are the most an entry may have (sync/journal/entry.h); its head and the reasons given to
 * rules need less than four. */
static void a_record_with_every_field_at_its_longest_fits_into_an_entry(void **state)
{
    (void)state;
    enum {
        LONGEST_POINT = 4,
        OTHER_VALUE = 44
    };
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        int64_t bytes = 0;
        for (int field = 0; field < ENTITIES[i].field_count; field++) {
            const struct field *f = &ENTITIES[i].fields[field];
            bool text = f->type == FIELD_TEXT || f->type == FIELD_NOTE;
            bytes += (int64_t)strlen(f->name) + 6 + (text ? f->max * LONGEST_POINT : OTHER_VALUE);
        }
        assert_true(bytes < 12288);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(entities_stand_at_their_ids),
        cmocka_unit_test(names_and_flags_are_unique_in_their_entity),
        cmocka_unit_test(no_field_is_named_like_a_column_that_every_table_has),
        cmocka_unit_test(no_flag_is_named_like_an_option_of_every_command),
        cmocka_unit_test(every_field_has_a_label_and_a_line_of_help),
        cmocka_unit_test(types_carry_what_they_need),
        cmocka_unit_test(bounds_leave_room_and_fit_into_json),
        cmocka_unit_test(conditions_name_fields_of_their_entity),
        cmocka_unit_test(fallbacks_name_a_field_of_the_same_type),
        cmocka_unit_test(titles_searches_and_columns_name_fields),
        cmocka_unit_test(search_looks_through_texts_alone),
        cmocka_unit_test(every_list_that_a_field_names_is_there_in_every_country),
        cmocka_unit_test(conditions_name_codes_of_their_lists),
        cmocka_unit_test(a_record_with_every_field_at_its_longest_fits_into_an_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
