/* A laptop in a temporary folder: its database, an author, and records made in one call. */
#ifndef ALLUVIA_TESTS_LAPTOP_H
#define ALLUVIA_TESTS_LAPTOP_H

#include "app/field/store/store.h"

struct laptop {
    char folder[64];
    char path[96];
    struct store *store;
    struct author by;
    struct findings findings; /* of the last laptop_add */
};

/* Makes a laptop of the profile SL and opens it for writing. Ends the test when that fails. */
void laptop_open(struct laptop *l);
/* Closes and opens again. */
void laptop_reopen(struct laptop *l);
/* Closes it and removes the folder with all that is in it. */
void laptop_close(struct laptop *l);

/* Fills R from pairs of flag and human value, NULL at the end. */
MUST_CHECK enum err laptop_fill(struct laptop *l, struct record *r, enum entity_id of,
                                const char *const *values, struct errctx *e);
/* Adds a record; laptop_add ends the test when it is refused. */
MUST_CHECK enum err laptop_try(struct laptop *l, enum entity_id of, const char *const *values,
                               int64_t *out_id, struct errctx *e);
int64_t laptop_add(struct laptop *l, enum entity_id of, const char *const *values);

/* Usual records: a digger by name, a licence of that digger by number, a return of DIGGERS people. */
int64_t laptop_digger(struct laptop *l, const char *name);
int64_t laptop_licence(struct laptop *l, const char *licence_no, int64_t holder);
int64_t laptop_yield(struct laptop *l, const char *licence_no, const char *date, const char *stones,
                     const char *carats);
/* Changes one field of a record by its flag; BASE is the version that was edited, 0 the current one. */
MUST_CHECK enum err laptop_amend(struct laptop *l, enum entity_id of, int64_t id, int64_t base,
                                 const char *flag, const char *value, struct errctx *e);
/* Ends the test unless the text of FIELD is EXPECTED, "" for none. */
void laptop_text_is(struct laptop *l, enum entity_id of, int64_t id, const char *field, const char *expected);
/* What the registry tells of another's entry, in a transaction of its own. */
MUST_CHECK enum err laptop_tell(struct laptop *l, int64_t address, const char *line, struct errctx *e);
/* Entries in the journal. */
int64_t laptop_entries(struct laptop *l);

#endif
