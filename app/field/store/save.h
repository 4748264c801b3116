/* One save under way: shared by what checks it and what writes it. */
#ifndef ALLUVIA_FIELD_STORE_SAVE_H
#define ALLUVIA_FIELD_STORE_SAVE_H

#include "app/field/store/inside.h"

struct save {
    struct store *store;
    const struct author *by;
    const struct confirmations *confirmed;
    struct findings *findings;
    struct entry entry;
    struct record after; /* the record as it will stand */
    int64_t id;          /* 0 until a new record has its address */
};

/* Field checks and rules: ERR_INVALID when one blocks, or asks and was not answered. */
MUST_CHECK enum err save_check(struct save *w, struct errctx *e);
/* Keeps what the rules found beside the record. */
MUST_CHECK enum err save_findings(struct save *w, struct errctx *e);

#endif
