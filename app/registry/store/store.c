/* Opening a registry, and what stays the same as long as it is open. */
#include "app/registry/store/inside.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "schema/base/file.h"
#include "schema/db/postgres/postgres.h"
#include "schema/registry/postgres/registry_postgres.h"
#include "schema/registry/registry_schema.h"

void places_init(struct places *p, const char *folder)
{
    *p = (struct places){0};
    file_join(&p->db, folder, "registry.db");
    file_join(&p->new_db, folder, "registry.db.new");
    file_join(&p->store, folder, "store");
    file_join(&p->new_store, folder, "store.new");
    file_join(&p->key, folder, "registry.key");
}

void places_done(struct places *p)
{
    buf_done(&p->db);
    buf_done(&p->new_db);
    buf_done(&p->store);
    buf_done(&p->new_store);
    buf_done(&p->key);
}

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

void store_ready(struct registry_store *s)
{
    for (int i = 0; i < ENTITY_COUNT; i++) {
        struct buf sql = {0};
        buf_printf(&sql, "%s ORDER BY id", rows_select((enum entity_id)i));
        s->each_record[i] = buf_steal(&sql);
        buf_printf(&sql, "%s WHERE void = 0 AND " COUNTS("%s") " ORDER BY id", rows_select((enum entity_id)i),
                   ENTITIES[i].name);
        s->each_counted[i] = buf_steal(&sql);
        /* A batch may bring again what was held: its own are those that came with it. */
        buf_printf(&sql,
                   "%s WHERE id BETWEEN :first AND :last AND void = 0 AND " COUNTS(
                       "%s") " AND EXISTS (SELECT 1 "
                             "FROM entry e WHERE e.id = %s.id AND e.batch = :batch) ORDER BY id",
                   rows_select((enum entity_id)i), ENTITIES[i].name, ENTITIES[i].name);
        s->each_added[i] = buf_steal(&sql);
    }
    ledger_init(s);
}

static enum err open_sqlite(const char *path, enum db_mode mode, struct db **out, struct errctx *e)
{
    enum err result = db_open(path, mode, &REGISTRY_DB, out, e);
    /* 32 MiB of pages instead of 2: with a million entries the upper levels of its indexes alone are more
     * than that, and each page that is not at hand is read again. */
    if (result == ERR_OK)
        result = db_exec(*out, "PRAGMA cache_size=-32768", e);
    if (result != ERR_OK || mode == DB_READ)
        return result;
    /* Batches touch the same last pages again and again: a log of 16 MiB writes them home a quarter as often.
     */
    return db_exec(*out, "PRAGMA wal_autocheckpoint=4000", e);
}

/* The file "store" names the database when it is not a file here. */
static enum err open_db(const struct places *p, enum db_mode mode, struct db **out, struct errctx *e)
{
    struct buf url = {0};
    enum err result = file_read(buf_str(&p->store), 4096, &url, e);
    if (result == ERR_NOT_FOUND) {
        result = open_sqlite(buf_str(&p->db), mode, out, e);
    } else if (result == ERR_OK) {
        while (url.len > 0 && isspace((unsigned char)url.data[url.len - 1]))
            buf_truncate(&url, url.len - 1);
        result = postgres_open(buf_str(&url), mode, &REGISTRY_POSTGRES, out, e);
    }
    buf_done(&url);
    return result;
}

static enum err put_over(void *codes, const struct registry_code_file *file, struct errctx *e)
{
    (void)e;
    codes_replace(codes, file->name, file->text);
    return ERR_OK;
}

enum err codes_of_registry(struct registry_store *s, struct codes **out, struct errctx *e)
{
    if (codes_new(s->identity.country, out, e) != ERR_OK)
        return e->kind;
    return registry_store_code_files(s, put_over, *out, e);
}

enum err codes_renew(struct registry_store *s, struct errctx *e)
{
    struct codes *renewed = NULL;
    int64_t newest = 0;
    /* An index leads to it: this is asked for every batch. */
    if (db_one_int(s->db, "SELECT seq FROM event WHERE scope = '*' ORDER BY seq DESC LIMIT 1", 0, &newest,
                   e) != ERR_OK)
        return e->kind;
    if (s->codes && newest == s->codes_event)
        return ERR_OK;
    if (codes_of_registry(s, &renewed, e) != ERR_OK) {
        codes_free(renewed);
        return e->kind;
    }
    codes_free(s->codes);
    s->codes = renewed;
    s->codes_event = newest;
    return ERR_OK;
}

enum err registry_store_open(const char *folder, enum db_mode mode, struct registry_store **out,
                             struct errctx *e)
{
    struct places p;
    struct registry_store *s = mem_zero(1, sizeof *s);
    *out = NULL;
    s->folder = str_dup(folder);
    places_init(&p, folder);
    enum err result = device_module_init(e);
    if (result == ERR_OK)
        result = open_db(&p, mode, &s->db, e);
    if (result == ERR_OK)
        result = load_identity(s, e);
    if (result == ERR_OK && mode != DB_READ)
        result = load_key(s, buf_str(&p.key), e);
    if (result == ERR_OK)
        result = codes_renew(s, e);
    places_done(&p);
    if (result != ERR_OK) {
        registry_store_close(s);
        return result;
    }
    store_ready(s);
    *out = s;
    return ERR_OK;
}

void registry_store_close(struct registry_store *s)
{
    if (!s)
        return;
    db_close(s->db);
    for (int i = 0; i < ENTITY_COUNT; i++) {
        free(s->each_record[i]);
        free(s->each_counted[i]);
        free(s->each_added[i]);
    }
    codes_free(s->codes);
    device_done(&s->device);
    free(s->followed);
    free(s->past);
    free(s->folder);
    free(s);
}

void registry_store_keep_free(struct registry_store *s, int64_t bytes)
{
    s->keep_free = bytes;
}

enum err store_has_room(const struct registry_store *s, struct errctx *e)
{
    struct statvfs disk;
    if (s->keep_free == 0 || !db_is_file(s->db) || statvfs(s->folder, &disk) != 0)
        return ERR_OK;
    if ((int64_t)(disk.f_bavail * disk.f_frsize) >= s->keep_free)
        return ERR_OK;
    return err_fail(e, ERR_BUSY, "the disk is almost full: less than %lld MiB are left",
                    (long long)(s->keep_free >> 20));
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
