/*
 * The language of a program's words, and what goes with it. What decides, the first that names a language of
 * ours: --lang; LANGUAGE, LC_ALL and LC_MESSAGES; what this laptop's settings keep; LANG, which is the
 * machine's rather than a person's choice; English. No locale need be installed for any of them.
 *
 * A translator tries a catalogue without building: ALLUVIA_CATALOGUE=new.mo with the language it is for.
 */
#ifndef ALLUVIA_COMMON_LANGUAGE_H
#define ALLUVIA_COMMON_LANGUAGE_H

#include "schema/base/buf.h"
#include "schema/base/date.h"
#include "schema/base/err.h"
#include "schema/codes/codes.h"

/* At the very start: sets the locale of characters, and takes the language from the environment and a --lang
 * anywhere in ARGV, so that also what is wrong with the command line is said in it. */
void language_start(int argc, char **argv);
/* GIVEN is the value of --lang ("fr"), or NULL for what the environment says. From here on the program's
 * words are in that language. ERR_USAGE: GIVEN is not a language of ours. */
MUST_CHECK enum err language_choose(const char *given, enum lang *out, struct errctx *e);
/* Behind language_choose: takes what the settings keep (NULL: nothing is kept) where neither GIVEN nor the
 * environment chose before them; then *LANG changes. */
void language_keep(const char *given, const char *kept, enum lang *lang);

/* "en", "fr", "pt", and the language in its own words. */
const char *language_code(enum lang lang);
const char *language_name(enum lang lang);
/* The decimal mark that is usual in the language. */
char language_mark(enum lang lang);

enum {
    LANGUAGE_DAY_BYTES = DATE_BYTES,
    LANGUAGE_INSTANT_BYTES = 24
};
/* The ISO day as people write it in the language in use ("24/11/2026"; English keeps ISO, which cannot be
 * misread); what is no day stays. OUT has LANGUAGE_DAY_BYTES; returns OUT. */
char *language_day(const char *iso, char *out);
char *language_days(int32_t days, char *out);
/* An instant as "24/11/2026 09:30 UTC", in English as ISO. OUT has LANGUAGE_INSTANT_BYTES; returns OUT. */
char *language_instant(int64_t at, char *out);
/* Appends TEXT with its last word, when that is a decimal or an ISO day, written as the language writes it.
 */
void language_put_value(struct buf *out, const char *text);

#endif
