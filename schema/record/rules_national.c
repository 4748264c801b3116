#include "schema/record/rules_national.h"

#include <string.h>

#include "schema/base/words.h"

/* Limits in words are the defaults of threshold.csv, as in rules_table.c. */
/* clang-format off */
const struct national_rule NATIONAL_RULES[NATIONAL_RULE_COUNT] = {
    /* --- records that are alike, wherever they were written */
    [NATIONAL_SAME_PERSON] = {"digger.same_person", ENTITY_DIGGER, NATIONAL_WHEN_RECORD, LEVEL_FLAG, NULL, N_("a person is registered once in the country"), "BR-SUM"},
    [NATIONAL_UNCONFIRMED] = {"digger.unconfirmed", ENTITY_DIGGER, NATIONAL_WHEN_DAY, LEVEL_FLAG, NULL, N_("somebody confirms every active person within a year"), "default"},
    [NATIONAL_SAME_NUMBER] = {"licence.same_number", ENTITY_LICENCE, NATIONAL_WHEN_RECORD, LEVEL_FLAG, "licence_no", N_("a licence number is of one licence in the country"), "logic"},
    [NATIONAL_SAME_SEAL] = {"stone.seal_reused", ENTITY_STONE, NATIONAL_WHEN_RECORD, LEVEL_FLAG, "seal_no", N_("a bag or seal closes the stones of one return in the country"), "GEM-WWD"},
    [NATIONAL_SAME_SLIP] = {"sale.slip_reused", ENTITY_SALE, NATIONAL_WHEN_RECORD, LEVEL_FLAG, "slip_no", N_("a buyer's slip is used once in the country"), "CAR-SMUG"},
    [NATIONAL_SIDES_DIFFER] = {"sale.sides_differ", ENTITY_SALE, NATIONAL_WHEN_RECORD, LEVEL_FLAG, "diamond_mct", N_("buyer and seller write the same on a slip, but for 0.02 ct and 2 percent of the price"), "CAR-SMUG"},
    [NATIONAL_CARD] = {"crew.card", ENTITY_CREW, NATIONAL_WHEN_RECORD, LEVEL_FLAG, "digger", N_("who works on a licence is registered, active, and has no card that has run out"), "KP-CORE"},
    [NATIONAL_BAN] = {"yield.ban", ENTITY_YIELD, NATIONAL_WHEN_RECORD, LEVEL_FLAG, "date_to", N_("no diamonds are found in a zone on days of its ban"), "CAR-FW"},
    [NATIONAL_BAN_SALE] = {"sale.ban", ENTITY_SALE, NATIONAL_WHEN_RECORD, LEVEL_FLAG, "date", N_("no diamonds are sold out of a zone on days of its ban"), "CAR-FW"},
    [NATIONAL_CLOCK] = {"yield.clock", ENTITY_YIELD, NATIONAL_WHEN_RECORD, LEVEL_FLAG, "date_to", N_("a return does not tell of days after it reached the registry"), "logic"},
    [NATIONAL_REFERENCE_DIGGER] = {"digger.reference", ENTITY_DIGGER, NATIONAL_WHEN_RECORD, LEVEL_FLAG, NULL, N_("every record that it names has reached the registry"), "logic"},
    [NATIONAL_REFERENCE_LICENCE] = {"licence.reference", ENTITY_LICENCE, NATIONAL_WHEN_RECORD, LEVEL_FLAG, NULL, N_("every record that it names has reached the registry"), "logic"},
    [NATIONAL_REFERENCE_SITE] = {"site.reference", ENTITY_SITE, NATIONAL_WHEN_RECORD, LEVEL_FLAG, NULL, N_("every record that it names has reached the registry"), "logic"},
    [NATIONAL_REFERENCE_CREW] = {"crew.reference", ENTITY_CREW, NATIONAL_WHEN_RECORD, LEVEL_FLAG, NULL, N_("every record that it names has reached the registry"), "logic"},
    [NATIONAL_REFERENCE_YIELD] = {"yield.reference", ENTITY_YIELD, NATIONAL_WHEN_RECORD, LEVEL_FLAG, NULL, N_("every record that it names has reached the registry"), "logic"},
    [NATIONAL_REFERENCE_STONE] = {"stone.reference", ENTITY_STONE, NATIONAL_WHEN_RECORD, LEVEL_FLAG, NULL, N_("every record that it names has reached the registry"), "logic"},
    [NATIONAL_REFERENCE_SALE] = {"sale.reference", ENTITY_SALE, NATIONAL_WHEN_RECORD, LEVEL_FLAG, NULL, N_("every record that it names has reached the registry"), "logic"},

    /* --- a licence's work */
    [NATIONAL_BALANCE] = {"licence.balance", ENTITY_LICENCE, NATIONAL_WHEN_LICENCE, LEVEL_FLAG, NULL, N_("a licence sells no more than it found, but for 0.02 ct or 1 percent"), "KP-CORE"},
    [NATIONAL_STOCK] = {"licence.stock", ENTITY_LICENCE, NATIONAL_WHEN_LICENCE, LEVEL_FLAG, NULL, N_("no more than 20 ct of a licence lie unsold"), "default"},
    [NATIONAL_STOCK_OLD] = {"licence.stock_old", ENTITY_LICENCE, NATIONAL_WHEN_DAY, LEVEL_FLAG, NULL, N_("no 1 ct of a licence and more lies unsold for longer than 90 days"), "default"},
    [NATIONAL_SILENCE] = {"licence.silence", ENTITY_LICENCE, NATIONAL_WHEN_DAY, LEVEL_FLAG, NULL, N_("a licence is heard of every 30 days, every 7 while a site of it is washing"), "CAR-SMUG"},
    [NATIONAL_OVERLAP] = {"yield.overlaps", ENTITY_YIELD, NATIONAL_WHEN_LICENCE, LEVEL_FLAG, "date_from", N_("no day of a licence and site is returned twice"), "logic"},
    [NATIONAL_IDENTICAL] = {"yield.identical", ENTITY_YIELD, NATIONAL_WHEN_LICENCE, LEVEL_FLAG, "diamond_mct", N_("the same count and weight on three days running are copied"), "default"},
    [NATIONAL_MEAN_HIGH] = {"licence.mean_high", ENTITY_LICENCE, NATIONAL_WHEN_LICENCE, LEVEL_FLAG, NULL, N_("a digger finds no more than 0.05 ct a day over a quarter of the year"), "NUM-DDI"},
    [NATIONAL_MEAN_LOW] = {"licence.mean_low", ENTITY_LICENCE, NATIONAL_WHEN_LICENCE, LEVEL_FLAG, NULL, N_("who finds finds 0.001 ct a digger and day or more over a quarter with 20 days of washing"), "NUM-DDI"},
    [NATIONAL_FEW_NIL] = {"licence.few_nil", ENTITY_LICENCE, NATIONAL_WHEN_LICENCE, LEVEL_FLAG, NULL, N_("days without a find are no fewer than half of what chance gives, over 30 days of washing"), "default"},
    [NATIONAL_ONLY_NIL] = {"licence.only_nil", ENTITY_LICENCE, NATIONAL_WHEN_LICENCE, LEVEL_FLAG, NULL, N_("five diggers find something in 60 days of washing; no accusation, an invitation to visit"), "default"},
    [NATIONAL_DIGITS] = {"licence.digits", ENTITY_LICENCE, NATIONAL_WHEN_LICENCE, LEVEL_FLAG, NULL, N_("of 50 weights and more, at most half end in 0 or 5 and a quarter in any one digit"), "default"},
    [NATIONAL_SIZES] = {"licence.sizes", ENTITY_LICENCE, NATIONAL_WHEN_DISTRICT, LEVEL_FLAG, NULL, N_("100 stones and more of a licence are distributed over sizes as its district's are: a question for an expert"), "FP-BEN42"},
    [NATIONAL_HUB] = {"licence.hub", ENTITY_LICENCE, NATIONAL_WHEN_DISTRICT, LEVEL_FLAG, NULL, N_("where 20 licences work, none declares more than 5 percent and 4 times its share, or 4 standard deviations above the others"), "GY-SN07"},

    /* --- places */
    [NATIONAL_DOWNSTREAM] = {"site.downstream", ENTITY_SITE, NATIONAL_WHEN_SITE, LEVEL_FLAG, NULL, N_("stones shrink downstream: 100 stones of a site have no more than twice the mean weight of those of its neighbour upstream"), "FP-SUTH"},
    [NATIONAL_PRICE] = {"licence.price_moves", ENTITY_LICENCE, NATIONAL_WHEN_DISTRICT, LEVEL_FLAG, NULL, N_("a district's average price changes by no more than 40 percent from one half-year to the next"), "KP-CORE"},
    [NATIONAL_EXPORTS] = {"licence.exports", ENTITY_LICENCE, NATIONAL_WHEN_COUNTRY, LEVEL_FLAG, NULL, N_("the country exports no more than it found and had, and no less than a tenth of what it found"), "CAR-SMUG"},
};
/* clang-format on */

const char *national_when_words(enum national_when when)
{
    switch (when) {
    case NATIONAL_WHEN_RECORD:
        return N_("record");
    case NATIONAL_WHEN_LICENCE:
        return N_("licence and half-year");
    case NATIONAL_WHEN_SITE:
        return N_("site");
    case NATIONAL_WHEN_DISTRICT:
        return N_("district and half-year");
    case NATIONAL_WHEN_COUNTRY:
        return N_("country and half-year");
    case NATIONAL_WHEN_DAY:
        return N_("each day");
    }
    return "";
}

const struct national_rule *national_rule_find(const char *id)
{
    for (size_t i = 0; i < NATIONAL_RULE_COUNT; i++) {
        if (strcmp(NATIONAL_RULES[i].id, id) == 0)
            return &NATIONAL_RULES[i];
    }
    return NULL;
}
