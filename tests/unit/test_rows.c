#include "tests/lib/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "schema/base/file.h"
#include "schema/field/field_schema.h"
#include "schema/record/ident.h"
#include "schema/record/rows.h"
#include "schema/registry/registry_schema.h"

struct place {
    char folder[32];
    struct buf path;
    struct db *db;
};

static void open_new(struct place *p, const struct db_kind *kind)
{
    struct errctx e;
    *p = (struct place){.folder = "/tmp/alluvia-rows-XXXXXX"};
    assert_non_null(mkdtemp(p->folder));
    file_join(&p->path, p->folder, "rows.db");
    assert_ok(db_open(buf_str(&p->path), DB_CREATE, kind, &p->db, &e));
}

static void remove_place(struct place *p)
{
    db_close(p->db);
    (void)unlink(buf_str(&p->path));
    (void)rmdir(p->folder);
    buf_done(&p->path);
}

/* A value for every field; SEED makes it another one. */
static void fill_row(struct row *row, const struct entity *of, int seed)
{
    *row = (struct row){.id = ident_make(7, (uint32_t)of->id + 1),
                        .version = ident_make(7, (uint32_t)of->id + (uint32_t)seed),
                        .at = 1795452245 + seed,
                        .by = "amina",
                        .voided = seed % 2 == 1};
    record_init(&row->record, of);
    for (int i = 0; i < of->field_count; i++) {
        struct buf text = {0};
        if (of->fields[i].type == FIELD_BOOL) {
            record_set_number(&row->record, of->fields[i].name, seed % 2);
        } else if (field_is_number(of->fields[i].type)) {
            record_set_number(&row->record, of->fields[i].name, INT64_C(5000000000) * i - seed);
        } else {
            buf_printf(&text, "ọ́la '%d;--%d", i, seed);
            record_set_text(&row->record, of->fields[i].name, buf_str(&text));
        }
        buf_done(&text);
    }
}

static void expect_same(const struct row *a, const struct row *b)
{
    assert_int_equal(a->id, b->id);
    assert_int_equal(a->version, b->version);
    assert_int_equal(a->at, b->at);
    assert_string_equal(a->by, b->by);
    assert_int_equal(a->voided, b->voided);
    for (int i = 0; i < a->record.of->field_count; i++) {
        const struct value *left = &a->record.values[i];
        const struct value *right = &b->record.values[i];
        assert_int_equal(left->state, right->state);
        assert_int_equal(left->number, right->number);
        assert_true(!left->text == !right->text);
        if (left->text)
            assert_string_equal(left->text, right->text);
    }
}

static void expect_round_trip(struct db *db, const struct entity *of)
{
    struct errctx e;
    struct row first;
    struct row second;
    struct row back;
    fill_row(&first, of, 0);
    fill_row(&second, of, 1);
    assert_ok(rows_insert(db, &first, &e));
    assert_ok(rows_load(db, of->id, first.id, &back, &e));
    expect_same(&first, &back);
    row_done(&back);
    assert_ok(rows_update(db, &second, &e));
    assert_ok(rows_load(db, of->id, first.id, &back, &e));
    expect_same(&second, &back);
    row_done(&back);
    row_done(&second);
    row_done(&first);
}

static void every_field_of_every_entity_comes_back(void **state)
{
    (void)state;
    static const struct db_kind *const kinds[] = {&FIELD_DB, &REGISTRY_DB};
    for (size_t kind = 0; kind < 2; kind++) {
        struct place p;
        open_new(&p, kinds[kind]);
        for (size_t i = 0; i < ENTITY_COUNT; i++)
            expect_round_trip(p.db, &ENTITIES[i]);
        remove_place(&p);
    }
}

static void what_is_not_given_is_null_and_comes_back_absent(void **state)
{
    (void)state;
    struct errctx e;
    struct place p;
    struct row row = {.id = 1, .version = 1, .by = "-"};
    struct row back;
    open_new(&p, &FIELD_DB);
    record_init(&row.record, &ENTITIES[ENTITY_YIELD]);
    record_set_number(&row.record, "stones", 0);
    record_clear(&row.record, "note");
    assert_ok(rows_insert(p.db, &row, &e));
    assert_ok(rows_load(p.db, ENTITY_YIELD, 1, &back, &e));
    assert_true(record_has(&back.record, "stones"));
    assert_int_equal(back.record.values[entity_field(back.record.of, "note")].state, VALUE_ABSENT);
    row_done(&back);
    /* A later row with more fields given leaves nothing behind in the statement. */
    record_clear(&row.record, "stones");
    assert_ok(rows_update(p.db, &row, &e));
    assert_ok(rows_load(p.db, ENTITY_YIELD, 1, &back, &e));
    assert_false(record_has(&back.record, "stones"));
    row_done(&back);
    row_done(&row);
    remove_place(&p);
}

static void a_record_is_inserted_once_and_missing_ones_are_not_found(void **state)
{
    (void)state;
    struct errctx e;
    struct place p;
    struct row row;
    struct row back;
    open_new(&p, &FIELD_DB);
    fill_row(&row, &ENTITIES[ENTITY_SALE], 0);
    assert_ok(rows_insert(p.db, &row, &e));
    assert_err(rows_insert(p.db, &row, &e), ERR_CONFLICT, "UNIQUE");
    assert_err(rows_load(p.db, ENTITY_SALE, row.id + 1, &back, &e), ERR_NOT_FOUND, "no such sale");
    row_done(&back);
    row_done(&row);
    remove_place(&p);
}

static void clearing_empties_every_table(void **state)
{
    (void)state;
    struct errctx e;
    struct place p;
    open_new(&p, &REGISTRY_DB);
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        struct row row;
        fill_row(&row, &ENTITIES[i], 0);
        assert_ok(rows_insert(p.db, &row, &e));
        row_done(&row);
    }
    assert_ok(rows_clear(p.db, &e));
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        struct stmt *s = NULL;
        bool row = true;
        assert_ok(db_prepare(p.db, rows_select((enum entity_id)i), &s, &e));
        assert_ok(stmt_step(s, &row, &e));
        assert_false(row);
        stmt_done(s);
    }
    remove_place(&p);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_of_every_entity_comes_back),
        cmocka_unit_test(what_is_not_given_is_null_and_comes_back_absent),
        cmocka_unit_test(a_record_is_inserted_once_and_missing_ones_are_not_found),
        cmocka_unit_test(clearing_empties_every_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
