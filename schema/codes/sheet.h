/* A CSV file of this folder, read whole into memory: what code lists, profiles, thresholds and prices are
 * made of.
 */
#ifndef ALLUVIA_CODES_SHEET_H
#define ALLUVIA_CODES_SHEET_H

#include <stddef.h>

#include "schema/base/embed.h"
#include "schema/base/err.h"

struct sheet {
    size_t columns;
    size_t rows;
    const char **cells; /* the header's names first, then row by row; owned, as is TEXT, where they point */
    char *text;
};

/* ERR_INTERNAL: the file is no CSV; the words name file and line. */
MUST_CHECK enum err sheet_read(const struct embedded *file, struct sheet *out, struct errctx *e);
/* {0} may be given too. */
void sheet_done(struct sheet *s);

/* The place of a column; -1 when there is none. */
int sheet_column(const struct sheet *s, const char *name);
const char *sheet_cell(const struct sheet *s, size_t row, int column);
/* The first row whose cell in COLUMN is TEXT; -1 when there is none. */
long sheet_find(const struct sheet *s, int column, const char *text);

#endif
