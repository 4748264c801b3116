/*
 * Production of a period in carats and US dollars (Kimberley Process Certification Scheme, Annex III: by
 * half-year, carats and value), by district, cooperative, licence or month.
 *
 * Which returns count: those that are neither void, returned nor rejected and whose last day lies in the
 * period. Value: of a licence's production, as much as it sold in the period (sales not void, with a weight
 * of diamonds, no gold and a price in US dollars) is valued at the average price of those sales; the rest at
 * the country's price table on the last day of the period (the district's price before the country's). What
 * has no price at all is stated as `unvalued_mct` and is in no price per carat. A licence's value is shared
 * out over its districts and months by weight, so that every breakdown adds up to the same total.
 */
#ifndef ALLUVIA_REGISTRY_PRODUCTION_H
#define ALLUVIA_REGISTRY_PRODUCTION_H

#include "app/common/report.h"
#include "app/registry/store/registry_store.h"

enum production_by {
    PRODUCTION_BY_DISTRICT,
    PRODUCTION_BY_COOPERATIVE,
    PRODUCTION_BY_LICENCE,
    PRODUCTION_BY_MONTH
};

/* PERIOD as date_parse_period reads it: ERR_INVALID otherwise. OUT is initialised by this; report_done. Asks
 * several questions: within a snapshot of the store when something may be written meanwhile. */
MUST_CHECK enum err production_report(struct registry_store *s, const char *period, enum production_by by,
                                      struct report *out, struct errctx *e);

#endif
