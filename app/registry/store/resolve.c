/* Changes that met, put together field by field. */
#include <stdlib.h>
#include <string.h>

#include "app/registry/store/deciding.h"
#include "app/registry/store/review.h"

enum {
    MOST_CONFLICTS = 32 /* of one record at one time */
};
static const char VOID[] = "void"; /* no field has that name */

struct resolving {
    struct deciding d;
    struct row row; /* as it stands */
    const struct review_choice *choices;
    size_t choice_count;
    int64_t addresses[MOST_CONFLICTS];
    struct entry waiting[MOST_CONFLICTS];
    bool taken[MOST_CONFLICTS]; /* something of it is */
    size_t count;
    struct record change; /* what is taken of all of them */
};

/* --- what was chosen */

static bool names(const struct review_choice *c, const struct resolving *r, int field)
{
    const struct field *f = &r->row.record.of->fields[field];
    return strcmp(c->field, f->name) == 0 || strcmp(c->field, f->flag) == 0;
}

/* The choice for FIELD, -1: for a voiding. NULL: there is none. */
static const struct review_choice *choice_for(const struct resolving *r, int field)
{
    const struct review_choice *rest = NULL;
    for (size_t i = 0; i < r->choice_count; i++) {
        const struct review_choice *c = &r->choices[i];
        if (field < 0 ? strcmp(c->field, VOID) == 0 : names(c, r, field))
            return c;
        if (!*c->field)
            rest = c;
    }
    return rest;
}

static bool gives(const struct entry *entry, int field)
{
    if (field < 0)
        return entry->op == OP_VOID;
    return entry->op == OP_AMEND && entry->record.values[field].state != VALUE_ABSENT;
}

static const char *name_of(const struct resolving *r, int field)
{
    return field < 0 ? VOID : r->row.record.of->fields[field].flag;
}

/* The entry that gives FIELD its value: its place among those that wait, -1 for what stands. */
static enum err choose(const struct resolving *r, int field, int *out, struct errctx *e)
{
    const struct review_choice *c = choice_for(r, field);
    int newest = -1;
    int givers = 0;
    *out = -1;
    for (size_t i = 0; i < r->count; i++) {
        if (!gives(&r->waiting[i], field))
            continue;
        newest = (int)i;
        givers++;
        if (c && c->take == r->addresses[i])
            *out = (int)i;
    }
    if (!c)
        return err_fail(e, ERR_INVALID, "%s: say whether one stands or the other is taken",
                        name_of(r, field));
    if (c->take == REVIEW_ONE || *out >= 0)
        return ERR_OK;
    if (c->take != REVIEW_OTHER)
        return err_fail(e, ERR_INVALID, "%s: that entry does not wait for it", name_of(r, field));
    if (givers > 1 && *c->field)
        return err_fail(e, ERR_INVALID, "%s: %d changes wait; name the entry", name_of(r, field), givers);
    *out = newest;
    return ERR_OK;
}

/* Every choice is about something that met. */
static enum err check_names(const struct resolving *r, struct errctx *e)
{
    for (size_t i = 0; i < r->choice_count; i++) {
        const struct review_choice *c = &r->choices[i];
        bool met = !*c->field;
        for (size_t k = 0; k < r->count && !met; k++) {
            met = strcmp(c->field, VOID) == 0 && gives(&r->waiting[k], -1);
            for (int field = 0; field < r->row.record.of->field_count && !met; field++)
                met = names(c, r, field) && gives(&r->waiting[k], field);
        }
        if (!met)
            return err_fail(e, ERR_INVALID, "%.60s: did not meet another change", c->field);
    }
    return ERR_OK;
}

/* --- writing */

static enum err load(struct resolving *r, int64_t record, struct errctx *e)
{
    struct registry_store *s = r->d.own.store;
    size_t held = 0;
    if (review_record(s, record, &r->row, e) != ERR_OK ||
        review_conflicts(s, record, r->addresses, MOST_CONFLICTS, &held, e) != ERR_OK)
        return e->kind;
    record_init(&r->change, r->row.record.of);
    if (held == 0)
        return err_fail(e, ERR_NOT_FOUND, "the record has no conflict");
    while (r->count < held) {
        if (review_entry(s, r->addresses[r->count], &r->waiting[r->count], e) != ERR_OK)
            return e->kind;
        r->count++;
    }
    return check_names(r, e);
}

/* Puts FIELD of the entry that was chosen for it into the change. */
static enum err take(struct resolving *r, int field, struct errctx *e)
{
    int from = -1;
    bool met = false;
    for (size_t i = 0; i < r->count; i++)
        met = met || gives(&r->waiting[i], field);
    if (!met)
        return ERR_OK;
    if (choose(r, field, &from, e) != ERR_OK)
        return e->kind;
    if (from < 0)
        return ERR_OK;
    r->taken[from] = true;
    if (field >= 0)
        record_take(&r->change, &r->waiting[from].record, field);
    return ERR_OK;
}

static enum err put_change(struct resolving *r, struct errctx *e)
{
    struct entry entry;
    int64_t address = 0;
    if (!record_reduce(&r->change, &r->row.record))
        return ERR_OK; /* it stands so already */
    deciding_start(&r->d, OP_AMEND, &r->row, &entry);
    free(entry.why);
    entry.why = NULL;
    record_done(&entry.record);
    record_copy(&entry.record, &r->change);
    enum err result = own_put(&r->d.own, &entry, &address, e);
    r->row.version = address;
    entry_done(&entry);
    return result;
}

static enum err put_void(struct resolving *r, struct errctx *e)
{
    enum err result = ERR_OK;
    for (size_t i = 0; i < r->count && result == ERR_OK; i++) {
        struct entry entry;
        int64_t address = 0;
        if (r->waiting[i].op != OP_VOID || !r->taken[i])
            continue;
        deciding_start(&r->d, OP_VOID, &r->row, &entry);
        free(entry.why);
        entry.why = str_dup(r->waiting[i].why);
        result = own_put(&r->d.own, &entry, &address, e);
        r->row.version = address;
        entry_done(&entry);
    }
    return result;
}

static enum err put_settled(struct resolving *r, struct errctx *e)
{
    enum err result = ERR_OK;
    for (size_t i = 0; i < r->count && result == ERR_OK; i++) {
        struct entry entry;
        deciding_start(&r->d, OP_SETTLE, &r->row, &entry);
        entry.settles = r->addresses[i];
        entry.is = r->taken[i] ? DECIDED_TAKEN : DECIDED_KEPT;
        result = own_put(&r->d.own, &entry, NULL, e);
        entry_done(&entry);
    }
    return result;
}

static enum err resolve(struct resolving *r, int64_t record, struct errctx *e)
{
    enum err result = load(r, record, e);
    for (int field = -1; result == ERR_OK && field < r->row.record.of->field_count; field++)
        result = take(r, field, e);
    if (result == ERR_OK)
        result = put_change(r, e);
    if (result == ERR_OK)
        result = put_void(r, e);
    return result == ERR_OK ? put_settled(r, e) : result;
}

enum err review_resolve(struct registry_store *s, const char *by, int64_t record,
                        const struct review_choice *choices, size_t count, const char *why, int64_t now,
                        struct errctx *e)
{
    struct resolving *r = mem_zero(1, sizeof *r);
    r->choices = choices;
    r->choice_count = count;
    enum err result = deciding_begin(&r->d, s, by, why, now, e);
    if (result == ERR_OK)
        result = deciding_end(&r->d, resolve(r, record, e), e);
    for (size_t i = 0; i < r->count; i++)
        entry_done(&r->waiting[i]);
    if (r->row.record.of) {
        record_done(&r->change);
        row_done(&r->row);
    }
    free(r);
    return result;
}
