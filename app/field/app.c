#include "app/field/app.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/field/store/settings.h"
#include "schema/base/date.h"
#include "schema/base/file.h"
#include "schema/base/text.h"

int32_t app_today(const struct app *app)
{
    time_t now = (time_t)app->now;
    struct tm local;
    if (!localtime_r(&now, &local))
        return date_of_instant(app->now);
    return date_to_days((struct date){local.tm_year + 1900, local.tm_mon + 1, local.tm_mday});
}

void app_account_name(char out[ENTRY_AUTHOR_BYTES])
{
    const struct passwd *account = getpwuid(geteuid());
    struct buf name = {0};
    struct errctx e;
    /* A name that no entry could hold, or none at all. */
    if (!account || text_clean(&name, account->pw_name, false, ENTRY_AUTHOR_BYTES / 4 - 1, &e) != ERR_OK ||
        name.len == 0) {
        buf_clear(&name);
        buf_printf(&name, "uid%ld", (long)geteuid());
    }
    (void)snprintf(out, ENTRY_AUTHOR_BYTES, "%s", buf_str(&name));
    buf_done(&name);
}

enum err app_author(struct app *app, struct author *out, struct errctx *e)
{
    bool any = false;
    const struct officer *who = store_signed_in(app->store);
    *out = (struct author){.login = app->login, .now = app->now};
    app_account_name(app->login);
    if (who->id) {
        (void)snprintf(app->login, sizeof app->login, "%s", who->login);
        return ERR_OK;
    }
    if (officers_any(app->store, &any, e) != ERR_OK)
        return e->kind;
    if (any)
        return err_fail(e, ERR_DENIED, _("\"%s\" is no officer's login; say who you are with --as LOGIN"),
                        app->as ? app->as : app->login);
    if (app->as)
        return err_fail(e, ERR_DENIED, _("--as \"%s\": no officer is registered yet (%s officer add)"),
                        app->as, APP_NAME);
    return ERR_OK;
}

struct author app_program(const struct app *app)
{
    return (struct author){.login = "-", .now = app->now};
}

enum err app_create(struct app *app, const char *country, const char *name, bool training,
                    const struct author *by, struct errctx *e)
{
    return store_create(app->db_path, country, name, training, by, e);
}

void app_keep_language(struct app *app)
{
    struct errctx e;
    char kept[SETTING_BYTES];
    if (setting_get(app->store, SETTING_LANGUAGE, kept, &e) != ERR_OK)
        return;
    language_keep(app->lang_given, kept, &app->lang);
    app->mark = language_mark(app->lang);
}

struct output *app_output(const struct app *app)
{
    return output_new(stdout, app->form, app->mark);
}

enum err app_find(struct app *app, enum entity_id of, const char *text, int64_t *out, struct errctx *e)
{
    struct reader reader = store_reader(app->store, app_today(app));
    enum err result =
        ident_has_shape(text) ? ident_parse(text, out, e) : reader.resolve(reader.arg, of, text, out, e);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "%s \"%s\"", ENTITIES[of].name, text);
}
