#include "app/field/store/foreign.h"
#include "app/field/store/lives.h"

#include <stdlib.h>
#include <string.h>

#include "app/common/version.h"
#include "schema/base/buf.h"
#include "schema/base/date.h"
#include "schema/field/field_schema.h"

char *store_key_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    struct buf out = {0};
    buf_put(&out, path, dot && dot != (slash ? slash + 1 : path) ? (size_t)(dot - path) : strlen(path));
    buf_puts(&out, ".key");
    return buf_steal(&out);
}

char *store_old_key_path(const char *path, const char *code)
{
    struct buf out = {0};
    char *key = store_key_path(path);
    buf_put(&out, key, strlen(key) - strlen(".key"));
    buf_printf(&out, "-%s.key", code);
    free(key);
    return buf_steal(&out);
}

int64_t store_earliest(void)
{
    struct date d;
    struct errctx e;
    if (date_parse(ALLUVIA_BUILD_DAY, &d, &e) != ERR_OK)
        return 0;
    return (int64_t)date_to_days(d) * 86400;
}

/* The row of `laptop`: who this is, and the profile. */
static enum err read_laptop(struct store *s, struct errctx *e)
{
    static const char sql[] = "SELECT device, key, country, name, training FROM laptop";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK || stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (!row) {
        stmt_done(stmt);
        return err_fail(e, ERR_DB, "the database does not say which laptop it belongs to");
    }
    size_t len = 0;
    s->device.number = (uint32_t)stmt_int(stmt, 0);
    (void)device_code_format(s->device.number, s->device.code);
    const void *key = stmt_blob(stmt, 1, &len);
    memcpy(s->device.key, key, KEY_BYTES);
    char *country = str_dup(stmt_text(stmt, 2));
    s->name = str_dup(stmt_text(stmt, 3));
    s->training = stmt_int(stmt, 4) != 0;
    stmt_done(stmt);
    enum err result = codes_new(country, &s->codes, e);
    free(country);
    if (result == ERR_OK)
        result = foreign_load_files(s->db, s->codes, s->codes_hash, e);
    return result == ERR_OK ? db_one_int(s->db, "PRAGMA data_version", 0, &s->data_version, e) : result;
}

static enum err load_key(struct store *s, const char *path, struct errctx *e)
{
    char *key_path = store_key_path(path);
    struct device device = {0};
    enum err result = lives_load_key(key_path, s->device.key, &device, e);
    if (result == ERR_NOT_FOUND)
        result = err_fail(e, ERR_CONFIG, "the key file \"%s\" is missing: without it nothing can be written",
                          key_path);
    if (result == ERR_OK)
        s->device = device;
    device_done(&device);
    free(key_path);
    return result;
}

/* Before SQLite sees it: it would take the beginning of such a log for all of it, and remove it. */
static enum err check_log(const struct store *s, struct errctx *e)
{
    if (s->guard.no_log)
        return db_fail_damaged(e, "the log of the last work is gone, and with it perhaps the newest entries");
    if (s->guard.bad_log)
        return db_fail_damaged(e, "the log of the last work cannot be read to its end");
    return ERR_OK;
}

/* Only what is found sound is marked as in use: the next to come checks again. */
static enum err check_after_unclean_end(struct store *s, struct errctx *e)
{
    if (s->guard.unclean && db_check(s->db, false, e) != ERR_OK)
        return e->kind;
    guard_opened(&s->guard);
    db_before_commit(s->db, guard_committing, &s->guard);
    return ERR_OK;
}

enum {
    CHECKED_ENTRIES =
        100 /* after an unclean end: more than any interrupted transaction but an import's holds */
};

static enum err check_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct chain *chain = arg;
    chain_next(chain, line->bytes, line->len);
    return memcmp(chain, line->chain, sizeof *chain) == 0
               ? ERR_OK
               : db_fail_damaged(e, "entry %lld of the journal does not fit the chain",
                                 (long long)line->number);
}

/* Pages that are sound may still hold old bytes: the newest entries must follow each other. */
static enum err check_newest(struct store *s, struct errctx *e)
{
    struct chain chain;
    int64_t before = s->head.number > CHECKED_ENTRIES ? s->head.number - CHECKED_ENTRIES : 0;
    if (journal_chain_at(s->db, s->device.key, before, &chain, e) != ERR_OK)
        return e->kind;
    return journal_read(s->db, before + 1, 0, check_line, &chain, e);
}

static enum err fill(struct store *s, const char *path, enum store_mode mode, struct errctx *e)
{
    if (device_module_init(e) != ERR_OK)
        return e->kind;
    if (mode == STORE_WRITE)
        guard_begin(&s->guard, path);
    if (check_log(s, e) != ERR_OK)
        return err_wrap(e, "\"%s\"", path);
    if (db_open(path, mode == STORE_WRITE ? DB_WRITE : DB_READ, &FIELD_DB, &s->db, e) != ERR_OK)
        return e->kind;
    if (mode == STORE_WRITE && check_after_unclean_end(s, e) != ERR_OK)
        return err_wrap(e, "\"%s\"", path);
    if (read_laptop(s, e) != ERR_OK)
        return e->kind;
    if (mode == STORE_WRITE && load_key(s, path, e) != ERR_OK)
        return e->kind;
    /* A training season is invented, its past included. */
    s->earliest = s->training ? 0 : store_earliest();
    s->world = store_make_world(s);
    if (journal_head(s->db, s->device.key, &s->head, e) != ERR_OK)
        return e->kind;
    return s->guard.unclean ? check_newest(s, e) : ERR_OK;
}

enum err store_open(const char *path, enum store_mode mode, struct store **out, struct errctx *e)
{
    struct store *s = mem_zero(1, sizeof *s);
    s->guard = GUARD_NONE;
    *out = NULL;
    if (fill(s, path, mode, e) != ERR_OK) {
        store_close(s);
        return e->kind;
    }
    *out = s;
    return ERR_OK;
}

void store_distrust(struct store *s)
{
    if (s)
        s->guard.distrusted = true;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    if (s->db)
        db_rollback(s->db);
    guard_closing(&s->guard);
    db_close(s->db);
    guard_end(&s->guard);
    codes_free(s->codes);
    for (size_t i = 0; i < s->old_codes_count; i++)
        codes_free(s->old_codes[i]);
    free(s->old_codes);
    device_done(&s->device);
    for (int of = 0; of < ENTITY_COUNT; of++) {
        for (int i = 0; i < ENTITY_SQL_COUNT; i++)
            free(s->sql[of][i]);
        for (int i = 0; i <= ENTITY_MAX_FIELDS; i++)
            free(s->list_sql[of][i]);
    }
    officer_done(&s->who);
    free(s->name);
    free(s);
}

const char *store_sql(struct store *s, enum entity_id of, enum entity_sql which)
{
    char **text = &s->sql[of][which];
    if (*text)
        return *text;
    struct buf out = {0};
    switch (which) {
    case SQL_IS_VOID:
        buf_printf(&out, "SELECT void FROM %s WHERE id = :id", ENTITIES[of].name);
        break;
    case SQL_IS_SEEN:
        buf_printf(&out, "SELECT 1 FROM seen_%s WHERE id = :id", ENTITIES[of].name);
        break;
    case SQL_EACH:
        buf_printf(&out, "%s ORDER BY id", rows_select(of));
        break;
    case ENTITY_SQL_COUNT:
        break;
    }
    *text = buf_steal(&out);
    return *text;
}

struct db *store_db(struct store *s)
{
    return s->db;
}

struct codes *store_codes(struct store *s)
{
    return s->codes;
}

const struct device *store_device(struct store *s)
{
    return &s->device;
}

bool store_is_training(const struct store *s)
{
    return s->training;
}

const char *store_name(const struct store *s)
{
    return s->name;
}

const struct journal_head *store_head(struct store *s)
{
    return &s->head;
}

const struct rule_world *store_world(struct store *s)
{
    return &s->world;
}
