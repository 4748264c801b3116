/* Making the records again from the entries: in a temporary database, as of now or of a day gone by. */
#include "app/registry/store/decisions.h"

#include "schema/record/rows.h"

struct replaying {
    struct project_store into;
    struct db *db;
    struct registry_store *from;
    struct twins twins;
    int64_t batch; /* whose arrival is known */
    struct arrival arrival;
};

static enum err find_arrival(struct replaying *r, int64_t batch, struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = false;
    if (batch == r->batch)
        return ERR_OK;
    if (db_prepare(r->from->db, "SELECT header, via, received_at FROM batch WHERE id = :id", &stmt, e) !=
        ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", batch);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row) {
        r->batch = batch;
        r->arrival = batch_arrival(stmt_text(stmt, 0), stmt_text(stmt, 1), stmt_int(stmt, 2));
    }
    stmt_done(stmt);
    return result;
}

static enum err replay_seen(struct replaying *r, int64_t address, const struct entry *entry, struct errctx *e)
{
    enum projected projected = PROJECTED;
    struct entry corrected;
    arrival_correct(&r->arrival, entry, &corrected);
    enum err result = project_entry(&r->into, address, &corrected, &projected, e);
    if (result == ERR_OK && entry->op != OP_ADD)
        result = decisions_note(r->db, r->from->device.number, address, &corrected, projected, e);
    return result;
}

static enum err replay_entry(struct replaying *r, struct stmt *stmt, struct errctx *e)
{
    struct entry entry;
    struct twin_seen seen;
    size_t len = 0;
    int64_t address = stmt_int(stmt, 0);
    const char *bytes = stmt_blob(stmt, 1, &len);
    if (find_arrival(r, stmt_int(stmt, 2), e) != ERR_OK)
        return e->kind;
    if (entry_read(bytes, len, &entry, NULL, e) != ERR_OK)
        return err_fail(e, ERR_DB, "an entry is damaged: %.200s", e->text);
    r->from->twins_before = stmt_int(stmt, 2);
    r->from->twins_upto = address;
    enum err result = twin_see(&r->twins, address, &entry, &seen, e);
    if (result == ERR_OK && !seen.held)
        result = replay_seen(r, address, seen.entry, e);
    twin_seen_done(&seen);
    entry_done(&entry);
    return result;
}

enum err replay_entries(struct registry_store *from, int64_t until, struct db *into, void (*tell)(void *arg),
                        void *arg, struct errctx *e)
{
    static const char sql[] = "SELECT e.id, e.bytes, b.id FROM batch b JOIN entry e ON e.batch = b.id AND "
                              "e.id BETWEEN (b.device << 32 | b.first) AND (b.device << 32 | b.last) "
                              "WHERE b.received_at <= :until ORDER BY b.id, e.id";
    struct replaying r = {
        .into = lives_records(from, into), .db = into, .from = from, .twins = lives_twins(from, into)};
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(from->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_expect_many(stmt);
        stmt_bind_int(stmt, ":until", until);
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        result = replay_entry(&r, stmt, e);
        if (tell)
            tell(arg);
    }
    stmt_done(stmt);
    from->twins_before = INT64_MAX;
    return result;
}
