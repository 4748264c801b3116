/* The day sheet: a row a team, saved when it is left. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/field/store/draft.h"
#include "app/field/tui/daysheet.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/picker.h"
#include "app/field/tui/saving.h"
#include "app/field/tui/screens.h"
#include "app/field/tui/sheet_view.h"
#include "app/field/tui/table.h"
#include "schema/base/date.h"
#include "schema/base/decimal.h"

enum {
    PLACE_BYTES = 80
};

static struct daysheet_row *at(struct day_sheet *d)
{
    return d->sheet.count ? &d->sheet.rows[d->table.marked] : NULL;
}

static const char *place_of(const struct day_sheet *d, const struct daysheet_row *row, char out[PLACE_BYTES])
{
    char day[DATE_BYTES];
    (void)snprintf(out, PLACE_BYTES, "sheet:%s:%" PRId64 ":%" PRId64, date_format_days(d->sheet.day, day),
                   row->licence, row->form.id);
    return out;
}

/* --- reading */

static enum err add_line(void *arg, const struct team_line *line, struct errctx *e)
{
    (void)e;
    daysheet_add(arg, line);
    return ERR_OK;
}

/* What the last run of the program left unsaved. */
static enum err restore(struct ui *ui, struct day_sheet *d, struct errctx *e)
{
    char place[PLACE_BYTES];
    for (int i = 0; i < d->sheet.count; i++) {
        struct daysheet_row *row = &d->sheet.rows[i];
        char *draft = NULL;
        if (draft_find(ui->store, place_of(d, row, place), &draft, e) != ERR_OK)
            return e->kind;
        if (draft && form_read_draft(&row->form, draft, e) == ERR_OK) {
            row->touched = true;
            ui_say(ui, MEAN_GOOD, "%s",
                   _("rows marked * hold what was typed before; they are saved when you leave them"));
        }
        free(draft);
    }
    return ERR_OK;
}

static enum err read_sheet(struct ui *ui, struct day_sheet *d, struct errctx *e)
{
    daysheet_done(&d->sheet);
    if (teams_each(ui->store, d->sheet.day, &d->scope, add_line, &d->sheet, e) != ERR_OK)
        return e->kind;
    daysheet_sort(&d->sheet);
    table_resize(&d->table, d->sheet.count);
    d->fresh = true;
    return restore(ui, d, e);
}

static enum err sheet_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    struct day_sheet *d = state;
    const int32_t *day = arg;
    d->sheet.world = &ui->world;
    d->sheet.day = day ? *day : ui_today(ui);
    enum err result = read_sheet(ui, d, e);
    if (result != ERR_OK)
        daysheet_done(&d->sheet);
    return result;
}

static void read_again(struct ui *ui, void *state)
{
    struct errctx e = {0};
    if (read_sheet(ui, state, &e) != ERR_OK)
        ui_tell_error(ui, &e);
}

/* --- keeping and saving */

static void keep_draft(struct ui *ui, struct day_sheet *d, struct daysheet_row *row)
{
    struct errctx e = {0};
    struct buf draft = {0};
    char place[PLACE_BYTES];
    if (row->touched)
        form_write_draft(&row->form, &draft);
    if (draft_keep(ui->store, place_of(d, row, place), row->touched ? buf_str(&draft) : NULL, ui->app->now,
                   &e) != ERR_OK)
        ui_say_line(ui, MEAN_ERROR, _("no draft could be kept"), e.text);
    buf_done(&draft);
}

static enum err write_row(void *arg, struct ui *ui, const struct author *by,
                          const struct confirmations *answers, struct findings *found, struct errctx *e)
{
    struct form *f = &((struct daysheet_row *)arg)->form;
    struct record change;
    form_change(f, &change);
    enum err result = f->id == 0 ? record_fill(&change, &ui->world.reader, e) : ERR_OK;
    if (result == ERR_OK)
        result = f->id == 0 ? store_add(ui->store, &change, by, answers, found, &f->id, e)
                            : store_amend(ui->store, ENTITY_YIELD, f->id, &change, f->version, by, answers,
                                          found, e);
    record_done(&change);
    return result;
}

/* The saved return in the place of what was typed. */
static void load_saved(struct ui *ui, struct day_sheet *d, struct daysheet_row *row)
{
    struct errctx e = {0};
    struct row saved = {0};
    int64_t id = row->form.id;
    if (store_load(ui->store, ENTITY_YIELD, id, &saved, &e) != ERR_OK) {
        ui_tell_error(ui, &e);
        return;
    }
    form_done(&row->form);
    form_load(&row->form, &saved, d->sheet.world);
    row_done(&saved);
}

/* The column that shows a field; the first one for what has none. */
static enum sheet_column column_of(int field)
{
    for (int i = 0; i < SHEET_COLUMNS; i++) {
        if (daysheet_field((enum sheet_column)i) == field)
            return (enum sheet_column)i;
    }
    return SHEET_DIGGERS;
}

static void show_error(struct ui *ui, struct day_sheet *d, const struct daysheet_row *row)
{
    const struct form *f = &row->form;
    d->column = column_of(f->focus);
    ui_say(ui, MEAN_ERROR, "%s: %s", _(f->of->fields[f->focus].label),
           f->fields[f->focus].error ? f->fields[f->focus].error : _("is not right"));
}

static bool save_row(struct ui *ui, struct day_sheet *d, struct daysheet_row *row)
{
    struct findings found = {0};
    char place[PLACE_BYTES];
    struct errctx e = {0};
    (void)place_of(d, row, place);
    if (!form_check(&row->form)) {
        show_error(ui, d, row);
        return false;
    }
    bool saved = saving_run(ui, write_row, row, &found);
    if (saved) {
        row->touched = false;
        load_saved(ui, d, row);
        if (draft_keep(ui->store, place, NULL, ui->app->now, &e) != ERR_OK)
            ui_tell_error(ui, &e);
        if (saving_flags(&found))
            saving_say_flag(ui, _("saved; the ministry will look at it"), row->form.of, saving_flags(&found));
    } else if (form_blame(&row->form, &found, LEVEL_BLOCK) || form_blame(&row->form, &found, LEVEL_CONFIRM)) {
        show_error(ui, d, row);
    }
    findings_done(&found);
    return saved;
}

/* Reads the cell; the outcome follows it. False: it is wrong. */
static bool leave_cell(struct ui *ui, struct day_sheet *d)
{
    struct daysheet_row *row = at(d);
    row->form.focus = daysheet_field(d->column);
    bool right = form_leave(&row->form);
    if (right && row->touched)
        daysheet_follow(row);
    if (row->touched)
        keep_draft(ui, d, row);
    if (!right)
        show_error(ui, d, row);
    d->fresh = true;
    return right;
}

/* Saves the row when it holds something new. False: it could not be saved, the cursor stays. */
static bool leave_row(struct ui *ui, struct day_sheet *d)
{
    if (!at(d))
        return true;
    if (!leave_cell(ui, d))
        return false;
    return !at(d)->touched || save_row(ui, d, at(d));
}

/* --- moving */

static void go_row(struct ui *ui, struct day_sheet *d, enum action action)
{
    int before = d->table.marked;
    struct table moved = d->table;
    (void)table_do(&moved, action, sheet_view_rows(ui));
    if (moved.marked != before && leave_row(ui, d))
        d->table.marked = moved.marked;
    else if (moved.marked == before)
        (void)leave_row(ui, d);
    d->fresh = true;
}

static void go_next_row(struct ui *ui, struct day_sheet *d)
{
    if (!leave_row(ui, d))
        return;
    d->column = SHEET_DIGGERS;
    if (d->table.marked + 1 < d->sheet.count)
        d->table.marked++;
    else if (!ui->said[0])
        ui_say(ui, MEAN_GOOD, "%s", _("that was the last team"));
}

/* The next used column in direction BY; SHEET_COLUMNS or -1 behind the ends. */
static int next_column(const struct day_sheet *d, int by)
{
    int to = (int)d->column + by;
    while (to >= 0 && to < SHEET_COLUMNS &&
           !daysheet_column_used(&d->sheet.rows[d->table.marked], (enum sheet_column)to))
        to += by;
    return to;
}

static void go_cell(struct ui *ui, struct day_sheet *d, int by, bool onward)
{
    int to = next_column(d, by);
    if (to >= 0 && to < SHEET_COLUMNS) {
        if (leave_cell(ui, d))
            d->column = (enum sheet_column)to;
    } else if (onward) {
        go_next_row(ui, d);
    }
}

/* --- acting */

static void not_worked(struct ui *ui, struct day_sheet *d)
{
    const char *reason = NULL;
    if (picker_code(ui, &ENTITIES[ENTITY_YIELD].fields[entity_field(&ENTITIES[ENTITY_YIELD], "reason")], NULL,
                    &reason)) {
        daysheet_set_not_worked(at(d), reason);
        go_next_row(ui, d);
    }
}

static void copy_above(struct ui *ui, struct day_sheet *d)
{
    if (d->table.marked == 0) {
        ui_say(ui, MEAN_PLAIN, "%s", _("there is no row above"));
        return;
    }
    int field = daysheet_field(d->column);
    const struct form *above = &d->sheet.rows[d->table.marked - 1].form;
    (void)form_put(&at(d)->form, field, lineedit_text(&above->fields[field].line));
    at(d)->touched = true;
    go_cell(ui, d, 1, true);
}

static void rest_nil(struct ui *ui, struct day_sheet *d)
{
    struct buf question = {0};
    int count = 0;
    for (int i = 0; i < d->sheet.count; i++)
        count += !daysheet_outcome(&d->sheet.rows[i]);
    buf_printf(&question,
               ngettext("%d team has no return yet. It worked and found nothing?",
                        "%d teams have no return yet. They worked and found nothing?", (unsigned long)count),
               count);
    if (count && dialog_ask(ui, _("The rest nil?"), buf_str(&question))) {
        for (int i = 0; i < d->sheet.count; i++) {
            if (daysheet_outcome(&d->sheet.rows[i]))
                continue;
            d->table.marked = i;
            daysheet_set_nil(&d->sheet.rows[i]);
            if (!save_row(ui, d, &d->sheet.rows[i]))
                break;
        }
    }
    buf_done(&question);
}

static void refuse_answer(struct ui *ui, const struct lineedit *answer, const struct errctx *e)
{
    struct buf typed = {0};
    buf_printf(&typed, "\"%s\"", lineedit_text(answer));
    ui_say_line(ui, MEAN_ERROR, buf_str(&typed), e->text);
    buf_done(&typed);
}

static void choose_day(struct ui *ui, struct day_sheet *d)
{
    struct lineedit answer = {0};
    struct date day;
    struct errctx e = {0};
    if (leave_row(ui, d) &&
        dialog_line(ui, _("Which day?"),
                    _("23/11/2026, 2026-11-23, today, yesterday, or -3 for three days ago"), &answer)) {
        if (date_parse_typed(lineedit_text(&answer), ui_today(ui), &day, &e) == ERR_OK) {
            d->sheet.day = date_to_days(day);
            d->table.marked = 0;
            d->parcel_mct = 0;
            read_again(ui, d);
        } else {
            refuse_answer(ui, &answer, &e);
        }
    }
    lineedit_done(&answer);
}

static void choose_scope(struct ui *ui, struct day_sheet *d)
{
    struct team_scope scope = {0};
    struct buf name = {0};
    if (!leave_row(ui, d))
        return;
    if (picker_record(ui, ENTITY_COOPERATIVE, _("Cooperative (Esc: choose by site)"), "", &scope.cooperative))
        ui->world.title(ui->world.arg, ENTITY_COOPERATIVE, scope.cooperative, &name);
    else if (picker_record(ui, ENTITY_SITE, _("Site (Esc: all teams)"), "", &scope.site))
        ui->world.title(ui->world.arg, ENTITY_SITE, scope.site, &name);
    d->scope = scope;
    free(d->scope_name);
    d->scope_name = name.len ? str_dup(buf_str(&name)) : NULL;
    d->table.marked = 0;
    buf_done(&name);
    read_again(ui, d);
}

static void give_parcel(struct ui *ui, struct day_sheet *d)
{
    struct lineedit answer = {0};
    struct errctx e = {0};
    int64_t mct = 0;
    if (dialog_line(ui, _("Parcel"),
                    _("The weight of the day's parcel in carats; the sheet says what is missing."),
                    &answer)) {
        if (decimal_parse(lineedit_text(&answer), 3, &mct, &e) == ERR_OK)
            d->parcel_mct = mct;
        else
            refuse_answer(ui, &answer, &e);
    }
    lineedit_done(&answer);
}

static void open_record(struct ui *ui, struct day_sheet *d)
{
    struct form_args args = {.of = ENTITY_YIELD};
    if (!leave_row(ui, d))
        return;
    args.id = at(d)->form.id;
    if (args.id)
        ui_open(ui, &SCREEN_FORM, &args);
    else
        ui_say(ui, MEAN_PLAIN, "%s", _("this team has no return yet: fill the row in first"));
}

static void undo(struct ui *ui, struct day_sheet *d)
{
    at(d)->touched = false;
    keep_draft(ui, d, at(d));
    read_again(ui, d);
}

static bool act_on_row(struct ui *ui, struct day_sheet *d, enum action action)
{
    if (action == ACTION_CELL_NEXT) {
        go_cell(ui, d, 1, true);
    } else if (action == ACTION_CELL_PREVIOUS) {
        go_cell(ui, d, -1, false);
    } else if (action == ACTION_CELL_RIGHT) {
        go_cell(ui, d, 1, false);
    } else if (action == ACTION_SHEET_NIL) {
        daysheet_set_nil(at(d));
        go_next_row(ui, d);
    } else if (action == ACTION_SHEET_NOT_WORKED) {
        not_worked(ui, d);
    } else if (action == ACTION_SHEET_COPY) {
        copy_above(ui, d);
    } else if (action == ACTION_SHEET_REST_NIL) {
        rest_nil(ui, d);
    } else if (action == ACTION_SHEET_FORM) {
        open_record(ui, d);
    } else if (action == ACTION_SHEET_UNDO) {
        undo(ui, d);
    } else {
        return false;
    }
    return true;
}

static bool type_into(struct ui *ui, struct day_sheet *d, enum action action, int32_t press)
{
    struct daysheet_row *row = at(d);
    struct form *f = &row->form;
    f->focus = daysheet_field(d->column);
    if (keys_is_text(press)) {
        if (!field_accepts(&f->of->fields[f->focus], press)) {
            ui_say(ui, MEAN_PLAIN, "%s", _("numbers go here; the bottom line says what letters do"));
            return true;
        }
        if (d->fresh)
            lineedit_set(&f->fields[f->focus].line, "");
        (void)form_type(f, press);
    } else if (form_edit(f, action) != LINE_CHANGED) {
        return false;
    }
    row->touched = true;
    d->fresh = false;
    return true;
}

static unsigned sheet_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    struct day_sheet *d = state;
    bool note = d->column == SHEET_NOTE && keys_is_text(press);
    if (action == ACTION_BACK)
        return leave_row(ui, d) || dialog_ask(ui, _("Leave this row unsaved?"),
                                              _("What was typed in it is kept as a draft."))
                   ? KEY_LEAVE
                   : KEY_HANDLED;
    if (note && at(d))
        return type_into(ui, d, ACTION_NONE, press) ? KEY_HANDLED : KEY_IGNORED;
    if (action == ACTION_SHEET_DAY)
        choose_day(ui, d);
    else if (action == ACTION_SHEET_SCOPE)
        choose_scope(ui, d);
    else if (action == ACTION_SHEET_PARCEL)
        give_parcel(ui, d);
    else if (!at(d) || action == ACTION_HELP)
        return KEY_IGNORED;
    else if (action == ACTION_UP || action == ACTION_DOWN)
        go_row(ui, d, action);
    else if (!act_on_row(ui, d, action) && !type_into(ui, d, action, press))
        return KEY_IGNORED;
    return KEY_HANDLED;
}

static void sheet_close(struct ui *ui, void *state)
{
    struct day_sheet *d = state;
    for (int i = 0; i < d->sheet.count; i++) {
        if (d->sheet.rows[i].touched)
            keep_draft(ui, d, &d->sheet.rows[i]);
    }
    daysheet_done(&d->sheet);
    free(d->scope_name);
}

/* The newest day that has unsaved rows: "sheet:2026-11-23:…". */
static enum err see_place(void *arg, const char *place, const char *text, struct errctx *e)
{
    (void)text;
    struct date day;
    char iso[DATE_BYTES];
    (void)snprintf(iso, sizeof iso, "%.10s", place + strlen("sheet:"));
    if (date_parse(iso, &day, e) == ERR_OK)
        *(int32_t *)arg = date_to_days(day);
    return ERR_OK;
}

void sheet_screen_restore(struct ui *ui)
{
    struct errctx e = {0};
    int32_t day = 0;
    if (draft_each(ui->store, "sheet:", see_place, &day, &e) != ERR_OK)
        ui_tell_error(ui, &e);
    else if (day)
        ui_open(ui, &SCREEN_SHEET, &day);
}

const struct screen SCREEN_SHEET = {
    .title = N_("Day sheet"),
    .state_size = sizeof(struct day_sheet),
    .keys = {{KEYS_SHEET, KEYS_TEXT, KEYS_MOVE}},
    .open = sheet_open,
    .draw = sheet_view_draw,
    .key = sheet_key,
    .again = read_again,
    .close = sheet_close,
};
