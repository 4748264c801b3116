#include "sync/client/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "schema/base/date.h"
#include "schema/base/words.h"

enum {
    HOLDER_BYTES = 128
};

static const struct {
    const char *ending;
    const char *busy;
} kinds[] = {
    [LOCK_SYNC] = {".sync", N_("another sync of this database is running")},
    [LOCK_WATCH] = {".watch", N_("another watch of this database is running")},
};

/* SQLite follows links to the database; so does what belongs to it. */
static void put_path(struct buf *out, const char *db_path, enum lock_kind kind)
{
    char *real = realpath(db_path, NULL);
    buf_printf(out, "%s%s", real ? real : db_path, kinds[kind].ending);
    free(real);
}

/* "process 4711 since 2026-11-24T08:12:03Z", as its holder wrote it; "" while it has not yet. */
static void read_holder(int fd, char out[HOLDER_BYTES])
{
    ssize_t len = pread(fd, out, HOLDER_BYTES - 1, 0);
    out[len > 0 ? len : 0] = '\0';
    out[strspn(out, "abcdefghijklmnopqrstuvwxyz0123456789 :-TZ")] = '\0';
}

static void write_holder(int fd, int64_t now)
{
    char at[INSTANT_BYTES];
    char text[HOLDER_BYTES];
    int len =
        snprintf(text, sizeof text, N_("process %ld since %s"), (long)getpid(), instant_format(now, at));
    /* It only serves people: a full disk is no reason not to sync. */
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len)
        (void)ftruncate(fd, 0);
}

static enum err fail_busy(int fd, enum lock_kind kind, struct errctx *e)
{
    char holder[HOLDER_BYTES];
    read_holder(fd, holder);
    if (!*holder)
        return err_fail(e, ERR_BUSY, "%s", kinds[kind].busy);
    return err_fail(e, ERR_BUSY, "%s (%s)", kinds[kind].busy, holder);
}

enum err lock_take(struct lock *l, const char *db_path, enum lock_kind kind, int64_t now, struct errctx *e)
{
    struct buf path = {0};
    enum err result = ERR_OK;
    put_path(&path, db_path, kind);
    l->fd = open(buf_str(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (l->fd < 0)
        result = err_errno(e, errno == EACCES || errno == EROFS ? ERR_DENIED : ERR_IO, errno, "open \"%s\"",
                           buf_str(&path));
    else if (flock(l->fd, LOCK_EX | LOCK_NB) != 0)
        result = errno == EWOULDBLOCK ? fail_busy(l->fd, kind, e)
                                      : err_errno(e, ERR_IO, errno, "lock \"%s\"", buf_str(&path));
    else
        write_holder(l->fd, now);
    buf_done(&path);
    if (result != ERR_OK)
        lock_drop(l);
    return result;
}

void lock_drop(struct lock *l)
{
    if (l->fd >= 0)
        (void)close(l->fd);
    l->fd = -1;
}
