#include "app/common/help.h"

#include <inttypes.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/plain.h"
#include "schema/base/decimal.h"

enum {
    PAGE_COLUMNS = 80,
    TEXT_COLUMN = 24, /* where the words behind an option begin */
    MAX_LABELLED = 60 /* a list with more codes is printed without labels */
};

/* Prints TEXT from column FROM on, broken at spaces before PAGE_COLUMNS. The cursor stands at column AT. */
static void print_wrapped(FILE *to, const char *text, size_t at, size_t from)
{
    if (at + 2 > from && at > 0) {
        fputc('\n', to);
        at = 0;
    }
    fprintf(to, "%*s", (int)(from - at), "");
    size_t column = from;
    while (*text) {
        size_t len = strcspn(text, " ");
        char word[256];
        (void)snprintf(word, sizeof word, "%.*s", (int)len, text);
        size_t width = plain_width(word);
        if (column > from && column + 1 + width >= PAGE_COLUMNS) {
            fprintf(to, "\n%*s", (int)from, "");
            column = from;
        } else if (column > from) {
            fputc(' ', to);
            column++;
        }
        fputs(word, to);
        column += width;
        text += len;
        text += strspn(text, " ");
    }
    fputc('\n', to);
}

static void print_option(FILE *to, const char *name, const char *value, const char *text)
{
    struct buf head = {0};
    buf_printf(&head, "  --%s", name);
    if (value)
        buf_printf(&head, " %s", value);
    fputs(buf_str(&head), to);
    print_wrapped(to, text, plain_width(buf_str(&head)), TEXT_COLUMN);
    buf_done(&head);
}

static void put_codes(struct buf *out, const struct field *f, struct codes *codes, enum lang lang)
{
    const struct code_list *list = NULL;
    struct errctx e;
    if (codes_list(codes, f->list, &list, &e) != ERR_OK)
        return;
    size_t count = code_list_count(list);
    buf_puts(out, f->type == FIELD_SET ? _("; any of, joined by commas: ") : _("; one of: "));
    for (size_t i = 0; i < count; i++) {
        const struct code *code = code_list_at(list, i);
        buf_printf(out, "%s%s", i ? ", " : "", code->code);
        /* Words explain themselves; "SL-E" does not. */
        bool upper = code->code[0] >= 'A' && code->code[0] <= 'Z' && code->code[1];
        if (upper && count <= MAX_LABELLED && code->label[lang])
            buf_printf(out, " (%s)", code->label[lang]);
    }
}

static void put_bounds(struct buf *out, const struct field *f)
{
    if (f->min == INT64_MIN || f->max == INT64_MAX || f->min >= f->max)
        return;
    buf_puts(out, "; ");
    decimal_format(out, f->min, f->scale, 0, '.');
    buf_puts(out, _(" to "));
    decimal_format(out, f->max, f->scale, 0, '.');
    if (f->scale)
        buf_printf(out, ngettext(", at most %d decimal", ", at most %d decimals", (unsigned long)f->scale),
                   f->scale);
}

/* The tables name fields as they are stored; people know them by their flags. */
static void put_flags(struct buf *out, const struct entity *of, const char *names)
{
    size_t len = 0;
    const char *at = names_next(names, &len);
    for (const char *separator = ""; at; at = names_next(at + len, &len), separator = ", ") {
        for (int i = 0; i < of->field_count; i++) {
            const struct field *f = &of->fields[i];
            if (strlen(f->name) == len && strncmp(f->name, at, len) == 0)
                buf_printf(out, "%s%s", separator, f->flag);
        }
    }
}

static void put_condition(struct buf *out, const struct entity *of, const struct field *f, const char *words)
{
    buf_puts(out, words);
    buf_putc(out, ' ');
    put_flags(out, of, f->if_field);
}

static void put_need(struct buf *out, const struct entity *of, const struct field *f)
{
    switch (f->need) {
    case NEED_OPTIONAL:
        return;
    case NEED_REQUIRED:
        if (!f->fallback)
            buf_puts(out, _("; required"));
        return;
    case NEED_WHEN_EQUAL:
        put_condition(out, of, f, _("; required when"));
        buf_printf(out, _(" is %s"), f->if_value);
        return;
    case NEED_WHEN_NOT_EQUAL:
        put_condition(out, of, f, _("; required unless"));
        buf_printf(out, _(" is %s"), f->if_value);
        return;
    case NEED_WHEN_ANY:
        put_condition(out, of, f, _("; required with any of"));
        return;
    case NEED_WHEN_NONE:
        put_condition(out, of, f, _("; required without"));
        return;
    }
}

static void put_type(struct buf *out, const struct field *f, struct codes *codes, enum lang lang)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_NOTE:
        buf_printf(out, _("; at most %" PRId64 " characters"), f->max);
        return;
    case FIELD_INT:
    case FIELD_DECIMAL:
        put_bounds(out, f);
        return;
    case FIELD_MONEY:
        buf_printf(out, _("; in the currency of --%s"), f->currency);
        return;
    case FIELD_DATE:
        buf_puts(out, _("; a date: 2026-11-23, 23/11/2026, today, yesterday, -3 (three days ago)"));
        return;
    case FIELD_BIRTH: /* its own help says how */
        return;
    case FIELD_CODE:
    case FIELD_SET:
        if (codes)
            put_codes(out, f, codes, lang);
        return;
    case FIELD_REF:
        buf_printf(out, _("; id of a %s"), ENTITIES[f->target].name);
        if (f->target == ENTITY_LICENCE)
            buf_puts(out, _(", or a licence number"));
        if (f->target == ENTITY_OFFICER)
            buf_puts(out, _(", or a login"));
        return;
    case FIELD_BOOL:
        buf_puts(out, _("; yes or no"));
        return;
    }
}

void help_put_field(struct buf *out, const struct entity *of, int field, struct codes *codes, enum lang lang)
{
    const struct field *f = &of->fields[field];
    buf_puts(out, f->help ? _(f->help) : _(f->label));
    if (f->unit)
        buf_printf(out, ", %s", _(f->unit));
    put_need(out, of, f);
    put_type(out, f, codes, lang);
    if (f->fallback && f->fallback[0] == '=')
        buf_printf(out, _("; default: as %s"), f->fallback + 1);
    else if (f->fallback)
        buf_printf(out, _("; default: %s"), f->fallback);
}

/* What the value of a flag is called. */
static const char *value_word(const struct field *f)
{
    if (f->unit)
        return _(f->unit);
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_NOTE:
        return _("TEXT");
    case FIELD_INT:
    case FIELD_DECIMAL:
        return _("NUMBER");
    case FIELD_MONEY:
        return _("AMOUNT");
    case FIELD_DATE:
    case FIELD_BIRTH:
        return _("DATE");
    case FIELD_CODE:
        return _("CODE");
    case FIELD_SET:
        return _("CODES");
    case FIELD_REF:
        return _("ID");
    case FIELD_BOOL:
        return _("YES|NO");
    }
    return _("VALUE");
}

static void print_fields(FILE *to, const struct entity *of, struct codes *codes, enum lang lang)
{
    for (int i = 0; i < of->field_count; i++) {
        const struct field *f = &of->fields[i];
        struct buf text = {0};
        help_put_field(&text, of, i, codes, lang);
        print_option(to, f->flag, value_word(f), buf_str(&text));
        buf_done(&text);
    }
}

static void print_options(FILE *to, const struct option_spec *table)
{
    for (; table && table->name; table++)
        print_option(to, table->name, table->value, _(table->help));
}

/* "yield add" for "ENTITY add". */
static void put_words(struct buf *out, const struct command *c, const struct entity *entity)
{
    bool named = entity && strncmp(c->words, "ENTITY", 6) == 0;
    buf_printf(out, "%s%s", named ? entity->name : "", named ? c->words + 6 : c->words);
}

void help_command(FILE *to, const struct program *p, const struct command_line *line, struct codes *codes,
                  enum lang lang)
{
    const struct command *c = line->command;
    struct buf words = {0};
    put_words(&words, c, line->entity);
    fprintf(to, _("usage: %s %s%s%s [options]\n\n"), p->name, buf_str(&words), *c->operands ? " " : "",
            c->operands);
    print_wrapped(to, _(c->summary), 0, 0);
    if (c->more) {
        fputc('\n', to);
        print_wrapped(to, _(c->more), 0, 0);
    }
    if (c->takes_fields) {
        fprintf(to, _("\nFields of a %s:\n"), line->entity->name);
        print_fields(to, line->entity, codes, lang);
    }
    if (c->options) {
        fputs(_("\nOptions:\n"), to);
        print_options(to, c->options);
    }
    fputs(_("\nEverywhere:\n"), to);
    print_options(to, p->globals);
    buf_done(&words);
}

static void print_entities(FILE *to)
{
    struct buf names = {0};
    buf_puts(&names, _("ENTITY is one of: "));
    for (int i = 0; i < ENTITY_COUNT; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", ENTITIES[i].name);
    fputc('\n', to);
    print_wrapped(to, buf_str(&names), 0, 0);
    buf_done(&names);
}

void help_program(FILE *to, const struct program *p)
{
    fprintf(to, _("usage: %s COMMAND [options]\n\n"), p->name);
    print_wrapped(to, _(p->summary), 0, 0);
    fputc('\n', to);
    bool entities = false;
    for (const struct command *const *at = p->commands; *at; at++) {
        const struct command *c = *at;
        char head[64];
        (void)snprintf(head, sizeof head, "  %s %s", c->words, c->operands);
        fputs(head, to);
        print_wrapped(to, _(c->summary), plain_width(head), 2 * TEXT_COLUMN - 18);
        entities = entities || strncmp(c->words, "ENTITY ", 7) == 0;
    }
    if (entities)
        print_entities(to);
    fputs(_("\nEverywhere:\n"), to);
    print_options(to, p->globals);
    fprintf(to, _("\n%s COMMAND --help tells more about one.\n"), p->name);
}
