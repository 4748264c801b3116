/* waiting list and waiting set-aside: recovered entries that name what is gone. */
#include "app/common/i18n.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/cli/confirm.h"
#include "app/field/cli/entry_words.h"
#include "schema/base/date.h"
#include "schema/base/json.h"
#include "sync/journal/waiting.h"

enum waiting_column {
    WAITING_ID,
    WAITING_AT,
    WAITING_BY,
    WAITING_OP,
    WAITING_OF,
    WAITING_WHAT,
    WAITING_NEEDS,
    WAITING_ASIDE,
    WAITING_COLUMNS
};

struct listing {
    struct app *app;
    struct output *out;
    int64_t count;
};

static void put_json(struct buf *out, const struct waiting_entry *waiting)
{
    char id[IDENT_BYTES];
    struct json_out j = {.to = out};
    json_open(&j, '{');
    json_put_str(&j, "id", ident_format(waiting->address, id));
    json_put_str_opt(&j, "needs", waiting->needs ? ident_format(waiting->needs, id) : NULL);
    if (waiting->aside_at) {
        json_put_int(&j, "aside_at", waiting->aside_at);
        json_put_str_opt(&j, "aside_by", waiting->by);
        json_put_str_opt(&j, "why", waiting->why);
    }
    json_key(&j, "entry");
    json_raw(&j, waiting->bytes, waiting->len);
    json_close(&j, '}');
}

static enum err list_one(void *arg, const struct waiting_entry *waiting, struct errctx *e)
{
    struct listing *l = arg;
    struct entry entry;
    char id[IDENT_BYTES];
    char needs[IDENT_BYTES];
    char at[INSTANT_BYTES];
    struct buf json = {0};
    struct buf what = {0};
    if (entry_read(waiting->bytes, waiting->len, &entry, NULL, e) != ERR_OK)
        return e->kind;
    put_json(&json, waiting);
    if (entry.record.of)
        entry_put_values(&what, l->app, &entry);
    const struct cell cells[WAITING_COLUMNS] = {
        [WAITING_ID] = {.given = true, .text = ident_format_checked(waiting->address, id)},
        [WAITING_AT] = {.given = true, .text = instant_format(entry.at, at)},
        [WAITING_BY] = {.given = true, .text = entry.by},
        [WAITING_OP] = {.given = true, .text = entry_op_label(entry.op)},
        [WAITING_OF] = {.given = entry.record.of != NULL,
                        .text = entry.record.of ? entry.record.of->name : ""},
        [WAITING_WHAT] = {.given = true, .text = buf_str(&what)},
        [WAITING_NEEDS] = {.given = waiting->needs != 0,
                           .text = waiting->needs ? ident_format_checked(waiting->needs, needs) : ""},
        [WAITING_ASIDE] = {.given = waiting->why != NULL, .text = waiting->why},
    };
    output_row_as(l->out, cells, buf_str(&json));
    l->count++;
    entry_done(&entry);
    buf_done(&json);
    buf_done(&what);
    return ERR_OK;
}

static enum err list(struct app *app, const struct options *o, struct errctx *e)
{
    struct listing l = {.app = app, .out = app_output(app)};
    const struct column columns[WAITING_COLUMNS] = {
        [WAITING_ID] = {.name = "id", .flag = "id", .label = _("Entry")},
        [WAITING_AT] = {.flag = "at", .label = _("At")},
        [WAITING_BY] = {.flag = "by", .label = _("By")},
        [WAITING_OP] = {.flag = "what", .label = _("What")},
        [WAITING_OF] = {.flag = "of", .label = _("Record")},
        [WAITING_WHAT] = {.flag = "values", .label = _("Values")},
        [WAITING_NEEDS] = {.flag = "needs", .label = _("Needs")},
        [WAITING_ASIDE] = {.flag = "set-aside", .label = options_has(o, "all") ? _("Set aside") : NULL},
    };
    output_begin(l.out, "waiting/1");
    output_rows(l.out, "entries", columns, WAITING_COLUMNS);
    enum err result = waiting_each(store_db(app->store), options_has(o, "all"), list_one, &l, e);
    output_rows_end(l.out);
    if (l.count == 0)
        output_line(l.out, _("nothing waits"));
    if (result == ERR_OK)
        result = output_end(l.out, e);
    output_free(l.out);
    return result;
}

static enum err set_aside(struct app *app, const struct options *o, struct errctx *e)
{
    struct author by;
    struct buf why = {0};
    int64_t address = 0;
    char id[IDENT_BYTES];
    if (!options_text(o, "reason"))
        return err_fail(e, ERR_USAGE, _("why? an entry is set aside with --reason TEXT"));
    if (ident_parse(o->operands[0], &address, e) != ERR_OK || app_author(app, &by, e) != ERR_OK)
        return e->kind;
    enum err result = reason_read(&why, options_text(o, "reason"), e);
    if (result == ERR_OK)
        result = store_set_aside(app->store, address, buf_str(&why), &by, e);
    buf_done(&why);
    if (result != ERR_OK)
        return result;
    struct output *out = app_output(app);
    output_begin(out, "set-aside/1");
    output_put_text(out, "id", ident_format(address, id));
    output_line(out, ident_format_checked(address, id));
    result = output_end(out, e);
    output_free(out);
    return result;
}

static const struct option_spec LIST_OPTIONS[] = {
    {"all", NULL, N_("those that were set aside too"), false},
    {0},
};
static const struct option_spec SET_ASIDE_OPTIONS[] = {
    {"reason", "TEXT", N_("why; it stays beside the entry"), false},
    {0},
};

const struct command CMD_WAITING_LIST = {
    .words = "waiting list",
    .operands = "",
    .summary = N_("recovered entries that wait for others that are gone"),
    .more = N_("They are written again as soon as the registry tells of what they name. What nobody else has "
               "is gone: "
               "write down anew what they say, and set them aside."),
    .opens = OPENS_READ,
    .options = LIST_OPTIONS,
    .run = list,
};

const struct command CMD_WAITING_SET_ASIDE = {
    .words = "waiting set-aside",
    .operands = "ENTRY",
    .summary = N_("wait no more for what a recovered entry names"),
    .more = N_("It is kept with the reason, and never written again."),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .options = SET_ASIDE_OPTIONS,
    .run = set_aside,
};
