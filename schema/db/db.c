#include "schema/db/db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "schema/base/file.h"
#include "schema/db/migrate.h"

struct stmt {
    sqlite3_stmt *handle;
    const char *sql; /* the key: the caller's pointer */
    struct stmt *next;
};

enum {
    STATEMENT_BUCKETS = 64
};

struct db {
    sqlite3 *handle;
    char *path;
    struct stmt *statements[STATEMENT_BUCKETS];
};

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

static enum err fail(struct db *db, const char *what, struct errctx *e)
{
    int code = sqlite3_extended_errcode(db->handle);
    (void)err_fail(e, kind_of(code), "%s: %s", what, sqlite3_errmsg(db->handle));
    e->code = code;
    return e->kind;
}

static enum err set_up_connection(struct db *db, enum db_mode mode, struct errctx *e)
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
            return fail(db, "set up the connection", e);
    }
    sqlite3_busy_timeout(db->handle, DB_BUSY_TIMEOUT_MS);
    if (mode == DB_READ)
        return ERR_OK;
    return db_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", e);
}

/* The first byte read shows whether this is a database at all, and whose. */
static enum err check_kind(struct db *db, const struct db_kind *kind, struct errctx *e)
{
    int64_t id = 0;
    if (db_one_int(db, "PRAGMA application_id", 0, &id, e) != ERR_OK) {
        if ((e->code & 0xFF) == SQLITE_NOTADB)
            return err_fail(e, ERR_CONFIG, "is not a database");
        return e->kind;
    }
    if (id != kind->application_id)
        return err_fail(e, ERR_CONFIG, "is not a %s database of alluvia", kind->name);
    return ERR_OK;
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

static bool is_new(enum db_mode mode)
{
    return mode == DB_CREATE || mode == DB_SCRATCH;
}

static void drop_statements(struct db *db)
{
    for (size_t i = 0; i < STATEMENT_BUCKETS; i++) {
        while (db->statements[i]) {
            struct stmt *s = db->statements[i];
            db->statements[i] = s->next;
            sqlite3_finalize(s->handle);
            free(s);
        }
    }
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
 * In WAL mode even a reader makes files beside the database, which a read-only medium or folder does not
 * allow. Where there is no write-ahead log nobody writes either, so the file can be read as it lies there.
 */
static enum err reopen_immutable(struct db *db, const struct db_kind *kind, struct errctx *e)
{
    if (has_wal(db->path))
        return err_fail(e, ERR_DENIED,
                        "has an unfinished log beside it that can not be read without writing there");
    char *uri = immutable_uri(db->path);
    drop_statements(db);
    (void)sqlite3_close(db->handle);
    db->handle = NULL;
    enum err result = ERR_OK;
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(uri, &db->handle, flags, NULL) != SQLITE_OK)
        result = fail(db, "open", e);
    free(uri);
    if (result != ERR_OK)
        return result;
    sqlite3_extended_result_codes(db->handle, 1);
    return check_kind(db, kind, e);
}

/* True when SQLite could not make what it needs beside the file. */
static bool folder_is_read_only(const struct errctx *e)
{
    int code = e->code & 0xFF;
    return code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
}

static enum err open_existing(struct db *db, enum db_mode mode, const struct db_kind *kind, struct errctx *e)
{
    if (check_kind(db, kind, e) == ERR_OK)
        return ERR_OK;
    return mode == DB_READ && folder_is_read_only(e) ? reopen_immutable(db, kind, e) : e->kind;
}

static enum err open_handle(struct db *db, enum db_mode mode, const struct db_kind *kind, struct errctx *e)
{
    int flags = mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    /* SQLite keeps a database without a name in a temporary file of its own. */
    const char *file = mode == DB_SCRATCH ? "" : db->path;
    if (sqlite3_open_v2(file, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return fail(db, "open", e);
    sqlite3_extended_result_codes(db->handle, 1);
    if (!is_new(mode) && open_existing(db, mode, kind, e) != ERR_OK)
        return e->kind;
    if (set_up_connection(db, mode, e) != ERR_OK)
        return e->kind;
    return migrate(db, mode, kind, e);
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
    struct db *db = mem_zero(1, sizeof *db);
    db->path = str_dup(path);
    if (open_handle(db, mode, kind, e) != ERR_OK) {
        db_close(db);
        if (mode == DB_CREATE)
            (void)unlink(path);
        return err_wrap(e, "\"%s\"", path);
    }
    *out = db;
    return ERR_OK;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    drop_statements(db);
    int closed = sqlite3_close(db->handle);
    assert(closed == SQLITE_OK);
    (void)closed;
    free(db->path);
    free(db);
}

const char *db_path(const struct db *db)
{
    return db->path;
}

int db_version(struct db *db)
{
    int64_t version = 0;
    struct errctx e;
    return db_one_int(db, "PRAGMA user_version", 0, &version, &e) == ERR_OK ? (int)version : 0;
}

enum err db_exec(struct db *db, const char *sql, struct errctx *e)
{
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? ERR_OK
                                                                        : fail(db, "run statement", e);
}

enum err db_begin(struct db *db, struct errctx *e)
{
    assert(!db_in_transaction(db));
    return db_exec(db, "BEGIN IMMEDIATE", e);
}

enum err db_begin_read(struct db *db, struct errctx *e)
{
    assert(!db_in_transaction(db));
    return db_exec(db, "BEGIN", e);
}

enum err db_commit(struct db *db, struct errctx *e)
{
    if (db_exec(db, "COMMIT", e) == ERR_OK)
        return ERR_OK;
    db_rollback(db);
    return e->kind;
}

void db_rollback(struct db *db)
{
    if (db_in_transaction(db))
        (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

bool db_in_transaction(const struct db *db)
{
    return sqlite3_get_autocommit(db->handle) == 0;
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
            stmt_done(s);
            *out = s;
            return ERR_OK;
        }
    }
    *out = NULL;
    sqlite3_stmt *handle = NULL;
    if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL) != SQLITE_OK)
        return fail(db, "prepare statement", e);
    struct stmt *s = mem_zero(1, sizeof *s);
    *s = (struct stmt){.handle = handle, .sql = sql, .next = *bucket};
    *bucket = s;
    *out = s;
    return ERR_OK;
}

void stmt_done(struct stmt *s)
{
    if (!s)
        return;
    sqlite3_reset(s->handle);
    sqlite3_clear_bindings(s->handle);
}

static int parameter(struct stmt *s, const char *name)
{
    int number = sqlite3_bind_parameter_index(s->handle, name);
    assert(number > 0);
    return number;
}

static void bound(int result)
{
    if (result == SQLITE_NOMEM)
        buf_out_of_memory();
    assert(result == SQLITE_OK);
}

void stmt_bind_int(struct stmt *s, const char *name, int64_t value)
{
    bound(sqlite3_bind_int64(s->handle, parameter(s, name), value));
}

void stmt_bind_text(struct stmt *s, const char *name, const char *text)
{
    bound(sqlite3_bind_text(s->handle, parameter(s, name), text, -1, SQLITE_TRANSIENT));
}

void stmt_bind_text_len(struct stmt *s, const char *name, const char *text, size_t len)
{
    bound(sqlite3_bind_text64(s->handle, parameter(s, name), text, len, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void stmt_bind_blob(struct stmt *s, const char *name, const void *bytes, size_t len)
{
    bound(sqlite3_bind_blob64(s->handle, parameter(s, name), len ? bytes : "", len, SQLITE_TRANSIENT));
}

void stmt_bind_null(struct stmt *s, const char *name)
{
    bound(sqlite3_bind_null(s->handle, parameter(s, name)));
}

void stmt_bind_int_at(struct stmt *s, int number, int64_t value)
{
    bound(sqlite3_bind_int64(s->handle, number, value));
}

void stmt_bind_text_at(struct stmt *s, int number, const char *text)
{
    bound(sqlite3_bind_text(s->handle, number, text, -1, SQLITE_STATIC));
}

void stmt_bind_text_len_at(struct stmt *s, int number, const char *text, size_t len)
{
    bound(sqlite3_bind_text64(s->handle, number, text, len, SQLITE_STATIC, SQLITE_UTF8));
}

void stmt_bind_blob_at(struct stmt *s, int number, const void *bytes, size_t len)
{
    bound(sqlite3_bind_blob64(s->handle, number, len ? bytes : "", len, SQLITE_STATIC));
}

static struct db *fail_handle(struct stmt *s, struct db *room)
{
    *room = (struct db){.handle = sqlite3_db_handle(s->handle)};
    return room;
}

enum err stmt_step(struct stmt *s, bool *row, struct errctx *e)
{
    int code = sqlite3_step(s->handle);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return ERR_OK;
    struct db room;
    (void)fail(fail_handle(s, &room), "run statement", e);
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

int64_t stmt_int(struct stmt *s, int column)
{
    return sqlite3_column_int64(s->handle, column);
}

const char *stmt_text(struct stmt *s, int column)
{
    return (const char *)sqlite3_column_text(s->handle, column);
}

const void *stmt_blob(struct stmt *s, int column, size_t *out_len)
{
    const void *bytes = sqlite3_column_blob(s->handle, column);
    *out_len = (size_t)sqlite3_column_bytes(s->handle, column);
    return bytes;
}

bool stmt_is_null(struct stmt *s, int column)
{
    return sqlite3_column_type(s->handle, column) == SQLITE_NULL;
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

/* The first row of a check says "ok" or names a fault. */
static enum err check_with(struct db *db, const char *sql, const char *good, struct errctx *e)
{
    struct stmt *s = NULL;
    bool row = false;
    if (db_prepare(db, sql, &s, e) != ERR_OK || stmt_step(s, &row, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    if (row && (!good || strcmp(stmt_text(s, 0), good) != 0))
        result = err_fail(e, ERR_DB, "the database is damaged: %s", stmt_text(s, 0));
    stmt_done(s);
    return result;
}

enum err db_check(struct db *db, bool full, struct errctx *e)
{
    const char *check = full ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)";
    if (check_with(db, check, "ok", e) != ERR_OK)
        return e->kind;
    return check_with(db, "PRAGMA foreign_key_check", NULL, e);
}

static enum err copy_pages(struct db *db, sqlite3 *to, void (*progress)(void *, int64_t, int64_t), void *arg,
                           struct errctx *e)
{
    struct db target = {.handle = to};
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", db->handle, "main");
    if (!backup)
        return fail(&target, "start the copy", e);
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
    return code == SQLITE_OK ? ERR_OK : fail(&target, "copy", e);
}

static enum err write_copy(struct db *db, const char *path, void (*progress)(void *, int64_t, int64_t),
                           void *arg, struct errctx *e)
{
    (void)unlink(path);
    if (create_file(path, e) != ERR_OK)
        return e->kind;
    struct db copy = {0};
    enum err result = ERR_OK;
    if (sqlite3_open_v2(path, &copy.handle, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        result = fail(&copy, "open", e);
    if (result == ERR_OK)
        result = copy_pages(db, copy.handle, progress, arg, e);
    /* One file, readable everywhere: no WAL beside it. */
    if (result == ERR_OK)
        result = db_exec(&copy, "PRAGMA journal_mode=DELETE", e);
    (void)sqlite3_close(copy.handle);
    return result;
}

/* The copy gets its name when it is whole: a power cut leaves no half backup that looks like one. */
enum err db_backup(struct db *db, const char *path, void (*progress)(void *, int64_t, int64_t), void *arg,
                   struct errctx *e)
{
    struct buf part = {0};
    buf_printf(&part, "%s.part", path);
    enum err result = ERR_OK;
    if (access(path, F_OK) == 0)
        result = err_fail(e, ERR_EXISTS, "is there already");
    if (result == ERR_OK) {
        result = write_copy(db, buf_str(&part), progress, arg, e);
        if (result == ERR_OK)
            result = file_put_in_place(buf_str(&part), path, e);
        if (result != ERR_OK)
            (void)unlink(buf_str(&part));
    }
    buf_done(&part);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "backup to \"%s\"", path);
}
