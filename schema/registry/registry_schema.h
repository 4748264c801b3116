/* The registry's database on SQLite: its migrations, for db_open. */
#ifndef ALLUVIA_REGISTRY_SCHEMA_H
#define ALLUVIA_REGISTRY_SCHEMA_H

#include "schema/db/db.h"

extern const struct db_kind REGISTRY_DB;

#endif
