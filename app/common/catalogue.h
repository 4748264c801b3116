/*
 * A message catalogue as gettext's msgfmt compiles it (GNU gettext manual, "The Format of GNU MO Files"),
 * little-endian, revision 0, read where it lies. What it hands out lives as long as its bytes.
 */
#ifndef ALLUVIA_COMMON_CATALOGUE_H
#define ALLUVIA_COMMON_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/err.h"
#include "schema/codes/codes.h"

enum plural {
    PLURAL_NOT_ONE,   /* 0 takes the plural: English, Portuguese */
    PLURAL_ABOVE_ONE, /* 0 takes the singular: French */
};

struct catalogue {
    const unsigned char *bytes;
    size_t size;
    uint32_t count;
    uint32_t originals;    /* where the table of English texts lies */
    uint32_t translations; /* … and that of the others */
    enum plural plural;
    enum lang lang; /* of its words, and */
    char mark;      /* how the language writes decimals … */
    bool day_first; /* … and days */
};

/* ERR_INVALID: it is none, or points outside of itself. */
MUST_CHECK enum err catalogue_open(struct catalogue *out, const unsigned char *bytes, size_t size,
                                   enum plural plural, struct errctx *e);
/* NULL: it does not hold TEXT, or holds no translation. "" is never found: it is the catalogue's header. */
const char *catalogue_text(const struct catalogue *c, const char *text);
/* The form for NUMBER of the text whose singular is ONE; NULL as above. */
const char *catalogue_count(const struct catalogue *c, const char *one, unsigned long number);

/* Walking it: the English text AT < count, its plural (NULL without one) and the translations. */
const char *catalogue_original(const struct catalogue *c, uint32_t at, const char **out_many);
const char *catalogue_translation(const struct catalogue *c, uint32_t at, bool many);

#endif
