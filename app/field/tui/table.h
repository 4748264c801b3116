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

/* Makes WIDTHS, what COUNT columns would like, fit into ALL columns with a gap of one between them: the
 * widest give first, none below LEAST. */
void table_fit(int *widths, int count, int all, int least);

#endif
