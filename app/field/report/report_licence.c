/* Reports about licences: how they stand, and whether they report. */
#include <stdlib.h>
#include <string.h>

#include "app/common/licences.h"
#include "app/common/standing.h"
#include "app/field/report/field_report.h"
#include "app/field/store/figures.h"
#include "schema/base/buf.h"
#include "schema/base/date.h"
#include "schema/base/words.h"

#define COUNT(columns) ((int)(sizeof columns / sizeof columns[0]))

static const struct report_column RETURNS[] = {
    {"licence_no", "licence_no", N_("Licence"), NULL, REPORT_TEXT, 0, false, NULL},
    {"expected", "expected", N_("Expected"), "days", REPORT_NUMBER, 0, true, NULL},
    {"made", "made", N_("Made"), "days", REPORT_NUMBER, 0, true, NULL},
    {"nil", "nil", N_("Nil"), "days", REPORT_NUMBER, 0, true, NULL},
    {"missing", "missing", N_("Missing"), "days", REPORT_NUMBER, 0, true, NULL},
    {"first_missing", "first_missing", N_("First missing"), NULL, REPORT_DATE, 0, false, NULL},
    {"last_made", "last_made", N_("Last return"), NULL, REPORT_DATE, 0, false, NULL},
};

/* --- licences */

struct standing_walk {
    struct store *store;
    int32_t day;
    struct report *out;
};

static enum err put_holder(struct standing_walk *w, const struct record *licence, struct errctx *e)
{
    int64_t person = record_number(licence, "holder");
    int64_t group = record_number(licence, "holder_coop");
    struct row row = {0};
    if (!person && !group)
        return ERR_OK;
    enum entity_id of = person ? ENTITY_DIGGER : ENTITY_COOPERATIVE;
    enum err result = store_load(w->store, of, person ? person : group, &row, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND || result == ERR_DENIED ? ERR_OK : result;
    struct buf title = {0};
    record_put_title(&title, &row.record);
    report_set_text(w->out, "holder", buf_str(&title));
    buf_done(&title);
    row_done(&row);
    return ERR_OK;
}

static enum err licence_row(void *arg, const struct row *row, struct errctx *e)
{
    struct standing_walk *w = arg;
    licences_add(w->out, &row->record, w->day);
    return put_holder(w, &row->record, e);
}

enum err report_licences(struct store *s, int32_t day, struct report *out, struct errctx *e)
{
    struct standing_walk w = {s, day, out};
    licences_init(out, day, LICENCES_OF_LAPTOP);
    return store_list(s, ENTITY_LICENCE, NULL, licence_row, &w, e);
}

/* --- returns */

/* A licence and its days; a byte a day. */
struct calendar {
    int64_t licence;
    char *licence_no;
    bool foreign; /* another laptop registered it */
    unsigned char *days;
};

enum day_mark {
    DAY_EXPECTED = 1,
    DAY_MADE = 2,
    DAY_FOUND = 4, /* a return that is not nil */
};

struct returns_walk {
    struct store *store;
    int32_t first;
    int32_t last;
    int32_t today;
    struct calendar *rows;
    size_t count;
    size_t room;
};

static size_t day_count(const struct returns_walk *w)
{
    return (size_t)(w->last - w->first) + 1;
}

static enum err add_calendar(void *arg, const struct row *row, struct errctx *e)
{
    struct returns_walk *w = arg;
    (void)e;
    if (!standing_is_of_mining(store_codes(w->store), &row->record))
        return ERR_OK;
    if (w->count == w->room) {
        w->room = w->room ? w->room * 2 : 16;
        w->rows = mem_resize(w->rows, w->room, sizeof *w->rows);
    }
    struct calendar *c = &w->rows[w->count++];
    *c = (struct calendar){.licence = row->id,
                           .foreign = ident_device(row->id) != store_device(w->store)->number,
                           .days = mem_zero(day_count(w), 1)};
    c->licence_no = str_dup(record_text(&row->record, "licence_no"));
    for (int32_t day = w->first; day <= w->last && day <= w->today; day++) {
        enum standing standing = standing_of(&row->record, day);
        if (standing == STANDING_VALID || standing == STANDING_ENDS_SOON)
            c->days[day - w->first] = DAY_EXPECTED;
    }
    return ERR_OK;
}

static int by_licence(const void *a, const void *b)
{
    const struct calendar *x = a;
    const struct calendar *y = b;
    return x->licence < y->licence ? -1 : x->licence > y->licence;
}

static int by_number(const void *a, const void *b)
{
    const struct calendar *x = a;
    const struct calendar *y = b;
    return strcmp(x->licence_no ? x->licence_no : "", y->licence_no ? y->licence_no : "");
}

static enum err mark_return(void *arg, const struct figures *line, struct errctx *e)
{
    struct returns_walk *w = arg;
    struct calendar key = {.licence = line->licence};
    struct date from;
    struct date to;
    struct calendar *c = w->count ? bsearch(&key, w->rows, w->count, sizeof *w->rows, by_licence) : NULL;
    if (!c || !line->date_from || !line->date_to || date_parse(line->date_from, &from, e) != ERR_OK ||
        date_parse(line->date_to, &to, e) != ERR_OK)
        return ERR_OK;
    int32_t last = date_to_days(to) < w->last ? date_to_days(to) : w->last;
    int32_t day = date_to_days(from) > w->first ? date_to_days(from) : w->first;
    for (; day <= last; day++)
        c->days[day - w->first] |= (unsigned char)(DAY_MADE | (line->nil ? 0 : DAY_FOUND));
    return ERR_OK;
}

/* Whose licence another laptop registered and for which nothing was written here reports elsewhere. */
static bool reports_here(const struct returns_walk *w, const struct calendar *c)
{
    bool any = !c->foreign;
    for (size_t day = 0; day < day_count(w) && !any; day++)
        any = (c->days[day] & DAY_MADE) != 0;
    return any;
}

static void returns_row(const struct returns_walk *w, const struct calendar *c, struct report *out)
{
    int64_t expected = 0;
    int64_t made = 0;
    int64_t nil = 0;
    int64_t missing = 0;
    char text[DATE_BYTES];
    report_add_row(out);
    for (int32_t day = w->first; day <= w->last; day++) {
        unsigned char mark = c->days[day - w->first];
        bool is_missing = (mark & DAY_EXPECTED) && !(mark & DAY_MADE);
        if (is_missing && missing == 0)
            report_set_text(out, "first_missing", date_format_days(day, text));
        if (mark & DAY_MADE)
            report_set_text(out, "last_made", date_format_days(day, text));
        expected += (mark & DAY_EXPECTED) != 0;
        made += (mark & DAY_MADE) != 0;
        nil += (mark & DAY_MADE) && !(mark & DAY_FOUND);
        missing += is_missing;
    }
    report_set_text(out, "licence_no", c->licence_no);
    report_set_number(out, "expected", expected);
    report_set_number(out, "made", made);
    report_set_number(out, "nil", nil);
    report_set_number(out, "missing", missing);
}

enum err report_returns(struct store *s, const char *period, int32_t first, int32_t last, int32_t today,
                        struct report *out, struct errctx *e)
{
    struct returns_walk w = {.store = s, .first = first, .last = last, .today = today};
    report_init(out, "returns", period, RETURNS, COUNT(RETURNS));
    enum err result = store_list(s, ENTITY_LICENCE, NULL, add_calendar, &w, e);
    if (w.count > 0)
        qsort(w.rows, w.count, sizeof *w.rows, by_licence);
    if (result == ERR_OK)
        result = figures_each(s, FIGURES_COVERING, first, last, mark_return, &w, e);
    if (w.count > 0)
        qsort(w.rows, w.count, sizeof *w.rows, by_number);
    for (size_t i = 0; i < w.count; i++) {
        if (result == ERR_OK && reports_here(&w, &w.rows[i]))
            returns_row(&w, &w.rows[i], out);
        free(w.rows[i].licence_no);
        free(w.rows[i].days);
    }
    free(w.rows);
    return result;
}
