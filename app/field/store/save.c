/*
 * Saving. Everything is checked before anything is written; then entry, row, index and findings go into one
 * transaction and the row is read back before the commit.
 */
#include "app/field/store/save.h"
#include "app/field/store/lives.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/date.h"
#include "schema/base/text.h"

enum {
    REASON_MAX_CHARS = 200
};

static void save_init(struct save *w, struct store *s, enum op op, const struct author *by)
{
    *w = (struct save){.store = s, .by = by};
    entry_init(&w->entry);
    w->entry.op = op;
    w->entry.at = by->now;
}

static void save_done(struct save *w)
{
    entry_done(&w->entry);
    record_done(&w->after);
}

/* --- transactions */

/* Another process may have written since: then its newest entry is the one to follow. */
static enum err follow_head(struct store *s, struct errctx *e)
{
    int64_t newest = 0;
    if (db_one_int(s->db, "SELECT max(number) FROM journal", 0, &newest, e) != ERR_OK)
        return e->kind;
    return newest == s->head.number ? ERR_OK : journal_head(s->db, s->device.key, &s->head, e);
}

static enum err begin(struct store *s, struct errctx *e)
{
    if (s->batch_spoilt)
        return err_fail(e, ERR_DB, "an earlier save of this run failed: it has to be rolled back");
    if (s->batch)
        return ERR_OK;
    if (db_begin(s->db, e) != ERR_OK)
        return e->kind;
    return lives_follow(s, e) == ERR_OK ? follow_head(s, e) : e->kind;
}

/* Commits or rolls back what begin began; RESULT is how the save went, WROTE whether it had begun to write.
 */
static enum err finish(struct store *s, enum err result, bool wrote, struct errctx *e)
{
    if (s->batch) {
        if (result != ERR_OK && wrote)
            s->batch_spoilt = true;
        return result;
    }
    if (result == ERR_OK)
        result = db_commit(s->db, e);
    if (result != ERR_OK) {
        struct errctx unread;
        db_rollback(s->db);
        if (wrote && journal_head(s->db, s->device.key, &s->head, &unread) != ERR_OK)
            s->head.number = -1; /* read again by the next save */
    }
    return result;
}

enum err store_begin(struct store *s, struct errctx *e)
{
    assert(!s->batch);
    enum err result = begin(s, e);
    s->batch = result == ERR_OK;
    if (result != ERR_OK)
        db_rollback(s->db);
    return result;
}

enum err store_commit(struct store *s, struct errctx *e)
{
    assert(s->batch);
    if (s->batch_spoilt) {
        store_rollback(s);
        return err_fail(e, ERR_DB, "a save failed half way: nothing of this run was kept");
    }
    s->batch = false;
    return finish(s, ERR_OK, true, e);
}

void store_rollback(struct store *s)
{
    struct errctx e;
    s->batch = false;
    s->batch_spoilt = false;
    (void)finish(s, ERR_INTERNAL, true, &e);
}

/* --- writing */

static bool same_value(const struct value *a, const struct value *b, enum field_type type)
{
    bool set = a->state == VALUE_SET;
    if (set != (b->state == VALUE_SET))
        return false;
    if (!set)
        return true;
    return field_is_number(type) ? a->number == b->number : strcmp(a->text, b->text) == 0;
}

/* What is stored must be what was meant, before anybody is told that it is. */
static enum err read_back(struct save *w, int64_t address, struct errctx *e)
{
    struct row row = {0};
    const struct entity *of = w->after.of;
    if (rows_load(w->store->db, of->id, w->id, &row, e) != ERR_OK)
        return err_wrap(e, "read back");
    bool same = row.version == address && row.at == w->entry.at && row.voided == (w->entry.op == OP_VOID);
    for (int i = 0; i < of->field_count && same; i++)
        same = same_value(&row.record.values[i], &w->after.values[i], of->fields[i].type);
    row_done(&row);
    return same ? ERR_OK : err_fail(e, ERR_DB, "what was written reads back differently");
}

static enum err write_entry(struct save *w, struct errctx *e)
{
    struct store *s = w->store;
    enum projected projected = PROJECTED;
    if (journal_append(s->db, &s->head, &w->entry, w->by->now, s->earliest, e) != ERR_OK)
        return e->kind;
    int64_t address = ident_make(s->device.number, (uint32_t)s->head.number);
    if (w->entry.op == OP_ADD)
        w->id = address;
    const struct moment now = moment_now(s->db);
    struct twins twins;
    moment_twins(&now, &twins);
    if (project_indexed(&twins, address, &w->entry, &projected, e) != ERR_OK)
        return e->kind;
    if (projected != PROJECTED)
        return err_fail(e, ERR_CONFLICT, "the record moved on since it was read");
    if (w->findings && save_findings(w, e) != ERR_OK)
        return e->kind;
    return read_back(w, address, e);
}

static enum err set_author(struct save *w, struct errctx *e)
{
    size_t len = strlen(w->by->login);
    if (len == 0 || len >= ENTRY_AUTHOR_BYTES)
        return err_fail(e, ERR_INVALID, "as \"%s\": has no place in an entry: 1 to %d bytes", w->by->login,
                        ENTRY_AUTHOR_BYTES - 1);
    memcpy(w->entry.by, w->by->login, len + 1);
    return ERR_OK;
}

/* Checks and writes within the caller's transaction. FINDINGS NULL: nothing to check (voids). */
static enum err run(struct save *w, bool *wrote, struct errctx *e)
{
    if (set_author(w, e) != ERR_OK || officers_check(w, e) != ERR_OK)
        return e->kind;
    if (w->findings && save_check(w, e) != ERR_OK)
        return e->kind;
    *wrote = true;
    return write_entry(w, e);
}

enum err store_add(struct store *s, const struct record *record, const struct author *by,
                   const struct confirmations *confirmed, struct findings *findings, int64_t *out_id,
                   struct errctx *e)
{
    struct save w;
    bool wrote = false;
    save_init(&w, s, OP_ADD, by);
    w.confirmed = confirmed;
    w.findings = findings;
    record_copy(&w.entry.record, record);
    officers_fill(s, &w.entry.record);
    record_copy(&w.after, &w.entry.record);
    enum err result = begin(s, e);
    if (result == ERR_OK)
        result = run(&w, &wrote, e);
    result = finish(s, result, wrote, e);
    if (result == ERR_OK)
        *out_id = w.id;
    save_done(&w);
    return result;
}

/* Loads what is to be changed; ERR_CONFLICT when it is no longer what the caller saw. */
static enum err load_for_change(struct store *s, enum entity_id of, int64_t id, int64_t base, struct row *out,
                                struct errctx *e)
{
    if (store_load(s, of, id, out, e) != ERR_OK)
        return e->kind;
    char text[IDENT_BYTES];
    if (out->voided) {
        row_done(out);
        return err_fail(e, ERR_INVALID, "%s \"%s\": is void", ENTITIES[of].name,
                        ident_format_checked(id, text));
    }
    if (base != 0 && base != out->version) {
        row_done(out);
        return err_fail(e, ERR_CONFLICT, "%s \"%s\": was changed in the meantime", ENTITIES[of].name,
                        ident_format_checked(id, text));
    }
    return ERR_OK;
}

static enum err amend(struct save *w, struct row *before, const struct record *change, bool *wrote,
                      struct errctx *e)
{
    record_copy(&w->entry.record, change);
    if (!record_reduce(&w->entry.record, &before->record))
        return ERR_OK;
    w->entry.id = w->id = before->id;
    w->entry.base = before->version;
    record_copy(&w->after, &before->record);
    record_apply(&w->after, &w->entry.record);
    return run(w, wrote, e);
}

enum err store_amend(struct store *s, enum entity_id of, int64_t id, const struct record *change,
                     int64_t base, const struct author *by, const struct confirmations *confirmed,
                     struct findings *findings, struct errctx *e)
{
    struct save w;
    struct row before = {0};
    bool wrote = false;
    save_init(&w, s, OP_AMEND, by);
    w.confirmed = confirmed;
    w.findings = findings;
    enum err result = begin(s, e);
    if (result == ERR_OK)
        result = load_for_change(s, of, id, base, &before, e);
    if (result == ERR_OK) {
        result = amend(&w, &before, change, &wrote, e);
        row_done(&before);
    }
    result = finish(s, result, wrote, e);
    save_done(&w);
    return result;
}

static enum err void_it(struct save *w, struct row *before, const char *why, bool *wrote, struct errctx *e)
{
    struct buf clean = {0};
    if (text_clean(&clean, why, false, REASON_MAX_CHARS, e) != ERR_OK) {
        buf_done(&clean);
        return err_wrap(e, "reason");
    }
    w->entry.why = buf_steal(&clean);
    if (!w->entry.why || w->entry.why[0] == '\0')
        return err_fail(e, ERR_INVALID, "reason: must be given");
    w->entry.record.of = before->record.of;
    w->entry.id = w->id = before->id;
    w->entry.base = before->version;
    record_copy(&w->after, &before->record);
    return run(w, wrote, e);
}

enum err store_void(struct store *s, enum entity_id of, int64_t id, const char *why, const struct author *by,
                    struct errctx *e)
{
    struct save w;
    struct row before = {0};
    bool wrote = false;
    save_init(&w, s, OP_VOID, by);
    enum err result = begin(s, e);
    if (result == ERR_OK)
        result = load_for_change(s, of, id, 0, &before, e);
    if (result == ERR_OK) {
        result = void_it(&w, &before, why, &wrote, e);
        row_done(&before);
    }
    result = finish(s, result, wrote, e);
    save_done(&w);
    return result;
}

static enum err write_note(struct save *w, enum err (*also)(void *arg, struct errctx *e), void *arg,
                           struct errctx *e)
{
    struct store *s = w->store;
    const struct moment now = moment_now(s->db);
    struct twins twins;
    moment_twins(&now, &twins);
    enum projected projected = PROJECTED_NOTHING;
    enum err result = begin(s, e);
    bool wrote = result == ERR_OK;
    if (result == ERR_OK)
        result = set_author(w, e);
    if (result == ERR_OK)
        result = journal_append(s->db, &s->head, &w->entry, w->by->now, s->earliest, e);
    if (result == ERR_OK)
        result = project_indexed(&twins, ident_make(s->device.number, (uint32_t)s->head.number), &w->entry,
                                 &projected, e);
    if (result == ERR_OK && also)
        result = also(arg, e);
    return finish(s, result, wrote, e);
}

enum err store_note_entry(struct store *s, struct entry *entry, const struct author *by,
                          enum err (*also)(void *arg, struct errctx *e), void *arg, struct errctx *e)
{
    struct save w;
    save_init(&w, s, entry->op, by);
    w.entry = *entry;
    entry_init(entry); /* what it owned is the save's now */
    enum err result = write_note(&w, also, arg, e);
    save_done(&w);
    return result;
}

enum err store_note(struct store *s, enum op op, const char *source, const struct author *by,
                    struct errctx *e)
{
    struct save w;
    save_init(&w, s, op, by);
    w.entry.source = str_dup(source);
    enum err result = write_note(&w, NULL, NULL, e);
    save_done(&w);
    return result;
}

enum err store_note_clock(struct store *s, int64_t offset_s, const char *source, const struct author *by,
                          struct errctx *e)
{
    struct save w;
    save_init(&w, s, OP_CLOCK, by);
    w.entry.offset_s = offset_s;
    w.entry.source = str_dup(source);
    enum err result = write_note(&w, NULL, NULL, e);
    save_done(&w);
    return result;
}
