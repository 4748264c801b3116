#include "app/registry/store/quarantine.h"

#include <stdio.h>
#include <string.h>

#include "app/registry/store/own.h"
#include "app/registry/store/review.h"
#include "schema/base/text.h"

/* --- keeping */

struct share {
    int64_t bytes;
    int64_t batches;
};

static bool is_forged(const char *reason)
{
    return strcmp(reason, problem_word(PROBLEM_BAD_SIGNATURE)) == 0;
}

static enum err read_share(struct registry_store *s, uint32_t device, bool forged, struct share *out,
                           struct errctx *e)
{
    static const char of_device[] = "SELECT coalesce(sum(size), 0), count(*) FROM quarantine "
                                    "WHERE device = :device AND state = 'held' AND reason <> 'bad-signature'";
    static const char of_nobody[] = "SELECT coalesce(sum(size), 0), count(*) FROM quarantine "
                                    "WHERE state = 'held' AND reason = 'bad-signature'";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, forged ? of_nobody : of_device, &stmt, e) != ERR_OK)
        return e->kind;
    if (!forged)
        stmt_bind_int(stmt, ":device", device);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    *out = (struct share){.bytes = stmt_int(stmt, 0), .batches = stmt_int(stmt, 1)};
    stmt_done(stmt);
    return ERR_OK;
}

/* The oldest that nobody known has signed give way to LEN bytes of the same kind. */
static enum err make_room(struct registry_store *s, size_t len, struct errctx *e)
{
    static const char oldest[] = "DELETE FROM quarantine WHERE id IN (SELECT min(id) FROM quarantine "
                                 "WHERE state = 'held' AND reason = 'bad-signature')";
    for (;;) {
        struct share share;
        if (read_share(s, 0, true, &share, e) != ERR_OK)
            return e->kind;
        if (share.batches == 0 || (share.bytes + (int64_t)len <= QUARANTINE_FORGED_BYTES &&
                                   share.batches < QUARANTINE_FORGED_BATCHES))
            return ERR_OK;
        if (db_exec(s->db, oldest, e) != ERR_OK)
            return e->kind;
    }
}

static enum err is_kept_already(struct registry_store *s, const struct refused *r, bool *out,
                                struct errctx *e)
{
    static const char sql[] = "SELECT id FROM quarantine WHERE device = :device AND hash = :hash AND "
                              "reason = :reason";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", r->device);
    stmt_bind_blob(stmt, ":hash", r->hash, CHAIN_BYTES);
    stmt_bind_text(stmt, ":reason", r->reason);
    if (stmt_step(stmt, out, e) != ERR_OK)
        return e->kind;
    stmt_done(stmt);
    return ERR_OK;
}

static enum err insert(struct registry_store *s, const struct refused *r, struct errctx *e)
{
    static const char sql[] = "INSERT INTO quarantine (device, hash, reason, bytes, via, received_at, size) "
                              "VALUES (:device, :hash, :reason, :bytes, :via, :now, :size)";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", r->device);
    stmt_bind_blob(stmt, ":hash", r->hash, CHAIN_BYTES);
    stmt_bind_text(stmt, ":reason", r->reason);
    stmt_bind_blob(stmt, ":bytes", r->bytes, r->len);
    stmt_bind_text(stmt, ":via", r->via);
    stmt_bind_int(stmt, ":now", r->at);
    stmt_bind_int(stmt, ":size", (int64_t)r->len);
    return stmt_run(stmt, e);
}

static enum err keep(struct registry_store *s, const struct refused *r, struct errctx *e)
{
    struct share share;
    bool there = false;
    bool forged = is_forged(r->reason);
    if (is_kept_already(s, r, &there, e) != ERR_OK)
        return e->kind;
    if (there)
        return ERR_OK;
    if (forged && make_room(s, r->len, e) != ERR_OK)
        return e->kind;
    if (!forged) {
        if (read_share(s, r->device, false, &share, e) != ERR_OK)
            return e->kind;
        if (share.bytes + (int64_t)r->len > QUARANTINE_DEVICE_BYTES ||
            share.batches >= QUARANTINE_DEVICE_BATCHES)
            return err_fail(e, ERR_BUSY, "the quarantine holds as much of this device as it may");
    }
    return insert(s, r, e);
}

enum err quarantine_keep(void *arg, const struct refused *refused, struct errctx *e)
{
    struct registry_store *s = arg;
    if (store_has_room(s, e) != ERR_OK || db_begin(s->db, e) != ERR_OK)
        return e->kind;
    enum err result = keep(s, refused, e);
    if (result == ERR_OK)
        result = db_commit(s->db, e);
    db_rollback(s->db);
    return result;
}

/* --- looking */

enum err registry_store_quarantine(struct registry_store *s, bool all,
                                   enum err (*each)(void *, const struct registry_quarantined *,
                                                    struct errctx *),
                                   void *arg, struct errctx *e)
{
    static const char sql[] = "SELECT id, device, received_at, size, via, reason, state, entry "
                              "FROM quarantine WHERE :all = 1 OR state = 'held' ORDER BY id DESC";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_int(stmt, ":all", all);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        struct registry_quarantined q = {.id = stmt_int(stmt, 0),
                                         .device = (uint32_t)stmt_int(stmt, 1),
                                         .at = stmt_int(stmt, 2),
                                         .bytes = stmt_int(stmt, 3),
                                         .via = stmt_text(stmt, 4),
                                         .reason = stmt_text(stmt, 5),
                                         .state = stmt_text(stmt, 6),
                                         .entry = stmt_int(stmt, 7)};
        result = each(arg, &q, e);
    }
    stmt_done(stmt);
    return result;
}

void registry_kept_done(struct registry_kept *kept)
{
    buf_done(&kept->bytes);
}

enum err registry_store_kept(struct registry_store *s, int64_t id, struct registry_kept *out,
                             struct errctx *e)
{
    static const char sql[] = "SELECT device, received_at, size, via, reason, state, entry, hash, bytes "
                              "FROM quarantine WHERE id = :id";
    struct stmt *stmt = NULL;
    bool row = false;
    *out = (struct registry_kept){.id = id};
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", id);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row) {
        size_t len = 0;
        const void *bytes = stmt_blob(stmt, 8, &len);
        buf_put(&out->bytes, bytes, len);
        out->device = (uint32_t)stmt_int(stmt, 0);
        out->at = stmt_int(stmt, 1);
        out->size = stmt_int(stmt, 2);
        (void)snprintf(out->via, sizeof out->via, "%s", stmt_text(stmt, 3));
        (void)snprintf(out->reason, sizeof out->reason, "%s", stmt_text(stmt, 4));
        (void)snprintf(out->state, sizeof out->state, "%s", stmt_text(stmt, 5));
        out->entry = stmt_int(stmt, 6);
        column_bytes(stmt, 7, out->hash, CHAIN_BYTES);
    }
    stmt_done(stmt);
    return row ? ERR_OK : err_fail(e, ERR_NOT_FOUND, "the quarantine has no batch %lld", (long long)id);
}

/* --- deciding */

struct judging {
    const char *by;
    enum decided is;
    struct buf why; /* clean */
    struct registry_kept kept;
};

static enum err begin_judging(struct judging *j, struct registry_store *s, int64_t id, const char *why,
                              struct errctx *e)
{
    enum err result = registry_store_staff_check(s, j->by, e);
    if (result == ERR_OK && text_clean(&j->why, why ? why : "", false, ENTRY_MAX_WHY, e) != ERR_OK)
        result = err_wrap(e, "reason");
    if (result == ERR_OK && j->why.len == 0)
        result = err_fail(e, ERR_INVALID, "reason: is empty");
    if (result == ERR_OK)
        result = registry_store_kept(s, id, &j->kept, e);
    if (result == ERR_OK && strcmp(j->kept.state, "held") != 0)
        result = err_fail(e, ERR_CONFLICT, "batch %lld was %s already", (long long)id, j->kept.state);
    return result;
}

static void end_judging(struct judging *j)
{
    registry_kept_done(&j->kept);
    buf_done(&j->why);
}

/* The row says what became of it. Somebody else may have been faster. */
static enum err mark(struct registry_store *s, const struct judging *j, int64_t entry, struct errctx *e)
{
    static const char sql[] = "UPDATE quarantine SET state = :state, entry = :entry, bytes = :none "
                              "WHERE id = :id AND state = 'held' RETURNING 1";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":state", decided_word(j->is));
    stmt_bind_int(stmt, ":entry", entry);
    stmt_bind_blob(stmt, ":none", "", 0);
    stmt_bind_int(stmt, ":id", j->kept.id);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    stmt_done(stmt);
    return row ? ERR_OK : err_fail(e, ERR_CONFLICT, "somebody else has just decided about it");
}

static enum err put_decision(struct own *own, const struct judging *j, struct errctx *e)
{
    struct entry entry;
    int64_t address = 0;
    entry_init(&entry);
    entry.op = OP_QUARANTINE;
    (void)snprintf(entry.by, sizeof entry.by, "%s", j->by);
    entry.device = j->kept.device;
    memcpy(entry.hash, j->kept.hash, CHAIN_BYTES);
    entry.refused = str_dup(j->kept.reason);
    entry.is = j->is;
    entry.why = str_dup_len(j->why.data, j->why.len);
    enum err result = own_put(own, &entry, &address, e);
    entry_done(&entry);
    return result == ERR_OK ? mark(own->store, j, address, e) : result;
}

/* Inside the transaction of the decision: both are there, or neither. */
static enum err take(struct registry_store *s, const struct judging *j, int64_t now, struct ingested *out,
                     struct errctx *e)
{
    struct problem problem = {0};
    struct buf receipt = {0};
    const struct ingest ingest = {
        .ledger = &s->ledger, .registry = &s->device, .now = now, .released = j->kept.id};
    enum err result =
        ingest_batch(&ingest, j->kept.bytes.data, j->kept.bytes.len, 0, &receipt, out, &problem, e);
    buf_done(&receipt);
    problem_done(&problem);
    return result;
}

enum err registry_store_release(struct registry_store *s, const char *by, int64_t id, const char *why,
                                int64_t now, struct ingested *out, struct errctx *e)
{
    struct judging j = {.by = by, .is = DECIDED_RELEASED};
    struct ingested own_out;
    struct own own;
    enum err result = begin_judging(&j, s, id, why, e);
    if (result == ERR_OK)
        result = own_begin(s, now, &own, e);
    if (result == ERR_OK) {
        result = take(s, &j, now, out ? out : &own_out, e);
        if (result == ERR_OK)
            result = put_decision(&own, &j, e);
        result = own_end(&own, result, e);
    }
    end_judging(&j);
    return result;
}

enum err registry_store_drop(struct registry_store *s, const char *by, int64_t id, const char *why,
                             int64_t now, struct errctx *e)
{
    struct judging j = {.by = by, .is = DECIDED_DROPPED};
    struct own own;
    enum err result = begin_judging(&j, s, id, why, e);
    if (result == ERR_OK)
        result = own_begin(s, now, &own, e);
    if (result == ERR_OK)
        result = own_end(&own, put_decision(&own, &j, e), e);
    end_judging(&j);
    return result;
}
