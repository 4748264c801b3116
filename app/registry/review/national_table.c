#include "app/registry/review/national.h"
#include "schema/base/words.h"

/* clang-format off */
const struct national_rule NATIONAL_RULES[] = {
    {"digger.same_person", ENTITY_DIGGER, LEVEL_FLAG, NULL, N_("a person is registered once in the country"), "BR-SUM", national_same_person},
    {"licence.same_number", ENTITY_LICENCE, LEVEL_FLAG, "licence_no", N_("a licence number is of one licence in the country"), "logic", national_same_number},
    {"licence.balance", ENTITY_LICENCE, LEVEL_FLAG, NULL, N_("a licence sells no more than it found, but for 0.02 ct or 1 percent"), "KP-CORE", national_balance},
    {"yield.overlaps", ENTITY_LICENCE, LEVEL_FLAG, "date_from", N_("no day of a licence and site is returned twice"), "logic", national_overlap},
    {"yield.identical", ENTITY_LICENCE, LEVEL_FLAG, "diamond_mct", N_("the same count and weight on three days running are copied"), "default", national_identical},
    {"licence.silence", ENTITY_LICENCE, LEVEL_FLAG, NULL, N_("a licence is heard of every 30 days, every 7 while a site of it is washing"), "CAR-SMUG", NULL},
};
/* clang-format on */

const size_t NATIONAL_RULE_COUNT = sizeof NATIONAL_RULES / sizeof NATIONAL_RULES[0];
