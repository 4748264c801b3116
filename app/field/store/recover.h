/*
 * A damaged database is made again from what can be read: every entry of its journal that is left in the file
 * or in its log, those of the automatic copies, and the key, which says where the chain begins. What fits the
 * chain is the journal; the rest of the tables follows from it, or is taken from the damaged file where that
 * part of it is sound, else from the newest copy that is.
 *
 * The database goes on as the same device only when its journal is whole beyond doubt, the newest entry that
 * was ever acknowledged included; else what was recovered begins a second life (store_restore). The damaged
 * files stay beside it under other names, and entries that stand behind a gap are written out as lines.
 *
 * It can be repeated after a power cut at any moment.
 */
#ifndef ALLUVIA_FIELD_STORE_RECOVER_H
#define ALLUVIA_FIELD_STORE_RECOVER_H

#include "app/field/store/store.h"

struct recovered {
    bool sound;                     /* nothing was wrong: nothing was done */
    int64_t entries;                /* recovered, 1 … */
    int64_t missing;                /* the first that is gone; 0: none that is known of */
    int64_t behind;                 /* entries that could be read behind it; they stand in BEHIND_PATH */
    int64_t told;                   /* the registry has acknowledged entries up to here */
    bool no_registry;               /* which registry it belongs to could not be recovered */
    bool second_life;               /* the journal may have been longer: a new device goes on */
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
