/* The registry's database on PostgreSQL: its migrations, for postgres_open. */
#ifndef ALLUVIA_REGISTRY_POSTGRES_H
#define ALLUVIA_REGISTRY_POSTGRES_H

#include "schema/db/db.h"

extern const struct db_kind REGISTRY_POSTGRES;

#endif
