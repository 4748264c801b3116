#include "app/common/catalogue.h"

#include <string.h>

enum {
    MAGIC = 0, /* where the words of the header lie */
    REVISION = 4,
    COUNT = 8,
    ORIGINALS = 12,
    TRANSLATIONS = 16,
    HEADER_BYTES = 20,
    ROW_BYTES = 8, /* of a table: length and place of a text */
    MOST_TEXTS = 100000,
};
static const uint32_t MO_MAGIC = UINT32_C(0x950412de);

static uint32_t word(const struct catalogue *c, size_t at)
{
    const unsigned char *b = c->bytes + at;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static bool is_inside(const struct catalogue *c, uint32_t table)
{
    if ((size_t)table + (size_t)c->count * ROW_BYTES > c->size)
        return false;
    for (uint32_t i = 0; i < c->count; i++) {
        size_t len = word(c, table + (size_t)i * ROW_BYTES);
        size_t at = word(c, table + (size_t)i * ROW_BYTES + 4);
        if (at + len + 1 > c->size || c->bytes[at + len] != '\0')
            return false;
    }
    return true;
}

enum err catalogue_open(struct catalogue *out, const unsigned char *bytes, size_t size, enum plural plural,
                        struct errctx *e)
{
    struct catalogue c = {.bytes = bytes, .size = size, .plural = plural};
    if (size < HEADER_BYTES || word(&c, MAGIC) != MO_MAGIC || word(&c, REVISION) != 0)
        return err_fail(e, ERR_INVALID, "is not a message catalogue");
    c.count = word(&c, COUNT);
    c.originals = word(&c, ORIGINALS);
    c.translations = word(&c, TRANSLATIONS);
    if (c.count > MOST_TEXTS || !is_inside(&c, c.originals) || !is_inside(&c, c.translations))
        return err_fail(e, ERR_INVALID, "is a damaged message catalogue");
    *out = c;
    return ERR_OK;
}

/* The text of a row, and how long it is with its plural forms. */
static const char *row(const struct catalogue *c, uint32_t table, uint32_t at, size_t *out_len)
{
    size_t place = table + (size_t)at * ROW_BYTES;
    *out_len = word(c, place);
    return (const char *)c->bytes + word(c, place + 4);
}

const char *catalogue_original(const struct catalogue *c, uint32_t at, const char **out_many)
{
    size_t len = 0;
    const char *text = row(c, c->originals, at, &len);
    size_t one = strlen(text);
    *out_many = one < len ? text + one + 1 : NULL;
    return text;
}

const char *catalogue_translation(const struct catalogue *c, uint32_t at, bool many)
{
    size_t len = 0;
    const char *text = row(c, c->translations, at, &len);
    size_t one = strlen(text);
    return many && one < len ? text + one + 1 : text;
}

/* msgfmt sorts the English texts by their bytes. */
static bool find(const struct catalogue *c, const char *text, uint32_t *out)
{
    uint32_t low = 0;
    uint32_t high = c->count;
    while (*text && low < high) {
        uint32_t middle = low + (high - low) / 2;
        size_t len = 0;
        int order = strcmp(text, row(c, c->originals, middle, &len));
        if (order == 0) {
            *out = middle;
            return true;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

const char *catalogue_text(const struct catalogue *c, const char *text)
{
    uint32_t at = 0;
    if (!find(c, text, &at))
        return NULL;
    const char *found = catalogue_translation(c, at, false);
    return *found ? found : NULL;
}

const char *catalogue_count(const struct catalogue *c, const char *one, unsigned long number)
{
    uint32_t at = 0;
    if (!find(c, one, &at))
        return NULL;
    bool many = c->plural == PLURAL_ABOVE_ONE ? number > 1 : number != 1;
    const char *found = catalogue_translation(c, at, many);
    return *found ? found : NULL;
}
