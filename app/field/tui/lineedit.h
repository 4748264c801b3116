/*
 * One line of text under a cursor. The text is UTF-8 in normal form C at every moment; the cursor moves and
 * erases by grapheme cluster, so that a letter and its marks stay together in any script. It knows neither
 * curses nor fields; who draws it asks for the text before the cursor.
 */
#ifndef ALLUVIA_TUI_LINEEDIT_H
#define ALLUVIA_TUI_LINEEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/field/tui/keys.h"
#include "schema/base/buf.h"

struct lineedit {
    struct buf text;
    size_t cursor;    /* bytes before it; always between clusters */
    size_t max_chars; /* code points; 0: no limit */
};

/* {0} is empty. */
void lineedit_done(struct lineedit *l);
/* Replaces the text; the cursor goes behind it. */
void lineedit_set(struct lineedit *l, const char *text);
const char *lineedit_text(const struct lineedit *l);
bool lineedit_is_empty(const struct lineedit *l);

/* Puts one code point where the cursor is; false when the line is full or it is no character. A mark joins
 * the letter before it. */
bool lineedit_insert(struct lineedit *l, int32_t point);

enum line_change {
    LINE_IGNORED, /* the action is none of a line's */
    LINE_MOVED,
    LINE_CHANGED
};
/* Does one of the actions of KEYS_TEXT. */
enum line_change lineedit_do(struct lineedit *l, enum action action);

/* The beginning of the cluster behind or before byte AT of TEXT; the end or 0 when there is none. */
size_t lineedit_next(const char *text, size_t at);
size_t lineedit_previous(const char *text, size_t at);

#endif
