/* verify, journal, backup: looking after the database. */
#include <errno.h>
#include <inttypes.h>

#include "app/common/i18n.h"
#include "app/common/progress.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
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
    return journal_read(store_db(app->store), from, to, print_line, &with_chain, e);
}

static enum err backup(struct app *app, const struct options *o, struct errctx *e)
{
    struct author by = app_program(app);
    struct progress progress;
    struct buf line = {0};
    if (app->as && app_author(app, &by, e) != ERR_OK)
        return e->kind;
    progress_start(&progress, _("copying"), false);
    enum err result = store_backup(app->store, o->operands[0], &by, progress_update, &progress, e);
    progress_end(&progress);
    if (result != ERR_OK)
        return result;
    struct output *out = app_output(app);
    output_begin(out, "backup/1");
    output_put_text(out, "file", o->operands[0]);
    output_put_int(out, "entries", store_head(app->store)->number);
    buf_printf(&line, _("%s holds every entry; the signing key is not in it"), o->operands[0]);
    output_line(out, buf_str(&line));
    result = output_end(out, e);
    output_free(out);
    buf_done(&line);
    return result;
}

static const struct option_spec JOURNAL_OPTIONS[] = {
    {"from", "N", N_("first entry"), false},
    {"to", "N", N_("last entry"), false},
    {"chain", NULL, N_("each line's number and chain value first"), false},
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
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .run = backup,
};
