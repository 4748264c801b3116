/*
 * What goes wrong on purpose, and what must be found of it: people and licences on two laptops, days returned
 * twice, changes that meet, decisions and corrections, teams that invent or hide. DAY_… are days of the
 * season.
 */
#include <ctype.h>
#include <string.h>

#include "tests/season/nation.h"

enum {
    DAY_PERSON = 3,
    DAY_LICENCE = 4,
    DAY_CREW = 20,
    DAY_OVERLAP = 40,
    DAY_FIELDS_MEET = 50, /* both sides on one day */
    DAY_SEAL = 55,
    DAY_GUARDED = 60, /* the other side comes when this has arrived, as below */
    DAY_CLOCK = 65,
    DAY_SLIP = 70,
    DAY_WEIGHT = 80,
    DAY_VOID = 95,
    DAY_SLIPPED = 98, /* a weight ten times too high */
    DAY_LATE = 110,
    ARRIVES = 12, /* days after which a tied laptop's entries are there */
};

/* --- conduct of teams */

/* Those on a river of the table are left alone: the place of a team among the others. */
static int place_of(const struct laptop *l, int team)
{
    int place = l->number * l->nation->team_count + team;
    for (int number = 0; number <= l->number; number++) {
        for (int i = 0; i < l->nation->team_count && (number < l->number || i < team); i++)
            place -= nation_on_river(&l->nation->laptops[number], i);
    }
    return place;
}

void wrongs_choose(struct laptop *l)
{
    struct nation *n = l->nation;
    int all = n->laptop_count * n->team_count;
    int each = all / 400 > 1 ? all / 400 : 1; /* teams of one conduct */
    int round = all / each;
    int step = round / (CONDUCT_COUNT + 1);
    for (int i = 0; i < n->team_count; i++) {
        int place = place_of(l, i) % round;
        bool chosen = step > 0 && place % step == step - 1 && place / step + 1 < CONDUCT_COUNT &&
                      !nation_on_river(l, i);
        l->teams[i].conduct = chosen ? (enum conduct)(place / step + 1) : CONDUCT_USUAL;
    }
}

static struct team *usual_team(struct laptop *l)
{
    for (int i = 0; i < l->nation->team_count; i++) {
        if (l->teams[i].conduct == CONDUCT_USUAL && !l->teams[i].gold)
            return &l->teams[i];
    }
    return NULL;
}

/* The newest return of a team that found diamonds, or its newest sale. */
static struct made *newest(struct team *t, char outcome)
{
    for (size_t i = t ? t->made_count : 0; i > 0; i--) {
        struct made *m = &t->made[i - 1];
        if (m->outcome == outcome && m->counts && m->mct > 0 && !m->split)
            return m;
    }
    return NULL;
}

static struct laptop *after(struct laptop *l)
{
    return &l->nation->laptops[(l->number + 1) % l->nation->laptop_count];
}

/* --- one person, one licence, one day on two laptops */

static const struct {
    const char *one;
    const char *other;
} SPELLINGS[] = {
    {"Mohamed Sahr Conteh", "Mamadou Sahr Konteh"},
    {"Sekou Jalloh", "Sheku Diallo"},
    {"Ibrahim Tamba Barrie", "Ibrahima Tamba Barry"},
    {"Aiah Koroma", "Aïah Kourouma"},
    {"Komba Kamara", "Komba Camara"},
    {"Mohammed Bah", "Mohamed Bâ"},
    {"Fatmata Sia Camara", "Fatoumata Sia Kamara"},
    {"Sahr Emmanuel Conteh", "CONTÉ Sahr Emmanuel"},
};
enum {
    SPELLING_COUNT = sizeof SPELLINGS / sizeof SPELLINGS[0]
};

static void amend(struct laptop *by, enum entity_id of, int64_t id, int64_t base, const char *field,
                  const char *text)
{
    struct record change;
    record_init(&change, &ENTITIES[of]);
    record_set_text(&change, field, text);
    (void)pen_amend(&by->pen, nation_by(by), nation_at(by), id, base, &change);
}

static int64_t amend_number(struct laptop *by, enum entity_id of, int64_t id, int64_t base, const char *field,
                            int64_t number)
{
    struct record change;
    record_init(&change, &ENTITIES[of]);
    record_set_number(&change, field, number);
    return pen_amend(&by->pen, nation_by(by), nation_at(by), id, base, &change);
}

/* People of one name are told apart by birth and by parent: many share a name (domain: 8.3). */
void wrongs_person(struct laptop *l, struct record *r)
{
    static const char *const fathers[] = {
        "Alpha", "Lansana", "Foday", "Samuel", "Amara", "Momoh",   "Joseph", "Abu",    "Bockarie", "Emmanuel",
        "Musa",  "Brima",   "Osman", "Hassan", "Saidu", "Kelfala", "Dauda",  "Morlai", "Sulaiman", "Patrick"};
    int pair = l->number / 2;
    int kind = pair % 3;
    char text[NUMBER_ROOM];
    if (l->number % 2 == 0)
        return;
    record_set_text(r, "full_name", SPELLINGS[pair % SPELLING_COUNT].one);
    record_set_text(r, "sex", strncmp(SPELLINGS[pair % SPELLING_COUNT].one, "Fat", 3) == 0 ? "F" : "M");
    (void)snprintf(text, sizeof text, "%d", 1970 + pair * 7 % 31);
    record_set_text(r, "birth", text);
    (void)snprintf(text, sizeof text, "%s %s", fathers[pair / SPELLING_COUNT % 20],
                   kind == 2 ? "Jalloh" : "Sandi");
    record_set_text(r, "parent_name", text);
    record_set_text(r, "id_type", kind == 0 ? "national" : "none");
    (void)snprintf(text, sizeof text, "N7%06d", l->number);
    if (kind == 0)
        record_set_text(r, "id_no", text);
    else
        r->values[entity_field(r->of, "id_no")].state = VALUE_ABSENT;
}

/* With the same paper; with the same village; with the same parent. */
static void register_again(struct laptop *first, struct laptop *second)
{
    struct nation *n = first->nation;
    int pair = first->number / 2;
    int kind = pair % 3;
    struct record r;
    char text[NUMBER_ROOM];
    record_copy(&r, &first->person_record);
    record_set_text(&r, "full_name", SPELLINGS[pair % SPELLING_COUNT].other);
    r.values[entity_field(r.of, "card_no")].state = VALUE_ABSENT;
    r.values[entity_field(r.of, "phone")].state = VALUE_ABSENT;
    (void)snprintf(text, sizeof text, kind == 2 ? "%d" : "%d~", 1970 + pair * 7 % 31 + (kind == 2 ? 3 : 1));
    record_set_text(&r, "birth", text);
    if (kind != 1)
        record_set_text(&r, "village", second->villages[1]);
    if (kind == 2) {
        (void)snprintf(text, sizeof text, "%.*s Diallo", (int)strcspn(record_text(&r, "parent_name"), " "),
                       record_text(&r, "parent_name"));
        record_set_text(&r, "parent_name", text);
    } else {
        r.values[entity_field(r.of, "parent_name")].state = VALUE_ABSENT;
    }
    int64_t other = pen_add(&second->pen, nation_by(second), nation_at(second), &r);
    nation_plant(n, "must", "person on two laptops", "digger.same_person", first->person, other);
}

static void license_again(struct laptop *first, struct laptop *second)
{
    struct nation *n = first->nation;
    struct team *of = &first->teams[0];
    struct team *t = &second->teams[n->team_count];
    size_t len = strlen(of->licence_no);
    *t = *of;
    t->laptop = second;
    t->made = NULL;
    t->made_count = t->made_room = 0;
    t->coop = 0;
    t->holder = second->person;
    t->district = second->district;
    for (size_t i = 0; i <= len; i++)
        t->licence_no[i] = (char)tolower((unsigned char)of->licence_no[i]);
    t->licence = people_add_licence(second, t, t->licence_no);
    t->site = 0;
    nation_plant(n, "must", "licence number on two laptops", "licence.same_number", of->licence, t->licence);
    nation_plant(n, "may", "licence number on two laptops", "licence.silence", t->licence, 0);
}

/* The ministry rejects every other one, when it has seen it. */
static void return_again(struct laptop *first, struct laptop *second)
{
    struct nation *n = first->nation;
    struct team *t = usual_team(first);
    const struct made *newest_find = newest(t, 'y');
    if (!newest_find)
        return;
    struct made was = *newest_find;
    struct made *again = work_return(t, second, was.from, was.to, was.outcome, was.stones, was.mct, was.mg);
    if (second->tied && first->number % 4 == 2) {
        again->counts = false;
        post_decide(n, n->day + ARRIVES, "reject", again->id);
    } else {
        nation_plant(n, "must", "day returned twice", "yield.overlaps", was.id, again->id);
    }
}

/* --- on one laptop */

/* Somebody who may not work works. */
static void hire_suspended(struct laptop *l)
{
    struct nation *n = l->nation;
    struct record r;
    char name[NAME_ROOM];
    people_fill(l, &r, "digger", name);
    record_set_text(&r, "status", "suspended");
    int64_t person = pen_add(&l->pen, nation_by(l), nation_at(l), &r);
    record_init(&r, &ENTITIES[ENTITY_CREW]);
    record_set_number(&r, "licence", l->teams[0].licence);
    record_set_number(&r, "digger", person);
    record_set_text(&r, "role", "digger");
    nation_set_day(&r, "from_on", n->day);
    int64_t crew = pen_add(&l->pen, nation_by(l), nation_at(l), &r);
    nation_plant(n, "must", "a suspended worker", "crew.card", crew, person);
}

/* Of a Sunday that had not come when it reached the ministry. */
static void enter_early(struct laptop *l)
{
    struct nation *n = l->nation;
    struct team *t = usual_team(l);
    int32_t day = n->day + 20;
    while (day % 7 != SUNDAY)
        day++;
    if (t) {
        const struct made *m = work_return(t, l, day, day, 'y', 1, 130, 0);
        nation_plant(n, "must", "a day that had not come", "yield.clock", m->id, 0);
        nation_plant(n, "may", "a day that had not come", "yield.future", m->id, 0);
    }
}

static void enter_late(struct laptop *l)
{
    struct nation *n = l->nation;
    struct team *t = usual_team(l);
    int32_t day = n->first_day + 8;
    while (day % 7 != SUNDAY)
        day++;
    if (t) {
        const struct made *m = work_return(t, l, day, day, 'y', 1, 120, 0);
        nation_plant(n, "must", "entered after three months", "yield.late", m->id, 0);
    }
}

static int64_t add_sealed(struct laptop *l, const struct made *m, const char *seal)
{
    struct record r;
    record_init(&r, &ENTITIES[ENTITY_STONE]);
    record_set_number(&r, "yield", m->id);
    record_set_text(&r, "seal_no", seal);
    record_set_text(&r, "kind", "parcel");
    record_set_number(&r, "stones", m->stones);
    record_set_number(&r, "diamond_mct", m->mct);
    record_set_text(&r, "class", "unsorted");
    return pen_add(&l->pen, nation_by(l), nation_at(l), &r);
}

static void seal_again(struct laptop *first, struct laptop *second)
{
    const struct made *a = newest(usual_team(first), 'y');
    const struct made *b = newest(usual_team(second), 'y');
    char seal[NUMBER_ROOM];
    if (!a || !b)
        return;
    (void)snprintf(seal, sizeof seal, "KON-S-9%05d", first->number);
    int64_t one = add_sealed(first, a, seal);
    int64_t other = add_sealed(second, b, seal);
    nation_plant(first->nation, "must", "seal used twice", "stone.seal_reused", one, other);
}

/* The buyer's side of a slip says less than the seller's. */
static void write_other_side(struct laptop *first, struct laptop *second)
{
    struct nation *n = first->nation;
    struct team *t = usual_team(first);
    const struct made *sale = newest(t, 's');
    if (!sale)
        return;
    struct made a = *sale;
    struct laptop *writer = t->laptop;
    int slips = n->slips;
    n->slips = a.slip - 1;
    n->next_buyer = a.buyer + 1;
    t->laptop = second;
    const struct made *b = work_sale(t, a.stones, a.mct * 8 / 10, a.mg, a.usd_cents * 8 / 10);
    t->laptop = writer;
    n->slips = slips;
    nation_plant(n, "must", "sides of a slip differ", "sale.sides_differ", a.id, b->id);
    nation_plant(n, "may", "sides of a slip differ", "licence.balance", t->licence, 0);
}

static void slip_again(struct laptop *first, struct laptop *second)
{
    struct nation *n = first->nation;
    const struct made *a = newest(usual_team(first), 's');
    struct team *t = usual_team(second);
    if (!a || !t || t->stock_mct < 100)
        return;
    int slips = n->slips;
    n->slips = a->slip - 1;
    n->next_buyer = a->buyer + 1;
    const struct made *b =
        work_sale(t, (int)t->stock_stones, t->stock_mct, 0, t->stock_mct * 25); /* 250 USD a carat */
    n->slips = slips;
    t->stock_mct = t->stock_stones = 0;
    nation_plant(n, "must", "slip used twice", "sale.slip_reused", a->id, b->id);
}

/* --- changes that meet */

static void fields_meet(struct laptop *first, struct laptop *second)
{
    amend(first, ENTITY_DIGGER, first->person, first->person, "village", first->villages[0]);
    amend(second, ENTITY_DIGGER, first->person, first->person, "phone", "076 111 222");
}

/* The second one to arrive waits for a person, and what the first says stands. */
static void guarded_meet(struct laptop *first, struct laptop *second, int32_t day)
{
    struct nation *n = first->nation;
    struct team *t = usual_team(first);
    if (!t)
        return;
    if (day == DAY_GUARDED) {
        struct record change;
        t->valid_to += 30;
        record_init(&change, &ENTITIES[ENTITY_LICENCE]);
        nation_set_day(&change, "valid_to", t->valid_to);
        (void)pen_amend(&first->pen, nation_by(first), nation_at(first), t->licence, t->licence, &change);
    } else {
        amend(second, ENTITY_LICENCE, t->licence, t->licence, "status", "suspended");
        nation_plant(n, "must", "standing changed on two laptops", "conflict", t->licence, 0);
    }
}

/* Two weights for one return; the ministry takes the second one of every other pair. */
static void weights_meet(struct laptop *first, struct laptop *second, int32_t day)
{
    struct nation *n = first->nation;
    if (day == DAY_WEIGHT) {
        struct made *m = newest(usual_team(first), 'y');
        if (!m)
            return;
        first->met = m->id;
        m->mct += 20;
        (void)amend_number(first, ENTITY_YIELD, m->id, m->version, "diamond_mct", m->mct);
        return;
    }
    struct team *t = usual_team(first);
    for (size_t i = 0; first->met && i < t->made_count; i++) {
        struct made *m = &t->made[i];
        if (m->id != first->met)
            continue;
        (void)amend_number(second, ENTITY_YIELD, m->id, m->version, "diamond_mct", m->mct + 30);
        if (first->number % 4 == 0) {
            m->mct += 30;
            post_decide(n, n->day + ARRIVES, "settle", m->id);
        } else {
            nation_plant(n, "must", "weight changed on two laptops", "conflict", m->id, 0);
        }
    }
}

static void void_meets(struct laptop *first, struct laptop *second, int32_t day)
{
    if (day == DAY_VOID) {
        const struct made *m = newest(usual_team(first), 'y');
        first->met = m ? m->id : 0;
        if (m)
            (void)amend_number(first, ENTITY_YIELD, m->id, m->version, "diggers", 7);
    } else if (first->met) {
        (void)pen_void(&second->pen, nation_by(second), nation_at(second), ENTITY_YIELD, first->met,
                       first->met, "not our team");
        nation_plant(first->nation, "must", "voided and changed", "conflict", first->met, 0);
    }
}

/* --- what the ministry sends back */

/* A weight with a slipped decimal mark. The ministry returns the record; every other laptop corrects it. */
static void slipped(struct laptop *l, int32_t day)
{
    struct nation *n = l->nation;
    struct team *t = usual_team(l);
    if (!t)
        return;
    if (day == DAY_SLIPPED) {
        int32_t sunday = n->day;
        while (sunday % 7 != SUNDAY)
            sunday--;
        n->unsplit = true;
        struct made *m = work_return(t, l, sunday, sunday, 'y', 2, 3100, 0);
        n->unsplit = false;
        m->counts = false;
        l->returned = t->made_count;
        nation_plant(n, "may", "slipped decimal mark", "yield.mean", m->id, 0);
        post_decide(n, n->day + ARRIVES, "return", m->id);
    } else if (l->returned && l->number % 2 == 0) {
        struct made *m = &t->made[l->returned - 1];
        m->version = amend_number(l, ENTITY_YIELD, m->id, m->version, "diamond_mct", 310);
        m->mct = 310;
        m->counts = true;
    }
}

/* --- by the calendar */

static void both_tied(struct laptop *first, struct laptop *second, int32_t day)
{
    if (day == DAY_FIELDS_MEET)
        fields_meet(first, second);
    if (day == DAY_GUARDED || day == DAY_GUARDED + ARRIVES)
        guarded_meet(first, second, day);
    if (day == DAY_WEIGHT || day == DAY_WEIGHT + ARRIVES)
        weights_meet(first, second, day);
    if (day == DAY_VOID || day == DAY_VOID + ARRIVES)
        void_meets(first, second, day);
}

void wrongs_day(struct nation *n)
{
    int32_t day = n->day - n->first_day;
    for (int i = 0; i < n->laptop_count; i++) {
        struct laptop *l = &n->laptops[i];
        struct laptop *next = after(l);
        if (day == DAY_PERSON && i % 2 == 1)
            register_again(l, next);
        if (day == DAY_LICENCE && i % 10 == 5)
            license_again(l, next);
        if (day == DAY_OVERLAP && i % 2 == 0)
            return_again(l, next);
        if (day == DAY_SEAL && i % 10 == 8)
            seal_again(l, next);
        if (day == DAY_SLIP && i % 10 == 9)
            slip_again(l, next);
        if (day == DAY_SLIP && i % 10 == 6)
            write_other_side(l, next);
        if (day == DAY_CREW && i % 10 == 4)
            hire_suspended(l);
        if (day == DAY_CLOCK && i % 10 == 3 && l->tied)
            enter_early(l);
        if (day == DAY_LATE && i % 10 == 2)
            enter_late(l);
        if (i % 2 == 0 && l->tied && next->tied && next->number > i)
            both_tied(l, next, day);
        if (l->tied && (day == DAY_SLIPPED || day == DAY_SLIPPED + 2 * ARRIVES))
            slipped(l, day);
    }
}

/* --- what teams must be found by */

/* Every run of three days or more with one and the same find. */
static void plant_runs(struct team *t)
{
    for (size_t first = 0; first < t->made_count;) {
        size_t next = first + 1;
        size_t last = first;
        size_t second = first;
        const struct made *m = &t->made[first];
        for (; next < t->made_count; next++) {
            const struct made *o = &t->made[next];
            if (o->outcome == 's')
                continue;
            if (o->outcome != 'y' || o->from != t->made[last].to + 1 || o->stones != m->stones ||
                o->mct != m->mct)
                break;
            last = next;
            second = second == first ? next : second;
        }
        if (m->outcome == 'y' && t->made[last].from - m->from >= 2)
            nation_plant(t->laptop->nation, "must", "copied returns", "yield.identical", m->id,
                         t->made[second].id);
        first = next;
    }
}

static const struct {
    enum conduct conduct;
    const char *want;
    const char *kind;
    const char *rule;
} EXPECTED[] = {
    {CONDUCT_POOR, "never", "honest and poor", ""},
    {CONDUCT_NIL, "must", "months of nothing", "licence.only_nil"},
    {CONDUCT_LOW, "must", "a crumb in a quarter", "licence.mean_low"},
    {CONDUCT_EVEN, "must", "too even", "licence.few_nil"},
    {CONDUCT_EVEN, "may", "too even", "licence.sizes"},
    {CONDUCT_COPIED, "may", "copied returns", "licence.few_nil"},
    {CONDUCT_COPIED, "may", "copied returns", "licence.digits"},
    {CONDUCT_COPIED, "may", "copied returns", "licence.mean_high"},
    {CONDUCT_HUB, "must", "sold more than found", "licence.balance"},
    {CONDUCT_RICH, "must", "a district's share", "licence.hub"},
    {CONDUCT_RICH, "must", "more than a digger finds", "licence.mean_high"},
    {CONDUCT_RICH, "may", "a district's share", "licence.sizes"},
    {CONDUCT_RICH, "may", "a district's share", "yield.gang"},
    {CONDUCT_RICH, "may", "a district's share", "yield.grade"},
    {CONDUCT_RICH, "may", "a district's share", "licence.stock"},
    {CONDUCT_ROUND, "must", "round weights", "licence.digits"},
    {CONDUCT_ROUND, "may", "round weights", "licence.few_nil"},
    {CONDUCT_ROUND, "may", "round weights", "licence.sizes"},
    {CONDUCT_ROUND, "may", "round weights", "licence.mean_high"},
    {CONDUCT_HOARDER, "must", "unsold stock", "licence.stock"},
    {CONDUCT_HOARDER, "must", "unsold for months", "licence.stock_old"},
    {CONDUCT_SILENT, "must", "silent while washing", "licence.silence"},
    {CONDUCT_SIFTED, "must", "sorted stones", "licence.sizes"},
    {CONDUCT_SIFTED, "may", "sorted stones", "licence.mean_high"},
    {CONDUCT_BANNED, "must", "zone under a ban", "yield.ban"},
    {CONDUCT_BANNED, "must", "sold out of a ban", "sale.ban"},
    {CONDUCT_BANNED, "may", "zone under a ban", "yield.zone"},
    {CONDUCT_CHEAP, "must", "price outside the band", "sale.price"},
    {CONDUCT_GOLD, "must", "gold that nobody digs", "yield.gold_per_digger"},
};

/* The sale of most dollars in the second half-year of the district whose prices double. */
static void plant_price(struct nation *n)
{
    const struct made *most = NULL;
    for (int i = 0; i < n->laptop_count * n->team_count; i++) {
        const struct team *t = &n->laptops[i / n->team_count].teams[i % n->team_count];
        if (t->gold || strcmp(t->district, n->districts[n->district_count - 1]) != 0)
            continue;
        for (size_t x = 0; x < t->made_count; x++) {
            const struct made *m = &t->made[x];
            if (m->outcome == 's' && m->from >= n->summer && (!most || m->usd_cents > most->usd_cents))
                most = m;
        }
    }
    if (most)
        nation_plant(n, "must", "prices of a district double", "licence.price_moves", most->id, 0);
}

/* The stones of the second pit of a river are more than twice as heavy as those of the first, upstream. */
static void plant_river(struct nation *n)
{
    const struct laptop *l = &n->laptops[RIVER_LAPTOP];
    if (n->team_count > 1)
        nation_plant(n, "must", "larger stones downstream", "site.downstream", l->teams[1].site,
                     l->teams[0].site);
}

void wrongs_end(struct nation *n)
{
    for (int i = 0; i < n->laptop_count * n->team_count; i++) {
        struct team *t = &n->laptops[i / n->team_count].teams[i % n->team_count];
        for (size_t x = 0; x < sizeof EXPECTED / sizeof EXPECTED[0]; x++) {
            if (EXPECTED[x].conduct == t->conduct)
                nation_plant(n, EXPECTED[x].want, EXPECTED[x].kind, EXPECTED[x].rule, t->licence, 0);
        }
        if (t->conduct == CONDUCT_COPIED)
            plant_runs(t);
    }
    plant_price(n);
    plant_river(n);
}
