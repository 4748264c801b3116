#include "schema/record/describe.h"

void describe_put_path(struct buf *out, size_t i)
{
    if (i < ENTITY_COUNT)
        buf_printf(out, "api/%s.schema.json", ENTITIES[i].name);
    else
        buf_puts(out, i == ENTITY_COUNT ? "api/entry.schema.json" : "DICTIONARY.md");
}

void describe_put(struct buf *out, size_t i)
{
    if (i < ENTITY_COUNT)
        describe_put_entity_schema(out, &ENTITIES[i]);
    else if (i == ENTITY_COUNT)
        describe_put_entry_schema(out);
    else
        describe_put_dictionary(out);
}
