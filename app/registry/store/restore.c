/* A registry out of a backup. */
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/registry/store/inside.h"
#include "schema/base/base32.h"
#include "schema/base/file.h"
#include "schema/db/postgres/postgres.h"
#include "schema/registry/postgres/registry_postgres.h"
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
    enum err result = db_open(from, DB_READ_OLD, &REGISTRY_DB, &backup, e);
    if (result == ERR_OK)
        result = db_check(backup, false, e);
    if (result == ERR_OK)
        result = db_backup(backup, buf_str(&p->new_db), NULL, NULL, e);
    db_close(backup);
    return result;
}

/* A server may hold a registry that this folder knows nothing of. What an attempt left that was cut off
 * between commit and rename is this very registry: the address was written down before. */
static enum err check_empty(struct db *db, const struct device *device, bool tried, bool *out_done,
                            struct errctx *e)
{
    struct stmt *stmt = NULL;
    uint8_t key[KEY_BYTES] = {0};
    bool row = false;
    if (db_prepare(db, "SELECT key FROM identity", &stmt, e) != ERR_OK || stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row)
        column_bytes(stmt, 0, key, sizeof key);
    stmt_done(stmt);
    *out_done = row && tried && memcmp(key, device->key, KEY_BYTES) == 0;
    return row && !*out_done ? err_fail(e, ERR_EXISTS, "the database holds a registry already") : ERR_OK;
}

/* Whether an attempt before this one had the same address. */
static bool was_tried(const struct places *p, const struct buf *line)
{
    struct buf before = {0};
    struct errctx ignored;
    bool same = file_read(buf_str(&p->new_store), 4096, &before, &ignored) == ERR_OK &&
                before.len == line->len && memcmp(before.data, line->data, line->len) == 0;
    buf_done(&before);
    return same;
}

static enum err fill_server(const struct places *p, const char *url, const struct device *device, bool tried,
                            struct errctx *e)
{
    struct db *file = NULL;
    struct db *server = NULL;
    bool done = false;
    enum err result = postgres_open(url, DB_CREATE, &REGISTRY_POSTGRES, &server, e);
    if (result == ERR_OK)
        result = check_empty(server, device, tried, &done, e);
    if (result == ERR_OK && !done)
        result = db_open(buf_str(&p->new_db), DB_READ, &REGISTRY_DB, &file, e);
    if (result == ERR_OK && !done)
        result = copy_from_file(file, server, e);
    db_close(file);
    db_close(server);
    return result;
}

/* The backup as it is to stand lies in a file of its own beside the key, and goes from there to the server.
 */
static enum err restore_to_server(const struct places *p, const char *url, const struct device *device,
                                  struct errctx *e)
{
    struct buf line = {0};
    buf_printf(&line, "%s\n", url);
    bool tried = was_tried(p, &line);
    enum err result = file_write(buf_str(&p->new_store), line.data, line.len, 0600, e);
    if (result == ERR_OK)
        result = fill_server(p, url, device, tried, e);
    db_remove(buf_str(&p->new_db));
    if (result == ERR_OK)
        result = file_put_in_place(buf_str(&p->new_store), buf_str(&p->store), e);
    buf_done(&line);
    return result;
}

/* A migration keeps the state before it beside the file: this file is a copy itself. */
static void remove_old_schemas(const struct places *p)
{
    for (size_t version = 1; version < *REGISTRY_DB.migration_count; version++) {
        struct buf path = {0};
        buf_printf(&path, "%s.v%zu.bak", buf_str(&p->new_db), version);
        (void)unlink(buf_str(&path));
        buf_done(&path);
    }
}

static enum err restore(const struct places *p, const char *url, const char *from,
                        const struct device *device, struct errctx *e)
{
    struct db *db = NULL;
    db_remove(buf_str(&p->new_db)); /* of an attempt that was cut off */
    enum err result = copy(from, p, e);
    if (result == ERR_OK)
        result = db_open(buf_str(&p->new_db), DB_WRITE, &REGISTRY_DB, &db, e);
    if (result == ERR_OK)
        result = renew(db, device, e);
    if (result == ERR_OK)
        result = db_settle(db, e);
    db_close(db);
    remove_old_schemas(p);
    if (result == ERR_OK && url)
        return restore_to_server(p, url, device, e);
    if (result == ERR_OK)
        return file_put_in_place(buf_str(&p->new_db), buf_str(&p->db), e);
    db_remove(buf_str(&p->new_db));
    return result;
}

enum err registry_store_restore(const char *folder, const char *url, const char *path, struct errctx *e)
{
    struct places p;
    struct device device = {0};
    if (url && !postgres_is_url(url))
        return err_fail(e, ERR_INVALID, "store \"%s\": is no address that begins with postgresql://", url);
    places_init(&p, folder);
    enum err result = device_module_init(e);
    if (result == ERR_OK && is_there(&p.db))
        result = err_fail(e, ERR_EXISTS, "\"%s\" exists already", buf_str(&p.db));
    if (result == ERR_OK && is_there(&p.store))
        result = err_fail(e, ERR_EXISTS, "\"%s\" exists already", buf_str(&p.store));
    if (result == ERR_OK)
        result = load_key(&p, &device, e);
    if (result == ERR_OK)
        result = restore(&p, url, path, &device, e);
    device_done(&device);
    places_done(&p);
    return result;
}
