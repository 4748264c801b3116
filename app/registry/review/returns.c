/* What a licence's returns say beside each other. */
#include <stdio.h>
#include <string.h>

#include "app/registry/report/statistics.h"
#include "app/registry/review/national.h"
#include "schema/base/date.h"
#include "schema/base/decimal.h"

/* --- a day returned twice */

/* Said of the return that was written last, by address; the other is named. */
static enum err say_overlap(struct national_run *run, const struct national_window *w, const struct worked *a,
                            const struct worked *b, struct errctx *e)
{
    const struct worked *high = a->record > b->record ? a : b;
    const struct worked *low = high == a ? b : a;
    const struct row *row = NULL;
    char id[IDENT_BYTES];
    char first[DATE_BYTES];
    char last[DATE_BYTES];
    char text[160];
    if (!national_within(w, high))
        return ERR_OK; /* asked about in the half-year that it lies in */
    if (national_see(run, ENTITY_YIELD, high->record, &row, e) != ERR_OK || !row)
        return row ? e->kind : ERR_OK;
    (void)snprintf(text, sizeof text, N_("days are in the return %s too, from %s to %s"),
                   ident_format(low->record, id), date_format_days(low->first, first),
                   date_format_days(low->last, last));
    const struct national_question q = {.rule = NATIONAL_OVERLAP,
                                        .subject = row,
                                        .about = id,
                                        .scope = w->licence,
                                        .day = high->last,
                                        .rests_on = id,
                                        .text = text};
    return national_ask(run, &q, e);
}

/* Each is compared with those before it that may reach into it. */
enum err national_overlap(struct national_run *run, const struct national_window *w, struct errctx *e)
{
    int64_t longest = national_limit(run, "period_most");
    enum err result = ERR_OK;
    for (size_t i = 1; i < w->return_count && result == ERR_OK; i++) {
        for (size_t j = i; j-- > 0 && result == ERR_OK;) {
            const struct worked *before = &w->returns[j];
            const struct worked *after = &w->returns[i];
            if (before->site != after->site || after->first - before->first > longest)
                break;
            if (before->last >= after->first)
                result = say_overlap(run, w, before, after, e);
        }
    }
    return result;
}

/* --- copied returns */

static bool continues(const struct worked *before, const struct worked *after)
{
    return after->diamond_mct > 0 && after->site == before->site && after->first == before->last + 1 &&
           after->stones == before->stones && after->diamond_mct == before->diamond_mct;
}

static enum err say_identical(struct national_run *run, const struct national_window *w,
                              const struct worked *rows, size_t count, struct errctx *e)
{
    const struct row *row = NULL;
    struct buf others = {0};
    struct buf text = {0};
    if (national_see(run, ENTITY_YIELD, rows[0].record, &row, e) != ERR_OK || !row)
        return row ? e->kind : ERR_OK;
    for (size_t i = 1; i < count; i++)
        national_put_id(&others, rows[i].record);
    buf_printf(&text,
               rows[0].stones == 1 ? N_("%lld stone and %s ct in %zu returns running")
                                   : N_("%lld stones and %s ct in %zu returns running"),
               (long long)rows[0].stones, national_carats(rows[0].diamond_mct).text, count);
    const struct national_question q = {.rule = NATIONAL_IDENTICAL,
                                        .subject = row,
                                        .about = "",
                                        .scope = w->licence,
                                        .day = rows[0].last,
                                        .rests_on = buf_str(&others),
                                        .text = buf_str(&text)};
    enum err result = national_ask(run, &q, e);
    buf_done(&text);
    buf_done(&others);
    return result;
}

enum err national_identical(struct national_run *run, const struct national_window *w, struct errctx *e)
{
    size_t least = (size_t)national_limit(run, "identical_returns");
    enum err result = ERR_OK;
    for (size_t first = 0; first < w->return_count && result == ERR_OK;) {
        size_t next = first + 1;
        while (next < w->return_count && continues(&w->returns[next - 1], &w->returns[next]))
            next++;
        if (next - first >= least && national_within(w, &w->returns[first]))
            result = say_identical(run, w, &w->returns[first], next - first, e);
        first = next;
    }
    return result;
}

/* --- what the others count */

static bool washed(const struct worked *r)
{
    return r->washing && r->outcome != WORKED_NOT;
}

static int64_t days_of(const struct worked *r)
{
    return (int64_t)r->last - r->first + 1;
}

/* Diamonds alone: where gold is washed too, a day without diamonds may have had gold. */
static bool is_for_diamonds(const struct row *licence)
{
    const char *minerals = record_text(&licence->record, "minerals");
    return minerals && strcmp(minerals, "diamond") == 0;
}

/* A question about the licence over some days of its half-year. */
static enum err say(struct national_run *run, const struct national_window *w, enum national_rule_id rule,
                    const char *about, int32_t first, int32_t last, const char *text, struct errctx *e)
{
    struct national_heaviest all = {0};
    struct buf ids = {0};
    for (size_t i = 0; i < w->return_count; i++) {
        if (w->returns[i].last >= first && w->returns[i].last <= last)
            national_keep_heaviest(&all, w->returns[i].record, w->returns[i].diamond_mct);
    }
    national_put_heaviest(&ids, &all);
    const struct national_question q = {.rule = rule,
                                        .subject = w->row,
                                        .about = about,
                                        .scope = w->licence,
                                        .day = first,
                                        .rests_on = buf_str(&ids),
                                        .text = text};
    enum err result = national_ask(run, &q, e);
    buf_done(&ids);
    return result;
}

/* --- the mean of a quarter */

struct quarter {
    int64_t mct;
    int64_t digger_days;
    int64_t washer_days;
    int64_t days;
    int64_t washed_days;
};

static struct quarter sum_quarter(const struct national_window *w, int32_t first, int32_t last)
{
    struct quarter sum = {0};
    for (size_t i = 0; i < w->return_count; i++) {
        const struct worked *r = &w->returns[i];
        if (r->last < first || r->last > last || r->outcome == WORKED_NOT)
            continue;
        sum.mct += r->diamond_mct;
        sum.days += days_of(r);
        sum.digger_days += days_of(r) * r->diggers;
        if (washed(r)) {
            sum.washed_days += days_of(r);
            sum.washer_days += days_of(r) * r->diggers;
        }
    }
    return sum;
}

static enum err say_mean(struct national_run *run, const struct national_window *w,
                         enum national_rule_id rule, int quarter, int32_t first, int32_t last,
                         const struct quarter *sum, int64_t among, struct errctx *e)
{
    char about[32];
    struct buf text = {0};
    (void)snprintf(about, sizeof about, "%04d-Q%d", w->half / 2, quarter);
    /* The mean in millionths of a carat, since the low limit is one thousandth. */
    buf_printf(&text, N_("%s ct in %lld digger-days of %s: %s ct a day each"), national_carats(sum->mct).text,
               (long long)among, about, national_decimal(decimal_muldiv(sum->mct, 1000, among), 6, 4).text);
    enum err result = say(run, w, rule, about, first, last, buf_str(&text), e);
    buf_done(&text);
    return result;
}

enum err national_mean(struct national_run *run, const struct national_window *w, struct errctx *e)
{
    int64_t least_days = national_limit(run, "mean_days");
    enum err result = ERR_OK;
    for (int q = 0; q < 2 && result == ERR_OK; q++) {
        int month = (w->half % 2) * 6 + q * 3 + 1;
        int32_t first = date_to_days((struct date){w->half / 2, month, 1});
        int32_t last = q == 0 ? date_to_days((struct date){w->half / 2, month + 3, 1}) - 1 : w->last;
        const struct quarter sum = sum_quarter(w, first, last);
        int number = (w->half % 2) * 2 + q + 1;
        if (sum.digger_days == 0)
            continue;
        if (sum.days >= least_days && sum.mct > sum.digger_days * national_limit(run, "mean_digger_day_most"))
            result = say_mean(run, w, NATIONAL_MEAN_HIGH, number, first, last, &sum, sum.digger_days, e);
        /* Who found nothing at all is another question: NATIONAL_ONLY_NIL. */
        else if (sum.washed_days >= least_days && sum.mct > 0 && is_for_diamonds(w->row) &&
                 sum.mct < sum.washer_days * national_limit(run, "mean_digger_day_least"))
            result = say_mean(run, w, NATIONAL_MEAN_LOW, number, first, last, &sum, sum.washer_days, e);
    }
    return result;
}

/* --- nil days */

/* Finds come in clusters, so that true nil days are more than chance gives, never fewer. */
enum err national_few_nil(struct national_run *run, const struct national_window *w, struct errctx *e)
{
    char about[FACTS_HALF_BYTES];
    char text[200];
    int64_t days = 0;
    int64_t nil = 0;
    int64_t stones = 0;
    for (size_t i = 0; i < w->return_count; i++) {
        const struct worked *r = &w->returns[i];
        if (!national_within(w, r) || !washed(r) || r->first != r->last)
            continue;
        days++;
        nil += r->stones == 0;
        stones += r->stones;
    }
    if (days == 0 || days < national_limit(run, "few_nil_days") || !is_for_diamonds(w->row))
        return ERR_OK;
    const struct statistics_nil chance = statistics_nil(stones, days);
    int64_t half = decimal_muldiv(chance.share_bp, national_limit(run, "few_nil_share_bp"), 10000);
    int64_t sure = days * chance.share_bp - national_limit(run, "few_nil_deviations") * chance.deviation_bp;
    if (chance.share_bp < national_limit(run, "few_nil_expected_bp") || nil * 10000 >= days * half ||
        nil * 10000 > sure)
        return ERR_OK;
    (void)snprintf(text, sizeof text,
                   N_("%lld days of washing in %s without a find, of %lld; by chance about %lld would be, "
                      "with %lld stones"),
                   (long long)nil, facts_half_name(w->half, about), (long long)days,
                   (long long)((days * chance.share_bp + 5000) / 10000), (long long)stones);
    return say(run, w, NATIONAL_FEW_NIL, about, w->first, w->last, text, e);
}

enum err national_only_nil(struct national_run *run, const struct national_window *w, struct errctx *e)
{
    char about[FACTS_HALF_BYTES];
    char text[200];
    int64_t days = 0;
    int64_t digger_days = 0;
    for (size_t i = 0; i < w->return_count; i++) {
        const struct worked *r = &w->returns[i];
        if (!national_within(w, r) || !washed(r))
            continue;
        if (r->outcome == WORKED_YIELD)
            return ERR_OK;
        days += days_of(r);
        digger_days += days_of(r) * r->diggers;
    }
    if (days == 0 || days < national_limit(run, "only_nil_days") || !is_for_diamonds(w->row) ||
        digger_days < days * national_limit(run, "only_nil_diggers"))
        return ERR_OK;
    (void)snprintf(
        text, sizeof text,
        N_("nothing found in %lld days of washing in %s by %lld people; it may be true: a visit would "
           "tell"),
        (long long)days, facts_half_name(w->half, about), (long long)((digger_days + days / 2) / days));
    return say(run, w, NATIONAL_ONLY_NIL, about, w->first, w->last, text, e);
}

/* --- invented weights */

/* The hundredths of a carat: what an official weight is rounded to. In weights below ten of them the last
 * digit is the first one too, and those are not even by nature. */
enum err national_digits(struct national_run *run, const struct national_window *w, struct errctx *e)
{
    int64_t counts[10] = {0};
    int64_t all = 0;
    int most = 0;
    char about[FACTS_HALF_BYTES];
    char text[200];
    int64_t least = national_limit(run, "digits_least");
    for (size_t i = 0; i < w->return_count; i++) {
        if (!national_within(w, &w->returns[i]) || w->returns[i].diamond_mct < least)
            continue;
        counts[w->returns[i].diamond_mct / 10 % 10]++;
        all++;
    }
    for (int i = 1; i < 10; i++)
        most = counts[i] > counts[most] ? i : most;
    if (all < national_limit(run, "digits_weights"))
        return ERR_OK;
    if ((counts[0] + counts[5]) * 10000 > all * national_limit(run, "digits_zero_five_bp"))
        (void)snprintf(text, sizeof text,
                       N_("%lld of %lld weights in %s end in 0 or 5; about %lld would be usual"),
                       (long long)(counts[0] + counts[5]), (long long)all, facts_half_name(w->half, about),
                       (long long)(all / 5));
    else if (counts[most] * 10000 > all * national_limit(run, "digits_one_bp"))
        (void)snprintf(text, sizeof text,
                       N_("%lld of %lld weights in %s end in %d; about %lld would be usual"),
                       (long long)counts[most], (long long)all, facts_half_name(w->half, about), most,
                       (long long)(all / 10));
    else
        return ERR_OK;
    return say(run, w, NATIONAL_DIGITS, about, w->first, w->last, text, e);
}
