/*
 * Documents made from the tables: a JSON Schema of every entity and of a journal entry, the data dictionary,
 * and the rules. They are checked in; a test compares them with what is written now, and `alluvia-describe
 * schema` writes them again.
 */
#ifndef ALLUVIA_RECORD_DESCRIBE_H
#define ALLUVIA_RECORD_DESCRIBE_H

#include <stddef.h>

#include "schema/base/buf.h"
#include "schema/record/entity.h"

enum {
    DESCRIBE_COUNT = ENTITY_COUNT + 3 /* the entities, the entry, the dictionary, the rules */
};

/* Appends the path of document I below the folder schema/: "api/yield.schema.json". */
void describe_put_path(struct buf *out, size_t i);
/* Appends its text. */
void describe_put(struct buf *out, size_t i);

/* The parts. */
void describe_put_entity_schema(struct buf *out, const struct entity *of);
void describe_put_entry_schema(struct buf *out);
void describe_put_dictionary(struct buf *out);
void describe_put_rules(struct buf *out);
/* Breaks compact JSON into lines, a member each, so that changes can be read. */
void describe_put_indented(struct buf *out, const char *json);

#endif
