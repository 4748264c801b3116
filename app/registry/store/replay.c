/* Making the records again from the entries: in a temporary database, as of now or of a day gone by. */
#include "app/registry/store/decisions.h"

#include "schema/record/rows.h"

static enum err replay_entry(const struct project_store *into, struct db *db, uint32_t own, struct stmt *stmt,
                             struct errctx *e)
{
    struct entry entry;
    enum projected projected = PROJECTED;
    size_t len = 0;
    int64_t address = stmt_int(stmt, 0);
    const char *bytes = stmt_blob(stmt, 1, &len);
    if (entry_read(bytes, len, &entry, NULL, e) != ERR_OK)
        return err_fail(e, ERR_DB, "an entry is damaged: %.200s", e->text);
    enum err result = project_entry(into, address, &entry, &projected, e);
    if (result == ERR_OK && entry.op != OP_ADD)
        result = decisions_note(db, own, address, &entry, projected, e);
    entry_done(&entry);
    return result;
}

enum err replay_entries(struct registry_store *from, int64_t until, struct db *into, void (*tell)(void *arg),
                        void *arg, struct errctx *e)
{
    static const char sql[] = "SELECT e.id, e.bytes FROM batch b JOIN entry e ON e.batch = b.id AND "
                              "e.id BETWEEN (b.device << 32 | b.first) AND (b.device << 32 | b.last) "
                              "WHERE b.received_at <= :until ORDER BY b.id, e.id";
    struct project_store records = registry_records(into);
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
        result = replay_entry(&records, into, from->device.number, stmt, e);
        if (tell)
            tell(arg);
    }
    stmt_done(stmt);
    return result;
}
