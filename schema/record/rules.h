/*
 * Plausibility. Each rule is one row: an id, the entity, a level, words, the source of its threshold.
 * Thresholds come from the country profile (schema/codes/threshold.csv). What a rule must know beyond the
 * record it asks of the world, an interface that the laptop and the registry fill each with their own
 * queries.
 *
 * BLOCK cannot be saved; CONFIRM is saved only with a reason, which travels with the record; FLAG is saved
 * and becomes a finding for the ministry. A rule never punishes a truthful nil or low return, and an expired
 * licence never stops anyone from writing down what was found. A rule that has two levels is two rows.
 */
#ifndef ALLUVIA_RECORD_RULES_H
#define ALLUVIA_RECORD_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"
#include "schema/record/record.h"

enum level {
    LEVEL_BLOCK,
    LEVEL_CONFIRM,
    LEVEL_FLAG
};

/* Rises whenever a rule or a default threshold changes; reports state it. */
extern const int RULES_VERSION;

struct rule_input;
struct findings;

struct rule {
    const char *id; /* "yield.grade": what --confirm names */
    enum entity_id of;
    enum level level;
    const char *field;  /* the field it is about, by name; NULL for the whole record */
    const char *words;  /* the rule in a sentence, for help and the dictionary */
    const char *source; /* tags of schema/codes/SOURCES.md, or "logic", or "default" */
    /* Each rule has one of the two. JUDGE decides by the record and the profile alone, cheap enough for every
     * ingest; ASK needs the world and fails only when the world does. */
    void (*judge)(const struct rule *rule, const struct rule_input *in, struct findings *out);
    enum err (*ask)(const struct rule *rule, const struct rule_input *in, struct findings *out,
                    struct errctx *e);
};

extern const struct rule RULES[];
extern const size_t RULE_COUNT;
const struct rule *rule_find(const char *id);
/* "block", "confirm", "flag". */
const char *level_name(enum level level);
/* Appends the rules as Markdown: a table an entity, for the data dictionary. */
void rules_describe(struct buf *out);

struct finding {
    const char
        *rule; /* id: of a rule, or "required", "form", "range", "code", "reference" for the field checks */
    enum level level;
    const char *field; /* name; NULL for the whole record */
    char *text;        /* words for people, with the values: owned */
};

/* {0} is empty. */
struct findings {
    struct finding *rows;
    size_t count;
};
void findings_done(struct findings *f);
void findings_add(struct findings *f, const char *rule, enum level level, const char *field,
                  const char *format, ...) PRINTF_LIKE(5, 6);
/* The first finding of LEVEL, or NULL. */
const struct finding *findings_first(const struct findings *f, enum level level);

/*
 * What rules ask. Every function may be NULL: then the rules that need it stay silent. ID is the record under
 * check (0 when it is new), so that it does not compare with itself. Dates are days.
 */
struct rule_world {
    void *arg;
    /* Does a record of this entity exist and is not void? */
    enum err (*exists)(void *arg, enum entity_id of, int64_t id, bool *out, struct errctx *e);
    /* Loads a record. ERR_NOT_FOUND. The caller frees with record_done. */
    enum err (*load)(void *arg, enum entity_id of, int64_t id, struct record *out, struct errctx *e);
    /* Another record of the entity whose FIELD folds to the same text (licence_no …); 0 when none. */
    enum err (*same_text)(void *arg, enum entity_id of, const char *field, const char *text, int64_t id,
                          int64_t *out, struct errctx *e);
    /* Another person whose name, village and birth all fold to those of DIGGER; 0 when none, or when DIGGER
     * has not all three. */
    enum err (*same_person)(void *arg, const struct record *digger, int64_t id, int64_t *out,
                            struct errctx *e);
    /* Another return of the same licence and site (0: no site) that overlaps the days; 0 when none. */
    enum err (*overlap)(void *arg, int64_t licence, int64_t site, int32_t first, int32_t last, int64_t id,
                        int64_t *out, struct errctx *e);
    /* The licence's usual (median) diamond weight of its returns with stones before DAY, and of how many. */
    enum err (*usual_mct)(void *arg, int64_t licence, int32_t day, int64_t id, int64_t *out_mct,
                          int64_t *out_count, struct errctx *e);
    /* Diamonds produced and sold by a licence so far, without record ID. */
    enum err (*balance)(void *arg, int64_t licence, int64_t id, int64_t *out_produced_mct,
                        int64_t *out_sold_mct, struct errctx *e);
    /* Diamonds of a return already recorded as stones, without record ID. */
    enum err (*stones_of)(void *arg, int64_t yield, int64_t id, int64_t *out_mct, int64_t *out_stones,
                          struct errctx *e);
    /* Sum of the crew's shares of a licence on DAY, without record ID. */
    enum err (*shares)(void *arg, int64_t licence, int32_t day, int64_t id, int64_t *out_bp,
                       struct errctx *e);
    /* The first day (date_from) of the licence's returns that found something. ERR_NOT_FOUND: there is none.
     */
    enum err (*first_find)(void *arg, int64_t licence, int32_t *out_day, struct errctx *e);
    /* Another sale with this slip number, from this book (NULL: whatever its book) of this buyer's licence,
     * texts compared folded; 0 when none. */
    enum err (*same_slip)(void *arg, const char *buyer_licence_no, const char *book_no, const char *slip_no,
                          int64_t id, int64_t *out, struct errctx *e);
};

struct rule_input {
    const struct record *record;    /* as it would stand after the change */
    int64_t id;                     /* 0 for a new record, the registry's ingest of an "add" included */
    int32_t today;                  /* the day of the entry */
    bool clock_suspect;             /* then "in the future" means little */
    struct codes *codes;            /* NULL: rules find nothing, and the field checks skip code lists */
    const struct rule_world *world; /* may be NULL */
};

/* The field checks of a whole record: required fields, bounds, codes, sets, references. Everything found is
 * BLOCK. CODES NULL skips code lists. Fails only when the world fails. */
MUST_CHECK enum err rules_check_fields(const struct rule_input *in, struct findings *out, struct errctx *e);
/* The rules of the record's entity. WITH_WORLD false runs only those that ask nothing of the world. */
MUST_CHECK enum err rules_check(const struct rule_input *in, bool with_world, struct findings *out,
                                struct errctx *e);

#endif
