/*
 * Rules over the whole registry: what no laptop can see alone. Each is a row, as in
 * schema/record/rules_table.c. A run asks them about what came since the last run; what they find are
 * questions for a person, never verdicts, and nothing that somebody answered is asked again in the same
 * words.
 */
#ifndef ALLUVIA_REGISTRY_NATIONAL_H
#define ALLUVIA_REGISTRY_NATIONAL_H

#include "app/registry/store/national_store.h"

struct national_run;

struct national_rule {
    const char *id;
    enum entity_id of; /* the kind of record that it is asked about */
    enum level level;
    const char *field;  /* NULL for the whole record */
    const char *words;  /* the rule in a sentence */
    const char *source; /* tags of schema/codes/SOURCES.md, "logic" or "default" */
    /* Asks about one record that counts. NULL: asked about all at once at the end (licence.silence). */
    enum err (*ask)(const struct national_rule *rule, struct national_run *run, const struct row *row,
                    struct errctx *e);
};
extern const struct national_rule NATIONAL_RULES[];
extern const size_t NATIONAL_RULE_COUNT;

struct national_run {
    struct registry_store *store;
    struct codes *codes;
    int32_t today;
    int64_t records; /* looked at */
    int64_t found;   /* new findings */
};

/* Runs over what is new, or over everything (AGAIN). Every step is a transaction: cut off, the next run goes
 * on.
 */
MUST_CHECK enum err national_review(struct registry_store *s, bool again, int64_t now,
                                    struct national_run *out, struct errctx *e);

/* --- for the rules */

/* A finding about ROW that rests on other records, "" for none. */
MUST_CHECK enum err national_say(const struct national_rule *rule, struct national_run *run,
                                 const struct row *row, const char *rests_on, struct errctx *e,
                                 const char *format, ...) PRINTF_LIKE(6, 7);

#define NATIONAL(name)                                                                                       \
    enum err name(const struct national_rule *rule, struct national_run *run, const struct row *row,         \
                  struct errctx *e)
/* persons.c */
NATIONAL(national_same_person);
/* The words by which a digger is found; appended to KEYS, *COUNT of at most NATIONAL_KEYS, owned. */
enum {
    NATIONAL_KEYS = 40
};
void national_person_keys(const struct record *digger, char **keys, size_t *count);
/* licences.c */
NATIONAL(national_same_number);
NATIONAL(national_balance);
NATIONAL(national_overlap);
NATIONAL(national_identical);
MUST_CHECK enum err national_silence(const struct national_rule *rule, struct national_run *run,
                                     struct errctx *e);

#endif
