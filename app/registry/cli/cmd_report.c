#include <string.h>

#include "app/common/i18n.h"
#include "app/common/output_report.h"
#include "app/registry/app.h"
#include "app/registry/report/production.h"

static const char *const BY[] = {
    [PRODUCTION_BY_DISTRICT] = "district",
    [PRODUCTION_BY_COOPERATIVE] = "cooperative",
    [PRODUCTION_BY_LICENCE] = "licence",
    [PRODUCTION_BY_MONTH] = "month",
};

static enum err read_by(const char *text, enum production_by *out, struct errctx *e)
{
    *out = PRODUCTION_BY_DISTRICT;
    if (!text)
        return ERR_OK;
    for (size_t i = 0; i < sizeof BY / sizeof BY[0]; i++) {
        if (strcmp(text, BY[i]) == 0) {
            *out = (enum production_by)i;
            return ERR_OK;
        }
    }
    return err_fail(e, ERR_USAGE, _("by \"%s\": is not one of: district, cooperative, licence, month"), text);
}

static enum err cmd_report_production(struct app *app, const struct options *o, struct errctx *e)
{
    enum production_by by = PRODUCTION_BY_DISTRICT;
    const char *period = options_text(o, "period");
    struct report report;
    if (!period)
        return err_fail(e, ERR_USAGE, _("report production needs --period, for example 2026-H1"));
    if (read_by(options_text(o, "by"), &by, e) != ERR_OK ||
        production_report(app->store, period, by, &report, e) != ERR_OK)
        return e->kind;
    enum err result = output_report(app->out, &report, registry_store_codes(app->store), app->lang, e);
    report_done(&report);
    return result;
}

static const struct option_spec REPORT_PRODUCTION_OPTIONS[] = {
    {"period", "PERIOD", N_("2026, 2026-H1, 2026-Q3 or 2026-11"), false},
    {"by", "WHAT", N_("district, cooperative, licence or month (district)"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REPORT_PRODUCTION = {
    .words = "report production",
    .operands = "",
    .summary = N_("carats, value and price per carat of a period"),
    .opens = OPENS_READ,
    .options = REPORT_PRODUCTION_OPTIONS,
    .run = cmd_report_production,
};
