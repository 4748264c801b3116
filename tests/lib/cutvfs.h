/*
 * Disks that lose power: a VFS under SQLite, of tests alone.
 *
 * While a struct cutvfs stands it is SQLite's default, so every database that the programs open goes through
 * it unchanged. Files are real ones in a folder of the test; to SQLite a disk is the files below one folder.
 * Each file is known by its inode, so renaming or linking it changes nothing. Beside a file stand, in memory,
 * the bytes that were synced and what was written since.
 *
 * A cut comes at an *instant*: an operation that changes files (write, truncate, sync, delete, create),
 * counted from 1 for each disk. From that operation on nothing is done any more: everything fails until the
 * test has closed all connections and calls cut_disk_restart, which leaves the files as the machine would
 * find them:
 *
 * - CUT_KILL: what was written is there, of the last write a beginning.
 * - CUT_POWER: what was synced is there. Of everything written since, each sector of 512 bytes of each write
 *   took effect or did not, in any order. A deletion whose folder was not synced may be undone.
 *
 * What is not modelled: files that are written beside SQLite (keys, carried batches: schema/base/file syncs
 * those itself) are as durable as their last rename, and so are renames and links of databases.
 *
 * The instant ends only what goes through SQLite. Where nothing at all may happen any more, as after a kill,
 * fork, set cut_disk_at_death to a function that calls cut_disk_settle and _exit, and look from the parent:
 *
 *     for (int64_t instant = 1; !through; instant++) {
 *         child: cut_disk_cut(disk, CUT_POWER, instant); work(); _exit(0) at the end: got through
 *         parent: open as usual, nothing acknowledged is missing, verify
 *     }
 *
 * A sector is written whole or not at all, and those beside it stay whole (SQLite's "powersafe overwrite",
 * which it assumes of disks by itself). One thread.
 */
#ifndef ALLUVIA_TESTS_CUTVFS_H
#define ALLUVIA_TESTS_CUTVFS_H

#include <stdbool.h>
#include <stdint.h>

struct cutvfs;
struct cut_disk;

/* Registers itself as SQLite's default. SEED decides what SQLite draws as random numbers. */
struct cutvfs *cutvfs_new(uint64_t seed);
/* No connection may be open. The disks end with it. */
void cutvfs_free(struct cutvfs *v);

/* A disk for the files below FOLDER, an absolute path. SEED decides what a power cut leaves. */
struct cut_disk *cut_disk_new(struct cutvfs *v, const char *folder, uint64_t seed);

enum cut_how {
    CUT_KILL,
    CUT_POWER
};

/* Instants so far. */
int64_t cut_disk_instants(const struct cut_disk *d);
/* The COUNT-th instant from now (1: the next) is the end; 0 takes the plan back. */
void cut_disk_cut(struct cut_disk *d, enum cut_how how, int64_t count);
/* Ends everything at once, between two instants. */
void cut_disk_die(struct cut_disk *d, enum cut_how how);
bool cut_disk_is_dead(const struct cut_disk *d);
/* Called at the instant, before its operation fails. NULL: nothing. */
void cut_disk_at_death(struct cut_disk *d, void (*call)(struct cut_disk *d, void *arg), void *arg);
/* Makes the files what the cut leaves of them. Once; cut_disk_restart does it where it was not done. */
void cut_disk_settle(struct cut_disk *d);
/* All connections were closed: the machine starts again. */
void cut_disk_restart(struct cut_disk *d);

/* The COUNT-th instant from now fails with CODE (SQLITE_FULL, an SQLITE_IOERR_…) and does nothing; all after
 * it too, unless ONCE. The program goes on. COUNT 0 takes it back. */
void cut_disk_fail(struct cut_disk *d, int code, int64_t count, bool once);
/* A disk that says "synced" at once and keeps nothing: to see that a test notices. */
void cut_disk_lie(struct cut_disk *d, bool lies);

#endif
