/* Records of one entity: search as one types, order by any column, the marked one beside the list where there
 * is room. */
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/picker.h"
#include "app/field/tui/screens.h"
#include "app/field/tui/table.h"
#include "schema/base/date.h"
#include "schema/record/ident.h"

enum {
    MOST_ROWS = 200, /* who looks for more than these types a letter */
    READ_MOST = 500, /* notes of older yields are looked through by the command alone */
    MOST_COLUMNS = 8,
    DETAIL_FROM = 110, /* columns of a terminal that has room for the record beside the list */
    DETAIL_WIDTH = 44,
    LABEL_WIDTH = 16,
    SEARCH_WIDTH = 24,
    REASON_CHARS = 200,
};

struct line {
    struct row row;
    char *cells[MOST_COLUMNS]; /* NULL until the line is shown or sorted */
};

struct list {
    const struct entity *of;
    struct lineedit search;
    int fields[MOST_COLUMNS];
    int column_count;
    struct line *lines;
    int count;
    struct table table;
    int sort; /* column; -1: as they come */
    bool with_void;
    struct {
        bool on;
        int field;
        int64_t number;
        char *text; /* stored form; owned */
        char *label;
    } filter;
};

static void drop_lines(struct list *l)
{
    for (int i = 0; i < l->count; i++) {
        for (int k = 0; k < l->column_count; k++)
            free(l->lines[i].cells[k]);
        row_done(&l->lines[i].row);
    }
    l->count = 0;
}

/* --- reading */

static void copy_row(struct row *to, const struct row *from)
{
    *to = *from;
    record_copy(&to->record, &from->record);
}

static char *cell_text(struct ui *ui, const struct record *r, int field)
{
    struct buf text = {0};
    const struct value *v = &r->values[field];
    if (r->of->fields[field].type == FIELD_REF && v->state == VALUE_SET)
        ui->world.title(ui->world.arg, r->of->fields[field].target, v->number, &text);
    else
        field_show(&text, r, field, &ui->world);
    (void)buf_str(&text);
    return text.data ? buf_steal(&text) : str_dup("");
}

static enum err add_line(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    struct list *l = arg;
    l->lines = mem_resize(l->lines, (size_t)l->count + 1, sizeof *l->lines);
    struct line *line = &l->lines[l->count++];
    *line = (struct line){0};
    copy_row(&line->row, row);
    return ERR_OK;
}

/* Writes the cells of lines FROM … TO - 1 that have none yet. */
static void need_cells(struct ui *ui, struct list *l, int from, int to)
{
    for (int k = from; k < to && k < l->count; k++) {
        for (int i = 0; i < l->column_count && !l->lines[k].cells[i]; i++)
            l->lines[k].cells[i] = cell_text(ui, &l->lines[k].row.record, l->fields[i]);
    }
}

/* Insertion keeps equal lines in their order; there are few. */
static void sort_lines(struct ui *ui, struct list *l)
{
    if (l->sort >= 0)
        need_cells(ui, l, 0, l->count);
    for (int i = 1; l->sort >= 0 && i < l->count; i++) {
        struct line moving = l->lines[i];
        int at = i;
        for (; at > 0 && strcoll(l->lines[at - 1].cells[l->sort], moving.cells[l->sort]) > 0; at--)
            l->lines[at] = l->lines[at - 1];
        l->lines[at] = moving;
    }
}

static void read_list(struct ui *ui, struct list *l)
{
    struct errctx e = {0};
    const char *search = lineedit_text(&l->search);
    struct store_filter filter = {.search = *search ? search : NULL,
                                  .read_most = READ_MOST,
                                  .limit = MOST_ROWS,
                                  .with_void = l->with_void};
    if (l->filter.on) {
        filter.where[0].field = l->filter.field;
        filter.where[0].text = l->filter.text;
        filter.where[0].number = l->filter.number;
        filter.where_count = 1;
    }
    drop_lines(l);
    if (store_list(ui->store, l->of->id, &filter, add_line, l, &e) != ERR_OK)
        ui_tell_error(ui, &e);
    sort_lines(ui, l);
    table_resize(&l->table, l->count);
}

static enum err list_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    (void)e;
    struct list *l = state;
    l->of = arg;
    l->sort = -1;
    size_t len = 0;
    for (const char *at = names_next(l->of->columns, &len); at && l->column_count < MOST_COLUMNS;
         at = names_next(at + len, &len)) {
        char *flag = str_dup_len(at, len);
        l->fields[l->column_count++] = entity_field_by_flag(l->of, flag);
        free(flag);
    }
    read_list(ui, l);
    return ERR_OK;
}

static void list_again(struct ui *ui, void *state)
{
    read_list(ui, state);
}

static void list_close(struct ui *ui, void *state)
{
    (void)ui;
    struct list *l = state;
    drop_lines(l);
    free(l->lines);
    free(l->filter.text);
    free(l->filter.label);
    lineedit_done(&l->search);
}

/* --- drawing */

static int text_width(struct ui *ui, const char *text)
{
    return term_width(ui->term, text, strlen(text));
}

static bool is_numeric(const struct field *f)
{
    return f->type == FIELD_INT || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY;
}

/* Numbers and dates say something else when they are cut, and a title is what the record is known by. */
static int kept_width(const struct list *l, int column, int width)
{
    const struct field *f = &l->of->fields[l->fields[column]];
    if (is_numeric(f) || f->type == FIELD_DATE)
        return width;
    if (!names_hold(l->of->title, f->name))
        return 0;
    return width < TABLE_NAMED ? width : TABLE_NAMED;
}

static void measure(struct ui *ui, const struct list *l, int all, struct table_width *widths)
{
    for (int i = 0; i < l->column_count; i++) {
        int widest = 0;
        for (int k = l->table.top; k < l->count && k < l->table.top + ui_body_rows(ui); k++) {
            int width = text_width(ui, l->lines[k].cells[i]);
            widest = width > widest ? width : widest;
        }
        int label = text_width(ui, _(l->of->fields[l->fields[i]].label));
        widths[i] =
            (struct table_width){.wanted = label > widest ? label : widest, .kept = kept_width(l, i, widest)};
    }
    table_fit(widths, l->column_count, all);
}

static void draw_cells(struct ui *ui, const struct list *l, int row, int at, const struct table_width *widths,
                       int all)
{
    enum meaning as = at < 0                    ? MEAN_HEADING
                      : at == l->table.marked   ? MEAN_SELECTED
                      : l->lines[at].row.voided ? MEAN_FAINT
                                                : MEAN_PLAIN;
    int column = 0;
    term_put(ui->term, row, 0, all, as, "");
    for (int i = 0; i < l->column_count; i++) {
        const struct field *f = &l->of->fields[l->fields[i]];
        const char *text = at < 0 ? _(f->label) : l->lines[at].cells[i];
        if (is_numeric(f))
            term_put_right(ui->term, row, column, widths[i].wanted, as, text);
        else
            term_put(ui->term, row, column, widths[i].wanted, as, text);
        column += widths[i].wanted + 1;
    }
}

static void draw_detail(struct ui *ui, const struct list *l, int column)
{
    const struct line *line = &l->lines[l->table.marked];
    struct buf text = {0};
    char id[IDENT_BYTES];
    int row = UI_BODY + 2;
    int rows = ui_body_rows(ui);
    buf_printf(&text, "%s %s%s", _(l->of->label), ident_format_checked(line->row.id, id),
               line->row.voided ? _("  VOID") : "");
    term_put(ui->term, UI_BODY + 1, column, DETAIL_WIDTH, MEAN_HEADING, buf_str(&text));
    for (int i = 0; i < l->of->field_count && row < rows; i++) {
        buf_clear(&text);
        field_show(&text, &line->row.record, i, &ui->world);
        if (text.len == 0)
            continue;
        term_put(ui->term, row, column, LABEL_WIDTH - 1, MEAN_LABEL, _(l->of->fields[i].label));
        term_put(ui->term, row, column + LABEL_WIDTH, DETAIL_WIDTH - LABEL_WIDTH, MEAN_PLAIN, buf_str(&text));
        row++;
    }
    buf_done(&text);
}

static void draw_search(struct ui *ui, const struct list *l)
{
    struct buf count = {0};
    const char *label = _("Search:");
    int column = text_width(ui, label) + 1;
    term_put(ui->term, UI_BODY, 0, column, MEAN_LABEL, label);
    buf_printf(&count,
               l->count == MOST_ROWS ? _("the first %d")
                                     : ngettext("%d record", "%d records", (unsigned long)l->count),
               l->count);
    term_put_right(ui->term, UI_BODY, term_columns(ui->term) - 20, 19, MEAN_FAINT, buf_str(&count));
    int behind = column + SEARCH_WIDTH + 1;
    int room = term_columns(ui->term) - behind - 2 - text_width(ui, buf_str(&count));
    if (l->filter.on)
        term_put(ui->term, UI_BODY, behind, room, MEAN_WARNING, l->filter.label);
    dialog_draw_line(ui, UI_BODY, column, SEARCH_WIDTH, &l->search);
    buf_done(&count);
}

static void list_draw(struct ui *ui, void *state)
{
    struct list *l = state;
    struct table_width widths[MOST_COLUMNS];
    int rows = ui_body_rows(ui) - 2;
    bool detail = term_columns(ui->term) >= DETAIL_FROM;
    int all = term_columns(ui->term) - (detail ? DETAIL_WIDTH + 2 : 0);
    table_show(&l->table, rows);
    need_cells(ui, l, l->table.top, l->table.top + ui_body_rows(ui));
    measure(ui, l, all, widths);
    draw_cells(ui, l, UI_BODY + 1, -1, widths, all);
    for (int i = 0; i < rows && l->table.top + i < l->count; i++)
        draw_cells(ui, l, UI_BODY + 2 + i, l->table.top + i, widths, all);
    if (l->count == 0)
        (void)dialog_put(ui, UI_BODY + 3, 2, all - 4, MEAN_FAINT,
                         lineedit_is_empty(&l->search)
                             ? _("Nothing is registered yet. Ctrl-N registers the first.")
                             : _("Nothing fits. Fewer letters find more; Ctrl-N registers a new one."));
    else if (detail)
        draw_detail(ui, l, all + 2);
    draw_search(ui, l);
}

static void list_name(const void *state, struct buf *out)
{
    const struct list *l = state;
    buf_puts(out, _(l->of->plural));
}

/* --- keys */

static void void_marked(struct ui *ui, struct list *l)
{
    struct errctx e = {0};
    struct author by;
    struct lineedit why = {.max_chars = REASON_CHARS};
    int64_t id = l->lines[l->table.marked].row.id;
    if (l->lines[l->table.marked].row.voided)
        ui_say(ui, MEAN_WARNING, "%s", _("this record is void already"));
    else if (dialog_line(ui, _("Void this record?"),
                         _("It stays in the history and counts no longer. Why was it never valid?"), &why)) {
        if (app_author(ui->app, &by, &e) != ERR_OK ||
            store_void(ui->store, l->of->id, id, lineedit_text(&why), &by, &e) != ERR_OK)
            ui_tell_error(ui, &e);
        else
            ui_say(ui, MEAN_GOOD, "%s", _("voided"));
        read_list(ui, l);
    }
    lineedit_done(&why);
}

static void open_marked(struct ui *ui, struct list *l, const struct screen *screen)
{
    struct form_args args = {.of = l->of->id, .id = l->lines[l->table.marked].row.id};
    ui_open(ui, screen, &args);
}

static bool on_marked(struct ui *ui, struct list *l, enum action action)
{
    if (action == ACTION_OPEN)
        open_marked(ui, l, &SCREEN_FORM);
    else if (action == ACTION_HISTORY)
        open_marked(ui, l, &SCREEN_HISTORY);
    else if (action == ACTION_OFFICER_PIN)
        ui_open(ui, &SCREEN_PIN, &l->lines[l->table.marked].row.id);
    else if (action == ACTION_VOID_RECORD)
        void_marked(ui, l);
    else
        return false;
    return true;
}

static void next_order(struct ui *ui, struct list *l)
{
    l->sort = l->sort + 1 < l->column_count ? l->sort + 1 : -1;
    read_list(ui, l);
    ui_say(ui, MEAN_PLAIN, _("ordered by: %s"),
           l->sort < 0 ? _("newest") : _(l->of->fields[l->fields[l->sort]].label));
}

/* --- the filter */

static bool can_filter(const struct field *f)
{
    return f->type == FIELD_CODE || f->type == FIELD_SET || f->type == FIELD_REF || f->type == FIELD_BOOL;
}

static bool pick_field(struct ui *ui, const struct list *l, int *out_field)
{
    const char *labels[ENTITY_MAX_FIELDS];
    int fields[ENTITY_MAX_FIELDS];
    int count = 0;
    int at = 0;
    for (int i = 0; i < l->of->field_count; i++) {
        if (!can_filter(&l->of->fields[i]))
            continue;
        labels[count] = _(l->of->fields[i].label);
        fields[count++] = i;
    }
    if (!picker_word(ui, _("Show only records with …"), labels, count, &at))
        return false;
    *out_field = fields[at];
    return true;
}

/* Asks for the value that FIELD must have; into R, an empty record of the entity. */
static bool pick_value(struct ui *ui, int field, struct record *r)
{
    const struct field *f = &r->of->fields[field];
    const char *const answers[] = {_("Yes"), _("No")};
    const char *code = NULL;
    int64_t id = 0;
    int at = 0;
    switch (f->type) {
    case FIELD_CODE:
    case FIELD_SET:
        if (!picker_code(ui, f, NULL, &code))
            return false;
        record_set_text(r, f->name, code);
        return true;
    case FIELD_REF:
        if (!picker_record(ui, f->target, _(f->label), "", &id))
            return false;
        record_set_number(r, f->name, id);
        return true;
    case FIELD_BOOL:
        if (!picker_word(ui, _(f->label), answers, 2, &at))
            return false;
        record_set_number(r, f->name, at == 0);
        return true;
    case FIELD_TEXT:
    case FIELD_NOTE:
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_DATE:
    case FIELD_BIRTH:
        return false;
    }
    return false;
}

static void set_filter(struct ui *ui, struct list *l, int field, const struct record *wanted)
{
    struct buf label = {0};
    const struct value *value = &wanted->values[field];
    char *shown = cell_text(ui, wanted, field);
    buf_printf(&label, "%s: %s", _(l->of->fields[field].label), shown);
    l->filter.on = true;
    l->filter.field = field;
    l->filter.number = value->number;
    l->filter.text = str_dup(value->text ? value->text : "");
    l->filter.label = buf_steal(&label);
    free(shown);
}

static void change_filter(struct ui *ui, struct list *l)
{
    struct record wanted;
    int field = 0;
    bool was_on = l->filter.on;
    free(l->filter.text);
    free(l->filter.label);
    memset(&l->filter, 0, sizeof l->filter);
    record_init(&wanted, l->of);
    if (was_on)
        ui_say(ui, MEAN_PLAIN, "%s", _("all are shown again"));
    else if (pick_field(ui, l, &field) && pick_value(ui, field, &wanted))
        set_filter(ui, l, field, &wanted);
    record_done(&wanted);
    read_list(ui, l);
}

static const struct key_contexts *list_contexts(const void *state)
{
    static const struct key_contexts officers = {{KEYS_OFFICERS, KEYS_LIST, KEYS_MOVE, KEYS_TEXT}};
    const struct list *l = state;
    return l->of->id == ENTITY_OFFICER ? &officers : &SCREEN_LIST.keys;
}

static unsigned list_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    struct list *l = state;
    struct form_args fresh = {.of = l->of->id};
    if (table_do(&l->table, action, ui_body_rows(ui) - 2) || (l->count > 0 && on_marked(ui, l, action)))
        return KEY_HANDLED;
    if (action == ACTION_NEW) {
        ui_open(ui, &SCREEN_FORM, &fresh);
    } else if (action == ACTION_SORT) {
        next_order(ui, l);
    } else if (action == ACTION_FILTER) {
        change_filter(ui, l);
    } else if (action == ACTION_WITH_VOID) {
        l->with_void = !l->with_void;
        read_list(ui, l);
        ui_say(ui, MEAN_PLAIN, "%s",
               l->with_void ? _("voided records are shown too") : _("voided records are hidden"));
    } else if (action != ACTION_HELP &&
               (lineedit_insert(&l->search, press) || lineedit_do(&l->search, action) == LINE_CHANGED)) {
        l->table.marked = 0;
        read_list(ui, l);
    } else {
        return KEY_IGNORED;
    }
    return KEY_HANDLED;
}

const struct screen SCREEN_LIST = {
    .title = N_("List"),
    .name = list_name,
    .state_size = sizeof(struct list),
    .keys = {{KEYS_LIST, KEYS_MOVE, KEYS_TEXT}},
    .contexts = list_contexts,
    .open = list_open,
    .draw = list_draw,
    .key = list_key,
    .again = list_again,
    .close = list_close,
};
