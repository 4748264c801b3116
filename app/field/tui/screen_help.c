/* What the keys do, made from the key table. */
#include "app/common/i18n.h"
#include "app/field/tui/screens.h"
#include "app/field/tui/table.h"

enum {
    KEY_COLUMNS = 12
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
    size_t at = 0;
    h->of = *(const struct key_contexts *)arg;
    while (keys_next(&h->of, &at)) {
        h->table.count++;
        at++;
    }
    return ERR_OK;
}

static void draw_row(struct ui *ui, const struct key_row *k, int row, enum meaning as)
{
    struct buf name = {0};
    keys_put_name(&name, k->first);
    term_put(ui->term, row, 1, KEY_COLUMNS, MEAN_HEADING, buf_str(&name));
    buf_clear(&name);
    keys_put_name(&name, k->second);
    term_put(ui->term, row, 2 + KEY_COLUMNS, KEY_COLUMNS, MEAN_FAINT, buf_str(&name));
    term_put(ui->term, row, 3 + 2 * KEY_COLUMNS, term_columns(ui->term) - 4 - 2 * KEY_COLUMNS, as,
             _(k->help));
    buf_done(&name);
}

static void help_draw(struct ui *ui, void *state)
{
    struct help *h = state;
    int rows = ui_body_rows(ui);
    int line = 0;
    size_t at = 0;
    table_show(&h->table, rows);
    for (const struct key_row *k; (k = keys_next(&h->of, &at)); at++, line++) {
        if (line < h->table.top || line >= h->table.top + rows)
            continue;
        int row = UI_BODY + line - h->table.top;
        draw_row(ui, k, row, line == h->table.marked ? MEAN_SELECTED : MEAN_PLAIN);
        if (line == h->table.marked)
            term_cursor(ui->term, row, 3 + 2 * KEY_COLUMNS);
    }
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
