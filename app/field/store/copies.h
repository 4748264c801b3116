/*
 * Automatic copies of the database: in the folder `backups` beside it, whole, mode 0600, without the secret
 * key. They bridge the time between a damage and what the journal in the damaged file still tells; they are
 * no backup against a lost or stolen laptop, and do not count as one.
 *
 * A copy is due when the journal has grown and it is another day than the newest copy's, or when very much
 * was written since: a clock that always starts in 1970 stands in nobody's way. Their names count the entries
 * that they hold, so the newest is known without any clock. The newest COPIES_KEPT stay; an older one goes
 * only after a newer was read back and found sound, so that damage never pushes out what is whole.
 */
#ifndef ALLUVIA_FIELD_STORE_COPIES_H
#define ALLUVIA_FIELD_STORE_COPIES_H

#include "app/field/store/store.h"

enum {
    COPIES_KEPT = 3,           /* the newest may be made just before a damage is noticed; two before it */
    COPIES_DUE_ENTRIES = 1000, /* some days of work, whatever the clock says */
    COPIES_SPARE_MB = 200,     /* stay free on the disk, for the work itself */
    COPIES_QUICK_MB = 4        /* so large a database is copied at once, unnoticed on a slow disk */
};

enum copy_due {
    COPY_NOT_DUE,
    COPY_DUE_QUICK, /* takes a fraction of a second */
    COPY_DUE_LONG,  /* make it beside the work */
    COPY_NO_ROOM,   /* due, but the disk is nearly full */
};

/* NOW: UTC seconds; days are UTC's. Never fails: what cannot be seen is not due. */
enum copy_due copies_due(struct store *s, int64_t now);
/* Makes one and removes the oldest. ERR_BUSY: somebody else makes one. */
MUST_CHECK enum err copies_make(struct store *s, struct errctx *e);

struct copy {
    char *path;     /* owned */
    int64_t number; /* entries that it holds */
    int64_t at;     /* when it was made, by this laptop's clock then */
};
struct copies {
    struct copy *rows; /* newest first */
    size_t count;
};
/* Those that the device with CODE made of the database at DB_PATH, which need not be readable. */
void copies_list(const char *db_path, const char *code, struct copies *out);
void copies_done(struct copies *c);

#endif
