#include "app/registry/review/national.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/date.h"
#include "schema/base/text.h"

enum {
    TURN_ENTRIES = 5000 /* of one transaction: some seconds on a small server */
};

struct subject {
    enum entity_id of;
    int64_t id;
};

/* The records of one turn, each once after tidy(). */
struct subjects {
    struct subject *rows;
    size_t count;
    size_t room;
};

static enum err keep(void *arg, enum entity_id of, int64_t id, struct errctx *e)
{
    (void)e;
    struct subjects *list = arg;
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 1024;
        list->rows = mem_resize(list->rows, list->room, sizeof *list->rows);
    }
    list->rows[list->count++] = (struct subject){of, id};
    return ERR_OK;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const struct subject *)a)->id;
    int64_t y = ((const struct subject *)b)->id;
    return (x > y) - (x < y);
}

static void tidy(struct subjects *list)
{
    size_t kept = 0;
    if (list->count > 0)
        qsort(list->rows, list->count, sizeof *list->rows, by_id);
    for (size_t i = 0; i < list->count; i++) {
        if (kept == 0 || list->rows[kept - 1].id != list->rows[i].id)
            list->rows[kept++] = list->rows[i];
    }
    list->count = kept;
}

enum err national_say(const struct national_rule *rule, struct national_run *run, const struct row *row,
                      const char *rests_on, struct errctx *e, const char *format, ...)
{
    char text[512];
    va_list args;
    bool added = false;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const struct national_finding finding = {.subject = row,
                                             .rule = rule->id,
                                             .level = rule->level,
                                             .field = rule->field,
                                             .rests_on = rests_on,
                                             .text = text};
    enum err result = national_add(run->store, &finding, &added, e);
    run->found += added;
    return result;
}

/* --- keys */

static void put_reference(const char *kind, int64_t id, char **keys, size_t *count)
{
    struct buf key = {0};
    char text[IDENT_BYTES];
    buf_printf(&key, "%s:%s", kind, ident_format(id, text));
    keys[(*count)++] = buf_steal(&key);
}

static void put_keys(const struct record *r, char **keys, size_t *count)
{
    struct buf key = {0};
    if (r->of->id == ENTITY_DIGGER)
        national_person_keys(r, keys, count);
    if (r->of->id == ENTITY_YIELD && record_has(r, "licence"))
        put_reference("returned", record_number(r, "licence"), keys, count);
    if (r->of->id == ENTITY_SALE && record_has(r, "licence"))
        put_reference("sold", record_number(r, "licence"), keys, count);
    if (r->of->id == ENTITY_LICENCE && record_has(r, "licence_no")) {
        buf_puts(&key, "number:");
        text_fold(&key, record_text(r, "licence_no"));
        keys[(*count)++] = buf_steal(&key);
    }
}

/* Writes the keys of a record that is new or changed, and notes the licence that its returns and sales move.
 */
static enum err refresh(struct national_run *run, const struct subject *subject, struct subjects *licences,
                        struct errctx *e)
{
    struct project_store *records = &registry_store_ledger(run->store)->records;
    struct row row = {0};
    char *keys[NATIONAL_KEYS];
    size_t count = 0;
    enum err result = records->load(records->arg, subject->of, subject->id, &row, e);
    if (result == ERR_NOT_FOUND) /* its addition has not arrived */
        return ERR_OK;
    if (result != ERR_OK)
        return result;
    bool moves =
        (subject->of == ENTITY_YIELD || subject->of == ENTITY_SALE) && record_has(&row.record, "licence");
    put_keys(&row.record, keys, &count);
    result = national_set_keys(run->store, subject->id, keys, row.voided ? 0 : count, e);
    if (result == ERR_OK && moves)
        result = keep(licences, ENTITY_LICENCE, record_number(&row.record, "licence"), e);
    for (size_t i = 0; i < count; i++)
        free(keys[i]);
    row_done(&row);
    run->records++;
    return result;
}

/* --- asking */

static enum err ask_rules(struct national_run *run, const struct row *row, struct errctx *e)
{
    for (size_t i = 0; i < NATIONAL_RULE_COUNT; i++) {
        const struct national_rule *rule = &NATIONAL_RULES[i];
        if (rule->ask && rule->of == row->record.of->id && rule->ask(rule, run, row, e) != ERR_OK)
            return err_wrap(e, "rule %s", rule->id);
    }
    return ERR_OK;
}

static enum err ask(struct national_run *run, const struct subject *subject, struct errctx *e)
{
    struct project_store *records = &registry_store_ledger(run->store)->records;
    struct row row = {0};
    bool counts = false;
    if (national_clear(run->store, subject->id, e) != ERR_OK ||
        (subject->of == ENTITY_LICENCE && national_clear_returns(run->store, subject->id, e) != ERR_OK))
        return e->kind;
    enum err result = records->load(records->arg, subject->of, subject->id, &row, e);
    if (result == ERR_NOT_FOUND)
        return ERR_OK;
    if (result == ERR_OK)
        result = national_counts(run->store, &row, &counts, e);
    if (result == ERR_OK && counts)
        result = ask_rules(run, &row, e);
    row_done(&row);
    return result;
}

static bool is_asked(enum entity_id of)
{
    return of == ENTITY_DIGGER || of == ENTITY_LICENCE;
}

static enum err turn(struct national_run *run, bool *more, struct errctx *e)
{
    struct subjects news = {0};
    struct subjects licences = {0};
    enum err result = national_news(run->store, TURN_ENTRIES, keep, &news, more, e);
    tidy(&news);
    for (size_t i = 0; i < news.count && result == ERR_OK; i++)
        result = refresh(run, &news.rows[i], &licences, e);
    for (size_t i = 0; i < news.count && result == ERR_OK; i++) {
        if (is_asked(news.rows[i].of))
            result = keep(&licences, news.rows[i].of, news.rows[i].id, e);
    }
    tidy(&licences);
    for (size_t i = 0; i < licences.count && result == ERR_OK; i++)
        result = ask(run, &licences.rows[i], e);
    free(news.rows);
    free(licences.rows);
    return result;
}

static enum err ask_silence(struct national_run *run, struct errctx *e)
{
    for (size_t i = 0; i < NATIONAL_RULE_COUNT; i++) {
        if (!NATIONAL_RULES[i].ask && national_silence(&NATIONAL_RULES[i], run, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

enum err national_review(struct registry_store *s, bool again, int64_t now, struct national_run *out,
                         struct errctx *e)
{
    *out = (struct national_run){.store = s, .codes = registry_store_codes(s), .today = date_of_instant(now)};
    bool more = true;
    for (bool first = true; more; first = false) {
        if (national_begin(s, e) != ERR_OK)
            return e->kind;
        enum err result = first && again ? national_restart(s, e) : ERR_OK;
        if (result == ERR_OK)
            result = turn(out, &more, e);
        if (result == ERR_OK && !more)
            result = ask_silence(out, e);
        if (national_end(s, result, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}
