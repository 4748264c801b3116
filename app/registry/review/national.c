/* What the rules share: findings, limits, and records that are seen once a turn. */
#include "app/registry/review/national.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/decimal.h"
#include "schema/base/text.h"

enum {
    CARAT_SCALE = 3, /* decimals */
    SEEN_BUCKETS = 1024
};

/* --- findings */

enum err national_ask(struct national_run *run, const struct national_question *q, struct errctx *e)
{
    const struct national_rule *rule = &NATIONAL_RULES[q->rule];
    const struct national_finding finding = {.subject = q->subject,
                                             .rule = rule->id,
                                             .level = rule->level,
                                             .field = q->field ? q->field : rule->field,
                                             .about = q->about,
                                             .scope = q->scope,
                                             .day = q->day,
                                             .rests_on = q->rests_on,
                                             .text = q->text,
                                             .now = run->now,
                                             .again = run->again};
    bool added = false;
    enum err result = national_add(run->store, &finding, &added, e);
    run->found += added;
    return result;
}

enum err national_ask_flag(struct national_run *run, const struct row *subject, const struct finding *finding,
                           const char *rests_on, struct errctx *e)
{
    const struct national_finding national = {.subject = subject,
                                              .rule = finding->rule,
                                              .level = finding->level,
                                              .field = finding->field,
                                              .about = "",
                                              .rests_on = rests_on,
                                              .text = finding->text,
                                              .now = run->now,
                                              .again = run->again};
    bool added = false;
    enum err result = national_add(run->store, &national, &added, e);
    run->found += added;
    return result;
}

int64_t national_limit(const struct national_run *run, const char *key)
{
    return codes_threshold(run->codes, key);
}

/* FNV-1a. Two places in one scope would only doubt each other's findings needlessly. */
int64_t national_scope(const char *kind, const char *name)
{
    uint64_t hash = 14695981039346656037U;
    const char *const parts[] = {kind, ":", name};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        for (const char *c = parts[i]; *c; c++)
            hash = (hash ^ (unsigned char)*c) * 1099511628211U;
    }
    return -(int64_t)(hash >> 2) - 1;
}

struct national_figure national_decimal(int64_t number, int scale, int min_decimals)
{
    struct national_figure figure;
    struct buf text = {0};
    decimal_format(&text, number, scale, min_decimals, '.');
    (void)snprintf(figure.text, sizeof figure.text, "%s", buf_str(&text));
    buf_done(&text);
    return figure;
}

struct national_figure national_carats(int64_t mct)
{
    return national_decimal(mct, CARAT_SCALE, CARAT_SCALE);
}

void national_put_id(struct buf *out, int64_t id)
{
    char text[IDENT_BYTES];
    buf_printf(out, "%s%s", out->len ? "," : "", ident_format(id, text));
}

void national_keep_heaviest(struct national_heaviest *all, int64_t record, int64_t weight)
{
    size_t at = all->count;
    while (at > 0 && all->rows[at - 1].weight < weight)
        at--;
    if (weight == 0 || at == NATIONAL_MOST_NAMED)
        return;
    all->count += all->count < NATIONAL_MOST_NAMED;
    for (size_t i = all->count - 1; i > at; i--)
        all->rows[i] = all->rows[i - 1];
    all->rows[at].record = record;
    all->rows[at].weight = weight;
}

void national_put_heaviest(struct buf *out, const struct national_heaviest *all)
{
    for (size_t i = 0; i < all->count; i++)
        national_put_id(out, all->rows[i].record);
}

void national_put_key(const char *kind, const char *first, const char *second, char **keys, size_t *count)
{
    struct buf key = {0};
    if (*count == NATIONAL_KEYS)
        return;
    buf_printf(&key, "%s:%s %s", kind, first, second);
    keys[(*count)++] = buf_steal(&key);
}

/* --- records that were seen */

struct seen {
    struct seen *next;
    int64_t id;
    bool there;
    bool counts;
    struct row row;
};

struct national_seen {
    struct seen *buckets[SEEN_BUCKETS];
};

static struct seen **bucket_of(struct national_seen *all, int64_t id)
{
    return &all->buckets[((uint64_t)id * 31 + (uint64_t)id / 4294967296U) % SEEN_BUCKETS];
}

static enum err see(struct national_run *run, enum entity_id of, int64_t id, struct seen **out,
                    struct errctx *e)
{
    struct project_store *records = &registry_store_ledger(run->store)->records;
    if (!run->seen)
        run->seen = mem_zero(1, sizeof *run->seen);
    struct seen **bucket = bucket_of(run->seen, id);
    for (struct seen *s = *bucket; s; s = s->next) {
        if (s->id == id) {
            *out = s;
            return ERR_OK;
        }
    }
    struct seen *s = mem_zero(1, sizeof *s);
    s->id = id;
    enum err result = records->load(records->arg, of, id, &s->row, e);
    s->there = result == ERR_OK;
    if (s->there)
        result = national_counts(run->store, &s->row, &s->counts, e);
    else if (result == ERR_NOT_FOUND)
        result = ERR_OK;
    if (result != ERR_OK) {
        if (s->there)
            row_done(&s->row);
        free(s);
        return result;
    }
    s->next = *bucket;
    *bucket = s;
    *out = s;
    return ERR_OK;
}

enum err national_see(struct national_run *run, enum entity_id of, int64_t id, const struct row **out,
                      struct errctx *e)
{
    struct seen *s = NULL;
    *out = NULL;
    if (id == 0)
        return ERR_OK;
    enum err result = see(run, of, id, &s, e);
    if (result == ERR_OK && s->there && s->row.record.of->id == of)
        *out = &s->row;
    return result;
}

enum err national_see_counted(struct national_run *run, enum entity_id of, int64_t id, const struct row **out,
                              struct errctx *e)
{
    struct seen *s = NULL;
    *out = NULL;
    if (id == 0)
        return ERR_OK;
    enum err result = see(run, of, id, &s, e);
    if (result == ERR_OK && s->there && s->counts && s->row.record.of->id == of)
        *out = &s->row;
    return result;
}

void national_forget_seen(struct national_run *run)
{
    for (int i = 0; run->seen && i < SEEN_BUCKETS; i++) {
        while (run->seen->buckets[i]) {
            struct seen *s = run->seen->buckets[i];
            run->seen->buckets[i] = s->next;
            if (s->there)
                row_done(&s->row);
            free(s);
        }
    }
    free(run->seen);
    run->seen = NULL;
}
