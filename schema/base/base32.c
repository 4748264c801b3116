#include "schema/base/base32.h"

#include <ctype.h>
#include <string.h>

static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void base32_put(uint64_t value, int count, char *out)
{
    for (int i = count - 1; i >= 0; i--) {
        out[i] = ALPHABET[value & 31];
        value >>= 5;
    }
    out[count] = '\0';
}

bool base32_get(const char *text, int count, uint64_t *out)
{
    uint64_t value = 0;
    for (int i = 0; i < count; i++) {
        char c = (char)toupper((unsigned char)text[i]);
        if (c == 'I' || c == 'L')
            c = '1';
        if (c == 'O')
            c = '0';
        const char *found = c ? strchr(ALPHABET, c) : NULL;
        if (!found)
            return false;
        value = value << 5 | (uint64_t)(found - ALPHABET);
    }
    *out = value;
    return true;
}

void hex_put(const void *bytes, size_t len, char *out)
{
    const unsigned char *from = bytes;
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = "0123456789abcdef"[from[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[from[i] & 15];
    }
    out[2 * len] = '\0';
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_get(const char *text, void *bytes, size_t len)
{
    unsigned char *to = bytes;
    for (size_t i = 0; i < len; i++) {
        int high = nibble(text[2 * i]);
        int low = high < 0 ? -1 : nibble(text[2 * i + 1]);
        if (low < 0)
            return false;
        to[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}
