#include "tests/lib/folder.h"

#include <dirent.h>
#include <fcntl.h>
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

void folder_copy_file(const char *from, const char *to)
{
    struct errctx e;
    struct buf bytes = {0};
    need(file_read(from, MOST_FILE_BYTES, &bytes, &e) == ERR_OK, from);
    need(file_write(to, bytes.data, bytes.len, 0600, &e) == ERR_OK, to);
    buf_done(&bytes);
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

static const struct folder_file *find(const struct folder_kept *k, const char *name)
{
    for (size_t i = 0; i < k->count; i++) {
        if (strcmp(k->files[i].name, name) == 0)
            return &k->files[i];
    }
    return NULL;
}

/* Read into one place, over and over: this is done for every run of a program. */
static bool holds(const char *path, const struct buf *bytes)
{
    static char piece[65536];
    size_t at = 0;
    ssize_t len = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    while (fd >= 0 && (len = read(fd, piece, sizeof piece)) > 0) {
        if ((size_t)len > bytes->len - at || memcmp(buf_str(bytes) + at, piece, (size_t)len) != 0)
            break;
        at += (size_t)len;
    }
    if (fd >= 0)
        (void)close(fd);
    return len == 0 && at == bytes->len;
}

static bool is_as_kept(const struct folder_file *f, const char *path, const struct stat *st)
{
    if (!f || (st->st_mode & 0777) != f->mode || S_ISDIR(st->st_mode) != f->is_folder)
        return false;
    return f->is_folder ||
           (S_ISREG(st->st_mode) && st->st_size == (off_t)f->bytes.len && holds(path, &f->bytes));
}

bool folder_is_kept(const struct folder_kept *k, const char *folder, const char *name)
{
    struct buf path = {0};
    struct stat st = {0};
    const struct folder_file *f = find(k, name);
    file_join(&path, folder, name);
    bool here = lstat(buf_str(&path), &st) == 0 && st.st_size > 0;
    bool kept = here ? is_as_kept(f, buf_str(&path), &st) : !f || (!f->is_folder && f->bytes.len == 0);
    buf_done(&path);
    return kept;
}

static void clear_changed(const struct folder_kept *k, const char *folder, const char *below)
{
    struct buf path = {0};
    file_join(&path, folder, below);
    DIR *dir = opendir(buf_str(&path));
    need(dir != NULL, buf_str(&path));
    for (const struct dirent *at; (at = readdir(dir));) {
        struct buf name = {0};
        struct buf whole = {0};
        struct stat st = {0};
        if (is_dots(at->d_name))
            continue;
        if (*below)
            file_join(&name, below, at->d_name);
        else
            buf_puts(&name, at->d_name);
        file_join(&whole, folder, buf_str(&name));
        need(lstat(buf_str(&whole), &st) == 0, buf_str(&whole));
        if (is_as_kept(find(k, buf_str(&name)), buf_str(&whole), &st)) {
            if (S_ISDIR(st.st_mode))
                clear_changed(k, folder, buf_str(&name));
        } else if (S_ISDIR(st.st_mode)) {
            folder_clear(buf_str(&whole));
            need(rmdir(buf_str(&whole)) == 0, buf_str(&whole));
        } else {
            need(unlink(buf_str(&whole)) == 0, buf_str(&whole));
        }
        buf_done(&whole);
        buf_done(&name);
    }
    (void)closedir(dir);
    buf_done(&path);
}

static void put_one(const struct folder_file *f, const char *path)
{
    if (access(path, F_OK) == 0)
        return;
    if (f->is_folder) {
        need(mkdir(path, f->mode) == 0, path);
        return;
    }
    /* Not file_write: a sync for each would take longer than what is tested. */
    FILE *to = fopen(path, "wbe");
    need(to && fwrite(buf_str(&f->bytes), 1, f->bytes.len, to) == f->bytes.len, path);
    need(fclose(to) == 0 && chmod(path, f->mode) == 0, path);
}

void folder_put_back(const struct folder_kept *k, const char *folder)
{
    clear_changed(k, folder, "");
    for (size_t i = 0; i < k->count; i++) {
        struct buf path = {0};
        file_join(&path, folder, k->files[i].name);
        put_one(&k->files[i], buf_str(&path));
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
