#include <string.h>

#include "schema/base/date.h"
#include "schema/base/words.h"
#include "schema/record/ident.h"
#include "schema/record/rules_parts.h"

enum {
    MAX_RENEWALS = 32 /* steps back from a licence to the first; more would be a ring */
};

void judge_licence_holder(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (record_has(in->record, "holder") && record_has(in->record, "holder_coop"))
        rules_say(out, rule,
                  "holder and holder_coop are both given: a licence has a person or a cooperative");
}

void judge_licence_period(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    rules_order(rule, in, out, "valid_from");
}

/* Papers are often issued after the first day of validity, hardly after the last. */
void judge_licence_issued(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    const char *issued = record_text(in->record, "issued_on");
    const char *last = record_text(in->record, "valid_to");
    char words[RULE_WORDS_BYTES];
    char last_words[RULE_WORDS_BYTES];
    if (issued && last && strcmp(issued, last) > 0)
        rules_say(out, rule, "%s is after %s", rules_words(in, "issued_on", words),
                  rules_words(in, "valid_to", last_words));
}

void judge_licence_term(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int32_t first = 0;
    int32_t last = 0;
    if (!rules_day(in->record, "valid_from", &first) || !rules_day(in->record, "valid_to", &last))
        return;
    char words[RULE_WORDS_BYTES];
    int64_t most = rules_limit(in, "licence_term_most");
    if ((int64_t)last - first + 1 > most)
        rules_say(out, rule, "%s makes it valid for %d days, above %d", rules_words(in, "valid_to", words),
                  (int)(last - first + 1), (int)most);
}

void judge_licence_area(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (!record_has(in->record, "area_m2"))
        return;
    int64_t area = record_number(in->record, "area_m2");
    int64_t least = rules_limit(in, "licence_area_least");
    int64_t most = rules_limit(in, "licence_area_most");
    char words[RULE_WORDS_BYTES];
    char limit[RULE_WORDS_BYTES];
    if (area < least)
        rules_say(out, rule, "%s ha is below the %s ha that are usual here",
                  rules_words(in, "area_m2", words), rules_decimal(least, 4, limit));
    else if (area > most)
        rules_say(out, rule, "%s ha is above the %s ha that are usual here",
                  rules_words(in, "area_m2", words), rules_decimal(most, 4, limit));
}

void judge_licence_renews(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (in->id != 0 && record_number(in->record, "renews") == in->id)
        rules_say(out, rule, "renews is the licence itself");
}

/* Whether FROM is OLDER, or renews it in one step or several. */
static enum err goes_back_to(const struct rule_input *in, int64_t from, int64_t older, bool *out,
                             struct errctx *e)
{
    *out = false;
    for (int step = 0; from != 0 && step < MAX_RENEWALS; step++) {
        if (from == older) {
            *out = true;
            return ERR_OK;
        }
        struct record licence;
        enum err result = in->world->load(in->world->arg, ENTITY_LICENCE, from, &licence, e);
        if (result != ERR_OK)
            return result == ERR_NOT_FOUND ? ERR_OK : result;
        from = record_number(&licence, "renews");
        record_done(&licence);
    }
    return ERR_OK;
}

/* A renewed licence keeps its number in some countries: then one of the two renews the other. */
static enum err is_renewal(const struct rule_input *in, int64_t other, bool *out, struct errctx *e)
{
    *out = false;
    if (!in->world->load)
        return ERR_OK;
    if (goes_back_to(in, record_number(in->record, "renews"), other, out, e) != ERR_OK)
        return e->kind;
    return *out || in->id == 0 ? ERR_OK : goes_back_to(in, other, in->id, out, e);
}

enum err ask_licence_number(const struct rule *rule, const struct rule_input *in, struct findings *out,
                            struct errctx *e)
{
    const char *number = record_text(in->record, "licence_no");
    int64_t other = 0;
    if (!number || !in->world->same_text)
        return ERR_OK;
    if (in->world->same_text(in->world->arg, ENTITY_LICENCE, "licence_no", number, in->id, &other, e) !=
        ERR_OK)
        return e->kind;
    bool renewal = false;
    if (other == 0)
        return ERR_OK;
    if (is_renewal(in, other, &renewal, e) != ERR_OK)
        return e->kind;
    char words[RULE_WORDS_BYTES];
    char id[IDENT_BYTES];
    if (!renewal)
        rules_say(out, rule, "%s stands in %s already; a renewal names it in renews",
                  rules_words(in, "licence_no", words), ident_format_checked(other, id));
    return ERR_OK;
}

/* --- the licence of a yield or a sale. What was found is written down whatever its standing. */

/* The days that the record covers: a return's period, or the day of a sale. */
static bool covered(const struct rule *rule, const struct rule_input *in, const char **first,
                    const char **last)
{
    *last = record_text(in->record, rule->field);
    *first = rule->of == ENTITY_YIELD ? record_text(in->record, "date_from") : *last;
    return *first && *last;
}

static void judge_validity(const struct rule *rule, const struct rule_input *in, const struct record *licence,
                           struct findings *out)
{
    const char *first = NULL;
    const char *last = NULL;
    const char *from = record_text(licence, "valid_from");
    const char *to = record_text(licence, "valid_to");
    if (!covered(rule, in, &first, &last))
        return;
    if (to && strcmp(last, to) > 0)
        rules_say(out, rule, "the licence was valid until %s, before %s", to, last);
    else if (from && strcmp(first, from) < 0)
        rules_say(out, rule, "the licence is valid from %s, after %s", from, first);
}

enum err ask_licence_valid(const struct rule *rule, const struct rule_input *in, struct findings *out,
                           struct errctx *e)
{
    struct record licence;
    enum err result = rules_load(in, "licence", &licence, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    judge_validity(rule, in, &licence, out);
    record_done(&licence);
    return ERR_OK;
}

static void judge_standing(const struct rule *rule, const struct rule_input *in, const struct record *licence,
                           struct findings *out)
{
    const char *words = NULL;
    const char *first = NULL;
    const char *last = NULL;
    const char *since = record_text(licence, "status_on");
    /* Work before the suspension was lawful. */
    if (!covered(rule, in, &first, &last) || (since && strcmp(last, since) < 0))
        return;
    if (rules_is(licence, "status", "applied"))
        words = N_("the licence is applied for and not granted");
    else if (rules_is(licence, "status", "suspended"))
        words = N_("the licence is suspended");
    else if (rules_is(licence, "status", "revoked"))
        words = N_("the licence is revoked");
    if (words && since)
        rules_say(out, rule, "%s since %s, and this is of %s", words, since, last);
    else if (words)
        rules_say(out, rule, "%s, and this is of %s", words, last);
}

enum err ask_licence_status(const struct rule *rule, const struct rule_input *in, struct findings *out,
                            struct errctx *e)
{
    struct record licence;
    enum err result = rules_load(in, "licence", &licence, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    judge_standing(rule, in, &licence, out);
    record_done(&licence);
    return ERR_OK;
}
