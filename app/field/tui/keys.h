/*
 * Keys and what they do. A key press is one number: the code point of a character (control characters among
 * them) or one of enum press. keys.def binds presses to actions, per context; bindings, bottom line and help
 * come from it. Nothing here knows curses.
 */
#ifndef ALLUVIA_TUI_KEYS_H
#define ALLUVIA_TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/buf.h"

enum press {
    PRESS_NONE = 0, /* time is over */
    PRESS_TAB = 9,
    PRESS_ENTER = 13,
    PRESS_ESC = 27,
    PRESS_BACKSPACE = 127,
    PRESS_UP = 0x110000, /* behind the last code point */
    PRESS_DOWN,
    PRESS_LEFT,
    PRESS_RIGHT,
    PRESS_HOME,
    PRESS_END,
    PRESS_PAGE_UP,
    PRESS_PAGE_DOWN,
    PRESS_DELETE,
    PRESS_BACK_TAB,
    PRESS_F1,
    PRESS_F12 = PRESS_F1 + 11,
    PRESS_RESIZE, /* the terminal has another size now */
    PRESS_WAKE,   /* something else than the keyboard has news */
    PRESS_HANG_UP /* a signal asks the program to end */
};

enum key_context {
    KEYS_ANY,
    KEYS_MOVE,
    KEYS_TEXT,
    KEYS_TODAY,
    KEYS_LIST,
    KEYS_FORM,
    KEYS_FIELDS,
    KEYS_PICK,
    KEYS_RECORD,
    KEYS_SHEET,
    KEYS_ASK,
    KEYS_LINE,
    KEYS_SYNC,
    KEYS_REPORT,
    KEYS_SIGNIN,
    KEYS_OFFICERS,
    KEYS_NOBODY,
    KEYS_CONTEXT_COUNT,
};

enum action {
    ACTION_NONE,
#define KEY(context, action, first, second, label, help) ACTION_##action,
#include "app/field/tui/keys.def"
#undef KEY
};

struct key_row {
    enum key_context context;
    enum action action;
    const char *first;  /* as in keys.def: "Ctrl-S" */
    const char *second; /* "" without one */
    const char *label;  /* English; translated where it is shown; "" for none */
    const char *help;
};

extern const struct key_row KEYS[];
extern const size_t KEY_COUNT;

enum {
    KEYS_MAX_CONTEXTS = 5
};
/* The contexts of a place, the nearest first; KEYS_ANY, which comes last by itself, ends the list. */
struct key_contexts {
    enum key_context at[KEYS_MAX_CONTEXTS];
};

/* What PRESS does there; ACTION_NONE when nothing. */
enum action keys_action(const struct key_contexts *in, int32_t press);
/* Is PRESS a character that text can take? */
bool keys_is_text(int32_t press);
/* The press that NAME ("Ctrl-S", "F2", "n") means; PRESS_NONE for none. */
int32_t keys_press(const char *name);
/* The row's first key as it is called here: that of the table, or the letter of an answer in the language
 * that is spoken ("o" for the yes of French), which the row takes too. */
const char *keys_first(const struct key_row *row);
/* Appends NAME as the bottom line and the help write it: "^S" for "Ctrl-S". */
void keys_put_name(struct buf *out, const char *name);
/* The rows that are bound there, each once: the one at or behind *AT; NULL behind the last. A row whose keys
 * nearer contexts have all taken is left out. */
const struct key_row *keys_next(const struct key_contexts *in, size_t *at);

#endif
