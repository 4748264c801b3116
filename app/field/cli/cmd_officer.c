/* officer pin: setting, changing, clearing and forgetting PINs. The officers themselves are records: ENTITY
 * add and so on. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/secret.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/signin.h"
#include "app/field/store/pins.h"

enum change {
    CHANGE_SET,
    CHANGE_CLEAR,
    CHANGE_RECOVER
};

static enum err read_change(const struct options *o, enum change *out, struct errctx *e)
{
    bool clear = options_has(o, "clear");
    bool recover = options_has(o, "recover");
    if (clear && (recover || options_has(o, "new-pin")))
        return err_fail(e, ERR_USAGE, "%s", _("--clear excludes --new-pin and --recover"));
    *out = clear ? CHANGE_CLEAR : recover ? CHANGE_RECOVER : CHANGE_SET;
    return ERR_OK;
}

static enum err no_admin(void *arg, const struct officer *officer, struct errctx *e)
{
    (void)e;
    bool *any = arg;
    *any = *any || officer->role == ROLE_ADMIN;
    return ERR_OK;
}

/* The way back when nobody is left who could reset it: the account that owns the database may, for an admin.
 */
static enum err check_recovery(struct app *app, const struct officer *whose, struct errctx *e)
{
    struct stat st;
    bool admins = false;
    if (stat(app->db_path, &st) != 0 || st.st_uid != geteuid())
        return err_fail(e, ERR_DENIED, "%s", _("--recover takes the account that the database belongs to"));
    if (officers_each(app->store, no_admin, &admins, e) != ERR_OK)
        return e->kind;
    if (admins && whose->role != ROLE_ADMIN)
        return err_fail(e, ERR_DENIED,
                        _("officer \"%s\": is no admin; an admin of this laptop sets the PIN anew"),
                        whose->login);
    return ERR_OK;
}

static enum err tell(struct app *app, const struct officer *whose, enum change change, struct errctx *e)
{
    struct output *out = app_output(app);
    struct buf line = {0};
    output_begin(out, "pin/1");
    output_put_text(out, "officer", whose->login);
    output_put_text(out, "is", change == CHANGE_CLEAR ? "cleared" : "set");
    buf_printf(&line,
               change == CHANGE_CLEAR ? _("officer %s has no PIN any more") : _("officer %s has a new PIN"),
               whose->login);
    output_line(out, buf_str(&line));
    buf_done(&line);
    enum err result = output_end(out, e);
    output_free(out);
    return result;
}

static enum err apply(struct app *app, const struct officer *whose, enum change change,
                      const char *new_pin_file, struct errctx *e)
{
    char pin[OFFICER_PIN_BYTES + 1] = "";
    char account[ENTRY_AUTHOR_BYTES];
    struct author by = app_program(app);
    enum err result = ERR_OK;
    app_account_name(account);
    if (change != CHANGE_RECOVER)
        result = app_author(app, &by, e);
    if (result == ERR_OK && change != CHANGE_CLEAR)
        result = signin_new_pin(new_pin_file, false, pin, sizeof pin, e);
    if (result == ERR_OK)
        result = pins_set(app->store, whose->id, change == CHANGE_CLEAR ? NULL : pin, &by,
                          change == CHANGE_RECOVER ? account : NULL, e);
    secret_wipe(pin, sizeof pin);
    return result == ERR_OK ? tell(app, whose, change, e) : result;
}

/* Whoever is not named with --as is the one whose PIN it is. */
static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    struct officer whose = {0};
    enum change change = CHANGE_SET;
    const char *login = o->operands[0];
    if (read_change(o, &change, e) != ERR_OK)
        return e->kind;
    enum err result = officers_find(app->store, login, &whose, e);
    if (result == ERR_OK)
        result = change == CHANGE_RECOVER ? check_recovery(app, &whose, e)
                                          : signin_officer(app, app->as ? app->as : login, e);
    if (result == ERR_OK)
        result = apply(app, &whose, change, options_text(o, "new-pin"), e);
    officer_done(&whose);
    return result;
}

static const struct option_spec OPTIONS[] = {
    {"new-pin", "FILE", N_("the new PIN stands in this file's first line; else the terminal asks"), false},
    {"clear", NULL, N_("take the PIN away"), false},
    {"recover", NULL, N_("the only admin forgot: set an admin's PIN by right of the account"), false},
    {0},
};

const struct command CMD_OFFICER_PIN = {
    .words = "officer pin",
    .operands = "LOGIN",
    .summary = N_("set, change or clear the PIN of an officer"),
    .more = N_("4 to 12 digits. One's own, after the old one; an admin resets anybody's: --as ADMIN. Each "
               "change stands "
               "in the journal with who made it, the PIN itself nowhere. When the only admin forgot, the "
               "account that "
               "owns the database may --recover it, and the journal says so."),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .options = OPTIONS,
    .run = run,
};
