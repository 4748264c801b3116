/*
 * A bar on stderr for work that takes over a second, only when stderr is a terminal. Whoever starts one ends
 * it before anything else is said.
 */
#ifndef ALLUVIA_COMMON_PROGRESS_H
#define ALLUVIA_COMMON_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what; /* borrowed: "verifying" */
    int64_t started_ms;
    int64_t drawn_ms; /* 0: nothing is on the screen */
    bool wanted;
};

/* QUIET never draws. */
void progress_start(struct progress *p, const char *what, bool quiet);
/* P is a struct progress; its form is that of the callbacks of the stores. ALL 0: not known. */
void progress_update(void *p, int64_t done, int64_t all);
/* Takes the bar off the screen; the next update draws it again. */
void progress_end(struct progress *p);

#endif
