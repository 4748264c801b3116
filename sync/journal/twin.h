/*
 * The same thing under several addresses. A laptop that begins a second life (adopt.h) writes again what it
 * cannot know to have arrived, each entry with its first address as `was`; the registry may hold the original
 * by then, or be brought it later, or hold what another copy of the disk wrote again. The table `twin` of a
 * laptop's and of a registry's database remembers who is whose twin, so that nothing counts twice and
 * references find the one that stands.
 *
 * Two entries are twins when one was the other, or both were the same one, and their origin forms are equal:
 * `was` left out, and every address replaced by the first address of what it names. Whichever is projected
 * first stands. The table is part of the projection: a rebuild empties and makes it again.
 *
 * What is not believed, since nobody vouches for who says it, is compared with what else the same one and its
 * later lives say. So are copies of a laptop whose code another one has: they name a namesake of the device
 * that is known here, told apart by its key. Such a row has the origin below zero, and no reference follows
 * it.
 */
#ifndef ALLUVIA_JOURNAL_TWIN_H
#define ALLUVIA_JOURNAL_TWIN_H

#include "schema/db/db.h"
#include "sync/journal/entry.h"

enum {
    TWIN_MAX_DEVICES = 256 /* with more of them every address is looked up */
};

struct twins {
    struct db *db; /* has the table */
    /* The bytes of an entry that was projected before the one in hand. ERR_NOT_FOUND. */
    enum err (*line)(void *arg, int64_t address, struct buf *out, struct errctx *e);
    /* Whether WRITER may say what it wrote as ORIGIN, because it is that device's later life. NULL: always.
     */
    enum err (*follows)(void *arg, uint32_t writer, uint32_t origin, bool *out, struct errctx *e);
    /* Whether the entry at ADDRESS is of an earlier life of WRITER, before it went on as WRITER. NULL:
     * always. */
    enum err (*of_earlier_life)(void *arg, uint32_t writer, int64_t address, bool *out, struct errctx *e);
    /* Chain(0) of the key by which what WRITER says of ORIGIN is told apart where it is not believed: that of
     * whoever says it first in WRITER's line, or which its namesake ORIGIN had. ERR_NOT_FOUND: it is nobody's
     * twin. */
    enum err (*namesake)(void *arg, uint32_t writer, uint32_t origin, struct chain *out, struct errctx *e);
    void *arg;
    uint32_t writer; /* of the entry in hand */
    /* What this transaction knows of the table: which devices have anything to do with it. */
    bool is_read;
    uint32_t devices[TWIN_MAX_DEVICES];
    size_t device_count;
};

/* For `line`: what the one row of STMT, which is bound, has in its first column. Ends STMT. ERR_NOT_FOUND:
 * there is no row. */
MUST_CHECK enum err twin_take_line(struct stmt *stmt, struct buf *out, struct errctx *e);

/* At the begin of every transaction. */
void twins_forget(struct twins *t);

/* An entry as it is to be projected. */
struct twin_seen {
    const struct entry *entry; /* with every address replaced by the one that stands */
    int64_t stands;            /* where it stands: another address than its own when it is there already */
    bool held;                 /* it is: nothing more is to be done with it */
    struct entry changed;      /* inside */
    bool is_changed;
};
/* Looks at ENTRY, which is about to be projected at ADDRESS, and remembers it when it is somebody's twin.
 * TWINS may be NULL. ENTRY must outlive OUT; twin_seen_done also after a failure. */
MUST_CHECK enum err twin_see(struct twins *t, int64_t address, const struct entry *entry,
                             struct twin_seen *out, struct errctx *e);
void twin_seen_done(struct twin_seen *s);

/* Replaces every address in ENTRY by what MAP makes of it. */
MUST_CHECK enum err entry_map_addresses(struct entry *entry,
                                        enum err (*map)(void *arg, int64_t *address, struct errctx *e),
                                        void *arg, struct errctx *e);

/* Replaces every address in the entry at ADDRESS by the one that stands, without looking for its own twin. */
MUST_CHECK enum err twin_map(struct twins *t, int64_t address, struct entry *entry, struct errctx *e);

/* Replaces *ADDRESS when it is the twin of what stands under another one. */
MUST_CHECK enum err twin_standing(struct db *db, int64_t *address, struct errctx *e);

/* Empties the table, for a rebuild. */
MUST_CHECK enum err twin_clear(struct db *db, struct errctx *e);

#endif
