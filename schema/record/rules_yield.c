#include <inttypes.h>

#include "schema/record/rules_parts.h"

static const char *const FOUND[] = {"stones",       "diamond_mct",    "gem_mct",
                                    "near_gem_mct", "industrial_mct", "gold_mg"};

/* The first field that says something was found; NULL when none does. A zero says nothing. */
static const char *first_found(const struct record *r)
{
    for (size_t i = 0; i < sizeof FOUND / sizeof FOUND[0]; i++) {
        if (record_number(r, FOUND[i]) > 0)
            return FOUND[i];
    }
    return NULL;
}

void judge_yield_order(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    rules_order(rule, in, out, "date_from");
}

void judge_yield_period(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t days = rules_days_covered(in->record);
    int64_t most = rules_limit(in, "period_most");
    char words[RULE_WORDS_BYTES];
    if (days > most)
        rules_say(out, rule, "%s makes a period of %" PRId64 " days, above %" PRId64,
                  rules_words(in, "date_to", words), days, most);
}

void judge_yield_nothing_given(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (rules_is(in->record, "outcome", "yield") && !first_found(in->record))
        rules_say(out, rule,
                  "outcome yield needs stones and diamond_ct, or gold_g; when nothing was found it is nil");
}

void judge_yield_something_given(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    const char *found = first_found(in->record);
    char words[RULE_WORDS_BYTES];
    char outcome[RULE_WORDS_BYTES];
    if (found && record_has(in->record, "outcome") && !rules_is(in->record, "outcome", "yield"))
        rules_say(out, rule, "%s does not go with %s", rules_words(in, found, words),
                  rules_words(in, "outcome", outcome));
}

void judge_yield_nobody(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (rules_is(in->record, "outcome", "yield") && record_has(in->record, "diggers") &&
        record_number(in->record, "diggers") == 0)
        rules_say(out, rule, "diggers 0 with outcome yield: nobody was at work and something was found");
}

void judge_yield_women(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t diggers = record_number(in->record, "diggers");
    char words[RULE_WORDS_BYTES];
    if (record_has(in->record, "diggers") && record_number(in->record, "women") > diggers)
        rules_say(out, rule, "%s is more than diggers %" PRId64 ", who include them",
                  rules_words(in, "women", words), diggers);
}

void judge_yield_diggers(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t most = rules_limit(in, "diggers_most");
    char words[RULE_WORDS_BYTES];
    if (record_number(in->record, "diggers") > most)
        rules_say(out, rule, "%s is above %" PRId64, rules_words(in, "diggers", words), most);
}

void judge_yield_hours(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t days = rules_days_covered(in->record);
    int64_t most = rules_limit(in, "hours_day_most") * days;
    char words[RULE_WORDS_BYTES];
    char limit[RULE_WORDS_BYTES];
    char period[RULE_WORDS_BYTES];
    if (record_number(in->record, "hours_dh") > most)
        rules_say(out, rule, "%s in %s is above %s", rules_words(in, "hours_dh", words),
                  rules_count(days, "%d day", "%d days", period), rules_decimal(most, 1, limit));
}

void judge_yield_count(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    bool stones = record_number(in->record, "stones") > 0;
    bool weight = record_number(in->record, "diamond_mct") > 0;
    const char *given = stones ? "stones" : "diamond_mct";
    const char *other = stones ? "diamond_mct" : "stones";
    char words[RULE_WORDS_BYTES];
    char zero[RULE_WORDS_BYTES];
    if (stones == weight)
        return;
    if (record_has(in->record, other))
        rules_say(out, rule, "%s with %s: a stone has a weight", rules_words(in, other, zero),
                  rules_words(in, given, words));
    else if (stones)
        rules_say(out, rule, "%s needs diamond_ct, their weight beside it", rules_words(in, given, words));
    else
        rules_say(out, rule, "%s needs stones, their number beside it", rules_words(in, given, words));
}

void judge_yield_split(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    static const char *const parts[] = {"gem_mct", "near_gem_mct", "industrial_mct"};
    int64_t sum = 0;
    int given = 0;
    for (int i = 0; i < 3; i++) {
        sum += record_number(in->record, parts[i]);
        given += record_has(in->record, parts[i]);
    }
    int64_t total = record_number(in->record, "diamond_mct");
    if (sum <= total && (given < 3 || sum == total))
        return;
    char sum_words[RULE_WORDS_BYTES];
    char total_words[RULE_WORDS_BYTES];
    rules_say(out, rule, "gem_ct, near_gem_ct and industrial_ct make %s, diamond_ct is %s",
              rules_decimal(sum, 3, sum_words), rules_decimal(total, 3, total_words));
}
