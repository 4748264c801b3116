/* Databases as older programs left them. */
#ifndef ALLUVIA_TESTS_OLDER_H
#define ALLUVIA_TESTS_OLDER_H

#include "schema/db/db.h"

/*
 * Makes the file PATH, one of today's, one of schema VERSION of the same KIND: the tables that this version
 * has, with their rows in the columns that it has, and an empty search index. Fails the test.
 */
void older_make(const char *path, const struct db_kind *kind, size_t version);

/* Opens PATH for reading, whichever version of KIND it has. */
MUST_CHECK enum err older_open(const char *path, const struct db_kind *kind, struct db **out,
                               struct errctx *e);

#endif
