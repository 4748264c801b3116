/*
 * The terminal. The only file that starts, ends or calls curses. It gives the terminal back on every way out:
 * term_end, a signal that ends the program, a crash, memory that ends.
 *
 * Text is UTF-8 and drawn as one line: whatever could move the cursor is made harmless first. In a locale
 * that is not UTF-8 letters lose their marks and what has no ASCII form becomes "?"; the data keep them.
 */
#ifndef ALLUVIA_TUI_TERM_H
#define ALLUVIA_TUI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/field/tui/keys.h"
#include "app/field/tui/theme.h"
#include "schema/base/err.h"

enum {
    TERM_MIN_ROWS = 24,
    TERM_MIN_COLUMNS = 80
};

struct term;

struct term_options {
    bool ascii;      /* borders of - | + although the locale is UTF-8 */
    bool monochrome; /* no colours although the terminal has them */
};

/* ERR_CONFIG: TERM names no terminal that can show a screen. One at a time. */
MUST_CHECK enum err term_start(const struct term_options *o, struct term **out, struct errctx *e);
/* Gives the terminal back; NULL is allowed. */
void term_end(struct term *t);

int term_rows(const struct term *t);
int term_columns(const struct term *t);

/*
 * The next key press. TIMEOUT_MS -1 waits for ever; PRESS_NONE when it is over. WAKE_FD, when not -1, gives
 * PRESS_WAKE as soon as it can be read. After SIGTERM, SIGHUP or SIGINT, or when the terminal is gone, every
 * call gives PRESS_HANG_UP.
 */
int32_t term_press(struct term *t, int timeout_ms, int wake_fd);

void term_clear(struct term *t);
/* Forgets what the terminal is thought to show and draws all of it. */
void term_redraw(struct term *t);
/* Puts TEXT into WIDTH columns at ROW, COLUMN: cut with "…" where it does not fit, filled with blanks where
 * it is shorter. What lies outside the terminal is left out. */
void term_put(struct term *t, int row, int column, int width, enum meaning as, const char *text);
/* The same with the text at the right end: numbers. */
void term_put_right(struct term *t, int row, int column, int width, enum meaning as, const char *text);
/* A frame of ROWS by COLUMNS with the blank area inside. */
void term_box(struct term *t, int row, int column, int rows, int columns);
/* A line from COLUMN on. */
void term_rule(struct term *t, int row, int column, int width);
/* A bar of PART / WHOLE of WIDTH columns. */
void term_bar(struct term *t, int row, int column, int width, int64_t part, int64_t whole);
/* Where the cursor stands after term_show: the focus. */
void term_cursor(struct term *t, int row, int column);
void term_show(struct term *t);

/* Columns that the first LEN bytes of TEXT take. */
int term_width(const struct term *t, const char *text, size_t len);

#endif
