#include "app/common/language.h"

#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"

static const char *const LANGUAGES[LANG_COUNT] = {[LANG_EN] = "en", [LANG_FR] = "fr", [LANG_PT] = "pt"};

static int find(const char *name)
{
    for (int i = 0; i < LANG_COUNT; i++) {
        if (strncmp(name, LANGUAGES[i], 2) == 0 && !(name[2] >= 'a' && name[2] <= 'z'))
            return i;
    }
    return -1;
}

enum err language_choose(const char *given, enum lang *out, struct errctx *e)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    *out = LANG_EN;
    if (given) {
        int found = find(given);
        if (found < 0)
            return err_fail(e, ERR_USAGE, _("lang \"%s\": is not one of: en, fr, pt"), given);
        *out = (enum lang)found;
        return ERR_OK;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) {
            int found = find(value);
            *out = found < 0 ? LANG_EN : (enum lang)found;
            return ERR_OK;
        }
    }
    return ERR_OK;
}

const char *language_code(enum lang lang)
{
    return LANGUAGES[lang];
}

char language_mark(enum lang lang)
{
    return lang == LANG_EN ? '.' : ',';
}
