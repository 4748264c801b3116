#include <inttypes.h>

#include "schema/base/date.h"
#include "schema/base/decimal.h"
#include "schema/record/rules_parts.h"

/* Diggers times days; 0 when nobody is said to have worked: then nothing can be said a head. */
static int64_t digger_days(const struct record *r)
{
    return record_number(r, "diggers") * rules_days_covered(r);
}

/* Says so when AMOUNT a digger and day is above the limit KEY. Both are thousandths, shown as UNIT. */
static void judge_a_head(const struct rule *rule, const struct rule_input *in, struct findings *out,
                         const char *key, const char *unit)
{
    int64_t amount = record_number(in->record, rule->field);
    if (amount == 0)
        return;
    int64_t heads = digger_days(in->record);
    int64_t most = rules_limit(in, key);
    if (heads == 0 || amount <= most * heads)
        return;
    char words[RULE_WORDS_BYTES];
    char diggers[RULE_WORDS_BYTES];
    char days[RULE_WORDS_BYTES];
    char each[RULE_WORDS_BYTES];
    char limit[RULE_WORDS_BYTES];
    rules_say(out, rule, "%s by %s in %s is %s %s a digger and day, above %s",
              rules_words(in, rule->field, words),
              rules_count(record_number(in->record, "diggers"), "%d digger", "%d diggers", diggers),
              rules_count(rules_days_covered(in->record), "%d day", "%d days", days),
              rules_decimal(decimal_muldiv(amount, 1, heads), 3, each), unit, rules_decimal(most, 3, limit));
}

void judge_yield_per_digger(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    judge_a_head(rule, in, out, "digger_day_most", "ct");
}

void judge_yield_gravel(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    judge_a_head(rule, in, out, "gravel_digger_day_most", "m3");
}

void judge_yield_gold_per_digger(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    judge_a_head(rule, in, out, "gold_digger_day_most", "g");
}

/* One large stone explains a rich day: a mean weight above that of a large stone proves that there was one.
 */
void judge_yield_gang(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t weight = record_number(in->record, "diamond_mct");
    int64_t stones = record_number(in->record, "stones");
    int64_t days = rules_days_covered(in->record);
    int64_t most = rules_limit(in, "gang_day_most");
    int64_t large = rules_limit(in, "gang_day_stone");
    if (weight <= most * days || stones == 0 || weight > large * stones)
        return;
    char words[RULE_WORDS_BYTES];
    char limit[RULE_WORDS_BYTES];
    char stone[RULE_WORDS_BYTES];
    char period[RULE_WORDS_BYTES];
    rules_say(out, rule, "%s in %s is above %s ct a day: is there a stone above %s ct?",
              rules_words(in, "diamond_mct", words), rules_count(days, "%d day", "%d days", period),
              rules_decimal(most, 3, limit), rules_decimal(large, 3, stone));
}

/* Thousandths of a carat in a cubic metre; 0 when the gravel was not measured. */
static int64_t grade(const struct record *r)
{
    int64_t litres = record_number(r, "gravel_l");
    return litres > 0 ? decimal_muldiv(record_number(r, "diamond_mct"), 1000, litres) : 0;
}

static void say_grade(const struct rule *rule, const struct rule_input *in, struct findings *out,
                      int64_t limit, bool wants_note)
{
    char weight[RULE_WORDS_BYTES];
    char gravel[RULE_WORDS_BYTES];
    char each[RULE_WORDS_BYTES];
    char most[RULE_WORDS_BYTES];
    (void)rules_words(in, "diamond_mct", weight);
    (void)rules_words(in, "gravel_l", gravel);
    (void)rules_decimal(grade(in->record), 3, each);
    (void)rules_decimal(limit, 3, most);
    if (wants_note)
        rules_say(out, rule, "%s with %s gives %s ct/m3, above %s; if it is true, note must say how", weight,
                  gravel, each, most);
    else
        rules_say(out, rule, "%s with %s gives %s ct/m3, above %s", weight, gravel, each, most);
}

static bool is_beyond_belief(const struct rule_input *in, int64_t found)
{
    return found > rules_limit(in, "grade_block") && !record_has(in->record, "note");
}

void judge_yield_grade(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t found = grade(in->record);
    int64_t most = rules_limit(in, "grade_most");
    if (found > most && !is_beyond_belief(in, found))
        say_grade(rule, in, out, most, false);
}

void judge_yield_grade_noted(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t found = grade(in->record);
    if (is_beyond_belief(in, found))
        say_grade(rule, in, out, rules_limit(in, "grade_block"), true);
}

void judge_yield_gold_site(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t gold = record_number(in->record, "gold_mg");
    if (gold == 0)
        return;
    int64_t days = rules_days_covered(in->record);
    int64_t most = rules_limit(in, "gold_day_most");
    char words[RULE_WORDS_BYTES];
    char limit[RULE_WORDS_BYTES];
    char period[RULE_WORDS_BYTES];
    if (gold > most * days)
        rules_say(out, rule, "%s in %s is above %s g a day", rules_words(in, "gold_mg", words),
                  rules_count(days, "%d day", "%d days", period), rules_decimal(most, 3, limit));
}

void judge_yield_fineness(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (!record_has(in->record, "fineness"))
        return;
    int64_t fineness = record_number(in->record, "fineness");
    int64_t least = rules_limit(in, "fineness_least");
    int64_t most = rules_limit(in, "fineness_most");
    char words[RULE_WORDS_BYTES];
    if (fineness < least || fineness > most)
        rules_say(out, rule, "%s is outside %" PRId64 " to %" PRId64, rules_words(in, "fineness", words),
                  least, most);
}

/* A decimal mark that slipped multiplies by ten at least. A small return is never asked about. */
enum err ask_yield_usual(const struct rule *rule, const struct rule_input *in, struct findings *out,
                         struct errctx *e)
{
    int64_t weight = record_number(in->record, "diamond_mct");
    int64_t usual = 0;
    int64_t count = 0;
    int32_t day = 0;
    if (weight == 0 || !in->world->usual_mct || !rules_day(in->record, "date_from", &day))
        return ERR_OK;
    if (in->world->usual_mct(in->world->arg, record_number(in->record, "licence"), day, in->id, &usual,
                             &count, e) != ERR_OK)
        return e->kind;
    if (usual <= 0 || count < rules_limit(in, "slip_returns") ||
        weight / rules_limit(in, "slip_times") < usual)
        return ERR_OK;
    char words[RULE_WORDS_BYTES];
    char median[RULE_WORDS_BYTES];
    rules_say(out, rule,
              "%s is %" PRId64 " times the licence's usual %s ct: is the decimal mark at its place?",
              rules_words(in, "diamond_mct", words), weight / usual, rules_decimal(usual, 3, median));
    return ERR_OK;
}
