/*
 * How far an import came, kept in FILE.import beside the file while it runs, so that one that was killed goes
 * on where it was and takes no row twice.
 *
 * Rows go in by the chunk, a transaction each. Before a chunk is committed the state notes where the chunk
 * began, where it ends, and the number and chain value of its last entry: when the journal holds that entry,
 * the chunk is in.
 */
#ifndef ALLUVIA_FIELD_CLI_IMPORT_STATE_H
#define ALLUVIA_FIELD_CLI_IMPORT_STATE_H

#include "app/field/store/store.h"

struct import_point {
    int64_t rows;         /* read from the file */
    int64_t good;         /* saved */
    int64_t reject_bytes; /* of the rejects file */
};

struct import_state {
    char *path; /* of the state's file; owned */
    const struct entity *of;
    int64_t file_size;
    int64_t file_mtime;
};

/* Looks at FILE, an open input. *FROM is where to begin: all 0 for a new import. ERR_CONFLICT: the file is
 * not the one whose import was interrupted. Free with import_state_done in every case. */
MUST_CHECK enum err import_state_open(struct import_state *s, struct store *store, const struct entity *of,
                                      const char *file, int fd, struct import_point *from, struct errctx *e);
/* Notes the chunk that is about to be committed. */
MUST_CHECK enum err import_state_note(const struct import_state *s, struct store *store,
                                      const struct import_point *before, const struct import_point *after,
                                      struct errctx *e);
/* The import is complete. */
MUST_CHECK enum err import_state_clear(const struct import_state *s, struct errctx *e);
void import_state_done(struct import_state *s);

#endif
