#include "app/registry/review/keep.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/date.h"

/* --- lists */

static void add_subject(struct keep_subject **rows, size_t *count, size_t *room, enum entity_id of,
                        int64_t id)
{
    if (*count == *room) {
        *room = *room ? *room * 2 : 256;
        *rows = mem_resize(*rows, *room, sizeof **rows);
    }
    (*rows)[(*count)++] = (struct keep_subject){of, id};
}

static void add_half(struct keep *k, int64_t licence, int half)
{
    if (licence == 0)
        return;
    if (k->half_count > 0 && k->halves[k->half_count - 1].licence == licence &&
        k->halves[k->half_count - 1].half == half)
        return; /* a team's returns come together */
    if (k->half_count == k->half_room) {
        k->half_room = k->half_room ? k->half_room * 2 : 256;
        k->halves = mem_resize(k->halves, k->half_room, sizeof *k->halves);
    }
    k->halves[k->half_count++] = (struct keep_half){licence, half};
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const struct keep_subject *)a)->id;
    int64_t y = ((const struct keep_subject *)b)->id;
    return (x > y) - (x < y);
}

static void tidy_subjects(struct keep_subject *rows, size_t *count)
{
    size_t kept = 0;
    if (*count > 0)
        qsort(rows, *count, sizeof *rows, by_id);
    for (size_t i = 0; i < *count; i++) {
        if (kept == 0 || rows[kept - 1].id != rows[i].id)
            rows[kept++] = rows[i];
    }
    *count = kept;
}

static int by_half(const void *a, const void *b)
{
    const struct keep_half *x = a;
    const struct keep_half *y = b;
    if (x->licence != y->licence)
        return x->licence > y->licence ? 1 : -1;
    return (x->half > y->half) - (x->half < y->half);
}

static void tidy_halves(struct keep *k)
{
    size_t kept = 0;
    if (k->half_count > 0)
        qsort(k->halves, k->half_count, sizeof *k->halves, by_half);
    for (size_t i = 0; i < k->half_count; i++) {
        if (kept == 0 || by_half(&k->halves[kept - 1], &k->halves[i]) != 0)
            k->halves[kept++] = k->halves[i];
    }
    k->half_count = kept;
}

void keep_done(struct keep *k)
{
    free(k->subjects);
    free(k->changed);
    free(k->halves);
}

/* --- facts */

static bool day_of(const struct record *r, const char *field, int32_t *out)
{
    struct date day;
    struct errctx unread;
    const char *text = record_text(r, field);
    if (!text || date_parse(text, &day, &unread) != ERR_OK)
        return false;
    *out = date_to_days(day);
    return true;
}

static bool is(const struct record *r, const char *field, const char *code)
{
    const char *text = record_text(r, field);
    return text && strcmp(text, code) == 0;
}

/* What has no dates or no licence has findings of its own, and nothing to count. */
static enum err put_return(struct keep *k, const struct row *row, struct errctx *e)
{
    const struct record *r = &row->record;
    struct worked w = {.record = row->id,
                       .licence = record_number(r, "licence"),
                       .site = record_number(r, "site"),
                       .diggers = record_number(r, "diggers"),
                       .stones = record_number(r, "stones"),
                       .diamond_mct = record_number(r, "diamond_mct"),
                       .washing = is(r, "activity", "washing") || is(r, "activity", "mixed"),
                       .outcome = WORKED_YIELD};
    if (w.licence == 0 || !day_of(r, "date_from", &w.first) || !day_of(r, "date_to", &w.last) ||
        w.last < w.first)
        return ERR_OK;
    if (is(r, "outcome", "nil"))
        w.outcome = WORKED_NIL;
    else if (is(r, "outcome", "not_worked"))
        w.outcome = WORKED_NOT;
    add_half(k, w.licence, facts_half(w.last));
    return facts_put_worked(k->run->store, &w, e);
}

static enum err put_sale(struct keep *k, const struct row *row, struct errctx *e)
{
    const struct record *r = &row->record;
    struct first_sale f = {.record = row->id,
                           .licence = record_number(r, "licence"),
                           .stones = record_number(r, "stones"),
                           .diamond_mct = record_number(r, "diamond_mct")};
    if (f.licence == 0 || !day_of(r, "date", &f.day))
        return ERR_OK;
    if (record_has(r, "price_usd_cents") && record_number(r, "gold_mg") == 0 && f.diamond_mct > 0) {
        f.valued_mct = f.diamond_mct;
        f.usd_cents = record_number(r, "price_usd_cents");
    }
    add_half(k, f.licence, facts_half(f.day));
    return facts_put_sale(k->run->store, &f, e);
}

static enum err put_stone(struct keep *k, const struct row *row, struct errctx *e)
{
    const struct record *r = &row->record;
    int64_t yield = record_number(r, "yield");
    int64_t licence = 0;
    int32_t day = 0;
    if (yield == 0 || record_number(r, "stones") != 1 || record_number(r, "diamond_mct") == 0)
        return ERR_OK;
    if (facts_put_stone(k->run->store, yield, row->id, record_number(r, "diamond_mct"), e) != ERR_OK ||
        facts_find_return(k->run->store, yield, &licence, &day, e) != ERR_OK)
        return e->kind;
    add_half(k, licence, facts_half(day));
    return ERR_OK;
}

static enum err add_tally_half(void *arg, const struct tally *t, struct errctx *e)
{
    (void)e;
    add_half(arg, t->licence, t->half);
    return ERR_OK;
}

static enum err ask_own_again(void *arg, const struct worked *w, struct errctx *e)
{
    struct keep *k = arg;
    add_subject(&k->changed, &k->changed_count, &k->changed_room, ENTITY_YIELD, w->record);
    (void)e;
    return ERR_OK;
}

static enum err ask_sale_again(void *arg, const struct first_sale *f, struct errctx *e)
{
    struct keep *k = arg;
    add_subject(&k->changed, &k->changed_count, &k->changed_room, ENTITY_SALE, f->record);
    (void)e;
    return ERR_OK;
}

/* A licence that came after its returns, or changed: they are asked about anew. So is what lies at a site. */
static enum err ask_work_again(struct keep *k, int64_t licence, struct errctx *e)
{
    if (licence == 0)
        return ERR_OK;
    if (facts_tallies(k->run->store, licence, add_tally_half, k, e) != ERR_OK ||
        facts_worked(k->run->store, licence, INT32_MIN, INT32_MAX, ask_own_again, k, e) != ERR_OK)
        return e->kind;
    return facts_sales(k->run->store, licence, INT32_MIN, INT32_MAX, ask_sale_again, k, e);
}

static enum err put_keys(struct keep *k, const struct row *row, struct errctx *e)
{
    char *keys[NATIONAL_KEYS];
    size_t count = 0;
    if (row->record.of->id == ENTITY_DIGGER)
        national_person_keys(&row->record, keys, &count);
    national_number_keys(&row->record, keys, &count);
    enum err result = national_add_keys(k->run->store, row->id, keys, count, e);
    for (size_t i = 0; i < count; i++)
        free(keys[i]);
    return result;
}

/* Writes what a record that counts is counted with. */
static enum err put(struct keep *k, const struct row *row, struct errctx *e)
{
    int64_t received_at = k->batch->received_at;
    int64_t batch = 0;
    enum err result = put_keys(k, row, e);
    /* A day is as old as the version that names it. */
    if (result == ERR_OK && (row->version < k->batch->first || row->version > k->batch->last))
        result = national_batch_of(k->run->store, row->version, &batch, &received_at, e);
    if (result != ERR_OK)
        return result;
    switch (row->record.of->id) {
    case ENTITY_YIELD:
        result = put_return(k, row, e);
        return result == ERR_OK ? national_own(k->run, row, received_at, e) : result;
    case ENTITY_SALE:
        result = put_sale(k, row, e);
        return result == ERR_OK ? national_own(k->run, row, received_at, e) : result;
    case ENTITY_STONE:
        return put_stone(k, row, e);
    case ENTITY_LICENCE:
        return ask_work_again(k, row->id, e);
    case ENTITY_SITE:
        return ask_work_again(k, record_number(&row->record, "licence"), e);
    case ENTITY_DIGGER:
    case ENTITY_COOPERATIVE:
    case ENTITY_CREW:
    case ENTITY_INSPECTION:
    case ENTITY_OFFICER:
    case ENTITY_COUNT:
        break;
    }
    return ERR_OK;
}

/* --- what was added */

static enum err keep_added(void *arg, const struct row *row, struct errctx *e)
{
    struct keep *k = arg;
    if (k->batch->known && national_doubt(k->run->store, row->id, e) != ERR_OK)
        return e->kind;
    k->record_count++;
    add_subject(&k->subjects, &k->subject_count, &k->subject_room, row->record.of->id, row->id);
    return put(k, row, e);
}

static enum err keep_changed(void *arg, enum entity_id of, int64_t id, struct errctx *e)
{
    struct keep *k = arg;
    (void)e;
    add_subject(&k->changed, &k->changed_count, &k->changed_room, of, id);
    return ERR_OK;
}

enum err keep_batch(void *arg, const struct national_batch *batch, struct errctx *e)
{
    /* What others refer to comes first. */
    static const enum entity_id order[] = {ENTITY_DIGGER, ENTITY_LICENCE, ENTITY_SITE, ENTITY_CREW,
                                           ENTITY_YIELD,  ENTITY_STONE,   ENTITY_SALE};
    struct keep *k = arg;
    k->batch = batch;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (national_added(k->run->store, batch, order[i], keep_added, k, e) != ERR_OK)
            return e->kind;
    }
    k->last = *batch;
    k->batch = &k->last;
    return national_changed(k->run->store, batch, keep_changed, k, e);
}

/* --- what was changed */

static enum err forget(struct keep *k, const struct keep_subject *subject, struct errctx *e)
{
    int64_t licence = 0;
    int32_t day = 0;
    bool counted = subject->of == ENTITY_YIELD || subject->of == ENTITY_SALE || subject->of == ENTITY_STONE;
    if (national_doubt(k->run->store, subject->id, e) != ERR_OK ||
        national_forget_keys(k->run->store, subject->id, e) != ERR_OK)
        return e->kind;
    if (counted && facts_forget(k->run->store, subject->of, subject->id, &licence, &day, e) != ERR_OK)
        return e->kind;
    add_half(k, licence, facts_half(day));
    return ERR_OK;
}

static enum err change(struct keep *k, const struct keep_subject *subject, struct errctx *e)
{
    const struct row *row = NULL;
    int64_t batch = 0;
    int64_t at = 0;
    /* Its addition is in a turn to come, which finds it as it stands then. */
    if (national_batch_of(k->run->store, subject->id, &batch, &at, e) != ERR_OK)
        return e->kind;
    if (batch == 0 || batch > k->last.id)
        return ERR_OK;
    if (forget(k, subject, e) != ERR_OK ||
        national_see_counted(k->run, subject->of, subject->id, &row, e) != ERR_OK)
        return e->kind;
    k->record_count++;
    add_subject(&k->subjects, &k->subject_count, &k->subject_room, subject->of, subject->id);
    if (row)
        return put(k, row, e);
    /* What counts no more leaves its work alone, and that is asked about without it. */
    return subject->of == ENTITY_LICENCE ? ask_work_again(k, subject->id, e) : ERR_OK;
}

enum err keep_changes(struct keep *k, struct errctx *e)
{
    enum err result = ERR_OK;
    /* A change may ask about others again, once: those are behind it then. */
    for (int round = 0; round < 2 && result == ERR_OK && k->changed_count > 0; round++) {
        struct keep_subject *rows = k->changed;
        size_t count = k->changed_count;
        tidy_subjects(rows, &count);
        k->changed = NULL;
        k->changed_count = k->changed_room = 0;
        for (size_t i = 0; i < count && result == ERR_OK; i++)
            result = change(k, &rows[i], e);
        free(rows);
    }
    tidy_subjects(k->subjects, &k->subject_count);
    tidy_halves(k);
    return result;
}
