/* SQLite behind schema/db/db.h. */
#include "schema/db/engine.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "schema/base/file.h"
#include "schema/base/words.h"
#include "schema/db/migrate.h"

struct sqlite_stmt {
    struct stmt base;
    sqlite3_stmt *handle;
};

struct sqlite_db {
    struct db base;
    sqlite3 *handle;
    void (*before_commit)(void *arg); /* with BEFORE_ARG; NULL: none */
    void *before_arg;
};

static struct sqlite_db *of(struct db *db)
{
    return (struct sqlite_db *)db;
}

static sqlite3_stmt *handle_of(struct stmt *s)
{
    return ((struct sqlite_stmt *)s)->handle;
}

static enum err kind_of(int code)
{
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_CONSTRAINT:
        return ERR_CONFLICT;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return ERR_DENIED;
    case SQLITE_FULL:
    case SQLITE_IOERR:
        return ERR_IO;
    default:
        return ERR_DB;
    }
}

static enum err fail(sqlite3 *handle, const char *what, struct errctx *e)
{
    int code = sqlite3_extended_errcode(handle);
    /* "disk I/O error" alone tells nobody that the disk is full. */
    int number = (code & 0xFF) == SQLITE_IOERR ? sqlite3_system_errno(handle) : 0;
    if ((code & 0xFF) == SQLITE_CORRUPT)
        what = N_("the database is damaged");
    (void)err_fail(e, kind_of(code), "%s: %s%s%s", what, sqlite3_errmsg(handle), number ? ": " : "",
                   number ? strerror(number) : "");
    e->code = code;
    return e->kind;
}

/* --- transactions */

static enum err engine_exec(struct db *db, const char *sql, struct errctx *e)
{
    sqlite3 *handle = of(db)->handle;
    return sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK ? ERR_OK
                                                                    : fail(handle, N_("run statement"), e);
}

static enum err engine_begin(struct db *db, bool write, struct errctx *e)
{
    return engine_exec(db, write ? "BEGIN IMMEDIATE" : "BEGIN", e);
}

static enum err engine_commit(struct db *db, struct errctx *e)
{
    return engine_exec(db, "COMMIT", e);
}

static void engine_rollback(struct db *db)
{
    (void)sqlite3_exec(of(db)->handle, "ROLLBACK", NULL, NULL, NULL);
}

/* SQLite calls it for what only concerns temporary tables and views too. */
static int committing(void *arg)
{
    const struct sqlite_db *db = arg;
    if (sqlite3_txn_state(db->handle, "main") == SQLITE_TXN_WRITE)
        db->before_commit(db->before_arg);
    return 0;
}

static void engine_before_commit(struct db *db, void (*fn)(void *arg), void *arg)
{
    of(db)->before_commit = fn;
    of(db)->before_arg = arg;
    (void)sqlite3_commit_hook(of(db)->handle, committing, of(db));
}

static bool engine_in_transaction(const struct db *db)
{
    return sqlite3_get_autocommit(((const struct sqlite_db *)db)->handle) == 0;
}

/* --- statements */

static enum err engine_prepare(struct db *db, const char *sql, struct stmt **out, struct errctx *e)
{
    sqlite3_stmt *handle = NULL;
    if (sqlite3_prepare_v3(of(db)->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL) != SQLITE_OK)
        return fail(of(db)->handle, N_("prepare statement"), e);
    struct sqlite_stmt *s = mem_zero(1, sizeof *s);
    s->handle = handle;
    *out = &s->base;
    return ERR_OK;
}

static bool engine_is_of(struct stmt *s, const char *sql)
{
    return strcmp(sqlite3_sql(handle_of(s)), sql) == 0;
}

static void engine_finalize(struct stmt *s)
{
    sqlite3_finalize(handle_of(s));
    free(s);
}

static void engine_done(struct stmt *s)
{
    sqlite3_reset(handle_of(s));
    sqlite3_clear_bindings(handle_of(s));
}

static int engine_parameter(struct stmt *s, const char *name)
{
    return sqlite3_bind_parameter_index(handle_of(s), name);
}

static void bound(int result)
{
    if (result == SQLITE_NOMEM)
        buf_out_of_memory();
    assert(result == SQLITE_OK);
}

static void engine_bind_int(struct stmt *s, int number, int64_t value)
{
    bound(sqlite3_bind_int64(handle_of(s), number, value));
}

static void engine_bind_text(struct stmt *s, int number, const char *text, size_t len, bool kept)
{
    bound(sqlite3_bind_text64(handle_of(s), number, text, len, kept ? SQLITE_STATIC : SQLITE_TRANSIENT,
                              SQLITE_UTF8));
}

static void engine_bind_blob(struct stmt *s, int number, const void *bytes, size_t len, bool kept)
{
    bound(sqlite3_bind_blob64(handle_of(s), number, len ? bytes : "", len,
                              kept ? SQLITE_STATIC : SQLITE_TRANSIENT));
}

static void engine_bind_null(struct stmt *s, int number)
{
    bound(sqlite3_bind_null(handle_of(s), number));
}

static enum err engine_step(struct stmt *s, bool *row, struct errctx *e)
{
    int code = sqlite3_step(handle_of(s));
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return ERR_OK;
    return fail(sqlite3_db_handle(handle_of(s)), N_("run statement"), e);
}

static int64_t engine_column_int(struct stmt *s, int column)
{
    return sqlite3_column_int64(handle_of(s), column);
}

/* A number as text, or a text without its end, needs memory: without any it would look like NULL. */
static const void *column_there(struct stmt *s, const void *value)
{
    if (!value && sqlite3_errcode(sqlite3_db_handle(handle_of(s))) == SQLITE_NOMEM)
        buf_out_of_memory();
    return value;
}

static const char *engine_column_text(struct stmt *s, int column)
{
    return column_there(s, sqlite3_column_text(handle_of(s), column));
}

static const void *engine_column_blob(struct stmt *s, int column, size_t *out_len)
{
    const void *bytes = column_there(s, sqlite3_column_blob(handle_of(s), column));
    *out_len = (size_t)sqlite3_column_bytes(handle_of(s), column);
    return bytes;
}

static bool engine_column_is_null(struct stmt *s, int column)
{
    return sqlite3_column_type(handle_of(s), column) == SQLITE_NULL;
}

/* --- care */

static int engine_version(struct db *db)
{
    int64_t version = 0;
    struct errctx e;
    return db_one_int(db, "PRAGMA user_version", 0, &version, &e) == ERR_OK ? (int)version : 0;
}

static enum err engine_stamp(struct db *db, const struct db_kind *kind, size_t version, struct errctx *e)
{
    struct buf sql = {0};
    buf_printf(&sql, "PRAGMA user_version=%zu; PRAGMA application_id=%d;", version, kind->application_id);
    enum err result = db_exec(db, buf_str(&sql), e);
    buf_done(&sql);
    return result;
}

enum err db_fail_damaged(struct errctx *e, const char *format, ...)
{
    char what[ERR_TEXT_BYTES / 2];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    (void)err_fail(e, ERR_DB, "the database is damaged: %s", what);
    e->code = SQLITE_CORRUPT;
    return e->kind;
}

bool db_is_damage(const struct errctx *e)
{
    int code = e->code & 0xFF;
    return e->kind == ERR_DB && (code == SQLITE_CORRUPT || code == SQLITE_NOTADB);
}

bool db_is_stuck(const struct errctx *e)
{
    return e->kind == ERR_DB && (e->code & 0xFF) == SQLITE_PROTOCOL;
}

/* The first row of a check says "ok" or names a fault. */
static enum err check_with(struct db *db, const char *sql, const char *good, struct errctx *e)
{
    struct stmt *s = NULL;
    bool row = false;
    if (db_prepare(db, sql, &s, e) != ERR_OK || stmt_step(s, &row, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    if (row && (!good || strcmp(stmt_text(s, 0), good) != 0))
        result = db_fail_damaged(e, "%s", stmt_text(s, 0));
    stmt_done(s);
    return result;
}

static enum err engine_check(struct db *db, bool full, struct errctx *e)
{
    const char *check = full ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)";
    if (check_with(db, check, "ok", e) != ERR_OK)
        return e->kind;
    return check_with(db, "PRAGMA foreign_key_check", NULL, e);
}

static enum err create_file(const char *path, struct errctx *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        int number = errno;
        return err_errno(e, number == EEXIST ? ERR_EXISTS : ERR_IO, number, "create \"%s\"", path);
    }
    close(fd);
    return ERR_OK;
}

static enum err copy_pages(sqlite3 *from, sqlite3 *to, void (*progress)(void *, int64_t, int64_t), void *arg,
                           struct errctx *e)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return fail(to, N_("start the copy"), e);
    int code = SQLITE_OK;
    int waits = 0;
    while (code == SQLITE_OK || ((code == SQLITE_BUSY || code == SQLITE_LOCKED) && waits < 100)) {
        code = sqlite3_backup_step(backup, 1024);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
            waits++;
            sqlite3_sleep(100);
        }
        if (progress) {
            int all = sqlite3_backup_pagecount(backup);
            progress(arg, all - sqlite3_backup_remaining(backup), all);
        }
    }
    code = sqlite3_backup_finish(backup);
    return code == SQLITE_OK ? ERR_OK : fail(to, "copy", e);
}

static enum err write_copy(sqlite3 *from, const char *path, void (*progress)(void *, int64_t, int64_t),
                           void *arg, struct errctx *e)
{
    (void)unlink(path);
    if (create_file(path, e) != ERR_OK)
        return e->kind;
    sqlite3 *copy = NULL;
    enum err result = ERR_OK;
    if (sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        result = fail(copy, "open", e);
    if (result == ERR_OK)
        result = copy_pages(from, copy, progress, arg, e);
    /* One file, readable everywhere: no WAL beside it. */
    if (result == ERR_OK && sqlite3_exec(copy, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) != SQLITE_OK)
        result = fail(copy, "close", e);
    (void)sqlite3_close(copy);
    return result;
}

static enum err engine_settle(struct db *db, struct errctx *e)
{
    sqlite3 *handle = of(db)->handle;
    int code = sqlite3_wal_checkpoint_v2(handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return code == SQLITE_OK ? ERR_OK : fail(handle, N_("write the database"), e);
}

/* The copy gets its name when it is whole: a power cut leaves no half backup that looks like one. */
static enum err engine_backup(struct db *db, const char *path, void (*progress)(void *, int64_t, int64_t),
                              void *arg, struct errctx *e)
{
    struct buf part = {0};
    buf_printf(&part, "%s.part", path);
    enum err result = ERR_OK;
    if (access(path, F_OK) == 0)
        result = err_fail(e, ERR_EXISTS, "is there already");
    if (result == ERR_OK) {
        result = write_copy(of(db)->handle, buf_str(&part), progress, arg, e);
        if (result == ERR_OK)
            result = file_put_in_place(buf_str(&part), path, e);
        if (result != ERR_OK)
            (void)unlink(buf_str(&part));
    }
    buf_done(&part);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "backup to \"%s\"", path);
}

static void engine_close(struct db *db)
{
    int closed = sqlite3_close(of(db)->handle);
    assert(closed == SQLITE_OK);
    (void)closed;
    free(db);
}

static const struct db_engine SQLITE = {
    .close = engine_close,
    .exec = engine_exec,
    .begin = engine_begin,
    .commit = engine_commit,
    .rollback = engine_rollback,
    .in_transaction = engine_in_transaction,
    .before_commit = engine_before_commit,
    .prepare = engine_prepare,
    .is_of = engine_is_of,
    .finalize = engine_finalize,
    .done = engine_done,
    .parameter = engine_parameter,
    .bind_int = engine_bind_int,
    .bind_text = engine_bind_text,
    .bind_blob = engine_bind_blob,
    .bind_null = engine_bind_null,
    .step = engine_step,
    .column_int = engine_column_int,
    .column_text = engine_column_text,
    .column_blob = engine_column_blob,
    .column_is_null = engine_column_is_null,
    .version = engine_version,
    .stamp = engine_stamp,
    .check = engine_check,
    .settle = engine_settle,
    .backup = engine_backup,
};

void db_remove(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        struct buf file = {0};
        buf_printf(&file, "%s%s", path, endings[i]);
        (void)unlink(buf_str(&file));
        buf_done(&file);
    }
}

/* --- opening */

/*
 * A process that is killed between writing a commit to the log and syncing it leaves a commit that the next
 * to open the file recovers, and shows to people and registries, though a power cut would still take it back.
 * A checkpoint syncs the log. After a clean end there is none, and this costs nothing; that others are at
 * work is no reason to wait, since then nothing was recovered.
 */
static enum err make_recovered_durable(struct sqlite_db *db, struct errctx *e)
{
    int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (code == SQLITE_OK || (code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED)
        return ERR_OK;
    return fail(db->handle, N_("sync the log"), e);
}

static enum err set_up_connection(struct sqlite_db *db, enum db_mode mode, struct errctx *e)
{
    static const struct {
        int option;
        int value;
    } options[] = {
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (sqlite3_db_config(db->handle, options[i].option, options[i].value, (int *)NULL) != SQLITE_OK)
            return fail(db->handle, N_("set up the connection"), e);
    }
    if (mode == DB_READ || mode == DB_READ_OLD)
        return ERR_OK;
    if (db_exec(&db->base, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", e) != ERR_OK)
        return e->kind;
    return make_recovered_durable(db, e);
}

/* The first byte read shows whether this is a database at all, and whose. */
static enum err check_kind(struct sqlite_db *db, const struct db_kind *kind, struct errctx *e)
{
    int64_t id = 0;
    if (db_one_int(&db->base, "PRAGMA application_id", 0, &id, e) != ERR_OK) {
        if ((e->code & 0xFF) == SQLITE_NOTADB)
            return db_fail_damaged(e, "its beginning is not that of a database");
        return e->kind;
    }
    if (id != kind->application_id)
        return err_fail(e, ERR_CONFIG, "is not a %s database of alluvia", kind->name);
    return ERR_OK;
}

static bool is_new(enum db_mode mode)
{
    return mode == DB_CREATE || mode == DB_SCRATCH;
}

/* Before the first question: after a kill the next to come recovers the log, and others meanwhile wait. */
static void prepare_handle(struct sqlite_db *db)
{
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, DB_BUSY_TIMEOUT_MS);
}

/* "file:PATH?immutable=1" with what a URI gives another meaning written as %XX. */
static char *immutable_uri(const char *path)
{
    struct buf out = {0};
    buf_puts(&out, "file:");
    for (; *path; path++) {
        if (strchr("%?#", *path))
            buf_printf(&out, "%%%02X", (unsigned)(unsigned char)*path);
        else
            buf_putc(&out, *path);
    }
    buf_puts(&out, "?immutable=1");
    return buf_steal(&out);
}

static bool has_wal(const char *path)
{
    struct stat st;
    struct buf wal = {0};
    buf_puts(&wal, path);
    buf_puts(&wal, "-wal");
    bool there = stat(buf_str(&wal), &st) == 0 && st.st_size > 0;
    buf_done(&wal);
    return there;
}

/*
 * In WAL mode even a reader makes files beside the database, which a read-only medium or folder or a full
 * disk does not allow. Where there is no write-ahead log nobody writes either, so the file can be read as it
 * lies there.
 */
static enum err reopen_immutable(struct sqlite_db *db, const struct db_kind *kind, struct errctx *e)
{
    if (has_wal(db->base.path))
        return err_fail(e, ERR_DENIED,
                        "has an unfinished log beside it that can not be read without writing there");
    char *uri = immutable_uri(db->base.path);
    db_drop_statements(&db->base);
    (void)sqlite3_close(db->handle);
    db->handle = NULL;
    enum err result = ERR_OK;
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(uri, &db->handle, flags, NULL) != SQLITE_OK)
        result = fail(db->handle, "open", e);
    free(uri);
    if (result != ERR_OK)
        return result;
    prepare_handle(db);
    return check_kind(db, kind, e);
}

/* True when SQLite could not make what it needs beside the file. */
static bool nothing_fits_beside(const struct errctx *e)
{
    int code = e->code & 0xFF;
    return code == SQLITE_CANTOPEN || code == SQLITE_READONLY || e->code == SQLITE_IOERR_SHMOPEN ||
           e->code == SQLITE_IOERR_SHMSIZE || e->code == SQLITE_IOERR_SHMMAP;
}

static enum err open_existing(struct sqlite_db *db, enum db_mode mode, const struct db_kind *kind,
                              struct errctx *e)
{
    if (check_kind(db, kind, e) == ERR_OK)
        return ERR_OK;
    return (mode == DB_READ || mode == DB_READ_OLD) && nothing_fits_beside(e) ? reopen_immutable(db, kind, e)
                                                                              : e->kind;
}

static enum err open_handle(struct sqlite_db *db, enum db_mode mode, const struct db_kind *kind,
                            struct errctx *e)
{
    int flags = (mode == DB_READ || mode == DB_READ_OLD) ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    /* SQLite keeps a database without a name in a temporary file of its own. */
    const char *file = mode == DB_SCRATCH ? "" : db->base.path;
    if (sqlite3_open_v2(file, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return fail(db->handle, "open", e);
    prepare_handle(db);
    /* SQLite falls back to reading by itself, which would be found out only at the first change. */
    if (mode == DB_WRITE && sqlite3_db_readonly(db->handle, "main") == 1)
        return err_fail(e, ERR_DENIED, "can only be read here");
    if (!is_new(mode) && open_existing(db, mode, kind, e) != ERR_OK)
        return e->kind;
    if (set_up_connection(db, mode, e) != ERR_OK)
        return e->kind;
    return migrate(&db->base, mode, kind, e);
}

enum err db_open(const char *path, enum db_mode mode, const struct db_kind *kind, struct db **out,
                 struct errctx *e)
{
    *out = NULL;
    struct stat st;
    if (mode == DB_CREATE && create_file(path, e) != ERR_OK)
        return e->kind;
    if (!is_new(mode) && stat(path, &st) != 0)
        return err_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "open \"%s\"", path);
    struct sqlite_db *db = mem_zero(1, sizeof *db);
    db->base.engine = &SQLITE;
    db->base.path = str_dup(path);
    if (open_handle(db, mode, kind, e) != ERR_OK) {
        db_close(&db->base);
        if (mode == DB_CREATE)
            (void)unlink(path);
        return err_wrap(e, "\"%s\"", path);
    }
    *out = &db->base;
    return ERR_OK;
}
