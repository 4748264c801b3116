#include "app/common/said.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/catalogue.h"
#include "app/common/i18n.h"
#include "app/common/language.h"

enum {
    MAX_VALUES = 9,
    LEAST_LETTERS = 3, /* of a format's own: with fewer it would fit anything */
    MAX_DEPTH = 6      /* values within values */
};

struct value {
    const char *text;
    size_t len;
    bool quoted; /* somebody's own words: never touched */
};

struct values {
    struct value at[MAX_VALUES];
    int count;
    long long number; /* the first whole number among them, which chooses the plural */
};

/* The conversion at AT ("%-12.40s", "%2$s"): its length, its letter, and its place when it names one (else
 * 0). */
static size_t conversion(const char *at, char *letter, int *place)
{
    size_t len = 1;
    int number = 0;
    while (at[len] && strchr("0123456789.*-+# $hlzjt", at[len])) {
        if (isdigit((unsigned char)at[len]))
            number = number * 10 + (at[len] - '0');
        else if (at[len] == '$')
            *place = number;
        else
            number = 0;
        len++;
    }
    *letter = at[len];
    return at[len] ? len + 1 : len;
}

static bool match(const char *format, const char *line, struct values *v, bool quote);

/* Whether the conversion's value can be LINE[0 … len). */
static bool fits(char letter, const char *line, size_t len)
{
    if (letter == 's')
        return true;
    if (letter == 'c')
        return len == 1;
    size_t sign = len > 1 && line[0] == '-' ? 1 : 0;
    for (size_t i = sign; i < len; i++) {
        bool right = letter == 'x' ? isxdigit((unsigned char)line[i]) : isdigit((unsigned char)line[i]);
        if (!right)
            return false;
    }
    return len > 0;
}

/* The shortest value with which the rest fits too. */
static bool match_value(const char *format, const char *line, struct values *v, bool quote)
{
    char letter = 0;
    int place = 0;
    size_t skip = conversion(format, &letter, &place);
    if (v->count == MAX_VALUES || !letter)
        return false;
    int mine = v->count++;
    bool quoted = quote && format[skip] == '"';
    for (size_t len = 0;; len++) {
        v->at[mine] = (struct value){line, len, quoted};
        v->count = mine + 1;
        if (fits(letter, line, len) && match(format + skip, line + len, v, false)) {
            if (strchr("diu", letter))
                v->number = strtoll(line, NULL, 10);
            return true;
        }
        if (!line[len])
            break;
    }
    v->count = mine;
    return false;
}

static bool match(const char *format, const char *line, struct values *v, bool quote)
{
    for (; *format; format++, line++) {
        if (*format == '%' && format[1] != '%')
            return match_value(format, line, v, quote);
        if (*format == '%')
            format++;
        if (*format != *line)
            return false;
        quote = *format == '"';
    }
    return *line == '\0';
}

/* Letters of the format itself; 0 when it has no value to fill in. */
static int own_letters(const char *format)
{
    int letters = 0;
    bool fills = false;
    while (*format) {
        if (*format == '%' && format[1] != '%') {
            char letter = 0;
            int place = 0;
            format += conversion(format, &letter, &place);
            fills = true;
            continue;
        }
        if (*format == '%')
            format++;
        letters += isalpha((unsigned char)*format) ? 1 : 0;
        format++;
    }
    return fills ? letters : 0;
}

/* Whether LINE ends as FORMAT does behind its last value: what most formats do not. */
static bool ends_alike(const char *format, const char *line, size_t len)
{
    const char *last = strrchr(format, '%');
    char letter = 0;
    int place = 0;
    if (!last || (last > format && last[-1] == '%'))
        return true;
    const char *tail = last + conversion(last, &letter, &place);
    size_t tail_len = strlen(tail);
    return tail_len <= len && memcmp(line + len - tail_len, tail, tail_len) == 0;
}

/* The translation that gives LINE, with its values; NULL when none does. */
static const char *find(const struct catalogue *c, const char *line, struct values *out)
{
    const char *found = NULL;
    size_t len = strlen(line);
    int best = LEAST_LETTERS - 1;
    for (uint32_t i = 0; i < c->count; i++) {
        const char *many = NULL;
        const char *one = catalogue_original(c, i, &many);
        for (const char *format = one; format; format = format == one ? many : NULL) {
            struct values v = {.number = 1};
            bool can = (format[0] == '%' || format[0] == line[0]) && ends_alike(format, line, len);
            int letters = can ? own_letters(format) : 0;
            if (letters <= best || !match(format, line, &v, false))
                continue;
            const char *text = many ? catalogue_count(c, one, (unsigned long)llabs(v.number))
                                    : catalogue_translation(c, i, false);
            if (!text || !*text)
                continue;
            best = letters;
            found = text;
            *out = v;
        }
    }
    return found;
}

static void put_line(struct buf *out, const char *line, int depth);

/* A value of an unquoted place: words are looked up in turn, and a number or day at its end is written as the
 * language writes it ("diamond_ct 12.5"). */
static void put_value(struct buf *out, const struct value *value, int depth)
{
    char *text = str_dup_len(value->text, value->len);
    if (value->quoted)
        buf_puts(out, text);
    else if (strchr(text, ' ')) /* one word alone is a flag or a code, which commands know by that name */
        put_line(out, text, depth + 1);
    else
        language_put_value(out, text);
    free(text);
}

static void fill(struct buf *out, const char *format, const struct values *v, int depth)
{
    int next = 0;
    while (*format) {
        if (*format != '%' || format[1] == '%') {
            format += *format == '%';
            buf_putc(out, *format++);
            continue;
        }
        char letter = 0;
        int place = 0;
        format += conversion(format, &letter, &place);
        int at = place > 0 ? place - 1 : next++;
        if (at < v->count)
            put_value(out, &v->at[at], depth);
    }
}

/* The next ": " of LINE from AT on that does not stand in somebody's own words, nor behind a space, as in
 * what was said in French before; NULL when there is none. */
static const char *next_cut(const char *line, const char *at)
{
    while ((at = strstr(at, ": "))) {
        size_t quotes = 0;
        for (const char *q = line; q < at; q++)
            quotes += *q == '"';
        if (quotes % 2 == 0 && (at == line || at[-1] != ' '))
            return at;
        at += 2;
    }
    return NULL;
}

/* "outer: inner": each part that is known is translated. Returns whether one is: what people wrote has colons
 * too. */
static bool put_parts(struct buf *out, const char *line, int depth)
{
    const struct catalogue *c = i18n_used();
    const char *cut = next_cut(line, line);
    for (const char *at = cut; at; at = next_cut(line, at + 2)) {
        struct values v;
        char *outer = str_dup_len(line, (size_t)(at - line));
        bool known = catalogue_text(c, outer) || find(c, outer, &v);
        free(outer);
        if (known) {
            cut = at;
            break;
        }
    }
    if (!cut || depth >= MAX_DEPTH)
        return false;
    char *outer = str_dup_len(line, (size_t)(cut - line));
    struct buf before = {0};
    struct buf behind = {0};
    put_line(&before, outer, depth + 1);
    put_line(&behind, cut + 2, depth + 1);
    bool known = strcmp(buf_str(&before), outer) != 0 || strcmp(buf_str(&behind), cut + 2) != 0;
    if (known)
        buf_printf(out, "%s%s%s", buf_str(&before), _(": "), buf_str(&behind));
    buf_done(&before);
    buf_done(&behind);
    free(outer);
    return known;
}

/* "words (values)": both are said by themselves. */
static bool put_bracket(struct buf *out, const char *line, int depth)
{
    const char *open = strstr(line, " (");
    size_t len = strlen(line);
    if (!open || depth >= MAX_DEPTH || line[len - 1] != ')')
        return false;
    char *before = str_dup_len(line, (size_t)(open - line));
    char *inside = str_dup_len(open + 2, len - (size_t)(open - line) - 3);
    bool known = catalogue_text(i18n_used(), before) != NULL;
    if (known) {
        put_line(out, before, depth + 1);
        buf_puts(out, " (");
        put_line(out, inside, depth + 1);
        buf_puts(out, ")");
    }
    free(before);
    free(inside);
    return known;
}

/* "one, another": a list of texts that the catalogue holds. */
static bool put_list(struct buf *out, const char *line)
{
    size_t start = out->len;
    for (const char *at = line; at;) {
        const char *comma = strstr(at, ", ");
        char *item = str_dup_len(at, comma ? (size_t)(comma - at) : strlen(at));
        const char *found = catalogue_text(i18n_used(), item);
        free(item);
        if (!found) {
            buf_truncate(out, start);
            return false;
        }
        buf_printf(out, "%s%s", at == line ? "" : ", ", found);
        at = comma ? comma + 2 : NULL;
    }
    return true;
}

/* 'rename to "/media/stick"': what is done, and to what. */
static bool put_named(struct buf *out, const char *line)
{
    const char *name = strstr(line, " \"");
    size_t len = strlen(line);
    if (!name || line[len - 1] != '"')
        return false;
    char *words = str_dup_len(line, (size_t)(name - line));
    const char *found = catalogue_text(i18n_used(), words);
    free(words);
    if (found)
        buf_printf(out, "%s%s", found, name);
    return found != NULL;
}

/* "1000 per mille": a number and a unit that the catalogue holds. */
static bool put_measure(struct buf *out, const char *line)
{
    size_t len = strspn(line, "-.0123456789");
    const char *unit = len > 0 && line[len] == ' ' ? catalogue_text(i18n_used(), line + len + 1) : NULL;
    if (!unit)
        return false;
    char *number = str_dup_len(line, len);
    language_put_value(out, number);
    buf_printf(out, " %s", unit);
    free(number);
    return true;
}

static void put_line(struct buf *out, const char *line, int depth)
{
    const struct catalogue *c = i18n_used();
    struct values v;
    const char *found = catalogue_text(c, line);
    if (found)
        buf_puts(out, found);
    else if (depth < MAX_DEPTH && strpbrk(line, " ") && (found = find(c, line, &v)))
        fill(out, found, &v, depth);
    else if (!put_measure(out, line) && !put_named(out, line) && !put_list(out, line) &&
             !put_bracket(out, line, depth) && !put_parts(out, line, depth))
        language_put_value(out, line);
}

void said_put(struct buf *out, const char *line)
{
    if (i18n_used())
        put_line(out, line, 0);
    else
        buf_puts(out, line);
}

const char *said_in(struct buf *in, const char *line)
{
    buf_clear(in);
    said_put(in, line);
    return buf_str(in);
}
