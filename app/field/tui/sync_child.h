/*
 * A sync that runs beside the screens: the program itself, as `alluvia sync`, in a process of its own. So
 * entry never waits for the network, and what a connection needs in memory goes away with it. It may be
 * stopped at any instant: what has a receipt stays sent.
 */
#ifndef ALLUVIA_TUI_SYNC_CHILD_H
#define ALLUVIA_TUI_SYNC_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "app/field/app.h"

/* {0} is none. */
struct sync_child {
    pid_t pid; /* 0: does not run */
    int fd;
    struct buf line; /* as far as it came */
    int64_t entries_done;
    int64_t entries_all;
    int64_t bytes_done;
    char words[256]; /* what it said last */
    int exit_code;   /* once it ended */
};

MUST_CHECK enum err sync_child_start(struct sync_child *c, const struct app *app, struct errctx *e);
bool sync_child_runs(const struct sync_child *c);
/* To wait on; -1 while none runs. */
int sync_child_fd(const struct sync_child *c);
/* Takes what it said. False when it has just ended: WORDS and EXIT_CODE say how. */
bool sync_child_read(struct sync_child *c);
int sync_child_percent(const struct sync_child *c);
/* Ends it, when it runs, and frees everything. */
void sync_child_stop(struct sync_child *c);

#endif
