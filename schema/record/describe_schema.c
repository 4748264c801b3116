#include <stdlib.h>
#include <string.h>

#include "schema/base/json.h"
#include "schema/record/describe.h"

static const char DIALECT[] = "https://json-schema.org/draft/2020-12/schema";
static const char ID_PATTERN[] = "^[0-9A-HJKMNP-TV-Z]{6}-[1-9][0-9]{0,9}$";
static const char CODE_PATTERN[] = "^[A-Za-z0-9_-]{1,40}$";
static const char BIRTH_PATTERN[] = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?~?$";

static void put_line(struct buf *out, int depth)
{
    buf_putc(out, '\n');
    for (int i = 0; i < depth; i++)
        buf_puts(out, "  ");
}

void describe_put_indented(struct buf *out, const char *json)
{
    int depth = 0;
    bool in_string = false;
    for (; *json; json++) {
        bool empty = (*json == '{' || *json == '[') && (json[1] == '}' || json[1] == ']');
        if (*json == '"')
            in_string = !in_string;
        if (in_string || empty || *json == '"') {
            buf_putc(out, *json);
            if (*json == '\\' || empty)
                buf_putc(out, *++json);
        } else if (*json == '{' || *json == '[') {
            buf_putc(out, *json);
            put_line(out, ++depth);
        } else if (*json == '}' || *json == ']') {
            put_line(out, --depth);
            buf_putc(out, *json);
        } else if (*json == ',') {
            buf_putc(out, *json);
            put_line(out, depth);
        } else {
            buf_puts(out, *json == ':' ? ": " : (char[]){*json, '\0'});
        }
    }
    buf_putc(out, '\n');
}

static void open_at(struct json_out *j, const char *key, char bracket)
{
    json_key(j, key);
    json_open(j, bracket);
}

static void put_string(struct json_out *j, const char *pattern)
{
    json_put_str(j, "type", "string");
    json_put_str(j, "pattern", pattern);
}

static void put_integer(struct json_out *j, int64_t min, int64_t max)
{
    json_put_str(j, "type", "integer");
    json_put_int(j, "minimum", min);
    json_put_int(j, "maximum", max);
}

static void put_type(struct json_out *j, const struct field *f)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_NOTE:
        json_put_str(j, "type", "string");
        json_put_int(j, "minLength", 1);
        json_put_int(j, "maxLength", f->max);
        return;
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
        put_integer(j, f->min, f->max);
        return;
    case FIELD_DATE:
        json_put_str(j, "type", "string");
        json_put_str(j, "format", "date");
        return;
    case FIELD_BIRTH:
        put_string(j, BIRTH_PATTERN);
        return;
    case FIELD_CODE:
        put_string(j, CODE_PATTERN);
        return;
    case FIELD_SET:
        json_put_str(j, "type", "array");
        open_at(j, "items", '{');
        put_string(j, CODE_PATTERN);
        json_close(j, '}');
        json_put_int(j, "minItems", 1);
        json_put_bool(j, "uniqueItems", true);
        return;
    case FIELD_REF:
        put_string(j, ID_PATTERN);
        return;
    case FIELD_BOOL:
        json_put_str(j, "type", "boolean");
        return;
    }
}

static void put_field(struct json_out *j, const struct field *f)
{
    open_at(j, f->name, '{');
    json_put_str(j, "title", f->label);
    json_put_str(j, "description", f->help);
    put_type(j, f);
    json_put_str_opt(j, "x-alluvia-list", f->list);
    if (f->type == FIELD_REF)
        json_put_str(j, "x-alluvia-entity", ENTITIES[f->target].name);
    if (strcmp(f->name, f->flag) != 0)
        json_put_str(j, "x-alluvia-flag", f->flag);
    json_put_str_opt(j, "x-alluvia-unit", f->unit);
    if (f->type == FIELD_DECIMAL)
        json_put_int(j, "x-alluvia-decimals", f->scale);
    json_put_str_opt(j, "x-alluvia-currency", f->currency);
    json_close(j, '}');
}

/* `"required":["NAME"]` */
static void put_required(struct json_out *j, const char *name, size_t len)
{
    char *copy = str_dup_len(name, len);
    open_at(j, "required", '[');
    json_str(j, copy);
    json_close(j, ']');
    free(copy);
}

/* Holds for objects that have one of NAMES; with NONZERO a 0 does not count. */
static void put_any(struct json_out *j, const char *names, bool nonzero)
{
    size_t len = 0;
    open_at(j, "anyOf", '[');
    for (const char *at = names_next(names, &len); at; at = names_next(at + len, &len)) {
        json_open(j, '{');
        put_required(j, at, len);
        if (nonzero) {
            char *name = str_dup_len(at, len);
            open_at(j, "properties", '{');
            open_at(j, name, '{');
            open_at(j, "not", '{');
            json_put_int(j, "const", 0);
            json_close(j, '}');
            json_close(j, '}');
            json_close(j, '}');
            free(name);
        }
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_equal(struct json_out *j, const struct field *f, bool equal)
{
    put_required(j, f->if_field, strlen(f->if_field));
    open_at(j, "properties", '{');
    open_at(j, f->if_field, '{');
    if (!equal)
        open_at(j, "not", '{');
    json_put_str(j, "const", f->if_value);
    if (!equal)
        json_close(j, '}');
    json_close(j, '}');
    json_close(j, '}');
}

static void put_condition(struct json_out *j, const struct field *f)
{
    switch (f->need) {
    case NEED_OPTIONAL:
    case NEED_REQUIRED:
        return;
    case NEED_WHEN_EQUAL:
        put_equal(j, f, true);
        return;
    case NEED_WHEN_NOT_EQUAL:
        put_equal(j, f, false);
        return;
    case NEED_WHEN_ANY:
        put_any(j, f->if_field, true);
        return;
    case NEED_WHEN_NONE:
        open_at(j, "not", '{');
        put_any(j, f->if_field, false);
        json_close(j, '}');
        return;
    }
}

static void put_needs(struct json_out *j, const struct entity *of)
{
    bool conditions = false;
    open_at(j, "required", '[');
    for (int i = 0; i < of->field_count; i++) {
        if (of->fields[i].need == NEED_REQUIRED)
            json_str(j, of->fields[i].name);
        else
            conditions = conditions || of->fields[i].need != NEED_OPTIONAL;
    }
    json_close(j, ']');
    if (!conditions)
        return;
    open_at(j, "allOf", '[');
    for (int i = 0; i < of->field_count; i++) {
        const struct field *f = &of->fields[i];
        if (f->need == NEED_OPTIONAL || f->need == NEED_REQUIRED)
            continue;
        json_open(j, '{');
        open_at(j, "if", '{');
        put_condition(j, f);
        json_close(j, '}');
        open_at(j, "then", '{');
        put_required(j, f->name, strlen(f->name));
        json_close(j, '}');
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* What an amendment may hold: any of the fields, null to empty it. */
static void put_change(struct json_out *j, const struct entity *of)
{
    open_at(j, "change", '{');
    json_put_str(j, "type", "object");
    json_put_int(j, "minProperties", 1);
    open_at(j, "properties", '{');
    for (int i = 0; i < of->field_count; i++) {
        struct buf ref = {0};
        buf_printf(&ref, "#/properties/%s", of->fields[i].name);
        open_at(j, of->fields[i].name, '{');
        open_at(j, "anyOf", '[');
        json_open(j, '{');
        json_put_str(j, "$ref", buf_str(&ref));
        json_close(j, '}');
        json_open(j, '{');
        json_put_str(j, "type", "null");
        json_close(j, '}');
        json_close(j, ']');
        json_close(j, '}');
        buf_done(&ref);
    }
    json_close(j, '}');
    json_close(j, '}');
}

static void open_schema(struct json_out *j, const char *name, const char *title, const char *description)
{
    struct buf id = {0};
    buf_printf(&id, "%s.schema.json", name);
    json_open(j, '{');
    json_put_str(j, "$schema", DIALECT);
    json_put_str(j, "$id", buf_str(&id));
    json_put_str(j, "title", title);
    json_put_str(j, "description", description);
    buf_done(&id);
}

void describe_put_entity_schema(struct buf *out, const struct entity *of)
{
    struct buf compact = {0};
    struct json_out j = {.to = &compact};
    open_schema(&j, of->name, of->label,
                "A whole record in canonical form: integers in the smallest unit, members in this order, "
                "absent ones left out. Fields of newer programs may follow.");
    json_put_str(&j, "type", "object");
    open_at(&j, "properties", '{');
    for (int i = 0; i < of->field_count; i++)
        put_field(&j, &of->fields[i]);
    json_close(&j, '}');
    put_needs(&j, of);
    open_at(&j, "$defs", '{');
    put_change(&j, of);
    json_close(&j, '}');
    json_close(&j, '}');
    describe_put_indented(out, buf_str(&compact));
    buf_done(&compact);
}
