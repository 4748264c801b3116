/*
 * A damaged database is made again from what can be read: every entry of its journal that is left in the file
 * or in its log, those of the automatic copies, and the key, which says where the chain begins. What fits the
 * chain is the journal; the rest of the tables follows from it, or is taken from the damaged file where that
 * part of it is sound, else from the newest copy that is.
 *
 * The database goes on as the same device only when its journal is whole beyond doubt, the newest entry that
 * was ever acknowledged included; else what was recovered begins a second life (store_restore). Entries
 * behind a gap are written again there, each with its first address as `was`: at once, or, when they name one
 * that is gone, as soon as the registry has told of that one. The damaged files stay beside it under other
 * names, and all lines behind a gap in a file of text.
 *
 * It can be repeated after a power cut at any moment.
 */
#ifndef ALLUVIA_FIELD_STORE_RECOVER_H
#define ALLUVIA_FIELD_STORE_RECOVER_H

#include "app/field/store/store.h"

enum {
    RECOVER_LOST_BYTES = 256 /* a dozen gaps; what does not fit is "…" */
};

struct recovered {
    bool sound;                    /* nothing was wrong: nothing was done */
    int64_t entries;               /* recovered, 1 … */
    int64_t missing;               /* the first that is gone; 0: none that is known of */
    int64_t behind;                /* lines that could be read behind it; they stand in BEHIND_PATH */
    int64_t back;                  /* entries behind it that are in the new device's journal */
    int64_t waiting;               /* that will be, when what they name is told of (sync/journal/waiting.h) */
    int64_t doubtful;              /* that nothing vouches for: they are in BEHIND_PATH alone */
    char lost[RECOVER_LOST_BYTES]; /* numbers that are gone: "101-103, 110"; "" */
    int64_t told;                  /* the registry has acknowledged entries up to here */
    bool no_registry;              /* which registry it belongs to could not be recovered */
    bool second_life;              /* the journal may have been longer: a new device goes on */
    char device[DEVICE_CODE_BYTES]; /* that goes on */
    char damaged_path[4096];        /* where the damaged file lies now; "" when there was none */
    char behind_path[4096 + 16];    /* "" without any */
};

struct recovery {
    const char *path;
    const struct author *by;
    const char *country; /* needed when no part of anything says it; NULL */
    void (*progress)(void *arg, int64_t done, int64_t all); /* may be NULL */
    void *arg;
};

/* ERR_BUSY: somebody has the database open; ERR_CONFIG: the key is missing, or the country; ERR_NOT_FOUND:
 * there is neither a database nor a copy; ERR_INVALID: not one entry could be read. */
MUST_CHECK enum err store_recover(const struct recovery *r, struct recovered *out, struct errctx *e);

#endif
