/* inbox: what the ministry returned. */
#include <inttypes.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/said.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "schema/base/date.h"
#include "schema/base/json.h"

struct listing {
    struct app *app;
    struct output *out;
    struct buf json;
    struct json_out j;
    int64_t items;
};

static void put_json(struct listing *l, const struct inbox_item *item)
{
    char id[IDENT_BYTES];
    json_open(&l->j, '{');
    json_put_str(&l->j, "entity", ENTITIES[item->of].name);
    json_put_str(&l->j, "id", ident_format(item->record, id));
    json_put_str(&l->j, "is", item->state);
    json_put_str_opt(&l->j, "field", item->field);
    json_put_str_opt(&l->j, "rule", item->rule);
    json_put_str_opt(&l->j, "why", item->why);
    json_put_str_opt(&l->j, "by", *item->by ? item->by : NULL);
    json_put_int(&l->j, "at", item->at);
    json_close(&l->j, '}');
}

/* People see the flag under which they correct the field. */
static const char *flag_of(const struct inbox_item *item)
{
    int field = item->field ? entity_field(&ENTITIES[item->of], item->field) : -1;
    return field < 0 ? NULL : ENTITIES[item->of].fields[field].flag;
}

static void put_people(struct listing *l, const struct inbox_item *item, const struct record *record)
{
    char id[IDENT_BYTES];
    char at[LANGUAGE_INSTANT_BYTES];
    struct buf line = {0};
    const char *flag = flag_of(item);
    buf_printf(&line, "%s %s  ", ENTITIES[item->of].name, ident_format_checked(item->record, id));
    record_put_title(&line, record);
    output_line(l->out, buf_str(&line));
    buf_clear(&line);
    buf_printf(&line, "  %s: ",
               strcmp(item->state, "conflict") == 0 ? _("another change came first and stands")
                                                    : _("returned"));
    if (flag)
        buf_printf(&line, "--%s: ", flag);
    said_put(&line, item->why ? item->why : _("no reason was given"));
    output_line(l->out, buf_str(&line));
    buf_clear(&line);
    buf_printf(&line, "  %s%s%s", language_instant(item->at, at), *item->by ? ", " : "", item->by);
    output_line(l->out, buf_str(&line));
    buf_done(&line);
}

static enum err list_item(void *arg, const struct inbox_item *item, struct errctx *e)
{
    struct listing *l = arg;
    struct row row = {0};
    if (store_load(l->app->store, item->of, item->record, &row, e) != ERR_OK)
        return e->kind;
    put_json(l, item);
    put_people(l, item, &row.record);
    row_done(&row);
    l->items++;
    return ERR_OK;
}

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    (void)o;
    struct listing l = {.app = app, .out = app_output(app)};
    l.j.to = &l.json;
    output_begin(l.out, "inbox/1");
    json_open(&l.j, '[');
    enum err result = store_inbox(app->store, list_item, &l, e);
    json_close(&l.j, ']');
    output_put_json(l.out, "records", buf_str(&l.json));
    if (l.items == 0)
        output_line(l.out, _("nothing was returned"));
    if (result == ERR_OK)
        result = output_end(l.out, e);
    output_free(l.out);
    buf_done(&l.json);
    return result;
}

const struct command CMD_INBOX = {
    .words = "inbox",
    .operands = "",
    .summary = N_("records that the ministry returned, and why"),
    .more = N_("What is corrected with `edit`, or voided, leaves the list; the next sync takes the "
               "correction to the "
               "registry."),
    .opens = OPENS_READ,
    .run = run,
};
