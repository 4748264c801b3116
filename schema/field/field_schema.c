#include "schema/field/field_schema.h"

extern const struct embedded field_migrations[];
extern const size_t field_migrations_count;

const struct db_kind FIELD_DB = {
    .name = "laptop",
    .application_id = 0x416C764C, /* "AlvL" */
    .migrations = field_migrations,
    .migration_count = &field_migrations_count,
};
