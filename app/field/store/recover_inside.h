/* What the files of a recovery share. */
#ifndef ALLUVIA_FIELD_STORE_RECOVER_INSIDE_H
#define ALLUVIA_FIELD_STORE_RECOVER_INSIDE_H

#include "app/field/store/copies.h"
#include "app/field/store/inside.h"
#include "app/field/store/recover.h"

/* Where the tables come from that do not follow from the journal; tried in this order. */
enum tables_from {
    TABLES_DAMAGED, /* the newest, where each of them is sound */
    TABLES_COPY,    /* the registry tells the rest again */
    TABLES_NONE,    /* it tells all of it again */
};

struct recovering {
    const struct recovery *r;
    struct recovered *out;
    struct guard guard;
    struct device device; /* of the key file, with its secret */
    struct copies copies;
    enum tables_from from;
    struct db *made;    /* the new database, under another name */
    struct db *damaged; /* open for reading; NULL when that is not possible */
    struct db *copy;    /* the newest copy that is sound; NULL without one */
    int64_t sure;       /* entries behind a gap that are believed */
    char *wal;
    char *part;        /* the new database until it is whole */
    char *ready;       /* … and when it is, and goes on as the same device */
    char *second;      /* … and when it is what a second life begins with */
    char *old_damaged; /* where older schemas are brought up to date, of the damaged file … */
    char *old_copy;    /* … and of a copy */
};

/* Puts every entry that can be read into the journal of MADE, as far as the chain leads; those behind a gap
 * go into the file BEHIND of OUT. Sets entries, missing and behind. */
MUST_CHECK enum err recover_journal(struct recovering *g, struct errctx *e);
/* Those of them that can be believed wait in MADE for the second life; NEWEST is the chain value of the last
 * entry before the gap. Sets sure, and doubtful. */
MUST_CHECK enum err recover_behind(struct recovering *g, const struct chain *newest, struct errctx *e);
/* The row of `laptop`, and every table that does not follow from the journal. */
MUST_CHECK enum err recover_tables(struct recovering *g, struct errctx *e);
/* Is the journal in MADE all that there ever was? */
bool recover_is_whole(struct recovering *g);

#endif
