#include "app/field/tui/lineedit.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "schema/base/text.h"

void lineedit_done(struct lineedit *l)
{
    buf_done(&l->text);
    l->cursor = 0;
}

const char *lineedit_text(const struct lineedit *l)
{
    return buf_str(&l->text);
}

bool lineedit_is_empty(const struct lineedit *l)
{
    return l->text.len == 0;
}

/* Appends TEXT in normal form C; as it stands when it is not UTF-8, which only a fault of ours could bring.
 */
static void put_nfc(struct buf *out, const char *text)
{
    utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)text);
    buf_puts(out, nfc ? (const char *)nfc : text);
    free(nfc);
}

void lineedit_set(struct lineedit *l, const char *text)
{
    buf_clear(&l->text);
    put_nfc(&l->text, text);
    l->cursor = l->text.len;
}

size_t lineedit_next(const char *text, size_t at)
{
    utf8proc_int32_t state = 0;
    utf8proc_int32_t before = 0;
    utf8proc_int32_t point = 0;
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text + at, -1, &before);
    if (text[at] == '\0' || used <= 0)
        return text[at] ? at + 1 : at;
    at += (size_t)used;
    while (text[at]) {
        used = utf8proc_iterate((const utf8proc_uint8_t *)text + at, -1, &point);
        if (used <= 0 || utf8proc_grapheme_break_stateful(before, point, &state))
            break;
        before = point;
        at += (size_t)used;
    }
    return at;
}

size_t lineedit_previous(const char *text, size_t at)
{
    size_t begin = 0;
    for (size_t next = 0; next < at; next = lineedit_next(text, next))
        begin = next;
    return begin;
}

/* Makes the line BEFORE (which becomes NFC) and AFTER, with the cursor between them, unless it grows too
 * long. */
static bool rebuild(struct lineedit *l, const char *before, const char *after)
{
    struct buf text = {0};
    put_nfc(&text, before);
    size_t cursor = text.len;
    buf_puts(&text, after);
    bool fits = l->max_chars == 0 || text_chars(buf_str(&text)) <= l->max_chars;
    if (fits) {
        buf_done(&l->text);
        l->text = text;
        l->cursor = cursor;
    } else {
        buf_done(&text);
    }
    return fits;
}

bool lineedit_insert(struct lineedit *l, int32_t point)
{
    char bytes[5] = {0};
    if (!keys_is_text(point) || !utf8proc_codepoint_valid(point) ||
        utf8proc_encode_char(point, (utf8proc_uint8_t *)bytes) <= 0)
        return false;
    struct buf before = {0};
    buf_put(&before, lineedit_text(l), l->cursor);
    buf_puts(&before, bytes);
    char *after = str_dup(lineedit_text(l) + l->cursor);
    bool done = rebuild(l, buf_str(&before), after);
    free(after);
    buf_done(&before);
    return done;
}

/* Takes the bytes FROM … TO out; the cursor stands where they were. */
static enum line_change erase(struct lineedit *l, size_t from, size_t to)
{
    if (from == to)
        return LINE_MOVED;
    memmove(l->text.data + from, l->text.data + to, l->text.len - to);
    buf_truncate(&l->text, l->text.len - (to - from));
    l->cursor = from;
    return LINE_CHANGED;
}

static size_t word_left(const struct lineedit *l)
{
    const char *text = lineedit_text(l);
    size_t at = l->cursor;
    while (at > 0 && text[at - 1] == ' ')
        at--;
    while (at > 0 && text[at - 1] != ' ')
        at--;
    return at;
}

static size_t word_right(const struct lineedit *l)
{
    const char *text = lineedit_text(l);
    size_t at = l->cursor;
    at += strcspn(text + at, " ");
    return at + strspn(text + at, " ");
}

static enum line_change move(struct lineedit *l, size_t to)
{
    l->cursor = to;
    return LINE_MOVED;
}

enum line_change lineedit_do(struct lineedit *l, enum action action)
{
    const char *text = lineedit_text(l);
    if (action == ACTION_LINE_LEFT)
        return move(l, lineedit_previous(text, l->cursor));
    if (action == ACTION_LINE_RIGHT)
        return move(l, lineedit_next(text, l->cursor));
    if (action == ACTION_LINE_HOME)
        return move(l, 0);
    if (action == ACTION_LINE_END)
        return move(l, l->text.len);
    if (action == ACTION_WORD_LEFT)
        return move(l, word_left(l));
    if (action == ACTION_WORD_RIGHT)
        return move(l, word_right(l));
    if (action == ACTION_ERASE_BACK)
        return erase(l, lineedit_previous(text, l->cursor), l->cursor);
    if (action == ACTION_ERASE)
        return erase(l, l->cursor, lineedit_next(text, l->cursor));
    if (action == ACTION_ERASE_WORD)
        return erase(l, word_left(l), l->cursor);
    if (action == ACTION_ERASE_LINE)
        return erase(l, 0, l->cursor);
    if (action == ACTION_ERASE_REST)
        return erase(l, l->cursor, l->text.len);
    return LINE_IGNORED;
}
