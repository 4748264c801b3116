/* Boxes over the screen that wait for an answer. Each returns when it has one; when the program is being
 * left, the answer is no. */
#ifndef ALLUVIA_TUI_DIALOG_H
#define ALLUVIA_TUI_DIALOG_H

#include "app/field/tui/lineedit.h"
#include "app/field/tui/ui.h"

/* Shows TEXT until a key is pressed. */
void dialog_tell(struct ui *ui, const char *title, const char *text);
/* Yes or no; Enter is yes. */
bool dialog_ask(struct ui *ui, const char *title, const char *text);
/* Asks for a line, which holds what is proposed. False: gone back with Esc. Not left while it is empty. */
bool dialog_line(struct ui *ui, const char *title, const char *text, struct lineedit *answer);
/* The rule's question: is the value right, and why? *OUT_WHY is owned by the caller. */
bool dialog_reason(struct ui *ui, const char *text, char **out_why);

/* Lines of TEXT broken at blanks to WIDTH columns; calls EACH for every one and returns their number. EACH
 * may be NULL. */
int dialog_wrap(const struct ui *ui, const char *text, int width,
                void (*each)(void *arg, int line, const char *text), void *arg);
/* Writes TEXT broken at blanks from ROW down and returns the row behind it, at least the next. */
int dialog_put(struct ui *ui, int row, int column, int width, enum meaning as, const char *text);
/* A box for ROWS lines of WIDTH columns in the middle; returns where the first line begins. */
void dialog_frame(struct ui *ui, const char *title, int rows, int width, int *out_row, int *out_column);
/* Draws the line of L in WIDTH columns so that its cursor is seen, and puts the terminal's cursor there. */
void dialog_draw_line(struct ui *ui, int row, int column, int width, const struct lineedit *l);

#endif
