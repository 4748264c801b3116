/* What time alone breaks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "schema/base/date.h"

enum {
    DAY_S = 86400,
    MOST_PERSONS = 20000 /* that a day may ask about anew: a country's register was once made in one month */
};

struct listening {
    struct national_run *run;
    const struct code_list *kinds;
};

static bool is_to_mine(const struct listening *l, const char *kind)
{
    const struct code *code = kind ? code_list_find(l->kinds, kind) : NULL;
    const char *class = code ? code_extra(l->kinds, code, "class") : NULL;
    return class && strcmp(class, "mining") == 0;
}

static enum err say(struct national_run *run, enum national_rule_id rule, int64_t licence, const char *about,
                    const char *rests_on, const char *text, struct errctx *e)
{
    const struct row *row = NULL;
    if (national_see_counted(run, ENTITY_LICENCE, licence, &row, e) != ERR_OK || !row)
        return row ? e->kind : ERR_OK;
    const struct national_question q = {
        .rule = rule, .subject = row, .about = about, .scope = licence, .rests_on = rests_on, .text = text};
    return national_ask(run, &q, e);
}

/* --- silence */

static enum err ask_silence(struct national_run *run, const struct national_standing *s, struct errctx *e)
{
    struct date from;
    struct errctx unread;
    char since[DATE_BYTES];
    char text[128];
    int32_t last = s->last;
    int64_t most = national_limit(run, s->washing ? "silence_washing" : "silence_most");
    if (last == 0 && date_parse(s->valid_from, &from, &unread) == ERR_OK)
        last = date_to_days(from);
    if (last == 0 || run->today - last <= most)
        return ERR_OK;
    (void)snprintf(text, sizeof text,
                   s->washing ? N_("no return since %s, and a site of it is washing")
                              : N_("no return since %s"),
                   date_format_days(last, since));
    return say(run, NATIONAL_SILENCE, s->licence, since, "", text, e);
}

/* --- stock that lies */

struct unsold {
    int64_t left; /* of what was found, still sold */
    int32_t day;  /* of the oldest that is not; 0: none yet */
    int64_t record;
};

/* What was found first is sold first. */
static enum err find_unsold(void *arg, const struct worked *w, struct errctx *e)
{
    (void)e;
    struct unsold *u = arg;
    u->left -= w->diamond_mct;
    if (u->left < 0 && u->day == 0) {
        u->day = w->last;
        u->record = w->record;
    }
    return ERR_OK;
}

static enum err ask_stock(struct national_run *run, const struct national_standing *s, struct errctx *e)
{
    struct unsold u = {.left = s->sold_mct};
    int64_t stock = s->found_mct - s->sold_mct;
    char since[DATE_BYTES];
    char id[IDENT_BYTES];
    if (stock < national_limit(run, "stock_days_least"))
        return ERR_OK;
    if (facts_worked(run->store, s->licence, INT32_MIN, run->today, find_unsold, &u, e) != ERR_OK)
        return e->kind;
    if (u.day == 0 || run->today - u.day <= national_limit(run, "stock_days"))
        return ERR_OK;
    struct buf text = {0};
    buf_printf(&text, N_("%s ct are not sold as far as is known, the oldest since %s"),
               national_carats(stock).text, date_format_days(u.day, since));
    enum err result =
        say(run, NATIONAL_STOCK_OLD, s->licence, since, ident_format(u.record, id), buf_str(&text), e);
    buf_done(&text);
    return result;
}

static enum err hear(void *arg, const struct national_standing *s, struct errctx *e)
{
    const struct listening *l = arg;
    if (!is_to_mine(l, s->kind))
        return ERR_OK;
    return ask_silence(l->run, s, e) == ERR_OK ? ask_stock(l->run, s, e) : e->kind;
}

enum err national_days(struct national_run *run, int64_t licence, struct errctx *e)
{
    static const enum national_rule_id rules[] = {NATIONAL_SILENCE, NATIONAL_STOCK_OLD};
    struct listening l = {.run = run};
    if (codes_list(run->codes, "licence_kind", &l.kinds, e) != ERR_OK)
        return e->kind;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const char *rule = NATIONAL_RULES[rules[i]].id;
        enum err result = licence ? national_doubt_rule_of(run->store, rule, licence, e)
                                  : national_doubt_rule(run->store, rule, e);
        if (result != ERR_OK)
            return result;
    }
    return national_standings(run->store, licence, run->today, hear, &l, e);
}

/* --- persons whom nobody confirms */

static int64_t confirmed_since(const struct national_run *run)
{
    return ((int64_t)run->today - national_limit(run, "person_confirm_most")) * DAY_S;
}

enum err national_unconfirmed_person(struct national_run *run, const struct row *row, struct errctx *e)
{
    const char *status = record_text(&row->record, "status");
    char since[DATE_BYTES];
    char text[96];
    if (!status || strcmp(status, "active") != 0 || row->at >= confirmed_since(run))
        return ERR_OK;
    (void)snprintf(text, sizeof text, N_("nobody has confirmed this person since %s"),
                   date_format_days(date_of_instant(row->at), since));
    const struct national_question q = {
        .rule = NATIONAL_UNCONFIRMED, .subject = row, .about = since, .rests_on = "", .text = text};
    return national_ask(run, &q, e);
}

static enum err ask_person(void *arg, int64_t id, struct errctx *e)
{
    struct national_run *run = arg;
    const struct row *row = NULL;
    if (national_see_counted(run, ENTITY_DIGGER, id, &row, e) != ERR_OK || !row)
        return row ? e->kind : ERR_OK;
    return national_unconfirmed_person(run, row, e);
}

/* A change of the person, by whomever, is asked about as a record and doubts what stood here. */
enum err national_unconfirmed_persons(struct national_run *run, struct errctx *e)
{
    return national_unconfirmed(run->store, NATIONAL_RULES[NATIONAL_UNCONFIRMED].id, confirmed_since(run),
                                MOST_PERSONS, ask_person, run, e);
}
