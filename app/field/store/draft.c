#include "app/field/store/draft.h"

#include "app/field/store/officers.h"

enum draft_sql {
    SQL_KEEP,
    SQL_DROP,
    SQL_FIND,
    SQL_ALL,
    DRAFT_SQL_COUNT
};

static const char *const SQL[DRAFT_SQL_COUNT] = {
    [SQL_KEEP] = "INSERT INTO draft (officer, place, at, text) VALUES (:officer, :place, :at, :text) "
                 "ON CONFLICT (officer, place) DO UPDATE SET at = :at, text = :text",
    [SQL_DROP] = "DELETE FROM draft WHERE officer = :officer AND place = :place",
    [SQL_FIND] = "SELECT text FROM draft WHERE officer = :officer AND place = :place",
    [SQL_ALL] = "SELECT place, text FROM draft WHERE officer = :officer AND substr(place, 1, "
                "length(:prefix)) = :prefix "
                "ORDER BY place",
};

enum err draft_keep(struct store *s, const char *place, const char *text, int64_t now, struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(store_db(s), SQL[text ? SQL_KEEP : SQL_DROP], &stmt, e) != ERR_OK)
        return err_wrap(e, "keep draft");
    stmt_bind_int(stmt, ":officer", store_signed_in(s)->id);
    stmt_bind_text(stmt, ":place", place);
    if (text) {
        stmt_bind_int(stmt, ":at", now);
        stmt_bind_text(stmt, ":text", text);
    }
    return stmt_run(stmt, e) == ERR_OK ? ERR_OK : err_wrap(e, "keep draft");
}

enum err draft_find(struct store *s, const char *place, char **out, struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = false;
    *out = NULL;
    if (db_prepare(store_db(s), SQL[SQL_FIND], &stmt, e) != ERR_OK)
        return err_wrap(e, "find draft");
    stmt_bind_int(stmt, ":officer", store_signed_in(s)->id);
    stmt_bind_text(stmt, ":place", place);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row)
        *out = str_dup(stmt_text(stmt, 0));
    stmt_done(stmt);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "find draft");
}

enum err draft_each(struct store *s, const char *prefix,
                    enum err (*each)(void *arg, const char *place, const char *text, struct errctx *e),
                    void *arg, struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(store_db(s), SQL[SQL_ALL], &stmt, e) != ERR_OK)
        return err_wrap(e, "read drafts");
    stmt_bind_int(stmt, ":officer", store_signed_in(s)->id);
    stmt_bind_text(stmt, ":prefix", prefix);
    enum err result = stmt_step(stmt, &row, e);
    while (result == ERR_OK && row) {
        result = each(arg, stmt_text(stmt, 0), stmt_text(stmt, 1), e);
        if (result == ERR_OK)
            result = stmt_step(stmt, &row, e);
    }
    stmt_done(stmt);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "read drafts");
}
