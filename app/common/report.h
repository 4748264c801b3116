/*
 * A report is a small table: typed columns, rows, and a total of the columns that have one. What computes it
 * knows nothing of how it is shown; the commands write it as table, JSON or CSV, the screens draw it.
 *
 * Numbers are integers of the smallest unit, as in the records; SCALE says how many decimals people see.
 */
#ifndef ALLUVIA_COMMON_REPORT_H
#define ALLUVIA_COMMON_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum report_kind {
    REPORT_TEXT,
    REPORT_WORD, /* one of few words, marked with N_(); translated for people */
    REPORT_DATE, /* ISO day, as text */
    REPORT_CODE, /* a code of LIST, as text; shown by its label */
    REPORT_ID,   /* a record's id, as number (schema/record/ident.h) */
    REPORT_NUMBER,
};

struct report_column {
    const char *name;  /* key in JSON; says the unit of storage: "diamond_mct" */
    const char *flag;  /* CSV column, in the human unit: "diamond_ct" */
    const char *label; /* English; translated by the programs; NULL: not in tables for people */
    const char *unit;  /* of the human form; NULL without one */
    enum report_kind kind;
    int scale;        /* decimals of the human form, for REPORT_NUMBER */
    bool summed;      /* has a total: the sum, unless report_set_total gave another */
    const char *list; /* code list, for REPORT_CODE */
};

struct report_cell {
    bool given;
    int64_t number;
    char *text; /* owned */
};

enum {
    REPORT_MAX_COLUMNS = 16,
    REPORT_MAX_NOTES = 24
};

/* What a report rests on, so that another machine can make it again: JSON "source", lines under the table. */
struct report_note {
    const char *name; /* "rules_version" */
    char *text;       /* NULL for a number; owned */
    int64_t number;
};

struct report {
    const char *name; /* "day": JSON "report" */
    char *period;     /* what it is about, as ISO text: "2026-11-23", "2026-11"; "" when nothing; owned */
    const struct report_column *columns; /* borrowed: a constant table */
    int column_count;
    struct report_cell *cells; /* row_count * column_count, row after row */
    size_t row_count;
    size_t row_room;
    int64_t totals[REPORT_MAX_COLUMNS]; /* of the summed columns */
    struct report_note notes[REPORT_MAX_NOTES];
    int note_count;
};

void report_init(struct report *r, const char *name, const char *period, const struct report_column *columns,
                 int column_count);
void report_done(struct report *r);

/* Starts a row; all its cells are empty. The setters fill cells of the newest row, by column name; setting a
 * number again replaces it, and totals follow. */
void report_add_row(struct report *r);
void report_set_text(struct report *r, const char *column, const char *text); /* NULL leaves it empty */
void report_set_number(struct report *r, const char *column, int64_t number);

/* Sets the total of a column that is not a sum, such as a price per carat. */
void report_set_total(struct report *r, const char *column, int64_t number);
/* NAME is borrowed. */
void report_note_text(struct report *r, const char *name, const char *text);
void report_note_number(struct report *r, const char *name, int64_t number);

const struct report_cell *report_cell(const struct report *r, size_t row, int column);

#endif
