/*
 * The laptop's journal: entries 1, 2, 3 … in the table `journal`, each with its bytes and chain value.
 * Appending happens inside the caller's transaction, together with what the entry changes; nothing here ever
 * changes or removes an entry.
 */
#ifndef ALLUVIA_JOURNAL_JOURNAL_H
#define ALLUVIA_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/db/db.h"
#include "sync/journal/entry.h"

struct journal_head {
    int64_t number; /* of the newest entry; 0 for an empty journal */
    int64_t at;     /* its instant */
    struct chain chain;
};

/* KEY is needed for chain(0) alone. */
MUST_CHECK enum err journal_head(struct db *db, const uint8_t key[KEY_BYTES], struct journal_head *out,
                                 struct errctx *e);

/*
 * Writes ENTRY as number HEAD->number + 1, reads the row back and compares it, and moves HEAD on. Sets the
 * entry's at to NOW, and clock_suspect when NOW stands before the newest entry or before EARLIEST (the
 * program's own build instant). ERR_INVALID, and nothing is written, when entry_read would refuse the line:
 * what stands in the journal once must be sent, and one refused line would hold up everything behind it. Must
 * run inside db_begin … db_commit; after a rollback the caller's HEAD is stale and must be read again.
 */
MUST_CHECK enum err journal_append(struct db *db, struct journal_head *head, struct entry *entry, int64_t now,
                                   int64_t earliest, struct errctx *e);

/* The same for an entry that was written before, in an earlier life (adopt.h): its instant stays. */
MUST_CHECK enum err journal_append_again(struct db *db, struct journal_head *head, const struct entry *entry,
                                         struct errctx *e);

/* Is a clock that shows NOW suspect? */
bool journal_clock_suspect(const struct journal_head *head, int64_t now, int64_t earliest);

/* Calls EACH for entries FIRST … LAST (0: to the end) in order; a result other than ERR_OK ends the walk.
 * Walks do not nest. BYTES are valid during the call and end with a zero byte that LEN does not count. */
struct journal_line {
    int64_t number;
    const char *bytes;
    size_t len;
    const struct chain *chain;
};
MUST_CHECK enum err journal_read(struct db *db, int64_t first, int64_t last,
                                 enum err (*each)(void *arg, const struct journal_line *line,
                                                  struct errctx *e),
                                 void *arg, struct errctx *e);
/* The chain value of entry NUMBER. ERR_NOT_FOUND. */
MUST_CHECK enum err journal_chain_at(struct db *db, const uint8_t key[KEY_BYTES], int64_t number,
                                     struct chain *out, struct errctx *e);

/* Recomputes every chain value from the bytes. ERR_DB names the first entry that does not fit. PROGRESS may
 * be NULL. */
MUST_CHECK enum err journal_verify(struct db *db, const uint8_t key[KEY_BYTES],
                                   void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                                   struct errctx *e);

#endif
