#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include "app/common/i18n.h"
#include "app/registry/app.h"
#include "app/registry/cli/desk.h"
#include "app/registry/cli/intake.h"
#include "app/registry/cli/watch.h"
#include "schema/base/file.h"

/* One file to take in. */
struct carried {
    char *path;
    bool done; /* taken in, or refused for good */
    struct intake in;
};

struct carrying {
    struct carried *files;
    size_t count;
};

static void add_file(struct carrying *all, char *path)
{
    all->files = mem_resize(all->files, all->count + 1, sizeof *all->files);
    all->files[all->count++] = (struct carried){.path = path};
}

static enum err add_folder(struct carrying *all, const char *folder, struct errctx *e)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return err_errno(e, ERR_NOT_FOUND, errno, "open folder \"%s\"", folder);
    for (;;) {
        errno = 0; /* the only sign that a folder was not read to its end */
        const struct dirent *entry = readdir(dir);
        if (!entry)
            break;
        if (!intake_is_batch_name(entry->d_name))
            continue;
        struct buf path = {0};
        file_join(&path, folder, entry->d_name);
        add_file(all, buf_steal(&path));
    }
    int number = errno;
    closedir(dir);
    return number == 0 ? ERR_OK : err_errno(e, ERR_IO, number, "read folder \"%s\"", folder);
}

/* A link that a person names leads to the file that is meant; those that lie in a folder are not followed. */
static enum err add_operand(struct carrying *all, const char *path, struct errctx *e)
{
    struct stat st;
    char *real = realpath(path, NULL);
    if (!real || stat(real, &st) != 0) {
        int number = errno;
        free(real);
        return err_errno(e, number == ENOENT ? ERR_NOT_FOUND : ERR_IO, number, "open \"%s\"", path);
    }
    bool is_link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
    enum err result = ERR_OK;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        result = add_folder(all, path, e);
    else
        add_file(all, str_dup(is_link ? real : path));
    free(real);
    return result;
}

static int by_name(const void *a, const void *b)
{
    return intake_compare_names(((const struct carried *)a)->path, ((const struct carried *)b)->path);
}

/* In any order: goes over what waits for a gap again as long as something was taken in. */
static enum err take_in_all(struct app *app, struct carrying *all, struct errctx *e)
{
    bool moved = true;
    while (moved) {
        moved = false;
        for (size_t i = 0; i < all->count; i++) {
            struct carried *file = &all->files[i];
            if (file->done)
                continue;
            intake_done(&file->in);
            if (intake_take(app->store, file->path, app->now, &file->in, e) != ERR_OK)
                return err_wrap(e, "\"%s\"", file->path);
            file->done = file->in.end != INTAKE_WAITS;
            moved = moved || file->in.end == INTAKE_TAKEN || file->in.end == INTAKE_NO_RECEIPT;
        }
    }
    return ERR_OK;
}

static const struct column COLUMNS[] = {
    {"file", "file", N_("File"), COLUMN_TEXT, 0},
    {"first", "first", N_("First"), COLUMN_NUMBER, 0},
    {"last", "last", N_("Last"), COLUMN_NUMBER, 0},
    {"new", "new", N_("New"), COLUMN_NUMBER, 0},
    {"flagged", "flagged", N_("Flagged"), COLUMN_NUMBER, 0},
    {"refused", "refused", N_("Refused"), COLUMN_SAID, 0},
    {"receipt", "receipt", NULL, COLUMN_TEXT, 0},
};
enum {
    COLUMN_COUNT = sizeof COLUMNS / sizeof COLUMNS[0]
};

struct tally {
    size_t refused;
    size_t without_receipt;
};

static struct tally put_rows(struct app *app, const struct carrying *all)
{
    struct tally tally = {0};
    for (size_t i = 0; i < all->count; i++) {
        const struct carried *file = &all->files[i];
        const struct intake *in = &file->in;
        if (!file->done && !in->words)
            continue; /* a fault of ours came before it */
        const char *slash = strrchr(file->path, '/');
        bool receipt = in->end == INTAKE_TAKEN;
        bool taken = receipt || in->end == INTAKE_NO_RECEIPT;
        const struct cell cells[COLUMN_COUNT] = {
            {true, 0, slash ? slash + 1 : file->path},
            {taken, in->got.header.first, NULL},
            {taken, in->got.header.last, NULL},
            {taken, in->got.fresh, NULL},
            {taken, in->got.flagged, NULL},
            {in->words != NULL, 0, in->words},
            {receipt, 0, in->receipt},
        };
        output_row(app->out, cells);
        tally.refused += !taken;
        tally.without_receipt += taken && !receipt;
    }
    return tally;
}

static enum err import_files(struct app *app, const struct options *o, struct carrying *all, struct errctx *e)
{
    enum err result = ERR_OK;
    for (int i = 0; i < o->operand_count && result == ERR_OK; i++)
        result = add_operand(all, o->operands[i], e);
    if (all->count > 0)
        qsort(all->files, all->count, sizeof *all->files, by_name);
    if (result == ERR_OK)
        result = take_in_all(app, all, e);
    struct errctx words = *e;
    output_begin(app->out, "import/1");
    output_rows(app->out, "files", COLUMNS, COLUMN_COUNT);
    struct tally tally = put_rows(app, all);
    output_rows_end(app->out);
    enum err written = output_end(app->out, e);
    if (result != ERR_OK) {
        *e = words;
        return result;
    }
    if (written != ERR_OK)
        return written;
    if (tally.refused)
        return err_fail(e, ERR_INVALID, _("%zu of %zu files were not taken in"), tally.refused, all->count);
    if (tally.without_receipt)
        return err_fail(e, ERR_IO, _("%zu of %zu receipts could not be written"), tally.without_receipt,
                        all->count);
    return ERR_OK;
}

/* Findings of its own are no reason for import to speak; that it did not get to the end is. */
static void log_nothing(int level, const char *line)
{
    if (level <= LOG_ERR)
        (void)fprintf(stderr, "%s: %s\n", PROGRAM_NAME, line);
}

static void review(struct app *app, const struct carrying *all)
{
    enum {
        MOST_MS = 60000 /* a person waits; a folder of a whole season goes on with the next run */
    };
    struct desk desk = {.store = app->store, .log = log_nothing};
    bool left = false;
    int64_t fresh = 0;
    for (size_t i = 0; i < all->count; i++)
        fresh += all->files[i].in.got.fresh;
    if (fresh == 0)
        return;
    desk_look(&desk, app->now, MOST_MS, NULL, &left);
    if (left && !app->quiet)
        (void)fprintf(stderr, "%s: %s\n", PROGRAM_NAME, _("not all of it is reviewed yet: review run"));
}

static enum err cmd_import(struct app *app, const struct options *o, struct errctx *e)
{
    struct carrying all = {0};
    const char *folder = options_text(o, "watch");
    if (folder && o->operand_count > 0)
        return err_fail(e, ERR_USAGE, _("import takes files or --watch, not both"));
    if (folder)
        return watch_until_signal(app->store, folder, !options_has(o, "no-review"), e);
    if (o->operand_count == 0)
        return err_fail(e, ERR_USAGE, _("import needs a file, a folder or --watch"));
    enum err result = import_files(app, o, &all, e);
    if (!options_has(o, "no-review"))
        review(app, &all);
    for (size_t i = 0; i < all.count; i++) {
        free(all.files[i].path);
        intake_done(&all.files[i].in);
    }
    free(all.files);
    return result;
}

static const struct option_spec IMPORT_OPTIONS[] = {
    {"watch", "DIR", N_("go on taking in what appears in this folder, until interrupted"), false},
    {"no-review", NULL, N_("leave the rules over the whole registry to \"review run\""), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_IMPORT = {
    .words = "import",
    .operands = "FILE… | DIR",
    .summary = N_("take in carried batches; receipts are written beside them"),
    .opens = OPENS_WRITE,
    .most = -1,
    .options = IMPORT_OPTIONS,
    .run = cmd_import,
};
