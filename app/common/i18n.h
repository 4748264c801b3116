/* Words for people go through _(); N_() marks those that stand in constant tables, to be translated where
 * they are printed. */
#ifndef ALLUVIA_COMMON_I18N_H
#define ALLUVIA_COMMON_I18N_H

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) text

#endif
