#include "app/field/signin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/secret.h"
#include "app/field/permission.h"
#include "app/field/store/pins.h"

enum {
    TYPED_BYTES =
        OFFICER_PIN_BYTES + 20 /* more than a PIN has, so that a longer one is told from a wrong one */
};

static enum err get_pin(const struct officer *officer, char out[TYPED_BYTES], struct errctx *e)
{
    char prompt[160];
    const char *file = getenv("ALLUVIA_PIN_FILE");
    if (file && *file)
        return secret_read(file, out, TYPED_BYTES, e) == ERR_OK ? ERR_OK : err_wrap(e, "ALLUVIA_PIN_FILE");
    if (!secret_can_ask())
        return err_fail(
            e, ERR_DENIED,
            _("officer \"%s\" has a PIN: no terminal is there to ask for it, and ALLUVIA_PIN_FILE "
              "names no file"),
            officer->login);
    (void)snprintf(prompt, sizeof prompt, _("PIN of %s:"), officer->login);
    return secret_ask(prompt, out, TYPED_BYTES, e) == ERR_OK ? ERR_OK : err_wrap(e, "PIN");
}

/* A try is counted; a command that only reads has to open the database once more for that. */
static enum err judge_pin(struct app *app, const struct officer *officer, const char *pin, struct errctx *e)
{
    struct store *counting = NULL;
    struct errctx unread;
    int64_t wait_s = 0;
    const struct pin_clock now = pin_clock_now();
    if (!app->writes && store_open(app->db_path, STORE_WRITE, &counting, &unread) != ERR_OK)
        counting = NULL;
    enum err result = pins_try(counting ? counting : app->store, officer, pin, &now, &wait_s, e);
    store_close(counting);
    if (result == ERR_DENIED && wait_s > 0)
        result =
            err_fail(e, ERR_DENIED, _("officer \"%s\": that is not the PIN; the next try has to wait %d s"),
                     officer->login, (int)wait_s);
    return result;
}

static enum err prove(struct app *app, const struct officer *officer, struct errctx *e)
{
    char pin[TYPED_BYTES] = "";
    const char *pass = getenv(PIN_PASS_NAME);
    if (!officer->has_pin || (pass && pins_pass_holds(app->store, officer->login, pass)))
        return ERR_OK;
    enum err result = get_pin(officer, pin, e);
    if (result == ERR_OK)
        result = judge_pin(app, officer, pin, e);
    secret_wipe(pin, sizeof pin);
    return result;
}

enum err signin_officer(struct app *app, const char *login, struct errctx *e)
{
    struct officer officer;
    enum err result = officers_find(app->store, login, &officer, e);
    if (result == ERR_NOT_FOUND)
        return err_fail(e, ERR_DENIED, _("\"%s\" is no officer's login; say who you are with --as LOGIN"),
                        login);
    if (result == ERR_OK && !officer.active)
        result = err_fail(e, ERR_DENIED, _("officer \"%s\" is not active"), login);
    if (result == ERR_OK)
        result = prove(app, &officer, e);
    if (result == ERR_OK)
        result = store_sign_in(app->store, &officer, e);
    officer_done(&officer);
    return result;
}

/* Without --as the account's name may be an officer's login; where nobody has a PIN it need not. */
static enum err signin_account(struct app *app, struct errctx *e)
{
    struct officer officer;
    bool guarded = false;
    char account[ENTRY_AUTHOR_BYTES];
    app_account_name(account);
    if (pins_guarded(app->store, &guarded, e) != ERR_OK)
        return e->kind;
    if (guarded)
        return signin_officer(app, account, e);
    enum err result = officers_find(app->store, account, &officer, e);
    if (result == ERR_OK && officer.active)
        result = store_sign_in(app->store, &officer, e);
    officer_done(&officer);
    return result == ERR_NOT_FOUND ? ERR_OK : result;
}

enum err signin_for_command(struct app *app, const struct command_line *line, struct errctx *e)
{
    static const enum officer_role least[] = {
        [MAY_COOPERATIVE] = ROLE_COOPERATIVE, [MAY_OFFICER] = ROLE_OFFICER, [MAY_ADMIN] = ROLE_ADMIN};
    enum permission may = permission_of(line->command->words, &line->options);
    bool any = false;
    if (may == MAY_ANYBODY)
        return ERR_OK;
    if (officers_any(app->store, &any, e) != ERR_OK)
        return e->kind;
    if (!any)
        return ERR_OK; /* app_author has the words for --as without officers */
    if ((app->as ? signin_officer(app, app->as, e) : signin_account(app, e)) != ERR_OK)
        return e->kind;
    return store_may(app->store, least[may], e);
}

enum err signin_for_screens(struct app *app, struct errctx *e)
{
    bool any = false;
    bool guarded = false;
    if (officers_any(app->store, &any, e) != ERR_OK || pins_guarded(app->store, &guarded, e) != ERR_OK)
        return e->kind;
    if (guarded || !any)
        return ERR_OK;
    return app->as ? signin_officer(app, app->as, e) : signin_account(app, e);
}

enum err signin_new_pin(const char *file, bool may_be_none, char *out, size_t size, struct errctx *e)
{
    char again[TYPED_BYTES] = "";
    enum err result = ERR_OK;
    *out = '\0';
    if (file)
        result = secret_read(file, out, size, e);
    else if (secret_can_ask())
        result = secret_ask(may_be_none ? _("New PIN (Enter: none):") : _("New PIN:"), out, size, e);
    else if (!may_be_none)
        result = err_fail(e, ERR_USAGE, _("no terminal is there to ask for the new PIN: use --new-pin FILE"));
    if (result != ERR_OK || (may_be_none && !*out))
        return result;
    if (pin_check(out, e) != ERR_OK)
        return e->kind;
    if (!file)
        result = secret_ask(_("Once more:"), again, sizeof again, e);
    if (result == ERR_OK && !file && strcmp(out, again) != 0)
        result = err_fail(e, ERR_INVALID, "%s", _("PIN: the two are not the same; nothing was changed"));
    secret_wipe(again, sizeof again);
    return result;
}
