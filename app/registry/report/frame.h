/* What the ministry's reports have in common: the days they are about, names of records, and the notes that
 * say what they rest on. */
#ifndef ALLUVIA_REGISTRY_FRAME_H
#define ALLUVIA_REGISTRY_FRAME_H

#include "app/common/report.h"
#include "app/registry/store/registry_store.h"
#include "schema/base/date.h"

struct frame_span {
    int32_t first; /* both days included */
    int32_t last;
    char first_day[DATE_BYTES];
    char last_day[DATE_BYTES];
};

/* PERIOD as date_parse_period reads it; NULL is all time. ERR_INVALID names the period. */
MUST_CHECK enum err frame_span(const char *period, struct frame_span *out, struct errctx *e);

/* The last day that a report can speak of: that of --as-of, else of the newest batch. No report asks for the
 * machine's date: the same registry gives the same bytes on another day. */
MUST_CHECK enum err frame_last_known(struct registry_store *s, int32_t *out, struct errctx *e);

/* Sets COLUMN of the newest row to the words that name record ID to people; nothing while its entry has not
 * arrived. */
MUST_CHECK enum err frame_put_title(struct registry_store *s, struct report *out, const char *column,
                                    enum entity_id of, int64_t id, struct errctx *e);

/* Notes "from" and "to", unless SPAN is all time, and "method". */
void frame_note_method(struct report *out, const struct frame_span *span, const char *method);
/* Notes how many records the report was made of and what the registry held: devices, batches, entries, as_of,
 * cut_off, rules_version, hash. */
MUST_CHECK enum err frame_note_source(struct registry_store *s, struct report *out, int64_t rows,
                                      struct errctx *e);

#endif
