/* What the laptops know of what the registry knows, and how far that is the same. */
#include <stdlib.h>
#include <string.h>

#include "app/registry/store/inside.h"
#include "tests/sim/inside.h"

/* --- what laptops share */

struct sharing {
    struct sim *sim;
    struct laptop *laptop;
};

/* The same thing may stand under another address where it was written again. */
static int64_t name_there(struct laptop *l, int64_t address)
{
    static const char sql[] = "SELECT stands FROM twin WHERE entry = :id";
    struct errctx e;
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(store_db(l->store), sql, &stmt, &e) != ERR_OK)
        return address;
    stmt_bind_int(stmt, ":id", address);
    if (stmt_step(stmt, &row, &e) == ERR_OK && row)
        address = stmt_int(stmt, 0);
    stmt_done(stmt);
    return address;
}

static bool same_value(struct laptop *l, const struct value *there, const struct value *here,
                       enum field_type type)
{
    if ((there->state == VALUE_SET) != (here->state == VALUE_SET))
        return false;
    if (there->state != VALUE_SET)
        return true;
    if (type == FIELD_REF)
        return name_there(l, there->number) == here->number;
    return field_is_number(type) ? there->number == here->number : strcmp(there->text, here->text) == 0;
}

/* How both came to it, for a person who looks for the reason. */
static enum err trace_entry(void *arg, int64_t address, const struct entry *entry, struct errctx *e)
{
    (void)e;
    char id[IDENT_BYTES];
    char base[IDENT_BYTES];
    struct buf line = {0};
    entry_write(entry, &line);
    sim_trace(arg, "  laptop: %s on %s: %s", ident_format(address, id), ident_format(entry->base, base),
              buf_str(&line));
    buf_done(&line);
    return ERR_OK;
}

static void trace_record(const struct sharing *h, enum entity_id of, int64_t id)
{
    struct errctx e;
    struct stmt *stmt = NULL;
    bool row = true;
    char entry[IDENT_BYTES];
    char base[IDENT_BYTES];
    static const char sql[] =
        "SELECT entry, base, applied, voids, fields FROM touch WHERE record = :id ORDER BY turn";
    if (!h->sim->o->trace || db_prepare(h->sim->office.store->db, sql, &stmt, &e) != ERR_OK)
        return;
    stmt_bind_int(stmt, ":id", id);
    while (stmt_step(stmt, &row, &e) == ERR_OK && row)
        sim_trace(h->sim, "  registry: %s on %s, %s: %s%s", ident_format(stmt_int(stmt, 0), entry),
                  ident_format(stmt_int(stmt, 1), base), stmt_int(stmt, 2) ? "applied" : "conflict",
                  stmt_text(stmt, 4), stmt_int(stmt, 3) ? "void" : "");
    stmt_done(stmt);
    (void)!store_history(h->laptop->store, of, name_there(h->laptop, id), trace_entry, h->sim, &e);
}

bool oracle_has_row(struct sim *s, struct db *db, const char *sql, int64_t entry)
{
    struct errctx e;
    struct stmt *stmt = NULL;
    bool row = false;
    enum err result = db_prepare(db, sql, &stmt, &e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":entry", entry);
        result = stmt_step(stmt, &row, &e);
    }
    stmt_done(stmt);
    if (result != ERR_OK)
        sim_fail(s, "%s", e.text);
    return row;
}

/* What became of an entry in the registry as it is now. */
static bool is_orphan(struct sim *s, int64_t entry)
{
    static const char sql[] = "SELECT 1 FROM finding WHERE entry = :entry AND rule = 'orphan'";
    return oracle_has_row(s, s->office.store->db, sql, entry);
}

static bool changed_something(struct sim *s, int64_t entry)
{
    static const char sql[] = "SELECT 1 FROM entry WHERE id = :entry AND NOT EXISTS (SELECT 1 FROM "
                              "disposition d WHERE d.entry = :entry AND d.state = 'conflict')";
    return oracle_has_row(s, s->office.store->db, sql, entry) && !is_orphan(s, entry);
}

/* Whether the laptop was told entries of DEVICE, a disk that was copied, in whose place the registry, put
 * back since then, holds those of the other branch. */
static bool knows_other_branch(const struct sharing *h, uint32_t device)
{
    /* Of the two branches it may have written one itself. */
    static const char lived[] = "SELECT 1 FROM life WHERE device = :entry";
    static const char told[] = "SELECT id, bytes FROM foreign_entry WHERE id >> 32 = :device";
    static const char held[] = "SELECT 1 FROM entry WHERE id = :entry AND bytes <> :bytes";
    struct errctx e;
    struct stmt *stmt = NULL;
    struct stmt *there = NULL;
    bool row = true;
    bool other = false;
    if (h->sim->report->clones == 0 || h->sim->report->restores == 0 ||
        db_prepare(store_db(h->laptop->store), told, &stmt, &e) != ERR_OK)
        return false;
    other = oracle_has_row(h->sim, store_db(h->laptop->store), lived, device);
    stmt_bind_int(stmt, ":device", device);
    while (!other && stmt_step(stmt, &row, &e) == ERR_OK && row) {
        size_t len = 0;
        const char *bytes = stmt_blob(stmt, 1, &len);
        if (db_prepare(h->sim->office.store->db, held, &there, &e) != ERR_OK)
            break;
        stmt_bind_int(there, ":entry", stmt_int(stmt, 0));
        stmt_bind_text_len(there, ":bytes", bytes, len);
        if (stmt_step(there, &other, &e) != ERR_OK)
            sim_fail(h->sim, "%s", e.text);
        stmt_done(there);
    }
    stmt_done(stmt);
    return other;
}

/* Twins on a laptop, which believes what it is told, and two records in the registry: until a person vouches.
 */
static bool is_of_unvouched(const struct sharing *h, int64_t record)
{
    return oracle_is_unvouched(h->sim, ident_device(record), 0) ||
           oracle_is_unvouched(h->sim, ident_device(name_there(h->laptop, record)), 0);
}

/* Whether that is so of a device whose changes of RECORD stand in the registry. */
static bool changed_by_other_branch(const struct sharing *h, int64_t record)
{
    struct errctx e;
    struct stmt *stmt = NULL;
    bool row = false;
    bool other = false;
    struct db *db = h->sim->office.store->db;
    if (h->sim->report->clones == 0 || h->sim->report->restores == 0 ||
        db_prepare(db, "SELECT DISTINCT entry >> 32 FROM touch WHERE record = :record", &stmt, &e) != ERR_OK)
        return false;
    stmt_bind_int(stmt, ":record", record);
    while (!other && stmt_step(stmt, &row, &e) == ERR_OK && row)
        other = knows_other_branch(h, (uint32_t)stmt_int(stmt, 0));
    stmt_done(stmt);
    return other;
}

/*
 * Whether a registry that was put back explains that a record stands otherwise: the laptop was told of a
 * change that the registry lost for good, or that met another's when it came again; or its own change came
 * before the record did, and waits for a person ("orphan").
 */
static bool is_explained(const struct sharing *h, int64_t record)
{
    static const char sql[] = "SELECT id, 0 FROM foreign_entry WHERE record = :record UNION ALL "
                              "SELECT (l.device << 32) + t.number, 1 FROM touch t, laptop l "
                              "WHERE t.record = :record";
    struct sim *s = h->sim;
    struct errctx e;
    struct stmt *stmt = NULL;
    bool row = true;
    bool explained = false;
    if (is_of_unvouched(h, record))
        return true;
    if (s->report->restores == 0 || db_prepare(store_db(h->laptop->store), sql, &stmt, &e) != ERR_OK)
        return false;
    stmt_bind_int(stmt, ":record", name_there(h->laptop, record));
    while (!explained && stmt_step(stmt, &row, &e) == ERR_OK && row) {
        int64_t entry = stmt_int(stmt, 0);
        explained = stmt_int(stmt, 1) ? is_orphan(s, entry) : !changed_something(s, entry);
    }
    stmt_done(stmt);
    return explained || changed_by_other_branch(h, record) || knows_other_branch(h, ident_device(record)) ||
           knows_other_branch(h, ident_device(name_there(h->laptop, record)));
}

/* Whether that explains a reference that leads elsewhere, to THERE in the registry and HERE on the laptop:
 * what it names came again in a later life after it had come itself, and it stays as it was written; or
 * nobody vouches for that life. */
static bool is_named_early(const struct sharing *h, int64_t there, int64_t here)
{
    static const char came_again[] = "SELECT 1 FROM twin WHERE (entry = :entry OR abs(origin) = :entry) AND "
                                     "stands <> :entry LIMIT 1";
    struct sim *s = h->sim;
    return knows_other_branch(h, ident_device(there)) || is_of_unvouched(h, there) ||
           is_of_unvouched(h, here) ||
           (s->report->restores > 0 && (oracle_has_row(s, s->office.store->db, came_again, there) ||
                                        oracle_has_row(s, s->office.store->db, came_again, here)));
}

/* The field in which the two differ, or the word for the whole; NULL: they are the same. NAMED gets the
 * records that both values name. */
static const char *find_difference(struct laptop *l, const struct row *there, const struct row *here,
                                   int64_t named[2])
{
    const struct entity *of = there->record.of;
    named[0] = named[1] = 0;
    if (here->voided != there->voided)
        return "void";
    for (int i = 0; i < of->field_count; i++) {
        const struct value *value = &there->record.values[i];
        if (same_value(l, value, &here->record.values[i], of->fields[i].type))
            continue;
        if (of->fields[i].type == FIELD_REF && value->state == VALUE_SET) {
            named[0] = value->number;
            named[1] = here->record.values[i].number;
        }
        return of->fields[i].name;
    }
    return NULL;
}

static enum err compare_record(void *arg, const struct row *row, struct errctx *e)
{
    const struct sharing *h = arg;
    const struct entity *of = row->record.of;
    struct row own = {0};
    int64_t named[2];
    char id[IDENT_BYTES];
    (void)ident_format(row->id, id);
    if (store_load(h->laptop->store, of->id, name_there(h->laptop, row->id), &own, e) != ERR_OK)
        return e->kind == ERR_NOT_FOUND && is_explained(h, row->id) ? ERR_OK
                                                                    : err_wrap(e, "%s %s", of->name, id);
    const char *differs = find_difference(h->laptop, row, &own, named);
    row_done(&own);
    if (!differs || is_explained(h, row->id) || (named[0] && is_named_early(h, named[0], named[1])))
        return ERR_OK;
    trace_record(h, of->id, row->id);
    return err_fail(e, ERR_CONFLICT, "%s of %s %s stands otherwise in the registry", differs, of->name, id);
}

void oracle_judge_shared(struct sim *s, struct laptop *l)
{
    struct errctx e;
    struct sharing h = {.sim = s, .laptop = l};
    struct ledger_device held = {0};
    if (l->gone || l->hermit || !oracle_device(s, l->log->device, &held) || held.revoked_at)
        return;
    for (int of = 0; of < ENTITY_COUNT && !sim_failed(s); of++) {
        if (feed_shares((enum entity_id)of) && registry_store_records(s->office.store, (enum entity_id)of,
                                                                      true, compare_record, &h, &e) != ERR_OK)
            sim_fail(s, "laptop %d: %s", l->index, e.text);
    }
}

/* --- what came of a laptop's entries */

static bool is_left_out(struct laptop *l, int64_t entry)
{
    return oracle_has_row(l->sim, store_db(l->store), "SELECT 1 FROM unapplied WHERE entry = :entry", entry);
}

/* Its own entry, or one of an earlier life that it keeps. */
static bool is_own(struct laptop *l, int64_t entry)
{
    static const char sql[] =
        "SELECT 1 FROM laptop WHERE device = :entry >> 32 UNION ALL "
        "SELECT 1 FROM life WHERE device = :entry >> 32 AND number >= (:entry & 4294967295)";
    return oracle_has_row(l->sim, store_db(l->store), sql, entry);
}

void oracle_judge_told(struct sim *s, struct laptop *l)
{
    static const char sql[] = "SELECT entry FROM disposition WHERE state = 'conflict' UNION "
                              "SELECT t.entry FROM twin t JOIN disposition d ON d.entry = t.stands "
                              "WHERE d.state = 'conflict' ORDER BY 1";
    struct errctx e;
    struct stmt *stmt = NULL;
    struct ledger_device held = {0};
    bool row = true;
    if (l->gone || l->hermit || !oracle_device(s, l->log->device, &held) || held.revoked_at)
        return;
    enum err result = db_prepare(s->office.store->db, sql, &stmt, &e);
    while (result == ERR_OK && row && !sim_failed(s)) {
        char id[IDENT_BYTES];
        result = stmt_step(stmt, &row, &e);
        if (result == ERR_OK && row && is_own(l, stmt_int(stmt, 0)) &&
            !is_left_out(l, name_there(l, stmt_int(stmt, 0))))
            sim_fail(s, "laptop %d: nobody told that %s is a conflict", l->index,
                     ident_format(stmt_int(stmt, 0), id));
    }
    stmt_done(stmt);
    if (result != ERR_OK)
        sim_fail(s, "the registry: %s", e.text);
}
