#include "app/field/tui/field.h"

#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/said.h"
#include "schema/base/text.h"
#include "schema/record/ident.h"

enum {
    NUMBER_CHARS = 24,
    CODE_CHARS = 80,
    SET_CHARS = 400
};

static const struct code_list *list_of(const struct field *f, const struct field_world *world)
{
    const struct code_list *list = NULL;
    struct errctx e;
    return codes_list(world->reader.codes, f->list, &list, &e) == ERR_OK ? list : NULL;
}

const char *field_label(const struct field *f, const char *code, const struct field_world *world)
{
    const struct code_list *list = list_of(f, world);
    const struct code *found = list ? code_list_find(list, code) : NULL;
    const char *label = found ? found->label[world->lang] : NULL;
    return label && *label ? label : code;
}

static void show_set(struct buf *out, const struct field *f, const char *set, const struct field_world *world)
{
    size_t len = 0;
    for (const char *at = names_next(set, &len); at; at = names_next(at + len, &len)) {
        char *code = str_dup_len(at, len);
        buf_printf(out, "%s%s", out->len ? ", " : "", field_label(f, code, world));
        free(code);
    }
}

static void show_ref(struct buf *out, const struct field *f, int64_t id, const struct field_world *world)
{
    char text[IDENT_BYTES];
    size_t before = out->len;
    if (world->title)
        world->title(world->arg, f->target, id, out);
    buf_printf(out, out->len > before ? " (%s)" : "%s", ident_format_checked(id, text));
}

void field_show(struct buf *out, const struct record *r, int field, const struct field_world *world)
{
    const struct field *f = &r->of->fields[field];
    const struct value *v = &r->values[field];
    if (v->state != VALUE_SET)
        return;
    if (f->type == FIELD_CODE)
        buf_puts(out, field_label(f, v->text, world));
    else if (f->type == FIELD_SET)
        show_set(out, f, v->text, world);
    else if (f->type == FIELD_REF)
        show_ref(out, f, v->number, world);
    else if (f->type == FIELD_DATE)
        language_put_value(out, v->text);
    else if (f->type == FIELD_BOOL)
        buf_puts(out, v->number ? _("yes") : _("no"));
    else
        record_put_human(out, r, field, world->reader.codes, world->mark);
}

/* --- reading */

/* The one code of LIST whose label is TEXT, or begins with it, in any language's letters; NULL: none or
 * several. */
static const struct code *code_by_label(const struct code_list *list, const char *text, enum lang lang)
{
    struct buf wanted = {0};
    struct buf label = {0};
    const struct code *found = NULL;
    bool several = false;
    bool exact = false;
    text_fold(&wanted, text);
    for (size_t i = 0; i < code_list_count(list) && wanted.len > 0 && !exact; i++) {
        const struct code *code = code_list_at(list, i);
        buf_clear(&label);
        text_fold(&label, code->label[lang]);
        exact = strcmp(buf_str(&label), buf_str(&wanted)) == 0;
        if (exact || strncmp(buf_str(&label), buf_str(&wanted), wanted.len) == 0) {
            several = found && !exact;
            found = code;
        }
    }
    buf_done(&wanted);
    buf_done(&label);
    return several ? NULL : found;
}

/* Appends the code that TEXT means, or TEXT itself, for the record to refuse. */
static void put_code(struct buf *out, const struct field *f, const char *text,
                     const struct field_world *world)
{
    const struct code_list *list = list_of(f, world);
    const struct code *code = list ? code_list_find(list, text) : NULL;
    if (list && !code)
        code = code_by_label(list, text, world->lang);
    buf_puts(out, code ? code->code : text);
}

static void put_codes(struct buf *out, const struct field *f, const char *text,
                      const struct field_world *world)
{
    char *words = str_dup(text);
    char *rest = NULL;
    for (char *word = strtok_r(words, ",;", &rest); word; word = strtok_r(NULL, ",;", &rest)) {
        word += strspn(word, " ");
        if (out->len)
            buf_putc(out, ',');
        put_code(out, f, word, world);
    }
    free(words);
}

/* "Sahr Kamara (7K4QXM-31-T)" is what field_show wrote: the id counts. */
static void put_ref(struct buf *out, const char *text)
{
    const char *open = strrchr(text, '(');
    size_t len = strlen(text);
    if (open && len > 0 && text[len - 1] == ')') {
        char *id = str_dup_len(open + 1, len - (size_t)(open - text) - 2);
        if (ident_has_shape(id)) {
            buf_puts(out, id);
            free(id);
            return;
        }
        free(id);
    }
    buf_puts(out, text);
}

/* Leaves of `flag "value": rule` the rule. */
static enum err rule_alone(const char *flag, struct errctx *e)
{
    size_t len = strlen(flag);
    if (strncmp(e->text, flag, len) != 0)
        return e->kind;
    const char *rule = strstr(e->text + len, "\": ");
    if (rule)
        memmove(e->text, rule + 3, strlen(rule + 3) + 1);
    return e->kind;
}

enum err field_read(struct record *r, int field, const char *text, const struct field_world *world,
                    struct errctx *e)
{
    const struct field *f = &r->of->fields[field];
    struct buf typed = {0};
    if (f->type == FIELD_CODE)
        put_code(&typed, f, text, world);
    else if (f->type == FIELD_SET)
        put_codes(&typed, f, text, world);
    else if (f->type == FIELD_REF)
        put_ref(&typed, text);
    else
        buf_puts(&typed, text);
    enum err result = record_set_typed(r, field, buf_str(&typed), &world->reader, e);
    if (result == ERR_OK && r->values[field].state == VALUE_CLEAR)
        r->values[field].state = VALUE_ABSENT;
    buf_done(&typed);
    return result == ERR_OK ? ERR_OK : rule_alone(f->flag, e);
}

/* A flag is meant where its value follows: "stones 3" or `full_name "…"`, not in "3 stones". */
static bool names_value(const char *behind)
{
    return behind[0] == ' ' && behind[1] &&
           (strchr("\"-", behind[1]) || (behind[1] >= '0' && behind[1] <= '9'));
}

void field_say(struct buf *out, const struct entity *of, const char *found)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
    struct buf said = {0};
    said_put(&said, found);
    for (const char *at = buf_str(&said); *at;) {
        const char *quoted = *at == '"' ? strchr(at + 1, '"') : NULL;
        if (quoted) {
            buf_put(out, at, (size_t)(quoted - at) + 1);
            at = quoted + 1;
            continue;
        }
        size_t len = strspn(at, letters);
        char *word = str_dup_len(at, len);
        int field = len > 0 && names_value(at + len) ? entity_field_by_flag(of, word) : -1;
        if (field >= 0)
            buf_puts(out, _(of->fields[field].label));
        else if (len > 0)
            buf_put(out, at, len);
        else
            buf_putc(out, *at);
        at += len > 0 ? len : 1;
        free(word);
    }
    buf_done(&said);
}

static bool is_one_of(int32_t point, const char *characters)
{
    return point > 0 && point < 0x80 && strchr(characters, (char)point) != NULL;
}

bool field_accepts(const struct field *f, int32_t point)
{
    switch (f->type) {
    case FIELD_INT:
        return is_one_of(point, "0123456789 -");
    case FIELD_DECIMAL:
    case FIELD_MONEY:
        return is_one_of(point, "0123456789., -") || point == 0xA0 || point == 0x202F;
    case FIELD_DATE:
    case FIELD_BIRTH:
        return is_one_of(point, "0123456789-/.~+'abcdefghijklmnopqrstuvwxyz");
    case FIELD_TEXT:
    case FIELD_NOTE:
    case FIELD_CODE:
    case FIELD_SET:
    case FIELD_REF:
    case FIELD_BOOL:
        return point >= 0x20;
    }
    return false;
}

size_t field_max_chars(const struct field *f)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_NOTE:
        return (size_t)f->max;
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_DATE:
    case FIELD_BIRTH:
    case FIELD_BOOL:
        return NUMBER_CHARS;
    case FIELD_CODE:
        return CODE_CHARS;
    case FIELD_SET:
    case FIELD_REF:
        return SET_CHARS;
    }
    return NUMBER_CHARS;
}
