#include "schema/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "schema/base/words.h"

bool text_is_utf8(const char *text, size_t len)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    while (len > 0) {
        if (*at > 0 && *at < 0x80) { /* most bytes of most texts */
            at++;
            len--;
            continue;
        }
        utf8proc_int32_t point = 0;
        utf8proc_ssize_t used = utf8proc_iterate(at, (utf8proc_ssize_t)len, &point);
        if (used <= 0 || point == 0)
            return false;
        at += used;
        len -= (size_t)used;
    }
    return true;
}

/* What a point may not be, in words; NULL when it may stand in a text. */
static const char *refused(utf8proc_int32_t point, bool multiline)
{
    if (point == '\n' && multiline)
        return NULL;
    utf8proc_category_t category = utf8proc_category(point);
    if (point == '\n' || point == '\r' || category == UTF8PROC_CATEGORY_ZL ||
        category == UTF8PROC_CATEGORY_ZP)
        return N_("must not hold a line break");
    if (category == UTF8PROC_CATEGORY_CC)
        return N_("must not hold control characters");
    if (category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CO ||
        category == UTF8PROC_CATEGORY_CS)
        return N_("holds a character that is not assigned");
    bool override = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    return override ? N_("must not hold characters that turn the direction of writing") : NULL;
}

static enum err check_points(const char *text, bool multiline, struct errctx *e)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    while (*at) {
        utf8proc_int32_t point = 0;
        at += utf8proc_iterate(at, -1, &point);
        const char *why = refused(point, multiline);
        if (why)
            return err_fail(e, ERR_INVALID, "%s", why);
    }
    return ERR_OK;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_ascii(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text >= 0x80)
            return false;
    }
    return true;
}

enum err text_clean(struct buf *out, const char *text, bool multiline, size_t max_chars, struct errctx *e)
{
    size_t len = strlen(text);
    while (len > 0 && is_space(text[len - 1]))
        len--;
    while (len > 0 && is_space(*text)) {
        text++;
        len--;
    }
    if (!text_is_utf8(text, len))
        return err_fail(e, ERR_INVALID, "is not valid UTF-8");
    size_t before = out->len;
    char *trimmed = str_dup_len(text, len);
    if (is_ascii(trimmed)) {
        buf_put(out, trimmed, len);
    } else {
        utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)trimmed);
        if (!composed)
            buf_out_of_memory();
        buf_puts(out, (const char *)composed);
        free(composed);
    }
    free(trimmed);
    enum err result = check_points(out->data + before, multiline, e);
    size_t chars = text_chars(out->data + before);
    if (result == ERR_OK && chars > max_chars)
        result = err_fail(e, ERR_INVALID, "is too long: %zu characters, at most %zu", chars, max_chars);
    if (result != ERR_OK)
        buf_truncate(out, before);
    return result;
}

size_t text_chars(const char *text)
{
    size_t chars = 0;
    for (; *text; text++)
        chars += ((unsigned char)*text & 0xC0) != 0x80;
    return chars;
}

/* Letters of local spellings that Unicode does not take apart. */
static utf8proc_int32_t plain_letter(utf8proc_int32_t point)
{
    switch (point) {
    case 0x025B: /* ɛ */
        return 'e';
    case 0x0254: /* ɔ */
        return 'o';
    case 0x014B: /* ŋ */
    case 0x0272: /* ɲ */
        return 'n';
    case 0x0253: /* ɓ */
        return 'b';
    case 0x0257: /* ɗ */
        return 'd';
    case 0x0199: /* ƙ */
        return 'k';
    case 0x0131: /* ı */
        return 'i';
    default:
        return point;
    }
}

static bool is_word_point(utf8proc_int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ND;
}

/* Accents and vowel points stand over or under a letter and have a combining class of 10 or more. The vowel
 * signs and viramas of Indian scripts have a lower one: without them another word is left. */
static bool is_accent(utf8proc_int32_t point)
{
    enum {
        FIRST_ACCENT_CLASS = 10
    };
    return utf8proc_get_property(point)->combining_class >= FIRST_ACCENT_CLASS;
}

static void fold_ascii(struct buf *out, const char *text)
{
    size_t before = out->len;
    bool gap = false;
    for (; *text; text++) {
        char c = *text;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            if (gap && out->len > before)
                buf_putc(out, ' ');
            gap = false;
            buf_putc(out, c);
        } else if (c != '\'') {
            gap = true;
        }
    }
}

void text_fold(struct buf *out, const char *text)
{
    if (is_ascii(text)) {
        fold_ascii(out, text);
        return;
    }
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)text, 0, &mapped,
                                        UTF8PROC_NULLTERM | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
                                            UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    /* A word that is not there would not be found again. */
    if (len == UTF8PROC_ERROR_NOMEM)
        buf_out_of_memory();
    if (len < 0)
        return;
    size_t before = out->len;
    bool gap = false;
    const utf8proc_uint8_t *at = mapped;
    while (*at) {
        utf8proc_int32_t point = 0;
        at += utf8proc_iterate(at, -1, &point);
        if (point == '\'' || point == 0x2019 || is_accent(point))
            continue;
        if (!is_word_point(point)) {
            gap = true;
            continue;
        }
        if (gap && out->len > before)
            buf_putc(out, ' ');
        gap = false;
        utf8proc_uint8_t bytes[4];
        utf8proc_ssize_t size = utf8proc_encode_char(plain_letter(point), bytes);
        buf_put(out, bytes, (size_t)size);
    }
    free(mapped);
}

/* Names that are one name to those who bear them, beyond what sound rules see (domain: 8.3). */
static const struct {
    const char *spelling;
    const char *name;
} NAME_FAMILIES[] = {
    {"mohamed", "mamadu"},    {"mohammed", "mamadu"},    {"muhammad", "mamadu"},    {"mohamad", "mamadu"},
    {"mohammad", "mamadu"},   {"mamadou", "mamadu"},     {"mamadu", "mamadu"},      {"mohamadou", "mamadu"},
    {"mouhamed", "mamadu"},   {"mahamadou", "mamadu"},   {"muhamed", "mamadu"},     {"mohamadu", "mamadu"},
    {"fatmata", "fatumata"},  {"fatoumata", "fatumata"}, {"fatou", "fatumata"},     {"fatima", "fatumata"},
    {"fatu", "fatumata"},     {"fatimata", "fatumata"},  {"ibrahima", "ibrahim"},   {"brahima", "ibrahim"},
    {"alhassane", "alhasan"}, {"alassane", "alhasan"},   {"alhassan", "alhasan"},   {"lansana", "lansana"},
    {"lassana", "lansana"},   {"aminata", "aminata"},    {"ami", "aminata"},        {"ousmane", "usman"},
    {"osman", "usman"},       {"usman", "usman"},        {"abdoulaye", "abdulai"},  {"abdulai", "abdulai"},
    {"abdullah", "abdulai"},  {"abdullahi", "abdulai"},  {"sory", "suri"},          {"sorie", "suri"},
    {"ibrahim", "ibrahim"},   {"ibraima", "ibrahim"},    {"aboubacar", "abubakar"}, {"aboubakar", "abubakar"},
    {"boubacar", "abubakar"}, {"bubacar", "abubakar"},   {"abubakar", "abubakar"},  {"abubakarr", "abubakar"},
    {"abubacar", "abubakar"}, {"gibril", "jibril"},      {"djibril", "jibril"},     {"jibril", "jibril"},
    {"traore", "trawali"},    {"tarawally", "trawali"},  {"tarawalie", "trawali"},  {"tarawali", "trawali"},
    {"trawally", "trawali"},  {"trawalli", "trawali"},   {"aissatou", "isata"},     {"ussumane", "usman"},
};

struct sound {
    const char *spelled;
    const char *heard;
};

/* Longest spellings first: the first that fits is taken. */
static const struct sound SOUNDS[] = {
    {"tsch", "s"}, {"tsh", "s"}, {"tch", "s"}, {"sch", "s"}, {"dja", "ja"}, {"dia", "ja"},
    {"dya", "ja"}, {"dj", "j"},  {"ch", "s"},  {"ce", "si"}, {"ci", "si"},  {"cy", "si"},
    {"sh", "s"},   {"ph", "f"},  {"qu", "k"},  {"gh", "g"},  {"gn", "n"},   {"ny", "n"},
    {"oo", "u"},   {"ou", "u"},  {"ow", "u"},  {"ee", "i"},  {"ay", "i"},   {"ai", "i"},
    {"ey", "i"},   {"ei", "i"},  {"ae", "a"},  {"c", "k"},   {"q", "k"},    {"x", "ks"},
    {"z", "s"},    {"y", "i"},   {"e", "i"},   {"o", "u"},   {"v", "w"},    {"h", ""},
};

static const char *heard_at(const char *word, size_t *out_used)
{
    for (size_t i = 0; i < sizeof SOUNDS / sizeof SOUNDS[0]; i++) {
        size_t len = strlen(SOUNDS[i].spelled);
        if (strncmp(word, SOUNDS[i].spelled, len) == 0) {
            *out_used = len;
            return SOUNDS[i].heard;
        }
    }
    return NULL;
}

/* The name of a word's family, else the word. It is sounded like any other, so that those who are written as
 * the family is need no row. */
static const char *family_of(const char *word)
{
    for (size_t i = 0; i < sizeof NAME_FAMILIES / sizeof NAME_FAMILIES[0]; i++) {
        if (strcmp(word, NAME_FAMILIES[i].spelling) == 0)
            return NAME_FAMILIES[i].name;
    }
    return word;
}

void text_sound_key(struct buf *out, const char *folded_word)
{
    size_t before = out->len;
    const char *at = family_of(folded_word);
    while (*at) {
        size_t used = 1;
        char same[2] = {*at, '\0'};
        const char *heard = heard_at(at, &used);
        for (const char *c = heard ? heard : same; *c; c++) {
            bool ascii = (unsigned char)*c < 0x80; /* bytes of one letter may be alike */
            if (!ascii || out->len == before || out->data[out->len - 1] != *c)
                buf_putc(out, *c);
        }
        at += used;
    }
    size_t len = out->len - before;
    if (len > 3 && out->data[out->len - 1] == 'i')
        buf_truncate(out, out->len - 1);
    if (len == 0)
        buf_puts(out, folded_word);
}
