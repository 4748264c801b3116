/* What the two halves of cutvfs.h share: the disks, and the VFS in front of them. */
#ifndef ALLUVIA_TESTS_CUT_INSIDE_H
#define ALLUVIA_TESTS_CUT_INSIDE_H

#include <sqlite3.h>
#include <sys/stat.h>

#include "schema/base/buf.h"
#include "tests/lib/cutvfs.h"
#include "tests/lib/dice.h"

enum {
    CUT_SECTOR_BYTES = 512 /* what a disk writes whole or not at all */
};

struct change {
    int64_t at;
    size_t len;
    char *bytes; /* NULL: the file is cut off AT */
};

/* One file of a disk, whatever its names. */
struct tracked {
    struct tracked *next;
    dev_t device;
    ino_t inode;
    int fd;
    int open_count;
    bool fresh; /* its folder was not synced since it was made */
    struct buf synced;
    struct change *changes;
    size_t change_count;
    size_t change_room;
};

/* A deletion whose folder was not synced. */
struct gone {
    struct gone *next;
    char *path;
    ino_t database; /* whose log or journal it was */
    struct buf bytes;
};

struct cut_disk {
    struct cut_disk *next;
    char *folder;
    struct dice dice;
    struct tracked *files;
    struct gone *gone;
    int64_t instants;
    int64_t cut_at; /* 0: never */
    enum cut_how how;
    bool dead;
    bool settled;
    void (*at_death)(struct cut_disk *d, void *arg);
    void *arg;
    int64_t fail_at; /* 0: never */
    int fail_code;
    bool fail_once;
    bool lies;
};

struct cutvfs {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    struct dice dice;
    struct cut_disk *disks;
};

/* Counts an instant: SQLITE_OK when it may be done. *LAST: it is the one at which everything ends. A NULL
 * disk lives for ever. */
int disk_instant(struct cut_disk *d, int dead_code, bool *last);
void disk_end(struct cut_disk *d);
void disk_free(struct cut_disk *d);

/* The file at PATH; NULL when it can only be read. FRESH: it has just been made. */
struct tracked *disk_track(struct cut_disk *d, const char *path, bool fresh);
void disk_wrote(struct tracked *t, int64_t at, const void *bytes, size_t len);
void disk_cut_off(struct tracked *t, int64_t size);
void disk_synced(struct cut_disk *d, struct tracked *t);
/* PATH is about to be deleted, without a sync of its folder. */
void disk_will_lose(struct cut_disk *d, const char *path);
/* It was; SYNCED: and the folder was synced. */
void disk_lost(struct cut_disk *d, bool synced);

#endif
