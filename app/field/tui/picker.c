#include "app/field/tui/picker.h"

#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/table.h"
#include "schema/base/text.h"
#include "schema/record/ident.h"

enum {
    PICKER_WIDTH = 64,
    PICKER_ROWS = 14,
    MOST_RECORDS = 100
};

struct item {
    char *text;
    const char *code; /* borrowed from the list */
    int64_t id;
    bool chosen; /* of a set */
};

struct picker {
    struct ui *ui;
    const char *title;
    struct lineedit search;
    struct item *items;
    int count;
    struct table table;
    bool many; /* Enter marks; Esc is done */
    /* Makes the items that fit the search. */
    enum err (*fill)(struct picker *p, struct errctx *e);
    const struct field *field;
    enum entity_id of;
    struct buf *set;
    const char *const *words;
    int word_count;
};

static const struct key_contexts PICKING = {{KEYS_MOVE, KEYS_TEXT}};

static void drop_items(struct picker *p)
{
    for (int i = 0; i < p->count; i++)
        free(p->items[i].text);
    p->count = 0;
}

static struct item *add_item(struct picker *p, const char *text)
{
    p->items = mem_resize(p->items, (size_t)p->count + 1, sizeof *p->items);
    struct item *item = &p->items[p->count++];
    *item = (struct item){.text = str_dup(text)};
    return item;
}

/* --- what it is filled with */

/* A word of the label or the code begins with what was typed. */
static bool fits(const char *label, const char *code, const char *typed)
{
    struct buf wanted = {0};
    struct buf folded = {0};
    text_fold(&wanted, typed);
    text_fold(&folded, label);
    buf_putc(&folded, ' ');
    text_fold(&folded, code);
    bool found = wanted.len == 0;
    for (const char *at = buf_str(&folded); !found && at; at = strchr(at, ' ')) {
        at += *at == ' ';
        found = strncmp(at, buf_str(&wanted), wanted.len) == 0;
    }
    buf_done(&wanted);
    buf_done(&folded);
    return found;
}

static enum err fill_codes(struct picker *p, struct errctx *e)
{
    const struct code_list *list = NULL;
    if (codes_list(p->ui->world.reader.codes, p->field->list, &list, e) != ERR_OK)
        return e->kind;
    struct buf line = {0};
    for (size_t i = 0; i < code_list_count(list); i++) {
        const struct code *code = code_list_at(list, i);
        const char *label = field_label(p->field, code->code, &p->ui->world);
        if (!fits(label, code->code, lineedit_text(&p->search)))
            continue;
        bool chosen = p->set && names_hold(buf_str(p->set), code->code);
        buf_clear(&line);
        buf_printf(&line, "%s%s", p->many ? (chosen ? "[x] " : "[ ] ") : "", label);
        struct item *item = add_item(p, buf_str(&line));
        item->code = code->code;
        item->chosen = chosen;
    }
    buf_done(&line);
    return ERR_OK;
}

static enum err fill_words(struct picker *p, struct errctx *e)
{
    (void)e;
    for (int i = 0; i < p->word_count; i++) {
        if (fits(p->words[i], "", lineedit_text(&p->search)))
            add_item(p, p->words[i])->id = i;
    }
    return ERR_OK;
}

/* The columns of the entity's list, side by side. */
static void put_record_line(struct picker *p, const struct row *row, struct buf *line)
{
    size_t len = 0;
    char id[IDENT_BYTES];
    for (const char *at = names_next(row->record.of->columns, &len); at; at = names_next(at + len, &len)) {
        char *flag = str_dup_len(at, len);
        size_t before = line->len;
        int field = entity_field_by_flag(row->record.of, flag);
        if (before)
            buf_puts(line, ", ");
        size_t behind = line->len;
        field_show(line, &row->record, field, &p->ui->world);
        if (line->len == behind)
            buf_truncate(line, before);
        free(flag);
    }
    buf_printf(line, "  %s", ident_format_checked(row->id, id));
}

static enum err add_record(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    struct picker *p = arg;
    struct buf line = {0};
    put_record_line(p, row, &line);
    add_item(p, buf_str(&line))->id = row->id;
    buf_done(&line);
    return ERR_OK;
}

static enum err fill_records(struct picker *p, struct errctx *e)
{
    const char *search = lineedit_text(&p->search);
    const struct store_filter filter = {.search = *search ? search : NULL, .limit = MOST_RECORDS};
    return store_list(p->ui->store, p->of, &filter, add_record, p, e);
}

/* --- the box */

static void draw(struct picker *p)
{
    struct ui *ui = p->ui;
    int row = 0;
    int column = 0;
    ui_draw(ui);
    dialog_frame(ui, p->title, PICKER_ROWS + 2, PICKER_WIDTH, &row, &column);
    table_show(&p->table, PICKER_ROWS);
    for (int i = 0; i < PICKER_ROWS && p->table.top + i < p->count; i++) {
        int at = p->table.top + i;
        term_put(ui->term, row + 2 + i, column, PICKER_WIDTH,
                 at == p->table.marked ? MEAN_SELECTED : MEAN_PLAIN, p->items[at].text);
    }
    if (p->count == 0)
        term_put(ui->term, row + 2, column, PICKER_WIDTH, MEAN_WARNING, _("nothing fits what was typed"));
    term_put(ui->term, term_rows(ui->term) - 2, 1, term_columns(ui->term) - 2, MEAN_FAINT,
             p->many ? _("Type to look; Enter marks, Esc is done")
                     : _("Type to look; Enter chooses, Esc goes back"));
    ui_draw_bar(ui, &PICKING);
    dialog_draw_line(ui, row, column, PICKER_WIDTH, &p->search);
}

static bool refill(struct picker *p)
{
    struct errctx e = {0};
    drop_items(p);
    bool done = p->fill(p, &e) == ERR_OK;
    if (!done)
        ui_tell_error(p->ui, &e);
    table_resize(&p->table, p->count);
    return done;
}

static void toggle(struct picker *p)
{
    struct buf set = {0};
    const char *code = p->items[p->table.marked].code;
    size_t len = 0;
    bool found = false;
    for (const char *at = names_next(buf_str(p->set), &len); at; at = names_next(at + len, &len)) {
        bool same = strlen(code) == len && strncmp(at, code, len) == 0;
        found |= same;
        if (!same)
            buf_printf(&set, "%s%.*s", set.len ? "," : "", (int)len, at);
    }
    if (!found)
        buf_printf(&set, "%s%s", set.len ? "," : "", code);
    buf_done(p->set);
    *p->set = set;
}

/* True: the marked item was chosen. */
static bool run(struct picker *p)
{
    bool chosen = false;
    bool over = !refill(p);
    while (!over) {
        draw(p);
        int32_t press = ui_press(p->ui);
        enum action action = keys_action(&PICKING, press);
        chosen = press == PRESS_ENTER && p->count > 0;
        over = press == PRESS_HANG_UP || press == PRESS_ESC || (chosen && !p->many);
        if (chosen && p->many) {
            toggle(p);
            over = !refill(p);
        } else if (!over && !table_do(&p->table, action, PICKER_ROWS) &&
                   (lineedit_insert(&p->search, press) || lineedit_do(&p->search, action) == LINE_CHANGED)) {
            p->table.marked = 0;
            over = !refill(p);
        }
    }
    return chosen;
}

static void done(struct picker *p)
{
    drop_items(p);
    free(p->items);
    lineedit_done(&p->search);
}

bool picker_code(struct ui *ui, const struct field *f, const char *current, const char **out)
{
    struct picker p = {.ui = ui, .title = _(f->label), .fill = fill_codes, .field = f};
    const struct code_list *list = NULL;
    struct errctx e;
    if (current && codes_list(ui->world.reader.codes, f->list, &list, &e) == ERR_OK) {
        for (size_t i = 0; i < code_list_count(list); i++) {
            if (strcmp(code_list_at(list, i)->code, current) == 0) {
                p.table.count = (int)code_list_count(list);
                p.table.marked = (int)i;
            }
        }
    }
    bool chosen = run(&p);
    if (chosen)
        *out = p.items[p.table.marked].code;
    done(&p);
    return chosen;
}

bool picker_set(struct ui *ui, const struct field *f, struct buf *set)
{
    struct picker p = {
        .ui = ui, .title = _(f->label), .fill = fill_codes, .field = f, .set = set, .many = true};
    (void)run(&p);
    done(&p);
    return !ui->leaving;
}

bool picker_word(struct ui *ui, const char *title, const char *const *words, int count, int *out_at)
{
    struct picker p = {.ui = ui, .title = title, .fill = fill_words, .words = words, .word_count = count};
    bool chosen = run(&p);
    if (chosen)
        *out_at = (int)p.items[p.table.marked].id;
    done(&p);
    return chosen;
}

bool picker_record(struct ui *ui, enum entity_id of, const char *title, const char *search, int64_t *out_id)
{
    struct picker p = {.ui = ui, .title = title, .fill = fill_records, .of = of};
    lineedit_set(&p.search, search);
    bool chosen = run(&p);
    if (chosen)
        *out_id = p.items[p.table.marked].id;
    done(&p);
    return chosen;
}
