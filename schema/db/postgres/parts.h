/* What the files of the PostgreSQL engine share: nobody else includes this. */
#ifndef ALLUVIA_DB_POSTGRES_PARTS_H
#define ALLUVIA_DB_POSTGRES_PARTS_H

#include <libpq-fe.h>

#include "schema/base/buf.h"
#include "schema/db/engine.h"

/* The server's numbers of the three types that we bind (pg_type). */
enum {
    TYPE_ANY = 0, /* the server finds out */
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20,
    TYPE_TEXT = 25
};

struct pg_db {
    struct db base;
    PGconn *conn;
    bool read_only;
    bool open;                   /* a transaction of the caller's */
    unsigned connection;         /* counts connections: statements prepared on an earlier one are gone */
    unsigned transactions;       /* counts them: cursors of an earlier one are gone */
    int walks;                   /* cursors that had to open a transaction of their own */
    unsigned names;              /* of statements and cursors, given so far */
    struct pg_stmt *waiting[32]; /* statements with rows for COPY, in order of their first row */
    size_t waiting_count;
    size_t waiting_bytes;
};

struct pg_value {
    Oid type;          /* TYPE_ANY: NULL */
    const char *bytes; /* the caller's; NULL: at AT in the statement's copies */
    size_t at;
    size_t len;
    char number[8]; /* big-endian */
};

struct pg_stmt {
    struct stmt base;
    unsigned name;
    char *text;   /* with $1, $2 … */
    char **names; /* of the parameters, ":id"; NULL for ?1 */
    int count;
    struct pg_value *values;
    struct buf copies;   /* of bound bytes that do not stay with the caller */
    unsigned connection; /* that it is prepared on; 0: none */
    bool many;
    PGresult *rows;
    int row;
    struct buf blobs; /* decoded columns of this row */
    unsigned cursor;  /* its name; 0: none */
    unsigned cursor_transaction;
    bool cursor_walk; /* the transaction is its own */
    struct buf copy;  /* rows that wait, in the binary form of COPY */
};

/* --- postgres.c: the connection */

/* Says in E what went wrong; takes RESULT away. */
enum err pg_fail(struct pg_db *db, PGresult *result, struct errctx *e);
/* Runs SQL without parameters. */
MUST_CHECK enum err pg_run(struct pg_db *db, const char *sql, struct errctx *e);
/* The same where a failure changes nothing. */
void pg_try(struct pg_db *db, const char *sql);
/* Before anything is sent: rows that wait go first, and a lost connection is made anew. */
MUST_CHECK enum err pg_ready(struct pg_db *db, struct errctx *e);

/* --- copy.c: rows that wait */

MUST_CHECK enum err pg_copy_flush(struct pg_db *db, struct errctx *e);
void pg_copy_forget(struct pg_db *db);
/* The rows of S wait no longer. */
void pg_copy_leave(struct pg_db *db, const struct pg_stmt *s);

/* --- translate.c: SQL with ":name" or "?1" as PostgreSQL has it */

void pg_translate(struct pg_stmt *s, const char *sql);

/* --- statements, as in struct db_engine */

enum err pg_prepare(struct db *db, const char *sql, struct stmt **out, struct errctx *e);
void pg_finalize(struct stmt *base);
void pg_done(struct stmt *base);
void pg_expect_many(struct stmt *s);
int pg_parameter(struct stmt *base, const char *name);
void pg_bind_int(struct stmt *s, int number, int64_t value);
void pg_bind_text(struct stmt *s, int number, const char *text, size_t len, bool kept);
void pg_bind_blob(struct stmt *s, int number, const void *bytes, size_t len, bool kept);
void pg_bind_null(struct stmt *s, int number);
const char *pg_value_bytes(const struct pg_stmt *s, const struct pg_value *v); /* NULL for NULL */
enum err pg_step(struct stmt *base, bool *row, struct errctx *e);
enum err pg_run_bulk(struct stmt *base, struct errctx *e);
int64_t pg_column_int(struct stmt *s, int column);
const char *pg_column_text(struct stmt *s, int column);
const void *pg_column_blob(struct stmt *base, int column, size_t *out_len);
bool pg_column_is_null(struct stmt *s, int column);

#endif
