/* The field tables, the migrations of both databases and the generated documents say the same. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "schema/base/file.h"
#include "schema/db/db.h"
#include "schema/db/postgres/postgres.h"
#include "schema/field/field_schema.h"
#include "schema/record/describe.h"
#include "schema/record/entity.h"
#include "schema/record/rules_national.h"
#include "schema/registry/postgres/registry_postgres.h"
#include "schema/registry/registry_schema.h"
#include "tests/lib/engine.h"

static const char *const COMMON[] = {"id", "version", "at", "by", "void"};
enum {
    COMMON_COUNT = sizeof COMMON / sizeof COMMON[0]
};

/* What an engine calls its types, and how it tells the columns of a table. */
struct engine {
    const char *columns;
    const char *integer;
    const char *text;
};

static const struct engine SQLITE = {"SELECT name, type FROM pragma_table_info(:name) ORDER BY cid",
                                     "INTEGER", "TEXT"};
/* Texts must be compared byte by byte, as SQLite does: a report is sorted the same on both. */
static const struct engine POSTGRES = {
    "SELECT column_name, data_type || coalesce(' ' || collation_name, '') FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND table_name = :name ORDER BY ordinal_position",
    "bigint", "text C"};

static void expect_column(const struct db_kind *kind, const struct entity *of, struct stmt *s,
                          const char *name, const char *type)
{
    struct errctx e;
    bool row = false;
    assert_ok(stmt_step(s, &row, &e));
    if (!row)
        fail_msg("the %s database lacks %s.%s: it needs a migration", kind->name, of->name, name);
    if (strcmp(stmt_text(s, 0), name) != 0 || strcmp(stmt_text(s, 1), type) != 0)
        fail_msg("the %s database has %s.%s %s where the table has %s %s", kind->name, of->name,
                 stmt_text(s, 0), stmt_text(s, 1), name, type);
}

static void compare_entity(struct db *db, const struct engine *engine, const struct db_kind *kind,
                           const struct entity *of)
{
    struct errctx e;
    struct stmt *s = NULL;
    bool row = false;
    assert_ok(db_prepare(db, engine->columns, &s, &e));
    stmt_bind_text(s, ":name", of->name);
    for (size_t i = 0; i < COMMON_COUNT; i++)
        expect_column(kind, of, s, COMMON[i], strcmp(COMMON[i], "by") == 0 ? engine->text : engine->integer);
    for (int i = 0; i < of->field_count; i++)
        expect_column(kind, of, s, of->fields[i].name,
                      field_is_number(of->fields[i].type) ? engine->integer : engine->text);
    assert_ok(stmt_step(s, &row, &e));
    if (row)
        fail_msg("the %s database has %s.%s, which the table lacks", kind->name, of->name, stmt_text(s, 0));
    stmt_done(s);
}

static void compare_entities(struct db *db, const struct engine *engine, const struct db_kind *kind)
{
    for (size_t i = 0; i < ENTITY_COUNT; i++)
        compare_entity(db, engine, kind, &ENTITIES[i]);
}

static void compare_database(const struct db_kind *kind)
{
    struct errctx e;
    struct db *db = NULL;
    char folder[] = "/tmp/alluvia-drift-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct buf path = {0};
    file_join(&path, folder, "new.db");
    assert_ok(db_open(buf_str(&path), DB_CREATE, kind, &db, &e));
    compare_entities(db, &SQLITE, kind);
    db_close(db);
    (void)unlink(buf_str(&path));
    assert_int_equal(rmdir(folder), 0);
    buf_done(&path);
}

static void the_laptops_tables_have_the_columns_of_the_field_tables(void **state)
{
    (void)state;
    compare_database(&FIELD_DB);
}

static void the_registrys_tables_have_the_columns_of_the_field_tables(void **state)
{
    (void)state;
    compare_database(&REGISTRY_DB);
}

static void the_registrys_tables_on_postgresql_have_them_too(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    if (!engine_is_postgres())
        skip();
    char *url = engine_new_place();
    assert_ok(postgres_open(url, DB_CREATE, &REGISTRY_POSTGRES, &db, &e));
    compare_entities(db, &POSTGRES, &REGISTRY_POSTGRES);
    db_close(db);
    engine_remove_place(url);
}

/* The tables behind the records: the same columns in the same order, whatever their types. */
static void both_registries_have_the_same_tables(void **state)
{
    (void)state;
    static const char sqlite[] = "SELECT coalesce(group_concat(t.name || '.' || c.name, ' '), '') FROM "
                                 "(SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name) t, "
                                 "pragma_table_info(t.name) c";
    static const char postgres[] =
        "SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY table_name COLLATE \"C\", "
        "ordinal_position) FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND table_name NOT IN ('alluvia_schema', 'entry_rest', 'uncounted')";
    struct errctx e;
    struct db *db[2] = {NULL, NULL};
    struct stmt *s[2] = {NULL, NULL};
    bool row = false;
    if (!engine_is_postgres())
        skip();
    char *url = engine_new_place();
    assert_ok(db_open("scratch", DB_SCRATCH, &REGISTRY_DB, &db[0], &e));
    assert_ok(postgres_open(url, DB_CREATE, &REGISTRY_POSTGRES, &db[1], &e));
    assert_ok(db_prepare(db[0], sqlite, &s[0], &e));
    assert_ok(db_prepare(db[1], postgres, &s[1], &e));
    for (int i = 0; i < 2; i++)
        assert_ok(stmt_step(s[i], &row, &e));
    assert_string_equal(stmt_text(s[0], 0), stmt_text(s[1], 0));
    for (int i = 0; i < 2; i++)
        db_close(db[i]);
    engine_remove_place(url);
}

static void generated_documents_are_what_the_tables_make_now(void **state)
{
    (void)state;
    for (size_t i = 0; i < DESCRIBE_COUNT; i++) {
        struct errctx e;
        struct buf path = {0};
        struct buf kept = {0};
        struct buf now = {0};
        buf_puts(&path, ALLUVIA_SOURCE_DIR "/schema/");
        describe_put_path(&path, i);
        describe_put(&now, i);
        assert_ok(file_read(buf_str(&path), 1 << 20, &kept, &e));
        if (strcmp(buf_str(&kept), buf_str(&now)) != 0)
            fail_msg("%s is out of date: run `alluvia-describe schema`", buf_str(&path));
        buf_done(&now);
        buf_done(&kept);
        buf_done(&path);
    }
}

/* A rule that was renamed would leave its name behind in the table of rows. */
static void every_rule_that_the_rows_name_is_there(void **state)
{
    (void)state;
    struct buf rules = {0};
    describe_put_rules(&rules);
    const char *wrong = strstr(buf_str(&rules), "there is no such rule");
    if (wrong)
        fail_msg("%.80s", wrong - 40);
    for (size_t i = 0; i < RULE_COUNT; i++)
        assert_non_null(strstr(buf_str(&rules), RULES[i].id));
    for (size_t i = 0; i < NATIONAL_RULE_COUNT; i++)
        assert_non_null(strstr(buf_str(&rules), NATIONAL_RULES[i].id));
    buf_done(&rules);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_that_the_rows_name_is_there),
        cmocka_unit_test(the_laptops_tables_have_the_columns_of_the_field_tables),
        cmocka_unit_test(the_registrys_tables_have_the_columns_of_the_field_tables),
        cmocka_unit_test(the_registrys_tables_on_postgresql_have_them_too),
        cmocka_unit_test(both_registries_have_the_same_tables),
        cmocka_unit_test(generated_documents_are_what_the_tables_make_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
