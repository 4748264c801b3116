/* Worlds of what licences return, keep and sell over time. N is what the row says of them. */
#include "tests/unit/nation.h"

static void sold_beside_found(struct nation *w, int sold_mct)
{
    int64_t l = nation_licence(w);
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = 20, .stones = 9, .mct = 1000});
    (void)nation_sells(w, l, 10, sold_mct, 20000);
}

static void found_and_kept(struct nation *w, int mct)
{
    int64_t l = nation_licence(w);
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = 20, .stones = 9, .mct = mct});
    (void)nation_sells(w, l, 10, 1000, 20000);
}

/* 1.5 ct that were found so many days ago, of which nothing is sold. */
static void kept_for(struct nation *w, int days)
{
    int64_t l = nation_licence(w);
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = days, .stones = 9, .mct = 1500});
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = 1});
}

static void little_kept_for_long(struct nation *w, int mct)
{
    int64_t l = nation_licence(w);
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = 140, .stones = 3, .mct = mct});
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = 1});
}

static void silent_for(struct nation *w, int days)
{
    (void)nation_works(w, (struct nation_work){.licence = nation_licence(w), .ago = days});
}

static void silent_while_washing(struct nation *w, int days)
{
    int64_t l = nation_licence(w);
    (void)nation_write(
        w,
        ADD "\"site\",\"v\":{\"name\":\"Pit\",\"licence\":\"%s\",\"district\":\"%s\",\"state\":\"washing\"}}",
        nation_id(l), w->district);
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = days});
}

static void silent_to_trade(struct nation *w, int days)
{
    (void)nation_works(
        w, (struct nation_work){.licence = nation_licence_of(w, "dealer", "diamond", "2025-07-01"),
                                .ago = days});
}

static void period_and_day(struct nation *w, int ago)
{
    int64_t l = nation_licence(w);
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = 5, .days = 3});
    w->writer = 1;
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = ago});
}

static void same_day_elsewhere(struct nation *w, int n)
{
    (void)n;
    int64_t l = nation_licence(w);
    int64_t site =
        nation_write(w, ADD "\"site\",\"v\":{\"name\":\"Pit\",\"licence\":\"%s\",\"district\":\"%s\"}}",
                     nation_id(l), w->district);
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = 5});
    (void)nation_works(w, (struct nation_work){.licence = l, .site = site, .ago = 5});
}

static void same_weight_running(struct nation *w, int times)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < times; i++)
        (void)nation_works(w, (struct nation_work){.licence = l, .ago = 20 - i, .stones = 2, .mct = 250});
}

static void same_weight_with_a_gap(struct nation *w, int n)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < n; i++)
        (void)nation_works(
            w, (struct nation_work){.licence = l, .ago = 20 - i - (i > 1), .stones = 2, .mct = 250});
}

static void nil_running(struct nation *w, int times)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < times; i++)
        (void)nation_works(w, (struct nation_work){.licence = l, .ago = 1 + i});
}

/* Ten diggers over so many days of the fourth quarter, found MCT a day in all. */
static void mean_of(struct nation *w, int days, int mct, const char *activity)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < days; i++)
        (void)nation_works(w, (struct nation_work){.licence = l,
                                                   .ago = 2 + i,
                                                   .diggers = 10,
                                                   .stones = 1 + i % 3,
                                                   .mct = mct - 10 + i % 21,
                                                   .activity = activity});
    (void)nation_sells(w, l, 1, days * mct, 1000);
}

static void rich(struct nation *w, int mct)
{
    mean_of(w, 25, mct, "washing");
}

/* Wrong, but an entry can say it: the mean of nobody is asked about by no rule. */
static void rich_without_people(struct nation *w, int days)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < days; i++)
        (void)nation_works(
            w, (struct nation_work){
                   .licence = l, .ago = 5 + i, .diggers = NATION_NOBODY, .stones = 3, .mct = 500 + i});
    (void)nation_sells(w, l, 1, days * 500, days * 10000);
}

static void rich_for(struct nation *w, int days)
{
    mean_of(w, days, 800, "washing");
}

/* One find of 0.02 ct in so many days of ten diggers' washing. */
static void poor(struct nation *w, int days)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < days; i++)
        (void)nation_works(
            w, (struct nation_work){.licence = l, .ago = 2 + i, .diggers = 10, .stones = i == 0, .mct = 20});
}

/* Forty days with a stone each but for N. */
static void nil_days(struct nation *w, int nil)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < 40; i++)
        (void)nation_works(
            w, (struct nation_work){.licence = l, .ago = 1 + i, .stones = i >= nil, .mct = 97 + 7 * i});
}

/* Rich ground: with three stones a day chance gives hardly a day without. */
static void rich_without_nil(struct nation *w, int days)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < days; i++)
        (void)nation_works(w,
                           (struct nation_work){.licence = l, .ago = 1 + i, .stones = 3, .mct = 197 + 7 * i});
}

static void nothing_but_nil(struct nation *w, int days)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < days; i++)
        (void)nation_works(w, (struct nation_work){.licence = l, .ago = 1 + i});
}

static void nothing_but_nil_by_four(struct nation *w, int days)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < days; i++)
        (void)nation_works(w, (struct nation_work){.licence = l, .ago = 1 + i, .diggers = 4});
}

static void nothing_but_nil_while_stripping(struct nation *w, int days)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < days; i++)
        (void)nation_works(w, (struct nation_work){.licence = l, .ago = 1 + i, .activity = "stripping"});
}

static void nothing_but_nil_in_gold(struct nation *w, int days)
{
    int64_t l = nation_licence_of(w, "aml", "gold", "2025-07-01");
    for (int i = 0; i < days; i++)
        (void)nation_works(w, (struct nation_work){.licence = l, .ago = 1 + i});
}

/* Fifty weights of which N end in 0 or 5, and the others in all other digits by turns. */
static void ends_in_0_or_5(struct nation *w, int n)
{
    static const int others[] = {1, 2, 3, 4, 6, 7, 8, 9};
    int64_t l = nation_licence(w);
    for (int i = 0; i < 50; i++)
        (void)nation_works(
            w, (struct nation_work){.licence = l,
                                    .ago = 1 + 2 * i,
                                    .diggers = 40,
                                    .stones = 2,
                                    .mct = 100 * (1 + i % 7) + 10 * (i < n ? i % 2 * 5 : others[i % 8])});
}

static void ends_in_one_digit(struct nation *w, int n)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < 50; i++)
        (void)nation_works(w, (struct nation_work){.licence = l,
                                                   .ago = 1 + 2 * i,
                                                   .diggers = 40,
                                                   .stones = 2,
                                                   .mct = 100 * (1 + i % 7) + 10 * (i < n         ? 7
                                                                                    : i % 10 == 7 ? 8
                                                                                                  : i % 10)});
}

/* Small stones are weighed in few hundredths, whose last digit is their first. */
static void small_stones_alike(struct nation *w, int n)
{
    int64_t l = nation_licence(w);
    for (int i = 0; i < n; i++)
        (void)nation_works(
            w, (struct nation_work){.licence = l, .ago = 1 + 2 * i, .diggers = 40, .stones = 1, .mct = 50});
}

/* clang-format off */
const struct nation_row NATION_RETURNS[NATION_RETURNS_COUNT] = {
    {"a_licence_that_sells_what_it_found_is_in_balance", "licence.balance", sold_beside_found, 1000, false},
    {"scales_may_differ_by_two_hundredths_of_a_carat", "licence.balance", sold_beside_found, 1020, false},
    {"a_licence_that_sells_more_than_it_found_is_asked_about", "licence.balance", sold_beside_found, 1021, true},
    {"stock_of_20_ct_is_usual", "licence.stock", found_and_kept, 21000, false},
    {"stock_of_more_is_asked_about", "licence.stock", found_and_kept, 21001, true},
    {"stock_may_lie_for_90_days", "licence.stock_old", kept_for, 90, false},
    {"stock_that_lies_longer_is_asked_about", "licence.stock_old", kept_for, 91, true},
    {"less_than_a_carat_may_lie_for_long", "licence.stock_old", little_kept_for_long, 999, false},
    {"a_licence_may_be_silent_for_30_days", "licence.silence", silent_for, 30, false},
    {"longer_silence_is_asked_about", "licence.silence", silent_for, 31, true},
    {"a_washing_licence_may_be_silent_for_7_days", "licence.silence", silent_while_washing, 7, false},
    {"longer_silence_while_washing_is_asked_about", "licence.silence", silent_while_washing, 8, true},
    {"a_dealer_makes_no_returns", "licence.silence", silent_to_trade, 100, false},
    {"a_day_beside_a_period_is_no_overlap", "yield.overlaps", period_and_day, 4, false},
    {"a_day_in_a_period_of_another_laptop_overlaps", "yield.overlaps", period_and_day, 7, true},
    {"the_same_day_at_another_site_is_no_overlap", "yield.overlaps", same_day_elsewhere, 0, false},
    {"two_days_alike_happen", "yield.identical", same_weight_running, 2, false},
    {"three_days_alike_are_asked_about", "yield.identical", same_weight_running, 3, true},
    {"three_alike_with_a_day_between_happen", "yield.identical", same_weight_with_a_gap, 3, false},
    {"days_of_nil_are_never_copies", "yield.identical", nil_running, 12, false},
    {"a_twentieth_of_a_carat_a_day_each_is_the_most_that_is_usual", "licence.mean_high", rich, 500, false},
    {"more_over_a_quarter_is_asked_about", "licence.mean_high", rich, 520, true},
    {"finds_by_nobody_have_no_mean", "licence.mean_high", rich_without_people, 25, false},
    {"a_few_good_days_are_luck", "licence.mean_high", rich_for, 19, false},
    {"twenty_good_days_are_asked_about", "licence.mean_high", rich_for, 20, true},
    {"little_over_few_days_is_usual", "licence.mean_low", poor, 19, false},
    {"next_to_nothing_over_twenty_days_is_asked_about", "licence.mean_low", poor, 21, true},
    {"as_many_nil_days_as_chance_gives_are_usual", "licence.few_nil", nil_days, 15, false},
    {"somewhat_fewer_are_chance", "licence.few_nil", nil_days, 11, false},
    {"no_nil_day_in_forty_is_asked_about", "licence.few_nil", nil_days, 0, true},
    {"many_nil_days_are_never_asked_about", "licence.few_nil", nil_days, 35, false},
    {"rich_ground_has_no_nil_days", "licence.few_nil", rich_without_nil, 40, false},
    {"nothing_at_all_is_no_low_mean", "licence.mean_low", nothing_but_nil, 40, false},
    {"59_days_of_nil_are_bad_luck", "licence.only_nil", nothing_but_nil, 59, false},
    {"60_days_of_nil_ask_for_a_visit", "licence.only_nil", nothing_but_nil, 60, true},
    {"four_people_may_find_nothing", "licence.only_nil", nothing_but_nil_by_four, 80, false},
    {"who_strips_finds_nothing", "licence.only_nil", nothing_but_nil_while_stripping, 80, false},
    {"who_digs_gold_finds_no_diamonds", "licence.only_nil", nothing_but_nil_in_gold, 80, false},
    {"nearly_half_of_the_weights_may_end_in_0_or_5", "licence.digits", ends_in_0_or_5, 24, false},
    {"more_of_them_are_asked_about", "licence.digits", ends_in_0_or_5, 26, true},
    {"a_quarter_may_end_alike", "licence.digits", ends_in_one_digit, 12, false},
    {"more_that_end_alike_are_asked_about", "licence.digits", ends_in_one_digit, 13, true},
    {"small_stones_weigh_alike", "licence.digits", small_stones_alike, 60, false},
};
/* clang-format on */
