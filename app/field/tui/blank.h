/*
 * A small form whose fields are no record's: a few lines to fill in, one of a few choices, or a secret that
 * shows as stars. Its keys are those of forms (KEYS_FORM, KEYS_FIELDS, KEYS_TEXT); what the lines mean is the
 * screen's business.
 */
#ifndef ALLUVIA_TUI_BLANK_H
#define ALLUVIA_TUI_BLANK_H

#include "app/field/tui/lineedit.h"
#include "app/field/tui/ui.h"

enum {
    BLANK_SECRET_BYTES = 20,
    BLANK_MAX_FIELDS = 8
};

struct blank_field {
    const char *label;   /* English; translated where it is drawn */
    const char *help;    /* likewise */
    const char *choices; /* joined by ',': Space goes on to the next one; NULL: it is typed */
    bool secret;
    struct lineedit line;
    char hidden[BLANK_SECRET_BYTES]; /* what a secret field holds; wiped */
    char *error;                     /* beside the field; owned */
};

struct blank {
    struct blank_field fields[BLANK_MAX_FIELDS];
    int count;
    int focus;
};

void blank_done(struct blank *b);
struct blank_field *blank_add(struct blank *b, const char *label, const char *help);
/* What a field holds, a secret too. */
const char *blank_text(const struct blank *b, int field);
/* Writes WORDS from ROW on, over as many lines as they take; returns the row behind. */
int blank_words(struct ui *ui, int row, enum meaning as, const char *words);
/* Draws from ROW on; returns the row behind. */
int blank_draw(struct ui *ui, const struct blank *b, int row);
/* Moves, types and erases; false: the key is the screen's. */
bool blank_key(struct blank *b, enum action action, int32_t press);
/* Puts words beside a field and the focus on it; forgets all of them. */
void blank_blame(struct blank *b, int field, const char *words);
void blank_forgive(struct blank *b);

#endif
