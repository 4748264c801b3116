#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "schema/base/date.h"
#include "schema/base/decimal.h"
#include "schema/base/text.h"
#include "schema/record/ident.h"
#include "schema/record/rules_parts.h"

enum {
    QUOTED_BYTES = 40, /* of a value in words: enough to recognise it */
    MAX_CODE_BYTES = 64
};

static bool is_given(const struct value *v)
{
    return v->state == VALUE_SET && (!v->text || *v->text);
}

/* --- required */

static void say_missing(const struct record *r, const struct field *f, struct findings *out)
{
    const char *when = f->if_field ? f->if_field : "";
    switch (f->need) {
    case NEED_OPTIONAL:
    case NEED_REQUIRED:
        findings_add(out, "required", LEVEL_BLOCK, f->name, "%s must be given", f->flag);
        return;
    case NEED_WHEN_EQUAL:
    case NEED_WHEN_NOT_EQUAL:
        findings_add(out, "required", LEVEL_BLOCK, f->name, "%s must be given when %s is %s", f->flag, when,
                     record_text(r, when));
        return;
    case NEED_WHEN_ANY:
        if (strchr(when, ','))
            findings_add(out, "required", LEVEL_BLOCK, f->name, "%s must be given with an amount", f->flag);
        else
            findings_add(out, "required", LEVEL_BLOCK, f->name, "%s must be given with %s", f->flag, when);
        return;
    case NEED_WHEN_NONE:
        findings_add(out, "required", LEVEL_BLOCK, f->name, "%s or %s must be given", f->flag, when);
        return;
    }
}

/* --- bounds and form */

static int scale_of(const struct rule_input *in, const struct field *f)
{
    if (f->type != FIELD_MONEY)
        return f->scale;
    const char *currency = record_text(in->record, f->currency);
    int scale = currency && in->codes ? codes_currency_exponent(in->codes, currency) : 0;
    return scale < 0 ? 0 : scale;
}

static void check_number(const struct rule_input *in, const struct field *f, int64_t number,
                         struct findings *out)
{
    if (number >= f->min && number <= f->max)
        return;
    char value[RULE_WORDS_BYTES];
    char limit[RULE_WORDS_BYTES];
    int scale = scale_of(in, f);
    const char *space = f->unit ? " " : "";
    const char *unit = f->unit ? f->unit : "";
    (void)rules_decimal(number, scale, value);
    (void)rules_decimal(number < f->min ? f->min : f->max, scale, limit);
    if (number < f->min)
        findings_add(out, "range", LEVEL_BLOCK, f->name, "%s %s is below %s%s%s", f->flag, value, limit,
                     space, unit);
    else
        findings_add(out, "range", LEVEL_BLOCK, f->name, "%s %s is above %s%s%s", f->flag, value, limit,
                     space, unit);
}

static void check_text(const struct field *f, const char *text, struct findings *out)
{
    if (strlen(text) > (size_t)f->max && text_chars(text) > (size_t)f->max)
        findings_add(out, "range", LEVEL_BLOCK, f->name, "%s is longer than %d characters", f->flag,
                     (int)f->max);
}

static void check_day(const struct field *f, const char *text, struct findings *out)
{
    struct errctx e;
    struct date day;
    int year = 0;
    enum err result = f->type == FIELD_DATE ? date_parse(text, &day, &e) : date_parse_birth(text, &year, &e);
    if (result != ERR_OK)
        findings_add(out, "form", LEVEL_BLOCK, f->name, "%s \"%.*s\": %s", f->flag, QUOTED_BYTES, text,
                     e.text);
}

/* --- codes */

/* The day on which a record's codes must be valid: that of the event. A digger or a site stands for longer
 * than any list, so those have none. */
static const char *event_day(const struct record *r)
{
    switch (r->of->id) {
    case ENTITY_YIELD:
        return record_text(r, "date_from");
    case ENTITY_SALE:
    case ENTITY_INSPECTION:
        return record_text(r, "date");
    case ENTITY_DIGGER:
    case ENTITY_COOPERATIVE:
    case ENTITY_LICENCE:
    case ENTITY_SITE:
    case ENTITY_CREW:
    case ENTITY_STONE:
    case ENTITY_OFFICER:
    case ENTITY_COUNT:
        break;
    }
    return NULL;
}

/* The code's place in the list, or -1 after a finding. */
static ptrdiff_t check_one_code(const struct rule_input *in, const struct field *f,
                                const struct code_list *list, const char *text, struct findings *out)
{
    const struct code *code = code_list_find(list, text);
    if (!code || strcmp(code->code, text) != 0) {
        findings_add(out, "code", LEVEL_BLOCK, f->name, "%s \"%.*s\" is not a code of the list \"%s\"",
                     f->flag, QUOTED_BYTES, text, f->list);
        return -1;
    }
    const char *day = event_day(in->record);
    if (day && !code_is_valid_on(code, day))
        findings_add(out, "code", LEVEL_BLOCK, f->name, "%s \"%s\" was not in use on %s", f->flag, text, day);
    return code - code_list_at(list, 0);
}

/* The codes of a set stand in the list's order, each once. */
static void check_set(const struct rule_input *in, const struct field *f, const struct code_list *list,
                      const char *text, struct findings *out)
{
    ptrdiff_t last = -1;
    size_t len = 0;
    for (const char *at = names_next(text, &len); at; at = names_next(at + len, &len)) {
        char name[MAX_CODE_BYTES];
        (void)snprintf(name, sizeof name, "%.*s", (int)len, at);
        ptrdiff_t place = check_one_code(in, f, list, name, out);
        if (place < 0)
            return;
        if (place <= last) {
            findings_add(out, "code", LEVEL_BLOCK, f->name, "%s \"%s\" is out of the list's order or twice",
                         f->flag, name);
            return;
        }
        last = place;
    }
}

static enum err check_code(const struct rule_input *in, const struct field *f, const char *text,
                           struct findings *out, struct errctx *e)
{
    const struct code_list *list = NULL;
    if (!in->codes)
        return ERR_OK;
    if (codes_list(in->codes, f->list, &list, e) != ERR_OK)
        return e->kind;
    if (f->type == FIELD_SET)
        check_set(in, f, list, text, out);
    else
        (void)check_one_code(in, f, list, text, out);
    return ERR_OK;
}

/* --- references */

static enum err check_reference(const struct rule_input *in, const struct field *f, int64_t id,
                                struct findings *out, struct errctx *e)
{
    bool exists = true;
    if (!in->world || !in->world->exists)
        return ERR_OK;
    if (in->world->exists(in->world->arg, f->target, id, &exists, e) != ERR_OK)
        return e->kind;
    char text[IDENT_BYTES];
    if (!exists)
        findings_add(out, "reference", LEVEL_BLOCK, f->name, "%s %s: there is no such %s, or it was voided",
                     f->flag, ident_format_checked(id, text), ENTITIES[f->target].name);
    return ERR_OK;
}

static enum err check_value(const struct rule_input *in, const struct field *f, const struct value *v,
                            struct findings *out, struct errctx *e)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_NOTE:
        check_text(f, v->text, out);
        return ERR_OK;
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_BOOL:
        check_number(in, f, v->number, out);
        return ERR_OK;
    case FIELD_DATE:
    case FIELD_BIRTH:
        check_day(f, v->text, out);
        return ERR_OK;
    case FIELD_CODE:
    case FIELD_SET:
        return check_code(in, f, v->text, out, e);
    case FIELD_REF:
        return check_reference(in, f, v->number, out, e);
    }
    return ERR_OK;
}

enum err rules_check_fields(const struct rule_input *in, struct findings *out, struct errctx *e)
{
    const struct record *r = in->record;
    for (int i = 0; i < r->of->field_count; i++) {
        const struct field *f = &r->of->fields[i];
        if (!is_given(&r->values[i])) {
            if (record_needs(r, i))
                say_missing(r, f, out);
        } else if (check_value(in, f, &r->values[i], out, e) != ERR_OK) {
            return err_wrap(e, "field \"%s\"", f->name);
        }
    }
    return ERR_OK;
}
