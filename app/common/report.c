#include "app/common/report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"

void report_init(struct report *r, const char *name, const char *period, const struct report_column *columns,
                 int column_count)
{
    assert(column_count <= REPORT_MAX_COLUMNS);
    *r = (struct report){
        .name = name, .period = str_dup(period), .columns = columns, .column_count = column_count};
}

void report_done(struct report *r)
{
    for (size_t i = 0; i < r->row_count * (size_t)r->column_count; i++)
        free(r->cells[i].text);
    for (int i = 0; i < r->note_count; i++)
        free(r->notes[i].text);
    free(r->cells);
    free(r->period);
    *r = (struct report){0};
}

void report_add_row(struct report *r)
{
    size_t width = (size_t)r->column_count;
    if (r->row_count == r->row_room) {
        r->row_room = r->row_room ? r->row_room * 2 : 16;
        r->cells = mem_resize(r->cells, r->row_room * width, sizeof *r->cells);
    }
    for (size_t i = 0; i < width; i++)
        r->cells[r->row_count * width + i] = (struct report_cell){0};
    r->row_count++;
}

static int column_of(const struct report *r, const char *name)
{
    int i = 0;
    while (i < r->column_count && strcmp(r->columns[i].name, name) != 0)
        i++;
    assert(i < r->column_count);
    return i;
}

static struct report_cell *newest(struct report *r, int column)
{
    assert(r->row_count > 0);
    return &r->cells[(r->row_count - 1) * (size_t)r->column_count + (size_t)column];
}

void report_set_text(struct report *r, const char *column, const char *text)
{
    struct report_cell *cell = newest(r, column_of(r, column));
    free(cell->text);
    cell->text = str_dup(text);
    cell->given = text != NULL;
}

void report_set_number(struct report *r, const char *column, int64_t number)
{
    int i = column_of(r, column);
    struct report_cell *cell = newest(r, i);
    if (r->columns[i].summed)
        r->totals[i] += number - cell->number;
    cell->number = number;
    cell->given = true;
}

void report_set_total(struct report *r, const char *column, int64_t number)
{
    r->totals[column_of(r, column)] = number;
}

static struct report_note *add_note(struct report *r, const char *name)
{
    assert(r->note_count < REPORT_MAX_NOTES);
    struct report_note *note = &r->notes[r->note_count++];
    *note = (struct report_note){.name = name};
    return note;
}

void report_note_text(struct report *r, const char *name, const char *text)
{
    add_note(r, name)->text = str_dup(text);
}

void report_note_number(struct report *r, const char *name, int64_t number)
{
    add_note(r, name)->number = number;
}

const struct report_cell *report_cell(const struct report *r, size_t row, int column)
{
    assert(row < r->row_count && column < r->column_count);
    return &r->cells[row * (size_t)r->column_count + (size_t)column];
}
