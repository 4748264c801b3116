/*
 * CSV as people and spreadsheets write it, read row by row from any source, and written so that no
 * spreadsheet runs it (RFC 4180; OWASP on CSV injection).
 *
 * Reading: UTF-8 with or without byte order mark; the separator (',', ';' or tab) is the one that the header
 * line has most of; lines end in LF or CRLF; quoted values may hold separators, line breaks and doubled
 * quotes; a quote inside an unquoted value is a letter like any other. Rows without any value are passed
 * over. Memory stays within CSV_MAX_ROW_BYTES however long the file is.
 *
 * A broken row spoils itself only: after a quote that is never closed, reading goes on at the next line.
 */
#ifndef ALLUVIA_BASE_CSV_H
#define ALLUVIA_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"

enum {
    CSV_MAX_FIELD_BYTES = 64 * 1024, /* several times our longest note */
    CSV_MAX_ROW_BYTES = 256 * 1024,
    CSV_MAX_COLUMNS = 256
};

struct csv;

/* Where bytes come from: puts at most SIZE of them at INTO and says how many; 0 at the end. ERR_IO. */
struct csv_source {
    enum err (*read)(void *arg, char *into, size_t size, size_t *out_len, struct errctx *e);
    void *arg;
};

/* FILE stays the caller's and open as long as the reader. */
struct csv_source csv_from_file(FILE *file);

/* Bytes in memory; AT moves as they are read. */
struct csv_bytes {
    const char *at;
    size_t left;
};
struct csv_source csv_from_bytes(struct csv_bytes *bytes);

/*
 * Reads the header line. ERR_INVALID, with the fault alone as its words: empty, UTF-16, a column without name
 * or named twice, or a fault of any row (below). The caller closes.
 */
MUST_CHECK enum err csv_open(struct csv_source from, struct csv **out, struct errctx *e);
void csv_close(struct csv *c);

size_t csv_columns(const struct csv *c);
/* The header's name of column I, without the spaces around it. */
const char *csv_name(const struct csv *c, size_t i);
/* The place of a column; -1 when the header does not name it. ASCII case does not count. */
int csv_column(const struct csv *c, const char *name);
/* The separator found: what a file written beside this one should use. */
char csv_separator(const struct csv *c);

/*
 * Goes to the next row; *OUT_ROW is false when there is none. ERR_INVALID: this row is broken, the words say
 * how without its line (csv_line), and the next call goes on behind it: a quote not closed or with text
 * behind it, not UTF-8, a NUL, too long, another number of values than the header. Any other kind comes from
 * the source and ends the reading.
 */
MUST_CHECK enum err csv_next(struct csv *c, bool *out_row, struct errctx *e);
/* Value I of the row as it was before csv_put guarded it; valid until the next csv_next. */
const char *csv_value(const struct csv *c, size_t i);
/* The line in the file, from 1, on which the row (also a broken one) begins. */
size_t csv_line(const struct csv *c);
/* The row's bytes as they stand in the file without the line end (for a file of rejected rows). */
const char *csv_raw(const struct csv *c, size_t *out_len);

/* A writer of rows. {.to = …} writes commas. */
struct csv_out {
    struct buf *to;
    char separator; /* 0 is ',' */
    bool begun;     /* the row has a value already */
};

/*
 * Puts one value, quoted where it must be. Text that a spreadsheet would take as a formula (it begins with =,
 * +,
 * -, @, a tab or a line break and is no plain number) gets ' in front, which csv_value takes off again.
 */
void csv_put(struct csv_out *out, const char *text);
/* Ends the row with CRLF. */
void csv_put_end(struct csv_out *out);

#endif
