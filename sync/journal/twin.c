#include "sync/journal/twin.h"

#include <sodium.h>
#include <string.h>

#include "schema/record/ident.h"

void twins_forget(struct twins *t)
{
    t->is_read = false;
}

enum err twin_take_line(struct stmt *stmt, struct buf *out, struct errctx *e)
{
    bool row = false;
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row) {
        size_t len = 0;
        const void *bytes = stmt_blob(stmt, 0, &len);
        buf_put(out, bytes, len);
    }
    stmt_done(stmt);
    if (result == ERR_OK && !row)
        return err_fail(e, ERR_NOT_FOUND, "the entry is not here");
    return result;
}

enum err twin_clear(struct db *db, struct errctx *e)
{
    return db_exec(db, "DELETE FROM twin", e);
}

enum err entry_map_addresses(struct entry *entry,
                             enum err (*map)(void *arg, int64_t *address, struct errctx *e), void *arg,
                             struct errctx *e)
{
    int64_t *const named[] = {&entry->id, &entry->base, &entry->into, &entry->settles};
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        if (*named[i] && map(arg, named[i], e) != ERR_OK)
            return e->kind;
    }
    const struct entity *of = entry->record.of;
    for (int f = 0; of && f < of->field_count; f++) {
        struct value *value = &entry->record.values[f];
        if (of->fields[f].type == FIELD_REF && value->state == VALUE_SET &&
            map(arg, &value->number, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

/* A copy whose addresses and `was` may be changed; only its record is its own. */
static void copy_of(const struct entry *entry, struct entry *out)
{
    *out = *entry;
    if (entry->record.of)
        record_copy(&out->record, &entry->record);
}

static void copy_done(struct entry *copy)
{
    if (copy->record.of)
        record_done(&copy->record);
}

/* --- the table */

static enum err read_devices(struct twins *t, struct errctx *e)
{
    /* From device to device along the two indexes: there may be thousands of twins of each. */
    static const char sql[] =
        "WITH RECURSIVE e (n) AS (SELECT min(entry) >> 32 FROM twin UNION SELECT (SELECT min(entry) >> 32 "
        "FROM twin WHERE entry >= ((e.n + 1) << 32)) FROM e WHERE e.n IS NOT NULL), "
        "o (n) AS (SELECT min(origin) >> 32 FROM twin WHERE origin > 0 UNION SELECT (SELECT min(origin) >> "
        "32 "
        "FROM twin WHERE origin >= ((o.n + 1) << 32)) FROM o WHERE o.n IS NOT NULL), "
        "m (n) AS (SELECT -max(origin) >> 32 FROM twin WHERE origin < 0 UNION SELECT (SELECT -max(origin) >> "
        "32 "
        "FROM twin WHERE origin <= -((m.n + 1) << 32)) FROM m WHERE m.n IS NOT NULL) "
        "SELECT n FROM e WHERE n IS NOT NULL UNION SELECT n FROM o WHERE n IS NOT NULL "
        "UNION SELECT n FROM m WHERE n IS NOT NULL";
    struct stmt *stmt = NULL;
    bool row = true;
    int64_t any = 0;
    t->device_count = 0;
    /* Most databases have none, and every save asks. */
    if (db_one_int(t->db, "SELECT 1 FROM twin LIMIT 1", 0, &any, e) != ERR_OK)
        return e->kind;
    t->is_read = any == 0;
    if (t->is_read)
        return ERR_OK;
    enum err result = db_prepare(t->db, sql, &stmt, e);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        if (t->device_count < TWIN_MAX_DEVICES)
            t->devices[t->device_count] = (uint32_t)stmt_int(stmt, 0);
        t->device_count++;
    }
    stmt_done(stmt);
    t->is_read = result == ERR_OK;
    return result;
}

static bool knows_device(const struct twins *t, uint32_t device)
{
    for (size_t i = 0; i < t->device_count && i < TWIN_MAX_DEVICES; i++) {
        if (t->devices[i] == device)
            return true;
    }
    return t->device_count > TWIN_MAX_DEVICES;
}

static void add_device(struct twins *t, uint32_t device)
{
    if (knows_device(t, device))
        return;
    if (t->device_count < TWIN_MAX_DEVICES)
        t->devices[t->device_count] = device;
    t->device_count++;
}

static const char STANDS[] = "SELECT stands FROM twin WHERE entry = :entry";

/* Replaces *ADDRESS by the column that SQL selects of its row, when it has one. */
static enum err replace(struct db *db, const char *sql, int64_t *address, struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", *address);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row)
        *address = stmt_int(stmt, 0);
    stmt_done(stmt);
    return result;
}

static enum err look_up(struct twins *t, const char *sql, int64_t *address, struct errctx *e)
{
    return knows_device(t, ident_device(*address)) ? replace(t->db, sql, address, e) : ERR_OK;
}

enum err twin_standing(struct db *db, int64_t *address, struct errctx *e)
{
    return replace(db, STANDS, address, e);
}

/* Who wrote a thing again names it by its new number, but for what its earlier life kept: under the old one
 * it means what a copy of its disk wrote there. */
static enum err means_a_copys(struct twins *t, int64_t address, int64_t later, bool *out, struct errctx *e)
{
    bool kept = true;
    *out = false;
    if (ident_device(later) != t->writer || !t->of_earlier_life)
        return ERR_OK;
    if (t->of_earlier_life(t->arg, t->writer, address, &kept, e) != ERR_OK)
        return e->kind;
    *out = !kept;
    return ERR_OK;
}

/* What others wrote of a record whose original was lost here and came again in a later life: it stands for
 * the one that they mean, unless the original's number is taken after all. */
static enum err to_later_life(struct twins *t, int64_t *address, struct errctx *e)
{
    int64_t later = *address;
    bool copys = false;
    struct buf line = {0};
    if (look_up(t, "SELECT stands FROM twin WHERE origin = :entry ORDER BY entry LIMIT 1", &later, e) !=
        ERR_OK)
        return e->kind;
    if (later == *address)
        return ERR_OK;
    enum err result = t->line(t->arg, *address, &line, e);
    buf_done(&line);
    if (result != ERR_NOT_FOUND)
        return result;
    if (means_a_copys(t, *address, later, &copys, e) != ERR_OK)
        return e->kind;
    if (!copys)
        *address = later;
    return ERR_OK;
}

static enum err to_standing(void *arg, int64_t *address, struct errctx *e)
{
    int64_t before = *address;
    if (look_up(arg, STANDS, address, e) != ERR_OK)
        return e->kind;
    return *address == before ? to_later_life(arg, address, e) : ERR_OK;
}

static enum err to_origin(void *arg, int64_t *address, struct errctx *e)
{
    return look_up(arg, "SELECT abs(origin) FROM twin WHERE entry = :entry", address, e);
}

/* NAMESAKE: chain(0) of a key, or NULL. */
static enum err hash_origin_form(struct twins *t, const struct entry *entry, const struct chain *namesake,
                                 uint8_t out[CHAIN_BYTES], struct errctx *e)
{
    struct entry form;
    struct buf line = {0};
    copy_of(entry, &form);
    form.was = 0;
    enum err result = entry_map_addresses(&form, to_origin, t, e);
    if (result == ERR_OK) {
        entry_write(&form, &line);
        crypto_generichash(out, CHAIN_BYTES, (const uint8_t *)line.data, line.len,
                           namesake ? namesake->value : NULL, namesake ? CHAIN_BYTES : 0);
    }
    buf_done(&line);
    copy_done(&form);
    return result;
}

/* Where the thing that was written first as ORIGIN stands; 0 when the table does not know it. */
static enum err find_twin(struct twins *t, int64_t origin, const uint8_t hash[CHAIN_BYTES], int64_t *out,
                          struct errctx *e)
{
    static const char sql[] =
        "SELECT stands FROM twin WHERE origin = :origin AND hash = :hash ORDER BY entry LIMIT 1";
    struct stmt *stmt = NULL;
    bool row = false;
    *out = 0;
    if (db_prepare(t->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":origin", origin);
    stmt_bind_blob(stmt, ":hash", hash, CHAIN_BYTES);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row)
        *out = stmt_int(stmt, 0);
    stmt_done(stmt);
    return result;
}

static enum err remember(struct twins *t, int64_t address, int64_t origin, const uint8_t hash[CHAIN_BYTES],
                         int64_t stands, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO twin (entry, origin, hash, stands) VALUES (:entry, :origin, :hash, :stands)";
    struct stmt *stmt = NULL;
    if (db_prepare(t->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", address);
    stmt_bind_int(stmt, ":origin", origin);
    stmt_bind_blob(stmt, ":hash", hash, CHAIN_BYTES);
    stmt_bind_int(stmt, ":stands", stands);
    add_device(t, ident_device(address));
    add_device(t, ident_device(origin < 0 ? -origin : origin));
    return stmt_run(stmt, e);
}

/* --- looking at an entry */

/* Whether the original itself was projected before: other bytes under its number are somebody else's. */
static enum err original_is_here(struct twins *t, int64_t origin, const uint8_t hash[CHAIN_BYTES], bool *out,
                                 struct errctx *e)
{
    struct buf line = {0};
    struct entry original;
    uint8_t its_hash[CHAIN_BYTES];
    *out = false;
    enum err result = t->line(t->arg, origin, &line, e);
    if (result == ERR_OK && entry_read(line.data, line.len, &original, NULL, e) == ERR_OK) {
        result = hash_origin_form(t, &original, NULL, its_hash, e);
        *out = result == ERR_OK && memcmp(hash, its_hash, CHAIN_BYTES) == 0;
        entry_done(&original);
    }
    buf_done(&line);
    return result == ERR_NOT_FOUND ? ERR_OK : result;
}

/* What was written first as ORIGIN by a namesake of the device that is known here. */
static enum err see_of_namesake(struct twins *t, int64_t address, const struct entry *entry, int64_t origin,
                                struct twin_seen *out, struct errctx *e)
{
    uint8_t hash[CHAIN_BYTES];
    struct chain namesake;
    int64_t twin = 0;
    if (!t->namesake)
        return ERR_OK;
    enum err result = t->namesake(t->arg, ident_device(address), ident_device(origin), &namesake, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    if (hash_origin_form(t, entry, &namesake, hash, e) != ERR_OK ||
        find_twin(t, -origin, hash, &twin, e) != ERR_OK)
        return e->kind;
    if (twin)
        out->stands = twin;
    return twin || entry->was ? remember(t, address, -origin, hash, out->stands, e) : ERR_OK;
}

static enum err see_again(struct twins *t, int64_t address, const struct entry *entry, struct twin_seen *out,
                          struct errctx *e)
{
    uint8_t hash[CHAIN_BYTES];
    bool here = false;
    bool follows = true;
    int64_t twin = 0;
    if (hash_origin_form(t, entry, NULL, hash, e) != ERR_OK ||
        original_is_here(t, entry->was, hash, &here, e) != ERR_OK)
        return e->kind;
    if (!here && t->follows &&
        t->follows(t->arg, ident_device(address), ident_device(entry->was), &follows, e) != ERR_OK)
        return e->kind;
    if (!follows) /* an entry like any other, unless it is of a namesake */
        return see_of_namesake(t, address, entry, entry->was, out, e);
    if (find_twin(t, entry->was, hash, &twin, e) != ERR_OK)
        return e->kind;
    if (twin)
        out->stands = twin;
    else if (here)
        out->stands = entry->was;
    return remember(t, address, entry->was, hash, out->stands, e);
}

/* An original that arrives after it was written again elsewhere. */
static enum err see_original(struct twins *t, int64_t address, const struct entry *entry,
                             struct twin_seen *out, struct errctx *e)
{
    uint8_t hash[CHAIN_BYTES];
    int64_t twin = 0;
    if (!knows_device(t, ident_device(address)))
        return ERR_OK;
    if (hash_origin_form(t, entry, NULL, hash, e) != ERR_OK ||
        find_twin(t, address, hash, &twin, e) != ERR_OK)
        return e->kind;
    if (!twin)
        return see_of_namesake(t, address, entry, address, out, e);
    out->stands = twin;
    return remember(t, address, address, hash, twin, e);
}

static bool is_about_records(const struct entry *entry)
{
    return entry->op == OP_ADD || entry->op == OP_AMEND || entry->op == OP_VOID;
}

enum err twin_see(struct twins *t, int64_t address, const struct entry *entry, struct twin_seen *out,
                  struct errctx *e)
{
    *out = (struct twin_seen){.entry = entry, .stands = address};
    if (!t)
        return ERR_OK;
    t->writer = ident_device(address);
    if (!t->is_read && read_devices(t, e) != ERR_OK)
        return e->kind;
    if (t->device_count == 0 && !entry->was)
        return ERR_OK;
    enum err result = ERR_OK;
    if (is_about_records(entry))
        result = entry->was ? see_again(t, address, entry, out, e) : see_original(t, address, entry, out, e);
    out->held = out->stands != address;
    if (result != ERR_OK)
        return result;
    copy_of(entry, &out->changed);
    out->is_changed = true;
    out->entry = &out->changed;
    return entry_map_addresses(&out->changed, to_standing, t, e);
}

enum err twin_map(struct twins *t, int64_t address, struct entry *entry, struct errctx *e)
{
    t->writer = ident_device(address);
    if (!t->is_read && read_devices(t, e) != ERR_OK)
        return e->kind;
    return t->device_count == 0 ? ERR_OK : entry_map_addresses(entry, to_standing, t, e);
}

void twin_seen_done(struct twin_seen *s)
{
    if (s->is_changed)
        copy_done(&s->changed);
    s->is_changed = false;
}
