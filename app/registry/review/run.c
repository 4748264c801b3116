/* A run: in turns over the batches that came, and when it has caught up over what they moved. */
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/keep.h"
#include "app/registry/review/national.h"
#include "schema/base/date.h"

enum {
    TURN_ENTRIES = 5000 /* of one transaction: some seconds on a small server */
};

/* --- a record is asked about, by its kind */

static enum err ask_workers(void *arg, int64_t crew, struct errctx *e)
{
    struct national_run *run = arg;
    const struct row *row = NULL;
    if (national_doubt(run->store, crew, e) != ERR_OK ||
        national_see_counted(run, ENTITY_CREW, crew, &row, e) != ERR_OK)
        return e->kind;
    return row ? national_card(run, row, e) : ERR_OK;
}

/* A person, or a card of a person, that came or changed may answer what was asked about the teams. */
static enum err ask_crews(struct national_run *run, int64_t digger, struct errctx *e)
{
    enum {
        MOST_TEAMS = 100
    };
    char id[IDENT_BYTES];
    char *key = NULL;
    size_t count = 0;
    if (digger == 0)
        return ERR_OK;
    national_put_key("worker", ident_format(digger, id), "", &key, &count);
    enum err result = national_alike(run->store, key, MOST_TEAMS, ask_workers, run, e);
    free(key);
    return result;
}

/* What time breaks is not asked while batches are left: what they tell of may be why it seems broken. Then
 * all licences are asked when the run has caught up. */
static enum err ask_days(struct national_run *run, int64_t licence, struct errctx *e)
{
    return run->more ? ERR_OK : national_days(run, licence, e);
}

static enum err ask_licence(struct national_run *run, const struct row *row, struct errctx *e)
{
    if (national_same_number(run, row, e) != ERR_OK || ask_days(run, row->id, e) != ERR_OK)
        return e->kind;
    return ask_crews(run, record_number(&row->record, "holder"), e);
}

static enum err ask_record(struct national_run *run, const struct keep_subject *subject, struct errctx *e)
{
    const struct row *row = NULL;
    if (national_see_counted(run, subject->of, subject->id, &row, e) != ERR_OK)
        return e->kind;
    if (!row)
        return subject->of == ENTITY_DIGGER ? ask_crews(run, subject->id, e) : ERR_OK;
    if (national_references(run, row, e) != ERR_OK)
        return e->kind;
    switch (subject->of) {
    case ENTITY_DIGGER:
        if (national_same_person(run, row, e) != ERR_OK || national_unconfirmed_person(run, row, e) != ERR_OK)
            return e->kind;
        return ask_crews(run, row->id, e);
    case ENTITY_LICENCE:
        return ask_licence(run, row, e);
    case ENTITY_CREW:
        return national_card(run, row, e);
    case ENTITY_STONE:
        return national_same_seal(run, row, e);
    case ENTITY_SALE:
        return national_same_slip(run, row, e);
    case ENTITY_COOPERATIVE:
    case ENTITY_SITE:
    case ENTITY_YIELD:
    case ENTITY_INSPECTION:
    case ENTITY_OFFICER:
    case ENTITY_COUNT:
        break;
    }
    return ERR_OK;
}

/* --- a turn */

static enum err turn(struct national_run *run, struct errctx *e)
{
    struct keep keep = {.run = run};
    enum err result = national_news(run->store, run->most, keep_batch, &keep, &run->more, e);
    if (result == ERR_OK)
        result = keep_changes(&keep, e);
    for (size_t i = 0; i < keep.half_count && result == ERR_OK; i++) {
        result = national_weigh_half(run, keep.halves[i].licence, keep.halves[i].half, e);
        /* Once a licence, behind its last half-year. */
        bool last = i + 1 == keep.half_count || keep.halves[i + 1].licence != keep.halves[i].licence;
        if (result == ERR_OK && last)
            result = ask_days(run, keep.halves[i].licence, e);
    }
    for (size_t i = 0; i < keep.subject_count && result == ERR_OK; i++)
        result = ask_record(run, &keep.subjects[i], e);
    run->records += (int64_t)keep.record_count;
    keep_done(&keep);
    return result;
}

/* --- caught up */

struct dues {
    struct due *rows;
    size_t count;
};

static enum err keep_due(void *arg, const struct due *due, struct errctx *e)
{
    (void)e;
    struct dues *all = arg;
    all->rows = mem_resize(all->rows, all->count + 1, sizeof *all->rows);
    all->rows[all->count++] = *due;
    return ERR_OK;
}

static enum err look_at(struct national_run *run, const struct due *due, struct errctx *e)
{
    switch (due->kind) {
    case DUE_SITE:
        return national_site(run, due->id, e);
    case DUE_DISTRICT:
        return national_district(run, due->name, (int)due->id, e);
    case DUE_COUNTRY:
        return national_country(run, (int)due->id, e);
    }
    return ERR_OK;
}

static enum err catch_up(struct national_run *run, struct errctx *e)
{
    struct dues all = {0};
    int64_t day = 0;
    enum err result = facts_due(run->store, keep_due, &all, e);
    for (size_t i = 0; i < all.count && result == ERR_OK; i++)
        result = look_at(run, &all.rows[i], e);
    free(all.rows);
    if (result == ERR_OK)
        result = facts_clear_due(run->store, e);
    if (result == ERR_OK)
        result = national_references_again(run, e);
    if (result == ERR_OK)
        result = national_day(run->store, &day, e);
    if (result != ERR_OK || day == run->today)
        return result;
    result = national_days(run, 0, e);
    if (result == ERR_OK)
        result = national_unconfirmed_persons(run, e);
    return result == ERR_OK ? national_set_day(run->store, run->today, e) : result;
}

/* Whether there is anything to do: most times that a server looks, there is not. */
static enum err is_idle(struct national_run *run, bool *out, struct errctx *e)
{
    bool news = false;
    int64_t day = 0;
    if (national_has_news(run->store, &news, e) != ERR_OK || national_day(run->store, &day, e) != ERR_OK)
        return e->kind;
    *out = !news && day == run->today;
    return ERR_OK;
}

static enum err one_turn(struct national_run *run, bool again, struct errctx *e)
{
    if (national_begin(run->store, e) != ERR_OK)
        return e->kind;
    enum err result = again ? national_restart(run->store, e) : ERR_OK;
    if (result == ERR_OK)
        result = turn(run, e);
    if (result == ERR_OK)
        result = run->more ? national_set_day(run->store, 0, e) : catch_up(run, e);
    national_forget_seen(run);
    return national_end(run->store, result, run->now, e);
}

enum err national_review(struct registry_store *s, const struct national_options *options,
                         struct national_run *out, struct errctx *e)
{
    bool idle = false;
    *out = (struct national_run){.store = s,
                                 .codes = registry_store_codes(s),
                                 .now = options->now,
                                 .again = options->again,
                                 .today = options->today ? options->today : date_of_instant(options->now),
                                 .most = options->most ? options->most : TURN_ENTRIES};
    if (!options->again && is_idle(out, &idle, e) != ERR_OK)
        return e->kind;
    out->more = !idle;
    for (int64_t turns = 0; out->more && (options->turns == 0 || turns < options->turns); turns++) {
        if (one_turn(out, options->again && turns == 0, e) != ERR_OK)
            return e->kind;
        if (options->told)
            options->told(options->arg, out);
    }
    return ERR_OK;
}
