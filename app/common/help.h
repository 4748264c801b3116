/* The words of --help, made from the tables of commands, options and fields. */
#ifndef ALLUVIA_COMMON_HELP_H
#define ALLUVIA_COMMON_HELP_H

#include <stdio.h>

#include "app/common/command.h"
#include "schema/base/buf.h"
#include "schema/codes/codes.h"

/* What the program does and its commands. */
void help_program(FILE *to, const struct program *p);
/* One command with all its options. CODES names the allowed codes of each field's flag. */
void help_command(FILE *to, const struct program *p, const struct command_line *line, struct codes *codes,
                  enum lang lang);
/* What may stand in a field, in words: unit, need, bounds, codes (without CODES none). */
void help_put_field(struct buf *out, const struct entity *of, int field, struct codes *codes, enum lang lang);

#endif
