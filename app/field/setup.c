#include "app/field/setup.h"

#include <string.h>

#include "app/common/i18n.h"
#include "app/field/store/pins.h"
#include "schema/base/text.h"

enum {
    NAME_CHARS = 80
};

static enum err fill_officer(struct record *r, const struct setup *wanted, const struct reader *reader,
                             struct errctx *e)
{
    const char *const values[][2] = {{"login", wanted->login},
                                     {"full_name", wanted->full_name ? wanted->full_name : ""},
                                     {"role", "admin"}};
    record_init(r, &ENTITIES[ENTITY_OFFICER]);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        int field = entity_field(r->of, values[i][0]);
        if (record_set_typed(r, field, values[i][1], reader, e) != ERR_OK)
            return e->kind;
        if (r->values[field].state != VALUE_SET)
            return err_fail(e, ERR_INVALID, _("%s: must be given"), values[i][0]);
    }
    return record_fill(r, reader, e);
}

/* What can be known before there is a database, so that none is made for a mistyped login. */
static enum err check(const struct app *app, const struct setup *wanted, struct errctx *e)
{
    struct codes *codes = NULL;
    struct record r;
    if (codes_new(wanted->country, &codes, e) != ERR_OK)
        return e->kind;
    const struct reader reader = {.codes = codes, .today = app_today(app)};
    enum err result = ERR_OK;
    if (wanted->login) {
        result = fill_officer(&r, wanted, &reader, e);
        record_done(&r);
    }
    if (result == ERR_OK && wanted->pin && *wanted->pin)
        result = pin_check(wanted->pin, e);
    codes_free(codes);
    return result;
}

enum err setup_first_officer(struct app *app, const struct setup *wanted, struct errctx *e)
{
    struct record r;
    struct findings found = {0};
    struct officer officer = {0};
    char account[ENTRY_AUTHOR_BYTES];
    int64_t id = 0;
    app_account_name(account);
    const struct author by = {.login = account, .now = app->now};
    struct reader reader = store_reader(app->store, app_today(app));
    enum err result = fill_officer(&r, wanted, &reader, e);
    if (result == ERR_OK && wanted->pin && *wanted->pin)
        result = pin_check(wanted->pin, e);
    if (result == ERR_OK)
        result = store_add(app->store, &r, &by, NULL, &found, &id, e);
    if (result == ERR_OK)
        result = officers_find(app->store, wanted->login, &officer, e);
    if (result == ERR_OK)
        result = store_sign_in(app->store, &officer, e);
    if (result == ERR_OK && wanted->pin && *wanted->pin) {
        const struct author self = {.login = officer.login, .now = app->now};
        result = pins_set(app->store, id, wanted->pin, &self, NULL, e);
    }
    officer_done(&officer);
    findings_done(&found);
    record_done(&r);
    return result;
}

enum err setup_make(struct app *app, const struct setup *wanted, struct errctx *e)
{
    char account[ENTRY_AUTHOR_BYTES];
    struct buf name = {0};
    app_account_name(account);
    const struct author by = {.login = account, .now = app->now};
    enum err result = check(app, wanted, e);
    if (result == ERR_OK && text_clean(&name, wanted->name, false, NAME_CHARS, e) != ERR_OK)
        result = err_wrap(e, "name \"%s\"", wanted->name);
    if (result == ERR_OK)
        result = app_create(app, wanted->country, buf_str(&name), false, &by, e);
    if (result == ERR_OK)
        result = store_open(app->db_path, STORE_WRITE, &app->store, e);
    app->writes = result == ERR_OK;
    if (result == ERR_OK && wanted->login)
        result = setup_first_officer(app, wanted, e);
    buf_done(&name);
    return result;
}
