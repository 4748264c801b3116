#include <stdlib.h>

#include "schema/base/date.h"
#include "schema/record/rules_parts.h"

/* Days by which a date lies after today; a place east of Greenwich may be a day ahead of the clock. */
static bool is_ahead(const struct rule *rule, const struct rule_input *in, int32_t *out_days)
{
    int32_t day = 0;
    if (!rules_day(in->record, rule->field, &day))
        return false;
    *out_days = day - in->today;
    return *out_days > rules_limit(in, "date_ahead_most");
}

void judge_future(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    char words[RULE_WORDS_BYTES];
    char today[DATE_BYTES];
    int32_t ahead = 0;
    if (!in->clock_suspect && is_ahead(rule, in, &ahead))
        rules_say(out, rule, "%s is %d days after today, %s: check the date and this machine's clock",
                  rules_words(in, rule->field, words), (int)ahead, date_format_days(in->today, today));
}

/* A clock that was reset makes true dates look like the future: nobody is asked then. */
void judge_future_unsure(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    char words[RULE_WORDS_BYTES];
    char today[DATE_BYTES];
    int32_t ahead = 0;
    if (in->clock_suspect && is_ahead(rule, in, &ahead))
        rules_say(out, rule, "%s is %d days after %s, which is what a doubtful clock says",
                  rules_words(in, rule->field, words), (int)ahead, date_format_days(in->today, today));
}

void judge_early(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    char words[RULE_WORDS_BYTES];
    int32_t day = 0;
    if (!rules_day(in->record, rule->field, &day))
        return;
    int year = date_from_days(day).year;
    int64_t first = rules_limit(in, "date_first_year");
    if (year < first)
        rules_say(out, rule, "%s is before the year %d", rules_words(in, rule->field, words), (int)first);
}

/* Only when the record is added: an amendment may come at any time. */
void judge_late(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    char words[RULE_WORDS_BYTES];
    int32_t day = 0;
    if (in->id != 0 || in->clock_suspect || !rules_day(in->record, rule->field, &day))
        return;
    int64_t most = rules_limit(in, "date_late_most");
    if (in->today - day > most)
        rules_say(out, rule, "%s was entered %d days later, more than %d",
                  rules_words(in, rule->field, words), (int)(in->today - day), (int)most);
}
