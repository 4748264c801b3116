/*
 * When a watch syncs: a while after work was saved, so that a day sheet goes as one batch; soon after a
 * connection appeared; now and then for what the registry has to tell; and after a failure later and later,
 * with full jitter, so that the laptops of a district do not all come back at once. Only decisions: whoever
 * uses it brings the time, in milliseconds of a clock that never goes back, and does the rest.
 */
#ifndef ALLUVIA_CLIENT_WATCH_H
#define ALLUVIA_CLIENT_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/base/err.h"

enum {
    WATCH_SETTLE_MS = 20 * 1000, /* nothing was saved for so long: the row, the sheet is finished … */
    WATCH_SETTLE_MOST_MS = 3 * 60 * 1000, /* … and who never stops typing is sent by then */
    WATCH_NEWS_MS = 15 * 60 * 1000,       /* an idle sync costs half a kilobyte */
    WATCH_FIRST_BACKOFF_MS = 30 * 1000,
    WATCH_MOST_BACKOFF_MS = 30 * 60 * 1000,
    WATCH_CONNECTED_MS = 5 * 1000,    /* addresses and routes come in a row; names a moment later */
    WATCH_PERSON_MS = 60 * 60 * 1000, /* a person has to do something first: enrol, ask the ministry */
};

struct watch {
    int64_t due_ms;
    int64_t unsent_since_ms; /* -1: nothing is unsent */
    int failures;            /* in a row */
};

void watch_begin(struct watch *w, int64_t now_ms);
/* Something was saved just now. */
void watch_saved(struct watch *w, int64_t now_ms);
/* A connection appeared: earlier failures mean nothing any more. */
void watch_connected(struct watch *w, int64_t now_ms);
/* A sync ended with RESULT. */
void watch_synced(struct watch *w, enum err result, int64_t now_ms);
/* Until the next sync; 0: now. */
int64_t watch_wait_ms(const struct watch *w, int64_t now_ms);

#endif
