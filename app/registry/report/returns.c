#include <stdlib.h>
#include <string.h>

#include "app/common/standing.h"
#include "app/registry/report/frame.h"
#include "app/registry/report/registry_report.h"
#include "app/registry/store/report_store.h"
#include "schema/base/words.h"

#define DAYS                                                                                                 \
    {"expected", "expected", N_("Expected"), N_("days"), REPORT_NUMBER, 0, true, NULL},                      \
        {"made", "made", N_("Made"), N_("days"), REPORT_NUMBER, 0, true, NULL},                              \
        {"nil", "nil", N_("Nil"), N_("days"), REPORT_NUMBER, 0, true, NULL},                                 \
        {"not_worked", "not_worked", N_("Not worked"), N_("days"), REPORT_NUMBER, 0, true, NULL},            \
    {                                                                                                        \
        "missing", "missing", N_("Missing"), N_("days"), REPORT_NUMBER, 0, true, NULL                        \
    }

static const struct report_column BY_LICENCE[] = {
    {"licence", "licence", N_("Id"), NULL, REPORT_ID, 0, false, NULL},
    {"licence_no", "licence_no", N_("Licence"), NULL, REPORT_TEXT, 0, false, NULL},
    {"district", "district", N_("District"), NULL, REPORT_CODE, 0, false, "district"},
    DAYS,
    {"first_missing", "first_missing", N_("First missing"), NULL, REPORT_DATE, 0, false, NULL},
    {"last_made", "last_made", N_("Last return"), NULL, REPORT_DATE, 0, false, NULL},
};
static const struct report_column BY_DAY[] = {
    {"day", "day", N_("Day"), NULL, REPORT_DATE, 0, false, NULL},
    DAYS,
};

static const char METHOD[] = N_(
    "days of a licence up to the last known day; expected: valid and a site of it is washing (as its sites "
    "stand now), else valid and more than silence_most days after its last return; missing: expected and "
    "covered by no return");

enum mark {
    MARK_VALID = 1,
    MARK_EXPECTED = 2,
    MARK_MADE = 4,
    MARK_WORKED = 8, /* a return that does not say "not worked" */
    MARK_FOUND = 16, /* a return that found something */
};

/* A licence for digging and its days of the period; a byte a day. */
struct calendar {
    int64_t licence;
    char *licence_no;
    char *district;
    bool washing;
    int32_t valid_from;
    int32_t last_before; /* the last day covered before the period; INT32_MIN without one */
    unsigned char *days;
};

struct calendars {
    struct registry_store *store;
    int32_t first;
    int32_t last; /* no later than what can be known */
    size_t days;
    struct calendar *rows; /* by licence */
    size_t count;
    size_t room;
    int64_t returns;
};

static int32_t day_of(const char *text, int32_t otherwise)
{
    struct date d;
    struct errctx e;
    return text && date_parse(text, &d, &e) == ERR_OK ? date_to_days(d) : otherwise;
}

/* Records come by id, so the calendars stand in order. */
static enum err add_calendar(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    struct calendars *all = arg;
    const struct record *r = &row->record;
    if (!standing_is_of_mining(registry_store_codes(all->store), r))
        return ERR_OK;
    if (all->count == all->room) {
        all->room = all->room ? all->room * 2 : 64;
        all->rows = mem_resize(all->rows, all->room, sizeof *all->rows);
    }
    struct calendar *c = &all->rows[all->count++];
    *c = (struct calendar){.licence = row->id,
                           .licence_no = str_dup(record_text(r, "licence_no")),
                           .district = str_dup(record_text(r, "district")),
                           .valid_from = day_of(record_text(r, "valid_from"), INT32_MAX),
                           .last_before = INT32_MIN,
                           .days = mem_zero(all->days ? all->days : 1, 1)};
    for (int32_t day = all->first; day <= all->last; day++) {
        enum standing standing = standing_of(r, day);
        if (standing == STANDING_VALID || standing == STANDING_ENDS_SOON)
            c->days[day - all->first] = MARK_VALID;
    }
    return ERR_OK;
}

static int by_licence(const void *a, const void *b)
{
    const struct calendar *x = a;
    const struct calendar *y = b;
    return x->licence < y->licence ? -1 : x->licence > y->licence;
}

static struct calendar *calendar_of(struct calendars *all, int64_t licence)
{
    const struct calendar key = {.licence = licence};
    return all->count ? bsearch(&key, all->rows, all->count, sizeof *all->rows, by_licence) : NULL;
}

static enum err mark_washing(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    const char *state = record_text(&row->record, "state");
    struct calendar *c = calendar_of(arg, record_number(&row->record, "licence"));
    if (c && state && strcmp(state, "washing") == 0)
        c->washing = true;
    return ERR_OK;
}

static enum err mark_before(void *arg, const struct returned *row, struct errctx *e)
{
    (void)e;
    struct calendar *c = calendar_of(arg, row->licence);
    if (c)
        c->last_before = day_of(row->date_to, INT32_MIN);
    return ERR_OK;
}

static enum err mark_return(void *arg, const struct returned *row, struct errctx *e)
{
    (void)e;
    struct calendars *all = arg;
    struct calendar *c = calendar_of(all, row->licence);
    int32_t from = day_of(row->date_from, INT32_MAX);
    int32_t to = day_of(row->date_to, INT32_MIN);
    unsigned mark = MARK_MADE;
    if (!c)
        return ERR_OK;
    if (strcmp(row->outcome, "not_worked") != 0)
        mark |= MARK_WORKED;
    if (strcmp(row->outcome, "yield") == 0)
        mark |= MARK_FOUND;
    if (from < all->first) {
        c->last_before = c->last_before > all->first - 1 ? c->last_before : all->first - 1;
        from = all->first;
    }
    for (int32_t day = from; day <= to && day <= all->last; day++)
        c->days[day - all->first] |= (unsigned char)mark;
    all->returns++;
    return ERR_OK;
}

/* Marks the days that a return is owed for, once the returns are known. */
static void mark_expected(const struct calendars *all, struct calendar *c, int64_t silence_most)
{
    int64_t covered = c->last_before > c->valid_from - 1 ? c->last_before : (int64_t)c->valid_from - 1;
    for (int32_t day = all->first; day <= all->last; day++) {
        unsigned char *mark = &c->days[day - all->first];
        if (*mark & MARK_MADE)
            covered = day;
        if ((*mark & MARK_VALID) && (c->washing || day - covered > silence_most))
            *mark |= MARK_EXPECTED;
    }
}

struct sums {
    int64_t expected;
    int64_t made;
    int64_t nil;
    int64_t not_worked;
    int64_t missing;
};

static bool is_missing(unsigned mark)
{
    return (mark & MARK_EXPECTED) && !(mark & MARK_MADE);
}

static void count_day(struct sums *sums, unsigned mark)
{
    sums->expected += (mark & MARK_EXPECTED) != 0;
    sums->made += (mark & MARK_MADE) != 0;
    sums->nil += (mark & MARK_WORKED) && !(mark & MARK_FOUND);
    sums->not_worked += (mark & MARK_MADE) && !(mark & MARK_WORKED);
    sums->missing += is_missing(mark);
}

static void put_sums(const struct sums *sums, struct report *out)
{
    report_set_number(out, "expected", sums->expected);
    report_set_number(out, "made", sums->made);
    report_set_number(out, "nil", sums->nil);
    report_set_number(out, "not_worked", sums->not_worked);
    report_set_number(out, "missing", sums->missing);
}

/* Licences that owe nothing and made nothing have no row. */
static void add_licence(const struct calendars *all, const struct calendar *c, struct report *out)
{
    struct sums sums = {0};
    char first_missing[DATE_BYTES] = "";
    char last_made[DATE_BYTES] = "";
    for (int32_t day = all->first; day <= all->last; day++) {
        unsigned mark = c->days[day - all->first];
        count_day(&sums, mark);
        if (is_missing(mark) && sums.missing == 1)
            date_format_days(day, first_missing);
        if (mark & MARK_MADE)
            date_format_days(day, last_made);
    }
    if (!sums.expected && !sums.made)
        return;
    report_add_row(out);
    report_set_number(out, "licence", c->licence);
    report_set_text(out, "licence_no", c->licence_no);
    report_set_text(out, "district", c->district);
    put_sums(&sums, out);
    report_set_text(out, "first_missing", *first_missing ? first_missing : NULL);
    report_set_text(out, "last_made", *last_made ? last_made : NULL);
}

static void add_day(const struct calendars *all, int32_t day, struct report *out)
{
    struct sums sums = {0};
    char text[DATE_BYTES];
    for (size_t i = 0; i < all->count; i++)
        count_day(&sums, all->rows[i].days[day - all->first]);
    report_add_row(out);
    report_set_text(out, "day", date_format_days(day, text));
    put_sums(&sums, out);
}

static enum err collect(struct calendars *all, const struct frame_span *span, struct errctx *e)
{
    struct registry_store *s = all->store;
    enum err result = registry_store_counted(s, ENTITY_LICENCE, add_calendar, all, e);
    if (result == ERR_OK)
        result = registry_store_counted(s, ENTITY_SITE, mark_washing, all, e);
    if (result == ERR_OK)
        result = registry_store_returned_before(s, span->first_day, mark_before, all, e);
    if (result == ERR_OK)
        result = registry_store_returned(s, span->first_day, span->last_day, mark_return, all, e);
    int64_t silence_most = codes_threshold(registry_store_codes(s), "silence_most");
    for (size_t i = 0; i < all->count; i++)
        mark_expected(all, &all->rows[i], silence_most);
    return result;
}

static void add_rows(const struct calendars *all, enum returns_by by, struct report *out)
{
    for (size_t i = 0; by == RETURNS_BY_LICENCE && i < all->count; i++)
        add_licence(all, &all->rows[i], out);
    for (int32_t day = all->first; by == RETURNS_BY_DAY && day <= all->last; day++)
        add_day(all, day, out);
}

static enum err add_notes(const struct calendars *all, const struct frame_span *span, struct report *out,
                          struct errctx *e)
{
    char day[DATE_BYTES];
    frame_note_method(out, span, METHOD);
    report_note_number(out, "silence_most",
                       codes_threshold(registry_store_codes(all->store), "silence_most"));
    report_note_text(out, "last_known", date_format_days(all->last, day));
    return frame_note_source(all->store, out, all->returns, e);
}

static void calendars_done(struct calendars *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free(all->rows[i].licence_no);
        free(all->rows[i].district);
        free(all->rows[i].days);
    }
    free(all->rows);
}

enum err returns_report(struct registry_store *s, const char *period, enum returns_by by, struct report *out,
                        struct errctx *e)
{
    struct frame_span span;
    struct calendars all = {.store = s};
    if (frame_span(period, &span, e) != ERR_OK || frame_last_known(s, &all.last, e) != ERR_OK)
        return e->kind;
    all.first = span.first;
    all.last = all.last < span.last ? all.last : span.last;
    all.days = all.last >= all.first ? (size_t)(all.last - all.first) + 1 : 0;
    if (by == RETURNS_BY_DAY)
        report_init(out, "returns", period, BY_DAY, sizeof BY_DAY / sizeof BY_DAY[0]);
    else
        report_init(out, "returns", period, BY_LICENCE, sizeof BY_LICENCE / sizeof BY_LICENCE[0]);
    enum err result = collect(&all, &span, e);
    if (result == ERR_OK) {
        add_rows(&all, by, out);
        result = add_notes(&all, &span, out, e);
    }
    calendars_done(&all);
    if (result != ERR_OK)
        report_done(out);
    return result;
}
