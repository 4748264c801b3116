#include "app/field/cli/rejects.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum err rejects_open(struct rejects *r, const char *file, int64_t bytes, struct errctx *e)
{
    struct buf path = {0};
    size_t len = strlen(file);
    if (len > 4 && strcmp(file + len - 4, ".csv") == 0)
        len -= 4;
    buf_put(&path, file, len);
    buf_puts(&path, ".rejected.csv");
    *r = (struct rejects){.fd = -1, .bytes = bytes};
    r->path = str_dup(buf_str(&path));
    buf_puts(&path, ".part");
    r->part = buf_steal(&path);
    r->fd = open(r->part, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (r->fd < 0)
        return err_errno(e, ERR_EXISTS, errno, "create \"%s\"", r->path);
    if (ftruncate(r->fd, (off_t)bytes) != 0 || lseek(r->fd, 0, SEEK_END) < 0)
        return err_errno(e, ERR_IO, errno, "write \"%s\"", r->path);
    return ERR_OK;
}

static bool is_ours(const char *column)
{
    return strcmp(column, REJECTED_LINE) == 0 || strcmp(column, REJECTED_BECAUSE) == 0;
}

static void put_header(struct rejects *r, const struct csv *c)
{
    struct csv_out out = {.to = &r->pending, .separator = csv_separator(c)};
    for (size_t i = 0; i < csv_columns(c); i++) {
        if (!is_ours(csv_name(c, i)))
            csv_put(&out, csv_name(c, i));
    }
    csv_put(&out, REJECTED_LINE);
    csv_put(&out, REJECTED_BECAUSE);
    csv_put_end(&out);
}

void rejects_add(struct rejects *r, const struct csv *c, bool broken, const char *because)
{
    struct csv_out out = {.to = &r->pending, .separator = csv_separator(c)};
    if (r->bytes == 0 && r->pending.len == 0)
        put_header(r, c);
    size_t len = 0;
    const char *raw = broken ? csv_raw(c, &len) : NULL;
    char *first = raw ? str_dup_len(raw, len) : NULL;
    for (size_t i = 0; i < csv_columns(c); i++) {
        if (is_ours(csv_name(c, i)))
            continue;
        csv_put(&out, broken ? (first ? first : "") : csv_value(c, i));
        free(first);
        first = NULL;
    }
    char line[24];
    (void)snprintf(line, sizeof line, "%zu", csv_line(c));
    csv_put(&out, line);
    csv_put(&out, because);
    csv_put_end(&out);
    free(first);
}

enum err rejects_flush(struct rejects *r, struct errctx *e)
{
    size_t written = 0;
    while (written < r->pending.len) {
        ssize_t n = write(r->fd, r->pending.data + written, r->pending.len - written);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, ERR_IO, errno, "write \"%s\"", r->path);
        written += (size_t)n;
    }
    r->bytes += (int64_t)written;
    buf_clear(&r->pending);
    if (written && fdatasync(r->fd) != 0)
        return err_errno(e, ERR_IO, errno, "write \"%s\"", r->path);
    return ERR_OK;
}

enum err rejects_finish(struct rejects *r, struct errctx *e)
{
    if (r->bytes == 0) {
        (void)unlink(r->part);
        return ERR_OK;
    }
    if (rename(r->part, r->path) != 0)
        return err_errno(e, ERR_IO, errno, "write \"%s\"", r->path);
    return ERR_OK;
}

void rejects_done(struct rejects *r)
{
    if (r->fd >= 0)
        close(r->fd);
    buf_done(&r->pending);
    free(r->path);
    free(r->part);
    *r = (struct rejects){.fd = -1};
}
