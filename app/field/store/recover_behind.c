/*
 * What stood behind a gap of the journal. The chain does not lead there any more, but from one entry to the
 * next it still does: an entry is taken when it follows from the chain value in front of it, or, at the end
 * of a gap, when the entry behind it follows from its own. Of what is taken the new database says that it
 * waits (sync/journal/waiting.h); the second life that follows writes it again.
 */
#include "app/field/store/recover_inside.h"

#include <stdlib.h>
#include <string.h>

#include "sync/journal/waiting.h"

struct candidate {
    char *bytes; /* owned */
    size_t len;
    struct chain chain;
};

/* All that was found under one number: more than one when some of it is damaged. */
struct rows {
    struct candidate *rows;
    size_t count;
};

static void rows_done(struct rows *r)
{
    for (size_t i = 0; i < r->count; i++)
        free(r->rows[i].bytes);
    free(r->rows);
    *r = (struct rows){0};
}

static enum err load(struct db *db, int64_t number, struct rows *out, struct errctx *e)
{
    static const char sql[] =
        "SELECT bytes, chain FROM temp.found WHERE number = :number AND length(chain) = 32";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_int(stmt, ":number", number);
    while (result == ERR_OK) {
        size_t len = 0;
        size_t chain_len = 0;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        const char *bytes = stmt_blob(stmt, 0, &len);
        struct candidate *found = &out->rows[out->count++];
        *found = (struct candidate){.bytes = str_dup_len(bytes, len), .len = len};
        memcpy(found->chain.value, stmt_blob(stmt, 1, &chain_len), CHAIN_BYTES);
    }
    stmt_done(stmt);
    return result;
}

/* --- which of them is an entry of this journal */

struct walk {
    struct recovering *g;
    int64_t number;
    bool known;          /* BEFORE is right beyond doubt */
    struct chain before; /* chain value in front of NUMBER */
    struct rows prev;    /* found under the number before … */
    struct rows here;
    struct rows next; /* … and behind */
};

static bool leads_to(const struct chain *before, const struct candidate *f, struct chain *out)
{
    *out = *before;
    chain_next(out, f->bytes, f->len);
    return memcmp(out, &f->chain, sizeof *out) == 0;
}

static bool leads_to_any(const struct chain *before, const struct rows *rows)
{
    struct chain unused;
    bool any = false;
    for (size_t i = 0; i < rows->count && !any; i++)
        any = leads_to(before, &rows->rows[i], &unused);
    return any;
}

/* One that follows from BEFORE, by its own chain value or by what stands behind it. */
static const struct candidate *pick_after(const struct walk *w, const struct chain *before, struct chain *out)
{
    for (size_t i = 0; i < w->here.count; i++) {
        const struct candidate *f = &w->here.rows[i];
        if (leads_to(before, f, out) || leads_to_any(out, &w->next))
            return f;
    }
    return NULL;
}

/* The first behind a gap: the entry behind it vouches for its chain value, and nothing for its bytes but that
 * they stand beside that. Of two that claim the same one is damaged. */
static const struct candidate *pick_first(const struct walk *w, struct chain *out)
{
    const struct candidate *only = NULL;
    for (size_t i = 0; i < w->here.count; i++) {
        const struct candidate *f = &w->here.rows[i];
        if (!leads_to_any(&f->chain, &w->next))
            continue;
        if (only)
            return NULL;
        only = f;
        *out = f->chain;
    }
    return only;
}

static const struct candidate *pick(const struct walk *w, struct chain *out)
{
    if (w->known)
        return pick_after(w, &w->before, out);
    const struct candidate *picked = NULL;
    for (size_t i = 0; i < w->prev.count && !picked; i++)
        picked = pick_after(w, &w->prev.rows[i].chain, out);
    return picked ? picked : pick_first(w, out);
}

/* --- keeping it */

/* The registry may have been sent it before: a later receipt tells by the chain value whether it was. */
static enum err keep_chain(struct walk *w, const struct chain *chain, struct errctx *e)
{
    static const char sql[] = "INSERT OR REPLACE INTO past_chain (entry, chain) VALUES (:entry, :chain)";
    struct stmt *stmt = NULL;
    if (db_prepare(w->g->made, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", ident_make(w->g->device.number, (uint32_t)w->number));
    stmt_bind_blob(stmt, ":chain", chain->value, CHAIN_BYTES);
    return stmt_run(stmt, e);
}

static enum err keep(struct walk *w, const struct candidate *f, const struct chain *chain, struct errctx *e)
{
    struct entry entry;
    struct errctx unread;
    if (keep_chain(w, chain, e) != ERR_OK)
        return e->kind;
    /* What this program cannot read it cannot write again either: it stays in the file. */
    if (entry_read(f->bytes, f->len, &entry, NULL, &unread) != ERR_OK)
        return ERR_OK;
    entry_done(&entry);
    w->g->sure++;
    return waiting_keep(w->g->made, ident_make(w->g->device.number, (uint32_t)w->number), f->bytes, f->len,
                        e);
}

static enum err judge(struct walk *w, int64_t number, struct errctx *e)
{
    struct db *db = w->g->made;
    struct chain chain;
    w->known = w->known && number == w->number + 1;
    w->number = number;
    enum err result = load(db, number - 1, &w->prev, e);
    if (result == ERR_OK)
        result = load(db, number, &w->here, e);
    if (result == ERR_OK)
        result = load(db, number + 1, &w->next, e);
    const struct candidate *f = result == ERR_OK ? pick(w, &chain) : NULL;
    w->known = f != NULL;
    if (f) {
        w->before = chain;
        result = keep(w, f, &chain, e);
    }
    rows_done(&w->prev);
    rows_done(&w->here);
    rows_done(&w->next);
    return result;
}

/* --- */

struct numbers {
    int64_t *rows;
    size_t count;
};

static enum err read_numbers(struct recovering *g, struct numbers *out, struct errctx *e)
{
    static const char sql[] = "SELECT DISTINCT number FROM temp.found WHERE number > :number ORDER BY number";
    struct stmt *stmt = NULL;
    bool row = true;
    size_t room = 0;
    enum err result = db_prepare(g->made, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_int(stmt, ":number", g->out->entries);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        if (out->count == room) {
            room = room ? room * 2 : 256;
            out->rows = mem_resize(out->rows, room, sizeof *out->rows);
        }
        out->rows[out->count++] = stmt_int(stmt, 0);
    }
    stmt_done(stmt);
    return result;
}

enum err recover_behind(struct recovering *g, const struct chain *newest, struct errctx *e)
{
    struct walk w = {.g = g, .number = g->out->entries, .known = true, .before = *newest};
    struct numbers numbers = {0};
    enum err result = read_numbers(g, &numbers, e);
    g->sure = 0;
    for (size_t i = 0; i < numbers.count && result == ERR_OK; i++)
        result = judge(&w, numbers.rows[i], e);
    g->out->doubtful = (int64_t)numbers.count - g->sure;
    free(numbers.rows);
    return result;
}
