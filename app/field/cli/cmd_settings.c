/* settings: what this laptop's screens and commands are set to. */
#include <string.h>

#include "app/common/i18n.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/store/settings.h"

static enum err change(struct app *app, const struct options *o, struct errctx *e)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        const char *text = options_text(o, SETTINGS[i].name);
        if (text && setting_set(app->store, (enum setting)i, text, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

static enum err tell(struct app *app, struct errctx *e)
{
    struct output *out = app_output(app);
    struct buf line = {0};
    enum err result = ERR_OK;
    output_begin(out, "settings/1");
    for (int i = 0; i < SETTING_COUNT && result == ERR_OK; i++) {
        char value[SETTING_BYTES];
        result = setting_get(app->store, (enum setting)i, value, e);
        if (result != ERR_OK)
            break;
        buf_clear(&line);
        buf_printf(&line, "%-14s %s", SETTINGS[i].name, value);
        output_put_text(out, SETTINGS[i].name, value);
        output_line(out, buf_str(&line));
    }
    if (result == ERR_OK)
        result = output_end(out, e);
    output_free(out);
    buf_done(&line);
    return result;
}

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    return change(app, o, e) == ERR_OK ? tell(app, e) : e->kind;
}

static const struct option_spec OPTIONS[] = {
#define SETTING(id, name, label, value, help, choices, fallback, least) {name, value, help, false},
#include "app/field/store/settings.def"
#undef SETTING
    {0},
};

const struct command CMD_SETTINGS = {
    .words = "settings",
    .operands = "",
    .summary = N_("show or change the settings of this laptop"),
    .more = N_("They stay on this laptop. --lang and the environment come before the language of commands."),
    .opens = OPENS_WRITE,
    .options = OPTIONS,
    .run = run,
};
