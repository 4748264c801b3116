#include "tests/lib/older.h"

#include <stdio.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "tests/lib/test.h"

static void run(struct db *db, const struct buf *sql)
{
    struct errctx e;
    assert_ok(db_exec(db, buf_str(sql), &e));
}

/* A statement for each table that both have, with the columns that both have. */
static void write_copies(struct db *into, struct buf *sql)
{
    static const char names[] =
        "SELECT m.name, (SELECT group_concat('\"' || c.name || '\"') FROM pragma_table_info(m.name, 'main') "
        "c "
        "JOIN pragma_table_info(m.name, 'today') t ON t.name = c.name) "
        "FROM main.sqlite_schema m JOIN today.sqlite_schema t ON t.name = m.name AND t.type = 'table' "
        "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.sql NOT LIKE 'CREATE VIRTUAL%' "
        "AND m.name NOT LIKE '%\\_word\\_%' ESCAPE '\\'";
    struct stmt *stmt = NULL;
    struct errctx e;
    bool row = true;
    assert_ok(db_prepare(into, names, &stmt, &e));
    while (row) {
        assert_ok(stmt_step(stmt, &row, &e));
        if (row && stmt_text(stmt, 1))
            buf_printf(sql, "INSERT OR IGNORE INTO main.\"%s\" (%s) SELECT %s FROM today.\"%s\";",
                       stmt_text(stmt, 0), stmt_text(stmt, 1), stmt_text(stmt, 1), stmt_text(stmt, 0));
    }
    stmt_done(stmt);
}

void older_make(const char *path, const struct db_kind *kind, size_t version)
{
    struct db_kind old_kind = *kind;
    struct db *old = NULL;
    struct buf today = {0};
    struct buf sql = {0};
    struct errctx e;
    old_kind.migration_count = &version;
    buf_printf(&today, "%s.today", path);
    assert_int_equal(rename(path, buf_str(&today)), 0);
    assert_ok(db_open(path, DB_CREATE, &old_kind, &old, &e));
    buf_printf(&sql, "PRAGMA foreign_keys = OFF; ATTACH '%s' AS today", buf_str(&today));
    run(old, &sql);
    buf_clear(&sql);
    write_copies(old, &sql);
    run(old, &sql);
    db_close(old);
    assert_int_equal(unlink(buf_str(&today)), 0);
    buf_done(&today);
    buf_done(&sql);
}

enum err older_open(const char *path, const struct db_kind *kind, struct db **out, struct errctx *e)
{
    struct db_kind any = *kind;
    for (size_t version = *kind->migration_count; version > 0; version--) {
        any.migration_count = &version;
        if (db_open(path, DB_READ, &any, out, e) == ERR_OK)
            return ERR_OK;
        if (e->kind != ERR_CONFIG)
            return e->kind;
    }
    return err_fail(e, ERR_CONFIG, "\"%s\" has no version of %s", path, kind->name);
}
