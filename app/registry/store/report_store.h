/*
 * What the reports ask of the registry besides production (registry_store.h). Records that are void,
 * returned, rejected or merged into another never count. FIRST and LAST are ISO days, both included. Rows
 * come in no order that means anything unless it is said; what they point to is valid during the call. A
 * result other than ERR_OK of EACH ends the walk.
 */
#ifndef ALLUVIA_REGISTRY_REPORT_STORE_H
#define ALLUVIA_REGISTRY_REPORT_STORE_H

#include "app/registry/store/registry_store.h"

/* First sales of one licence to one buyer in one month and currency. */
struct traded {
    int64_t licence;
    const char *district;         /* of the licence, else "" */
    const char *buyer_licence_no; /* as it was written */
    const char *month;            /* "2026-11" */
    const char *currency;
    int64_t sales;
    int64_t stones;
    int64_t diamond_mct;
    int64_t gold_mg;
    int64_t price_minor;
    int64_t valued_mct; /* of sales of diamonds alone that have a price in US dollars */
    int64_t value_usd_cents;
};
MUST_CHECK enum err registry_store_traded(struct registry_store *s, const char *first, const char *last,
                                          enum err (*each)(void *arg, const struct traded *row,
                                                           struct errctx *e),
                                          void *arg, struct errctx *e);

/* A return that covers a day of the period. */
struct returned {
    int64_t licence;
    const char *date_from;
    const char *date_to;
    const char *outcome;
};
MUST_CHECK enum err registry_store_returned(struct registry_store *s, const char *first, const char *last,
                                            enum err (*each)(void *arg, const struct returned *row,
                                                             struct errctx *e),
                                            void *arg, struct errctx *e);
/* The last day before FIRST that a return of a licence covers, as the date_to of a row without outcome. */
MUST_CHECK enum err registry_store_returned_before(struct registry_store *s, const char *first,
                                                   enum err (*each)(void *arg, const struct returned *row,
                                                                    struct errctx *e),
                                                   void *arg, struct errctx *e);

/* What one licence produced, or sold, before the period and in it. */
struct moved {
    int64_t licence;
    int64_t before_mct;
    int64_t within_mct;
    int64_t before_mg;
    int64_t within_mg;
};
MUST_CHECK enum err registry_store_moved_in(struct registry_store *s, const char *first, const char *last,
                                            enum err (*each)(void *arg, const struct moved *row,
                                                             struct errctx *e),
                                            void *arg, struct errctx *e);
MUST_CHECK enum err registry_store_moved_out(struct registry_store *s, const char *first, const char *last,
                                             enum err (*each)(void *arg, const struct moved *row,
                                                              struct errctx *e),
                                             void *arg, struct errctx *e);

/* How many persons have the same district, sex, role and status; records that are marked as duplicates of
 * others apart. */
struct counted {
    const char *district;
    const char *sex;
    const char *role;
    const char *status;
    bool duplicate;
    int64_t people;
};
MUST_CHECK enum err registry_store_people(struct registry_store *s,
                                          enum err (*each)(void *arg, const struct counted *row,
                                                           struct errctx *e),
                                          void *arg, struct errctx *e);

/* A stone or parcel out of a return that ended in the period; also the stone of a return of one stone that
 * was not described further. */
struct found {
    int64_t id;           /* of the stone, or of the return */
    int64_t site;         /* 0 without one */
    const char *district; /* of the site, else of the licence, else "" */
    int64_t stones;
    int64_t diamond_mct;
    const char *sieve; /* "" when it was not given, as the others */
    const char *class;
    const char *colour;
};
MUST_CHECK enum err registry_store_found(struct registry_store *s, const char *first, const char *last,
                                         enum err (*each)(void *arg, const struct found *row,
                                                          struct errctx *e),
                                         void *arg, struct errctx *e);

#endif
