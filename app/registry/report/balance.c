#include <stdlib.h>
#include <string.h>

#include "app/registry/report/frame.h"
#include "app/registry/report/registry_report.h"
#include "app/registry/store/report_store.h"
#include "schema/base/decimal.h"
#include "schema/base/words.h"

static const struct report_column COLUMNS[] = {
    {"licence", "licence", N_("Id"), NULL, REPORT_ID, 0, false, NULL},
    {"name", "name", N_("Licence"), NULL, REPORT_TEXT, 0, false, NULL},
    {"opening_mct", "opening_ct", N_("Opening"), "ct", REPORT_NUMBER, 3, true, NULL},
    {"produced_mct", "produced_ct", N_("Produced"), "ct", REPORT_NUMBER, 3, true, NULL},
    {"sold_mct", "sold_ct", N_("Sold"), "ct", REPORT_NUMBER, 3, true, NULL},
    {"stock_mct", "stock_ct", N_("In stock"), "ct", REPORT_NUMBER, 3, true, NULL},
    {"tolerance_mct", "tolerance_ct", N_("Allowed"), "ct", REPORT_NUMBER, 3, false, NULL},
    {"over", "over", N_("Over"), NULL, REPORT_TEXT, 0, false, NULL},
    {"gold_opening_mg", "gold_opening_g", N_("Gold opening"), "g", REPORT_NUMBER, 3, true, NULL},
    {"gold_produced_mg", "gold_produced_g", N_("Gold produced"), "g", REPORT_NUMBER, 3, true, NULL},
    {"gold_sold_mg", "gold_sold_g", N_("Gold sold"), "g", REPORT_NUMBER, 3, true, NULL},
    {"gold_stock_mg", "gold_stock_g", N_("Gold in stock"), "g", REPORT_NUMBER, 3, true, NULL},
};

static const char METHOD[] =
    N_("returns by their last day and first sales by their day; over: sold in all more "
       "than produced in all and the tolerance of rule 23, a question and no verdict");

/* One of the two sides of a licence; both have a row when both exist. */
struct side {
    struct moved moved;
    bool out;
};

struct sides {
    struct side *rows;
    size_t count;
    size_t room;
};

static void keep(struct sides *sides, const struct moved *row, bool out)
{
    if (sides->count == sides->room) {
        sides->room = sides->room ? sides->room * 2 : 64;
        sides->rows = mem_resize(sides->rows, sides->room, sizeof *sides->rows);
    }
    sides->rows[sides->count++] = (struct side){*row, out};
}

static enum err keep_in(void *arg, const struct moved *row, struct errctx *e)
{
    (void)e;
    keep(arg, row, false);
    return ERR_OK;
}

static enum err keep_out(void *arg, const struct moved *row, struct errctx *e)
{
    (void)e;
    keep(arg, row, true);
    return ERR_OK;
}

static int compare(const void *a, const void *b)
{
    const struct side *x = a;
    const struct side *y = b;
    if (x->moved.licence != y->moved.licence)
        return x->moved.licence < y->moved.licence ? -1 : 1;
    return (int)x->out - (int)y->out;
}

static int64_t tolerance_of(struct codes *codes, int64_t produced_mct)
{
    int64_t least = codes_threshold(codes, "balance_tolerance");
    int64_t part = decimal_muldiv(produced_mct, codes_threshold(codes, "balance_tolerance_bp"), 10000);
    return part > least ? part : least;
}

static enum err add_row(struct registry_store *s, const struct moved *in, const struct moved *out_of,
                        int64_t licence, struct report *out, struct errctx *e)
{
    int64_t produced = in->before_mct + in->within_mct;
    int64_t sold = out_of->before_mct + out_of->within_mct;
    int64_t tolerance = tolerance_of(registry_store_codes(s), produced);
    const struct {
        const char *column;
        int64_t number;
    } numbers[] = {
        {"licence", licence},
        {"opening_mct", in->before_mct - out_of->before_mct},
        {"produced_mct", in->within_mct},
        {"sold_mct", out_of->within_mct},
        {"stock_mct", produced - sold},
        {"tolerance_mct", tolerance},
        {"gold_opening_mg", in->before_mg - out_of->before_mg},
        {"gold_produced_mg", in->within_mg},
        {"gold_sold_mg", out_of->within_mg},
        {"gold_stock_mg", in->before_mg + in->within_mg - out_of->before_mg - out_of->within_mg},
    };
    report_add_row(out);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        report_set_number(out, numbers[i].column, numbers[i].number);
    report_set_text(out, "over", sold > produced + tolerance ? "over" : NULL);
    return frame_put_title(s, out, "name", ENTITY_LICENCE, licence, e);
}

static enum err add_rows(struct registry_store *s, struct sides *sides, struct report *out, struct errctx *e)
{
    if (sides->count > 0)
        qsort(sides->rows, sides->count, sizeof *sides->rows, compare);
    for (size_t i = 0; i < sides->count;) {
        struct moved both[2] = {0};
        int64_t licence = sides->rows[i].moved.licence;
        for (; i < sides->count && sides->rows[i].moved.licence == licence; i++)
            both[sides->rows[i].out] = sides->rows[i].moved;
        if (add_row(s, &both[0], &both[1], licence, out, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

enum err balance_report(struct registry_store *s, const char *period, struct report *out, struct errctx *e)
{
    struct frame_span span;
    struct sides sides = {0};
    if (frame_span(period, &span, e) != ERR_OK)
        return e->kind;
    report_init(out, "balance", period ? period : "", COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    enum err result = registry_store_moved_in(s, span.first_day, span.last_day, keep_in, &sides, e);
    if (result == ERR_OK)
        result = registry_store_moved_out(s, span.first_day, span.last_day, keep_out, &sides, e);
    if (result == ERR_OK)
        result = add_rows(s, &sides, out, e);
    if (result == ERR_OK) {
        frame_note_method(out, &span, METHOD);
        result = frame_note_source(s, out, (int64_t)out->row_count, e);
    }
    free(sides.rows);
    if (result != ERR_OK)
        report_done(out);
    return result;
}
