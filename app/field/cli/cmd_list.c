/* list, show, history: the commands that read records. */
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/output_record.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/cli/entry_words.h"
#include "schema/base/date.h"
#include "schema/base/json.h"

enum {
    MAX_WHERE = 8 /* as struct store_filter */
};

/* Reads "FIELD=VALUE" into SCRATCH, whose canonical value the filter then borrows. */
static enum err read_where(struct app *app, const char *text, struct record *scratch, struct store_filter *f,
                           struct errctx *e)
{
    const char *equals = strchr(text, '=');
    if (!equals)
        return err_fail(e, ERR_USAGE, _("--where \"%s\": write it as FIELD=VALUE"), text);
    char *name = str_dup_len(text, (size_t)(equals - text));
    int field = entity_field_by_flag(scratch->of, name);
    if (field < 0)
        field = entity_field(scratch->of, name);
    free(name);
    if (field < 0)
        return err_fail(e, ERR_USAGE, _("--where \"%s\": a %s has no such field"), text, scratch->of->name);
    if (f->where_count == MAX_WHERE)
        return err_fail(e, ERR_USAGE, _("--where is given more than %d times"), MAX_WHERE);
    struct reader reader = store_reader(app->store, app_today(app));
    if (record_set_typed(scratch, field, equals + 1, &reader, e) != ERR_OK)
        return e->kind;
    if (scratch->values[field].state != VALUE_SET)
        return err_fail(e, ERR_USAGE, _("--where \"%s\": gives no value"), text);
    f->where[f->where_count].field = field;
    f->where[f->where_count].text = scratch->values[field].text;
    f->where[f->where_count++].number = scratch->values[field].number;
    return ERR_OK;
}

static enum err read_day(struct app *app, const struct options *o, const char *name, int32_t *out,
                         struct errctx *e)
{
    const char *text = options_text(o, name);
    struct date day;
    if (!text)
        return ERR_OK;
    if (date_parse_typed(text, app_today(app), &day, e) != ERR_OK) {
        e->kind = ERR_USAGE;
        return err_wrap(e, "--%s \"%s\"", name, text);
    }
    *out = date_to_days(day);
    return ERR_OK;
}

static enum err read_filter(struct app *app, const struct options *o, struct record *scratch,
                            struct store_filter *f, struct errctx *e)
{
    *f = (struct store_filter){.search = options_text(o, "search"), .with_void = options_has(o, "with-void")};
    int at = 0;
    for (const char *text; (text = options_next(o, "where", &at));) {
        if (read_where(app, text, scratch, f, e) != ERR_OK)
            return e->kind;
    }
    if (read_day(app, o, "from", &f->from, e) != ERR_OK || read_day(app, o, "to", &f->to, e) != ERR_OK)
        return e->kind;
    return options_int(o, "limit", 1, INT64_MAX, 0, &f->limit, e);
}

static enum err print_row(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    output_record(arg, row);
    return ERR_OK;
}

/* A licence stands in many returns: titles that were looked up are kept for a while. */
enum {
    KEPT_TITLES = 64
};

struct titles {
    struct store *store;
    int64_t id[KEPT_TITLES];
    char *text[KEPT_TITLES]; /* owned */
};

static void put_title(void *arg, enum entity_id of, int64_t id, struct buf *out)
{
    struct titles *t = arg;
    size_t at = (size_t)id % KEPT_TITLES;
    if (t->id[at] != id) {
        struct row row = {0};
        struct buf title = {0};
        struct errctx e;
        if (store_load(t->store, of, id, &row, &e) == ERR_OK) {
            record_put_title(&title, &row.record);
            row_done(&row);
        }
        free(t->text[at]);
        t->id[at] = id;
        t->text[at] = str_dup(buf_str(&title));
        buf_done(&title);
    }
    buf_puts(out, t->text[at]);
}

static void titles_done(struct titles *t)
{
    for (size_t i = 0; i < KEPT_TITLES; i++)
        free(t->text[i]);
}

static enum err list(struct app *app, const struct options *o, struct errctx *e)
{
    struct record scratch;
    struct store_filter filter;
    struct titles titles = {.store = app->store};
    record_init(&scratch, app->entity);
    enum err result = read_filter(app, o, &scratch, &filter, e);
    if (result == ERR_OK) {
        struct output *out = app_output(app);
        struct record_list rows;
        output_records(&rows, out, app->entity, store_codes(app->store), app->mark);
        rows.titles = (struct record_titles){.put = put_title, .arg = &titles};
        result = store_list(app->store, app->entity->id, &filter, print_row, &rows, e);
        if (result == ERR_OK)
            result = output_records_end(&rows, e);
        output_free(out);
    }
    titles_done(&titles);
    record_done(&scratch);
    return result;
}

static enum err show(struct app *app, const struct options *o, struct errctx *e)
{
    int64_t id = 0;
    struct row row = {0};
    if (app_find(app, app->entity->id, o->operands[0], &id, e) != ERR_OK ||
        store_load(app->store, app->entity->id, id, &row, e) != ERR_OK)
        return e->kind;
    struct titles kept = {.store = app->store};
    struct record_titles titles = {.put = put_title, .arg = &kept};
    struct output *out = app_output(app);
    enum err result = output_one_record(out, &row, store_codes(app->store), app->mark, &titles, e);
    titles_done(&kept);
    output_free(out);
    row_done(&row);
    return result;
}

enum history_column {
    HISTORY_ID,
    HISTORY_AT,
    HISTORY_BY,
    HISTORY_OP,
    HISTORY_WHAT,
    HISTORY_COLUMNS
};

struct history {
    struct app *app;
    struct output *out;
};

static enum err print_entry(void *arg, int64_t address, const struct entry *entry, struct errctx *e)
{
    (void)e;
    struct history *h = arg;
    char id[IDENT_BYTES];
    char at[INSTANT_BYTES];
    struct buf json = {0};
    struct buf line = {0};
    struct buf what = {0};
    struct json_out j = {.to = &json};
    entry_write(entry, &line);
    json_open(&j, '{');
    json_put_str(&j, "id", ident_format(address, id));
    json_key(&j, "entry");
    json_raw(&j, line.data, line.len);
    json_close(&j, '}');
    entry_put_values(&what, h->app, entry);
    bool people = output_form(h->out) != OUTPUT_JSON;
    struct cell cells[HISTORY_COLUMNS] = {
        [HISTORY_ID] = {.given = true, .text = people ? ident_format_checked(address, id) : id},
        [HISTORY_AT] = {.given = true, .text = instant_format(entry->at, at)},
        [HISTORY_BY] = {.given = true, .text = entry->by},
        [HISTORY_OP] = {.given = true, .text = entry_op_label(entry->op)},
        [HISTORY_WHAT] = {.given = true, .text = buf_str(&what)},
    };
    output_row_as(h->out, cells, buf_str(&json));
    buf_done(&json);
    buf_done(&line);
    buf_done(&what);
    return ERR_OK;
}

static enum err history(struct app *app, const struct options *o, struct errctx *e)
{
    int64_t id = 0;
    char text[IDENT_BYTES];
    if (app_find(app, app->entity->id, o->operands[0], &id, e) != ERR_OK)
        return e->kind;
    struct history h = {.app = app, .out = app_output(app)};
    const struct column columns[HISTORY_COLUMNS] = {
        [HISTORY_ID] = {.name = "id", .flag = "id", .label = _("Entry")},
        [HISTORY_AT] = {.flag = "at", .label = _("At")},
        [HISTORY_BY] = {.flag = "by", .label = _("By")},
        [HISTORY_OP] = {.flag = "what", .label = _("What")},
        [HISTORY_WHAT] = {.flag = "values", .label = _("Values")},
    };
    output_begin(h.out, "history/1");
    output_put_text(h.out, "id", ident_format(id, text));
    output_rows(h.out, "entries", columns, HISTORY_COLUMNS);
    enum err result = store_history(app->store, app->entity->id, id, print_entry, &h, e);
    output_rows_end(h.out);
    if (result == ERR_OK)
        result = output_end(h.out, e);
    output_free(h.out);
    return result;
}

static const struct option_spec LIST_OPTIONS[] = {
    {"search", "TEXT", N_("words by their beginning or in another spelling, without accents and case"),
     false},
    {"where", "FIELD=VALUE", N_("only records whose field holds the value; may be given more than once"),
     true},
    {"from", "DATE", N_("from this day on, by the record's first date"), false},
    {"to", "DATE", N_("up to this day"), false},
    {"limit", "N", N_("at most so many records"), false},
    {"with-void", NULL, N_("voided records too (not in CSV)"), false},
    {0},
};

const struct command CMD_LIST = {
    .words = "ENTITY list",
    .operands = "",
    .summary = N_("list records, the newest first"),
    .opens = OPENS_READ,
    .options = LIST_OPTIONS,
    .run = list,
};

const struct command CMD_SHOW = {
    .words = "ENTITY show",
    .operands = "ID",
    .summary = N_("show one record"),
    .opens = OPENS_READ,
    .least = 1,
    .most = 1,
    .run = show,
};

const struct command CMD_HISTORY = {
    .words = "ENTITY history",
    .operands = "ID",
    .summary = N_("show every entry that touched a record"),
    .opens = OPENS_READ,
    .least = 1,
    .most = 1,
    .run = history,
};
