/* The protocol's view of the registry (sync/server/ledger.h). */
#include "app/registry/store/decisions.h"
#include "app/registry/store/feed.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/date.h"

int64_t address_of(uint32_t device, int64_t number)
{
    return ident_make(device, (uint32_t)number);
}

void column_bytes(struct stmt *stmt, int column, void *out, size_t len)
{
    size_t got = 0;
    const void *bytes = stmt_blob(stmt, column, &got);
    assert(got == len);
    memcpy(out, bytes, len);
}

void invitation_hash(const char *code, uint8_t out[CHAIN_BYTES])
{
    (void)crypto_generichash(out, CHAIN_BYTES, (const uint8_t *)code, strlen(code), NULL, 0);
}

static enum err begin(void *arg, struct errctx *e)
{
    struct registry_store *s = arg;
    feed_forget_place(s);
    lives_forget(s);
    if (store_has_room(s, e) != ERR_OK)
        return e->kind;
    if (db_begin(s->db, e) != ERR_OK)
        return e->kind;
    if (codes_renew(s, e) == ERR_OK)
        return ERR_OK;
    db_rollback(s->db);
    return e->kind;
}

static struct codes *ledger_codes(void *arg)
{
    struct registry_store *s = arg;
    return s->codes;
}

static enum err commit(void *arg, struct errctx *e)
{
    struct registry_store *s = arg;
    return db_commit(s->db, e);
}

static void rollback(void *arg)
{
    struct registry_store *s = arg;
    db_rollback(s->db);
}

static enum err identity(void *arg, struct ledger_identity *out, struct errctx *e)
{
    (void)e;
    struct registry_store *s = arg;
    *out = s->identity;
    return ERR_OK;
}

/* --- devices */

static void split_districts(const char *text, char districts[MAX_DISTRICTS][DISTRICT_BYTES], int *count)
{
    *count = 0;
    for (size_t len = 0; *text && *count < MAX_DISTRICTS; text += len + (text[len] == ',')) {
        len = strcspn(text, ",");
        (void)snprintf(districts[(*count)++], sizeof districts[0], "%.*s", (int)len, text);
    }
}

static void join_districts(const struct ledger_device *device, char out[DISTRICTS_BYTES])
{
    size_t len = 0;
    out[0] = '\0';
    for (int i = 0; i < device->district_count; i++)
        len += (size_t)snprintf(out + len, DISTRICTS_BYTES - len, "%s%s", i ? "," : "", device->districts[i]);
}

void device_read(struct stmt *stmt, struct ledger_device *out)
{
    *out = (struct ledger_device){.number = (uint32_t)stmt_int(stmt, 0),
                                  .enrolled_at = stmt_int(stmt, 4),
                                  .upto = stmt_int(stmt, 5),
                                  .revoked_at = stmt_int(stmt, 7),
                                  .seen_at = stmt_int(stmt, 9)};
    column_bytes(stmt, 1, out->key, KEY_BYTES);
    (void)snprintf(out->name, sizeof out->name, "%s", stmt_text(stmt, 2));
    split_districts(stmt_text(stmt, 3), out->districts, &out->district_count);
    column_bytes(stmt, 6, out->chain.value, CHAIN_BYTES);
    (void)snprintf(out->revoked_why, sizeof out->revoked_why, "%s", stmt_text(stmt, 8));
}

static enum err device(void *arg, uint32_t number, struct ledger_device *out, struct errctx *e)
{
    static const char sql[] = "SELECT " DEVICE_COLUMNS " FROM device WHERE number = :number";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":number", number);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row)
        device_read(stmt, out);
    stmt_done(stmt);
    char code[DEVICE_CODE_BYTES];
    return row ? ERR_OK
               : err_fail(e, ERR_NOT_FOUND, "device \"%s\": is not enrolled",
                          device_code_format(number, code));
}

static enum err add_device(void *arg, const struct ledger_device *device, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO device (number, key, name, districts, enrolled_at, upto, chain, seen_at) "
        "VALUES (:number, :key, :name, :districts, :enrolled_at, :upto, :chain, :seen_at)";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    char districts[DISTRICTS_BYTES];
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    join_districts(device, districts);
    stmt_bind_int(stmt, ":number", device->number);
    stmt_bind_blob(stmt, ":key", device->key, KEY_BYTES);
    stmt_bind_text(stmt, ":name", device->name);
    stmt_bind_text(stmt, ":districts", districts);
    stmt_bind_int(stmt, ":enrolled_at", device->enrolled_at);
    stmt_bind_int(stmt, ":upto", device->upto);
    stmt_bind_blob(stmt, ":chain", device->chain.value, CHAIN_BYTES);
    stmt_bind_int(stmt, ":seen_at", device->seen_at);
    return stmt_run(stmt, e);
}

static enum err move_head(void *arg, uint32_t number, int64_t from, int64_t upto, const struct chain *chain,
                          struct errctx *e)
{
    static const char sql[] = "UPDATE device SET upto = :upto, chain = :chain "
                              "WHERE number = :number AND upto = :from RETURNING 1";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    bool moved = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":number", number);
    stmt_bind_int(stmt, ":from", from);
    stmt_bind_int(stmt, ":upto", upto);
    stmt_bind_blob(stmt, ":chain", chain->value, CHAIN_BYTES);
    if (stmt_step(stmt, &moved, e) != ERR_OK)
        return e->kind;
    stmt_done(stmt);
    return moved ? ERR_OK : err_fail(e, ERR_CONFLICT, "the device has moved on");
}

static enum err device_seen(void *arg, uint32_t number, int64_t at, struct errctx *e)
{
    static const char sql[] = "UPDATE device SET seen_at = :at WHERE number = :number";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":number", number);
    stmt_bind_int(stmt, ":at", at);
    return stmt_run(stmt, e);
}

/* --- invitations */

/* Whether the invitation in the current row is KEY's to take; *TAKEN when KEY took it before. */
static enum err may_use(struct stmt *stmt, const uint8_t key[KEY_BYTES], int64_t now, bool *taken,
                        struct errctx *e)
{
    int64_t expires_at = stmt_int(stmt, 2);
    *taken = !stmt_is_null(stmt, 3);
    if (*taken) {
        uint8_t by[KEY_BYTES];
        column_bytes(stmt, 3, by, KEY_BYTES);
        return memcmp(by, key, KEY_BYTES) == 0
                   ? ERR_OK
                   : err_fail(e, ERR_DENIED, "the invitation was used by another laptop");
    }
    if (expires_at && now > expires_at) {
        char day[DATE_BYTES];
        return err_fail(e, ERR_DENIED, "the invitation expired on %s",
                        date_format_days(date_of_instant(expires_at), day));
    }
    return ERR_OK;
}

static enum err take_invitation(struct db *db, const uint8_t hash[CHAIN_BYTES], const uint8_t key[KEY_BYTES],
                                int64_t now, struct errctx *e)
{
    static const char sql[] = "UPDATE invitation SET used_at = :now, used_by = :key WHERE hash = :hash";
    struct stmt *stmt = NULL;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":now", now);
    stmt_bind_blob(stmt, ":key", key, KEY_BYTES);
    stmt_bind_blob(stmt, ":hash", hash, CHAIN_BYTES);
    return stmt_run(stmt, e);
}

static enum err use_invitation(void *arg, const char *code, const uint8_t key[KEY_BYTES], int64_t now,
                               struct ledger_device *out, struct errctx *e)
{
    static const char sql[] =
        "SELECT name, districts, expires_at, used_by FROM invitation WHERE hash = :hash";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    bool row = false;
    bool taken = false;
    uint8_t hash[CHAIN_BYTES];
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    invitation_hash(code, hash);
    stmt_bind_blob(stmt, ":hash", hash, CHAIN_BYTES);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    enum err result =
        row ? may_use(stmt, key, now, &taken, e) : err_fail(e, ERR_NOT_FOUND, "there is no such invitation");
    if (result == ERR_OK) {
        *out = (struct ledger_device){0};
        (void)snprintf(out->name, sizeof out->name, "%s", stmt_text(stmt, 0));
        split_districts(stmt_text(stmt, 1), out->districts, &out->district_count);
    }
    stmt_done(stmt);
    if (result != ERR_OK || taken)
        return result;
    return take_invitation(s->db, hash, key, now, e);
}

/* --- batches and entries */

static enum err add_batch(void *arg, const struct ledger_batch *batch, int64_t *out_id, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO batch (device, first, last, header, signature, packed_bytes, via, received_at) "
        "VALUES (:device, :first, :last, :header, :signature, :packed_bytes, :via, :received_at) RETURNING "
        "id";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", batch->header->from);
    stmt_bind_int(stmt, ":first", batch->header->first);
    stmt_bind_int(stmt, ":last", batch->header->last);
    stmt_bind_text(stmt, ":header", batch->header_line);
    stmt_bind_blob(stmt, ":signature", batch->signature, SIGNATURE_BYTES);
    stmt_bind_int(stmt, ":packed_bytes", (int64_t)batch->packed_bytes);
    stmt_bind_text(stmt, ":via", batch->via);
    stmt_bind_int(stmt, ":received_at", batch->received_at);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    assert(row);
    *out_id = stmt_int(stmt, 0);
    stmt_done(stmt);
    return ERR_OK;
}

static enum err add_entry(void *arg, int64_t batch, uint32_t device_number, const struct batch_entry *entry,
                          struct errctx *e)
{
    /* Once for every entry that arrives: bound by number, nothing copied. */
    static const char sql[] = "INSERT INTO entry (id, batch, bytes, chain) VALUES (?1, ?2, ?3, ?4)";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int_at(stmt, 1, address_of(device_number, entry->number));
    stmt_bind_int_at(stmt, 2, batch);
    stmt_bind_text_len_at(stmt, 3, entry->bytes, entry->len);
    stmt_bind_blob_at(stmt, 4, entry->chain.value, CHAIN_BYTES);
    return stmt_run_bulk(stmt, e);
}

static enum err chain_at(void *arg, uint32_t device_number, int64_t number, struct chain *out,
                         struct errctx *e)
{
    static const char sql[] = "SELECT chain FROM entry WHERE id = :id";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", address_of(device_number, number));
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row)
        column_bytes(stmt, 0, out->value, CHAIN_BYTES);
    stmt_done(stmt);
    return row ? ERR_OK : err_fail(e, ERR_NOT_FOUND, "entry %lld is not held", (long long)number);
}

/* Puts LINE and its line break before the bytes that are in WINDOW already, as far as ROOM reaches. */
static size_t put_before(char *window, size_t room, const char *line, size_t len)
{
    window[--room] = '\n';
    size_t taken = len < room ? len : room;
    memcpy(window + room - taken, line + len - taken, taken);
    return room - taken;
}

/* Fills WINDOW from its end; *ROOM is what stays free, *NUMBER the first line in it. */
static enum err fill_window(struct registry_store *s, uint32_t device_number, char *window, size_t *room,
                            int64_t *number, struct errctx *e)
{
    static const char sql[] =
        "SELECT id, bytes FROM entry WHERE id BETWEEN :first AND :last ORDER BY id DESC";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result != ERR_OK)
        return result;
    stmt_expect_many(stmt);
    stmt_bind_int(stmt, ":first", address_of(device_number, 1));
    stmt_bind_int(stmt, ":last", address_of(device_number, *number - 1));
    while (*room > 0) {
        size_t len = 0;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row || ident_number(stmt_int(stmt, 0)) != *number - 1)
            break;
        const char *line = stmt_blob(stmt, 1, &len);
        *room = put_before(window, *room, line, len);
        (*number)--;
    }
    stmt_done(stmt);
    return result;
}

static enum err prefix(void *arg, uint32_t device_number, int64_t first, struct buf *out, struct errctx *e)
{
    size_t room = BATCH_PREFIX_BYTES;
    int64_t number = first;
    if (first < 2)
        return err_fail(e, ERR_NOT_FOUND, "nothing stands before entry 1");
    char *window = mem_zero(1, BATCH_PREFIX_BYTES);
    enum err result = fill_window(arg, device_number, window, &room, &number, e);
    if (result == ERR_OK && room > 0 && number != 1)
        result = err_fail(e, ERR_NOT_FOUND, "entry %lld is not held", (long long)number - 1);
    if (result == ERR_OK)
        buf_put(out, window + room, BATCH_PREFIX_BYTES - room);
    free(window);
    return result;
}

/* --- findings and dispositions */

static const char *const level_words[] = {
    [LEVEL_BLOCK] = "block", [LEVEL_CONFIRM] = "confirm", [LEVEL_FLAG] = "flag"};

static enum level level_of(const char *word)
{
    for (int i = 0; i < LEVEL_FLAG; i++) {
        if (strcmp(level_words[i], word) == 0)
            return (enum level)i;
    }
    return LEVEL_FLAG;
}

static enum disposition disposition_of(const char *word)
{
    for (int i = 0; i < DISPOSITION_CONFLICT; i++) {
        if (strcmp(disposition_word((enum disposition)i), word) == 0)
            return (enum disposition)i;
    }
    return DISPOSITION_CONFLICT;
}

static enum err add_finding(void *arg, int64_t entry, int64_t subject, const struct finding *finding,
                            struct errctx *e)
{
    static const char sql[] = "INSERT INTO finding (entry, subject, rule, level, field, text) "
                              "VALUES (:entry, :subject, :rule, :level, :field, :text)";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", entry);
    stmt_bind_int(stmt, ":subject", subject);
    stmt_bind_text(stmt, ":rule", finding->rule);
    stmt_bind_text(stmt, ":level", level_words[finding->level]);
    stmt_bind_text(stmt, ":field", finding->field);
    stmt_bind_text(stmt, ":text", finding->text);
    return stmt_run_bulk(stmt, e);
}

static enum err set_disposition(void *arg, int64_t entry, enum disposition is, struct errctx *e)
{
    static const char sql[] = "INSERT INTO disposition (entry, state) VALUES (:entry, :state)";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", entry);
    stmt_bind_text(stmt, ":state", disposition_word(is));
    return stmt_run_bulk(stmt, e);
}

/* What one entry's rows of the join below add up to. */
struct group {
    int64_t entry; /* 0: none yet */
    enum disposition is;
    struct findings findings;
};

static void group_clear(struct group *g)
{
    for (size_t i = 0; i < g->findings.count; i++) {
        union { /* they were copied out of the row: ours to free */
            const char *kept;
            char *owned;
        } rule = {g->findings.rows[i].rule}, field = {g->findings.rows[i].field};
        free(rule.owned);
        free(field.owned);
    }
    findings_done(&g->findings);
    *g = (struct group){0};
}

static void group_add(struct group *g, struct stmt *stmt)
{
    g->entry = stmt_int(stmt, 0);
    g->is = disposition_of(stmt_text(stmt, 1));
    if (stmt_is_null(stmt, 2))
        return;
    findings_add(&g->findings, str_dup(stmt_text(stmt, 2)), level_of(stmt_text(stmt, 3)),
                 str_dup(stmt_text(stmt, 4)), "%s", stmt_text(stmt, 5));
}

static enum err dispositions(void *arg, uint32_t device_number, int64_t first, int64_t last,
                             enum err (*each)(void *, int64_t, enum disposition, const struct findings *,
                                              struct errctx *),
                             void *each_arg, struct errctx *e)
{
    /* What is said of the twin that stands is said of the others. */
    static const char sql[] = "SELECT x.entry, d.state, f.rule, f.level, f.field, f.text FROM "
                              "(SELECT entry, entry AS stands FROM disposition "
                              "WHERE entry BETWEEN :first AND :last UNION ALL "
                              "SELECT entry, stands FROM twin "
                              "WHERE entry BETWEEN :first AND :last AND stands <> entry) x "
                              "JOIN disposition d ON d.entry = x.stands "
                              "LEFT JOIN finding f ON f.entry = d.entry AND f.rests_on IS NULL "
                              "ORDER BY x.entry, f.id";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    struct group group = {0};
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result != ERR_OK)
        return result;
    stmt_bind_int(stmt, ":first", address_of(device_number, first));
    stmt_bind_int(stmt, ":last", address_of(device_number, last));
    while (row && result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result == ERR_OK && group.entry && (!row || stmt_int(stmt, 0) != group.entry)) {
            result = each(each_arg, ident_number(group.entry), group.is, &group.findings, e);
            group_clear(&group);
        }
        if (result == ERR_OK && row)
            group_add(&group, stmt);
    }
    group_clear(&group);
    stmt_done(stmt);
    return result;
}

static enum err note(void *arg, int64_t address, const struct entry *entry, enum projected what,
                     struct errctx *e)
{
    struct registry_store *s = arg;
    return decisions_note(s->db, s->device.number, address, entry, what, e);
}

void ledger_init(struct registry_store *s)
{
    s->ledger = (struct ledger){
        .arg = s,
        .records = lives_records(s, s->db),
        .begin = begin,
        .commit = commit,
        .rollback = rollback,
        .codes = ledger_codes,
        .identity = identity,
        .device = device,
        .add_device = add_device,
        .move_head = move_head,
        .device_seen = device_seen,
        .use_invitation = use_invitation,
        .add_batch = add_batch,
        .add_entry = add_entry,
        .add_finding = add_finding,
        .set_disposition = set_disposition,
        .note = note,
        .chain_at = chain_at,
        .prefix = prefix,
        .dispositions = dispositions,
        .quarantine = quarantine_keep,
    };
    feed_init(s);
    lives_init(s);
}
