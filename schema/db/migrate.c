#include "schema/db/migrate.h"

#include <assert.h>
#include <stdlib.h>

#include "schema/base/buf.h"
#include "schema/db/engine.h"

/* "0003_add_field.sql" is migration 3; the number and the place must agree. */
static void check_number(const struct embedded *migration, size_t place)
{
    assert((size_t)strtoul(migration->name, NULL, 10) == place + 1);
    (void)migration;
    (void)place;
}

static enum err run_one(struct db *db, const struct db_kind *kind, size_t place, struct errctx *e)
{
    const struct embedded *migration = &kind->migrations[place];
    check_number(migration, place);
    enum err result = db_begin(db, e);
    /* Another process may have run it while this one waited for the lock. */
    bool done_already = result == ERR_OK && (size_t)db_version(db) > place;
    if (result == ERR_OK && !done_already)
        result = db_exec(db, (const char *)migration->bytes, e);
    if (result == ERR_OK && !done_already)
        result = db->engine->stamp(db, kind, place + 1, e);
    if (result == ERR_OK)
        result = db_commit(db, e);
    else
        db_rollback(db);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "migration \"%s\"", migration->name);
}

static enum err keep_copy(struct db *db, int version, struct errctx *e)
{
    struct buf path = {0};
    buf_printf(&path, "%s.v%d.bak", db_path(db), version);
    enum err result = db_backup(db, buf_str(&path), NULL, NULL, e);
    /* A copy of the same version from an earlier attempt is as good. */
    if (result == ERR_EXISTS)
        result = ERR_OK;
    buf_done(&path);
    return result;
}

enum err migrate(struct db *db, enum db_mode mode, const struct db_kind *kind, struct errctx *e)
{
    size_t known = *kind->migration_count;
    size_t version = (size_t)db_version(db);
    if (version > known && mode != DB_READ && mode != DB_READ_OLD)
        return err_fail(e, ERR_CONFIG,
                        "was made by a newer program (schema %zu, this one knows %zu): "
                        "it can be read, not written",
                        version, known);
    if (version > 0 && version < known && mode == DB_READ_OLD)
        return ERR_OK;
    if (version < known && (mode == DB_READ || mode == DB_READ_OLD))
        return err_fail(e, ERR_CONFIG, "has an older schema (%zu of %zu): open it once for writing", version,
                        known);
    if (db->engine->backup && version > 0 && version < known && keep_copy(db, (int)version, e) != ERR_OK)
        return e->kind;
    while (version < known) {
        if (run_one(db, kind, version, e) != ERR_OK)
            return e->kind;
        version++;
    }
    return ERR_OK;
}
