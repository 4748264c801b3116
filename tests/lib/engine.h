/*
 * The engine that a registry of the tests stands on: SQLite, or the PostgreSQL server that ALLUVIA_TEST_STORE
 * names (tests/lib/postgres). The same test program is run once with each.
 */
#ifndef ALLUVIA_TESTS_ENGINE_H
#define ALLUVIA_TESTS_ENGINE_H

#include <stdbool.h>

bool engine_is_postgres(void);
/* The address of an empty place for one registry, owned by the caller; NULL for SQLite. */
char *engine_new_place(void);
/* Removes what stands there, and frees URL, which may be NULL. */
void engine_remove_place(char *url);

#endif
