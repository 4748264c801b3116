/*
 * Rules over the whole registry: what no laptop can see alone. They are described in
 * schema/record/rules_national.c; here is what each asks. A run asks them about what came since the last run
 * and goes on in turns, each a transaction: so an entry costs the same however many there are. What they find
 * are questions for a person, never verdicts; what somebody answered is not asked again, and a finding whose
 * cause is gone is marked so.
 */
#ifndef ALLUVIA_REGISTRY_NATIONAL_H
#define ALLUVIA_REGISTRY_NATIONAL_H

#include "app/registry/store/facts.h"
#include "app/registry/store/national_store.h"
#include "schema/base/words.h"
#include "schema/record/rules_national.h"

struct national_seen;

struct national_run {
    struct registry_store *store;
    struct codes *codes;
    int64_t now;
    int32_t today;
    bool again;
    int64_t records; /* looked at */
    int64_t found;   /* new findings */
    int64_t most;    /* entries of a turn */
    bool more;       /* batches are left */
    /* A rule that could not be asked, and why: "" when all could. */
    char silent[256];
    struct national_seen *seen; /* records that were read in this turn */
};

struct national_options {
    bool again;    /* over everything, not over what is new alone */
    int64_t now;   /* UTC seconds */
    int32_t today; /* what time breaks is judged as of this day; 0: of now */
    int64_t most;  /* entries of a turn; 0: as many as some seconds take */
    int64_t turns; /* at most; 0: until all is done */
    void (*told)(void *arg, const struct national_run *run); /* after each turn; may be NULL */
    void *arg;
};

/* Runs. Cut off after any turn, the next run goes on. */
MUST_CHECK enum err national_review(struct registry_store *s, const struct national_options *options,
                                    struct national_run *out, struct errctx *e);

/* --- what the rules are made of */

struct national_question {
    enum national_rule_id rule;
    const char *field; /* NULL: that of the rule */
    const struct row *subject;
    const char
        *about;    /* what tells it from others of the rule about the subject; "" when there is one only */
    int64_t scope; /* 0: the subject alone */
    int32_t day;
    const char *rests_on; /* "" for none */
    const char *text;
};
MUST_CHECK enum err national_ask(struct national_run *run, const struct national_question *q,
                                 struct errctx *e);
/* The same for a rule of schema/record/rules_table.c that is asked again here. */
MUST_CHECK enum err national_ask_flag(struct national_run *run, const struct row *subject,
                                      const struct finding *finding, const char *rests_on, struct errctx *e);

/* A record as it stands, borrowed until the turn ends: NULL when it has not arrived. */
MUST_CHECK enum err national_see(struct national_run *run, enum entity_id of, int64_t id,
                                 const struct row **out, struct errctx *e);
/* The same when it counts: NULL too when it is void, returned, rejected or merged. */
MUST_CHECK enum err national_see_counted(struct national_run *run, enum entity_id of, int64_t id,
                                         const struct row **out, struct errctx *e);
void national_forget_seen(struct national_run *run);

int64_t national_limit(const struct national_run *run, const char *key);
/* Stable, below 0, and never an id: the scope of a place that is no record. */
int64_t national_scope(const char *kind, const char *name);
/* What a finding says is one whole format in N_(), where its rule fills it: from there the catalogues take it
 * (app/po/extract), since another language puts the words elsewhere. Figures go into it as text; numbers and
 * names that people wrote stand in quotes, which nobody touches. "12.345" for 12345 mct: */
struct national_figure {
    char text[32];
};
struct national_figure national_carats(int64_t mct);
struct national_figure national_decimal(int64_t number, int scale, int min_decimals);
/* Appends an id, with a comma before it unless it is the first. */
void national_put_id(struct buf *out, int64_t id);

/* The heaviest records of those that were kept, the heaviest first: what a finding names. {0} is empty. */
enum {
    NATIONAL_MOST_NAMED = 10
};
struct national_heaviest {
    struct {
        int64_t record;
        int64_t weight;
    } rows[NATIONAL_MOST_NAMED];
    size_t count;
};
void national_keep_heaviest(struct national_heaviest *all, int64_t record, int64_t weight);
void national_put_heaviest(struct buf *out, const struct national_heaviest *all);

/* --- a licence's half-year, as the rules see it */

struct national_window {
    int64_t licence;
    const struct row *row; /* the licence; NULL when it has not arrived or does not count */
    char district[DISTRICT_BYTES];
    int half;
    int32_t first; /* its days */
    int32_t last;
    /* Its returns by first day, and those a while before and after, which a rule that compares neighbours
     * needs: WITHIN says which belong to it. */
    struct worked *returns;
    size_t return_count;
    struct first_sale *sales; /* its own, by day */
    size_t sale_count;
    int64_t found_mct; /* in all half-years */
    int64_t sold_mct;
};
bool national_within(const struct national_window *w, const struct worked *r);

/* --- the rules, by when they are asked */

/* persons.c, numbers.c, places.c, crew.c: the keys by which a record is found, appended to KEYS, *COUNT of at
 * most NATIONAL_KEYS, owned; and the question about a record that is new or changed. */
enum {
    NATIONAL_KEYS = 40
};
void national_put_key(const char *kind, const char *first, const char *second, char **keys, size_t *count);
void national_person_keys(const struct record *digger, char **keys, size_t *count);
void national_number_keys(const struct record *r, char **keys, size_t *count);
MUST_CHECK enum err national_same_person(struct national_run *run, const struct row *row, struct errctx *e);
MUST_CHECK enum err national_same_number(struct national_run *run, const struct row *row, struct errctx *e);
MUST_CHECK enum err national_same_seal(struct national_run *run, const struct row *row, struct errctx *e);
MUST_CHECK enum err national_same_slip(struct national_run *run, const struct row *row, struct errctx *e);
MUST_CHECK enum err national_card(struct national_run *run, const struct row *row, struct errctx *e);
/* references.c: what a record names is not there; and, when a run has caught up, what came meanwhile. */
MUST_CHECK enum err national_references(struct national_run *run, const struct row *row, struct errctx *e);
MUST_CHECK enum err national_references_again(struct national_run *run, struct errctx *e);
/* own.c: what a return or a sale breaks by itself in the world that the registry knows. RECEIVED_AT: when
 * this version of it came. */
MUST_CHECK enum err national_own(struct national_run *run, const struct row *row, int64_t received_at,
                                 struct errctx *e);

/* returns.c, balance.c */
typedef enum err national_weigh(struct national_run *run, const struct national_window *w, struct errctx *e);
national_weigh national_balance, national_stock, national_overlap, national_identical, national_mean,
    national_few_nil, national_only_nil, national_digits;
/* window.c: writes the sums of a licence's half-year and asks its rules. */
MUST_CHECK enum err national_weigh_half(struct national_run *run, int64_t licence, int half,
                                        struct errctx *e);

/* district.c, rivers.c, exports.c: when a run has caught up. */
MUST_CHECK enum err national_district(struct national_run *run, const char *district, int half,
                                      struct errctx *e);
MUST_CHECK enum err national_site(struct national_run *run, int64_t site, struct errctx *e);
MUST_CHECK enum err national_country(struct national_run *run, int half, struct errctx *e);

/* days.c: what time alone breaks; LICENCE 0: all that is, once a day. */
MUST_CHECK enum err national_days(struct national_run *run, int64_t licence, struct errctx *e);
MUST_CHECK enum err national_unconfirmed_person(struct national_run *run, const struct row *row,
                                                struct errctx *e);
MUST_CHECK enum err national_unconfirmed_persons(struct national_run *run, struct errctx *e);

#endif
