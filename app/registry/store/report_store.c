/* What the reports ask: sums and walks over records that are not void. */
#include "app/registry/store/report_store.h"

#include "app/registry/store/inside.h"

/* Either day may be NULL when the statement does not ask for it. */
static enum err begin_walk(struct registry_store *s, const char *sql, const char *first, const char *last,
                           struct stmt **out, struct errctx *e)
{
    if (db_prepare(s->db, sql, out, e) != ERR_OK)
        return e->kind;
    stmt_expect_many(*out);
    if (first)
        stmt_bind_text(*out, ":first", first);
    if (last)
        stmt_bind_text(*out, ":last", last);
    return ERR_OK;
}

/* Whether there is another row to read; *RESULT is how the walk stands. */
static bool next_row(struct stmt *stmt, enum err *result, struct errctx *e)
{
    bool row = false;
    if (*result == ERR_OK)
        *result = stmt_step(stmt, &row, e);
    return *result == ERR_OK && row;
}

enum err registry_store_traded(struct registry_store *s, const char *first, const char *last,
                               enum err (*each)(void *, const struct traded *, struct errctx *), void *arg,
                               struct errctx *e)
{
    static const char sql[] =
        "SELECT f.licence, coalesce(min(l.district), ''), coalesce(f.buyer_licence_no, ''), "
        "substr(f.date, 1, 7) AS month, coalesce(f.currency, ''), count(*), sum(coalesce(f.stones, 0)), "
        "sum(coalesce(f.diamond_mct, 0)), sum(coalesce(f.gold_mg, 0)), sum(coalesce(f.price_minor, 0)), "
        "sum(CASE WHEN f.price_usd_cents IS NOT NULL AND coalesce(f.gold_mg, 0) = 0 "
        "THEN coalesce(f.diamond_mct, 0) ELSE 0 END), "
        "sum(CASE WHEN f.price_usd_cents IS NOT NULL AND coalesce(f.gold_mg, 0) = 0 "
        "AND f.diamond_mct > 0 THEN f.price_usd_cents ELSE 0 END) "
        "FROM sale f LEFT JOIN licence l ON l.id = f.licence "
        "WHERE f.void = 0 AND " COUNTS("f") " AND f.date BETWEEN :first AND :last "
                                            "GROUP BY f.licence, f.buyer_licence_no, month, f.currency";
    struct stmt *stmt = NULL;
    enum err result = begin_walk(s, sql, first, last, &stmt, e);
    while (next_row(stmt, &result, e)) {
        const struct traded row = {.licence = stmt_int(stmt, 0),
                                   .district = stmt_text(stmt, 1),
                                   .buyer_licence_no = stmt_text(stmt, 2),
                                   .month = stmt_text(stmt, 3),
                                   .currency = stmt_text(stmt, 4),
                                   .sales = stmt_int(stmt, 5),
                                   .stones = stmt_int(stmt, 6),
                                   .diamond_mct = stmt_int(stmt, 7),
                                   .gold_mg = stmt_int(stmt, 8),
                                   .price_minor = stmt_int(stmt, 9),
                                   .valued_mct = stmt_int(stmt, 10),
                                   .value_usd_cents = stmt_int(stmt, 11)};
        result = each(arg, &row, e);
    }
    stmt_done(stmt);
    return result;
}

enum err registry_store_returned(struct registry_store *s, const char *first, const char *last,
                                 enum err (*each)(void *, const struct returned *, struct errctx *),
                                 void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT licence, date_from, date_to, coalesce(outcome, '') FROM yield "
        "WHERE void = 0 AND " COUNTS("yield") " AND date_to >= :first AND date_from <= :last";
    struct stmt *stmt = NULL;
    enum err result = begin_walk(s, sql, first, last, &stmt, e);
    while (next_row(stmt, &result, e)) {
        const struct returned row = {stmt_int(stmt, 0), stmt_text(stmt, 1), stmt_text(stmt, 2),
                                     stmt_text(stmt, 3)};
        result = each(arg, &row, e);
    }
    stmt_done(stmt);
    return result;
}

enum err registry_store_returned_before(struct registry_store *s, const char *first,
                                        enum err (*each)(void *, const struct returned *, struct errctx *),
                                        void *arg, struct errctx *e)
{
    static const char sql[] = "SELECT licence, max(date_to) FROM yield WHERE void = 0 AND " COUNTS(
        "yield") " AND date_to < :first GROUP BY licence";
    struct stmt *stmt = NULL;
    enum err result = begin_walk(s, sql, first, NULL, &stmt, e);
    while (next_row(stmt, &result, e)) {
        const struct returned row = {.licence = stmt_int(stmt, 0), .date_to = stmt_text(stmt, 1)};
        result = each(arg, &row, e);
    }
    stmt_done(stmt);
    return result;
}

static enum err walk_moved(struct registry_store *s, const char *sql, const char *first, const char *last,
                           enum err (*each)(void *, const struct moved *, struct errctx *), void *arg,
                           struct errctx *e)
{
    struct stmt *stmt = NULL;
    enum err result = begin_walk(s, sql, first, last, &stmt, e);
    while (next_row(stmt, &result, e)) {
        const struct moved row = {.licence = stmt_int(stmt, 0),
                                  .before_mct = stmt_int(stmt, 1),
                                  .within_mct = stmt_int(stmt, 2),
                                  .before_mg = stmt_int(stmt, 3),
                                  .within_mg = stmt_int(stmt, 4)};
        result = each(arg, &row, e);
    }
    stmt_done(stmt);
    return result;
}

/* Sums of TABLE a licence, by the day in DAY. */
#define MOVED(table, day)                                                                                    \
    "SELECT licence, "                                                                                       \
    "sum(CASE WHEN " day " < :first THEN coalesce(diamond_mct, 0) ELSE 0 END), "                             \
    "sum(CASE WHEN " day " >= :first THEN coalesce(diamond_mct, 0) ELSE 0 END), "                            \
    "sum(CASE WHEN " day " < :first THEN coalesce(gold_mg, 0) ELSE 0 END), "                                 \
    "sum(CASE WHEN " day " >= :first THEN coalesce(gold_mg, 0) ELSE 0 END) "                                 \
    "FROM " table " WHERE void = 0 AND " COUNTS(table) " AND " day " <= :last GROUP BY licence"

enum err registry_store_moved_in(struct registry_store *s, const char *first, const char *last,
                                 enum err (*each)(void *, const struct moved *, struct errctx *), void *arg,
                                 struct errctx *e)
{
    static const char sql[] = MOVED("yield", "date_to");
    return walk_moved(s, sql, first, last, each, arg, e);
}

enum err registry_store_moved_out(struct registry_store *s, const char *first, const char *last,
                                  enum err (*each)(void *, const struct moved *, struct errctx *), void *arg,
                                  struct errctx *e)
{
    static const char sql[] = MOVED("sale", "date");
    return walk_moved(s, sql, first, last, each, arg, e);
}

enum err registry_store_people(struct registry_store *s,
                               enum err (*each)(void *, const struct counted *, struct errctx *), void *arg,
                               struct errctx *e)
{
    static const char sql[] =
        "SELECT coalesce(district, ''), coalesce(sex, ''), coalesce(role, ''), coalesce(status, ''), "
        "CASE WHEN duplicate_of IS NULL THEN 0 ELSE 1 END AS twice, count(*) "
        "FROM digger WHERE void = 0 AND " COUNTS("digger") " GROUP BY district, sex, role, status, twice";
    struct stmt *stmt = NULL;
    enum err result = begin_walk(s, sql, NULL, NULL, &stmt, e);
    while (next_row(stmt, &result, e)) {
        const struct counted row = {.district = stmt_text(stmt, 0),
                                    .sex = stmt_text(stmt, 1),
                                    .role = stmt_text(stmt, 2),
                                    .status = stmt_text(stmt, 3),
                                    .duplicate = stmt_int(stmt, 4) != 0,
                                    .people = stmt_int(stmt, 5)};
        result = each(arg, &row, e);
    }
    stmt_done(stmt);
    return result;
}

enum err registry_store_found(struct registry_store *s, const char *first, const char *last,
                              enum err (*each)(void *, const struct found *, struct errctx *), void *arg,
                              struct errctx *e)
{
    /* clang-format off */
    static const char sql[] =
        "SELECT f.id, coalesce(y.site, 0), coalesce(s.district, l.district, ''), coalesce(f.stones, 0), "
        "coalesce(f.diamond_mct, 0), coalesce(f.sieve, ''), coalesce(f.class, ''), coalesce(f.colour, '') "
        "FROM stone f JOIN yield y ON y.id = f.yield LEFT JOIN site s ON s.id = y.site "
        "LEFT JOIN licence l ON l.id = y.licence "
        "WHERE f.void = 0 AND y.void = 0 AND " COUNTS("f") " AND " COUNTS("y")
        " AND y.date_to BETWEEN :first AND :last "
        "UNION ALL "
        "SELECT y.id, coalesce(y.site, 0), coalesce(s.district, l.district, ''), 1, y.diamond_mct, '', '', '' "
        "FROM yield y LEFT JOIN stone f ON f.yield = y.id AND f.void = 0 AND " COUNTS("f")
        " LEFT JOIN site s ON s.id = y.site LEFT JOIN licence l ON l.id = y.licence "
        "WHERE y.void = 0 AND y.stones = 1 AND y.diamond_mct > 0 AND f.id IS NULL AND " COUNTS("y")
        " AND y.date_to BETWEEN :first AND :last";
    /* clang-format on */
    struct stmt *stmt = NULL;
    enum err result = begin_walk(s, sql, first, last, &stmt, e);
    while (next_row(stmt, &result, e)) {
        const struct found row = {.id = stmt_int(stmt, 0),
                                  .site = stmt_int(stmt, 1),
                                  .district = stmt_text(stmt, 2),
                                  .stones = stmt_int(stmt, 3),
                                  .diamond_mct = stmt_int(stmt, 4),
                                  .sieve = stmt_text(stmt, 5),
                                  .class = stmt_text(stmt, 6),
                                  .colour = stmt_text(stmt, 7)};
        result = each(arg, &row, e);
    }
    stmt_done(stmt);
    return result;
}
