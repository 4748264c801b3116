/* Whether a line that was translated still has English in it, for tests of what rules say. */
#ifndef ALLUVIA_TESTS_ENGLISH_H
#define ALLUVIA_TESTS_ENGLISH_H

/* Says an English line in LANG ("fr") as app/common/said.h does, and fails when a word of it
 * is left: not in quotes, no name, code, number or name of a field, and no word that the languages write
 * alike. NAME tells the lines of one test apart. */
void english_is_gone(const char *lang, const char *name, const char *english);

#endif
