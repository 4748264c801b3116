#include "tests/unit/season.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/lib/test.h"

/* Adds a record; VALUES is the inside of "v", where @ is the device's code. */
static void add(struct sender *s, int64_t number, const char *entity, const char *values)
{
    struct buf line = {0};
    buf_printf(&line, "{\"at\":%lld,\"by\":\"amina\",\"op\":\"add\",\"of\":\"%s\",\"v\":{",
               (long long)(SENDER_AT + s->count), entity);
    for (const char *c = values; *c; c++) {
        if (*c == '@')
            buf_puts(&line, s->me.code);
        else
            buf_putc(&line, *c);
    }
    buf_puts(&line, "}}");
    assert_int_equal(sender_add_line(s, buf_str(&line)), number);
    buf_done(&line);
}

#define PERSON(name, sex, district, role)                                                                    \
    "\"full_name\":\"" name "\",\"sex\":\"" sex "\",\"birth\":\"1985\",\"nationality\":\"SL\","              \
    "\"residence\":\"national\",\"district\":\"" district "\",\"village\":\"Koidu\",\"id_type\":\"none\","   \
    "\"role\":\"" role "\",\"legal_basis\":\"law\",\"status\":\"active\""
#define LICENCE(number, holder, district)                                                                    \
    "\"licence_no\":\"" number "\",\"kind\":\"aml\",\"holder\":\"@-" holder "\","                            \
    "\"minerals\":[\"diamond\"],\"district\":\"" district "\",\"area_text\":\"left bank\","                  \
    "\"issued_by\":\"NMA\",\"issued_on\":\"2025-12-20\",\"valid_from\":\"2026-01-01\","                      \
    "\"valid_to\":\"2026-12-31\",\"status\":\"granted\""
#define YIELD(licence, site, from, to, outcome)                                                              \
    "\"licence\":\"@-" licence "\",\"site\":\"@-" site "\",\"date_from\":\"" from "\","                      \
    "\"date_to\":\"" to "\",\"outcome\":\"" outcome "\""
#define WORKED  ",\"activity\":\"washing\",\"diggers\":8"
#define WEIGHED ",\"weighed_by\":\"own_scale\",\"declared_by\":\"Bob\""
#define SALE(slip, date, licence, buyer)                                                                     \
    "\"slip_no\":\"" slip "\",\"date\":\"" date "\",\"licence\":\"@-" licence "\",\"seller\":\"A\","         \
    "\"buyer\":\"B\",\"buyer_licence_no\":\"" buyer "\""

static void write_people(struct sender *s)
{
    add(s, HOLDER, "digger", PERSON("Aiah Conteh", "M", "SL-E-KONO", "licence_holder"));
    add(s, WASHER, "digger", PERSON("Sia Bona", "F", "SL-S-BO", "washer"));
    add(s, TWICE, "digger",
        PERSON("Aiah Konteh", "M", "SL-E-KONO", "licence_holder") ",\"duplicate_of\":\"@-2\"");
    add(s, KONO, "licence", LICENCE("AML 1", "2", "SL-E-KONO"));
    add(s, BO, "licence", LICENCE("AML 2", "3", "SL-S-BO"));
    add(s, BAFI, "site",
        "\"name\":\"Bafi\",\"licence\":\"@-5\",\"district\":\"SL-E-KONO\",\"village\":\"Koidu\","
        "\"lat_udeg\":8640000,\"lon_udeg\":-10970001,\"state\":\"washing\",\"zone_status\":\"compliant\"");
    add(s, SEWA, "site",
        "\"name\":\"Sewa\",\"licence\":\"@-6\",\"district\":\"SL-S-BO\",\"village\":\"Bo\","
        "\"state\":\"idle\",\"zone_status\":\"compliant\"");
}

static void write_work(struct sender *s)
{
    add(s, FIND, "yield",
        YIELD("5", "7", "2026-07-01", "2026-07-01", "yield") WORKED
        ",\"stones\":2,\"diamond_mct\":500" WEIGHED);
    add(s, NIL, "yield",
        YIELD("5", "7", "2026-07-02", "2026-07-03", "nil") WORKED ",\"declared_by\":\"Bob\"");
    add(s, RAIN, "yield",
        YIELD("5", "7", "2026-07-05", "2026-07-05", "not_worked") ",\"reason\":\"rain\"" WORKED
                                                                  ",\"declared_by\":\"Bob\"");
    add(s, BO_FIND, "yield",
        YIELD("6", "8", "2026-07-10", "2026-07-10", "yield") WORKED
        ",\"stones\":1,\"diamond_mct\":100" WEIGHED);
    add(s, SOLD, "sale",
        SALE("1", "2026-07-20", "5", "D-1") ",\"stones\":1,\"diamond_mct\":400,\"currency\":\"USD\","
                                            "\"price_minor\":10000,\"price_usd_cents\":10000,"
                                            "\"payment\":\"cash\",\"origin\":\"Bafi\"");
    add(s, BO_SOLD, "sale",
        SALE("2", "2026-08-02", "6", "d 1") ",\"stones\":1,\"diamond_mct\":150,\"currency\":\"SLE\","
                                            "\"price_minor\":5000,\"payment\":\"cash\",\"origin\":\"Sewa\"");
}

/* The published stones of Datas at Bafi, those of Jequitinhonha at Sewa, by sieve; and two single stones. */
static void write_stones(struct sender *s)
{
    static const struct {
        int yield;
        int stones;
        const char *sieve;
    } parcels[] = {
        {FIND, 168, "dtc_1"},    {FIND, 44, "dtc_3"},     {FIND, 22, "dtc_5"},
        {FIND, 4, "dtc_6"},      {BO_FIND, 145, "dtc_1"}, {BO_FIND, 168, "dtc_3"},
        {BO_FIND, 206, "dtc_5"}, {BO_FIND, 40, "dtc_6"},  {BO_FIND, 17, "dtc_7"},
    };
    add(s, BIG_STONE, "stone",
        "\"yield\":\"@-9\",\"kind\":\"single\",\"stones\":1,\"diamond_mct\":300,\"class\":\"gem\","
        "\"colour\":\"yellow\"");
    add(s, SMALL_STONE, "stone",
        "\"yield\":\"@-9\",\"kind\":\"single\",\"stones\":1,\"diamond_mct\":250,\"class\":\"gem\"");
    for (int i = 0; i < 9; i++) {
        char values[256];
        (void)snprintf(values, sizeof values,
                       "\"yield\":\"@-%d\",\"kind\":\"parcel\",\"stones\":%d,\"diamond_mct\":%d,"
                       "\"class\":\"unsorted\",\"sieve\":\"%s\"",
                       parcels[i].yield, parcels[i].stones, parcels[i].stones * 10, parcels[i].sieve);
        add(s, PARCELS + i, "stone", values);
    }
}

static void write_later(struct sender *s)
{
    char line[256];
    (void)snprintf(line, sizeof line,
                   "{\"at\":%d,\"by\":\"amina\",\"op\":\"amend\",\"of\":\"yield\",\"id\":\"%s-9\","
                   "\"base\":\"%s-9\",\"v\":{\"diamond_mct\":700}}",
                   SENDER_AT + 100, s->me.code, s->me.code);
    assert_int_equal(sender_add_line(s, line), LATER);
    add(s, LATER + 1, "yield",
        YIELD("5", "7", "2026-08-01", "2026-08-01", "nil") WORKED ",\"declared_by\":\"Bob\"");
}

static void take(struct season *w, int64_t first, int64_t last, const char *code, int64_t now)
{
    struct buf packed = {0};
    sender_batch(&w->s, first, last, code, &packed);
    w->m.ingest.now = now;
    ministry_take(&w->m, &packed, PROBLEM_NONE, NULL, NULL);
    buf_done(&packed);
}

int season_set_up(void **state)
{
    struct season *w = mem_zero(1, sizeof *w);
    ministry_init(&w->m, false);
    sender_init(&w->s, 1, false);
    write_people(&w->s);
    write_work(&w->s);
    write_stones(&w->s);
    write_later(&w->s);
    take(w, 1, LATER - 1, w->m.code, END_OF_AUGUST);
    take(w, LATER, LATER + 1, NULL, MINISTRY_NOW);
    *state = w;
    return 0;
}

int season_tear_down(void **state)
{
    struct season *w = *state;
    report_done(&w->report);
    sender_done(&w->s);
    ministry_done(&w->m);
    free(w);
    return 0;
}
