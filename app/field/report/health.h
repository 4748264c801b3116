/*
 * How the laptop itself is: its clock and its copies. Read in one place, and said in the same words by
 * `status` and by the screen Today.
 */
#ifndef ALLUVIA_FIELD_HEALTH_H
#define ALLUVIA_FIELD_HEALTH_H

#include "app/field/store/copies.h"

struct health {
    bool clock_suspect;     /* it stands before the newest entry or before the program was made */
    struct own_note clock;  /* measured last; offset_s 0: right, or never measured */
    struct own_note backup; /* on another medium */
    int64_t entries;        /* in the journal */
    int64_t copy_at;        /* the newest automatic copy; 0: none */
    int64_t copy_number;    /* entries that it holds */
    bool no_room;           /* a copy is due, and the disk is nearly full */
    bool backup_old;        /* nothing, or long ago, or much was written since */
};

enum {
    HEALTH_BACKUP_DAYS = 7,     /* what may be lost with a laptop, in days of work … */
    HEALTH_BACKUP_ENTRIES = 500 /* … and in entries, whatever the clock says */
};

/* NOW: UTC seconds by this laptop's clock. */
MUST_CHECK enum err health_read(struct store *s, int64_t now, struct health *out, struct errctx *e);

enum health_matter {
    HEALTH_CLOCK,
    HEALTH_BACKUP,
    HEALTH_COPY
};
/* Calls EACH for what people should do something about, in whole sentences; TEXT is valid during the call. */
void health_warn(const struct health *h, int64_t now,
                 void (*each)(void *arg, enum health_matter matter, const char *text), void *arg);

#endif
