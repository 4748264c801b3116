/* This program once more, as a command, in a process of its own: an open database does not outlive a fork, so
 * it is started anew and opens its own. */
#ifndef ALLUVIA_TUI_OWN_CHILD_H
#define ALLUVIA_TUI_OWN_CHILD_H

#include <sys/types.h>

#include "app/field/app.h"

/*
 * Starts `alluvia` with the database and the language of APP and WORDS (ended by NULL), under the officer who
 * has signed in when AS_OFFICER. *OUT_FD, not blocking, gives what it writes on stdout and stderr, and its
 * end. ERR_IO.
 */
MUST_CHECK enum err own_child_start(const struct app *app, const char *const *words, bool as_officer,
                                    pid_t *out_pid, int *out_fd, struct errctx *e);
/* Waits for the end of it: the exit code, -1 when a signal ended it. Closes FD. */
int own_child_end(pid_t pid, int fd);

#endif
