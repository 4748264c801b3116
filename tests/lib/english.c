#include "tests/lib/english.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/said.h"
#include "schema/record/entity.h"
#include "tests/lib/test.h"

/* A walk over the words of small letters alone: not in quotes, nor part of a name, code or number ("SL-E-T1",
 * "date_to", "2026-H2"). */
struct words {
    const char *at;
    bool quoted;
    char word[64];
};

static bool next_word(struct words *w)
{
    while (*w->at) {
        const char *start = w->at;
        bool small = true;
        while (*w->at && !strchr(" \"();,:", *w->at))
            small = islower((unsigned char)*w->at++) && small;
        size_t len = (size_t)(w->at - start);
        bool word = small && len > 0 && len < sizeof w->word && !w->quoted;
        if (*w->at)
            w->quoted ^= *w->at++ == '"';
        if (word) {
            (void)snprintf(w->word, sizeof w->word, "%.*s", (int)len, start);
            return true;
        }
    }
    return false;
}

static bool has_word(const char *line, const char *word)
{
    struct words w = {.at = line};
    while (next_word(&w)) {
        if (strcmp(w.word, word) == 0)
            return true;
    }
    return false;
}

static bool is_one_of(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0)
            return true;
    }
    return false;
}
#define IS_ONE_OF(words, word) is_one_of(words, sizeof(words) / sizeof(words)[0], word)

static bool stays(const char *word)
{
    static const char *const units[] = {"ct", "g", "ha", "km", "m"};
    static const char *const codes[] = {"dealer", "nil", "single", "voter"};
    static const char *const alike[] = {"a",        "carat",    "code",  "danger", "dollars", "expert",
                                        "licence",  "licences", "mille", "no",     "point",   "points",
                                        "position", "question", "usual", "zone"};
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        if (entity_field(&ENTITIES[i], word) >= 0 || entity_field_by_flag(&ENTITIES[i], word) >= 0)
            return true;
    }
    return IS_ONE_OF(units, word) || IS_ONE_OF(codes, word) || IS_ONE_OF(alike, word);
}

void english_is_gone(const char *lang, const char *name, const char *english)
{
    struct words w = {.at = english};
    struct buf said = {0};
    struct errctx e;
    enum lang chosen = LANG_EN;
    assert_ok(language_choose(lang, &chosen, &e));
    said_put(&said, english);
    i18n_use(NULL);
    while (next_word(&w)) {
        if (!stays(w.word) && has_word(buf_str(&said), w.word))
            fail_msg("%s: \"%s\" is left in \"%s\", which says \"%s\"", name, w.word, buf_str(&said),
                     english);
    }
    buf_done(&said);
}
