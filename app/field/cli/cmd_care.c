/* verify, journal, backup: looking after the database. */
#include <errno.h>
#include <inttypes.h>

#include "app/common/i18n.h"
#include "app/common/progress.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/store/copies.h"
#include "schema/base/base32.h"

static enum err verify(struct app *app, const struct options *o, struct errctx *e)
{
    (void)o;
    struct progress progress;
    struct buf line = {0};
    char hex[2 * CHAIN_BYTES + 1];
    progress_start(&progress, _("verifying"), false);
    enum err result = store_verify(app->store, progress_update, &progress, e);
    progress_end(&progress);
    if (result != ERR_OK)
        return result;
    const struct journal_head *head = store_head(app->store);
    hex_put(head->chain.value, CHAIN_BYTES, hex);
    struct output *out = app_output(app);
    output_begin(out, "verify/1");
    output_put_int(out, "entries", head->number);
    output_put_text(out, "head", hex);
    buf_printf(&line, _("%" PRId64 " entries; the chain, the records and the database agree"), head->number);
    output_line(out, buf_str(&line));
    result = output_end(out, e);
    output_free(out);
    buf_done(&line);
    return result;
}

static enum err print_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    const bool *with_chain = arg;
    if (*with_chain) {
        char hex[2 * CHAIN_BYTES + 1];
        hex_put(line->chain->value, CHAIN_BYTES, hex);
        printf("%" PRId64 " %s ", line->number, hex);
    }
    if (fwrite(line->bytes, 1, line->len, stdout) != line->len || putchar('\n') == EOF)
        return err_errno(e, ERR_IO, errno, "write output");
    return ERR_OK;
}

static enum err journal(struct app *app, const struct options *o, struct errctx *e)
{
    int64_t from = 0;
    int64_t to = 0;
    bool with_chain = options_has(o, "chain");
    if (options_int(o, "from", 1, UINT32_MAX, 1, &from, e) != ERR_OK ||
        options_int(o, "to", 1, UINT32_MAX, 0, &to, e) != ERR_OK)
        return e->kind;
    return store_journal(app->store, from, to, print_line, &with_chain, e);
}

static enum err tell_backup(struct app *app, const char *file, bool elsewhere, struct errctx *e)
{
    struct buf line = {0};
    struct output *out = app_output(app);
    output_begin(out, "backup/1");
    output_put_text(out, "file", file);
    output_put_int(out, "entries", store_head(app->store)->number);
    output_put_json(out, "elsewhere", elsewhere ? "true" : "false");
    buf_printf(&line, _("%s holds every entry; the signing key is not in it"), file);
    output_line(out, buf_str(&line));
    if (!elsewhere)
        output_line(out, _("It lies on the same disk as the database and goes when that goes: it does not "
                           "count as a backup."));
    enum err result = output_end(out, e);
    output_free(out);
    buf_done(&line);
    return result;
}

static enum err backup(struct app *app, const struct options *o, struct errctx *e)
{
    struct author by = app_program(app);
    struct progress progress;
    bool elsewhere = false;
    bool automatic = options_has(o, "automatic");
    if (automatic != (o->operand_count == 0))
        return err_fail(e, ERR_USAGE, "%s", _("which file? backup FILE"));
    if (automatic)
        return copies_make(app->store, e);
    if (app->as && app_author(app, &by, e) != ERR_OK)
        return e->kind;
    progress_start(&progress, _("copying"), false);
    const struct progress_to to = {.progress = progress_update, .arg = &progress};
    enum err result = store_backup(app->store, o->operands[0], &by, &to, &elsewhere, e);
    progress_end(&progress);
    return result == ERR_OK ? tell_backup(app, o->operands[0], elsewhere, e) : result;
}

static const struct option_spec JOURNAL_OPTIONS[] = {
    {"from", "N", N_("first entry"), false},
    {"to", "N", N_("last entry"), false},
    {"chain", NULL, N_("each line's number and chain value first"), false},
    {0},
};

static const struct option_spec BACKUP_OPTIONS[] = {
    {"automatic", NULL, N_("make the copy in the folder backups that the program makes by itself"), false},
    {0},
};

const struct command CMD_VERIFY = {
    .words = "verify",
    .operands = "",
    .summary = N_("check the database, the chain, and every record against the journal"),
    .opens = OPENS_READ,
    .run = verify,
};

const struct command CMD_JOURNAL = {
    .words = "journal",
    .operands = "",
    .summary = N_("print the entries' exact bytes, a line each"),
    .opens = OPENS_READ,
    .options = JOURNAL_OPTIONS,
    .run = journal,
};

const struct command CMD_BACKUP = {
    .words = "backup",
    .operands = "FILE",
    .summary = N_("write a copy of everything but the key to a new file"),
    .more = N_(
        "A backup lies on another medium than the database, such as a stick. Besides, the program keeps "
        "copies in the folder backups beside the database, of the first start of a day; they help against a "
        "damaged file, not against a lost laptop."),
    .opens = OPENS_WRITE,
    .least = 0,
    .most = 1,
    .options = BACKUP_OPTIONS,
    .run = backup,
};
