/*
 * Batches: a run of entries of one device.
 *   {"alluvia":"batch/1","from":"7K4QXM","first":401,"last":900,"prev":"<64 hex>","head":"<64
 * hex>","schema":1,"at":…} "key":"<64 hex>" stands behind "from" when FIRST is 1, and "code":"<invitation
 * code>" behind "at" while the device has not been acknowledged by this registry: so the first batch to
 * arrive enrols the laptop, by whatever road.
 */
#ifndef ALLUVIA_BATCH_BATCH_H
#define ALLUVIA_BATCH_BATCH_H

#include "sync/batch/container.h"
#include "sync/batch/limits.h"
#include "sync/journal/journal.h"

enum {
    INVITATION_CODE_BYTES = 20
}; /* "ABCD-EFGH-JKMN-PQRS" and its zero byte */

struct batch_header {
    uint32_t from;
    int64_t first;
    int64_t last;
    struct chain prev; /* chain(first - 1) */
    struct chain head; /* chain(last) */
    int64_t schema;
    int64_t at;
    bool has_key;
    uint8_t key[KEY_BYTES];
    char code[INVITATION_CODE_BYTES]; /* "" when none */
};

/* Appends the header line alone, with its line break. */
void batch_write_header(const struct batch_header *header, struct buf *plain);
/* Builds and signs the plain container of entries FIRST … LAST of the laptop's journal. */
MUST_CHECK enum err batch_build(struct db *db, const struct device *me, const struct batch_header *header,
                                struct buf *plain, struct errctx *e);
/* The prefix for a batch that begins at FIRST: the last BATCH_PREFIX_BYTES of the journal's lines (with line
 * breaks) before it. */
MUST_CHECK enum err batch_prefix(struct db *db, int64_t first, struct buf *out, struct errctx *e);
/* "7K4QXM-401-900.alv" */
void batch_file_name(const struct batch_header *header, struct buf *out);

/* Reads the header of a split container. ERR_PROTOCOL "bad-form: …", "unknown-version: …". */
MUST_CHECK enum err batch_read_header(const struct container *c, struct batch_header *out, struct errctx *e);

/*
 * Checks, in this order: PREV against EXPECTED_PREV, every line's form (entry_read), HEAD. Calls EACH (may be
 * NULL) for every entry once its form is known to be right; what EACH has done must be undone by the caller
 * when the whole fails. ERR_PROTOCOL: "bad-chain: …" or "bad-entry: …"; for the latter POINTER gets "/entry
 * number/member".
 */
struct batch_entry {
    int64_t number;
    const char *bytes;
    size_t len;
    struct chain chain;
    const struct entry *entry;
};
MUST_CHECK enum err batch_walk(const struct container *c, const struct batch_header *header,
                               const struct chain *expected_prev,
                               enum err (*each)(void *arg, const struct batch_entry *entry, struct errctx *e),
                               void *arg, char **pointer, struct errctx *e);

#endif
