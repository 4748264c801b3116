#include "tests/lib/cut_inside.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schema/base/file.h"

enum {
    SECTOR_STAYS = 500, /* per mille: a sector of an unsynced write took effect */
    WRITE_LOST = 250,   /* … a whole write did not */
    POWER_NICE = 150,   /* everything reached the disk in time */
    DELETE_UNDONE = 500,
};

void disk_end(struct cut_disk *d)
{
    d->dead = true;
    d->settled = false;
    if (d->at_death)
        d->at_death(d, d->arg);
}

int disk_instant(struct cut_disk *d, int dead_code, bool *last)
{
    *last = false;
    if (!d)
        return SQLITE_OK;
    if (d->dead)
        return dead_code;
    d->instants++;
    if (d->cut_at && d->instants >= d->cut_at) {
        *last = true;
        return dead_code;
    }
    if (d->fail_at && (d->instants == d->fail_at || (d->instants > d->fail_at && !d->fail_once)))
        return d->fail_code;
    return SQLITE_OK;
}

/* --- what is on the disk */

static void drop_changes(struct tracked *t)
{
    for (size_t i = 0; i < t->change_count; i++)
        free(t->changes[i].bytes);
    t->change_count = 0;
}

static void tracked_free(struct tracked *t)
{
    drop_changes(t);
    free(t->changes);
    buf_done(&t->synced);
    close(t->fd);
    free(t);
}

static void add_change(struct tracked *t, int64_t at, const void *bytes, size_t len)
{
    if (t->change_count == t->change_room) {
        t->change_room = t->change_room ? t->change_room * 2 : 16;
        t->changes = mem_resize(t->changes, t->change_room, sizeof *t->changes);
    }
    char *copy = bytes ? mem_alloc(len ? len : 1) : NULL;
    if (copy && len > 0)
        memcpy(copy, bytes, len);
    t->changes[t->change_count++] = (struct change){.at = at, .len = len, .bytes = copy};
}

static void set_size(struct buf *image, size_t size)
{
    if (size <= image->len) {
        buf_truncate(image, size);
        return;
    }
    size_t more = size - image->len;
    memset(buf_reserve(image, more), 0, more);
    image->len = size;
    image->data[size] = '\0';
}

static void put_bytes(struct buf *image, int64_t at, const char *bytes, size_t len)
{
    if ((size_t)at + len > image->len)
        set_size(image, (size_t)at + len);
    memcpy(image->data + at, bytes, len);
}

static void apply(struct buf *image, const struct change *c)
{
    if (c->bytes)
        put_bytes(image, c->at, c->bytes, c->len);
    else if ((size_t)c->at < image->len)
        set_size(image, (size_t)c->at);
}

static void make_durable(struct tracked *t)
{
    for (size_t i = 0; i < t->change_count; i++)
        apply(&t->synced, &t->changes[i]);
    drop_changes(t);
}

static void tear(struct buf *image, const struct change *c, struct dice *dice)
{
    if (dice_chance(dice, WRITE_LOST))
        return;
    for (size_t done = 0; done < c->len;) {
        size_t place = (size_t)c->at + done;
        size_t part = CUT_SECTOR_BYTES - place % CUT_SECTOR_BYTES;
        if (part > c->len - done)
            part = c->len - done;
        if (dice_chance(dice, SECTOR_STAYS))
            put_bytes(image, (int64_t)place, c->bytes + done, part);
        done += part;
    }
}

/* The writes FROM … TO - 1 in any order. */
static void shuffle(struct tracked *t, size_t from, size_t to, struct dice *dice)
{
    for (size_t i = to; i > from + 1; i--) {
        size_t other = from + (size_t)dice_below(dice, (int64_t)(i - from));
        struct change kept = t->changes[i - 1];
        t->changes[i - 1] = t->changes[other];
        t->changes[other] = kept;
    }
}

/* What a power cut leaves of what was not synced. Cutting off keeps its place among the writes. */
static void lose(struct tracked *t, struct dice *dice)
{
    bool nice = dice_chance(dice, POWER_NICE);
    for (size_t from = 0; from < t->change_count && !nice;) {
        size_t to = from;
        while (to < t->change_count && t->changes[to].bytes)
            to++;
        shuffle(t, from, to, dice);
        for (size_t i = from; i < to; i++)
            tear(&t->synced, &t->changes[i], dice);
        if (to < t->change_count && dice_chance(dice, SECTOR_STAYS))
            apply(&t->synced, &t->changes[to]);
        from = to + 1;
    }
    if (nice)
        make_durable(t);
    drop_changes(t);
}

static void write_back(struct tracked *t)
{
    int cut = ftruncate(t->fd, 0);
    assert(cut == 0);
    (void)cut;
    for (size_t done = 0; done < t->synced.len;) {
        ssize_t n = pwrite(t->fd, t->synced.data + done, t->synced.len - done, (off_t)done);
        assert(n > 0);
        done += (size_t)n;
    }
}

static void drop_gone(struct gone **at)
{
    struct gone *g = *at;
    *at = g->next;
    free(g->path);
    buf_done(&g->bytes);
    free(g);
}

/* The inode of the database that "….db-wal" or "….db-journal" stands beside; 0 for none. */
static ino_t database_of(const char *path)
{
    struct stat st;
    const char *dash = strrchr(path, '-');
    char *database = str_dup_len(path, dash ? (size_t)(dash - path) : 0);
    ino_t inode = stat(database, &st) == 0 ? st.st_ino : 0;
    free(database);
    return inode;
}

/* A log comes back only beside its own database: whoever puts another one there syncs the folder. */
static void undo_deletions(struct cut_disk *d)
{
    while (d->gone) {
        struct gone *g = d->gone;
        struct errctx e;
        struct stat st;
        if (lstat(g->path, &st) != 0 && g->database && g->database == database_of(g->path) &&
            dice_chance(&d->dice, DELETE_UNDONE)) {
            enum err made = file_write(g->path, buf_str(&g->bytes), g->bytes.len, 0600, &e);
            assert(made == ERR_OK);
            (void)made;
        }
        drop_gone(&d->gone);
    }
}

static struct tracked *find(const struct cut_disk *d, const struct stat *st)
{
    for (struct tracked *t = d->files; t; t = t->next) {
        if (t->device == st->st_dev && t->inode == st->st_ino)
            return t;
    }
    return NULL;
}

static void forget_nameless(struct cut_disk *d)
{
    for (struct tracked **at = &d->files; *at;) {
        struct tracked *t = *at;
        struct stat st;
        if (t->open_count > 0 || fstat(t->fd, &st) != 0 || st.st_nlink > 0) {
            at = &t->next;
            continue;
        }
        *at = t->next;
        tracked_free(t);
    }
}

/*
 * The file at PATH, which is there. What stood in it before we knew of it was durable. Closing any descriptor
 * of a file drops all of the process' locks on it, so one is opened only for a file that no connection has.
 */
struct tracked *disk_track(struct cut_disk *d, const char *path, bool fresh)
{
    struct errctx e;
    struct stat st;
    if (stat(path, &st) != 0)
        return NULL;
    struct tracked *t = find(d, &st);
    if (t)
        return t;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return NULL; /* it can only be read: nothing will be lost */
    t = mem_zero(1, sizeof *t);
    *t =
        (struct tracked){.next = d->files, .device = st.st_dev, .inode = st.st_ino, .fd = fd, .fresh = fresh};
    enum err read = file_read(path, SIZE_MAX / 2, &t->synced, &e);
    assert(read == ERR_OK);
    (void)read;
    d->files = t;
    return t;
}

static void folder_synced(struct cut_disk *d)
{
    while (d->gone)
        drop_gone(&d->gone);
}

void disk_wrote(struct tracked *t, int64_t at, const void *bytes, size_t len)
{
    add_change(t, at, bytes, len);
}

void disk_cut_off(struct tracked *t, int64_t size)
{
    add_change(t, size, NULL, 0);
}

/* SQLite's own VFS syncs the folder together with a file that it has made. */
void disk_synced(struct cut_disk *d, struct tracked *t)
{
    if (d->lies)
        return;
    make_durable(t);
    if (t->fresh)
        folder_synced(d);
    t->fresh = false;
}

void disk_will_lose(struct cut_disk *d, const char *path)
{
    struct stat st;
    struct tracked *t = stat(path, &st) == 0 ? find(d, &st) : NULL;
    if (!t)
        return;
    struct gone *g = mem_zero(1, sizeof *g);
    *g = (struct gone){.next = d->gone, .path = str_dup(path), .database = database_of(path)};
    buf_put(&g->bytes, buf_str(&t->synced), t->synced.len);
    d->gone = g;
}

void disk_lost(struct cut_disk *d, bool synced)
{
    if (synced && !d->lies)
        folder_synced(d);
    forget_nameless(d);
}

/* --- for the test */

struct cut_disk *cut_disk_new(struct cutvfs *v, const char *folder, uint64_t seed)
{
    assert(folder[0] == '/');
    struct cut_disk *d = mem_zero(1, sizeof *d);
    *d = (struct cut_disk){.next = v->disks, .folder = str_dup(folder), .dice = {seed}};
    v->disks = d;
    return d;
}

int64_t cut_disk_instants(const struct cut_disk *d)
{
    return d->instants;
}

void cut_disk_cut(struct cut_disk *d, enum cut_how how, int64_t count)
{
    d->how = how;
    d->cut_at = count ? d->instants + count : 0;
}

void cut_disk_die(struct cut_disk *d, enum cut_how how)
{
    if (d->dead)
        return;
    d->how = how;
    disk_end(d);
}

bool cut_disk_is_dead(const struct cut_disk *d)
{
    return d->dead;
}

void cut_disk_at_death(struct cut_disk *d, void (*call)(struct cut_disk *d, void *arg), void *arg)
{
    d->at_death = call;
    d->arg = arg;
}

void cut_disk_settle(struct cut_disk *d)
{
    if (d->settled)
        return;
    d->settled = true;
    if (d->how == CUT_KILL)
        return;
    for (struct tracked *t = d->files; t; t = t->next) {
        lose(t, &d->dice);
        write_back(t);
    }
    undo_deletions(d);
}

void cut_disk_restart(struct cut_disk *d)
{
    if (!d->dead)
        return;
    for (struct tracked *t = d->files; t; t = t->next)
        assert(t->open_count == 0);
    cut_disk_settle(d);
    forget_nameless(d);
    d->dead = false;
    d->cut_at = 0;
}

void cut_disk_fail(struct cut_disk *d, int code, int64_t count, bool once)
{
    d->fail_at = count ? d->instants + count : 0;
    d->fail_code = code;
    d->fail_once = once;
}

void cut_disk_lie(struct cut_disk *d, bool lies)
{
    d->lies = lies;
}

void disk_free(struct cut_disk *d)
{
    while (d->files) {
        struct tracked *t = d->files;
        assert(t->open_count == 0);
        d->files = t->next;
        tracked_free(t);
    }
    folder_synced(d);
    free(d->folder);
    free(d);
}
