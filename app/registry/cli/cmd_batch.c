#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/registry/app.h"
#include "schema/base/base32.h"
#include "schema/base/date.h"

static const struct column BATCH_COLUMNS[] = {
    {"id", "id", N_("Batch"), COLUMN_NUMBER, 0},
    {"device", "device", N_("Device"), COLUMN_TEXT, 0},
    {"first", "first", N_("First"), COLUMN_NUMBER, 0},
    {"last", "last", N_("Last"), COLUMN_NUMBER, 0},
    {"received_at", "received_at", N_("Received"), COLUMN_TEXT, 0},
    {"via", "via", N_("By"), COLUMN_TEXT, 0},
    {"flagged", "flagged", N_("Flagged"), COLUMN_NUMBER, 0},
    {"packed_bytes", "packed_bytes", N_("Bytes"), COLUMN_NUMBER, 0},
};
enum {
    BATCH_COLUMN_COUNT = sizeof BATCH_COLUMNS / sizeof BATCH_COLUMNS[0]
};

static enum err put_batch(void *arg, const struct registry_batch *batch, struct errctx *e)
{
    (void)e;
    struct app *app = arg;
    char code[DEVICE_CODE_BYTES];
    char at[INSTANT_BYTES];
    const struct cell cells[BATCH_COLUMN_COUNT] = {
        {true, batch->id, NULL},
        {true, 0, device_code_format(batch->device, code)},
        {true, batch->first, NULL},
        {true, batch->last, NULL},
        {true, 0, instant_format(batch->received_at, at)},
        {true, 0, batch->via},
        {true, batch->flagged, NULL},
        {true, batch->packed_bytes, NULL},
    };
    output_row(app->out, cells);
    return ERR_OK;
}

static enum err cmd_batch_list(struct app *app, const struct options *o, struct errctx *e)
{
    (void)o;
    output_begin(app->out, "batches/1");
    output_rows(app->out, "batches", BATCH_COLUMNS, BATCH_COLUMN_COUNT);
    if (registry_store_batches(app->store, 0, put_batch, app, e) != ERR_OK)
        return e->kind;
    output_rows_end(app->out);
    return output_end(app->out, e);
}

const struct command COMMAND_BATCH_LIST = {
    .words = "batch list",
    .operands = "",
    .summary = N_("the batches, newest first"),
    .opens = OPENS_READ,
    .run = cmd_batch_list,
};

struct showing {
    struct app *app;
    bool found;
};

static enum err show_batch(void *arg, const struct registry_batch *batch, struct errctx *e)
{
    (void)e;
    struct showing *showing = arg;
    struct output *out = showing->app->out;
    char hex[2 * CHAIN_BYTES + 1];
    showing->found = true;
    output_rows(out, "batches", BATCH_COLUMNS, BATCH_COLUMN_COUNT);
    (void)put_batch(showing->app, batch, e);
    output_rows_end(out);
    hex_put(batch->head.value, CHAIN_BYTES, hex);
    output_put_text(out, "head", hex);
    output_put_json(out, "header", batch->header);
    output_line(out, batch->header);
    return ERR_OK;
}

static enum err cmd_batch_show(struct app *app, const struct options *o, struct errctx *e)
{
    char *end = NULL;
    struct showing showing = {.app = app};
    int64_t id = strtoll(o->operands[0], &end, 10);
    if (*end || id < 1)
        return err_fail(e, ERR_USAGE, _("batch \"%s\": is not a batch's number"), o->operands[0]);
    output_begin(app->out, "batch/1");
    if (registry_store_batches(app->store, id, show_batch, &showing, e) != ERR_OK)
        return e->kind;
    if (!showing.found)
        return err_fail(e, ERR_NOT_FOUND, _("there is no batch %s"), o->operands[0]);
    return output_end(app->out, e);
}

const struct command COMMAND_BATCH_SHOW = {
    .words = "batch show",
    .operands = "ID",
    .summary = N_("one batch"),
    .opens = OPENS_READ,
    .least = 1,
    .most = 1,
    .run = cmd_batch_show,
};

/* --- inbox: a row a device
 * ------------------------------------------------------------------------------------------ */

struct tally {
    uint32_t device;
    int64_t batches;
    int64_t flagged;
    int64_t newest_at;
};

struct inbox {
    struct app *app;
    struct tally *tallies;
    size_t count;
};

static struct tally *tally_of(struct inbox *inbox, uint32_t device)
{
    for (size_t i = 0; i < inbox->count; i++) {
        if (inbox->tallies[i].device == device)
            return &inbox->tallies[i];
    }
    inbox->tallies = mem_resize(inbox->tallies, inbox->count + 1, sizeof *inbox->tallies);
    inbox->tallies[inbox->count] = (struct tally){.device = device};
    return &inbox->tallies[inbox->count++];
}

static enum err count_batch(void *arg, const struct registry_batch *batch, struct errctx *e)
{
    (void)e;
    struct tally *tally = tally_of(arg, batch->device);
    tally->batches++;
    tally->flagged += batch->flagged;
    if (batch->received_at > tally->newest_at)
        tally->newest_at = batch->received_at;
    return ERR_OK;
}

static const struct column INBOX_COLUMNS[] = {
    {"device", "device", N_("Device"), COLUMN_TEXT, 0},
    {"name", "name", N_("Name"), COLUMN_TEXT, 0},
    {"entries", "entries", N_("Entries"), COLUMN_NUMBER, 0},
    {"batches", "batches", N_("Batches"), COLUMN_NUMBER, 0},
    {"flagged", "flagged", N_("Flagged"), COLUMN_NUMBER, 0},
    {"newest_at", "newest_at", N_("Last batch"), COLUMN_TEXT, 0},
};
enum {
    INBOX_COLUMN_COUNT = sizeof INBOX_COLUMNS / sizeof INBOX_COLUMNS[0]
};

static enum err put_inbox_row(void *arg, const struct ledger_device *device, struct errctx *e)
{
    (void)e;
    struct inbox *inbox = arg;
    const struct tally *tally = tally_of(inbox, device->number);
    char code[DEVICE_CODE_BYTES];
    char at[INSTANT_BYTES];
    const struct cell cells[INBOX_COLUMN_COUNT] = {
        {true, 0, device_code_format(device->number, code)},
        {true, 0, device->name},
        {true, device->upto, NULL},
        {true, tally->batches, NULL},
        {true, tally->flagged, NULL},
        {tally->newest_at != 0, 0, instant_format(tally->newest_at, at)},
    };
    output_row(inbox->app->out, cells);
    return ERR_OK;
}

static enum err cmd_inbox(struct app *app, const struct options *o, struct errctx *e)
{
    (void)o;
    struct inbox inbox = {.app = app};
    enum err result = registry_store_batches(app->store, 0, count_batch, &inbox, e);
    output_begin(app->out, "inbox/1");
    output_rows(app->out, "devices", INBOX_COLUMNS, INBOX_COLUMN_COUNT);
    if (result == ERR_OK)
        result = registry_store_devices(app->store, put_inbox_row, &inbox, e);
    output_rows_end(app->out);
    free(inbox.tallies);
    return result == ERR_OK ? output_end(app->out, e) : result;
}

const struct command COMMAND_INBOX = {
    .words = "inbox",
    .operands = "",
    .summary = N_("what each laptop has sent, and when last"),
    .opens = OPENS_READ,
    .run = cmd_inbox,
};
