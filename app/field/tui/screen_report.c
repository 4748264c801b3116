/* The laptop's reports, one after another, by day or month, with a bar for the diamonds; saved as text and
 * CSV. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/output_report.h"
#include "app/field/report/field_report.h"
#include "app/field/tui/screens.h"
#include "app/field/tui/table.h"
#include "schema/base/date.h"
#include "schema/base/decimal.h"

enum {
    PERIOD_BYTES = 12
};

enum kind {
    REPORTS_DAY,
    REPORTS_MONTH_BY_DAY,
    REPORTS_MONTH_BY_LICENCE,
    REPORTS_RETURNS,
    REPORTS_BALANCE,
    REPORTS_LICENCES,
    REPORTS_COUNT
};

static const struct {
    const char *label;
    bool monthly;
} REPORTS[REPORTS_COUNT] = {
    [REPORTS_DAY] = {N_("The day's returns"), false},
    [REPORTS_MONTH_BY_DAY] = {N_("The month by day"), true},
    [REPORTS_MONTH_BY_LICENCE] = {N_("The month by licence"), true},
    [REPORTS_RETURNS] = {N_("Missing returns of the month"), true},
    [REPORTS_BALANCE] = {N_("Produced, sold and in stock"), false},
    [REPORTS_LICENCES] = {N_("Licences and how they stand"), false},
};

struct shown {
    enum kind kind;
    int32_t day;
    struct report report;
    struct table table;
};

static void month_of(int32_t day, int32_t *first, int32_t *last, char period[PERIOD_BYTES])
{
    struct date d = date_from_days(day);
    d.day = 1;
    *first = date_to_days(d);
    struct date next = {d.month == 12 ? d.year + 1 : d.year, d.month == 12 ? 1 : d.month + 1, 1};
    *last = date_to_days(next) - 1;
    char iso[DATE_BYTES];
    (void)snprintf(period, PERIOD_BYTES, "%.7s", date_format(d, iso));
}

static enum err make(struct ui *ui, struct shown *s, struct errctx *e)
{
    int32_t first = 0;
    int32_t last = 0;
    char period[PERIOD_BYTES];
    month_of(s->day, &first, &last, period);
    switch (s->kind) {
    case REPORTS_DAY:
        return report_day(ui->store, s->day, &s->report, e);
    case REPORTS_MONTH_BY_DAY:
        return report_month(ui->store, period, first, last, REPORT_BY_DAY, &s->report, e);
    case REPORTS_MONTH_BY_LICENCE:
        return report_month(ui->store, period, first, last, REPORT_BY_LICENCE, &s->report, e);
    case REPORTS_RETURNS:
        return report_returns(ui->store, period, first, last, ui_today(ui), &s->report, e);
    case REPORTS_BALANCE:
        return report_balance(ui->store, s->day, &s->report, e);
    case REPORTS_LICENCES:
        return report_licences(ui->store, s->day, &s->report, e);
    case REPORTS_COUNT:
        break;
    }
    return err_fail(e, ERR_INTERNAL, "there is no such report");
}

static enum err read_report(struct ui *ui, struct shown *s, struct errctx *e)
{
    report_done(&s->report);
    s->report = (struct report){0};
    enum err result = make(ui, s, e);
    table_resize(&s->table, (int)s->report.row_count);
    return result;
}

static enum err report_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    (void)arg;
    struct shown *s = state;
    s->day = ui_today(ui);
    enum err result = read_report(ui, s, e);
    if (result != ERR_OK)
        report_done(&s->report);
    return result;
}

static void report_again(struct ui *ui, void *state)
{
    struct errctx e = {0};
    if (read_report(ui, state, &e) != ERR_OK)
        ui_tell_error(ui, &e);
}

static void report_close(struct ui *ui, void *state)
{
    (void)ui;
    report_done(&((struct shown *)state)->report);
}

/* --- drawing */

static void put_code(struct buf *out, struct ui *ui, const char *name, const char *text)
{
    const struct code_list *list = NULL;
    struct errctx e;
    const struct code *code =
        codes_list(ui->world.reader.codes, name, &list, &e) == ERR_OK ? code_list_find(list, text) : NULL;
    buf_puts(out, code ? code->label[ui->world.lang] : text);
}

static void put_cell(struct buf *out, struct ui *ui, const struct report_column *c,
                     const struct report_cell *cell)
{
    char id[IDENT_BYTES];
    if (!cell->given)
        return;
    switch (c->kind) {
    case REPORT_TEXT:
        buf_puts(out, cell->text);
        return;
    case REPORT_WORD:
        buf_puts(out, _(cell->text));
        return;
    case REPORT_DATE:
        language_put_value(out, cell->text);
        return;
    case REPORT_CODE:
        put_code(out, ui, c->list, cell->text);
        return;
    case REPORT_ID:
        buf_puts(out, ident_format_checked(cell->number, id));
        return;
    case REPORT_NUMBER:
        decimal_format(out, cell->number, c->scale, 0, ui->world.mark);
        return;
    }
}

static int text_width(struct ui *ui, const struct buf *text)
{
    return term_width(ui->term, buf_str(text), text->len);
}

static void measure(struct ui *ui, const struct shown *s, struct table_width *widths)
{
    struct buf text = {0};
    const struct report *r = &s->report;
    for (int i = 0; i < r->column_count; i++) {
        const struct report_column *c = &r->columns[i];
        int widest = 0;
        for (size_t row = 0; row <= r->row_count; row++) {
            const struct report_cell total = {.given = c->summed, .number = r->totals[i]};
            buf_clear(&text);
            put_cell(&text, ui, c, row < r->row_count ? report_cell(r, row, i) : &total);
            widest = text_width(ui, &text) > widest ? text_width(ui, &text) : widest;
        }
        buf_clear(&text);
        buf_puts(&text, _(c->label));
        int label = text_width(ui, &text);
        bool whole = c->kind == REPORT_NUMBER || c->kind == REPORT_DATE;
        int named = i > 0 ? 0 : widest < TABLE_NAMED ? widest : TABLE_NAMED;
        widths[i] =
            (struct table_width){.wanted = label > widest ? label : widest, .kept = whole ? widest : named};
    }
    buf_done(&text);
    table_fit(widths, r->column_count, term_columns(ui->term) - 1);
}

enum line {
    LINE_HEADING = -2,
    LINE_TOTAL = -1
};

static int draw_line(struct ui *ui, const struct shown *s, int at, int row, const struct table_width *widths,
                     enum meaning as)
{
    const struct report *r = &s->report;
    struct buf text = {0};
    int column = 0;
    for (int i = 0; i < r->column_count; i++) {
        const struct report_column *c = &r->columns[i];
        const struct report_cell total = {.given = c->summed, .number = r->totals[i]};
        buf_clear(&text);
        if (at == LINE_HEADING)
            buf_puts(&text, _(c->label));
        else
            put_cell(&text, ui, c, at == LINE_TOTAL ? &total : report_cell(r, (size_t)at, i));
        if (c->kind == REPORT_NUMBER)
            term_put_right(ui->term, row, column, widths[i].wanted, as, buf_str(&text));
        else
            term_put(ui->term, row, column, widths[i].wanted, as, buf_str(&text));
        column += widths[i].wanted + 1;
    }
    buf_done(&text);
    return column;
}

static int column_of(const struct report *r, const char *name)
{
    for (int i = 0; i < r->column_count; i++) {
        if (strcmp(r->columns[i].name, name) == 0)
            return i;
    }
    return -1;
}

/* Diamonds, where a bar has room. */
static void draw_bars(struct ui *ui, const struct shown *s, int column, int rows)
{
    const struct report *r = &s->report;
    int diamonds = column_of(r, "diamond_mct");
    int width = term_columns(ui->term) - column - 1;
    int64_t most = 0;
    for (size_t i = 0; diamonds >= 0 && i < r->row_count; i++) {
        const struct report_cell *cell = report_cell(r, i, diamonds);
        most = cell->given && cell->number > most ? cell->number : most;
    }
    for (int i = 0; most > 0 && width >= 8 && i < rows && s->table.top + i < s->table.count; i++)
        term_bar(ui->term, UI_BODY + 2 + i, column, width,
                 report_cell(r, (size_t)(s->table.top + i), diamonds)->number, most);
}

static void report_draw(struct ui *ui, void *state)
{
    struct shown *s = state;
    struct table_width widths[REPORT_MAX_COLUMNS];
    int rows = ui_body_rows(ui) - 4;
    struct buf text = {0};
    buf_printf(&text, "%s   ", _(REPORTS[s->kind].label));
    language_put_value(&text, s->report.period ? s->report.period : "");
    term_put(ui->term, UI_BODY, 0, term_columns(ui->term), MEAN_LABEL, buf_str(&text));
    buf_done(&text);
    table_show(&s->table, rows);
    measure(ui, s, widths);
    int end = draw_line(ui, s, LINE_HEADING, UI_BODY + 1, widths, MEAN_HEADING);
    for (int i = 0; i < rows && s->table.top + i < s->table.count; i++) {
        int at = s->table.top + i;
        (void)draw_line(ui, s, at, UI_BODY + 2 + i, widths,
                        at == s->table.marked ? MEAN_SELECTED : MEAN_PLAIN);
        if (at == s->table.marked)
            term_cursor(ui->term, UI_BODY + 2 + i, 0);
    }
    draw_bars(ui, s, end, rows);
    term_rule(ui->term, UI_BODY + rows + 2, 0, term_columns(ui->term));
    (void)draw_line(ui, s, LINE_TOTAL, UI_BODY + rows + 3, widths, MEAN_HEADING);
}

/* --- keys */

static enum err write_as(struct ui *ui, const struct shown *s, enum output_form form, const char *path,
                         struct errctx *e)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return err_errno(e, ERR_IO, errno, _("write \"%s\""), path);
    struct output *out = output_new(file, form, ui->world.mark);
    enum err result = output_report(out, &s->report, ui->world.reader.codes, ui->world.lang, e);
    output_free(out);
    if (fclose(file) != 0 && result == ERR_OK)
        result = err_errno(e, ERR_IO, errno, _("write \"%s\""), path);
    return result;
}

/* Beside the database: "day-2026-11-23.txt" and ".csv". */
static void save(struct ui *ui, const struct shown *s)
{
    struct buf path = {0};
    struct errctx e = {0};
    const char *slash = strrchr(ui->app->db_path, '/');
    if (slash)
        buf_put(&path, ui->app->db_path, (size_t)(slash - ui->app->db_path) + 1);
    buf_printf(&path, "%s-%s", s->report.name, s->report.period);
    size_t stem = path.len;
    buf_puts(&path, ".csv");
    enum err result = write_as(ui, s, OUTPUT_CSV, buf_str(&path), &e);
    buf_truncate(&path, stem);
    buf_puts(&path, ".txt");
    if (result == ERR_OK)
        result = write_as(ui, s, OUTPUT_TABLE, buf_str(&path), &e);
    if (result == ERR_OK)
        ui_say(ui, MEAN_GOOD, _("written to %s, and as .csv"), buf_str(&path));
    else
        ui_tell_error(ui, &e);
    buf_done(&path);
}

static void go(struct ui *ui, struct shown *s, int by)
{
    int32_t first = 0;
    int32_t last = 0;
    char period[PERIOD_BYTES];
    month_of(s->day, &first, &last, period);
    if (!REPORTS[s->kind].monthly)
        s->day += by;
    else
        s->day = by < 0 ? first - 1 : last + 1;
    report_again(ui, s);
}

static void turn(struct ui *ui, struct shown *s, int by)
{
    s->kind = (enum kind)(((int)s->kind + by + REPORTS_COUNT) % REPORTS_COUNT);
    s->table = (struct table){0};
    report_again(ui, s);
}

static unsigned report_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    (void)press;
    struct shown *s = state;
    if (action == ACTION_REPORT_NEXT)
        turn(ui, s, 1);
    else if (action == ACTION_REPORT_PREVIOUS)
        turn(ui, s, -1);
    else if (action == ACTION_REPORT_EARLIER)
        go(ui, s, -1);
    else if (action == ACTION_REPORT_LATER)
        go(ui, s, 1);
    else if (action == ACTION_REPORT_SAVE)
        save(ui, s);
    else if (!table_do(&s->table, action, ui_body_rows(ui) - 4))
        return KEY_IGNORED;
    return KEY_HANDLED;
}

const struct screen SCREEN_REPORT = {
    .title = N_("Reports"),
    .state_size = sizeof(struct shown),
    .keys = {{KEYS_REPORT, KEYS_MOVE}},
    .open = report_open,
    .draw = report_draw,
    .key = report_key,
    .again = report_again,
    .close = report_close,
};
