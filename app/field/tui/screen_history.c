/* Every entry of a record, oldest first: who, when, what. */
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/field/tui/screens.h"
#include "app/field/tui/table.h"
#include "schema/base/date.h"
#include "schema/record/ident.h"

struct history {
    char **lines;
    int count;
    struct table table;
};

struct reading {
    struct ui *ui;
    struct history *history;
};

static void add_line(struct history *h, struct buf *text)
{
    h->lines = mem_resize(h->lines, (size_t)h->count + 1, sizeof *h->lines);
    h->lines[h->count++] = str_dup(buf_str(text));
    buf_clear(text);
}

static const char *op_words(const struct entry *entry)
{
    if (entry->op == OP_PIN)
        return entry->pin == PIN_SET ? _("PIN set") : _("PIN cleared");
    return entry->op == OP_ADD ? _("registered") : entry->op == OP_AMEND ? _("changed") : _("voided");
}

static void add_fields(struct reading *r, const struct record *record, struct buf *text)
{
    for (int i = 0; i < record->of->field_count; i++) {
        if (record->values[i].state == VALUE_ABSENT)
            continue;
        buf_printf(text, "   %s: ", _(record->of->fields[i].label));
        if (record->values[i].state == VALUE_CLEAR)
            buf_puts(text, _("(emptied)"));
        else
            field_show(text, record, i, &r->ui->world);
        add_line(r->history, text);
    }
}

static enum err add_entry(void *arg, int64_t address, const struct entry *entry, struct errctx *e)
{
    (void)e;
    struct reading *r = arg;
    struct buf text = {0};
    char at[LANGUAGE_INSTANT_BYTES];
    char id[IDENT_BYTES];
    buf_printf(&text, "%s  %s  %s  %s%s", language_instant(entry->at, at), entry->by, op_words(entry),
               ident_format_checked(address, id), entry->clock_suspect ? _("  (clock doubtful)") : "");
    add_line(r->history, &text);
    if (entry->op != OP_VOID)
        add_fields(r, &entry->record, &text);
    if (entry->source) {
        buf_printf(&text, "   %s: %s", _("forgotten; done by the account"), entry->source);
        add_line(r->history, &text);
    }
    if (entry->why) {
        buf_printf(&text, "   %s: %s", _("reason"), entry->why);
        add_line(r->history, &text);
    }
    for (int i = 0; i < entry->confirmed_count; i++) {
        buf_printf(&text, "   %s: %s", entry->confirmed[i].rule, entry->confirmed[i].why);
        add_line(r->history, &text);
    }
    buf_done(&text);
    return ERR_OK;
}

static void history_close(struct ui *ui, void *state)
{
    (void)ui;
    struct history *h = state;
    for (int i = 0; i < h->count; i++)
        free(h->lines[i]);
    free(h->lines);
}

static enum err history_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    struct history *h = state;
    const struct form_args *of = arg;
    struct reading r = {ui, h};
    if (store_history(ui->store, of->of, of->id, add_entry, &r, e) != ERR_OK) {
        history_close(ui, state);
        return e->kind;
    }
    h->table.count = h->count;
    return ERR_OK;
}

static void history_draw(struct ui *ui, void *state)
{
    struct history *h = state;
    int rows = ui_body_rows(ui);
    table_show(&h->table, rows);
    for (int i = 0; i < rows && h->table.top + i < h->count; i++) {
        int at = h->table.top + i;
        enum meaning as = at == h->table.marked    ? MEAN_SELECTED
                          : h->lines[at][0] != ' ' ? MEAN_HEADING
                                                   : MEAN_PLAIN;
        term_put(ui->term, UI_BODY + i, 0, term_columns(ui->term), as, h->lines[at]);
        if (at == h->table.marked)
            term_cursor(ui->term, UI_BODY + i, 0);
    }
}

static unsigned history_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    (void)press;
    struct history *h = state;
    return table_do(&h->table, action, ui_body_rows(ui)) || action == ACTION_OPEN ? KEY_HANDLED : KEY_IGNORED;
}

const struct screen SCREEN_HISTORY = {
    .title = N_("History"),
    .state_size = sizeof(struct history),
    .keys = {{KEYS_MOVE}},
    .open = history_open,
    .draw = history_draw,
    .key = history_key,
    .close = history_close,
};
