/* Files that were imported, known by their bytes whatever they are called. */
#ifndef ALLUVIA_FIELD_STORE_IMPORTED_H
#define ALLUVIA_FIELD_STORE_IMPORTED_H

#include <stdio.h>

#include "app/field/store/store.h"

/* Hashes FROM from its beginning, and goes back there. ERR_IO. */
MUST_CHECK enum err imported_hash(FILE *from, struct chain *out, struct errctx *e);
/* When, and how many of its rows were saved; *OUT_AT 0: never. */
MUST_CHECK enum err imported_find(struct store *s, const struct chain *hash, enum entity_id of,
                                  int64_t *out_at, int64_t *out_rows, struct errctx *e);
MUST_CHECK enum err imported_note(struct store *s, const struct chain *hash, enum entity_id of, int64_t rows,
                                  int64_t at, struct errctx *e);

#endif
