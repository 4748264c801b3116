#include <inttypes.h>

#include "app/common/i18n.h"
#include "app/common/progress.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/demo/demo.h"

enum {
    SEED = 1,
    DIGGERS = 60,
    DAYS = 90,
    MOST_DIGGERS = 100000,
    MOST_DAYS = 3660
};

static enum err read_plan(const struct app *app, const struct options *o, struct demo_plan *plan,
                          struct errctx *e)
{
    int64_t seed = 0;
    int64_t diggers = 0;
    int64_t days = 0;
    if (options_int(o, "seed", 0, INT64_MAX, SEED, &seed, e) != ERR_OK ||
        options_int(o, "diggers", 1, MOST_DIGGERS, DIGGERS, &diggers, e) != ERR_OK ||
        options_int(o, "days", 1, MOST_DAYS, DAYS, &days, e) != ERR_OK)
        return e->kind;
    *plan = (struct demo_plan){
        .seed = (uint64_t)seed, .diggers = (int)diggers, .days = (int)days, .now = app->now};
    return ERR_OK;
}

static enum err tell(const struct app *app, const struct demo_plan *plan, struct errctx *e)
{
    const struct journal_head *head = store_head(app->store);
    struct buf line = {0};
    struct output *out = app_output(app);
    output_begin(out, "demo/1");
    output_put_text(out, "device", store_device(app->store)->code);
    output_put_text(out, "country", codes_country(store_codes(app->store)));
    output_put_int(out, "seed", (int64_t)plan->seed);
    output_put_int(out, "days", plan->days);
    output_put_int(out, "entries", head->number);
    buf_printf(&line, _("a training season of %d days, %" PRId64 " entries, device %s, in %s"), plan->days,
               head->number, store_device(app->store)->code, app->db_path);
    output_line(out, buf_str(&line));
    enum err result = output_end(out, e);
    output_free(out);
    buf_done(&line);
    return result;
}

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    struct demo_plan plan;
    struct progress progress;
    char account[ENTRY_AUTHOR_BYTES];
    const char *country = options_text(o, "country");
    if (read_plan(app, o, &plan, e) != ERR_OK)
        return e->kind;
    app_account_name(account);
    struct author by = {.login = account, .now = demo_begins(&plan)};
    if (app_create(app, country ? country : "XX", _("training"), true, &by, e) != ERR_OK ||
        store_open(app->db_path, STORE_WRITE, &app->store, e) != ERR_OK)
        return e->kind;
    progress_start(&progress, _("inventing"), false);
    enum err result = demo_season(app->store, &plan, progress_update, &progress, e);
    progress_end(&progress);
    return result == ERR_OK ? tell(app, &plan, e) : result;
}

static const struct option_spec OPTIONS[] = {
    {"seed", "N", N_("the same seed gives the same season (default 1)"), false},
    {"diggers", "N", N_("people (default 60)"), false},
    {"days", "N", N_("length of the season, which ends today (default 90)"), false},
    {"country", "CC", N_("country profile (default XX)"), false},
    {0},
};

const struct command CMD_DEMO = {
    .words = "demo",
    .operands = "",
    .summary = N_("make a new database with an invented season, for training"),
    .more =
        N_("It is marked for ever: no real registry takes its records. Its officers are listed by: alluvia "
           "officer list."),
    .opens = OPENS_NOTHING,
    .options = OPTIONS,
    .run = run,
};
