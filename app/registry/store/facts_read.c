/* Reading what the rules over the whole registry count with. */
#include "app/registry/store/facts.h"

#include <stdio.h>

#include "app/registry/store/inside.h"

/* Binds what NAMES and VALUES give, COUNT of them. */
static enum err ask(struct registry_store *s, const char *sql, const char *const *names,
                    const int64_t *values, size_t count, struct stmt **out, struct errctx *e)
{
    if (db_prepare(s->db, sql, out, e) != ERR_OK)
        return e->kind;
    for (size_t i = 0; i < count; i++)
        stmt_bind_int(*out, names[i], values[i]);
    return ERR_OK;
}

static bool next(struct stmt *stmt, enum err *result, struct errctx *e)
{
    bool row = false;
    if (*result == ERR_OK)
        *result = stmt_step(stmt, &row, e);
    return *result == ERR_OK && row;
}

static const char *const WINDOW[] = {":licence", ":first", ":last"};

enum err facts_worked(struct registry_store *s, int64_t licence, int32_t first, int32_t last,
                      facts_each_worked *each, void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT record, site, first, last, outcome, washing, diggers, stones, diamond_mct FROM worked "
        "WHERE licence = :licence AND last BETWEEN :first AND :last ORDER BY last, record";
    const int64_t values[] = {licence, first, last};
    struct stmt *stmt = NULL;
    enum err result = ask(s, sql, WINDOW, values, 3, &stmt, e);
    while (next(stmt, &result, e)) {
        const struct worked w = {.record = stmt_int(stmt, 0),
                                 .licence = licence,
                                 .site = stmt_int(stmt, 1),
                                 .first = (int32_t)stmt_int(stmt, 2),
                                 .last = (int32_t)stmt_int(stmt, 3),
                                 .outcome = (enum worked_outcome)stmt_int(stmt, 4),
                                 .washing = stmt_int(stmt, 5) != 0,
                                 .diggers = stmt_int(stmt, 6),
                                 .stones = stmt_int(stmt, 7),
                                 .diamond_mct = stmt_int(stmt, 8)};
        result = each(arg, &w, e);
    }
    stmt_done(stmt);
    return result;
}

static void read_sale(struct stmt *stmt, struct first_sale *out)
{
    *out = (struct first_sale){.record = stmt_int(stmt, 0),
                               .licence = stmt_int(stmt, 1),
                               .day = (int32_t)stmt_int(stmt, 2),
                               .stones = stmt_int(stmt, 3),
                               .diamond_mct = stmt_int(stmt, 4),
                               .valued_mct = stmt_int(stmt, 5),
                               .usd_cents = stmt_int(stmt, 6)};
}

#define SALE_COLUMNS                                                                                         \
    "f.record, f.licence, f.day, f.stones, f.diamond_mct, f.valued_mct, f.usd_cents FROM sold f "

static enum err each_sale(struct stmt *stmt, enum err result, facts_each_sale *each, void *arg,
                          struct errctx *e)
{
    struct first_sale sale;
    while (next(stmt, &result, e)) {
        read_sale(stmt, &sale);
        result = each(arg, &sale, e);
    }
    stmt_done(stmt);
    return result;
}

enum err facts_sales(struct registry_store *s, int64_t licence, int32_t first, int32_t last,
                     facts_each_sale *each, void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT " SALE_COLUMNS "WHERE f.licence = :licence AND f.day BETWEEN :first AND :last "
        "ORDER BY f.day, f.record";
    const int64_t values[] = {licence, first, last};
    struct stmt *stmt = NULL;
    enum err result = ask(s, sql, WINDOW, values, 3, &stmt, e);
    return each_sale(stmt, result, each, arg, e);
}

enum err facts_dear_sales(struct registry_store *s, const char *district, int half, int64_t most,
                          facts_each_sale *each, void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT " SALE_COLUMNS "JOIN tally t ON t.licence = f.licence AND t.half = :half AND t.site = 0 "
        "WHERE t.district = :district AND f.day BETWEEN :first AND :last AND f.valued_mct > 0 "
        "ORDER BY f.usd_cents DESC, f.record LIMIT :most";
    static const char *const names[] = {":half", ":first", ":last", ":most"};
    const int64_t values[] = {half, facts_half_first(half), facts_half_last(half), most};
    struct stmt *stmt = NULL;
    enum err result = ask(s, sql, names, values, 4, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_text(stmt, ":district", district);
    return each_sale(stmt, result, each, arg, e);
}

enum err facts_stones(struct registry_store *s, int64_t licence, int32_t first, int32_t last,
                      enum err (*each)(void *, int64_t, int64_t, struct errctx *), void *arg,
                      struct errctx *e)
{
    static const char sql[] =
        "SELECT z.yield, z.diamond_mct FROM worked w JOIN sized z ON z.yield = w.record "
        "WHERE w.licence = :licence AND w.last BETWEEN :first AND :last "
        "ORDER BY z.yield, z.record";
    const int64_t values[] = {licence, first, last};
    struct stmt *stmt = NULL;
    enum err result = ask(s, sql, WINDOW, values, 3, &stmt, e);
    while (next(stmt, &result, e))
        result = each(arg, stmt_int(stmt, 0), stmt_int(stmt, 1), e);
    stmt_done(stmt);
    return result;
}

/* --- tallies */

static void read_tally(struct stmt *stmt, struct tally *out)
{
    *out = (struct tally){.licence = stmt_int(stmt, 0),
                          .half = (int)stmt_int(stmt, 1),
                          .site = stmt_int(stmt, 2),
                          .returns = stmt_int(stmt, 4),
                          .last = (int32_t)stmt_int(stmt, 5),
                          .stones = stmt_int(stmt, 6),
                          .found_mct = stmt_int(stmt, 7),
                          .sold_mct = stmt_int(stmt, 8),
                          .valued_mct = stmt_int(stmt, 9),
                          .usd_cents = stmt_int(stmt, 10)};
    (void)snprintf(out->district, sizeof out->district, "%s", stmt_text(stmt, 3));
    for (int i = 0; i < TALLY_SIZES; i++)
        out->sizes[i] = stmt_int(stmt, 11 + i);
}

static enum err each_tally(struct stmt *stmt, enum err result, facts_each_tally *each, void *arg,
                           struct errctx *e)
{
    struct tally tally;
    while (next(stmt, &result, e)) {
        read_tally(stmt, &tally);
        result = each(arg, &tally, e);
    }
    stmt_done(stmt);
    return result;
}

#define SUMS                                                                                                 \
    "coalesce(sum(returns), 0), coalesce(max(last), 0), coalesce(sum(stones), 0), "                          \
    "coalesce(sum(found_mct), 0), coalesce(sum(sold_mct), 0), coalesce(sum(valued_mct), 0), "                \
    "coalesce(sum(usd_cents), 0), coalesce(sum(size_0), 0), coalesce(sum(size_1), 0), "                      \
    "coalesce(sum(size_2), 0), coalesce(sum(size_3), 0), coalesce(sum(size_4), 0) FROM tally "

enum err facts_tallies(struct registry_store *s, int64_t licence, facts_each_tally *each, void *arg,
                       struct errctx *e)
{
    static const char sql[] =
        "SELECT licence, half, site, district, returns, last, stones, found_mct, sold_mct, valued_mct, "
        "usd_cents, size_0, size_1, size_2, size_3, size_4 FROM tally WHERE licence = :licence "
        "ORDER BY half, site";
    static const char *const names[] = {":licence"};
    struct stmt *stmt = NULL;
    enum err result = ask(s, sql, names, &licence, 1, &stmt, e);
    return each_tally(stmt, result, each, arg, e);
}

enum err facts_district(struct registry_store *s, const char *district, int half, facts_each_tally *each,
                        void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT licence, half, 0, district, " SUMS "WHERE half = :half AND district = :district "
        "GROUP BY licence, half, district ORDER BY licence";
    static const char *const names[] = {":half"};
    const int64_t values[] = {half};
    struct stmt *stmt = NULL;
    enum err result = ask(s, sql, names, values, 1, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_text(stmt, ":district", district);
    return each_tally(stmt, result, each, arg, e);
}

enum err facts_country(struct registry_store *s, int half, int64_t most, facts_each_tally *each, void *arg,
                       struct errctx *e)
{
    static const char sql[] =
        "SELECT licence, half, 0, min(district), " SUMS "WHERE half = :half GROUP BY licence, half "
        "ORDER BY sum(found_mct) DESC, licence LIMIT :most";
    static const char *const names[] = {":half", ":most"};
    const int64_t values[] = {half, most};
    struct stmt *stmt = NULL;
    enum err result = ask(s, sql, names, values, 2, &stmt, e);
    return each_tally(stmt, result, each, arg, e);
}

static enum err keep_one(void *arg, const struct tally *t, struct errctx *e)
{
    (void)e;
    struct tally *out = arg;
    *out = *t;
    return ERR_OK;
}

enum err facts_country_sums(struct registry_store *s, int first, int last, struct tally *out,
                            struct errctx *e)
{
    static const char sql[] = "SELECT 0, 0, 0, '', " SUMS "WHERE half BETWEEN :first AND :last";
    static const char *const names[] = {":first", ":last"};
    const int64_t values[] = {first, last};
    struct stmt *stmt = NULL;
    *out = (struct tally){0};
    enum err result = ask(s, sql, names, values, 2, &stmt, e);
    return each_tally(stmt, result, keep_one, out, e);
}

enum err facts_site_sums(struct registry_store *s, int64_t site, struct tally *out, struct errctx *e)
{
    static const char sql[] = "SELECT 0, 0, 0, '', " SUMS "WHERE site = :site AND site <> 0";
    static const char *const names[] = {":site"};
    struct stmt *stmt = NULL;
    *out = (struct tally){0};
    enum err result = ask(s, sql, names, &site, 1, &stmt, e);
    return each_tally(stmt, result, keep_one, out, e);
}
