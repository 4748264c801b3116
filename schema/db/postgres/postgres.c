#include "schema/db/postgres/postgres.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/words.h"
#include "schema/db/migrate.h"
#include "schema/db/postgres/parts.h"

static struct pg_db *of(struct db *db)
{
    return (struct pg_db *)db;
}

/* --- errors */

/* The classes of SQLSTATE (PostgreSQL manual, appendix A) as far as they mean something to a caller. */
static enum err kind_of(const char *state)
{
    static const struct {
        const char *begin;
        enum err kind;
    } kinds[] = {
        {"23", ERR_CONFLICT},                         /* a broken constraint */
        {"08", ERR_BUSY},                             /* the connection */
        {"40", ERR_BUSY},                             /* a deadlock, a serialization failure */
        {"55P03", ERR_BUSY},                          /* no lock in time */
        {"57", ERR_BUSY},                             /* cancelled, the server stops or starts */
        {"53300", ERR_BUSY},                          /* too many connections */
        {"53", ERR_IO},                               /* out of disk or memory */
        {"58", ERR_IO},                               /* the server's system */
        {"42501", ERR_DENIED}, {"25006", ERR_DENIED}, /* read only */
        {"28", ERR_DENIED},                           /* who may log in */
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strncmp(state, kinds[i].begin, strlen(kinds[i].begin)) == 0)
            return kinds[i].kind;
    }
    return ERR_DB;
}

/* libpq's own words have several lines. */
static enum err fail_connection(struct pg_db *db, struct errctx *e)
{
    const char *words = PQerrorMessage(db->conn);
    return err_fail(e, ERR_BUSY, "%.*s", (int)strcspn(words, "\n"), words);
}

enum err pg_fail(struct pg_db *db, PGresult *result, struct errctx *e)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *words = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (state && words)
        (void)err_fail(e, kind_of(state), "run statement: %s", words);
    else
        (void)fail_connection(db, e);
    PQclear(result);
    return e->kind;
}

enum err pg_run(struct pg_db *db, const char *sql, struct errctx *e)
{
    PGresult *result = PQexec(db->conn, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return pg_fail(db, result, e);
    PQclear(result);
    return ERR_OK;
}

void pg_try(struct pg_db *db, const char *sql)
{
    PQclear(PQexec(db->conn, sql));
}

/* --- the connection */

/* A receipt promises that entries stay: a server that acknowledges before it has written is told to wait. */
static enum err set_up_session(struct pg_db *db, struct errctx *e)
{
    char sql[512];
    const char *encoding = PQparameterStatus(db->conn, "server_encoding");
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return err_fail(e, ERR_CONFIG, "the database's encoding is %s: it must be UTF8",
                        encoding ? encoding : N_("not known"));
    (void)snprintf(sql, sizeof sql,
                   "SET client_min_messages = error; SET bytea_output = hex; SET lock_timeout = %d; "
                   "SET default_transaction_read_only = %s; "
                   "SELECT set_config('synchronous_commit', 'on', false) "
                   "WHERE current_setting('synchronous_commit') = 'off'",
                   DB_BUSY_TIMEOUT_MS, db->read_only ? "on" : "off");
    db->connection++;
    return pg_run(db, sql, e);
}

enum err pg_ready(struct pg_db *db, struct errctx *e)
{
    if (db->waiting_count > 0 && pg_copy_flush(db, e) != ERR_OK)
        return e->kind;
    if (db->open || db->walks > 0 || PQstatus(db->conn) == CONNECTION_OK)
        return ERR_OK;
    PQreset(db->conn);
    if (PQstatus(db->conn) != CONNECTION_OK)
        return fail_connection(db, e);
    return set_up_session(db, e);
}

static enum err engine_exec(struct db *db, const char *sql, struct errctx *e)
{
    return pg_ready(of(db), e) == ERR_OK ? pg_run(of(db), sql, e) : e->kind;
}

/* --- transactions */

/* The row's lock is the writer's place: one has it until its transaction ends. */
static const char BEGIN_WRITE[] = "BEGIN; SELECT version FROM alluvia_schema FOR UPDATE";
static const char BEGIN_READ[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

static enum err engine_begin(struct db *base, bool write, struct errctx *e)
{
    struct pg_db *db = of(base);
    const char *sql = write ? BEGIN_WRITE : BEGIN_READ;
    if (pg_ready(db, e) != ERR_OK)
        return e->kind;
    enum err result = pg_run(db, sql, e);
    /* A server that was started again meanwhile: nothing was asked of the old connection yet. */
    if (result != ERR_OK && PQstatus(db->conn) != CONNECTION_OK && pg_ready(db, e) == ERR_OK)
        result = pg_run(db, sql, e);
    db->open = true;
    db->transactions++;
    if (result != ERR_OK)
        db_rollback(base);
    return result;
}

/* A COMMIT of a transaction in which something failed is answered with ROLLBACK, as if all were well. */
static enum err engine_commit(struct db *base, struct errctx *e)
{
    struct pg_db *db = of(base);
    if (pg_ready(db, e) != ERR_OK)
        return e->kind;
    PGresult *result = PQexec(db->conn, "COMMIT");
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return pg_fail(db, result, e);
    bool committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
    PQclear(result);
    db->open = false;
    return committed ? ERR_OK : err_fail(e, ERR_DB, "the transaction had failed before");
}

static void engine_rollback(struct db *base)
{
    struct pg_db *db = of(base);
    pg_copy_forget(db);
    if (PQstatus(db->conn) == CONNECTION_OK)
        pg_try(db, "ROLLBACK");
    db->open = false;
}

static bool engine_in_transaction(const struct db *db)
{
    return ((const struct pg_db *)db)->open;
}

/* --- care */

static int engine_version(struct db *db)
{
    int64_t version = 0;
    struct errctx e;
    return db_one_int(db, "SELECT version FROM alluvia_schema", 0, &version, &e) == ERR_OK ? (int)version : 0;
}

static enum err engine_stamp(struct db *db, const struct db_kind *kind, size_t version, struct errctx *e)
{
    (void)kind; /* said when the table was made */
    char sql[64];
    (void)snprintf(sql, sizeof sql, "UPDATE alluvia_schema SET version = %zu", version);
    return db_exec(db, sql, e);
}

static enum err engine_check(struct db *db, bool full, struct errctx *e)
{
    (void)full;
    return db_exec(db, "SELECT version FROM alluvia_schema", e);
}

static void engine_close(struct db *db)
{
    PQfinish(of(db)->conn);
    free(db);
}

static const struct db_engine POSTGRES = {
    .close = engine_close,
    .exec = engine_exec,
    .begin = engine_begin,
    .commit = engine_commit,
    .rollback = engine_rollback,
    .in_transaction = engine_in_transaction,
    .prepare = pg_prepare,
    .finalize = pg_finalize,
    .done = pg_done,
    .expect_many = pg_expect_many,
    .parameter = pg_parameter,
    .bind_int = pg_bind_int,
    .bind_text = pg_bind_text,
    .bind_blob = pg_bind_blob,
    .bind_null = pg_bind_null,
    .step = pg_step,
    .run_bulk = pg_run_bulk,
    .column_int = pg_column_int,
    .column_text = pg_column_text,
    .column_blob = pg_column_blob,
    .column_is_null = pg_column_is_null,
    .version = engine_version,
    .stamp = engine_stamp,
    .check = engine_check,
};

/* --- opening */

bool postgres_is_url(const char *text)
{
    return strncmp(text, "postgresql://", 13) == 0 || strncmp(text, "postgres://", 11) == 0;
}

/* What is written on a command line is seen by everybody on the machine, and stays in the shell's history. */
static enum err check_url(const char *url, struct errctx *e)
{
    char *words = NULL;
    PQconninfoOption *parsed = PQconninfoParse(url, &words);
    enum err result = ERR_OK;
    if (!parsed)
        result = err_fail(e, ERR_INVALID, "%.*s", words ? (int)strcspn(words, "\n") : 0, words ? words : "");
    for (PQconninfoOption *o = parsed; o && o->keyword; o++) {
        if (strcmp(o->keyword, "password") == 0 && o->val)
            result = err_fail(e, ERR_INVALID,
                              "the address of the store holds a password: it belongs in ~/.pgpass");
    }
    PQfreemem(words);
    PQconninfoFree(parsed);
    return result;
}

static enum err connect_to(struct pg_db *db, const char *url, struct errctx *e)
{
    /* The later of two settings counts, so what the URL says goes over the first ones. */
    static const char *const keywords[] = {"application_name", "connect_timeout", "dbname", "client_encoding",
                                           NULL};
    const char *const values[] = {"alluvia-registry", "10", url, "UTF8", NULL};
    db->conn = PQconnectdbParams(keywords, values, 1);
    return PQstatus(db->conn) == CONNECTION_OK ? set_up_session(db, e) : fail_connection(db, e);
}

static enum err make_schema_table(struct db *db, const struct db_kind *kind, struct errctx *e)
{
    char sql[128];
    if (db_exec(db,
                "CREATE TABLE IF NOT EXISTS alluvia_schema ("
                "one BIGINT PRIMARY KEY CHECK (one = 1), kind TEXT NOT NULL, version BIGINT NOT NULL)",
                e) != ERR_OK)
        return e->kind;
    (void)snprintf(sql, sizeof sql, "INSERT INTO alluvia_schema VALUES (1, '%s', 0) ON CONFLICT DO NOTHING",
                   kind->name);
    return db_exec(db, sql, e);
}

static enum err check_kind(struct db *db, const struct db_kind *kind, struct errctx *e)
{
    struct stmt *s = NULL;
    int64_t there = 0;
    bool row = false;
    if (db_one_int(db, "SELECT 1 FROM pg_class WHERE oid = to_regclass('alluvia_schema')", 0, &there, e) !=
        ERR_OK)
        return e->kind;
    if (!there)
        return err_fail(e, ERR_CONFIG, "holds no %s", kind->name);
    if (db_prepare(db, "SELECT kind FROM alluvia_schema", &s, e) != ERR_OK || stmt_step(s, &row, e) != ERR_OK)
        return e->kind;
    bool ours = row && strcmp(stmt_text(s, 0), kind->name) == 0;
    stmt_done(s);
    return ours ? ERR_OK : err_fail(e, ERR_CONFIG, "is not a %s database of alluvia", kind->name);
}

static enum err open_there(struct pg_db *db, const char *url, enum db_mode mode, const struct db_kind *kind,
                           struct errctx *e)
{
    if (connect_to(db, url, e) != ERR_OK)
        return e->kind;
    if (mode == DB_CREATE && make_schema_table(&db->base, kind, e) != ERR_OK)
        return e->kind;
    if (check_kind(&db->base, kind, e) != ERR_OK)
        return e->kind;
    return migrate(&db->base, mode, kind, e);
}

enum err postgres_open(const char *url, enum db_mode mode, const struct db_kind *kind, struct db **out,
                       struct errctx *e)
{
    assert(mode != DB_SCRATCH);
    *out = NULL;
    if (check_url(url, e) != ERR_OK)
        return e->kind;
    struct pg_db *db = mem_zero(1, sizeof *db);
    db->base.engine = &POSTGRES;
    db->base.path = str_dup(url);
    db->read_only = mode == DB_READ;
    if (open_there(db, url, mode, kind, e) != ERR_OK) {
        db_close(&db->base);
        return err_wrap(e, "\"%s\"", url);
    }
    *out = &db->base;
    return ERR_OK;
}
