/*
 * Own changes that met another's. The registry's version stands on every machine (sync/MODEL.md): what its
 * receipts call a conflict is taken out of the record here, and put back when a registry that was restored
 * judges otherwise.
 */
#include <stdlib.h>

#include "app/field/store/inside.h"

enum err unapplied_is(struct db *from, int64_t address, bool *out, struct errctx *e)
{
    struct stmt *stmt = NULL;
    *out = false;
    if (db_prepare(from, "SELECT 1 FROM unapplied WHERE entry = :entry", &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", address);
    enum err result = stmt_step(stmt, out, e);
    stmt_done(stmt);
    return result;
}

/* Another address than ADDRESS when that is the twin of what stands there. */
static enum err standing(void *arg, int64_t *address, struct errctx *e)
{
    struct db *db = arg;
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(db, "SELECT stands FROM twin WHERE entry = :entry", &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", *address);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row)
        *address = stmt_int(stmt, 0);
    stmt_done(stmt);
    return result;
}

/* --- one record, made again from its entries */

struct making {
    struct db *db;
    uint32_t device;
    struct project_store into;
    struct moment now;
    struct twins twins;
    int64_t id; /* of the record in hand */
};

static enum err project_one(void *arg, int64_t address, struct entry *entry, struct errctx *e)
{
    struct making *m = arg;
    int64_t stands = address;
    bool left_out = false;
    enum projected projected = PROJECTED;
    if (standing(m->db, &stands, e) != ERR_OK || unapplied_is(m->db, address, &left_out, e) != ERR_OK)
        return e->kind;
    if (stands != address || left_out ||
        (entry->op != OP_ADD && entry->op != OP_AMEND && entry->op != OP_VOID))
        return ERR_OK;
    if (twin_map(&m->twins, address, entry, e) != ERR_OK)
        return e->kind;
    /* However it named the record: it is one of its entries. */
    if (entry->op != OP_ADD)
        entry->id = m->id;
    /* What was written on top of a change that is left out goes on top of what stands. */
    return project_told(&m->into, address, entry, &projected, e);
}

static enum err drop_row(struct db *db, enum entity_id of, int64_t id, struct errctx *e)
{
    struct buf sql = {0};
    struct stmt *stmt = NULL;
    buf_printf(&sql, "DELETE FROM %s WHERE id = :id", ENTITIES[of].name);
    const char *text = buf_str(&sql);
    enum err result = db_prepare(db, text, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":id", id);
        result = stmt_run(stmt, e);
    }
    db_forget(db, text);
    buf_done(&sql);
    return result;
}

static enum err remake_record(struct making *m, enum entity_id of, int64_t id, struct errctx *e)
{
    struct row before = {0};
    struct row after = {0};
    m->id = id;
    enum err result = rows_load(m->db, of, id, &before, e);
    if (result == ERR_NOT_FOUND)
        return ERR_OK; /* what it changes is not here */
    if (result == ERR_OK)
        result = drop_row(m->db, of, id, e);
    if (result == ERR_OK)
        result = history_each(m->db, m->device, id, project_one, m, e);
    if (result == ERR_OK)
        result = rows_load(m->db, of, id, &after, e);
    if (result == ERR_OK)
        result = index_record(m->db, id, &before.record, &after.record, e);
    row_done(&before);
    row_done(&after);
    return result;
}

/* --- what the receipts say */

static enum err read_entry(struct making *m, int64_t address, struct entry *out, struct errctx *e)
{
    const struct moment now = moment_now(m->db);
    struct twins lines;
    struct buf bytes = {0};
    moment_twins(&now, &lines);
    enum err result = lines.line(lines.arg, address, &bytes, e);
    if (result == ERR_OK)
        result = entry_read(buf_str(&bytes), bytes.len, out, NULL, e);
    buf_done(&bytes);
    return result;
}

/* ADDRESS is to be left out from now on, or, IN, to count again. */
static enum err judge(struct making *m, int64_t address, bool in, struct errctx *e)
{
    static const char *const sql[] = {
        "INSERT INTO unapplied (entry, behind) SELECT :entry, max(number) FROM journal",
        "DELETE FROM unapplied WHERE entry = :entry"};
    struct stmt *stmt = NULL;
    struct entry entry;
    if (db_prepare(m->db, sql[in], &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", address);
    if (stmt_run(stmt, e) != ERR_OK)
        return e->kind;
    enum err result = read_entry(m, address, &entry, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    if (entry.op == OP_AMEND || entry.op == OP_VOID) {
        int64_t id = entry.id;
        result = standing(m->db, &id, e);
        if (result == ERR_OK)
            result = remake_record(m, entry.record.of->id, id, e);
    }
    entry_done(&entry);
    return result;
}

struct difference {
    int64_t entry;
    bool in;
};

enum err store_judged(void *store, struct errctx *e)
{
    static const char sql[] =
        "WITH said(entry) AS (SELECT (:device << 32) + number FROM disposition WHERE state = 'conflict' "
        "UNION SELECT entry FROM past_disposition WHERE state = 'conflict'), "
        "met(entry) AS (SELECT DISTINCT coalesce(t.stands, s.entry) FROM said s "
        "LEFT JOIN twin t ON t.entry = s.entry) "
        "SELECT entry, 0 FROM met WHERE entry NOT IN (SELECT entry FROM unapplied) "
        "UNION ALL SELECT entry, 1 FROM unapplied WHERE entry NOT IN (SELECT entry FROM met)";
    struct store *s = store;
    struct making m = {
        .db = s->db, .device = s->device.number, .into = project_into_db(s->db), .now = moment_now(s->db)};
    struct stmt *stmt = NULL;
    struct difference *found = NULL;
    size_t count = 0;
    bool row = true;
    moment_twins(&m.now, &m.twins);
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_int(stmt, ":device", s->device.number);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        found = mem_resize(found, count + 1, sizeof *found);
        found[count++] = (struct difference){stmt_int(stmt, 0), stmt_int(stmt, 1) != 0};
    }
    stmt_done(stmt);
    for (size_t i = 0; i < count && result == ERR_OK; i++)
        result = judge(&m, found[i].entry, found[i].in, e);
    free(found);
    return result;
}
