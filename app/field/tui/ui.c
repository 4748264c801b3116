#include "app/field/tui/ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/said.h"
#include "app/field/store/settings.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/screens.h"
#include "app/field/tui/signin_box.h"
#include "app/field/tui/start.h"
#include "schema/base/date.h"

void ui_tick(struct ui *ui)
{
    ui->app->now = (int64_t)time(NULL);
    ui->world.reader.today = app_today(ui->app);
    if (!ui->store)
        return;
    struct errctx ignored; /* then what stood so far goes on, and the next key asks again */
    (void)!store_renew_codes(ui->store, &ignored);
    ui->world.reader.codes = store_codes(ui->store);
}

int32_t ui_today(const struct ui *ui)
{
    return ui->world.reader.today;
}

int ui_body_rows(const struct ui *ui)
{
    int rows = term_rows(ui->term) - 3;
    return rows > 0 ? rows : 0;
}

void ui_say(struct ui *ui, enum meaning as, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(ui->said, sizeof ui->said, format, args);
    va_end(args);
    ui->said_as = as;
}

void ui_say_line(struct ui *ui, enum meaning as, const char *before, const char *line)
{
    struct buf words = {0};
    ui_say(ui, as, "%s%s%s", before, _(": "), said_in(&words, line));
    buf_done(&words);
}

/* --- drawing */

/* What stands at the right of the title, beside the name of this laptop. */
static void put_status(struct ui *ui, struct buf *out, const char *name)
{
    char day[LANGUAGE_DAY_BYTES];
    if (sync_child_runs(&ui->sync))
        buf_printf(out, _("sending %d%%  "), sync_child_percent(&ui->sync));
    if (ui->store) {
        const char *login = store_signed_in(ui->store)->login;
        buf_printf(out, "%s%s%s%s  ", store_is_training(ui->store) ? _("TRAINING  ") : "", login,
                   *login && *name ? "  " : "", name);
    }
    buf_printf(out, "%s ", language_days(ui_today(ui), day));
}

/* The title gives way to nothing; the laptop's name is the first to give way to it. */
static void draw_title(struct ui *ui, const char *name)
{
    struct buf line = {0};
    int width = term_columns(ui->term);
    buf_printf(&line, " Alluvia - %s", name);
    term_put(ui->term, 0, 0, width, MEAN_TITLE, buf_str(&line));
    int room = width - term_width(ui->term, buf_str(&line), line.len) - 1;
    buf_clear(&line);
    put_status(ui, &line, ui->store ? store_name(ui->store) : "");
    if (term_width(ui->term, buf_str(&line), line.len) > room) {
        buf_clear(&line);
        put_status(ui, &line, "");
    }
    int wanted = term_width(ui->term, buf_str(&line), line.len);
    if (wanted <= room)
        term_put_right(ui->term, 0, width - wanted, wanted, MEAN_TITLE, buf_str(&line));
    buf_done(&line);
}

static void draw_screen_title(struct ui *ui, int at)
{
    struct buf name = {0};
    const struct screen *screen = ui->stack[at].screen;
    if (screen->name)
        screen->name(ui->stack[at].state, &name);
    else
        buf_puts(&name, _(screen->title));
    draw_title(ui, buf_str(&name));
    buf_done(&name);
}

/* In a box nothing of what works everywhere does, but going back. */
static bool is_shut(const struct key_row *row, bool in_box)
{
    return in_box && row->context == KEYS_ANY && row->action != ACTION_BACK;
}

static void draw_bar(struct ui *ui, const struct key_contexts *keys, bool in_box)
{
    struct buf name = {0};
    int row = term_rows(ui->term) - 1;
    int column = 0;
    size_t at = 0;
    term_put(ui->term, row, 0, term_columns(ui->term), MEAN_BAR, "");
    for (const struct key_row *k; (k = keys_next(keys, &at)); at++) {
        if (!k->label[0] || is_shut(k, in_box))
            continue;
        buf_clear(&name);
        keys_put_name(&name, keys_first(k));
        const char *label = _(k->label);
        int key_width = term_width(ui->term, buf_str(&name), name.len);
        int label_width = term_width(ui->term, label, strlen(label));
        if (column + key_width + label_width + 2 > term_columns(ui->term))
            break;
        term_put(ui->term, row, column, key_width, MEAN_BAR_KEY, buf_str(&name));
        term_put(ui->term, row, column + key_width + 1, label_width, MEAN_BAR, label);
        column += key_width + label_width + 3;
    }
    buf_done(&name);
}

void ui_draw_bar(struct ui *ui, const struct key_contexts *keys)
{
    draw_bar(ui, keys, true);
}

static const struct key_contexts *contexts(const struct ui *ui, int at)
{
    const struct screen *screen = ui->stack[at].screen;
    return screen->contexts ? screen->contexts(ui->stack[at].state) : &screen->keys;
}

/* Above the keys, and over the last lines of the screen when it is long: it goes with the next key. */
static void draw_said(struct ui *ui)
{
    int width = term_columns(ui->term) - 2;
    int lines = dialog_wrap(ui, ui->said, width, NULL, NULL);
    int row = term_rows(ui->term) - 1 - (lines > 0 ? lines : 1);
    (void)dialog_put(ui, row, 1, width, ui->said_as, ui->said);
}

void ui_draw(struct ui *ui)
{
    int top = ui->depth - 1;
    term_clear(ui->term);
    if (top < 0 && !ui->cover.title)
        return;
    if (term_rows(ui->term) < TERM_MIN_ROWS || term_columns(ui->term) < TERM_MIN_COLUMNS)
        ui_say(ui, MEAN_WARNING, _("this window is smaller than 80 columns by 24 rows"));
    term_cursor(ui->term, term_rows(ui->term) - 1, 0);
    if (ui->cover.title) {
        draw_title(ui, ui->cover.title);
        ui->cover.draw(ui, ui->cover.state);
    } else {
        draw_screen_title(ui, top);
        ui->stack[top].screen->draw(ui, ui->stack[top].state);
    }
    draw_said(ui);
    draw_bar(ui, ui->cover.title ? ui->cover.keys : contexts(ui, top), false);
}

void ui_cover(struct ui *ui, const char *title, void (*draw)(struct ui *ui, void *state),
              const struct key_contexts *keys, void *state)
{
    ui->said[0] = '\0';
    ui->cover.title = title;
    ui->cover.draw = draw;
    ui->cover.keys = keys;
    ui->cover.state = state;
}

void ui_uncover(struct ui *ui)
{
    ui->cover.title = NULL;
}

/* --- the stack */

void ui_open(struct ui *ui, const struct screen *screen, const void *arg)
{
    struct errctx e = {0};
    if (ui->depth == UI_MAX_DEPTH)
        return;
    void *state = mem_zero(1, screen->state_size);
    if (screen->open(ui, state, arg, &e) != ERR_OK) {
        free(state);
        ui_tell_error(ui, &e);
        return;
    }
    ui->stack[ui->depth].screen = screen;
    ui->stack[ui->depth].state = state;
    ui->stack[ui->depth].shown = false;
    ui->depth++;
}

static void close_at(struct ui *ui, int at)
{
    const struct screen *screen = ui->stack[at].screen;
    void *state = ui->stack[at].state;
    if (screen->close)
        screen->close(ui, state);
    free(state);
    for (int i = at; i < ui->depth - 1; i++)
        ui->stack[i] = ui->stack[i + 1];
    ui->depth--;
    if (ui->depth > 0 && !ui->leaving && ui->stack[ui->depth - 1].screen->again)
        ui->stack[ui->depth - 1].screen->again(ui, ui->stack[ui->depth - 1].state);
}

/* --- keys */

enum {
    IDLE_MS = 60 * 1000 /* the date in the title is never much older */
};

int32_t ui_press_within(struct ui *ui, int timeout_ms)
{
    term_show(ui->term);
    int wake_fd = sync_child_runs(&ui->sync) ? sync_child_fd(&ui->sync) : ui->wake_fd;
    int32_t press = ui->leaving ? PRESS_HANG_UP : term_press(ui->term, timeout_ms, wake_fd);
    if (press == PRESS_HANG_UP)
        ui->leaving = true;
    ui_tick(ui);
    if (press == PRESS_WAKE && sync_child_runs(&ui->sync) && !sync_child_read(&ui->sync)) {
        ui->synced = true;
        ui_say(ui, ui->sync.exit_code == 0 ? MEAN_GOOD : MEAN_WARNING, _("Sync: %s"), ui->sync.words);
    }
    return press;
}

/* By the machine's start: a clock that is set neither locks nor unlocks, and a closed lid counts. */
static int64_t up_ms(void)
{
    struct timespec up = {0};
    (void)clock_gettime(CLOCK_BOOTTIME, &up);
    return (int64_t)up.tv_sec * 1000 + up.tv_nsec / 1000000;
}

/* Locks, and returns when the same person is back; PRESS_HANG_UP when not. */
static int32_t lock(struct ui *ui, enum signin_why why)
{
    bool back = signin_box(ui, why);
    ui->pressed_ms = up_ms();
    return back ? PRESS_RESIZE : PRESS_HANG_UP;
}

int32_t ui_press(struct ui *ui)
{
    bool locks = ui->idle_ms > 0 && !ui->cover.title;
    int64_t left = ui->pressed_ms + ui->idle_ms - up_ms();
    int32_t press = ui_press_within(ui, locks && left < IDLE_MS ? (int)(left > 0 ? left : 0) : IDLE_MS);
    if (press == PRESS_HANG_UP)
        return press;
    /* Before the key that comes after a long while is looked at. */
    if (locks && up_ms() - ui->pressed_ms >= ui->idle_ms) {
        if (signin_is_guarded(ui))
            return lock(ui, SIGNIN_IDLE);
        ui->pressed_ms = up_ms();
    }
    if (press != PRESS_NONE && press != PRESS_WAKE)
        ui->pressed_ms = up_ms();
    return press;
}

static void lock_by_key(struct ui *ui)
{
    struct errctx e;
    bool any = false;
    if (officers_any(ui->store, &any, &e) == ERR_OK && !any)
        ui_say(ui, MEAN_WARNING, "%s", _("no officer is registered yet, so nobody can sign in"));
    else
        (void)lock(ui, SIGNIN_ASKED);
}

static unsigned everywhere(struct ui *ui, const struct key_contexts *keys, enum action action)
{
    if (action == ACTION_HELP || action == ACTION_TYPING_HELP)
        ui_open(ui, &SCREEN_HELP, keys);
    else if (action == ACTION_REDRAW)
        term_redraw(ui->term);
    else if (action == ACTION_LOCK)
        lock_by_key(ui);
    else if (action == ACTION_QUIT)
        ui->leaving = true;
    else if (action == ACTION_BACK)
        return KEY_LEAVE;
    return KEY_HANDLED;
}

static void handle(struct ui *ui, int32_t press)
{
    int top = ui->depth - 1;
    const struct key_contexts keys = *contexts(ui, top);
    enum action action = keys_action(&keys, press);
    ui->said[0] = '\0';
    unsigned flags = ui->stack[top].screen->key(ui, ui->stack[top].state, action, press);
    if (!(flags & (KEY_HANDLED | KEY_LEAVE)))
        flags = everywhere(ui, &keys, action);
    /* The screen may have opened another one over itself before it asked to be closed. */
    if (flags & KEY_LEAVE)
        close_at(ui, top);
}

static void show_top(struct ui *ui)
{
    int top = ui->depth - 1;
    const struct screen *screen = ui->stack[top].screen;
    ui_draw(ui);
    if (screen->later && !ui->stack[top].shown) {
        ui->stack[top].shown = true;
        term_show(ui->term);
        screen->later(ui, ui->stack[top].state);
        ui_draw(ui);
    }
}

/* Who comes back to a screen later finds it read again anyway. */
static void tell_synced(struct ui *ui)
{
    int top = ui->depth - 1;
    if (ui->synced && ui->stack[top].screen->synced)
        ui->stack[top].screen->synced(ui, ui->stack[top].state);
    ui->synced = false;
}

static void loop(struct ui *ui)
{
    while (ui->depth > 0 && !ui->leaving) {
        tell_synced(ui);
        show_top(ui);
        int32_t press = ui_press(ui);
        if (press < PRESS_RESIZE && press != PRESS_NONE)
            handle(ui, press);
    }
}

static void title_of(void *arg, enum entity_id of, int64_t id, struct buf *out);

/* Its title as people of this language say it: what it refers to by name, codes and days in words. */
static void put_title(struct buf *out, struct ui *ui, const struct record *r)
{
    size_t len = 0;
    size_t start = out->len;
    for (const char *at = names_next(r->of->title, &len); at; at = names_next(at + len, &len)) {
        char *name = str_dup_len(at, len);
        int field = entity_field(r->of, name);
        const struct value *v = &r->values[field];
        free(name);
        if (v->state != VALUE_SET)
            continue;
        if (out->len > start)
            buf_putc(out, ' ');
        if (r->of->fields[field].type == FIELD_REF)
            title_of(ui, r->of->fields[field].target, v->number, out);
        else
            field_show(out, r, field, &ui->world);
    }
}

static void title_of(void *arg, enum entity_id of, int64_t id, struct buf *out)
{
    struct ui *ui = arg;
    struct row row = {0};
    struct errctx e;
    if (store_load(ui->store, of, id, &row, &e) == ERR_OK) {
        put_title(out, ui, &row.record);
        row_done(&row);
    }
}

static bool is_set(struct ui *ui, enum setting which, const char *value)
{
    struct errctx e;
    char text[SETTING_BYTES];
    return ui->store && setting_get(ui->store, which, text, &e) == ERR_OK && strcmp(text, value) == 0;
}

void ui_take_settings(struct ui *ui)
{
    struct errctx e;
    if (setting_idle_ms(ui->store, &ui->idle_ms, &e) != ERR_OK)
        ui->idle_ms = 0;
    app_keep_language(ui->app);
    ui->world.lang = ui->app->lang;
    ui->world.mark = ui->app->mark;
}

/* The store is there: from here on, everything asks it. */
static void begin(struct ui *ui)
{
    ui->store = ui->app->store;
    ui->world = (struct field_world){.reader = store_reader(ui->store, 0), .title = title_of, .arg = ui};
    ui_take_settings(ui);
    ui->pressed_ms = up_ms();
    ui_tick(ui);
}

/* The screens of one person, until they are left. */
static void work(struct ui *ui)
{
    ui_open(ui, &SCREEN_TODAY, NULL);
    sheet_screen_restore(ui);
    form_screen_restore(ui);
    loop(ui);
    ui->leaving = true;
    while (ui->depth > 0)
        close_at(ui, ui->depth - 1);
}

/* Whoever signed in over another's screens; what was typed there is kept for that other. */
static bool change_person(struct ui *ui)
{
    struct errctx e = {0};
    if (!ui->switching)
        return false;
    ui->switching = false;
    ui->leaving = false;
    ui->said[0] = '\0';
    bool signed_in = store_sign_in(ui->store, &ui->next, &e) == ERR_OK;
    officer_done(&ui->next);
    if (!signed_in)
        ui_tell_error(ui, &e);
    return signed_in;
}

enum err ui_run(struct app *app, struct errctx *e)
{
    struct ui ui = {.app = app, .store = app->store, .wake_fd = -1};
    const struct term_options options = {.ascii = getenv("ALLUVIA_ASCII") != NULL ||
                                                  is_set(&ui, SETTING_BORDERS, "ascii"),
                                         .monochrome = is_set(&ui, SETTING_THEME, "monochrome")};
    if (term_start(&options, &ui.term, e) != ERR_OK)
        return e->kind;
    bool ready = app->store != NULL;
    if (!ready)
        ready = start_run(&ui);
    if (ready) {
        begin(&ui);
        if (!store_signed_in(ui.store)->id && signin_is_guarded(&ui))
            ready = signin_box(&ui, SIGNIN_START);
    }
    if (ready) {
        do
            work(&ui);
        while (change_person(&ui));
    }
    sync_child_stop(&ui.sync);
    term_end(ui.term);
    return ERR_OK;
}

/* --- errors */

const char *ui_advice(enum err kind)
{
    switch (kind) {
    case ERR_IO:
        return N_(
            "Nothing was saved. Is the disk full or worn? Make room, then try again; reading still works.");
    case ERR_DB:
        return N_("Nothing was saved. Leave the program and run: alluvia verify");
    case ERR_BUSY:
        return N_("Another program works with this database. Try again in a moment.");
    case ERR_NETWORK:
        return N_("Your work is safe on this laptop. Try again when there is a connection.");
    case ERR_CONFLICT:
        return N_("Go back, open the record again, and look at what changed.");
    case ERR_INTERNAL:
        return N_("This is a fault of the program. What was saved is safe.");
    case ERR_OK:
    case ERR_USAGE:
    case ERR_INVALID:
    case ERR_NOT_FOUND:
    case ERR_EXISTS:
    case ERR_PROTOCOL:
    case ERR_DENIED:
    case ERR_CONFIG:
        return NULL;
    }
    return NULL;
}

void ui_tell_error(struct ui *ui, const struct errctx *e)
{
    struct buf text = {0};
    const char *what = ui_advice(e->kind);
    if (ui->store && db_is_damage(e)) {
        what = N_("Leave the program and start it again: it will offer to recover.");
        store_distrust(ui->store);
    }
    said_put(&text, e->text);
    if (what)
        buf_printf(&text, "\n\n%s", _(what));
    dialog_tell(ui, _("That did not work"), buf_str(&text));
    buf_done(&text);
}
