/*
 * What the registry tells this laptop (sync/batch/feed.h): entries of others go into the same tables as its
 * own, decisions and files beside them. The entries are kept as they came, with the place in the journal
 * behind which they came: the two together make the tables again.
 */
#include "app/field/store/foreign.h"
#include "app/field/store/lives.h"
#include "app/field/store/turns.h"

#include <sodium.h>
#include <string.h>

#include "sync/journal/waiting.h"

/* --- effect of a told entry, the same when it comes and in a replay */

static enum err project_told_change(struct db *db, int64_t address, const struct entry *entry,
                                    struct errctx *e)
{
    struct project_store into = project_into_db(db);
    struct row before = {0};
    struct row after = {0};
    enum projected projected = PROJECTED;
    enum entity_id of = entry->record.of->id;
    enum err result = rows_load(db, of, entry->id, &before, e);
    if (result == ERR_NOT_FOUND)
        return ERR_OK; /* what it changes was never told: it waits in foreign_entry */
    if (result == ERR_OK)
        result = project_told(&into, address, entry, &projected, e);
    if (result == ERR_OK && entry->op == OP_AMEND) {
        result = rows_load(db, of, entry->id, &after, e);
        if (result == ERR_OK)
            result = index_record(db, entry->id, &before.record, &after.record, e);
        row_done(&after);
    }
    row_done(&before);
    return result;
}

static enum err project_told_addition(struct db *db, int64_t address, const struct entry *entry,
                                      struct errctx *e)
{
    struct project_store into = project_into_db(db);
    enum projected projected = PROJECTED;
    enum err result = project_told(&into, address, entry, &projected, e);
    if (result == ERR_OK && projected == PROJECTED)
        result = index_record(db, address, NULL, &entry->record, e);
    return result;
}

struct decision {
    int64_t record;
    const struct entry *entry;
    const char *state;
    int64_t version;
    int64_t into;
};

static enum err keep_decision(struct db *db, const struct decision *d, const struct foreign *told,
                              struct errctx *e)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO decision (record, entity, version, state, why, at, by, into_record, behind, "
        "turn) VALUES (:record, :entity, :version, :state, :why, :at, :by, nullif(:into, 0), :behind, "
        ":turn)";
    struct stmt *stmt = NULL;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":record", d->record);
    stmt_bind_text(stmt, ":entity", d->entry->record.of->name);
    stmt_bind_int(stmt, ":version", d->version);
    stmt_bind_text(stmt, ":state", d->state);
    stmt_bind_text(stmt, ":why", d->entry->why);
    stmt_bind_int(stmt, ":at", told->known_at);
    stmt_bind_text(stmt, ":by", d->entry->by);
    stmt_bind_int(stmt, ":into", d->into);
    stmt_bind_int(stmt, ":behind", told->behind);
    stmt_bind_int(stmt, ":turn", told->turn);
    return stmt_run(stmt, e);
}

enum err foreign_project(struct db *db, const struct foreign *told, const struct entry *entry,
                         struct errctx *e)
{
    struct decision d = {.record = entry->id, .entry = entry};
    switch (entry->op) {
    case OP_ADD:
        return project_told_addition(db, told->address, entry, e);
    case OP_AMEND:
    case OP_VOID:
        return project_told_change(db, told->address, entry, e);
    case OP_DECIDE:
        d.state = decided_word(entry->is);
        d.version = entry->base;
        return keep_decision(db, &d, told, e);
    case OP_MERGE:
        d.state = "merged";
        d.into = entry->into;
        return keep_decision(db, &d, told, e);
    case OP_UNMERGE:
        d.state = "unmerged";
        return keep_decision(db, &d, told, e);
    case OP_SETTLE: /* ends the waiting of an entry: the inbox looks for it */
    case OP_DEVICE:
    case OP_CLOCK:
    case OP_BACKUP:
    case OP_PIN:
    case OP_STAFF:
    case OP_QUARANTINE:
        break;
    }
    return ERR_OK;
}

/* --- replays */

enum err foreign_walk_begin(struct foreign_walk *w, struct db *from, struct errctx *e)
{
    static const char sql[] =
        "SELECT id, bytes, behind, known_at, turn, record FROM foreign_entry WHERE record <> 0 ORDER BY turn";
    *w = (struct foreign_walk){.from = from};
    if (db_prepare(from, sql, &w->stmt, e) != ERR_OK)
        return e->kind;
    return stmt_step(w->stmt, &w->row, e);
}

/* The record that an entry of the feed is about; that of a settlement is the one of the entry that waited. */
static int64_t record_of(const struct entry *entry, int64_t address)
{
    return entry->record.of ? entry_subject(entry, address) : 0;
}

/* In a later life the record may stand under another number than when it was told. */
static enum err follow_record(const struct twins *twins, const struct foreign *told, int64_t record,
                              struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (record == told->record || moment_of(twins)->from != twins->db)
        return ERR_OK;
    if (db_prepare(twins->db, "UPDATE foreign_entry SET record = :record WHERE id = :id", &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":record", record);
    stmt_bind_int(stmt, ":id", told->address);
    return stmt_run(stmt, e);
}

/* Projects it unless it is there already under another address. */
static enum err project_again(struct twins *twins, const struct foreign *told, const struct entry *entry,
                              struct errctx *e)
{
    struct twin_seen seen;
    bool left_out = false; /* a change of a past life */
    enum err result = twin_see(twins, told->address, entry, &seen, e);
    if (result == ERR_OK)
        result = follow_record(twins, told, record_of(seen.entry, seen.stands), e);
    if (result == ERR_OK)
        result = unapplied_is(moment_of(twins)->from, told->address, &left_out, e);
    if (result == ERR_OK && !seen.held && !left_out)
        result = foreign_project(twins->db, told, seen.entry, e);
    twin_seen_done(&seen);
    return result;
}

enum err foreign_walk_to(struct foreign_walk *w, int64_t number, struct moment *moment, struct twins *twins,
                         struct errctx *e)
{
    while (w->row && stmt_int(w->stmt, 2) < number) {
        size_t len = 0;
        struct entry entry;
        const struct foreign told = {.address = stmt_int(w->stmt, 0),
                                     .behind = stmt_int(w->stmt, 2),
                                     .known_at = stmt_int(w->stmt, 3),
                                     .turn = stmt_int(w->stmt, 4),
                                     .record = stmt_int(w->stmt, 5)};
        moment->number = told.behind + 1;
        moment->turn = told.turn;
        const char *bytes = stmt_blob(w->stmt, 1, &len);
        if (entry_read(bytes, len, &entry, NULL, e) != ERR_OK)
            return err_fail(e, ERR_DB, "an entry of another laptop is damaged");
        enum err result = project_again(twins, &told, &entry, e);
        entry_done(&entry);
        if (result != ERR_OK || stmt_step(w->stmt, &w->row, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

void foreign_walk_end(struct foreign_walk *w)
{
    stmt_done(w->stmt);
}

/* --- taking events */

static enum err is_held(struct db *db, int64_t address, bool *out, struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(db, "SELECT 1 FROM foreign_entry WHERE id = :id", &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", address);
    enum err result = stmt_step(stmt, out, e);
    stmt_done(stmt);
    return result;
}

static enum err keep_entry(struct db *db, const struct feed_event *event, struct foreign *told, int64_t now,
                           struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO foreign_entry (turn, id, record, behind, bytes, known_at, received_at) VALUES "
        "(nullif(:turn, 0), :id, :record, :behind, :bytes, :known_at, :now) RETURNING turn";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":turn", told->turn);
    stmt_bind_int(stmt, ":id", told->address);
    stmt_bind_int(stmt, ":record", told->record);
    stmt_bind_int(stmt, ":behind", told->behind);
    stmt_bind_text_len(stmt, ":bytes", event->bytes, event->len);
    stmt_bind_int(stmt, ":known_at", told->known_at);
    stmt_bind_int(stmt, ":now", now);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row)
        told->turn = stmt_int(stmt, 0);
    stmt_done(stmt);
    return result;
}

static enum err take_seen(struct store *s, const struct feed_event *event, struct foreign *told,
                          const struct entry *entry, int64_t now, struct errctx *e)
{
    const struct moment m = moment_now(s->db);
    struct twins twins;
    struct twin_seen seen;
    moment_twins(&m, &twins);
    enum err result = twin_see(&twins, event->entry, entry, &seen, e);
    if (result == ERR_OK) {
        told->record = record_of(seen.entry, seen.stands);
        if (!seen.held && (entry->op == OP_AMEND || entry->op == OP_VOID))
            result = turns_make_room(s->db, told, e);
    }
    bool late = told->turn != 0;
    if (result == ERR_OK)
        result = keep_entry(s->db, event, told, now, e);
    if (result == ERR_OK && late)
        result = remake_record(s->db, s->device.number, entry->record.of->id, told->record, e);
    else if (result == ERR_OK && told->record && !seen.held)
        result = foreign_project(s->db, told, seen.entry, e);
    twin_seen_done(&seen);
    return result;
}

static enum err take_entry(struct store *s, const struct feed_event *event, int64_t now, struct errctx *e)
{
    bool held = ident_device(event->entry) == s->device.number;
    struct entry entry;
    struct errctx unread;
    struct foreign told = {.address = event->entry, .known_at = event->at};
    if (!held && is_held(s->db, event->entry, &held, e) != ERR_OK)
        return e->kind;
    if (held)
        return ERR_OK;
    if (db_one_int(s->db, "SELECT max(number) FROM journal", 0, &told.behind, e) != ERR_OK)
        return e->kind;
    /* What a newer program wrote must not stop the feed: it is kept, and passed over. */
    if (entry_read(event->bytes, event->len, &entry, NULL, &unread) != ERR_OK)
        return keep_entry(s->db, event, &told, now, e);
    bool needed = false;
    enum err result = take_seen(s, event, &told, &entry, now, e);
    if (result == ERR_OK && entry.op == OP_ADD && told.record == told.address)
        result = turns_take_early(s->db, &told, e);
    entry_done(&entry);
    if (result == ERR_OK)
        result = waiting_told(s->db, event->entry, event->bytes, event->len, &needed, e);
    return result == ERR_OK && needed ? lives_write_waiting(s, e) : result;
}

static enum err take_revocation(struct store *s, const struct feed_event *event, struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, "INSERT INTO revoked (device, at) VALUES (:device, :at) ON CONFLICT DO NOTHING",
                   &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", event->device);
    stmt_bind_int(stmt, ":at", event->at);
    return stmt_run(stmt, e);
}

static enum err take_file(struct store *s, const struct feed_event *event, struct errctx *e)
{
    struct errctx unread;
    struct stmt *stmt = NULL;
    /* A file that this program could not work with stays out: what it has goes on. */
    if (codes_check_file(event->file, event->text, &unread) != ERR_OK)
        return ERR_OK;
    if (db_prepare(s->db, "INSERT OR REPLACE INTO code_file (name, text, at) VALUES (:name, :text, :at)",
                   &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":name", event->file);
    stmt_bind_text(stmt, ":text", event->text);
    stmt_bind_int(stmt, ":at", event->at);
    return stmt_run(stmt, e);
}

enum err store_told(void *store, const struct feed_event *event, int64_t now, struct errctx *e)
{
    switch (event->what) {
    case FEED_ENTRY:
        return take_entry(store, event, now, e);
    case FEED_REVOKED:
        return take_revocation(store, event, e);
    case FEED_FILE:
        return take_file(store, event, e);
    }
    return ERR_OK;
}

/* --- what is known of others */

/* Whether this installation was DEVICE before. */
static enum err was_device(struct db *db, uint32_t device, bool *out, struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(db, "SELECT 1 FROM life WHERE device = :device", &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", device);
    enum err result = stmt_step(stmt, out, e);
    stmt_done(stmt);
    return result;
}

enum err store_knowledge(struct store *s, int64_t record, struct knowledge *out, struct errctx *e)
{
    static const char sql[] =
        "SELECT (SELECT max(known_at) FROM foreign_entry WHERE record = :record), "
        "(SELECT max(receipt_at) FROM link), (SELECT at FROM revoked WHERE device = :device)";
    struct stmt *stmt = NULL;
    bool row = false;
    bool lived = false;
    *out = (struct knowledge){.foreign = ident_device(record) != s->device.number};
    if (out->foreign && was_device(s->db, ident_device(record), &lived, e) != ERR_OK)
        return e->kind;
    out->foreign = out->foreign && !lived;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":record", record);
    stmt_bind_int(stmt, ":device", ident_device(record));
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row) {
        out->known_at = stmt_int(stmt, 0);
        out->told_at = stmt_int(stmt, 1);
        out->revoked_at = stmt_int(stmt, 2);
    }
    stmt_done(stmt);
    return result;
}

enum err foreign_load_files(struct db *db, struct codes *codes, uint8_t out_hash[CHAIN_BYTES],
                            struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = true;
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, CHAIN_BYTES);
    enum err result = db_prepare(db, "SELECT name, text FROM code_file ORDER BY name", &stmt, e);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const char *name = stmt_text(stmt, 0);
        const char *text = stmt_text(stmt, 1);
        (void)crypto_generichash_update(&state, (const uint8_t *)name, strlen(name) + 1);
        (void)crypto_generichash_update(&state, (const uint8_t *)text, strlen(text) + 1);
        if (codes)
            codes_replace(codes, name, text);
    }
    stmt_done(stmt);
    (void)crypto_generichash_final(&state, out_hash, CHAIN_BYTES);
    return result;
}

static enum err renew(struct store *s, struct errctx *e)
{
    struct codes *fresh = NULL;
    enum err result = codes_new(codes_country(s->codes), &fresh, e);
    if (result == ERR_OK)
        result = foreign_load_files(s->db, fresh, s->codes_hash, e);
    if (result != ERR_OK) {
        codes_free(fresh);
        return result;
    }
    s->old_codes = mem_resize(s->old_codes, s->old_codes_count + 1, sizeof(struct codes *));
    s->old_codes[s->old_codes_count++] = s->codes;
    s->codes = fresh;
    return ERR_OK;
}

enum err store_renew_codes(struct store *s, struct errctx *e)
{
    int64_t version = 0;
    uint8_t hash[CHAIN_BYTES];
    if (db_one_int(s->db, "PRAGMA data_version", 0, &version, e) != ERR_OK)
        return e->kind;
    if (version == s->data_version)
        return ERR_OK;
    if (foreign_load_files(s->db, NULL, hash, e) != ERR_OK)
        return e->kind;
    if (memcmp(hash, s->codes_hash, CHAIN_BYTES) != 0 && renew(s, e) != ERR_OK)
        return e->kind;
    s->data_version = version;
    return ERR_OK;
}

/* --- forgetting */

enum err store_forget(void *store, uint32_t registry, struct errctx *e)
{
    static const char sql[] = "DELETE FROM foreign_entry WHERE id BETWEEN :first AND :last RETURNING 1";
    struct store *s = store;
    struct stmt *stmt = NULL;
    bool any = false;
    if (db_exec(s->db, "DELETE FROM revoked", e) != ERR_OK ||
        db_exec(s->db, "DELETE FROM code_file", e) != ERR_OK || db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":first", ident_make(registry, 0));
    stmt_bind_int(stmt, ":last", ident_make(registry, IDENT_MAX_NUMBER));
    enum err result = stmt_step(stmt, &any, e);
    for (bool more = any; more && result == ERR_OK;)
        result = stmt_step(stmt, &more, e);
    stmt_done(stmt);
    /* Its changes of records were among them: the tables are made without. */
    return result == ERR_OK && any ? store_remake(s->db, s->device.number, NULL, NULL, e) : result;
}
