/*
 * A database out of a backup. The backup is looked at before anything is made; then it is copied, and the
 * copy becomes another device (sync/journal/adopt.h) while it still lies under another name.
 */
#include "app/field/store/create.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/common/version.h"
#include "app/field/store/lives.h"
#include "schema/base/buf.h"
#include "schema/field/field_schema.h"
#include "sync/journal/adopt.h"
#include "sync/journal/waiting.h"

enum {
    LIVES_VERSION = 9 /* of the schema: since then there are past lives */
};

struct restoring {
    const char *backup;
    const char *old_key;
    const struct author *by;
    void (*progress)(void *arg, int64_t done, int64_t all);
    void *arg;
    struct device old; /* with its secret when that is at hand */
    bool training;
    int version; /* of its schema */
    struct journal_head head;
    struct restored_life *out;
};

/* --- looking at the backup */

static enum err read_laptop(struct restoring *r, struct db *db, struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = false;
    size_t len = 0;
    if (db_prepare(db, "SELECT device, key, training FROM laptop", &stmt, e) != ERR_OK ||
        stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row) {
        r->old.number = (uint32_t)stmt_int(stmt, 0);
        (void)device_code_format(r->old.number, r->old.code);
        memcpy(r->old.key, stmt_blob(stmt, 1, &len), KEY_BYTES);
        r->training = stmt_int(stmt, 2) != 0;
    }
    stmt_done(stmt);
    return row ? ERR_OK : err_fail(e, ERR_DB, "it does not say which laptop it is of");
}

static enum err check_backup(struct restoring *r, struct db *db, struct errctx *e)
{
    if (db_check(db, true, e) != ERR_OK || read_laptop(r, db, e) != ERR_OK ||
        journal_verify(db, r->old.key, NULL, NULL, e) != ERR_OK ||
        journal_head(db, r->old.key, &r->head, e) != ERR_OK)
        return e->kind;
    if (r->head.number == 0)
        return err_fail(e, ERR_DB, "its journal is empty");
    r->version = db_version(db);
    return r->version >= LIVES_VERSION ? lives_verify(db, e) : ERR_OK;
}

/* To the person who restores, a backup that cannot be used is bad data, not a fault of this machine. */
static enum err open_backup(struct restoring *r, struct db **out, struct errctx *e)
{
    *out = NULL;
    enum err result = db_open(r->backup, DB_READ_OLD, &FIELD_DB, out, e);
    if (result == ERR_OK)
        result = check_backup(r, *out, e);
    if (result == ERR_DB || result == ERR_CONFIG)
        e->kind = ERR_INVALID;
    return result == ERR_OK ? ERR_OK : err_wrap(e, "backup \"%s\"", r->backup);
}

/* --- the key of the device that it is of */

static bool try_key(struct restoring *r, const char *path)
{
    struct device found;
    struct errctx e;
    if (device_load(path, &found, &e) != ERR_OK)
        return false;
    bool fits = memcmp(found.key, r->old.key, KEY_BYTES) == 0;
    if (fits)
        r->old = found;
    device_done(&found);
    return fits;
}

static enum err find_key(struct restoring *r, struct places *p, struct errctx *e)
{
    char *beside = store_key_path(r->backup);
    bool in_place = access(p->key, F_OK) == 0;
    bool fits_in_place = try_key(r, p->key);
    p->old_key = store_old_key_path(p->db, r->old.code);
    r->out->is_signed = fits_in_place;
    if (r->old_key)
        r->out->is_signed = try_key(r, r->old_key);
    else if (!fits_in_place)
        r->out->is_signed = try_key(r, p->old_key) || try_key(r, beside);
    free(beside);
    if (r->old_key && !r->out->is_signed)
        return err_fail(e, ERR_CONFIG, "\"%s\" is not the key of device \"%s\", which the backup is of",
                        r->old_key, r->old.code);
    if (in_place && !fits_in_place)
        return err_fail(e, ERR_EXISTS, "\"%s\" exists already: it is the key of another database", p->key);
    return ERR_OK;
}

/* --- the second life */

/* A migration keeps the state before it beside the file: this file is a copy itself. */
static void remove_old_schema(const struct restoring *r, const struct places *p)
{
    struct buf path = {0};
    buf_printf(&path, "%s.v%d.bak", p->new_db, r->version);
    (void)unlink(buf_str(&path));
    buf_done(&path);
}

/* Who has told that they arrived: entries behind that are written again. */
static enum err acknowledged(struct db *db, int64_t *out, struct errctx *e)
{
    enum err result = db_one_int(db, "SELECT max(upto) FROM link", 0, out, e);
    if (*out < 1)
        *out = 1;
    return result;
}

static enum err begin_again(struct restoring *r, struct db *db, const struct device *become, struct errctx *e)
{
    struct adoption a = {.why = ADOPT_RESTORED,
                         .old = &r->old,
                         .become = become,
                         .after = r->head.number,
                         .program = "alluvia " ALLUVIA_VERSION,
                         .training = r->training,
                         .now = r->by->now,
                         .earliest = r->training ? 0 : store_earliest()};
    struct adopted done;
    if (db_begin(db, e) != ERR_OK)
        return e->kind;
    enum err result = acknowledged(db, &a.keep, e);
    if (result == ERR_OK && a.keep > r->head.number)
        a.keep = r->head.number;
    if (result == ERR_OK)
        result = adopt_run(db, &a, &done, e);
    if (result == ERR_OK)
        result = store_remake(db, become->number, r->progress, r->arg, e);
    if (result == ERR_OK)
        result = waiting_count(db, &r->out->waiting, e);
    if (result == ERR_OK)
        result = db_commit(db, e);
    db_rollback(db);
    if (result == ERR_OK) {
        r->out->again = done.again;
        r->out->back = done.back;
    }
    return result;
}

static enum err fill(void *arg, struct places *p, const struct device *become, struct errctx *e)
{
    struct restoring *r = arg;
    struct db *backup = NULL;
    struct db *db = NULL;
    enum err result = open_backup(r, &backup, e);
    if (result == ERR_OK)
        result = find_key(r, p, e);
    if (result == ERR_OK)
        result = db_backup(backup, p->new_db, NULL, NULL, e);
    db_close(backup);
    if (result == ERR_OK)
        result = db_open(p->new_db, DB_WRITE, &FIELD_DB, &db, e);
    if (result == ERR_OK)
        result = begin_again(r, db, become, e);
    if (result == ERR_OK)
        result = db_settle(db, e);
    db_close(db);
    remove_old_schema(r, p);
    if (result == ERR_OK)
        memcpy(r->out->device, become->code, DEVICE_CODE_BYTES);
    return result;
}

enum err store_restore(const char *path, const char *backup, const char *old_key, const struct author *by,
                       void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                       struct restored_life *out, struct errctx *e)
{
    struct restoring r = {
        .backup = backup, .old_key = old_key, .by = by, .progress = progress, .arg = arg, .out = out};
    const struct making m = {.fill = fill, .arg = &r, .may_retire_key = true};
    *out = (struct restored_life){0};
    if (device_module_init(e) != ERR_OK)
        return e->kind;
    enum err result = create_database(path, &m, e);
    if (result == ERR_OK) {
        memcpy(out->after, r.old.code, DEVICE_CODE_BYTES);
        out->entries = r.head.number;
        out->training = r.training;
    }
    device_done(&r.old);
    return result;
}
