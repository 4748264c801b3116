#include "schema/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/words.h"

static enum err kind_of(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERR_DENIED;
    case EEXIST:
        return ERR_EXISTS;
    default:
        return ERR_IO;
    }
}

static enum err fail(struct errctx *e, const char *what, const char *path)
{
    int number = errno;
    return err_errno(e, kind_of(number), number, "%s \"%s\"", what, path);
}

static enum err read_all(int fd, const char *path, size_t max_bytes, struct buf *out, struct errctx *e)
{
    size_t before = out->len;
    enum err result = ERR_OK;
    for (;;) {
        size_t chunk = 65536;
        ssize_t got = read(fd, buf_reserve(out, chunk), chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            result = fail(e, "read", path);
        if (got <= 0)
            break;
        buf_truncate(out, out->len + (size_t)got);
        if (out->len - before > max_bytes) {
            result = err_fail(e, ERR_INVALID, "\"%s\" is larger than %zu bytes", path, max_bytes);
            break;
        }
    }
    return result;
}

enum err file_read(const char *path, size_t max_bytes, struct buf *out, struct errctx *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(e, "open", path);
    enum err result = read_all(fd, path, max_bytes, out, e);
    close(fd);
    return result;
}

enum err file_read_stranger(const char *path, size_t max_bytes, struct buf *out, struct stat *out_info,
                            struct errctx *e)
{
    struct stat own = {0};
    struct stat *info = out_info ? out_info : &own;
    /* Without O_NONBLOCK opening a pipe waits for its other end. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && (errno == ELOOP || errno == ENXIO))
        return err_fail(e, ERR_INVALID, "\"%s\" is no plain file", path);
    if (fd < 0)
        return fail(e, "open", path);
    enum err result = fstat(fd, info) == 0 ? ERR_OK : fail(e, N_("look at"), path);
    if (result == ERR_OK && !S_ISREG(info->st_mode))
        result = err_fail(e, ERR_INVALID, "\"%s\" is no plain file", path);
    if (result == ERR_OK && info->st_size > (off_t)max_bytes)
        result = err_fail(e, ERR_INVALID, "\"%s\" is larger than %zu bytes", path, max_bytes);
    if (result == ERR_OK)
        result = read_all(fd, path, max_bytes, out, e);
    close(fd);
    return result;
}

static enum err write_all(int fd, const char *path, const char *bytes, size_t len, struct errctx *e)
{
    while (len > 0) {
        ssize_t done = write(fd, bytes, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return fail(e, "write", path);
        bytes += done;
        len -= (size_t)done;
    }
    return fsync(fd) == 0 ? ERR_OK : fail(e, "fsync", path);
}

static enum err sync_folder_of(const char *path, struct errctx *e)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? str_dup_len(path, slash == path ? 1 : (size_t)(slash - path)) : str_dup(".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum err result = fd < 0 || fsync(fd) != 0 ? fail(e, "fsync", folder) : ERR_OK;
    /* Some file systems on sticks cannot sync a folder; the rename itself is then as durable as it gets. */
    if (result != ERR_OK && e->code == EINVAL)
        result = ERR_OK;
    if (fd >= 0)
        close(fd);
    free(folder);
    return result;
}

/* A stick's file system has no hard links: there an exclusive placeholder holds the name before the rename.
 */
static enum err rename_to_new(const char *temporary, const char *path, struct errctx *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(e, "create", path);
    close(fd);
    if (rename(temporary, path) == 0)
        return ERR_OK;
    (void)fail(e, N_("rename to"), path);
    (void)unlink(path);
    return e->kind;
}

enum err file_put_in_place(const char *temporary, const char *path, struct errctx *e)
{
    enum err result = ERR_OK;
    if (link(temporary, path) == 0)
        (void)unlink(temporary);
    else if (errno == EEXIST)
        result = fail(e, "create", path);
    else
        result = rename_to_new(temporary, path, e);
    return result == ERR_OK ? sync_folder_of(path, e) : result;
}

static enum err replace(const char *temporary, const char *path, struct errctx *e)
{
    if (rename(temporary, path) != 0)
        return fail(e, N_("rename to"), path);
    return sync_folder_of(path, e);
}

static enum err write_file(const char *path, const void *bytes, size_t len, mode_t mode, bool keep,
                           struct errctx *e)
{
    struct buf temporary = {0};
    buf_printf(&temporary, "%s.%ld.tmp", path, (long)getpid());
    const char *name = buf_str(&temporary);
    /* Never through a link that somebody laid there. */
    (void)unlink(name);
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    enum err result = fd < 0 ? fail(e, "create", name) : ERR_OK;
    if (fd >= 0) {
        result = write_all(fd, name, bytes, len, e);
        if (close(fd) != 0 && result == ERR_OK)
            result = fail(e, "close", name);
        if (result == ERR_OK)
            result = keep ? file_put_in_place(name, path, e) : replace(name, path, e);
        if (result != ERR_OK)
            unlink(name);
    }
    buf_done(&temporary);
    return result;
}

enum err file_write(const char *path, const void *bytes, size_t len, mode_t mode, struct errctx *e)
{
    return write_file(path, bytes, len, mode, false, e);
}

enum err file_create(const char *path, const void *bytes, size_t len, mode_t mode, struct errctx *e)
{
    return write_file(path, bytes, len, mode, true, e);
}

enum err file_make_dirs(const char *path, struct errctx *e)
{
    char *copy = str_dup(path);
    enum err result = ERR_OK;
    for (char *at = copy + (*copy == '/'); result == ERR_OK; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char kept = *at;
        *at = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST)
            result = fail(e, N_("make folder"), copy);
        *at = kept;
        if (kept == '\0')
            break;
    }
    struct stat st;
    if (result == ERR_OK && (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)))
        result = err_fail(e, ERR_IO, "\"%s\" is not a folder", path);
    free(copy);
    return result;
}

void file_join(struct buf *out, const char *folder, const char *name)
{
    buf_puts(out, folder);
    if (out->len > 0 && out->data[out->len - 1] != '/')
        buf_putc(out, '/');
    buf_puts(out, name);
}

enum err file_need_folder(const char *path, struct errctx *e)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return err_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno,
                         "folder \"%s\" (is the stick there?)", path);
    if (!S_ISDIR(st.st_mode))
        return err_fail(e, ERR_EXISTS, "\"%s\" is no folder", path);
    return ERR_OK;
}
