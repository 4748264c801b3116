/* One record as a reviewer sees it. */
#ifndef ALLUVIA_REGISTRY_REVIEW_SHOW_H
#define ALLUVIA_REGISTRY_REVIEW_SHOW_H

#include "app/registry/app.h"
#include "app/registry/store/review.h"

/* Its fields and state, every finding, every conflict with base, one and other, and its history. Inside a
 * snapshot. ERR_NOT_FOUND. */
MUST_CHECK enum err review_show(struct app *app, int64_t record, struct errctx *e);
/* Its conflicts alone: of each field that met the base, what stands, and what waits. ERR_NOT_FOUND: none. */
MUST_CHECK enum err review_show_conflicts(struct app *app, int64_t record, struct errctx *e);

#endif
