#include <stdio.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/output_report.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/report/field_report.h"
#include "schema/base/date.h"

/* What a report may be asked for: each takes the words that it understands. */
struct request {
    int32_t day;
    char period[8]; /* "2026-11" */
    int32_t first;
    int32_t last;
    enum report_by by;
};

static enum err read_day(const struct app *app, const struct options *o, struct request *out,
                         struct errctx *e)
{
    const char *text = options_text(o, "date");
    struct date day;
    out->day = app_today(app);
    if (!text)
        return ERR_OK;
    if (date_parse_typed(text, out->day, &day, e) != ERR_OK) {
        e->kind = ERR_USAGE;
        return err_wrap(e, "--date \"%s\"", text);
    }
    out->day = date_to_days(day);
    return ERR_OK;
}

/* The period that was named; this month without one. */
static enum err read_period(const struct app *app, const struct options *o, struct request *out,
                            struct errctx *e)
{
    const char *text = options_text(o, "period");
    char today[DATE_BYTES];
    (void)snprintf(out->period, sizeof out->period, "%s",
                   text ? text : date_format_days(app_today(app), today));
    if (!text || date_parse_period(text, &out->first, &out->last, e) == ERR_OK)
        return text ? ERR_OK : date_parse_period(out->period, &out->first, &out->last, e);
    e->kind = ERR_USAGE;
    return err_wrap(e, "--period \"%s\"", text);
}

static enum err read_by(const struct options *o, struct request *out, struct errctx *e)
{
    const char *text = options_text(o, "by");
    out->by = REPORT_BY_DAY;
    if (!text || strcmp(text, "day") == 0)
        return ERR_OK;
    out->by = REPORT_BY_LICENCE;
    if (strcmp(text, "licence") == 0)
        return ERR_OK;
    return err_fail(e, ERR_USAGE, _("--by \"%s\": is not one of: day, licence"), text);
}

static enum err make_day(struct app *app, const struct request *r, struct report *out, struct errctx *e)
{
    return report_day(app->store, r->day, out, e);
}

static enum err make_month(struct app *app, const struct request *r, struct report *out, struct errctx *e)
{
    return report_month(app->store, r->period, r->first, r->last, r->by, out, e);
}

static enum err make_returns(struct app *app, const struct request *r, struct report *out, struct errctx *e)
{
    return report_returns(app->store, r->period, r->first, r->last, app_today(app), out, e);
}

static enum err make_balance(struct app *app, const struct request *r, struct report *out, struct errctx *e)
{
    return report_balance(app->store, r->day, out, e);
}

static enum err make_licences(struct app *app, const struct request *r, struct report *out, struct errctx *e)
{
    return report_licences(app->store, r->day, out, e);
}

static const struct {
    const char *name;
    enum err (*make)(struct app *app, const struct request *r, struct report *out, struct errctx *e);
} REPORTS[] = {
    {"day", make_day},         {"month", make_month},       {"returns", make_returns},
    {"balance", make_balance}, {"licences", make_licences},
};

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    struct request request;
    struct report report = {0};
    const char *name = o->operands[0];
    size_t at = 0;
    size_t count = sizeof REPORTS / sizeof REPORTS[0];
    while (at < count && strcmp(REPORTS[at].name, name) != 0)
        at++;
    if (at == count)
        return err_fail(e, ERR_USAGE,
                        _("report \"%s\": is not one of: day, month, returns, balance, licences"), name);
    if (read_day(app, o, &request, e) != ERR_OK || read_period(app, o, &request, e) != ERR_OK ||
        read_by(o, &request, e) != ERR_OK)
        return e->kind;
    enum err result = REPORTS[at].make(app, &request, &report, e);
    if (result == ERR_OK) {
        struct output *out = app_output(app);
        result = output_report(out, &report, store_codes(app->store), app->lang, e);
        output_free(out);
    }
    report_done(&report);
    return result;
}

static const struct option_spec OPTIONS[] = {
    {"date", "DATE", N_("of day, balance and licences: the day (default: today)"), false},
    {"period", "PERIOD", N_("of month and returns: 2026-11, 2026-Q4, 2026-H2 or 2026 (default: this month)"),
     false},
    {"by", "day|licence", N_("of month: a row for each (default: day)"), false},
    {0},
};

const struct command CMD_REPORT = {
    .words = "report",
    .operands = "day|month|returns|balance|licences",
    .summary = N_("sums of what was recorded"),
    .more =
        N_("day: the returns of one day. month: sums by day or by licence. returns: which were due, made and "
           "missing. balance: produced, sold, in stock. licences: how each stands."),
    .opens = OPENS_READ,
    .least = 1,
    .most = 1,
    .options = OPTIONS,
    .run = run,
};
