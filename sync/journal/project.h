/*
 * The projection: what one entry does to the records. The journal is the truth; tables are what this makes of
 * it, the same on the laptop and in the registry, now or in a rebuild. Storage is reached through a few
 * functions.
 */
#ifndef ALLUVIA_JOURNAL_PROJECT_H
#define ALLUVIA_JOURNAL_PROJECT_H

#include "schema/record/rows.h"
#include "sync/journal/entry.h"

/* That an entry changed a record, or would have. */
struct touch {
    int64_t entry; /* its address */
    int64_t base;  /* the version that its author saw */
    bool applied;  /* false: it was a conflict and changed nothing */
    bool voids;
    const char *fields; /* names of the fields that it set or emptied, joined by ',' */
};

struct project_store {
    void *arg;
    enum err (*load)(void *arg, enum entity_id of, int64_t id, struct row *out,
                     struct errctx *e); /* ERR_NOT_FOUND */
    enum err (*insert)(void *arg, const struct row *row, struct errctx *e);
    enum err (*update)(void *arg, const struct row *row, struct errctx *e);
    /*
     * What touched a record after it was added, in the order in which it was projected: kept, and told again.
     * Both NULL where nobody else's changes can come in between: on a laptop, whose own entries always name
     * the current version (sync/MODEL.md, changes that meet).
     */
    enum err (*keep_touch)(void *arg, int64_t record, const struct touch *touch, struct errctx *e);
    enum err (*touches)(void *arg, int64_t record,
                        enum err (*each)(void *each_arg, const struct touch *touch, struct errctx *e),
                        void *each_arg, struct errctx *e);
    /* Whether the entry at ADDRESS is of an earlier life of WRITER, which goes on from it: its author wrote
     * it itself. NULL: never. */
    enum err (*of_earlier_life)(void *lives, uint32_t writer, int64_t address, bool *out, struct errctx *e);
    void *lives;
};

enum projected {
    PROJECTED,          /* done */
    PROJECTED_NOTHING,  /* says nothing about records (device, clock, backup, decisions) */
    PROJECTED_ORPHAN,   /* amends or voids a record that is not there (yet) */
    PROJECTED_CONFLICT, /* others changed the record since its author saw it, in a way that does not merge:
                           not applied, a person decides */
};

/* Guarded fields are never merged: licence status and validity, any weight and any price (design: edits that
 * meet). */
bool project_is_guarded(const struct field *field);

/* A store over the rows of a laptop's database (schema/record/rows.h). */
struct project_store project_into_db(struct db *db);

/* ADDRESS is the entry's own. ERR_CONFLICT when an add finds its record there already; otherwise fails only
 * when the store fails. */
MUST_CHECK enum err project_entry(const struct project_store *store, int64_t address,
                                  const struct entry *entry, enum projected *out, struct errctx *e);

/*
 * An entry of another device that the registry has applied and tells of: it goes on top of whatever stands
 * here, since the registry's version stands where two changes meet. An add that is here already is
 * PROJECTED_NOTHING.
 */
MUST_CHECK enum err project_told(const struct project_store *store, int64_t address,
                                 const struct entry *entry, enum projected *out, struct errctx *e);

#endif
