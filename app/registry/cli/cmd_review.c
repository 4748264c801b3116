#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/said.h"
#include "app/registry/cli/review_show.h"
#include "app/registry/review/national.h"
#include "schema/base/date.h"

enum {
    DAY_S = 86400
};

/* --- list */

static const struct column LIST_COLUMNS[] = {
    {"record", "record", N_("Record"), COLUMN_TEXT, 0},
    {"entity", "entity", N_("Kind"), COLUMN_TEXT, 0},
    {"title", "title", N_("Title"), COLUMN_TEXT, 0},
    {"district", "district", N_("District"), COLUMN_TEXT, 0},
    {"rule", "rule", N_("Rule"), COLUMN_TEXT, 0},
    {"level", "level", N_("Level"), COLUMN_TEXT, 0},
    {"field", "field", NULL, COLUMN_TEXT, 0},
    {"text", "text", N_("Finding"), COLUMN_SAID, 0},
    {"rests_on", "rests_on", NULL, COLUMN_TEXT, 0},
    {"device", "device", N_("Device"), COLUMN_TEXT, 0},
    {"age_days", "age_days", N_("Days"), COLUMN_NUMBER, 0},
};
enum {
    LIST_COLUMN_COUNT = sizeof LIST_COLUMNS / sizeof LIST_COLUMNS[0]
};

struct listing {
    struct app *app;
    bool people; /* ids with their check characters */
};

enum {
    PAGE_ITEMS = 100,    /* of a table, for people */
    MOST_ITEMS = 1000000 /* that --limit takes */
};

static struct cell text_cell(const char *text)
{
    return (struct cell){.given = text && *text, .text = text};
}

static void put_item(const struct listing *l, const struct review_item *item, const struct row *row,
                     const char *district)
{
    struct buf title = {0};
    char id[IDENT_BYTES];
    char code[DEVICE_CODE_BYTES];
    record_put_title(&title, &row->record);
    int64_t age = (l->app->now - item->since) / DAY_S;
    const struct cell cells[LIST_COLUMN_COUNT] = {
        text_cell(l->people ? ident_format_checked(item->record, id) : ident_format(item->record, id)),
        text_cell(row->record.of->name),
        text_cell(buf_str(&title)),
        text_cell(district),
        text_cell(item->rule),
        text_cell(*item->rule ? item->level : ""),
        text_cell(item->field),
        text_cell(item->words),
        text_cell(item->rests_on),
        text_cell(device_code_format(ident_device(item->record), code)),
        {true, age > 0 ? age : 0, NULL},
    };
    output_row(l->app->out, cells);
    buf_done(&title);
}

static enum err list_item(void *arg, const struct review_item *item, struct errctx *e)
{
    const struct listing *l = arg;
    struct row row = {0};
    char district[REVIEW_DISTRICT_BYTES];
    enum err result = review_record(l->app->store, item->record, &row, e);
    if (result == ERR_NOT_FOUND)
        return ERR_OK; /* a change of a record that has not arrived */
    if (result == ERR_OK)
        result = review_district(l->app->store, &row.record, district, e);
    if (result == ERR_OK && !row.voided)
        put_item(l, item, &row, district);
    row_done(&row);
    return result;
}

static enum err read_state(const struct options *o, enum review_state *out, struct errctx *e)
{
    const char *word = options_text(o, "state");
    *out = REVIEW_OPEN;
    for (int i = 0; word && i < REVIEW_STATE_COUNT; i++) {
        if (strcmp(REVIEW_STATES[i], word) == 0) {
            *out = (enum review_state)i;
            return ERR_OK;
        }
    }
    return word ? err_fail(e, ERR_USAGE, _("state \"%s\": is open, accepted, returned, rejected or merged"),
                           word)
                : ERR_OK;
}

static enum err read_filter(struct app *app, const struct options *o, struct review_filter *out,
                            struct errctx *e)
{
    int64_t days = 0;
    const char *device = options_text(o, "device");
    const char *after = options_text(o, "after");
    *out = (struct review_filter){.rule = options_text(o, "rule"),
                                  .level = options_text(o, "level"),
                                  .district = options_text(o, "district"),
                                  .of_device = device != NULL};
    if (read_state(o, &out->state, e) != ERR_OK ||
        options_int(o, "limit", 1, MOST_ITEMS, output_form(app->out) == OUTPUT_TABLE ? PAGE_ITEMS : 0,
                    &out->limit, e) != ERR_OK ||
        options_int(o, "older", 0, MOST_ITEMS, 0, &days, e) != ERR_OK)
        return e->kind;
    if (days > 0)
        out->before = app->now - days * DAY_S;
    if (device && app_device(device, &out->device, e) != ERR_OK)
        return e->kind;
    if (after && review_place_parse(after, &out->after, e) != ERR_OK)
        return err_wrap(e, "after");
    return ERR_OK;
}

static const struct column COUNT_COLUMNS[] = {
    {"rule", "rule", N_("Rule"), COLUMN_TEXT, 0},
    {"level", "level", N_("Level"), COLUMN_TEXT, 0},
    {"count", "count", N_("Findings"), COLUMN_NUMBER, 0},
};

static enum err put_count(void *arg, const struct review_count *count, struct errctx *e)
{
    (void)e;
    struct app *app = arg;
    const struct cell cells[] = {text_cell(count->rule), text_cell(count->level), {true, count->count, NULL}};
    output_row(app->out, cells);
    return ERR_OK;
}

static enum err put_items(struct app *app, const struct review_filter *filter, struct errctx *e)
{
    struct listing listing = {.app = app, .people = output_form(app->out) != OUTPUT_JSON};
    struct review_place next;
    char place[REVIEW_PLACE_BYTES];
    bool more = false;
    output_rows(app->out, "items", LIST_COLUMNS, LIST_COLUMN_COUNT);
    if (review_list(app->store, filter, list_item, &listing, &next, &more, e) != ERR_OK)
        return e->kind;
    output_rows_end(app->out);
    if (!more)
        return ERR_OK;
    struct buf line = {0};
    output_put_text(app->out, "next", review_place_format(next, place));
    buf_printf(&line, _("there may be more: --after %s"), place);
    output_line(app->out, buf_str(&line));
    buf_done(&line);
    return ERR_OK;
}

static enum err put_counts(struct app *app, const struct review_filter *filter, struct errctx *e)
{
    output_rows(app->out, "counts", COUNT_COLUMNS, sizeof COUNT_COLUMNS / sizeof COUNT_COLUMNS[0]);
    if (review_counts(app->store, filter, put_count, app, e) != ERR_OK)
        return e->kind;
    output_rows_end(app->out);
    return ERR_OK;
}

static enum err cmd_review_list(struct app *app, const struct options *o, struct errctx *e)
{
    struct review_filter filter;
    if (read_filter(app, o, &filter, e) != ERR_OK || registry_store_snapshot_begin(app->store, e) != ERR_OK)
        return e->kind;
    output_begin(app->out, "review/1");
    output_put_text(app->out, "state", REVIEW_STATES[filter.state]);
    enum err result = options_has(o, "count") ? put_counts(app, &filter, e) : put_items(app, &filter, e);
    registry_store_snapshot_end(app->store);
    return result == ERR_OK ? output_end(app->out, e) : result;
}

static const struct option_spec LIST_OPTIONS[] = {
    {"rule", "RULE", N_("findings of this rule alone; conflict and amended are rules too"), false},
    {"level", "LEVEL", N_("of this level alone: block, confirm or flag"), false},
    {"district", "CODE", N_("records of this district alone, or of what lies in it"), false},
    {"device", "CODE", N_("records of this laptop alone"), false},
    {"older", "DAYS", N_("what has waited so many days at least"), false},
    {"state", "STATE", N_("open (else), accepted, returned, rejected or merged"), false},
    {"count", NULL, N_("only how many open findings there are of each rule"), false},
    {"limit", "N", N_("at most so many (a table: 100; else all)"), false},
    {"after", "PLACE", N_("the page behind that one, which names the place"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REVIEW_LIST = {
    .words = "review list",
    .operands = "",
    .summary = N_("what rules found and nobody has decided about, the oldest first"),
    .opens = OPENS_READ,
    .options = LIST_OPTIONS,
    .run = cmd_review_list,
};

static enum err cmd_review_show(struct app *app, const struct options *o, struct errctx *e)
{
    int64_t record = 0;
    if (ident_parse(o->operands[0], &record, e) != ERR_OK)
        return err_wrap(e, "record \"%s\"", o->operands[0]);
    if (registry_store_snapshot_begin(app->store, e) != ERR_OK)
        return e->kind;
    enum err result = review_show(app, record, e);
    registry_store_snapshot_end(app->store);
    return result;
}

const struct command COMMAND_REVIEW_SHOW = {
    .words = "review show",
    .operands = "ID",
    .summary = N_("a record, its findings, its conflicts and all that happened to it"),
    .opens = OPENS_READ,
    .least = 1,
    .most = 1,
    .run = cmd_review_show,
};

/* --- decisions */

static enum err read_ids(const struct options *o, int64_t *out, struct errctx *e)
{
    for (int i = 0; i < o->operand_count; i++) {
        if (ident_parse(o->operands[i], &out[i], e) != ERR_OK)
            return err_wrap(e, "record \"%s\"", o->operands[i]);
    }
    return ERR_OK;
}

static enum err decide(struct app *app, const struct options *o, enum decided is, struct errctx *e)
{
    const char *why = options_text(o, "reason");
    if (is != DECIDED_ACCEPTED && (!why || !*why))
        return err_fail(e, ERR_USAGE, _("the decision needs --reason: the laptop's people will read it"));
    int64_t *records = mem_zero((size_t)o->operand_count, sizeof *records);
    enum err result = read_ids(o, records, e);
    if (result == ERR_OK)
        result = review_decide(app->store, app->as, records, (size_t)o->operand_count, is, why, app->now, e);
    free(records);
    return result;
}

static enum err cmd_review_accept(struct app *app, const struct options *o, struct errctx *e)
{
    return decide(app, o, DECIDED_ACCEPTED, e);
}

static enum err cmd_review_return(struct app *app, const struct options *o, struct errctx *e)
{
    return decide(app, o, DECIDED_RETURNED, e);
}

static enum err cmd_review_reject(struct app *app, const struct options *o, struct errctx *e)
{
    return decide(app, o, DECIDED_REJECTED, e);
}

static const struct option_spec REASON_OPTIONS[] = {
    {"reason", "TEXT", N_("why, in words that the laptop shows"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REVIEW_ACCEPT = {
    .words = "review accept",
    .operands = "ID…",
    .summary = N_("these records are right as they stand"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = -1,
    .options = REASON_OPTIONS,
    .run = cmd_review_accept,
};

const struct command COMMAND_REVIEW_RETURN = {
    .words = "review return",
    .operands = "ID…",
    .summary = N_("their authors are to correct these records; until then they do not count"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = -1,
    .options = REASON_OPTIONS,
    .run = cmd_review_return,
};

const struct command COMMAND_REVIEW_REJECT = {
    .words = "review reject",
    .operands = "ID…",
    .summary = N_("these records do not count"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = -1,
    .options = REASON_OPTIONS,
    .run = cmd_review_reject,
};

static enum err cmd_review_merge(struct app *app, const struct options *o, struct errctx *e)
{
    int64_t ids[2];
    if (read_ids(o, ids, e) != ERR_OK)
        return e->kind;
    return review_merge(app->store, app->as, ids[0], ids[1], options_text(o, "reason"), app->now, e);
}

const struct command COMMAND_REVIEW_MERGE = {
    .words = "review merge",
    .operands = "ID INTO",
    .summary = N_("two diggers are one person: the second record counts for both"),
    .opens = OPENS_WRITE,
    .least = 2,
    .most = 2,
    .options = REASON_OPTIONS,
    .run = cmd_review_merge,
};

static enum err cmd_review_unmerge(struct app *app, const struct options *o, struct errctx *e)
{
    int64_t id = 0;
    if (read_ids(o, &id, e) != ERR_OK)
        return e->kind;
    return review_unmerge(app->store, app->as, id, options_text(o, "reason"), app->now, e);
}

const struct command COMMAND_REVIEW_UNMERGE = {
    .words = "review unmerge",
    .operands = "ID",
    .summary = N_("a digger is a person of its own, after all"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .options = REASON_OPTIONS,
    .run = cmd_review_unmerge,
};

/* --- rules over the whole registry */

static enum err cmd_review_run(struct app *app, const struct options *o, struct errctx *e)
{
    struct national_options options = {.again = options_has(o, "again"), .now = app->now};
    struct national_run run;
    struct buf line = {0};
    struct buf why = {0};
    const char *on = options_text(o, "on");
    struct date day;
    if (on && date_parse(on, &day, e) != ERR_OK)
        return err_wrap(e, "on \"%s\"", on);
    if (on)
        options.today = date_to_days(day);
    if (national_review(app->store, &options, &run, e) != ERR_OK)
        return e->kind;
    output_begin(app->out, "review-run/1");
    output_put_int(app->out, "records", run.records);
    output_put_int(app->out, "found", run.found);
    output_put_text(app->out, "not_asked", run.silent);
    buf_printf(&line, _("%lld records looked at, %lld new findings"), (long long)run.records,
               (long long)run.found);
    output_line(app->out, buf_str(&line));
    buf_clear(&line);
    buf_printf(&line, _("not asked: %s"), said_in(&why, run.silent));
    if (*run.silent)
        output_line(app->out, buf_str(&line));
    buf_done(&why);
    buf_done(&line);
    return output_end(app->out, e);
}

static const struct option_spec RUN_OPTIONS[] = {
    {"again", NULL, N_("over everything, not over what is new alone"), false},
    {"on", "DATE", N_("as if that were the day: what is silent then (today)"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REVIEW_RUN = {
    .words = "review run",
    .operands = "",
    .summary = N_("ask the rules over the whole registry about what came since the last run"),
    .more = N_(
        "The rules are those of \"review rules\"; their thresholds are the country profile's. What they find "
        "are questions: what somebody answered is not asked again, and what is put right is marked as gone. "
        "A server that runs asks by itself, and so does import."),
    .opens = OPENS_WRITE,
    .options = RUN_OPTIONS,
    .run = cmd_review_run,
};

static const struct column RULE_COLUMNS[] = {
    {"rule", "rule", N_("Rule"), COLUMN_TEXT, 0},       {"when", "when", N_("Looks at"), COLUMN_TEXT, 0},
    {"level", "level", N_("Level"), COLUMN_TEXT, 0},    {"words", "words", N_("Words"), COLUMN_TEXT, 0},
    {"source", "source", N_("Source"), COLUMN_TEXT, 0},
};
enum {
    RULE_COLUMN_COUNT = sizeof RULE_COLUMNS / sizeof RULE_COLUMNS[0]
};

static enum err cmd_review_rules(struct app *app, const struct options *o, struct errctx *e)
{
    (void)o;
    output_begin(app->out, "national-rules/1");
    output_rows(app->out, "rules", RULE_COLUMNS, RULE_COLUMN_COUNT);
    for (size_t i = 0; i < NATIONAL_RULE_COUNT; i++) {
        const struct national_rule *rule = &NATIONAL_RULES[i];
        const struct cell cells[RULE_COLUMN_COUNT] = {
            text_cell(rule->id), text_cell(_(national_when_words(rule->when))),
            text_cell(level_name(rule->level)), text_cell(_(rule->words)), text_cell(rule->source)};
        output_row(app->out, cells);
    }
    output_rows_end(app->out);
    return output_end(app->out, e);
}

const struct command COMMAND_REVIEW_RULES = {
    .words = "review rules",
    .operands = "",
    .summary = N_("the rules over the whole registry"),
    .opens = OPENS_NOTHING,
    .run = cmd_review_rules,
};
