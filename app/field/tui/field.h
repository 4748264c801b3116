/*
 * One field of a record between its stored value and the line that a person edits: codes stand there by their
 * labels, references by the record's name and id, numbers with the language's decimal mark. Knows neither
 * focus nor curses.
 */
#ifndef ALLUVIA_TUI_FIELD_H
#define ALLUVIA_TUI_FIELD_H

#include "schema/record/record.h"

/* What fields ask of the world around them. */
struct field_world {
    struct reader reader;
    enum lang lang;
    char mark; /* decimal mark */
    /* Appends what people call a record; nothing when there is none. May be NULL. */
    void (*title)(void *arg, enum entity_id of, int64_t id, struct buf *out);
    void *arg;
};

/* Appends the value as it is edited; nothing when there is none. */
void field_show(struct buf *out, const struct record *r, int field, const struct field_world *world);
/*
 * Reads what was typed into the record; empty text leaves the field absent. Codes are understood by code, by
 * label and by the beginning of a label that only one has. ERR_INVALID with the rule alone as words.
 */
MUST_CHECK enum err field_read(struct record *r, int field, const char *text, const struct field_world *world,
                               struct errctx *e);
/* May this character be typed into such a field? */
bool field_accepts(const struct field *f, int32_t point);
/* Most code points that a line for it takes. */
size_t field_max_chars(const struct field *f);
/* Appends what a rule or a field check found, in the reader's language; fields, which commands name by their
 * flags ("diamond_ct 12"), by their labels. */
void field_say(struct buf *out, const struct entity *of, const char *found);
/* The label of a code of the field's list; the code itself when it is not in the list. */
const char *field_label(const struct field *f, const char *code, const struct field_world *world);

#endif
