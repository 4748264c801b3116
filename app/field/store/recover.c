#include "app/field/store/recover_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/file.h"
#include "schema/field/field_schema.h"

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

static void remove_database(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char *file = joined(path, endings[i]);
        (void)unlink(file);
        free(file);
    }
}

/* --- begin and end */

static enum err load_key(struct recovering *g, struct errctx *e)
{
    char *key = store_key_path(g->r->path);
    enum err result = device_load(key, &g->device, e);
    if (result == ERR_NOT_FOUND)
        result = err_fail(e, ERR_CONFIG,
                          "the key file \"%s\" is missing: without it no entry can be told from others", key);
    free(key);
    return result;
}

/* Names under which nothing lies yet, for what is set aside. */
static void choose_names(struct recovering *g)
{
    for (int n = 1;; n++) {
        (void)snprintf(g->out->damaged_path, sizeof g->out->damaged_path, "%s.damaged-%d", g->r->path, n);
        (void)snprintf(g->out->behind_path, sizeof g->out->behind_path, "%s.entries", g->out->damaged_path);
        if (!is_there(g->out->damaged_path) && !is_there(g->out->behind_path))
            return;
    }
}

static enum err begin(struct recovering *g, struct errctx *e)
{
    g->wal = joined(g->r->path, "-wal");
    g->part = joined(g->r->path, ".recovering");
    g->ready = joined(g->r->path, ".recovered");
    g->second = joined(g->r->path, ".second-life");
    if (device_module_init(e) != ERR_OK || load_key(g, e) != ERR_OK)
        return e->kind;
    if (!guard_alone(&g->guard, g->r->path))
        return err_fail(e, ERR_BUSY, "\"%s\" is open in another program: end that first", g->r->path);
    copies_list(g->r->path, g->device.code, &g->copies);
    memcpy(g->out->device, g->device.code, DEVICE_CODE_BYTES);
    choose_names(g);
    return ERR_OK;
}

static void close_all(struct recovering *g)
{
    db_close(g->made);
    db_close(g->damaged);
    db_close(g->copy);
    g->made = g->damaged = g->copy = NULL;
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
}

/* --- looking */

static void open_sources(struct recovering *g)
{
    struct errctx e;
    if (db_open(g->r->path, DB_READ, &FIELD_DB, &g->damaged, &e) != ERR_OK)
        g->damaged = NULL;
    for (size_t i = 0; i < g->copies.count && !g->copy; i++) {
        if (db_open(g->copies.rows[i].path, DB_READ, &FIELD_DB, &g->copy, &e) != ERR_OK)
            continue;
        if (db_check(g->copy, true, &e) != ERR_OK) {
            db_close(g->copy);
            g->copy = NULL;
        }
    }
}

static bool is_sound(const struct recovering *g)
{
    struct errctx e;
    struct store *s = NULL;
    bool sound = !g->guard.no_log && !g->guard.bad_log &&
                 store_open(g->r->path, STORE_READ, &s, &e) == ERR_OK &&
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
        remove_database(g->part);
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
        remove_database(g->part);
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
    enum err result =
        store_restore(g->r->path, g->second, NULL, g->r->by, g->r->progress, g->r->arg, &life, e);
    if (result != ERR_OK)
        return result;
    memcpy(g->out->device, life.device, DEVICE_CODE_BYTES);
    remove_database(g->second);
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

/* A recovery that was cut off after it had set the damaged file aside goes on from what it had made. */
static bool is_cut_off(struct recovering *g)
{
    if (is_there(g->r->path))
        return false;
    g->out->second_life = !is_there(g->ready);
    return is_there(g->ready) || is_there(g->second);
}

static enum err run(struct recovering *g, struct errctx *e)
{
    if (begin(g, e) != ERR_OK)
        return e->kind;
    if (is_cut_off(g))
        return put_in_place(g, e);
    if (!is_there(g->r->path) && g->copies.count == 0)
        return err_fail(e, ERR_NOT_FOUND, "there is neither a database \"%s\" nor a copy of it", g->r->path);
    g->out->sound = is_there(g->r->path) && is_sound(g);
    if (g->out->sound)
        return ERR_OK;
    remove_database(g->ready);
    remove_database(g->second);
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
