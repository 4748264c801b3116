/* Worlds of zones, days, rivers, and of a district beside itself. */
#include "app/registry/store/inside.h"
#include "tests/lib/test.h"
#include "tests/unit/nation.h"

static void returns_of_a_day(struct nation *w, int n)
{
    int64_t l = nation_licence(w);
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = n, .stones = 2, .mct = 230});
}

static void under_no_licence_of_the_day(struct nation *w, int n)
{
    int64_t l = nation_licence_of(w, "aml", "diamond", n ? "2026-11-01" : "2025-07-01");
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = 60, .stones = 2, .mct = 230});
}

#define BANNED "SL-E-KAILAHUN"

static void found_in_a_zone(struct nation *w, int banned)
{
    w->district = banned ? BANNED : "SL-E-KONO";
    (void)nation_works(w,
                       (struct nation_work){.licence = nation_licence(w), .ago = 5, .stones = 2, .mct = 230});
}

static void nil_in_a_banned_zone(struct nation *w, int n)
{
    (void)n;
    w->district = BANNED;
    (void)nation_works(w, (struct nation_work){.licence = nation_licence(w), .ago = 5});
}

static void sold_out_of_a_zone(struct nation *w, int banned)
{
    w->district = banned ? BANNED : "SL-E-KONO";
    (void)nation_sells(w, nation_licence(w), 5, 230, 4600);
}

/* --- a river: 120 stones at each of two sites of it, those downstream N percent as heavy */
static void stones_along(struct nation *w, int percent)
{
    for (int i = 0; i < 2; i++) {
        int64_t l = nation_licence(w);
        int64_t site =
            nation_write(w,
                         ADD "\"site\",\"v\":{\"name\":\"Pit %d\",\"licence\":\"%s\",\"district\":\"%s\","
                             "\"river\":\"R%d\",\"lat_udeg\":%d,\"lon_udeg\":-11000000}}",
                         i, nation_id(l), w->district, percent, 8400000 + i * 90000);
        (void)nation_works(w, (struct nation_work){.licence = l,
                                                   .site = site,
                                                   .ago = 10,
                                                   .diggers = 49,
                                                   .stones = 120,
                                                   .mct = i ? 120 * percent : 12000});
    }
}

void nation_replace_codes(struct nation *w)
{
    static const char zones[] = "code,district,valid_from,valid_to,status,source\n"
                                "z," BANNED ",2026-01-01,2026-12-31,not_compliant,KP-CORE\n";
    static const char rivers[] = "code,river,place_m,lat_udeg,lon_udeg,source\n"
                                 "a1,R200,0,8400000,-11000000,KP-CORE\n"
                                 "a2,R200,20000,8580000,-11000000,KP-CORE\n"
                                 "b1,R201,0,8400000,-11000000,KP-CORE\n"
                                 "b2,R201,20000,8580000,-11000000,KP-CORE\n";
    struct errctx e;
    assert_ok(registry_store_replace_file(w->m.store, "zone", zones, MINISTRY_NOW, &e));
    assert_ok(registry_store_replace_file(w->m.store, "river", rivers, MINISTRY_NOW, &e));
}

/* --- a district beside itself */

static void district_with_hub(struct nation *w, int times)
{
    for (int i = 0; i < 24; i++) {
        int64_t l = nation_licence(w);
        int mct = (i == 3 ? times : 1) * (300 << (i * 7 % 5));
        (void)nation_works(
            w, (struct nation_work){.licence = l, .ago = 12, .diggers = 49, .stones = 40, .mct = mct});
        (void)nation_sells(w, l, 3, mct, mct * 20);
    }
}

static void few_licences_and_a_large_one(struct nation *w, int licences)
{
    for (int i = 0; i < licences; i++) {
        int64_t l = nation_licence(w);
        int mct = i == 2 ? 30000 : 800 + 31 * i;
        (void)nation_works(
            w, (struct nation_work){.licence = l, .ago = 12, .diggers = 49, .stones = 40, .mct = mct});
        (void)nation_sells(w, l, 3, mct, mct * 20);
    }
}

/* 120 stones of one licence and of others, N of a hundred of its own heavy. */
static void stones_of_sizes(struct nation *w, int heavy)
{
    for (int k = 0; k < 2; k++) {
        int64_t l = nation_licence(w);
        int64_t yield = nation_works(
            w, (struct nation_work){.licence = l, .ago = 10, .diggers = 49, .stones = 120, .mct = 40000});
        (void)nation_sells(w, l, 3, 40000, 800000);
        for (int i = 0; i < 120; i++) {
            int each = i * 100 / 120 < (k == 0 ? heavy : 20) ? 900 : 150;
            (void)nation_write(w,
                               ADD "\"stone\",\"v\":{\"yield\":\"%s\",\"kind\":\"stone\",\"stones\":1,"
                                   "\"diamond_mct\":%d}}",
                               nation_id(yield), each);
        }
    }
}

/* 150 ct at 200 USD in the first half-year, and at N USD in this one. */
static void price_of(struct nation *w, int usd)
{
    int64_t l = nation_licence(w);
    (void)nation_works(
        w, (struct nation_work){.licence = l, .ago = 300, .diggers = 49, .stones = 90, .mct = 300000});
    (void)nation_sells(w, l, 190, 150000, 150 * 20000);
    (void)nation_sells(w, l, 30, 150000, 150 * usd * 100);
}

static void price_of_little(struct nation *w, int usd)
{
    int64_t l = nation_licence(w);
    (void)nation_works(
        w, (struct nation_work){.licence = l, .ago = 300, .diggers = 49, .stones = 90, .mct = 300000});
    (void)nation_sells(w, l, 190, 90000, 90 * 20000);
    (void)nation_sells(w, l, 30, 90000, 90 * usd * 100);
}

/* clang-format off */
const struct nation_row NATION_PLACES[NATION_PLACES_COUNT] = {
    {"tomorrow_may_have_begun_elsewhere", "yield.clock", returns_of_a_day, -1, false},
    {"a_day_that_had_not_come_is_asked_about", "yield.clock", returns_of_a_day, -2, true},
    {"work_under_a_valid_licence_is_lawful", "yield.licence_valid", under_no_licence_of_the_day, 0, false},
    {"work_before_the_licence_is_asked_about_here_too", "yield.licence_valid", under_no_licence_of_the_day, 1, true},
    {"finds_in_a_zone_under_a_ban_are_asked_about", "yield.ban", found_in_a_zone, 1, true},
    {"finds_elsewhere_are_not", "yield.ban", found_in_a_zone, 0, false},
    {"who_finds_nothing_breaks_no_ban", "yield.ban", nil_in_a_banned_zone, 0, false},
    {"sales_out_of_a_zone_under_a_ban_are_asked_about", "sale.ban", sold_out_of_a_zone, 1, true},
    {"sales_elsewhere_are_not", "sale.ban", sold_out_of_a_zone, 0, false},
    {"stones_may_be_twice_as_heavy_downstream", "site.downstream", stones_along, 200, false},
    {"stones_that_are_heavier_downstream_are_asked_about", "site.downstream", stones_along, 201, true},
    {"a_tenth_of_a_district_is_no_hub", "licence.hub", district_with_hub, 8, false},
    {"a_sixth_of_a_district_of_24_licences_is_one", "licence.hub", district_with_hub, 15, true},
    {"among_few_licences_somebody_is_large", "licence.hub", few_licences_and_a_large_one, 19, false},
    {"stones_of_the_sizes_of_the_district_fit", "licence.sizes", stones_of_sizes, 26, false},
    {"stones_of_other_sizes_are_for_an_expert", "licence.sizes", stones_of_sizes, 60, true},
    {"a_price_may_rise_by_40_percent", "licence.price_moves", price_of, 280, false},
    {"a_price_that_rises_more_is_asked_about", "licence.price_moves", price_of, 281, true},
    {"a_price_may_fall_by_40_percent", "licence.price_moves", price_of, 120, false},
    {"a_price_that_falls_more_is_asked_about", "licence.price_moves", price_of, 119, true},
    {"a_price_of_less_than_100_ct_says_little", "licence.price_moves", price_of_little, 600, false},
};
/* clang-format on */
