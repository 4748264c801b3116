/*
 * A database whose statements fail: between begin and end, the N-th of what is asked of one connection (to
 * prepare, to step, to run, to begin, to commit) fails with ERR_IO as if the disk had. One at a time.
 */
#ifndef ALLUVIA_TESTS_FAILING_DB_H
#define ALLUVIA_TESTS_FAILING_DB_H

#include "schema/db/db.h"

/* Statements that were kept are thrown away, so that preparing them can fail too. */
void failing_db_begin(struct db *db, int64_t at);
/* True when it came to that. */
bool failing_db_end(void);

#endif
