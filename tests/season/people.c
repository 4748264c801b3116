/* Who and what is registered on a laptop in the first days. */
#include <stdlib.h>
#include <string.h>

#include "schema/base/date.h"
#include "tests/season/nation.h"

/* One word of a ','-joined list. */
static void pick(struct nation *n, const char *list, char *out, size_t size)
{
    size_t len = 0;
    int count = 0;
    for (const char *at = names_next(list, &len); at; at = names_next(at + len, &len))
        count++;
    int wanted = chance_below(&n->chance, count);
    const char *at = names_next(list, &len);
    while (wanted-- > 0)
        at = names_next(at + len, &len);
    (void)snprintf(out, size, "%.*s", (int)len, at);
}

/* Families of the country and of its neighbours; half of the people have two given names. */
void people_name(struct nation *n, bool woman, char out[NAME_ROOM])
{
    static const char *const near[] = {"SL", "SL", "SL", "LR", "GN"};
    const struct culture *of = culture_of(near[chance_below(&n->chance, 5)]);
    char given[40];
    char second[40];
    char family[40];
    pick(n, woman ? of->women : of->men, given, sizeof given);
    pick(n, of->families, family, sizeof family);
    pick(n, woman ? of->women : of->men, second, sizeof second);
    if (nation_of(n, 500) && strcmp(given, second) != 0)
        (void)snprintf(out, NAME_ROOM, "%s %s %s", given, second, family);
    else
        (void)snprintf(out, NAME_ROOM, "%s %s", given, family);
}

/* As registers show them: round years and "about" are far too frequent (domain: 8.3). */
static void set_birth(struct nation *n, struct record *r)
{
    char text[40];
    int year = 2006 - (int)chance_between(&n->chance, 1, 40);
    if (nation_of(n, 250))
        year = year / 5 * 5;
    if (nation_of(n, 600))
        (void)snprintf(text, sizeof text, "%04d~", year);
    else if (nation_of(n, 500))
        (void)snprintf(text, sizeof text, "%04d", year);
    else
        (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year, 1 + chance_below(&n->chance, 12),
                       1 + chance_below(&n->chance, 28));
    record_set_text(r, "birth", text);
}

static void set_papers(struct nation *n, struct record *r)
{
    static const char *const types[] = {"national", "voter", "national", "voter", "birth", "none", "none"};
    char number[NUMBER_ROOM];
    const char *type = types[chance_below(&n->chance, 7)];
    record_set_text(r, "id_type", type);
    if (strcmp(type, "none") != 0) {
        (void)snprintf(number, sizeof number, "%c%08d", "ABNV"[chance_below(&n->chance, 4)],
                       n -> people * 13);
        record_set_text(r, "id_no", number);
    }
    if (nation_of(n, 600)) {
        (void)snprintf(number, sizeof number, "%s-D-%06d", n->culture->mark, n->people);
        record_set_text(r, "card_no", number);
    }
}

void people_fill(struct laptop *l, struct record *r, const char *role, char name[NAME_ROOM])
{
    struct nation *n = l->nation;
    char text[NAME_ROOM];
    bool woman = nation_of(n, 180);
    n->people++;
    people_name(n, woman, name);
    record_init(r, &ENTITIES[ENTITY_DIGGER]);
    record_set_text(r, "full_name", name);
    if (nation_of(n, 450)) {
        people_name(n, false, text);
        record_set_text(r, "parent_name", text);
    }
    record_set_text(r, "sex", woman ? "F" : "M");
    set_birth(n, r);
    record_set_text(r, "nationality", nation_of(n, 960) ? "SL" : "GN");
    record_set_text(r, "residence", "national");
    record_set_text(r, "district", l->district);
    record_set_text(r, "village", l->villages[chance_below(&n->chance, VILLAGES)]);
    if (nation_of(n, 350)) {
        (void)snprintf(text, sizeof text, "0%d %03d %03d", 70 + chance_below(&n->chance, 29),
                       chance_below(&n->chance, 1000), chance_below(&n->chance, 1000));
        record_set_text(r, "phone", text);
    }
    set_papers(n, r);
    record_set_text(r, "role", role);
    record_set_text(r, "legal_basis", nation_of(n, 700) ? "law" : "consent");
    record_set_text(r, "status", "active");
}

static int64_t add(struct laptop *l, struct record *r)
{
    return pen_add(&l->pen, nation_by(l), nation_at(l), r);
}

static int64_t add_person(struct laptop *l, const char *role, char name[NAME_ROOM])
{
    struct record r;
    people_fill(l, &r, role, name);
    return add(l, &r);
}

static void add_officers(struct laptop *l)
{
    struct record r;
    char name[NAME_ROOM];
    people_name(l->nation, false, name);
    record_init(&r, &ENTITIES[ENTITY_OFFICER]);
    record_set_text(&r, "login", nation_by(l));
    record_set_text(&r, "full_name", name);
    record_set_text(&r, "role", "admin");
    record_set_number(&r, "active", 1);
    (void)add(l, &r);
}

static void add_coop(struct laptop *l)
{
    struct record r;
    char text[2 * NAME_ROOM];
    record_init(&r, &ENTITIES[ENTITY_COOPERATIVE]);
    (void)snprintf(text, sizeof text, "%s Diggers Cooperative", l->villages[0]);
    record_set_text(&r, "name", text);
    record_set_text(&r, "kind", "cooperative");
    (void)snprintf(text, sizeof text, "%s/COOP/%03d", l->nation->culture->mark, l->number + 1);
    record_set_text(&r, "approval_no", text);
    nation_set_day(&r, "approved_on", l->nation->first_day - 400);
    nation_set_day(&r, "valid_to", l->nation->first_day + 700);
    record_set_text(&r, "district", l->district);
    record_set_text(&r, "village", l->villages[0]);
    people_name(l->nation, false, text);
    record_set_text(&r, "chair", text);
    record_set_text(&r, "status", "active");
    l->coop = add(l, &r);
}

int64_t people_add_licence(struct laptop *l, struct team *t, const char *number)
{
    struct record r;
    char text[2 * NAME_ROOM];
    record_init(&r, &ENTITIES[ENTITY_LICENCE]);
    record_set_text(&r, "licence_no", number);
    record_set_text(&r, "kind", "aml");
    record_set_number(&r, t->coop ? "holder_coop" : "holder", t->coop ? t->coop : t->holder);
    record_set_text(&r, "minerals", t->gold ? "diamond,gold" : "diamond");
    record_set_text(&r, "district", t->district);
    (void)snprintf(text, sizeof text, "%s, %d m above the ford", l->villages[0],
                   50 * (1 + chance_below(&l->nation->chance, 60)));
    record_set_text(&r, "area_text", text);
    record_set_number(&r, "area_m2", chance_between(&l->nation->chance, 4000, 10000));
    record_set_text(&r, "issued_by", "NMA Koidu");
    nation_set_day(&r, "issued_on", t->valid_from - 5);
    nation_set_day(&r, "valid_from", t->valid_from);
    nation_set_day(&r, "valid_to", t->valid_to);
    record_set_text(&r, "status", "granted");
    record_set_number(&r, "max_workers", 40);
    return add(l, &r);
}

/* Every team has a river of its own name, but for those on the rivers of the table: the first upstream. */
static void set_place(struct laptop *l, int number, struct record *r)
{
    struct nation *n = l->nation;
    char river[NAME_ROOM];
    bool on_river = nation_on_river(l, number);
    (void)snprintf(river, sizeof river, "Bafi %d", l->number + 1);
    record_set_text(r, "river", !on_river ? river : l->number == RIVER_LAPTOP ? "Meya" : "Woyie");
    record_set_number(r, "lat_udeg",
                      on_river ? 8500000 + 300000 * number
                               : n->culture->lat_udeg + chance_between(&n->chance, -120000, 120000));
    record_set_number(r, "lon_udeg",
                      on_river ? (l->number == RIVER_LAPTOP ? -11000000 : -10900000)
                               : n->culture->lon_udeg + chance_between(&n->chance, -120000, 120000));
    record_set_text(r, "located_by", "gps");
}

static int64_t add_site(struct laptop *l, struct team *t, int number)
{
    struct record r;
    char text[NAME_ROOM];
    record_init(&r, &ENTITIES[ENTITY_SITE]);
    (void)snprintf(text, sizeof text, "Bafi %d-%d", l->number + 1, number + 1);
    record_set_text(&r, "name", text);
    record_set_number(&r, "licence", t->licence);
    record_set_text(&r, "district", t->district);
    record_set_text(&r, "village", l->villages[0]);
    set_place(l, number, &r);
    record_set_text(&r, "state", t->state);
    record_set_text(&r, "zone_status", t->conduct == CONDUCT_BANNED ? "not_compliant" : "compliant");
    nation_set_day(&r, "opened_on", t->cycle_start);
    record_set_number(&r, "depth_dm", chance_between(&l->nation->chance, 20, 95));
    return add(l, &r);
}

/* Teams that must show something wash from the first weeks on. */
static void plan_washing(struct laptop *l, struct team *t, int number)
{
    t->strip_days = t->pull_days = 10;
    t->wash_days = t->conduct == CONDUCT_POOR ? 15 : 2 * l->nation->days;
    t->cycle_start = l->nation->first_day - 5;
    if (!nation_on_river(l, number))
        return;
    t->gold = false;
    /* Upstream of the planted pair the stones are small; of the honest one, large. */
    t->mean_mct = (l->number == RIVER_LAPTOP) == (number == 0) ? 100 : 280;
    t->day_milli = 3000;
}

static void plan_team(struct laptop *l, struct team *t, int number)
{
    struct chance *c = &l->nation->chance;
    t->crew = (int)chance_between(c, 9, 18);
    t->gold = t->conduct == CONDUCT_USUAL && chance_of(c, 190); /* 60 of 322 sites carry both (domain: 6.6) */
    t->mean_mct = chance_between(c, 90, 300);
    /* 0.005 to 0.03 ct a digger and day over the whole cycle, of which washing is about half. */
    t->day_milli = t->crew * chance_between(c, 8, 45) * 1000 / t->mean_mct;
    t->strip_days = (int32_t)chance_between(c, 25, 55);
    t->pull_days = (int32_t)chance_between(c, 25, 70);
    t->wash_days = (int32_t)chance_between(c, 70, 190);
    t->cycle_start = l->nation->first_day - chance_below(c, t->strip_days + t->pull_days + t->wash_days / 2);
    if (t->conduct != CONDUCT_USUAL || nation_on_river(l, number))
        plan_washing(l, t, number);
    /* What is hoarded or hidden must be worth it. */
    if (t->conduct == CONDUCT_HOARDER || t->conduct == CONDUCT_HUB || t->conduct == CONDUCT_SIFTED)
        t->day_milli = 1800;
    t->sold_on = l->nation->first_day;
    t->valid_from = l->nation->first_day - 10 - chance_below(c, 20);
    t->valid_to = t->valid_from + 364;
    t->state = "stripping";
}

static void add_crew(struct laptop *l, const struct team *t, int64_t person, const char *role)
{
    struct record r;
    record_init(&r, &ENTITIES[ENTITY_CREW]);
    record_set_number(&r, "licence", t->licence);
    record_set_number(&r, "digger", person);
    record_set_text(&r, "role", role);
    nation_set_day(&r, "from_on", l->nation->day);
    (void)add(l, &r);
}

static void add_team(struct laptop *l, struct team *t, int number)
{
    char name[NAME_ROOM];
    plan_team(l, t, number);
    t->laptop = l;
    t->district = t->conduct == CONDUCT_BANNED ? BANNED_DISTRICT : l->district;
    t->holder = add_person(l, "gang_leader", t->leader);
    t->coop = nation_of(l->nation, 300) ? l->coop : 0;
    (void)snprintf(t->licence_no, sizeof t->licence_no, "%s/2026/%05d", l->nation->culture->mark,
                   l->number * l->nation->team_count + number + 1);
    t->licence = t->licence_version = people_add_licence(l, t, t->licence_no);
    t->site = t->site_version = add_site(l, t, number);
    add_crew(l, t, t->holder, "gang_leader");
    for (int i = 1; i < t->crew; i++)
        add_crew(l, t, add_person(l, i % 4 ? "digger" : "washer", name), i % 4 ? "digger" : "washer");
}

static void choose_villages(struct laptop *l)
{
    static const char *const of[] = {"Koidu",    "Tombodu", "Yengema", "Motema", "Njaiama",
                                     "Yormandu", "Peyima",  "Sewafe",  "Kayima", "Jagbwema"};
    for (int i = 0; i < VILLAGES; i++) {
        int number = l->number * 3 + i; /* the last is the next laptop's first */
        (void)snprintf(l->villages[i], sizeof l->villages[i], "%s Section %d", of[number % 10],
                       1 + number / 10);
    }
}

void people_register(struct laptop *l)
{
    char name[NAME_ROOM];
    struct record again;
    choose_villages(l);
    add_officers(l);
    add_coop(l);
    people_fill(l, &again, "carrier", name);
    wrongs_person(l, &again);
    record_copy(&l->person_record, &again);
    l->person = add(l, &again);
    for (int i = 0; i < l->nation->team_count; i++)
        add_team(l, &l->teams[i], i);
}
