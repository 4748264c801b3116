#include "app/field/store/figures.h"

#include "app/field/store/inside.h"
#include "schema/base/date.h"

#define SUMS                                                                                                 \
    "count(*), sum(outcome = 'nil'), sum(outcome = 'not_worked'), coalesce(sum(diggers), 0), "               \
    "coalesce(sum(stones), 0), coalesce(sum(diamond_mct), 0), coalesce(sum(gold_mg), 0)"
#define WITHIN " FROM seen_yield WHERE void = 0 AND date_from BETWEEN :first AND :last "

/* Every statement gives the columns of struct figures in their order. */
static const char *const SQL[FIGURES_COUNT] = {
    [FIGURES_COVERING] =
        "SELECT y.licence, l.licence_no, s.name, y.date_from, y.date_to, y.outcome, y.activity, 1, "
        "y.outcome = 'nil', y.outcome = 'not_worked', coalesce(y.diggers, 0), coalesce(y.stones, 0), "
        "coalesce(y.diamond_mct, 0), coalesce(y.gold_mg, 0), 0, 0 "
        "FROM seen_yield y LEFT JOIN licence l ON l.id = y.licence LEFT JOIN site s ON s.id = y.site "
        "WHERE y.void = 0 AND y.date_from <= :last AND y.date_to >= :first "
        "ORDER BY l.licence_no, s.name, y.date_from, y.id",
    [FIGURES_BY_DAY] = "SELECT 0, NULL, NULL, date_from, NULL, NULL, NULL, " SUMS ", 0, 0" WITHIN
                       "GROUP BY date_from ORDER BY date_from",
    [FIGURES_BY_LICENCE] =
        "SELECT t.*, 0, 0 FROM (SELECT y.licence, l.licence_no, NULL, NULL, NULL, NULL, NULL, " SUMS
        " FROM seen_yield y LEFT JOIN licence l ON l.id = y.licence "
        "WHERE y.void = 0 AND y.date_from BETWEEN :first AND :last GROUP BY y.licence) t ORDER BY 2, 1",
    [FIGURES_BALANCE] =
        "SELECT l.id, l.licence_no, NULL, NULL, NULL, NULL, NULL, coalesce(y.returns, 0), 0, 0, 0, "
        "coalesce(y.stones, 0), coalesce(y.mct, 0), coalesce(y.mg, 0), coalesce(s.mct, 0), coalesce(s.mg, 0) "
        "FROM seen_licence l "
        "LEFT JOIN (SELECT licence, count(*) AS returns, sum(stones) AS stones, sum(diamond_mct) AS mct, "
        "sum(gold_mg) AS mg FROM seen_yield WHERE void = 0 AND date_from <= :last GROUP BY licence) y "
        "ON y.licence = l.id "
        "LEFT JOIN (SELECT licence, sum(diamond_mct) AS mct, sum(gold_mg) AS mg FROM seen_sale "
        "WHERE void = 0 AND date <= :last GROUP BY licence) s ON s.licence = l.id "
        "WHERE (y.licence IS NOT NULL OR s.licence IS NOT NULL) AND :first = :first ORDER BY l.licence_no",
};

static struct figures read_line(struct stmt *s)
{
    return (struct figures){
        .licence = stmt_int(s, 0),
        .licence_no = stmt_text(s, 1),
        .site = stmt_text(s, 2),
        .date_from = stmt_text(s, 3),
        .date_to = stmt_text(s, 4),
        .outcome = stmt_text(s, 5),
        .activity = stmt_text(s, 6),
        .returns = stmt_int(s, 7),
        .nil = stmt_int(s, 8),
        .not_worked = stmt_int(s, 9),
        .diggers = stmt_int(s, 10),
        .stones = stmt_int(s, 11),
        .diamond_mct = stmt_int(s, 12),
        .gold_mg = stmt_int(s, 13),
        .sold_mct = stmt_int(s, 14),
        .sold_mg = stmt_int(s, 15),
    };
}

enum err figures_each(struct store *s, enum figures_of what, int32_t first, int32_t last,
                      enum err (*each)(void *arg, const struct figures *line, struct errctx *e), void *arg,
                      struct errctx *e)
{
    struct stmt *stmt = NULL;
    char day[DATE_BYTES];
    bool row = false;
    if (seen_prepare(s, SQL[what], &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":first", date_format_days(first, day));
    stmt_bind_text(stmt, ":last", date_format_days(last, day));
    enum err result = stmt_step(stmt, &row, e);
    while (result == ERR_OK && row) {
        struct figures line = read_line(stmt);
        result = each(arg, &line, e);
        if (result == ERR_OK)
            result = stmt_step(stmt, &row, e);
    }
    stmt_done(stmt);
    return result;
}
