#include "app/field/store/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* The byte stays where it is: writing it costs a block and no change of the file's length. */
static void mark(int fd, char in_use)
{
    char now = 0;
    if ((pread(fd, &now, 1, 0) != 1 || now != in_use) && pwrite(fd, &in_use, 1, 0) == 1)
        (void)fdatasync(fd);
}

/* What stands in the file and beside it tells something only while nobody works with the database. */
static void judge(struct guard *g, const char *db_path)
{
    struct stat st;
    char in_use = 0;
    char *wal = beside(db_path, "-wal");
    bool log = stat(wal, &st) == 0;
    bool marked = pread(g->fd, &in_use, 1, 0) == 1 && in_use == '1';
    g->unclean = marked || (log && st.st_size > 0);
    g->no_log = marked && !log;
    free(wal);
}

static void open_file(struct guard *g, const char *db_path)
{
    char *path = beside(db_path, ".open");
    *g = (struct guard){.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    free(path);
}

void guard_begin(struct guard *g, const char *db_path)
{
    *g = GUARD_NONE;
    /* Where there is no database nothing is left beside it either. */
    if (access(db_path, F_OK) != 0)
        return;
    open_file(g, db_path);
    if (g->fd < 0)
        return;
    if (flock(g->fd, LOCK_EX | LOCK_NB) == 0)
        judge(g, db_path);
    /* Waits for one that is just closing. Where there are no such locks there is no guard. */
    while (flock(g->fd, LOCK_SH) != 0) {
        if (errno == EINTR)
            continue;
        guard_end(g);
        return;
    }
}

void guard_opened(struct guard *g)
{
    if (g->fd < 0)
        return;
    mark(g->fd, '1');
    g->opened = true;
}

void guard_closing(struct guard *g)
{
    /* The last to go. One that fails here has lost its own lock too, so of two that go at once one is last.
     */
    if (g->fd >= 0 && g->opened && flock(g->fd, LOCK_EX | LOCK_NB) == 0)
        mark(g->fd, '0');
}

void guard_end(struct guard *g)
{
    if (g->fd >= 0)
        (void)close(g->fd);
    *g = GUARD_NONE;
}

bool guard_alone(struct guard *g, const char *db_path)
{
    open_file(g, db_path);
    if (g->fd < 0 || flock(g->fd, LOCK_EX | LOCK_NB) == 0) {
        if (g->fd >= 0)
            judge(g, db_path);
        return true;
    }
    bool taken = errno == EWOULDBLOCK;
    guard_end(g);
    return !taken;
}
