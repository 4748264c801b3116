/* A day of the season: returns, stones, sales, visits and mistakes. */
#include <stdio.h>
#include <string.h>

#include "app/field/demo/season.h"
#include "schema/base/date.h"
#include "schema/base/decimal.h"

/* What one day's wash gave. */
struct find {
    int64_t stones;
    int64_t mct;
    int64_t largest_mct;
    int64_t gold_mg;
};

enum {
    BIG_STONE_MCT = 1500, /* gets a record of its own */
};

static const char *activity_on(const struct season *d, struct gang *g)
{
    int32_t age = d->day - g->cycle_start;
    if (age >= g->strip_days + g->pull_days + g->wash_days) {
        g->cycle_start = d->day; /* the pit is worked out: the next is stripped */
        age = 0;
    }
    return age < g->strip_days ? "stripping" : age < g->strip_days + g->pull_days ? "pulling" : "washing";
}

static struct find wash(struct season *d, const struct gang *g)
{
    struct find found = {0};
    /* Finds come in clusters: a poor day, a usual one, a good one. */
    static const int64_t luck[] = {300, 700, 1000, 1000, 2000};
    found.stones = chance_stones(&d->chance, g->day_milli * luck[chance_below(&d->chance, 5)] / 1000);
    for (int64_t i = 0; i < found.stones; i++) {
        int64_t mct = chance_weight(&d->chance, g->mean_mct);
        found.mct += mct;
        if (mct > found.largest_mct)
            found.largest_mct = mct;
    }
    if (g->gold)
        found.gold_mg = g->crew * chance_between(&d->chance, 20, 220) / 10 * 10;
    return found;
}

static void set_people(struct season *d, struct record *r, const struct gang *g)
{
    int64_t diggers = g->crew - chance_below(&d->chance, g->crew / 3 + 1);
    record_set_number(r, "diggers", diggers);
    if (g->women > 0)
        record_set_number(r, "women", g->women < diggers ? g->women : diggers);
    if (chance_of(&d->chance, 700))
        record_set_number(r, "hours_dh", 5 * chance_between(&d->chance, 12, 20));
}

static void set_found(struct season *d, struct record *r, const struct find *found)
{
    if (found->stones > 0) {
        record_set_number(r, "stones", found->stones);
        record_set_number(r, "diamond_mct", found->mct);
    }
    if (found->gold_mg > 0) {
        record_set_number(r, "gold_mg", found->gold_mg);
        record_set_number(r, "fineness", chance_between(&d->chance, 880, 940));
    }
    record_set_text(r, "weighed_by", chance_of(&d->chance, 800) ? "own_scale" : "sealed_scale");
    if (found->mct > 0 && chance_of(&d->chance, 300)) {
        int64_t gem = found->mct * chance_between(&d->chance, 40, 80) / 1000 * 10;
        int64_t near_gem = (found->mct - gem) / 20 * 10;
        record_set_number(r, "gem_mct", gem);
        record_set_number(r, "near_gem_mct", near_gem);
        record_set_number(r, "industrial_mct", found->mct - gem - near_gem);
    }
}

static void fill_return(struct season *d, const struct gang *g, const char *activity,
                        const struct find *found, struct record *r)
{
    char text[NAME_BYTES];
    bool yield = found->stones > 0 || found->gold_mg > 0;
    record_init(r, &ENTITIES[ENTITY_YIELD]);
    record_set_number(r, "licence", g->licence);
    record_set_number(r, "site", g->sites[chance_below(&d->chance, g->site_count)]);
    season_set_day(r, "date_from", d->day);
    season_set_day(r, "date_to", d->day);
    record_set_text(r, "outcome", yield ? "yield" : "nil");
    record_set_text(r, "activity", activity);
    set_people(d, r, g);
    if (strcmp(activity, "washing") == 0)
        record_set_number(r, "gravel_l",
                          record_number(r, "diggers") * chance_between(&d->chance, 20, 80) * 10);
    if (yield)
        set_found(d, r, found);
    record_set_text(r, "declared_by", g->leader);
    if (found->largest_mct >= BIG_STONE_MCT || chance_of(&d->chance, 60)) {
        season_person_name(d, false, text, sizeof text);
        record_set_text(r, "witness", text);
    }
    if (chance_of(&d->chance, 250)) {
        (void)snprintf(text, sizeof text, "%d", 1 + (int)((d->day - d->first_day) / 50));
        record_set_text(r, "book_no", text);
        (void)snprintf(text, sizeof text, "%d", 1 + (int)((d->day - d->first_day) % 50));
        record_set_text(r, "sheet_no", text);
    }
}

/* --- mistakes, as an officer makes and corrects them */

/* Typed for the wrong team, seen at once, voided. */
static enum err mistaken_return(struct season *d, const struct gang *g, struct errctx *e)
{
    struct record r;
    struct find found = wash(d, g);
    int64_t id = 0;
    fill_return(d, g, "washing", &found, &r);
    enum err result = season_add(d, &r, &id, e);
    record_done(&r);
    if (result != ERR_OK)
        return result;
    result = store_void(d->store, ENTITY_YIELD, id, "entered for the wrong team", &d->by, e);
    d->by.now += d->step_s;
    return result;
}

/* The head count was misread, or the weight was read again on a better scale. */
static enum err correct_return(struct season *d, struct gang *g, const struct record *r, int64_t id,
                               struct errctx *e)
{
    struct record change;
    record_init(&change, r->of);
    int64_t mct = record_number(r, "diamond_mct");
    if (mct > 100 && !record_has(r, "gem_mct") && chance_of(&d->chance, 500)) {
        record_set_number(&change, "diamond_mct", mct + 10);
        record_set_text(&change, "weighed_by", "sealed_scale");
        g->stock_mct += 10;
    } else {
        record_set_number(&change, "diggers", record_number(r, "diggers") + 1);
    }
    enum err result = season_amend(d, ENTITY_YIELD, id, &change, e);
    record_done(&change);
    return result;
}

/* --- stones and sales */

static enum err add_big_stone(struct season *d, int64_t yield, int64_t mct, struct errctx *e)
{
    static const char *const classes[] = {"gem", "gem", "near_gem", "industrial"};
    static const char *const colours[] = {"colourless", "tinted", "tinted", "yellow", "brown", "grey"};
    static const char *const shapes[] = {"octahedron", "dodecahedron", "dodecahedron", "irregular", "macle"};
    static const char *const surfaces[] = {"none", "frosted", "dissolved", "coated"};
    struct record r;
    char text[NUMBER_BYTES];
    char clarity[2] = {(char)('1' + chance_below(&d->chance, 5)), '\0'};
    int64_t id = 0;
    d->seals++;
    record_init(&r, &ENTITIES[ENTITY_STONE]);
    record_set_number(&r, "yield", yield);
    (void)snprintf(text, sizeof text, "%s-P-%05d", d->culture->mark, d->seals);
    record_set_text(&r, "parcel_no", text);
    (void)snprintf(text, sizeof text, "%s-S-%06d", d->culture->mark, 40000 + d->seals);
    record_set_text(&r, "seal_no", text);
    record_set_text(&r, "kind", "single");
    record_set_number(&r, "stones", 1);
    record_set_number(&r, "diamond_mct", mct);
    record_set_text(&r, "class", classes[chance_below(&d->chance, 4)]);
    record_set_text(&r, "colour", colours[chance_below(&d->chance, 6)]);
    record_set_text(&r, "clarity", clarity);
    record_set_text(&r, "shape", shapes[chance_below(&d->chance, 5)]);
    record_set_text(&r, "surface", surfaces[chance_below(&d->chance, 4)]);
    enum err result = season_add(d, &r, &id, e);
    record_done(&r);
    return result;
}

/* Around the usual price of the country by a factor of at most two; gold at about 60 USD a gram. */
static int64_t price_cents(struct season *d, const struct gang *g)
{
    int64_t carat = d->price * chance_between(&d->chance, 550, 1700) / 1000;
    int64_t cents = decimal_muldiv(g->stock_mct, carat, 1000) + decimal_muldiv(g->stock_mg, 6000, 1000);
    return cents < 100 ? 100 : cents;
}

static void set_price(struct season *d, const struct gang *g, struct record *r)
{
    const char *currency = codes_profile(store_codes(d->store), "currency");
    int64_t cents = price_cents(d, g);
    int64_t scale = 1;
    for (int i = codes_currency_exponent(store_codes(d->store), currency); i > 0; i--)
        scale *= 10;
    /* cents / 100 dollars, times the rate in thousandths, times the minor units of one unit */
    int64_t price = decimal_muldiv(cents * scale, d->culture->per_usd_milli, 100000);
    record_set_text(r, "currency", currency);
    record_set_number(r, "price_minor", price > 0 ? price : 1);
    record_set_number(r, "price_usd_cents", cents);
    record_set_number(r, "levy_minor", price * 3 / 100);
    record_set_text(r, "payment", chance_of(&d->chance, 850) ? "cash" : "mobile_money");
}

static enum err sell(struct season *d, struct gang *g, struct errctx *e)
{
    struct record r;
    char text[NAME_BYTES];
    char buyer[NAME_BYTES];
    int64_t id = 0;
    d->slips++;
    season_pick(d, d->culture->buyers, buyer, sizeof buyer);
    record_init(&r, &ENTITIES[ENTITY_SALE]);
    (void)snprintf(text, sizeof text, "%05d", d->slips);
    record_set_text(&r, "slip_no", text);
    (void)snprintf(text, sizeof text, "B%d", 1 + d->slips / 50);
    record_set_text(&r, "book_no", text);
    season_set_day(&r, "date", d->day);
    record_set_number(&r, "licence", g->licence);
    record_set_text(&r, "seller", g->leader);
    record_set_text(&r, "buyer", buyer);
    (void)snprintf(text, sizeof text, "%s/B/%03d", d->culture->mark, (int)strlen(buyer) * 7 + buyer[0]);
    record_set_text(&r, "buyer_licence_no", text);
    if (g->stock_stones > 0) {
        record_set_number(&r, "stones", g->stock_stones);
        record_set_number(&r, "diamond_mct", g->stock_mct);
    }
    if (g->stock_mg > 0)
        record_set_number(&r, "gold_mg", g->stock_mg);
    set_price(d, g, &r);
    (void)snprintf(text, sizeof text, "%s, %s", g->licence_no, d->culture->office);
    record_set_text(&r, "origin", text);
    enum err result = season_add(d, &r, &id, e);
    record_done(&r);
    g->stock_mct = g->stock_stones = g->stock_mg = 0;
    g->sold_on = d->day;
    return result;
}

static bool sells_today(struct season *d, const struct gang *g)
{
    bool has_some = g->stock_mct >= 600 || g->stock_mg >= 20000;
    return has_some && d->day - g->sold_on >= 6 && chance_of(&d->chance, 220);
}

/* --- the day */

static enum err not_worked(struct season *d, struct gang *g, const char *activity, struct errctx *e)
{
    static const char *const reasons[] = {"rain", "rain", "feast", "farm", "no_food", "sickness", "no_fuel"};
    struct record r;
    int64_t id = 0;
    record_init(&r, &ENTITIES[ENTITY_YIELD]);
    record_set_number(&r, "licence", g->licence);
    season_set_day(&r, "date_from", d->day);
    season_set_day(&r, "date_to", d->day);
    record_set_text(&r, "outcome", "not_worked");
    record_set_text(&r, "reason", reasons[chance_below(&d->chance, 7)]);
    record_set_text(&r, "activity", activity);
    record_set_number(&r, "diggers", 0);
    record_set_text(&r, "declared_by", g->leader);
    enum err result = season_add(d, &r, &id, e);
    record_done(&r);
    return result;
}

static enum err worked(struct season *d, struct gang *g, const char *activity, struct errctx *e)
{
    struct record r;
    struct find found = {0};
    int64_t id = 0;
    if (strcmp(activity, "washing") == 0) {
        if (chance_of(&d->chance, 4) && mistaken_return(d, g, e) != ERR_OK)
            return e->kind;
        found = wash(d, g);
    }
    fill_return(d, g, activity, &found, &r);
    enum err result = season_add(d, &r, &id, e);
    g->stock_mct += found.mct;
    g->stock_stones += found.stones;
    g->stock_mg += found.gold_mg;
    if (result == ERR_OK && found.largest_mct >= BIG_STONE_MCT)
        result = add_big_stone(d, id, found.largest_mct, e);
    if (result == ERR_OK && chance_of(&d->chance, 12))
        result = correct_return(d, g, &r, id, e);
    record_done(&r);
    return result;
}

enum err season_work(struct season *d, struct gang *g, struct errctx *e)
{
    const char *activity = activity_on(d, g);
    bool day_of_rest = (d->day + 4) % 7 == 0; /* Sunday */
    if (day_of_rest || chance_of(&d->chance, 25))
        return ERR_OK; /* no return at all: the report of missing returns shows the second kind */
    enum err result = chance_of(&d->chance, 70) ? not_worked(d, g, activity, e) : worked(d, g, activity, e);
    if (result == ERR_OK && sells_today(d, g))
        result = sell(d, g, e);
    return result;
}

/* --- visits */

static enum err inspect(struct season *d, struct gang *g, struct errctx *e)
{
    struct record r;
    char names[2 * NAME_BYTES];
    char other[NAME_BYTES];
    int64_t id = 0;
    season_person_name(d, false, names, NAME_BYTES);
    season_person_name(d, true, other, sizeof other);
    (void)snprintf(names + strlen(names), sizeof names - strlen(names), ", %s", other);
    bool behind = chance_of(&d->chance, 300);
    record_init(&r, &ENTITIES[ENTITY_INSPECTION]);
    season_set_day(&r, "date", d->day);
    record_set_number(&r, "site", g->sites[0]);
    record_set_number(&r, "licence", g->licence);
    record_set_text(&r, "inspectors", names);
    record_set_number(&r, "announced", chance_of(&d->chance, 300));
    record_set_number(&r, "licence_shown", chance_of(&d->chance, 900));
    record_set_number(&r, "cards_checked", g->crew / 2);
    record_set_number(&r, "cards_missing", chance_below(&d->chance, g->crew / 4 + 1));
    record_set_number(&r, "men", g->crew - g->women);
    record_set_number(&r, "women", g->women);
    record_set_number(&r, "under_15", chance_of(&d->chance, 60));
    record_set_number(&r, "aged_15_17", chance_of(&d->chance, 120));
    record_set_text(&r, "notebook", behind ? "behind" : "up_to_date");
    record_set_text(&r, "finding", behind ? "advice" : "none");
    enum err result = season_add(d, &r, &id, e);
    record_done(&r);
    return result;
}

static enum err suspend(struct season *d, struct gang *g, struct errctx *e)
{
    struct record change;
    record_init(&change, &ENTITIES[ENTITY_LICENCE]);
    record_set_text(&change, "status", "suspended");
    season_set_day(&change, "status_on", d->day);
    record_set_text(&change, "status_reason", "boundary dispute, to be surveyed");
    enum err result = season_amend(d, ENTITY_LICENCE, g->licence, &change, e);
    record_done(&change);
    return result;
}

enum err season_visit(struct season *d, struct errctx *e)
{
    d->by.login = d->logins[1];
    if (chance_of(&d->chance, 200) &&
        inspect(d, &d->gangs[chance_below(&d->chance, d->gang_count)], e) != ERR_OK)
        return e->kind;
    /* One licence in the middle of the season. */
    if (d->gang_count > 4 && d->day - d->first_day == d->plan->days / 2)
        return suspend(d, &d->gangs[chance_below(&d->chance, d->gang_count)], e);
    return ERR_OK;
}
