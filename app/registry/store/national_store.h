/*
 * What the rules over the whole registry ask of the store, and where their findings go (app/registry/review).
 * A turn is one transaction: it takes in some batches that came since the last one, and all that the rules
 * find about them, or nothing.
 */
#ifndef ALLUVIA_REGISTRY_STORE_NATIONAL_H
#define ALLUVIA_REGISTRY_STORE_NATIONAL_H

#include "app/registry/store/registry_store.h"

MUST_CHECK enum err national_begin(struct registry_store *s, struct errctx *e);
/* RESULT ERR_OK removes the findings in doubt and commits. Gives RESULT. */
MUST_CHECK enum err national_end(struct registry_store *s, enum err result, struct errctx *e);

/* The records that entries after the last turn are about, as they come; one may come often. Whole batches
 * until they have MOST entries together; *MORE when others are left. The next turn goes on behind them. */
MUST_CHECK enum err national_news(struct registry_store *s, int64_t most,
                                  enum err (*each)(void *arg, enum entity_id of, int64_t id,
                                                   struct errctx *e),
                                  void *arg, bool *more, struct errctx *e);
/* Forgets how far the rules have gone: the next turn begins with the first batch. */
MUST_CHECK enum err national_restart(struct registry_store *s, struct errctx *e);

/* --- finding records that are alike */

/* KEYS replace those of a record. */
MUST_CHECK enum err national_set_keys(struct registry_store *s, int64_t record, char *const *keys,
                                      size_t count, struct errctx *e);
/* The newest records with KEY, up to MOST; those that do not count are left out. */
MUST_CHECK enum err national_alike(struct registry_store *s, const char *key, int64_t most,
                                   enum err (*each)(void *arg, int64_t record, struct errctx *e), void *arg,
                                   struct errctx *e);
/* Whether a record counts: it is not void, returned, rejected or merged. */
MUST_CHECK enum err national_counts(struct registry_store *s, const struct row *row, bool *out,
                                    struct errctx *e);

/* --- findings */

/* Doubts what nobody has answered among the findings that rest on a record: what is not found again until the
 * end of the turn goes. */
MUST_CHECK enum err national_clear(struct registry_store *s, int64_t record, struct errctx *e);
/* The same for all returns of a licence, and for all findings of a rule. */
MUST_CHECK enum err national_clear_returns(struct registry_store *s, int64_t licence, struct errctx *e);
MUST_CHECK enum err national_clear_rule(struct registry_store *s, const char *rule, struct errctx *e);
struct national_finding {
    const struct row *subject;
    const char *rule;
    enum level level;
    const char *field;    /* NULL for the whole record */
    const char *rests_on; /* ids of the other records joined by ','; "" without any */
    const char *text;
};
/* Unless the very same was found before, answered or not: *ADDED. */
MUST_CHECK enum err national_add(struct registry_store *s, const struct national_finding *finding,
                                 bool *added, struct errctx *e);

/* --- a licence */

struct national_return {
    int64_t id;
    int64_t site; /* 0: none */
    int32_t first;
    int32_t last;
    int64_t stones;
    int64_t diamond_mct;
};
/* Those of its returns that count, by day. */
MUST_CHECK enum err national_returns(struct registry_store *s, int64_t licence,
                                     enum err (*each)(void *arg, const struct national_return *row,
                                                      struct errctx *e),
                                     void *arg, struct errctx *e);
/* Diamonds sold in sales that count. */
MUST_CHECK enum err national_sold(struct registry_store *s, int64_t licence, int64_t *out_mct,
                                  struct errctx *e);
/* Granted licences that were valid on TODAY, with sites that are being washed or not, and the last day of a
 * return that counts, or the first day of their validity. */
struct national_standing {
    int64_t licence;
    bool washing;
    const char *kind;
    const char *last_day;
};
MUST_CHECK enum err national_standings(struct registry_store *s, const char *today,
                                       enum err (*each)(void *arg, const struct national_standing *row,
                                                        struct errctx *e),
                                       void *arg, struct errctx *e);

#endif
