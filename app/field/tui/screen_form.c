/* Adding and amending a record of any entity: fields from the tables, errors in words at the field, the
 * rules' questions, possible doubles before a person is saved, a draft at every field. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/plain.h"
#include "app/field/report/field_report.h"
#include "app/field/store/draft.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/doubles.h"
#include "app/field/tui/form.h"
#include "app/field/tui/picker.h"
#include "app/field/tui/saving.h"
#include "app/field/tui/screens.h"
#include "schema/record/ident.h"

enum {
    LABEL_WIDTH = 20, /* at least */
    MOST_LABEL_WIDTH = 32,
    PLACE_BYTES = 24
};

struct open_form {
    struct form form;
    int top; /* first field that is seen */
    char place[PLACE_BYTES];
    bool saved;
    bool voided;
    bool dropped;     /* what was typed is not wanted */
    struct buf known; /* of the record as it was opened; empty when there is nothing to say */
    bool known_good;
};

static enum err load(struct ui *ui, struct open_form *s, const struct form_args *args, struct errctx *e)
{
    struct row row = {0};
    if (args->id == 0) {
        form_init(&s->form, &ENTITIES[args->of], &ui->world);
        return ERR_OK;
    }
    if (store_load(ui->store, args->of, args->id, &row, e) != ERR_OK)
        return e->kind;
    form_load(&s->form, &row, &ui->world);
    s->voided = row.voided;
    enum err result = report_put_known(ui->store, &row, ui->app->now, &s->known, &s->known_good, e);
    row_done(&row);
    return result;
}

static enum err form_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    struct open_form *s = state;
    const struct form_args *args = arg;
    if (args->place)
        (void)snprintf(s->place, sizeof s->place, "%s", args->place);
    else
        (void)snprintf(s->place, sizeof s->place, "form:%02d", ui->depth);
    enum err result = load(ui, s, args, e);
    if (result == ERR_OK && args->draft)
        result = form_read_draft(&s->form, args->draft, e);
    if (result != ERR_OK) {
        form_done(&s->form);
        buf_done(&s->known);
        return result;
    }
    if (args->field)
        s->form.focus = entity_field(s->form.of, args->field);
    if (s->voided)
        ui_say(ui, MEAN_WARNING, "%s", _("this record is void: it can be read, not changed"));
    return ERR_OK;
}

/* --- the draft */

static void keep_draft(struct ui *ui, struct open_form *s)
{
    struct errctx e = {0};
    struct buf draft = {0};
    bool any = form_is_changed(&s->form);
    if (any)
        form_write_draft(&s->form, &draft);
    if (draft_keep(ui->store, s->place, any ? buf_str(&draft) : NULL, ui->app->now, &e) != ERR_OK)
        ui_say_line(ui, MEAN_ERROR, _("no draft could be kept"), e.text);
    buf_done(&draft);
}

static void form_close(struct ui *ui, void *state)
{
    struct open_form *s = state;
    struct errctx e;
    if (s->saved || s->dropped)
        (void)!draft_keep(ui->store, s->place, NULL, ui->app->now, &e);
    else
        keep_draft(ui, s);
    form_done(&s->form);
    buf_done(&s->known);
}

struct restored {
    char *drafts[UI_MAX_DEPTH];
    char *places[UI_MAX_DEPTH];
    int count;
};

static enum err collect(void *arg, const char *place, const char *text, struct errctx *e)
{
    (void)e;
    struct restored *r = arg;
    if (r->count < UI_MAX_DEPTH - 2) {
        r->places[r->count] = str_dup(place);
        r->drafts[r->count++] = str_dup(text);
    }
    return ERR_OK;
}

void form_screen_restore(struct ui *ui)
{
    struct restored r = {0};
    struct errctx e = {0};
    struct form_args args = {0};
    if (draft_each(ui->store, "form:", collect, &r, &e) != ERR_OK)
        ui_tell_error(ui, &e);
    for (int i = 0; i < r.count; i++) {
        if (form_draft_of(r.drafts[i], &args.of, &args.id, &e) == ERR_OK) {
            args.draft = r.drafts[i];
            args.place = r.places[i];
            ui_open(ui, &SCREEN_FORM, &args);
            ui_say(ui, MEAN_GOOD, "%s",
                   _("this is what was typed before the program ended; Ctrl-S saves it"));
        }
        free(r.drafts[i]);
        free(r.places[i]);
    }
}

/* --- drawing */

static int label_width(const struct ui *ui, const struct form *f)
{
    int widest = LABEL_WIDTH;
    for (int i = 0; i < f->of->field_count; i++) {
        const char *label = _(f->of->fields[i].label);
        int width = term_width(ui->term, label, strlen(label));
        widest = width > widest ? width : widest;
    }
    return widest < MOST_LABEL_WIDTH ? widest : MOST_LABEL_WIDTH;
}

static int value_column(const struct ui *ui, const struct form *f)
{
    return label_width(ui, f) + 3;
}

/* Rows that field I takes: some more for its error. */
static int rows_of(const struct ui *ui, const struct form *f, int i)
{
    if (!f->fields[i].error)
        return 1;
    int width = term_columns(ui->term) - value_column(ui, f) - 3;
    return 1 + dialog_wrap(ui, f->fields[i].error, width, NULL, NULL);
}

static void scroll(const struct ui *ui, struct open_form *s, int rows)
{
    if (s->form.focus < s->top)
        s->top = s->form.focus;
    int used = 0;
    for (int i = s->top; i <= s->form.focus; i++)
        used += rows_of(ui, &s->form, i);
    while (used > rows && s->top < s->form.focus)
        used -= rows_of(ui, &s->form, s->top++);
}

static int draw_field(struct ui *ui, const struct form *f, int i, int row)
{
    const struct field *field = &f->of->fields[i];
    bool needed = form_needs(f, i);
    int unit = field->unit ? (int)plain_width(_(field->unit)) + 1 : 0;
    int labels = label_width(ui, f);
    int column = value_column(ui, f);
    int width = term_columns(ui->term) - column - 1 - unit;
    bool small = field_max_chars(field) <= 40;
    if (small && width > 40)
        width = 40;
    term_put(ui->term, row, 0, 1, MEAN_WARNING, needed ? "*" : " ");
    term_put(ui->term, row, 2, labels, i == f->focus ? MEAN_HEADING : MEAN_LABEL, _(field->label));
    if (i == f->focus)
        dialog_draw_line(ui, row, column, width, &f->fields[i].line);
    else
        term_put(ui->term, row, column, width, MEAN_VALUE, lineedit_text(&f->fields[i].line));
    if (field->unit)
        term_put(ui->term, row, column + width + 1, unit, MEAN_FAINT, _(field->unit));
    if (f->fields[i].error) {
        term_put(ui->term, row + 1, column, 2, MEAN_ERROR, "^");
        (void)dialog_put(ui, row + 1, column + 2, term_columns(ui->term) - column - 3, MEAN_ERROR,
                         f->fields[i].error);
    }
    return row + rows_of(ui, f, i);
}

static void form_name(const void *state, struct buf *out)
{
    const struct open_form *s = state;
    const struct form *f = &s->form;
    char id[IDENT_BYTES];
    if (f->id)
        buf_printf(out, "%s %s%s", _(f->of->label), ident_format_checked(f->id, id),
                   s->voided ? _("  VOID") : "");
    else
        buf_printf(out, _("New: %s"), _(f->of->label));
    buf_printf(out, "  %d/%d", f->focus + 1, f->of->field_count);
}

static void form_draw(struct ui *ui, void *state)
{
    struct open_form *s = state;
    const struct form *f = &s->form;
    const char *help = _(f->of->fields[f->focus].help);
    int help_width = term_columns(ui->term) - 2;
    int help_rows = dialog_wrap(ui, help, help_width, NULL, NULL);
    int rows = ui_body_rows(ui) - help_rows;
    int row = UI_BODY;
    int end = UI_BODY + rows;
    if (s->known.len) {
        term_put(ui->term, row, 2, term_columns(ui->term) - 3, s->known_good ? MEAN_GOOD : MEAN_WARNING,
                 buf_str(&s->known));
        row++;
    }
    scroll(ui, s, end - row);
    if (f->fields[f->focus].error && !ui->said[0])
        ui_say(ui, MEAN_ERROR, "%s: %s", _(f->of->fields[f->focus].label), f->fields[f->focus].error);
    (void)dialog_put(ui, term_rows(ui->term) - 2 - help_rows, 1, help_width, MEAN_FAINT, help);
    for (int i = s->top; i < f->of->field_count && row + rows_of(ui, f, i) <= end; i++)
        row = draw_field(ui, f, i, row);
}

/* --- choosing */

static void choose_record(struct ui *ui, struct open_form *s)
{
    struct form *f = &s->form;
    const struct field *field = &f->of->fields[f->focus];
    int64_t id = 0;
    char text[IDENT_BYTES];
    bool typed = f->fields[f->focus].typed;
    if (picker_record(ui, field->target, _(field->label),
                      typed ? lineedit_text(&f->fields[f->focus].line) : "", &id))
        (void)form_put(f, f->focus, ident_format_checked(id, text));
}

static void choose(struct ui *ui, struct open_form *s)
{
    struct form *f = &s->form;
    const struct field *field = &f->of->fields[f->focus];
    const struct value *v = &f->record.values[f->focus];
    const char *code = NULL;
    struct buf set = {0};
    if (field->type == FIELD_REF) {
        choose_record(ui, s);
    } else if (field->type == FIELD_CODE) {
        if (picker_code(ui, field, v->text, &code))
            (void)form_put(f, f->focus, code);
    } else if (field->type == FIELD_SET) {
        buf_puts(&set, v->state == VALUE_SET ? v->text : "");
        if (picker_set(ui, field, &set))
            (void)form_put(f, f->focus, buf_str(&set));
    } else {
        ui_say(ui, MEAN_PLAIN, "%s", _("this field has no list: type it"));
    }
    buf_done(&set);
}

/* A name that stands for no record yet opens the list where it is looked for. */
static void move(struct ui *ui, struct open_form *s, int by)
{
    struct form *f = &s->form;
    const struct field *field = &f->of->fields[f->focus];
    bool typed = f->fields[f->focus].typed && !lineedit_is_empty(&f->fields[f->focus].line);
    if (!form_leave(f) && typed && (field->type == FIELD_REF || field->type == FIELD_CODE) && by > 0)
        choose(ui, s);
    (void)form_move(f, by);
    keep_draft(ui, s);
}

/* --- saving */

static enum err write_record(void *arg, struct ui *ui, const struct author *by,
                             const struct confirmations *answers, struct findings *found, struct errctx *e)
{
    struct open_form *s = arg;
    struct form *f = &s->form;
    struct record change;
    form_change(f, &change);
    enum err result = ERR_OK;
    if (f->id == 0) {
        result = record_fill(&change, &ui->world.reader, e);
        if (result == ERR_OK)
            result = store_add(ui->store, &change, by, answers, found, &f->id, e);
    } else {
        result = store_amend(ui->store, f->of->id, f->id, &change, f->version, by, answers, found, e);
    }
    record_done(&change);
    return result;
}

/* FLAG: what the ministry will look at; NULL when nothing. */
static void say_saved(struct ui *ui, const struct entity *of, int64_t record, const char *flag)
{
    char id[IDENT_BYTES];
    struct buf words = {0};
    (void)ident_format_checked(record, id);
    if (!flag) {
        ui_say(ui, MEAN_GOOD, _("saved as %s"), id);
        return;
    }
    buf_printf(&words, _("saved as %s; the ministry will look at it"), id);
    saving_say_flag(ui, buf_str(&words), of, flag);
    buf_done(&words);
}

static unsigned save(struct ui *ui, struct open_form *s)
{
    struct findings found = {0};
    unsigned flags = KEY_HANDLED;
    if (!form_check(&s->form)) {
        ui_say(ui, MEAN_ERROR, "%s", _("not saved yet: see the marked field"));
        return flags;
    }
    if (s->form.id == 0 && s->form.of->id == ENTITY_DIGGER && !doubles_ask(ui, &s->form.record))
        return flags;
    if (saving_run(ui, write_record, s, &found)) {
        s->saved = true;
        say_saved(ui, s->form.of, s->form.id, saving_flags(&found));
        flags = KEY_LEAVE;
    } else if (form_blame(&s->form, &found, LEVEL_BLOCK) || form_blame(&s->form, &found, LEVEL_CONFIRM)) {
        ui_say(ui, MEAN_ERROR, "%s", _("not saved yet: see the marked field"));
    }
    findings_done(&found);
    return flags;
}

static unsigned leave(struct ui *ui, struct open_form *s)
{
    (void)form_leave(&s->form);
    if (form_is_changed(&s->form) && !s->voided &&
        !dialog_ask(ui, _("Go back without saving?"), _("What was typed here is thrown away.")))
        return KEY_HANDLED;
    s->dropped = !ui->leaving;
    return KEY_LEAVE;
}

static unsigned act(struct ui *ui, struct open_form *s, enum action action)
{
    struct form_args of = {.of = s->form.of->id, .id = s->form.id};
    if (action == ACTION_NEXT_FIELD || action == ACTION_FIELD_DOWN)
        move(ui, s, 1);
    else if (action == ACTION_FIELD_UP)
        move(ui, s, -1);
    else if (action == ACTION_PICK)
        choose(ui, s);
    else if (action == ACTION_RESTORE_FIELD)
        form_restore(&s->form);
    else if (action == ACTION_FORM_HISTORY && s->form.id)
        ui_open(ui, &SCREEN_HISTORY, &of);
    else
        return KEY_IGNORED;
    return KEY_HANDLED;
}

static unsigned form_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    struct open_form *s = state;
    if (action == ACTION_BACK)
        return leave(ui, s);
    if (action == ACTION_SAVE && !s->voided)
        return save(ui, s);
    if (act(ui, s, action) == KEY_HANDLED)
        return KEY_HANDLED;
    if (keys_is_text(press)) {
        if (s->voided || !form_type(&s->form, press))
            ui_say(ui, MEAN_WARNING, "%s", _("this field does not take that character"));
        return KEY_HANDLED;
    }
    return !s->voided && form_edit(&s->form, action) != LINE_IGNORED ? KEY_HANDLED : KEY_IGNORED;
}

/* A void record is read alone. */
static const struct key_contexts *form_contexts(const void *state)
{
    static const struct key_contexts reading = {{KEYS_FIELDS, KEYS_RECORD}};
    const struct open_form *s = state;
    return s->voided ? &reading : &SCREEN_FORM.keys;
}

const struct screen SCREEN_FORM = {
    .title = N_("Form"),
    .name = form_name,
    .state_size = sizeof(struct open_form),
    .keys = {{KEYS_FORM, KEYS_FIELDS, KEYS_PICK, KEYS_RECORD, KEYS_TEXT}},
    .contexts = form_contexts,
    .open = form_open,
    .draw = form_draw,
    .key = form_key,
    .close = form_close,
};
