/*
 * Text as it may go to a terminal. Records hold what people typed and errors quote it; nothing of that may
 * move a cursor, change a title, turn the writing direction or break a line that promises to be one.
 */
#ifndef ALLUVIA_COMMON_PLAIN_H
#define ALLUVIA_COMMON_PLAIN_H

#include <stddef.h>

#include "schema/base/buf.h"

/* Appends TEXT as one line: line breaks and tabs become a space, control and direction characters and bytes
 * that are not UTF-8 become U+FFFD. */
void plain_put(struct buf *out, const char *text);
/* How many of the first MOST bytes of TEXT are printable ASCII up to the first that is not: they go as they
 * are, a column each. */
size_t plain_ascii(const char *text, size_t most);
/* Columns that TEXT takes on a terminal. */
size_t plain_width(const char *text);
/* Appends as much of TEXT as fits into COLUMNS, with "…" for what does not. */
void plain_put_cut(struct buf *out, const char *text, size_t columns);

#endif
