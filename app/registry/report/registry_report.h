/*
 * The ministry's reports besides production (production.h). Each initialises and fills a struct report, which
 * the caller frees with report_done when it succeeded. PERIOD is read by date_parse_period; ERR_INVALID
 * otherwise. Void, returned, rejected and merged records never count. Each asks several questions: within a
 * snapshot of the store when something may be written meanwhile. The same content of a registry gives the
 * same report on every machine and day; the words of `method` in the notes say what is counted.
 */
#ifndef ALLUVIA_REGISTRY_REPORT_H
#define ALLUVIA_REGISTRY_REPORT_H

#include "app/common/report.h"
#include "app/registry/store/registry_store.h"

enum trade_by {
    TRADE_BY_DISTRICT,
    TRADE_BY_BUYER, /* by the buyer's licence number, without regard to case, accents and punctuation */
    TRADE_BY_LICENCE,
    TRADE_BY_MONTH,
    TRADE_BY_CURRENCY
};
/* First sales dated in the period, a row for each currency: what was paid is never added up over currencies.
 */
MUST_CHECK enum err trade_report(struct registry_store *s, const char *period, enum trade_by by,
                                 struct report *out, struct errctx *e);

enum returns_by {
    RETURNS_BY_LICENCE,
    RETURNS_BY_DAY
};
/*
 * Whether returns were made, in calendar days of a licence. Only licences for digging, and days up to the
 * last known one (frame.h). A licence owes a return
 *   - for every day on which it is valid while a site of it is washing (as its sites stand now);
 *   - otherwise for every day that comes more than `silence_most` days after the last one covered by a return
 *     (after its first valid day when there was none).
 * A day is made when a return covers it, owed or not: nil when none of them found anything, not worked when
 * all of them say so. Missing: owed and not made.
 */
MUST_CHECK enum err returns_report(struct registry_store *s, const char *period, enum returns_by by,
                                   struct report *out, struct errctx *e);

/* Opening stock, produced, sold and closing stock of each licence; PERIOD NULL: all time. A licence is `over`
 * when all that it sold exceeds all that it produced by more than rule 23 allows: the larger of
 * balance_tolerance and balance_tolerance_bp of what it produced. */
MUST_CHECK enum err balance_report(struct registry_store *s, const char *period, struct report *out,
                                   struct errctx *e);

/* Every licence and how it stands on DAY (days since 1970), from its last known version. DAY < 0: the last
 * known day. */
MUST_CHECK enum err licences_report(struct registry_store *s, int32_t day, struct report *out,
                                    struct errctx *e);

/* How many persons by district, sex, role and status; duplicates of others do not count. */
MUST_CHECK enum err diggers_report(struct registry_store *s, struct report *out, struct errctx *e);

/* Kimberley Process, Annex III: production by half-year, first sales by quarter and HS code. PERIOD is a
 * year, a half-year, or a quarter (then without production). ERR_INVALID for a month. */
MUST_CHECK enum err annex_report(struct registry_store *s, const char *period, struct report *out,
                                 struct errctx *e);

/* --- footprints */

/* Where stones come from. */
enum origin_kind {
    ORIGIN_SITE,
    ORIGIN_DISTRICT, /* with the districts that belong to it */
    ORIGIN_DEVICE,   /* the laptop that recorded them */
    ORIGIN_OTHERS    /* everything but what it is compared with */
};
struct origin {
    enum origin_kind kind;
    int64_t site;
    const char *district; /* borrowed */
    uint32_t device;
};

enum footprint_size {
    FOOTPRINT_BY_WEIGHT, /* single stones alone; a parcel's mean says nothing about its stones */
    FOOTPRINT_BY_SIEVE
};
struct footprint_question {
    struct origin of;
    const struct origin *against; /* NULL: describe, do not compare */
    enum footprint_size size;
    const char *period; /* NULL: all time */
};
/*
 * Stones by size, quality and colour and, when there is something to compare with, whether both may be of one
 * distribution (statistics.h). A class row for each class, and for each variable a row of sums with the
 * figures of the comparison. "Does not fit" is a question for an expert; "fits" proves nothing.
 */
MUST_CHECK enum err footprint_report(struct registry_store *s, const struct footprint_question *q,
                                     struct report *out, struct errctx *e);

#endif
