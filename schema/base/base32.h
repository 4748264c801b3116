/* Crockford's base 32 (digits and capitals without I, L, O, U), hexadecimal and base64 for fixed-size values.
 */
#ifndef ALLUVIA_BASE_BASE32_H
#define ALLUVIA_BASE_BASE32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the COUNT low groups of five bits of VALUE, highest first, and a zero byte. */
void base32_put(uint64_t value, int count, char *out);
/* Reads COUNT characters; small letters and the look-alikes I, L (1) and O (0) are understood. */
bool base32_get(const char *text, int count, uint64_t *out);

/* OUT has room for 2 * LEN + 1 characters. */
void hex_put(const void *bytes, size_t len, char *out);
/* Reads exactly LEN bytes from 2 * LEN small hexadecimal digits. */
bool hex_get(const char *text, void *bytes, size_t len);

#endif
