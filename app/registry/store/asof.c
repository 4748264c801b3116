/*
 * The registry as it stood at an instant gone by. The entries that had been received then are projected into
 * a temporary SQLite database, and the same questions are put to that: no question knows of time. Code lists,
 * thresholds and prices are those of the present: the registry keeps no older ones, and prices have dates of
 * their own. What it costs is one replay, and room on the disk for the records.
 */
#include "app/registry/store/inside.h"

#include <stdlib.h>

#include "schema/registry/registry_schema.h"

/* Adds device and how far it was held to the source and its hash. */
static enum err add_device(struct registry_store *s, struct stmt *stmt, crypto_generichash_state *state,
                           struct registry_source *out, struct errctx *e)
{
    struct ledger_device device = {.number = (uint32_t)stmt_int(stmt, 0), .upto = stmt_int(stmt, 2)};
    column_bytes(stmt, 1, device.key, KEY_BYTES);
    chain_start(device.key, &device.chain);
    if (device.upto > 0 &&
        s->ledger.chain_at(s->ledger.arg, device.number, device.upto, &device.chain, e) != ERR_OK)
        return e->kind;
    source_add_device(state, &device);
    out->devices += device.number != s->device.number;
    out->entries += device.upto;
    return ERR_OK;
}

static enum err add_devices(struct registry_store *past, struct registry_store *s, int64_t until,
                            struct registry_source *out, struct errctx *e)
{
    static const char sql[] = "SELECT d.number, d.key, coalesce(max(b.last), 0) FROM device d "
                              "LEFT JOIN batch b ON b.device = d.number AND b.received_at <= :until "
                              "WHERE d.enrolled_at <= :until GROUP BY d.number, d.key ORDER BY d.number";
    crypto_generichash_state state;
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    source_begin(&state);
    if (result == ERR_OK)
        stmt_bind_int(stmt, ":until", until);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        result = add_device(s, stmt, &state, out, e);
    }
    stmt_done(stmt);
    if (result == ERR_OK)
        result = source_add_files(&state, s, e);
    if (result == ERR_OK)
        result = source_add_unapplied(&state, past->db, e);
    source_end(&state, out);
    return result;
}

static enum err source_until(struct registry_store *past, struct registry_store *s, int64_t until,
                             struct errctx *e)
{
    static const char sql[] =
        "SELECT count(*), coalesce(max(received_at), 0) FROM batch WHERE received_at <= :until";
    struct stmt *stmt = NULL;
    bool row = false;
    struct registry_source *out = past->past;
    *out = (struct registry_source){.as_of = until};
    if (add_devices(past, s, until, out, e) != ERR_OK || db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":until", until);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    out->batches = stmt_int(stmt, 0);
    out->newest_batch_at = stmt_int(stmt, 1);
    stmt_done(stmt);
    return ERR_OK;
}

static enum err fill(struct registry_store *past, struct registry_store *s, int64_t until, struct errctx *e)
{
    if (db_begin(past->db, e) != ERR_OK)
        return e->kind;
    enum err result = replay_entries(s, until, past->db, NULL, NULL, e);
    if (result == ERR_OK)
        result = source_until(past, s, until, e);
    if (result == ERR_OK)
        result = db_commit(past->db, e);
    db_rollback(past->db);
    return result;
}

enum err registry_store_as_of(struct registry_store *s, int64_t until, struct registry_store **out,
                              struct errctx *e)
{
    struct registry_store *past = mem_zero(1, sizeof *past);
    *out = NULL;
    past->identity = s->identity;
    past->past = mem_zero(1, sizeof *past->past);
    enum err result = db_open("the temporary database", DB_SCRATCH, &REGISTRY_DB, &past->db, e);
    if (result == ERR_OK)
        result = codes_of_registry(s, &past->codes, e);
    if (result == ERR_OK) {
        store_ready(past);
        result = db_begin_read(s->db, e);
    }
    if (result == ERR_OK) {
        result = fill(past, s, until, e);
        db_rollback(s->db);
    }
    if (result != ERR_OK) {
        registry_store_close(past);
        return result;
    }
    *out = past;
    return ERR_OK;
}
