#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/report/frame.h"
#include "app/registry/report/registry_report.h"
#include "app/registry/store/report_store.h"
#include "schema/base/decimal.h"
#include "schema/base/text.h"
#include "schema/base/words.h"

/* What one row adds up: the same KEY and currency. */
struct deal {
    char *key;   /* what is grouped by, so that strcmp sorts it */
    char *shown; /* what stands in the report: of several spellings the first in order of bytes */
    char currency[4];
    int64_t licence;
    int64_t sales;
    int64_t stones;
    int64_t diamond_mct;
    int64_t gold_mg;
    int64_t price_minor;
    int64_t valued_mct;
    int64_t value_usd_cents;
};

struct deals {
    enum trade_by by;
    struct deal *rows;
    size_t count;
    size_t room;
};

#define SUMS                                                                                                 \
    {"currency", "currency", N_("Currency"), NULL, REPORT_TEXT, 0, false, NULL},                             \
        {"sales", "sales", N_("Sales"), NULL, REPORT_NUMBER, 0, true, NULL},                                 \
        {"stones", "stones", N_("Stones"), NULL, REPORT_NUMBER, 0, true, NULL},                              \
        {"diamond_mct", "diamond_ct", N_("Diamonds"), "ct", REPORT_NUMBER, 3, true, NULL},                   \
        {"price_minor", "price", N_("Paid"), NULL, REPORT_NUMBER, 0, false, NULL},                           \
        {"value_usd_cents", "value_usd", N_("Value"), "USD", REPORT_NUMBER, 2, true, NULL},                  \
        {"usd_per_ct_cents", "usd_per_ct", N_("A carat"), "USD", REPORT_NUMBER, 2, true, NULL},              \
        {"unvalued_mct", "unvalued_ct", N_("No value"), "ct", REPORT_NUMBER, 3, true, NULL},                 \
    {                                                                                                        \
        "gold_mg", "gold_g", "Gold", "g", REPORT_NUMBER, 3, true, NULL                                       \
    }

static const struct report_column BY_DISTRICT[] = {
    {"district", "district", N_("District"), NULL, REPORT_CODE, 0, false, "district"}, SUMS};
static const struct report_column BY_BUYER[] = {
    {"buyer_licence_no", "buyer_licence_no", N_("Buyer's licence"), NULL, REPORT_TEXT, 0, false, NULL}, SUMS};
static const struct report_column BY_LICENCE[] = {
    {"licence", "licence", N_("Id"), NULL, REPORT_ID, 0, false, NULL},
    {"name", "name", N_("Licence"), NULL, REPORT_TEXT, 0, false, NULL},
    SUMS};
static const struct report_column BY_MONTH[] = {
    {"month", "month", N_("Month"), NULL, REPORT_TEXT, 0, false, NULL}, SUMS};
static const struct report_column BY_CURRENCY[] = {SUMS};

static const struct {
    const struct report_column *columns;
    int count;
} LAYOUTS[] = {
    [TRADE_BY_DISTRICT] = {BY_DISTRICT, sizeof BY_DISTRICT / sizeof BY_DISTRICT[0]},
    [TRADE_BY_BUYER] = {BY_BUYER, sizeof BY_BUYER / sizeof BY_BUYER[0]},
    [TRADE_BY_LICENCE] = {BY_LICENCE, sizeof BY_LICENCE / sizeof BY_LICENCE[0]},
    [TRADE_BY_MONTH] = {BY_MONTH, sizeof BY_MONTH / sizeof BY_MONTH[0]},
    [TRADE_BY_CURRENCY] = {BY_CURRENCY, sizeof BY_CURRENCY / sizeof BY_CURRENCY[0]},
};

static const char METHOD[] =
    N_("first sales by their day; value is the price in US dollars of sales of diamonds "
       "without gold, the rest has no value");

static char *key_of(enum trade_by by, const struct traded *row)
{
    struct buf key = {0};
    switch (by) {
    case TRADE_BY_DISTRICT:
        buf_puts(&key, row->district);
        break;
    case TRADE_BY_BUYER:
        text_fold(&key, row->buyer_licence_no);
        break;
    case TRADE_BY_LICENCE:
        buf_printf(&key, "%019lld", (long long)row->licence);
        break;
    case TRADE_BY_MONTH:
        buf_puts(&key, row->month);
        break;
    case TRADE_BY_CURRENCY:
        break;
    }
    (void)buf_str(&key);
    return buf_steal(&key);
}

static enum err keep_deal(void *arg, const struct traded *row, struct errctx *e)
{
    (void)e;
    struct deals *deals = arg;
    if (deals->count == deals->room) {
        deals->room = deals->room ? deals->room * 2 : 64;
        deals->rows = mem_resize(deals->rows, deals->room, sizeof *deals->rows);
    }
    struct deal *deal = &deals->rows[deals->count++];
    *deal = (struct deal){
        .key = key_of(deals->by, row),
        .shown = str_dup(row->buyer_licence_no),
        .licence = row->licence,
        .sales = row->sales,
        .stones = row->stones,
        .diamond_mct = row->diamond_mct,
        .gold_mg = row->gold_mg,
        .price_minor = row->price_minor,
        .valued_mct = row->valued_mct,
        .value_usd_cents = row->value_usd_cents,
    };
    (void)snprintf(deal->currency, sizeof deal->currency, "%s", row->currency);
    return ERR_OK;
}

static int same_row(const struct deal *a, const struct deal *b)
{
    int order = strcmp(a->key, b->key);
    return order ? order : strcmp(a->currency, b->currency);
}

static int compare(const void *a, const void *b)
{
    const struct deal *x = a;
    const struct deal *y = b;
    int order = same_row(x, y);
    return order ? order : strcmp(x->shown, y->shown);
}

static void add_deal(struct deal *to, const struct deal *from)
{
    to->sales += from->sales;
    to->stones += from->stones;
    to->diamond_mct += from->diamond_mct;
    to->gold_mg += from->gold_mg;
    to->price_minor += from->price_minor;
    to->valued_mct += from->valued_mct;
    to->value_usd_cents += from->value_usd_cents;
}

static int64_t price_of(const struct deal *d)
{
    return d->valued_mct > 0 ? decimal_muldiv(d->value_usd_cents, 1000, d->valued_mct) : 0;
}

/* What was paid, in the currency's own decimals. */
static void put_price(struct codes *codes, const struct deal *sum, struct report *out)
{
    struct buf human = {0};
    int scale = codes_currency_exponent(codes, sum->currency);
    report_set_number(out, "price_minor", sum->price_minor);
    decimal_format(&human, sum->price_minor, scale < 0 ? 0 : scale, scale < 0 ? 0 : scale, '.');
    report_set_text(out, "price_minor", buf_str(&human));
    buf_done(&human);
}

static enum err add_row(struct registry_store *s, enum trade_by by, const struct deal *sum,
                        struct report *out, struct errctx *e)
{
    enum err result = ERR_OK;
    report_add_row(out);
    switch (by) {
    case TRADE_BY_DISTRICT:
        report_set_text(out, "district", sum->key);
        break;
    case TRADE_BY_BUYER:
        report_set_text(out, "buyer_licence_no", sum->shown);
        break;
    case TRADE_BY_LICENCE:
        report_set_number(out, "licence", sum->licence);
        result = frame_put_title(s, out, "name", ENTITY_LICENCE, sum->licence, e);
        break;
    case TRADE_BY_MONTH:
        report_set_text(out, "month", sum->key);
        break;
    case TRADE_BY_CURRENCY:
        break;
    }
    report_set_text(out, "currency", sum->currency);
    report_set_number(out, "sales", sum->sales);
    report_set_number(out, "stones", sum->stones);
    report_set_number(out, "diamond_mct", sum->diamond_mct);
    put_price(registry_store_codes(s), sum, out);
    report_set_number(out, "value_usd_cents", sum->value_usd_cents);
    report_set_number(out, "usd_per_ct_cents", price_of(sum));
    report_set_number(out, "unvalued_mct", sum->diamond_mct - sum->valued_mct);
    report_set_number(out, "gold_mg", sum->gold_mg);
    return result;
}

static enum err add_rows(struct registry_store *s, struct deals *deals, struct deal *total,
                         struct report *out, struct errctx *e)
{
    if (deals->count > 0)
        qsort(deals->rows, deals->count, sizeof *deals->rows, compare);
    for (size_t i = 0; i < deals->count;) {
        struct deal sum = deals->rows[i++];
        while (i < deals->count && same_row(&sum, &deals->rows[i]) == 0)
            add_deal(&sum, &deals->rows[i++]);
        add_deal(total, &sum);
        if (add_row(s, deals->by, &sum, out, e) != ERR_OK)
            return e->kind;
    }
    report_set_total(out, "usd_per_ct_cents", price_of(total));
    return ERR_OK;
}

static void deals_done(struct deals *deals)
{
    for (size_t i = 0; i < deals->count; i++) {
        free(deals->rows[i].key);
        free(deals->rows[i].shown);
    }
    free(deals->rows);
}

enum err trade_report(struct registry_store *s, const char *period, enum trade_by by, struct report *out,
                      struct errctx *e)
{
    struct frame_span span;
    struct deals deals = {.by = by};
    struct deal total = {0};
    if (frame_span(period, &span, e) != ERR_OK)
        return e->kind;
    report_init(out, "trade", period, LAYOUTS[by].columns, LAYOUTS[by].count);
    enum err result = registry_store_traded(s, span.first_day, span.last_day, keep_deal, &deals, e);
    if (result == ERR_OK)
        result = add_rows(s, &deals, &total, out, e);
    if (result == ERR_OK) {
        frame_note_method(out, &span, METHOD);
        result = frame_note_source(s, out, total.sales, e);
    }
    deals_done(&deals);
    if (result != ERR_OK)
        report_done(out);
    return result;
}
