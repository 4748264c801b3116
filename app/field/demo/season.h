/* What the files of the training season share. */
#ifndef ALLUVIA_DEMO_SEASON_H
#define ALLUVIA_DEMO_SEASON_H

#include "app/field/demo/chance.h"
#include "app/field/demo/culture.h"
#include "app/field/demo/demo.h"

enum {
    NAME_BYTES = 128,
    NUMBER_BYTES = 48,
    OFFICERS = 3
};

/* One team: a licence, its crew and its ground. */
struct gang {
    int64_t licence;
    int64_t sites[2];
    int site_count;
    char licence_no[NUMBER_BYTES];
    char leader[NAME_BYTES];
    int crew;
    int women;
    bool gold;           /* the gravel carries some */
    int64_t mean_mct;    /* of a stone here */
    int64_t day_milli;   /* stones of a washing day, in thousandths */
    int32_t cycle_start; /* day on which its stripping began */
    int32_t strip_days;
    int32_t pull_days;
    int32_t wash_days;
    int64_t stock_mct; /* found and not sold */
    int64_t stock_stones;
    int64_t stock_mg;
    int32_t sold_on;
};

struct season {
    struct store *store;
    const struct demo_plan *plan;
    const struct culture *culture;
    struct chance chance;
    struct author by;
    int64_t step_s; /* between two entries of a day */
    char logins[OFFICERS][16];
    int32_t day;
    int32_t first_day;
    const char *district;
    const char *licence_kind;
    struct gang *gangs;
    int gang_count;
    int64_t *coops;
    int coop_count;
    int people;    /* so far: numbers their cards */
    int slips;     /* so far */
    int seals;     /* so far */
    int64_t price; /* usual, US cents a carat */
};

/* Saves R as the present author; what the rules ask is answered as an officer would. */
MUST_CHECK enum err season_add(struct season *d, const struct record *r, int64_t *out_id, struct errctx *e);
/* Amends one record. */
MUST_CHECK enum err season_amend(struct season *d, enum entity_id of, int64_t id, const struct record *change,
                                 struct errctx *e);

/* One word of a ','-joined list, into OUT. */
void season_pick(struct season *d, const char *list, char *out, size_t size);
void season_set_day(struct record *r, const char *field, int32_t day);
void season_person_name(struct season *d, bool woman, char *out, size_t size);

/* Officers, cooperatives, licences, sites, people and crews, on the first day. */
MUST_CHECK enum err season_register(struct season *d, struct errctx *e);
/* One team's day: return, stones, sale, and now and then a mistake. */
MUST_CHECK enum err season_work(struct season *d, struct gang *g, struct errctx *e);
/* What happens beside the returns: inspections, people who come and go, a licence suspended. */
MUST_CHECK enum err season_visit(struct season *d, struct errctx *e);

#endif
