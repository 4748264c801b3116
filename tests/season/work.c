/* A team's day: what it does, finds and sells, and what is written about it. */
#include <stdlib.h>
#include <string.h>

#include "schema/base/decimal.h"
#include "tests/season/nation.h"

enum {
    BIG_STONE_MCT = 1500, /* gets a record of its own */
    USD_A_CARAT = 26000,  /* cents: between the prices of Kono (domain: 6.3) */
};

struct find {
    int stones;
    int64_t mct;
    int64_t largest_mct;
    int64_t mg;
};

struct made *work_keep(struct team *t, const struct made *m)
{
    if (t->made_count == t->made_room) {
        t->made_room = t->made_room ? t->made_room * 2 : 64;
        t->made = mem_resize(t->made, t->made_room, sizeof *t->made);
    }
    t->made[t->made_count] = *m;
    return &t->made[t->made_count++];
}

/* --- writing */

static void set_found(struct nation *n, struct record *r, int stones, int64_t mct, int64_t mg)
{
    if (stones > 0) {
        record_set_number(r, "stones", stones);
        record_set_number(r, "diamond_mct", mct);
    }
    if (mg > 0) {
        record_set_number(r, "gold_mg", mg);
        record_set_number(r, "fineness", chance_between(&n->chance, 880, 940));
    }
    record_set_text(r, "weighed_by", nation_of(n, 800) ? "own_scale" : "sealed_scale");
    if (mct > 0 && !n->unsplit && nation_of(n, 300)) {
        int64_t gem = mct * chance_between(&n->chance, 40, 80) / 1000 * 10;
        int64_t near_gem = (mct - gem) / 20 * 10;
        record_set_number(r, "gem_mct", gem);
        record_set_number(r, "near_gem_mct", near_gem);
        record_set_number(r, "industrial_mct", mct - gem - near_gem);
    }
}

static void set_work(struct team *t, struct record *r, char outcome)
{
    static const char *const reasons[] = {"rain", "rain", "feast", "farm", "no_food", "sickness"};
    struct nation *n = t->laptop->nation;
    if (outcome == 'w') {
        record_set_text(r, "reason", reasons[chance_below(&n->chance, 6)]);
        record_set_number(r, "diggers", 0);
        return;
    }
    int64_t diggers = t->crew - chance_below(&n->chance, t->crew / 3 + 1);
    record_set_number(r, "diggers", diggers);
    record_set_number(r, "women", diggers / 5);
    if (strcmp(t->state, "washing") == 0)
        record_set_number(r, "gravel_l", diggers * chance_between(&n->chance, 20, 80) * 10);
}

struct made *work_return(struct team *t, struct laptop *by, int32_t from, int32_t to, char outcome,
                         int stones, int64_t mct, int64_t mg)
{
    struct laptop *l = by;
    struct record r;
    record_init(&r, &ENTITIES[ENTITY_YIELD]);
    record_set_number(&r, "licence", t->licence);
    record_set_number(&r, "site", t->site);
    nation_set_day(&r, "date_from", from);
    nation_set_day(&r, "date_to", to);
    record_set_text(&r, "outcome", outcome == 'y' ? "yield" : outcome == 'n' ? "nil" : "not_worked");
    record_set_text(&r, "activity", t->state);
    set_work(t, &r, outcome);
    if (outcome == 'y')
        set_found(l->nation, &r, stones, mct, mg);
    record_set_text(&r, "declared_by", t->leader);
    struct made m = {.from = from,
                     .to = to,
                     .day = l->nation->day,
                     .stones = stones,
                     .mct = mct,
                     .mg = mg,
                     .outcome = outcome,
                     .counts = true};
    m.split = record_has(&r, "gem_mct");
    m.id = m.version = pen_add(&l->pen, nation_by(l), nation_at(l), &r);
    return work_keep(t, &m);
}

static void set_price(struct record *r, struct made *m, int64_t cents)
{
    m->usd_cents = cents < 100 ? 100 : cents;
    m->price_minor = m->usd_cents * 227 / 10; /* leones at 22.7 to the dollar */
    record_set_text(r, "currency", "SLE");
    record_set_number(r, "price_minor", m->price_minor);
    record_set_number(r, "price_usd_cents", m->usd_cents);
    record_set_number(r, "levy_minor", m->price_minor * 3 / 100);
    record_set_text(r, "payment", "cash");
}

struct made *work_sale(struct team *t, int stones, int64_t mct, int64_t mg, int64_t cents)
{
    static const char *const buyers[] = {"Fadika & Sons", "Koidu Gems Ltd", "Kassim Basma", "Sewa Diamonds"};
    struct laptop *l = t->laptop;
    struct nation *n = l->nation;
    struct record r;
    char text[2 * NAME_ROOM];
    struct made m = {.day = n->day,
                     .from = n->day,
                     .to = n->day,
                     .stones = stones,
                     .mct = mct,
                     .mg = mg,
                     .buyer = n->next_buyer ? n->next_buyer - 1 : chance_below(&n->chance, 4),
                     .slip = n->slips + 1,
                     .outcome = 's',
                     .counts = true};
    n->slips++;
    n->next_buyer = 0;
    record_init(&r, &ENTITIES[ENTITY_SALE]);
    (void)snprintf(text, sizeof text, "%06d", n->slips);
    record_set_text(&r, "slip_no", text);
    (void)snprintf(text, sizeof text, "B%d", 1 + n->slips / 50);
    record_set_text(&r, "book_no", text);
    nation_set_day(&r, "date", n->day);
    record_set_number(&r, "licence", t->licence);
    record_set_text(&r, "seller", t->leader);
    record_set_text(&r, "buyer", buyers[m.buyer]);
    (void)snprintf(text, sizeof text, "%s/B/%03d", n->culture->mark, m.buyer + 1);
    record_set_text(&r, "buyer_licence_no", text);
    if (stones > 0) {
        record_set_number(&r, "stones", stones);
        record_set_number(&r, "diamond_mct", mct);
    }
    if (mg > 0)
        record_set_number(&r, "gold_mg", mg);
    set_price(&r, &m, cents);
    (void)snprintf(text, sizeof text, "%s, NMA Koidu", t->licence_no);
    record_set_text(&r, "origin", text);
    m.id = m.version = pen_add(&l->pen, nation_by(l), nation_at(l), &r);
    return work_keep(t, &m);
}

static void add_stone(struct team *t, int64_t yield, int64_t mct)
{
    static const char *const classes[] = {"gem", "gem", "near_gem", "industrial"};
    struct laptop *l = t->laptop;
    struct nation *n = l->nation;
    struct record r;
    char text[NUMBER_ROOM];
    n->seals++;
    record_init(&r, &ENTITIES[ENTITY_STONE]);
    record_set_number(&r, "yield", yield);
    (void)snprintf(text, sizeof text, "%s-S-%06d", n->culture->mark, 40000 + n->seals);
    record_set_text(&r, "seal_no", text);
    record_set_text(&r, "kind", "single");
    record_set_number(&r, "stones", 1);
    record_set_number(&r, "diamond_mct", mct);
    record_set_text(&r, "class", classes[chance_below(&n->chance, 4)]);
    record_set_text(&r, "colour", "colourless");
    (void)pen_add(&l->pen, nation_by(l), nation_at(l), &r);
}

/* --- mistakes, corrected or taken back */

/* The weight is read again on a better scale. */
static void correct(struct team *t, struct made *m)
{
    struct laptop *l = t->laptop;
    struct record change;
    m->mct += 10;
    record_init(&change, &ENTITIES[ENTITY_YIELD]);
    record_set_number(&change, "diamond_mct", m->mct);
    record_set_text(&change, "weighed_by", "sealed_scale");
    m->version = pen_amend(&l->pen, nation_by(l), nation_at(l), m->id, m->version, &change);
}

static void take_back(struct team *t)
{
    struct laptop *l = t->laptop;
    struct made *m = work_return(t, l, l->nation->day, l->nation->day, 'y', 1, 150, 0);
    (void)pen_void(&l->pen, nation_by(l), nation_at(l), ENTITY_YIELD, m->id, m->version,
                   "entered for the wrong team");
    m->counts = false;
}

/* --- the day */

static const char *state_on(struct team *t)
{
    struct nation *n = t->laptop->nation;
    int32_t age = n->day - t->cycle_start;
    if (age >= t->strip_days + t->pull_days + t->wash_days) {
        t->cycle_start = n->day; /* the pit is worked out: the next is stripped */
        age = 0;
        if (t->conduct == CONDUCT_POOR)
            t->strip_days = 2 * n->days;
    }
    return age < t->strip_days ? "stripping" : age < t->strip_days + t->pull_days ? "pulling" : "washing";
}

static void move_on(struct team *t)
{
    const char *state = state_on(t);
    struct laptop *l = t->laptop;
    struct record change;
    if (strcmp(state, t->state) == 0)
        return;
    t->state = state;
    record_init(&change, &ENTITIES[ENTITY_SITE]);
    record_set_text(&change, "state", state);
    t->site_version = pen_amend(&l->pen, nation_by(l), nation_at(l), t->site, t->site_version, &change);
}

/* Finds come in clusters: a poor day, a usual one, a good one. */
static struct find wash(struct team *t)
{
    static const int64_t luck[] = {300, 700, 1000, 1000, 2000};
    struct nation *n = t->laptop->nation;
    struct find found = {0};
    found.stones = chance_stones(&n->chance, t->day_milli * luck[chance_below(&n->chance, 5)] / 1000);
    for (int i = 0; i < found.stones; i++) {
        int64_t mct = chance_weight(&n->chance, t->mean_mct);
        found.mct += mct;
        found.largest_mct = mct > found.largest_mct ? mct : found.largest_mct;
    }
    if (t->gold)
        found.mg = t->crew * chance_between(&n->chance, 20, 220) / 10 * 10;
    return found;
}

/* What a team writes that invents or hides. */
static struct find declare(struct team *t, struct find found)
{
    struct nation *n = t->laptop->nation;
    int64_t each = 0;
    switch (t->conduct) {
    case CONDUCT_POOR:
    case CONDUCT_NIL:
        return (struct find){0};
    case CONDUCT_LOW:
        return n->day % 30 == 0 || n->day % 30 == 1 ? (struct find){1, 20, 0, 0} : (struct find){0};
    case CONDUCT_EVEN:
        return (struct find){1, 100 + 10 * chance_between(&n->chance, 0, 15), 0, 0};
    case CONDUCT_COPIED:
        if (t->copies-- > 0)
            return (struct find){t->held_stones, t->held_mct, 0, 0};
        t->copies = 5 + chance_below(&n->chance, 4);
        t->held_stones = found.stones = found.stones > 0 ? found.stones : 1;
        t->held_mct = found.mct = found.mct > 0 ? found.mct : 210;
        return found;
    case CONDUCT_RICH:
        found.stones = 9 + chance_below(&n->chance, 6);
        found.mct = 0;
        for (int i = 0; i < found.stones; i++)
            found.mct += chance_weight(&n->chance, 320);
        return found;
    case CONDUCT_ROUND:
        found.stones = 1 + chance_below(&n->chance, 2);
        each = 50 * chance_between(&n->chance, 2, 9);
        return (struct find){found.stones, found.stones * each / 50 * 50, 0, 0};
    case CONDUCT_SIFTED:
        found.largest_mct = 0; /* each stone of a pair has a record of its own */
        found.stones = found.stones > 2 ? 2 : found.stones;
        found.mct = found.stones * 10 * chance_between(&n->chance, 68, 90);
        return found;
    case CONDUCT_GOLD:
        if (n->day == n->first_day + 60 || n->day == n->first_day + 61)
            found.mg = t->crew * INT64_C(6000);
        return found;
    case CONDUCT_USUAL:
    case CONDUCT_HUB:
    case CONDUCT_HOARDER:
    case CONDUCT_SILENT:
    case CONDUCT_BANNED:
    case CONDUCT_CHEAP:
    case CONDUCT_COUNT:
        break;
    }
    return found;
}

static void worked(struct team *t)
{
    struct nation *n = t->laptop->nation;
    struct find found = {0};
    bool washing = strcmp(t->state, "washing") == 0;
    if (washing)
        found = declare(t, wash(t));
    t->washed += washing;
    if (washing && t->conduct == CONDUCT_USUAL && nation_of(n, 4))
        take_back(t);
    bool some = found.stones > 0 || found.mg > 0;
    bool slip = t->conduct == CONDUCT_USUAL && found.mct > 100 && nation_of(n, 12);
    struct made *m =
        work_return(t, t->laptop, n->day, n->day, some ? 'y' : 'n', found.stones, found.mct, found.mg);
    int64_t yield = m->id;
    if (slip && !m->split)
        correct(t, m);
    t->stock_mct += m->mct;
    t->stock_stones += found.stones;
    t->stock_mg += found.mg;
    if (found.largest_mct >= BIG_STONE_MCT)
        add_stone(t, yield, found.largest_mct);
    for (int i = 0; i < 2 && t->conduct == CONDUCT_SIFTED && found.stones == 2; i++)
        add_stone(t, yield, i ? found.mct - found.mct / 20 * 10 : found.mct / 20 * 10);
}

/* Around the country's usual price by a factor of at most two; gold at about 60 USD a gram. */
static int64_t price_of(struct team *t, int64_t mct, int64_t mg)
{
    struct nation *n = t->laptop->nation;
    int64_t carat = USD_A_CARAT * chance_between(&n->chance, 550, 1700) / 1000;
    if (t->conduct == CONDUCT_CHEAP)
        carat = 2500 + chance_below(&n->chance, 2000);
    /* In one district prices double with the second half of the year. */
    if (n->day >= n->summer && strcmp(t->district, n->districts[n->district_count - 1]) == 0)
        carat = carat * 2;
    return decimal_muldiv(mct, carat, 1000) + decimal_muldiv(mg, 6000, 1000);
}

static void sell(struct team *t)
{
    int64_t mct = t->stock_mct;
    int stones = (int)t->stock_stones;
    if (t->conduct == CONDUCT_HUB) {
        mct = mct * 3 + 200;
        stones = stones * 3 + 1;
    }
    int64_t cents = price_of(t, mct, t->stock_mg);
    (void)work_sale(t, stones, mct, t->stock_mg, cents);
    t->stock_mct = t->stock_stones = t->stock_mg = 0;
    t->sold_on = t->laptop->nation->day;
}

static bool sells_today(struct team *t)
{
    struct nation *n = t->laptop->nation;
    bool has_some = t->stock_mct >= 600 || t->stock_mg >= 20000;
    return has_some && t->conduct != CONDUCT_HOARDER && n->day - t->sold_on >= 6 && nation_of(n, 220);
}

void work_day(struct team *t)
{
    struct nation *n = t->laptop->nation;
    bool is_silent = t->conduct == CONDUCT_SILENT && n->day > n->first_day + n->days - 45;
    move_on(t);
    if (n->day % 7 == SUNDAY || is_silent)
        return;
    if (t->conduct == CONDUCT_USUAL && nation_of(n, 25))
        return; /* no return at all: the report of missing returns shows it */
    if (t->conduct == CONDUCT_USUAL && nation_of(n, 70))
        (void)work_return(t, t->laptop, n->day, n->day, 'w', 0, 0, 0);
    else
        worked(t);
    if (sells_today(t))
        sell(t);
}
