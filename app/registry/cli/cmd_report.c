#include "app/common/i18n.h"
#include "app/registry/cli/report_run.h"
#include "app/registry/report/production.h"
#include "app/registry/report/registry_report.h"
#include "schema/base/date.h"

/* --- production */

static const char *const PRODUCTION_WORDS[] = {
    [PRODUCTION_BY_DISTRICT] = "district", [PRODUCTION_BY_COOPERATIVE] = "cooperative",
    [PRODUCTION_BY_LICENCE] = "licence",   [PRODUCTION_BY_MONTH] = "month",
    [PRODUCTION_BY_MONTH + 1] = NULL,
};

static enum err cmd_report_production(struct app *app, const struct options *o, struct errctx *e)
{
    int by = 0;
    const char *period = NULL;
    struct registry_store *store = NULL;
    struct report report;
    if (report_run_period(o, &period, e) != ERR_OK ||
        report_run_choice(o, "by", PRODUCTION_WORDS, &by, e) != ERR_OK ||
        report_run_begin(app, o, &store, e) != ERR_OK)
        return e->kind;
    enum err made = production_report(store, period, (enum production_by)by, &report, e);
    return report_run_finish(app, store, made, &report, e);
}

static const struct option_spec PRODUCTION_OPTIONS[] = {
    REPORT_OPTION_PERIOD,
    {"by", "WHAT", N_("district, cooperative, licence or month (district)"), false},
    REPORT_OPTION_AS_OF,
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REPORT_PRODUCTION = {
    .words = "report production",
    .operands = "",
    .summary = N_("carats, value and price per carat of a period"),
    .opens = OPENS_READ,
    .options = PRODUCTION_OPTIONS,
    .run = cmd_report_production,
};

/* --- trade */

static const char *const TRADE_WORDS[] = {
    [TRADE_BY_DISTRICT] = "district", [TRADE_BY_BUYER] = "buyer",       [TRADE_BY_LICENCE] = "licence",
    [TRADE_BY_MONTH] = "month",       [TRADE_BY_CURRENCY] = "currency", [TRADE_BY_CURRENCY + 1] = NULL,
};

static enum err cmd_report_trade(struct app *app, const struct options *o, struct errctx *e)
{
    int by = 0;
    const char *period = NULL;
    struct registry_store *store = NULL;
    struct report report;
    if (report_run_period(o, &period, e) != ERR_OK ||
        report_run_choice(o, "by", TRADE_WORDS, &by, e) != ERR_OK ||
        report_run_begin(app, o, &store, e) != ERR_OK)
        return e->kind;
    enum err made = trade_report(store, period, (enum trade_by)by, &report, e);
    return report_run_finish(app, store, made, &report, e);
}

static const struct option_spec TRADE_OPTIONS[] = {
    REPORT_OPTION_PERIOD,
    {"by", "WHAT", N_("district, buyer, licence, month or currency (district)"), false},
    REPORT_OPTION_AS_OF,
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REPORT_TRADE = {
    .words = "report trade",
    .operands = "",
    .summary = N_("first sales of a period, a row for each currency"),
    .opens = OPENS_READ,
    .options = TRADE_OPTIONS,
    .run = cmd_report_trade,
};

/* --- returns */

static const char *const RETURNS_WORDS[] = {
    [RETURNS_BY_LICENCE] = "licence", [RETURNS_BY_DAY] = "day", [RETURNS_BY_DAY + 1] = NULL};

static enum err cmd_report_returns(struct app *app, const struct options *o, struct errctx *e)
{
    int by = 0;
    const char *period = NULL;
    struct registry_store *store = NULL;
    struct report report;
    if (report_run_period(o, &period, e) != ERR_OK ||
        report_run_choice(o, "by", RETURNS_WORDS, &by, e) != ERR_OK ||
        report_run_begin(app, o, &store, e) != ERR_OK)
        return e->kind;
    enum err made = returns_report(store, period, (enum returns_by)by, &report, e);
    return report_run_finish(app, store, made, &report, e);
}

static const struct option_spec RETURNS_OPTIONS[] = {
    REPORT_OPTION_PERIOD,
    {"by", "WHAT", N_("licence or day (licence)"), false},
    REPORT_OPTION_AS_OF,
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REPORT_RETURNS = {
    .words = "report returns",
    .operands = "",
    .summary = N_("returns expected, made, nil and missing, in calendar days"),
    .more = N_("A licence for digging owes a return for every day on which it is valid while a site of it is "
               "washing; otherwise for every day that comes more than silence_most days (a threshold of the "
               "country's profile) after its last return. Days after the newest batch are not expected."),
    .opens = OPENS_READ,
    .options = RETURNS_OPTIONS,
    .run = cmd_report_returns,
};

/* --- balance */

static enum err cmd_report_balance(struct app *app, const struct options *o, struct errctx *e)
{
    struct registry_store *store = NULL;
    struct report report;
    if (report_run_begin(app, o, &store, e) != ERR_OK)
        return e->kind;
    enum err made = balance_report(store, options_text(o, "period"), &report, e);
    return report_run_finish(app, store, made, &report, e);
}

static const struct option_spec BALANCE_OPTIONS[] = {
    {"period", "PERIOD", N_("2026, 2026-H1, 2026-Q3 or 2026-11 (all time)"), false},
    REPORT_OPTION_AS_OF,
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REPORT_BALANCE = {
    .words = "report balance",
    .operands = "",
    .summary = N_("produced, sold and in stock, by licence"),
    .opens = OPENS_READ,
    .options = BALANCE_OPTIONS,
    .run = cmd_report_balance,
};

/* --- licences */

static enum err cmd_report_licences(struct app *app, const struct options *o, struct errctx *e)
{
    const char *on = options_text(o, "on");
    int32_t day = -1;
    struct date d;
    struct registry_store *store = NULL;
    struct report report;
    if (on && date_parse(on, &d, e) != ERR_OK)
        return err_wrap(e, "on \"%s\"", on);
    if (on)
        day = date_to_days(d);
    if (report_run_begin(app, o, &store, e) != ERR_OK)
        return e->kind;
    enum err made = licences_report(store, day, &report, e);
    return report_run_finish(app, store, made, &report, e);
}

static const struct option_spec LICENCES_OPTIONS[] = {
    {"on", "DATE", N_("how they stand on that day (the day of the newest batch)"), false},
    REPORT_OPTION_AS_OF,
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REPORT_LICENCES = {
    .words = "report licences",
    .operands = "",
    .summary = N_("every licence and how it stands on a day"),
    .opens = OPENS_READ,
    .options = LICENCES_OPTIONS,
    .run = cmd_report_licences,
};

/* --- diggers */

static enum err cmd_report_diggers(struct app *app, const struct options *o, struct errctx *e)
{
    struct registry_store *store = NULL;
    struct report report;
    if (report_run_begin(app, o, &store, e) != ERR_OK)
        return e->kind;
    enum err made = diggers_report(store, &report, e);
    return report_run_finish(app, store, made, &report, e);
}

static const struct option_spec DIGGERS_OPTIONS[] = {
    REPORT_OPTION_AS_OF,
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REPORT_DIGGERS = {
    .words = "report diggers",
    .operands = "",
    .summary = N_("how many persons, by district, sex, role and status"),
    .opens = OPENS_READ,
    .options = DIGGERS_OPTIONS,
    .run = cmd_report_diggers,
};

/* --- the Kimberley Process return */

static enum err cmd_report_annex(struct app *app, const struct options *o, struct errctx *e)
{
    const char *period = NULL;
    struct registry_store *store = NULL;
    struct report report;
    if (report_run_period(o, &period, e) != ERR_OK || report_run_begin(app, o, &store, e) != ERR_OK)
        return e->kind;
    enum err made = annex_report(store, period, &report, e);
    return report_run_finish(app, store, made, &report, e);
}

static const struct option_spec ANNEX_OPTIONS[] = {
    {"period", "PERIOD", N_("2026, 2026-H1 or 2026-Q3"), false},
    REPORT_OPTION_AS_OF,
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REPORT_ANNEX = {
    .words = "report annex-iii",
    .operands = "",
    .summary = N_("the Kimberley Process layout: production by half-year, trade by quarter"),
    .more = N_("Production in carats and US dollars of each half-year, and first sales of each quarter by HS "
               "code, with the day on which each is due. Exports and imports are not in the registry."),
    .opens = OPENS_READ,
    .options = ANNEX_OPTIONS,
    .run = cmd_report_annex,
};
