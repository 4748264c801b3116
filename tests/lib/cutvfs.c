#include "tests/lib/cut_inside.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cut_file {
    sqlite3_file base;
    struct cut_disk *disk;   /* NULL: a file of no disk */
    struct tracked *tracked; /* NULL: not kept, as a temporary file */
    sqlite3_file *real;      /* stands behind this one */
};

static struct cut_file *of(sqlite3_file *f)
{
    return (struct cut_file *)f;
}

static sqlite3_vfs *real_of(sqlite3_vfs *v)
{
    return ((struct cutvfs *)v->pAppData)->real;
}

static struct cut_disk *disk_of(sqlite3_vfs *v, const char *path)
{
    for (struct cut_disk *d = ((struct cutvfs *)v->pAppData)->disks; d && path; d = d->next) {
        size_t len = strlen(d->folder);
        if (strncmp(path, d->folder, len) == 0 && path[len] == '/')
            return d;
    }
    return NULL;
}

static bool is_dead(const struct cut_file *f)
{
    return f->disk && f->disk->dead;
}

/* --- files */

static int on_close(sqlite3_file *file)
{
    struct cut_file *f = of(file);
    if (f->tracked)
        f->tracked->open_count--;
    return f->real->pMethods ? f->real->pMethods->xClose(f->real) : SQLITE_OK;
}

static int on_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
    struct cut_file *f = of(file);
    return is_dead(f) ? SQLITE_IOERR_READ : f->real->pMethods->xRead(f->real, out, len, at);
}

/* The write that a kill interrupts got somewhere, by whole sectors; a power cut finds it in the cache. */
static void write_part(struct cut_file *f, const void *bytes, int len, sqlite3_int64 at)
{
    int part = len;
    if (dice_chance(&f->disk->dice, 700))
        part = (int)dice_below(&f->disk->dice, len / CUT_SECTOR_BYTES + 1) * CUT_SECTOR_BYTES;
    if (part == 0 || f->real->pMethods->xWrite(f->real, bytes, part, at) != SQLITE_OK)
        return;
    if (f->tracked)
        disk_wrote(f->tracked, at, bytes, (size_t)part);
}

static int on_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    struct cut_file *f = of(file);
    bool last = false;
    int code = disk_instant(f->disk, SQLITE_IOERR_WRITE, &last);
    if (last) {
        write_part(f, bytes, len, at);
        disk_end(f->disk);
    }
    if (code != SQLITE_OK)
        return code;
    code = f->real->pMethods->xWrite(f->real, bytes, len, at);
    if (code == SQLITE_OK && f->tracked)
        disk_wrote(f->tracked, at, bytes, (size_t)len);
    return code;
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct cut_file *f = of(file);
    bool last = false;
    int code = disk_instant(f->disk, SQLITE_IOERR_TRUNCATE, &last);
    if (last)
        disk_end(f->disk);
    if (code != SQLITE_OK)
        return code;
    code = f->real->pMethods->xTruncate(f->real, size);
    if (code == SQLITE_OK && f->tracked)
        disk_cut_off(f->tracked, size);
    return code;
}

/* The bytes stay in memory: a sync has no cost here, and its meaning is what was kept of it. */
static int on_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    struct cut_file *f = of(file);
    bool last = false;
    int code = disk_instant(f->disk, SQLITE_IOERR_FSYNC, &last);
    if (last)
        disk_end(f->disk);
    if (code == SQLITE_OK && f->tracked)
        disk_synced(f->disk, f->tracked);
    return code;
}

static int on_size(sqlite3_file *file, sqlite3_int64 *out)
{
    struct cut_file *f = of(file);
    return is_dead(f) ? SQLITE_IOERR_FSTAT : f->real->pMethods->xFileSize(f->real, out);
}

static int on_lock(sqlite3_file *file, int level)
{
    struct cut_file *f = of(file);
    return is_dead(f) ? SQLITE_IOERR_LOCK : f->real->pMethods->xLock(f->real, level);
}

static int on_unlock(sqlite3_file *file, int level)
{
    struct cut_file *f = of(file);
    return f->real->pMethods->xUnlock(f->real, level);
}

static int on_check_reserved(sqlite3_file *file, int *out)
{
    struct cut_file *f = of(file);
    return f->real->pMethods->xCheckReservedLock(f->real, out);
}

static int on_control(sqlite3_file *file, int op, void *arg)
{
    struct cut_file *f = of(file);
    return f->real->pMethods->xFileControl(f->real, op, arg);
}

static int on_sector_size(sqlite3_file *file)
{
    struct cut_file *f = of(file);
    return f->real->pMethods->xSectorSize(f->real);
}

static int on_characteristics(sqlite3_file *file)
{
    struct cut_file *f = of(file);
    return f->real->pMethods->xDeviceCharacteristics(f->real);
}

/* The shared memory of a log is no part of the disk: the next to open the database makes it anew. */
static int on_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    struct cut_file *f = of(file);
    *out = NULL;
    return is_dead(f) ? SQLITE_IOERR_SHMMAP : f->real->pMethods->xShmMap(f->real, page, size, extend, out);
}

static int on_shm_lock(sqlite3_file *file, int from, int count, int flags)
{
    struct cut_file *f = of(file);
    if (is_dead(f) && (flags & SQLITE_SHM_LOCK))
        return SQLITE_IOERR_SHMLOCK;
    return f->real->pMethods->xShmLock(f->real, from, count, flags);
}

static void on_shm_barrier(sqlite3_file *file)
{
    struct cut_file *f = of(file);
    f->real->pMethods->xShmBarrier(f->real);
}

static int on_shm_unmap(sqlite3_file *file, int remove)
{
    struct cut_file *f = of(file);
    return f->real->pMethods->xShmUnmap(f->real, remove);
}

/* Version 2: no memory maps, so that every byte comes through here. */
static const sqlite3_io_methods METHODS = {
    .iVersion = 2,
    .xClose = on_close,
    .xRead = on_read,
    .xWrite = on_write,
    .xTruncate = on_truncate,
    .xSync = on_sync,
    .xFileSize = on_size,
    .xLock = on_lock,
    .xUnlock = on_unlock,
    .xCheckReservedLock = on_check_reserved,
    .xFileControl = on_control,
    .xSectorSize = on_sector_size,
    .xDeviceCharacteristics = on_characteristics,
    .xShmMap = on_shm_map,
    .xShmLock = on_shm_lock,
    .xShmBarrier = on_shm_barrier,
    .xShmUnmap = on_shm_unmap,
};

/* --- the file system */

static int on_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags)
{
    sqlite3_vfs *real = real_of(vfs);
    struct cut_file *f = of(file);
    *f = (struct cut_file){.disk = disk_of(vfs, path)};
    f->real = (sqlite3_file *)(f + 1);
    memset(f->real, 0, (size_t)real->szOsFile);
    bool fresh = path && (flags & SQLITE_OPEN_CREATE) && access(path, F_OK) != 0;
    bool last = false;
    int code = SQLITE_OK;
    if (f->disk && f->disk->dead)
        code = SQLITE_CANTOPEN;
    else if (fresh)
        code = disk_instant(f->disk, SQLITE_CANTOPEN, &last);
    if (last)
        disk_end(f->disk);
    if (code != SQLITE_OK)
        return code;
    code = real->xOpen(real, path, f->real, flags, out_flags);
    if (code != SQLITE_OK)
        return code;
    f->base.pMethods = &METHODS;
    if (f->disk)
        f->tracked = disk_track(f->disk, path, fresh);
    if (f->tracked)
        f->tracked->open_count++;
    return SQLITE_OK;
}

static int on_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    sqlite3_vfs *real = real_of(vfs);
    struct cut_disk *d = disk_of(vfs, path);
    bool last = false;
    int code = access(path, F_OK) == 0 ? disk_instant(d, SQLITE_IOERR_DELETE, &last) : SQLITE_OK;
    if (last)
        disk_end(d);
    if (code != SQLITE_OK)
        return code;
    if (d && !sync_folder)
        disk_will_lose(d, path);
    code = real->xDelete(real, path, 0);
    if (d)
        disk_lost(d, sync_folder != 0);
    return code;
}

static int on_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    sqlite3_vfs *real = real_of(vfs);
    return real->xAccess(real, path, flags, out);
}

static int on_full_path(sqlite3_vfs *vfs, const char *path, int len, char *out)
{
    sqlite3_vfs *real = real_of(vfs);
    return real->xFullPathname(real, path, len, out);
}

static int on_randomness(sqlite3_vfs *vfs, int len, char *out)
{
    dice_fill(&((struct cutvfs *)vfs->pAppData)->dice, out, (size_t)len);
    return len;
}

static int on_sleep(sqlite3_vfs *vfs, int microseconds)
{
    sqlite3_vfs *real = real_of(vfs);
    return real->xSleep(real, microseconds);
}

static int on_time(sqlite3_vfs *vfs, double *out)
{
    sqlite3_vfs *real = real_of(vfs);
    return real->xCurrentTime(real, out);
}

static int on_last_error(sqlite3_vfs *vfs, int len, char *out)
{
    sqlite3_vfs *real = real_of(vfs);
    return real->xGetLastError(real, len, out);
}

struct cutvfs *cutvfs_new(uint64_t seed)
{
    struct cutvfs *v = mem_zero(1, sizeof *v);
    v->real = sqlite3_vfs_find(NULL);
    assert(v->real);
    v->dice.state = seed;
    v->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct cut_file) + v->real->szOsFile,
        .mxPathname = v->real->mxPathname,
        .zName = "cut",
        .pAppData = v,
        .xOpen = on_open,
        .xDelete = on_delete,
        .xAccess = on_access,
        .xFullPathname = on_full_path,
        .xRandomness = on_randomness,
        .xSleep = on_sleep,
        .xCurrentTime = on_time,
        .xGetLastError = on_last_error,
    };
    int registered = sqlite3_vfs_register(&v->vfs, 1);
    assert(registered == SQLITE_OK);
    (void)registered;
    /* What SQLite drew before was not ours. */
    sqlite3_randomness(0, NULL);
    return v;
}

void cutvfs_free(struct cutvfs *v)
{
    if (!v)
        return;
    (void)sqlite3_vfs_register(v->real, 1);
    (void)sqlite3_vfs_unregister(&v->vfs);
    while (v->disks) {
        struct cut_disk *d = v->disks;
        v->disks = d->next;
        disk_free(d);
    }
    free(v);
}
