/*
 * Addresses. An entry's address is its device's code and its number in that device's journal: 7K4QXM-412. A
 * record's id is the address of the entry that added it. In memory and in the tables an address is one
 * integer: the code's 30 bits, times 2^32, plus the number; so ids of one device lie together and sort by
 * age.
 *
 * Where people read or write an id it carries a check character, ISO 7064 MOD 37,36 over code and number
 * without the hyphen: 7K4QXM-412-T.
 */
#ifndef ALLUVIA_RECORD_IDENT_H
#define ALLUVIA_RECORD_IDENT_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/base/err.h"

enum {
    DEVICE_CODE_CHARS = 6,
    DEVICE_CODE_BYTES = 7,
    IDENT_BYTES = 24, /* "7K4QXM-4294967295-T" and its zero byte, with room */
};
#define IDENT_MAX_NUMBER UINT32_MAX

int64_t ident_make(uint32_t device, uint32_t number);
uint32_t ident_device(int64_t id);
uint32_t ident_number(int64_t id);

/* "7K4QXM-412"; OUT has IDENT_BYTES; returns OUT. */
char *ident_format(int64_t id, char *out);
/* "7K4QXM-412-T", for people. */
char *ident_format_checked(int64_t id, char *out);
/* Reads either form; small letters and look-alikes are understood in the code. ERR_INVALID, with the rule
 * alone as words: not an id, or the check character does not fit ("was mistyped: its check character does not
 * fit"). */
MUST_CHECK enum err ident_parse(const char *text, int64_t *out, struct errctx *e);
/* Whether TEXT is written like an id, be its check character right or wrong: then it is no other name. */
bool ident_has_shape(const char *text);
/* Reads only the exact form that ident_format writes: what stands in entries. */
bool ident_parse_exact(const char *text, int64_t *out);

/* OUT has DEVICE_CODE_BYTES; returns OUT. */
char *device_code_format(uint32_t device, char *out);
/* Reads six characters as people write them: small letters and look-alikes are understood. */
bool device_code_parse(const char *text, uint32_t *out);

#endif
