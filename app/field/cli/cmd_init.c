#include <stdio.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/secret.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/setup.h"
#include "app/field/signin.h"
#include "app/field/store/pins.h"

static const struct option_spec OPTIONS[] = {
    {"country", "CC", N_("country profile: two letters, or XX for a neutral one"), false},
    {"name", "TEXT", N_("what to call this laptop, for example its office and number"), false},
    {"officer", "LOGIN", N_("the first officer, who becomes the admin of this laptop"), false},
    {"officer_name", "TEXT", N_("the officer's full name"), false},
    {"new-pin", "FILE", N_("the officer's PIN stands in this file's first line; else a terminal asks"),
     false},
    {0},
};

enum {
    ANSWER_BYTES = 256
};

/* An answer on the terminal; empty when there is nobody to ask. */
static void ask(const char *question, char out[ANSWER_BYTES])
{
    out[0] = '\0';
    if (!secret_can_ask())
        return;
    fprintf(stderr, "%s ", question);
    (void)fflush(stderr);
    if (!fgets(out, ANSWER_BYTES, stdin))
        out[0] = '\0';
    out[strcspn(out, "\n")] = '\0';
}

static enum err tell(struct app *app, const char *country, struct errctx *e)
{
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
    enum err result = output_end(out, e);
    output_free(out);
    return result;
}

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    char login[ANSWER_BYTES];
    char full_name[ANSWER_BYTES];
    char pin[OFFICER_PIN_BYTES + 1] = "";
    const char *name = options_text(o, "name");
    struct setup wanted = {.country = options_text(o, "country"),
                           .name = name ? name : "",
                           .login = options_text(o, "officer"),
                           .full_name = options_text(o, "officer_name"),
                           .pin = pin};
    if (!wanted.country)
        return err_fail(e, ERR_USAGE, _("which country? %s init --country CC"), APP_NAME);
    if (!wanted.login && (wanted.full_name || options_has(o, "new-pin")))
        return err_fail(e, ERR_USAGE, "%s",
                        _("--officer_name and --new-pin are of the officer that --officer names"));
    if (!wanted.login) {
        ask(_("Login of the first officer, the admin of this laptop (Enter: none):"), login);
        wanted.login = login[0] ? login : NULL;
    }
    if (wanted.login && !wanted.full_name) {
        ask(_("Full name:"), full_name);
        wanted.full_name = full_name;
    }
    enum err result = ERR_OK;
    if (wanted.login)
        result = signin_new_pin(options_text(o, "new-pin"), true, pin, sizeof pin, e);
    if (result == ERR_OK)
        result = setup_make(app, &wanted, e);
    secret_wipe(pin, sizeof pin);
    return result == ERR_OK ? tell(app, wanted.country, e) : result;
}

const struct command CMD_INIT = {
    .words = "init",
    .operands = "--country CC",
    .summary = N_("make this laptop's database and signing key"),
    .more = N_(
        "The key lies beside the database, readable by you alone. A database that is there already is never "
        "touched. On a terminal it asks for the first officer, who becomes the admin."),
    .opens = OPENS_NOTHING,
    .options = OPTIONS,
    .run = run,
};
