#include "app/common/i18n.h"
#include "app/registry/app.h"
#include "app/registry/store/review.h"

static enum err cmd_staff_add(struct app *app, const struct options *o, struct errctx *e)
{
    const char *name = options_text(o, "name");
    if (!name)
        return err_fail(e, ERR_USAGE, _("staff add needs --name"));
    return registry_store_staff_put(app->store, app->as, o->operands[0], name, true, app->now, e);
}

static const struct option_spec ADD_OPTIONS[] = {
    {"name", "TEXT", N_("the person's name"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_STAFF_ADD = {
    .words = "staff add",
    .operands = "LOGIN",
    .summary = N_("make an account, or open a closed one again"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .options = ADD_OPTIONS,
    .run = cmd_staff_add,
};

static const struct column STAFF_COLUMNS[] = {
    {"login", "login", N_("Login"), COLUMN_TEXT, 0},
    {"name", "name", N_("Name"), COLUMN_TEXT, 0},
    {"state", "state", N_("State"), COLUMN_TEXT, 0},
};
enum {
    STAFF_COLUMN_COUNT = sizeof STAFF_COLUMNS / sizeof STAFF_COLUMNS[0]
};

static enum err put_staff(void *arg, const struct staff *staff, struct errctx *e)
{
    (void)e;
    struct app *app = arg;
    const struct cell cells[STAFF_COLUMN_COUNT] = {
        {true, 0, staff->login}, {true, 0, staff->name}, {true, 0, staff->active ? "active" : "closed"}};
    output_row(app->out, cells);
    return ERR_OK;
}

static enum err cmd_staff_list(struct app *app, const struct options *o, struct errctx *e)
{
    (void)o;
    output_begin(app->out, "staff/1");
    output_rows(app->out, "staff", STAFF_COLUMNS, STAFF_COLUMN_COUNT);
    if (registry_store_staff(app->store, put_staff, app, e) != ERR_OK)
        return e->kind;
    output_rows_end(app->out);
    return output_end(app->out, e);
}

const struct command COMMAND_STAFF_LIST = {
    .words = "staff list",
    .operands = "",
    .summary = N_("the accounts of the ministry"),
    .opens = OPENS_READ,
    .run = cmd_staff_list,
};

static enum err cmd_staff_close(struct app *app, const struct options *o, struct errctx *e)
{
    return registry_store_staff_put(app->store, app->as, o->operands[0], NULL, false, app->now, e);
}

const struct command COMMAND_STAFF_CLOSE = {
    .words = "staff close",
    .operands = "LOGIN",
    .summary = N_("an account decides no more; what it decided stays"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .run = cmd_staff_close,
};
