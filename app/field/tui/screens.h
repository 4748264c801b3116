/* The screens, each in a file of its name, and what their open functions take. */
#ifndef ALLUVIA_TUI_SCREENS_H
#define ALLUVIA_TUI_SCREENS_H

#include "app/field/tui/ui.h"

extern const struct screen SCREEN_TODAY;   /* NULL */
extern const struct screen SCREEN_HELP;    /* const struct key_contexts */
extern const struct screen SCREEN_LIST;    /* const struct entity */
extern const struct screen SCREEN_FORM;    /* struct form_args */
extern const struct screen SCREEN_HISTORY; /* struct form_args */
extern const struct screen SCREEN_SHEET;   /* const int32_t: the day; NULL for today */

extern const struct screen SCREEN_CARE;   /* NULL */
extern const struct screen SCREEN_INBOX;  /* NULL */
extern const struct screen SCREEN_REPORT; /* NULL */
extern const struct screen SCREEN_SYNC;
extern const struct screen SCREEN_SETTINGS;      /* NULL */
extern const struct screen SCREEN_PIN;           /* const int64_t: the officer */
extern const struct screen SCREEN_FIRST_OFFICER; /* NULL */
extern const struct screen SCREEN_ENROL;         /* NULL */

struct form_args {
    enum entity_id of;
    int64_t id;        /* 0: a new record */
    const char *draft; /* to go on with; NULL without one */
    const char *place; /* and where it is kept */
    const char *field; /* to begin at; NULL for the first */
};

/* Opens the forms that the last run left unfinished. */
void form_screen_restore(struct ui *ui);
/* Opens the day sheet that has unsaved rows. */
void sheet_screen_restore(struct ui *ui);

#endif
