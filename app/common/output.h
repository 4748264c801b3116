/*
 * Lists, records and reports in any of three forms through one set of calls: a table for people, JSON in
 * storage units (`"alluvia":"list/1"` first, versioned), CSV in human units (RFC 4180, safe to open in a
 * spreadsheet). What a form does not have, it leaves out: the caller does not ask which form it is writing.
 *
 *   output_begin(o, "report/1");
 *   output_put_text(o, "report", "balance");          JSON member; nothing elsewhere
 *   output_rows(o, "rows", columns, 3);
 *   output_row(o, cells);  …
 *   output_rows_end(o);
 *   output_end(o, e);
 *
 * Rows go out as they come: a table holds back only as many as it needs to find its columns' widths.
 */
#ifndef ALLUVIA_COMMON_OUTPUT_H
#define ALLUVIA_COMMON_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"

enum output_form {
    OUTPUT_TABLE,
    OUTPUT_JSON,
    OUTPUT_CSV
};

enum column_type {
    COLUMN_TEXT,
    COLUMN_SAID,   /* a line of a lower layer, in a table in the reader's language (said.h) */
    COLUMN_NUMBER, /* integer in storage units; SCALE decimals for people */
};

enum {
    OUTPUT_MAX_COLUMNS = 40
};

struct column {
    const char *name;  /* JSON key: says the storage unit */
    const char *flag;  /* CSV header: the human unit; NULL: not in CSV */
    const char *label; /* heading of the table, marked with N_(); NULL: not in the table */
    enum column_type type;
    int scale;
};

/* Absent cells are left out of JSON and empty elsewhere. */
struct cell {
    bool given;
    int64_t number;   /* COLUMN_NUMBER */
    const char *text; /* COLUMN_TEXT, or a number whose scale differs from row to row, in its human form;
                         borrowed during the call */
};

struct output;

/* Writes to TO, which stays the caller's. MARK is the decimal mark of tables ('.' or ','). */
struct output *output_new(FILE *to, enum output_form form, char mark);
void output_free(struct output *o);
enum output_form output_form(const struct output *o);

/* VERSION: "list/1". */
void output_begin(struct output *o, const char *version);
/* Members of the JSON object; nothing in the other forms. */
void output_put_text(struct output *o, const char *key, const char *text);
void output_put_int(struct output *o, const char *key, int64_t number);
void output_put_json(struct output *o, const char *key, const char *json);
/* A line of the table form alone, before or behind the rows. */
void output_line(struct output *o, const char *text);

/* The same of a label and what it says, the texts of such lines below each other. */
void output_pair(struct output *o, const char *label, const char *text);
/* COLUMNS are borrowed until output_rows_end. */
void output_rows(struct output *o, const char *key, const struct column *columns, int count);
void output_row(struct output *o, const struct cell *cells);
/* The same where the JSON of the row is something else than its cells. */
void output_row_as(struct output *o, const struct cell *cells, const char *json);
/* The sum of the rows: `"total":{…}`, or below a rule; nothing in CSV, where every line is a row. Last before
 * output_rows_end. */
void output_total(struct output *o, const struct cell *cells);
void output_rows_end(struct output *o);

/* Ends the document and flushes. ERR_IO when not everything reached its destination. */
MUST_CHECK enum err output_end(struct output *o, struct errctx *e);

#endif
