#include "app/registry/cli/report_run.h"

#include <string.h>

#include "app/common/i18n.h"
#include "app/common/output_report.h"
#include "schema/base/date.h"

enum err report_run_period(const struct options *o, const char **out, struct errctx *e)
{
    *out = options_text(o, "period");
    return *out ? ERR_OK : err_fail(e, ERR_USAGE, _("the report needs --period, for example 2026-H1"));
}

enum err report_run_choice(const struct options *o, const char *name, const char *const *words, int *out,
                           struct errctx *e)
{
    const char *text = options_text(o, name);
    struct buf all = {0};
    *out = 0;
    if (!text)
        return ERR_OK;
    for (int i = 0; words[i]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *out = i;
            buf_done(&all);
            return ERR_OK;
        }
        buf_printf(&all, "%s%s", i ? ", " : "", words[i]);
    }
    enum err result = err_fail(e, ERR_USAGE, _("%s \"%s\": is not one of: %s"), name, text, buf_str(&all));
    buf_done(&all);
    return result;
}

enum err report_run_begin(struct app *app, const struct options *o, struct registry_store **out,
                          struct errctx *e)
{
    const char *text = options_text(o, "as-of");
    struct date day;
    *out = app->store;
    if (!text)
        return registry_store_snapshot_begin(app->store, e);
    if (date_parse(text, &day, e) != ERR_OK)
        return err_wrap(e, "as-of \"%s\"", text);
    return registry_store_as_of(app->store, ((int64_t)date_to_days(day) + 1) * 86400 - 1, out, e);
}

enum err report_run_finish(struct app *app, struct registry_store *store, enum err made,
                           struct report *report, struct errctx *e)
{
    enum err result = made;
    if (made == ERR_OK) {
        result = output_report(app->out, report, registry_store_codes(store), app->lang, e);
        report_done(report);
    }
    if (store == app->store)
        registry_store_snapshot_end(store);
    else
        registry_store_close(store);
    return result;
}
