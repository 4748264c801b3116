#include "app/field/store/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/field/store/salvage.h"
#include "schema/base/buf.h"

/* SQLite follows links to the database; so does what belongs to it. */
static char *beside(const char *db_path, const char *ending)
{
    char *real = realpath(db_path, NULL);
    struct buf out = {0};
    buf_printf(&out, "%s%s", real ? real : db_path, ending);
    free(real);
    return buf_steal(&out);
}

static void mark_in_use(int fd)
{
    char now = 0;
    if ((pread(fd, &now, 1, 0) != 1 || now != '1') && pwrite(fd, "1", 1, 0) == 1)
        (void)fdatasync(fd);
}

/* What stands in the file and beside it tells something only while nobody works with the database. */
static void judge(struct guard *g, const char *db_path, bool left_behind)
{
    struct stat st;
    char in_use = 0;
    char *wal = beside(db_path, "-wal");
    bool log = stat(wal, &st) == 0;
    bool marked = pread(g->fd, &in_use, 1, 0) == 1 && in_use == '1';
    g->unclean = left_behind || (log && st.st_size > 0);
    g->no_log = marked && !log;
    g->bad_log = g->unclean && log && salvage_log_state(wal) == LOG_DAMAGED;
    free(wal);
}

/* Somebody may have removed the file between our opening it and our lock. A disk that does not say is no such
 * somebody. */
static bool is_still_there(int fd, const char *path)
{
    struct stat ours;
    struct stat there;
    if (stat(path, &there) != 0)
        return errno != ENOENT;
    return fstat(fd, &ours) != 0 || ours.st_ino == there.st_ino;
}

/* Waits for one that is just closing. False: there are no such locks here. */
static bool wait_for_share(int fd)
{
    while (flock(fd, LOCK_SH) != 0) {
        if (errno != EINTR)
            return false;
    }
    return true;
}

void guard_begin(struct guard *g, const char *db_path)
{
    *g = GUARD_NONE;
    /* Where there is no database nothing is left beside it either. */
    if (access(db_path, F_OK) != 0)
        return;
    g->path = beside(db_path, ".open");
    for (;;) {
        struct stat st;
        bool left_behind = stat(g->path, &st) == 0;
        g->fd = open(g->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (g->fd < 0)
            break;
        if (flock(g->fd, LOCK_EX | LOCK_NB) == 0 && is_still_there(g->fd, g->path))
            judge(g, db_path, left_behind);
        if (!wait_for_share(g->fd))
            break;
        if (is_still_there(g->fd, g->path))
            return;
        (void)close(g->fd);
    }
    guard_end(g);
}

void guard_opened(struct guard *g)
{
    g->opened = g->fd >= 0;
}

void guard_committing(void *guard)
{
    struct guard *g = guard;
    if (!g->opened || g->marked)
        return;
    mark_in_use(g->fd);
    g->marked = true;
}

void guard_closing(struct guard *g)
{
    if (g->fd < 0 || !g->opened)
        return;
    /* The last to go. One that fails here has lost its own lock too, so of two that go at once one is last.
     */
    bool last = flock(g->fd, LOCK_EX | LOCK_NB) == 0;
    if (last ? !is_still_there(g->fd, g->path) : errno == EWOULDBLOCK)
        return;
    if (last && !g->distrusted && unlink(g->path) == 0)
        return;
    /* Without its byte the file says only that something was wrong: the log goes at a proper end. So it does
     * when a failing disk does not let us know whether we are the last: a log that is missed for nothing
     * would stop the work. */
    if (ftruncate(g->fd, 0) != 0 && last)
        (void)unlink(g->path);
}

void guard_end(struct guard *g)
{
    if (g->fd >= 0)
        (void)close(g->fd);
    free(g->path);
    g->path = NULL;
    g->fd = -1;
}

bool guard_alone(struct guard *g, const char *db_path)
{
    struct stat st;
    *g = GUARD_NONE;
    g->path = beside(db_path, ".open");
    bool left_behind = stat(g->path, &st) == 0;
    g->fd = open(g->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (g->fd >= 0 && flock(g->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        guard_end(g);
        return false;
    }
    if (g->fd >= 0)
        judge(g, db_path, left_behind);
    return true;
}
