#include <string.h>

#include "schema/base/decimal.h"
#include "schema/record/describe.h"
#include "schema/record/rules.h"

static const char INTRODUCTION[] =
    "# Data dictionary\n"
    "\n"
    "Made by `alluvia-describe schema` from the tables in `schema/record/entity.c` and `rules_table.c`; do "
    "not edit.\n"
    "\n"
    "*Field* is the key in JSON and the column in the tables, in storage units: scaled numbers are integers "
    "of\n"
    "the smallest unit. *Flag* is the command-line flag and CSV column, in the human unit named under "
    "*Unit*.\n"
    "Bounds are in the human unit too. *R* is required, *C* required under the condition that follows.\n"
    "Code lists lie in `schema/codes/`.\n";

static const char *type_name(enum field_type type)
{
    switch (type) {
    case FIELD_TEXT:
        return "text";
    case FIELD_NOTE:
        return "text with lines";
    case FIELD_INT:
        return "whole number";
    case FIELD_DECIMAL:
        return "decimal";
    case FIELD_MONEY:
        return "money";
    case FIELD_DATE:
        return "date";
    case FIELD_BIRTH:
        return "birth (EDTF)";
    case FIELD_CODE:
        return "code";
    case FIELD_SET:
        return "set of codes";
    case FIELD_REF:
        return "reference";
    case FIELD_BOOL:
        return "yes or no";
    }
    return "";
}

static void put_names(struct buf *out, const char *names, const char *between)
{
    size_t len = 0;
    size_t before = out->len;
    for (const char *at = names_next(names, &len); at; at = names_next(at + len, &len)) {
        if (out->len > before)
            buf_puts(out, between);
        buf_putc(out, '`');
        buf_put(out, at, len);
        buf_putc(out, '`');
    }
}

static void put_need(struct buf *out, const struct field *f)
{
    switch (f->need) {
    case NEED_OPTIONAL:
        break;
    case NEED_REQUIRED:
        buf_putc(out, 'R');
        break;
    case NEED_WHEN_EQUAL:
        buf_printf(out, "C: `%s` is %s", f->if_field, f->if_value);
        break;
    case NEED_WHEN_NOT_EQUAL:
        buf_printf(out, "C: `%s` is not %s", f->if_field, f->if_value);
        break;
    case NEED_WHEN_ANY:
        buf_puts(out, "C: with ");
        put_names(out, f->if_field, " or ");
        break;
    case NEED_WHEN_NONE:
        buf_puts(out, "C: without ");
        put_names(out, f->if_field, " and ");
        break;
    }
    if (f->fallback && *f->fallback == '=')
        buf_printf(out, "; as `%s` when not given", f->fallback + 1);
    else if (f->fallback)
        buf_printf(out, "; %s when not given", f->fallback);
}

static void put_bounds(struct buf *out, const struct field *f)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_NOTE:
        buf_puts(out, "≤ ");
        buf_put_int(out, f->max);
        buf_puts(out, " characters");
        return;
    case FIELD_INT:
    case FIELD_DECIMAL:
        decimal_format(out, f->min, f->scale, 0, '.');
        buf_puts(out, " … ");
        decimal_format(out, f->max, f->scale, 0, '.');
        return;
    case FIELD_MONEY:
        buf_printf(out, "≥ %d minor unit%s", (int)f->min, f->min == 1 ? "" : "s");
        return;
    case FIELD_DATE:
    case FIELD_BIRTH:
    case FIELD_CODE:
    case FIELD_SET:
    case FIELD_REF:
    case FIELD_BOOL:
        return;
    }
}

static void put_field(struct buf *out, const struct field *f)
{
    buf_printf(out, "| `%s` | `%s` | %s", f->name, f->flag, type_name(f->type));
    if (f->type == FIELD_DECIMAL)
        buf_printf(out, ", %d decimals", f->scale);
    buf_puts(out, " | ");
    if (f->type == FIELD_MONEY)
        buf_printf(out, "by `%s`", f->currency);
    else
        buf_puts(out, f->unit ? f->unit : "");
    buf_puts(out, " | ");
    put_need(out, f);
    buf_puts(out, " | ");
    put_bounds(out, f);
    buf_puts(out, " | ");
    if (f->list)
        buf_printf(out, "`%s`", f->list);
    if (f->type == FIELD_REF)
        buf_printf(out, "→ %s", ENTITIES[f->target].name);
    buf_printf(out, " | %s | %s |\n", f->label, f->help);
}

void describe_put_dictionary(struct buf *out)
{
    buf_puts(out, INTRODUCTION);
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        const struct entity *of = &ENTITIES[i];
        buf_printf(out, "\n## %s\n\n", of->name);
        buf_puts(out, "| field | flag | type | unit | need | bounds | list or target | label | help |\n"
                      "|---|---|---|---|---|---|---|---|---|\n");
        for (int field = 0; field < of->field_count; field++)
            put_field(out, &of->fields[field]);
    }
    buf_putc(out, '\n');
    rules_describe(out);
}
