/*
 * What people decided, as tables: the projection of the registry's own journal and of the changes that came
 * between its entries. Nobody outside the store includes this.
 */
#ifndef ALLUVIA_REGISTRY_STORE_DECISIONS_H
#define ALLUVIA_REGISTRY_STORE_DECISIONS_H

#include "app/registry/store/inside.h"

/* The words of findings that are not of a rule. */
#define RULE_REVIEW   "review" /* says why a record was returned or rejected */
#define RULE_CONFLICT "conflict"

/* What ENTRY, any but an addition, does besides changing records. OWN is the registry's number. */
MUST_CHECK enum err decisions_note(struct db *db, uint32_t own, int64_t address, const struct entry *entry,
                                   enum projected what, struct errctx *e);
/* Empties their tables, for a rebuild. */
MUST_CHECK enum err decisions_clear(struct db *db, struct errctx *e);

#endif
