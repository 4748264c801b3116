/* Decisions about records, as entries of the registry's own journal. */
#include <stdio.h>
#include <stdlib.h>

#include "app/registry/store/deciding.h"
#include "app/registry/store/review.h"
#include "schema/base/text.h"
#include "schema/base/words.h"

enum err deciding_begin(struct deciding *d, struct registry_store *s, const char *by, const char *why,
                        int64_t now, struct errctx *e)
{
    *d = (struct deciding){.by = by};
    enum err result = registry_store_staff_check(s, by, e);
    if (result == ERR_OK && why && text_clean(&d->why, why, false, ENTRY_MAX_WHY, e) != ERR_OK)
        result = err_wrap(e, "reason");
    if (result == ERR_OK)
        result = own_begin(s, now, &d->own, e);
    if (result != ERR_OK)
        buf_done(&d->why);
    return result;
}

enum err deciding_end(struct deciding *d, enum err result, struct errctx *e)
{
    result = own_end(&d->own, result, e);
    buf_done(&d->why);
    return result;
}

void deciding_start(const struct deciding *d, enum op op, const struct row *row, struct entry *out)
{
    entry_init(out);
    out->op = op;
    (void)snprintf(out->by, sizeof out->by, "%s", d->by);
    record_init(&out->record, row->record.of);
    out->id = row->id;
    out->base = row->version;
    out->why = d->why.len ? str_dup(buf_str(&d->why)) : NULL;
}

static enum err refuse(const struct row *row, const char *why, struct errctx *e)
{
    char id[IDENT_BYTES];
    return err_fail(e, ERR_CONFLICT, "record \"%s\": %s", ident_format(row->id, id), why);
}

static enum err decide_one(struct deciding *d, const struct row *row, enum decided is, struct errctx *e)
{
    struct entry entry;
    int64_t waiting = 0;
    size_t count = 0;
    if (row->voided)
        return refuse(row, N_("was voided and counts nowhere"), e);
    if (review_conflicts(d->own.store, row->id, &waiting, 1, &count, e) != ERR_OK)
        return e->kind;
    if (count > 0)
        return refuse(row, N_("has a conflict, which comes first: review resolve"), e);
    deciding_start(d, OP_DECIDE, row, &entry);
    entry.is = is;
    enum err result = own_put(&d->own, &entry, NULL, e);
    entry_done(&entry);
    return result;
}

enum err review_decide(struct registry_store *s, const char *by, const int64_t *records, size_t count,
                       enum decided is, const char *why, int64_t now, struct errctx *e)
{
    struct deciding d;
    enum err result = deciding_begin(&d, s, by, why, now, e);
    if (result != ERR_OK)
        return result;
    for (size_t i = 0; i < count && result == ERR_OK; i++) {
        struct row row = {0};
        result = review_record(s, records[i], &row, e);
        if (result == ERR_OK)
            result = decide_one(&d, &row, is, e);
        row_done(&row);
    }
    return deciding_end(&d, result, e);
}

static enum err check_digger(struct registry_store *s, int64_t record, struct row *out, struct errctx *e)
{
    char id[IDENT_BYTES];
    char other[IDENT_BYTES];
    enum review_state state = REVIEW_OPEN;
    int64_t stays = 0;
    if (review_record(s, record, out, e) != ERR_OK || review_state(s, record, &state, &stays, e) != ERR_OK)
        return e->kind;
    if (out->record.of->id != ENTITY_DIGGER)
        return err_fail(e, ERR_INVALID, "record \"%s\": is a %s; persons are merged",
                        ident_format(record, id), out->record.of->name);
    if (stays)
        return err_fail(e, ERR_CONFLICT, "record \"%s\": is merged into \"%s\"", ident_format(record, id),
                        ident_format(stays, other));
    return ERR_OK;
}

static enum err merge(struct deciding *d, int64_t record, int64_t into, struct errctx *e)
{
    struct row row = {0};
    struct row other = {0};
    struct entry entry;
    enum err result = check_digger(d->own.store, record, &row, e);
    if (result == ERR_OK)
        result = check_digger(d->own.store, into, &other, e);
    if (result == ERR_OK && record == into)
        result = refuse(&row, N_("cannot be merged into itself"), e);
    if (result == ERR_OK) {
        deciding_start(d, OP_MERGE, &row, &entry);
        entry.into = into;
        result = own_put(&d->own, &entry, NULL, e);
        entry_done(&entry);
    }
    row_done(&other);
    row_done(&row);
    return result;
}

enum err review_merge(struct registry_store *s, const char *by, int64_t record, int64_t into, const char *why,
                      int64_t now, struct errctx *e)
{
    struct deciding d;
    enum err result = deciding_begin(&d, s, by, why, now, e);
    return result == ERR_OK ? deciding_end(&d, merge(&d, record, into, e), e) : result;
}

static enum err unmerge(struct deciding *d, int64_t record, struct errctx *e)
{
    struct row row = {0};
    struct entry entry;
    enum review_state state = REVIEW_OPEN;
    int64_t stays = 0;
    enum err result = review_record(d->own.store, record, &row, e);
    if (result == ERR_OK)
        result = review_state(d->own.store, record, &state, &stays, e);
    if (result == ERR_OK && !stays)
        result = refuse(&row, N_("is not merged"), e);
    if (result == ERR_OK) {
        deciding_start(d, OP_UNMERGE, &row, &entry);
        result = own_put(&d->own, &entry, NULL, e);
        entry_done(&entry);
    }
    row_done(&row);
    return result;
}

enum err review_unmerge(struct registry_store *s, const char *by, int64_t record, const char *why,
                        int64_t now, struct errctx *e)
{
    struct deciding d;
    enum err result = deciding_begin(&d, s, by, why, now, e);
    return result == ERR_OK ? deciding_end(&d, unmerge(&d, record, e), e) : result;
}
