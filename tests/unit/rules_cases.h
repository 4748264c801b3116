/*
 * A case of a rule: what makes it speak, and what is just short of that. Records are written as
 * "flag=value;flag=value" over a truthful record of their entity (rules_world.c); "flag=" takes a field away.
 */
#ifndef ALLUVIA_TESTS_RULES_CASES_H
#define ALLUVIA_TESTS_RULES_CASES_H

#include "schema/record/rules.h"

/* What the world knows. The records are written over the truthful ones, too. */
struct facts {
    const char *digger;
    const char *licence;
    const char *site;
    const char *yield;
    const char *stone;
    const char *first_find;
    const char *same;   /* id of the record with the same text */
    const char *person; /* id of the person of the same name, village and birth */
    const char *slip;   /* id of the sale with the same slip */
    bool overlap;
    int64_t usual_mct;
    int64_t usual_count;
    int64_t produced_mct; /* 0: plenty; -1: nothing */
    int64_t sold_mct;
    int64_t others_mct;
    int64_t others_stones;
    int64_t shares_bp;
};

struct rule_case {
    const char *rule;
    const char
        *hit; /* the rule and ALSO are found, in the table's order; NULL: no such record in this case */
    const char *also;
    struct facts hit_facts;
    const char *miss; /* nothing but MISS_ALSO is found */
    const char *miss_also;
    struct facts miss_facts;
    const char *country; /* NULL: the training country */
    bool edit;           /* the record has the id 7K4QXM-5 */
    bool suspect;        /* the clock */
};

extern const struct rule_case RULE_CASES[];
extern const size_t RULE_CASE_COUNT;

/* --- rules_world.c */

/* Today is 23 November 2026. */
int32_t world_today(void);
/* The truthful record of OF with CHANGES; the caller frees with record_done. Fails the test when a value is
 * refused. */
void world_build(struct record *out, struct codes *codes, enum entity_id of, const char *changes);
/* Ids as text. NULL is 0. */
int64_t world_id(const char *text);

struct world {
    struct codes *codes;
    const struct facts *facts;
};
/* A world whose functions take a struct world as ARG. 7K4QXM-404 does not exist there, 7K4QXM-405 cannot be
 * loaded. */
struct rule_world world_of(struct world *arg);

#endif
