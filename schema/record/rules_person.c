#include <string.h>

#include "schema/base/date.h"
#include "schema/record/ident.h"
#include "schema/record/rules_parts.h"

/* --- diggers */

static bool is_minor(const struct rule_input *in, int *out_age)
{
    const char *birth = record_text(in->record, "birth");
    if (!birth)
        return false;
    *out_age = date_age_most(birth, in->today);
    return *out_age < rules_limit(in, "person_age_least");
}

void judge_person_minor(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    char words[RULE_WORDS_BYTES];
    int age = 0;
    if (in->clock_suspect || !is_minor(in, &age))
        return;
    if (age < 0)
        rules_say(out, rule, "%s lies in the future", rules_words(in, "birth", words));
    else
        rules_say(out, rule, "%s makes the person %d years old at most, below %d",
                  rules_words(in, "birth", words), age, (int)rules_limit(in, "person_age_least"));
}

/* A clock that stands years back makes grown people children. */
void judge_person_minor_unsure(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    char words[RULE_WORDS_BYTES];
    int age = 0;
    if (in->clock_suspect && is_minor(in, &age))
        rules_say(out, rule, "%s makes the person younger than %d by a doubtful clock",
                  rules_words(in, "birth", words), (int)rules_limit(in, "person_age_least"));
}

void judge_person_old(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    const char *birth = record_text(in->record, "birth");
    if (!birth)
        return;
    char words[RULE_WORDS_BYTES];
    int age = date_age_most(birth, in->today);
    int64_t most = rules_limit(in, "person_age_most");
    if (age > most)
        rules_say(out, rule, "%s makes the person up to %d years old, above %d",
                  rules_words(in, "birth", words), age, (int)most);
}

void judge_person_own_duplicate(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (in->id != 0 && record_number(in->record, rule->field) == in->id)
        rules_say(out, rule, "%s is the record itself", rule->field);
}

/* Any entity: the text in the row's field stands once. */
enum err ask_same_text(const struct rule *rule, const struct rule_input *in, struct findings *out,
                       struct errctx *e)
{
    const char *text = record_text(in->record, rule->field);
    int64_t other = 0;
    if (!text || !in->world->same_text)
        return ERR_OK;
    if (in->world->same_text(in->world->arg, rule->of, rule->field, text, in->id, &other, e) != ERR_OK)
        return e->kind;
    char words[RULE_WORDS_BYTES];
    char id[IDENT_BYTES];
    if (other != 0)
        rules_say(out, rule, "%s stands in %s already", rules_words(in, rule->field, words),
                  ident_format_checked(other, id));
    return ERR_OK;
}

/* Two kinds of paper may well bear one number. */
enum err ask_person_paper(const struct rule *rule, const struct rule_input *in, struct findings *out,
                          struct errctx *e)
{
    const char *number = record_text(in->record, "id_no");
    const char *type = record_text(in->record, "id_type");
    int64_t other = 0;
    if (!number || !type || !in->world->same_text || !in->world->load)
        return ERR_OK;
    if (in->world->same_text(in->world->arg, ENTITY_DIGGER, "id_no", number, in->id, &other, e) != ERR_OK)
        return e->kind;
    struct record person;
    if (other == 0)
        return ERR_OK;
    if (in->world->load(in->world->arg, ENTITY_DIGGER, other, &person, e) != ERR_OK)
        return e->kind;
    char words[RULE_WORDS_BYTES];
    char id[IDENT_BYTES];
    if (rules_is(&person, "id_type", type))
        rules_say(out, rule, "%s stands in %s already: is it the same person?",
                  rules_words(in, "id_no", words), ident_format_checked(other, id));
    record_done(&person);
    return ERR_OK;
}

/* Asked when a person is added, not whenever one of two who are known to be two is amended. Names alike by
 * spelling alone are too many for a question: the screens show them, and the ministry compares them. */
enum err ask_person_twice(const struct rule *rule, const struct rule_input *in, struct findings *out,
                          struct errctx *e)
{
    int64_t other = 0;
    if (in->id != 0 || !in->world->same_person)
        return ERR_OK;
    if (in->world->same_person(in->world->arg, in->record, in->id, &other, e) != ERR_OK)
        return e->kind;
    char words[RULE_WORDS_BYTES];
    char id[IDENT_BYTES];
    if (other != 0)
        rules_say(out, rule, "%s, with the same village and birth, stands in %s already",
                  rules_words(in, rule->field, words), ident_format_checked(other, id));
    return ERR_OK;
}

/* --- cooperatives */

void judge_coop_period(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    rules_order(rule, in, out, "approved_on");
}

/* --- crews */

void judge_crew_period(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    rules_order(rule, in, out, "from_on");
}

/* Parts that go to others (the landowner, the chiefdom) stand nowhere, so only too much can be seen. */
enum err ask_crew_shares(const struct rule *rule, const struct rule_input *in, struct findings *out,
                         struct errctx *e)
{
    const struct record *r = in->record;
    int64_t share = record_number(r, "share_bp");
    int32_t days[2] = {0, in->today};
    if (share == 0 || !in->world->shares || !rules_day(r, "from_on", &days[0]))
        return ERR_OK;
    /* Others may have joined since: the last day counts too. */
    (void)rules_day(r, "to_on", &days[1]);
    for (int i = 0; i < 2; i++) {
        int64_t others = 0;
        if (days[i] < days[0])
            continue;
        if (in->world->shares(in->world->arg, record_number(r, "licence"), days[i], in->id, &others, e) !=
            ERR_OK)
            return e->kind;
        char words[RULE_WORDS_BYTES];
        char sum[RULE_WORDS_BYTES];
        char day[DATE_BYTES];
        if (others + share <= 10000)
            continue;
        rules_say(out, rule, "%s brings the shares of the licence to %s %% on %s, above 100",
                  rules_words(in, "share_bp", words), rules_decimal(others + share, 2, sum),
                  date_format_days(days[i], day));
        return ERR_OK;
    }
    return ERR_OK;
}
