/*
 * Verifying and backing up. The entries are the truth: verifying recomputes every chain and checks every
 * batch signature against them, then makes the records again in a temporary database and compares.
 */
#include "app/registry/store/decisions.h"

#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/words.h"
#include "schema/registry/registry_schema.h"

struct check {
    struct registry_store *store;
    struct db *into;
    struct chain chain; /* of the device under check, as far as it was followed */
    int64_t number;     /* the last entry followed */
    struct buf lines;   /* of the batch under check */
    struct ledger_device device;
    void (*progress)(void *arg, int64_t done, int64_t all);
    void *arg;
    int64_t done;
    int64_t all;
};

static void tell(struct check *c)
{
    c->done++;
    if (c->progress && (c->done % 1024 == 0 || c->done == c->all))
        c->progress(c->arg, c->done, c->all);
}

static enum err damaged(const struct check *c, int64_t number, const char *what, struct errctx *e)
{
    char id[IDENT_BYTES];
    return err_fail(e, ERR_DB, "entry \"%s\" %s", ident_format(address_of(c->device.number, number), id),
                    what);
}

/* --- chains */

static enum err follow(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct check *c = arg;
    if (line->number != c->number + 1)
        return damaged(c, c->number + 1, N_("is missing"), e);
    chain_next(&c->chain, line->bytes, line->len);
    if (memcmp(c->chain.value, line->chain->value, CHAIN_BYTES) != 0)
        return damaged(c, line->number, N_("does not fit its chain"), e);
    c->number = line->number;
    tell(c);
    return ERR_OK;
}

static enum err check_chain(struct check *c, struct errctx *e)
{
    chain_start(c->device.key, &c->chain);
    c->number = 0;
    if (registry_store_entries(c->store, c->device.number, 1, 0, follow, c, e) != ERR_OK)
        return e->kind;
    if (c->number != c->device.upto || memcmp(c->chain.value, c->device.chain.value, CHAIN_BYTES) != 0)
        return damaged(c, c->device.upto, N_("is not the last one held"), e);
    return ERR_OK;
}

/* --- batch signatures */

static enum err collect(void *arg, const struct journal_line *line, struct errctx *e)
{
    (void)e;
    struct check *c = arg;
    buf_put(&c->lines, line->bytes, line->len);
    buf_putc(&c->lines, '\n');
    return ERR_OK;
}

static enum err check_batch(struct check *c, struct stmt *stmt, struct errctx *e)
{
    uint8_t signature[SIGNATURE_BYTES];
    int64_t first = stmt_int(stmt, 0);
    int64_t last = stmt_int(stmt, 1);
    buf_clear(&c->lines);
    buf_printf(&c->lines, "%s\n", stmt_text(stmt, 2));
    column_bytes(stmt, 3, signature, sizeof signature);
    if (registry_store_entries(c->store, c->device.number, first, last, collect, c, e) != ERR_OK)
        return e->kind;
    if (!key_verify_hashed(c->device.key, c->lines.data, c->lines.len, signature))
        return damaged(c, first, N_("begins a batch whose signature does not fit"), e);
    return ERR_OK;
}

static enum err check_batches(struct check *c, struct errctx *e)
{
    static const char sql[] =
        "SELECT first, last, header, signature FROM batch WHERE device = :device ORDER BY first";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(c->store->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":device", c->device.number);
        stmt_expect_many(stmt);
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        result = check_batch(c, stmt, e);
    }
    stmt_done(stmt);
    return result;
}

static enum err check_device(struct check *c, uint32_t number, struct errctx *e)
{
    if (c->store->ledger.device(c->store, number, &c->device, e) != ERR_OK || check_chain(c, e) != ERR_OK)
        return e->kind;
    return check_batches(c, e);
}

static enum err each_device(void *arg, const struct ledger_device *device, struct errctx *e)
{
    return check_device(arg, device->number, e);
}

/* --- records */

static void replayed(void *arg)
{
    tell(arg);
}

/* The text of every column must be the same, row after row. */
static bool same_columns(struct stmt *a, struct stmt *b, int columns)
{
    for (int i = 0; i < columns; i++) {
        if (stmt_is_null(a, i) != stmt_is_null(b, i))
            return false;
        if (!stmt_is_null(a, i) && strcmp(stmt_text(a, i), stmt_text(b, i)) != 0)
            return false;
    }
    return true;
}

static enum err compare_rows(const struct entity *of, struct stmt *kept, struct stmt *made, struct errctx *e)
{
    enum {
        ROW_COLUMNS = 5 /* id, version, at, by, void stand before the fields */
    };
    bool has_kept = true;
    bool has_made = true;
    char id[IDENT_BYTES];
    while (has_kept && has_made) {
        if (stmt_step(kept, &has_kept, e) != ERR_OK || stmt_step(made, &has_made, e) != ERR_OK)
            return e->kind;
        if (!has_kept && !has_made)
            return ERR_OK;
        if (!has_kept || !has_made || !same_columns(kept, made, ROW_COLUMNS + of->field_count))
            return err_fail(e, ERR_DB, "%s \"%s\" is not what the entries say", of->name,
                            ident_format(stmt_int(has_kept ? kept : made, 0), id));
    }
    return ERR_OK;
}

static enum err compare(struct check *c, enum entity_id of, struct errctx *e)
{
    struct stmt *kept = NULL;
    struct stmt *made = NULL;
    enum err result = db_prepare(c->store->db, c->store->each_record[of], &kept, e);
    if (result == ERR_OK)
        result = db_prepare(c->into, c->store->each_record[of], &made, e);
    if (result == ERR_OK) {
        stmt_expect_many(kept);
        result = compare_rows(&ENTITIES[of], kept, made, e);
    }
    stmt_done(kept);
    stmt_done(made);
    return result;
}

/* What was decided, a table each. */
static enum err compare_decisions(struct check *c, struct errctx *e)
{
    static const struct {
        const char *what;
        const char *sql;
        int columns;
    } tables[] = {
        {N_("what was decided"), "SELECT id, entity, state, entry FROM decision ORDER BY id", 4},
        {N_("what was merged"), "SELECT id, stays, entry FROM merged ORDER BY id", 3},
        {N_("who may decide"), "SELECT login, name, active, entry FROM staff ORDER BY login", 4},
        {N_("what was decided"), "SELECT record, entry FROM decided ORDER BY record, entry", 2},
        {N_("what was written again"), "SELECT entry, origin, stands FROM twin ORDER BY entry", 3},
        {N_("what was changed"),
         "SELECT record, turn, entry, base, applied, voids, fields FROM touch ORDER BY record, turn", 7},
    };
    enum err result = ERR_OK;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && result == ERR_OK; i++) {
        struct stmt *kept = NULL;
        struct stmt *made = NULL;
        bool more = true;
        result = db_prepare(c->store->db, tables[i].sql, &kept, e);
        if (result == ERR_OK)
            result = db_prepare(c->into, tables[i].sql, &made, e);
        if (result == ERR_OK)
            stmt_expect_many(kept);
        while (result == ERR_OK && more) {
            bool other = false;
            result = stmt_step(kept, &more, e);
            if (result == ERR_OK)
                result = stmt_step(made, &other, e);
            if (result == ERR_OK && (more != other || (more && !same_columns(kept, made, tables[i].columns))))
                result = err_fail(e, ERR_DB, "%s is not what the entries say", tables[i].what);
        }
        stmt_done(kept);
        stmt_done(made);
    }
    return result;
}

static enum err check_records(struct check *c, struct errctx *e)
{
    if (db_open(N_("the temporary database"), DB_SCRATCH, &REGISTRY_DB, &c->into, e) != ERR_OK)
        return e->kind;
    enum err result = db_begin(c->into, e);
    if (result == ERR_OK)
        result = replay_entries(c->store, INT64_MAX, c->into, replayed, c, e);
    for (int of = 0; of < ENTITY_COUNT && result == ERR_OK; of++)
        result = compare(c, (enum entity_id)of, e);
    if (result == ERR_OK)
        result = compare_decisions(c, e);
    db_rollback(c->into);
    db_close(c->into);
    return result;
}

enum err registry_store_verify(struct registry_store *s, uint32_t device,
                               void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                               struct errctx *e)
{
    struct check c = {.store = s, .progress = progress, .arg = arg};
    struct ledger_device one = {0};
    if (device && s->ledger.device(s, device, &one, e) != ERR_OK)
        return e->kind;
    /* One moment of the database, whatever another process writes meanwhile. */
    if (db_begin_read(s->db, e) != ERR_OK)
        return e->kind;
    enum err result = db_check(s->db, true, e);
    if (result == ERR_OK)
        result = db_one_int(s->db, "SELECT sum(upto) FROM device", 0, &c.all, e);
    c.all += device ? one.upto : c.all;
    if (result == ERR_OK)
        result = device ? check_device(&c, device, e) : registry_store_devices(s, each_device, &c, e);
    if (result == ERR_OK)
        result = check_records(&c, e);
    buf_done(&c.lines);
    db_rollback(s->db);
    return result;
}

/* --- backup */

/* A copy that cannot be opened is none. */
static enum err check_copy(const char *path, struct errctx *e)
{
    struct db *copy = NULL;
    enum err result = db_open(path, DB_READ, &REGISTRY_DB, &copy, e);
    if (result == ERR_OK)
        result = db_check(copy, false, e);
    db_close(copy);
    return result;
}

enum err registry_store_backup(struct registry_store *s, const char *path,
                               void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                               struct errctx *e)
{
    enum err result = db_is_file(s->db) ? db_backup(s->db, path, progress, arg, e)
                                        : copy_to_file(s, path, progress, arg, e);
    return result == ERR_OK ? check_copy(path, e) : result;
}
