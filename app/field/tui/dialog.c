#include "app/field/tui/dialog.h"

#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"

enum {
    BOX_WIDTH = 64,
    REASON_CHARS = 200
};

static const struct key_contexts ASKING = {{KEYS_ASK}};
static const struct key_contexts TYPING = {{KEYS_LINE, KEYS_TEXT}};

/* --- text in a box */

/* Bytes of TEXT that fit into WIDTH columns: up to a line break, a blank, or as far as they go. */
static size_t line_length(const struct ui *ui, const char *text, int width)
{
    size_t blank = 0;
    size_t at = 0;
    int columns = 0;
    while (text[at] && text[at] != '\n') {
        size_t next = lineedit_next(text, at);
        columns += term_width(ui->term, text + at, next - at);
        if (columns > width)
            return blank ? blank : (at ? at : next);
        if (text[at] == ' ')
            blank = at;
        at = next;
    }
    return at;
}

int dialog_wrap(const struct ui *ui, const char *text, int width,
                void (*each)(void *arg, int line, const char *text), void *arg)
{
    int lines = 0;
    while (*text) {
        size_t len = line_length(ui, text, width);
        char *line = str_dup_len(text, len);
        if (each)
            each(arg, lines, line);
        free(line);
        lines++;
        text += len;
        if (*text == '\n' || *text == ' ')
            text++;
    }
    return lines;
}

struct paper {
    struct ui *ui;
    int row;
    int column;
    int width;
    enum meaning as;
};

static void write_line(void *arg, int line, const char *text)
{
    const struct paper *p = arg;
    term_put(p->ui->term, p->row + line, p->column, p->width, p->as, text);
}

int dialog_put(struct ui *ui, int row, int column, int width, enum meaning as, const char *text)
{
    struct paper p = {ui, row, column, width, as};
    int lines = dialog_wrap(ui, text, width, write_line, &p);
    if (lines == 0)
        term_put(ui->term, row, column, width, as, "");
    return row + (lines > 0 ? lines : 1);
}

void dialog_frame(struct ui *ui, const char *title, int rows, int width, int *out_row, int *out_column)
{
    int row = (term_rows(ui->term) - rows - 2) / 2;
    int column = (term_columns(ui->term) - width - 4) / 2;
    row = row < 0 ? 0 : row;
    column = column < 0 ? 0 : column;
    term_box(ui->term, row, column, rows + 2, width + 4);
    int title_width = term_width(ui->term, title, strlen(title));
    if (title_width > width)
        title_width = width;
    term_put(ui->term, row, column + 2, title_width, MEAN_HEADING, title);
    *out_row = row + 1;
    *out_column = column + 2;
}

/* A box with TEXT and EXTRA empty lines below it. */
static struct paper draw_text(struct ui *ui, const char *title, const char *text, int extra)
{
    struct paper p = {.ui = ui, .width = BOX_WIDTH};
    int lines = dialog_wrap(ui, text, p.width, NULL, NULL);
    ui_draw(ui);
    dialog_frame(ui, title, lines + extra, p.width, &p.row, &p.column);
    (void)dialog_wrap(ui, text, p.width, write_line, &p);
    p.row += lines + extra - 1;
    return p;
}

/* --- the boxes */

void dialog_tell(struct ui *ui, const char *title, const char *text)
{
    int32_t press = PRESS_NONE;
    while (press != PRESS_ENTER && press != PRESS_ESC && press != ' ' && press != PRESS_HANG_UP) {
        struct paper p = draw_text(ui, title, text, 2);
        term_put(ui->term, p.row, p.column, p.width, MEAN_FOCUS, _("Enter: go on"));
        term_cursor(ui->term, p.row, p.column);
        press = ui_press(ui);
    }
}

/* "y: yes   n: no", of the key table. */
static void put_answers(struct buf *out)
{
    size_t at = 0;
    for (const struct key_row *row; (row = keys_next(&ASKING, &at)); at++) {
        if (row->context != KEYS_ASK)
            continue;
        buf_puts(out, out->len ? "   " : "");
        keys_put_name(out, keys_first(row));
        buf_printf(out, "%s%s", _(": "), _(row->help));
    }
}

bool dialog_ask(struct ui *ui, const char *title, const char *text)
{
    for (;;) {
        struct paper p = draw_text(ui, title, text, 2);
        struct buf answers = {0};
        put_answers(&answers);
        term_put(ui->term, p.row, p.column, p.width, MEAN_FOCUS, buf_str(&answers));
        buf_done(&answers);
        term_cursor(ui->term, p.row, p.column);
        ui_draw_bar(ui, &ASKING);
        int32_t press = ui_press(ui);
        enum action action = keys_action(&ASKING, press);
        if (action == ACTION_YES)
            return true;
        if (action == ACTION_NO || action == ACTION_BACK || press == PRESS_HANG_UP)
            return false;
    }
}

void dialog_draw_line(struct ui *ui, int row, int column, int width, const struct lineedit *l)
{
    const char *text = lineedit_text(l);
    size_t from = 0;
    /* The cursor needs a column of its own. */
    while (from < l->cursor && term_width(ui->term, text + from, l->cursor - from) > width - 1)
        from = lineedit_next(text, from);
    term_put(ui->term, row, column, width, MEAN_FOCUS, text + from);
    term_cursor(ui->term, row, column + term_width(ui->term, text + from, l->cursor - from));
}

bool dialog_line(struct ui *ui, const char *title, const char *text, struct lineedit *answer)
{
    for (;;) {
        struct paper p = draw_text(ui, title, text, 2);
        ui_draw_bar(ui, &TYPING);
        dialog_draw_line(ui, p.row, p.column, p.width, answer);
        int32_t press = ui_press(ui);
        if (press == PRESS_HANG_UP || press == PRESS_ESC)
            return false;
        enum action action = keys_action(&TYPING, press);
        if (action == ACTION_LINE_TAKE && !lineedit_is_empty(answer))
            return true;
        if (!lineedit_insert(answer, press))
            (void)lineedit_do(answer, action);
    }
}

bool dialog_reason(struct ui *ui, const char *text, char **out_why)
{
    struct buf question = {0};
    struct lineedit answer = {.max_chars = REASON_CHARS};
    buf_printf(
        &question, "%s\n\n%s", text,
        _("If it is right, say why: the reason travels with the record. Esc goes back to correct it."));
    bool given = dialog_line(ui, _("Is this right?"), buf_str(&question), &answer);
    *out_why = given ? str_dup(lineedit_text(&answer)) : NULL;
    lineedit_done(&answer);
    buf_done(&question);
    return given;
}
