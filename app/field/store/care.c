/*
 * Verifying, rebuilding and backing up. The journal is the truth: to verify is to make rows and index again
 * from it in a temporary database and to compare; to rebuild is to make them again in place.
 */
#include "app/field/store/foreign.h"
#include "app/field/store/lives.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "schema/base/buf.h"
#include "schema/base/file.h"
#include "schema/base/words.h"
#include "schema/field/field_schema.h"

static const char EACH_KEY[] = "SELECT record, entity, key FROM key ORDER BY record, entity, key";
/* The full-text index as rows, in its own order. */
static const char SHOW_WORDS[] =
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.person_shown USING fts5vocab('main', 'person_word', 'instance');"
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.thing_shown USING fts5vocab('main', 'thing_word', 'instance');";
static const char EACH_PERSON_WORD[] = "SELECT doc, term FROM temp.person_shown";
static const char EACH_THING_WORD[] = "SELECT doc, term FROM temp.thing_shown";
static const char EACH_KNOWN_WORD[] = "SELECT 0, word FROM known_word ORDER BY word";
static const char EACH_DECISION[] =
    "SELECT record, entity, version, state, why, at, by, into_record, behind, turn FROM decision "
    "ORDER BY record";
static const char EACH_TWIN[] = "SELECT entry, origin, hex(hash), stands FROM twin ORDER BY entry";
static const char EACH_TOUCH[] = "SELECT record, number FROM touch ORDER BY record, number";

struct replay {
    struct db *into;
    struct moment moment;
    struct twins twins;
    struct foreign_walk foreign;
    uint32_t device;
    void (*progress)(void *arg, int64_t done, int64_t all);
    void *arg;
    int64_t done;
    int64_t all;
};

static void tell(struct replay *r, int64_t more)
{
    r->done += more;
    if (r->progress && (r->done % 1024 == 0 || r->done == r->all))
        r->progress(r->arg, r->done, r->all);
}

static enum err replay_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct replay *r = arg;
    struct entry entry;
    enum projected projected = PROJECTED;
    if (foreign_walk_to(&r->foreign, line->number, &r->moment, &r->twins, e) != ERR_OK)
        return e->kind;
    enum err result = entry_read(line->bytes, line->len, &entry, NULL, e);
    if (result != ERR_OK)
        return err_fail(e, ERR_DB, "entry %lld of the journal is damaged", (long long)line->number);
    r->moment.number = line->number;
    r->moment.turn = INT64_MAX;
    result = project_indexed(&r->twins, ident_make(r->device, (uint32_t)line->number), &entry, &projected, e);
    entry_done(&entry);
    tell(r, 1);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "entry %lld", (long long)line->number);
}

/* All of the journal and what was told between its entries. */
static enum err replay_all(struct replay *r, struct db *from, struct errctx *e)
{
    r->moment = (struct moment){.into = r->into, .from = from};
    moment_twins(&r->moment, &r->twins);
    enum err result = foreign_walk_begin(&r->foreign, from, e);
    if (result == ERR_OK)
        result = journal_read(from, 1, 0, replay_line, r, e);
    if (result == ERR_OK)
        result = foreign_walk_to(&r->foreign, INT64_MAX, &r->moment, &r->twins, e);
    foreign_walk_end(&r->foreign);
    return result;
}

/* --- verify */

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

/* The first column is the record. */
static enum err name_difference(const char *table, struct stmt *kept, bool has_kept, struct stmt *made,
                                struct errctx *e)
{
    char id[IDENT_BYTES];
    return err_fail(e, ERR_DB, "table %s differs from the journal at \"%s\": it has to be rebuilt", table,
                    ident_format(stmt_int(has_kept ? kept : made, 0), id));
}

static enum err compare_rows(const char *table, struct stmt *kept, struct stmt *made, int columns,
                             struct errctx *e)
{
    bool has_kept = true;
    bool has_made = true;
    while (has_kept && has_made) {
        if (stmt_step(kept, &has_kept, e) != ERR_OK || stmt_step(made, &has_made, e) != ERR_OK)
            return e->kind;
        if (!has_kept && !has_made)
            return ERR_OK;
        if (!has_kept || !has_made || !same_columns(kept, made, columns))
            return name_difference(table, kept, has_kept, made, e);
    }
    return ERR_OK;
}

static enum err compare(struct store *s, struct db *made_again, const char *table, const char *sql,
                        int columns, struct errctx *e)
{
    struct stmt *kept = NULL;
    struct stmt *made = NULL;
    enum err result = db_prepare(s->db, sql, &kept, e);
    if (result == ERR_OK)
        result = db_prepare(made_again, sql, &made, e);
    if (result == ERR_OK)
        result = compare_rows(table, kept, made, columns, e);
    stmt_done(kept);
    stmt_done(made);
    return result;
}

/* Words that stood once are kept, those of changes that were taken out again too: all that are made must be
 * there. */
static enum err compare_known_words(struct store *s, struct db *made_again, struct errctx *e)
{
    struct stmt *kept = NULL;
    struct stmt *made = NULL;
    bool has_kept = true;
    bool has_made = true;
    enum err result = db_prepare(s->db, EACH_KNOWN_WORD, &kept, e);
    if (result == ERR_OK)
        result = db_prepare(made_again, EACH_KNOWN_WORD, &made, e);
    while (result == ERR_OK) {
        result = stmt_step(made, &has_made, e);
        if (result != ERR_OK || !has_made)
            break;
        int order = -1;
        while (result == ERR_OK && has_kept && order < 0) {
            result = stmt_step(kept, &has_kept, e);
            if (result == ERR_OK)
                order = has_kept ? strcmp(stmt_text(kept, 1), stmt_text(made, 1)) : 1;
        }
        if (result == ERR_OK && order != 0)
            result = name_difference("known_word", kept, has_kept, made, e);
    }
    stmt_done(kept);
    stmt_done(made);
    return result;
}

enum {
    ROW_COLUMNS = 5 /* id, version, at, by, void stand before the fields */
};

static enum err compare_all(struct store *s, struct db *made, struct errctx *e)
{
    for (int of = 0; of < ENTITY_COUNT; of++) {
        const char *sql = store_sql(s, (enum entity_id)of, SQL_EACH);
        if (compare(s, made, ENTITIES[of].name, sql, ROW_COLUMNS + ENTITIES[of].field_count, e) != ERR_OK)
            return e->kind;
    }
    if (db_exec(s->db, SHOW_WORDS, e) != ERR_OK || db_exec(made, SHOW_WORDS, e) != ERR_OK)
        return e->kind;
    if (compare(s, made, "person_word", EACH_PERSON_WORD, 2, e) != ERR_OK ||
        compare(s, made, "thing_word", EACH_THING_WORD, 2, e) != ERR_OK ||
        compare_known_words(s, made, e) != ERR_OK || compare(s, made, "key", EACH_KEY, 3, e) != ERR_OK ||
        compare(s, made, "decision", EACH_DECISION, 10, e) != ERR_OK ||
        compare(s, made, "twin", EACH_TWIN, 4, e) != ERR_OK)
        return e->kind;
    return compare(s, made, "touch", EACH_TOUCH, 2, e);
}

static enum err replay_and_compare(struct store *s, struct replay *r, struct errctx *e)
{
    struct db *made = NULL;
    if (db_open(N_("the temporary database"), DB_SCRATCH, &FIELD_DB, &made, e) != ERR_OK)
        return e->kind;
    r->into = made;
    enum err result = db_begin(made, e);
    if (result == ERR_OK)
        result = replay_all(r, s->db, e);
    if (result == ERR_OK)
        result = compare_all(s, made, e);
    db_rollback(made);
    db_close(made);
    return result;
}

/* The chain is the first half of the work. */
static void chain_progress(void *arg, int64_t done, int64_t all)
{
    struct replay *r = arg;
    (void)all;
    r->done = done;
    if (r->progress)
        r->progress(r->arg, done, r->all);
}

enum err store_verify(struct store *s, void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                      struct errctx *e)
{
    struct replay r = {.device = s->device.number, .progress = progress, .arg = arg};
    /* One moment of the database, whatever another process writes meanwhile. */
    if (db_begin_read(s->db, e) != ERR_OK)
        return e->kind;
    enum err result = db_check(s->db, true, e);
    if (result == ERR_OK)
        result = db_one_int(s->db, "SELECT count(*) * 2 FROM journal", 0, &r.all, e);
    if (result == ERR_OK)
        result = journal_verify(s->db, s->device.key, chain_progress, &r, e);
    if (result == ERR_OK)
        result = lives_verify(s->db, e);
    r.done = r.all / 2;
    if (result == ERR_OK)
        result = replay_and_compare(s, &r, e);
    db_rollback(s->db);
    if (result == ERR_DB && !db_is_damage(e)) {
        char words[sizeof e->text];
        memcpy(words, e->text, sizeof words);
        return db_fail_damaged(e, "%s", words);
    }
    return result;
}

/* --- rebuild */

enum err store_remake(struct db *db, uint32_t device, void (*progress)(void *arg, int64_t done, int64_t all),
                      void *arg, struct errctx *e)
{
    struct replay r = {.into = db, .device = device, .progress = progress, .arg = arg};
    enum err result = db_one_int(db, "SELECT count(*) FROM journal", 0, &r.all, e);
    if (result == ERR_OK)
        result = rows_clear(db, e);
    if (result == ERR_OK)
        result = index_clear(db, e);
    if (result == ERR_OK)
        result = twin_clear(db, e);
    if (result == ERR_OK)
        result = db_exec(db, "DELETE FROM decision", e);
    return result == ERR_OK ? replay_all(&r, db, e) : result;
}

enum err store_rebuild(struct store *s, void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                       struct errctx *e)
{
    if (db_begin(s->db, e) != ERR_OK)
        return e->kind;
    enum err result = store_remake(s->db, s->device.number, progress, arg, e);
    if (result == ERR_OK)
        result = db_commit(s->db, e);
    db_rollback(s->db);
    return result;
}

/* --- backup */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A copy that cannot be opened is none. */
static enum err check_copy(const char *path, struct errctx *e)
{
    struct db *copy = NULL;
    enum err result = db_open(path, DB_READ, &FIELD_DB, &copy, e);
    if (result == ERR_OK)
        result = db_check(copy, false, e);
    db_close(copy);
    return result;
}

/* What cannot be told apart is the same: then a backup is asked for once more than needed. */
static bool is_elsewhere(const char *copy, const char *db)
{
    struct stat there;
    struct stat here;
    return stat(copy, &there) == 0 && stat(db, &here) == 0 && there.st_dev != here.st_dev;
}

static char *folder_of(const char *path)
{
    char *copy = str_dup(path);
    char *folder = str_dup(dirname(copy));
    free(copy);
    return folder;
}

enum err store_backup(struct store *s, const char *path, const struct author *by,
                      const struct progress_to *to, bool *elsewhere, struct errctx *e)
{
    char *folder = folder_of(path);
    enum err result = file_need_folder(folder, e);
    free(folder);
    if (result != ERR_OK || db_backup(s->db, path, to->progress, to->arg, e) != ERR_OK ||
        check_copy(path, e) != ERR_OK)
        return e->kind;
    *elsewhere = is_elsewhere(path, db_path(s->db));
    return *elsewhere ? store_note(s, OP_BACKUP, base_name(path), by, e) : ERR_OK;
}

/* --- what the journal says of the laptop itself */

static enum err read_noted(struct stmt *stmt, enum op op, struct own_note *out, struct errctx *e)
{
    size_t len = 0;
    struct entry entry;
    const char *bytes = stmt_blob(stmt, 1, &len);
    if (entry_read(bytes, len, &entry, NULL, e) != ERR_OK)
        return e->kind;
    if (entry.op == op)
        *out = (struct own_note){.at = entry.at, .number = stmt_int(stmt, 0), .offset_s = entry.offset_s};
    entry_done(&entry);
    return ERR_OK;
}

/* There are few of them: a device entry, a backup now and then, a clock that was set. */
static enum err last_noted(struct store *s, enum op op, struct own_note *out, struct errctx *e)
{
    static const char sql[] = "SELECT j.number, j.bytes FROM touch t JOIN journal j ON j.number = t.number "
                              "WHERE t.record = 0 ORDER BY t.number DESC";
    struct stmt *stmt = NULL;
    bool row = false;
    *out = (struct own_note){0};
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    enum err result = stmt_step(stmt, &row, e);
    while (result == ERR_OK && row && out->number == 0) {
        result = read_noted(stmt, op, out, e);
        if (result == ERR_OK)
            result = stmt_step(stmt, &row, e);
    }
    stmt_done(stmt);
    return result;
}

enum err store_last_backup(struct store *s, struct own_note *out, struct errctx *e)
{
    return last_noted(s, OP_BACKUP, out, e);
}

enum err store_last_clock(struct store *s, struct own_note *out, struct errctx *e)
{
    return last_noted(s, OP_CLOCK, out, e);
}

enum err store_measured(void *store, int64_t offset_s, bool at_least, int64_t now, struct errctx *e)
{
    struct store *s = store;
    struct own_note last;
    const struct author by = {.login = "-", .now = now};
    if (store_last_clock(s, &last, e) != ERR_OK)
        return e->kind;
    int64_t change = offset_s - last.offset_s;
    if (change < 0 && !at_least)
        change = -change;
    return change > CLOCK_STEP_S
               ? store_note_clock(s, offset_s, at_least ? "registry, by file" : "registry", &by, e)
               : ERR_OK;
}
