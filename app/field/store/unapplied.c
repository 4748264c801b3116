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

static enum err read_entry(struct db *db, int64_t address, struct entry *out, struct errctx *e)
{
    const struct moment now = moment_now(db);
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
static enum err judge(struct store *s, int64_t address, bool in, struct errctx *e)
{
    static const char *const sql[] = {
        "INSERT INTO unapplied (entry, behind) SELECT :entry, max(number) FROM journal",
        "DELETE FROM unapplied WHERE entry = :entry"};
    struct stmt *stmt = NULL;
    struct entry entry;
    if (db_prepare(s->db, sql[in], &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", address);
    if (stmt_run(stmt, e) != ERR_OK)
        return e->kind;
    enum err result = read_entry(s->db, address, &entry, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    if (entry.op == OP_AMEND || entry.op == OP_VOID) {
        int64_t id = entry.id;
        result = twin_standing(s->db, &id, e);
        if (result == ERR_OK)
            result = remake_record(s->db, s->device.number, entry.record.of->id, id, e);
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
    struct stmt *stmt = NULL;
    struct difference *found = NULL;
    size_t count = 0;
    bool row = true;
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
        result = judge(s, found[i].entry, found[i].in, e);
    free(found);
    return result;
}
