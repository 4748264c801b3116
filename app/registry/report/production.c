#include "app/registry/report/production.h"

#include <stdlib.h>
#include <string.h>

#include "app/registry/report/frame.h"
#include "schema/base/decimal.h"
#include "schema/base/words.h"

/* What one licence produced in one district and month, with its part of the licence's value. */
struct share {
    int64_t licence;
    int64_t coop;
    char district[32];
    char month[8];
    int64_t returns;
    int64_t nil;
    int64_t stones;
    int64_t diamond_mct;
    int64_t gold_mg;
    int64_t sale_valued_mct;
    int64_t unvalued_mct;
    int64_t value_usd_cents;
};

struct shares {
    struct share *rows;
    size_t count;
    size_t room;
};

struct sales {
    struct sold *rows;
    size_t count;
    size_t room;
};

#define SUMS                                                                                                 \
    {"returns", "returns", N_("Returns"), NULL, REPORT_NUMBER, 0, true, NULL},                               \
        {"nil", "nil", N_("Nil"), NULL, REPORT_NUMBER, 0, true, NULL},                                       \
        {"stones", "stones", N_("Stones"), NULL, REPORT_NUMBER, 0, true, NULL},                              \
        {"diamond_mct", "diamond_ct", N_("Diamonds"), "ct", REPORT_NUMBER, 3, true, NULL},                   \
        {"value_usd_cents", "value_usd", N_("Value"), "USD", REPORT_NUMBER, 2, true, NULL},                  \
        {"usd_per_ct_cents", "usd_per_ct", N_("A carat"), "USD", REPORT_NUMBER, 2, true, NULL},              \
        {"sale_valued_mct", "sale_valued_ct", N_("By sale"), "ct", REPORT_NUMBER, 3, true, NULL},            \
        {"unvalued_mct", "unvalued_ct", N_("No price"), "ct", REPORT_NUMBER, 3, true, NULL},                 \
    {                                                                                                        \
        "gold_mg", "gold_g", "Gold", "g", REPORT_NUMBER, 3, true, NULL                                       \
    }

static const struct report_column BY_DISTRICT[] = {
    {"district", "district", N_("District"), NULL, REPORT_CODE, 0, false, "district"}, SUMS};
static const struct report_column BY_COOPERATIVE[] = {
    {"cooperative", "cooperative", N_("Id"), NULL, REPORT_ID, 0, false, NULL},
    {"name", "name", N_("Cooperative"), NULL, REPORT_TEXT, 0, false, NULL},
    SUMS};
static const struct report_column BY_LICENCE[] = {
    {"licence", "licence", N_("Id"), NULL, REPORT_ID, 0, false, NULL},
    {"name", "name", N_("Licence"), NULL, REPORT_TEXT, 0, false, NULL},
    SUMS};
static const struct report_column BY_MONTH[] = {
    {"month", "month", N_("Month"), NULL, REPORT_TEXT, 0, false, NULL}, SUMS};

static const struct {
    const struct report_column *columns;
    int count;
} LAYOUTS[] = {
    [PRODUCTION_BY_DISTRICT] = {BY_DISTRICT, sizeof BY_DISTRICT / sizeof BY_DISTRICT[0]},
    [PRODUCTION_BY_COOPERATIVE] = {BY_COOPERATIVE, sizeof BY_COOPERATIVE / sizeof BY_COOPERATIVE[0]},
    [PRODUCTION_BY_LICENCE] = {BY_LICENCE, sizeof BY_LICENCE / sizeof BY_LICENCE[0]},
    [PRODUCTION_BY_MONTH] = {BY_MONTH, sizeof BY_MONTH / sizeof BY_MONTH[0]},
};

static const char METHOD[] =
    N_("first sales of the licence in the period where sold, else the country's price table");

static enum err keep_sold(void *arg, const struct sold *row, struct errctx *e)
{
    (void)e;
    struct sales *sales = arg;
    if (sales->count == sales->room) {
        sales->room = sales->room ? sales->room * 2 : 64;
        sales->rows = mem_resize(sales->rows, sales->room, sizeof *sales->rows);
    }
    sales->rows[sales->count++] = *row;
    return ERR_OK;
}

static enum err keep_produced(void *arg, const struct produced *row, struct errctx *e)
{
    (void)e;
    struct shares *shares = arg;
    if (shares->count == shares->room) {
        shares->room = shares->room ? shares->room * 2 : 64;
        shares->rows = mem_resize(shares->rows, shares->room, sizeof *shares->rows);
    }
    struct share *share = &shares->rows[shares->count++];
    *share = (struct share){
        .licence = row->licence,
        .coop = row->coop,
        .returns = row->returns,
        .nil = row->nil,
        .stones = row->stones,
        .diamond_mct = row->diamond_mct,
        .gold_mg = row->gold_mg,
    };
    strncpy(share->district, row->district, sizeof share->district - 1);
    strncpy(share->month, row->month, sizeof share->month - 1);
    return ERR_OK;
}

/* Shares TOTAL out over weights one after the other: what the weights up to DONE + PART get, less what those
 * before got. So the parts add up to TOTAL whatever is rounded. */
static int64_t share_out(int64_t total, int64_t done, int64_t part, int64_t all)
{
    if (all == 0)
        return 0;
    return decimal_muldiv(total, done + part, all) - decimal_muldiv(total, done, all);
}

static const struct sold *sold_by(const struct sales *sales, int64_t licence)
{
    size_t low = 0;
    size_t high = sales->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sales->rows[middle].licence < licence)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sales->count && sales->rows[low].licence == licence ? &sales->rows[low] : NULL;
}

/* Values the COUNT shares of one licence. LAST_DAY chooses the row of the price table. */
static void value_licence(struct share *shares, size_t count, const struct sold *sold, struct codes *codes,
                          const char *last_day)
{
    int64_t produced = 0;
    for (size_t i = 0; i < count; i++)
        produced += shares[i].diamond_mct;
    int64_t covered = sold && sold->diamond_mct < produced ? sold->diamond_mct : produced;
    if (!sold)
        covered = 0;
    int64_t value = covered > 0 ? decimal_muldiv(sold->price_usd_cents, covered, sold->diamond_mct) : 0;
    int64_t done = 0;
    int64_t done_covered = 0;
    for (size_t i = 0; i < count; i++) {
        struct share *s = &shares[i];
        int64_t price = 0;
        const char *source = NULL;
        s->sale_valued_mct = share_out(covered, done, s->diamond_mct, produced);
        s->value_usd_cents = share_out(value, done_covered, s->sale_valued_mct, covered);
        done += s->diamond_mct;
        done_covered += s->sale_valued_mct;
        int64_t rest = s->diamond_mct - s->sale_valued_mct;
        if (rest > 0 && codes_price(codes, s->district, last_day, &price, &source))
            s->value_usd_cents += decimal_muldiv(rest, price, 1000);
        else
            s->unvalued_mct = rest;
    }
}

static void value_all(struct shares *shares, const struct sales *sales, struct codes *codes,
                      const char *last_day)
{
    for (size_t first = 0; first < shares->count;) {
        size_t next = first + 1;
        while (next < shares->count && shares->rows[next].licence == shares->rows[first].licence)
            next++;
        value_licence(&shares->rows[first], next - first, sold_by(sales, shares->rows[first].licence), codes,
                      last_day);
        first = next;
    }
}

static int by_number(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_districts(const void *a, const void *b)
{
    return strcmp(((const struct share *)a)->district, ((const struct share *)b)->district);
}

static int compare_cooperatives(const void *a, const void *b)
{
    return by_number(((const struct share *)a)->coop, ((const struct share *)b)->coop);
}

static int compare_licences(const void *a, const void *b)
{
    return by_number(((const struct share *)a)->licence, ((const struct share *)b)->licence);
}

static int compare_months(const void *a, const void *b)
{
    return strcmp(((const struct share *)a)->month, ((const struct share *)b)->month);
}

typedef int comparing(const void *a, const void *b);

static comparing *const COMPARE[] = {
    [PRODUCTION_BY_DISTRICT] = compare_districts,
    [PRODUCTION_BY_COOPERATIVE] = compare_cooperatives,
    [PRODUCTION_BY_LICENCE] = compare_licences,
    [PRODUCTION_BY_MONTH] = compare_months,
};

static void add_share(struct share *to, const struct share *from)
{
    to->returns += from->returns;
    to->nil += from->nil;
    to->stones += from->stones;
    to->diamond_mct += from->diamond_mct;
    to->gold_mg += from->gold_mg;
    to->sale_valued_mct += from->sale_valued_mct;
    to->unvalued_mct += from->unvalued_mct;
    to->value_usd_cents += from->value_usd_cents;
}

static int64_t price_of(int64_t value_usd_cents, int64_t valued_mct)
{
    return valued_mct > 0 ? decimal_muldiv(value_usd_cents, 1000, valued_mct) : 0;
}

/* Returns under licences that persons hold stand together in the breakdown by cooperative. */
static const char NOBODY[] = "(held by persons)";

/* Sets the id of a record and a name that people know it by. */
static enum err name_record(struct registry_store *s, struct report *out, const char *column,
                            enum entity_id of, int64_t id, struct errctx *e)
{
    if (!id) {
        report_set_text(out, "name", NOBODY);
        return ERR_OK;
    }
    report_set_number(out, column, id);
    return frame_put_title(s, out, "name", of, id, e);
}

static enum err add_row(struct registry_store *s, struct report *out, enum production_by by,
                        const struct share *sum, struct errctx *e)
{
    report_add_row(out);
    enum err result = ERR_OK;
    switch (by) {
    case PRODUCTION_BY_DISTRICT:
        report_set_text(out, "district", sum->district);
        break;
    case PRODUCTION_BY_COOPERATIVE:
        result = name_record(s, out, "cooperative", ENTITY_COOPERATIVE, sum->coop, e);
        break;
    case PRODUCTION_BY_LICENCE:
        result = name_record(s, out, "licence", ENTITY_LICENCE, sum->licence, e);
        break;
    case PRODUCTION_BY_MONTH:
        report_set_text(out, "month", sum->month);
        break;
    }
    const struct {
        const char *column;
        int64_t number;
    } numbers[] = {
        {"returns", sum->returns},
        {"nil", sum->nil},
        {"stones", sum->stones},
        {"diamond_mct", sum->diamond_mct},
        {"value_usd_cents", sum->value_usd_cents},
        {"usd_per_ct_cents", price_of(sum->value_usd_cents, sum->diamond_mct - sum->unvalued_mct)},
        {"sale_valued_mct", sum->sale_valued_mct},
        {"unvalued_mct", sum->unvalued_mct},
        {"gold_mg", sum->gold_mg},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        report_set_number(out, numbers[i].column, numbers[i].number);
    return result;
}

static enum err add_rows(struct registry_store *s, struct shares *shares, enum production_by by,
                         struct report *out, struct errctx *e)
{
    struct share total = {0};
    if (shares->count > 0)
        qsort(shares->rows, shares->count, sizeof *shares->rows, COMPARE[by]);
    for (size_t i = 0; i < shares->count;) {
        struct share sum = shares->rows[i++];
        while (i < shares->count && COMPARE[by](&sum, &shares->rows[i]) == 0)
            add_share(&sum, &shares->rows[i++]);
        add_share(&total, &sum);
        if (add_row(s, out, by, &sum, e) != ERR_OK)
            return e->kind;
    }
    report_set_total(out, "usd_per_ct_cents",
                     price_of(total.value_usd_cents, total.diamond_mct - total.unvalued_mct));
    return ERR_OK;
}

static enum err add_notes(struct registry_store *s, const struct shares *shares,
                          const struct frame_span *span, struct report *out, struct errctx *e)
{
    int64_t returns = 0;
    for (size_t i = 0; i < shares->count; i++)
        returns += shares->rows[i].returns;
    frame_note_method(out, span, METHOD);
    return frame_note_source(s, out, returns, e);
}

enum err production_report(struct registry_store *s, const char *period, enum production_by by,
                           struct report *out, struct errctx *e)
{
    struct frame_span span;
    if (frame_span(period, &span, e) != ERR_OK)
        return e->kind;
    report_init(out, "production", period, LAYOUTS[by].columns, LAYOUTS[by].count);
    struct shares shares = {0};
    struct sales sales = {0};
    enum err result = registry_store_produced(s, span.first_day, span.last_day, keep_produced, &shares, e);
    if (result == ERR_OK)
        result = registry_store_sold(s, span.first_day, span.last_day, keep_sold, &sales, e);
    if (result == ERR_OK) {
        value_all(&shares, &sales, registry_store_codes(s), span.last_day);
        result = add_rows(s, &shares, by, out, e);
    }
    if (result == ERR_OK)
        result = add_notes(s, &shares, &span, out, e);
    free(shares.rows);
    free(sales.rows);
    if (result != ERR_OK)
        report_done(out);
    return result;
}
