#include "schema/base/decimal.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/* Length of a digit-grouping space at TEXT: ASCII, no-break (U+00A0) or narrow no-break (U+202F); 0 if none.
 */
static size_t group_space(const char *text)
{
    if (*text == ' ')
        return 1;
    if (strncmp(text, "\xC2\xA0", 2) == 0)
        return 2;
    if (strncmp(text, "\xE2\x80\xAF", 3) == 0)
        return 3;
    return 0;
}

struct scan {
    int64_t value; /* kept negative: its range is one larger */
    int decimals;  /* -1 before the decimal mark */
    int digits;
    bool overflow;
    bool too_precise;
};

static void take_digit(struct scan *s, int digit, int scale)
{
    s->digits++;
    if (s->decimals >= scale) {
        s->too_precise = s->too_precise || digit != 0;
        return;
    }
    if (__builtin_mul_overflow(s->value, (int64_t)10, &s->value) ||
        __builtin_sub_overflow(s->value, (int64_t)digit, &s->value))
        s->overflow = true;
    if (s->decimals >= 0)
        s->decimals++;
}

enum err decimal_parse(const char *text, int scale, int64_t *out, struct errctx *e)
{
    assert(scale >= 0 && scale <= DECIMAL_MAX_SCALE);
    const char *at = text;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    struct scan s = {.decimals = -1};
    while (*at) {
        size_t space = group_space(at);
        if (*at >= '0' && *at <= '9') {
            take_digit(&s, *at - '0', scale);
            at++;
        } else if ((*at == '.' || *at == ',') && s.decimals < 0) {
            s.decimals = 0;
            at++;
        } else if (space && s.decimals < 0 && s.digits > 0 && at[space] >= '0' && at[space] <= '9') {
            at += space;
        } else {
            return err_fail(e, ERR_INVALID, "is not a number");
        }
    }
    if (s.digits == 0)
        return err_fail(e, ERR_INVALID, "is not a number");
    if (s.too_precise) {
        return scale ? err_fail(e, ERR_INVALID, "is too precise: at most %d decimals", scale)
                     : err_fail(e, ERR_INVALID, "is not a whole number");
    }
    for (int done = s.decimals < 0 ? 0 : s.decimals; done < scale; done++)
        s.overflow = __builtin_mul_overflow(s.value, (int64_t)10, &s.value) || s.overflow;
    if (!negative && s.value == INT64_MIN)
        s.overflow = true;
    if (s.overflow)
        return err_fail(e, ERR_INVALID, "is too large a number");
    *out = negative ? s.value : -s.value;
    return ERR_OK;
}

void decimal_format(struct buf *out, int64_t number, int scale, int min_decimals, char mark)
{
    assert(scale >= 0 && scale <= DECIMAL_MAX_SCALE && min_decimals <= scale);
    uint64_t left = number < 0 ? (uint64_t)0 - (uint64_t)number : (uint64_t)number;
    char digits[32];
    size_t at = sizeof digits;
    bool written = false;
    for (int decimal = scale; decimal > 0; decimal--) {
        char digit = (char)('0' + left % 10);
        left /= 10;
        if (written || digit != '0' || decimal <= min_decimals) {
            digits[--at] = digit;
            written = true;
        }
    }
    if (written)
        digits[--at] = mark;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (number < 0)
        digits[--at] = '-';
    buf_put(out, digits + at, sizeof digits - at);
}

int64_t decimal_muldiv(int64_t a, int64_t b, int64_t c)
{
    assert(c > 0);
    __extension__ typedef __int128 wide;
    wide product = (wide)a * b;
    wide half = c / 2;
    wide result = product < 0 ? (product - half) / c : (product + half) / c;
    if (result > INT64_MAX)
        return INT64_MAX;
    return result < INT64_MIN ? INT64_MIN : (int64_t)result;
}
