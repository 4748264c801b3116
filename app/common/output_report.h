/* Reports through output.h. */
#ifndef ALLUVIA_COMMON_OUTPUT_REPORT_H
#define ALLUVIA_COMMON_OUTPUT_REPORT_H

#include "app/common/output.h"
#include "app/common/report.h"
#include "schema/codes/codes.h"

/*
 * Writes the whole document:
 * `{"alluvia":"report/1","report":…,"period":…,"rows":[…],"total":{…},"source":{…}}`. The source are the
 * report's notes, lines under a table. Codes are shown by their labels in tables.
 */
MUST_CHECK enum err output_report(struct output *out, const struct report *r, struct codes *codes,
                                  enum lang lang, struct errctx *e);

#endif
