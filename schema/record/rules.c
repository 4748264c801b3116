#include "schema/record/rules.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/date.h"
#include "schema/base/decimal.h"
#include "schema/record/rules_parts.h"

const int RULES_VERSION = 1;

const struct rule *rule_find(const char *id)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (strcmp(RULES[i].id, id) == 0)
            return &RULES[i];
    }
    return NULL;
}

const char *level_name(enum level level)
{
    switch (level) {
    case LEVEL_BLOCK:
        return "block";
    case LEVEL_CONFIRM:
        return "confirm";
    case LEVEL_FLAG:
        return "flag";
    }
    return "";
}

enum err rules_check(const struct rule_input *in, bool with_world, struct findings *out, struct errctx *e)
{
    if (!in->codes)
        return ERR_OK;
    for (size_t i = 0; i < RULE_COUNT; i++) {
        const struct rule *rule = &RULES[i];
        if (rule->of != in->record->of->id)
            continue;
        if (rule->judge)
            rule->judge(rule, in, out);
        else if (with_world && in->world && rule->ask(rule, in, out, e) != ERR_OK)
            return err_wrap(e, "rule \"%s\"", rule->id);
    }
    return ERR_OK;
}

void rules_describe(struct buf *out)
{
    buf_puts(
        out,
        "## Rules\n\n"
        "*block* cannot be saved, *confirm* is saved with a reason, *flag* is saved and shown to the "
        "ministry. Limits are the\ndefaults of `schema/codes/threshold.csv`; a country's own stand in its "
        "profile. Sources: `schema/codes/SOURCES.md`.\n\n");
    for (int of = 0; of < ENTITY_COUNT; of++) {
        const struct entity *entity = &ENTITIES[of];
        buf_printf(out, "### %s\n\n| rule | level | flag | words | source |\n|---|---|---|---|---|\n",
                   entity->name);
        for (size_t i = 0; i < RULE_COUNT; i++) {
            const struct rule *rule = &RULES[i];
            if (rule->of != entity->id)
                continue;
            const char *flag = rule->field ? entity->fields[entity_field(entity, rule->field)].flag : "";
            buf_printf(out, "| `%s` | %s | %s%s%s | %s | %s |\n", rule->id, level_name(rule->level),
                       rule->field ? "`" : "", flag, rule->field ? "`" : "", rule->words, rule->source);
        }
        if (of + 1 < ENTITY_COUNT)
            buf_puts(out, "\n");
    }
}

/* --- findings */

void findings_done(struct findings *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->rows[i].text);
    free(f->rows);
    *f = (struct findings){0};
}

static void add(struct findings *f, const char *rule, enum level level, const char *field, const char *format,
                va_list args)
{
    char text[ERR_TEXT_BYTES];
    int len = vsnprintf(text, sizeof text, format, args);
    if (len >= (int)sizeof text)
        memcpy(text + sizeof text - 4, "...", 4);
    f->rows = mem_resize(f->rows, f->count + 1, sizeof *f->rows);
    f->rows[f->count++] = (struct finding){rule, level, field, str_dup(text)};
}

void findings_add(struct findings *f, const char *rule, enum level level, const char *field,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(f, rule, level, field, format, args);
    va_end(args);
}

const struct finding *findings_first(const struct findings *f, enum level level)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->rows[i].level == level)
            return &f->rows[i];
    }
    return NULL;
}

/* --- what the rules share */

void rules_say(struct findings *out, const struct rule *rule, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(out, rule->id, rule->level, rule->field, format, args);
    va_end(args);
}

/* Copies TEXT into WORDS; what does not fit is cut at a whole character. */
static const char *cut(const char *text, char *words)
{
    size_t len = strlen(text);
    if (len >= RULE_WORDS_BYTES) {
        len = RULE_WORDS_BYTES - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
            len--;
    }
    memcpy(words, text, len);
    words[len] = '\0';
    return words;
}

const char *rules_words(const struct rule_input *in, const char *field, char *words)
{
    int place = entity_field(in->record->of, field);
    const struct field *f = &in->record->of->fields[place];
    const char *quote = f->type == FIELD_TEXT || f->type == FIELD_NOTE ? "\"" : "";
    struct buf text = {0};
    buf_printf(&text, "%s %s", f->flag, quote);
    record_put_human(&text, in->record, place, in->codes, '.');
    buf_puts(&text, quote);
    cut(buf_str(&text), words);
    buf_done(&text);
    return words;
}

const char *rules_decimal(int64_t number, int scale, char *words)
{
    struct buf text = {0};
    decimal_format(&text, number, scale, 0, '.');
    cut(buf_str(&text), words);
    buf_done(&text);
    return words;
}

const char *rules_count(int64_t number, const char *one, const char *many, char *words)
{
    const char *noun = number == 1 ? one : many;
    assert(strncmp(noun, "%d", 2) == 0);
    (void)snprintf(words, RULE_WORDS_BYTES, "%" PRId64 "%s", number, noun + 2);
    return words;
}

int64_t rules_limit(const struct rule_input *in, const char *key)
{
    return codes_threshold(in->codes, key);
}

bool rules_day(const struct record *r, const char *field, int32_t *out)
{
    struct date day;
    struct errctx ignored;
    const char *text = record_text(r, field);
    if (!text || date_parse(text, &day, &ignored) != ERR_OK)
        return false;
    *out = date_to_days(day);
    return true;
}

bool rules_is(const struct record *r, const char *field, const char *code)
{
    const char *text = record_text(r, field);
    return text && strcmp(text, code) == 0;
}

int64_t rules_days_covered(const struct record *yield)
{
    int32_t first = 0;
    int32_t last = 0;
    const char *from = record_text(yield, "date_from");
    if (from && rules_is(yield, "date_to", from))
        return 1; /* as of nearly every return */
    if (!rules_day(yield, "date_from", &first) || !rules_day(yield, "date_to", &last) || last < first)
        return 1;
    return (int64_t)last - first + 1;
}

int64_t rules_with_tolerance(const struct rule_input *in, int64_t produced_mct)
{
    int64_t part = decimal_muldiv(produced_mct, rules_limit(in, "balance_tolerance_bp"), 10000);
    int64_t least = rules_limit(in, "balance_tolerance");
    return produced_mct + (part > least ? part : least);
}

void rules_order(const struct rule *rule, const struct rule_input *in, struct findings *out,
                 const char *first)
{
    /* ISO dates sort as text. */
    const char *from = record_text(in->record, first);
    const char *to = record_text(in->record, rule->field);
    char from_words[RULE_WORDS_BYTES];
    char to_words[RULE_WORDS_BYTES];
    if (from && to && strcmp(to, from) < 0)
        rules_say(out, rule, "%s is before %s", rules_words(in, rule->field, to_words),
                  rules_words(in, first, from_words));
}

enum err rules_load(const struct rule_input *in, const char *field, struct record *out, struct errctx *e)
{
    int place = entity_field(in->record->of, field);
    if (!in->world->load || !record_has(in->record, field))
        return ERR_NOT_FOUND;
    return in->world->load(in->world->arg, in->record->of->fields[place].target,
                           record_number(in->record, field), out, e);
}
