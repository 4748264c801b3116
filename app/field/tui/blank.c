#include "app/field/tui/blank.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/said.h"
#include "app/field/tui/dialog.h"

enum {
    LABEL_WIDTH = 24, /* at least */
    MOST_LABEL_WIDTH = 36,
    VALUE_WIDTH = 48, /* where there is room */
    ERROR_COLUMN = 6  /* most sentences are longer than a field */
};

void blank_done(struct blank *b)
{
    for (int i = 0; i < b->count; i++) {
        lineedit_done(&b->fields[i].line);
        free(b->fields[i].error);
    }
    sodium_memzero(b, sizeof *b);
}

struct blank_field *blank_add(struct blank *b, const char *label, const char *help)
{
    struct blank_field *f = &b->fields[b->count++];
    *f = (struct blank_field){.label = label, .help = help};
    return f;
}

const char *blank_text(const struct blank *b, int field)
{
    const struct blank_field *f = &b->fields[field];
    return f->secret ? f->hidden : lineedit_text(&f->line);
}

/* --- drawing */

/* The line that is shown: of a secret as many stars. */
static void put_shown(const struct blank_field *f, struct lineedit *out)
{
    *out = (struct lineedit){0};
    if (!f->secret) {
        lineedit_set(out, lineedit_text(&f->line));
        out->cursor = f->line.cursor;
        return;
    }
    for (size_t i = 0; f->hidden[i]; i++)
        (void)lineedit_insert(out, '*');
}

static int label_width(const struct ui *ui, const struct blank *b)
{
    int widest = LABEL_WIDTH;
    for (int i = 0; i < b->count; i++) {
        const char *label = _(b->fields[i].label);
        int width = term_width(ui->term, label, strlen(label));
        widest = width > widest ? width : widest;
    }
    return widest < MOST_LABEL_WIDTH ? widest : MOST_LABEL_WIDTH;
}

static int draw_field(struct ui *ui, const struct blank *b, int i, int row)
{
    int labels = label_width(ui, b);
    int column = labels + 3;
    int room = term_columns(ui->term) - column - 1;
    int width = room < VALUE_WIDTH ? room : VALUE_WIDTH;
    const struct blank_field *f = &b->fields[i];
    struct lineedit shown;
    put_shown(f, &shown);
    term_put(ui->term, row, 2, labels, i == b->focus ? MEAN_HEADING : MEAN_LABEL, _(f->label));
    if (i == b->focus)
        dialog_draw_line(ui, row, column, width, &shown);
    else
        term_put(ui->term, row, column, width, MEAN_VALUE, lineedit_text(&shown));
    lineedit_done(&shown);
    if (!f->error)
        return row + 1;
    struct buf words = {0};
    buf_puts(&words, "^ ");
    said_put(&words, f->error);
    row = dialog_put(ui, row + 1, ERROR_COLUMN, term_columns(ui->term) - ERROR_COLUMN - 1, MEAN_ERROR,
                     buf_str(&words));
    buf_done(&words);
    return row;
}

struct paper {
    struct ui *ui;
    int row;
    enum meaning as;
};

static void write_line(void *arg, int line, const char *text)
{
    const struct paper *p = arg;
    term_put(p->ui->term, p->row + line, 2, term_columns(p->ui->term) - 4, p->as, text);
}

int blank_words(struct ui *ui, int row, enum meaning as, const char *words)
{
    struct paper p = {ui, row, as};
    return row + dialog_wrap(ui, words, term_columns(ui->term) - 4, write_line, &p);
}

int blank_draw(struct ui *ui, const struct blank *b, int row)
{
    for (int i = 0; i < b->count; i++)
        row = draw_field(ui, b, i, row);
    return blank_words(ui, row + 1, MEAN_FAINT, _(b->fields[b->focus].help));
}

/* --- keys */

static void next_choice(struct blank_field *f)
{
    size_t len = 0;
    const char *now = lineedit_text(&f->line);
    const char *at = names_next(f->choices, &len);
    while (at && (strlen(now) != len || strncmp(at, now, len) != 0))
        at = names_next(at + len, &len);
    at = at ? names_next(at + len, &len) : NULL;
    if (!at)
        at = names_next(f->choices, &len);
    char *choice = str_dup_len(at, len);
    lineedit_set(&f->line, choice);
    free(choice);
}

static bool type_secret(struct blank_field *f, enum action action, int32_t press)
{
    size_t len = strlen(f->hidden);
    if (press > ' ' && press < PRESS_BACKSPACE && len + 1 < BLANK_SECRET_BYTES)
        f->hidden[len] = (char)press;
    else if (action == ACTION_ERASE_BACK && len > 0)
        f->hidden[len - 1] = '\0';
    else if (action == ACTION_ERASE_LINE || action == ACTION_ERASE_WORD)
        sodium_memzero(f->hidden, sizeof f->hidden);
    else
        return action == ACTION_ERASE_BACK || keys_is_text(press);
    return true;
}

static bool type(struct blank_field *f, enum action action, int32_t press)
{
    if (f->secret)
        return type_secret(f, action, press);
    if (f->choices) {
        if (press != ' ' && action != ACTION_PICK && action != ACTION_LINE_RIGHT)
            return keys_is_text(press);
        next_choice(f);
        return true;
    }
    if (keys_is_text(press)) {
        (void)lineedit_insert(&f->line, press);
        return true;
    }
    return lineedit_do(&f->line, action) != LINE_IGNORED;
}

bool blank_key(struct blank *b, enum action action, int32_t press)
{
    struct blank_field *f = &b->fields[b->focus];
    if (action == ACTION_NEXT_FIELD || action == ACTION_FIELD_DOWN) {
        b->focus += b->focus + 1 < b->count;
        return true;
    }
    if (action == ACTION_FIELD_UP) {
        b->focus -= b->focus > 0;
        return true;
    }
    if (!type(f, action, press))
        return false;
    free(f->error);
    f->error = NULL;
    return true;
}

void blank_blame(struct blank *b, int field, const char *words)
{
    free(b->fields[field].error);
    b->fields[field].error = str_dup(words);
    b->focus = field;
}

void blank_forgive(struct blank *b)
{
    for (int i = 0; i < b->count; i++) {
        free(b->fields[i].error);
        b->fields[i].error = NULL;
    }
}
