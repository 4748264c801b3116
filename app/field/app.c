#include "app/field/app.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/common/i18n.h"
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

struct officers {
    char *login; /* where the found one is kept */
    bool any;
    bool active;
};

static enum err see_officer(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    struct officers *seen = arg;
    seen->any = true;
    seen->active = record_number(&row->record, "active") != 0;
    if (seen->login)
        (void)snprintf(seen->login, ENTRY_AUTHOR_BYTES, "%s", record_text(&row->record, "login"));
    return ERR_OK;
}

static enum err find_officer(struct app *app, const char *login, struct officers *out, struct errctx *e)
{
    struct store_filter filter = {.limit = 1};
    if (login) {
        filter.where[0].field = entity_field(&ENTITIES[ENTITY_OFFICER], "login");
        filter.where[0].text = login;
        filter.where_count = 1;
    }
    *out = (struct officers){.login = login ? app->login : NULL};
    return store_list(app->store, ENTITY_OFFICER, &filter, see_officer, out, e);
}

enum err app_author(struct app *app, struct author *out, struct errctx *e)
{
    struct officers any;
    struct officers found;
    char account[ENTRY_AUTHOR_BYTES];
    app_account_name(account);
    const char *login = app->as ? app->as : account;
    *out = (struct author){.login = app->login, .now = app->now};
    if (find_officer(app, NULL, &any, e) != ERR_OK)
        return e->kind;
    if (!any.any) {
        if (app->as)
            return err_fail(e, ERR_DENIED, _("--as \"%s\": no officer is registered yet (%s officer add)"),
                            app->as, APP_NAME);
        (void)snprintf(app->login, sizeof app->login, "%s", account);
        return ERR_OK;
    }
    if (find_officer(app, login, &found, e) != ERR_OK)
        return e->kind;
    if (!found.any)
        return err_fail(e, ERR_DENIED, _("\"%s\" is no officer's login; say who you are with --as LOGIN"),
                        login);
    if (!found.active)
        return err_fail(e, ERR_DENIED, _("officer \"%s\" is not active"), login);
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
