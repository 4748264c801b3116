/*
 * The rules over the whole registry, described: what no laptop can see alone. What each asks is code of
 * app/registry/review, which has one function for every id here; this table is what help, the findings and
 * the documents say about them. What they find are questions for a person, never verdicts.
 */
#ifndef ALLUVIA_RECORD_RULES_NATIONAL_H
#define ALLUVIA_RECORD_RULES_NATIONAL_H

#include "schema/record/rules.h"

enum national_rule_id {
    NATIONAL_SAME_PERSON,
    NATIONAL_UNCONFIRMED,
    NATIONAL_SAME_NUMBER,
    NATIONAL_SAME_SEAL,
    NATIONAL_SAME_SLIP,
    NATIONAL_SIDES_DIFFER,
    NATIONAL_CARD,
    NATIONAL_BAN,
    NATIONAL_BAN_SALE,
    NATIONAL_CLOCK,
    NATIONAL_REFERENCE_DIGGER, /* one for each kind of record, together … */
    NATIONAL_REFERENCE_LICENCE,
    NATIONAL_REFERENCE_SITE,
    NATIONAL_REFERENCE_CREW,
    NATIONAL_REFERENCE_YIELD,
    NATIONAL_REFERENCE_STONE,
    NATIONAL_REFERENCE_SALE, /* … to here */
    NATIONAL_BALANCE,
    NATIONAL_STOCK,
    NATIONAL_STOCK_OLD,
    NATIONAL_SILENCE,
    NATIONAL_OVERLAP,
    NATIONAL_IDENTICAL,
    NATIONAL_MEAN_HIGH,
    NATIONAL_MEAN_LOW,
    NATIONAL_FEW_NIL,
    NATIONAL_ONLY_NIL,
    NATIONAL_DIGITS,
    NATIONAL_SIZES,
    NATIONAL_DOWNSTREAM,
    NATIONAL_HUB,
    NATIONAL_PRICE,
    NATIONAL_EXPORTS,
    NATIONAL_RULE_COUNT
};

/* When a rule is asked. Each of them looks at what is new alone. */
enum national_when {
    NATIONAL_WHEN_RECORD,   /* a record of its entity is new or changed */
    NATIONAL_WHEN_LICENCE,  /* a return or sale of a licence's half-year is, or the licence */
    NATIONAL_WHEN_SITE,     /* the same for a site */
    NATIONAL_WHEN_DISTRICT, /* the same for a district's half-year */
    NATIONAL_WHEN_COUNTRY,  /* the same for the country's, or figures of exports came */
    NATIONAL_WHEN_DAY       /* once a day: time alone breaks it */
};

struct national_rule {
    const char *id;
    enum entity_id of; /* the kind of record that a finding is about */
    enum national_when when;
    enum level level;
    const char *field;  /* NULL for the whole record, or one that the finding names */
    const char *words;  /* the rule in a sentence */
    const char *source; /* tags of schema/codes/SOURCES.md, "logic" or "default" */
};

extern const struct national_rule NATIONAL_RULES[NATIONAL_RULE_COUNT];

/* "a record", "a licence's half-year" …: what WHEN looks at, for documents. */
const char *national_when_words(enum national_when when);
/* NULL when there is none of that id. */
const struct national_rule *national_rule_find(const char *id);

#endif
