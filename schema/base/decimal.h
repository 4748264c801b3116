/*
 * Numbers as people write them and as they are stored: an integer count of the smallest unit. No floating
 * point anywhere: 0.35 ct is 350 thousandths.
 */
#ifndef ALLUVIA_BASE_DECIMAL_H
#define ALLUVIA_BASE_DECIMAL_H

#include <stdint.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"

enum {
    DECIMAL_MAX_SCALE = 9
};

/*
 * Reads TEXT ("12", "-3.5", "0,35"; comma and point are both decimal marks; spaces and no-break spaces may
 * group digits before the mark) as a number with SCALE decimals: "0,35" at scale 3 is 350. ERR_INVALID: not a
 * number, more than SCALE decimals other than zeros ("too precise"), or beyond int64_t. The text of the error
 * is the rule alone ("is not a number"); the caller puts field and value before it.
 */
MUST_CHECK enum err decimal_parse(const char *text, int scale, int64_t *out, struct errctx *e);

/* Appends NUMBER as a decimal with MARK ('.' or ','), without needless zeros behind it: 350 at scale 3 is
 * "0.35". At least MIN_DECIMALS are written. */
void decimal_format(struct buf *out, int64_t number, int scale, int min_decimals, char mark);

/* a * b / c rounded half away from zero, exact between (128 bits). c > 0. Saturates at the ends of int64_t.
 */
int64_t decimal_muldiv(int64_t a, int64_t b, int64_t c);

#endif
