/* What a day sheet is filled from: the teams that should report on a day, each with its return of that day
 * and its latest one before. */
#ifndef ALLUVIA_FIELD_TEAMS_H
#define ALLUVIA_FIELD_TEAMS_H

#include "app/field/store/store.h"

/* A licence under which people may dig on the day, or that has a return for it. Valid during the call. */
struct team_line {
    const struct row *licence;
    const char *holder;     /* what people call the holder; "" unknown */
    const struct row *made; /* a return that covers the day; NULL: none yet */
    const struct row *last; /* the latest return that began before the day; NULL: none */
};

struct team_scope {
    int64_t cooperative; /* its licences alone; 0: any */
    int64_t site;        /* the licence of this site alone; 0: any */
};

/* A licence with several returns for the day (several sites) gives a line for each. */
MUST_CHECK enum err teams_each(struct store *s, int32_t day, const struct team_scope *scope,
                               enum err (*each)(void *arg, const struct team_line *line, struct errctx *e),
                               void *arg, struct errctx *e);

#endif
