/* The records of a registry as the projection sees them (sync/journal/project.h): rows, and what touched
 * them. */
#include "app/registry/store/inside.h"

static enum err keep_touch(void *arg, int64_t record, const struct touch *touch, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO touch (record, turn, entry, base, applied, voids, fields) VALUES (:record, "
        "(SELECT coalesce(max(turn), 0) + 1 FROM touch WHERE record = :record), "
        ":entry, :base, :applied, :voids, :fields)";
    struct stmt *stmt = NULL;
    if (db_prepare(arg, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":record", record);
    stmt_bind_int(stmt, ":entry", touch->entry);
    stmt_bind_int(stmt, ":base", touch->base);
    stmt_bind_int(stmt, ":applied", touch->applied);
    stmt_bind_int(stmt, ":voids", touch->voids);
    stmt_bind_text(stmt, ":fields", touch->fields);
    return stmt_run(stmt, e);
}

static enum err touches(void *arg, int64_t record,
                        enum err (*each)(void *each_arg, const struct touch *touch, struct errctx *e),
                        void *each_arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT entry, base, applied, voids, fields FROM touch WHERE record = :record ORDER BY turn";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(arg, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_int(stmt, ":record", record);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const struct touch touch = {.entry = stmt_int(stmt, 0),
                                    .base = stmt_int(stmt, 1),
                                    .applied = stmt_int(stmt, 2) != 0,
                                    .voids = stmt_int(stmt, 3) != 0,
                                    .fields = stmt_text(stmt, 4)};
        result = each(each_arg, &touch, e);
    }
    stmt_done(stmt);
    return result;
}

struct project_store registry_records(struct db *db)
{
    struct project_store store = project_into_db(db);
    store.keep_touch = keep_touch;
    store.touches = touches;
    return store;
}
