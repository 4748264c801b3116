/* Choosing from a list that narrows as one types, in a box over the screen. */
#ifndef ALLUVIA_TUI_PICKER_H
#define ALLUVIA_TUI_PICKER_H

#include "app/field/tui/ui.h"

/* A code of the field's list; *OUT is the code (borrowed from the list). False: nothing was chosen. */
bool picker_code(struct ui *ui, const struct field *f, const char *current, const char **out);
/* Codes of a set, joined by ','; SET holds those that are marked, and gets the result. */
bool picker_set(struct ui *ui, const struct field *f, struct buf *set);
/* One of COUNT translated words; *OUT_AT is its place. */
bool picker_word(struct ui *ui, const char *title, const char *const *words, int count, int *out_at);
/* A record, looked for as lists do; SEARCH is what was typed already. */
bool picker_record(struct ui *ui, enum entity_id of, const char *title, const char *search, int64_t *out_id);

#endif
