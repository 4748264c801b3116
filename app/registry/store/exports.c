#include "app/registry/store/exports.h"

#include "app/registry/store/facts.h"
#include "app/registry/store/inside.h"
#include "schema/base/date.h"

static enum err put(struct registry_store *s, const struct certificate *c, int64_t now, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO certificate (number, day, diamond_mct, usd_cents, at) "
        "VALUES (:number, :day, :diamond_mct, :usd_cents, :at) ON CONFLICT (number) DO UPDATE SET "
        "day = excluded.day, diamond_mct = excluded.diamond_mct, usd_cents = excluded.usd_cents, "
        "at = excluded.at";
    struct date date;
    struct stmt *stmt = NULL;
    if (date_parse(c->issued_on, &date, e) != ERR_OK || db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":number", c->number);
    stmt_bind_int(stmt, ":day", date_to_days(date));
    stmt_bind_int(stmt, ":diamond_mct", c->diamond_mct);
    stmt_bind_int(stmt, ":usd_cents", c->usd_cents);
    stmt_bind_int(stmt, ":at", now);
    if (stmt_run(stmt, e) != ERR_OK)
        return e->kind;
    const struct due due = {.kind = DUE_COUNTRY, .id = facts_half(date_to_days(date))};
    return facts_put_due(s, &due, e);
}

enum err registry_store_put_certificates(struct registry_store *s, const struct certificate *rows,
                                         size_t count, int64_t now, struct errctx *e)
{
    enum err result = db_begin(s->db, e);
    for (size_t i = 0; i < count && result == ERR_OK; i++)
        result = put(s, &rows[i], now, e);
    if (result == ERR_OK)
        result = db_commit(s->db, e);
    db_rollback(s->db);
    return result;
}

enum err registry_store_certificates(struct registry_store *s,
                                     enum err (*each)(void *, const struct certificate *, struct errctx *),
                                     void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT number, day, diamond_mct, usd_cents FROM certificate ORDER BY day, number";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_expect_many(stmt);
    while (result == ERR_OK) {
        char day[DATE_BYTES];
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const struct certificate c = {.number = stmt_text(stmt, 0),
                                      .issued_on = date_format_days((int32_t)stmt_int(stmt, 1), day),
                                      .diamond_mct = stmt_int(stmt, 2),
                                      .usd_cents = stmt_int(stmt, 3)};
        result = each(arg, &c, e);
    }
    stmt_done(stmt);
    return result;
}

enum err registry_store_exported(struct registry_store *s, int32_t first, int32_t last, struct exported *out,
                                 struct errctx *e)
{
    static const char sql[] = "SELECT count(*), coalesce(sum(diamond_mct), 0), coalesce(sum(usd_cents), 0) "
                              "FROM certificate WHERE day BETWEEN :first AND :last";
    struct stmt *stmt = NULL;
    bool row = false;
    *out = (struct exported){0};
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":first", first);
    stmt_bind_int(stmt, ":last", last);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row)
        *out = (struct exported){stmt_int(stmt, 0), stmt_int(stmt, 1), stmt_int(stmt, 2)};
    stmt_done(stmt);
    return ERR_OK;
}
