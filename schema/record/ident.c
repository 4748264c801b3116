#include "schema/record/ident.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "schema/base/base32.h"

enum {
    CHECK_MODULUS = 36 /* of ISO 7064 MOD 37,36: digits and capitals */
};
static const char CHECK_ALPHABET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

int64_t ident_make(uint32_t device, uint32_t number)
{
    return (int64_t)((uint64_t)device << 32 | number);
}

uint32_t ident_device(int64_t id)
{
    return (uint32_t)((uint64_t)id >> 32);
}

uint32_t ident_number(int64_t id)
{
    return (uint32_t)((uint64_t)id & UINT32_MAX);
}

char *device_code_format(uint32_t device, char *out)
{
    base32_put(device, DEVICE_CODE_CHARS, out);
    return out;
}

bool device_code_parse(const char *text, uint32_t *out)
{
    uint64_t code = 0;
    if (strlen(text) != DEVICE_CODE_CHARS || !base32_get(text, DEVICE_CODE_CHARS, &code))
        return false;
    *out = (uint32_t)code;
    return true;
}

char *ident_format(int64_t id, char *out)
{
    char code[DEVICE_CODE_BYTES];
    (void)snprintf(out, IDENT_BYTES, "%s-%" PRIu32, device_code_format(ident_device(id), code),
                   ident_number(id));
    return out;
}

/* The hybrid system of ISO 7064: the running product starts at the modulus and goes modulo 37. */
static char check_character(const char *text)
{
    int product = CHECK_MODULUS;
    for (; *text; text++) {
        if (*text == '-')
            continue;
        int sum = (product + (int)(strchr(CHECK_ALPHABET, *text) - CHECK_ALPHABET)) % CHECK_MODULUS;
        product = (sum ? sum : CHECK_MODULUS) * 2 % (CHECK_MODULUS + 1);
    }
    return CHECK_ALPHABET[(CHECK_MODULUS + 1 - product) % CHECK_MODULUS];
}

char *ident_format_checked(int64_t id, char *out)
{
    ident_format(id, out);
    size_t len = strlen(out);
    char check = check_character(out);
    (void)snprintf(out + len, IDENT_BYTES - len, "-%c", check);
    return out;
}

/* Reads a number without leading zeros that stands before END or the end of the text. */
static const char *read_number(const char *at, uint32_t *out)
{
    uint64_t number = 0;
    if (*at < '1' || *at > '9')
        return NULL;
    for (; *at >= '0' && *at <= '9'; at++) {
        number = number * 10 + (uint64_t)(*at - '0');
        if (number > IDENT_MAX_NUMBER)
            return NULL;
    }
    *out = (uint32_t)number;
    return at;
}

/* Reads code and number and returns what stands behind them; NULL when they are not there. */
static const char *read_address(const char *text, int64_t *out)
{
    uint64_t device = 0;
    uint32_t number = 0;
    if (!base32_get(text, DEVICE_CODE_CHARS, &device) || text[DEVICE_CODE_CHARS] != '-')
        return NULL;
    const char *rest = read_number(text + DEVICE_CODE_CHARS + 1, &number);
    if (rest)
        *out = ident_make((uint32_t)device, number);
    return rest;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool ident_has_shape(const char *text)
{
    int64_t id = 0;
    const char *rest = read_address(text, &id);
    if (!rest)
        return false;
    return *rest == '\0' || (rest[0] == '-' && rest[1] && strchr(CHECK_ALPHABET, upper(rest[1])) && !rest[2]);
}

enum err ident_parse(const char *text, int64_t *out, struct errctx *e)
{
    int64_t id = 0;
    if (!ident_has_shape(text))
        return err_fail(e, ERR_INVALID, "is not an id (such as 7K4QXM-412-%c)",
                        check_character("7K4QXM-412"));
    const char *rest = read_address(text, &id);
    char exact[IDENT_BYTES];
    if (rest && *rest && upper(rest[1]) != check_character(ident_format(id, exact)))
        return err_fail(e, ERR_INVALID, "was mistyped: its check character does not fit");
    *out = id;
    return ERR_OK;
}

bool ident_parse_exact(const char *text, int64_t *out)
{
    for (int i = 0; i < DEVICE_CODE_CHARS; i++) {
        char c = text[i];
        bool digit = c >= '0' && c <= '9';
        bool letter = c >= 'A' && c <= 'Z' && c != 'I' && c != 'L' && c != 'O' && c != 'U';
        if (!digit && !letter)
            return false;
    }
    int64_t id = 0;
    const char *rest = read_address(text, &id);
    if (!rest || *rest)
        return false;
    *out = id;
    return true;
}
