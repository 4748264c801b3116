#include "app/common/plain.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

/* Reads the character at TEXT; -1, one byte long, for what is not UTF-8. */
static size_t next_point(const char *text, utf8proc_int32_t *point)
{
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, point);
    if (used > 0)
        return (size_t)used;
    *point = -1;
    return 1;
}

/* Embeddings, overrides and isolates (Unicode Standard Annex 9) turn the line around what follows. */
static bool is_direction(utf8proc_int32_t point)
{
    return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

void plain_put(struct buf *out, const char *text)
{
    for (;;) {
        size_t same = plain_ascii(text, SIZE_MAX);
        buf_put(out, text, same);
        text += same;
        if (!*text)
            return;
        utf8proc_int32_t point = 0;
        size_t used = next_point(text, &point);
        if (point == '\n' || point == '\r' || point == '\t' || point == 0x2028 || point == 0x2029)
            buf_putc(out, ' ');
        else if (point < 0x20 || (point >= 0x7F && point < 0xA0) || is_direction(point))
            buf_puts(out, "\xEF\xBF\xBD");
        else
            buf_put(out, text, used);
        text += used;
    }
}

size_t plain_ascii(const char *text, size_t most)
{
    size_t len = 0;
    while (len < most && text[len] >= 0x20 && text[len] < 0x7F)
        len++;
    return len;
}

size_t plain_width(const char *text)
{
    size_t width = 0;
    while (*text) {
        utf8proc_int32_t point = 0;
        text += next_point(text, &point);
        width += point < 0 ? 1 : (size_t)utf8proc_charwidth(point);
    }
    return width;
}

void plain_put_cut(struct buf *out, const char *text, size_t columns)
{
    if (plain_width(text) <= columns) {
        buf_puts(out, text);
        return;
    }
    size_t width = 1;
    while (*text) {
        utf8proc_int32_t point = 0;
        size_t used = next_point(text, &point);
        width += point < 0 ? 1 : (size_t)utf8proc_charwidth(point);
        if (width > columns)
            break;
        buf_put(out, text, used);
        text += used;
    }
    buf_puts(out, "…");
}
