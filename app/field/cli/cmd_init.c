#include "app/common/i18n.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "schema/base/text.h"

static const struct option_spec OPTIONS[] = {
    {"country", "CC", N_("country profile: two letters, or XX for a neutral one"), false},
    {"name", "TEXT", N_("what to call this laptop, for example its office and number"), false},
    {0},
};

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    const char *country = options_text(o, "country");
    const char *name = options_text(o, "name");
    if (!country)
        return err_fail(e, ERR_USAGE, _("which country? %s init --country CC"), APP_NAME);
    char account[ENTRY_AUTHOR_BYTES];
    app_account_name(account);
    struct buf clean = {0};
    enum err result = ERR_OK;
    if (text_clean(&clean, name ? name : "", false, 80, e) != ERR_OK)
        result = err_wrap(e, "name \"%s\"", name);
    struct author by = {.login = account, .now = app->now};
    if (result == ERR_OK)
        result = app_create(app, country, buf_str(&clean), false, &by, e);
    buf_done(&clean);
    if (result != ERR_OK || store_open(app->db_path, STORE_READ, &app->store, e) != ERR_OK)
        return e->kind;
    struct output *out = app_output(app);
    struct buf line = {0};
    buf_printf(&line, _("device %s, country %s, in %s"), store_device(app->store)->code, country,
               app->db_path);
    output_begin(out, "init/1");
    output_put_text(out, "device", store_device(app->store)->code);
    output_put_text(out, "country", country);
    output_put_text(out, "db", app->db_path);
    output_line(out, buf_str(&line));
    buf_done(&line);
    result = output_end(out, e);
    output_free(out);
    return result;
}

const struct command CMD_INIT = {
    .words = "init",
    .operands = "--country CC",
    .summary = N_("make this laptop's database and signing key"),
    .more = N_(
        "The key lies beside the database, readable by you alone. A database that is there already is never "
        "touched."),
    .opens = OPENS_NOTHING,
    .options = OPTIONS,
    .run = run,
};
