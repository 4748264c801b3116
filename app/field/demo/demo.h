/*
 * A training season: one district's people, licences, sites and daily returns, invented from a seed with the
 * figures of real artisanal fields (teams of about 15, months of stripping and of washing, many nil days,
 * stones of a tenth to a third of a carat, prices within the country's band) and with the mistakes that an
 * officer corrects. The same plan gives the same entries, apart from the device's own key and code.
 *
 * The season ends at NOW and is written as if it had been entered day by day.
 */
#ifndef ALLUVIA_FIELD_DEMO_H
#define ALLUVIA_FIELD_DEMO_H

#include "app/field/store/store.h"

struct demo_plan {
    uint64_t seed;
    int diggers; /* people, 1 or more */
    int days;    /* of the season, 1 or more */
    int64_t now; /* UTC seconds */
};

/* The instant of the first entry: what store_create's author should show, so that the clock never runs
 * backwards in the journal. */
int64_t demo_begins(const struct demo_plan *plan);

/* Fills a new training database. DONE and ALL are days. */
MUST_CHECK enum err demo_season(struct store *s, const struct demo_plan *plan,
                                void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                                struct errctx *e);

#endif
