/*
 * Records through output.h: the canonical fields in JSON, every flag in CSV, the entity's list columns in
 * tables.
 */
#ifndef ALLUVIA_COMMON_OUTPUT_RECORD_H
#define ALLUVIA_COMMON_OUTPUT_RECORD_H

#include "app/common/output.h"
#include "schema/record/rows.h"

/* How people know the record that a reference names: appends its title to OUT; nothing when it is not there.
 * Tables show it; {0} shows the id. */
struct record_titles {
    void (*put)(void *arg, enum entity_id of, int64_t id, struct buf *out);
    void *arg;
};

/* A list of records of one entity. Borrows everything; needs no end of its own. */
struct record_list {
    struct output *out;
    const struct entity *of;
    struct codes *codes;
    struct column columns[ENTITY_MAX_FIELDS + 1]; /* the id, then a column per field */
    char mark;
    struct record_titles titles; /* set after output_records; {0} until then */
};

/* Begins `{"alluvia":"list/1","entity":…,"records":[` or its like. MARK as for output_new. */
void output_records(struct record_list *list, struct output *out, const struct entity *of,
                    struct codes *codes, char mark);
/* Voided records are left out of CSV, whose rows are for reading in again. */
void output_record(struct record_list *list, const struct row *row);
MUST_CHECK enum err output_records_end(struct record_list *list, struct errctx *e);

/* One record (TITLES may be NULL): `{"alluvia":"record/1","entity":…,"record":{…}}`, a line per field, or a
 * CSV of one row. */
MUST_CHECK enum err output_one_record(struct output *out, const struct row *row, struct codes *codes,
                                      char mark, const struct record_titles *titles, struct errctx *e);

/* Appends {"id":…,"version":…,"at":…,"by":…,"void":true,fields…}. */
void output_put_record_json(struct buf *to, const struct row *row);

#endif
