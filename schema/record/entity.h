/*
 * What is recorded: the entities and their fields, described once. Canonical JSON, validation, forms, flags,
 * CSV columns, help, JSON Schemas, the data dictionary and the tables of both databases follow from these
 * tables. To add a field: one line in entity.c and one migration in each database. A field's place in the
 * table is its place in canonical JSON; new fields go at the end of their entity and names are never used
 * again.
 */
#ifndef ALLUVIA_RECORD_ENTITY_H
#define ALLUVIA_RECORD_ENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum entity_id {
    ENTITY_DIGGER,
    ENTITY_COOPERATIVE,
    ENTITY_LICENCE,
    ENTITY_SITE,
    ENTITY_CREW,
    ENTITY_YIELD,
    ENTITY_STONE,
    ENTITY_SALE,
    ENTITY_INSPECTION,
    ENTITY_OFFICER,
    ENTITY_COUNT,
};

enum field_type {
    FIELD_TEXT,    /* one line; MAX code points */
    FIELD_NOTE,    /* text that may have line breaks; MAX code points */
    FIELD_INT,     /* whole number MIN … MAX */
    FIELD_DECIMAL, /* integer of the smallest unit, SCALE decimals for people; MIN … MAX in the smallest unit
                    */
    FIELD_MONEY,   /* minor units of the currency in the field CURRENCY (its exponent is the scale) */
    FIELD_DATE,    /* ISO day */
    FIELD_BIRTH,   /* EDTF: date_parse_birth */
    FIELD_CODE,    /* one code of LIST */
    FIELD_SET,     /* codes of LIST, each once, in the list's order; JSON array, column text joined by ',' */
    FIELD_REF,     /* id of a record of TARGET */
    FIELD_BOOL,    /* JSON true and false, column 0 and 1, "yes" and "no" for people */
};

/* When a field must be given. */
enum need {
    NEED_OPTIONAL,
    NEED_REQUIRED,
    NEED_WHEN_EQUAL,     /* field IF_FIELD holds IF_VALUE */
    NEED_WHEN_NOT_EQUAL, /* IF_FIELD is given and does not hold IF_VALUE */
    NEED_WHEN_ANY,       /* any of the fields in IF_FIELD (joined by ',') holds a value other than 0 */
    NEED_WHEN_NONE,      /* none of the fields in IF_FIELD is given */
};

struct field {
    const char *name;  /* key in JSON, column in the tables; says the unit */
    const char *flag;  /* what people write: command-line flag and CSV column, in the human unit */
    const char *label; /* English; translated by the programs */
    const char *help;  /* one line for --help and the data dictionary */
    const char *unit;  /* of the human form: "ct", "m3"; NULL without one */
    enum field_type type;
    int scale; /* decimals of the human form */
    enum need need;
    const char *if_field;
    const char *if_value;
    int64_t min;
    int64_t max;
    const char *list;      /* code list; NULL unless FIELD_CODE or FIELD_SET */
    enum entity_id target; /* for FIELD_REF */
    const char *currency;  /* field that names the currency, for FIELD_MONEY */
    const char *fallback;  /* taken when not given on add: a human value, or "=other_field"; NULL for none */
};

enum {
    ENTITY_MAX_FIELDS = 32
};

struct entity {
    enum entity_id id;
    const char *name; /* command, JSON "of", table */
    const char *label;
    const char *plural;
    const struct field *fields;
    int field_count;
    const char *title;   /* fields that name a record to people, joined by ',' */
    const char *search;  /* text fields that search looks through, joined by ',' */
    const char *via;     /* references by whose records it is found too, joined by ','; NULL for none */
    const char *columns; /* flags that lists show, joined by ',' */
    /* References that say to which cooperative a record belongs, joined by ',': to the cooperative itself or
     * to a record that belongs to one; the first that is given counts. "" for the cooperative. */
    const char *belongs;
};

extern const struct entity ENTITIES[ENTITY_COUNT];

/* NULL when there is none. */
const struct entity *entity_find(const char *name);
/* The place of a field in its entity by name or by flag; -1 when it has none. */
int entity_field(const struct entity *of, const char *name);
int entity_field_by_flag(const struct entity *of, const char *flag);
/* True when the value of a field of this type is kept as a number. */
bool field_is_number(enum field_type type);
/* Walks a ','-joined list of names: returns the next place and puts the name's length; NULL at the end. */
const char *names_next(const char *at, size_t *out_len);
/* Does a ','-joined list hold NAME? */
bool names_hold(const char *list, const char *name);

#endif
