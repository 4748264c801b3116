/*
 * What does not follow from the journal: who this laptop is, what the registry told it, what was typed and
 * not saved. Every table is taken from one place whole; those of the feed hang together, so when one of them
 * is damaged all come from the copy, and the registry tells the rest again.
 */
#include "app/field/store/recover_inside.h"

#include <stdlib.h>
#include <string.h>

#include "app/field/store/salvage.h"
#include "schema/base/buf.h"

/* Made again from the journal, or not a table of rows. */
static bool is_left_out(const char *name)
{
    static const char *const made_again[] = {"journal", "laptop",   "key", "known_word",
                                             "touch",   "decision", "twin"};
    for (size_t i = 0; i < sizeof made_again / sizeof made_again[0]; i++) {
        if (strcmp(name, made_again[i]) == 0)
            return true;
    }
    for (int of = 0; of < ENTITY_COUNT; of++) {
        if (strcmp(name, ENTITIES[of].name) == 0)
            return true;
    }
    return strncmp(name, "sqlite_", 7) == 0 || strstr(name, "_word") != NULL;
}

/* The tables of our own new database, joined by ' '; the caller frees. */
static enum err list_tables(struct db *made, struct buf *out, struct errctx *e)
{
    static const char sql[] = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    struct stmt *s = NULL;
    bool row = false;
    enum err result = db_prepare(made, sql, &s, e);
    if (result == ERR_OK)
        result = stmt_step(s, &row, e);
    while (result == ERR_OK && row) {
        if (!is_left_out(stmt_text(s, 0)))
            buf_printf(out, "%s ", stmt_text(s, 0));
        result = stmt_step(s, &row, e);
    }
    stmt_done(s);
    return result;
}

enum {
    MOST_COLUMNS = 64
};

/* The columns of a table, by the schema of the new database: those that an older one lacks keep their
 * default. */
struct columns {
    char *names[MOST_COLUMNS];
    char kinds[MOST_COLUMNS]; /* 'I', 'T', 'B' */
    int count;
};

static void columns_done(struct columns *c)
{
    for (int i = 0; i < c->count; i++)
        free(c->names[i]);
}

static enum err has_column(struct db *db, const char *table, const char *column, bool *out, struct errctx *e)
{
    static const char sql[] = "SELECT 1 FROM pragma_table_info(:table) WHERE name = :column";
    struct stmt *s = NULL;
    if (db_prepare(db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(s, ":table", table);
    stmt_bind_text(s, ":column", column);
    enum err result = stmt_step(s, out, e);
    stmt_done(s);
    return result;
}

static enum err list_columns(struct db *made, struct db *from, const char *table, struct columns *out,
                             struct errctx *e)
{
    static const char sql[] = "SELECT name, type FROM pragma_table_info(:table) ORDER BY cid";
    struct stmt *s = NULL;
    bool row = false;
    enum err result = db_prepare(made, sql, &s, e);
    if (result == ERR_OK) {
        stmt_bind_text(s, ":table", table);
        result = stmt_step(s, &row, e);
    }
    while (result == ERR_OK && row && out->count < MOST_COLUMNS) {
        bool there = false;
        result = has_column(from, table, stmt_text(s, 0), &there, e);
        if (result == ERR_OK && there) {
            out->kinds[out->count] = stmt_text(s, 1)[0];
            out->names[out->count++] = str_dup(stmt_text(s, 0));
        }
        if (result == ERR_OK)
            result = stmt_step(s, &row, e);
    }
    stmt_done(s);
    return result;
}

static void bind_column(struct stmt *to, struct stmt *from, int i, char kind)
{
    size_t len = 0;
    const void *bytes = NULL;
    if (stmt_is_null(from, i))
        return; /* unbound is NULL */
    if (kind == 'I') {
        stmt_bind_int_at(to, i + 1, stmt_int(from, i));
        return;
    }
    bytes = stmt_blob(from, i, &len);
    if (kind == 'T')
        stmt_bind_text_len_at(to, i + 1, bytes ? bytes : "", len);
    else
        stmt_bind_blob_at(to, i + 1, bytes, len);
}

static enum err copy_rows(struct db *from, struct db *to, const char *select, const char *insert,
                          const struct columns *c, struct errctx *e)
{
    struct stmt *read = NULL;
    struct stmt *write = NULL;
    bool row = false;
    enum err result = db_prepare(from, select, &read, e);
    if (result == ERR_OK)
        result = stmt_step(read, &row, e);
    while (result == ERR_OK && row) {
        result = db_prepare(to, insert, &write, e);
        for (int i = 0; result == ERR_OK && i < c->count; i++)
            bind_column(write, read, i, c->kinds[i]);
        if (result == ERR_OK)
            result = stmt_run(write, e);
        if (result == ERR_OK)
            result = stmt_step(read, &row, e);
    }
    stmt_done(read);
    db_forget(from, select);
    db_forget(to, insert);
    return result;
}

/* Names come from our own schema alone. */
static enum err copy_table(struct db *from, struct db *to, const char *table, struct errctx *e)
{
    struct columns c = {0};
    struct buf select = {0};
    struct buf insert = {0};
    struct buf marks = {0};
    enum err result = list_columns(to, from, table, &c, e);
    buf_puts(&select, "SELECT ");
    buf_printf(&insert, "INSERT OR REPLACE INTO \"%s\" (", table);
    for (int i = 0; i < c.count; i++) {
        buf_printf(&select, "%s\"%s\"", i ? ", " : "", c.names[i]);
        buf_printf(&insert, "%s\"%s\"", i ? ", " : "", c.names[i]);
        buf_printf(&marks, "%s?%d", i ? ", " : "", i + 1);
    }
    buf_printf(&select, " FROM \"%s\"", table);
    buf_printf(&insert, ") VALUES (%s)", buf_str(&marks));
    if (result == ERR_OK && c.count > 0)
        result = copy_rows(from, to, buf_str(&select), buf_str(&insert), &c, e);
    buf_done(&marks);
    buf_done(&insert);
    buf_done(&select);
    columns_done(&c);
    return result;
}

/* --- from one place */

static enum err copy_all(struct db *from, struct db *to, const char *tables, struct errctx *e)
{
    char *names = str_dup(tables);
    char *rest = NULL;
    enum err result = ERR_OK;
    for (char *name = strtok_r(names, " ", &rest); name && result == ERR_OK;
         name = strtok_r(NULL, " ", &rest))
        result = copy_table(from, to, name, e);
    free(names);
    return result;
}

/* In a transaction of its own inside the caller's, so that half of it is none of it. */
static enum err try_copy_all(struct db *from, struct db *to, const char *tables, struct errctx *e)
{
    if (db_exec(to, "SAVEPOINT tables", e) != ERR_OK)
        return e->kind;
    enum err result = copy_all(from, to, tables, e);
    struct errctx back;
    if (result != ERR_OK && db_exec(to, "ROLLBACK TO tables", &back) != ERR_OK)
        *e = back;
    if (db_exec(to, "RELEASE tables", &back) != ERR_OK) {
        *e = back;
        return e->kind;
    }
    return result;
}

/* SQLite's own check of one table and its indexes. */
static enum err check_table(struct db *db, const char *table, struct errctx *e)
{
    struct buf sql = {0};
    struct stmt *s = NULL;
    bool row = false;
    buf_printf(&sql, "PRAGMA integrity_check(\"%s\")", table);
    enum err result = db_prepare(db, buf_str(&sql), &s, e);
    if (result == ERR_OK)
        result = stmt_step(s, &row, e);
    if (result == ERR_OK && (!row || strcmp(stmt_text(s, 0), "ok") != 0))
        result = db_fail_damaged(e, "%s", row ? stmt_text(s, 0) : table);
    stmt_done(s);
    db_forget(db, buf_str(&sql));
    buf_done(&sql);
    return result;
}

static enum err check_tables(struct db *db, const char *tables, struct errctx *e)
{
    char *names = str_dup(tables);
    char *rest = NULL;
    enum err result = ERR_OK;
    for (char *name = strtok_r(names, " ", &rest); name && result == ERR_OK;
         name = strtok_r(NULL, " ", &rest))
        result = check_table(db, name, e);
    free(names);
    return result;
}

/* --- the laptop */

/* Entry 1 says whether the laptop is for training. */
static enum err see_first(void *arg, const struct journal_line *line, struct errctx *e)
{
    bool *training = arg;
    struct entry entry;
    if (entry_read(line->bytes, line->len, &entry, NULL, e) != ERR_OK)
        return e->kind;
    *training = entry.training;
    entry_done(&entry);
    return ERR_OK;
}

static enum err write_laptop(struct recovering *g, struct errctx *e)
{
    static const char sql[] = "INSERT INTO laptop (one, device, key, country, name, training, made_at) "
                              "VALUES (1, :device, :key, :country, '', :training, :made_at)";
    struct stmt *s = NULL;
    bool training = false;
    if (!g->r->country)
        return err_fail(e, ERR_CONFIG,
                        "nothing says any more which country the laptop is of: name it with --country");
    if (journal_read(g->made, 1, 1, see_first, &training, e) != ERR_OK ||
        db_prepare(g->made, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":device", g->device.number);
    stmt_bind_blob(s, ":key", g->device.key, KEY_BYTES);
    stmt_bind_text(s, ":country", g->r->country);
    stmt_bind_int(s, ":training", training);
    stmt_bind_int(s, ":made_at", g->r->by->now);
    return stmt_run(s, e);
}

/* The row of FROM, when it is of the device that the key is of. */
static bool copy_laptop(struct recovering *g, struct db *from)
{
    struct errctx e;
    struct stmt *s = NULL;
    bool row = false;
    size_t len = 0;
    if (!from || try_copy_all(from, g->made, "laptop", &e) != ERR_OK ||
        db_prepare(g->made, "SELECT key FROM laptop", &s, &e) != ERR_OK)
        return false;
    bool same = stmt_step(s, &row, &e) == ERR_OK && row &&
                memcmp(stmt_blob(s, 0, &len), g->device.key, KEY_BYTES) == 0;
    stmt_done(s);
    return same || db_exec(g->made, "DELETE FROM laptop", &e) != ERR_OK;
}

static enum err take_from(struct recovering *g, const char *tables, struct errctx *e)
{
    switch (g->from) {
    case TABLES_DAMAGED:
        if (!g->damaged)
            return err_fail(e, ERR_DB, "the damaged file cannot be opened");
        return check_tables(g->damaged, tables, e) == ERR_OK ? try_copy_all(g->damaged, g->made, tables, e)
                                                             : e->kind;
    case TABLES_COPY:
        return g->copy ? try_copy_all(g->copy, g->made, tables, e) : err_fail(e, ERR_DB, "there is no copy");
    case TABLES_NONE:
        break;
    }
    return ERR_OK;
}

enum err recover_tables(struct recovering *g, struct errctx *e)
{
    struct buf tables = {0};
    enum err result = ERR_OK;
    if (!copy_laptop(g, g->damaged) && !copy_laptop(g, g->copy))
        result = write_laptop(g, e);
    if (result == ERR_OK)
        result = list_tables(g->made, &tables, e);
    if (result == ERR_OK)
        result = take_from(g, buf_str(&tables), e);
    buf_done(&tables);
    return result;
}

bool recover_is_whole(struct recovering *g)
{
    struct errctx e;
    int64_t newest = 0;
    int64_t count = 0;
    int64_t told = 0;
    g->out->no_registry =
        db_one_int(g->made, "SELECT max(upto) FROM link", -1, &told, &e) != ERR_OK || told < 0;
    g->out->told = told > 0 ? told : 0;
    return g->damaged && !g->guard.no_log && salvage_log_state(g->wal) == LOG_WHOLE &&
           check_table(g->damaged, "journal", &e) == ERR_OK &&
           db_one_int(g->damaged, "SELECT max(number) FROM journal", 0, &newest, &e) == ERR_OK &&
           db_one_int(g->damaged, "SELECT count(*) FROM journal", 0, &count, &e) == ERR_OK &&
           newest == g->out->entries && count == newest && told <= newest && g->out->behind == 0;
}
