#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/message.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "schema/base/file.h"
#include "schema/base/text.h"

static const struct option_spec OPTIONS[] = {
    {"country", "CC", N_("country profile: two letters, or XX for a neutral one"), false},
    {"name", "TEXT", N_("what to call this laptop, for example its office and number"), false},
    {0},
};

static enum err check_country(const char *country, struct errctx *e)
{
    struct buf known = {0};
    for (const char *const *at = codes_profiles(); *at; at++) {
        if (strcmp(*at, country) == 0) {
            buf_done(&known);
            return ERR_OK;
        }
        buf_printf(&known, "%s%s", known.len ? ", " : "", *at);
    }
    (void)err_fail(e, ERR_INVALID, _("country \"%s\": is not one of: %s"), country, buf_str(&known));
    buf_done(&known);
    return e->kind;
}

/* The folder of the database, made when it is not there. */
static enum err make_folder(const char *path, struct errctx *e)
{
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return ERR_OK;
    char *folder = str_dup_len(path, (size_t)(slash - path));
    enum err result = file_make_dirs(folder, e);
    free(folder);
    return result;
}

static enum err make(struct app *app, const char *country, const char *name, struct errctx *e)
{
    char account[ENTRY_AUTHOR_BYTES];
    app_account_name(account);
    struct author by = {.login = account, .now = app->now};
    if (make_folder(app->db_path, e) != ERR_OK)
        return e->kind;
    return store_create(app->db_path, country, name, false, &by, e);
}

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    const char *country = options_text(o, "country");
    const char *name = options_text(o, "name");
    if (!country)
        return err_fail(e, ERR_USAGE, _("which country? %s init --country CC"), APP_NAME);
    struct buf clean = {0};
    enum err result = check_country(country, e);
    if (result == ERR_OK && text_clean(&clean, name ? name : "", false, 80, e) != ERR_OK)
        result = err_wrap(e, "name \"%s\"", name);
    if (result == ERR_OK)
        result = make(app, country, buf_str(&clean), e);
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
