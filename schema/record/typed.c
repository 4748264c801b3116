#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "schema/base/date.h"
#include "schema/base/decimal.h"
#include "schema/base/text.h"
#include "schema/record/ident.h"
#include "schema/record/record.h"

enum {
    QUOTED_CHARS = 40, /* of a refused value in an error: enough to recognise it */
    NAMED_CODES = 12,  /* a list up to this long is written out in an error */
};

static int scale_of(const struct field *f, const struct record *r, struct codes *codes)
{
    if (f->type != FIELD_MONEY)
        return f->type == FIELD_DECIMAL ? f->scale : 0;
    const char *currency = record_text(r, f->currency);
    return currency && codes ? codes_currency_exponent(codes, currency) : -1;
}

static void put_number(struct buf *out, const struct field *f, int scale, int64_t number, char mark)
{
    decimal_format(out, number, scale, f->type == FIELD_MONEY ? scale : 0, mark);
}

static enum err check_bounds(const struct field *f, int scale, int64_t number, struct errctx *e)
{
    if (number >= f->min && number <= f->max)
        return ERR_OK;
    if (number < 0 && f->min == 0)
        return err_fail(e, ERR_INVALID, "must not be negative");
    struct buf bound = {0};
    put_number(&bound, f, scale, number < f->min ? f->min : f->max, '.');
    if (f->unit)
        buf_printf(&bound, " %s", f->unit);
    if (number < f->min)
        (void)err_fail(e, ERR_INVALID, "must be at least %s", buf_str(&bound));
    else
        (void)err_fail(e, ERR_INVALID, "must be at most %s", buf_str(&bound));
    buf_done(&bound);
    return e->kind;
}

static enum err read_number(const struct record *r, const struct field *f, const char *text,
                            const struct reader *with, int64_t *out, struct errctx *e)
{
    int scale = scale_of(f, r, with->codes);
    if (scale < 0)
        return err_fail(e, ERR_INVALID, "needs a known currency in %s", f->currency);
    if (decimal_parse(text, scale, out, e) != ERR_OK)
        return e->kind;
    return check_bounds(f, scale, *out, e);
}

/* Words that mean yes and no in the languages of ours. */
static enum err read_bool(const char *text, int64_t *out, struct errctx *e)
{
    static const char *const words[2][8] = {{"no", "n", "false", "0", "non", "nao"},
                                            {"yes", "y", "true", "1", "oui", "sim"}};
    struct buf folded = {0};
    text_fold(&folded, text);
    int64_t found = -1;
    for (int64_t yes = 0; yes < 2; yes++) {
        for (size_t i = 0; words[yes][i]; i++) {
            if (strcmp(words[yes][i], buf_str(&folded)) == 0)
                found = yes;
        }
    }
    buf_done(&folded);
    if (found < 0)
        return err_fail(e, ERR_INVALID, "must be yes or no");
    *out = found;
    return ERR_OK;
}

/* What people call a record may look like anything; what looks like an id is one. */
static enum err read_ref(const struct field *f, const char *text, const struct reader *with, int64_t *out,
                         struct errctx *e)
{
    char exact[IDENT_BYTES];
    if (ident_has_shape(text) || !with->resolve) {
        if (ident_parse(text, out, e) != ERR_OK)
            return e->kind;
        text = ident_format(*out, exact);
    }
    if (!with->resolve)
        return ERR_OK;
    enum err result = with->resolve(with->arg, f->target, text, out, e);
    if (result == ERR_NOT_FOUND)
        e->kind = ERR_INVALID;
    return result == ERR_NOT_FOUND ? ERR_INVALID : result;
}

static enum err unknown_code(const struct field *f, const struct code_list *list, struct errctx *e)
{
    size_t count = code_list_count(list);
    if (count > NAMED_CODES)
        return err_fail(e, ERR_INVALID, "is not a code of the list \"%s\"", f->list);
    struct buf names = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", code_list_at(list, i)->code);
    (void)err_fail(e, ERR_INVALID, "is not one of: %s", buf_str(&names));
    buf_done(&names);
    return e->kind;
}

static enum err read_code(const struct field *f, const char *text, const struct reader *with, char **out,
                          struct errctx *e)
{
    const struct code_list *list = NULL;
    if (codes_list(with->codes, f->list, &list, e) != ERR_OK)
        return e->kind;
    const struct code *code = code_list_find(list, text);
    if (!code)
        return unknown_code(f, list, e);
    *out = str_dup(code->code);
    return ERR_OK;
}

/* Marks in CHOSEN, which has a byte for each code of LIST, the codes that TEXT names. */
static enum err choose_codes(const struct field *f, const struct code_list *list, char *text, char *chosen,
                             struct errctx *e)
{
    char *rest = NULL;
    for (char *word = strtok_r(text, ",; ", &rest); word; word = strtok_r(NULL, ",; ", &rest)) {
        const struct code *code = code_list_find(list, word);
        if (!code)
            return unknown_code(f, list, e);
        for (size_t i = 0; i < code_list_count(list); i++) {
            if (code_list_at(list, i) == code)
                chosen[i] = 1;
        }
    }
    return ERR_OK;
}

static enum err read_set(const struct field *f, const char *text, const struct reader *with, char **out,
                         struct errctx *e)
{
    const struct code_list *list = NULL;
    if (codes_list(with->codes, f->list, &list, e) != ERR_OK)
        return e->kind;
    char *words = str_dup(text);
    char *chosen = mem_zero(code_list_count(list), 1);
    struct buf joined = {0};
    enum err result = choose_codes(f, list, words, chosen, e);
    for (size_t i = 0; result == ERR_OK && i < code_list_count(list); i++) {
        if (chosen[i])
            buf_printf(&joined, "%s%s", joined.len ? "," : "", code_list_at(list, i)->code);
    }
    if (result == ERR_OK && joined.len == 0)
        result = unknown_code(f, list, e);
    if (result == ERR_OK)
        *out = buf_steal(&joined);
    buf_done(&joined);
    free(chosen);
    free(words);
    return result;
}

static enum err read_date(const char *text, int32_t today, char **out, struct errctx *e)
{
    struct date day;
    if (date_parse_typed(text, today, &day, e) != ERR_OK)
        return e->kind;
    char iso[DATE_BYTES];
    *out = str_dup(date_format(day, iso));
    return ERR_OK;
}

/* EDTF, or a day as people write it ("12/6/1985"); "today" and "-3" are no births. */
static enum err read_birth(const char *text, char **out, struct errctx *e)
{
    int year = 0;
    struct errctx ignored;
    if (*text >= '0' && *text <= '9' && strpbrk(text, "/.") && read_date(text, 0, out, &ignored) == ERR_OK)
        return ERR_OK;
    if (date_parse_birth(text, &year, e) != ERR_OK)
        return e->kind;
    *out = str_dup(text);
    return ERR_OK;
}

static enum err read_text(const struct field *f, const char *text, char **out, struct errctx *e)
{
    struct buf clean = {0};
    enum err result = text_clean(&clean, text, f->type == FIELD_NOTE, (size_t)f->max, e);
    if (result == ERR_OK)
        *out = buf_steal(&clean);
    buf_done(&clean);
    return result;
}

static enum err read_value(const struct record *r, const struct field *f, const char *text,
                           const struct reader *with, struct value *out, struct errctx *e)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_NOTE:
        return read_text(f, text, &out->text, e);
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
        return read_number(r, f, text, with, &out->number, e);
    case FIELD_DATE:
        return read_date(text, with->today, &out->text, e);
    case FIELD_BIRTH:
        return read_birth(text, &out->text, e);
    case FIELD_CODE:
        return read_code(f, text, with, &out->text, e);
    case FIELD_SET:
        return read_set(f, text, with, &out->text, e);
    case FIELD_REF:
        return read_ref(f, text, with, &out->number, e);
    case FIELD_BOOL:
        return read_bool(text, &out->number, e);
    }
    return err_fail(e, ERR_INTERNAL, "has no known type");
}

/* Appends TEXT so that it cannot spoil a line: cut short, nothing unprintable, always UTF-8. */
static void put_quotable(struct buf *out, const char *text)
{
    int chars = 0;
    while (*text && chars++ < QUOTED_CHARS) {
        utf8proc_int32_t point = 0;
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
        bool printable = used > 0 && utf8proc_category(point) != UTF8PROC_CATEGORY_CC &&
                         utf8proc_category(point) != UTF8PROC_CATEGORY_CF;
        size_t len = used > 0 ? (size_t)used : 1;
        if (printable)
            buf_put(out, text, len);
        else
            buf_putc(out, '?');
        text += len;
    }
    if (*text)
        buf_puts(out, "…");
}

static const char SPACE[] = " \t\r\n";

static char *trimmed(const char *text)
{
    text += strspn(text, SPACE);
    size_t len = strlen(text);
    while (len > 0 && strchr(SPACE, text[len - 1]))
        len--;
    return str_dup_len(text, len);
}

enum err record_set_typed(struct record *r, int field, const char *text, const struct reader *with,
                          struct errctx *e)
{
    const struct field *f = &r->of->fields[field];
    struct value value = {.state = VALUE_CLEAR};
    char *given = trimmed(text);
    enum err result = ERR_OK;
    if (*given) {
        value.state = VALUE_SET;
        result = read_value(r, f, given, with, &value, e);
    }
    if (result == ERR_OK) {
        free(r->values[field].text);
        r->values[field] = value;
    } else {
        struct buf quoted = {0};
        put_quotable(&quoted, given);
        (void)err_wrap(e, "%s \"%s\"", f->flag, buf_str(&quoted));
        buf_done(&quoted);
    }
    free(given);
    return result;
}

void record_put_human(struct buf *out, const struct record *r, int field, struct codes *codes, char mark)
{
    const struct field *f = &r->of->fields[field];
    const struct value *v = &r->values[field];
    char id[IDENT_BYTES];
    if (v->state != VALUE_SET)
        return;
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_NOTE:
    case FIELD_DATE:
    case FIELD_BIRTH:
    case FIELD_CODE:
    case FIELD_SET:
        buf_puts(out, v->text);
        return;
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY: {
        int scale = scale_of(f, r, codes);
        put_number(out, f, scale < 0 ? 0 : scale, v->number, mark);
        return;
    }
    case FIELD_REF:
        buf_puts(out, ident_format_checked(v->number, id));
        return;
    case FIELD_BOOL:
        buf_puts(out, v->number ? "yes" : "no");
        return;
    }
}

static enum err fill_field(struct record *r, int field, const struct reader *with, struct errctx *e)
{
    const char *fallback = r->of->fields[field].fallback;
    if (!fallback || r->values[field].state != VALUE_ABSENT)
        return ERR_OK;
    if (*fallback != '=')
        return record_set_typed(r, field, fallback, with, e);
    int other = entity_field(r->of, fallback + 1);
    assert(other >= 0);
    const struct value *from = &r->values[other];
    if (from->state == VALUE_SET)
        r->values[field] =
            (struct value){.state = VALUE_SET, .number = from->number, .text = str_dup(from->text)};
    return ERR_OK;
}

enum err record_fill(struct record *r, const struct reader *with, struct errctx *e)
{
    for (int i = 0; i < r->of->field_count; i++) {
        if (fill_field(r, i, with, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}
