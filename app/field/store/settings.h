/*
 * Settings of this laptop, in its database and nowhere else. One table describes them: the command, the
 * screen and the documents are made from it.
 */
#ifndef ALLUVIA_FIELD_SETTINGS_H
#define ALLUVIA_FIELD_SETTINGS_H

#include "app/field/store/officers.h"

enum setting {
#define SETTING(id, name, label, value, help, choices, fallback, least) SETTING_##id,
#include "app/field/store/settings.def"
#undef SETTING
    SETTING_COUNT
};

struct setting_spec {
    const char *name;  /* flag and name in the table */
    const char *label; /* English; translated by the programs */
    const char *help;
    const char *choices;  /* joined by ','; NULL for minutes */
    const char *fallback; /* one of the choices, or minutes */
    enum officer_role least;
};

extern const struct setting_spec SETTINGS[SETTING_COUNT];

enum {
    SETTING_BYTES = 24
};

/* The value that holds: as set, else the fallback. */
MUST_CHECK enum err setting_get(struct store *s, enum setting which, char out[SETTING_BYTES],
                                struct errctx *e);
/* ERR_INVALID names setting, value and what is allowed; ERR_DENIED. */
MUST_CHECK enum err setting_set(struct store *s, enum setting which, const char *text, struct errctx *e);
/* SETTING_IDLE_MINUTES in milliseconds. */
MUST_CHECK enum err setting_idle_ms(struct store *s, int64_t *out, struct errctx *e);

#endif
