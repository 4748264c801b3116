/*
 * Rows of a CSV file that were refused, in the form of that file with two columns behind: rejected_line and
 * rejected_because. They go to FILE.rejected.csv, which is there when the import is complete, and can be
 * imported again once the values are put right.
 */
#ifndef ALLUVIA_FIELD_CLI_REJECTS_H
#define ALLUVIA_FIELD_CLI_REJECTS_H

#include "schema/base/csv.h"
#include "schema/base/err.h"

#define REJECTED_LINE    "rejected_line"
#define REJECTED_BECAUSE "rejected_because"

struct rejects {
    char *path; /* FILE.rejected.csv; owned */
    char *part; /* where it is written until it is complete; owned */
    int fd;     /* -1: not open */
    int64_t bytes;
    struct buf pending;
};

/* Opens the rejects of FILE, cut to BYTES: what an interrupted import is known to have written. */
MUST_CHECK enum err rejects_open(struct rejects *r, const char *file, int64_t bytes, struct errctx *e);
/* Adds the current row of C. BROKEN: it has no values, only bytes. */
void rejects_add(struct rejects *r, const struct csv *c, bool broken, const char *because);
/* Makes what was added durable. */
MUST_CHECK enum err rejects_flush(struct rejects *r, struct errctx *e);
/* The import is complete: gives the file its name, or removes it when nothing was refused. */
MUST_CHECK enum err rejects_finish(struct rejects *r, struct errctx *e);
void rejects_done(struct rejects *r);

#endif
