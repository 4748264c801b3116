/* What was refused and kept: looking into it, and deciding about it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/registry/app.h"
#include "app/registry/store/quarantine.h"
#include "schema/base/date.h"
#include "sync/server/ingest.h"

enum {
    MOST_AT_ONCE = 1000 /* batches that one command decides about */
};

/* --- list */

static const struct column LIST_COLUMNS[] = {
    {"id", "id", N_("Id"), COLUMN_NUMBER, 0},
    {"device", "device", N_("Device"), COLUMN_TEXT, 0},
    {"at", "at", N_("Received"), COLUMN_TEXT, 0},
    {"via", "via", N_("By"), COLUMN_TEXT, 0},
    {"bytes", "bytes", N_("Bytes"), COLUMN_NUMBER, 0},
    {"reason", "reason", N_("Reason"), COLUMN_SAID, 0},
    {"state", "state", N_("State"), COLUMN_TEXT, 0},
    {"decision", "decision", N_("Decision"), COLUMN_TEXT, 0},
};
enum {
    LIST_COLUMN_COUNT = sizeof LIST_COLUMNS / sizeof LIST_COLUMNS[0]
};

static enum err put_quarantined(void *arg, const struct registry_quarantined *q, struct errctx *e)
{
    (void)e;
    struct app *app = arg;
    char at[INSTANT_BYTES];
    char code[DEVICE_CODE_BYTES];
    char id[IDENT_BYTES] = "";
    const struct cell cells[LIST_COLUMN_COUNT] = {
        {true, q->id, NULL},
        {true, 0, device_code_format(q->device, code)},
        {true, 0, instant_format(q->at, at)},
        {true, 0, q->via},
        {true, q->bytes, NULL},
        {true, 0, q->reason},
        {true, 0, q->state},
        {q->entry != 0, 0, q->entry ? ident_format(q->entry, id) : ""},
    };
    output_row(app->out, cells);
    return ERR_OK;
}

static enum err cmd_quarantine_list(struct app *app, const struct options *o, struct errctx *e)
{
    output_begin(app->out, "quarantine/1");
    output_rows(app->out, "quarantine", LIST_COLUMNS, LIST_COLUMN_COUNT);
    if (registry_store_quarantine(app->store, options_has(o, "all"), put_quarantined, app, e) != ERR_OK)
        return e->kind;
    output_rows_end(app->out);
    return output_end(app->out, e);
}

static const struct option_spec LIST_OPTIONS[] = {
    {"all", NULL, N_("also what was released or dropped"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_QUARANTINE_LIST = {
    .words = "quarantine list",
    .operands = "",
    .summary = N_("what was refused and is kept until somebody decides"),
    .opens = OPENS_READ,
    .options = LIST_OPTIONS,
    .run = cmd_quarantine_list,
};

/* --- show */

static const struct column ENTRY_COLUMNS[] = {
    {"number", "number", N_("Number"), COLUMN_NUMBER, 0},
    {"at", "at", N_("When"), COLUMN_TEXT, 0},
    {"by", "by", N_("By"), COLUMN_TEXT, 0},
    {"op", "op", N_("What"), COLUMN_TEXT, 0},
    {"of", "of", N_("Kind"), COLUMN_TEXT, 0},
    {"values", "values", N_("Values"), COLUMN_TEXT, 0},
};
enum {
    ENTRY_COLUMN_COUNT = sizeof ENTRY_COLUMNS / sizeof ENTRY_COLUMNS[0]
};

static enum err read_id(const char *text, int64_t *out, struct errctx *e)
{
    char *end = NULL;
    *out = strtoll(text, &end, 10);
    return *text == '\0' || *end || *out < 1
               ? err_fail(e, ERR_USAGE, _("batch \"%s\": is not a number in the quarantine"), text)
               : ERR_OK;
}

/* The entry as it came is the last member of the row for programs. */
static void put_entry(struct app *app, int64_t number, const struct entry *entry, const char *line,
                      size_t len)
{
    struct buf values = {0};
    struct buf json = {0};
    struct json_out v = {.to = &values};
    struct json_out j = {.to = &json};
    char at[INSTANT_BYTES];
    bool changes = entry->op == OP_ADD || entry->op == OP_AMEND;
    if (changes)
        record_write_json(&entry->record, &v);
    else if (entry->why)
        buf_puts(&values, entry->why);
    json_open(&j, '{');
    json_put_int(&j, "number", number);
    json_key(&j, "entry");
    json_raw(&j, line, len);
    json_close(&j, '}');
    const struct cell cells[ENTRY_COLUMN_COUNT] = {
        {true, number, NULL},
        {true, 0, instant_format(entry->at, at)},
        {true, 0, entry->by},
        {true, 0, op_word(entry->op)},
        {entry->record.of != NULL, 0, entry->record.of ? entry->record.of->name : ""},
        {values.len > 0, 0, buf_str(&values)},
    };
    output_row_as(app->out, cells, buf_str(&json));
    buf_done(&json);
    buf_done(&values);
}

/* The entries as far as they can be read: of a damaged or forged batch that is not all of it. */
static size_t put_entries(struct app *app, const struct container *c, const struct batch_header *header)
{
    const char *at = c->lines;
    const char *line = NULL;
    size_t len = 0;
    size_t unreadable = 0;
    int64_t number = header->first;
    output_rows(app->out, "entries", ENTRY_COLUMNS, ENTRY_COLUMN_COUNT);
    for (; container_next(c, &at, &line, &len); number++) {
        struct entry entry;
        struct errctx ignored;
        if (entry_read(line, len, &entry, NULL, &ignored) != ERR_OK) {
            unreadable++;
            continue;
        }
        put_entry(app, number, &entry, line, len);
        entry_done(&entry);
    }
    output_rows_end(app->out);
    return unreadable;
}

static enum err put_content(struct app *app, const struct registry_kept *kept, struct errctx *e)
{
    const struct ingest in = {.ledger = registry_store_ledger(app->store),
                              .registry = registry_store_device(app->store),
                              .now = app->now};
    struct container c = {0};
    struct batch_header header;
    bool is_signed = false;
    struct buf line = {0};
    enum err result = ingest_look(&in, kept->bytes.data, kept->bytes.len, &c, &header, &is_signed, e);
    if (result == ERR_OK) {
        output_put_int(app->out, "first", header.first);
        output_put_int(app->out, "last", header.last);
        output_put_json(app->out, "signed", is_signed ? "true" : "false");
        buf_printf(&line, _("entries %lld to %lld; %s"), (long long)header.first, (long long)header.last,
                   is_signed ? _("signed by the laptop's key")
                             : _("NOT signed by the laptop's key: anybody may have written it"));
        output_line(app->out, buf_str(&line));
        size_t unreadable = put_entries(app, &c, &header);
        output_put_int(app->out, "unreadable", (int64_t)unreadable);
    }
    buf_done(&line);
    container_done(&c);
    return result;
}

static enum err cmd_quarantine_show(struct app *app, const struct options *o, struct errctx *e)
{
    int64_t id = 0;
    struct registry_kept kept = {0};
    if (read_id(o->operands[0], &id, e) != ERR_OK || registry_store_kept(app->store, id, &kept, e) != ERR_OK)
        return e->kind;
    const struct registry_quarantined q = {.id = id,
                                           .device = kept.device,
                                           .at = kept.at,
                                           .bytes = kept.size,
                                           .via = kept.via,
                                           .reason = kept.reason,
                                           .state = kept.state,
                                           .entry = kept.entry};
    output_begin(app->out, "quarantined/1");
    output_rows(app->out, "quarantine", LIST_COLUMNS, LIST_COLUMN_COUNT);
    enum err result = put_quarantined(app, &q, e);
    output_rows_end(app->out);
    if (kept.bytes.len > 0)
        result = put_content(app, &kept, e);
    registry_kept_done(&kept);
    return result == ERR_OK ? output_end(app->out, e) : result;
}

const struct command COMMAND_QUARANTINE_SHOW = {
    .words = "quarantine show",
    .operands = "ID",
    .summary = N_("what a refused batch holds, and whether its laptop signed it"),
    .opens = OPENS_WRITE, /* it may be sealed: that takes the registry's key */
    .least = 1,
    .most = 1,
    .run = cmd_quarantine_show,
};

/* --- release and drop */

struct batch_row {
    int64_t id;
    bool done;
    struct ingested got;
    char *words; /* why not; owned */
};

static const struct column RELEASE_COLUMNS[] = {
    {"id", "id", N_("Id"), COLUMN_NUMBER, 0},
    {"device", "device", N_("Device"), COLUMN_TEXT, 0},
    {"first", "first", N_("First"), COLUMN_NUMBER, 0},
    {"last", "last", N_("Last"), COLUMN_NUMBER, 0},
    {"new", "new", N_("New"), COLUMN_NUMBER, 0},
    {"flagged", "flagged", N_("Flagged"), COLUMN_NUMBER, 0},
    {"refused", "refused", N_("Refused"), COLUMN_TEXT, 0},
};
enum {
    RELEASE_COLUMN_COUNT = sizeof RELEASE_COLUMNS / sizeof RELEASE_COLUMNS[0]
};

static void put_released(struct app *app, const struct batch_row *row)
{
    char code[DEVICE_CODE_BYTES];
    const struct batch_header *h = &row->got.header;
    const struct cell cells[RELEASE_COLUMN_COUNT] = {
        {true, row->id, NULL},
        {row->done, 0, device_code_format(h->from, code)},
        {row->done, h->first, NULL},
        {row->done, h->last, NULL},
        {row->done, row->got.fresh, NULL},
        {row->done, row->got.flagged, NULL},
        {!row->done, 0, row->words},
    };
    output_row(app->out, cells);
}

/* Batches may be named in any order: what waits for an earlier one is tried again as long as one was taken.
 * Fails only for what no other batch can mend. */
static enum err release_all(struct app *app, const char *why, struct batch_row *rows, int count,
                            struct errctx *e)
{
    for (bool moved = true; moved;) {
        moved = false;
        for (int i = 0; i < count; i++) {
            struct batch_row *row = &rows[i];
            if (row->done)
                continue;
            free(row->words);
            row->words = NULL;
            enum err result =
                registry_store_release(app->store, app->as, row->id, why, app->now, &row->got, e);
            if (result != ERR_OK && result != ERR_CONFLICT && result != ERR_PROTOCOL &&
                result != ERR_NOT_FOUND)
                return result;
            row->done = result == ERR_OK;
            row->words = row->done ? NULL : str_dup(e->text);
            moved = moved || row->done;
        }
    }
    return ERR_OK;
}

static enum err read_rows(const struct options *o, struct batch_row **out, struct errctx *e)
{
    if (!options_text(o, "reason"))
        return err_fail(e, ERR_USAGE, _("a decision about the quarantine needs --reason"));
    *out = mem_zero((size_t)o->operand_count, sizeof **out);
    for (int i = 0; i < o->operand_count; i++) {
        if (read_id(o->operands[i], &(*out)[i].id, e) != ERR_OK)
            return e->kind;
        for (int before = 0; before < i; before++) {
            if ((*out)[before].id == (*out)[i].id)
                return err_fail(e, ERR_USAGE, _("batch %s: is named twice"), o->operands[i]);
        }
    }
    return ERR_OK;
}

static enum err cmd_quarantine_release(struct app *app, const struct options *o, struct errctx *e)
{
    struct batch_row *rows = NULL;
    int refused = 0;
    enum err result = read_rows(o, &rows, e);
    if (result == ERR_OK)
        result = release_all(app, options_text(o, "reason"), rows, o->operand_count, e);
    if (result == ERR_OK) {
        output_begin(app->out, "released/1");
        output_rows(app->out, "batches", RELEASE_COLUMNS, RELEASE_COLUMN_COUNT);
        for (int i = 0; i < o->operand_count; i++) {
            put_released(app, &rows[i]);
            refused += !rows[i].done;
        }
        output_rows_end(app->out);
        result = output_end(app->out, e);
    }
    for (int i = 0; rows && i < o->operand_count; i++)
        free(rows[i].words);
    free(rows);
    if (result == ERR_OK && refused)
        result =
            err_fail(e, ERR_INVALID, _("%d of %d batches stay in quarantine"), refused, o->operand_count);
    return result;
}

static enum err cmd_quarantine_drop(struct app *app, const struct options *o, struct errctx *e)
{
    struct batch_row *rows = NULL;
    enum err result = read_rows(o, &rows, e);
    for (int i = 0; i < o->operand_count && result == ERR_OK; i++)
        result = registry_store_drop(app->store, app->as, rows[i].id, options_text(o, "reason"), app->now, e);
    free(rows);
    return result;
}

static const struct option_spec DECIDE_OPTIONS[] = {
    {"reason", "TEXT", N_("why; it stays in the registry's journal"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_QUARANTINE_RELEASE = {
    .words = "quarantine release",
    .operands = "ID…",
    .summary = N_("take kept batches in after all; each entry counts once"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = MOST_AT_ONCE,
    .options = DECIDE_OPTIONS,
    .run = cmd_quarantine_release,
};

const struct command COMMAND_QUARANTINE_DROP = {
    .words = "quarantine drop",
    .operands = "ID…",
    .summary = N_("keep batches no longer; that they came stays on record"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = MOST_AT_ONCE,
    .options = DECIDE_OPTIONS,
    .run = cmd_quarantine_drop,
};
