/* The tables made again from the entries, in the order in which they took effect. */
#include <string.h>

#include "app/registry/store/decisions.h"
#include "schema/base/json.h"
#include "sync/server/ingest.h"

struct rebuild {
    struct registry_store *store;
    struct ingest in;
    void (*progress)(void *arg, int64_t done, int64_t all);
    void *arg;
    int64_t done;
    int64_t all;
};

/* What rules over the whole registry found does not come from single entries: it is set aside, so that no
 * decision that is taken again answers what it did not answer then. */
static enum err empty(struct db *db, struct errctx *e)
{
    static const char *const statements[] = {
        "UPDATE finding SET answered = -1 WHERE rests_on IS NOT NULL AND answered = 0",
        "DELETE FROM finding WHERE rests_on IS NULL",
        "DELETE FROM disposition",
        "DELETE FROM twin",
    };
    if (rows_clear(db, e) != ERR_OK || decisions_clear(db, e) != ERR_OK)
        return e->kind;
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        if (db_exec(db, statements[i], e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

/* What the header of a batch says; it was verified when it came. */
static int64_t packed_at(const char *header)
{
    struct cJSON *json = NULL;
    struct errctx ignored;
    int64_t at = 0;
    if (json_read(header, strlen(header), &json, &ignored) == ERR_OK && !json_get_int(json, "at", &at))
        at = 0;
    json_free(json);
    return at;
}

struct arrival batch_arrival(const char *header, const char *via, int64_t received_at)
{
    return (struct arrival){
        .packed_at = packed_at(header), .arrived_at = received_at, .direct = strcmp(via, "http") == 0};
}

static enum err apply(struct rebuild *r, struct stmt *stmt, struct errctx *e)
{
    struct entry entry;
    int64_t address = stmt_int(stmt, 0);
    struct batch_entry b = {.number = ident_number(address), .entry = &entry};
    b.bytes = stmt_blob(stmt, 1, &b.len);
    if (entry_read(b.bytes, b.len, &entry, NULL, e) != ERR_OK)
        return err_fail(e, ERR_DB, "an entry is damaged: %.200s", e->text);
    const struct arrival arrival = batch_arrival(stmt_text(stmt, 4), stmt_text(stmt, 5), stmt_int(stmt, 2));
    r->in.now = arrival.arrived_at;
    r->store->twins_before = stmt_int(stmt, 3);
    r->store->twins_upto = address;
    enum err result = ingest_again(&r->in, ident_device(address), &b, &arrival, e);
    entry_done(&entry);
    r->done++;
    if (r->progress && (r->done % 1024 == 0 || r->done == r->all))
        r->progress(r->arg, r->done, r->all);
    return result;
}

static enum err apply_all(struct rebuild *r, struct errctx *e)
{
    static const char sql[] =
        "SELECT e.id, e.bytes, b.received_at, b.id, b.header, b.via FROM batch b JOIN entry e ON e.batch = "
        "b.id AND "
        "e.id BETWEEN (b.device << 32 | b.first) AND (b.device << 32 | b.last) ORDER BY b.id, e.id";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(r->store->db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_expect_many(stmt);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        result = apply(r, stmt, e);
    }
    stmt_done(stmt);
    return result;
}

enum err registry_store_rebuild(struct registry_store *s,
                                void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                                struct errctx *e)
{
    struct rebuild r = {
        .store = s, .in = {.ledger = &s->ledger, .registry = &s->device}, .progress = progress, .arg = arg};
    if (db_begin(s->db, e) != ERR_OK)
        return e->kind;
    enum err result = db_one_int(s->db, "SELECT sum(upto) FROM device", 0, &r.all, e);
    if (result == ERR_OK)
        result = empty(s->db, e);
    lives_forget(s);
    if (result == ERR_OK)
        result = apply_all(&r, e);
    if (result == ERR_OK)
        result = db_exec(s->db, "UPDATE finding SET answered = 0 WHERE answered = -1", e);
    if (result == ERR_OK)
        result = db_commit(s->db, e);
    db_rollback(s->db);
    s->twins_before = INT64_MAX;
    return result;
}
