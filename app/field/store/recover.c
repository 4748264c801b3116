#include "app/field/store/recover_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/file.h"
#include "schema/field/field_schema.h"

enum {
    WAITING_VERSION = 14 /* of the schema: since then entries wait */
};

static char *joined(const char *path, const char *ending)
{
    struct buf out = {0};
    buf_printf(&out, "%s%s", path, ending);
    return buf_steal(&out);
}

static bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* --- begin and end */

/* Whose database FILE is: that of a second life which has not begun yet. */
static bool is_of(const char *file, uint32_t *number, uint8_t key[KEY_BYTES])
{
    struct errctx e;
    struct db *db = NULL;
    struct stmt *s = NULL;
    bool row = false;
    size_t len = 0;
    if (is_there(file) && db_open(file, DB_READ_OLD, &FIELD_DB, &db, &e) == ERR_OK &&
        db_prepare(db, "SELECT device, key FROM laptop", &s, &e) == ERR_OK &&
        stmt_step(s, &row, &e) == ERR_OK && row) {
        *number = (uint32_t)stmt_int(s, 0);
        memcpy(key, stmt_blob(s, 1, &len), KEY_BYTES);
    }
    stmt_done(s);
    db_close(db);
    return row;
}

/* Between two renamings of a second life the old key has made room, and the new one is not there yet. */
static enum err load_retired_key(struct recovering *g, struct errctx *e)
{
    uint32_t number = 0;
    uint8_t key[KEY_BYTES];
    char code[DEVICE_CODE_BYTES];
    if (is_there(g->r->path) || !is_of(g->second, &number, key))
        return ERR_NOT_FOUND;
    char *path = store_old_key_path(g->r->path, device_code_format(number, code));
    enum err result = device_load(path, &g->device, e);
    free(path);
    return result;
}

static enum err load_key(struct recovering *g, struct errctx *e)
{
    char *key = store_key_path(g->r->path);
    enum err result = device_load(key, &g->device, e);
    if (result == ERR_NOT_FOUND)
        result = load_retired_key(g, e);
    if (result == ERR_NOT_FOUND)
        result = err_fail(e, ERR_CONFIG,
                          "the key file \"%s\" is missing: without it no entry can be told from others", key);
    free(key);
    return result;
}

static void name_it(struct recovering *g, int n)
{
    (void)snprintf(g->out->damaged_path, sizeof g->out->damaged_path, "%s.damaged-%d", g->r->path, n);
    (void)snprintf(g->out->behind_path, sizeof g->out->behind_path, "%s.entries", g->out->damaged_path);
}

static bool is_taken(const struct recovering *g)
{
    return is_there(g->out->damaged_path) || is_there(g->out->behind_path);
}

/* Names under which nothing lies yet, for what is set aside; or, AGAIN, those of the recovery before. */
static void choose_names(struct recovering *g, bool again)
{
    int n = 1;
    name_it(g, n);
    while (is_taken(g))
        name_it(g, ++n);
    if (again && n > 1)
        name_it(g, n - 1);
}

static enum err begin(struct recovering *g, struct errctx *e)
{
    g->wal = joined(g->r->path, "-wal");
    g->part = joined(g->r->path, ".recovering");
    g->ready = joined(g->r->path, ".recovered");
    g->second = joined(g->r->path, ".second-life");
    g->old_damaged = joined(g->r->path, ".recovering-damaged");
    g->old_copy = joined(g->r->path, ".recovering-copy");
    if (device_module_init(e) != ERR_OK || load_key(g, e) != ERR_OK)
        return e->kind;
    if (!guard_alone(&g->guard, g->r->path))
        return err_fail(e, ERR_BUSY, "\"%s\" is open in another program: end that first", g->r->path);
    copies_list(g->r->path, g->device.code, &g->copies);
    memcpy(g->out->device, g->device.code, DEVICE_CODE_BYTES);
    choose_names(g, false);
    return ERR_OK;
}

static void close_all(struct recovering *g)
{
    db_close(g->made);
    db_close(g->damaged);
    db_close(g->copy);
    g->made = g->damaged = g->copy = NULL;
    db_remove(g->old_damaged);
    db_remove(g->old_copy);
}

static void end(struct recovering *g, enum err result)
{
    close_all(g);
    /* What was not recovered is looked at again by the next to open it. */
    g->guard.opened = result == ERR_OK;
    guard_closing(&g->guard);
    guard_end(&g->guard);
    copies_done(&g->copies);
    device_done(&g->device);
    free(g->wal);
    free(g->part);
    free(g->ready);
    free(g->second);
    free(g->old_damaged);
    free(g->old_copy);
}

/* --- looking */

/* Tables are taken from a database of today's schema: of an older one a copy is brought up to date, and the
 * file itself stays as it is. What is damaged so that it cannot be, is read as it stands. */
static struct db *open_migrated(const char *from, const char *to)
{
    struct errctx e;
    struct db *old = NULL;
    struct db *db = NULL;
    db_remove(to);
    if (db_open(from, DB_READ_OLD, &FIELD_DB, &old, &e) != ERR_OK)
        return NULL;
    int version = db_version(old);
    bool migrated =
        db_backup(old, to, NULL, NULL, &e) == ERR_OK && db_open(to, DB_WRITE, &FIELD_DB, &db, &e) == ERR_OK;
    struct buf kept = {0}; /* by the migration */
    buf_printf(&kept, "%s.v%d.bak", to, version);
    (void)unlink(buf_str(&kept));
    buf_done(&kept);
    if (!migrated)
        return old;
    db_close(old);
    return db;
}

static struct db *open_source(const char *path, const char *to)
{
    struct errctx e;
    struct db *db = NULL;
    return db_open(path, DB_READ, &FIELD_DB, &db, &e) == ERR_OK ? db : open_migrated(path, to);
}

static void open_sources(struct recovering *g)
{
    struct errctx e;
    g->damaged = open_source(g->r->path, g->old_damaged);
    for (size_t i = 0; i < g->copies.count && !g->copy; i++) {
        g->copy = open_source(g->copies.rows[i].path, g->old_copy);
        if (g->copy && db_check(g->copy, true, &e) != ERR_OK) {
            db_close(g->copy);
            g->copy = NULL;
        }
    }
}

/* As any command would: what is sound and of an older program is brought up to date in its place. */
static void bring_up_to_date(const struct recovering *g)
{
    struct errctx e;
    struct db *db = NULL;
    if (db_open(g->r->path, DB_READ_OLD, &FIELD_DB, &db, &e) != ERR_OK)
        return;
    bool old = (size_t)db_version(db) < *FIELD_DB.migration_count && db_check(db, true, &e) == ERR_OK;
    db_close(db);
    if (old && db_open(g->r->path, DB_WRITE, &FIELD_DB, &db, &e) == ERR_OK)
        db_close(db);
}

static bool is_sound(const struct recovering *g)
{
    struct errctx e;
    struct store *s = NULL;
    bool sound = !g->guard.no_log && !g->guard.bad_log;
    if (sound)
        bring_up_to_date(g);
    sound = sound && store_open(g->r->path, STORE_READ, &s, &e) == ERR_OK &&
            store_verify(s, g->r->progress, g->r->arg, &e) == ERR_OK;
    store_close(s);
    return sound;
}

/* --- making it again */

static enum err fill(struct recovering *g, struct errctx *e)
{
    g->out->entries = g->out->missing = g->out->behind = 0;
    if (db_begin(g->made, e) != ERR_OK)
        return e->kind;
    enum err result = recover_journal(g, e);
    if (result == ERR_OK)
        result = recover_tables(g, e);
    if (result == ERR_OK)
        result = store_remake(g->made, g->device.number, g->r->progress, g->r->arg, e);
    if (result == ERR_OK)
        result = db_commit(g->made, e);
    db_rollback(g->made);
    return result;
}

/* A place that the tables cannot be taken from is passed over; what else fails would fail again. */
static enum err make(struct recovering *g, struct errctx *e)
{
    enum err result = ERR_DB;
    for (int from = TABLES_DAMAGED; from <= TABLES_NONE && result == ERR_DB; from++) {
        g->from = (enum tables_from)from;
        db_close(g->made);
        g->made = NULL;
        db_remove(g->part);
        result = db_open(g->part, DB_CREATE, &FIELD_DB, &g->made, e);
        if (result == ERR_OK)
            result = fill(g, e);
    }
    if (result == ERR_OK)
        g->out->second_life = !recover_is_whole(g);
    if (result == ERR_OK)
        result = db_settle(g->made, e);
    close_all(g);
    if (result == ERR_OK)
        result = file_put_in_place(g->part, g->out->second_life ? g->second : g->ready, e);
    if (result != ERR_OK)
        db_remove(g->part);
    return result;
}

/* --- what comes back, and what is gone */

static void add_lost(struct recovered *out, int64_t first, int64_t last)
{
    size_t len = strlen(out->lost);
    size_t room = sizeof out->lost - len;
    char text[64];
    int n = snprintf(text, sizeof text, "%s%" PRId64, len ? ", " : "", first);
    if (first < last)
        (void)snprintf(text + n, sizeof text - (size_t)n, "-%" PRId64, last);
    if (strlen(text) + sizeof ", …" <= room)
        memcpy(out->lost + len, text, strlen(text) + 1);
    else if (len && strcmp(out->lost + len - strlen("…"), "…") != 0)
        memcpy(out->lost + len, ", …", sizeof ", …");
}

static enum err list_lost(struct recovered *out, struct db *db, struct errctx *e)
{
    static const char sql[] = "SELECT entry & 0xFFFFFFFF FROM waiting WHERE entry >> 32 = "
                              "(SELECT device FROM laptop) ORDER BY entry";
    struct stmt *stmt = NULL;
    bool row = true;
    out->lost[0] = '\0';
    enum err result = db_one_int(db, "SELECT max(number) FROM journal", 0, &out->entries, e);
    int64_t next = out->entries + 1;
    if (result == ERR_OK)
        result = db_prepare(db, sql, &stmt, e);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        if (stmt_int(stmt, 0) > next)
            add_lost(out, next, stmt_int(stmt, 0) - 1);
        next = stmt_int(stmt, 0) + 1;
    }
    stmt_done(stmt);
    return result;
}

/* What a second life begins with says it, also to a recovery that goes on after a power cut. */
static enum err read_second(struct recovering *g, struct errctx *e)
{
    struct db *db = NULL;
    enum err result = db_open(g->second, DB_READ_OLD, &FIELD_DB, &db, e);
    if (result == ERR_OK && db_version(db) >= WAITING_VERSION)
        result = list_lost(g->out, db, e);
    db_close(db);
    if (result == ERR_OK && (g->out->lost[0] || is_there(g->out->behind_path)))
        g->out->missing = g->out->entries + 1;
    return result;
}

/* --- putting it in place */

static enum err sync_folder(const char *path, struct errctx *e)
{
    char *copy = str_dup(path);
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum err result =
        folder >= 0 && fsync(folder) == 0 ? ERR_OK : err_errno(e, ERR_IO, errno, "write beside \"%s\"", path);
    if (folder >= 0)
        (void)close(folder);
    free(copy);
    return result;
}

static enum err move(const char *from, const char *to, struct errctx *e)
{
    if (rename(from, to) == 0 || errno == ENOENT)
        return ERR_OK;
    return err_errno(e, ERR_IO, errno, "rename \"%s\"", from);
}

/* The log must never lie beside a database that it is not of: it goes before the new one comes. */
static enum err set_aside(struct recovering *g, struct errctx *e)
{
    char *wal = joined(g->out->damaged_path, "-wal");
    char *shm = joined(g->r->path, "-shm");
    bool had_db = is_there(g->r->path);
    bool had_wal = is_there(g->wal);
    enum err result = move(g->r->path, g->out->damaged_path, e);
    if (result == ERR_OK)
        result = move(g->wal, wal, e);
    if (result == ERR_OK)
        result = sync_folder(g->r->path, e);
    (void)unlink(shm);
    if (!had_db)
        (void)snprintf(g->out->damaged_path, sizeof g->out->damaged_path, "%s", had_wal ? wal : "");
    free(shm);
    free(wal);
    return result;
}

static enum err begin_second_life(struct recovering *g, struct errctx *e)
{
    struct restored_life life;
    enum err result = read_second(g, e);
    if (result == ERR_OK)
        result = store_restore(g->r->path, g->second, NULL, g->r->by, g->r->progress, g->r->arg, &life, e);
    if (result != ERR_OK)
        return result;
    memcpy(g->out->device, life.device, DEVICE_CODE_BYTES);
    g->out->back = life.back;
    g->out->waiting = life.waiting;
    db_remove(g->second);
    return ERR_OK;
}

static enum err put_in_place(struct recovering *g, struct errctx *e)
{
    if (set_aside(g, e) != ERR_OK)
        return e->kind;
    if (g->out->second_life)
        return begin_second_life(g, e);
    enum err result = move(g->ready, g->r->path, e);
    return result == ERR_OK ? sync_folder(g->r->path, e) : result;
}

/* --- all of it */

/* What an earlier second life began with stays behind when the power fails in its last moment: its key has
 * gone then, and no attempt lies here. */
static bool is_of_this_attempt(const struct recovering *g)
{
    uint32_t number = 0;
    uint8_t key[KEY_BYTES];
    char *attempt = joined(g->r->path, ".new");
    bool fits = is_there(g->second) && (!is_of(g->second, &number, key) ||
                                        memcmp(key, g->device.key, KEY_BYTES) == 0 || is_there(attempt));
    free(attempt);
    return fits;
}

/* A recovery that was cut off after it had set the damaged file aside goes on from what it had made. */
static bool is_cut_off(struct recovering *g)
{
    if (is_there(g->r->path))
        return false;
    g->out->second_life = !is_there(g->ready);
    return is_there(g->ready) || is_of_this_attempt(g);
}

static enum err go_on(struct recovering *g, struct errctx *e)
{
    choose_names(g, true);
    if (!is_there(g->out->behind_path))
        g->out->behind_path[0] = '\0';
    return put_in_place(g, e);
}

static enum err run(struct recovering *g, struct errctx *e)
{
    if (begin(g, e) != ERR_OK)
        return e->kind;
    if (is_cut_off(g))
        return go_on(g, e);
    if (!is_there(g->r->path) && g->copies.count == 0)
        return err_fail(e, ERR_NOT_FOUND, "there is neither a database \"%s\" nor a copy of it", g->r->path);
    db_remove(g->ready);
    db_remove(g->second);
    g->out->sound = is_there(g->r->path) && is_sound(g);
    if (g->out->sound)
        return ERR_OK;
    open_sources(g);
    return make(g, e) == ERR_OK ? put_in_place(g, e) : e->kind;
}

enum err store_recover(const struct recovery *r, struct recovered *out, struct errctx *e)
{
    struct recovering g = {.r = r, .out = out, .guard = GUARD_NONE};
    *out = (struct recovered){0};
    enum err result = run(&g, e);
    end(&g, result);
    return result;
}
