/* What the report commands share: the state of the registry they ask, options, and showing the result. */
#ifndef ALLUVIA_REGISTRY_REPORT_RUN_H
#define ALLUVIA_REGISTRY_REPORT_RUN_H

#include "app/common/report.h"
#include "app/registry/app.h"

#define REPORT_OPTION_PERIOD                                                                                 \
    {                                                                                                        \
        "period", "PERIOD", N_("2026, 2026-H1, 2026-Q3 or 2026-11"), false                                   \
    }
#define REPORT_OPTION_AS_OF                                                                                  \
    {                                                                                                        \
        "as-of", "DATE", N_("only what was received until the end of that day (UTC), as it stood then"),     \
            false                                                                                            \
    }

/* The value of --period. ERR_USAGE without one. */
MUST_CHECK enum err report_run_period(const struct options *o, const char **out, struct errctx *e);
/* The place in WORDS, ended by NULL, of option NAME; 0 when it was not given. ERR_USAGE. */
MUST_CHECK enum err report_run_choice(const struct options *o, const char *name, const char *const *words,
                                      int *out, struct errctx *e);

/* The registry as it is, in one snapshot, or as --as-of asks; every begin that succeeds has its finish. */
MUST_CHECK enum err report_run_begin(struct app *app, const struct options *o, struct registry_store **out,
                                     struct errctx *e);
/* Shows REPORT and frees it when MADE is ERR_OK, and ends what begin began. */
MUST_CHECK enum err report_run_finish(struct app *app, struct registry_store *store, enum err made,
                                      struct report *report, struct errctx *e);

#endif
