#include "app/field/tui/signin_box.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/said.h"
#include "app/field/store/pins.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/field.h"
#include "app/field/tui/table.h"

enum {
    LOGIN_WIDTH = 16,
    NAME_WIDTH = 30,
    LIST_ROW = UI_BODY + 4,
    LIST_ROWS = 10,
    TYPED_BYTES = OFFICER_PIN_BYTES + 4,
    SECOND_MS = 1000,
    MINUTE_MS = 60 * 1000
};

struct box {
    enum signin_why why;
    struct officer *officers;
    struct table table;
    char pin[TYPED_BYTES];
    char words[256]; /* what was wrong with the last try */
    int64_t wait_s;  /* of the marked officer */
};

static const struct key_contexts KEYS_THERE = {{KEYS_SIGNIN}};

bool signin_is_guarded(struct ui *ui)
{
    struct errctx e;
    bool guarded = false;
    /* What cannot be read is asked for. */
    return pins_guarded(ui->store, &guarded, &e) != ERR_OK || guarded;
}

static enum err add_officer(void *arg, const struct officer *officer, struct errctx *e)
{
    (void)e;
    struct box *b = arg;
    b->officers = mem_resize(b->officers, (size_t)b->table.count + 1, sizeof *b->officers);
    b->officers[b->table.count] = *officer;
    b->officers[b->table.count++].name = str_dup(officer->name);
    return ERR_OK;
}

static const struct officer *marked(const struct box *b)
{
    return &b->officers[b->table.marked];
}

/* Whose work it is, whom --as names, or whose login the account has. */
static void mark_usual(struct ui *ui, struct box *b)
{
    char account[ENTRY_AUTHOR_BYTES];
    const char *login = store_signed_in(ui->store)->id ? store_signed_in(ui->store)->login : ui->app->as;
    app_account_name(account);
    for (int i = 0; i < b->table.count; i++) {
        if (strcmp(b->officers[i].login, login ? login : account) == 0)
            b->table.marked = i;
    }
}

/* --- drawing */

static const char *why_words(enum signin_why why)
{
    switch (why) {
    case SIGNIN_START:
        return N_("Who works with this laptop now?");
    case SIGNIN_IDLE:
        return N_("Locked, because no key was pressed for a while. What was typed is kept.");
    case SIGNIN_ASKED:
        return N_("Locked. What was typed is kept.");
    }
    return "";
}

static const char *role_words(const struct ui *ui, enum officer_role role)
{
    const struct entity *of = &ENTITIES[ENTITY_OFFICER];
    return field_label(&of->fields[entity_field(of, "role")], officer_role_code(role), &ui->world);
}

static void draw_officer(struct ui *ui, const struct box *b, int at, int row)
{
    const struct officer *o = &b->officers[at];
    enum meaning as = at == b->table.marked ? MEAN_SELECTED : MEAN_PLAIN;
    term_put(ui->term, row, 2, LOGIN_WIDTH, as, o->login);
    term_put(ui->term, row, 2 + LOGIN_WIDTH, NAME_WIDTH, as, o->name);
    term_put(ui->term, row, 2 + LOGIN_WIDTH + NAME_WIDTH,
             term_columns(ui->term) - LOGIN_WIDTH - NAME_WIDTH - 4, as, role_words(ui, o->role));
}

static void draw_pin(struct ui *ui, const struct box *b, int row)
{
    struct buf text = {0};
    const char *label = marked(b)->has_pin ? _("PIN:") : _("no PIN: Enter signs in");
    int column = 2 + term_width(ui->term, label, strlen(label)) + 1;
    term_put(ui->term, row, 2, column - 2, MEAN_LABEL, label);
    if (marked(b)->has_pin) {
        for (size_t i = 0; b->pin[i]; i++)
            buf_putc(&text, '*');
        term_put(ui->term, row, column, TYPED_BYTES, MEAN_FOCUS, buf_str(&text));
        column += (int)text.len;
        buf_clear(&text);
    }
    term_cursor(ui->term, row, column);
    if (b->wait_s > 0)
        buf_printf(&text, _("Too many wrong PINs. The next one is taken in %d s."), (int)b->wait_s);
    else
        buf_puts(&text, b->words);
    term_put(ui->term, row + 2, 2, term_columns(ui->term) - 4, MEAN_ERROR, buf_str(&text));
    buf_done(&text);
}

static void draw(struct ui *ui, void *state)
{
    struct box *b = state;
    term_put(ui->term, UI_BODY + 1, 2, term_columns(ui->term) - 4, MEAN_HEADING, _(why_words(b->why)));
    table_show(&b->table, LIST_ROWS);
    for (int i = 0; i < LIST_ROWS && b->table.top + i < b->table.count; i++)
        draw_officer(ui, b, b->table.top + i, LIST_ROW + i);
    draw_pin(ui, b, LIST_ROW + (b->table.count < LIST_ROWS ? b->table.count : LIST_ROWS) + 1);
}

/* --- trying */

static void forget(struct box *b)
{
    sodium_memzero(b->pin, sizeof b->pin);
}

/* True: it is they. */
static bool try_pin(struct ui *ui, struct box *b)
{
    struct errctx e = {0};
    struct buf words = {0};
    const struct pin_clock now = pin_clock_now();
    (void)snprintf(b->words, sizeof b->words, "%s", _("Looking …"));
    ui_draw(ui);
    term_show(ui->term);
    enum err result = pins_try(ui->store, marked(b), b->pin, &now, &b->wait_s, &e);
    b->words[0] = '\0';
    forget(b);
    if (result == ERR_DENIED)
        (void)snprintf(b->words, sizeof b->words, "%s", _("That is not the PIN. Try again."));
    else if (result != ERR_OK && result != ERR_BUSY)
        (void)snprintf(b->words, sizeof b->words, "%s", said_in(&words, e.text));
    buf_done(&words);
    return result == ERR_OK;
}

static void look_at_wait(struct ui *ui, struct box *b)
{
    struct errctx e;
    const struct pin_clock now = pin_clock_now();
    if (pins_wait(ui->store, marked(b)->id, &now, &b->wait_s, &e) != ERR_OK)
        b->wait_s = 0;
}

static void move(struct ui *ui, struct box *b, int by)
{
    int to = b->table.marked + by;
    if (to < 0 || to >= b->table.count)
        return;
    b->table.marked = to;
    b->words[0] = '\0';
    forget(b);
    look_at_wait(ui, b);
}

static void type(struct box *b, int32_t press)
{
    size_t len = strlen(b->pin);
    if (press == PRESS_BACKSPACE && len > 0)
        b->pin[len - 1] = '\0';
    else if (press >= '0' && press <= '9' && len + 1 < sizeof b->pin)
        b->pin[len] = (char)press;
}

static void help(struct ui *ui)
{
    dialog_tell(
        ui, _("Signing in"),
        _("Choose yourself with the arrow keys, type your PIN and press Enter.\n\nWho forgot the PIN asks an "
          "admin of this laptop, who sets a new one: Officers, then Ctrl-P. When the only admin forgot, "
          "whoever owns the account of this laptop runs: alluvia officer pin LOGIN --recover"));
}

/* True: somebody has signed in. */
static bool key(struct ui *ui, struct box *b, int32_t press)
{
    enum action action = keys_action(&KEYS_THERE, press);
    if (action == ACTION_SIGNIN_UP)
        move(ui, b, -1);
    else if (action == ACTION_SIGNIN_DOWN)
        move(ui, b, 1);
    else if (action == ACTION_SIGNIN_CLEAR)
        forget(b);
    else if (action == ACTION_SIGNIN_HELP)
        help(ui);
    else if (action == ACTION_REDRAW)
        term_redraw(ui->term);
    else if (action == ACTION_SIGNIN_QUIT)
        ui->leaving = true;
    else if (action == ACTION_SIGN_IN)
        return !marked(b)->has_pin || (b->wait_s == 0 && try_pin(ui, b));
    else
        type(b, press);
    return false;
}

/* The marked officer has signed in. */
static bool take(struct ui *ui, struct box *b)
{
    struct errctx e = {0};
    struct officer *o = &b->officers[b->table.marked];
    if (b->why != SIGNIN_START && o->id != store_signed_in(ui->store)->id) {
        ui->next = *o;
        o->name = NULL;
        ui->switching = true;
        ui->leaving = true;
        return false;
    }
    if (store_sign_in(ui->store, o, &e) == ERR_OK)
        return true;
    ui_tell_error(ui, &e);
    ui->leaving = true;
    return false;
}

bool signin_box(struct ui *ui, enum signin_why why)
{
    struct errctx e = {0};
    struct box b = {.why = why};
    bool signed_in = false;
    if (officers_each(ui->store, add_officer, &b, &e) != ERR_OK)
        ui_tell_error(ui, &e);
    if (b.table.count > 0) {
        mark_usual(ui, &b);
        look_at_wait(ui, &b);
        ui_cover(ui, _("Sign in"), draw, &KEYS_THERE, &b);
        while (!signed_in && !ui->leaving) {
            ui_draw(ui);
            int32_t press = ui_press_within(ui, b.wait_s > 0 ? SECOND_MS : MINUTE_MS);
            if (press < PRESS_RESIZE && press != PRESS_NONE)
                signed_in = key(ui, &b, press);
            if (b.wait_s > 0)
                look_at_wait(ui, &b);
        }
        ui_uncover(ui);
        signed_in = signed_in && take(ui, &b);
    }
    for (int i = 0; i < b.table.count; i++)
        officer_done(&b.officers[i]);
    free(b.officers);
    forget(&b);
    return signed_in;
}
