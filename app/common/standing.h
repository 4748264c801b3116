/*
 * How a licence stands on a day. A status that was written down goes before the dates.
 */
#ifndef ALLUVIA_COMMON_STANDING_H
#define ALLUVIA_COMMON_STANDING_H

#include "schema/record/record.h"

enum standing {
    STANDING_VALID,
    STANDING_ENDS_SOON, /* valid, for at most STANDING_SOON_DAYS more */
    STANDING_NOT_YET,
    STANDING_EXPIRED,
    STANDING_APPLIED, /* not granted yet */
    STANDING_SUSPENDED,
    STANDING_REVOKED,
    STANDING_TRANSFERRED,
};

enum {
    STANDING_SOON_DAYS = 30
};

enum standing standing_of(const struct record *licence, int32_t day);
/* Appends how LICENCE stands in words, with its date: "valid to 2026-12-31", "suspended since 2026-03-01". */
void standing_put_words(struct buf *out, enum standing standing, const struct record *licence);
bool standing_permits_work(enum standing standing);
/* "valid", "ends_soon" … for JSON and CSV. */
const char *standing_name(enum standing standing);
/* May people dig under it (its kind is not one of trade)? */
bool standing_is_of_mining(struct codes *codes, const struct record *licence);

#endif
