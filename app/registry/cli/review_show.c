#include "app/registry/cli/review_show.h"

#include <stdio.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/output_record.h"
#include "schema/base/date.h"

enum {
    MOST_CONFLICTS = 32
};

struct showing {
    struct app *app;
    struct row row; /* as it stands */
    bool people;    /* not JSON */
};

static struct cell text_cell(const char *text)
{
    return (struct cell){.given = text && *text, .text = text};
}

static const char *id_text(const struct showing *show, int64_t id, char *out)
{
    return show->people ? ident_format_checked(id, out) : ident_format(id, out);
}

/* The value of a field for people, "" when it has none. */
static void put_value(const struct showing *show, struct buf *out, const struct record *r, int field)
{
    buf_clear(out);
    if (r->values[field].state == VALUE_SET)
        record_put_human(out, r, field, registry_store_codes(show->app->store),
                         language_mark(show->app->lang));
}

/* --- the record */

static enum err put_state(const struct showing *show, struct errctx *e)
{
    enum review_state state = REVIEW_OPEN;
    int64_t stays = 0;
    char id[IDENT_BYTES];
    if (review_state(show->app->store, show->row.id, &state, &stays, e) != ERR_OK)
        return e->kind;
    output_put_text(show->app->out, "state", REVIEW_STATES[state]);
    output_pair(show->app->out, _("State"), REVIEW_STATES[state]);
    if (stays) {
        output_put_text(show->app->out, "merged_into", ident_format(stays, id));
        output_pair(show->app->out, _("Merged into"), ident_format_checked(stays, id));
    }
    return ERR_OK;
}

static void put_record(const struct showing *show)
{
    const struct row *row = &show->row;
    struct output *out = show->app->out;
    char id[IDENT_BYTES];
    struct buf text = {0};
    output_put_text(out, "entity", row->record.of->name);
    output_put_record_json(&text, row);
    output_put_json(out, "record", buf_str(&text));
    output_pair(show->app->out, _(row->record.of->label), ident_format_checked(row->id, id));
    for (int i = 0; i < row->record.of->field_count; i++) {
        put_value(show, &text, &row->record, i);
        if (text.len > 0)
            output_pair(show->app->out, row->record.of->fields[i].flag, buf_str(&text));
    }
    if (row->voided)
        output_line(out, _("voided"));
    buf_done(&text);
}

/* --- findings */

static const struct column FINDING_COLUMNS[] = {
    {"rule", "rule", N_("Rule"), COLUMN_TEXT, 0},
    {"level", "level", N_("Level"), COLUMN_TEXT, 0},
    {"field", "field", N_("Field"), COLUMN_TEXT, 0},
    {"text", "text", N_("Finding"), COLUMN_SAID, 0},
    {"entry", "entry", N_("Entry"), COLUMN_TEXT, 0},
    {"rests_on", "rests_on", N_("With"), COLUMN_TEXT, 0},
    {"answered", "answered", N_("Answered"), COLUMN_TEXT, 0},
};
enum {
    FINDING_COLUMN_COUNT = sizeof FINDING_COLUMNS / sizeof FINDING_COLUMNS[0]
};

/* The entry that answered it, or the day on which its cause went. */
static const char *answer_text(const struct showing *show, const struct review_item *item, char out[64])
{
    char day[DATE_BYTES];
    if (item->gone_at)
        (void)snprintf(out, 64, _("gone %s"), date_format_days(date_of_instant(item->gone_at), day));
    else if (item->answered > 0)
        (void)id_text(show, item->answered, out);
    else
        out[0] = '\0';
    return out;
}

static enum err put_finding(void *arg, const struct review_item *item, struct errctx *e)
{
    (void)e;
    const struct showing *show = arg;
    char entry[IDENT_BYTES];
    char answered[64];
    const struct cell cells[FINDING_COLUMN_COUNT] = {
        text_cell(item->rule),
        text_cell(item->level),
        text_cell(item->field),
        text_cell(item->words),
        text_cell(id_text(show, item->entry, entry)),
        text_cell(item->rests_on),
        text_cell(answer_text(show, item, answered)),
    };
    output_row(show->app->out, cells);
    return ERR_OK;
}

static enum err put_findings(struct showing *show, struct errctx *e)
{
    output_rows(show->app->out, "findings", FINDING_COLUMNS, FINDING_COLUMN_COUNT);
    if (review_findings(show->app->store, show->row.id, put_finding, show, e) != ERR_OK)
        return e->kind;
    output_rows_end(show->app->out);
    return ERR_OK;
}

/* --- conflicts: what both started from, what stands, what waits */

static const struct column CONFLICT_COLUMNS[] = {
    {"entry", "entry", N_("Waits"), COLUMN_TEXT, 0}, {"field", "field", N_("Field"), COLUMN_TEXT, 0},
    {"base", "base", N_("Base"), COLUMN_TEXT, 0},    {"one", "one", N_("One (stands)"), COLUMN_TEXT, 0},
    {"other", "other", N_("Other"), COLUMN_TEXT, 0}, {"by", "by", N_("By"), COLUMN_TEXT, 0},
};
enum {
    CONFLICT_COLUMN_COUNT = sizeof CONFLICT_COLUMNS / sizeof CONFLICT_COLUMNS[0]
};

/* Makes the record as it stood at UNTIL again, from the entries that were applied. */
struct rebuilding {
    struct record record;
    int64_t until;
    bool reached;
};

static enum err rebuild_step(void *arg, const struct review_entry *at, struct errctx *e)
{
    struct rebuilding *r = arg;
    struct entry entry;
    if (!at->applied || r->reached)
        return ERR_OK;
    if (entry_read(at->bytes, at->len, &entry, NULL, e) != ERR_OK)
        return e->kind;
    if (entry.op == OP_ADD) {
        record_done(&r->record);
        record_copy(&r->record, &entry.record);
    } else if (entry.op == OP_AMEND) {
        record_apply(&r->record, &entry.record);
    }
    r->reached = at->address == r->until;
    entry_done(&entry);
    return ERR_OK;
}

static void put_conflict_row(const struct showing *show, const char *id, const struct record *base,
                             const struct entry *waiting, int field)
{
    struct buf texts[3] = {{0}, {0}, {0}};
    put_value(show, &texts[0], base, field);
    put_value(show, &texts[1], &show->row.record, field);
    put_value(show, &texts[2], &waiting->record, field);
    const struct cell cells[CONFLICT_COLUMN_COUNT] = {
        text_cell(id),
        text_cell(show->row.record.of->fields[field].flag),
        text_cell(buf_str(&texts[0])),
        text_cell(buf_str(&texts[1])),
        text_cell(buf_str(&texts[2])),
        text_cell(waiting->by),
    };
    output_row(show->app->out, cells);
    for (int i = 0; i < 3; i++)
        buf_done(&texts[i]);
}

static enum err put_conflict(struct showing *show, int64_t address, struct errctx *e)
{
    struct entry waiting;
    struct rebuilding base = {0};
    char id[IDENT_BYTES];
    enum err result = review_entry(show->app->store, address, &waiting, e);
    record_init(&base.record, show->row.record.of);
    if (result == ERR_OK) {
        base.until = waiting.base;
        result = review_history(show->app->store, show->row.id, rebuild_step, &base, e);
    }
    (void)id_text(show, address, id);
    if (result == ERR_OK && waiting.op == OP_VOID) {
        const struct cell cells[CONFLICT_COLUMN_COUNT] = {
            text_cell(id), text_cell("void"), {0}, {0}, text_cell(waiting.why), text_cell(waiting.by)};
        output_row(show->app->out, cells);
    }
    for (int i = 0; result == ERR_OK && waiting.op == OP_AMEND && i < show->row.record.of->field_count; i++) {
        if (waiting.record.values[i].state != VALUE_ABSENT)
            put_conflict_row(show, id, &base.record, &waiting, i);
    }
    record_done(&base.record);
    entry_done(&waiting);
    return result;
}

static enum err put_conflicts(struct showing *show, struct errctx *e)
{
    int64_t waiting[MOST_CONFLICTS];
    size_t count = 0;
    if (review_conflicts(show->app->store, show->row.id, waiting, MOST_CONFLICTS, &count, e) != ERR_OK)
        return e->kind;
    if (count == 0)
        return ERR_OK;
    output_rows(show->app->out, "conflicts", CONFLICT_COLUMNS, CONFLICT_COLUMN_COUNT);
    for (size_t i = 0; i < count; i++) {
        if (put_conflict(show, waiting[i], e) != ERR_OK)
            return e->kind;
    }
    output_rows_end(show->app->out);
    return ERR_OK;
}

/* --- history */

static const struct column HISTORY_COLUMNS[] = {
    {"id", "entry", N_("Entry"), COLUMN_TEXT, 0},   {NULL, "at", N_("At"), COLUMN_TEXT, 0},
    {NULL, "by", N_("By"), COLUMN_TEXT, 0},         {NULL, "what", N_("What"), COLUMN_TEXT, 0},
    {NULL, "values", N_("Values"), COLUMN_TEXT, 0},
};
enum {
    HISTORY_COLUMN_COUNT = sizeof HISTORY_COLUMNS / sizeof HISTORY_COLUMNS[0]
};

/* The fields that an entry gives, or the words of a decision. */
static void put_what(const struct showing *show, struct buf *out, const struct entry *entry)
{
    struct buf value = {0};
    char id[IDENT_BYTES];
    if (entry->op == OP_MERGE)
        buf_printf(out, "%s ", ident_format_checked(entry->into, id));
    if (entry->why)
        buf_puts(out, entry->why);
    for (int i = 0; (entry->op == OP_ADD || entry->op == OP_AMEND) && i < entry->record.of->field_count;
         i++) {
        if (entry->record.values[i].state == VALUE_ABSENT)
            continue;
        put_value(show, &value, &entry->record, i);
        buf_printf(out, "%s%s %s", out->len ? ", " : "", entry->record.of->fields[i].flag,
                   value.len ? buf_str(&value) : _("(cleared)"));
    }
    buf_done(&value);
}

enum {
    CORRECTED_BYTES = 2 * INSTANT_BYTES + 64
};

/* When it was written by the registry's clock; where the laptop's showed something else, that too. True when
 * it did. */
static bool put_instant(const struct review_entry *at, const struct entry *entry, char out[CORRECTED_BYTES])
{
    char corrected[INSTANT_BYTES];
    char written[INSTANT_BYTES];
    bool sure = false;
    int64_t instant = arrival_instant(&at->arrival, entry, &sure);
    (void)instant_format(instant, corrected);
    (void)instant_format(entry->at, written);
    if (instant == entry->at)
        (void)snprintf(out, CORRECTED_BYTES, "%s", corrected);
    else
        (void)snprintf(out, CORRECTED_BYTES, _("%s, corrected; the laptop's clock showed %s"), corrected,
                       written);
    return instant != entry->at;
}

static enum err put_entry(void *arg, const struct review_entry *at, struct errctx *e)
{
    const struct showing *show = arg;
    struct entry entry;
    char id[IDENT_BYTES];
    char instant[CORRECTED_BYTES];
    if (entry_read(at->bytes, at->len, &entry, NULL, e) != ERR_OK)
        return e->kind;
    bool sure = false;
    bool decided = entry.op == OP_DECIDE || entry.op == OP_SETTLE;
    struct buf what = {0};
    struct buf json = {0};
    struct json_out j = {.to = &json};
    put_what(show, &what, &entry);
    json_open(&j, '{');
    json_put_str(&j, "id", ident_format(at->address, id));
    if (put_instant(at, &entry, instant))
        json_put_int(&j, "corrected_at", arrival_instant(&at->arrival, &entry, &sure));
    json_key(&j, "entry");
    json_raw(&j, at->bytes, at->len);
    json_close(&j, '}');
    const struct cell cells[HISTORY_COLUMN_COUNT] = {
        text_cell(id_text(show, at->address, id)),
        text_cell(instant),
        text_cell(entry.by),
        text_cell(decided ? decided_word(entry.is) : op_word(entry.op)),
        text_cell(buf_str(&what)),
    };
    output_row_as(show->app->out, cells, buf_str(&json));
    buf_done(&json);
    buf_done(&what);
    entry_done(&entry);
    return ERR_OK;
}

static enum err put_history(struct showing *show, struct errctx *e)
{
    output_rows(show->app->out, "history", HISTORY_COLUMNS, HISTORY_COLUMN_COUNT);
    if (review_history(show->app->store, show->row.id, put_entry, show, e) != ERR_OK)
        return e->kind;
    output_rows_end(show->app->out);
    return ERR_OK;
}

enum err review_show_conflicts(struct app *app, int64_t record, struct errctx *e)
{
    struct showing show = {.app = app, .people = output_form(app->out) != OUTPUT_JSON};
    int64_t waiting = 0;
    size_t count = 0;
    enum err result = review_record(app->store, record, &show.row, e);
    if (result == ERR_OK)
        result = review_conflicts(app->store, record, &waiting, 1, &count, e);
    if (result == ERR_OK && count == 0)
        result = err_fail(e, ERR_NOT_FOUND, _("the record has no conflict"));
    if (result == ERR_OK) {
        output_begin(app->out, "conflicts/1");
        result = put_conflicts(&show, e);
    }
    row_done(&show.row);
    return result == ERR_OK ? output_end(app->out, e) : result;
}

enum err review_show(struct app *app, int64_t record, struct errctx *e)
{
    struct showing show = {.app = app, .people = output_form(app->out) != OUTPUT_JSON};
    enum err result = review_record(app->store, record, &show.row, e);
    if (result == ERR_OK) {
        output_begin(app->out, "reviewed/1");
        put_record(&show);
        result = put_state(&show, e);
    }
    if (result == ERR_OK)
        result = put_findings(&show, e);
    if (result == ERR_OK)
        result = put_conflicts(&show, e);
    if (result == ERR_OK)
        result = put_history(&show, e);
    row_done(&show.row);
    return result == ERR_OK ? output_end(app->out, e) : result;
}
