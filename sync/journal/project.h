/*
 * The projection: what one entry does to the records. The journal is the truth; tables are what this makes of
 * it, the same on the laptop and in the registry, now or in a rebuild. Storage is reached through three
 * functions.
 */
#ifndef ALLUVIA_JOURNAL_PROJECT_H
#define ALLUVIA_JOURNAL_PROJECT_H

#include "schema/record/rows.h"
#include "sync/journal/entry.h"

struct project_store {
    void *arg;
    enum err (*load)(void *arg, enum entity_id of, int64_t id, struct row *out,
                     struct errctx *e); /* ERR_NOT_FOUND */
    enum err (*insert)(void *arg, const struct row *row, struct errctx *e);
    enum err (*update)(void *arg, const struct row *row, struct errctx *e);
};

enum projected {
    PROJECTED,          /* done */
    PROJECTED_NOTHING,  /* says nothing about records (device, clock, backup, decisions) */
    PROJECTED_ORPHAN,   /* amends or voids a record that is not there (yet) */
    PROJECTED_CONFLICT, /* the record moved on since BASE: not applied, a person decides */
};

/* Guarded fields are never merged: licence status and validity, any weight and any price (design: edits that
 * meet). */
bool project_is_guarded(const struct field *field);

/* A store over the rows of a SQLite database (schema/record/rows.h). */
struct project_store project_into_db(struct db *db);

/* ADDRESS is the entry's own. ERR_CONFLICT when an add finds its record there already; otherwise fails only
 * when the store fails. */
MUST_CHECK enum err project_entry(const struct project_store *store, int64_t address,
                                  const struct entry *entry, enum projected *out, struct errctx *e);

#endif
