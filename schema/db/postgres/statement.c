#include "schema/db/postgres/parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/base32.h"

enum {
    PORTION = 1000 /* rows of a long walk that are fetched at once */
};

static struct pg_stmt *of(struct stmt *s)
{
    return (struct pg_stmt *)s;
}

static struct pg_db *db_of(struct stmt *s)
{
    return (struct pg_db *)s->db;
}

enum err pg_prepare(struct db *db, const char *sql, struct stmt **out, struct errctx *e)
{
    (void)e; /* the server sees it when types are known: at the first step */
    struct pg_stmt *s = mem_zero(1, sizeof *s);
    s->name = ++((struct pg_db *)db)->names;
    pg_translate(s, sql);
    *out = &s->base;
    return ERR_OK;
}

void pg_finalize(struct stmt *base)
{
    struct pg_stmt *s = of(base);
    pg_copy_leave((struct pg_db *)base->db, s);
    PQclear(s->rows);
    for (int i = 0; i < s->count; i++)
        free(s->names[i]);
    free(s->names);
    free(s->values);
    free(s->text);
    buf_done(&s->copies);
    buf_done(&s->blobs);
    buf_done(&s->copy);
    free(s);
}

/* --- parameters */

int pg_parameter(struct stmt *base, const char *name)
{
    const struct pg_stmt *s = of(base);
    for (int i = 0; i < s->count; i++) {
        if (s->names[i] && strcmp(s->names[i], name) == 0)
            return i + 1;
    }
    return 0;
}

static void bind(struct stmt *base, int number, const struct pg_value *value)
{
    struct pg_stmt *s = of(base);
    assert(number >= 1 && number <= s->count);
    s->values[number - 1] = *value;
}

void pg_bind_int(struct stmt *s, int number, int64_t value)
{
    struct pg_value v = {.type = TYPE_INT8, .len = sizeof v.number};
    for (size_t i = 0; i < sizeof v.number; i++)
        v.number[i] = (char)((uint64_t)value >> (8 * (sizeof v.number - 1 - i)) & 0xFF);
    bind(s, number, &v);
}

static void bind_bytes(struct stmt *s, int number, Oid type, const void *bytes, size_t len, bool kept)
{
    struct pg_value v = {.type = type, .bytes = bytes, .len = len};
    if (!kept) {
        v.bytes = NULL;
        v.at = of(s)->copies.len;
        buf_put(&of(s)->copies, bytes, len);
    }
    bind(s, number, &v);
}

void pg_bind_text(struct stmt *s, int number, const char *text, size_t len, bool kept)
{
    bind_bytes(s, number, TYPE_TEXT, text, len, kept);
}

void pg_bind_blob(struct stmt *s, int number, const void *bytes, size_t len, bool kept)
{
    bind_bytes(s, number, TYPE_BYTEA, len ? bytes : "", len, kept);
}

void pg_bind_null(struct stmt *s, int number)
{
    static const struct pg_value null = {.type = TYPE_ANY};
    bind(s, number, &null);
}

const char *pg_value_bytes(const struct pg_stmt *s, const struct pg_value *v)
{
    switch (v->type) {
    case TYPE_ANY:
        return NULL;
    case TYPE_INT8:
        return v->number;
    default:
        return v->bytes ? v->bytes : buf_str(&s->copies) + v->at;
    }
}

/* The values as libpq takes them, all binary. */
struct arguments {
    Oid *types;
    const char **bytes;
    int *lengths;
    int *formats;
};

static void arguments_make(struct arguments *a, const struct pg_stmt *s)
{
    size_t count = (size_t)s->count + 1;
    *a = (struct arguments){.types = mem_zero(count, sizeof *a->types),
                            .bytes = mem_zero(count, sizeof *a->bytes),
                            .lengths = mem_zero(count, sizeof *a->lengths),
                            .formats = mem_zero(count, sizeof *a->formats)};
    for (int i = 0; i < s->count; i++) {
        a->types[i] = s->values[i].type;
        a->bytes[i] = pg_value_bytes(s, &s->values[i]);
        a->lengths[i] = (int)s->values[i].len;
        a->formats[i] = 1;
    }
}

static void arguments_done(struct arguments *a)
{
    free(a->types);
    free(a->bytes);
    free(a->lengths);
    free(a->formats);
}

/* --- running */

static enum err keep_rows(struct pg_stmt *s, PGresult *result, struct errctx *e)
{
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        return pg_fail(db_of(&s->base), result, e);
    PQclear(s->rows);
    s->rows = result;
    s->row = -1;
    return ERR_OK;
}

static enum err prepare_there(struct pg_stmt *s, const struct arguments *a, const char *name,
                              struct errctx *e)
{
    struct pg_db *db = db_of(&s->base);
    if (s->connection == db->connection)
        return ERR_OK;
    PGresult *result = PQprepare(db->conn, name, s->text, s->count, a->types);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return pg_fail(db, result, e);
    PQclear(result);
    s->connection = db->connection;
    return ERR_OK;
}

static enum err run_whole(struct pg_stmt *s, const struct arguments *a, struct errctx *e)
{
    char name[16];
    (void)snprintf(name, sizeof name, "s%u", s->name);
    if (prepare_there(s, a, name, e) != ERR_OK)
        return e->kind;
    return keep_rows(
        s, PQexecPrepared(db_of(&s->base)->conn, name, s->count, a->bytes, a->lengths, a->formats, 0), e);
}

static enum err fetch(struct pg_stmt *s, struct errctx *e)
{
    char sql[64];
    (void)snprintf(sql, sizeof sql, "FETCH %d FROM c%u", PORTION, s->cursor);
    return keep_rows(s, PQexec(db_of(&s->base)->conn, sql), e);
}

/* A cursor lives in a transaction; outside of any it gets one, which ends with the last such walk. */
static enum err run_cursor(struct pg_stmt *s, const struct arguments *a, struct errctx *e)
{
    struct pg_db *db = db_of(&s->base);
    if (!db->open) {
        if (db->walks == 0 && pg_run(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", e) != ERR_OK)
            return e->kind;
        db->walks++;
        s->cursor_walk = true;
    }
    struct buf sql = {0};
    s->cursor = ++db->names;
    s->cursor_transaction = db->transactions;
    buf_printf(&sql, "DECLARE c%u NO SCROLL CURSOR FOR %s", s->cursor, s->text);
    PGresult *result =
        PQexecParams(db->conn, buf_str(&sql), s->count, a->types, a->bytes, a->lengths, a->formats, 0);
    buf_done(&sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return pg_fail(db, result, e);
    PQclear(result);
    return fetch(s, e);
}

static enum err run(struct pg_stmt *s, struct errctx *e)
{
    struct arguments a;
    if (pg_ready(db_of(&s->base), e) != ERR_OK)
        return e->kind;
    arguments_make(&a, s);
    enum err result = s->many ? run_cursor(s, &a, e) : run_whole(s, &a, e);
    arguments_done(&a);
    return result;
}

enum err pg_step(struct stmt *base, bool *row, struct errctx *e)
{
    struct pg_stmt *s = of(base);
    *row = false;
    if (!s->rows && run(s, e) != ERR_OK)
        return e->kind;
    if (s->cursor && s->row + 1 == PORTION && fetch(s, e) != ERR_OK)
        return e->kind;
    buf_clear(&s->blobs);
    if (s->row + 1 < PQntuples(s->rows)) {
        s->row++;
        *row = true;
    }
    return ERR_OK;
}

static void close_cursor(struct pg_stmt *s)
{
    struct pg_db *db = db_of(&s->base);
    char sql[32];
    if (s->cursor_walk) {
        if (--db->walks == 0)
            pg_try(db, "ROLLBACK");
    } else if (db->open && s->cursor_transaction == db->transactions &&
               PQtransactionStatus(db->conn) == PQTRANS_INTRANS) {
        (void)snprintf(sql, sizeof sql, "CLOSE c%u", s->cursor);
        pg_try(db, sql);
    }
    s->cursor = 0;
    s->cursor_walk = false;
}

void pg_done(struct stmt *base)
{
    struct pg_stmt *s = of(base);
    if (s->cursor || s->cursor_walk)
        close_cursor(s);
    PQclear(s->rows);
    s->rows = NULL;
    s->many = false;
    buf_clear(&s->blobs);
    buf_clear(&s->copies);
    memset(s->values, 0, (size_t)s->count * sizeof *s->values);
}

void pg_expect_many(struct stmt *s)
{
    of(s)->many = true;
}

/* --- columns, which come as text */

bool pg_column_is_null(struct stmt *s, int column)
{
    return PQgetisnull(of(s)->rows, of(s)->row, column) != 0;
}

int64_t pg_column_int(struct stmt *s, int column)
{
    return strtoll(PQgetvalue(of(s)->rows, of(s)->row, column), NULL, 10);
}

const char *pg_column_text(struct stmt *s, int column)
{
    return pg_column_is_null(s, column) ? NULL : PQgetvalue(of(s)->rows, of(s)->row, column);
}

/* Room for all columns of the row at once, so that what one call returned stays where it is. */
static char *room_for(struct pg_stmt *s, size_t len)
{
    if (s->blobs.len == 0) {
        size_t all = 0;
        for (int i = 0; i < PQnfields(s->rows); i++)
            all += (size_t)PQgetlength(s->rows, s->row, i);
        (void)buf_reserve(&s->blobs, all);
    }
    char *room = buf_reserve(&s->blobs, len);
    s->blobs.len += len;
    return room;
}

const void *pg_column_blob(struct stmt *base, int column, size_t *out_len)
{
    struct pg_stmt *s = of(base);
    const char *value = PQgetvalue(s->rows, s->row, column);
    *out_len = (size_t)PQgetlength(s->rows, s->row, column);
    if (PQftype(s->rows, column) != TYPE_BYTEA || *out_len < 2)
        return value;
    *out_len = (*out_len - 2) / 2; /* "\x" and two digits a byte */
    char *bytes = room_for(s, *out_len);
    bool read = hex_get(value + 2, bytes, *out_len);
    assert(read);
    (void)read;
    return bytes;
}
