#include "sync/journal/project.h"

#include <string.h>

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

/*
 * An amendment or a voiding counts only on top of the version that its author saw. On the laptop that is
 * always the current one, and a device's own chain arrives in order; so when it is not, somebody else touched
 * the record in the meantime.
 */
static enum err project_change(const struct project_store *store, int64_t address, const struct entry *entry,
                               enum projected *out, struct errctx *e)
{
    struct row row = {0};
    enum err result = store->load(store->arg, entry->record.of->id, entry->id, &row, e);
    if (result == ERR_NOT_FOUND) {
        *out = PROJECTED_ORPHAN;
        return ERR_OK;
    }
    if (result != ERR_OK)
        return result;
    if (row.version != entry->base) {
        *out = PROJECTED_CONFLICT;
    } else {
        if (entry->op == OP_VOID)
            row.voided = true;
        else
            record_apply(&row.record, &entry->record);
        stamp(&row, address, entry);
        result = store->update(store->arg, &row, e);
    }
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
    case OP_DECIDE:
    case OP_SETTLE:
    case OP_MERGE:
    case OP_UNMERGE:
    case OP_STAFF:
        break;
    }
    *out = PROJECTED_NOTHING;
    return ERR_OK;
}
