/* Writing what the rules over the whole registry count with. */
#include "app/registry/store/facts.h"

#include <stdio.h>
#include <string.h>

#include "app/registry/store/inside.h"
#include "schema/base/date.h"

int facts_half(int32_t day)
{
    struct date d = date_from_days(day);
    return d.year * 2 + (d.month > 6);
}

int32_t facts_half_first(int half)
{
    return date_to_days((struct date){half / 2, half % 2 ? 7 : 1, 1});
}

int32_t facts_half_last(int half)
{
    return facts_half_first(half + 1) - 1;
}

const char *facts_half_name(int half, char *out)
{
    (void)snprintf(out, FACTS_HALF_BYTES, "%04d-H%d", half / 2, half % 2 + 1);
    return out;
}

enum err facts_clear(struct registry_store *s, struct errctx *e)
{
    static const char *const tables[] = {"DELETE FROM worked", "DELETE FROM sold",     "DELETE FROM sized",
                                         "DELETE FROM tally",  "DELETE FROM likeness", "DELETE FROM due"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (db_exec(s->db, tables[i], e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

static void bind_all(struct stmt *stmt, const int64_t *values, int count)
{
    for (int i = 0; i < count; i++)
        stmt_bind_int_at(stmt, i + 1, values[i]);
}

enum err facts_put_worked(struct registry_store *s, const struct worked *w, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO worked (licence, last, record, first, site, outcome, washing, "
        "diggers, stones, diamond_mct) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    const int64_t values[] = {w->licence,          w->last,    w->record,  w->first,  w->site,
                              (int64_t)w->outcome, w->washing, w->diggers, w->stones, w->diamond_mct};
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    bind_all(stmt, values, sizeof values / sizeof values[0]);
    return stmt_run_bulk(stmt, e);
}

enum err facts_put_sale(struct registry_store *s, const struct first_sale *f, struct errctx *e)
{
    static const char sql[] = "INSERT INTO sold (licence, day, record, stones, diamond_mct, valued_mct, "
                              "usd_cents) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    const int64_t values[] = {f->licence,     f->day,        f->record,   f->stones,
                              f->diamond_mct, f->valued_mct, f->usd_cents};
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    bind_all(stmt, values, sizeof values / sizeof values[0]);
    return stmt_run_bulk(stmt, e);
}

enum err facts_put_stone(struct registry_store *s, int64_t yield, int64_t record, int64_t diamond_mct,
                         struct errctx *e)
{
    static const char sql[] = "INSERT INTO sized (yield, record, diamond_mct) VALUES (?1, ?2, ?3)";
    const int64_t values[] = {yield, record, diamond_mct};
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    bind_all(stmt, values, sizeof values / sizeof values[0]);
    return stmt_run_bulk(stmt, e);
}

/* Two numbers of the row that SQL finds by :record; 0 without one. */
static enum err find_two(struct registry_store *s, const char *sql, int64_t record, int64_t *a, int64_t *b,
                         struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = false;
    *a = *b = 0;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":record", record);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row) {
        *a = stmt_int(stmt, 0);
        *b = stmt_int(stmt, 1);
    }
    stmt_done(stmt);
    return ERR_OK;
}

enum err facts_find_return(struct registry_store *s, int64_t record, int64_t *licence, int32_t *day,
                           struct errctx *e)
{
    int64_t last = 0;
    enum err result =
        find_two(s, "SELECT licence, last FROM worked WHERE record = :record", record, licence, &last, e);
    *day = (int32_t)last;
    return result;
}

static enum err run_of(struct registry_store *s, const char *sql, int64_t record, struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":record", record);
    return stmt_run(stmt, e);
}

static enum err forget_stone(struct registry_store *s, int64_t record, int64_t *licence, int32_t *day,
                             struct errctx *e)
{
    int64_t yield = 0;
    int64_t unused = 0;
    if (find_two(s, "SELECT yield, 0 FROM sized WHERE record = :record", record, &yield, &unused, e) !=
        ERR_OK)
        return e->kind;
    if (!yield)
        return ERR_OK;
    if (run_of(s, "DELETE FROM sized WHERE record = :record", record, e) != ERR_OK)
        return e->kind;
    return facts_find_return(s, yield, licence, day, e);
}

enum err facts_forget(struct registry_store *s, enum entity_id of, int64_t record, int64_t *licence,
                      int32_t *day, struct errctx *e)
{
    int64_t at = 0;
    *licence = 0;
    *day = 0;
    if (of == ENTITY_STONE)
        return forget_stone(s, record, licence, day, e);
    bool is_return = of == ENTITY_YIELD;
    if (find_two(s,
                 is_return ? "SELECT licence, last FROM worked WHERE record = :record"
                           : "SELECT licence, day FROM sold WHERE record = :record",
                 record, licence, &at, e) != ERR_OK)
        return e->kind;
    *day = (int32_t)at;
    if (!*licence)
        return ERR_OK;
    return run_of(s,
                  is_return ? "DELETE FROM worked WHERE record = :record"
                            : "DELETE FROM sold WHERE record = :record",
                  record, e);
}

static enum err put_tally(struct registry_store *s, const struct tally *t, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO tally (licence, half, site, district, returns, last, stones, found_mct, sold_mct, "
        "valued_mct, usd_cents, size_0, size_1, size_2, size_3, size_4) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
    const int64_t behind[] = {t->returns,  t->last,       t->stones,    t->found_mct,
                              t->sold_mct, t->valued_mct, t->usd_cents, t->sizes[0],
                              t->sizes[1], t->sizes[2],   t->sizes[3],  t->sizes[4]};
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int_at(stmt, 1, t->licence);
    stmt_bind_int_at(stmt, 2, t->half);
    stmt_bind_int_at(stmt, 3, t->site);
    stmt_bind_text_at(stmt, 4, t->district);
    for (int i = 0; i < (int)(sizeof behind / sizeof behind[0]); i++)
        stmt_bind_int_at(stmt, 5 + i, behind[i]);
    return stmt_run_bulk(stmt, e);
}

enum err facts_put_tallies(struct registry_store *s, int64_t licence, int half, const struct tally *rows,
                           size_t count, struct errctx *e)
{
    static const char sql[] = "DELETE FROM tally WHERE licence = :licence AND half = :half";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":licence", licence);
    stmt_bind_int(stmt, ":half", half);
    enum err result = stmt_run(stmt, e);
    for (size_t i = 0; i < count && result == ERR_OK; i++)
        result = put_tally(s, &rows[i], e);
    return result;
}

/* --- places that are due */

enum err facts_put_due(struct registry_store *s, const struct due *due, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO due (kind, id, name) VALUES (:kind, :id, :name) ON CONFLICT DO NOTHING";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":kind", (int64_t)due->kind);
    stmt_bind_int(stmt, ":id", due->id);
    stmt_bind_text(stmt, ":name", due->name);
    return stmt_run(stmt, e);
}

enum err facts_due(struct registry_store *s, enum err (*each)(void *, const struct due *, struct errctx *),
                   void *arg, struct errctx *e)
{
    static const char sql[] = "SELECT kind, id, name FROM due ORDER BY kind, id, name";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        struct due due = {.kind = (enum due_kind)stmt_int(stmt, 0), .id = stmt_int(stmt, 1)};
        (void)snprintf(due.name, sizeof due.name, "%s", stmt_text(stmt, 2));
        result = each(arg, &due, e);
    }
    stmt_done(stmt);
    return result;
}

enum err facts_clear_due(struct registry_store *s, struct errctx *e)
{
    return db_exec(s->db, "DELETE FROM due", e);
}
