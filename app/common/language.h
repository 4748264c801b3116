/* The language of a program's words, and what goes with it. */
#ifndef ALLUVIA_COMMON_LANGUAGE_H
#define ALLUVIA_COMMON_LANGUAGE_H

#include "schema/base/err.h"
#include "schema/codes/codes.h"

/* GIVEN is the value of --lang ("fr"), or NULL for what LC_ALL, LC_MESSAGES or LANG say; English when they
 * name none of ours. ERR_USAGE: GIVEN is not a language of ours. */
MUST_CHECK enum err language_choose(const char *given, enum lang *out, struct errctx *e);
/* "en", "fr", "pt". */
const char *language_code(enum lang lang);
/* The decimal mark that is usual in the language. */
char language_mark(enum lang lang);

#endif
