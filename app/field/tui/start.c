#include "app/field/tui/start.h"

#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/field/setup.h"
#include "app/field/store/pins.h"
#include "app/field/tui/blank.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/picker.h"
#include "app/field/tui/screens.h"

/* The lines about the officer stand behind those about the laptop, which a laptop that is there does not
 * have. */
enum {
    LINE_COUNTRY,
    LINE_NAME,
    LAPTOP_LINES,
    LINE_LOGIN = 0,
    LINE_FULL_NAME,
    LINE_PIN,
    LINE_PIN_AGAIN,
    SCREEN_DELAY_MS = 60 * 1000
};

struct start {
    struct blank blank;
    int officer; /* the first line about the officer */
};

static const struct key_contexts KEYS_THERE = {{KEYS_FORM, KEYS_FIELDS, KEYS_PICK, KEYS_TEXT}};

static void add_officer_lines(struct start *s)
{
    s->officer = s->blank.count;
    blank_add(&s->blank, N_("Officer's login"),
              N_("A short name, for example amina. The first officer is the admin of this laptop. Empty: no "
                 "officer for "
                 "now; entries are then made under the name of the account."));
    blank_add(&s->blank, N_("Officer's full name"), N_("As on paper or as spoken."));
    blank_add(&s->blank, N_("PIN"),
              N_("4 to 12 digits, for who shares this laptop with others. Empty: none; it can be set later."))
        ->secret = true;
    blank_add(&s->blank, N_("PIN once more"), N_("The same digits again. Ctrl-S makes what stands here."))
        ->secret = true;
}

static const char *officer_text(const struct start *s, int line)
{
    return blank_text(&s->blank, s->officer + line);
}

/* What both ways of starting ask before anything is made; false: a line is blamed. */
static bool check_pin(struct start *s)
{
    struct errctx e = {0};
    const char *pin = officer_text(s, LINE_PIN);
    if (*pin && pin_check(pin, &e) != ERR_OK)
        blank_blame(&s->blank, s->officer + LINE_PIN, e.text);
    else if (strcmp(pin, officer_text(s, LINE_PIN_AGAIN)) != 0)
        blank_blame(&s->blank, s->officer + LINE_PIN_AGAIN, _("is not the same as above"));
    else
        return true;
    return false;
}

/* Puts the error beside the line that it names. */
static void blame(struct start *s, const struct errctx *e)
{
    int line = s->officer + LINE_LOGIN;
    if (strncmp(e->text, "full_name", 9) == 0)
        line = s->officer + LINE_FULL_NAME;
    else if (strncmp(e->text, "country", 7) == 0)
        line = LINE_COUNTRY;
    else if (strncmp(e->text, "name", 4) == 0)
        line = LINE_NAME;
    blank_blame(&s->blank, line, e->text);
}

static struct setup wanted(const struct start *s)
{
    const char *login = officer_text(s, LINE_LOGIN);
    return (struct setup){.country = s->officer ? blank_text(&s->blank, LINE_COUNTRY) : "",
                          .name = s->officer ? blank_text(&s->blank, LINE_NAME) : "",
                          .login = *login ? login : NULL,
                          .full_name = officer_text(s, LINE_FULL_NAME),
                          .pin = officer_text(s, LINE_PIN)};
}

/* --- where there is no database */

static void start_draw(struct ui *ui, void *state)
{
    const struct start *s = state;
    struct buf line = {0};
    int row = blank_words(ui, UI_BODY + 1, MEAN_HEADING, _("Welcome. This laptop has no records yet."));
    buf_printf(&line, _("They will lie in %s"), ui->app->db_path);
    row = blank_words(ui, row, MEAN_FAINT, buf_str(&line));
    buf_done(&line);
    (void)blank_draw(ui, &s->blank, row + 1);
}

enum {
    MOST_COUNTRIES = 64
};

/* "SL  Sierra Leone": the profiles, called as the list of countries calls them. */
static int name_countries(struct ui *ui, char *out[MOST_COUNTRIES])
{
    const struct code_list *list = NULL;
    struct errctx e;
    int count = 0;
    if (codes_list(ui->world.reader.codes, "country", &list, &e) != ERR_OK)
        return 0;
    for (const char *const *profile = codes_profiles(); *profile && count < MOST_COUNTRIES; profile++) {
        const struct code *code = code_list_find(list, *profile);
        struct buf line = {0};
        buf_printf(&line, "%s  %s", *profile,
                   code && strcmp(*profile, "XX") != 0 ? code->label[ui->app->lang]
                                                       : _("neutral, for training"));
        out[count++] = buf_steal(&line);
    }
    return count;
}

static void choose_country(struct ui *ui, struct start *s)
{
    char *names[MOST_COUNTRIES];
    int count = name_countries(ui, names);
    int at = 0;
    if (picker_word(ui, _("Country"), (const char *const *)names, count, &at)) {
        lineedit_set(&s->blank.fields[LINE_COUNTRY].line, codes_profiles()[at]);
        blank_forgive(&s->blank);
        s->blank.focus = LINE_NAME;
    }
    for (int i = 0; i < count; i++)
        free(names[i]);
}

/* True: it was made. */
static bool make(struct ui *ui, struct start *s)
{
    struct errctx e = {0};
    const struct setup w = wanted(s);
    blank_forgive(&s->blank);
    if (!check_pin(s))
        return false;
    if (setup_make(ui->app, &w, &e) == ERR_OK)
        return true;
    if (ui->app->store || e.kind != ERR_INVALID)
        ui_tell_error(ui, &e);
    else
        blame(s, &e);
    return ui->app->store != NULL;
}

static bool start_key(struct ui *ui, struct start *s, int32_t press)
{
    enum action action = keys_action(&KEYS_THERE, press);
    bool on_country = s->blank.focus == LINE_COUNTRY;
    struct blank_field *country = &s->blank.fields[LINE_COUNTRY];
    if (action == ACTION_SAVE)
        return make(ui, s);
    if (on_country &&
        (action == ACTION_PICK || (action == ACTION_NEXT_FIELD && lineedit_is_empty(&country->line))))
        choose_country(ui, s);
    else if (action == ACTION_NEXT_FIELD && s->blank.focus == s->blank.count - 1)
        return make(ui, s);
    else if (action == ACTION_QUIT || action == ACTION_BACK)
        ui->leaving = dialog_ask(ui, _("Leave?"), _("Nothing was made yet."));
    else
        (void)blank_key(&s->blank, action, press);
    return false;
}

bool start_run(struct ui *ui)
{
    struct start s = {0};
    struct codes *neutral = NULL;
    struct errctx e = {0};
    bool made = false;
    /* For the names of countries, until there is a laptop with a country of its own. */
    if (codes_new("XX", &neutral, &e) != ERR_OK)
        return false;
    ui->world =
        (struct field_world){.reader = {.codes = neutral}, .lang = ui->app->lang, .mark = ui->app->mark};
    ui_tick(ui);
    blank_add(&s.blank, N_("Country"),
              N_("Whose districts, licences and currency are used. Enter or Ctrl-P shows them."));
    blank_add(&s.blank, N_("Laptop's name"),
              N_("What to call it, for example its office and number: Kono 1."));
    add_officer_lines(&s);
    ui_cover(ui, _("First start"), start_draw, &KEYS_THERE, &s);
    while (!made && !ui->leaving) {
        ui_draw(ui);
        int32_t press = ui_press_within(ui, SCREEN_DELAY_MS);
        if (press < PRESS_RESIZE && press != PRESS_NONE)
            made = start_key(ui, &s, press);
    }
    ui_uncover(ui);
    blank_done(&s.blank);
    ui->world.reader.codes = NULL;
    codes_free(neutral);
    return made;
}

/* --- where there is one, without officers */

static enum err first_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    struct start *s = state;
    bool any = false;
    (void)arg;
    if (officers_any(ui->store, &any, e) != ERR_OK)
        return e->kind;
    if (any)
        return err_fail(e, ERR_EXISTS, "%s",
                        _("there are officers already: an admin registers further ones"));
    add_officer_lines(s);
    return ERR_OK;
}

static void first_draw(struct ui *ui, void *state)
{
    const struct start *s = state;
    int row =
        blank_words(ui, UI_BODY + 1, MEAN_HEADING, _("The first officer becomes the admin of this laptop."));
    (void)blank_draw(ui, &s->blank, row + 1);
}

static unsigned make_first(struct ui *ui, struct start *s)
{
    struct errctx e = {0};
    const struct setup w = wanted(s);
    blank_forgive(&s->blank);
    if (!w.login)
        blank_blame(&s->blank, s->officer + LINE_LOGIN, _("must be given"));
    else if (!check_pin(s))
        return KEY_HANDLED;
    else if (setup_first_officer(ui->app, &w, &e) == ERR_OK)
        return KEY_LEAVE;
    else if (e.kind == ERR_INVALID)
        blame(s, &e);
    else
        ui_tell_error(ui, &e);
    return KEY_HANDLED;
}

static unsigned first_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    struct start *s = state;
    if (action == ACTION_SAVE || (action == ACTION_NEXT_FIELD && s->blank.focus == s->blank.count - 1))
        return make_first(ui, s);
    return blank_key(&s->blank, action, press) ? KEY_HANDLED : KEY_IGNORED;
}

static void first_close(struct ui *ui, void *state)
{
    (void)ui;
    blank_done(&((struct start *)state)->blank);
}

const struct screen SCREEN_FIRST_OFFICER = {
    .title = N_("First officer"),
    .state_size = sizeof(struct start),
    .keys = {{KEYS_FORM, KEYS_FIELDS, KEYS_TEXT}},
    .open = first_open,
    .draw = first_draw,
    .key = first_key,
    .close = first_close,
};
