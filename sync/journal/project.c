#include "sync/journal/project.h"

#include <stdlib.h>
#include <string.h>

#include "schema/record/ident.h"

bool project_is_guarded(const struct field *field)
{
    if (field->type == FIELD_MONEY)
        return true;
    if (field->list && strcmp(field->list, "currency") == 0)
        return true;
    static const char *const units[] = {"ct", "g", "USD"};
    for (size_t i = 0; field->unit && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(field->unit, units[i]) == 0)
            return true;
    }
    const struct entity *licence = &ENTITIES[ENTITY_LICENCE];
    static const char *const standing[] = {"valid_from", "valid_to", "status", "status_on"};
    for (size_t i = 0; i < sizeof standing / sizeof standing[0]; i++) {
        if (field == &licence->fields[entity_field(licence, standing[i])])
            return true;
    }
    return false;
}

static enum err load(void *arg, enum entity_id of, int64_t id, struct row *out, struct errctx *e)
{
    return rows_load(arg, of, id, out, e);
}

static enum err insert(void *arg, const struct row *row, struct errctx *e)
{
    return rows_insert(arg, row, e);
}

static enum err update(void *arg, const struct row *row, struct errctx *e)
{
    return rows_update(arg, row, e);
}

struct project_store project_into_db(struct db *db)
{
    return (struct project_store){.arg = db, .load = load, .insert = insert, .update = update};
}

static void stamp(struct row *row, int64_t address, const struct entry *entry)
{
    row->version = address;
    row->at = entry->at;
    memcpy(row->by, entry->by, sizeof row->by);
}

static enum err project_add(const struct project_store *store, int64_t address, const struct entry *entry,
                            struct errctx *e)
{
    struct row row = {.id = address, .record = entry->record}; /* the record stays the entry's */
    stamp(&row, address, entry);
    return store->insert(store->arg, &row, e);
}

/* --- changes that meet */

enum {
    UNKNOWN_FIELDS = ENTITY_MAX_FIELDS, /* stands for every field of a newer program */
    CHANGE_BITS
};

struct change {
    int64_t entry;
    int64_t base;
    bool applied;
    bool voids;
    bool own; /* of the author of the entry in hand */
    bool fields[CHANGE_BITS];
};

struct changes {
    const struct entity *of;
    struct change *rows;
    size_t count;
};

static void mark_fields(const struct entity *of, const char *names, bool fields[CHANGE_BITS])
{
    size_t len = 0;
    for (const char *at = names_next(names, &len); at; at = names_next(at + len, &len)) {
        char *name = str_dup_len(at, len);
        int field = entity_field(of, name);
        fields[field < 0 ? UNKNOWN_FIELDS : field] = true;
        free(name);
    }
}

static enum err collect(void *arg, const struct touch *touch, struct errctx *e)
{
    (void)e;
    struct changes *c = arg;
    c->rows = mem_resize(c->rows, c->count + 1, sizeof *c->rows);
    struct change *row = &c->rows[c->count++];
    *row = (struct change){
        .entry = touch->entry, .base = touch->base, .applied = touch->applied, .voids = touch->voids};
    mark_fields(c->of, touch->fields, row->fields);
    return ERR_OK;
}

static const struct change *find_change(const struct changes *c, int64_t entry)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->rows[i].entry == entry)
            return &c->rows[i];
    }
    return NULL;
}

/* Whether who wrote the entry at ADDRESS wrote ENTRY too, in this life or an earlier one. */
static enum err is_own(const struct project_store *store, int64_t address, int64_t entry, bool *out,
                       struct errctx *e)
{
    *out = ident_device(entry) == ident_device(address);
    return *out || !store->of_earlier_life
               ? ERR_OK
               : store->of_earlier_life(store->lives, ident_device(address), entry, out, e);
}

static enum err mark_own(const struct project_store *store, int64_t address, struct changes *c,
                         struct errctx *e)
{
    for (size_t i = 0; i < c->count; i++) {
        if (is_own(store, address, c->rows[i].entry, &c->rows[i].own, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

/*
 * Where what the author of an entry did not know begins. Its base may be an entry of its own, which the
 * registry took in after somebody else's change: so the bases are followed back to the last version of
 * another device that it had seen. All that stood before that one it had seen too, since the feed tells in
 * order.
 */
static size_t first_unseen(const struct changes *c, int64_t base)
{
    const struct change *row = find_change(c, base);
    /* Bases that lead in a circle come to no end. */
    for (size_t steps = 0; row && row->own && steps < c->count; steps++)
        row = find_change(c, row->base);
    bool seen = row && row->applied && !row->own;
    return seen ? (size_t)(row - c->rows) + 1 : 0;
}

/* What others than the author changed since; OUT has all fields of it. */
static void changed_since(const struct changes *c, int64_t base, struct change *out)
{
    *out = (struct change){0};
    for (size_t i = first_unseen(c, base); i < c->count; i++) {
        const struct change *row = &c->rows[i];
        if (!row->applied || row->own)
            continue;
        out->applied = true;
        out->voids = out->voids || row->voids;
        for (int f = 0; f < CHANGE_BITS; f++)
            out->fields[f] = out->fields[f] || row->fields[f];
    }
}

/* What CHANGE does to the record as it stands merges with what others did: other fields, none of them
 * guarded. Who writes what stands there already disagrees with nobody. */
static bool merges(const struct record *change, const struct record *stands, const struct change *others)
{
    struct record left;
    record_copy(&left, change);
    (void)record_reduce(&left, stands);
    bool fits = !(left.unknown && others->fields[UNKNOWN_FIELDS]);
    for (int f = 0; f < change->of->field_count && fits; f++) {
        if (left.values[f].state != VALUE_ABSENT)
            fits = !others->fields[f] && !project_is_guarded(&change->of->fields[f]);
    }
    record_done(&left);
    return fits;
}

static enum err find_conflict(const struct project_store *store, int64_t address, const struct entry *entry,
                              const struct row *row, bool *out, struct errctx *e)
{
    struct changes changes = {.of = entry->record.of};
    struct change others;
    bool own = false;
    *out = row->version != entry->base;
    if (!store->touches || is_own(store, address, entry->base, &own, e) != ERR_OK)
        return store->touches ? e->kind : ERR_OK;
    /* Built on the very version that stands, and that is not its own author's. */
    if (!*out && (entry->base == entry->id || !own))
        return ERR_OK;
    enum err result = store->touches(store->arg, entry->id, collect, &changes, e);
    if (result == ERR_OK)
        result = mark_own(store, address, &changes, e);
    if (result == ERR_OK) {
        changed_since(&changes, entry->base, &others);
        *out = others.applied &&
               (others.voids || entry->op == OP_VOID || !merges(&entry->record, &row->record, &others));
    }
    free(changes.rows);
    return result;
}

static enum err keep_touch(const struct project_store *store, int64_t address, const struct entry *entry,
                           bool applied, struct errctx *e)
{
    struct buf fields = {0};
    const struct record *r = &entry->record;
    if (!store->keep_touch)
        return ERR_OK;
    for (int f = 0; f < r->of->field_count && entry->op == OP_AMEND; f++) {
        if (r->values[f].state != VALUE_ABSENT)
            buf_printf(&fields, "%s%s", fields.len ? "," : "", r->of->fields[f].name);
    }
    if (r->unknown)
        buf_printf(&fields, "%s?", fields.len ? "," : "");
    const struct touch touch = {.entry = address,
                                .base = entry->base,
                                .applied = applied,
                                .voids = entry->op == OP_VOID,
                                .fields = buf_str(&fields)};
    enum err result = store->keep_touch(store->arg, entry->id, &touch, e);
    buf_done(&fields);
    return result;
}

/* --- amendments and voidings */

static enum err apply_to(const struct project_store *store, struct row *row, int64_t address,
                         const struct entry *entry, struct errctx *e)
{
    if (entry->op == OP_VOID)
        row->voided = true;
    else
        record_apply(&row->record, &entry->record);
    stamp(row, address, entry);
    return store->update(store->arg, row, e);
}

static enum err load_subject(const struct project_store *store, const struct entry *entry, struct row *row,
                             enum projected *out, struct errctx *e)
{
    enum err result = store->load(store->arg, entry->record.of->id, entry->id, row, e);
    if (result != ERR_NOT_FOUND)
        return result;
    *out = PROJECTED_ORPHAN;
    return ERR_OK;
}

static enum err project_change(const struct project_store *store, int64_t address, const struct entry *entry,
                               enum projected *out, struct errctx *e)
{
    struct row row = {0};
    bool conflict = false;
    enum err result = load_subject(store, entry, &row, out, e);
    if (result != ERR_OK || *out == PROJECTED_ORPHAN)
        return result;
    result = find_conflict(store, address, entry, &row, &conflict, e);
    if (conflict)
        *out = PROJECTED_CONFLICT;
    else if (result == ERR_OK)
        result = apply_to(store, &row, address, entry, e);
    if (result == ERR_OK)
        result = keep_touch(store, address, entry, !conflict, e);
    row_done(&row);
    return result;
}

enum err project_entry(const struct project_store *store, int64_t address, const struct entry *entry,
                       enum projected *out, struct errctx *e)
{
    *out = PROJECTED;
    switch (entry->op) {
    case OP_ADD:
        return project_add(store, address, entry, e);
    case OP_AMEND:
    case OP_VOID:
        return project_change(store, address, entry, out, e);
    case OP_DEVICE:
    case OP_CLOCK:
    case OP_BACKUP:
    case OP_PIN:
    case OP_DECIDE:
    case OP_SETTLE:
    case OP_MERGE:
    case OP_UNMERGE:
    case OP_STAFF:
    case OP_QUARANTINE:
        break;
    }
    *out = PROJECTED_NOTHING;
    return ERR_OK;
}

enum err project_told(const struct project_store *store, int64_t address, const struct entry *entry,
                      enum projected *out, struct errctx *e)
{
    struct row row = {0};
    *out = PROJECTED_NOTHING;
    if (entry->op != OP_ADD && entry->op != OP_AMEND && entry->op != OP_VOID)
        return ERR_OK;
    *out = PROJECTED;
    int64_t subject = entry_subject(entry, address);
    enum err result = store->load(store->arg, entry->record.of->id, subject, &row, e);
    if (result == ERR_NOT_FOUND) {
        *out = entry->op == OP_ADD ? PROJECTED : PROJECTED_ORPHAN;
        return entry->op == OP_ADD ? project_add(store, address, entry, e) : ERR_OK;
    }
    if (result == ERR_OK && entry->op == OP_ADD)
        *out = PROJECTED_NOTHING;
    else if (result == ERR_OK)
        result = apply_to(store, &row, address, entry, e);
    row_done(&row);
    return result;
}
