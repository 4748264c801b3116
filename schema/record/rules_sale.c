#include <inttypes.h>

#include "schema/base/date.h"
#include "schema/base/decimal.h"
#include "schema/record/ident.h"
#include "schema/record/rules_parts.h"

void judge_sale_nothing(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (record_number(in->record, "diamond_mct") == 0 && record_number(in->record, "gold_mg") == 0)
        rules_say(out, rule, "diamond_ct or gold_g must be given: a sale is of something");
}

/* Slips often leave out how many stones there were; a number that is given must fit. */
void judge_sale_count(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t stones = record_number(in->record, "stones");
    int64_t weight = record_number(in->record, "diamond_mct");
    char words[RULE_WORDS_BYTES];
    if (stones > 0 && weight == 0)
        rules_say(out, rule, "%s has no weight: diamond_ct must be given with it",
                  rules_words(in, "stones", words));
    else if (weight > 0 && stones == 0 && record_has(in->record, "stones"))
        rules_say(out, rule, "stones 0 with %s", rules_words(in, "diamond_mct", words));
}

void judge_sale_levy(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    char levy[RULE_WORDS_BYTES];
    char price[RULE_WORDS_BYTES];
    if (record_has(in->record, "price_minor") &&
        record_number(in->record, "levy_minor") > record_number(in->record, "price_minor"))
        rules_say(out, rule, "%s is more than %s", rules_words(in, "levy_minor", levy),
                  rules_words(in, "price_minor", price));
}

/* --- price */

/* The price in US cents; 0 when it is not known. Rates are the officer's business, so nothing is converted.
 */
static int64_t price_cents(const struct record *r)
{
    if (record_has(r, "price_usd_cents"))
        return record_number(r, "price_usd_cents");
    return rules_is(r, "currency", "USD") ? record_number(r, "price_minor") : 0;
}

void judge_sale_usd_missing(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (record_has(in->record, "currency") && price_cents(in->record) == 0)
        rules_say(out, rule, "price_usd is not given: the statistics need the price in US dollars");
}

void judge_sale_usd_differs(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    char usd[RULE_WORDS_BYTES];
    char price[RULE_WORDS_BYTES];
    if (rules_is(in->record, "currency", "USD") && record_has(in->record, "price_usd_cents") &&
        record_number(in->record, "price_usd_cents") != record_number(in->record, "price_minor"))
        rules_say(out, rule, "%s differs from %s, which is in USD too",
                  rules_words(in, "price_usd_cents", usd), rules_words(in, "price_minor", price));
}

/* Cents a carat; 0 when there is nothing to divide, or gold on the same slip has a part in the price. */
static int64_t cents_per_ct(const struct record *r)
{
    int64_t weight = record_number(r, "diamond_mct");
    return weight > 0 && record_number(r, "gold_mg") == 0 ? decimal_muldiv(price_cents(r), 1000, weight) : 0;
}

static bool is_large_single(const struct rule_input *in)
{
    return record_number(in->record, "stones") == 1 &&
           record_number(in->record, "diamond_mct") > rules_limit(in, "price_single_from");
}

static void judge_band(const struct rule *rule, const struct rule_input *in, struct findings *out,
                       const char *least_key, const char *most_key)
{
    int64_t each = cents_per_ct(in->record);
    int64_t least = rules_limit(in, least_key);
    int64_t most = rules_limit(in, most_key);
    if (price_cents(in->record) == 0 || record_number(in->record, "diamond_mct") == 0 ||
        record_number(in->record, "gold_mg") > 0 || (each >= least && each <= most))
        return;
    char words[RULE_WORDS_BYTES];
    char price[RULE_WORDS_BYTES];
    char from[RULE_WORDS_BYTES];
    char to[RULE_WORDS_BYTES];
    rules_say(out, rule, "%s at this price is %s USD a carat, outside %s to %s",
              rules_words(in, "diamond_mct", words), rules_decimal(each, 2, price),
              rules_decimal(least, 2, from), rules_decimal(most, 2, to));
}

void judge_sale_price(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (!is_large_single(in))
        judge_band(rule, in, out, "price_least", "price_most");
}

void judge_sale_price_single(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (is_large_single(in))
        judge_band(rule, in, out, "price_single_least", "price_single_most");
}

/* --- a sale beside other sales and the licence's returns */

enum err ask_sale_slip(const struct rule *rule, const struct rule_input *in, struct findings *out,
                       struct errctx *e)
{
    const char *slip = record_text(in->record, "slip_no");
    const char *buyer = record_text(in->record, "buyer_licence_no");
    int64_t other = 0;
    if (!slip || !buyer || !in->world->same_slip)
        return ERR_OK;
    if (in->world->same_slip(in->world->arg, buyer, record_text(in->record, "book_no"), slip, in->id, &other,
                             e) != ERR_OK)
        return e->kind;
    char words[RULE_WORDS_BYTES];
    char id[IDENT_BYTES];
    if (other != 0)
        rules_say(out, rule, "%s of this buyer stands in %s already", rules_words(in, "slip_no", words),
                  ident_format_checked(other, id));
    return ERR_OK;
}

enum err ask_sale_before_find(const struct rule *rule, const struct rule_input *in, struct findings *out,
                              struct errctx *e)
{
    int32_t day = 0;
    int32_t first = 0;
    if (!in->world->first_find || !rules_day(in->record, "date", &day))
        return ERR_OK;
    enum err result = in->world->first_find(in->world->arg, record_number(in->record, "licence"), &first, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    char words[RULE_WORDS_BYTES];
    char found[DATE_BYTES];
    if (day < first)
        rules_say(out, rule,
                  "%s is before the licence's first find, %s: enter the return that it comes from first",
                  rules_words(in, "date", words), date_format_days(first, found));
    return ERR_OK;
}

/* Diamonds produced by the licence, and sold with this sale. Zeros when there is nobody to ask. */
static enum err load_balance(const struct rule_input *in, int64_t *out_produced, int64_t *out_sold,
                             struct errctx *e)
{
    int64_t weight = record_number(in->record, "diamond_mct");
    *out_produced = 0;
    *out_sold = 0;
    if (!in->world->balance || weight == 0)
        return ERR_OK;
    if (in->world->balance(in->world->arg, record_number(in->record, "licence"), in->id, out_produced,
                           out_sold, e) != ERR_OK)
        return e->kind;
    *out_sold += weight;
    return ERR_OK;
}

enum err ask_sale_balance(const struct rule *rule, const struct rule_input *in, struct findings *out,
                          struct errctx *e)
{
    int64_t produced = 0;
    int64_t sold = 0;
    if (load_balance(in, &produced, &sold, e) != ERR_OK)
        return e->kind;
    if (produced == 0 || sold <= rules_with_tolerance(in, produced))
        return ERR_OK;
    char words[RULE_WORDS_BYTES];
    char all[RULE_WORDS_BYTES];
    char found[RULE_WORDS_BYTES];
    rules_say(out, rule, "%s brings what the licence sold to %s ct, above the %s ct of its returns",
              rules_words(in, "diamond_mct", words), rules_decimal(sold, 3, all),
              rules_decimal(produced, 3, found));
    return ERR_OK;
}

/* An officer who takes in slips alone would be asked at each of them: the ministry compares. */
enum err ask_sale_unproduced(const struct rule *rule, const struct rule_input *in, struct findings *out,
                             struct errctx *e)
{
    int64_t produced = 0;
    int64_t sold = 0;
    if (load_balance(in, &produced, &sold, e) != ERR_OK)
        return e->kind;
    char words[RULE_WORDS_BYTES];
    if (produced == 0 && sold > 0)
        rules_say(out, rule, "%s is sold, and no return of the licence with diamonds is known here",
                  rules_words(in, "diamond_mct", words));
    return ERR_OK;
}
