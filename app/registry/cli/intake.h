/* One file that was carried here: read, taken in, answered with a receipt. */
#ifndef ALLUVIA_REGISTRY_INTAKE_H
#define ALLUVIA_REGISTRY_INTAKE_H

#include <sys/stat.h>

#include "app/registry/store/registry_store.h"
#include "sync/server/ingest.h"

enum intake_end {
    INTAKE_TAKEN,      /* everything it holds is here; the receipt is written */
    INTAKE_NO_RECEIPT, /* taken, but the receipt cannot be written */
    INTAKE_WAITS,      /* entries before it are missing: its turn comes */
    INTAKE_UNREADABLE, /* not a whole batch: damaged, something else, or still being copied */
    INTAKE_REFUSED,    /* for good */
};

struct intake {
    enum intake_end end;
    struct ingested got;
    char *receipt;    /* path; owned */
    char *words;      /* why it was not taken, or has no receipt; owned */
    struct stat file; /* what was read; st_size 0 when nothing could be */
};
void intake_done(struct intake *in);

/* Whether a file of this name may be a batch: it ends in ".alv" and is not a receipt of ours. */
bool intake_is_batch_name(const char *name);
/* Order in which files are best taken in: numbers in names count as numbers ("X-401" before "X-1001"). */
int intake_compare_names(const char *a, const char *b);

/* "7K4QXM-401-900.alv" gets "7K4QXM-401-900.receipt.alv" beside it. Fails only for faults of ours: ERR_BUSY,
 * ERR_DB, …; whatever the file is, is an end. */
MUST_CHECK enum err intake_take(struct registry_store *s, const char *path, int64_t now, struct intake *out,
                                struct errctx *e);

#endif
