/*
 * The rules over the whole registry, each in worlds in which it fires and worlds in which it does not: at the
 * threshold, and where somebody truthfully found nothing or little. All worlds stand in one registry, each
 * with licences, persons and districts of its own, and are asked about in one run; a row of the table is a
 * test.
 */
#include "tests/lib/test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "app/registry/store/exports.h"
#include "app/registry/store/inside.h"
#include "schema/base/date.h"
#include "tests/lib/english.h"
#include "tests/lib/ministry.h"
#include "tests/lib/pen.h"

enum {
    AT = 1795452245 /* 2026-11-23T17:24:05Z */
};

struct world;
struct row_of {
    const char *name;
    const char *rule;
    void (*build)(struct world *w, int n);
    int n;
    bool fires;
};
/* The entries of a row's world on both laptops. */
struct span {
    int64_t first[2];
    int64_t last[2];
};

struct world {
    struct ministry m;
    struct pen laptops[2];
    int writer; /* the laptop that writes */
    int32_t today;
    const char *district;
    int licences;
    int slips;
    struct span *spans; /* a row each */
};

/* --- writing */

static int64_t write_line(struct world *w, const char *format, ...) PRINTF_LIKE(2, 3);
static int64_t write_line(struct world *w, const char *format, ...)
{
    char line[2048];
    struct entry entry;
    struct errctx e;
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (entry_read(line, (size_t)len, &entry, NULL, &e) != ERR_OK)
        fail_msg("%s: %s", e.text, line);
    int64_t address = pen_write(&w->laptops[w->writer], &entry);
    entry_done(&entry);
    return address;
}

static const char *id(int64_t address)
{
    static char rooms[8][IDENT_BYTES]; /* of the arguments of one line */
    static int next;
    next = (next + 1) % 8;
    return ident_format(address, rooms[next]);
}

static const char *day(const struct world *w, int ago)
{
    static char rooms[8][DATE_BYTES];
    static int next;
    next = (next + 1) % 8;
    return date_format_days(w->today - ago, rooms[next]);
}

#define ADD "{\"at\":1795452245,\"by\":\"amina\",\"op\":\"add\",\"of\":"

static int64_t licence_of(struct world *w, const char *kind, const char *minerals, const char *from)
{
    return write_line(w,
                      ADD
                      "\"licence\",\"v\":{\"licence_no\":\"KON/%04d\",\"kind\":\"%s\",\"minerals\":[\"%s\"],"
                      "\"district\":\"%s\",\"valid_from\":\"%s\",\"valid_to\":\"2027-06-30\","
                      "\"status\":\"granted\"}}",
                      ++w->licences, kind, minerals, w->district, from);
}

static int64_t licence(struct world *w)
{
    return licence_of(w, "aml", "diamond", "2025-07-01");
}

enum {
    NOBODY = -1
};
struct work {
    int64_t licence;
    int64_t site;
    int ago; /* days before today */
    int days;
    const char *activity;
    int diggers;
    int stones;
    int mct;
};

static int64_t works(struct world *w, struct work k)
{
    char site[64] = "";
    char found[64] = "";
    if (k.site)
        (void)snprintf(site, sizeof site, "\"site\":\"%s\",", id(k.site));
    if (k.stones)
        (void)snprintf(found, sizeof found, ",\"stones\":%d,\"diamond_mct\":%d", k.stones, k.mct);
    return write_line(
        w,
        ADD
        "\"yield\",\"v\":{\"licence\":\"%s\",%s\"date_from\":\"%s\",\"date_to\":\"%s\",\"outcome\":\"%s\","
        "\"activity\":\"%s\",\"diggers\":%d%s}}",
        id(k.licence), site, day(w, k.ago + (k.days ? k.days - 1 : 0)), day(w, k.ago),
        k.stones ? "yield" : "nil", k.activity ? k.activity : "washing",
        k.diggers == NOBODY ? 0
        : k.diggers         ? k.diggers
                            : 12,
        found);
}

static int64_t sells(struct world *w, int64_t of, int ago, int mct, int usd_cents)
{
    return write_line(w,
                      ADD "\"sale\",\"v\":{\"slip_no\":\"S%d\",\"date\":\"%s\",\"licence\":\"%s\","
                          "\"buyer_licence_no\":\"D/1\",\"stones\":3,\"diamond_mct\":%d,\"currency\":\"USD\","
                          "\"price_minor\":%d,\"price_usd_cents\":%d}}",
                      ++w->slips, day(w, ago), id(of), mct, usd_cents, usd_cents);
}

/* --- worlds: N is what the row says of them */

static void sold_beside_found(struct world *w, int sold_mct)
{
    int64_t l = licence(w);
    (void)works(w, (struct work){.licence = l, .ago = 20, .stones = 9, .mct = 1000});
    (void)sells(w, l, 10, sold_mct, 20000);
}

static void found_and_kept(struct world *w, int mct)
{
    int64_t l = licence(w);
    (void)works(w, (struct work){.licence = l, .ago = 20, .stones = 9, .mct = mct});
    (void)sells(w, l, 10, 1000, 20000);
}

/* 1.5 ct that were found so many days ago, of which nothing is sold. */
static void kept_for(struct world *w, int days)
{
    int64_t l = licence(w);
    (void)works(w, (struct work){.licence = l, .ago = days, .stones = 9, .mct = 1500});
    (void)works(w, (struct work){.licence = l, .ago = 1});
}

static void little_kept_for_long(struct world *w, int mct)
{
    int64_t l = licence(w);
    (void)works(w, (struct work){.licence = l, .ago = 140, .stones = 3, .mct = mct});
    (void)works(w, (struct work){.licence = l, .ago = 1});
}

static void silent_for(struct world *w, int days)
{
    (void)works(w, (struct work){.licence = licence(w), .ago = days});
}

static void silent_while_washing(struct world *w, int days)
{
    int64_t l = licence(w);
    (void)write_line(
        w,
        ADD "\"site\",\"v\":{\"name\":\"Pit\",\"licence\":\"%s\",\"district\":\"%s\",\"state\":\"washing\"}}",
        id(l), w->district);
    (void)works(w, (struct work){.licence = l, .ago = days});
}

static void silent_to_trade(struct world *w, int days)
{
    (void)works(w, (struct work){.licence = licence_of(w, "dealer", "diamond", "2025-07-01"), .ago = days});
}

static void period_and_day(struct world *w, int ago)
{
    int64_t l = licence(w);
    (void)works(w, (struct work){.licence = l, .ago = 5, .days = 3});
    w->writer = 1;
    (void)works(w, (struct work){.licence = l, .ago = ago});
}

static void same_day_elsewhere(struct world *w, int n)
{
    (void)n;
    int64_t l = licence(w);
    int64_t site =
        write_line(w, ADD "\"site\",\"v\":{\"name\":\"Pit\",\"licence\":\"%s\",\"district\":\"%s\"}}", id(l),
                   w->district);
    (void)works(w, (struct work){.licence = l, .ago = 5});
    (void)works(w, (struct work){.licence = l, .site = site, .ago = 5});
}

static void same_weight_running(struct world *w, int times)
{
    int64_t l = licence(w);
    for (int i = 0; i < times; i++)
        (void)works(w, (struct work){.licence = l, .ago = 20 - i, .stones = 2, .mct = 250});
}

static void same_weight_with_a_gap(struct world *w, int n)
{
    int64_t l = licence(w);
    for (int i = 0; i < n; i++)
        (void)works(w, (struct work){.licence = l, .ago = 20 - i - (i > 1), .stones = 2, .mct = 250});
}

static void nil_running(struct world *w, int times)
{
    int64_t l = licence(w);
    for (int i = 0; i < times; i++)
        (void)works(w, (struct work){.licence = l, .ago = 1 + i});
}

/* Ten diggers over so many days of the fourth quarter, found MCT a day in all. */
static void mean_of(struct world *w, int days, int mct, const char *activity)
{
    int64_t l = licence(w);
    for (int i = 0; i < days; i++)
        (void)works(w, (struct work){.licence = l,
                                     .ago = 2 + i,
                                     .diggers = 10,
                                     .stones = 1 + i % 3,
                                     .mct = mct - 10 + i % 21,
                                     .activity = activity});
    (void)sells(w, l, 1, days * mct, 1000);
}

static void rich(struct world *w, int mct)
{
    mean_of(w, 25, mct, "washing");
}

/* Wrong, but an entry can say it: the mean of nobody is asked about by no rule. */
static void rich_without_people(struct world *w, int days)
{
    int64_t l = licence(w);
    for (int i = 0; i < days; i++)
        (void)works(
            w, (struct work){.licence = l, .ago = 5 + i, .diggers = NOBODY, .stones = 3, .mct = 500 + i});
    (void)sells(w, l, 1, days * 500, days * 10000);
}

static void rich_for(struct world *w, int days)
{
    mean_of(w, days, 800, "washing");
}

/* One find of 0.02 ct in so many days of ten diggers' washing. */
static void poor(struct world *w, int days)
{
    int64_t l = licence(w);
    for (int i = 0; i < days; i++)
        (void)works(w, (struct work){.licence = l, .ago = 2 + i, .diggers = 10, .stones = i == 0, .mct = 20});
}

/* Forty days with a stone each but for N. */
static void nil_days(struct world *w, int nil)
{
    int64_t l = licence(w);
    for (int i = 0; i < 40; i++)
        (void)works(w, (struct work){.licence = l, .ago = 1 + i, .stones = i >= nil, .mct = 97 + 7 * i});
}

/* Rich ground: with three stones a day chance gives hardly a day without. */
static void rich_without_nil(struct world *w, int days)
{
    int64_t l = licence(w);
    for (int i = 0; i < days; i++)
        (void)works(w, (struct work){.licence = l, .ago = 1 + i, .stones = 3, .mct = 197 + 7 * i});
}

static void nothing_but_nil(struct world *w, int days)
{
    int64_t l = licence(w);
    for (int i = 0; i < days; i++)
        (void)works(w, (struct work){.licence = l, .ago = 1 + i});
}

static void nothing_but_nil_by_four(struct world *w, int days)
{
    int64_t l = licence(w);
    for (int i = 0; i < days; i++)
        (void)works(w, (struct work){.licence = l, .ago = 1 + i, .diggers = 4});
}

static void nothing_but_nil_while_stripping(struct world *w, int days)
{
    int64_t l = licence(w);
    for (int i = 0; i < days; i++)
        (void)works(w, (struct work){.licence = l, .ago = 1 + i, .activity = "stripping"});
}

static void nothing_but_nil_in_gold(struct world *w, int days)
{
    int64_t l = licence_of(w, "aml", "gold", "2025-07-01");
    for (int i = 0; i < days; i++)
        (void)works(w, (struct work){.licence = l, .ago = 1 + i});
}

/* Fifty weights of which N end in 0 or 5, and the others in all other digits by turns. */
static void ends_in_0_or_5(struct world *w, int n)
{
    static const int others[] = {1, 2, 3, 4, 6, 7, 8, 9};
    int64_t l = licence(w);
    for (int i = 0; i < 50; i++)
        (void)works(w, (struct work){.licence = l,
                                     .ago = 1 + 2 * i,
                                     .diggers = 40,
                                     .stones = 2,
                                     .mct = 100 * (1 + i % 7) + 10 * (i < n ? i % 2 * 5 : others[i % 8])});
}

static void ends_in_one_digit(struct world *w, int n)
{
    int64_t l = licence(w);
    for (int i = 0; i < 50; i++)
        (void)works(w, (struct work){.licence = l,
                                     .ago = 1 + 2 * i,
                                     .diggers = 40,
                                     .stones = 2,
                                     .mct = 100 * (1 + i % 7) + 10 * (i < n         ? 7
                                                                      : i % 10 == 7 ? 8
                                                                                    : i % 10)});
}

/* Small stones are weighed in few hundredths, whose last digit is their first. */
static void small_stones_alike(struct world *w, int n)
{
    int64_t l = licence(w);
    for (int i = 0; i < n; i++)
        (void)works(w, (struct work){.licence = l, .ago = 1 + 2 * i, .diggers = 40, .stones = 1, .mct = 50});
}

/* --- pairs */

static void same_licence_number(struct world *w, int n)
{
    static const char *const spelled[] = {"AML 91/2026", "aml-091-26", "AML 92/2026", "AML 9l/2026"};
    for (int i = 0; i < 2; i++) {
        w->writer = i;
        (void)write_line(
            w, ADD "\"licence\",\"v\":{\"licence_no\":\"%s %s\",\"kind\":\"aml\",\"district\":\"%s\"}}",
            w->district, spelled[i == 0 ? 0 : n], w->district);
    }
}

/* Each as it would be where one of them was entered for the wrong district; the days are the same. */
static void same_licence_number_elsewhere(struct world *w, int n)
{
    (void)n;
    for (int i = 0; i < 2; i++) {
        int64_t holder = write_line(
            w, ADD "\"digger\",\"v\":{\"full_name\":\"H%d %s\",\"status\":\"active\"}}", i, w->district);
        (void)write_line(
            w,
            ADD "\"licence\",\"v\":{\"licence_no\":\"E %s\",\"kind\":\"aml\",\"holder\":\"%s\","
                "\"district\":\"SL-E-%d\",\"valid_from\":\"2026-02-01\",\"valid_to\":\"2027-01-31\"}}",
            w->district, id(holder), i);
    }
}

static void renewed_licence_number(struct world *w, int n)
{
    (void)n;
    int64_t first =
        write_line(w, ADD "\"licence\",\"v\":{\"licence_no\":\"R/%d\",\"kind\":\"aml\"}}", ++w->licences);
    (void)write_line(w, ADD "\"licence\",\"v\":{\"licence_no\":\"R/%d\",\"kind\":\"aml\",\"renews\":\"%s\"}}",
                     w->licences, id(first));
}

static void same_seal(struct world *w, int returns)
{
    int64_t l = licence(w);
    int64_t yields[2];
    int number = ++w->slips;
    for (int i = 0; i < 2; i++)
        yields[i] = works(w, (struct work){.licence = l, .ago = 9 + i, .stones = 4, .mct = 400 + i});
    for (int i = 0; i < 2; i++) {
        w->writer = i;
        (void)write_line(w,
                         ADD "\"stone\",\"v\":{\"yield\":\"%s\",\"seal_no\":\"%s\",\"kind\":\"parcel\","
                             "\"stones\":2,\"diamond_mct\":200}}",
                         id(yields[returns == 2 ? i : 0]),
                         number % 2 ? (i ? "B 0017" : "b-17") : (i ? "Q1" : "q 1"));
    }
}

struct slip {
    int mct;
    int price;
    bool other_licence;
    bool other_book;
};

static void slip_twice(struct world *w, struct slip second)
{
    int64_t l = licence(w);
    int64_t l2 = licence(w);
    int number = ++w->slips;
    (void)works(w, (struct work){.licence = l, .ago = 20, .stones = 9, .mct = 5000});
    (void)works(w, (struct work){.licence = l2, .ago = 20, .stones = 9, .mct = 5001});
    for (int i = 0; i < 2; i++) {
        w->writer = i;
        (void)write_line(
            w,
            ADD "\"sale\",\"v\":{\"slip_no\":\"T%d\",\"book_no\":\"%d\",\"date\":\"%s\",\"licence\":\"%s\","
                "\"buyer_licence_no\":\"D 7\",\"stones\":5,\"diamond_mct\":%d,\"currency\":\"USD\","
                "\"price_minor\":%d,\"price_usd_cents\":%d}}",
            number, i && second.other_book ? 2 : 1, day(w, 3), id(i && second.other_licence ? l2 : l),
            i ? second.mct : 1000, i ? second.price : 20000, i ? second.price : 20000);
    }
}

static void slip_again(struct world *w, int n)
{
    (void)n;
    slip_twice(w, (struct slip){.mct = 1000, .price = 20000});
}

static void slip_of_another(struct world *w, int n)
{
    (void)n;
    slip_twice(w, (struct slip){.mct = 1000, .price = 20000, .other_licence = true});
}

static void slip_of_another_book(struct world *w, int n)
{
    (void)n;
    slip_twice(w, (struct slip){.mct = 1000, .price = 20000, .other_book = true});
}

static void slip_weighs(struct world *w, int mct)
{
    slip_twice(w, (struct slip){.mct = mct, .price = 20000});
}

static void slip_costs(struct world *w, int price)
{
    slip_twice(w, (struct slip){.mct = 1000, .price = price});
}

static void slip_weighs_and_costs(struct world *w, int price)
{
    slip_twice(w, (struct slip){.mct = 1500, .price = price});
}

/* --- persons */

struct person {
    const char *name;
    const char *more;
};

static int64_t person(struct world *w, const char *name, const char *more)
{
    return write_line(w, ADD "\"digger\",\"v\":{\"full_name\":\"%s\",%s,\"status\":\"active\"}}", name, more);
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

static void two_persons(struct world *w, int pair)
{
    for (int i = 0; i < 2; i++) {
        w->writer = i;
        (void)person(w, PAIRS[pair][i].name, PAIRS[pair][i].more);
    }
}

/* So many people of one name and village, born one after the other. */
static void a_common_name(struct world *w, int people)
{
    for (int i = 0; i < people; i++) {
        char more[128];
        w->writer = i % 2;
        (void)snprintf(more, sizeof more, "\"birth\":\"%d\",\"village\":\"Village %s %d\"", 1981 + i,
                       w->district, people);
        (void)person(w, "Tamba Kamara", more);
    }
}

static void an_unconfirmed_person(struct world *w, int days)
{
    (void)write_line(
        w,
        "{\"at\":%lld,\"by\":\"amina\",\"op\":\"add\",\"of\":\"digger\",\"v\":{\"full_name\":\"N%d %s\","
        "\"status\":\"%s\"}}",
        (long long)(w->today - (days > 0 ? days : -days)) * 86400, ++w->slips, w->district,
        days > 0 ? "active" : "left");
}

/* --- teams */

static void worker(struct world *w, int64_t digger, const char *until)
{
    (void)write_line(w,
                     ADD "\"crew\",\"v\":{\"licence\":\"%s\",\"digger\":\"%s\",\"role\":\"digger\","
                         "\"from_on\":\"2026-02-01\"%s%s%s}}",
                     id(licence(w)), id(digger), until ? ",\"to_on\":\"" : "", until ? until : "",
                     until ? "\"" : "");
}

static void unknown_worker(struct world *w, int n)
{
    worker(w, ident_make(w->laptops[0].me.number, (uint32_t)(100000 + n)), NULL);
}

static void suspended_worker(struct world *w, int n)
{
    int64_t digger = write_line(w, ADD "\"digger\",\"v\":{\"full_name\":\"W%d\",\"status\":\"%s\"}}",
                                ++w->slips, n ? "suspended" : "active");
    worker(w, digger, NULL);
}

/* --- zones, days */

static void returns_of_a_day(struct world *w, int n)
{
    int64_t l = licence(w);
    (void)works(w, (struct work){.licence = l, .ago = n, .stones = 2, .mct = 230});
}

static void under_no_licence_of_the_day(struct world *w, int n)
{
    int64_t l = licence_of(w, "aml", "diamond", n ? "2026-11-01" : "2025-07-01");
    (void)works(w, (struct work){.licence = l, .ago = 60, .stones = 2, .mct = 230});
}

#define BANNED "SL-E-KAILAHUN"

static void found_in_a_zone(struct world *w, int banned)
{
    w->district = banned ? BANNED : "SL-E-KONO";
    (void)works(w, (struct work){.licence = licence(w), .ago = 5, .stones = 2, .mct = 230});
}

static void nil_in_a_banned_zone(struct world *w, int n)
{
    (void)n;
    w->district = BANNED;
    (void)works(w, (struct work){.licence = licence(w), .ago = 5});
}

static void sold_out_of_a_zone(struct world *w, int banned)
{
    w->district = banned ? BANNED : "SL-E-KONO";
    (void)sells(w, licence(w), 5, 230, 4600);
}

/* --- a river: 120 stones at each of two sites of it, those downstream N percent as heavy */
static void stones_along(struct world *w, int percent)
{
    for (int i = 0; i < 2; i++) {
        int64_t l = licence(w);
        int64_t site =
            write_line(w,
                       ADD "\"site\",\"v\":{\"name\":\"Pit %d\",\"licence\":\"%s\",\"district\":\"%s\","
                           "\"river\":\"R%d\",\"lat_udeg\":%d,\"lon_udeg\":-11000000}}",
                       i, id(l), w->district, percent, 8400000 + i * 90000);
        (void)works(w, (struct work){.licence = l,
                                     .site = site,
                                     .ago = 10,
                                     .diggers = 49,
                                     .stones = 120,
                                     .mct = i ? 120 * percent : 12000});
    }
}

/* What the ministry added to its lists: a zone under a ban, and a river for each world that has one. */
static void replace_codes(struct world *w)
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

static void district_with_hub(struct world *w, int times)
{
    for (int i = 0; i < 24; i++) {
        int64_t l = licence(w);
        int mct = (i == 3 ? times : 1) * (300 << (i * 7 % 5));
        (void)works(w, (struct work){.licence = l, .ago = 12, .diggers = 49, .stones = 40, .mct = mct});
        (void)sells(w, l, 3, mct, mct * 20);
    }
}

static void few_licences_and_a_large_one(struct world *w, int licences)
{
    for (int i = 0; i < licences; i++) {
        int64_t l = licence(w);
        int mct = i == 2 ? 30000 : 800 + 31 * i;
        (void)works(w, (struct work){.licence = l, .ago = 12, .diggers = 49, .stones = 40, .mct = mct});
        (void)sells(w, l, 3, mct, mct * 20);
    }
}

/* 120 stones of one licence and of others, N of a hundred of its own heavy. */
static void stones_of_sizes(struct world *w, int heavy)
{
    for (int k = 0; k < 2; k++) {
        int64_t l = licence(w);
        int64_t yield =
            works(w, (struct work){.licence = l, .ago = 10, .diggers = 49, .stones = 120, .mct = 40000});
        (void)sells(w, l, 3, 40000, 800000);
        for (int i = 0; i < 120; i++) {
            int each = i * 100 / 120 < (k == 0 ? heavy : 20) ? 900 : 150;
            (void)write_line(w,
                             ADD "\"stone\",\"v\":{\"yield\":\"%s\",\"kind\":\"stone\",\"stones\":1,"
                                 "\"diamond_mct\":%d}}",
                             id(yield), each);
        }
    }
}

/* 150 ct at 200 USD in the first half-year, and at N USD in this one. */
static void price_of(struct world *w, int usd)
{
    int64_t l = licence(w);
    (void)works(w, (struct work){.licence = l, .ago = 300, .diggers = 49, .stones = 90, .mct = 300000});
    (void)sells(w, l, 190, 150000, 150 * 20000);
    (void)sells(w, l, 30, 150000, 150 * usd * 100);
}

static void price_of_little(struct world *w, int usd)
{
    int64_t l = licence(w);
    (void)works(w, (struct work){.licence = l, .ago = 300, .diggers = 49, .stones = 90, .mct = 300000});
    (void)sells(w, l, 190, 90000, 90 * 20000);
    (void)sells(w, l, 30, 90000, 90 * usd * 100);
}

/* clang-format off */
static const struct row_of ROWS[] = {
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
    {"nothing_at_all_is_no_low_mean", "licence.mean_low", nothing_but_nil, 40, false},
    {"as_many_nil_days_as_chance_gives_are_usual", "licence.few_nil", nil_days, 15, false},
    {"somewhat_fewer_are_chance", "licence.few_nil", nil_days, 11, false},
    {"no_nil_day_in_forty_is_asked_about", "licence.few_nil", nil_days, 0, true},
    {"many_nil_days_are_never_asked_about", "licence.few_nil", nil_days, 35, false},
    {"rich_ground_has_no_nil_days", "licence.few_nil", rich_without_nil, 40, false},
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
    {"a_number_spelled_otherwise_is_the_same", "licence.same_number", same_licence_number, 1, true},
    {"a_letter_for_a_digit_is_the_same", "licence.same_number", same_licence_number, 3, true},
    {"a_number_of_two_districts_is_asked_about", "licence.same_number", same_licence_number_elsewhere, 0, true},
    {"the_next_number_is_another_one", "licence.same_number", same_licence_number, 2, false},
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
    {"a_worker_whom_nobody_registered_is_asked_about", "crew.card", unknown_worker, 1, true},
    {"a_worker_who_is_suspended_is_asked_about", "crew.card", suspended_worker, 1, true},
    {"an_active_worker_needs_no_card_where_there_is_none", "crew.card", suspended_worker, 0, false},
    {"tomorrow_may_have_begun_elsewhere", "yield.clock", returns_of_a_day, -1, false},
    {"a_day_that_had_not_come_is_asked_about", "yield.clock", returns_of_a_day, -2, true},
    {"work_under_a_valid_licence_is_lawful", "yield.licence_valid", under_no_licence_of_the_day, 0, false},
    {"work_before_the_licence_is_asked_about_here_too", "yield.licence_valid", under_no_licence_of_the_day, 1, true},
    {"a_tenth_of_a_district_is_no_hub", "licence.hub", district_with_hub, 8, false},
    {"a_sixth_of_a_district_of_24_licences_is_one", "licence.hub", district_with_hub, 15, true},
    {"among_few_licences_somebody_is_large", "licence.hub", few_licences_and_a_large_one, 19, false},
    {"stones_of_the_sizes_of_the_district_fit", "licence.sizes", stones_of_sizes, 26, false},
    {"stones_of_other_sizes_are_for_an_expert", "licence.sizes", stones_of_sizes, 60, true},
    {"a_price_may_rise_by_40_percent", "licence.price_moves", price_of, 280, false},
    {"a_price_that_rises_more_is_asked_about", "licence.price_moves", price_of, 281, true},
    {"a_price_may_fall_by_40_percent", "licence.price_moves", price_of, 120, false},
    {"finds_in_a_zone_under_a_ban_are_asked_about", "yield.ban", found_in_a_zone, 1, true},
    {"finds_elsewhere_are_not", "yield.ban", found_in_a_zone, 0, false},
    {"who_finds_nothing_breaks_no_ban", "yield.ban", nil_in_a_banned_zone, 0, false},
    {"sales_out_of_a_zone_under_a_ban_are_asked_about", "sale.ban", sold_out_of_a_zone, 1, true},
    {"sales_elsewhere_are_not", "sale.ban", sold_out_of_a_zone, 0, false},
    {"stones_may_be_twice_as_heavy_downstream", "site.downstream", stones_along, 200, false},
    {"stones_that_are_heavier_downstream_are_asked_about", "site.downstream", stones_along, 201, true},
    {"a_price_that_falls_more_is_asked_about", "licence.price_moves", price_of, 119, true},
    {"a_price_of_less_than_100_ct_says_little", "licence.price_moves", price_of_little, 600, false},
};
/* clang-format on */
enum {
    ROW_COUNT = sizeof ROWS / sizeof ROWS[0]
};

/* --- one registry for all of them */

static void send(struct world *w, int laptop, const char *code)
{
    struct buf packed = {0};
    struct buf plain = {0};
    struct errctx e;
    pen_batch(&w->laptops[laptop], code, &plain);
    assert_ok(container_pack(&plain, NULL, 0, &packed, &e));
    ministry_take(&w->m, &packed, PROBLEM_NONE, NULL, NULL);
    buf_done(&plain);
    buf_done(&packed);
}

/* Districts of their own for worlds that are about one: any text serves the rules. */
static const char *district_of(int row)
{
    static char rooms[ROW_COUNT][DISTRICT_BYTES];
    (void)snprintf(rooms[row], sizeof rooms[row], "SL-E-T%d", row);
    return rooms[row];
}

static void review(struct world *w, bool again, struct national_run *run)
{
    struct errctx e;
    const struct national_options options = {.again = again, .now = MINISTRY_NOW, .most = 700};
    assert_ok(national_review(w->m.store, &options, run, &e));
}

static struct world *make_all(void)
{
    struct world *w = mem_zero(1, sizeof *w);
    struct errctx e;
    char code[INVITATION_CODE_BYTES];
    uint8_t seed[SEED_BYTES] = {1};
    struct national_run run;
    ministry_init(&w->m, false);
    replace_codes(w);
    w->today = date_of_instant(MINISTRY_NOW);
    w->spans = mem_zero(ROW_COUNT, sizeof *w->spans);
    for (int i = 0; i < 2; i++) {
        seed[1] = (uint8_t)i;
        pen_start(&w->laptops[i], seed, AT);
        assert_ok(registry_store_invite(w->m.store, "Koidu", NULL, 0, 0, MINISTRY_NOW, code, &e));
        send(w, i, code);
    }
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct row_of *row = &ROWS[i];
        struct span *span = &w->spans[i];
        w->district = district_of(i);
        w->writer = 0;
        for (int k = 0; k < 2; k++)
            span->first[k] = ident_make(w->laptops[k].me.number, (uint32_t)w->laptops[k].number + 1);
        row->build(w, row->n);
        for (int k = 0; k < 2; k++)
            span->last[k] = ident_make(w->laptops[k].me.number, (uint32_t)w->laptops[k].number);
        if (w->laptops[0].number - w->laptops[0].sent_number > 800) {
            send(w, 0, NULL);
            review(w, false, &run); /* what comes later finds what came before */
        }
    }
    send(w, 0, NULL);
    send(w, 1, NULL);
    review(w, false, &run);
    return w;
}

static int64_t open_of(struct world *w, const struct row_of *row)
{
    static const char sql[] = "SELECT count(*) FROM finding WHERE answered = 0 AND rule = :rule AND "
                              "(subject BETWEEN :a AND :b OR subject BETWEEN :c AND :d)";
    const struct span *span = &w->spans[row - ROWS];
    struct stmt *stmt = NULL;
    struct errctx e;
    bool found = false;
    assert_ok(db_prepare(w->m.store->db, sql, &stmt, &e));
    stmt_bind_text(stmt, ":rule", row->rule);
    stmt_bind_int(stmt, ":a", span->first[0]);
    stmt_bind_int(stmt, ":b", span->last[0]);
    stmt_bind_int(stmt, ":c", span->first[1]);
    stmt_bind_int(stmt, ":d", span->last[1]);
    assert_ok(stmt_step(stmt, &found, &e));
    int64_t count = stmt_int(stmt, 0);
    stmt_done(stmt);
    return count;
}

static struct world *the_world;

static void row_is_as_it_says(void **state)
{
    const size_t *number = *state;
    const struct row_of *row = &ROWS[*number];
    int64_t count = open_of(the_world, row);
    if ((count > 0) != row->fires)
        fail_msg("%s: %lld findings", row->rule, (long long)count);
}

static void all_findings(struct world *w, int64_t out[4])
{
    static const char *const sums[4] = {
        "SELECT count(*) FROM finding WHERE answered = 0 AND rests_on IS NOT NULL",
        "SELECT coalesce(sum(subject % 1000003), 0) FROM finding WHERE answered = 0 AND rests_on IS NOT NULL",
        "SELECT coalesce(sum(length(text) + length(rests_on) + day % 1009), 0) FROM finding WHERE answered = "
        "0 AND "
        "rests_on IS NOT NULL",
        "SELECT count(*) FROM finding WHERE answered = -2",
    };
    for (int i = 0; i < 4; i++)
        out[i] = ministry_count(&w->m, sums[i]);
}

static void the_same_is_found_again_from_the_beginning(void **state)
{
    (void)state;
    struct national_run run;
    int64_t before[4];
    int64_t after[4];
    all_findings(the_world, before);
    review(the_world, false, &run);
    assert_int_equal(run.found, 0);
    assert_int_equal(run.records, 0);
    review(the_world, true, &run);
    all_findings(the_world, after);
    if (before[0] != after[0])
        (void)ministry_count(&the_world->m, "SELECT 0");
    for (int i = 0; i < 4; i++)
        assert_int_equal(before[i], after[i]);
    assert_int_equal(run.found, 0);
}

static void without_certificates_exports_are_not_asked_about_and_that_is_said(void **state)
{
    (void)state;
    struct national_run run;
    review(the_world, true, &run);
    assert_non_null(strstr(run.silent, "licence.exports"));
    assert_int_equal(
        ministry_count(&the_world->m, "SELECT count(*) FROM finding WHERE rule = 'licence.exports'"), 0);
}

static void exports_are_held_against_what_was_found(void **state)
{
    (void)state;
    static const char open[] = "SELECT count(*) FROM finding WHERE rule = 'licence.exports' AND answered = 0";
    struct national_run run;
    struct errctx e;
    /* The first half-year is over; hardly anything of it was exported. */
    struct certificate one[] = {{"SL-1", "2026-03-01", 1000, 20000}};
    assert_ok(registry_store_put_certificates(the_world->m.store, one, 1, MINISTRY_NOW, &e));
    review(the_world, false, &run);
    assert_string_equal(run.silent, "");
    assert_int_equal(run.found, 1);
    assert_int_equal(ministry_count(&the_world->m, open), 1);
    /* This one is not; what was exported beyond what was found is asked about at once. */
    struct certificate more[] = {{"SL-2", "2026-09-01", 900000000, 2000000}};
    assert_ok(registry_store_put_certificates(the_world->m.store, more, 1, MINISTRY_NOW, &e));
    review(the_world, false, &run);
    assert_int_equal(ministry_count(&the_world->m, open), 2);
    more[0].diamond_mct = 1000; /* a typing error, put right */
    one[0].diamond_mct = 200000;
    assert_ok(registry_store_put_certificates(the_world->m.store, more, 1, MINISTRY_NOW, &e));
    assert_ok(registry_store_put_certificates(the_world->m.store, one, 1, MINISTRY_NOW, &e));
    review(the_world, false, &run);
    assert_int_equal(ministry_count(&the_world->m, open), 0);
    assert_int_equal(ministry_count(&the_world->m, "SELECT count(*) FROM finding WHERE rule = "
                                                   "'licence.exports' AND answered = -3 AND gone_at > 0"),
                     2);
}

static void a_batch_that_brings_again_what_was_held_counts_once(void **state)
{
    (void)state;
    struct world *w = the_world;
    struct national_run run;
    int64_t before = ministry_count(&w->m, "SELECT count(*) FROM worked");
    struct pen *p = &w->laptops[1];
    const struct pen held = *p; /* as if the receipt had been lost: the same again, and one more */
    w->writer = 1;
    w->district = "SL-E-KONO";
    int64_t l = licence(w);
    (void)works(w, (struct work){.licence = l, .ago = 9, .stones = 1, .mct = 330});
    struct buf first = {0};
    buf_put(&first, p->lines.data, p->lines.len);
    send(w, 1, NULL);
    review(w, false, &run);
    p->sent = held.sent;
    p->sent_number = held.sent_number;
    buf_clear(&p->lines);
    buf_put(&p->lines, first.data, first.len);
    (void)works(w, (struct work){.licence = l, .ago = 8, .stones = 1, .mct = 470});
    send(w, 1, NULL);
    review(w, false, &run);
    assert_int_equal(run.records, 1);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM worked"), before + 2);
    buf_done(&first);
}

static void a_rebuild_keeps_what_was_found(void **state)
{
    (void)state;
    struct errctx e;
    int64_t before[4];
    int64_t after[4];
    all_findings(the_world, before);
    assert_ok(registry_store_rebuild(the_world->m.store, NULL, NULL, &e));
    all_findings(the_world, after);
    assert_memory_equal(before, after, sizeof before);
    assert_ok(registry_store_verify(the_world->m.store, 0, NULL, NULL, &e));
}

/* Each line that the rules made above, with the values of its world. */
static void what_is_found_is_said_whole_in_every_language(void **state)
{
    (void)state;
    struct stmt *stmt = NULL;
    struct errctx e;
    bool found = false;
    assert_ok(db_prepare(the_world->m.store->db, "SELECT DISTINCT rule, text FROM finding ORDER BY 1, 2",
                         &stmt, &e));
    while (stmt_step(stmt, &found, &e) == ERR_OK && found) {
        english_is_gone("fr", stmt_text(stmt, 0), stmt_text(stmt, 1));
        english_is_gone("pt", stmt_text(stmt, 0), stmt_text(stmt, 1));
    }
    stmt_done(stmt);
}

static void every_rule_has_a_world_that_breaks_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < NATIONAL_RULE_COUNT; i++) {
        char sql[128];
        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM finding WHERE rule = '%s'",
                       NATIONAL_RULES[i].id);
        if (ministry_count(&the_world->m, sql) == 0)
            fail_msg("%s: found nowhere", NATIONAL_RULES[i].id);
    }
}

/* The state of a test is its row. */
static int set_up(void **state)
{
    (void)state;
    the_world = make_all();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        pen_done(&the_world->laptops[i]);
    ministry_done(&the_world->m);
    free(the_world->spans);
    free(the_world);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest behind[] = {
        cmocka_unit_test(the_same_is_found_again_from_the_beginning),
        cmocka_unit_test(without_certificates_exports_are_not_asked_about_and_that_is_said),
        cmocka_unit_test(exports_are_held_against_what_was_found),
        cmocka_unit_test(a_batch_that_brings_again_what_was_held_counts_once),
        cmocka_unit_test(every_rule_has_a_world_that_breaks_it),
        cmocka_unit_test(what_is_found_is_said_whole_in_every_language),
        cmocka_unit_test(a_rebuild_keeps_what_was_found),
    };
    enum {
        BEHIND = sizeof behind / sizeof behind[0]
    };
    struct CMUnitTest tests[ROW_COUNT + BEHIND];
    size_t numbers[ROW_COUNT];
    for (size_t i = 0; i < ROW_COUNT; i++)
        numbers[i] = i;
    for (int i = 0; i < ROW_COUNT; i++)
        tests[i] = (struct CMUnitTest){
            .name = ROWS[i].name, .test_func = row_is_as_it_says, .initial_state = &numbers[i]};
    memcpy(&tests[ROW_COUNT], behind, sizeof behind);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
