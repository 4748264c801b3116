/* A registry out of a backup. */
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/registry/store/inside.h"
#include "schema/base/base32.h"
#include "schema/base/file.h"
#include "schema/registry/registry_schema.h"

static bool is_there(const struct buf *path)
{
    struct stat st;
    return lstat(buf_str(path), &st) == 0;
}

static enum err load_key(const struct places *p, struct device *out, struct errctx *e)
{
    enum err result = device_load(buf_str(&p->key), out, e);
    return result == ERR_NOT_FOUND
               ? err_fail(e, ERR_CONFIG, "put the registry's key back first: \"%s\" is missing",
                          buf_str(&p->key))
               : result;
}

/* Laptops notice by the incarnation that what they sent may not be here any more. */
static enum err renew(struct db *db, const struct device *device, struct errctx *e)
{
    static const char sql[] = "UPDATE identity SET incarnation = :incarnation WHERE key = :key RETURNING 1";
    struct stmt *stmt = NULL;
    bool row = false;
    uint8_t random[(INCARNATION_BYTES - 1) / 2];
    char incarnation[INCARNATION_BYTES];
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    randombytes_buf(random, sizeof random);
    hex_put(random, sizeof random, incarnation);
    stmt_bind_text(stmt, ":incarnation", incarnation);
    stmt_bind_blob(stmt, ":key", device->key, KEY_BYTES);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    stmt_done(stmt);
    return row ? ERR_OK : err_fail(e, ERR_CONFIG, "the key belongs to another registry than the backup");
}

static enum err copy(const char *from, const struct places *p, struct errctx *e)
{
    struct db *backup = NULL;
    enum err result = db_open(from, DB_READ, &REGISTRY_DB, &backup, e);
    if (result == ERR_OK)
        result = db_check(backup, false, e);
    if (result == ERR_OK)
        result = db_backup(backup, buf_str(&p->new_db), NULL, NULL, e);
    db_close(backup);
    return result;
}

static enum err restore(const struct places *p, const char *from, const struct device *device,
                        struct errctx *e)
{
    struct db *db = NULL;
    (void)unlink(buf_str(&p->new_db)); /* of an attempt that was cut off */
    enum err result = copy(from, p, e);
    if (result == ERR_OK)
        result = db_open(buf_str(&p->new_db), DB_WRITE, &REGISTRY_DB, &db, e);
    if (result == ERR_OK)
        result = renew(db, device, e);
    db_close(db);
    if (result == ERR_OK)
        return file_put_in_place(buf_str(&p->new_db), buf_str(&p->db), e);
    (void)unlink(buf_str(&p->new_db));
    return result;
}

enum err registry_store_restore(const char *folder, const char *path, struct errctx *e)
{
    struct places p;
    struct device device = {0};
    places_init(&p, folder);
    enum err result = device_module_init(e);
    if (result == ERR_OK && is_there(&p.db))
        result = err_fail(e, ERR_EXISTS, "\"%s\" exists already", buf_str(&p.db));
    if (result == ERR_OK && is_there(&p.store))
        result = err_fail(e, ERR_EXISTS, "\"%s\" exists already", buf_str(&p.store));
    if (result == ERR_OK)
        result = load_key(&p, &device, e);
    if (result == ERR_OK)
        result = restore(&p, path, &device, e);
    device_done(&device);
    places_done(&p);
    return result;
}
