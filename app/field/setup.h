/* A new laptop with its first officer, who becomes its admin: what `init` and the first screen do alike. */
#ifndef ALLUVIA_FIELD_SETUP_H
#define ALLUVIA_FIELD_SETUP_H

#include "app/field/app.h"

struct setup {
    const char *country; /* two letters */
    const char *name;    /* of the laptop; "" for none */
    const char *login;   /* of the first officer; NULL: none */
    const char *full_name;
    const char *pin; /* NULL or "": none */
};

/* Checks everything, then makes the database and opens it for writing as app->store, with the officer signed
 * in. ERR_INVALID: nothing was made; ERR_EXISTS. */
MUST_CHECK enum err setup_make(struct app *app, const struct setup *wanted, struct errctx *e);
/* Makes the first officer of a laptop that is there and has none, and signs the person in. */
MUST_CHECK enum err setup_first_officer(struct app *app, const struct setup *wanted, struct errctx *e);

#endif
