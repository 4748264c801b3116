/*
 * Entries of a laptop's journal that stood behind a gap and could be read (table `waiting`). In a second life
 * (adopt.h) they are written again like any others, each with its first address as `was`, as soon as what
 * they name is there: an amendment or a voiding needs its record, and the version of an earlier life that it
 * was built on; a record needs what it refers to of earlier lives. What names an entry that is gone stays
 * here until the registry tells of that entry.
 *
 * All runs in the caller's transaction.
 */
#ifndef ALLUVIA_JOURNAL_WAITING_H
#define ALLUVIA_JOURNAL_WAITING_H

#include "sync/journal/journal.h"

/* Keeps the line at ADDRESS, which stood behind a gap. ERR_DB. */
MUST_CHECK enum err waiting_keep(struct db *db, int64_t address, const char *bytes, size_t len,
                                 struct errctx *e);
/* At the end of a life: every address in them becomes what MAP makes of it. */
MUST_CHECK enum err waiting_follow(struct db *db,
                                   enum err (*map)(void *arg, int64_t *address, struct errctx *e), void *arg,
                                   struct errctx *e);

struct waiting_write {
    struct db *db;
    uint32_t device; /* whose journal it is */
    struct journal_head *head;
    /* Each that was written: its address in the life before, and now. */
    enum err (*written)(void *arg, int64_t from, int64_t to, const struct entry *entry, struct errctx *e);
    void *arg;
};
/* Writes into the journal all whose time has come, in order; OUT is how many. */
MUST_CHECK enum err waiting_write(const struct waiting_write *w, int64_t *out, struct errctx *e);

/* The line at ADDRESS came by another way: should it wait here, it does no more. NEEDED: something waits for
 * it. */
MUST_CHECK enum err waiting_told(struct db *db, int64_t address, const char *bytes, size_t len, bool *needed,
                                 struct errctx *e);
/* One that waits, or that a person has set aside; texts are valid during the call. */
struct waiting_entry {
    int64_t address;
    const char *bytes; /* as it is to be written again; end with a zero byte that LEN does not count */
    size_t len;
    int64_t needs;    /* the first thing that is not there; 0: nobody has looked yet */
    int64_t aside_at; /* UTC seconds; 0: it waits */
    const char *by;   /* who set it aside, and why; NULL */
    const char *why;
};
/* In the order in which they were written; ASIDE: those that were set aside too. */
MUST_CHECK enum err waiting_each(struct db *db, bool aside,
                                 enum err (*each)(void *arg, const struct waiting_entry *entry,
                                                  struct errctx *e),
                                 void *arg, struct errctx *e);
/* It waits no more, and is never written again; it is kept. ERR_NOT_FOUND: nothing waits at ADDRESS. */
MUST_CHECK enum err waiting_set_aside(struct db *db, int64_t address, const char *by, const char *why,
                                      int64_t now, struct errctx *e);
/* How many wait. */
MUST_CHECK enum err waiting_count(struct db *db, int64_t *out, struct errctx *e);

#endif
