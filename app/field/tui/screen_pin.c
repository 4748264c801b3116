/* Setting, changing or clearing an officer's PIN: one's own after the old one, anybody's for an admin. */
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/field/store/pins.h"
#include "app/field/tui/blank.h"
#include "app/field/tui/screens.h"

struct pin {
    struct blank blank;
    struct officer officer;
    int old; /* line of the old PIN; -1: it is not asked for */
    int new;
};

static enum err find_officer(void *arg, const struct officer *officer, struct errctx *e)
{
    struct pin *p = arg;
    (void)e;
    if (officer->id != p->officer.id)
        return ERR_OK;
    p->officer = *officer;
    p->officer.name = str_dup(officer->name);
    return ERR_OK;
}

static enum err pin_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    struct pin *p = state;
    const struct officer *me = store_signed_in(ui->store);
    p->officer.id = *(const int64_t *)arg;
    if (officers_each(ui->store, find_officer, p, e) != ERR_OK)
        return e->kind;
    if (!p->officer.name)
        return err_fail(e, ERR_INVALID, "%s", _("who is not active does not sign in and needs no PIN"));
    if (me->id != p->officer.id && store_may(ui->store, ROLE_ADMIN, e) != ERR_OK) {
        officer_done(&p->officer);
        return e->kind;
    }
    p->old = -1;
    if (me->id == p->officer.id && p->officer.has_pin) {
        p->old = p->blank.count;
        blank_add(&p->blank, N_("Old PIN"), N_("The PIN that you sign in with now."))->secret = true;
    }
    p->new = p->blank.count;
    blank_add(&p->blank, N_("New PIN"), N_("4 to 12 digits, not 1111 or 1234. Empty: no PIN any more."))
        ->secret = true;
    blank_add(&p->blank, N_("New PIN once more"), N_("The same digits again. Ctrl-S sets it."))->secret =
        true;
    return ERR_OK;
}

static void pin_name(const void *state, struct buf *out)
{
    const struct pin *p = state;
    buf_printf(out, _("PIN of %s"), p->officer.login);
}

static void pin_draw(struct ui *ui, void *state)
{
    const struct pin *p = state;
    struct buf line = {0};
    buf_printf(&line, "%s, %s", p->officer.name, p->officer.has_pin ? _("has a PIN") : _("has no PIN yet"));
    int row = blank_words(ui, UI_BODY + 1, MEAN_HEADING, buf_str(&line));
    buf_done(&line);
    row =
        blank_words(ui, row, MEAN_FAINT,
                    _("The history says that it was set, by whom and when; the PIN itself stands nowhere."));
    (void)blank_draw(ui, &p->blank, row + 1);
}

static bool knows_old(struct ui *ui, struct pin *p, struct errctx *e)
{
    const struct pin_clock now = pin_clock_now();
    int64_t wait_s = 0;
    return p->old < 0 ||
           pins_try(ui->store, &p->officer, blank_text(&p->blank, p->old), &now, &wait_s, e) == ERR_OK;
}

static unsigned save(struct ui *ui, struct pin *p)
{
    struct errctx e = {0};
    struct author by;
    const char *pin = blank_text(&p->blank, p->new);
    blank_forgive(&p->blank);
    if (*pin && pin_check(pin, &e) != ERR_OK)
        blank_blame(&p->blank, p->new, e.text);
    else if (strcmp(pin, blank_text(&p->blank, p->new + 1)) != 0)
        blank_blame(&p->blank, p->new + 1, _("is not the same as above"));
    else if (!knows_old(ui, p, &e))
        blank_blame(&p->blank, p->old, e.text);
    else if (app_author(ui->app, &by, &e) != ERR_OK ||
             pins_set(ui->store, p->officer.id, *pin ? pin : NULL, &by, NULL, &e) != ERR_OK)
        ui_tell_error(ui, &e);
    else {
        ui_say(ui, MEAN_GOOD, *pin ? _("officer %s has a new PIN") : _("officer %s has no PIN any more"),
               p->officer.login);
        return KEY_LEAVE;
    }
    return KEY_HANDLED;
}

static unsigned pin_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    struct pin *p = state;
    if (action == ACTION_SAVE || (action == ACTION_NEXT_FIELD && p->blank.focus == p->blank.count - 1))
        return save(ui, p);
    return blank_key(&p->blank, action, press) ? KEY_HANDLED : KEY_IGNORED;
}

static void pin_close(struct ui *ui, void *state)
{
    struct pin *p = state;
    (void)ui;
    blank_done(&p->blank);
    officer_done(&p->officer);
}

const struct screen SCREEN_PIN = {
    .title = N_("PIN"),
    .name = pin_name,
    .state_size = sizeof(struct pin),
    .keys = {{KEYS_FORM, KEYS_FIELDS, KEYS_TEXT}},
    .open = pin_open,
    .draw = pin_draw,
    .key = pin_key,
    .close = pin_close,
};
