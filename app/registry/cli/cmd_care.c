#include <stdio.h>

#include "app/common/i18n.h"
#include "app/common/progress.h"
#include "app/registry/app.h"
#include "schema/base/base32.h"

static enum err cmd_verify(struct app *app, const struct options *o, struct errctx *e)
{
    uint32_t device = 0;
    const char *code = options_text(o, "device");
    struct registry_source source;
    struct progress progress;
    if (code && app_device(code, &device, e) != ERR_OK)
        return e->kind;
    progress_start(&progress, _("verifying"), app->quiet);
    enum err result = registry_store_verify(app->store, device, progress_update, &progress, e);
    progress_end(&progress);
    if (result == ERR_OK)
        result = registry_store_source(app->store, &source, e);
    if (result != ERR_OK)
        return result;
    struct buf line = {0};
    buf_printf(&line,
               _("%lld devices, %lld batches, %lld entries: every chain, signature and record is right"),
               (long long)source.devices, (long long)source.batches, (long long)source.entries);
    output_begin(app->out, "verify/1");
    output_put_int(app->out, "devices", source.devices);
    output_put_int(app->out, "batches", source.batches);
    output_put_int(app->out, "entries", source.entries);
    output_put_text(app->out, "hash", source.hash);
    output_line(app->out, code ? _("the device's chain and signatures are right") : buf_str(&line));
    buf_done(&line);
    return output_end(app->out, e);
}

static const struct option_spec VERIFY_OPTIONS[] = {
    {"device", "CODE", N_("this device's chain alone"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_VERIFY = {
    .words = "verify",
    .operands = "",
    .summary = N_("check every chain, signature and record"),
    .opens = OPENS_READ,
    .options = VERIFY_OPTIONS,
    .run = cmd_verify,
};

static enum err print_entry(void *arg, const struct journal_line *line, struct errctx *e)
{
    (void)e;
    const bool *chain = arg;
    if (*chain) {
        char hex[2 * CHAIN_BYTES + 1];
        hex_put(line->chain->value, CHAIN_BYTES, hex);
        printf("%lld %s ", (long long)line->number, hex);
    }
    (void)fwrite(line->bytes, 1, line->len, stdout);
    (void)putchar('\n');
    return ERR_OK;
}

static enum err cmd_journal(struct app *app, const struct options *o, struct errctx *e)
{
    uint32_t number = 0;
    int64_t first = 0;
    int64_t last = 0;
    struct ledger_device device;
    struct ledger *ledger = registry_store_ledger(app->store);
    bool chain = options_has(o, "chain");
    if (app_device(o->operands[0], &number, e) != ERR_OK ||
        options_int(o, "from", 1, IDENT_MAX_NUMBER, 1, &first, e) != ERR_OK ||
        options_int(o, "to", 1, IDENT_MAX_NUMBER, 0, &last, e) != ERR_OK ||
        ledger->device(ledger->arg, number, &device, e) != ERR_OK)
        return e->kind;
    if (registry_store_entries(app->store, number, first, last, print_entry, &chain, e) != ERR_OK)
        return e->kind;
    return output_end(app->out, e);
}

static const struct option_spec JOURNAL_OPTIONS[] = {
    {"from", "N", N_("first entry (1)"), false},
    {"to", "N", N_("last entry"), false},
    {"chain", NULL, N_("number and chain value before each entry"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_JOURNAL = {
    .words = "journal",
    .operands = "CODE",
    .summary = N_("a laptop's entries as they are held"),
    .opens = OPENS_READ,
    .least = 1,
    .most = 1,
    .options = JOURNAL_OPTIONS,
    .run = cmd_journal,
};

static enum err cmd_backup(struct app *app, const struct options *o, struct errctx *e)
{
    struct progress progress;
    progress_start(&progress, _("copying"), app->quiet);
    enum err result = registry_store_backup(app->store, o->operands[0], progress_update, &progress, e);
    progress_end(&progress);
    return result;
}

const struct command COMMAND_BACKUP = {
    .words = "backup",
    .operands = "FILE",
    .summary = N_("a consistent copy of the database"),
    .opens = OPENS_READ,
    .least = 1,
    .most = 1,
    .run = cmd_backup,
};

static enum err cmd_restore(struct app *app, const struct options *o, struct errctx *e)
{
    struct registry_store *made = NULL;
    if (registry_store_restore(app->folder, options_text(o, "store"), o->operands[0], e) != ERR_OK ||
        registry_store_open(app->folder, DB_READ, &made, e) != ERR_OK)
        return e->kind;
    struct buf line = {0};
    output_begin(app->out, "registry/1");
    output_put_text(app->out, "registry", registry_store_device(made)->code);
    output_put_text(app->out, "incarnation", registry_store_identity(made)->incarnation);
    buf_printf(&line,
               _("registry %s is restored in %s; laptops will send again what the backup does not hold"),
               registry_store_device(made)->code, app->folder);
    output_line(app->out, buf_str(&line));
    buf_done(&line);
    registry_store_close(made);
    return output_end(app->out, e);
}

static const struct option_spec RESTORE_OPTIONS[] = {
    {"store", "URL", N_("into PostgreSQL: postgresql://user@host/name"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_RESTORE = {
    .words = "restore",
    .operands = "FILE",
    .summary = N_("make the registry again from a backup; its key must lie in the directory"),
    .opens = OPENS_NOTHING,
    .least = 1,
    .most = 1,
    .options = RESTORE_OPTIONS,
    .run = cmd_restore,
};

static enum err cmd_rebuild(struct app *app, const struct options *o, struct errctx *e)
{
    (void)o;
    struct progress progress;
    progress_start(&progress, _("rebuilding"), app->quiet);
    enum err result = registry_store_rebuild(app->store, progress_update, &progress, e);
    progress_end(&progress);
    return result;
}

const struct command COMMAND_REBUILD = {
    .words = "rebuild",
    .operands = "",
    .summary = N_("make records, findings and decisions again from the entries"),
    .opens = OPENS_WRITE,
    .run = cmd_rebuild,
};
