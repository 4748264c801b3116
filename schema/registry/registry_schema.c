#include "schema/registry/registry_schema.h"

extern const struct embedded registry_migrations[];
extern const size_t registry_migrations_count;

const struct db_kind REGISTRY_DB = {
    .name = "registry",
    .application_id = 0x416C7652, /* "AlvR" */
    .migrations = registry_migrations,
    .migration_count = &registry_migrations_count,
};
