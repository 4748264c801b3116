/*
 * The laptop's reports. Each fills a struct report (app/common/report.h), which the caller frees with
 * report_done whether it succeeded or not. Days are days since 1970; void records never count; a return of
 * several days counts whole under its first day.
 */
#ifndef ALLUVIA_FIELD_REPORT_H
#define ALLUVIA_FIELD_REPORT_H

#include "app/common/report.h"
#include "app/field/store/store.h"

enum report_by {
    REPORT_BY_DAY,
    REPORT_BY_LICENCE
};

/* The returns that cover DAY, by licence and site. */
MUST_CHECK enum err report_day(struct store *s, int32_t day, struct report *out, struct errctx *e);
/* Sums of the days FIRST … LAST (of a month, but any period will do); PERIOD is how the caller names it. */
MUST_CHECK enum err report_month(struct store *s, const char *period, int32_t first, int32_t last,
                                 enum report_by by, struct report *out, struct errctx *e);
/* Produced, sold and in stock, a licence a row, up to and including DAY. */
MUST_CHECK enum err report_balance(struct store *s, int32_t day, struct report *out, struct errctx *e);
/* Every licence and how it stands on DAY. */
MUST_CHECK enum err report_licences(struct store *s, int32_t day, struct report *out, struct errctx *e);
/* For each licence that may dig: calendar days on which it should have reported, reported, reported nil, and
 * is missing. Days after TODAY are not expected. */
MUST_CHECK enum err report_returns(struct store *s, const char *period, int32_t first, int32_t last,
                                   int32_t today, struct report *out, struct errctx *e);

/* Appends an instant and how long ago it was: "2026-11-20 12:00 UTC, 6 days ago". */
void report_put_age(struct buf *out, int64_t instant, int64_t now);
/* Appends what is to be known of a record before its fields: how a licence stands on the day of NOW, whose
 * laptop wrote it, and how old that knowledge is. Nothing for an own record of another entity. *OUT_GOOD is
 * false when it is a warning. */
MUST_CHECK enum err report_put_known(struct store *s, const struct row *row, int64_t now, struct buf *out,
                                     bool *out_good, struct errctx *e);

#endif
