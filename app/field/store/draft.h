/* Drafts: what was typed on a screen and not yet saved. Each has a place ("form:1") and a text that only the
 * screen understands, and is the person's who was signed in: nobody else meets it. */
#ifndef ALLUVIA_FIELD_DRAFT_H
#define ALLUVIA_FIELD_DRAFT_H

#include "app/field/store/store.h"

/* Keeps TEXT at PLACE, in place of what was there; NULL throws it away. On disk when it returns ERR_OK. */
MUST_CHECK enum err draft_keep(struct store *s, const char *place, const char *text, int64_t now,
                               struct errctx *e);
/* The draft at PLACE, which the caller frees; NULL when there is none. */
MUST_CHECK enum err draft_find(struct store *s, const char *place, char **out, struct errctx *e);
/* Calls EACH for every draft whose place begins with PREFIX, in the order of places. */
MUST_CHECK enum err draft_each(struct store *s, const char *prefix,
                               enum err (*each)(void *arg, const char *place, const char *text,
                                                struct errctx *e),
                               void *arg, struct errctx *e);

#endif
