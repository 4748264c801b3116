#include <string.h>

#include "app/common/i18n.h"
#include "app/registry/cli/report_run.h"
#include "app/registry/report/registry_report.h"

/* A mistyped id must not look like a site without stones. */
static enum err read_site(struct registry_store *s, const char *text, struct origin *out, struct errctx *e)
{
    struct project_store *records = &registry_store_ledger(s)->records;
    struct row row;
    *out = (struct origin){.kind = ORIGIN_SITE};
    enum err result = ident_parse(text, &out->site, e);
    if (result == ERR_OK)
        result = records->load(records->arg, ENTITY_SITE, out->site, &row, e);
    if (result != ERR_OK)
        return err_wrap(e, "site \"%s\"", text);
    row_done(&row);
    return ERR_OK;
}

static const struct code *find_district(struct registry_store *s, const char *text)
{
    const struct code_list *list = NULL;
    struct errctx e;
    return codes_list(registry_store_codes(s), "district", &list, &e) == ERR_OK ? code_list_find(list, text)
                                                                                : NULL;
}

static enum err read_district(struct registry_store *s, const char *text, struct origin *out,
                              struct errctx *e)
{
    const struct code *code = find_district(s, text);
    if (!code)
        return err_fail(e, ERR_USAGE, _("district \"%s\": is not in the country's list"), text);
    *out = (struct origin){.kind = ORIGIN_DISTRICT, .district = code->code};
    return ERR_OK;
}

/* Devices are asked of the present: a state gone by knows none. */
static enum err read_device(struct app *app, const char *text, struct origin *out, struct errctx *e)
{
    struct ledger *ledger = registry_store_ledger(app->store);
    struct ledger_device device;
    *out = (struct origin){.kind = ORIGIN_DEVICE};
    if (app_device(text, &out->device, e) != ERR_OK ||
        ledger->device(ledger->arg, out->device, &device, e) != ERR_OK)
        return err_wrap(e, "device \"%s\"", text);
    return ERR_OK;
}

static enum err read_of(struct app *app, struct registry_store *s, const struct options *o,
                        struct origin *out, struct errctx *e)
{
    const char *site = options_text(o, "site");
    const char *district = options_text(o, "district");
    const char *device = options_text(o, "device");
    if ((site != NULL) + (district != NULL) + (device != NULL) != 1)
        return err_fail(e, ERR_USAGE, _("report footprint needs one of: --site, --district, --device"));
    if (site)
        return read_site(s, site, out, e);
    return district ? read_district(s, district, out, e) : read_device(app, device, out, e);
}

/* What --against names says itself what it is. */
static enum err read_against(struct app *app, struct registry_store *s, const char *text, struct origin *out,
                             struct errctx *e)
{
    *out = (struct origin){.kind = ORIGIN_OTHERS};
    if (strcmp(text, "others") == 0)
        return ERR_OK;
    if (find_district(s, text))
        return read_district(s, text, out, e);
    return ident_has_shape(text) ? read_site(s, text, out, e) : read_device(app, text, out, e);
}

static enum err make(struct app *app, struct registry_store *s, const struct options *o,
                     struct report *report, struct errctx *e)
{
    static const char *const sizes[] = {
        [FOOTPRINT_BY_WEIGHT] = "weight", [FOOTPRINT_BY_SIEVE] = "sieve", [FOOTPRINT_BY_SIEVE + 1] = NULL};
    struct footprint_question q = {.period = options_text(o, "period")};
    struct origin against;
    int size = 0;
    const char *other = options_text(o, "against");
    if (read_of(app, s, o, &q.of, e) != ERR_OK || report_run_choice(o, "size", sizes, &size, e) != ERR_OK)
        return e->kind;
    if (other && read_against(app, s, other, &against, e) != ERR_OK)
        return err_wrap(e, "against");
    q.against = other ? &against : NULL;
    q.size = (enum footprint_size)size;
    return footprint_report(s, &q, report, e);
}

static enum err cmd_report_footprint(struct app *app, const struct options *o, struct errctx *e)
{
    struct registry_store *store = NULL;
    struct report report;
    if (report_run_begin(app, o, &store, e) != ERR_OK)
        return e->kind;
    enum err made = make(app, store, o, &report, e);
    return report_run_finish(app, store, made, &report, e);
}

static const struct option_spec FOOTPRINT_OPTIONS[] = {
    {"site", "ID", N_("stones found at this site"), false},
    {"district", "CODE", N_("stones found in this district and what belongs to it"), false},
    {"device", "CODE", N_("stones recorded on this laptop"), false},
    {"against", "WHAT", N_("compare with a site, a district, a laptop or others"), false},
    {"size", "HOW", N_("weight (single stones alone) or sieve (weight)"), false},
    {"period", "PERIOD", N_("2026, 2026-H1, 2026-Q3 or 2026-11 (all time)"), false},
    REPORT_OPTION_AS_OF,
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REPORT_FOOTPRINT = {
    .words = "report footprint",
    .operands = "",
    .summary = N_("stones by size, quality and colour, and whether they fit others"),
    .more = N_("The comparison is chi-square, with classes merged until 5 stones are expected in each, and "
               "for sizes Kolmogorov-Smirnov. \"Does not fit\" is a question for an expert; \"fits\" proves "
               "nothing: neighbours of one geological province cannot be told apart."),
    .opens = OPENS_READ,
    .options = FOOTPRINT_OPTIONS,
    .run = cmd_report_footprint,
};
