#include "app/field/store/lives.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/common/version.h"
#include "schema/base/buf.h"
#include "sync/journal/waiting.h"

struct past {
    uint32_t device;
    int64_t number;
    struct chain kept;
    struct chain chain; /* as its entries make it */
};

static enum err follow(struct db *db, struct past *p, struct errctx *e)
{
    static const char sql[] =
        "SELECT id, bytes FROM foreign_entry WHERE id BETWEEN :first AND :last ORDER BY id";
    struct stmt *stmt = NULL;
    bool row = true;
    int64_t number = 0;
    enum err result = db_prepare(db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":first", ident_make(p->device, 1));
        stmt_bind_int(stmt, ":last", ident_make(p->device, (uint32_t)p->number));
    }
    while (result == ERR_OK) {
        size_t len = 0;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row || ident_number(stmt_int(stmt, 0)) != number + 1)
            break;
        number++;
        const void *bytes = stmt_blob(stmt, 1, &len);
        chain_next(&p->chain, bytes, len);
    }
    stmt_done(stmt);
    if (result == ERR_OK && (number != p->number || memcmp(&p->chain, &p->kept, sizeof p->kept) != 0))
        result = err_fail(e, ERR_DB, "what this laptop wrote as another device is damaged");
    return result;
}

enum err lives_verify(struct db *db, struct errctx *e)
{
    static const char sql[] = "SELECT device, key, number, chain FROM life ORDER BY turn";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(db, sql, &stmt, e);
    while (result == ERR_OK) {
        struct past p = {0};
        size_t len = 0;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        p.device = (uint32_t)stmt_int(stmt, 0);
        p.number = stmt_int(stmt, 2);
        chain_start(stmt_blob(stmt, 1, &len), &p.chain);
        memcpy(p.kept.value, stmt_blob(stmt, 3, &len), CHAIN_BYTES);
        result = follow(db, &p, e);
    }
    stmt_done(stmt);
    return result;
}

/* --- becoming another device: the new key lies beside the old one before the database says whose it is, and
 * takes its place afterwards. Whoever opens the database in between finishes that. */

char *lives_next_key(const char *key_path)
{
    struct buf out = {0};
    buf_printf(&out, "%s.next", key_path);
    return buf_steal(&out);
}

static enum err sync_folder_of(const char *path, struct errctx *e)
{
    char *copy = str_dup(path);
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum err result = ERR_OK;
    if (folder < 0 || fsync(folder) != 0)
        result = err_errno(e, ERR_IO, errno, "write the folder of \"%s\"", path);
    if (folder >= 0)
        close(folder);
    free(copy);
    return result;
}

static enum err take_next_key(const char *key_path, const char *next, struct errctx *e)
{
    if (rename(next, key_path) != 0)
        return err_errno(e, ERR_IO, errno, "rename \"%s\"", next);
    return sync_folder_of(key_path, e);
}

enum err lives_load_key(const char *key_path, const uint8_t key[KEY_BYTES], struct device *out,
                        struct errctx *e)
{
    char *next = lives_next_key(key_path);
    struct errctx none;
    enum err result = device_load(key_path, out, e);
    bool fits = result == ERR_OK && memcmp(out->key, key, KEY_BYTES) == 0;
    if (!fits && device_load(next, out, &none) == ERR_OK && memcmp(out->key, key, KEY_BYTES) == 0) {
        fits = true;
        result = take_next_key(key_path, next, e);
    }
    free(next);
    if (result == ERR_OK && !fits)
        result = err_fail(e, ERR_CONFIG, "the key file \"%s\" belongs to another database", key_path);
    if (result != ERR_OK)
        device_done(out);
    return result;
}

enum err lives_follow(struct store *s, struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = false;
    size_t len = 0;
    uint8_t key[KEY_BYTES];
    if (db_prepare(s->db, "SELECT key FROM laptop", &stmt, e) != ERR_OK || stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row)
        memcpy(key, stmt_blob(stmt, 0, &len), KEY_BYTES);
    stmt_done(stmt);
    if (!row || memcmp(key, s->device.key, KEY_BYTES) == 0)
        return ERR_OK;
    char *path = store_key_path(db_path(s->db));
    struct device device;
    enum err result = lives_load_key(path, key, &device, e);
    if (result == ERR_OK) {
        s->device = device;
        device_done(&device);
        s->head.number = -1; /* of another journal: read again by whoever needs it */
    }
    free(path);
    return result;
}

static enum err become_in(struct store *s, const struct adoption *a, struct adopted *out, struct errctx *e)
{
    if (db_begin(s->db, e) != ERR_OK)
        return e->kind;
    enum err result = adopt_run(s->db, a, out, e);
    if (result == ERR_OK)
        result = store_remake(s->db, a->become->number, NULL, NULL, e);
    if (result == ERR_OK)
        result = db_commit(s->db, e);
    db_rollback(s->db);
    return result;
}

static enum err become(struct store *s, const char *key_path, const struct adoption *how, struct adopted *out,
                       struct errctx *e)
{
    struct device device = {0};
    struct adoption a = *how;
    char *next = lives_next_key(key_path);
    (void)unlink(next); /* of an attempt that was cut off: no database is of it */
    enum err result = device_create(next, &device, e);
    a.become = &device;
    if (result == ERR_OK)
        result = become_in(s, &a, out, e);
    /* After a failed commit the key stays: a disk that comes back may show it as done after all. */
    if (result == ERR_OK) {
        s->device = device;
        s->head.number = -1; /* of the new journal: read again by whoever needs it */
    }
    if (result == ERR_OK)
        result = take_next_key(key_path, next, e);
    if (result == ERR_OK)
        result = journal_head(s->db, s->device.key, &s->head, e);
    device_done(&device);
    free(next);
    return result;
}

enum err store_become(void *store, enum adopt_why why, int64_t keep, int64_t now, struct adopted *out,
                      struct errctx *e)
{
    struct store *s = store;
    struct device old = s->device;
    struct adoption a = {.why = why,
                         .old = &old,
                         .keep = keep,
                         .after = keep,
                         .program = "alluvia " ALLUVIA_VERSION,
                         .training = s->training,
                         .now = now,
                         .earliest = s->earliest};
    char *key_path = store_key_path(db_path(s->db));
    enum err result = become(s, key_path, &a, out, e);
    free(key_path);
    device_done(&old);
    return result;
}

enum err store_follow(struct store *s, struct errctx *e)
{
    return lives_follow(s, e) == ERR_OK ? journal_head(s->db, s->device.key, &s->head, e) : e->kind;
}

/* --- what stood behind a gap */

static enum err take_effect(void *arg, int64_t from, int64_t to, const struct entry *entry, struct errctx *e)
{
    struct store *s = arg;
    struct twins twins;
    enum projected projected = PROJECTED;
    /* As in a replay: on top of whatever stands there. */
    const struct moment m = {.into = s->db, .from = s->db, .number = ident_number(to), .turn = INT64_MAX};
    moment_twins(&m, &twins);
    if (entry->op == OP_ADD && adopt_move_beside(s->db, from, to, e) != ERR_OK)
        return e->kind;
    return project_indexed(&twins, to, entry, &projected, e);
}

enum err lives_write_waiting(struct store *s, struct errctx *e)
{
    struct journal_head head;
    int64_t count = 0;
    const struct waiting_write what = {
        .db = s->db, .device = s->device.number, .head = &head, .written = take_effect, .arg = s};
    if (journal_head(s->db, s->device.key, &head, e) != ERR_OK)
        return e->kind;
    s->head.number = -1; /* read again by whoever needs it: the transaction is not over */
    return waiting_write(&what, &count, e);
}

enum err store_set_aside(struct store *s, int64_t address, const char *why, const struct author *by,
                         struct errctx *e)
{
    if (db_begin(s->db, e) != ERR_OK)
        return e->kind;
    enum err result = waiting_set_aside(s->db, address, by->login, why, by->now, e);
    if (result == ERR_OK)
        return db_commit(s->db, e);
    db_rollback(s->db);
    return result;
}

static enum adopt_why why_of(const char *word)
{
    for (int why = ADOPT_RESTORED; why < ADOPT_CODE_TAKEN; why++) {
        if (strcmp(adopt_word((enum adopt_why)why), word) == 0)
            return (enum adopt_why)why;
    }
    return ADOPT_CODE_TAKEN;
}

enum err store_past_life(struct store *s, struct store_life *out, struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = false;
    *out = (struct store_life){0};
    if (db_prepare(s->db, "SELECT device, why, at FROM life ORDER BY turn DESC LIMIT 1", &stmt, e) != ERR_OK)
        return e->kind;
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row) {
        (void)device_code_format((uint32_t)stmt_int(stmt, 0), out->device);
        out->why = why_of(stmt_text(stmt, 1));
        out->at = stmt_int(stmt, 2);
    }
    stmt_done(stmt);
    return result;
}
