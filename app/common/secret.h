/*
 * A secret that a person gives to a command: typed on the terminal, which shows a star for each character, or
 * for scripts the first line of a file. It never stands on a command line or in the environment, where other
 * accounts of the machine could read it.
 */
#ifndef ALLUVIA_COMMON_SECRET_H
#define ALLUVIA_COMMON_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/base/err.h"

/* Are a person and a terminal there to be asked? */
bool secret_can_ask(void);
/* Asks with PROMPT on stderr. ERR_DENIED: no terminal, or broken off with Ctrl-C or Ctrl-D; ERR_INVALID:
 * longer than SIZE - 1 bytes. What is left of it in memory is the caller's OUT, to be wiped. */
MUST_CHECK enum err secret_ask(const char *prompt, char *out, size_t size, struct errctx *e);
/* The first line of PATH, which may be a pipe (/dev/stdin). ERR_CONFIG: a file that others than its owner can
 * read; ERR_NOT_FOUND, ERR_IO, ERR_INVALID. */
MUST_CHECK enum err secret_read(const char *path, char *out, size_t size, struct errctx *e);
void secret_wipe(char *out, size_t size);

#endif
