/* A district's half-year: licences beside each other, and its prices beside those of the half-year before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/report/statistics.h"
#include "app/registry/review/national.h"
#include "schema/base/decimal.h"

struct district {
    struct national_run *run;
    const char *name;
    int half;
    int64_t scope;
    char half_name[FACTS_HALF_BYTES];
    struct tally *rows; /* a licence each */
    size_t count;
    struct tally sum;
    int64_t *found; /* of those that found anything */
    size_t found_count;
};

static enum err keep(void *arg, const struct tally *t, struct errctx *e)
{
    (void)e;
    struct district *d = arg;
    if (d->count % 64 == 0)
        d->rows = mem_resize(d->rows, d->count + 64, sizeof *d->rows);
    d->rows[d->count++] = *t;
    d->sum.found_mct += t->found_mct;
    d->sum.sold_mct += t->sold_mct;
    d->sum.valued_mct += t->valued_mct;
    d->sum.usd_cents += t->usd_cents;
    d->sum.returns += t->returns > 0; /* licences that worked */
    for (int i = 0; i < TALLY_SIZES; i++)
        d->sum.sizes[i] += t->sizes[i];
    return ERR_OK;
}

static enum err load(struct district *d, struct errctx *e)
{
    (void)facts_half_name(d->half, d->half_name);
    if (facts_district(d->run->store, d->name, d->half, keep, d, e) != ERR_OK)
        return e->kind;
    d->found = mem_zero(d->count + 1, sizeof *d->found);
    for (size_t i = 0; i < d->count; i++) {
        if (d->rows[i].found_mct > 0)
            d->found[d->found_count++] = d->rows[i].found_mct;
    }
    return ERR_OK;
}

static void done(struct district *d)
{
    free(d->rows);
    free(d->found);
}

static enum err keep_return(void *arg, const struct worked *w, struct errctx *e)
{
    (void)e;
    national_keep_heaviest(arg, w->record, w->diamond_mct);
    return ERR_OK;
}

/* A question about one of its licences, which rests on the heaviest of its returns. */
static enum err say(const struct district *d, enum national_rule_id rule, int64_t licence, const char *text,
                    struct errctx *e)
{
    struct national_heaviest all = {0};
    const struct row *row = NULL;
    struct buf ids = {0};
    if (national_see_counted(d->run, ENTITY_LICENCE, licence, &row, e) != ERR_OK || !row)
        return row ? e->kind : ERR_OK;
    if (facts_worked(d->run->store, licence, facts_half_first(d->half), facts_half_last(d->half), keep_return,
                     &all, e) != ERR_OK)
        return e->kind;
    national_put_heaviest(&ids, &all);
    const struct national_question q = {.rule = rule,
                                        .subject = row,
                                        .about = d->half_name,
                                        .scope = d->scope,
                                        .day = facts_half_first(d->half),
                                        .rests_on = buf_str(&ids),
                                        .text = text};
    enum err result = national_ask(d->run, &q, e);
    buf_done(&ids);
    return result;
}

/* --- hubs */

/* With as few licences as the rule begins at, 5 percent is what each has by right: a hub has several times
 * that. */
static enum err ask_hub(const struct district *d, const struct statistics_logs *logs, const struct tally *t,
                        struct errctx *e)
{
    const struct national_run *run = d->run;
    int64_t share_bp = decimal_muldiv(t->found_mct, 10000, d->sum.found_mct);
    int64_t even_bp = 10000 / d->sum.returns;
    int64_t score = statistics_log_score_centi(logs, t->found_mct);
    if (score <= national_limit(run, "hub_deviations_centi") &&
        (share_bp <= national_limit(run, "hub_share_bp") ||
         share_bp <= even_bp * national_limit(run, "hub_times")))
        return ERR_OK;
    struct buf text = {0};
    buf_printf(
        &text,
        N_("declares %s ct, %s percent of what %lld licences found in %s in %s, %s deviations from the "
           "others"),
        national_carats(t->found_mct).text, national_decimal(share_bp, 2, 0).text, (long long)d->sum.returns,
        d->name, d->half_name, national_decimal(score, 2, 0).text);
    enum err result = say(d, NATIONAL_HUB, t->licence, buf_str(&text), e);
    buf_done(&text);
    return result;
}

static enum err ask_hubs(const struct district *d, struct errctx *e)
{
    enum err result = ERR_OK;
    if (d->sum.returns < national_limit(d->run, "hub_licences") || d->sum.found_mct == 0)
        return ERR_OK;
    const struct statistics_logs logs = statistics_logs(d->found, d->found_count);
    for (size_t i = 0; i < d->count && result == ERR_OK; i++) {
        if (d->rows[i].found_mct > 0)
            result = ask_hub(d, &logs, &d->rows[i], e);
    }
    return result;
}

/* --- sizes: the footprint of a licence beside that of its district without it */

static enum err ask_sizes_of(const struct district *d, const struct tally *t, struct errctx *e)
{
    struct statistics_table table = {.classes = TALLY_SIZES};
    int group[STATISTICS_MAX_CLASSES];
    int64_t own = 0;
    int64_t others = 0;
    int64_t least = national_limit(d->run, "sizes_stones");
    for (int i = 0; i < TALLY_SIZES; i++) {
        table.a[i] = t->sizes[i];
        table.b[i] = d->sum.sizes[i] - t->sizes[i];
        own += table.a[i];
        others += table.b[i];
    }
    if (own < least || others < least)
        return ERR_OK;
    statistics_merge(&table, true, group);
    const struct statistics_chi_square chi = statistics_chi_square(&table);
    if (chi.freedom == 0 || chi.p_myriad >= national_limit(d->run, "sizes_p_myriad"))
        return ERR_OK;
    struct buf text = {0};
    buf_printf(&text,
               N_("the sizes of %lld stones in %s do not fit those of %lld others in %s: chi-square %s "
                  "(degrees of freedom: %d); a question for an expert"),
               (long long)own, d->half_name, (long long)others, d->name,
               national_decimal(chi.value_centi, 2, 2).text, chi.freedom);
    enum err result = say(d, NATIONAL_SIZES, t->licence, buf_str(&text), e);
    buf_done(&text);
    return result;
}

static enum err ask_sizes(const struct district *d, struct errctx *e)
{
    enum err result = ERR_OK;
    for (size_t i = 0; i < d->count && result == ERR_OK; i++)
        result = ask_sizes_of(d, &d->rows[i], e);
    return result;
}

/* --- prices */

static enum err keep_dear(void *arg, const struct first_sale *f, struct errctx *e)
{
    (void)e;
    struct buf *ids = arg;
    national_put_id(ids, f->record);
    return ERR_OK;
}

static int64_t price_of(const struct tally *sum)
{
    return sum->valued_mct ? decimal_muldiv(sum->usd_cents, 1000, sum->valued_mct) : 0;
}

/* The licence that sold for most stands for the district: a finding is about a record. */
static const struct tally *dearest(const struct district *d)
{
    const struct tally *most = NULL;
    for (size_t i = 0; i < d->count; i++) {
        if (!most || d->rows[i].usd_cents > most->usd_cents)
            most = &d->rows[i];
    }
    return most;
}

static enum err say_price(const struct district *d, const struct district *before, int64_t change_bp,
                          struct errctx *e)
{
    const struct row *row = NULL;
    struct buf text = {0};
    struct buf ids = {0};
    char about[DISTRICT_BYTES + FACTS_HALF_BYTES + 1];
    if (national_see_counted(d->run, ENTITY_LICENCE, dearest(d)->licence, &row, e) != ERR_OK || !row)
        return row ? e->kind : ERR_OK;
    buf_printf(&text,
               N_("a carat of %s cost %s USD in %s and %s USD in %s, %s percent between them; this licence "
                  "sold for most"),
               d->name, national_decimal(price_of(&d->sum), 2, 2).text, d->half_name,
               national_decimal(price_of(&before->sum), 2, 2).text, before->half_name,
               national_decimal(change_bp, 2, 0).text);
    (void)snprintf(about, sizeof about, "%s %s", d->name, d->half_name);
    enum err result =
        facts_dear_sales(d->run->store, d->name, d->half, NATIONAL_MOST_NAMED, keep_dear, &ids, e);
    const struct national_question q = {.rule = NATIONAL_PRICE,
                                        .subject = row,
                                        .about = about,
                                        .scope = national_scope("price", d->name),
                                        .day = facts_half_first(d->half),
                                        .rests_on = buf_str(&ids),
                                        .text = buf_str(&text)};
    if (result == ERR_OK)
        result = national_ask(d->run, &q, e);
    buf_done(&ids);
    buf_done(&text);
    return result;
}

static enum err ask_price(const struct district *before, const struct district *d, struct errctx *e)
{
    int64_t least = national_limit(d->run, "price_change_least");
    int32_t day = facts_half_first(d->half);
    if (national_doubt_scope(d->run->store, national_scope("price", d->name), day, day, e) != ERR_OK)
        return e->kind;
    if (d->sum.valued_mct < least || before->sum.valued_mct < least || price_of(&d->sum) == 0 ||
        price_of(&before->sum) == 0)
        return ERR_OK;
    int64_t change = price_of(&d->sum) - price_of(&before->sum);
    int64_t change_bp = decimal_muldiv(llabs(change), 10000, price_of(&before->sum));
    if (change_bp <= national_limit(d->run, "price_change_bp"))
        return ERR_OK;
    return say_price(d, before, change_bp, e);
}

/* What moved in a half-year moves the change from the one before, and to the one behind it. */
enum err national_district(struct national_run *run, const char *name, int half, struct errctx *e)
{
    struct district all[3];
    int32_t day = facts_half_first(half);
    enum err result = ERR_OK;
    for (int i = 0; i < 3; i++)
        all[i] = (struct district){
            .run = run, .name = name, .half = half - 1 + i, .scope = national_scope("district", name)};
    for (int i = 0; i < 3 && result == ERR_OK; i++)
        result = load(&all[i], e);
    if (result == ERR_OK)
        result = national_doubt_scope(run->store, all[1].scope, day, day, e);
    if (result == ERR_OK)
        result = ask_hubs(&all[1], e);
    if (result == ERR_OK)
        result = ask_sizes(&all[1], e);
    for (int i = 0; i < 2 && result == ERR_OK; i++)
        result = ask_price(&all[i], &all[i + 1], e);
    for (int i = 0; i < 3; i++)
        done(&all[i]);
    return result;
}
