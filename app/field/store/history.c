/* The entries of a record, own and told, in the order in which they took effect here. */
#include "app/field/store/inside.h"

struct history {
    uint32_t device;
    enum err (*each)(void *arg, int64_t address, struct entry *entry, struct errctx *e);
    void *arg;
};

static enum err tell_entry(const struct history *h, struct stmt *s, struct errctx *e)
{
    size_t len = 0;
    struct entry entry;
    const char *bytes = stmt_blob(s, 1, &len);
    int64_t told = stmt_int(s, 2); /* the address of another's; 0: the place is the number of an own entry */
    int64_t address = told ? told : ident_make(h->device, (uint32_t)stmt_int(s, 0));
    if (entry_read(bytes, len, &entry, NULL, e) != ERR_OK)
        return e->kind;
    enum err result = h->each(h->arg, address, &entry, e);
    entry_done(&entry);
    return result;
}

enum err history_each(struct db *db, uint32_t device, int64_t record,
                      enum err (*each)(void *arg, int64_t address, struct entry *entry, struct errctx *e),
                      void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT number, bytes, 0, 0 FROM journal WHERE number = :first OR number IN "
        "(SELECT number FROM touch WHERE record = :record) "
        "UNION ALL SELECT behind, bytes, id, turn FROM foreign_entry WHERE record = :record ORDER BY 1, 4";
    const struct history h = {device, each, arg};
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":first", ident_device(record) == device ? ident_number(record) : 0);
        stmt_bind_int(stmt, ":record", record);
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        result = tell_entry(&h, stmt, e);
    }
    stmt_done(stmt);
    return result;
}

struct telling {
    enum err (*each)(void *arg, int64_t address, const struct entry *entry, struct errctx *e);
    void *arg;
};

static enum err tell_each(void *arg, int64_t address, struct entry *entry, struct errctx *e)
{
    const struct telling *to = arg;
    return to->each(to->arg, address, entry, e);
}

enum err store_history(struct store *s, enum entity_id of, int64_t id,
                       enum err (*each)(void *arg, int64_t address, const struct entry *entry,
                                        struct errctx *e),
                       void *arg, struct errctx *e)
{
    struct telling to = {each, arg};
    struct row row = {0};
    if (store_load(s, of, id, &row, e) != ERR_OK)
        return e->kind;
    row_done(&row);
    return history_each(s->db, s->device.number, id, tell_each, &to, e);
}
