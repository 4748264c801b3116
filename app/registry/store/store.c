/* Making and opening a registry. */
#include "app/registry/store/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/base32.h"
#include "schema/base/file.h"
#include "schema/base/text.h"
#include "schema/registry/registry_schema.h"

/* The files of a registry. */
struct places {
    struct buf db;
    struct buf key;
    struct buf new_db; /* while it is made */
};

static void places_init(struct places *p, const char *folder)
{
    *p = (struct places){0};
    file_join(&p->db, folder, "registry.db");
    file_join(&p->key, folder, "registry.key");
    file_join(&p->new_db, folder, "registry.db.new");
}

static void places_done(struct places *p)
{
    buf_done(&p->db);
    buf_done(&p->key);
    buf_done(&p->new_db);
}

static bool is_there(const struct buf *path)
{
    struct stat st;
    return lstat(buf_str(path), &st) == 0;
}

/* --- making */

static void remove_new(const struct places *p)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        struct buf path = {0};
        buf_printf(&path, "%s%s", buf_str(&p->new_db), endings[i]);
        (void)unlink(buf_str(&path));
        buf_done(&path);
    }
}

/* The unfinished database is there before the key, and takes its name last: a key beside it is of an attempt
 * that was cut off, a key without any database may be all that is left of a registry. */
static enum err clear_the_way(const struct places *p, struct errctx *e)
{
    if (is_there(&p->db))
        return err_fail(e, ERR_EXISTS, "\"%s\" exists already", buf_str(&p->db));
    if (is_there(&p->key) && !is_there(&p->new_db))
        return err_fail(e, ERR_EXISTS, "\"%s\" exists already: it is the key of another registry",
                        buf_str(&p->key));
    (void)unlink(buf_str(&p->key));
    remove_new(p);
    return ERR_OK;
}

static enum err write_identity(struct db *db, const struct device *device, const char *country,
                               const char *name, bool training, struct errctx *e)
{
    static const char sql[] = "INSERT INTO identity (one, name, country, key, incarnation, training) "
                              "VALUES (1, :name, :country, :key, :incarnation, :training)";
    struct stmt *stmt = NULL;
    uint8_t random[(INCARNATION_BYTES - 1) / 2];
    char incarnation[INCARNATION_BYTES];
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    randombytes_buf(random, sizeof random);
    hex_put(random, sizeof random, incarnation);
    stmt_bind_text(stmt, ":name", name);
    stmt_bind_text(stmt, ":country", country);
    stmt_bind_blob(stmt, ":key", device->key, KEY_BYTES);
    stmt_bind_text(stmt, ":incarnation", incarnation);
    stmt_bind_int(stmt, ":training", training);
    return stmt_run(stmt, e);
}

static enum err sync_folder(int folder, const char *path, struct errctx *e)
{
    return fsync(folder) == 0 ? ERR_OK : err_errno(e, ERR_IO, errno, "write \"%s\"", path);
}

static enum err make(const struct places *p, const char *folder_path, int folder, const char *country,
                     const char *name, bool training, struct errctx *e)
{
    struct db *db = NULL;
    struct device device = {0};
    enum err result = db_open(buf_str(&p->new_db), DB_CREATE, &REGISTRY_DB, &db, e);
    if (result == ERR_OK)
        result = device_create(buf_str(&p->key), &device, e);
    bool keyed = result == ERR_OK;
    if (result == ERR_OK)
        result = write_identity(db, &device, country, name, training, e);
    db_close(db);
    device_done(&device);
    if (result == ERR_OK)
        result = sync_folder(folder, folder_path, e);
    if (result == ERR_OK && rename(buf_str(&p->new_db), buf_str(&p->db)) != 0)
        result = err_errno(e, ERR_IO, errno, "create \"%s\"", buf_str(&p->db));
    if (result == ERR_OK)
        return sync_folder(folder, folder_path, e);
    remove_new(p);
    if (keyed)
        (void)unlink(buf_str(&p->key));
    return result;
}

static enum err create_in(const char *folder, const char *country, const char *name, bool training,
                          struct errctx *e)
{
    struct places p;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_IO, errno, "open \"%s\"", folder);
    places_init(&p, folder);
    enum err result = ERR_OK;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        result = err_fail(e, ERR_BUSY, "another program makes a registry in \"%s\"", folder);
    if (result == ERR_OK)
        result = clear_the_way(&p, e);
    if (result == ERR_OK)
        result = make(&p, folder, fd, country, name, training, e);
    places_done(&p);
    close(fd);
    return result;
}

enum err registry_store_create(const char *folder, const char *country, const char *name, bool training,
                               struct errctx *e)
{
    struct codes *codes = NULL;
    struct buf clean = {0};
    if (device_module_init(e) != ERR_OK || codes_new(country, &codes, e) != ERR_OK)
        return e->kind;
    enum err result = text_clean(&clean, name, false, REGISTRY_NAME_BYTES / 2, e);
    if (result == ERR_OK && (clean.len == 0 || clean.len >= REGISTRY_NAME_BYTES))
        result = err_fail(e, ERR_INVALID, "must have 1 to %d bytes", REGISTRY_NAME_BYTES - 1);
    if (result != ERR_OK)
        (void)err_wrap(e, "name");
    if (result == ERR_OK)
        result = file_make_dirs(folder, e);
    if (result == ERR_OK)
        result = create_in(folder, codes_country(codes), buf_str(&clean), training, e);
    buf_done(&clean);
    codes_free(codes);
    return result;
}

/* --- opening */

static enum err load_identity(struct registry_store *s, struct errctx *e)
{
    static const char sql[] = "SELECT name, country, incarnation, training, key FROM identity";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK || stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row) {
        (void)snprintf(s->identity.name, sizeof s->identity.name, "%s", stmt_text(stmt, 0));
        (void)snprintf(s->identity.country, sizeof s->identity.country, "%s", stmt_text(stmt, 1));
        (void)snprintf(s->identity.incarnation, sizeof s->identity.incarnation, "%s", stmt_text(stmt, 2));
        s->identity.training = stmt_int(stmt, 3) != 0;
        column_bytes(stmt, 4, s->device.key, KEY_BYTES);
        s->device.number = device_number_of(s->device.key);
        (void)device_code_format(s->device.number, s->device.code);
    }
    stmt_done(stmt);
    return row ? ERR_OK : err_fail(e, ERR_DB, "the database holds no registry");
}

/* Who only reads has no business with the secret. */
static enum err load_key(struct registry_store *s, const char *path, struct errctx *e)
{
    uint8_t key[KEY_BYTES];
    memcpy(key, s->device.key, sizeof key);
    if (device_load(path, &s->device, e) != ERR_OK)
        return e->kind == ERR_NOT_FOUND ? err_fail(e, ERR_CONFIG, "the key \"%s\" is missing", path)
                                        : e->kind;
    if (memcmp(key, s->device.key, sizeof key) != 0)
        return err_fail(e, ERR_CONFIG, "the key \"%s\" belongs to another registry", path);
    return ERR_OK;
}

static void make_texts(struct registry_store *s)
{
    for (int i = 0; i < ENTITY_COUNT; i++) {
        struct buf sql = {0};
        buf_printf(&sql, "%s ORDER BY id", rows_select((enum entity_id)i));
        s->each_record[i] = buf_steal(&sql);
    }
}

enum err registry_store_open(const char *folder, enum db_mode mode, struct registry_store **out,
                             struct errctx *e)
{
    struct places p;
    struct registry_store *s = mem_zero(1, sizeof *s);
    *out = NULL;
    places_init(&p, folder);
    enum err result = device_module_init(e);
    if (result == ERR_OK)
        result = db_open(buf_str(&p.db), mode, &REGISTRY_DB, &s->db, e);
    if (result == ERR_OK)
        result = load_identity(s, e);
    if (result == ERR_OK && mode != DB_READ)
        result = load_key(s, buf_str(&p.key), e);
    /* Batches touch the same last pages again and again: a log of 16 MiB writes them home a quarter as often.
     */
    if (result == ERR_OK && mode != DB_READ)
        result = db_exec(s->db, "PRAGMA wal_autocheckpoint=4000", e);
    if (result == ERR_OK)
        result = codes_new(s->identity.country, &s->codes, e);
    places_done(&p);
    if (result != ERR_OK) {
        registry_store_close(s);
        return result;
    }
    make_texts(s);
    ledger_init(s);
    *out = s;
    return ERR_OK;
}

void registry_store_close(struct registry_store *s)
{
    if (!s)
        return;
    db_close(s->db);
    for (int i = 0; i < ENTITY_COUNT; i++)
        free(s->each_record[i]);
    codes_free(s->codes);
    device_done(&s->device);
    free(s);
}

struct ledger *registry_store_ledger(struct registry_store *s)
{
    return &s->ledger;
}

const struct device *registry_store_device(struct registry_store *s)
{
    return &s->device;
}

struct codes *registry_store_codes(struct registry_store *s)
{
    return s->codes;
}

const struct ledger_identity *registry_store_identity(struct registry_store *s)
{
    return &s->identity;
}

enum err registry_store_snapshot_begin(struct registry_store *s, struct errctx *e)
{
    return db_begin_read(s->db, e);
}

void registry_store_snapshot_end(struct registry_store *s)
{
    db_rollback(s->db);
}
