/* One record, made again from its entries: when one of them counts no more, again, or in an earlier place. */
#include "app/field/store/inside.h"

struct making {
    struct db *db;
    uint32_t device;
    struct project_store into;
    struct moment now;
    struct twins twins;
    int64_t id; /* of the record */
};

static enum err project_one(void *arg, int64_t address, struct entry *entry, struct errctx *e)
{
    struct making *m = arg;
    int64_t stands = address;
    bool left_out = false;
    enum projected projected = PROJECTED;
    if (twin_standing(m->db, &stands, e) != ERR_OK || unapplied_is(m->db, address, &left_out, e) != ERR_OK)
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
    enum err result = project_told(&m->into, address, entry, &projected, e);
    return result == ERR_OK && entry->op != OP_VOID ? index_know(m->db, &entry->record, e) : result;
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

static enum err make(struct making *m, enum entity_id of, struct errctx *e)
{
    struct row before = {0};
    struct row after = {0};
    enum err result = rows_load(m->db, of, m->id, &before, e);
    if (result == ERR_NOT_FOUND)
        return ERR_OK; /* what its entries change is not here */
    if (result == ERR_OK)
        result = drop_row(m->db, of, m->id, e);
    if (result == ERR_OK)
        result = history_each(m->db, m->device, m->id, project_one, m, e);
    if (result == ERR_OK)
        result = rows_load(m->db, of, m->id, &after, e);
    if (result == ERR_OK)
        result = index_record(m->db, m->id, &before.record, &after.record, e);
    row_done(&before);
    row_done(&after);
    return result;
}

enum err remake_record(struct db *db, uint32_t device, enum entity_id of, int64_t id, struct errctx *e)
{
    struct making m = {
        .db = db, .device = device, .into = project_into_db(db), .now = moment_now(db), .id = id};
    moment_twins(&m.now, &m.twins);
    return make(&m, of, e);
}
