/* Invitations, devices and what they sent. */
#include "app/registry/store/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"

struct inviting {
    const char *name;
    const char *const *districts;
    int district_count;
    uint32_t follows;
    int64_t expires;
    int64_t now;
};

static enum err invite(struct registry_store *s, const struct inviting *i, char code[INVITATION_CODE_BYTES],
                       struct errctx *e)
{
    static const char sql[] = "INSERT INTO invitation (hash, name, districts, made_at, expires_at, follows) "
                              "VALUES (:hash, :name, :districts, :now, :expires, :follows)";
    struct stmt *stmt = NULL;
    struct buf joined = {0};
    uint8_t hash[CHAIN_BYTES];
    if (i->district_count > MAX_DISTRICTS)
        return err_fail(e, ERR_INVALID, "an invitation names at most %d districts", MAX_DISTRICTS);
    if (strlen(i->name) >= REGISTRY_NAME_BYTES)
        return err_fail(e, ERR_INVALID, "the name has more than %d bytes", REGISTRY_NAME_BYTES - 1);
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    for (int d = 0; d < i->district_count; d++)
        buf_printf(&joined, "%s%s", d ? "," : "", i->districts[d]);
    invitation_code_make(s->device.key, code);
    invitation_hash(code, hash);
    stmt_bind_blob(stmt, ":hash", hash, sizeof hash);
    stmt_bind_text(stmt, ":name", i->name);
    stmt_bind_text(stmt, ":districts", buf_str(&joined));
    stmt_bind_int(stmt, ":now", i->now);
    stmt_bind_int(stmt, ":expires", i->expires);
    stmt_bind_int(stmt, ":follows", i->follows);
    enum err result = stmt_run(stmt, e);
    buf_done(&joined);
    return result;
}

enum err registry_store_invite(struct registry_store *s, const char *name, const char *const *districts,
                               int district_count, int64_t expires, int64_t now,
                               char code[INVITATION_CODE_BYTES], struct errctx *e)
{
    const struct inviting i = {.name = name,
                               .districts = districts,
                               .district_count = district_count,
                               .expires = expires,
                               .now = now};
    return invite(s, &i, code, e);
}

enum err registry_store_invite_after(struct registry_store *s, uint32_t predecessor, int64_t expires,
                                     int64_t now, char code[INVITATION_CODE_BYTES], struct errctx *e)
{
    struct ledger_device old;
    const char *districts[MAX_DISTRICTS];
    if (s->ledger.device(s, predecessor, &old, e) != ERR_OK)
        return e->kind;
    for (int d = 0; d < old.district_count; d++)
        districts[d] = old.districts[d];
    const struct inviting i = {.name = old.name,
                               .districts = districts,
                               .district_count = old.district_count,
                               .follows = predecessor,
                               .expires = expires,
                               .now = now};
    return invite(s, &i, code, e);
}

enum err registry_store_devices(struct registry_store *s,
                                enum err (*each)(void *, const struct ledger_device *, struct errctx *),
                                void *arg, struct errctx *e)
{
    static const char sql[] = "SELECT " DEVICE_COLUMNS " FROM device ORDER BY enrolled_at DESC, number";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    while (result == ERR_OK) {
        struct ledger_device device;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        device_read(stmt, &device);
        result = each(arg, &device, e);
    }
    stmt_done(stmt);
    return result;
}

static enum err set_revoked(struct registry_store *s, uint32_t number, const char *why, int64_t now,
                            struct errctx *e)
{
    static const char sql[] =
        "UPDATE device SET revoked_at = :now, revoked_why = :why WHERE number = :number";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":now", now);
    stmt_bind_text(stmt, ":why", why);
    stmt_bind_int(stmt, ":number", number);
    return stmt_run(stmt, e);
}

static enum err revoke(struct registry_store *s, uint32_t number, const char *why, int64_t now,
                       struct errctx *e)
{
    feed_forget_place(s);
    if (set_revoked(s, number, why, now, e) != ERR_OK)
        return e->kind;
    return feed_tell_revoked(s, number, now, e);
}

static enum err revoke_in(struct registry_store *s, uint32_t device, const char *why, int64_t now,
                          struct errctx *e)
{
    struct ledger_device held;
    enum err result = s->ledger.device(s, device, &held, e);
    if (result == ERR_OK && held.revoked_at && strcmp(held.revoked_why, why) != 0)
        result = err_fail(e, ERR_CONFLICT, "the device was revoked already, for another reason");
    if (result == ERR_OK && !held.revoked_at)
        result = revoke(s, device, why, now, e);
    return result;
}

struct heirs {
    uint32_t *rows;
    size_t count;
};

/* Those that stand already keep their own reason. */
static enum err find_heirs(struct registry_store *s, uint32_t device, struct heirs *out, struct errctx *e)
{
    static const char sql[] =
        "WITH RECURSIVE heir (number) AS (SELECT s.device FROM successor s WHERE s.predecessor = :device "
        "AND s.vouched = 'key' UNION SELECT s.device FROM successor s JOIN heir h ON s.predecessor = "
        "h.number WHERE s.vouched = 'key') SELECT d.number FROM heir h JOIN device d ON d.number = h.number "
        "WHERE d.revoked_at = 0 AND d.number <> :device ORDER BY d.number";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_int(stmt, ":device", device);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        out->rows[out->count++] = (uint32_t)stmt_int(stmt, 0);
    }
    stmt_done(stmt);
    return result;
}

static enum err revoke_all(struct registry_store *s, uint32_t device, bool alone, const char *why,
                           int64_t now, struct errctx *e)
{
    struct ledger_device held;
    struct heirs heirs = {0};
    if (strlen(why) >= sizeof held.revoked_why)
        return err_fail(e, ERR_INVALID, "the reason has more than %zu bytes", sizeof held.revoked_why - 1);
    if (db_begin(s->db, e) != ERR_OK)
        return e->kind;
    enum err result = revoke_in(s, device, why, now, e);
    if (result == ERR_OK && !alone)
        result = find_heirs(s, device, &heirs, e);
    for (size_t i = 0; i < heirs.count && result == ERR_OK; i++)
        result = revoke_in(s, heirs.rows[i], why, now, e);
    free(heirs.rows);
    if (result == ERR_OK)
        result = db_commit(s->db, e);
    db_rollback(s->db);
    return result;
}

enum err registry_store_revoke(struct registry_store *s, uint32_t device, const char *why, int64_t now,
                               struct errctx *e)
{
    return revoke_all(s, device, false, why, now, e);
}

enum err registry_store_revoke_alone(struct registry_store *s, uint32_t device, const char *why, int64_t now,
                                     struct errctx *e)
{
    return revoke_all(s, device, true, why, now, e);
}

enum err registry_store_batches(struct registry_store *s, int64_t id,
                                enum err (*each)(void *, const struct registry_batch *, struct errctx *),
                                void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT b.id, b.device, b.first, b.last, b.received_at, b.packed_bytes, b.via, b.header, e.chain, "
        "(SELECT count(*) FROM disposition d WHERE d.entry BETWEEN (b.device << 32 | b.first) AND e.id) "
        "FROM batch b JOIN entry e ON e.id = (b.device << 32 | b.last) "
        "WHERE :id = 0 OR b.id = :id ORDER BY b.id DESC";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":id", id);
        stmt_expect_many(stmt);
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        struct registry_batch batch = {.id = stmt_int(stmt, 0),
                                       .device = (uint32_t)stmt_int(stmt, 1),
                                       .first = stmt_int(stmt, 2),
                                       .last = stmt_int(stmt, 3),
                                       .received_at = stmt_int(stmt, 4),
                                       .flagged = stmt_int(stmt, 9),
                                       .packed_bytes = stmt_int(stmt, 5),
                                       .via = stmt_text(stmt, 6),
                                       .header = stmt_text(stmt, 7)};
        column_bytes(stmt, 8, batch.head.value, CHAIN_BYTES);
        result = each(arg, &batch, e);
    }
    stmt_done(stmt);
    return result;
}
