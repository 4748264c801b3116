/*
 * Words for people. _() translates, N_() marks what stands in constant tables and is translated where it is
 * printed, ngettext() chooses by number. They mean what they mean in libintl, and the catalogues are those of
 * gettext (app/po); but they are read from the program itself, because libintl answers nothing on a machine
 * that has no locale but C.UTF-8 (glibc 2.39 and later), which is what a freshly installed laptop has.
 */
#ifndef ALLUVIA_COMMON_I18N_H
#define ALLUVIA_COMMON_I18N_H

#include "schema/base/words.h"

struct catalogue;

/* From here on words come from a copy of FROM, whose bytes must outlive every use of them; NULL: English. The
 * one state of the program that is not passed down, as it is libintl's. */
void i18n_use(const struct catalogue *from);
/* What words come from; NULL: English. */
const struct catalogue *i18n_used(void);
/* The translation, or TEXT itself. */
const char *i18n_text(const char *text) __attribute__((format_arg(1)));
const char *i18n_count(const char *one, const char *many, unsigned long number)
    __attribute__((format_arg(1), format_arg(2)));

/* The translation of what NC_() marked, or its text without the context. */
const char *i18n_in_context(const char *marked);

#define _(text)                     i18n_text(text)
#define ngettext(one, many, number) i18n_count(one, many, number)

#endif
