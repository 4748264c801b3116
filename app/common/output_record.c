#include "app/common/output_record.h"

#include <string.h>

#include "app/common/catalogue.h"
#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/plain.h"
#include "schema/base/date.h"
#include "schema/base/json.h"
#include "schema/record/ident.h"

static bool is_listed(const struct entity *of, const char *flag)
{
    size_t len = 0;
    for (const char *at = names_next(of->columns, &len); at; at = names_next(at + len, &len)) {
        if (strlen(flag) == len && strncmp(at, flag, len) == 0)
            return true;
    }
    return false;
}

static bool is_numeric(enum field_type type)
{
    return type == FIELD_INT || type == FIELD_DECIMAL || type == FIELD_MONEY;
}

void output_records(struct record_list *list, struct output *out, const struct entity *of,
                    struct codes *codes, char mark)
{
    *list = (struct record_list){.out = out, .of = of, .codes = codes, .mark = mark};
    list->columns[0] = (struct column){.name = "id", .flag = "id", .label = N_("Id")};
    for (int i = 0; i < of->field_count; i++) {
        const struct field *f = &of->fields[i];
        list->columns[i + 1] = (struct column){.name = f->name,
                                               .flag = f->flag,
                                               .label = is_listed(of, f->flag) ? f->label : NULL,
                                               .type = is_numeric(f->type) ? COLUMN_NUMBER : COLUMN_TEXT};
    }
    output_begin(out, "list/1");
    output_put_text(out, "entity", of->name);
    output_rows(out, "records", list->columns, of->field_count + 1);
}

void output_put_record_json(struct buf *to, const struct row *row)
{
    char id[IDENT_BYTES];
    struct json_out j = {.to = to};
    json_open(&j, '{');
    json_put_str(&j, "id", ident_format(row->id, id));
    json_put_str(&j, "version", ident_format(row->version, id));
    json_put_int(&j, "at", row->at);
    json_put_str(&j, "by", row->by);
    if (row->voided)
        json_put_bool(&j, "void", true);
    /* The fields are an object of their own in canonical form: its members go on in this one. */
    struct buf fields = {0};
    struct json_out f = {.to = &fields};
    record_write_json(&row->record, &f);
    if (fields.len > 2)
        json_raw(&j, fields.data + 1, fields.len - 2);
    buf_done(&fields);
    json_close(&j, '}');
}

/* Codes are English words, which explain themselves to those who read English alone. */
static void put_labelled(struct buf *out, const struct record *r, int field, struct codes *codes)
{
    const struct code_list *list = NULL;
    const struct catalogue *words = i18n_used();
    struct errctx ignored;
    record_put_human(out, r, field, codes, '.');
    const char *code = r->values[field].state == VALUE_SET ? r->values[field].text : NULL;
    if (!words || !code || codes_list(codes, r->of->fields[field].list, &list, &ignored) != ERR_OK)
        return;
    const struct code *found = code_list_find(list, code);
    if (found && found->label[words->lang] && *found->label[words->lang])
        buf_printf(out, " (%s)", found->label[words->lang]);
}

/* A reference by the title of what it names and, where it stands alone, by its id too. */
static void put_value(struct buf *out, const struct record *r, int field, struct codes *codes, char mark,
                      const struct record_titles *titles, bool with_id)
{
    const struct field *f = &r->of->fields[field];
    size_t before = out->len;
    if (f->type == FIELD_REF && r->values[field].state == VALUE_SET && titles && titles->put)
        titles->put(titles->arg, f->target, r->values[field].number, out);
    bool titled = out->len > before;
    if (titled && !with_id)
        return;
    buf_puts(out, titled ? " (" : "");
    if (with_id && f->type == FIELD_DATE)
        language_put_value(out, r->values[field].state == VALUE_SET ? r->values[field].text : "");
    else if (with_id && f->type == FIELD_CODE)
        put_labelled(out, r, field, codes);
    else if (titles && f->type == FIELD_BOOL && r->values[field].state == VALUE_SET)
        buf_puts(out, r->values[field].number ? _("yes") : _("no"));
    else
        record_put_human(out, r, field, codes, mark);
    buf_puts(out, titled ? ")" : "");
}

/* Fills CELLS with the human forms, whose texts lie in TEXT one after the other. */
static void fill_cells(const struct record_list *list, const struct row *row, struct buf *text,
                       struct cell *cells)
{
    bool people = output_form(list->out) == OUTPUT_TABLE;
    char mark = people ? list->mark : '.';
    size_t starts[ENTITY_MAX_FIELDS + 1];
    char id[IDENT_BYTES];
    buf_puts(text, ident_format_checked(row->id, id));
    if (row->voided)
        buf_puts(text, _(" (void)"));
    starts[0] = 0;
    for (int i = 0; i < list->of->field_count; i++) {
        buf_putc(text, '\0');
        starts[i + 1] = text->len;
        put_value(text, &row->record, i, list->codes, mark, people ? &list->titles : NULL, false);
    }
    for (int i = 0; i <= list->of->field_count; i++) {
        const char *at = text->data + starts[i];
        cells[i] = (struct cell){.given = *at != '\0', .text = at};
    }
}

void output_record(struct record_list *list, const struct row *row)
{
    struct buf text = {0};
    if (output_form(list->out) == OUTPUT_JSON) {
        output_put_record_json(&text, row);
        output_row_as(list->out, NULL, buf_str(&text));
    } else if (output_form(list->out) == OUTPUT_TABLE || !row->voided) {
        struct cell cells[ENTITY_MAX_FIELDS + 1];
        fill_cells(list, row, &text, cells);
        output_row(list->out, cells);
    }
    buf_done(&text);
}

enum err output_records_end(struct record_list *list, struct errctx *e)
{
    output_rows_end(list->out);
    return output_end(list->out, e);
}

static void put_line(struct output *out, const char *label, const char *value)
{
    struct buf line = {0};
    buf_puts(&line, label);
    size_t width = plain_width(label);
    buf_printf(&line, "%*s", width < 24 ? (int)(24 - width) : 1, "");
    buf_puts(&line, value);
    output_line(out, buf_str(&line));
    buf_done(&line);
}

static void put_lines(struct output *out, const struct row *row, struct codes *codes, char mark,
                      const struct record_titles *titles)
{
    const struct entity *of = row->record.of;
    char id[IDENT_BYTES];
    char at[LANGUAGE_INSTANT_BYTES];
    struct buf value = {0};
    put_line(out, _("Id"), ident_format_checked(row->id, id));
    for (int i = 0; i < of->field_count; i++) {
        buf_clear(&value);
        put_value(&value, &row->record, i, codes, mark, titles, true);
        if (value.len && of->fields[i].unit)
            buf_printf(&value, " %s", _(of->fields[i].unit));
        if (value.len)
            put_line(out, _(of->fields[i].label), buf_str(&value));
    }
    buf_clear(&value);
    buf_printf(&value, _("%s by %s"), language_instant(row->at, at), row->by);
    put_line(out, row->voided ? _("Voided") : _("Last change"), buf_str(&value));
    buf_done(&value);
}

enum err output_one_record(struct output *out, const struct row *row, struct codes *codes, char mark,
                           const struct record_titles *titles, struct errctx *e)
{
    if (output_form(out) == OUTPUT_CSV) {
        struct record_list list;
        output_records(&list, out, row->record.of, codes, mark);
        output_record(&list, row);
        return output_records_end(&list, e);
    }
    struct buf json = {0};
    output_begin(out, "record/1");
    output_put_text(out, "entity", row->record.of->name);
    output_put_record_json(&json, row);
    output_put_json(out, "record", buf_str(&json));
    buf_done(&json);
    put_lines(out, row, codes, mark, titles);
    return output_end(out, e);
}
