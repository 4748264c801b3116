/* Worlds of numbers, seals, slips, persons and teams that may be one and the same. */
#include <stdio.h>

#include "tests/unit/nation.h"

static void same_licence_number(struct nation *w, int n)
{
    static const char *const spelled[] = {"AML 91/2026", "aml-091-26", "AML 92/2026", "AML 9l/2026"};
    for (int i = 0; i < 2; i++) {
        w->writer = i;
        (void)nation_write(
            w, ADD "\"licence\",\"v\":{\"licence_no\":\"%s %s\",\"kind\":\"aml\",\"district\":\"%s\"}}",
            w->district, spelled[i == 0 ? 0 : n], w->district);
    }
}

/* Each as it would be where one of them was entered for the wrong district; the days are the same. */
static void same_licence_number_elsewhere(struct nation *w, int n)
{
    (void)n;
    for (int i = 0; i < 2; i++) {
        int64_t holder = nation_write(
            w, ADD "\"digger\",\"v\":{\"full_name\":\"H%d %s\",\"status\":\"active\"}}", i, w->district);
        (void)nation_write(
            w,
            ADD "\"licence\",\"v\":{\"licence_no\":\"E %s\",\"kind\":\"aml\",\"holder\":\"%s\","
                "\"district\":\"SL-E-%d\",\"valid_from\":\"2026-02-01\",\"valid_to\":\"2027-01-31\"}}",
            w->district, nation_id(holder), i);
    }
}

static void renewed_licence_number(struct nation *w, int n)
{
    (void)n;
    int64_t first =
        nation_write(w, ADD "\"licence\",\"v\":{\"licence_no\":\"R/%d\",\"kind\":\"aml\"}}", ++w->licences);
    (void)nation_write(w,
                       ADD "\"licence\",\"v\":{\"licence_no\":\"R/%d\",\"kind\":\"aml\",\"renews\":\"%s\"}}",
                       w->licences, nation_id(first));
}

static void same_seal(struct nation *w, int returns)
{
    int64_t l = nation_licence(w);
    int64_t yields[2];
    int number = ++w->slips;
    for (int i = 0; i < 2; i++)
        yields[i] =
            nation_works(w, (struct nation_work){.licence = l, .ago = 9 + i, .stones = 4, .mct = 400 + i});
    for (int i = 0; i < 2; i++) {
        w->writer = i;
        (void)nation_write(w,
                           ADD "\"stone\",\"v\":{\"yield\":\"%s\",\"seal_no\":\"%s\",\"kind\":\"parcel\","
                               "\"stones\":2,\"diamond_mct\":200}}",
                           nation_id(yields[returns == 2 ? i : 0]),
                           number % 2 ? (i ? "B 0017" : "b-17") : (i ? "Q1" : "q 1"));
    }
}

struct slip {
    int mct;
    int price;
    bool other_licence;
    bool other_book;
};

static void slip_twice(struct nation *w, struct slip second)
{
    int64_t l = nation_licence(w);
    int64_t l2 = nation_licence(w);
    int number = ++w->slips;
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = 20, .stones = 9, .mct = 5000});
    (void)nation_works(w, (struct nation_work){.licence = l2, .ago = 20, .stones = 9, .mct = 5001});
    for (int i = 0; i < 2; i++) {
        w->writer = i;
        (void)nation_write(
            w,
            ADD "\"sale\",\"v\":{\"slip_no\":\"T%d\",\"book_no\":\"%d\",\"date\":\"%s\",\"licence\":\"%s\","
                "\"buyer_licence_no\":\"D 7\",\"stones\":5,\"diamond_mct\":%d,\"currency\":\"USD\","
                "\"price_minor\":%d,\"price_usd_cents\":%d}}",
            number, i && second.other_book ? 2 : 1, nation_day(w, 3),
            nation_id(i && second.other_licence ? l2 : l), i ? second.mct : 1000, i ? second.price : 20000,
            i ? second.price : 20000);
    }
}

static void slip_again(struct nation *w, int n)
{
    (void)n;
    slip_twice(w, (struct slip){.mct = 1000, .price = 20000});
}

static void slip_of_another(struct nation *w, int n)
{
    (void)n;
    slip_twice(w, (struct slip){.mct = 1000, .price = 20000, .other_licence = true});
}

static void slip_of_another_book(struct nation *w, int n)
{
    (void)n;
    slip_twice(w, (struct slip){.mct = 1000, .price = 20000, .other_book = true});
}

static void slip_weighs(struct nation *w, int mct)
{
    slip_twice(w, (struct slip){.mct = mct, .price = 20000});
}

static void slip_costs(struct nation *w, int price)
{
    slip_twice(w, (struct slip){.mct = 1000, .price = price});
}

static void slip_weighs_and_costs(struct nation *w, int price)
{
    slip_twice(w, (struct slip){.mct = 1500, .price = price});
}

/* --- persons */

struct person {
    const char *name;
    const char *more;
};

static int64_t person(struct nation *w, const char *name, const char *more)
{
    return nation_write(w, ADD "\"digger\",\"v\":{\"full_name\":\"%s\",%s,\"status\":\"active\"}}", name,
                        more);
}

static const struct person PAIRS[][2] = {
    /* spellings of one name in three languages; village and birth agree */
    {{"Mohamed Jalloh", "\"birth\":\"1983\",\"village\":\"Yormandu\""},
     {"Mamadou Diallo", "\"birth\":\"1983\",\"village\":\"Yormandu\""}},
    {{"Fatmata Konteh", "\"birth\":\"1991\",\"village\":\"Jaiama\""},
     {"Fatoumata Conté", "\"birth\":\"1992\",\"village\":\"Jaiama\""}},
    {{"Ibrahim Barrie", "\"birth\":\"1978\",\"village\":\"Njala\""},
     {"Ibrahima Barry", "\"birth\":\"1978\",\"village\":\"NJALA\""}},
    {{"Sheku Camara", "\"birth\":\"1988\",\"village\":\"Tefeya\""},
     {"Sékou Kamara", "\"birth\":\"1987\",\"village\":\"Tefeya\""}},
    {{"Osman Koroma", "\"birth\":\"1994\",\"village\":\"Sewafe\""},
     {"Ousmane Kourouma", "\"birth\":\"1994\",\"village\":\"Sewafe\""}},
    {{"Suleiman Baldé", "\"birth\":\"1981\",\"village\":\"Peyima\""},
     {"Souleymane Balde", "\"birth\":\"1981\",\"village\":\"Peyima\""}},
    {{"Jose Conceicao", "\"birth\":\"1986\",\"village\":\"Lucapa\""},
     {"José Conceição", "\"birth\":\"1986\",\"village\":\"Lucapa\""}},
    /* 7: a name more, the parent agrees */
    {{"Tamba Aiah Sesay", "\"parent_name\":\"Kumba\",\"birth\":\"1980\",\"village\":\"Motema\""},
     {"Tamba Sesay", "\"parent_name\":\"Koumba\",\"birth\":\"1981\",\"village\":\"Gandorhun\""}},
    /* 8: the same paper, another village and another spelling */
    {{"Abu Bangura", "\"birth\":\"1979\",\"village\":\"Makeni\",\"id_type\":\"voter\",\"id_no\":\"V-00817\""},
     {"Aboubakar B.", "\"birth\":\"1982\",\"village\":\"Bo\",\"id_type\":\"voter\",\"id_no\":\"v 00817\""}},
    /* 9: a name and a village alone */
    {{"Sahr Bona", "\"village\":\"Seidu\""}, {"Sahr Bona", "\"village\":\"Seidu\""}},
    /* 10: father and son */
    {{"Komba Gborie", "\"parent_name\":\"Sahr\",\"birth\":\"1961\",\"village\":\"Manjama\""},
     {"Komba Gborie", "\"parent_name\":\"Komba\",\"birth\":\"1990\",\"village\":\"Manjama\""}},
    /* 11: brother and sister */
    {{"Finda Mansaray", "\"parent_name\":\"Aiah\",\"sex\":\"F\",\"birth\":\"1990\",\"village\":\"Kayima\""},
     {"Finda Mansaray", "\"parent_name\":\"Aiah\",\"sex\":\"M\",\"birth\":\"1990\",\"village\":\"Kayima\""}},
    /* 12: two papers of one kind */
    {{"Foday Sillah", "\"birth\":\"1984\",\"village\":\"Boajibu\",\"id_type\":\"voter\",\"id_no\":\"V-1\""},
     {"Foday Sylla", "\"birth\":\"1984\",\"village\":\"Boajibu\",\"id_type\":\"voter\",\"id_no\":\"V-2\""}},
    /* 13: another given name */
    {{"Sia Kallon", "\"parent_name\":\"Bockarie\",\"birth\":\"1984\",\"village\":\"Levuma\""},
     {"Kumba Kallon", "\"parent_name\":\"Bockarie\",\"birth\":\"1984\",\"village\":\"Levuma\""}},
    /* 14: the same day of birth, no village in common */
    {{"Aminata Turay", "\"parent_name\":\"Isata\",\"birth\":\"1985-03-17\",\"village\":\"Lunsar\""},
     {"Aminata Touré", "\"parent_name\":\"Issata\",\"birth\":\"1985-03-17\",\"village\":\"Kabala\""}},
    /* 15: six years apart */
    {{"Alusine Fofana", "\"parent_name\":\"Musa\",\"birth\":\"1981\",\"village\":\"Baoma\""},
     {"Alusine Fofana", "\"parent_name\":\"Musa\",\"birth\":\"1987\",\"village\":\"Baoma\""}},
};

static void two_persons(struct nation *w, int pair)
{
    for (int i = 0; i < 2; i++) {
        w->writer = i;
        (void)person(w, PAIRS[pair][i].name, PAIRS[pair][i].more);
    }
}

/* So many people of one name and village, born one after the other. */
static void a_common_name(struct nation *w, int people)
{
    for (int i = 0; i < people; i++) {
        char more[128];
        w->writer = i % 2;
        (void)snprintf(more, sizeof more, "\"birth\":\"%d\",\"village\":\"Village %s %d\"", 1981 + i,
                       w->district, people);
        (void)person(w, "Tamba Kamara", more);
    }
}

static void an_unconfirmed_person(struct nation *w, int days)
{
    (void)nation_write(
        w,
        "{\"at\":%lld,\"by\":\"amina\",\"op\":\"add\",\"of\":\"digger\",\"v\":{\"full_name\":\"N%d %s\","
        "\"status\":\"%s\"}}",
        (long long)(w->today - (days > 0 ? days : -days)) * 86400, ++w->slips, w->district,
        days > 0 ? "active" : "left");
}

/* --- teams */

static void worker(struct nation *w, int64_t digger, const char *until)
{
    (void)nation_write(w,
                       ADD "\"crew\",\"v\":{\"licence\":\"%s\",\"digger\":\"%s\",\"role\":\"digger\","
                           "\"from_on\":\"2026-02-01\"%s%s%s}}",
                       nation_id(nation_licence(w)), nation_id(digger), until ? ",\"to_on\":\"" : "",
                       until ? until : "", until ? "\"" : "");
}

static void voided_worker(struct nation *w, int n)
{
    (void)n;
    int64_t digger =
        nation_write(w, ADD "\"digger\",\"v\":{\"full_name\":\"W%d\",\"status\":\"active\"}}", ++w->slips);
    (void)nation_write(w,
                       "{\"at\":1795452245,\"by\":\"amina\",\"op\":\"void\",\"of\":\"digger\",\"id\":\"%s\","
                       "\"base\":\"%s\",\"why\":\"twice\"}",
                       nation_id(digger), nation_id(digger));
    worker(w, digger, NULL);
}

static void suspended_worker(struct nation *w, int n)
{
    int64_t digger = nation_write(w, ADD "\"digger\",\"v\":{\"full_name\":\"W%d\",\"status\":\"%s\"}}",
                                  ++w->slips, n ? "suspended" : "active");
    worker(w, digger, NULL);
}

/* --- what is named and never came */

static void names_nothing(struct nation *w, int n)
{
    static const char *const names[][2] = {
        {"digger", "cooperative"}, {"licence", "holder"}, {"site", "licence"}, {"crew", "digger"},
        {"yield", "licence"},      {"stone", "yield"},    {"sale", "licence"}};
    (void)nation_write(w, ADD "\"%s\",\"v\":{\"%s\":\"%s\"}}", names[n][0], names[n][1],
                       nation_id(ident_make(w->laptops[0].me.number, 100000)));
}

/* clang-format off */
const struct nation_row NATION_PAPERS[NATION_PAPERS_COUNT] = {
    {"a_number_spelled_otherwise_is_the_same", "licence.same_number", same_licence_number, 1, true},
    {"a_letter_for_a_digit_is_the_same", "licence.same_number", same_licence_number, 3, true},
    {"the_next_number_is_another_one", "licence.same_number", same_licence_number, 2, false},
    {"a_number_of_two_districts_is_asked_about", "licence.same_number", same_licence_number_elsewhere, 0, true},
    {"a_renewal_keeps_its_number", "licence.same_number", renewed_licence_number, 0, false},
    {"a_seal_on_two_returns_is_asked_about", "stone.seal_reused", same_seal, 2, true},
    {"a_seal_closes_the_stones_of_one_return", "stone.seal_reused", same_seal, 1, false},
    {"a_sale_recorded_twice_is_asked_about", "sale.slip_reused", slip_again, 0, true},
    {"a_slip_for_two_licences_is_asked_about", "sale.slip_reused", slip_of_another, 0, true},
    {"slips_of_two_books_have_the_same_numbers", "sale.slip_reused", slip_of_another_book, 0, false},
    {"sides_may_differ_by_two_hundredths", "sale.sides_differ", slip_weighs, 1020, false},
    {"sides_that_weigh_otherwise_are_asked_about", "sale.sides_differ", slip_weighs, 1021, true},
    {"sides_may_differ_by_two_percent_of_the_price", "sale.sides_differ", slip_costs, 20400, false},
    {"sides_that_paid_otherwise_are_asked_about", "sale.sides_differ", slip_costs, 20410, true},
    {"sides_that_weighed_and_paid_otherwise_are_asked_about", "sale.sides_differ", slip_weighs_and_costs, 30000, true},
    {"mohamed_jalloh_may_be_mamadou_diallo", "digger.same_person", two_persons, 0, true},
    {"fatmata_konteh_may_be_fatoumata_conte", "digger.same_person", two_persons, 1, true},
    {"ibrahim_barrie_may_be_ibrahima_barry", "digger.same_person", two_persons, 2, true},
    {"sheku_camara_may_be_sekou_kamara", "digger.same_person", two_persons, 3, true},
    {"osman_koroma_may_be_ousmane_kourouma", "digger.same_person", two_persons, 4, true},
    {"suleiman_balde_may_be_souleymane_balde", "digger.same_person", two_persons, 5, true},
    {"jose_may_be_jose_with_its_accents", "digger.same_person", two_persons, 6, true},
    {"a_name_more_with_the_same_parent_may_be_one_person", "digger.same_person", two_persons, 7, true},
    {"the_same_paper_is_strong", "digger.same_person", two_persons, 8, true},
    {"a_name_and_a_village_are_weak", "digger.same_person", two_persons, 9, false},
    {"father_and_son_are_two", "digger.same_person", two_persons, 10, false},
    {"brother_and_sister_are_two", "digger.same_person", two_persons, 11, false},
    {"two_papers_of_one_kind_are_of_two", "digger.same_person", two_persons, 12, false},
    {"two_given_names_are_two", "digger.same_person", two_persons, 13, false},
    {"the_same_day_of_birth_and_parent_are_strong", "digger.same_person", two_persons, 14, true},
    {"six_years_apart_are_two", "digger.same_person", two_persons, 15, false},
    {"two_of_a_name_in_a_village_are_asked_about", "digger.same_person", a_common_name, 2, true},
    {"many_of_a_name_in_a_village_are_many", "digger.same_person", a_common_name, 6, false},
    {"a_person_of_a_year_ago_is_known", "digger.unconfirmed", an_unconfirmed_person, 364, false},
    {"a_person_whom_nobody_confirms_is_asked_about", "digger.unconfirmed", an_unconfirmed_person, 366, true},
    {"who_has_left_is_not_asked_about", "digger.unconfirmed", an_unconfirmed_person, -400, false},
    {"a_worker_whose_registration_was_voided_is_asked_about", "crew.card", voided_worker, 1, true},
    {"a_worker_who_is_suspended_is_asked_about", "crew.card", suspended_worker, 1, true},
    {"an_active_worker_needs_no_card_where_there_is_none", "crew.card", suspended_worker, 0, false},
    {"a_person_of_a_cooperative_that_never_came_is_asked_about", "digger.reference", names_nothing, 0, true},
    {"a_licence_of_a_person_who_never_came_is_asked_about", "licence.reference", names_nothing, 1, true},
    {"a_site_of_a_licence_that_never_came_is_asked_about", "site.reference", names_nothing, 2, true},
    {"a_worker_whom_nobody_registered_is_asked_about", "crew.reference", names_nothing, 3, true},
    {"a_return_of_a_licence_that_never_came_is_asked_about", "yield.reference", names_nothing, 4, true},
    {"stones_of_a_return_that_never_came_are_asked_about", "stone.reference", names_nothing, 5, true},
    {"a_sale_of_a_licence_that_never_came_is_asked_about", "sale.reference", names_nothing, 6, true},
    {"what_counts_no_more_is_there_all_the_same", "crew.reference", voided_worker, 0, false},
};
/* clang-format on */
