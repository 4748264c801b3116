#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/output_record.h"
#include "app/common/progress.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "schema/base/file.h"

struct export
{
    struct app *app;
    struct record_list rows;
    struct progress progress;
    int64_t done;
};

static enum err export_row(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    struct export *x = arg;
    output_record(&x->rows, row);
    progress_update(&x->progress, ++x->done, 0);
    return ERR_OK;
}

static enum err export_to(struct export *x, const struct entity *of, enum output_form form, FILE *to,
                          struct errctx *e)
{
    struct store_filter filter = {.with_void = form == OUTPUT_JSON};
    struct output *out = output_new(to, form, '.');
    output_records(&x->rows, out, of, store_codes(x->app->store), '.');
    enum err result = store_list(x->app->store, of->id, &filter, export_row, x, e);
    if (result == ERR_OK)
        result = output_records_end(&x->rows, e);
    output_free(out);
    return result;
}

/* A file is there whole or not at all: it is written under another name first. */
static enum err export_file(struct export *x, const struct entity *of, enum output_form form,
                            const char *folder, struct errctx *e)
{
    struct buf name = {0};
    struct buf path = {0};
    struct buf part = {0};
    buf_printf(&name, "%s.%s", of->name, form == OUTPUT_CSV ? "csv" : "json");
    file_join(&path, folder, buf_str(&name));
    buf_printf(&part, "%s.part", buf_str(&path));
    enum err result = ERR_OK;
    int fd = open(buf_str(&part), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!to) {
        result = err_errno(e, ERR_IO, errno, "create \"%s\"", buf_str(&path));
        if (fd >= 0)
            close(fd);
    } else {
        result = export_to(x, of, form, to, e);
        if (result == ERR_OK && fsync(fd) != 0)
            result = err_errno(e, ERR_IO, errno, "write \"%s\"", buf_str(&path));
        if (fclose(to) != 0 && result == ERR_OK)
            result = err_errno(e, ERR_IO, errno, "write \"%s\"", buf_str(&path));
        if (result == ERR_OK && rename(buf_str(&part), buf_str(&path)) != 0)
            result = err_errno(e, ERR_IO, errno, "write \"%s\"", buf_str(&path));
        if (result != ERR_OK)
            (void)unlink(buf_str(&part));
    }
    if (result == ERR_OK) {
        progress_end(&x->progress);
        printf("%s\n", buf_str(&path));
    }
    buf_done(&name);
    buf_done(&path);
    buf_done(&part);
    return result;
}

static enum err read_form(const struct app *app, const struct options *o, enum output_form *out,
                          struct errctx *e)
{
    const char *format = options_text(o, "format");
    *out = app->form == OUTPUT_JSON ? OUTPUT_JSON : OUTPUT_CSV;
    if (!format)
        return ERR_OK;
    if (strcmp(format, "csv") != 0 && strcmp(format, "json") != 0)
        return err_fail(e, ERR_USAGE, _("--format \"%s\": is not one of: csv, json"), format);
    *out = strcmp(format, "csv") == 0 ? OUTPUT_CSV : OUTPUT_JSON;
    return ERR_OK;
}

static enum err export_all(struct export *x, enum output_form form, const char *folder, struct errctx *e)
{
    for (int i = 0; i < ENTITY_COUNT; i++) {
        if (export_file(x, &ENTITIES[i], form, folder, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    struct export x = {.app = app};
    enum output_form form = OUTPUT_CSV;
    const char *what = o->operands[0];
    const char *folder = options_text(o, "out");
    const struct entity *of = entity_find(what);
    if (read_form(app, o, &form, e) != ERR_OK)
        return e->kind;
    if (!of && strcmp(what, "all") != 0)
        return err_fail(e, ERR_USAGE, _("\"%s\" is neither a kind of record nor \"all\""), what);
    if (!of && !folder)
        return err_fail(e, ERR_USAGE, _("where to? %s export all --out DIR"), APP_NAME);
    if (folder && file_make_dirs(folder, e) != ERR_OK)
        return e->kind;
    progress_start(&x.progress, _("exporting"), false);
    enum err result = ERR_OK;
    if (!of)
        result = export_all(&x, form, folder, e);
    else if (folder)
        result = export_file(&x, of, form, folder, e);
    else
        result = export_to(&x, of, form, stdout, e);
    progress_end(&x.progress);
    return result;
}

static const struct option_spec OPTIONS[] = {
    {"format", "csv|json",
     N_("csv (human units, can be imported again) or json (storage units); default csv"), false},
    {"out", "DIR", N_("write a file per kind of record into this folder, instead of one kind to the output"),
     false},
    {0},
};

const struct command CMD_EXPORT = {
    .words = "export",
    .operands = "ENTITY|all",
    .summary = N_("write records as CSV or JSON"),
    .more = N_("JSON has voided records too, marked; CSV has those that stand."),
    .opens = OPENS_READ,
    .least = 1,
    .most = 1,
    .options = OPTIONS,
    .run = run,
};
