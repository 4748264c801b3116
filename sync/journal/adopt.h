/*
 * A second life of a laptop's database: it becomes a new device that names its predecessor, with all records.
 * The journal up to a given entry moves to the entries that are known of other devices, in the order in which
 * they took effect; what stands behind it is written again into the new chain, each entry with its first
 * address as `was`, at its own time and under its own author, and addresses among them follow.
 *
 * So is what the registry turned out to lack of earlier lives (table `life`, "lacks"): it stays theirs, and
 * stands in the new chain once more, in front of what was written since. What the registry has taken in of
 * this life already, on a stick, could not find it: changes of it are written once more too, and references
 * to it are amended.
 *
 * Everything happens in the caller's transaction, which also makes the tables of records again: before its
 * commit nothing has happened, after it all has.
 */
#ifndef ALLUVIA_JOURNAL_ADOPT_H
#define ALLUVIA_JOURNAL_ADOPT_H

#include "sync/journal/journal.h"
#include "sync/journal/predecessor.h"

/* Why it became another device; for people, and kept for them in the table `life`. */
enum adopt_why {
    ADOPT_RESTORED,   /* out of a backup */
    ADOPT_COPIED,     /* the registry holds other entries under this device's numbers */
    ADOPT_FORGOTTEN,  /* the registry lost entries of an earlier life that no other laptop will send */
    ADOPT_CODE_TAKEN, /* another key has the same six characters: all is written again */
};
const char *adopt_word(enum adopt_why why);

struct adoption {
    enum adopt_why why;
    const struct device *old;    /* its secret is all zero when it is not at hand: then nothing is signed */
    const struct device *become; /* with its secret */
    int64_t keep;                /* entries 1 … KEEP stay the predecessor's */
    int64_t after;               /* the entry that `after` names */
    const char *program;
    bool training;
    int64_t now;
    int64_t earliest; /* clocks before this instant are wrong */
};

struct adopted {
    int64_t kept;  /* entries that stay the predecessor's */
    int64_t again; /* that were written again */
    int64_t back;  /* … of those that had stood behind a gap (waiting.h) */
};

/* The key in OLD belongs to the database's own device. Leaves table `link` without receipt and code, for the
 * registry has not seen the new device. ERR_DB. */
MUST_CHECK enum err adopt_run(struct db *db, const struct adoption *a, struct adopted *out, struct errctx *e);

/* What the laptop keeps beside a record, outside the journal, and what was typed and not saved, go on with a
 * record that was added at FROM and stands at TO now. */
MUST_CHECK enum err adopt_move_beside(struct db *db, int64_t from, int64_t to, struct errctx *e);

#endif
