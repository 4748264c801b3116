#include "app/field/demo/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/field/demo/season.h"
#include "schema/base/buf.h"
#include "schema/base/date.h"

enum {
    DAY_S = 86400,
    OFFICE_HOURS_S = 28800,
    TYPING_S = 45, /* an entry */
};

/* The entries of a day lie in the hours before NOW's time of day, and never before midnight. */
static int64_t office_hours(const struct demo_plan *plan)
{
    int64_t since_midnight = plan->now % DAY_S;
    return since_midnight < OFFICE_HOURS_S ? since_midnight : OFFICE_HOURS_S;
}

int64_t demo_begins(const struct demo_plan *plan)
{
    return plan->now - (int64_t)plan->days * DAY_S - office_hours(plan);
}

static void start_day(struct season *d, int number, int64_t entries)
{
    int64_t hours = office_hours(d->plan);
    d->by.now = demo_begins(d->plan) + (int64_t)number * DAY_S;
    d->day = date_of_instant(d->by.now);
    d->step_s = entries > 0 && hours / entries < TYPING_S ? hours / entries : TYPING_S;
}

static char *reason_for(const char *rule)
{
    static const struct {
        const char *rule;
        const char *why;
    } reasons[] = {
        {"yield.stone_large", "weighed twice, the chief was present"},
        {"yield.usual", "weighed twice, a good wash"},
        {"sale.price", "one good stone in the parcel"},
        {"sale.balance", "the buyer's scale shows more"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(reasons[i].rule, rule) == 0)
            return str_dup(reasons[i].why);
    }
    return str_dup("checked again with the team");
}

static int answer(const struct findings *found, struct confirmed answers[ENTRY_MAX_CONFIRMED])
{
    int count = 0;
    for (size_t i = 0; i < found->count && count < ENTRY_MAX_CONFIRMED; i++) {
        const struct finding *f = &found->rows[i];
        if (f->level == LEVEL_CONFIRM)
            answers[count++] = (struct confirmed){.rule = str_dup(f->rule), .why = reason_for(f->rule)};
    }
    return count;
}

/* A save with the answers that an earlier attempt's questions need. */
struct attempt {
    struct season *d;
    const struct record *record;
    enum entity_id of;
    int64_t id; /* 0 to add */
};

static enum err try_once(const struct attempt *a, const struct confirmations *given, struct findings *found,
                         int64_t *out_id, struct errctx *e)
{
    struct store *s = a->d->store;
    if (a->id == 0)
        return store_add(s, a->record, &a->d->by, given, found, out_id, e);
    return store_amend(s, a->of, a->id, a->record, 0, &a->d->by, given, found, e);
}

static enum err save(const struct attempt *a, int64_t *out_id, struct errctx *e)
{
    struct findings found = {0};
    enum err result = try_once(a, NULL, &found, out_id, e);
    if (result == ERR_INVALID && !findings_first(&found, LEVEL_BLOCK) && found.count > 0) {
        struct confirmed answers[ENTRY_MAX_CONFIRMED];
        struct confirmations given = {answers, answer(&found, answers)};
        findings_done(&found);
        found = (struct findings){0};
        result = try_once(a, &given, &found, out_id, e);
        for (int i = 0; i < given.count; i++) {
            free(answers[i].rule);
            free(answers[i].why);
        }
    }
    findings_done(&found);
    a->d->by.now += a->d->step_s;
    return result == ERR_OK ? ERR_OK : err_wrap(e, "training %s", ENTITIES[a->of].name);
}

enum err season_add(struct season *d, const struct record *r, int64_t *out_id, struct errctx *e)
{
    struct attempt a = {d, r, r->of->id, 0};
    return save(&a, out_id, e);
}

enum err season_amend(struct season *d, enum entity_id of, int64_t id, const struct record *change,
                      struct errctx *e)
{
    struct attempt a = {d, change, of, id};
    return save(&a, NULL, e);
}

void season_pick(struct season *d, const char *list, char *out, size_t size)
{
    size_t len = 0;
    int count = 0;
    for (const char *at = names_next(list, &len); at; at = names_next(at + len, &len))
        count++;
    int wanted = chance_below(&d->chance, count);
    const char *at = names_next(list, &len);
    while (wanted-- > 0)
        at = names_next(at + len, &len);
    (void)snprintf(out, size, "%.*s", (int)len, at);
}

void season_set_day(struct record *r, const char *field, int32_t day)
{
    char text[DATE_BYTES];
    record_set_text(r, field, date_format_days(day, text));
}

void season_person_name(struct season *d, bool woman, char *out, size_t size)
{
    char given[48];
    char family[48];
    season_pick(d, woman ? d->culture->women : d->culture->men, given, sizeof given);
    season_pick(d, d->culture->families, family, sizeof family);
    (void)snprintf(out, size, "%s %s", given, family);
}

/* --- the season */

/* The culture's district when the profile has it, else the profile's last, which is one of the smallest. */
static enum err choose_district(struct season *d, struct errctx *e)
{
    const struct code_list *list = NULL;
    if (codes_list(store_codes(d->store), "district", &list, e) != ERR_OK)
        return e->kind;
    const struct code *code = code_list_find(list, d->culture->district);
    if (!code && code_list_count(list) == 0)
        return err_fail(e, ERR_CONFIG, "the profile has no districts");
    d->district = code ? code->code : code_list_at(list, code_list_count(list) - 1)->code;
    return ERR_OK;
}

/* The first kind under which people dig. */
static enum err choose_kind(struct season *d, struct errctx *e)
{
    const struct code_list *list = NULL;
    if (codes_list(store_codes(d->store), "licence_kind", &list, e) != ERR_OK)
        return e->kind;
    for (size_t i = 0; i < code_list_count(list) && !d->licence_kind; i++) {
        const struct code *code = code_list_at(list, i);
        const char *class = code_extra(list, code, "class");
        if (!class || strcmp(class, "mining") == 0)
            d->licence_kind = code->code;
    }
    return d->licence_kind ? ERR_OK : err_fail(e, ERR_CONFIG, "the profile has no licence to dig");
}

/* The geometric mean of the country's band: prices are spread by factors, not by differences. */
static int64_t usual_price(struct codes *codes)
{
    int64_t product = codes_threshold(codes, "price_least") * codes_threshold(codes, "price_most");
    int64_t root = 1;
    while ((root + 1) * (root + 1) <= product)
        root++;
    return root;
}

static enum err one_day(struct season *d, int number, struct errctx *e)
{
    start_day(d, number, d->gang_count * 2 + 8);
    for (int i = 0; i < d->gang_count; i++) {
        d->by.login = d->logins[i % OFFICERS];
        if (season_work(d, &d->gangs[i], e) != ERR_OK)
            return e->kind;
    }
    return season_visit(d, e);
}

static enum err in_transaction(struct season *d, int number, struct errctx *e)
{
    if (store_begin(d->store, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    if (number == 0) {
        start_day(d, 0, (int64_t)d->plan->diggers * 2 + d->gang_count * 4 + 16);
        result = season_register(d, e);
    } else {
        result = one_day(d, number, e);
    }
    if (result != ERR_OK) {
        store_rollback(d->store);
        return result;
    }
    return store_commit(d->store, e);
}

enum err demo_season(struct store *s, const struct demo_plan *plan,
                     void (*progress)(void *arg, int64_t done, int64_t all), void *arg, struct errctx *e)
{
    enum {
        CREW = 15 /* people a licence (domain: 6.1) */
    };
    struct season d = {.store = s, .plan = plan, .chance = {plan->seed}};
    if (plan->diggers < 1 || plan->days < 1)
        return err_fail(e, ERR_INVALID, "a season needs at least one digger and one day");
    if (!store_is_training(s))
        return err_fail(e, ERR_CONFIG, "a training season goes into a training database only");
    d.culture = culture_of(codes_country(store_codes(s)));
    d.price = usual_price(store_codes(s));
    if (choose_district(&d, e) != ERR_OK || choose_kind(&d, e) != ERR_OK)
        return e->kind;
    d.first_day = date_of_instant(demo_begins(plan));
    d.gang_count = (plan->diggers + CREW - 1) / CREW;
    d.gangs = mem_zero((size_t)d.gang_count, sizeof *d.gangs);
    d.coop_count = 1 + d.gang_count / 12;
    d.coops = mem_zero((size_t)d.coop_count, sizeof *d.coops);
    enum err result = ERR_OK;
    for (int day = 0; day <= plan->days && result == ERR_OK; day++) {
        result = in_transaction(&d, day, e);
        if (result == ERR_OK && progress)
            progress(arg, day, plan->days);
    }
    free(d.gangs);
    free(d.coops);
    return result;
}
