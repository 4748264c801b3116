#include "app/field/store/settings.h"

#include <stdio.h>
#include <string.h>

#include "app/field/store/inside.h"
#include "schema/base/decimal.h"
#include "schema/base/words.h"

enum {
    MINUTE_MS = 60 * 1000,
    MINUTE_SCALE = 2,
    LEAST_IDLE = 1,        /* hundredths of a minute */
    MOST_IDLE = 240 * 100, /* half a working day: longer is no lock */
};

/* The programs translate label and help where they show them. */
const struct setting_spec SETTINGS[SETTING_COUNT] = {
#define SETTING(id, name, label, value, help, choices, fallback, least)                                      \
    [SETTING_##id] = {name, label, help, choices, fallback, least},
#include "app/field/store/settings.def"
#undef SETTING
};

enum err setting_get(struct store *s, enum setting which, char out[SETTING_BYTES], struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, "SELECT value FROM setting WHERE name = :name", &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":name", SETTINGS[which].name);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK)
        (void)snprintf(out, SETTING_BYTES, "%s", row ? stmt_text(stmt, 0) : SETTINGS[which].fallback);
    stmt_done(stmt);
    return result;
}

static bool is_choice(const char *choices, const char *text)
{
    size_t len = 0;
    for (const char *at = names_next(choices, &len); at; at = names_next(at + len, &len)) {
        if (strlen(text) == len && strncmp(at, text, len) == 0)
            return true;
    }
    return false;
}

static enum err check(const struct setting_spec *spec, const char *text, struct errctx *e)
{
    int64_t hundredths = 0;
    if (spec->choices)
        return is_choice(spec->choices, text) ? ERR_OK
                                              : err_fail(e, ERR_INVALID, "%s \"%s\": is not one of: %s",
                                                         spec->name, text, spec->choices);
    if (strlen(text) >= SETTING_BYTES || decimal_parse(text, MINUTE_SCALE, &hundredths, e) != ERR_OK ||
        hundredths < LEAST_IDLE || hundredths > MOST_IDLE)
        return err_fail(e, ERR_INVALID, "%s \"%s\": is not from 0.01 to %d", spec->name, text,
                        MOST_IDLE / 100);
    return ERR_OK;
}

enum err setting_set(struct store *s, enum setting which, const char *text, struct errctx *e)
{
    static const char sql[] = "INSERT INTO setting (name, value) VALUES (:name, :value) "
                              "ON CONFLICT (name) DO UPDATE SET value = :value";
    struct stmt *stmt = NULL;
    const struct setting_spec *spec = &SETTINGS[which];
    if (check(spec, text, e) != ERR_OK)
        return e->kind;
    if (store_may(s, spec->least, e) != ERR_OK)
        return err_wrap(e, "%s", spec->name);
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":name", spec->name);
    stmt_bind_text(stmt, ":value", text);
    return stmt_run(stmt, e);
}

enum err setting_idle_ms(struct store *s, int64_t *out, struct errctx *e)
{
    char text[SETTING_BYTES];
    if (setting_get(s, SETTING_IDLE_MINUTES, text, e) != ERR_OK ||
        decimal_parse(text, MINUTE_SCALE, out, e) != ERR_OK)
        return e->kind;
    *out = *out * MINUTE_MS / 100;
    return ERR_OK;
}
