/* Lines to choose from: which is marked, which is at the top, and how wide columns are. Knows no curses. */
#ifndef ALLUVIA_TUI_TABLE_H
#define ALLUVIA_TUI_TABLE_H

#include <stdbool.h>

#include "app/field/tui/keys.h"

struct table {
    int count;
    int marked;
    int top;
};

/* Does one of the actions of KEYS_MOVE, with ROWS lines to be seen; false for another action. */
bool table_do(struct table *t, enum action action, int rows);
/* There are COUNT lines now; the mark stays where it can. */
void table_resize(struct table *t, int count);
/* Makes the marked line one of the ROWS that are seen. */
void table_show(struct table *t, int rows);

/* How wide a column would like to be, and from where on it is not cut as long as another can be. */
struct table_width {
    int wanted;
    int kept;
};

enum {
    TABLE_NARROWEST = 4, /* of a heading over narrow numbers */
    TABLE_LEAST = 6,     /* columns that a text is cut to, no less */
    TABLE_NAMED = 20,    /* what a record is known by is kept up to here */
};

/* Makes WIDTHS of COUNT columns fit into ALL with a gap of one between them, in WANTED: the widest give
 * first, none below what it keeps while another is above; a table of nothing but kept columns is cut at the
 * widest. */
void table_fit(struct table_width *widths, int count, int all);

#endif
