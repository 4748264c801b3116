#include <inttypes.h>

#include "schema/base/decimal.h"
#include "schema/record/ident.h"
#include "schema/record/rules_parts.h"

/* Yields, stones and sales name count and weight alike. */

/* The weight of a single stone; 0 when there are more or none. */
static int64_t single_mct(const struct rule_input *in)
{
    return record_number(in->record, "stones") == 1 ? record_number(in->record, "diamond_mct") : 0;
}

static void say_single(const struct rule *rule, const struct rule_input *in, struct findings *out,
                       const char *key)
{
    char words[RULE_WORDS_BYTES];
    char limit[RULE_WORDS_BYTES];
    rules_say(out, rule, "%s for a single stone is above %s", rules_words(in, "diamond_mct", words),
              rules_decimal(rules_limit(in, key), 3, limit));
}

void judge_stone_light(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t weight = single_mct(in);
    char words[RULE_WORDS_BYTES];
    char limit[RULE_WORDS_BYTES];
    if (weight > 0 && weight < rules_limit(in, "stone_least"))
        rules_say(out, rule, "%s for a single stone is below %s", rules_words(in, "diamond_mct", words),
                  rules_decimal(rules_limit(in, "stone_least"), 3, limit));
}

void judge_stone_large(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t weight = single_mct(in);
    if (weight > rules_limit(in, "stone_large") && weight <= rules_limit(in, "stone_most"))
        say_single(rule, in, out, "stone_large");
}

void judge_stone_most(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (single_mct(in) > rules_limit(in, "stone_most"))
        say_single(rule, in, out, "stone_most");
}

static bool needs_witness(const struct rule_input *in)
{
    int64_t weight = single_mct(in);
    return weight > rules_limit(in, "stone_witness") && weight <= rules_limit(in, "stone_most");
}

void judge_yield_witness(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    char words[RULE_WORDS_BYTES];
    char limit[RULE_WORDS_BYTES];
    if (needs_witness(in) && !record_has(in->record, "witness"))
        rules_say(out, rule, "%s for a single stone is above %s, and witness is not given",
                  rules_words(in, "diamond_mct", words),
                  rules_decimal(rules_limit(in, "stone_witness"), 3, limit));
}

/* Puts the mean weight when the record is a parcel of at least STONES stones. */
static bool parcel_mean(const struct rule_input *in, int64_t stones, int64_t *out_mct)
{
    int64_t count = record_number(in->record, "stones");
    int64_t weight = record_number(in->record, "diamond_mct");
    if (count < 2 || count < stones || weight == 0)
        return false;
    *out_mct = weight / count;
    return true;
}

static bool is_outside(const struct rule_input *in, int64_t mean, const char *least, const char *most)
{
    return mean < rules_limit(in, least) || mean > rules_limit(in, most);
}

static void say_mean(const struct rule *rule, const struct rule_input *in, struct findings *out, int64_t mean,
                     const char *least, const char *most)
{
    char weight[RULE_WORDS_BYTES];
    char each[RULE_WORDS_BYTES];
    char from[RULE_WORDS_BYTES];
    char to[RULE_WORDS_BYTES];
    rules_say(out, rule, "%s in %" PRId64 " stones is %s ct a stone, outside %s to %s",
              rules_words(in, "diamond_mct", weight), record_number(in->record, "stones"),
              rules_decimal(mean, 3, each), rules_decimal(rules_limit(in, least), 3, from),
              rules_decimal(rules_limit(in, most), 3, to));
}

void judge_parcel_mean(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t mean = 0;
    if (parcel_mean(in, 2, &mean) && is_outside(in, mean, "parcel_mean_least", "parcel_mean_most"))
        say_mean(rule, in, out, mean, "parcel_mean_least", "parcel_mean_most");
}

/* Silent where judge_parcel_mean asks already. */
void judge_parcel_unusual(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t mean = 0;
    if (parcel_mean(in, rules_limit(in, "parcel_usual_stones"), &mean) &&
        is_outside(in, mean, "parcel_usual_least", "parcel_usual_most") &&
        !is_outside(in, mean, "parcel_mean_least", "parcel_mean_most"))
        say_mean(rule, in, out, mean, "parcel_usual_least", "parcel_usual_most");
}

void judge_stone_single(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    char words[RULE_WORDS_BYTES];
    if (rules_is(in->record, "kind", "single") && record_number(in->record, "stones") > 1)
        rules_say(out, rule, "%s with kind single: several stones are a parcel",
                  rules_words(in, "stones", words));
}

/* --- a stone beside the return that it was found in */

enum err ask_stone_witness(const struct rule *rule, const struct rule_input *in, struct findings *out,
                           struct errctx *e)
{
    char words[RULE_WORDS_BYTES];
    char limit[RULE_WORDS_BYTES];
    struct record yield;
    if (!needs_witness(in))
        return ERR_OK;
    enum err result = rules_load(in, "yield", &yield, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    if (!record_has(&yield, "witness"))
        rules_say(out, rule, "%s for a single stone is above %s, and its return names no witness",
                  rules_words(in, "diamond_mct", words),
                  rules_decimal(rules_limit(in, "stone_witness"), 3, limit));
    record_done(&yield);
    return ERR_OK;
}

enum err ask_stone_found(const struct rule *rule, const struct rule_input *in, struct findings *out,
                         struct errctx *e)
{
    struct record yield;
    enum err result = rules_load(in, "yield", &yield, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    char words[RULE_WORDS_BYTES];
    if (record_number(&yield, "diamond_mct") == 0 && record_number(&yield, "stones") == 0)
        rules_say(out, rule, "%s is a return without diamonds", rules_words(in, "yield", words));
    record_done(&yield);
    return ERR_OK;
}

/* What the return holds, and what other stones have taken out of it. Zeros when it holds no diamonds. */
struct taken {
    int64_t found_mct;
    int64_t found_stones;
    int64_t others_mct;
    int64_t others_stones;
};

static enum err load_taken(const struct rule_input *in, struct taken *out, struct errctx *e)
{
    struct record yield;
    *out = (struct taken){0};
    if (!in->world->stones_of)
        return ERR_OK;
    enum err result = rules_load(in, "yield", &yield, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    out->found_mct = record_number(&yield, "diamond_mct");
    out->found_stones = record_number(&yield, "stones");
    record_done(&yield);
    return in->world->stones_of(in->world->arg, record_number(in->record, "yield"), in->id, &out->others_mct,
                                &out->others_stones, e);
}

enum err ask_stone_weight(const struct rule *rule, const struct rule_input *in, struct findings *out,
                          struct errctx *e)
{
    struct taken t;
    if (load_taken(in, &t, e) != ERR_OK)
        return e->kind;
    int64_t sum = t.others_mct + record_number(in->record, "diamond_mct");
    if (t.found_mct == 0 || sum <= rules_with_tolerance(in, t.found_mct))
        return ERR_OK;
    char words[RULE_WORDS_BYTES];
    char all[RULE_WORDS_BYTES];
    char found[RULE_WORDS_BYTES];
    rules_say(out, rule, "%s brings the stones of the return to %s ct, above the %s ct found",
              rules_words(in, "diamond_mct", words), rules_decimal(sum, 3, all),
              rules_decimal(t.found_mct, 3, found));
    return ERR_OK;
}

enum err ask_stone_count(const struct rule *rule, const struct rule_input *in, struct findings *out,
                         struct errctx *e)
{
    struct taken t;
    if (load_taken(in, &t, e) != ERR_OK)
        return e->kind;
    int64_t sum = t.others_stones + record_number(in->record, "stones");
    char words[RULE_WORDS_BYTES];
    if (t.found_stones > 0 && sum > t.found_stones)
        rules_say(out, rule, "%s brings the stones of the return to %" PRId64 ", above the %" PRId64 " found",
                  rules_words(in, "stones", words), sum, t.found_stones);
    return ERR_OK;
}

/* The stones of one return may lie in one bag; a bag of another return was opened or its number mistyped. */
enum err ask_stone_seal(const struct rule *rule, const struct rule_input *in, struct findings *out,
                        struct errctx *e)
{
    const char *seal = record_text(in->record, "seal_no");
    int64_t other = 0;
    if (!seal || !in->world->same_text || !in->world->load)
        return ERR_OK;
    if (in->world->same_text(in->world->arg, ENTITY_STONE, "seal_no", seal, in->id, &other, e) != ERR_OK)
        return e->kind;
    struct record stone;
    if (other == 0)
        return ERR_OK;
    if (in->world->load(in->world->arg, ENTITY_STONE, other, &stone, e) != ERR_OK)
        return e->kind;
    char words[RULE_WORDS_BYTES];
    char id[IDENT_BYTES];
    if (record_number(&stone, "yield") != record_number(in->record, "yield"))
        rules_say(out, rule, "%s seals a stone of another return already, %s",
                  rules_words(in, "seal_no", words), ident_format_checked(other, id));
    record_done(&stone);
    return ERR_OK;
}
