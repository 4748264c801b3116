#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/common/i18n.h"
#include "app/registry/app.h"
#include "schema/base/file.h"
#include "sync/server/ingest.h"

static const char BATCH_ENDING[] = ".alv";
static const char RECEIPT_ENDING[] = ".receipt.alv";

/* One file to take in. */
struct carried {
    char *path;
    bool done; /* taken in, or refused for good */
    char *receipt;
    char *words; /* why it was refused */
    struct ingested result;
};

struct carrying {
    struct carried *files;
    size_t count;
};

static bool ends_with(const char *text, const char *ending)
{
    size_t len = strlen(text);
    size_t tail = strlen(ending);
    return len >= tail && strcmp(text + len - tail, ending) == 0;
}

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
    for (const struct dirent *entry = NULL; (entry = readdir(dir)) != NULL;) {
        if (!ends_with(entry->d_name, BATCH_ENDING) || ends_with(entry->d_name, RECEIPT_ENDING))
            continue;
        struct buf path = {0};
        file_join(&path, folder, entry->d_name);
        add_file(all, buf_steal(&path));
    }
    closedir(dir);
    return ERR_OK;
}

static enum err add_operand(struct carrying *all, const char *path, struct errctx *e)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return err_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "open \"%s\"", path);
    if (S_ISDIR(st.st_mode))
        return add_folder(all, path, e);
    add_file(all, str_dup(path));
    return ERR_OK;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct carried *)a)->path, ((const struct carried *)b)->path);
}

/* "7K4QXM-401-900.alv" gets "7K4QXM-401-900.receipt.alv" beside it. */
static enum err write_receipt(struct carried *file, const struct buf *receipt, struct errctx *e)
{
    struct buf path = {0};
    size_t stem = strlen(file->path) - (ends_with(file->path, BATCH_ENDING) ? strlen(BATCH_ENDING) : 0);
    buf_put(&path, file->path, stem);
    buf_puts(&path, RECEIPT_ENDING);
    file->receipt = buf_steal(&path);
    return file_write(file->receipt, receipt->data, receipt->len, 0644, e);
}

/* Takes one file in. A gap is no refusal yet: what is missing may lie in a file further on. A file that
 * cannot be read holds up no other. Fails only for faults of ours. */
static enum err take_in(struct app *app, struct carried *file, bool *gap, struct errctx *e)
{
    struct buf bytes = {0};
    struct buf receipt = {0};
    struct problem problem = {0};
    const struct ingest ingest = {
        .ledger = registry_store_ledger(app->store),
        .registry = registry_store_device(app->store),
        .codes = registry_store_codes(app->store),
        .now = app->now,
    };
    *gap = false;
    enum err result = file_read(file->path, BATCH_MAX_COMPRESSED, &bytes, e);
    bool is_read = result == ERR_OK;
    if (is_read)
        result = ingest_batch(&ingest, bytes.data, bytes.len, 0, &receipt, &file->result, &problem, e);
    if (result == ERR_OK) {
        file->done = true;
        result = write_receipt(file, &receipt, e);
    } else if (!is_read || result == ERR_INVALID ||
               (problem.type != PROBLEM_INTERNAL && problem.type != PROBLEM_BUSY)) {
        *gap = problem.type == PROBLEM_GAP;
        file->done = !*gap;
        free(file->words);
        file->words = str_dup(e->text);
        result = ERR_OK;
    }
    problem_done(&problem);
    buf_done(&receipt);
    buf_done(&bytes);
    return result;
}

/* In any order: goes over what waits for a gap again as long as something was taken in. */
static enum err take_in_all(struct app *app, struct carrying *all, struct errctx *e)
{
    bool moved = true;
    while (moved) {
        moved = false;
        for (size_t i = 0; i < all->count; i++) {
            struct carried *file = &all->files[i];
            bool gap = false;
            if (file->done)
                continue;
            free(file->words);
            file->words = NULL;
            if (take_in(app, file, &gap, e) != ERR_OK)
                return err_wrap(e, "\"%s\"", file->path);
            moved = moved || !gap;
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

static size_t put_rows(struct app *app, const struct carrying *all)
{
    size_t refused = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct carried *file = &all->files[i];
        if (!file->done && !file->words)
            continue; /* a fault of ours came before it */
        const char *slash = strrchr(file->path, '/');
        bool taken = file->done && !file->words;
        const struct cell cells[COLUMN_COUNT] = {
            {true, 0, slash ? slash + 1 : file->path},
            {taken, file->result.header.first, NULL},
            {taken, file->result.header.last, NULL},
            {taken, file->result.fresh, NULL},
            {taken, file->result.flagged, NULL},
            {!taken, 0, file->words},
            {taken, 0, file->receipt},
        };
        output_row(app->out, cells);
        refused += !taken;
    }
    return refused;
}

static enum err cmd_import(struct app *app, const struct options *o, struct errctx *e)
{
    struct carrying all = {0};
    enum err result = ERR_OK;
    for (int i = 0; i < o->operand_count && result == ERR_OK; i++)
        result = add_operand(&all, o->operands[i], e);
    if (all.count > 0)
        qsort(all.files, all.count, sizeof *all.files, by_path);
    if (result == ERR_OK)
        result = take_in_all(app, &all, e);
    struct errctx words = *e;
    output_begin(app->out, "import/1");
    output_rows(app->out, "files", COLUMNS, COLUMN_COUNT);
    size_t refused = put_rows(app, &all);
    output_rows_end(app->out);
    enum err written = output_end(app->out, e);
    for (size_t i = 0; i < all.count; i++) {
        free(all.files[i].path);
        free(all.files[i].receipt);
        free(all.files[i].words);
    }
    free(all.files);
    if (result != ERR_OK) {
        *e = words;
        return result;
    }
    if (written != ERR_OK)
        return written;
    if (refused)
        return err_fail(e, ERR_INVALID, _("%zu of %zu files were not taken in"), refused, all.count);
    return ERR_OK;
}

const struct command COMMAND_IMPORT = {
    .words = "import",
    .operands = "FILE… | DIR",
    .summary = N_("take in carried batches; receipts are written beside them"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = -1,
    .run = cmd_import,
};
