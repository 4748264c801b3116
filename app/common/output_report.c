#include "app/common/output_report.h"

#include <assert.h>
#include <stdlib.h>

#include "app/common/i18n.h"
#include "app/common/said.h"
#include "schema/base/json.h"
#include "schema/record/ident.h"

struct texts {
    char id[REPORT_MAX_COLUMNS][IDENT_BYTES];
    char *label[REPORT_MAX_COLUMNS]; /* owned headings with a unit: "Diamonds (ct)" */
};

static const char *label_of(struct codes *codes, enum lang lang, const char *list_name, const char *text)
{
    const struct code_list *list = NULL;
    struct errctx e;
    if (!codes || codes_list(codes, list_name, &list, &e) != ERR_OK)
        return text;
    const struct code *code = code_list_find(list, text);
    return code && code->label[lang] && *code->label[lang] ? code->label[lang] : text;
}

static void make_columns(const struct report *r, struct texts *t, struct column *columns)
{
    for (int i = 0; i < r->column_count; i++) {
        const struct report_column *c = &r->columns[i];
        struct buf label = {0};
        if (c->label && c->unit)
            buf_printf(&label, "%s (%s)", _(c->label), _(c->unit));
        t->label[i] = c->label && c->unit ? buf_steal(&label) : NULL;
        columns[i] = (struct column){.name = c->name,
                                     .flag = c->flag,
                                     .label = t->label[i] ? t->label[i] : c->label,
                                     .type = c->kind == REPORT_NUMBER ? COLUMN_NUMBER : COLUMN_TEXT,
                                     .scale = c->scale};
    }
}

static struct cell make_cell(const struct report *r, size_t row, int column, struct texts *t,
                             enum output_form form, struct codes *codes, enum lang lang)
{
    const struct report_cell *from = report_cell(r, row, column);
    const struct report_column *c = &r->columns[column];
    struct cell cell = {.given = from->given, .number = from->number, .text = from->text};
    if (!cell.given)
        return cell;
    if (c->kind == REPORT_ID && form == OUTPUT_JSON)
        cell.text = ident_format(from->number, t->id[column]);
    else if (c->kind == REPORT_ID)
        cell.text = ident_format_checked(from->number, t->id[column]);
    else if (c->kind == REPORT_WORD && form == OUTPUT_TABLE)
        cell.text = _(from->text);
    else if (c->kind == REPORT_CODE && form == OUTPUT_TABLE)
        cell.text = label_of(codes, lang, c->list, from->text);
    return cell;
}

static void put_total(struct output *out, const struct report *r)
{
    struct cell cells[REPORT_MAX_COLUMNS] = {0};
    bool any = false;
    for (int i = 0; i < r->column_count; i++) {
        cells[i] = (struct cell){.given = r->columns[i].summed, .number = r->totals[i]};
        any = any || r->columns[i].summed;
    }
    if (any && (r->row_count || output_form(out) == OUTPUT_JSON))
        output_total(out, cells);
}

static void put_notes(struct output *out, const struct report *r)
{
    struct buf json = {0};
    struct json_out j = {.to = &json};
    json_open(&j, '{');
    for (int i = 0; i < r->note_count; i++) {
        const struct report_note *note = &r->notes[i];
        struct buf line = {0};
        buf_printf(&line, "%s: ", note->name);
        if (note->text) {
            json_put_str(&j, note->name, note->text);
            said_put(&line, note->text);
        } else {
            json_put_int(&j, note->name, note->number);
            buf_put_int(&line, note->number);
        }
        output_line(out, buf_str(&line));
        buf_done(&line);
    }
    json_close(&j, '}');
    output_put_json(out, "source", buf_str(&json));
    buf_done(&json);
}

enum err output_report(struct output *out, const struct report *r, struct codes *codes, enum lang lang,
                       struct errctx *e)
{
    assert(r->column_count <= REPORT_MAX_COLUMNS);
    struct texts t;
    struct column columns[REPORT_MAX_COLUMNS];
    struct cell cells[REPORT_MAX_COLUMNS];
    make_columns(r, &t, columns);
    output_begin(out, "report/1");
    output_put_text(out, "report", r->name);
    output_put_text(out, "period", r->period ? r->period : "");
    output_rows(out, "rows", columns, r->column_count);
    for (size_t row = 0; row < r->row_count; row++) {
        for (int i = 0; i < r->column_count; i++)
            cells[i] = make_cell(r, row, i, &t, output_form(out), codes, lang);
        output_row(out, cells);
    }
    put_total(out, r);
    output_rows_end(out);
    if (!r->row_count)
        output_line(out, _("nothing to report"));
    if (r->note_count)
        put_notes(out, r);
    for (int i = 0; i < r->column_count; i++)
        free(t.label[i]);
    return output_end(out, e);
}
