#include "schema/record/describe.h"

/* What stands behind the entities. */
static const struct {
    const char *path;
    void (*put)(struct buf *out);
} OTHERS[DESCRIBE_COUNT - ENTITY_COUNT] = {
    {"api/entry.schema.json", describe_put_entry_schema},
    {"DICTIONARY.md", describe_put_dictionary},
    {"RULES.md", describe_put_rules},
};

void describe_put_path(struct buf *out, size_t i)
{
    if (i < ENTITY_COUNT)
        buf_printf(out, "api/%s.schema.json", ENTITIES[i].name);
    else
        buf_puts(out, OTHERS[i - ENTITY_COUNT].path);
}

void describe_put(struct buf *out, size_t i)
{
    if (i < ENTITY_COUNT)
        describe_put_entity_schema(out, &ENTITIES[i]);
    else
        OTHERS[i - ENTITY_COUNT].put(out);
}
