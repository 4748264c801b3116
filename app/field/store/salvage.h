/*
 * Reading what is left of a journal in a file that SQLite may no longer be able to open: the pages of a
 * database, or of its write-ahead log, are gone through one by one for rows of the form of `journal`. Whether
 * a page is in use does not matter: an entry is never changed, so old pages say the same as new ones, and
 * what a damage altered does not fit the chain. Nothing is believed here; the caller holds it against the
 * chain.
 */
#ifndef ALLUVIA_FIELD_STORE_SALVAGE_H
#define ALLUVIA_FIELD_STORE_SALVAGE_H

#include "sync/journal/journal.h"

/* Calls EACH for every row found, in no order, some of them more than once; LINE is valid during the call.
 * WAL_PATH NULL: there is no log. A file that is not there has no rows. ERR_IO. */
MUST_CHECK enum err salvage_entries(const char *db_path, const char *wal_path,
                                    enum err (*each)(void *arg, const struct journal_line *line,
                                                     struct errctx *e),
                                    void *arg, struct errctx *e);

/*
 * SQLite takes a write-ahead log up to the first frame that does not fit, which is right after a power cut in
 * the middle of a commit. But a transaction is written only after the one before it is safe: when several
 * stand behind that frame, safe ones were damaged, and SQLite would lose them without a word. Of an old round
 * of the log nothing is asked.
 */
enum salvage_log {
    LOG_WHOLE,   /* down to its last byte, and committed; or there is none */
    LOG_TORN,    /* its last transaction is not all there */
    LOG_DAMAGED, /* transactions that were safe are not whole any more */
};
enum salvage_log salvage_log_state(const char *wal_path);

#endif
