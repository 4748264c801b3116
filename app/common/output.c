#include "app/common/output.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/plain.h"
#include "app/common/said.h"
#include "schema/base/csv.h"
#include "schema/base/date.h"
#include "schema/base/decimal.h"
#include "schema/base/json.h"

enum {
    HELD_ROWS = 500, /* of a table, to find the widths of its columns; ≈ 100 KiB */
    FLUSH_BYTES = 64 * 1024,
    PAIR_COLUMNS = 15, /* of the label of a pair */
    CELL_COLUMNS = 48, /* a wider cell of a table is cut: JSON and CSV have the whole */
};

struct output {
    FILE *to;
    enum output_form form;
    char mark;
    struct buf text; /* not yet written */
    struct json_out json;
    struct csv_out csv;
    const struct column *columns;
    int count;
    bool wrote_header;
    size_t width[OUTPUT_MAX_COLUMNS];
    char **held; /* count cells a row */
    size_t held_rows;
};

struct output *output_new(FILE *to, enum output_form form, char mark)
{
    struct output *o = mem_zero(1, sizeof *o);
    o->to = to;
    o->form = form;
    o->mark = mark;
    o->json.to = &o->text;
    o->csv.to = &o->text;
    return o;
}

static void free_held(struct output *o)
{
    for (size_t i = 0; i < o->held_rows * (size_t)o->count; i++)
        free(o->held[i]);
    free(o->held);
    o->held = NULL;
    o->held_rows = 0;
}

void output_free(struct output *o)
{
    if (!o)
        return;
    free_held(o);
    buf_done(&o->text);
    free(o);
}

enum output_form output_form(const struct output *o)
{
    return o->form;
}

/* What fails here shows in ferror() at the end. */
static void write_out(struct output *o)
{
    (void)fwrite(buf_str(&o->text), 1, o->text.len, o->to);
    buf_clear(&o->text);
}

static void write_when_full(struct output *o)
{
    if (o->text.len >= FLUSH_BYTES)
        write_out(o);
}

void output_begin(struct output *o, const char *version)
{
    if (o->form != OUTPUT_JSON)
        return;
    json_open(&o->json, '{');
    json_put_str(&o->json, "alluvia", version);
}

void output_put_text(struct output *o, const char *key, const char *text)
{
    if (o->form == OUTPUT_JSON)
        json_put_str(&o->json, key, text);
}

void output_put_int(struct output *o, const char *key, int64_t number)
{
    if (o->form == OUTPUT_JSON)
        json_put_int(&o->json, key, number);
}

void output_put_json(struct output *o, const char *key, const char *json)
{
    if (o->form != OUTPUT_JSON)
        return;
    json_key(&o->json, key);
    json_raw(&o->json, json, strlen(json));
}

void output_line(struct output *o, const char *text)
{
    if (o->form != OUTPUT_TABLE)
        return;
    plain_put(&o->text, text);
    buf_putc(&o->text, '\n');
}

void output_pair(struct output *o, const char *label, const char *text)
{
    struct buf line = {0};
    char words[LANGUAGE_INSTANT_BYTES];
    int64_t at = 0;
    size_t width = plain_width(label);
    buf_puts(&line, label);
    buf_printf(&line, "%*s", width < PAIR_COLUMNS ? (int)(PAIR_COLUMNS - width) : 1, "");
    buf_puts(&line, instant_parse(text, &at) ? language_instant(at, words) : text);
    output_line(o, buf_str(&line));
    buf_done(&line);
}

/* --- tables --- */

static bool is_shown(const struct output *o, int column)
{
    return o->columns[column].label != NULL;
}

/* A day or an instant is written as the reader writes it. */
static void put_text(struct buf *out, const char *text)
{
    char words[LANGUAGE_INSTANT_BYTES];
    int64_t at = 0;
    if (is_date(text))
        buf_puts(out, language_day(text, words));
    else if (instant_parse(text, &at))
        buf_puts(out, language_instant(at, words));
    else
        buf_puts(out, text);
}

/* Tables write all decimals of a column, so that they stand below each other. */
static void put_human(struct buf *out, const struct column *c, const struct cell *cell, bool aligned,
                      char mark)
{
    if (!cell->given)
        return;
    if (cell->text && aligned && c->type == COLUMN_SAID)
        said_put(out, cell->text);
    else if (cell->text && aligned)
        put_text(out, cell->text);
    else if (cell->text)
        buf_puts(out, cell->text);
    else
        decimal_format(out, cell->number, c->scale, aligned ? c->scale : 0, mark);
}

/* The last column to be shown: what stands in it may be of any length. */
static int last_shown(const struct output *o)
{
    int last = o->count - 1;
    while (last > 0 && !is_shown(o, last))
        last--;
    return last;
}

static char *table_text(const struct output *o, int column, const struct cell *cell)
{
    struct buf human = {0};
    struct buf plain = {0};
    struct buf cut = {0};
    put_human(&human, &o->columns[column], cell, true, o->mark);
    plain_put(&plain, buf_str(&human));
    plain_put_cut(&cut, buf_str(&plain), column == last_shown(o) ? SIZE_MAX : CELL_COLUMNS);
    buf_done(&human);
    buf_done(&plain);
    buf_puts(&cut, "");
    return buf_steal(&cut);
}

static void put_padded(struct output *o, const char *text, int column, bool last)
{
    size_t width = plain_width(text);
    size_t fill = width < o->width[column] ? o->width[column] - width : 0;
    bool right = o->columns[column].type == COLUMN_NUMBER;
    if (right)
        buf_printf(&o->text, "%*s", (int)fill, "");
    buf_puts(&o->text, text);
    if (!right && !last)
        buf_printf(&o->text, "%*s", (int)fill, "");
    if (!last)
        buf_puts(&o->text, "  ");
}

static void put_table_row(struct output *o, char *const *cells)
{
    int last = last_shown(o);
    for (int i = 0; i <= last; i++) {
        if (is_shown(o, i))
            put_padded(o, cells[i], i, i == last);
    }
    /* Empty cells at the end leave no spaces behind. */
    while (o->text.len && o->text.data[o->text.len - 1] == ' ')
        buf_truncate(&o->text, o->text.len - 1);
    buf_putc(&o->text, '\n');
    write_when_full(o);
}

static const char *heading(const struct output *o, int column)
{
    return is_shown(o, column) ? _(o->columns[column].label) : "";
}

static void put_heading(struct output *o)
{
    char *cells[OUTPUT_MAX_COLUMNS];
    for (int i = 0; i < o->count; i++)
        cells[i] = str_dup(heading(o, i));
    put_table_row(o, cells);
    for (int i = 0; i < o->count; i++)
        free(cells[i]);
    o->wrote_header = true;
}

/* Writes the rows held back, now that the widths are known. */
static void release_held(struct output *o)
{
    if (!o->wrote_header && o->held_rows)
        put_heading(o);
    for (size_t row = 0; row < o->held_rows; row++)
        put_table_row(o, o->held + row * (size_t)o->count);
    free_held(o);
}

static void widen(struct output *o, char *const *cells)
{
    for (int i = 0; i < o->count; i++) {
        size_t width = plain_width(cells[i]);
        if (is_shown(o, i) && width > o->width[i])
            o->width[i] = width;
    }
}

static void add_table_row(struct output *o, const struct cell *cells)
{
    char *texts[OUTPUT_MAX_COLUMNS];
    for (int i = 0; i < o->count; i++)
        texts[i] = table_text(o, i, &cells[i]);
    if (o->wrote_header) {
        put_table_row(o, texts);
        for (int i = 0; i < o->count; i++)
            free(texts[i]);
        return;
    }
    widen(o, texts);
    size_t count = (size_t)o->count;
    if (!o->held)
        o->held = mem_zero(HELD_ROWS * count, sizeof *o->held);
    memcpy(o->held + o->held_rows * count, texts, count * sizeof *texts);
    if (++o->held_rows == HELD_ROWS)
        release_held(o);
}

static void put_rule(struct output *o)
{
    size_t width = 0;
    for (int i = 0; i < o->count; i++)
        width += is_shown(o, i) ? o->width[i] + 2 : 0;
    for (size_t i = 2; i < width; i++)
        buf_putc(&o->text, '-');
    buf_putc(&o->text, '\n');
}

/* --- rows in any form --- */

void output_rows(struct output *o, const char *key, const struct column *columns, int count)
{
    assert(count > 0 && count <= OUTPUT_MAX_COLUMNS);
    o->columns = columns;
    o->count = count;
    o->wrote_header = false;
    for (int i = 0; i < count; i++)
        o->width[i] = plain_width(heading(o, i));
    if (o->form == OUTPUT_JSON) {
        json_key(&o->json, key);
        json_open(&o->json, '[');
    } else if (o->form == OUTPUT_CSV) {
        for (int i = 0; i < count; i++) {
            if (columns[i].flag)
                csv_put(&o->csv, columns[i].flag);
        }
        csv_put_end(&o->csv);
    }
}

static void put_json_cells(struct output *o, const struct cell *cells)
{
    json_open(&o->json, '{');
    for (int i = 0; i < o->count; i++) {
        if (!o->columns[i].name || !cells[i].given)
            continue;
        if (o->columns[i].type == COLUMN_NUMBER)
            json_put_int(&o->json, o->columns[i].name, cells[i].number);
        else
            json_put_str(&o->json, o->columns[i].name, cells[i].text);
    }
    json_close(&o->json, '}');
}

static void put_csv_cells(struct output *o, const struct cell *cells)
{
    struct buf human = {0};
    for (int i = 0; i < o->count; i++) {
        if (!o->columns[i].flag)
            continue;
        buf_clear(&human);
        put_human(&human, &o->columns[i], &cells[i], false, '.');
        csv_put(&o->csv, buf_str(&human));
    }
    csv_put_end(&o->csv);
    buf_done(&human);
}

void output_row_as(struct output *o, const struct cell *cells, const char *json)
{
    switch (o->form) {
    case OUTPUT_TABLE:
        add_table_row(o, cells);
        break;
    case OUTPUT_JSON:
        if (json)
            json_raw(&o->json, json, strlen(json));
        else
            put_json_cells(o, cells);
        break;
    case OUTPUT_CSV:
        put_csv_cells(o, cells);
        break;
    }
    write_when_full(o);
}

void output_row(struct output *o, const struct cell *cells)
{
    output_row_as(o, cells, NULL);
}

/* The array of the rows ends before the total, which stands beside it. */
static void end_json_rows(struct output *o)
{
    if (o->form == OUTPUT_JSON && o->count)
        json_close(&o->json, ']');
    o->count = 0;
}

void output_total(struct output *o, const struct cell *cells)
{
    if (o->form == OUTPUT_TABLE) {
        char *texts[OUTPUT_MAX_COLUMNS];
        for (int i = 0; i < o->count; i++)
            texts[i] = table_text(o, i, &cells[i]);
        widen(o, texts);
        release_held(o);
        put_rule(o);
        put_table_row(o, texts);
        for (int i = 0; i < o->count; i++)
            free(texts[i]);
    } else if (o->form == OUTPUT_JSON) {
        json_close(&o->json, ']');
        json_key(&o->json, "total");
        put_json_cells(o, cells);
        o->count = 0;
    }
}

void output_rows_end(struct output *o)
{
    release_held(o);
    end_json_rows(o);
    o->columns = NULL;
    o->count = 0;
}

enum err output_end(struct output *o, struct errctx *e)
{
    if (o->form == OUTPUT_JSON) {
        json_close(&o->json, '}');
        buf_putc(&o->text, '\n');
    }
    write_out(o);
    if (fflush(o->to) != 0 || ferror(o->to))
        return err_errno(e, ERR_IO, errno, "write output");
    return ERR_OK;
}
