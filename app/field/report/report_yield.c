/* Reports about returns: day, month, balance. */
#include "app/field/report/field_report.h"
#include "app/field/store/figures.h"
#include "schema/base/date.h"
#include "schema/base/words.h"

#define COUNT(columns) ((int)(sizeof columns / sizeof columns[0]))

/* clang-format off */
#define TEXT(n, l)         {n, n, l, NULL, REPORT_TEXT, 0, false, NULL}
#define DATE(n, l)         {n, n, l, NULL, REPORT_DATE, 0, false, NULL}
#define CODE(n, l)         {n, n, l, NULL, REPORT_CODE, 0, false, n}
#define SUM(n, l)          {n, n, l, NULL, REPORT_NUMBER, 0, true, NULL}
#define WEIGHT(n, f, l, u) {n, f, l, u, REPORT_NUMBER, 3, true, NULL}
/* clang-format on */

#define FOUND                                                                                                \
    SUM("diggers", N_("Diggers")), SUM("stones", N_("Stones")),                                              \
        WEIGHT("diamond_mct", "diamond_ct", N_("Diamonds"), "ct"),                                           \
        WEIGHT("gold_mg", "gold_g", N_("Gold"), "g")
#define RETURNS SUM("returns", N_("Returns")), SUM("nil", N_("Nil")), SUM("not_worked", N_("Not worked"))

static const struct report_column DAY[] = {
    TEXT("licence_no", N_("Licence")),
    TEXT("site", N_("Site")),
    DATE("date_from", N_("From")),
    DATE("date_to", N_("To")),
    CODE("outcome", N_("Outcome")),
    CODE("activity", N_("Activity")),
    FOUND,
};

static const struct report_column BY_DAY[] = {DATE("date", N_("Date")), RETURNS, FOUND};

static const struct report_column BY_LICENCE[] = {TEXT("licence_no", N_("Licence")), RETURNS, FOUND};

static const struct report_column BALANCE[] = {
    TEXT("licence_no", N_("Licence")),
    WEIGHT("produced_mct", "produced_ct", N_("Produced"), "ct"),
    WEIGHT("sold_mct", "sold_ct", N_("Sold"), "ct"),
    WEIGHT("stock_mct", "stock_ct", N_("In stock"), "ct"),
    WEIGHT("produced_mg", "produced_g", N_("Gold produced"), "g"),
    WEIGHT("sold_mg", "sold_g", N_("Gold sold"), "g"),
    WEIGHT("stock_mg", "stock_g", N_("Gold in stock"), "g"),
};

static void set_found(struct report *r, const struct figures *line)
{
    report_set_number(r, "diggers", line->diggers);
    report_set_number(r, "stones", line->stones);
    report_set_number(r, "diamond_mct", line->diamond_mct);
    report_set_number(r, "gold_mg", line->gold_mg);
}

static enum err day_row(void *arg, const struct figures *line, struct errctx *e)
{
    struct report *r = arg;
    (void)e;
    report_add_row(r);
    report_set_text(r, "licence_no", line->licence_no);
    report_set_text(r, "site", line->site);
    report_set_text(r, "date_from", line->date_from);
    report_set_text(r, "date_to", line->date_to);
    report_set_text(r, "outcome", line->outcome);
    report_set_text(r, "activity", line->activity);
    set_found(r, line);
    return ERR_OK;
}

enum err report_day(struct store *s, int32_t day, struct report *out, struct errctx *e)
{
    char text[DATE_BYTES];
    report_init(out, "day", date_format_days(day, text), DAY, COUNT(DAY));
    return figures_each(s, FIGURES_COVERING, day, day, day_row, out, e);
}

static enum err sum_row(void *arg, const struct figures *line, struct errctx *e)
{
    struct report *r = arg;
    (void)e;
    report_add_row(r);
    if (r->columns == BY_DAY)
        report_set_text(r, "date", line->date_from);
    else
        report_set_text(r, "licence_no", line->licence_no);
    report_set_number(r, "returns", line->returns);
    report_set_number(r, "nil", line->nil);
    report_set_number(r, "not_worked", line->not_worked);
    set_found(r, line);
    return ERR_OK;
}

enum err report_month(struct store *s, const char *period, int32_t first, int32_t last, enum report_by by,
                      struct report *out, struct errctx *e)
{
    if (by == REPORT_BY_DAY)
        report_init(out, "month", period, BY_DAY, COUNT(BY_DAY));
    else
        report_init(out, "month", period, BY_LICENCE, COUNT(BY_LICENCE));
    enum figures_of what = by == REPORT_BY_DAY ? FIGURES_BY_DAY : FIGURES_BY_LICENCE;
    return figures_each(s, what, first, last, sum_row, out, e);
}

static enum err balance_row(void *arg, const struct figures *line, struct errctx *e)
{
    struct report *r = arg;
    (void)e;
    report_add_row(r);
    report_set_text(r, "licence_no", line->licence_no);
    report_set_number(r, "produced_mct", line->diamond_mct);
    report_set_number(r, "sold_mct", line->sold_mct);
    report_set_number(r, "stock_mct", line->diamond_mct - line->sold_mct);
    report_set_number(r, "produced_mg", line->gold_mg);
    report_set_number(r, "sold_mg", line->sold_mg);
    report_set_number(r, "stock_mg", line->gold_mg - line->sold_mg);
    return ERR_OK;
}

enum err report_balance(struct store *s, int32_t day, struct report *out, struct errctx *e)
{
    char text[DATE_BYTES];
    report_init(out, "balance", date_format_days(day, text), BALANCE, COUNT(BALANCE));
    return figures_each(s, FIGURES_BALANCE, day, day, balance_row, out, e);
}
