#include "schema/codes/sheet.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/csv.h"

/* Cells while they are collected: places in TEXT, which may still move. */
struct cells {
    struct buf text;
    size_t *places;
    size_t count;
    size_t room;
};

static void add(struct cells *c, const char *value)
{
    if (c->count == c->room) {
        c->room = c->room ? c->room * 2 : 64;
        c->places = mem_resize(c->places, c->room, sizeof *c->places);
    }
    c->places[c->count++] = c->text.len;
    buf_put(&c->text, value, strlen(value) + 1);
}

static enum err collect(struct csv *csv, struct cells *c, struct errctx *e)
{
    for (size_t i = 0; i < csv_columns(csv); i++)
        add(c, csv_name(csv, i));
    for (;;) {
        bool row = false;
        struct errctx cause;
        if (csv_next(csv, &row, &cause) != ERR_OK)
            return err_fail(e, ERR_INTERNAL, "line %zu: %s", csv_line(csv), cause.text);
        if (!row)
            return ERR_OK;
        for (size_t i = 0; i < csv_columns(csv); i++)
            add(c, csv_value(csv, i));
    }
}

/* Hands the collected cells over. */
static void settle(struct cells *c, size_t columns, struct sheet *out)
{
    *out = (struct sheet){.columns = columns, .rows = c->count / columns - 1, .text = buf_steal(&c->text)};
    out->cells = mem_alloc(c->count * sizeof *out->cells);
    for (size_t i = 0; i < c->count; i++)
        out->cells[i] = out->text + c->places[i];
}

enum err sheet_read(const struct embedded *file, struct sheet *out, struct errctx *e)
{
    struct csv *csv = NULL;
    struct cells cells = {0};
    struct csv_bytes bytes = {(const char *)file->bytes, file->size};
    *out = (struct sheet){0};
    enum err err = csv_open(csv_from_bytes(&bytes), &csv, e);
    if (err == ERR_OK)
        err = collect(csv, &cells, e);
    if (err == ERR_OK)
        settle(&cells, csv_columns(csv), out);
    else
        err = (err_wrap(e, "embedded file \"%s\"", file->name), e->kind = ERR_INTERNAL);
    csv_close(csv);
    free(cells.places);
    buf_done(&cells.text);
    return err;
}

void sheet_done(struct sheet *s)
{
    free(s->cells);
    free(s->text);
    *s = (struct sheet){0};
}

int sheet_column(const struct sheet *s, const char *name)
{
    for (size_t i = 0; i < s->columns; i++) {
        if (strcmp(s->cells[i], name) == 0)
            return (int)i;
    }
    return -1;
}

const char *sheet_cell(const struct sheet *s, size_t row, int column)
{
    assert(row < s->rows && column >= 0 && (size_t)column < s->columns);
    return s->cells[(row + 1) * s->columns + (size_t)column];
}

long sheet_find(const struct sheet *s, int column, const char *text)
{
    for (size_t row = 0; row < s->rows; row++) {
        if (strcmp(sheet_cell(s, row, column), text) == 0)
            return (long)row;
    }
    return -1;
}
