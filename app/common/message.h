/* What a program says on stderr: one line each, with its name in front. */
#ifndef ALLUVIA_COMMON_MESSAGE_H
#define ALLUVIA_COMMON_MESSAGE_H

#include "schema/base/err.h"

/* "alluvia: …" and a line break. */
void message(const char *program, const char *format, ...) PRINTF_LIKE(2, 3);
/* Says what E holds and returns the exit code of its kind. */
int message_error(const char *program, const struct errctx *e);

#endif
