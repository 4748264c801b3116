#include "schema/registry/postgres/registry_postgres.h"

extern const struct embedded registry_postgres_migrations[];
extern const size_t registry_postgres_migrations_count;

const struct db_kind REGISTRY_POSTGRES = {
    .name = "registry",
    .migrations = registry_postgres_migrations,
    .migration_count = &registry_postgres_migrations_count,
};
