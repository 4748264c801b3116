/* The settings of this laptop, a line each as settings.def describes them. */
#include <string.h>

#include "app/common/i18n.h"
#include "app/field/store/settings.h"
#include "app/field/tui/blank.h"
#include "app/field/tui/screens.h"

struct settings {
    struct blank blank;
};

static enum err settings_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    struct settings *s = state;
    (void)arg;
    for (int i = 0; i < SETTING_COUNT; i++) {
        char value[SETTING_BYTES];
        struct blank_field *f = blank_add(&s->blank, SETTINGS[i].label, SETTINGS[i].help);
        f->choices = SETTINGS[i].choices;
        if (setting_get(ui->store, (enum setting)i, value, e) != ERR_OK) {
            blank_done(&s->blank);
            return e->kind;
        }
        lineedit_set(&f->line, value);
    }
    return ERR_OK;
}

static void settings_draw(struct ui *ui, void *state)
{
    const struct settings *s = state;
    int row = blank_draw(ui, &s->blank, UI_BODY + 1);
    if (s->blank.fields[s->blank.focus].choices)
        row = blank_words(ui, row, MEAN_FAINT, _("Space goes on to the next choice."));
    (void)blank_words(ui, row + 1, MEAN_FAINT,
                      _("Settings stay on this laptop. Ctrl-S saves them; colours and borders change with "
                        "the next start."));
}

/* Only what changed, so that nobody needs the right to change what they left alone. */
static unsigned save(struct ui *ui, struct settings *s)
{
    struct errctx e = {0};
    blank_forgive(&s->blank);
    for (int i = 0; i < SETTING_COUNT; i++) {
        char value[SETTING_BYTES];
        const char *text = blank_text(&s->blank, i);
        enum err result = setting_get(ui->store, (enum setting)i, value, &e);
        if (result == ERR_OK && strcmp(value, text) != 0)
            result = setting_set(ui->store, (enum setting)i, text, &e);
        if (result == ERR_INVALID || result == ERR_DENIED) {
            blank_blame(&s->blank, i, e.text);
            return KEY_HANDLED;
        }
        if (result != ERR_OK) {
            ui_tell_error(ui, &e);
            return KEY_HANDLED;
        }
    }
    ui_take_settings(ui);
    ui_say(ui, MEAN_GOOD, "%s", _("the settings are saved"));
    return KEY_LEAVE;
}

static unsigned settings_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    struct settings *s = state;
    if (action == ACTION_SAVE || (action == ACTION_NEXT_FIELD && s->blank.focus == s->blank.count - 1))
        return save(ui, s);
    return blank_key(&s->blank, action, press) ? KEY_HANDLED : KEY_IGNORED;
}

static void settings_close(struct ui *ui, void *state)
{
    (void)ui;
    blank_done(&((struct settings *)state)->blank);
}

const struct screen SCREEN_SETTINGS = {
    .title = N_("Settings"),
    .state_size = sizeof(struct settings),
    .keys = {{KEYS_FORM, KEYS_FIELDS, KEYS_PICK, KEYS_TEXT}},
    .open = settings_open,
    .draw = settings_draw,
    .key = settings_key,
    .close = settings_close,
};
