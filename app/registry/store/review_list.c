/* Lists of what there is to review, a page at a time, and how much there is. */
#include "app/registry/store/review.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/store/review_parts.h"

const char *review_place_format(struct review_place place, char *out)
{
    (void)snprintf(out, REVIEW_PLACE_BYTES, "%d-%" PRId64, place.part, place.at);
    return out;
}

enum err review_place_parse(const char *text, struct review_place *out, struct errctx *e)
{
    char again[REVIEW_PLACE_BYTES];
    const char *hyphen = strchr(text, '-');
    *out = (struct review_place){.part = text[0] == '1', .at = hyphen ? strtoll(hyphen + 1, NULL, 10) : 0};
    /* What is read again as it was written is a place. */
    if (strcmp(review_place_format(*out, again), text) == 0)
        return ERR_OK;
    return err_fail(e, ERR_INVALID, "\"%.40s\" is no place in the list", text);
}

/* --- what is listed */

/* The district of the record whose id is the column ID: its own, or of its site, licence, return or person.
 */
#define DISTRICT(id)                                                                                         \
    "coalesce((SELECT r.district FROM digger r WHERE r.id = " id "), "                                       \
    "(SELECT r.district FROM licence r WHERE r.id = " id "), "                                               \
    "(SELECT r.district FROM site r WHERE r.id = " id "), "                                                  \
    "(SELECT r.district FROM cooperative r WHERE r.id = " id "), "                                           \
    "(SELECT coalesce(p.district, l.district) FROM yield r LEFT JOIN site p ON p.id = r.site "               \
    "LEFT JOIN licence l ON l.id = r.licence WHERE r.id = " id "), "                                         \
    "(SELECT l.district FROM sale r JOIN licence l ON l.id = r.licence WHERE r.id = " id "), "               \
    "(SELECT l.district FROM crew r JOIN licence l ON l.id = r.licence WHERE r.id = " id "), "               \
    "(SELECT coalesce(p.district, l.district) FROM stone z JOIN yield r ON r.id = z.yield "                  \
    "LEFT JOIN site p ON p.id = r.site LEFT JOIN licence l ON l.id = r.licence WHERE z.id = " id "), "       \
    "(SELECT p.district FROM inspection r JOIN site p ON p.id = r.site WHERE r.id = " id "), '')"
/* IN is the district and whatever its code begins: codes of parts begin with the code of the whole. */
#define PLACE_IS(id)  "(:district = '' OR " DISTRICT(id) " = :district OR " DISTRICT(id) " LIKE :within) "
#define OF_DEVICE(id) id " BETWEEN :first AND :last "

#define OPEN_ONES                                                                                            \
    "WHERE f.answered = 0 AND f.id > :after AND (:level = '' OR f.level = :level) AND " OF_DEVICE(           \
        "f.subject") "AND " SINCE " <= :before AND " PLACE_IS("f.subject")
static const char OPEN[] = "SELECT " FINDING_COLUMNS FINDING_ENTRY OPEN_ONES "ORDER BY f.id LIMIT :limit";
static const char OPEN_OF_RULE[] =
    "SELECT " FINDING_COLUMNS FINDING_ENTRY OPEN_ONES "AND f.rule = :rule ORDER BY f.id LIMIT :limit";
static const char COUNTED[] = "SELECT f.rule, f.level, count(*) " FINDING_ENTRY OPEN_ONES
                              "AND (:rule = '' OR f.rule = :rule) GROUP BY f.rule, f.level "
                              "ORDER BY f.rule, f.level";

/* The same columns for a record in its state. */
#define DECIDED_FROM(rule)                                                                                   \
    "SELECT d.id, d.entry, " rule ", 'flag', NULL, '', NULL, b.received_at, 0, 0, d.id FROM "
#define DECIDED_ONES                                                                                         \
    "d JOIN entry e ON e.id = d.entry JOIN batch b ON b.id = e.batch "                                       \
    "WHERE d.id > :after AND (:level IN ('', 'flag')) AND " OF_DEVICE(                                       \
        "d.id") "AND b.received_at <= :before AND " PLACE_IS("d.id")
static const char AMENDED[] =
    DECIDED_FROM("'amended'") "decision " DECIDED_ONES
                              "AND d.state = 'amended' AND :rule IN ('', 'amended') AND NOT EXISTS "
                              "(SELECT 1 FROM finding f WHERE f.subject = d.id AND f.answered = 0) ORDER BY "
                              "d.id LIMIT :limit";
static const char DECIDED[] = DECIDED_FROM(
    "''") "decision " DECIDED_ONES
          "AND d.state = :state AND (:rule = '' OR EXISTS (SELECT 1 FROM finding f WHERE f.subject = d.id "
          "AND f.rule = :rule)) ORDER BY d.id LIMIT :limit";
static const char MERGED[] =
    DECIDED_FROM("''") "merged " DECIDED_ONES "AND :rule = '' ORDER BY d.id LIMIT :limit";

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static void bind(struct stmt *stmt, const struct review_filter *f, int64_t after)
{
    char within[64];
    (void)snprintf(within, sizeof within, "%.60s-%%", or_empty(f->district));
    stmt_bind_text(stmt, ":level", or_empty(f->level));
    stmt_bind_text(stmt, ":district", or_empty(f->district));
    stmt_bind_text(stmt, ":within", within);
    stmt_bind_int(stmt, ":first", f->of_device ? ident_make(f->device, 0) : 0);
    stmt_bind_int(stmt, ":last", f->of_device ? ident_make(f->device, UINT32_MAX) : INT64_MAX);
    stmt_bind_int(stmt, ":before", f->before ? f->before : INT64_MAX);
    stmt_bind_int(stmt, ":after", after);
}

/* One part of the list, from AFTER on, until LIMIT together with the *COUNT that came before. */
static enum err list_part(struct registry_store *s, const char *sql, const struct review_filter *f,
                          struct review_place *at, review_each *each, void *arg, int64_t *count,
                          struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_expect_many(stmt);
    bind(stmt, f, at->at);
    if (sql != OPEN)
        stmt_bind_text(stmt, ":rule", or_empty(f->rule));
    if (sql == DECIDED)
        stmt_bind_text(stmt, ":state", REVIEW_STATES[f->state]);
    stmt_bind_int(stmt, ":limit", f->limit ? f->limit - *count : INT64_MAX);
    return each_item(stmt, each, arg, &at->at, count, e);
}

enum err review_list(struct registry_store *s, const struct review_filter *filter, review_each *each,
                     void *arg, struct review_place *next, bool *more, struct errctx *e)
{
    int64_t count = 0;
    enum err result = ERR_OK;
    *next = filter->after;
    if (filter->state != REVIEW_OPEN) {
        const char *sql = filter->state == REVIEW_MERGED ? MERGED : DECIDED;
        result = list_part(s, sql, filter, next, each, arg, &count, e);
        *more = filter->limit && count == filter->limit;
        return result;
    }
    if (next->part == 0)
        result = list_part(s, filter->rule ? OPEN_OF_RULE : OPEN, filter, next, each, arg, &count, e);
    *more = filter->limit && count == filter->limit;
    if (result != ERR_OK || *more)
        return result;
    if (next->part == 0)
        *next = (struct review_place){.part = 1};
    result = list_part(s, AMENDED, filter, next, each, arg, &count, e);
    *more = filter->limit && count == filter->limit;
    return result;
}

enum err review_counts(struct registry_store *s, const struct review_filter *filter,
                       enum err (*each)(void *, const struct review_count *, struct errctx *), void *arg,
                       struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, COUNTED, &stmt, e);
    if (result == ERR_OK) {
        bind(stmt, filter, 0);
        stmt_bind_text(stmt, ":rule", or_empty(filter->rule));
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const struct review_count count = {stmt_text(stmt, 0), stmt_text(stmt, 1), stmt_int(stmt, 2)};
        result = each(arg, &count, e);
    }
    stmt_done(stmt);
    return result;
}
