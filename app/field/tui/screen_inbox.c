/* What the ministry returned or flagged; Enter opens the record at the field concerned. */
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/screens.h"
#include "app/field/tui/table.h"
#include "schema/base/date.h"
#include "schema/record/ident.h"

enum {
    STATE_WIDTH = 10,
    TITLE_WIDTH = 32
};

struct message {
    enum entity_id of;
    int64_t id;
    char *state;
    char *title;
    char *text;  /* why */
    char *field; /* that it is about; NULL */
};

struct inbox {
    struct message *messages;
    int count;
    struct table table;
};

struct reading {
    struct ui *ui;
    struct inbox *inbox;
};

static void drop(struct inbox *in)
{
    for (int i = 0; i < in->count; i++) {
        free(in->messages[i].state);
        free(in->messages[i].title);
        free(in->messages[i].text);
        free(in->messages[i].field);
    }
    in->count = 0;
}

/* Why, in whose words, and since when. */
static char *reason_of(const struct inbox_item *item)
{
    struct buf text = {0};
    char day[LANGUAGE_DAY_BYTES];
    if (item->why)
        field_say(&text, &ENTITIES[item->of], item->why);
    else
        buf_puts(&text, _("no reason was given"));
    buf_printf(&text, " (%s%s%s)", item->by, *item->by ? ", " : "",
               language_days(date_of_instant(item->at), day));
    return buf_steal(&text);
}

static enum err add(void *arg, const struct inbox_item *item, struct errctx *e)
{
    (void)e;
    struct reading *r = arg;
    struct inbox *in = r->inbox;
    struct buf title = {0};
    char id[IDENT_BYTES];
    in->messages = mem_resize(in->messages, (size_t)in->count + 1, sizeof *in->messages);
    struct message *m = &in->messages[in->count++];
    *m = (struct message){.of = item->of, .id = item->record, .state = str_dup(item->state)};
    buf_printf(&title, "%s %s ", _(ENTITIES[item->of].label), ident_format_checked(item->record, id));
    r->ui->world.title(r->ui->world.arg, item->of, item->record, &title);
    m->title = str_dup(buf_str(&title));
    m->text = reason_of(item);
    m->field =
        item->field && entity_field(&ENTITIES[item->of], item->field) >= 0 ? str_dup(item->field) : NULL;
    buf_done(&title);
    return ERR_OK;
}

static enum err read_inbox(struct ui *ui, struct inbox *in, struct errctx *e)
{
    struct reading r = {ui, in};
    drop(in);
    enum err result = store_inbox(ui->store, add, &r, e);
    table_resize(&in->table, in->count);
    return result;
}

static void inbox_close(struct ui *ui, void *state)
{
    (void)ui;
    struct inbox *in = state;
    drop(in);
    free(in->messages);
}

static enum err inbox_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    (void)arg;
    enum err result = read_inbox(ui, state, e);
    if (result != ERR_OK)
        inbox_close(ui, state);
    return result;
}

static void inbox_again(struct ui *ui, void *state)
{
    struct errctx e = {0};
    if (read_inbox(ui, state, &e) != ERR_OK)
        ui_tell_error(ui, &e);
}

static const char *state_words(const char *state)
{
    return strcmp(state, "returned") == 0 ? _("returned") : _("conflict");
}

struct paper {
    struct ui *ui;
    int row;
};

static void write_line(void *arg, int line, const char *text)
{
    const struct paper *p = arg;
    term_put(p->ui->term, p->row + line, 1, term_columns(p->ui->term) - 2, MEAN_PLAIN, text);
}

static void inbox_draw(struct ui *ui, void *state)
{
    struct inbox *in = state;
    int rows = ui_body_rows(ui) - 6;
    int width = term_columns(ui->term);
    table_show(&in->table, rows);
    for (int i = 0; i < rows && in->table.top + i < in->count; i++) {
        const struct message *m = &in->messages[in->table.top + i];
        bool marked = in->table.top + i == in->table.marked;
        enum meaning as = marked ? MEAN_SELECTED : MEAN_PLAIN;
        term_put(ui->term, UI_BODY + i, 0, STATE_WIDTH, as, state_words(m->state));
        term_put(ui->term, UI_BODY + i, STATE_WIDTH + 1, TITLE_WIDTH, as, m->title);
        term_put(ui->term, UI_BODY + i, STATE_WIDTH + TITLE_WIDTH + 2, width - STATE_WIDTH - TITLE_WIDTH - 2,
                 as, m->text);
        if (marked)
            term_cursor(ui->term, UI_BODY + i, 0);
    }
    if (in->count == 0) {
        (void)dialog_put(
            ui, UI_BODY + 1, 2, width - 4, MEAN_GOOD,
            _("Nothing is waiting: the ministry returned nothing that you have not dealt with."));
        return;
    }
    struct paper p = {ui, UI_BODY + rows + 1};
    term_rule(ui->term, UI_BODY + rows, 0, width);
    (void)dialog_wrap(ui, in->messages[in->table.marked].text, width - 2, write_line, &p);
}

static unsigned inbox_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    (void)press;
    struct inbox *in = state;
    if (action == ACTION_OPEN && in->count > 0) {
        const struct message *m = &in->messages[in->table.marked];
        struct form_args args = {.of = m->of, .id = m->id, .field = m->field};
        ui_open(ui, &SCREEN_FORM, &args);
        return KEY_HANDLED;
    }
    return table_do(&in->table, action, ui_body_rows(ui) - 6) ? KEY_HANDLED : KEY_IGNORED;
}

const struct screen SCREEN_INBOX = {
    .title = N_("Inbox"),
    .state_size = sizeof(struct inbox),
    .keys = {{KEYS_MOVE}},
    .open = inbox_open,
    .draw = inbox_draw,
    .key = inbox_key,
    .again = inbox_again,
    .synced = inbox_again,
    .close = inbox_close,
};
