/*
 * A registry's tables copied row by row from one engine into the other: a backup of one that lies in
 * PostgreSQL is a SQLite file, and out of such a file it is restored. The tables and columns are those of the
 * file, which a test holds to be the same in both engines.
 */
#include "app/registry/store/inside.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schema/base/file.h"
#include "schema/registry/registry_schema.h"

struct copying {
    struct db *from;
    struct db *to;
    struct db *file; /* one of the two: its tables are looked up */
    void (*progress)(void *arg, int64_t done, int64_t all);
    void *arg;
    int64_t done;
    int64_t all;
};

enum {
    MAX_COLUMNS = 64
};

/* One table's columns: names, and the first letter of the type: I, T or B. */
struct table {
    const char *name;
    char *names;
    char types[MAX_COLUMNS + 1];
};

static enum err read_table(struct db *db, const char *name, struct table *out, struct errctx *e)
{
    static const char sql[] =
        "SELECT group_concat(name, ','), group_concat(substr(type, 1, 1), '') FROM pragma_table_info(:table)";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":table", name);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    const char *types = stmt_text(stmt, 1);
    if (strlen(types) > MAX_COLUMNS) {
        stmt_done(stmt);
        return err_fail(e, ERR_INTERNAL, "table %s has too many columns", name);
    }
    *out = (struct table){.name = name, .names = str_dup(stmt_text(stmt, 0))};
    memcpy(out->types, types, strlen(types) + 1);
    stmt_done(stmt);
    return ERR_OK;
}

static void bind_column(struct stmt *to, struct stmt *from, int column, char type)
{
    size_t len = 0;
    if (stmt_is_null(from, column))
        return;
    if (type == 'I') {
        stmt_bind_int_at(to, column + 1, stmt_int(from, column));
        return;
    }
    const void *bytes = stmt_blob(from, column, &len);
    if (type == 'T')
        stmt_bind_text_len_at(to, column + 1, bytes, len);
    else
        stmt_bind_blob_at(to, column + 1, bytes, len);
}

static enum err copy_rows(struct copying *c, const struct table *t, struct stmt *from, struct stmt *to,
                          struct errctx *e)
{
    bool row = true;
    stmt_expect_many(from);
    for (;;) {
        if (stmt_step(from, &row, e) != ERR_OK)
            return e->kind;
        if (!row)
            return ERR_OK;
        for (int i = 0; t->types[i]; i++)
            bind_column(to, from, i, t->types[i]);
        if (stmt_run_bulk(to, e) != ERR_OK)
            return e->kind;
        c->done++;
        if (c->progress && c->done % 1024 == 0)
            c->progress(c->arg, c->done, c->all);
    }
}

static enum err copy_table(struct copying *c, const char *name, struct errctx *e)
{
    struct table t = {0};
    struct buf select = {0};
    struct buf insert = {0};
    struct stmt *from = NULL;
    struct stmt *to = NULL;
    if (read_table(c->file, name, &t, e) != ERR_OK)
        return e->kind;
    buf_printf(&select, "SELECT %s FROM %s", t.names, name);
    buf_printf(&insert, "INSERT INTO %s (%s) VALUES (?1", name, t.names);
    for (size_t i = 1; i < strlen(t.types); i++)
        buf_printf(&insert, ",?%zu", i + 1);
    buf_putc(&insert, ')');
    enum err result = db_prepare(c->from, buf_str(&select), &from, e);
    if (result == ERR_OK)
        result = db_prepare(c->to, buf_str(&insert), &to, e);
    if (result == ERR_OK)
        result = copy_rows(c, &t, from, to, e);
    int64_t sent = 0; /* rows that an engine kept back go before their statement does */
    if (result == ERR_OK)
        result = db_one_int(c->to, "SELECT 1", 0, &sent, e);
    db_forget(c->from, buf_str(&select));
    db_forget(c->to, buf_str(&insert));
    buf_done(&insert);
    buf_done(&select);
    free(t.names);
    return result;
}

static enum err copy_tables(struct copying *c, struct errctx *e)
{
    /* Batches refer to their device. */
    static const char sql[] =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
        "ORDER BY name <> 'device', name";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(c->file, sql, &stmt, e);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        result = copy_table(c, stmt_text(stmt, 0), e);
    }
    stmt_done(stmt);
    return result;
}

/* PostgreSQL's own counters go on behind what was copied. */
static const char GO_ON_COUNTING[] = "DO $$ DECLARE t text; BEGIN "
                                     "FOR t IN SELECT table_name FROM information_schema.columns "
                                     "WHERE table_schema = current_schema() AND is_identity = 'YES' LOOP "
                                     "EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), "
                                     "coalesce(max(id), 0) + 1, false) FROM %I', "
                                     "t, t); END LOOP; END $$";

/* One moment of the source, and one transaction of the copy; rows may come before those that they name. */
static enum err copy_all(struct copying *c, struct errctx *e)
{
    if (db_begin_read(c->from, e) != ERR_OK)
        return e->kind;
    /* Nearly all rows are entries and the records that they made. */
    enum err result = db_one_int(c->from, "SELECT 2 * sum(upto) FROM device", 0, &c->all, e);
    if (result == ERR_OK)
        result = db_begin(c->to, e);
    if (result == ERR_OK)
        result = copy_tables(c, e);
    if (result == ERR_OK && c->file == c->from)
        result = db_exec(c->to, GO_ON_COUNTING, e);
    if (result == ERR_OK)
        result = db_commit(c->to, e);
    db_rollback(c->to);
    db_rollback(c->from);
    return result;
}

enum err copy_from_file(struct db *file, struct db *into, struct errctx *e)
{
    struct copying c = {.from = file, .to = into, .file = file};
    return copy_all(&c, e);
}

enum err copy_to_file(struct registry_store *s, const char *path,
                      void (*progress)(void *arg, int64_t done, int64_t all), void *arg, struct errctx *e)
{
    struct buf part = {0};
    struct copying c = {.from = s->db, .progress = progress, .arg = arg};
    buf_printf(&part, "%s.part", path);
    (void)unlink(buf_str(&part));
    enum err result = access(path, F_OK) == 0 ? err_fail(e, ERR_EXISTS, "is there already")
                                              : db_open(buf_str(&part), DB_CREATE, &REGISTRY_DB, &c.to, e);
    c.file = c.to;
    if (result == ERR_OK)
        result = copy_all(&c, e);
    /* One file, readable everywhere: no log beside it. */
    if (result == ERR_OK)
        result = db_exec(c.to, "PRAGMA journal_mode = DELETE", e);
    db_close(c.to);
    if (result == ERR_OK)
        result = file_put_in_place(buf_str(&part), path, e);
    if (result != ERR_OK)
        (void)unlink(buf_str(&part));
    buf_done(&part);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "backup to \"%s\"", path);
}
