/* Files that are there whole or not at all, and files that are read within a limit. */
#ifndef ALLUVIA_BASE_FILE_H
#define ALLUVIA_BASE_FILE_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"

/* Appends the whole file. ERR_NOT_FOUND: no such file; ERR_INVALID: more than MAX_BYTES; ERR_IO. */
MUST_CHECK enum err file_read(const char *path, size_t max_bytes, struct buf *out, struct errctx *e);

/* The same of a file that somebody else put there, on a stick or into a shared folder: ERR_INVALID for what
 * is no plain file (a link, a pipe, a device), without ever waiting for one. OUT_INFO, unless NULL, gets what
 * it was that was read. */
MUST_CHECK enum err file_read_stranger(const char *path, size_t max_bytes, struct buf *out,
                                       struct stat *out_info, struct errctx *e);

/* Writes PATH by way of a temporary file beside it, fsync, rename and fsync of the folder: after a power cut
 * the old content is there or the new. ERR_IO, ERR_DENIED. */
MUST_CHECK enum err file_write(const char *path, const void *bytes, size_t len, mode_t mode,
                               struct errctx *e);

/* As file_write, but ERR_EXISTS when PATH is there already. */
MUST_CHECK enum err file_create(const char *path, const void *bytes, size_t len, mode_t mode,
                                struct errctx *e);

/* Gives the finished file TEMPORARY the name PATH in the same folder. ERR_EXISTS when PATH is there already;
 * then both stay. */
MUST_CHECK enum err file_put_in_place(const char *temporary, const char *path, struct errctx *e);

/* A folder that somebody else must have made, such as a stick's: made here it would fill this machine's own
 * disk while the stick is away. ERR_NOT_FOUND, ERR_EXISTS: it is no folder. */
MUST_CHECK enum err file_need_folder(const char *path, struct errctx *e);

/* Makes PATH and the folders above it, mode 0700 for those that it makes. */
MUST_CHECK enum err file_make_dirs(const char *path, struct errctx *e);

/* Puts FOLDER "/" NAME behind what OUT holds. */
void file_join(struct buf *out, const char *folder, const char *name);

#endif
