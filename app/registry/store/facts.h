/*
 * What the rules over the whole registry count with (schema/registry/0007_create_facts.sql): the work and
 * sales of each licence in order of days, and sums of its half-years. A review writes them of the records
 * that count, inside the transaction of a turn (national_store.h). Days count from 1970-01-01; a half-year is
 * year · 2, and 1 more for its second half.
 */
#ifndef ALLUVIA_REGISTRY_STORE_FACTS_H
#define ALLUVIA_REGISTRY_STORE_FACTS_H

#include "app/registry/store/registry_store.h"

enum worked_outcome {
    WORKED_YIELD,
    WORKED_NIL,
    WORKED_NOT
};

/* A return. */
struct worked {
    int64_t record;
    int64_t licence;
    int64_t site; /* 0: none */
    int32_t first;
    int32_t last;
    enum worked_outcome outcome;
    bool washing;
    int64_t diggers;
    int64_t stones;
    int64_t diamond_mct;
};

/* A first sale. */
struct first_sale {
    int64_t record;
    int64_t licence;
    int32_t day;
    int64_t stones;
    int64_t diamond_mct;
    int64_t valued_mct; /* the same when it has a price in US dollars and no gold */
    int64_t usd_cents;
};

enum {
    TALLY_SIZES = 5 /* app/registry/report/sizes.h */
};

/* Sums of a licence's half-year at one site, 0 without one. */
struct tally {
    int64_t licence;
    int half;
    int64_t site;
    char district[DISTRICT_BYTES];
    int64_t returns;
    int32_t last; /* day; 0 without returns */
    int64_t stones;
    int64_t found_mct;
    int64_t sold_mct;
    int64_t valued_mct;
    int64_t usd_cents;
    int64_t sizes[TALLY_SIZES];
};

/* The half-year of a day; its first and last day; "2026-H1" into OUT of FACTS_HALF_BYTES. */
enum {
    FACTS_HALF_BYTES = 16
};
int facts_half(int32_t day);
int32_t facts_half_first(int half);
int32_t facts_half_last(int half);
const char *facts_half_name(int half, char *out);

/* --- writing */

/* Empties all of it. */
MUST_CHECK enum err facts_clear(struct registry_store *s, struct errctx *e);
/* Of a record that has none yet. */
MUST_CHECK enum err facts_put_worked(struct registry_store *s, const struct worked *w, struct errctx *e);
MUST_CHECK enum err facts_put_sale(struct registry_store *s, const struct first_sale *f, struct errctx *e);
MUST_CHECK enum err facts_put_stone(struct registry_store *s, int64_t yield, int64_t record,
                                    int64_t diamond_mct, struct errctx *e);
/* What was written of a yield, sale or stone goes; *LICENCE and *DAY are where it stood, 0 when nowhere. */
MUST_CHECK enum err facts_forget(struct registry_store *s, enum entity_id of, int64_t record,
                                 int64_t *licence, int32_t *day, struct errctx *e);
/* Where a return stands; *LICENCE 0 when nowhere. */
MUST_CHECK enum err facts_find_return(struct registry_store *s, int64_t record, int64_t *licence,
                                      int32_t *day, struct errctx *e);
/* ROWS replace what stands for their licence and half-year. */
MUST_CHECK enum err facts_put_tallies(struct registry_store *s, int64_t licence, int half,
                                      const struct tally *rows, size_t count, struct errctx *e);

/* --- reading */

typedef enum err facts_each_worked(void *arg, const struct worked *w, struct errctx *e);
typedef enum err facts_each_sale(void *arg, const struct first_sale *f, struct errctx *e);
typedef enum err facts_each_tally(void *arg, const struct tally *t, struct errctx *e);

/* Of a licence, by the day on which they end, from FIRST to LAST. */
MUST_CHECK enum err facts_worked(struct registry_store *s, int64_t licence, int32_t first, int32_t last,
                                 facts_each_worked *each, void *arg, struct errctx *e);
MUST_CHECK enum err facts_sales(struct registry_store *s, int64_t licence, int32_t first, int32_t last,
                                facts_each_sale *each, void *arg, struct errctx *e);
/* The single stones of those returns. */
MUST_CHECK enum err facts_stones(struct registry_store *s, int64_t licence, int32_t first, int32_t last,
                                 enum err (*each)(void *arg, int64_t yield, int64_t diamond_mct,
                                                  struct errctx *e),
                                 void *arg, struct errctx *e);
/* All of a licence, by half-year and site. */
MUST_CHECK enum err facts_tallies(struct registry_store *s, int64_t licence, facts_each_tally *each,
                                  void *arg, struct errctx *e);
/* Those of a district's half-year, one a licence with its sites together. */
MUST_CHECK enum err facts_district(struct registry_store *s, const char *district, int half,
                                   facts_each_tally *each, void *arg, struct errctx *e);
/* The same for the whole country, by how much they found, the most first; at most MOST. */
MUST_CHECK enum err facts_country(struct registry_store *s, int half, int64_t most, facts_each_tally *each,
                                  void *arg, struct errctx *e);
/* Sums of the whole country from half-year FIRST to LAST; of a site over all of them. */
MUST_CHECK enum err facts_country_sums(struct registry_store *s, int first, int last, struct tally *out,
                                       struct errctx *e);
MUST_CHECK enum err facts_site_sums(struct registry_store *s, int64_t site, struct tally *out,
                                    struct errctx *e);
/* The largest sales of a district's licences in a half-year, the dearest first. */
MUST_CHECK enum err facts_dear_sales(struct registry_store *s, const char *district, int half, int64_t most,
                                     facts_each_sale *each, void *arg, struct errctx *e);

/* --- places whose sums moved, to be looked at when a run has caught up */

enum due_kind {
    DUE_SITE,
    DUE_DISTRICT,
    DUE_COUNTRY
};
struct due {
    enum due_kind kind;
    int64_t id; /* of the site, or the half-year */
    char name[DISTRICT_BYTES];
};
MUST_CHECK enum err facts_put_due(struct registry_store *s, const struct due *due, struct errctx *e);
MUST_CHECK enum err facts_due(struct registry_store *s,
                              enum err (*each)(void *arg, const struct due *due, struct errctx *e), void *arg,
                              struct errctx *e);
MUST_CHECK enum err facts_clear_due(struct registry_store *s, struct errctx *e);

#endif
