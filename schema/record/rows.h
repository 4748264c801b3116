/*
 * Records as rows of a database, on the laptop and in the registry alike. The statements are built once from
 * the entity tables. Every entity's table has these columns before its fields:
 *
 *   id       INTEGER PRIMARY KEY   the record's address (ident.h)
 *   version  INTEGER               address of the last entry that touched it
 *   at       INTEGER               that entry's instant
 *   by       TEXT                  and its author
 *   void     INTEGER               1 when it was voided
 */
#ifndef ALLUVIA_RECORD_ROWS_H
#define ALLUVIA_RECORD_ROWS_H

#include "schema/db/db.h"
#include "schema/record/record.h"

struct row {
    int64_t id;
    int64_t version;
    int64_t at;
    char by[64];
    bool voided;
    struct record record;
};

void row_done(struct row *row);

/* ERR_NOT_FOUND when there is no such row. */
MUST_CHECK enum err rows_load(struct db *db, enum entity_id of, int64_t id, struct row *out,
                              struct errctx *e);
MUST_CHECK enum err rows_insert(struct db *db, const struct row *row, struct errctx *e);
MUST_CHECK enum err rows_update(struct db *db, const struct row *row, struct errctx *e);
/* Empties the tables of all entities, for a rebuild. */
MUST_CHECK enum err rows_clear(struct db *db, struct errctx *e);
/* Constant SQL text "SELECT id,version,at,by,void,field,… FROM entity" for statements that add their own
 * WHERE; the row is then read with rows_read from column FIRST on. */
const char *rows_select(enum entity_id of);
void rows_read(struct stmt *s, int first, enum entity_id of, struct row *out);

#endif
