/*
 * The inside of the rules: what the files rules_*.c share. The table of all rules is rules_table.c; a row
 * names one of these functions. Nobody else includes this header.
 */
#ifndef ALLUVIA_RECORD_RULES_PARTS_H
#define ALLUVIA_RECORD_RULES_PARTS_H

#include "schema/record/rules.h"

enum {
    RULE_WORDS_BYTES = 160 /* a field with its value; longer values are cut */
};

/* --- telling (rules.c) */

/* Adds a finding of RULE. */
void rules_say(struct findings *out, const struct rule *rule, const char *format, ...) PRINTF_LIKE(3, 4);
/* A set field as people write it, with its value: "diamond_ct 12". WORDS has RULE_WORDS_BYTES; returns WORDS.
 */
const char *rules_words(const struct rule_input *in, const char *field, char *words);
/* NUMBER with SCALE decimals; as rules_words. */
const char *rules_decimal(int64_t number, int scale, char *words);
/* "1 day", "2 days" for "%d day", "%d days"; as rules_words. */
const char *rules_count(int64_t number, const char *one, const char *many, char *words);

/* --- asking the record and the profile */

int64_t rules_limit(const struct rule_input *in, const char *key);
/* False when the date is not given or is none. */
bool rules_day(const struct record *r, const char *field, int32_t *out);
/* Whether the code FIELD is given and is CODE. */
bool rules_is(const struct record *r, const char *field, const char *code);
/* Days that a return covers; 1 when its dates make no sense. */
int64_t rules_days_covered(const struct record *yield);
/* What is the least TOTAL that does not count as more than PRODUCED: scales differ a little. */
int64_t rules_with_tolerance(const struct rule_input *in, int64_t produced_mct);
/* Says so when the date in rule->field is before the one in FIRST. */
void rules_order(const struct rule *rule, const struct rule_input *in, struct findings *out,
                 const char *first);

/* --- asking the world */

/* Loads the record that FIELD refers to. ERR_NOT_FOUND, without words, when there is none or nobody to ask.
 */
MUST_CHECK enum err rules_load(const struct rule_input *in, const char *field, struct record *out,
                               struct errctx *e);

/* --- the rules' functions */

#define JUDGE(name) void name(const struct rule *rule, const struct rule_input *in, struct findings *out)
#define ASK(name)                                                                                            \
    enum err name(const struct rule *rule, const struct rule_input *in, struct findings *out,                \
                  struct errctx *e)

/* rules_dates.c: any entity; the row's field says which date */
JUDGE(judge_future);
JUDGE(judge_future_unsure);
JUDGE(judge_early);
JUDGE(judge_late);

/* rules_stone.c: yields, stones and sales, which name count and weight alike */
JUDGE(judge_stone_light);
JUDGE(judge_stone_large);
JUDGE(judge_stone_most);
JUDGE(judge_parcel_mean);
JUDGE(judge_parcel_unusual);
JUDGE(judge_stone_single);
JUDGE(judge_yield_witness);
ASK(ask_stone_witness);
ASK(ask_stone_found);
ASK(ask_stone_weight);
ASK(ask_stone_count);
ASK(ask_stone_seal);

/* rules_person.c */
JUDGE(judge_person_minor);
JUDGE(judge_person_minor_unsure);
JUDGE(judge_person_old);
JUDGE(judge_person_own_duplicate);
JUDGE(judge_coop_period);
JUDGE(judge_crew_period);
ASK(ask_same_text);
ASK(ask_person_paper);
ASK(ask_person_twice);
ASK(ask_crew_shares);

/* rules_licence.c */
JUDGE(judge_licence_holder);
JUDGE(judge_licence_period);
JUDGE(judge_licence_issued);
JUDGE(judge_licence_term);
JUDGE(judge_licence_area);
JUDGE(judge_licence_renews);
ASK(ask_licence_number);
ASK(ask_licence_valid); /* of yields and sales; the row's field is their last day */
ASK(ask_licence_status);

/* rules_site.c */
JUDGE(judge_site_pair);
JUDGE(judge_site_zero);
JUDGE(judge_site_swapped);
JUDGE(judge_site_outside);
JUDGE(judge_site_depth);
JUDGE(judge_site_period);
JUDGE(judge_inspection_cards);
JUDGE(judge_inspection_deadline);
JUDGE(judge_inspection_children);

/* rules_yield.c: what a return says by itself */
JUDGE(judge_yield_order);
JUDGE(judge_yield_period);
JUDGE(judge_yield_nothing_given);
JUDGE(judge_yield_something_given);
JUDGE(judge_yield_nobody);
JUDGE(judge_yield_women);
JUDGE(judge_yield_diggers);
JUDGE(judge_yield_hours);
JUDGE(judge_yield_count);
JUDGE(judge_yield_split);

/* rules_output.c: whether so much can be found */
JUDGE(judge_yield_per_digger);
JUDGE(judge_yield_gang);
JUDGE(judge_yield_grade);
JUDGE(judge_yield_grade_noted);
JUDGE(judge_yield_gravel);
JUDGE(judge_yield_gold_per_digger);
JUDGE(judge_yield_gold_site);
JUDGE(judge_yield_fineness);
ASK(ask_yield_usual);

/* rules_return.c: a return beside its licence, its site and other returns */
ASK(ask_yield_overlap);
ASK(ask_yield_workers);
ASK(ask_yield_zone);
ASK(ask_yield_site_licence);
ASK(ask_yield_licence_kind);

/* rules_sale.c */
JUDGE(judge_sale_nothing);
JUDGE(judge_sale_count);
JUDGE(judge_sale_levy);
JUDGE(judge_sale_usd_missing);
JUDGE(judge_sale_usd_differs);
JUDGE(judge_sale_price);
JUDGE(judge_sale_price_single);
ASK(ask_sale_slip);
ASK(ask_sale_before_find);
ASK(ask_sale_balance);
ASK(ask_sale_unproduced);

#undef JUDGE
#undef ASK

#endif
