/* What the keys do, made from the key table. */
#include "app/common/i18n.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/screens.h"
#include "app/field/tui/table.h"

enum {
    FIRST_COLUMNS = 10,
    SECOND_COLUMNS = 8,
    TEXT_COLUMN = 1 + FIRST_COLUMNS + 1 + SECOND_COLUMNS + 1
};

struct help {
    struct key_contexts of;
    struct table table;
};

static enum err help_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    (void)ui;
    (void)e;
    struct help *h = state;
    h->of = *(const struct key_contexts *)arg;
    return ERR_OK;
}

/* A key's words may take several lines; the table counts lines, and marks one. */
struct drawing {
    struct ui *ui;
    struct help *help;
    const struct key_row *key;
    int line; /* of the whole help */
};

static void draw_line(void *arg, int at, const char *text)
{
    struct drawing *d = arg;
    struct term *term = d->ui->term;
    struct buf name = {0};
    int line = d->line++;
    int row = UI_BODY + line - d->help->table.top;
    if (line < d->help->table.top || row >= UI_BODY + ui_body_rows(d->ui))
        return;
    if (at == 0) {
        keys_put_name(&name, keys_first(d->key));
        term_put(term, row, 1, FIRST_COLUMNS, MEAN_HEADING, buf_str(&name));
        buf_clear(&name);
        keys_put_name(&name, d->key->second);
        term_put(term, row, 2 + FIRST_COLUMNS, SECOND_COLUMNS, MEAN_FAINT, buf_str(&name));
        buf_done(&name);
    }
    bool marked = line == d->help->table.marked;
    term_put(term, row, TEXT_COLUMN, term_columns(term) - TEXT_COLUMN - 1,
             marked ? MEAN_SELECTED : MEAN_PLAIN, text);
    if (marked)
        term_cursor(term, row, TEXT_COLUMN);
}

static void each_key(struct ui *ui, struct help *h, void (*each)(void *arg, int at, const char *text),
                     struct drawing *d)
{
    size_t at = 0;
    int lines = 0;
    for (const struct key_row *k; (k = keys_next(&h->of, &at)); at++) {
        d->key = k;
        lines += dialog_wrap(ui, _(k->help), term_columns(ui->term) - TEXT_COLUMN - 1, each, d);
    }
    h->table.count = lines;
}

static void help_draw(struct ui *ui, void *state)
{
    struct help *h = state;
    struct drawing d = {.ui = ui, .help = h};
    each_key(ui, h, NULL, &d);
    table_show(&h->table, ui_body_rows(ui));
    each_key(ui, h, draw_line, &d);
}

static unsigned help_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    (void)press;
    struct help *h = state;
    if (action == ACTION_HELP)
        return KEY_HANDLED;
    return action == ACTION_OPEN || table_do(&h->table, action, ui_body_rows(ui)) ? KEY_HANDLED : KEY_IGNORED;
}

const struct screen SCREEN_HELP = {
    .title = N_("Keys"),
    .state_size = sizeof(struct help),
    .keys = {{KEYS_MOVE}},
    .open = help_open,
    .draw = help_draw,
    .key = help_key,
};
