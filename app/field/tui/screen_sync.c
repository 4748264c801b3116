/* Sending: what is unsent and its cost, progress, each problem in plain words. The sync itself goes on when
 * this screen is left. */
#include <inttypes.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/version.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/screens.h"
#include "schema/base/date.h"
#include "sync/client/sync.h"

enum {
    BAR_WIDTH = 60
};

struct sending {
    struct link_state link;
    struct sync_cost cost;
    struct store_life life; /* the one before this */
    struct sync_carried others;
};

static int64_t no_clock(void)
{
    return 0;
}

static enum err read_state(struct ui *ui, struct sending *s, struct errctx *e)
{
    const struct sync_options o = {
        .db = store_db(ui->store),
        .me = store_device(ui->store),
        .program = "alluvia " ALLUVIA_VERSION,
        .now = no_clock, /* an estimate sends nothing */
        .training = store_is_training(ui->store),
    };
    if (store_follow(ui->store, e) != ERR_OK || link_load(store_db(ui->store), &s->link, e) != ERR_OK ||
        store_past_life(ui->store, &s->life, e) != ERR_OK ||
        sync_carried(store_db(ui->store), &s->others, e) != ERR_OK)
        return e->kind;
    return s->link.known ? sync_estimate(&o, &s->cost, e) : ERR_OK;
}

static enum err sync_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    (void)arg;
    return read_state(ui, state, e);
}

static int put_line(struct ui *ui, int row, enum meaning as, struct buf *text)
{
    int next = dialog_put(ui, row, 2, term_columns(ui->term) - 4, as, buf_str(text));
    buf_clear(text);
    return next;
}

/* Which device this laptop was before, and why it is not that one any more. */
static void put_life(const struct ui *ui, const struct store_life *life, struct buf *text)
{
    char at[LANGUAGE_INSTANT_BYTES];
    const char *code = store_device(ui->store)->code;
    (void)language_instant(life->at, at);
    switch (life->why) {
    case ADOPT_RESTORED:
        buf_printf(text, _("Device %s, out of a backup of device %s (%s)."), code, life->device, at);
        return;
    case ADOPT_COPIED:
    case ADOPT_CODE_TAKEN:
        buf_printf(text,
                   _("Device %s. Until %s it was %s: another copy of its "
                     "disk is at work, or its code was taken."),
                   code, at, life->device);
        return;
    case ADOPT_FORGOTTEN:
        buf_printf(text, _("Device %s. Until %s it was %s: the registry had lost earlier records."), code, at,
                   life->device);
        return;
    }
}

/* That this laptop goes on for another device, and what it carries for others. */
static int draw_lives(struct ui *ui, const struct sending *s, int row)
{
    struct buf text = {0};
    if (s->life.at) {
        put_life(ui, &s->life, &text);
        row = put_line(ui, row, MEAN_PLAIN, &text);
    }
    if (s->others.waiting + s->others.copies + s->others.receipts > 0) {
        buf_printf(&text,
                   _("Of other laptops: %" PRId64 " files to deliver, %" PRId64 " copies kept, %" PRId64
                     " receipts to bring home."),
                   s->others.waiting, s->others.copies, s->others.receipts);
        row = put_line(ui, row, MEAN_PLAIN, &text);
    }
    buf_done(&text);
    return row;
}

static int draw_registry(struct ui *ui, const struct sending *s, int row)
{
    struct buf text = {0};
    char at[LANGUAGE_INSTANT_BYTES];
    if (!s->link.known) {
        buf_puts(&text, _("This laptop belongs to no registry yet."));
        row = put_line(ui, row, MEAN_WARNING, &text);
        buf_puts(&text,
                 _("Press e to join the one that invited it, by the network or with a file from a stick."));
        row = put_line(ui, row, MEAN_PLAIN, &text);
    } else {
        buf_printf(&text, _("Registry: %s"), s->link.registry.name);
        row = put_line(ui, row, MEAN_HEADING, &text);
        if (s->link.receipt_at)
            buf_printf(&text, _("Last receipt: %s, up to entry %" PRId64),
                       language_instant(s->link.receipt_at, at), s->link.upto);
        else
            buf_puts(&text, _("No receipt yet."));
        row = put_line(ui, row, MEAN_PLAIN, &text);
        if (s->cost.entries)
            buf_printf(&text,
                       ngettext("To send: %" PRId64 " entry, %" PRId64 " bytes, about %" PRId64 " s on 2G",
                                "To send: %" PRId64 " entries, %" PRId64 " bytes, about %" PRId64 " s on 2G",
                                (unsigned long)s->cost.entries),
                       s->cost.entries, s->cost.bytes, s->cost.seconds_2g);
        else
            buf_puts(&text, _("Everything is sent."));
        row = put_line(ui, row, s->cost.entries ? MEAN_PLAIN : MEAN_GOOD, &text);
    }
    buf_done(&text);
    return row;
}

static void draw_progress(struct ui *ui, int row)
{
    const struct sync_child *c = &ui->sync;
    struct buf text = {0};
    if (sync_child_runs(c)) {
        buf_printf(&text,
                   _("Sending: %" PRId64 " of %" PRId64
                     " entries. You can go on working; it does not wait for you."),
                   c->entries_done, c->entries_all);
        row = put_line(ui, row, MEAN_HEADING, &text);
        term_bar(ui->term, row++, 2, BAR_WIDTH, c->entries_done, c->entries_all);
    } else if (c->words[0]) {
        buf_puts(&text,
                 c->exit_code == 0
                     ? _("Done.")
                     : _("Not everything could be sent. Your work is safe on this laptop; try again later."));
        row = put_line(ui, row, c->exit_code == 0 ? MEAN_GOOD : MEAN_WARNING, &text);
    }
    buf_puts(&text, c->words);
    (void)put_line(ui, row + 1, MEAN_PLAIN, &text);
    buf_done(&text);
}

static void sync_draw(struct ui *ui, void *state)
{
    struct sending *s = state;
    draw_progress(ui, draw_lives(ui, s, draw_registry(ui, s, UI_BODY + 1)) + 1);
}

static unsigned sync_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    (void)press;
    struct sending *s = state;
    struct errctx e = {0};
    if (action == ACTION_GO_ENROL) {
        ui_open(ui, &SCREEN_ENROL, NULL);
    } else if (action == ACTION_SYNC_STOP) {
        sync_child_stop(&ui->sync);
    } else if (action != ACTION_SYNC_START) {
        return KEY_IGNORED;
    } else if (!s->link.known) {
        ui_say(ui, MEAN_WARNING, "%s", _("there is no registry to send to yet"));
    } else if (!sync_child_runs(&ui->sync)) {
        if (sync_child_start(&ui->sync, ui->app, &e) != ERR_OK)
            ui_tell_error(ui, &e);
    }
    return KEY_HANDLED;
}

static void sync_again(struct ui *ui, void *state)
{
    struct errctx e = {0};
    if (read_state(ui, state, &e) != ERR_OK)
        ui_tell_error(ui, &e);
}

const struct screen SCREEN_SYNC = {
    .title = N_("Sync"),
    .state_size = sizeof(struct sending),
    .keys = {{KEYS_SYNC}},
    .open = sync_open,
    .draw = sync_draw,
    .again = sync_again,
    .synced = sync_again,
    .key = sync_key,
};
