/* The manual page and the shell completion of a program, made from the tables that parse its command line. */
#ifndef ALLUVIA_COMMON_MANUAL_H
#define ALLUVIA_COMMON_MANUAL_H

#include <stdio.h>

#include "app/common/command.h"

/* A page of section 1 in man(7) macros. DAY is the ISO date of the release. FILES are paragraphs of roff
 * about files and environment; NULL for none. */
void manual_page(FILE *to, const struct program *p, const char *day, const char *files);
/* A completion script for bash. */
void manual_completion(FILE *to, const struct program *p);

#endif
