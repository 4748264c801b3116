#include "schema/base/csv.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "schema/base/text.h"
#include "schema/base/words.h"

enum {
    CHUNK_BYTES = 32 * 1024
};

struct csv {
    struct csv_source from;
    struct buf in; /* what was read and is not passed yet */
    size_t start;  /* in IN: the row */
    size_t end;    /* in IN: behind the row, before its line end */
    size_t next;   /* in IN: where the following row begins */
    bool at_end;   /* the source has no more */
    bool cut;      /* the row's line is longer than a row may be: its rest is still to be passed over */
    size_t line;   /* of the row */
    size_t next_line;
    char separator; /* 0 until the header is read */
    char **names;
    size_t columns;
    struct buf values; /* the row's values, each with its zero byte */
    size_t *places;    /* where each begins in VALUES */
    size_t count;
};

/* Where a row ends, as far as its quotes decide it. */
struct extent {
    size_t end;      /* behind the row, before its line end */
    size_t next;     /* behind the line end */
    size_t line_end; /* the same two for the row's first line alone; 0, 0 while it has not ended */
    size_t line_next;
    const char *fault; /* NULL: the row is whole */
};

static enum err read_from_file(void *arg, char *into, size_t size, size_t *out_len, struct errctx *e)
{
    FILE *file = arg;
    *out_len = fread(into, 1, size, file);
    if (*out_len == 0 && ferror(file))
        return err_errno(e, ERR_IO, errno, "read");
    return ERR_OK;
}

struct csv_source csv_from_file(FILE *file)
{
    return (struct csv_source){.read = read_from_file, .arg = file};
}

static enum err read_from_bytes(void *arg, char *into, size_t size, size_t *out_len, struct errctx *e)
{
    (void)e;
    struct csv_bytes *bytes = arg;
    *out_len = bytes->left < size ? bytes->left : size;
    memcpy(into, bytes->at, *out_len);
    bytes->at += *out_len;
    bytes->left -= *out_len;
    return ERR_OK;
}

struct csv_source csv_from_bytes(struct csv_bytes *bytes)
{
    return (struct csv_source){.read = read_from_bytes, .arg = bytes};
}

/* Reads one more chunk behind what IN holds. */
static enum err fill(struct csv *c, struct errctx *e)
{
    size_t len = 0;
    char *into = buf_reserve(&c->in, CHUNK_BYTES);
    enum err err = c->from.read(c->from.arg, into, CHUNK_BYTES, &len, e);
    if (err != ERR_OK)
        return err;
    c->in.len += len;
    c->at_end = len == 0;
    return ERR_OK;
}

/* Goes behind the row. The bytes before it are forgotten when they are more than those to come. */
static void pass(struct csv *c)
{
    if (c->next > c->in.len / 2) {
        memmove(c->in.data, c->in.data + c->next, c->in.len - c->next);
        buf_truncate(&c->in, c->in.len - c->next);
        c->next = 0;
    }
    c->start = c->end = c->next;
    c->line = c->next_line;
}

/* Passes over the rest of a line that is too long to be a row. */
static enum err pass_line(struct csv *c, struct errctx *e)
{
    for (;;) {
        char *end = c->in.len > c->next ? memchr(c->in.data + c->next, '\n', c->in.len - c->next) : NULL;
        c->next = end ? (size_t)(end - c->in.data) + 1 : c->in.len;
        if (end)
            c->next_line++;
        pass(c);
        if (end || c->at_end) {
            c->cut = false;
            return ERR_OK;
        }
        enum err err = fill(c, e);
        if (err != ERR_OK)
            return err;
    }
}

/* Before the header is read every separator may be the one. */
static bool is_separator(const struct csv *c, char byte)
{
    return c->separator ? byte == c->separator : byte == ',' || byte == ';' || byte == '\t';
}

static void end_line(const struct csv *c, size_t newline, size_t *out_end, size_t *out_next)
{
    *out_next = newline + 1;
    *out_end = newline > c->start && c->in.data[newline - 1] == '\r' ? newline - 1 : newline;
}

enum state {
    PLAIN,
    BEGINS, /* a value begins here: a quote would quote it */
    QUOTED,
    CLOSED /* behind a closing quote; one more makes the two a letter */
};

static enum state step(const struct csv *c, enum state state, char byte)
{
    if (state == QUOTED)
        return byte == '"' ? CLOSED : QUOTED;
    if (byte == '"')
        return state == PLAIN ? PLAIN : QUOTED;
    return is_separator(c, byte) ? BEGINS : PLAIN;
}

/*
 * Finds the end of the row that begins at START. A faulty row is left at its first line although its quotes
 * were followed further; they end at the latest at the next quote, so that reading takes linear time all the
 * same.
 */
static enum err measure(struct csv *c, struct extent *x, struct errctx *e)
{
    enum state state = BEGINS;
    *x = (struct extent){0};
    for (size_t at = c->start;; at++) {
        while (at == c->in.len && !c->at_end) {
            enum err err = fill(c, e);
            if (err != ERR_OK)
                return err;
        }
        if (at == c->in.len) {
            x->end = x->next = at;
            x->fault = state == QUOTED ? N_("a quote is not closed") : NULL;
            return ERR_OK;
        }
        if (at - c->start == CSV_MAX_ROW_BYTES) {
            x->fault = state == QUOTED ? N_("a quote is not closed") : N_("the row is too long");
            return ERR_OK;
        }
        char byte = c->in.data[at];
        if (byte == '\n' && x->line_next == 0)
            end_line(c, at, &x->line_end, &x->line_next);
        if (byte == '\n' && state != QUOTED) {
            end_line(c, at, &x->end, &x->next);
            return ERR_OK;
        }
        state = step(c, state, byte);
    }
}

/* Puts one value without its quotes behind VALUES; AT moves to the separator or END. False: text stands
 * behind the closing quote. */
static bool take_value(struct csv *c, size_t *at, size_t end)
{
    const char *in = c->in.data;
    size_t i = *at;
    if (i < end && in[i] == '"') {
        for (i++; i < end; i++) {
            if (in[i] == '"' && (i + 1 == end || in[i + 1] != '"'))
                break;
            if (in[i] == '"')
                i++;
            buf_putc(&c->values, in[i]);
        }
        i++;
    } else {
        size_t begin = i;
        while (i < end && !is_separator(c, in[i]))
            i++;
        buf_put(&c->values, in + begin, i - begin);
    }
    *at = i;
    return i >= end || is_separator(c, in[i]);
}

static bool is_formula_start(char byte)
{
    return byte != '\0' && strchr("=+-@\t\r\n", byte) != NULL;
}

/* Text that begins so is guarded; text that already looks guarded is guarded once more, so that reading
 * always gives back what was written. */
static bool looks_like_formula(const char *text)
{
    return is_formula_start(text[strspn(text, "'")]);
}

/* Splits the row into values. Returns the fault's words, NULL when there is none. */
static const char *split(struct csv *c)
{
    buf_clear(&c->values);
    c->count = 0;
    for (size_t at = c->start;; at++) {
        if (c->count == CSV_MAX_COLUMNS)
            return N_("the row has too many values");
        size_t place = c->values.len;
        if (!take_value(c, &at, c->end))
            return N_("text stands behind a closing quote");
        size_t len = c->values.len - place;
        if (len > CSV_MAX_FIELD_BYTES)
            return N_("a value is too long");
        const char *value = buf_str(&c->values) + place;
        if (memchr(value, '\0', len))
            return N_("a value holds a zero byte");
        if (!text_is_utf8(value, len))
            return N_("the text is not UTF-8");
        if (value[0] == '\'' && looks_like_formula(value))
            place++;
        buf_putc(&c->values, '\0');
        c->places[c->count++] = place;
        if (at >= c->end)
            return NULL;
    }
}

static bool row_is_empty(const struct csv *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (csv_value(c, i)[0] != '\0')
            return false;
    }
    return true;
}

static size_t count_lines(const struct csv *c)
{
    size_t lines = 0;
    for (size_t i = c->start; i < c->next; i++)
        lines += c->in.data[i] == '\n';
    return lines;
}

/* Takes in the row behind the last one. A fault leaves the row at its first line. */
static enum err take_row(struct csv *c, struct errctx *e)
{
    struct extent x;
    enum err err = ERR_OK;
    if (c->cut)
        err = pass_line(c, e);
    else
        pass(c);
    if (err == ERR_OK)
        err = measure(c, &x, e);
    if (err != ERR_OK)
        return err;
    c->end = x.end;
    c->next = x.next;
    x.fault = x.fault ? x.fault : split(c);
    if (x.fault && x.line_next > 0) {
        c->end = x.line_end;
        c->next = x.line_next;
    } else if (x.fault && x.next == 0) {
        c->end = c->next = c->start + CSV_MAX_ROW_BYTES;
        c->cut = true;
    }
    c->next_line = c->line + count_lines(c);
    return x.fault ? err_fail(e, ERR_INVALID, "%s", x.fault) : ERR_OK;
}

enum err csv_next(struct csv *c, bool *out_row, struct errctx *e)
{
    do {
        *out_row = false;
        enum err err = take_row(c, e);
        if (err != ERR_OK)
            return err;
        if (c->start == c->in.len && c->at_end)
            return ERR_OK;
    } while (row_is_empty(c));
    *out_row = true;
    if (c->count != c->columns)
        return err_fail(e, ERR_INVALID, "the row has %zu values, the header %zu", c->count, c->columns);
    return ERR_OK;
}

/* The candidate that the header line has most of outside quotes; ',' when it has none. */
static char find_separator(const char *line, size_t len)
{
    static const char candidates[] = ",;\t";
    size_t found[3] = {0};
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        const char *which = line[i] != '\0' ? strchr(candidates, line[i]) : NULL;
        if (line[i] == '"')
            quoted = !quoted;
        else if (which && !quoted)
            found[which - candidates]++;
    }
    int best = 0;
    for (int i = 1; i < 3; i++) {
        if (found[i] > found[best])
            best = i;
    }
    return candidates[best];
}

/* Passes over a byte order mark. */
static enum err take_mark(struct csv *c, struct errctx *e)
{
    while (c->in.len < 3 && !c->at_end) {
        enum err err = fill(c, e);
        if (err != ERR_OK)
            return err;
    }
    const char *in = buf_str(&c->in);
    if (c->in.len >= 2 && (memcmp(in, "\xff\xfe", 2) == 0 || memcmp(in, "\xfe\xff", 2) == 0))
        return err_fail(e, ERR_INVALID, "the file is UTF-16; save it as UTF-8");
    if (c->in.len >= 3 && memcmp(in, "\xef\xbb\xbf", 3) == 0)
        c->next = 3;
    return ERR_OK;
}

/* Blanks and byte order marks before a column's name: files that were joined have one in the middle. */
static size_t mark_length(const char *name)
{
    size_t len = 0;
    for (;;) {
        if (name[len] == ' ')
            len++;
        else if (strncmp(name + len, "\xef\xbb\xbf", 3) == 0)
            len += 3;
        else
            return len;
    }
}

static enum err take_names(struct csv *c, struct errctx *e)
{
    c->names = mem_zero(c->count, sizeof *c->names);
    for (size_t i = 0; i < c->count; i++) {
        const char *name = csv_value(c, i);
        name += mark_length(name);
        size_t len = strlen(name);
        while (len > 0 && name[len - 1] == ' ')
            len--;
        if (len == 0)
            return err_fail(e, ERR_INVALID, "column %zu of the header has no name", i + 1);
        char *copy = str_dup_len(name, len);
        bool twice = csv_column(c, copy) >= 0;
        c->names[c->columns++] = copy;
        if (twice)
            return err_fail(e, ERR_INVALID, "the header names column %zu like another", i + 1);
    }
    return ERR_OK;
}

static enum err take_header(struct csv *c, struct errctx *e)
{
    enum err err = take_mark(c, e);
    if (err != ERR_OK)
        return err;
    struct extent x;
    pass(c);
    err = measure(c, &x, e);
    if (err != ERR_OK)
        return err;
    c->separator = find_separator(c->in.data + c->start, x.fault ? 0 : x.end - c->start);
    err = take_row(c, e);
    if (err == ERR_OK && row_is_empty(c))
        return err_fail(e, ERR_INVALID, "the file has no header line");
    return err == ERR_OK ? take_names(c, e) : err;
}

enum err csv_open(struct csv_source from, struct csv **out, struct errctx *e)
{
    struct csv *c = mem_zero(1, sizeof *c);
    c->from = from;
    c->next_line = 1;
    c->places = mem_zero(CSV_MAX_COLUMNS, sizeof *c->places);
    buf_reserve(&c->in, CHUNK_BYTES);
    enum err err = take_header(c, e);
    if (err != ERR_OK) {
        csv_close(c);
        c = NULL;
    }
    *out = c;
    return err;
}

void csv_close(struct csv *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->columns; i++)
        free(c->names[i]);
    free(c->names);
    free(c->places);
    buf_done(&c->values);
    buf_done(&c->in);
    free(c);
}

size_t csv_columns(const struct csv *c)
{
    return c->columns;
}

const char *csv_name(const struct csv *c, size_t i)
{
    assert(i < c->columns);
    return c->names[i];
}

int csv_column(const struct csv *c, const char *name)
{
    for (size_t i = 0; i < c->columns; i++) {
        if (strcasecmp(c->names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

char csv_separator(const struct csv *c)
{
    return c->separator;
}

const char *csv_value(const struct csv *c, size_t i)
{
    assert(i < c->count);
    return buf_str(&c->values) + c->places[i];
}

size_t csv_line(const struct csv *c)
{
    return c->line;
}

const char *csv_raw(const struct csv *c, size_t *out_len)
{
    *out_len = c->end - c->start;
    return c->in.data + c->start;
}

/* A number that a spreadsheet reads as a number: nothing but a sign, digits and one decimal mark. */
static bool is_plain_number(const char *text)
{
    if (*text == '+' || *text == '-')
        text++;
    size_t whole = strspn(text, "0123456789");
    const char *rest = text + whole;
    if (*rest == '.' || *rest == ',')
        rest++;
    size_t part = strspn(rest, "0123456789");
    return whole + part > 0 && rest[part] == '\0';
}

void csv_put(struct csv_out *out, const char *text)
{
    char separator = out->separator ? out->separator : ',';
    const char special[] = {separator, '"', '\r', '\n', '\0'};
    bool number = is_plain_number(text);
    bool guarded = looks_like_formula(text) && !number;
    size_t len = strlen(text);
    /* Other separators too, lest a heading is taken for more columns; a decimal comma is none. */
    bool quoted = strcspn(text, special) < len || (!number && strcspn(text, ",;\t") < len) ||
                  (len > 0 && (text[0] == ' ' || text[len - 1] == ' '));
    if (out->begun)
        buf_putc(out->to, separator);
    out->begun = true;
    if (quoted)
        buf_putc(out->to, '"');
    if (guarded)
        buf_putc(out->to, '\'');
    for (const char *at = text; *at; at++) {
        if (*at == '"')
            buf_putc(out->to, '"');
        buf_putc(out->to, *at);
    }
    if (quoted)
        buf_putc(out->to, '"');
}

void csv_put_end(struct csv_out *out)
{
    buf_puts(out->to, "\r\n");
    out->begun = false;
}
