/*
 * The migration runner. Migrations are numbered SQL files, embedded in order and never edited once released;
 * each runs in one transaction together with its user_version. A new database is made by running them all.
 */
#ifndef ALLUVIA_DB_MIGRATE_H
#define ALLUVIA_DB_MIGRATE_H

#include "schema/db/db.h"

/* Called by db_open. ERR_CONFIG when the file's version is newer than KIND knows (except for DB_READ) or, for
 * DB_READ, older than it. */
MUST_CHECK enum err migrate(struct db *db, enum db_mode mode, const struct db_kind *kind, struct errctx *e);

#endif
