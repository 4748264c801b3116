#include "schema/record/rows.h"

#include <stdio.h>
#include <string.h>
#include <threads.h>

enum {
    ID_COLUMNS = 5 /* id, version, at, by, void */
};

/* The statements of one entity. */
struct texts {
    char *select;
    char *load;
    char *insert;
    char *update;
    char *clear;
};

/* Made once from the constant tables, always the same, and kept: db_prepare knows statements by address. */
static struct texts TEXTS[ENTITY_COUNT];
static once_flag texts_made = ONCE_FLAG_INIT;

static void put_columns(struct buf *out, const struct entity *of)
{
    buf_puts(out, "id,version,at,by,void");
    for (int i = 0; i < of->field_count; i++)
        buf_printf(out, ",%s", of->fields[i].name);
}

static char *select_text(const struct entity *of, const char *where)
{
    struct buf sql = {0};
    buf_puts(&sql, "SELECT ");
    put_columns(&sql, of);
    buf_printf(&sql, " FROM %s%s", of->name, where);
    return buf_steal(&sql);
}

static char *insert_text(const struct entity *of)
{
    struct buf sql = {0};
    buf_printf(&sql, "INSERT INTO %s (", of->name);
    put_columns(&sql, of);
    buf_puts(&sql, ") VALUES (?1");
    for (int i = 2; i <= ID_COLUMNS + of->field_count; i++)
        buf_printf(&sql, ",?%d", i);
    buf_putc(&sql, ')');
    return buf_steal(&sql);
}

static char *update_text(const struct entity *of)
{
    struct buf sql = {0};
    buf_printf(&sql, "UPDATE %s SET version=?2,at=?3,by=?4,void=?5", of->name);
    for (int i = 0; i < of->field_count; i++)
        buf_printf(&sql, ",%s=?%d", of->fields[i].name, ID_COLUMNS + 1 + i);
    buf_puts(&sql, " WHERE id=?1");
    return buf_steal(&sql);
}

static char *clear_text(const struct entity *of)
{
    struct buf sql = {0};
    buf_printf(&sql, "DELETE FROM %s", of->name);
    return buf_steal(&sql);
}

static void make_texts(void)
{
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        const struct entity *of = &ENTITIES[i];
        TEXTS[i] = (struct texts){.select = select_text(of, ""),
                                  .load = select_text(of, " WHERE id=?1"),
                                  .insert = insert_text(of),
                                  .update = update_text(of),
                                  .clear = clear_text(of)};
    }
}

static const struct texts *texts_of(enum entity_id of)
{
    call_once(&texts_made, make_texts);
    return &TEXTS[of];
}

void row_done(struct row *row)
{
    record_done(&row->record);
}

const char *rows_select(enum entity_id of)
{
    return texts_of(of)->select;
}

void rows_read(struct stmt *s, int first, enum entity_id of, struct row *out)
{
    const struct entity *entity = &ENTITIES[of];
    *out = (struct row){.id = stmt_int(s, first),
                        .version = stmt_int(s, first + 1),
                        .at = stmt_int(s, first + 2),
                        .voided = stmt_int(s, first + 4) != 0};
    (void)snprintf(out->by, sizeof out->by, "%s", stmt_text(s, first + 3));
    record_init(&out->record, entity);
    for (int i = 0; i < entity->field_count; i++) {
        struct value *v = &out->record.values[i];
        int column = first + ID_COLUMNS + i;
        if (stmt_is_null(s, column))
            continue;
        v->state = VALUE_SET;
        if (field_is_number(entity->fields[i].type))
            v->number = stmt_int(s, column);
        else
            v->text = str_dup(stmt_text(s, column));
    }
}

enum err rows_load(struct db *db, enum entity_id of, int64_t id, struct row *out, struct errctx *e)
{
    struct stmt *s = NULL;
    bool found = false;
    record_init(&out->record, &ENTITIES[of]);
    if (db_prepare(db, texts_of(of)->load, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int_at(s, 1, id);
    if (stmt_step(s, &found, e) != ERR_OK)
        return e->kind;
    if (found)
        rows_read(s, 0, of, out);
    stmt_done(s);
    return found ? ERR_OK : err_fail(e, ERR_NOT_FOUND, "there is no such %s", ENTITIES[of].name);
}

static void bind_row(struct stmt *s, const struct row *row)
{
    stmt_bind_int_at(s, 1, row->id);
    stmt_bind_int_at(s, 2, row->version);
    stmt_bind_int_at(s, 3, row->at);
    stmt_bind_text_at(s, 4, row->by);
    stmt_bind_int_at(s, 5, row->voided);
    for (int i = 0; i < row->record.of->field_count; i++) {
        const struct value *v = &row->record.values[i];
        if (v->state != VALUE_SET)
            continue;
        if (v->text)
            stmt_bind_text_at(s, ID_COLUMNS + 1 + i, v->text);
        else
            stmt_bind_int_at(s, ID_COLUMNS + 1 + i, v->number);
    }
}

enum err rows_insert(struct db *db, const struct row *row, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, texts_of(row->record.of->id)->insert, &s, e) != ERR_OK)
        return e->kind;
    bind_row(s, row);
    return stmt_run_bulk(s, e);
}

enum err rows_update(struct db *db, const struct row *row, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, texts_of(row->record.of->id)->update, &s, e) != ERR_OK)
        return e->kind;
    bind_row(s, row);
    return stmt_run(s, e);
}

enum err rows_clear(struct db *db, struct errctx *e)
{
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        if (db_exec(db, texts_of((enum entity_id)i)->clear, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}
