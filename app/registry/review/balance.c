/* What a licence found and what it sold. */
#include "app/registry/review/national.h"
#include "schema/base/decimal.h"

/* What was answered is asked again when it has doubled: the size of WEIGHT in powers of two, as text. */
static const char *size_of(int64_t weight, char out[16])
{
    int power = 0;
    while (weight > 1) {
        weight /= 2;
        power++;
    }
    out[0] = (char)('0' + power / 10);
    out[1] = (char)('0' + power % 10);
    out[2] = '\0';
    return out;
}

static enum err keep_sale(void *arg, const struct first_sale *f, struct errctx *e)
{
    (void)e;
    national_keep_heaviest(arg, f->record, f->diamond_mct);
    return ERR_OK;
}

static enum err keep_return(void *arg, const struct worked *w, struct errctx *e)
{
    (void)e;
    national_keep_heaviest(arg, w->record, w->diamond_mct);
    return ERR_OK;
}

static enum err say(struct national_run *run, enum national_rule_id rule, const struct national_window *w,
                    int64_t weight, const struct national_heaviest *all, struct errctx *e)
{
    char about[16];
    struct buf text = {0};
    struct buf ids = {0};
    buf_printf(&text, N_("sold %s ct, found %s ct"), national_carats(w->sold_mct).text,
               national_carats(w->found_mct).text);
    national_put_heaviest(&ids, all);
    const struct national_question q = {.rule = rule,
                                        .subject = w->row,
                                        .about = size_of(weight, about),
                                        .scope = w->licence,
                                        .rests_on = buf_str(&ids),
                                        .text = buf_str(&text)};
    enum err result = national_ask(run, &q, e);
    buf_done(&ids);
    buf_done(&text);
    return result;
}

enum err national_balance(struct national_run *run, const struct national_window *w, struct errctx *e)
{
    struct national_heaviest sales = {0};
    int64_t part = decimal_muldiv(w->found_mct, national_limit(run, "balance_tolerance_bp"), 10000);
    int64_t least = national_limit(run, "balance_tolerance");
    if (w->sold_mct <= w->found_mct + (part > least ? part : least))
        return ERR_OK;
    if (facts_sales(run->store, w->licence, INT32_MIN, INT32_MAX, keep_sale, &sales, e) != ERR_OK)
        return e->kind;
    return say(run, NATIONAL_BALANCE, w, w->sold_mct - w->found_mct, &sales, e);
}

enum err national_stock(struct national_run *run, const struct national_window *w, struct errctx *e)
{
    struct national_heaviest returns = {0};
    int64_t stock = w->found_mct - w->sold_mct;
    if (stock <= national_limit(run, "stock_most"))
        return ERR_OK;
    if (facts_worked(run->store, w->licence, INT32_MIN, INT32_MAX, keep_return, &returns, e) != ERR_OK)
        return e->kind;
    return say(run, NATIONAL_STOCK, w, stock, &returns, e);
}
