/*
 * Sums for the reports: every question of several records at once that the laptop asks of its tables. Void
 * records never count, nor do those that are withheld from who is signed in (the views seen_…). A return that
 * covers several days stands under its first day.
 */
#ifndef ALLUVIA_FIELD_FIGURES_H
#define ALLUVIA_FIELD_FIGURES_H

#include "app/field/store/store.h"

enum figures_of {
    FIGURES_COVERING,   /* each return that covers any of the days, by licence number, site and day */
    FIGURES_BY_DAY,     /* sums of the returns of each day */
    FIGURES_BY_LICENCE, /* sums of the returns of each licence */
    FIGURES_BALANCE,    /* produced and sold by each licence up to the last day; the first does not matter */
    FIGURES_COUNT,
};

/* One line; texts are NULL and numbers 0 where the question does not give them. Valid during the call. */
struct figures {
    int64_t licence; /* id */
    const char *licence_no;
    const char *site;
    const char *date_from;
    const char *date_to;
    const char *outcome;
    const char *activity;
    int64_t returns;
    int64_t nil;
    int64_t not_worked;
    int64_t diggers; /* sums: of each return */
    int64_t stones;
    int64_t diamond_mct;
    int64_t gold_mg;
    int64_t sold_mct;
    int64_t sold_mg;
};

/* FIRST and LAST are days, both included. */
MUST_CHECK enum err figures_each(struct store *s, enum figures_of what, int32_t first, int32_t last,
                                 enum err (*each)(void *arg, const struct figures *line, struct errctx *e),
                                 void *arg, struct errctx *e);

#endif
