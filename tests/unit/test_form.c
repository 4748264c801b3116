/* Forms over real code lists and a real database, without a screen. */
#include "app/field/tui/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "app/field/store/draft.h"
#include "schema/base/date.h"
#include "tests/lib/laptop.h"
#include "tests/lib/test.h"

struct desk {
    struct laptop laptop;
    struct field_world world;
    struct form form;
};

static void title(void *arg, enum entity_id of, int64_t id, struct buf *out)
{
    struct desk *d = arg;
    struct row row = {0};
    struct errctx e;
    if (store_load(d->laptop.store, of, id, &row, &e) == ERR_OK) {
        record_put_title(out, &row.record);
        row_done(&row);
    }
}

static int open_desk(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    laptop_open(&d->laptop);
    d->world = (struct field_world){
        .reader = store_reader(d->laptop.store, date_of_instant(d->laptop.by.now)),
        .mark = '.',
        .title = title,
        .arg = d,
    };
    *state = d;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *d = *state;
    form_done(&d->form);
    laptop_close(&d->laptop);
    free(d);
    return 0;
}

static int at(const struct form *f, const char *flag)
{
    int field = entity_field_by_flag(f->of, flag);
    assert_true(field >= 0);
    return field;
}

static void type(struct form *f, const char *flag, const char *text)
{
    f->focus = at(f, flag);
    while (*text) {
        utf8proc_int32_t point = 0;
        text += utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
        assert_true(form_type(f, point));
    }
}

static const char *line(const struct form *f, const char *flag)
{
    return lineedit_text(&f->fields[at(f, flag)].line);
}

static const char *error(const struct form *f, const char *flag)
{
    const char *words = f->fields[at(f, flag)].error;
    return words ? words : "";
}

static void new_form(struct desk *d, enum entity_id of)
{
    form_init(&d->form, &ENTITIES[of], &d->world);
}

static void fill_digger(struct form *f)
{
    type(f, "full_name", "Sahr Kamara");
    assert_true(form_leave(f));
    assert_true(form_put(f, at(f, "sex"), "M"));
    assert_true(form_put(f, at(f, "nationality"), "SL"));
    assert_true(form_put(f, at(f, "residence"), "national"));
    assert_true(form_put(f, at(f, "district"), "SL-E-KONO"));
    assert_true(form_put(f, at(f, "village"), "Tombodu"));
    assert_true(form_put(f, at(f, "id_type"), "none"));
    assert_true(form_put(f, at(f, "role"), "tributor"));
    assert_true(form_put(f, at(f, "legal_basis"), "law"));
}

static void names_are_typed_and_saved_in_normal_form(void **state)
{
    struct desk *d = *state;
    struct record r;
    new_form(d, ENTITY_DIGGER);
    type(&d->form, "full_name", "Ngu\xCC\x83gi\xCC\x83 o\xCC\xA3\xCC\x81la");
    assert_true(form_leave(&d->form));
    form_change(&d->form, &r);
    assert_string_equal(record_text(&r, "full_name"), "Ng\xC5\xA9g\xC4\xA9 \xE1\xBB\x8D\xCC\x81la");
    record_done(&r);
}

static void numbers_take_no_letters(void **state)
{
    struct desk *d = *state;
    new_form(d, ENTITY_YIELD);
    d->form.focus = at(&d->form, "diamond_ct");
    assert_false(form_type(&d->form, 'x'));
    assert_true(form_type(&d->form, '1'));
    assert_true(form_type(&d->form, ','));
}

static void comma_and_point_are_the_same(void **state)
{
    struct desk *d = *state;
    new_form(d, ENTITY_YIELD);
    type(&d->form, "diamond_ct", "0,35");
    assert_true(form_leave(&d->form));
    assert_int_equal(record_number(&d->form.record, "diamond_mct"), 350);
    assert_string_equal(line(&d->form, "diamond_ct"), "0.35");
}

static void what_is_wrong_stands_at_the_field(void **state)
{
    struct desk *d = *state;
    new_form(d, ENTITY_YIELD);
    type(&d->form, "diamond_ct", "0.3555");
    assert_false(form_move(&d->form, 1));
    assert_string_equal(error(&d->form, "diamond_ct"), "is too precise: at most 3 decimals");
    assert_string_equal(line(&d->form, "diamond_ct"), "0.3555");
    d->form.focus = at(&d->form, "diamond_ct");
    assert_int_equal(form_edit(&d->form, ACTION_ERASE_BACK), LINE_CHANGED);
    assert_true(form_leave(&d->form));
    assert_string_equal(error(&d->form, "diamond_ct"), "");
}

static void codes_are_understood_by_the_beginning_of_their_label(void **state)
{
    struct desk *d = *state;
    new_form(d, ENTITY_YIELD);
    type(&d->form, "outcome", "nil");
    assert_true(form_leave(&d->form));
    type(&d->form, "reason", "fun");
    assert_true(form_leave(&d->form));
    assert_string_equal(record_text(&d->form.record, "reason"), "feast");
    assert_string_equal(line(&d->form, "reason"), "Funeral or feast");
}

static void labels_follow_the_language(void **state)
{
    struct desk *d = *state;
    d->world.lang = LANG_FR;
    new_form(d, ENTITY_YIELD);
    assert_true(form_put(&d->form, at(&d->form, "reason"), "pluie"));
    assert_string_equal(line(&d->form, "reason"), "Pluie ou crue");
}

static void beginning_that_fits_several_labels_is_refused(void **state)
{
    struct desk *d = *state;
    new_form(d, ENTITY_YIELD);
    assert_false(form_put(&d->form, at(&d->form, "reason"), "no"));
    assert_non_null(strstr(error(&d->form, "reason"), "is not one of"));
}

static void references_are_shown_by_name_and_read_back(void **state)
{
    struct desk *d = *state;
    char id[IDENT_BYTES];
    char shown[64];
    int64_t digger = laptop_digger(&d->laptop, "K\xC3\xA9\xC3\xAFta Sory");
    new_form(d, ENTITY_LICENCE);
    assert_true(form_put(&d->form, at(&d->form, "holder"), ident_format_checked(digger, id)));
    (void)snprintf(shown, sizeof shown, "K\xC3\xA9\xC3\xAFta Sory (%s)", id);
    assert_string_equal(line(&d->form, "holder"), shown);
    assert_true(form_put(&d->form, at(&d->form, "holder"), shown));
    assert_int_equal(record_number(&d->form.record, "holder"), digger);
}

static void required_fields_are_asked_for_at_the_end(void **state)
{
    struct desk *d = *state;
    new_form(d, ENTITY_DIGGER);
    assert_false(form_check(&d->form));
    assert_int_equal(d->form.focus, at(&d->form, "full_name"));
    assert_string_equal(error(&d->form, "full_name"), "must be given");
    assert_string_equal(error(&d->form, "phone"), "");
    fill_digger(&d->form);
    assert_true(form_check(&d->form));
}

static void defaults_are_shown_and_are_no_change(void **state)
{
    struct desk *d = *state;
    new_form(d, ENTITY_DIGGER);
    assert_string_equal(line(&d->form, "status"), "Active");
    assert_false(form_is_changed(&d->form));
    type(&d->form, "phone", "1");
    assert_true(form_is_changed(&d->form));
}

static void saved_form_is_a_record(void **state)
{
    struct desk *d = *state;
    struct record r;
    struct errctx e;
    struct findings found = {0};
    int64_t id = 0;
    new_form(d, ENTITY_DIGGER);
    fill_digger(&d->form);
    assert_true(form_check(&d->form));
    form_change(&d->form, &r);
    assert_ok(store_add(d->laptop.store, &r, &d->laptop.by, NULL, &found, &id, &e));
    record_done(&r);
    findings_done(&found);
}

static void amendment_holds_only_what_changed(void **state)
{
    struct desk *d = *state;
    struct row row = {0};
    struct record r;
    struct errctx e;
    int64_t id = laptop_digger(&d->laptop, "Sahr Kamara");
    assert_ok(store_load(d->laptop.store, ENTITY_DIGGER, id, &row, &e));
    form_load(&d->form, &row, &d->world);
    row_done(&row);
    assert_false(form_is_changed(&d->form));
    assert_true(form_put(&d->form, at(&d->form, "phone"), "076 123"));
    assert_true(form_put(&d->form, at(&d->form, "village"), ""));
    form_change(&d->form, &r);
    assert_int_equal(r.values[at(&d->form, "phone")].state, VALUE_SET);
    assert_int_equal(r.values[at(&d->form, "village")].state, VALUE_CLEAR);
    assert_int_equal(r.values[at(&d->form, "full_name")].state, VALUE_ABSENT);
    record_done(&r);
}

static void field_is_put_back_as_it_was(void **state)
{
    struct desk *d = *state;
    struct row row = {0};
    struct errctx e;
    int64_t id = laptop_digger(&d->laptop, "Sahr Kamara");
    assert_ok(store_load(d->laptop.store, ENTITY_DIGGER, id, &row, &e));
    form_load(&d->form, &row, &d->world);
    row_done(&row);
    type(&d->form, "village", "x");
    assert_true(form_leave(&d->form));
    form_restore(&d->form);
    assert_string_equal(line(&d->form, "village"), "Tombodu");
    assert_false(form_is_changed(&d->form));
}

static void draft_brings_back_what_was_typed_wrong_or_right(void **state)
{
    struct desk *d = *state;
    struct buf draft = {0};
    struct errctx e;
    char *kept = NULL;
    enum entity_id of = ENTITY_COUNT;
    int64_t id = -1;
    new_form(d, ENTITY_YIELD);
    assert_true(form_put(&d->form, at(&d->form, "reason"), "rain"));
    type(&d->form, "diamond_ct", "1.23456");
    assert_false(form_leave(&d->form));
    type(&d->form, "declared_by", "o\xCC\xA3\xCC\x81la");
    form_write_draft(&d->form, &draft);
    assert_ok(draft_keep(d->laptop.store, "form:1", buf_str(&draft), 1, &e));
    buf_done(&draft);
    form_done(&d->form);
    laptop_reopen(&d->laptop);
    d->world.reader = store_reader(d->laptop.store, d->world.reader.today);
    assert_ok(draft_find(d->laptop.store, "form:1", &kept, &e));
    assert_non_null(kept);
    assert_ok(form_draft_of(kept, &of, &id, &e));
    assert_int_equal(of, ENTITY_YIELD);
    assert_int_equal(id, 0);
    new_form(d, ENTITY_YIELD);
    assert_ok(form_read_draft(&d->form, kept, &e));
    free(kept);
    assert_string_equal(line(&d->form, "reason"), "Rain or flood");
    assert_string_equal(line(&d->form, "diamond_ct"), "1.23456");
    assert_string_equal(line(&d->form, "declared_by"), "\xE1\xBB\x8D\xCC\x81la");
    assert_int_equal(d->form.focus, at(&d->form, "declared_by"));
    assert_ok(draft_keep(d->laptop.store, "form:1", NULL, 1, &e));
    assert_ok(draft_find(d->laptop.store, "form:1", &kept, &e));
    assert_null(kept);
}

static void findings_stand_at_their_fields(void **state)
{
    struct desk *d = *state;
    struct findings found = {0};
    new_form(d, ENTITY_YIELD);
    findings_add(&found, "yield.gang", LEVEL_CONFIRM, "diamond_mct", "more than a team finds");
    findings_add(&found, "yield.women", LEVEL_BLOCK, "women", "more women than diggers");
    assert_true(form_blame(&d->form, &found, LEVEL_BLOCK));
    assert_int_equal(d->form.focus, at(&d->form, "women"));
    assert_string_equal(error(&d->form, "women"), "more women than diggers");
    assert_string_equal(error(&d->form, "diamond_ct"), "");
    findings_done(&found);
}

#define DESK_TEST(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(names_are_typed_and_saved_in_normal_form),
        DESK_TEST(numbers_take_no_letters),
        DESK_TEST(comma_and_point_are_the_same),
        DESK_TEST(what_is_wrong_stands_at_the_field),
        DESK_TEST(codes_are_understood_by_the_beginning_of_their_label),
        DESK_TEST(labels_follow_the_language),
        DESK_TEST(beginning_that_fits_several_labels_is_refused),
        DESK_TEST(references_are_shown_by_name_and_read_back),
        DESK_TEST(required_fields_are_asked_for_at_the_end),
        DESK_TEST(defaults_are_shown_and_are_no_change),
        DESK_TEST(saved_form_is_a_record),
        DESK_TEST(amendment_holds_only_what_changed),
        DESK_TEST(field_is_put_back_as_it_was),
        DESK_TEST(draft_brings_back_what_was_typed_wrong_or_right),
        DESK_TEST(findings_stand_at_their_fields),
    };
    return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
