#include "tests/lib/folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/file.h"

enum {
    MOST_FILE_BYTES = 256 * 1024 * 1024
};

static void need(bool is, const char *path)
{
    if (is)
        return;
    perror(path);
    abort();
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

void folder_clear(const char *folder)
{
    DIR *dir = opendir(folder);
    need(dir != NULL, folder);
    for (const struct dirent *at; (at = readdir(dir));) {
        struct buf path = {0};
        if (is_dots(at->d_name))
            continue;
        file_join(&path, folder, at->d_name);
        if (unlink(buf_str(&path)) != 0) {
            folder_clear(buf_str(&path));
            need(rmdir(buf_str(&path)) == 0, buf_str(&path));
        }
        buf_done(&path);
    }
    (void)closedir(dir);
}

static void keep_below(struct folder_kept *k, const char *folder, const char *below);

static void keep_one(struct folder_kept *k, const char *folder, const char *name)
{
    struct buf path = {0};
    struct stat st = {0};
    struct errctx e;
    file_join(&path, folder, name);
    need(lstat(buf_str(&path), &st) == 0, buf_str(&path));
    struct folder_file one = {
        .name = str_dup(name), .is_folder = S_ISDIR(st.st_mode), .mode = st.st_mode & 0777};
    if (!one.is_folder)
        need(file_read(buf_str(&path), MOST_FILE_BYTES, &one.bytes, &e) == ERR_OK, buf_str(&path));
    k->files = mem_resize(k->files, k->count + 1, sizeof *k->files);
    k->files[k->count++] = one;
    if (one.is_folder)
        keep_below(k, folder, one.name);
    buf_done(&path);
}

static void keep_below(struct folder_kept *k, const char *folder, const char *below)
{
    struct buf path = {0};
    file_join(&path, folder, below);
    DIR *dir = opendir(buf_str(&path));
    need(dir != NULL, buf_str(&path));
    for (const struct dirent *at; (at = readdir(dir));) {
        struct buf name = {0};
        if (is_dots(at->d_name))
            continue;
        if (*below)
            file_join(&name, below, at->d_name);
        else
            buf_puts(&name, at->d_name);
        keep_one(k, folder, buf_str(&name));
        buf_done(&name);
    }
    (void)closedir(dir);
    buf_done(&path);
}

void folder_keep(struct folder_kept *k, const char *folder)
{
    *k = (struct folder_kept){0};
    keep_below(k, folder, "");
}

void folder_put_back(const struct folder_kept *k, const char *folder)
{
    folder_clear(folder);
    for (size_t i = 0; i < k->count; i++) {
        const struct folder_file *f = &k->files[i];
        struct buf path = {0};
        file_join(&path, folder, f->name);
        const char *name = buf_str(&path);
        if (f->is_folder) {
            need(mkdir(name, f->mode) == 0, name);
        } else {
            /* Not file_write: a sync for each would take longer than what is tested. */
            FILE *to = fopen(name, "wbe");
            need(to && fwrite(buf_str(&f->bytes), 1, f->bytes.len, to) == f->bytes.len, name);
            need(fclose(to) == 0 && chmod(name, f->mode) == 0, name);
        }
        buf_done(&path);
    }
}

void folder_forget(struct folder_kept *k)
{
    for (size_t i = 0; i < k->count; i++) {
        free(k->files[i].name);
        buf_done(&k->files[i].bytes);
    }
    free(k->files);
    *k = (struct folder_kept){0};
}
