#include "schema/db/db.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "schema/db/engine.h"

void db_drop_statements(struct db *db)
{
    for (size_t i = 0; i < STATEMENT_BUCKETS; i++) {
        while (db->statements[i]) {
            struct stmt *s = db->statements[i];
            db->statements[i] = s->next;
            db->engine->finalize(s);
        }
    }
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db_drop_statements(db);
    free(db->path);
    db->engine->close(db);
}

const char *db_path(const struct db *db)
{
    return db->path;
}

int db_version(struct db *db)
{
    return db->engine->version(db);
}

enum err db_exec(struct db *db, const char *sql, struct errctx *e)
{
    return db->engine->exec(db, sql, e);
}

enum err db_begin(struct db *db, struct errctx *e)
{
    assert(!db_in_transaction(db));
    return db->engine->begin(db, true, e);
}

enum err db_begin_read(struct db *db, struct errctx *e)
{
    assert(!db_in_transaction(db));
    return db->engine->begin(db, false, e);
}

enum err db_commit(struct db *db, struct errctx *e)
{
    if (db->engine->commit(db, e) == ERR_OK)
        return ERR_OK;
    db_rollback(db);
    return e->kind;
}

void db_rollback(struct db *db)
{
    if (db_in_transaction(db))
        db->engine->rollback(db);
}

bool db_in_transaction(const struct db *db)
{
    return db->engine->in_transaction(db);
}

void db_before_commit(struct db *db, void (*fn)(void *arg), void *arg)
{
    assert(db->engine->before_commit);
    db->engine->before_commit(db, fn, arg);
}

static struct stmt **bucket_of(struct db *db, const char *sql)
{
    return &db->statements[((uintptr_t)sql >> 4) % STATEMENT_BUCKETS];
}

enum err db_prepare(struct db *db, const char *sql, struct stmt **out, struct errctx *e)
{
    struct stmt **bucket = bucket_of(db, sql);
    for (struct stmt *s = *bucket; s; s = s->next) {
        if (s->sql == sql) {
            /* Another text at the place of one that is gone: db_forget was forgotten. */
            assert(!db->engine->is_of || db->engine->is_of(s, sql));
            stmt_done(s);
            *out = s;
            return ERR_OK;
        }
    }
    struct stmt *s = NULL;
    *out = NULL;
    if (db->engine->prepare(db, sql, &s, e) != ERR_OK)
        return e->kind;
    *s = (struct stmt){.db = db, .sql = sql, .next = *bucket};
    *bucket = s;
    *out = s;
    return ERR_OK;
}

void db_forget(struct db *db, const char *sql)
{
    for (struct stmt **at = bucket_of(db, sql); *at; at = &(*at)->next) {
        struct stmt *s = *at;
        if (s->sql == sql) {
            stmt_done(s);
            *at = s->next;
            db->engine->finalize(s);
            return;
        }
    }
}

void stmt_done(struct stmt *s)
{
    if (s)
        s->db->engine->done(s);
}

void stmt_expect_many(struct stmt *s)
{
    if (s->db->engine->expect_many)
        s->db->engine->expect_many(s);
}

static int parameter(struct stmt *s, const char *name)
{
    int number = s->db->engine->parameter(s, name);
    assert(number > 0);
    return number;
}

static void bind_text(struct stmt *s, int number, const char *text, bool kept)
{
    if (text)
        s->db->engine->bind_text(s, number, text, strlen(text), kept);
    else
        s->db->engine->bind_null(s, number);
}

void stmt_bind_int(struct stmt *s, const char *name, int64_t value)
{
    stmt_bind_int_at(s, parameter(s, name), value);
}

void stmt_bind_text(struct stmt *s, const char *name, const char *text)
{
    bind_text(s, parameter(s, name), text, false);
}

void stmt_bind_text_len(struct stmt *s, const char *name, const char *text, size_t len)
{
    s->db->engine->bind_text(s, parameter(s, name), text, len, false);
}

void stmt_bind_blob(struct stmt *s, const char *name, const void *bytes, size_t len)
{
    s->db->engine->bind_blob(s, parameter(s, name), bytes, len, false);
}

void stmt_bind_null(struct stmt *s, const char *name)
{
    s->db->engine->bind_null(s, parameter(s, name));
}

void stmt_bind_int_at(struct stmt *s, int number, int64_t value)
{
    s->db->engine->bind_int(s, number, value);
}

void stmt_bind_text_at(struct stmt *s, int number, const char *text)
{
    bind_text(s, number, text, true);
}

void stmt_bind_text_len_at(struct stmt *s, int number, const char *text, size_t len)
{
    s->db->engine->bind_text(s, number, text, len, true);
}

void stmt_bind_blob_at(struct stmt *s, int number, const void *bytes, size_t len)
{
    s->db->engine->bind_blob(s, number, bytes, len, true);
}

enum err stmt_step(struct stmt *s, bool *row, struct errctx *e)
{
    if (s->db->engine->step(s, row, e) == ERR_OK)
        return ERR_OK;
    stmt_done(s);
    return e->kind;
}

enum err stmt_run(struct stmt *s, struct errctx *e)
{
    bool row = false;
    enum err result = stmt_step(s, &row, e);
    stmt_done(s);
    return result;
}

enum err stmt_run_bulk(struct stmt *s, struct errctx *e)
{
    if (!s->db->engine->run_bulk || !db_in_transaction(s->db))
        return stmt_run(s, e);
    enum err result = s->db->engine->run_bulk(s, e);
    stmt_done(s);
    return result;
}

int64_t stmt_int(struct stmt *s, int column)
{
    return s->db->engine->column_int(s, column);
}

const char *stmt_text(struct stmt *s, int column)
{
    return s->db->engine->column_text(s, column);
}

const void *stmt_blob(struct stmt *s, int column, size_t *out_len)
{
    return s->db->engine->column_blob(s, column, out_len);
}

bool stmt_is_null(struct stmt *s, int column)
{
    return s->db->engine->column_is_null(s, column);
}

enum err db_one_int(struct db *db, const char *sql, int64_t fallback, int64_t *out, struct errctx *e)
{
    struct stmt *s = NULL;
    bool row = false;
    *out = fallback;
    if (db_prepare(db, sql, &s, e) != ERR_OK || stmt_step(s, &row, e) != ERR_OK)
        return e->kind;
    if (row && !stmt_is_null(s, 0))
        *out = stmt_int(s, 0);
    stmt_done(s);
    return ERR_OK;
}

enum err db_check(struct db *db, bool full, struct errctx *e)
{
    return db->engine->check(db, full, e);
}

enum err db_settle(struct db *db, struct errctx *e)
{
    return db->engine->settle ? db->engine->settle(db, e) : ERR_OK;
}

bool db_is_file(const struct db *db)
{
    return db->engine->backup != NULL;
}

enum err db_backup(struct db *db, const char *path, void (*progress)(void *arg, int64_t done, int64_t all),
                   void *arg, struct errctx *e)
{
    return db->engine->backup(db, path, progress, arg, e);
}
