/* What review.c and review_list.c share; nobody else includes this. */
#ifndef ALLUVIA_REGISTRY_STORE_REVIEW_PARTS_H
#define ALLUVIA_REGISTRY_STORE_REVIEW_PARTS_H

#include "app/registry/store/inside.h"
#include "app/registry/store/review.h"

/* record, entry, rule, level, field, words, rests_on, since, answered, gone_at, place. */
#define SINCE "CASE WHEN f.found_at <> 0 THEN f.found_at ELSE b.received_at END"
#define FINDING_COLUMNS                                                                                      \
    "f.subject, f.entry, f.rule, f.level, f.field, f.text, f.rests_on, " SINCE                               \
    ", f.answered, f.gone_at, f.id "
#define FINDING_ENTRY "FROM finding f JOIN entry e ON e.id = f.entry JOIN batch b ON b.id = e.batch "

/* Steps through STMT, which is bound and has those columns, and ends it. PLACE and COUNT, which may be NULL,
 * follow. */
MUST_CHECK enum err each_item(struct stmt *stmt, review_each *each, void *arg, int64_t *place, int64_t *count,
                              struct errctx *e);

#endif
