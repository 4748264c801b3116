/* The laptop's database: its migrations, for db_open. */
#ifndef ALLUVIA_FIELD_SCHEMA_H
#define ALLUVIA_FIELD_SCHEMA_H

#include "schema/db/db.h"

extern const struct db_kind FIELD_DB;

#endif
