/*
 * Calendar days and instants. Dates are ISO 8601 days in the proleptic Gregorian calendar; instants are UTC
 * seconds since 1970. Nothing here asks the machine for the time: it is passed in.
 */
#ifndef ALLUVIA_BASE_DATE_H
#define ALLUVIA_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/base/err.h"

enum {
    DATE_BYTES = 11,
    INSTANT_BYTES = 21
}; /* "2026-11-23", "2026-11-23T09:30:45Z" with their zero byte */

struct date {
    int year; /* 1 … 9999 */
    int month;
    int day;
};

/* Reads "2026-11-23" strictly. ERR_INVALID says which part is impossible. */
MUST_CHECK enum err date_parse(const char *text, struct date *out, struct errctx *e);

/*
 * Reads what people type: ISO, "23/11/2026", "23.11.2026", "23-11-2026" (day, month, year in every language
 * of ours), "today", "yesterday" or the same in French or Portuguese ("hier", "hoje"), or a day with a sign
 * ("-3" is three days before today). TODAY is in days.
 */
MUST_CHECK enum err date_parse_typed(const char *text, int32_t today, struct date *out, struct errctx *e);

/* Writes ISO into OUT, which has room for DATE_BYTES; returns OUT. */
char *date_format(struct date d, char *out);

/* Days since 1970-01-01, and back. */
int32_t date_to_days(struct date d);
struct date date_from_days(int32_t days);
/* The ISO text of a day number; as date_format. */
char *date_format_days(int32_t days, char *out);
bool is_date(const char *text);

/* The day of an instant in UTC, and the instant as "2026-11-23T09:30:45Z". */
int32_t date_of_instant(int64_t at);
char *instant_format(int64_t at, char *out);
/* Reads what instant_format wrote; false for anything else. */
bool instant_parse(const char *text, int64_t *out);

/*
 * A birth as far as it is known, in Extended Date/Time Format (ISO 8601-2): "1985", "1985-06", "1985-06-12",
 * each with "~" behind it when it is about. *YEAR is the year. ERR_INVALID otherwise.
 */
MUST_CHECK enum err date_parse_birth(const char *text, int *out_year, struct errctx *e);

/* Whole years from a birth to DAY, as many as the person can have at most (a year alone counts from 1
 * January). */
int date_age_most(const char *birth, int32_t day);

/* Reads "2026", "2026-H1", "2026-Q3" or "2026-11" as the days from the first to the last, both included. */
MUST_CHECK enum err date_parse_period(const char *text, int32_t *out_first, int32_t *out_last,
                                      struct errctx *e);

#endif
