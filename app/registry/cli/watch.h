/*
 * A folder that batches are dropped into, watched: what appears there is taken in, in any order; its receipt
 * is written beside it, and it is moved into the folder `taken`. What waits for earlier entries stays until
 * they have come, by whatever road. What is refused for good goes into `refused`, with the reason in a file
 * of its own.
 *
 * The folder is looked at every few seconds and not watched by inotify: that hears nothing of what another
 * machine writes into a shared folder, and a shared folder is what an office has. Nothing is kept in memory
 * that the folder does not say itself, so a restart goes on where the last run ended; what was taken in but
 * not moved yet is taken again and counts once.
 *
 * A file that is not a whole batch may still be on its way from a stick: it is refused only when it has not
 * changed for half a minute.
 */
#ifndef ALLUVIA_REGISTRY_WATCH_H
#define ALLUVIA_REGISTRY_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "app/registry/store/registry_store.h"

enum {
    WATCH_EVERY_MS = 2000,   /* between two looks: a person who dropped a file sees it taken */
    WATCH_SETTLE_MS = 30000, /* a stick that does not write for so long is pulled out, or has finished */
    WATCH_AGAIN_MS = 60000,  /* what waits is tried again: the network may have brought what was missing */
    WATCH_MAX_FILES = 10000, /* of one look; more wait for the next */
};

struct watch;

/* LOG gets a line (syslog levels) for each file, once. FOLDER need not be there yet: a stick comes and goes.
 */
MUST_CHECK enum err watch_new(struct registry_store *s, const char *folder,
                              void (*log)(int level, const char *line), struct watch **out, struct errctx *e);
void watch_free(struct watch *w);

/* One look. NOW is UTC seconds, TICK_MS any clock that only rises; STOP, unless NULL, is asked between files.
 * Faults are logged and tried again: a look never fails. */
void watch_look(struct watch *w, int64_t now, int64_t tick_ms, bool (*stop)(void));

/* Looks until SIGINT, SIGTERM or SIGHUP, with lines on standard output; and reviews what came unless REVIEW
 * is false. */
MUST_CHECK enum err watch_until_signal(struct registry_store *s, const char *folder, bool review,
                                       struct errctx *e);

/* For whoever has blocked those signals: looks again and again until one of them is there. W and D may be
 * NULL. */
struct desk;
void watch_loop(struct watch *w, struct desk *d);
/* Blocks them for this thread and those that it starts. */
void watch_block_signals(void);

#endif
