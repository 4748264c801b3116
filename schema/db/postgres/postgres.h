/*
 * A PostgreSQL database behind schema/db/db.h: the same statements, transactions and migrations, over libpq.
 *
 * What is different from SQLite:
 *   - db_begin lets one writer in at a time, as SQLite does, by a lock on the row of alluvia_schema; so what
 * is read in a transaction stays true until its end, and the order of batches is the order in which they took
 * effect.
 *   - INSERTs by stmt_run_bulk are kept back and sent by COPY.
 *   - A result comes whole unless stmt_expect_many was called; then it is fetched in portions.
 *   - A lost connection is ERR_BUSY, "try again"; it is made anew by the next statement or transaction.
 *   - db_check and db_backup are the server's own matter: the first always agrees, the second is not there.
 *
 * The tables lie in the first schema of the connection's search_path. DB_SCRATCH is not for PostgreSQL.
 */
#ifndef ALLUVIA_DB_POSTGRES_H
#define ALLUVIA_DB_POSTGRES_H

#include "schema/db/db.h"

/* Does TEXT begin as the address of a PostgreSQL database? */
bool postgres_is_url(const char *text);

/*
 * Opens the database at URL, "postgresql://user@host/name?…" as libpq takes it. DB_CREATE makes the tables;
 * they may be there already. A password comes by ~/.pgpass, PGPASSWORD, a service file or a certificate;
 * ERR_INVALID when the URL holds one. ERR_CONFIG: no database of KIND there, or one of a newer program.
 * ERR_BUSY: not reachable.
 */
MUST_CHECK enum err postgres_open(const char *url, enum db_mode mode, const struct db_kind *kind,
                                  struct db **out, struct errctx *e);

#endif
