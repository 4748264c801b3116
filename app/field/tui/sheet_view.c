#include "app/field/tui/sheet_view.h"

#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/field/tui/dialog.h"
#include "schema/base/date.h"
#include "schema/base/decimal.h"

enum {
    NUMBER_WIDTH = 13, /* of the licence's number */
    HOLDER_WIDTH = 12, /* and of the holder, where there is no more room */
    OUTCOME_WIDTH = 5,
    FOOT_ROWS = 3,
};

static const struct {
    const char *label;
    int width;
} COLUMNS[SHEET_COLUMNS] = {
    [SHEET_DIGGERS] = {NC_("sheet", "Men"), 4},   [SHEET_HOURS] = {NC_("sheet", "Hours"), 5},
    [SHEET_GRAVEL] = {NC_("sheet", "m3"), 6},     [SHEET_STONES] = {NC_("sheet", "Stones"), 6},
    [SHEET_CARATS] = {NC_("sheet", "Carats"), 7}, [SHEET_GOLD] = {NC_("sheet", "Gold g"), 6},
    [SHEET_NOTE] = {NC_("sheet", "Note"), 8},
};

int sheet_view_rows(const struct ui *ui)
{
    return ui_body_rows(ui) - 2 - FOOT_ROWS;
}

static const char *outcome_mark(const struct daysheet_row *row)
{
    const char *outcome = daysheet_outcome(row);
    if (!outcome)
        return "";
    if (strcmp(outcome, "yield") == 0)
        return i18n_in_context(NC_("sheet", "yield"));
    return i18n_in_context(strcmp(outcome, "nil") == 0 ? NC_("sheet", "nil") : NC_("sheet", "none"));
}

static int holder_width(const struct ui *ui)
{
    int more = term_columns(ui->term) - TERM_MIN_COLUMNS;
    return HOLDER_WIDTH + (more > 0 ? more / 2 : 0);
}

static int note_width(const struct ui *ui)
{
    int used = 1 + NUMBER_WIDTH + 1 + holder_width(ui) + 1 + OUTCOME_WIDTH;
    for (int i = 0; i < SHEET_NOTE; i++)
        used += COLUMNS[i].width + 1;
    return term_columns(ui->term) - used - 1;
}

static int column_width(const struct ui *ui, int column)
{
    return column == SHEET_NOTE ? note_width(ui) : COLUMNS[column].width;
}

static int first_column(const struct ui *ui)
{
    return 1 + NUMBER_WIDTH + 1 + holder_width(ui) + 1 + OUTCOME_WIDTH + 1;
}

static void draw_heading(struct ui *ui)
{
    int column = first_column(ui);
    term_put(ui->term, UI_BODY + 1, 1, NUMBER_WIDTH, MEAN_HEADING, _("Licence"));
    term_put(ui->term, UI_BODY + 1, 2 + NUMBER_WIDTH, holder_width(ui), MEAN_HEADING, _("Holder"));
    for (int i = 0; i < SHEET_COLUMNS; i++) {
        if (i == SHEET_NOTE)
            term_put(ui->term, UI_BODY + 1, column, note_width(ui), MEAN_HEADING,
                     i18n_in_context(COLUMNS[i].label));
        else
            term_put_right(ui->term, UI_BODY + 1, column, COLUMNS[i].width, MEAN_HEADING,
                           i18n_in_context(COLUMNS[i].label));
        column += column_width(ui, i) + 1;
    }
}

static void draw_cells(struct ui *ui, const struct day_sheet *d, int index, int row_at)
{
    const struct daysheet_row *row = &d->sheet.rows[index];
    int column = first_column(ui);
    for (int i = 0; i < SHEET_COLUMNS; i++) {
        const struct form_field *field = &row->form.fields[daysheet_field((enum sheet_column)i)];
        int width = column_width(ui, i);
        bool focus = index == d->table.marked && i == (int)d->column;
        enum meaning as = field->error ? MEAN_ERROR : MEAN_VALUE;
        if (focus)
            dialog_draw_line(ui, row_at, column, width, &field->line);
        else if (!daysheet_column_used(row, (enum sheet_column)i))
            term_put(ui->term, row_at, column, width, MEAN_FAINT, "");
        else if (i == SHEET_NOTE)
            term_put(ui->term, row_at, column, width, as, lineedit_text(&field->line));
        else
            term_put_right(ui->term, row_at, column, width, as, lineedit_text(&field->line));
        column += width + 1;
    }
}

static void draw_row(struct ui *ui, const struct day_sheet *d, int index, int row_at)
{
    const struct daysheet_row *row = &d->sheet.rows[index];
    bool marked = index == d->table.marked;
    bool saved = row->form.id != 0 && !row->touched;
    enum meaning as = marked ? MEAN_HEADING : MEAN_PLAIN;
    term_put(ui->term, row_at, 0, 1, row->touched ? MEAN_WARNING : MEAN_GOOD,
             row->touched ? "*"
             : saved      ? "+"
                          : " ");
    term_put(ui->term, row_at, 1, NUMBER_WIDTH, as, row->licence_no);
    term_put(ui->term, row_at, 2 + NUMBER_WIDTH, holder_width(ui), as, row->holder);
    term_put(ui->term, row_at, 3 + NUMBER_WIDTH + holder_width(ui), OUTCOME_WIDTH, as, outcome_mark(row));
    draw_cells(ui, d, index, row_at);
}

/* The foot is written piece by piece; what has no room in the first line goes into the second. */
struct foot {
    struct ui *ui;
    int row;
    int column;
};

static void put_piece(struct foot *f, enum meaning as, const char *text)
{
    int width = term_width(f->ui->term, text, strlen(text));
    if (f->column > 0 && f->column + 2 + width > term_columns(f->ui->term)) {
        f->row++;
        f->column = 0;
    }
    f->column += f->column > 0 ? 2 : 1;
    term_put(f->ui->term, f->row, f->column, width, as, text);
    f->column += width;
}

static void put_sum(struct foot *f, enum meaning as, const char *label, int64_t number, int scale,
                    const char *unit)
{
    struct buf text = {0};
    buf_printf(&text, "%s ", label);
    decimal_format(&text, number, scale, 0, f->ui->world.mark);
    buf_puts(&text, unit);
    put_piece(f, as, buf_str(&text));
    buf_done(&text);
}

static void draw_parcel(struct foot *f, int64_t parcel_mct, int64_t found_mct)
{
    int64_t left = parcel_mct - found_mct;
    enum meaning as = left == 0 ? MEAN_GOOD : MEAN_WARNING;
    put_sum(f, as, _("Parcel"), parcel_mct, 3, " ct");
    put_sum(f, as, left < 0 ? _("too much by") : _("still to come"), left < 0 ? -left : left, 3, " ct");
}

static void draw_foot(struct ui *ui, const struct day_sheet *d)
{
    struct buf text = {0};
    struct daysheet_sums sums = daysheet_sum(&d->sheet);
    int row = term_rows(ui->term) - 2 - FOOT_ROWS;
    struct foot f = {ui, row + 1, 0};
    term_rule(ui->term, row, 0, term_columns(ui->term));
    buf_printf(&text, _("%d of %d teams"), sums.reported, d->sheet.count);
    put_piece(&f, MEAN_HEADING, buf_str(&text));
    put_sum(&f, MEAN_HEADING, _("men"), sums.diggers, 0, "");
    put_sum(&f, MEAN_HEADING, _("gravel"), sums.gravel_l, 3, " m3");
    put_sum(&f, MEAN_HEADING, _("stones"), sums.stones, 0, "");
    put_sum(&f, MEAN_HEADING, _("diamonds"), sums.diamond_mct, 3, " ct");
    put_sum(&f, MEAN_HEADING, _("gold"), sums.gold_mg, 3, " g");
    if (d->parcel_mct && f.row == row + 1)
        f = (struct foot){ui, row + 2, 1};
    if (d->parcel_mct)
        draw_parcel(&f, d->parcel_mct, sums.diamond_mct);
    buf_done(&text);
}

/* What chooses the day, the teams and the parcel: the bottom line has no room for them. */
static void draw_choices(struct ui *ui)
{
    static const struct key_contexts keys = {{KEYS_SHEET}};
    struct buf text = {0};
    size_t at = 0;
    for (const struct key_row *row; (row = keys_next(&keys, &at)); at++) {
        if (row->action != ACTION_SHEET_DAY && row->action != ACTION_SHEET_SCOPE &&
            row->action != ACTION_SHEET_PARCEL)
            continue;
        buf_puts(&text, text.len ? "  " : "");
        keys_put_name(&text, keys_first(row));
        buf_printf(&text, " %s", _(row->label));
    }
    int width = term_width(ui->term, buf_str(&text), text.len);
    term_put(ui->term, UI_BODY, term_columns(ui->term) - width - 1, width, MEAN_FAINT, buf_str(&text));
    buf_done(&text);
}

void sheet_view_draw(struct ui *ui, void *state)
{
    struct day_sheet *d = state;
    int rows = sheet_view_rows(ui);
    struct buf text = {0};
    char day[LANGUAGE_DAY_BYTES];
    buf_printf(&text, " %s   %s", language_days(d->sheet.day, day),
               d->scope_name ? d->scope_name : _("all teams"));
    term_put(ui->term, UI_BODY, 0, term_columns(ui->term), MEAN_LABEL, buf_str(&text));
    buf_done(&text);
    draw_choices(ui);
    draw_heading(ui);
    draw_foot(ui, d);
    if (d->sheet.count == 0)
        (void)dialog_put(ui, UI_BODY + 3, 2, 76, MEAN_FAINT,
                         _("No team has to report on this day. d chooses another day, s other teams."));
    table_show(&d->table, rows);
    for (int i = 0; i < rows && d->table.top + i < d->sheet.count; i++)
        draw_row(ui, d, d->table.top + i, UI_BODY + 2 + i);
}
