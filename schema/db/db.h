/*
 * The only way into a database: a SQLite file, or for a registry PostgreSQL (schema/db/postgres/postgres.h).
 * A struct db is one connection, used by one thread at a time.
 *
 * Statements are written once, in what both engines understand. What db_open sets, because SQLite's defaults
 * are for other uses: foreign keys on, WAL, synchronous=FULL (laptops lose power), busy timeout, trusted
 * schema off, double-quoted strings off, defensive on, extension loading off. The file's application_id says
 * which of our databases it is; another one is refused.
 *
 * Values are bound by name (":id") and read by column number. SQL text is constant, or built from the
 * constant tables of schema/record alone; nothing that a person or a peer sent ever stands in it.
 */
#ifndef ALLUVIA_DB_DB_H
#define ALLUVIA_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/embed.h"
#include "schema/base/err.h"

struct db;
struct stmt;

enum db_mode {
    DB_READ,     /* no write ever happens */
    DB_READ_OLD, /* the same, and the schema may be an older one: for who copies the file and opens the copy
                  */
    DB_WRITE,    /* the file must be there */
    DB_CREATE,   /* it must not */
    DB_SCRATCH,  /* a new private one that goes away with db_close; PATH only names it in messages */
};

/* One of our databases: what identifies the file and makes its tables. */
struct db_kind {
    const char *name;                  /* "laptop", "registry": for messages */
    int32_t application_id;            /* PRAGMA application_id */
    const struct embedded *migrations; /* NNNN_verb_noun.sql, in order, no gaps, counted from 1 */
    const size_t *migration_count;
};

enum {
    DB_BUSY_TIMEOUT_MS = 10000
}; /* longer than one ingest of the largest batch on a slow disk */

/*
 * Opens PATH and brings an older schema up to date (DB_WRITE, DB_CREATE). Before a migration of an existing
 * file a copy is put beside it, named PATH.v<version>.bak. A new file gets mode 0600. ERR_NOT_FOUND,
 * ERR_EXISTS, ERR_DENIED; ERR_CONFIG: not our file, or made by a newer program (then DB_READ works); ERR_DB:
 * damaged or out of space.
 */
MUST_CHECK enum err db_open(const char *path, enum db_mode mode, const struct db_kind *kind, struct db **out,
                            struct errctx *e);
void db_close(struct db *db);

const char *db_path(const struct db *db);
/* The schema version of the file (PRAGMA user_version) and of this program. */
int db_version(struct db *db);

/* Transactions do not nest. db_begin takes the write lock at once (BEGIN IMMEDIATE); ERR_BUSY when another
 * process holds it for longer than the busy timeout. db_rollback never fails. */
MUST_CHECK enum err db_begin(struct db *db, struct errctx *e);
MUST_CHECK enum err db_begin_read(struct db *db, struct errctx *e);
MUST_CHECK enum err db_commit(struct db *db, struct errctx *e);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);
/* Calls FN before every commit that changes something; it must not use DB. SQLite alone. */
void db_before_commit(struct db *db, void (*fn)(void *arg), void *arg);

/* Runs SQL that returns no rows and has no parameters. */
MUST_CHECK enum err db_exec(struct db *db, const char *sql, struct errctx *e);

/*
 * A statement ready to bind. Statements are kept for the life of the connection under the address of SQL,
 * which must therefore be constant text or stay alive as long as the connection; asking again gives the same
 * one, reset and unbound. Done with it: stmt_done, which resets it so that it holds no lock.
 */
MUST_CHECK enum err db_prepare(struct db *db, const char *sql, struct stmt **out, struct errctx *e);
void stmt_done(struct stmt *s); /* NULL is allowed */
/* Ends the statement of SQL, when there is one: its text need not stay any longer. Rows of stmt_run_bulk must
 * have been sent, or the transaction be over. */
void db_forget(struct db *db, const char *sql);
/* Before the first step: there may be more rows than fit into memory. */
void stmt_expect_many(struct stmt *s);

/* Binding a name that the statement does not have is a broken invariant. Text and blobs are copied. */
void stmt_bind_int(struct stmt *s, const char *name, int64_t value);
void stmt_bind_text(struct stmt *s, const char *name, const char *text); /* NULL binds SQL NULL */
void stmt_bind_text_len(struct stmt *s, const char *name, const char *text, size_t len);
void stmt_bind_blob(struct stmt *s, const char *name, const void *bytes, size_t len);
void stmt_bind_null(struct stmt *s, const char *name);
/* The same by number from 1, for statements that are built from tables and run for every row of an import.
 * Text and blobs are not copied: they stay with the caller until the statement was run or done. */
void stmt_bind_int_at(struct stmt *s, int number, int64_t value);
void stmt_bind_text_at(struct stmt *s, int number, const char *text);
void stmt_bind_text_len_at(struct stmt *s, int number, const char *text, size_t len);
void stmt_bind_blob_at(struct stmt *s, int number, const void *bytes, size_t len);

/* Moves to the next row. *ROW is false behind the last. */
MUST_CHECK enum err stmt_step(struct stmt *s, bool *row, struct errctx *e);
/* Runs a statement that returns no row, and resets it. A broken UNIQUE, CHECK or reference is ERR_CONFLICT.
 */
MUST_CHECK enum err stmt_run(struct stmt *s, struct errctx *e);
/* The same for rows that come by the thousand in one transaction. An engine may keep them back and send them
 * together before the next other statement or the commit; what is wrong with one shows then. The statement is
 * "INSERT INTO table (column, …) VALUES (…)" with one parameter a column, in their order. */
MUST_CHECK enum err stmt_run_bulk(struct stmt *s, struct errctx *e);

/* Columns of the current row; text and blobs are valid until the next step or done. */
int64_t stmt_int(struct stmt *s, int column);
const char *stmt_text(struct stmt *s, int column); /* NULL for SQL NULL */
const void *stmt_blob(struct stmt *s, int column, size_t *out_len);
bool stmt_is_null(struct stmt *s, int column);

/* The first column of the first row, FALLBACK without a row or for NULL. */
MUST_CHECK enum err db_one_int(struct db *db, const char *sql, int64_t fallback, int64_t *out,
                               struct errctx *e);

/* ERR_DB with "the database is damaged: " in front; and whether an error tells of such damage. */
enum err db_fail_damaged(struct errctx *e, const char *format, ...) PRINTF_LIKE(2, 3);
bool db_is_damage(const struct errctx *e);
/* Whether this process has lost a lock that the system would not give back: nothing is written any more until
 * it begins anew. */
bool db_is_stuck(const struct errctx *e);

/* Runs PRAGMA quick_check or integrity_check (FULL) and foreign_key_check; ERR_DB with the first fault in
 * words. */
MUST_CHECK enum err db_check(struct db *db, bool full, struct errctx *e);

/* Everything that was committed stands in the file itself, on the disk: it may be renamed once it is closed.
 * db_close tries the same, but cannot say when the disk is full. */
MUST_CHECK enum err db_settle(struct db *db, struct errctx *e);

/* Removes a SQLite database at PATH that nobody has open, with the files that SQLite may have left beside it;
 * what is not there is no fault. */
void db_remove(const char *path);

/* Is the database a file, which db_backup can copy? */
bool db_is_file(const struct db *db);
/* A consistent copy of the whole database as one file at PATH, which must not exist. Calls PROGRESS, when not
 * NULL, now and then with pages done and all. */
MUST_CHECK enum err db_backup(struct db *db, const char *path,
                              void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                              struct errctx *e);

#endif
