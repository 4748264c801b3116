/*
 * One record in memory: an entity and a value for each of its fields. Also the two forms in which values come
 * and go: canonical JSON (integers in storage units) and the human form (decimals, dates as typed, "yes").
 */
#ifndef ALLUVIA_RECORD_RECORD_H
#define ALLUVIA_RECORD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"
#include "schema/base/json.h"
#include "schema/codes/codes.h"
#include "schema/record/entity.h"

enum value_state {
    VALUE_ABSENT, /* not given */
    VALUE_CLEAR,  /* amendments only: the field is emptied; JSON null */
    VALUE_SET,
};

struct value {
    enum value_state state;
    int64_t number; /* when field_is_number(): number, bool, reference (ident.h) */
    char *text;     /* otherwise; owned; canonical (codes in the list's spelling, sets sorted, text clean) */
};

struct record {
    const struct entity *of;
    struct value values[ENTITY_MAX_FIELDS];
    /* Fields that a newer program wrote and this one does not know: `"name":value` texts joined by ',', as
     * they came; NULL when there are none; owned. They stay in the journal and are ignored everywhere else.
     */
    char *unknown;
};

void record_init(struct record *r, const struct entity *of);
void record_done(struct record *r);
void record_copy(struct record *to, const struct record *from); /* TO is initialised by this */

/* By field name; NULL or 0 when it is not set. The name must be one of the entity's. */
const char *record_text(const struct record *r, const char *field);
int64_t record_number(const struct record *r, const char *field);
bool record_has(const struct record *r, const char *field);
void record_set_text(struct record *r, const char *field, const char *text);
void record_set_number(struct record *r, const char *field, int64_t number);
void record_clear(struct record *r, const char *field); /* VALUE_CLEAR */

/* Puts the set and cleared fields of CHANGE over TO: cleared fields become absent. */
void record_apply(struct record *to, const struct record *change);
/* Puts what CHANGE says of one field, set or cleared, into the change TO. */
void record_take(struct record *to, const struct record *change, int field);
/* Reduces CHANGE to the fields that differ from BASE; true when any is left. */
bool record_reduce(struct record *change, const struct record *base);

/* --- canonical JSON
 * --------------------------------------------------------------------------------------------- */

/* Writes the object `{"licence":"7K4QXM-17",…}`: fields in the table's order, absent ones left out, cleared
 * ones null, unknown ones last. */
void record_write_json(const struct record *r, struct json_out *out);
/*
 * Takes fields from a JSON object that is in canonical order. Unknown fields are kept. Form only: types,
 * integers, text form and length; not required fields, codes or bounds. ERR_INVALID; *POINTER, when not NULL,
 * gets a JSON Pointer to the field at fault ("/village"), owned by the caller.
 */
MUST_CHECK enum err record_read_json(struct record *r, const struct cJSON *object, char **pointer,
                                     struct errctx *e);

/*
 * The same from the bytes themselves, many times as fast: the way of the everyday record, whose fields are
 * all known and hold no set, null or escaped character. False when it is anything else, right or wrong: then
 * record_read_json is to judge, and R holds something of it that record_done frees.
 */
MUST_CHECK bool record_read_plain(struct record *r, struct json_in *from);

/* --- the human form
 * --------------------------------------------------------------------------------------------- */

/* What reading a typed value needs besides the text. */
struct reader {
    struct codes *codes;
    int32_t today; /* days since 1970 */
    /* Finds a record that people name by other means than its id (a licence number, an officer's login); may
     * be NULL. ERR_NOT_FOUND when nothing fits, with words. Also asked whether a given id exists. */
    enum err (*resolve)(void *arg, enum entity_id target, const char *text, int64_t *out, struct errctx *e);
    void *arg;
};

/*
 * Sets one field from what a person wrote: "0,35", "23/11/2026", "yes", "diamond,gold", "7K4QXM-17-H". Empty
 * text makes the field VALUE_CLEAR. FIELD_MONEY needs the currency set before. Bounds and codes are checked.
 * ERR_INVALID; the line reads `diamond_ct "0,3555": is too precise: at most 3 decimals`, with the flag as the
 * field's name, the value and the rule.
 */
MUST_CHECK enum err record_set_typed(struct record *r, int field, const char *text, const struct reader *with,
                                     struct errctx *e);
/* The human form of a set value, "" otherwise; MARK is the decimal mark. Ids carry their check character. */
void record_put_human(struct buf *out, const struct record *r, int field, struct codes *codes, char mark);

/* Fills what was not given from the fields' fallbacks (date_to from date_from, status active …). */
MUST_CHECK enum err record_fill(struct record *r, const struct reader *with, struct errctx *e);
/* Whether FIELD must be given, as the record stands. */
bool record_needs(const struct record *r, int field);
/* A short name for people: the title fields, joined by spaces. */
void record_put_title(struct buf *out, const struct record *r);

#endif
