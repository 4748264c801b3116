#include "app/common/language.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/catalogue.h"
#include "app/common/catalogues.h"
#include "app/common/i18n.h"
#include "schema/base/file.h"

enum {
    MAX_CATALOGUE_BYTES = 4 << 20
};

static const struct {
    const char *code;
    const char *name;
    const char *catalogue; /* NULL: the words of the source */
    char mark;
    bool day_first;
    enum plural plural; /* as the catalogue's Plural-Forms */
} LANGUAGES[LANG_COUNT] = {
    [LANG_EN] = {"en", "English", NULL, '.', false, PLURAL_NOT_ONE},
    [LANG_FR] = {"fr", "Français", "fr.mo", ',', true, PLURAL_ABOVE_ONE},
    [LANG_PT] = {"pt", "Português", "pt.mo", ',', true, PLURAL_NOT_ONE},
};

/* "fr", "fr_CF.UTF-8", "fr:en"; LANG_COUNT when it is none of ours. */
static enum lang find(const char *name)
{
    for (int i = 0; name && i < LANG_COUNT; i++) {
        if (strncmp(name, LANGUAGES[i].code, 2) == 0 && !(name[2] >= 'a' && name[2] <= 'z'))
            return (enum lang)i;
    }
    return LANG_COUNT;
}

/* The first of a list like "de:fr:en" that is ours. */
static enum lang find_listed(const char *names)
{
    enum lang found = LANG_COUNT;
    while (names && *names && found == LANG_COUNT) {
        found = find(names);
        names = strchr(names, ':');
        names += names != NULL;
    }
    return found;
}

/* LC_ALL, else LC_MESSAGES; "" when neither is set. */
static const char *messages_locale(void)
{
    const char *all = getenv("LC_ALL");
    const char *messages = getenv("LC_MESSAGES");
    if (all && *all)
        return all;
    return messages ? messages : "";
}

/* What a person chose for this run or session. */
static enum lang chosen_by_environment(void)
{
    enum lang found = find_listed(getenv("LANGUAGE"));
    return found == LANG_COUNT ? find(messages_locale()) : found;
}

/* --- the words */

static void use_embedded(enum lang lang, struct catalogue *out)
{
    struct errctx ignored;
    for (size_t i = 0; i < catalogues_count; i++) {
        if (LANGUAGES[lang].catalogue && strcmp(catalogues[i].name, LANGUAGES[lang].catalogue) == 0 &&
            catalogue_open(out, catalogues[i].bytes, catalogues[i].size, LANGUAGES[lang].plural, &ignored) ==
                ERR_OK)
            return;
    }
    *out = (struct catalogue){0};
}

/* The file's bytes stay for the program's life. */
static bool use_file(enum lang lang, struct catalogue *out)
{
    static struct buf bytes;
    struct errctx ignored;
    const char *path = getenv("ALLUVIA_CATALOGUE");
    if (!path || !*path)
        return false;
    if (bytes.len == 0 && file_read(path, MAX_CATALOGUE_BYTES, &bytes, &ignored) != ERR_OK)
        return false;
    return catalogue_open(out, (const unsigned char *)bytes.data, bytes.len, LANGUAGES[lang].plural,
                          &ignored) == ERR_OK;
}

static void use(enum lang lang)
{
    struct catalogue words = {0};
    if (!use_file(lang, &words))
        use_embedded(lang, &words);
    words.lang = lang;
    words.mark = LANGUAGES[lang].mark;
    words.day_first = LANGUAGES[lang].day_first;
    i18n_use(words.bytes ? &words : NULL);
}

void language_start(int argc, char **argv)
{
    struct errctx ignored;
    enum lang lang = LANG_EN;
    const char *given = NULL;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--lang=", 7) == 0)
            given = argv[i] + 7;
        else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            given = argv[i + 1];
    }
    /* Only what characters are: the system's own words stay English, so that said.h knows them, and numbers
     * keep their point. A locale that is named but not installed would leave the terminal in ASCII. */
    if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0) {
        const char *all = getenv("LC_ALL");
        const char *type = all && *all ? all : getenv("LC_CTYPE");
        const char *name = type && *type ? type : getenv("LANG");
        if (name && (strstr(name, "UTF-8") || strstr(name, "utf8")))
            (void)setlocale(LC_CTYPE, "C.UTF-8");
    }
    if (language_choose(given, &lang, &ignored) != ERR_OK && language_choose(NULL, &lang, &ignored) != ERR_OK)
        use(LANG_EN);
}

enum err language_choose(const char *given, enum lang *out, struct errctx *e)
{
    *out = LANG_EN;
    enum lang found = given ? find(given) : chosen_by_environment();
    if (given && found == LANG_COUNT)
        return err_fail(e, ERR_USAGE, _("lang \"%s\": is not one of: en, fr, pt"), given);
    if (found == LANG_COUNT && !*messages_locale())
        found = find(getenv("LANG"));
    if (found != LANG_COUNT)
        *out = found;
    use(*out);
    return ERR_OK;
}

void language_keep(const char *given, const char *kept, enum lang *lang)
{
    enum lang found = find(kept);
    if (given || found == LANG_COUNT || chosen_by_environment() != LANG_COUNT)
        return;
    *lang = found;
    use(found);
}

const char *language_code(enum lang lang)
{
    return LANGUAGES[lang].code;
}

const char *language_name(enum lang lang)
{
    return LANGUAGES[lang].name;
}

char language_mark(enum lang lang)
{
    return LANGUAGES[lang].mark;
}

/* --- numbers and days */

char *language_day(const char *iso, char *out)
{
    const struct catalogue *words = i18n_used();
    struct date d;
    struct errctx ignored;
    if (words && words->day_first && date_parse(iso, &d, &ignored) == ERR_OK)
        (void)snprintf(out, LANGUAGE_DAY_BYTES, "%.2s/%.2s/%.4s", iso + 8, iso + 5, iso);
    else
        (void)snprintf(out, LANGUAGE_DAY_BYTES, "%s", iso);
    return out;
}

char *language_days(int32_t days, char *out)
{
    char iso[DATE_BYTES];
    return language_day(date_format_days(days, iso), out);
}

char *language_instant(int64_t at, char *out)
{
    char iso[INSTANT_BYTES];
    char day[LANGUAGE_DAY_BYTES];
    const struct catalogue *words = i18n_used();
    instant_format(at, iso);
    if (words && words->day_first)
        (void)snprintf(out, LANGUAGE_INSTANT_BYTES, "%s %.5s UTC", language_days(date_of_instant(at), day),
                       iso + 11);
    else
        (void)snprintf(out, LANGUAGE_INSTANT_BYTES, "%s", iso);
    return out;
}

static bool is_decimal(const char *text)
{
    size_t sign = *text == '-' ? 1 : 0;
    size_t whole = strspn(text + sign, "0123456789");
    if (whole == 0 || text[sign + whole] != '.')
        return false;
    const char *part = text + sign + whole + 1;
    size_t digits = strspn(part, "0123456789");
    return digits > 0 && (part[digits] == '\0' || strcmp(part + digits, "%") == 0);
}

void language_put_value(struct buf *out, const char *text)
{
    const struct catalogue *words = i18n_used();
    const char *space = strrchr(text, ' ');
    const char *last = space ? space + 1 : text;
    char day[LANGUAGE_DAY_BYTES];
    buf_put(out, text, (size_t)(last - text));
    if (words && is_date(last)) {
        buf_puts(out, language_day(last, day));
        return;
    }
    size_t start = out->len;
    buf_puts(out, last);
    char *mark = words && is_decimal(last) ? strchr(out->data + start, '.') : NULL;
    if (mark)
        *mark = words->mark;
}
