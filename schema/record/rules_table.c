#include "schema/base/words.h"
#include "schema/record/rules_parts.h"

/*
 * Every rule, in the order in which findings are told: what cannot be, then what is asked, then what the
 * ministry sees. Limits in words are the defaults of threshold.csv; a country's own stand in its profile.
 */
/* clang-format off */
const struct rule RULES[] = {
    /* --- diggers */
    {"digger.minor", ENTITY_DIGGER, LEVEL_BLOCK, "birth", N_("a person on the register is 18 or older"), "BR-SUM", .judge = judge_person_minor},
    {"digger.own_duplicate", ENTITY_DIGGER, LEVEL_BLOCK, "duplicate_of", N_("nobody is a duplicate of the same record"), "logic", .judge = judge_person_own_duplicate},
    {"digger.old", ENTITY_DIGGER, LEVEL_CONFIRM, "birth", N_("hardly anybody at a pit is older than 90"), "default", .judge = judge_person_old},
    {"digger.card_twice", ENTITY_DIGGER, LEVEL_CONFIRM, "card_no", N_("a card has one holder"), "KP-CORE", .ask = ask_same_text},
    {"digger.paper_twice", ENTITY_DIGGER, LEVEL_CONFIRM, "id_no", N_("the same paper means the same person"), "logic", .ask = ask_person_paper},
    {"digger.person_twice", ENTITY_DIGGER, LEVEL_CONFIRM, "full_name", N_("one name, village and birth are of one person"), "logic", .ask = ask_person_twice},
    {"digger.minor_unsure", ENTITY_DIGGER, LEVEL_FLAG, "birth", N_("a person who is younger than 18 by a doubtful clock"), "BR-SUM", .judge = judge_person_minor_unsure},

    /* --- cooperatives */
    {"cooperative.period", ENTITY_COOPERATIVE, LEVEL_BLOCK, "valid_to", N_("an approval does not end before its date"), "logic", .judge = judge_coop_period},
    {"cooperative.approval_twice", ENTITY_COOPERATIVE, LEVEL_CONFIRM, "approval_no", N_("an approval is of one cooperative"), "logic", .ask = ask_same_text},
    {"cooperative.future", ENTITY_COOPERATIVE, LEVEL_CONFIRM, "approved_on", N_("an approval is not given in the future"), "logic", .judge = judge_future},

    /* --- licences */
    {"licence.holder", ENTITY_LICENCE, LEVEL_BLOCK, "holder", N_("a licence has a person or a cooperative, not both"), "KP-CORE", .judge = judge_licence_holder},
    {"licence.period", ENTITY_LICENCE, LEVEL_BLOCK, "valid_to", N_("validity does not end before it begins"), "logic", .judge = judge_licence_period},
    {"licence.renews_itself", ENTITY_LICENCE, LEVEL_BLOCK, "renews", N_("a licence does not renew itself"), "logic", .judge = judge_licence_renews},
    {"licence.number_twice", ENTITY_LICENCE, LEVEL_BLOCK, "licence_no", N_("a number belongs to one licence and its renewals"), "KP-CORE", .ask = ask_licence_number},
    {"licence.issued", ENTITY_LICENCE, LEVEL_CONFIRM, "issued_on", N_("a licence is issued before its last day"), "logic", .judge = judge_licence_issued},
    {"licence.issued_early", ENTITY_LICENCE, LEVEL_CONFIRM, "issued_on", N_("licences of before 2003, when the scheme began, have run out"), "KP-CORE", .judge = judge_early},
    {"licence.issued_future", ENTITY_LICENCE, LEVEL_CONFIRM, "issued_on", N_("a licence is not issued in the future"), "logic", .judge = judge_future},
    {"licence.term", ENTITY_LICENCE, LEVEL_CONFIRM, "valid_to", N_("validity is no longer than the law gives (10 years where it is not known)"), "default, CI-LAW, AO-LS", .judge = judge_licence_term},
    {"licence.area", ENTITY_LICENCE, LEVEL_CONFIRM, "area_m2", N_("the area is of a size that the law gives (up to 200 km2 where it is not known)"), "SL-ACT, CI-LAW, GN-PARC, AO-CS", .judge = judge_licence_area},

    /* --- sites */
    {"site.pair", ENTITY_SITE, LEVEL_BLOCK, "lat_udeg", N_("latitude and longitude are given together"), "logic", .judge = judge_site_pair},
    {"site.zero", ENTITY_SITE, LEVEL_BLOCK, "lat_udeg", N_("0, 0 is no position"), "logic", .judge = judge_site_zero},
    {"site.swapped", ENTITY_SITE, LEVEL_BLOCK, "lat_udeg", N_("latitude and longitude are not swapped"), "logic", .judge = judge_site_swapped},
    {"site.outside", ENTITY_SITE, LEVEL_BLOCK, "lat_udeg", N_("a site lies in the country"), "logic", .judge = judge_site_outside},
    {"site.period", ENTITY_SITE, LEVEL_BLOCK, "closed_on", N_("work does not end before it began"), "logic", .judge = judge_site_period},
    {"site.future", ENTITY_SITE, LEVEL_CONFIRM, "opened_on", N_("work did not begin in the future"), "logic", .judge = judge_future},
    {"site.depth", ENTITY_SITE, LEVEL_FLAG, "depth_dm", N_("a pit is no deeper than is safe (10 m)"), "SL-ACT, CI-SOD", .judge = judge_site_depth},

    /* --- crews */
    {"crew.period", ENTITY_CREW, LEVEL_BLOCK, "to_on", N_("nobody leaves before joining"), "logic", .judge = judge_crew_period},
    {"crew.shares", ENTITY_CREW, LEVEL_BLOCK, "share_bp", N_("the shares of a licence are no more than 100 percent on any day"), "logic", .ask = ask_crew_shares},

    /* --- yields */
    {"yield.order", ENTITY_YIELD, LEVEL_BLOCK, "date_to", N_("a period does not end before it begins"), "logic", .judge = judge_yield_order},
    {"yield.period", ENTITY_YIELD, LEVEL_BLOCK, "date_to", N_("a return covers at most 31 days"), "CAR-22", .judge = judge_yield_period},
    {"yield.nothing_given", ENTITY_YIELD, LEVEL_BLOCK, "outcome", N_("outcome yield has stones, a weight or gold"), "logic", .judge = judge_yield_nothing_given},
    {"yield.something_given", ENTITY_YIELD, LEVEL_BLOCK, "outcome", N_("outcomes nil and not_worked have no stones and no weight"), "logic", .judge = judge_yield_something_given},
    {"yield.women", ENTITY_YIELD, LEVEL_BLOCK, "women", N_("women are counted among the diggers"), "logic", .judge = judge_yield_women},
    {"yield.count", ENTITY_YIELD, LEVEL_BLOCK, "stones", N_("diamonds have a number and a weight"), "logic", .judge = judge_yield_count},
    {"yield.split", ENTITY_YIELD, LEVEL_BLOCK, "diamond_mct", N_("gem, near gem and industrial make the whole weight"), "logic", .judge = judge_yield_split},
    {"yield.stone_light", ENTITY_YIELD, LEVEL_BLOCK, "diamond_mct", N_("a single stone weighs 0.01 ct or more"), "KP-CORE", .judge = judge_stone_light},
    {"yield.stone_most", ENTITY_YIELD, LEVEL_BLOCK, "diamond_mct", N_("no single stone weighs more than 1,000 ct"), "SL-BIG", .judge = judge_stone_most},
    {"yield.grade_noted", ENTITY_YIELD, LEVEL_BLOCK, "gravel_l", N_("more than 10 ct in a cubic metre of gravel needs a note"), "BR-GRADE", .judge = judge_yield_grade_noted},
    {"yield.overlap", ENTITY_YIELD, LEVEL_BLOCK, "date_from", N_("a licence and site have one return for a day"), "logic", .ask = ask_yield_overlap},
    {"yield.future", ENTITY_YIELD, LEVEL_CONFIRM, "date_to", N_("a return is not of the future"), "logic", .judge = judge_future},
    {"yield.early", ENTITY_YIELD, LEVEL_CONFIRM, "date_from", N_("a return is not of before 2003, when the scheme began"), "KP-CORE", .judge = judge_early},
    {"yield.nobody", ENTITY_YIELD, LEVEL_CONFIRM, "diggers", N_("somebody was at work when something was found"), "logic", .judge = judge_yield_nobody},
    {"yield.diggers", ENTITY_YIELD, LEVEL_CONFIRM, "diggers", N_("a team has no more than 50 people"), "GEM-24, CAR-IPIS, AO-CS", .judge = judge_yield_diggers},
    {"yield.hours", ENTITY_YIELD, LEVEL_CONFIRM, "hours_dh", N_("a day has at most 16 hours of work"), "SL-WAGE", .judge = judge_yield_hours},
    {"yield.stone_large", ENTITY_YIELD, LEVEL_CONFIRM, "diamond_mct", N_("a single stone above 10.8 ct is rare"), "GEM-24", .judge = judge_stone_large},
    {"yield.stone_witness", ENTITY_YIELD, LEVEL_CONFIRM, "witness", N_("a single stone above 50 ct was seen by a witness"), "GEM-24", .judge = judge_yield_witness},
    {"yield.mean", ENTITY_YIELD, LEVEL_CONFIRM, "diamond_mct", N_("stones weigh 0.02 to 5 ct each"), "FP-JEQ, GN-SIZE", .judge = judge_parcel_mean},
    {"yield.per_digger", ENTITY_YIELD, LEVEL_CONFIRM, "diamond_mct", N_("a digger finds no more than 1 ct a day"), "NUM-DDI", .judge = judge_yield_per_digger},
    {"yield.gang", ENTITY_YIELD, LEVEL_CONFIRM, "diamond_mct", N_("a team finds no more than 5 ct a day without a stone above 2 ct"), "NUM-DDI", .judge = judge_yield_gang},
    {"yield.grade", ENTITY_YIELD, LEVEL_CONFIRM, "gravel_l", N_("a cubic metre of gravel holds no more than 2 ct"), "BR-GRADE", .judge = judge_yield_grade},
    {"yield.gravel", ENTITY_YIELD, LEVEL_CONFIRM, "gravel_l", N_("a digger washes no more than 3 m3 a day by hand"), "default, DI-BARGE", .judge = judge_yield_gravel},
    {"yield.usual", ENTITY_YIELD, LEVEL_CONFIRM, "diamond_mct", N_("ten times the licence's usual weight is often a slipped decimal mark"), "default", .ask = ask_yield_usual},
    {"yield.gold_per_digger", ENTITY_YIELD, LEVEL_CONFIRM, "gold_mg", N_("a digger finds no more than 5 g of gold a day"), "CAR-IPIS", .judge = judge_yield_gold_per_digger},
    {"yield.gold_site", ENTITY_YIELD, LEVEL_CONFIRM, "gold_mg", N_("a team finds no more than 500 g of gold a day"), "CAR-IPIS", .judge = judge_yield_gold_site},
    {"yield.fineness", ENTITY_YIELD, LEVEL_CONFIRM, "fineness", N_("raw gold is 700 to 999 per mille fine"), "GN-GOLD", .judge = judge_yield_fineness},
    {"yield.site_licence", ENTITY_YIELD, LEVEL_CONFIRM, "site", N_("the site belongs to the licence"), "logic", .ask = ask_yield_site_licence},
    {"yield.licence_kind", ENTITY_YIELD, LEVEL_CONFIRM, "licence", N_("the licence is one to dig under, not one to trade or a card"), "KP-CORE", .ask = ask_yield_licence_kind},
    {"yield.future_unsure", ENTITY_YIELD, LEVEL_FLAG, "date_to", N_("a return of the future by a doubtful clock"), "logic", .judge = judge_future_unsure},
    {"yield.late", ENTITY_YIELD, LEVEL_FLAG, "date_to", N_("a return is entered within 90 days"), "default", .judge = judge_late},
    {"yield.mean_unusual", ENTITY_YIELD, LEVEL_FLAG, "diamond_mct", N_("ten stones or more weigh 0.05 to 1 ct each"), "FP-JEQ, BR-GRADE, GN-SIZE", .judge = judge_parcel_unusual},
    {"yield.licence_valid", ENTITY_YIELD, LEVEL_FLAG, "date_to", N_("the licence is valid on every day of the return"), "LR-53", .ask = ask_licence_valid},
    {"yield.licence_status", ENTITY_YIELD, LEVEL_FLAG, "date_to", N_("the licence is granted and neither suspended nor revoked"), "LR-53, AO-LOSE", .ask = ask_licence_status},
    {"yield.workers", ENTITY_YIELD, LEVEL_FLAG, "diggers", N_("no more people work than the licence allows"), "AO-CS", .ask = ask_yield_workers},
    {"yield.zone", ENTITY_YIELD, LEVEL_FLAG, "site", N_("diamonds come from zones that comply with the Kimberley Process"), "CAR-FW", .ask = ask_yield_zone},

    /* --- stones */
    {"stone.single", ENTITY_STONE, LEVEL_BLOCK, "stones", N_("a single stone is one"), "logic", .judge = judge_stone_single},
    {"stone.light", ENTITY_STONE, LEVEL_BLOCK, "diamond_mct", N_("a single stone weighs 0.01 ct or more"), "KP-CORE", .judge = judge_stone_light},
    {"stone.most", ENTITY_STONE, LEVEL_BLOCK, "diamond_mct", N_("no single stone weighs more than 1,000 ct"), "SL-BIG", .judge = judge_stone_most},
    {"stone.found", ENTITY_STONE, LEVEL_BLOCK, "yield", N_("a stone comes from a return with diamonds"), "logic", .ask = ask_stone_found},
    {"stone.seal_twice", ENTITY_STONE, LEVEL_BLOCK, "seal_no", N_("a seal closes the stones of one return"), "GEM-WWD", .ask = ask_stone_seal},
    {"stone.large", ENTITY_STONE, LEVEL_CONFIRM, "diamond_mct", N_("a single stone above 10.8 ct is rare"), "GEM-24", .judge = judge_stone_large},
    {"stone.witness", ENTITY_STONE, LEVEL_CONFIRM, "yield", N_("a single stone above 50 ct was seen by a witness"), "GEM-24", .ask = ask_stone_witness},
    {"stone.mean", ENTITY_STONE, LEVEL_CONFIRM, "diamond_mct", N_("stones weigh 0.02 to 5 ct each"), "FP-JEQ, GN-SIZE", .judge = judge_parcel_mean},
    {"stone.weight", ENTITY_STONE, LEVEL_CONFIRM, "diamond_mct", N_("the stones of a return weigh no more than it says, but for 0.02 ct or 1 percent"), "KP-CORE", .ask = ask_stone_weight},
    {"stone.count", ENTITY_STONE, LEVEL_CONFIRM, "stones", N_("the stones of a return are no more than it says"), "KP-CORE", .ask = ask_stone_count},
    {"stone.mean_unusual", ENTITY_STONE, LEVEL_FLAG, "diamond_mct", N_("ten stones or more weigh 0.05 to 1 ct each"), "FP-JEQ, BR-GRADE, GN-SIZE", .judge = judge_parcel_unusual},

    /* --- sales */
    {"sale.nothing", ENTITY_SALE, LEVEL_BLOCK, "diamond_mct", N_("a sale has diamonds or gold"), "logic", .judge = judge_sale_nothing},
    {"sale.count", ENTITY_SALE, LEVEL_BLOCK, "stones", N_("number and weight of diamonds agree"), "logic", .judge = judge_sale_count},
    {"sale.stone_light", ENTITY_SALE, LEVEL_BLOCK, "diamond_mct", N_("a single stone weighs 0.01 ct or more"), "KP-CORE", .judge = judge_stone_light},
    {"sale.stone_most", ENTITY_SALE, LEVEL_BLOCK, "diamond_mct", N_("no single stone weighs more than 1,000 ct"), "SL-BIG", .judge = judge_stone_most},
    {"sale.levy", ENTITY_SALE, LEVEL_BLOCK, "levy_minor", N_("levies are no more than the price"), "logic", .judge = judge_sale_levy},
    {"sale.before_find", ENTITY_SALE, LEVEL_BLOCK, "date", N_("nothing is sold before it is found"), "logic", .ask = ask_sale_before_find},
    {"sale.future", ENTITY_SALE, LEVEL_CONFIRM, "date", N_("a sale is not of the future"), "logic", .judge = judge_future},
    {"sale.early", ENTITY_SALE, LEVEL_CONFIRM, "date", N_("a sale is not of before 2003, when the scheme began"), "KP-CORE", .judge = judge_early},
    {"sale.stone_large", ENTITY_SALE, LEVEL_CONFIRM, "diamond_mct", N_("a single stone above 10.8 ct is rare"), "GEM-24", .judge = judge_stone_large},
    {"sale.mean", ENTITY_SALE, LEVEL_CONFIRM, "diamond_mct", N_("stones weigh 0.02 to 5 ct each"), "FP-JEQ, GN-SIZE", .judge = judge_parcel_mean},
    {"sale.usd_differs", ENTITY_SALE, LEVEL_CONFIRM, "price_usd_cents", N_("a price in US dollars is its own price in US dollars"), "logic", .judge = judge_sale_usd_differs},
    {"sale.price", ENTITY_SALE, LEVEL_CONFIRM, "price_minor", N_("the price of a carat lies in the country's band (3 to 1,000 USD where it is not known)"), "KP-16, CD-STAT, CAR-8, LR-5Y, AO-88", .judge = judge_sale_price},
    {"sale.price_single", ENTITY_SALE, LEVEL_CONFIRM, "price_minor", N_("a single stone above 2 ct costs 20 to 30,000 USD a carat"), "default", .judge = judge_sale_price_single},
    {"sale.slip_twice", ENTITY_SALE, LEVEL_CONFIRM, "slip_no", N_("a buyer's slip is used once"), "CAR-52, CAR-SMUG", .ask = ask_sale_slip},
    {"sale.balance", ENTITY_SALE, LEVEL_CONFIRM, "diamond_mct", N_("a licence sells no more than it found, but for 0.02 ct or 1 percent"), "KP-CORE", .ask = ask_sale_balance},
    {"sale.future_unsure", ENTITY_SALE, LEVEL_FLAG, "date", N_("a sale of the future by a doubtful clock"), "logic", .judge = judge_future_unsure},
    {"sale.late", ENTITY_SALE, LEVEL_FLAG, "date", N_("a sale is entered within 90 days"), "default", .judge = judge_late},
    {"sale.mean_unusual", ENTITY_SALE, LEVEL_FLAG, "diamond_mct", N_("ten stones or more weigh 0.05 to 1 ct each"), "FP-JEQ, BR-GRADE, GN-SIZE", .judge = judge_parcel_unusual},
    {"sale.usd_missing", ENTITY_SALE, LEVEL_FLAG, "price_usd_cents", N_("statistics need the price in US dollars"), "KP-CORE", .judge = judge_sale_usd_missing},
    {"sale.licence_valid", ENTITY_SALE, LEVEL_FLAG, "date", N_("the licence is valid on the day of the sale"), "KP-CORE", .ask = ask_licence_valid},
    {"sale.licence_status", ENTITY_SALE, LEVEL_FLAG, "date", N_("the licence is granted and neither suspended nor revoked"), "KP-CORE", .ask = ask_licence_status},
    {"sale.unproduced", ENTITY_SALE, LEVEL_FLAG, "diamond_mct", N_("the licence has returns with diamonds"), "CAR-SMUG", .ask = ask_sale_unproduced},

    /* --- inspections */
    {"inspection.deadline", ENTITY_INSPECTION, LEVEL_BLOCK, "deadline", N_("a deadline is not before the visit"), "logic", .judge = judge_inspection_deadline},
    {"inspection.future", ENTITY_INSPECTION, LEVEL_CONFIRM, "date", N_("a visit is not of the future"), "logic", .judge = judge_future},
    {"inspection.early", ENTITY_INSPECTION, LEVEL_CONFIRM, "date", N_("a visit is not of before 2003, when the scheme began"), "KP-CORE", .judge = judge_early},
    {"inspection.cards", ENTITY_INSPECTION, LEVEL_CONFIRM, "cards_checked", N_("cards seen and missing are no more than the people present"), "logic", .judge = judge_inspection_cards},
    {"inspection.future_unsure", ENTITY_INSPECTION, LEVEL_FLAG, "date", N_("a visit of the future by a doubtful clock"), "logic", .judge = judge_future_unsure},
    {"inspection.late", ENTITY_INSPECTION, LEVEL_FLAG, "date", N_("a visit is entered within 90 days"), "default", .judge = judge_late},
    {"inspection.children", ENTITY_INSPECTION, LEVEL_FLAG, "under_15", N_("nobody under 18 is at a pit"), "CAR-IPIS, BR-SUM", .judge = judge_inspection_children},

    /* --- officers */
    {"officer.login_twice", ENTITY_OFFICER, LEVEL_BLOCK, "login", N_("a login is of one officer"), "logic", .ask = ask_same_text},
};
/* clang-format on */

const size_t RULE_COUNT = sizeof RULES / sizeof RULES[0];
