/*
 * Making a new database with its key. Both are made under other names beside their places and then linked
 * there, the key first: a database never stands without its key. A crash in between leaves the key and
 * PATH.new, which belong together and to nobody else, so the next attempt clears them away.
 */
#include "app/field/store/create.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/common/version.h"
#include "schema/base/buf.h"
#include "schema/base/file.h"
#include "schema/field/field_schema.h"

static char *joined(const char *path, const char *ending)
{
    struct buf out = {0};
    buf_puts(&out, path);
    buf_puts(&out, ending);
    return buf_steal(&out);
}

static void places_init(struct places *p, const char *path)
{
    char *copy = str_dup(path);
    *p = (struct places){.db = path, .key = store_key_path(path), .folder = str_dup(dirname(copy))};
    p->new_db = joined(path, ".new");
    p->new_key = joined(p->key, ".new");
    free(copy);
}

static void places_done(struct places *p)
{
    free(p->key);
    free(p->new_db);
    free(p->new_key);
    free(p->folder);
    free(p->old_key);
}

static bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static void remove_new(const struct places *p)
{
    db_remove(p->new_db);
    (void)unlink(p->new_key);
}

/* True when the key in place is that of the unfinished database: an attempt that was cut off. */
static bool is_cut_off(const struct places *p)
{
    struct db *db = NULL;
    struct device device = {0};
    struct errctx e;
    int64_t number = 0;
    bool same = device_load(p->key, &device, &e) == ERR_OK &&
                db_open(p->new_db, DB_WRITE, &FIELD_DB, &db, &e) == ERR_OK &&
                db_one_int(db, "SELECT device FROM laptop", -1, &number, &e) == ERR_OK &&
                number == (int64_t)device.number;
    db_close(db);
    device_done(&device);
    return same;
}

static enum err clear_the_way(const struct places *p, struct errctx *e)
{
    if (strcmp(p->db, p->key) == 0)
        return err_fail(e, ERR_USAGE, "\"%s\" is what the key file would be called", p->db);
    if (is_there(p->db))
        return err_fail(e, ERR_EXISTS, "\"%s\" exists already", p->db);
    if (is_there(p->key) && is_cut_off(p))
        (void)unlink(p->key);
    if (is_there(p->key) && !p->may_retire_key)
        return err_fail(e, ERR_EXISTS, "\"%s\" exists already: it is the key of another database", p->key);
    remove_new(p);
    return ERR_OK;
}

enum err store_write_first(struct db *db, const struct device *device, const char *country, const char *name,
                           bool training, const struct author *by, struct errctx *e)
{
    static const char sql[] = "INSERT INTO laptop (one, device, key, country, name, training, made_at) "
                              "VALUES (1, :device, :key, :country, :name, :training, :made_at)";
    struct stmt *stmt = NULL;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", device->number);
    stmt_bind_blob(stmt, ":key", device->key, KEY_BYTES);
    stmt_bind_text(stmt, ":country", country);
    stmt_bind_text(stmt, ":name", name ? name : "");
    stmt_bind_int(stmt, ":training", training);
    stmt_bind_int(stmt, ":made_at", by->now);
    if (stmt_run(stmt, e) != ERR_OK)
        return e->kind;

    struct journal_head head;
    if (journal_head(db, device->key, &head, e) != ERR_OK)
        return e->kind;
    struct entry entry;
    entry_init(&entry);
    entry.op = OP_DEVICE;
    entry.at = by->now;
    memcpy(entry.by, "-", 2);
    memcpy(entry.key, device->key, KEY_BYTES);
    entry.program = str_dup("alluvia " ALLUVIA_VERSION);
    entry.schema = 1;
    entry.training = training;
    enum err result = journal_append(db, &head, &entry, by->now, training ? 0 : store_earliest(), e);
    entry_done(&entry);
    return result == ERR_OK ? index_touch(db, 0, head.number, e) : result;
}

struct newborn {
    const char *country;
    const char *name;
    bool training;
    const struct author *by;
};

static enum err fill_newborn(void *arg, struct places *p, const struct device *device, struct errctx *e)
{
    const struct newborn *n = arg;
    struct db *db = NULL;
    enum err result = db_open(p->new_db, DB_CREATE, &FIELD_DB, &db, e);
    if (result == ERR_OK)
        result = db_begin(db, e);
    if (result == ERR_OK)
        result = store_write_first(db, device, n->country, n->name, n->training, n->by, e);
    if (result == ERR_OK)
        result = db_commit(db, e);
    if (result == ERR_OK)
        result = db_settle(db, e);
    if (db)
        db_rollback(db);
    db_close(db);
    return result;
}

static enum err make_new(struct places *p, const struct making *m, struct errctx *e)
{
    struct device device = {0};
    enum err result = device_create(p->new_key, &device, e);
    if (result == ERR_OK)
        result = m->fill(m->arg, p, &device, e);
    device_done(&device);
    return result;
}

/* A link, unlike a renaming, never takes the place of a file that is there. */
static enum err put_in_place(const char *from, const char *to, struct errctx *e)
{
    if (link(from, to) == 0)
        return ERR_OK;
    int number = errno;
    /* Sticks and shared folders often know no links. */
    if ((number == EPERM || number == ENOTSUP || number == ENOSYS) && !is_there(to) && rename(from, to) == 0)
        return ERR_OK;
    return err_errno(e, number == EEXIST ? ERR_EXISTS : ERR_IO, number, "create \"%s\"", to);
}

static enum err sync_folder(const struct places *p, int folder, struct errctx *e)
{
    if (fsync(folder) != 0)
        return err_errno(e, ERR_IO, errno, "write \"%s\"", p->folder);
    return ERR_OK;
}

/* The key of the device that the backup is of makes room, and is kept: its name says whose it was. */
static enum err retire_key(const struct places *p, int folder, struct errctx *e)
{
    if (!p->old_key || !is_there(p->key))
        return ERR_OK;
    if (rename(p->key, p->old_key) != 0)
        return err_errno(e, ERR_IO, errno, "rename \"%s\"", p->key);
    return sync_folder(p, folder, e);
}

static enum err create_in(struct places *p, int folder, const struct making *m, struct errctx *e)
{
    if (flock(folder, LOCK_EX | LOCK_NB) != 0)
        return err_fail(e, ERR_BUSY, "another program makes a database in \"%s\"", p->folder);
    if (clear_the_way(p, e) != ERR_OK)
        return e->kind;
    bool key_placed = false;
    enum err result = make_new(p, m, e);
    if (result == ERR_OK)
        result = retire_key(p, folder, e);
    if (result == ERR_OK)
        result = put_in_place(p->new_key, p->key, e);
    key_placed = result == ERR_OK;
    if (result == ERR_OK)
        result = sync_folder(p, folder, e);
    if (result == ERR_OK)
        result = put_in_place(p->new_db, p->db, e);
    if (result == ERR_OK)
        result = sync_folder(p, folder, e);
    else if (key_placed)
        (void)unlink(p->key);
    remove_new(p);
    return result;
}

enum err create_database(const char *path, const struct making *m, struct errctx *e)
{
    struct places p;
    places_init(&p, path);
    p.may_retire_key = m->may_retire_key;
    enum err result = file_make_dirs(p.folder, e);
    int folder = result == ERR_OK ? open(p.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (result == ERR_OK && folder < 0)
        result = err_errno(e, ERR_IO, errno, "open \"%s\"", p.folder);
    if (result == ERR_OK)
        result = create_in(&p, folder, m, e);
    if (folder >= 0)
        close(folder);
    places_done(&p);
    return result;
}

enum err store_create(const char *path, const char *country, const char *name, bool training,
                      const struct author *by, struct errctx *e)
{
    struct codes *codes = NULL;
    if (device_module_init(e) != ERR_OK || codes_new(country, &codes, e) != ERR_OK)
        return e->kind;
    struct newborn n = {.country = codes_country(codes), .name = name, .training = training, .by = by};
    const struct making m = {.fill = fill_newborn, .arg = &n};
    enum err result = create_database(path, &m, e);
    codes_free(codes);
    return result;
}
