/*
 * What the country exported beside what it found. Exports are figures of certificates that the ministry takes
 * in (`exports import`); without any, nothing is asked, and the run says so. The finding stands with the
 * licence that found most, since a finding is about a record.
 */
#include <stdio.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "app/registry/store/exports.h"
#include "schema/base/decimal.h"

struct country {
    struct national_run *run;
    int half;
    char name[FACTS_HALF_BYTES];
    struct tally found;      /* in the half-year */
    struct tally found_ever; /* until its end */
    struct exported sent;
    struct exported sent_ever;
    int64_t licence; /* that found most in it; 0: none */
};

static enum err keep_first(void *arg, const struct tally *t, struct errctx *e)
{
    (void)e;
    struct country *c = arg;
    c->licence = t->licence;
    return ERR_OK;
}

static enum err load(struct country *c, struct errctx *e)
{
    struct registry_store *s = c->run->store;
    int32_t first = facts_half_first(c->half);
    int32_t last = facts_half_last(c->half);
    (void)facts_half_name(c->half, c->name);
    if (facts_country_sums(s, c->half, c->half, &c->found, e) != ERR_OK ||
        facts_country_sums(s, 0, c->half, &c->found_ever, e) != ERR_OK ||
        registry_store_exported(s, first, last, &c->sent, e) != ERR_OK ||
        registry_store_exported(s, INT32_MIN, last, &c->sent_ever, e) != ERR_OK)
        return e->kind;
    return facts_country(s, c->half, 1, keep_first, c, e);
}

static enum err say(const struct country *c, const char *kind, const char *text, struct errctx *e)
{
    const struct row *row = NULL;
    char about[FACTS_HALF_BYTES + 8];
    if (national_see_counted(c->run, ENTITY_LICENCE, c->licence, &row, e) != ERR_OK || !row)
        return row ? e->kind : ERR_OK;
    (void)snprintf(about, sizeof about, "%s %s", kind, c->name);
    const struct national_question q = {.rule = NATIONAL_EXPORTS,
                                        .subject = row,
                                        .about = about,
                                        .scope = national_scope("country", ""),
                                        .day = facts_half_first(c->half),
                                        .rests_on = "",
                                        .text = text};
    return national_ask(c->run, &q, e);
}

static enum err ask_more(const struct country *c, struct errctx *e)
{
    int64_t had = national_limit(c->run, "exports_opening_stock");
    struct buf text = {0};
    if (c->sent.certificates == 0 || c->sent_ever.diamond_mct <= c->found_ever.found_mct + had)
        return ERR_OK;
    const struct national_figure sent = national_carats(c->sent_ever.diamond_mct);
    const struct national_figure found = national_carats(c->found_ever.found_mct);
    if (had)
        buf_printf(&text,
                   N_("the country exported %s ct until the end of %s and found %s ct, with %s ct in stock "
                      "before; this licence found most"),
                   sent.text, c->name, found.text, national_carats(had).text);
    else
        buf_printf(&text,
                   N_("the country exported %s ct until the end of %s and found %s ct; this licence found "
                      "most"),
                   sent.text, c->name, found.text);
    enum err result = say(c, "more", buf_str(&text), e);
    buf_done(&text);
    return result;
}

/* Only of a half-year that is over, and for which certificates were taken in at all. */
static enum err ask_less(const struct country *c, struct errctx *e)
{
    struct buf text = {0};
    int64_t least = decimal_muldiv(c->found.found_mct, national_limit(c->run, "exports_least_bp"), 10000);
    if (c->sent.certificates == 0 || facts_half_last(c->half) >= c->run->today ||
        c->found.found_mct < national_limit(c->run, "exports_least") || c->sent.diamond_mct >= least)
        return ERR_OK;
    buf_printf(&text, N_("the country found %s ct in %s and exported %s ct; this licence found most"),
               national_carats(c->found.found_mct).text, c->name, national_carats(c->sent.diamond_mct).text);
    enum err result = say(c, "less", buf_str(&text), e);
    buf_done(&text);
    return result;
}

/* What moved in a half-year moves the stock of all that follow. */
enum err national_country(struct national_run *run, int half, struct errctx *e)
{
    struct exported all;
    int newest = facts_half(run->today);
    if (registry_store_exported(run->store, INT32_MIN, INT32_MAX, &all, e) != ERR_OK)
        return e->kind;
    if (all.certificates == 0)
        (void)snprintf(run->silent, sizeof run->silent, N_("%s: no exports were taken in (exports import)"),
                       NATIONAL_RULES[NATIONAL_EXPORTS].id);
    enum err result =
        national_doubt_scope(run->store, national_scope("country", ""), facts_half_first(half), INT32_MAX, e);
    for (int h = half; h <= newest && all.certificates > 0 && result == ERR_OK; h++) {
        struct country c = {.run = run, .half = h};
        result = load(&c, e);
        if (result == ERR_OK)
            result = ask_more(&c, e);
        if (result == ERR_OK)
            result = ask_less(&c, e);
    }
    return result;
}
