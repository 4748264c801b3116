#include "app/registry/report/datapackage.h"

#include <string.h>

#include "schema/base/json.h"

/* The Table Schema type of a column in its human form. */
static const char *type_of(enum field_type type)
{
    switch (type) {
    case FIELD_INT:
        return "integer";
    case FIELD_DECIMAL:
    case FIELD_MONEY:
        return "number";
    case FIELD_DATE:
        return "date";
    case FIELD_BOOL:
        return "boolean";
    case FIELD_TEXT:
    case FIELD_NOTE:
    case FIELD_BIRTH:
    case FIELD_CODE:
    case FIELD_SET:
    case FIELD_REF:
        return "string";
    }
    return "string";
}

static void put_words(struct json_out *j, const char *key, const char *word)
{
    json_key(j, key);
    json_open(j, '[');
    json_str(j, word);
    json_close(j, ']');
}

static void put_field(struct json_out *j, const struct field *f)
{
    json_open(j, '{');
    json_put_str(j, "name", f->flag);
    json_put_str(j, "title", f->label);
    json_put_str(j, "type", type_of(f->type));
    json_put_str(j, "description", f->help);
    json_put_str_opt(j, "unit", f->unit);
    json_put_str_opt(j, "codeList", f->list);
    if (f->type == FIELD_BOOL) {
        put_words(j, "trueValues", "yes");
        put_words(j, "falseValues", "no");
    }
    if (f->need == NEED_REQUIRED) {
        json_key(j, "constraints");
        json_open(j, '{');
        json_put_bool(j, "required", true);
        json_close(j, '}');
    }
    json_close(j, '}');
}

static void put_id(struct json_out *j)
{
    json_open(j, '{');
    json_put_str(j, "name", "id");
    json_put_str(j, "type", "string");
    json_put_str(j, "description", "address of the entry that added the record, with its check character");
    json_close(j, '}');
}

static void put_foreign_keys(struct json_out *j, const struct entity *of)
{
    json_key(j, "foreignKeys");
    json_open(j, '[');
    for (int i = 0; i < of->field_count; i++) {
        const struct field *f = &of->fields[i];
        if (f->type != FIELD_REF)
            continue;
        json_open(j, '{');
        json_put_str(j, "fields", f->flag);
        json_key(j, "reference");
        json_open(j, '{');
        json_put_str(j, "resource", ENTITIES[f->target].name);
        json_put_str(j, "fields", "id");
        json_close(j, '}');
        json_close(j, '}');
    }
    json_close(j, ']');
}

static const char *media_type(const char *format)
{
    if (strcmp(format, "csv") == 0)
        return "text/csv";
    return strcmp(format, "json") == 0 ? "application/json" : "application/geo+json";
}

/* Only CSV files are tables to the standard; JSON files are named without a schema. */
static void put_resource(struct json_out *j, const struct datapackage *p, const struct entity *of)
{
    struct buf path = {0};
    bool csv = p->format[0] == 'c';
    buf_printf(&path, "%s.%s", of->name, p->format);
    json_open(j, '{');
    json_put_str(j, "name", of->name);
    json_put_str(j, "path", buf_str(&path));
    json_put_str(j, "title", of->plural);
    json_put_str(j, "format", p->format);
    json_put_str(j, "mediatype", media_type(p->format));
    json_put_str(j, "encoding", "utf-8");
    if (csv) {
        json_put_str(j, "profile", "tabular-data-resource");
        json_key(j, "schema");
        json_open(j, '{');
        json_key(j, "fields");
        json_open(j, '[');
        put_id(j);
        for (int i = 0; i < of->field_count; i++)
            put_field(j, &of->fields[i]);
        json_close(j, ']');
        json_put_str(j, "primaryKey", "id");
        put_foreign_keys(j, of);
        json_close(j, '}');
    }
    json_close(j, '}');
    buf_done(&path);
}

void datapackage_write(const struct datapackage *p, struct buf *out)
{
    struct json_out j = {.to = out};
    json_open(&j, '{');
    json_put_str(&j, "profile", "data-package");
    json_put_str(&j, "name", "alluvia-registry-export");
    json_put_str(&j, "title", p->name);
    json_put_str(&j, "generator", p->program);
    json_put_str(&j, "cutOff", p->cut_off);
    json_put_str(&j, "sourceHash", p->hash);
    json_key(&j, "resources");
    json_open(&j, '[');
    for (int i = 0; i < p->entity_count; i++)
        put_resource(&j, p, &ENTITIES[p->entities[i]]);
    json_close(&j, ']');
    json_close(&j, '}');
    buf_putc(out, '\n');
}
