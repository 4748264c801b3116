/*
 * What may be seen by who is signed in. For every entity the connection has a temporary view, seen_<entity>:
 * all of its rows, or for a cooperative leader those that belong to the cooperative, as ENTITIES[].belongs
 * leads there. Whatever reads records for people reads the views; SQLite puts their conditions into the
 * statement. They are made when the first such statement comes: the first screen stands before that.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/field/store/inside.h"

bool store_is_confined(const struct store *s)
{
    return s->who.id != 0 && s->who.role == ROLE_COOPERATIVE;
}

/* The condition that a row of OF belongs to COOPERATIVE. Owners form no circle, so this ends. */
static void put_condition(struct buf *sql, const struct entity *of, int64_t cooperative)
{
    size_t len = 0;
    struct buf none = {0}; /* the fields before are not given */
    if (of->id == ENTITY_COOPERATIVE) {
        buf_printf(sql, "id = %" PRId64, cooperative);
        return;
    }
    buf_putc(sql, '(');
    for (const char *at = names_next(of->belongs, &len); at; at = names_next(at + len, &len)) {
        char *name = str_dup_len(at, len);
        const struct field *f = &of->fields[entity_field(of, name)];
        buf_printf(sql, "%s%s", none.len ? " OR " : "", none.len ? buf_str(&none) : "");
        if (f->target == ENTITY_COOPERATIVE) {
            buf_printf(sql, "%s = %" PRId64, name, cooperative);
        } else {
            buf_printf(sql, "%s IN (SELECT id FROM main.%s WHERE ", name, ENTITIES[f->target].name);
            put_condition(sql, &ENTITIES[f->target], cooperative);
            buf_putc(sql, ')');
        }
        buf_printf(&none, "%s IS NULL AND ", name);
        free(name);
    }
    buf_putc(sql, ')');
    buf_done(&none);
}

enum err seen_forget(struct store *s, struct errctx *e)
{
    struct buf sql = {0};
    if (!s->seen_there)
        return ERR_OK;
    for (int i = 0; i < ENTITY_COUNT; i++)
        buf_printf(&sql, "DROP VIEW IF EXISTS temp.seen_%s;\n", ENTITIES[i].name);
    enum err result = db_exec(s->db, buf_str(&sql), e);
    buf_done(&sql);
    s->seen_made = s->seen_there = result != ERR_OK;
    return result;
}

enum err seen_ready(struct store *s, struct errctx *e)
{
    struct buf sql = {0};
    if (s->seen_made)
        return ERR_OK;
    for (int i = 0; i < ENTITY_COUNT; i++) {
        const char *name = ENTITIES[i].name;
        buf_printf(&sql, "CREATE TEMP VIEW IF NOT EXISTS seen_%s AS SELECT * FROM main.%s", name, name);
        if (store_is_confined(s)) {
            buf_puts(&sql, " WHERE ");
            put_condition(&sql, &ENTITIES[i], s->who.cooperative);
        }
        buf_puts(&sql, ";\n");
    }
    enum err result = db_exec(s->db, buf_str(&sql), e);
    buf_done(&sql);
    s->seen_there = true;
    /* A transaction that is rolled back takes them with it. */
    s->seen_made = result == ERR_OK && !db_in_transaction(s->db);
    return result;
}

enum err seen_prepare(struct store *s, const char *sql, struct stmt **out, struct errctx *e)
{
    return seen_ready(s, e) == ERR_OK ? db_prepare(s->db, sql, out, e) : e->kind;
}

enum err store_sees(struct store *s, enum entity_id of, int64_t id, bool *out, struct errctx *e)
{
    struct stmt *stmt = NULL;
    *out = true;
    if (!store_is_confined(s))
        return ERR_OK;
    if (seen_prepare(s, store_sql(s, of, SQL_IS_SEEN), &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", id);
    enum err result = stmt_step(stmt, out, e);
    stmt_done(stmt);
    return result;
}

enum err seen_would_be(struct store *s, const struct record *r, bool *out, struct errctx *e)
{
    size_t len = 0;
    *out = true;
    if (!store_is_confined(s))
        return ERR_OK;
    for (const char *at = names_next(r->of->belongs, &len); at; at = names_next(at + len, &len)) {
        char *name = str_dup_len(at, len);
        int field = entity_field(r->of, name);
        free(name);
        if (r->values[field].state == VALUE_SET)
            return store_sees(s, r->of->fields[field].target, r->values[field].number, out, e);
    }
    *out = false;
    return ERR_OK;
}

struct filtered {
    struct store *store;
    enum err (*each)(void *arg, const struct journal_line *line, struct errctx *e);
    void *arg;
};

/* Entries about the laptop itself are no cooperative's. */
static enum err give_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct filtered *f = arg;
    struct entry entry;
    bool seen = false;
    if (!store_is_confined(f->store))
        return f->each(f->arg, line, e);
    if (entry_read(line->bytes, line->len, &entry, NULL, e) != ERR_OK)
        return err_wrap(e, "entry %" PRId64, line->number);
    int64_t address = ident_make(f->store->device.number, (uint32_t)line->number);
    enum err result = ERR_OK;
    if (entry.record.of)
        result = store_sees(f->store, entry.record.of->id, entry_subject(&entry, address), &seen, e);
    entry_done(&entry);
    return result == ERR_OK && seen ? f->each(f->arg, line, e) : result;
}

enum err store_journal(struct store *s, int64_t from, int64_t to,
                       enum err (*each)(void *arg, const struct journal_line *line, struct errctx *e),
                       void *arg, struct errctx *e)
{
    struct filtered f = {s, each, arg};
    return journal_read(s->db, from, to, give_line, &f, e);
}
