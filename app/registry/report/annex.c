#include <stdio.h>
#include <string.h>

#include "app/registry/report/frame.h"
#include "app/registry/report/production.h"
#include "app/registry/report/registry_report.h"
#include "schema/base/decimal.h"
#include "schema/base/words.h"

static const struct report_column COLUMNS[] = {
    {"table", "table", N_("Table"), NULL, REPORT_TEXT, 0, false, NULL},
    {"period", "period", N_("Period"), NULL, REPORT_TEXT, 0, false, NULL},
    {"country", "country", N_("Country"), NULL, REPORT_CODE, 0, false, "country"},
    {"hs", "hs", N_("HS code"), NULL, REPORT_TEXT, 0, false, NULL},
    {"diamond_mct", "diamond_ct", N_("Diamonds"), "ct", REPORT_NUMBER, 3, false, NULL},
    {"value_usd_cents", "value_usd", N_("Value"), "USD", REPORT_NUMBER, 2, false, NULL},
    {"usd_per_ct_cents", "usd_per_ct", N_("A carat"), "USD", REPORT_NUMBER, 2, false, NULL},
    {"unvalued_mct", "unvalued_ct", N_("No value"), "ct", REPORT_NUMBER, 3, false, NULL},
    {"due", "due", N_("Due"), NULL, REPORT_DATE, 0, false, NULL},
};

static const char METHOD[] = N_(
    "production by half-year: first sales of the licence where sold, else the country's price table; "
    "first_sale by quarter: the price on the slips, all under 7102.10, since a slip does not say the class; "
    "exports and imports are the certificate office's");

/* The Harmonised System's headings of rough diamonds: unsorted, industrial, other. A first sale is of goods
 * as they left the pit, unsorted. */
static const char *const HEADINGS[] = {"7102.10", "7102.21", "7102.31"};

/* What one row of the return states. */
struct line {
    const char *table;
    char period[24];
    const char *hs;
    int64_t diamond_mct;
    int64_t unvalued_mct;
    int64_t value_usd_cents;
};

/* Two months after the last day of the period, at the end of that month. */
static void due_day(int32_t last, char out[DATE_BYTES])
{
    struct date d = date_from_days(last);
    d.month += 3;
    d.year += (d.month - 1) / 12;
    d.month = (d.month - 1) % 12 + 1;
    d.day = 1;
    date_format_days(date_to_days(d) - 1, out);
}

static void add_line(struct registry_store *s, const struct line *line, const struct frame_span *span,
                     struct report *out)
{
    char due[DATE_BYTES];
    int64_t valued = line->diamond_mct - line->unvalued_mct;
    due_day(span->last, due);
    report_add_row(out);
    report_set_text(out, "table", line->table);
    report_set_text(out, "period", line->period);
    report_set_text(out, "country", registry_store_identity(s)->country);
    report_set_text(out, "hs", line->hs);
    report_set_number(out, "diamond_mct", line->diamond_mct);
    report_set_number(out, "value_usd_cents", line->value_usd_cents);
    if (valued > 0)
        report_set_number(out, "usd_per_ct_cents", decimal_muldiv(line->value_usd_cents, 1000, valued));
    report_set_number(out, "unvalued_mct", line->unvalued_mct);
    report_set_text(out, "due", due);
}

/* The total of the summed column NAME. */
static int64_t total_of(const struct report *r, const char *name)
{
    int i = 0;
    while (strcmp(r->columns[i].name, name) != 0)
        i++;
    return r->totals[i];
}

static void take_totals(struct line *line, const struct report *from)
{
    line->diamond_mct = total_of(from, "diamond_mct");
    line->unvalued_mct = total_of(from, "unvalued_mct");
    line->value_usd_cents = total_of(from, "value_usd_cents");
}

static enum err add_half(struct registry_store *s, int year, int half, struct report *out, struct errctx *e)
{
    struct report production;
    struct frame_span span;
    struct line line = {.table = "production"};
    (void)snprintf(line.period, sizeof line.period, "%04d-H%d", year % 10000, half);
    if (frame_span(line.period, &span, e) != ERR_OK ||
        production_report(s, line.period, PRODUCTION_BY_MONTH, &production, e) != ERR_OK)
        return e->kind;
    take_totals(&line, &production);
    report_done(&production);
    add_line(s, &line, &span, out);
    return ERR_OK;
}

static enum err add_quarter(struct registry_store *s, int year, int quarter, struct report *out,
                            struct errctx *e)
{
    struct report trade;
    struct frame_span span;
    struct line line = {.table = "first_sale"};
    (void)snprintf(line.period, sizeof line.period, "%04d-Q%d", year % 10000, quarter);
    if (frame_span(line.period, &span, e) != ERR_OK ||
        trade_report(s, line.period, TRADE_BY_CURRENCY, &trade, e) != ERR_OK)
        return e->kind;
    take_totals(&line, &trade);
    report_done(&trade);
    for (size_t i = 0; i < sizeof HEADINGS / sizeof HEADINGS[0]; i++) {
        line.hs = HEADINGS[i];
        add_line(s, &line, &span, out);
        line.diamond_mct = line.unvalued_mct = line.value_usd_cents = 0;
    }
    return ERR_OK;
}

/* The parts of the year from FIRST to LAST, that are whole. */
static enum err add_lines(struct registry_store *s, struct date first, struct date last, struct report *out,
                          struct errctx *e)
{
    for (int half = 1; half <= 2; half++) {
        if (first.month <= 6 * half - 5 && last.month >= 6 * half &&
            add_half(s, first.year, half, out, e) != ERR_OK)
            return e->kind;
    }
    for (int quarter = 1; quarter <= 4; quarter++) {
        if (first.month <= 3 * quarter - 2 && last.month >= 3 * quarter &&
            add_quarter(s, first.year, quarter, out, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

enum err annex_report(struct registry_store *s, const char *period, struct report *out, struct errctx *e)
{
    struct frame_span span;
    if (frame_span(period, &span, e) != ERR_OK)
        return e->kind;
    struct date first = date_from_days(span.first);
    struct date last = date_from_days(span.last);
    if (first.month == last.month)
        return err_fail(e, ERR_INVALID, "period \"%s\": is no year, half-year or quarter", period);
    report_init(out, "annex-iii", period, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    enum err result = add_lines(s, first, last, out, e);
    if (result == ERR_OK) {
        frame_note_method(out, &span, METHOD);
        result = frame_note_source(s, out, (int64_t)out->row_count, e);
    }
    if (result != ERR_OK)
        report_done(out);
    return result;
}
