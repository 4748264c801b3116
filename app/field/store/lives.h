/* Past lives of this installation (table `life`), for the files of the store. */
#ifndef ALLUVIA_FIELD_STORE_LIVES_H
#define ALLUVIA_FIELD_STORE_LIVES_H

#include "app/field/store/inside.h"

/* The chain of every past life from its entries, against what was kept of it. ERR_DB. */
MUST_CHECK enum err lives_verify(struct db *db, struct errctx *e);

/* The key that waits for its database beside KEY_PATH; the caller frees. */
char *lives_next_key(const char *key_path);
/* Finishes what a crash left half done: the key of the device that the database is of takes its place.
 * ERR_CONFIG when none fits. */
MUST_CHECK enum err lives_load_key(const char *key_path, const uint8_t key[KEY_BYTES], struct device *out,
                                   struct errctx *e);
/* Follows when another process made this database another device. */
MUST_CHECK enum err lives_follow(struct store *s, struct errctx *e);

/* Entries that stood behind a gap, and whose time has come, are written into the journal and take effect, in
 * the caller's transaction (sync/journal/waiting.h). */
MUST_CHECK enum err lives_write_waiting(struct store *s, struct errctx *e);

#endif
