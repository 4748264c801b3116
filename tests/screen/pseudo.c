/*
 * pseudo IN.mo OUT.mo: makes of a catalogue a language that nobody speaks. Every letter that can bear an
 * accent bears one, every word is longer by two fifths, and the whole stands between « and ». So a walk
 * through the screens shows what is not translated (plain words outside of them), and what is cut (one of the
 * two is missing). Words of narrow columns (with a context) keep their length, as their translations have to.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/catalogue.h"
#include "schema/base/buf.h"
#include "schema/base/file.h"

enum {
    MAX_BYTES = 8 << 20,
    HEADER_WORDS = 7,
    ROW_BYTES = 8
};

static void put_letter(struct buf *out, char c)
{
    static const char plain[] = "aeiouyncAEIOUYNC";
    static const char *const accented[] = {"á", "é", "í", "ó", "ú", "ý", "ñ", "ç",
                                           "Á", "É", "Í", "Ó", "Ú", "Ý", "Ñ", "Ç"};
    const char *at = strchr(plain, c);
    if (c && at)
        buf_puts(out, accented[at - plain]);
    else
        buf_putc(out, c);
}

/* The conversion at TEXT: "%-14s"; 0 when there is none. */
static size_t conversion(const char *text)
{
    size_t len = 1;
    if (*text != '%' || text[1] == ' ')
        return 0;
    while (text[len] && strchr("0123456789.*-+#$hlzjt", text[len]))
        len++;
    return text[len] ? len + 1 : len;
}

static void put_words(struct buf *out, const char *text, size_t len, bool longer)
{
    size_t letters = 0;
    for (size_t i = 0; i <= len;) {
        bool in_word = i < len && isalpha((unsigned char)text[i]);
        if (!in_word && letters > 0) {
            for (size_t k = 0; longer && k < (letters * 2 + 4) / 5; k++)
                buf_puts(out, "õ");
            letters = 0;
        }
        if (i == len)
            break;
        size_t skip = conversion(text + i);
        if (skip > 0) {
            buf_put(out, text + i, skip);
            i += skip;
            continue;
        }
        letters += in_word;
        put_letter(out, text[i++]);
    }
}

static bool has_letters(const char *text)
{
    for (const char *at = text; *at; at++) {
        size_t skip = conversion(at);
        if (skip > 0)
            at += skip - 1;
        else if (isalpha((unsigned char)*at))
            return true;
    }
    return false;
}

/* Blanks and line breaks at the ends stay where they are. */
static void put_pseudo(struct buf *out, const char *text)
{
    const char *context = strchr(text, '\004');
    if (context)
        text = context + 1;
    size_t start = strspn(text, " \n");
    size_t end = strlen(text);
    while (end > start && (text[end - 1] == ' ' || text[end - 1] == '\n'))
        end--;
    bool framed = !context && has_letters(text);
    buf_put(out, text, start);
    buf_puts(out, framed ? "«" : "");
    put_words(out, text + start, end - start, !context);
    buf_puts(out, framed ? "»" : "");
    buf_puts(out, text + end);
}

static void put_word(struct buf *out, size_t word)
{
    for (int i = 0; i < 4; i++)
        buf_putc(out, (char)(word >> (8 * i) & 0xFF));
}

static void write_catalogue(const struct catalogue *c, struct buf *out)
{
    struct buf table = {0};
    struct buf texts = {0};
    size_t first = HEADER_WORDS * 4 + (size_t)c->count * 2 * ROW_BYTES;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < c->count; i++) {
            const char *many = NULL;
            const char *one = catalogue_original(c, i, &many);
            size_t start = texts.len;
            for (const char *form = one; form; form = form == one ? many : NULL) {
                if (form != one)
                    buf_putc(&texts, '\0');
                if (pass == 0)
                    buf_puts(&texts, form);
                else
                    put_pseudo(&texts, form);
            }
            put_word(&table, texts.len - start);
            put_word(&table, first + start);
            buf_putc(&texts, '\0');
        }
    }
    put_word(out, 0x950412de);
    put_word(out, 0);
    put_word(out, c->count);
    put_word(out, HEADER_WORDS * 4);
    put_word(out, HEADER_WORDS * 4 + (size_t)c->count * ROW_BYTES);
    put_word(out, 0);
    put_word(out, 0);
    buf_put(out, table.data, table.len);
    buf_put(out, texts.data, texts.len);
    buf_done(&table);
    buf_done(&texts);
}

int main(int argc, char **argv)
{
    struct errctx e = {0};
    struct buf in = {0};
    struct buf out = {0};
    struct catalogue c;
    if (argc != 3) {
        (void)fputs("usage: pseudo IN.mo OUT.mo\n", stderr);
        return 64;
    }
    bool good = file_read(argv[1], MAX_BYTES, &in, &e) == ERR_OK &&
                catalogue_open(&c, (const unsigned char *)in.data, in.len, PLURAL_NOT_ONE, &e) == ERR_OK;
    if (good) {
        write_catalogue(&c, &out);
        good = file_write(argv[2], out.data, out.len, 0644, &e) == ERR_OK;
    }
    if (!good)
        (void)fprintf(stderr, "pseudo: %s\n", e.text);
    buf_done(&in);
    buf_done(&out);
    return good ? 0 : 65;
}
