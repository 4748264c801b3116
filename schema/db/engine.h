/*
 * What stands behind db.h: SQLite (sqlite.c), or PostgreSQL for a registry (schema/db/postgres). Only engines
 * and the files of schema/db include this. An engine puts struct db and struct stmt first in its own structs.
 */
#ifndef ALLUVIA_DB_ENGINE_H
#define ALLUVIA_DB_ENGINE_H

#include "schema/db/db.h"

enum {
    STATEMENT_BUCKETS = 64
};

struct stmt {
    struct db *db;
    const char *sql; /* the key: the caller's pointer */
    struct stmt *next;
};

struct db {
    const struct db_engine *engine;
    char *path; /* names the database in messages */
    struct stmt *statements[STATEMENT_BUCKETS];
};

/* The functions mean what their namesakes in db.h say. */
struct db_engine {
    void (*close)(struct db *db); /* and frees it; its statements are gone already */
    enum err (*exec)(struct db *db, const char *sql, struct errctx *e);
    enum err (*begin)(struct db *db, bool write, struct errctx *e);
    enum err (*commit)(struct db *db, struct errctx *e);
    void (*rollback)(struct db *db);
    bool (*in_transaction)(const struct db *db);
    void (*before_commit)(struct db *db, void (*fn)(void *arg), void *arg); /* NULL: not offered */

    enum err (*prepare)(struct db *db, const char *sql, struct stmt **out, struct errctx *e);
    /* For an assertion: was it made of this text? NULL where the engine does not keep it. */
    bool (*is_of)(struct stmt *s, const char *sql);
    void (*finalize)(struct stmt *s);
    void (*done)(struct stmt *s);
    void (*expect_many)(struct stmt *s); /* may be NULL */
    int (*parameter)(struct stmt *s, const char *name);
    void (*bind_int)(struct stmt *s, int number, int64_t value);
    /* KEPT: the bytes stay where they are until the statement was run or done. */
    void (*bind_text)(struct stmt *s, int number, const char *text, size_t len, bool kept);
    void (*bind_blob)(struct stmt *s, int number, const void *bytes, size_t len, bool kept);
    void (*bind_null)(struct stmt *s, int number);
    enum err (*step)(struct stmt *s, bool *row, struct errctx *e);
    enum err (*run_bulk)(struct stmt *s, struct errctx *e); /* NULL: runs it at once */

    int64_t (*column_int)(struct stmt *s, int column);
    const char *(*column_text)(struct stmt *s, int column);
    const void *(*column_blob)(struct stmt *s, int column, size_t *out_len);
    bool (*column_is_null)(struct stmt *s, int column);

    /* The number of the last migration that ran, and writing it with whose database this is. */
    int (*version)(struct db *db);
    enum err (*stamp)(struct db *db, const struct db_kind *kind, size_t version, struct errctx *e);
    enum err (*check)(struct db *db, bool full, struct errctx *e);
    /* NULL: no file of its own to copy. */
    enum err (*settle)(struct db *db, struct errctx *e); /* NULL: nothing to do */
    enum err (*backup)(struct db *db, const char *path,
                       void (*progress)(void *arg, int64_t done, int64_t all), void *arg, struct errctx *e);
};

/* Ends all statements. */
void db_drop_statements(struct db *db);

#endif
