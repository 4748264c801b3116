/*
 * What the rules over the whole registry ask of the store, and where their findings go (app/registry/review).
 * A turn is one transaction: it takes in some batches that came since the last one, and all that the rules
 * find about them, or nothing. What they count with stands in facts.h.
 */
#ifndef ALLUVIA_REGISTRY_STORE_NATIONAL_H
#define ALLUVIA_REGISTRY_STORE_NATIONAL_H

#include "app/registry/store/registry_store.h"

MUST_CHECK enum err national_begin(struct registry_store *s, struct errctx *e);
/* RESULT ERR_OK marks what stayed in doubt as gone at NOW and commits. Gives RESULT. */
MUST_CHECK enum err national_end(struct registry_store *s, enum err result, int64_t now, struct errctx *e);

/* --- what is new */

/* One batch that came after the last turn. */
struct national_batch {
    int64_t id;
    int64_t first; /* addresses of its entries */
    int64_t last;
    int64_t received_at;
    bool known; /* a run that began anew: things may have been found about its records before */
};
/* The batches behind the last turn, whole ones until they have MOST entries together; *MORE when others are
 * left. The next turn goes on behind them. */
MUST_CHECK enum err national_news(struct registry_store *s, int64_t most,
                                  enum err (*each)(void *arg, const struct national_batch *batch,
                                                   struct errctx *e),
                                  void *arg, bool *more, struct errctx *e);
/* Whether there is any. */
MUST_CHECK enum err national_has_news(struct registry_store *s, bool *out, struct errctx *e);
/* The records that a batch added and that count, as they stand now. */
MUST_CHECK enum err national_added(struct registry_store *s, const struct national_batch *batch,
                                   enum entity_id of,
                                   enum err (*each)(void *arg, const struct row *row, struct errctx *e),
                                   void *arg, struct errctx *e);
/* The records that its other entries are about, as they come; one may come often. */
MUST_CHECK enum err national_changed(struct registry_store *s, const struct national_batch *batch,
                                     enum err (*each)(void *arg, enum entity_id of, int64_t id,
                                                      struct errctx *e),
                                     void *arg, struct errctx *e);
/* The batch that brought the entry at ADDRESS, and when; 0 when it has not arrived. */
MUST_CHECK enum err national_batch_of(struct registry_store *s, int64_t address, int64_t *out_id,
                                      int64_t *out_received_at, struct errctx *e);
/* Forgets how far the rules have gone, and what they count with: the next turn begins with the first batch.
 */
MUST_CHECK enum err national_restart(struct registry_store *s, struct errctx *e);
/* The day on which what time alone breaks was asked last; 0: never. */
MUST_CHECK enum err national_day(struct registry_store *s, int64_t *out, struct errctx *e);
MUST_CHECK enum err national_set_day(struct registry_store *s, int64_t day, struct errctx *e);

/* --- finding records that are alike */

/* Adds to the keys of a record that has none yet. */
MUST_CHECK enum err national_add_keys(struct registry_store *s, int64_t record, char *const *keys,
                                      size_t count, struct errctx *e);
MUST_CHECK enum err national_forget_keys(struct registry_store *s, int64_t record, struct errctx *e);
/* The newest records with KEY, up to MOST; those that do not count are left out. */
MUST_CHECK enum err national_alike(struct registry_store *s, const char *key, int64_t most,
                                   enum err (*each)(void *arg, int64_t record, struct errctx *e), void *arg,
                                   struct errctx *e);
/* Whether a record counts: it is not void, returned, rejected or merged. */
MUST_CHECK enum err national_counts(struct registry_store *s, const struct row *row, bool *out,
                                    struct errctx *e);

/* --- findings */

/* Doubts what nobody has answered: what is not found again until the end of the turn is marked as gone.
 * Among the findings of one record or that rest on it alone, … */
MUST_CHECK enum err national_doubt(struct registry_store *s, int64_t record, struct errctx *e);
/* … of a scope between two days, … */
MUST_CHECK enum err national_doubt_scope(struct registry_store *s, int64_t scope, int32_t first, int32_t last,
                                         struct errctx *e);
/* … of a rule about a pair of records, … */
MUST_CHECK enum err national_doubt_pair(struct registry_store *s, const char *rule, int64_t subject,
                                        int64_t other, struct errctx *e);
/* … of a rule, and of a rule in a scope. */
MUST_CHECK enum err national_doubt_rule(struct registry_store *s, const char *rule, struct errctx *e);
MUST_CHECK enum err national_doubt_rule_of(struct registry_store *s, const char *rule, int64_t scope,
                                           struct errctx *e);

/* … of a rule in the scope of a record that had not come, its address below 0, and has now: EACH is called
 * with the records that they are about. */
MUST_CHECK enum err national_doubt_arrived(struct registry_store *s, const char *rule,
                                           enum err (*each)(void *arg, int64_t record, struct errctx *e),
                                           void *arg, struct errctx *e);

struct national_finding {
    const struct row *subject;
    const char *rule;
    enum level level;
    const char *field; /* NULL for the whole record */
    /* What tells it from other findings of the rule about the record: it is known again by that, and may be
     * told in other words. */
    const char *about;
    int64_t scope; /* 0: the record alone */
    int32_t day;
    const char *rests_on; /* ids of the other records joined by ','; "" without any */
    const char *text;
    int64_t now;
    bool again; /* a run that began anew: what was gone in it and is found later was there all the time */
};
/* Unless it was found before, answered or not: *ADDED. One that was gone is open again. */
MUST_CHECK enum err national_add(struct registry_store *s, const struct national_finding *finding,
                                 bool *added, struct errctx *e);

/* --- what time breaks */

/* A granted licence that is valid on TODAY: whether a site of it is washing, the last day of a return that
 * counts, or the first day of its validity, and what it found and sold in all. */
struct national_standing {
    int64_t licence;
    bool washing;
    const char *kind;
    int32_t last;
    const char *valid_from;
    int64_t found_mct;
    int64_t sold_mct;
};
/* LICENCE 0: all, by id. */
MUST_CHECK enum err national_standings(struct registry_store *s, int64_t licence, int32_t today,
                                       enum err (*each)(void *arg, const struct national_standing *row,
                                                        struct errctx *e),
                                       void *arg, struct errctx *e);
/* Active persons whom no entry has touched since BEFORE (UTC seconds), up to MOST of those about whom RULE
 * was not found yet. */
MUST_CHECK enum err national_unconfirmed(struct registry_store *s, const char *rule, int64_t before,
                                         int64_t most,
                                         enum err (*each)(void *arg, int64_t digger, struct errctx *e),
                                         void *arg, struct errctx *e);

#endif
