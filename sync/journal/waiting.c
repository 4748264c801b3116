#include "sync/journal/waiting.h"

#include <stdlib.h>

#include "schema/base/words.h"
#include "schema/record/ident.h"
#include "sync/journal/twin.h"

enum err waiting_keep(struct db *db, int64_t address, const char *bytes, size_t len, struct errctx *e)
{
    static const char sql[] = "INSERT OR REPLACE INTO waiting (entry, bytes) VALUES (:entry, :bytes)";
    struct stmt *stmt = NULL;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", address);
    stmt_bind_text_len(stmt, ":bytes", bytes, len);
    return stmt_run(stmt, e);
}

enum err waiting_count(struct db *db, int64_t *out, struct errctx *e)
{
    return db_one_int(db, "SELECT count(*) FROM waiting WHERE aside_at = 0", 0, out, e);
}

/* --- all of them, in order */

struct line {
    int64_t entry; /* its address in the life before */
    char *bytes;   /* as it is to be written again; owned */
    size_t len;
    int64_t needs;
    int64_t becomes; /* its new address; 0 until it has one */
};

struct lines {
    struct line *rows;
    size_t count;
};

static void lines_done(struct lines *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->rows[i].bytes);
    free(l->rows);
}

static enum err read_lines(struct db *db, const char *sql, struct lines *out, struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = true;
    size_t room = 0;
    enum err result = db_prepare(db, sql, &stmt, e);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        if (out->count == room) {
            room = room ? room * 2 : 64;
            out->rows = mem_resize(out->rows, room, sizeof *out->rows);
        }
        struct line *line = &out->rows[out->count++];
        const char *bytes = stmt_blob(stmt, 1, &line->len);
        line->bytes = str_dup_len(bytes, line->len);
        line->entry = stmt_int(stmt, 0);
        line->needs = stmt_int(stmt, 2);
        line->becomes = 0;
    }
    stmt_done(stmt);
    return result;
}

static enum err read_line(const struct line *line, struct entry *out, struct errctx *e)
{
    if (entry_read(line->bytes, line->len, out, NULL, e) != ERR_OK)
        return err_fail(e, ERR_DB, "entry %lld, which was recovered, is damaged",
                        (long long)ident_number(line->entry));
    return ERR_OK;
}

static enum err keep_again(struct db *db, int64_t address, const struct entry *entry, int64_t needs,
                           struct errctx *e)
{
    static const char sql[] = "UPDATE waiting SET again = :again, needs = :needs WHERE entry = :entry";
    struct stmt *stmt = NULL;
    struct buf again = {0};
    entry_write(entry, &again);
    enum err result = db_prepare(db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":entry", address);
        stmt_bind_text_len(stmt, ":again", buf_str(&again), again.len);
        stmt_bind_int(stmt, ":needs", needs);
        result = stmt_run(stmt, e);
    }
    buf_done(&again);
    return result;
}

/* --- a life ends */

static enum err follow_one(struct db *db, const struct line *line,
                           enum err (*map)(void *arg, int64_t *address, struct errctx *e), void *arg,
                           struct errctx *e)
{
    struct entry entry;
    if (read_line(line, &entry, e) != ERR_OK)
        return e->kind;
    if (entry.record.of && !entry.was)
        entry.was = line->entry;
    enum err result = entry_map_addresses(&entry, map, arg, e);
    if (result == ERR_OK)
        result = keep_again(db, line->entry, &entry, 0, e);
    entry_done(&entry);
    return result;
}

enum err waiting_follow(struct db *db, enum err (*map)(void *arg, int64_t *address, struct errctx *e),
                        void *arg, struct errctx *e)
{
    static const char sql[] = "SELECT entry, coalesce(again, bytes), needs FROM waiting ORDER BY entry";
    struct lines lines = {0};
    enum err result = read_lines(db, sql, &lines, e);
    for (size_t i = 0; i < lines.count && result == ERR_OK; i++)
        result = follow_one(db, &lines.rows[i], map, arg, e);
    lines_done(&lines);
    return result;
}

/* --- is what an entry names there? */

static enum err is_row(struct db *db, const char *sql, int64_t value, bool *out, struct errctx *e)
{
    struct stmt *stmt = NULL;
    *out = false;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":value", value);
    enum err result = stmt_step(stmt, out, e);
    stmt_done(stmt);
    return result;
}

struct looking {
    const struct waiting_write *w;
    const struct lines *lines;
    struct entry *entry;
    bool follows;    /* some address has become another */
    int64_t missing; /* the first that is not there; 0: none */
};

static int by_entry(const void *a, const void *b)
{
    const struct line *x = a;
    const struct line *y = b;
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* What others wrote is known at the registry and told from there; only what is changed must be here. */
static enum err look_at(void *arg, int64_t *address, struct errctx *e)
{
    struct looking *l = arg;
    const struct line key = {.entry = *address};
    const struct line *other =
        l->lines->count ? bsearch(&key, l->lines->rows, l->lines->count, sizeof key, by_entry) : NULL;
    bool here = false;
    bool own = false;
    if (other && other->becomes) {
        *address = other->becomes;
        l->follows = true;
        return ERR_OK;
    }
    if (l->missing || ident_device(*address) == l->w->device)
        return ERR_OK;
    if (is_row(l->w->db, "SELECT 1 FROM foreign_entry WHERE id = :value", *address, &here, e) != ERR_OK ||
        is_row(l->w->db, "SELECT 1 FROM life WHERE device = :value", ident_device(*address), &own, e) !=
            ERR_OK)
        return e->kind;
    if (!here && (own || address == &l->entry->id))
        l->missing = *address;
    return ERR_OK;
}

/* --- writing */

static enum err forget(struct db *db, int64_t address, struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(db, "DELETE FROM waiting WHERE entry = :entry", &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", address);
    return stmt_run(stmt, e);
}

static enum err append(const struct waiting_write *w, struct line *line, const struct entry *entry,
                       struct errctx *e)
{
    if (journal_append_again(w->db, w->head, entry, e) != ERR_OK || forget(w->db, line->entry, e) != ERR_OK)
        return e->kind;
    line->becomes = ident_make(w->device, (uint32_t)w->head->number);
    return w->written ? w->written(w->arg, line->entry, line->becomes, entry, e) : ERR_OK;
}

static enum err write_one(const struct waiting_write *w, const struct lines *lines, struct line *line,
                          struct errctx *e)
{
    struct entry entry;
    struct looking l = {.w = w, .lines = lines, .entry = &entry};
    if (read_line(line, &entry, e) != ERR_OK)
        return e->kind;
    enum err result = entry_map_addresses(&entry, look_at, &l, e);
    if (result == ERR_OK && entry.op == OP_DEVICE) /* says whose chain it is; nobody else's may say that */
        result = forget(w->db, line->entry, e);
    else if (result == ERR_OK && !l.missing)
        result = append(w, line, &entry, e);
    else if (result == ERR_OK && (l.follows || l.missing != line->needs))
        result = keep_again(w->db, line->entry, &entry, l.missing, e);
    entry_done(&entry);
    return result;
}

enum err waiting_write(const struct waiting_write *w, int64_t *out, struct errctx *e)
{
    static const char sql[] =
        "SELECT entry, again, needs FROM waiting WHERE again IS NOT NULL AND aside_at = 0 ORDER BY entry";
    struct lines lines = {0};
    *out = 0;
    enum err result = read_lines(w->db, sql, &lines, e);
    for (size_t i = 0; i < lines.count && result == ERR_OK; i++) {
        result = write_one(w, &lines, &lines.rows[i], e);
        *out += result == ERR_OK && lines.rows[i].becomes != 0;
    }
    lines_done(&lines);
    return result;
}

/* --- what the registry tells */

enum err waiting_told(struct db *db, int64_t address, const char *bytes, size_t len, bool *needed,
                      struct errctx *e)
{
    static const char sql[] = "DELETE FROM waiting WHERE entry = :entry AND bytes = :bytes";
    struct stmt *stmt = NULL;
    int64_t any = 0;
    *needed = false;
    /* Most laptops have none, and every page of the feed asks. */
    enum err result = db_one_int(db, "SELECT 1 FROM waiting LIMIT 1", 0, &any, e);
    if (result != ERR_OK || any == 0)
        return result;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", address);
    stmt_bind_text_len(stmt, ":bytes", bytes, len);
    if (stmt_run(stmt, e) != ERR_OK)
        return e->kind;
    return is_row(db, "SELECT 1 FROM waiting WHERE needs = :value AND aside_at = 0 LIMIT 1", address, needed,
                  e);
}

/* --- what a person sees of them */

enum err waiting_each(struct db *db, bool aside,
                      enum err (*each)(void *arg, const struct waiting_entry *entry, struct errctx *e),
                      void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT entry, coalesce(again, bytes), needs, aside_at, aside_by, aside_why FROM waiting "
        "WHERE aside_at = 0 OR :aside ORDER BY entry";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_int(stmt, ":aside", aside);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        struct waiting_entry entry = {.address = stmt_int(stmt, 0),
                                      .needs = stmt_int(stmt, 2),
                                      .aside_at = stmt_int(stmt, 3),
                                      .by = stmt_text(stmt, 4),
                                      .why = stmt_text(stmt, 5)};
        entry.bytes = stmt_blob(stmt, 1, &entry.len);
        result = each(arg, &entry, e);
    }
    stmt_done(stmt);
    return result;
}

enum err waiting_set_aside(struct db *db, int64_t address, const char *by, const char *why, int64_t now,
                           struct errctx *e)
{
    static const char sql[] = "UPDATE waiting SET aside_at = :now, aside_by = :by, aside_why = :why "
                              "WHERE entry = :entry AND aside_at = 0 RETURNING 1";
    struct stmt *stmt = NULL;
    char id[IDENT_BYTES];
    bool found = false;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":now", now);
    stmt_bind_text(stmt, ":by", by);
    stmt_bind_text(stmt, ":why", why);
    stmt_bind_int(stmt, ":entry", address);
    enum err result = stmt_step(stmt, &found, e);
    stmt_done(stmt);
    if (result == ERR_OK && !found)
        return err_fail(e, ERR_NOT_FOUND, N_("entry \"%s\": no such entry waits"), ident_format(address, id));
    return result;
}
