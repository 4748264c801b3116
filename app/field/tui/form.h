/*
 * A form: the fields of one record, new or loaded, a line to edit for each, and where the focus is. It edits
 * a copy; what is saved is taken out with form_change. A field is read when it is left, and what is wrong
 * with it stands beside it in words. Knows no curses and no database.
 */
#ifndef ALLUVIA_TUI_FORM_H
#define ALLUVIA_TUI_FORM_H

#include "app/field/tui/field.h"
#include "app/field/tui/lineedit.h"
#include "schema/record/rows.h"
#include "schema/record/rules.h"

struct form_field {
    struct lineedit line;
    bool typed;  /* the line says something that the record does not yet */
    char *error; /* NULL without one; owned */
};

struct form {
    const struct entity *of;
    const struct field_world *world; /* borrowed */
    int64_t id;                      /* 0: a new record */
    int64_t version;                 /* that was loaded */
    struct record before;
    struct record record; /* the copy, as far as it was read */
    struct form_field fields[ENTITY_MAX_FIELDS];
    int focus;
};

/* A new record; what has a constant default shows it. */
void form_init(struct form *f, const struct entity *of, const struct field_world *world);
/* The record ROW, to be amended. */
void form_load(struct form *f, const struct row *row, const struct field_world *world);
void form_done(struct form *f);

/* Types PRESS into the focused field; false when the field does not take it. */
bool form_type(struct form *f, int32_t press);
/* Does an action of KEYS_TEXT there. */
enum line_change form_edit(struct form *f, enum action action);
/* Puts TEXT into a field as if it were typed, and reads it. */
bool form_put(struct form *f, int field, const char *text);
/* Puts back what the focused field held before. */
void form_restore(struct form *f);

/* Reads the focused field; false when it is wrong. */
bool form_leave(struct form *f);
/* Leaves the field, be it right or wrong, and goes BY fields on; stops at the ends. False when it was wrong.
 */
bool form_move(struct form *f, int by);
/* Must FIELD be given, as the record stands? */
bool form_needs(const struct form *f, int field);

/* Reads everything and demands what is required; the focus goes to the first field that is wrong. */
bool form_check(struct form *f);
/* Puts the findings of LEVEL beside their fields and goes to the first; false when there are none. */
bool form_blame(struct form *f, const struct findings *found, enum level level);
bool form_is_changed(const struct form *f);
/* A new record whole, or the fields that changed; the caller frees with record_done. */
void form_change(const struct form *f, struct record *out);

/* Appends what was typed as JSON, for a draft; and takes it into a form that was made for the same record. */
void form_write_draft(const struct form *f, struct buf *out);
MUST_CHECK enum err form_read_draft(struct form *f, const char *draft, struct errctx *e);
/* Which record a draft is of. */
MUST_CHECK enum err form_draft_of(const char *draft, enum entity_id *out_of, int64_t *out_id,
                                  struct errctx *e);

#endif
