/* The first day of a season: everybody and everything is registered. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app/field/demo/season.h"
#include "schema/base/buf.h"
#include "schema/base/date.h"

/* A login of plain small letters out of a given name. */
static void make_login(struct season *d, int i)
{
    static const char *const fallback[OFFICERS] = {"officer1", "officer2", "officer3"};
    char name[48];
    char *out = d->logins[i];
    size_t len = 0;
    season_pick(d, i == 1 ? d->culture->women : d->culture->men, name, sizeof name);
    for (const char *at = name; *at && len < 15; at++) {
        if (isalpha((unsigned char)*at))
            out[len++] = (char)tolower((unsigned char)*at);
    }
    out[len] = '\0';
    for (int before = 0; before < i; before++) {
        if (strcmp(d->logins[before], out) == 0)
            len = 0;
    }
    if (len < strlen(name))
        (void)snprintf(out, sizeof d->logins[i], "%s", fallback[i]);
}

static enum err add_officers(struct season *d, struct errctx *e)
{
    for (int i = 0; i < OFFICERS; i++) {
        struct record r;
        char name[NAME_BYTES];
        int64_t id = 0;
        make_login(d, i);
        d->by.login = d->logins[0];
        season_person_name(d, i == 1, name, sizeof name);
        record_init(&r, &ENTITIES[ENTITY_OFFICER]);
        record_set_text(&r, "login", d->logins[i]);
        record_set_text(&r, "full_name", name);
        record_set_text(&r, "role", i == 0 ? "admin" : "officer");
        record_set_number(&r, "active", 1);
        enum err result = season_add(d, &r, &id, e);
        record_done(&r);
        if (result != ERR_OK)
            return result;
    }
    return ERR_OK;
}

static enum err add_coops(struct season *d, struct errctx *e)
{
    for (int i = 0; i < d->coop_count; i++) {
        struct record r;
        char village[48];
        char chair[NAME_BYTES];
        char number[NUMBER_BYTES];
        struct buf name = {0};
        season_pick(d, d->culture->villages, village, sizeof village);
        season_person_name(d, chance_of(&d->chance, 200), chair, sizeof chair);
        const char *mark = strstr(d->culture->coop, "%s");
        buf_put(&name, d->culture->coop, (size_t)(mark - d->culture->coop));
        buf_puts(&name, village);
        buf_puts(&name, mark + 2);
        (void)snprintf(number, sizeof number, "%s/COOP/%03d", d->culture->mark, i + 1);
        record_init(&r, &ENTITIES[ENTITY_COOPERATIVE]);
        record_set_text(&r, "name", buf_str(&name));
        record_set_text(&r, "kind", chance_of(&d->chance, 800) ? "cooperative" : "association");
        record_set_text(&r, "approval_no", number);
        season_set_day(&r, "approved_on", d->day - 200 - chance_below(&d->chance, 900));
        season_set_day(&r, "valid_to", d->day + 700 + chance_below(&d->chance, 700));
        record_set_text(&r, "district", d->district);
        record_set_text(&r, "village", village);
        record_set_text(&r, "chair", chair);
        record_set_number(&r, "levy_bp", 200 * chance_between(&d->chance, 2, 6));
        record_set_text(&r, "status", "active");
        enum err result = season_add(d, &r, &d->coops[i], e);
        record_done(&r);
        buf_done(&name);
        if (result != ERR_OK)
            return result;
    }
    return ERR_OK;
}

/* As registers show them: round years and "about" are far too frequent (domain: 8.3). */
static void set_birth(struct season *d, struct record *r)
{
    char text[40];
    int year = date_from_days(d->day).year - (int)chance_between(&d->chance, 20, 46) -
               (chance_of(&d->chance, 150) ? chance_below(&d->chance, 20) : 0);
    if (chance_of(&d->chance, 250))
        year = year / 5 * 5;
    if (date_from_days(d->day).year - year < 20)
        year -= 5;
    if (chance_of(&d->chance, 600))
        (void)snprintf(text, sizeof text, "%04d~", year);
    else if (chance_of(&d->chance, 500))
        (void)snprintf(text, sizeof text, "%04d", year);
    else if (chance_of(&d->chance, 200))
        (void)snprintf(text, sizeof text, "%04d-01-01", year);
    else
        (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year, 1 + chance_below(&d->chance, 12),
                       1 + chance_below(&d->chance, 28));
    record_set_text(r, "birth", text);
}

static void set_papers(struct season *d, struct record *r)
{
    static const char *const types[] = {"national", "voter", "national", "voter", "attestation",
                                        "birth",    "none",  "none",     "coop",  "none"};
    char number[NUMBER_BYTES];
    const char *type = types[chance_below(&d->chance, 10)];
    record_set_text(r, "id_type", type);
    if (strcmp(type, "none") != 0) {
        (void)snprintf(number, sizeof number, "%c%c%07d", "ABNV"[chance_below(&d->chance, 4)],
                       'A' + chance_below(&d->chance, 26), d->people * 13 + chance_below(&d->chance, 13));
        record_set_text(r, "id_no", number);
    }
    if (chance_of(&d->chance, 600)) {
        (void)snprintf(number, sizeof number, "%s-D-%06d", d->culture->mark, d->people);
        record_set_text(r, "card_no", number);
    }
}

static void fill_person(struct season *d, struct record *r, const char *role, char name[NAME_BYTES],
                        bool woman)
{
    char text[NAME_BYTES];
    d->people++;
    record_init(r, &ENTITIES[ENTITY_DIGGER]);
    season_person_name(d, woman, name, NAME_BYTES);
    record_set_text(r, "full_name", name);
    if (chance_of(&d->chance, 120)) {
        season_pick(d, woman ? d->culture->women : d->culture->men, text, sizeof text);
        record_set_text(r, "other_names", text);
    }
    if (chance_of(&d->chance, 450)) {
        season_person_name(d, false, text, sizeof text);
        record_set_text(r, "parent_name", text);
    }
    record_set_text(r, "sex", woman ? "F" : "M");
    set_birth(d, r);
    record_set_text(r, "nationality", d->culture->country);
    record_set_text(r, "residence", chance_of(&d->chance, 960) ? "national" : "resident");
    record_set_text(r, "district", d->district);
    season_pick(d, d->culture->villages, text, sizeof text);
    record_set_text(r, "village", text);
    if (chance_of(&d->chance, 350)) {
        (void)snprintf(text, sizeof text, "0%d %03d %03d", 70 + chance_below(&d->chance, 29),
                       chance_below(&d->chance, 1000), chance_below(&d->chance, 1000));
        record_set_text(r, "phone", text);
    }
    set_papers(d, r);
    record_set_text(r, "role", role);
    record_set_text(r, "legal_basis", chance_of(&d->chance, 700) ? "law" : "consent");
    record_set_text(r, "status", "active");
}

static enum err add_person(struct season *d, const char *role, bool woman, int64_t coop,
                           char name[NAME_BYTES], int64_t *out_id, struct errctx *e)
{
    struct record r;
    fill_person(d, &r, role, name, woman);
    if (coop)
        record_set_number(&r, "cooperative", coop);
    enum err result = season_add(d, &r, out_id, e);
    record_done(&r);
    return result;
}

static void fill_licence(struct season *d, struct record *r, int number, struct gang *g)
{
    char text[NAME_BYTES];
    char village[48];
    char river[48];
    int32_t issued = d->day - 20 - chance_below(&d->chance, 250);
    int64_t least = codes_threshold(store_codes(d->store), "licence_area_least");
    int64_t most = codes_threshold(store_codes(d->store), "licence_area_most");
    record_init(r, &ENTITIES[ENTITY_LICENCE]);
    (void)snprintf(g->licence_no, sizeof g->licence_no, "%s/%04d/%04d", d->culture->mark,
                   date_from_days(issued).year, number + 1);
    season_pick(d, d->culture->villages, village, sizeof village);
    season_pick(d, d->culture->rivers, river, sizeof river);
    (void)snprintf(text, sizeof text, "%s, %s, %d m", village, river,
                   50 * (1 + chance_below(&d->chance, 60)));
    record_set_text(r, "licence_no", g->licence_no);
    record_set_text(r, "kind", d->licence_kind);
    record_set_text(r, "minerals", g->gold ? "diamond,gold" : "diamond");
    record_set_text(r, "district", d->district);
    record_set_text(r, "area_text", text);
    record_set_number(r, "area_m2",
                      least > 0 ? least : chance_between(&d->chance, 4000, most < 10000 ? most : 10000));
    record_set_text(r, "issued_by", d->culture->office);
    season_set_day(r, "issued_on", issued);
    season_set_day(r, "valid_from", issued + 5);
    /* A year; some end within the season, which is what the reports must show. */
    season_set_day(r, "valid_to", issued + 5 + 364);
    record_set_text(r, "status", "granted");
    record_set_number(r, "max_workers", 30);
}

static enum err add_licence(struct season *d, int number, struct gang *g, int64_t leader, int64_t coop,
                            struct errctx *e)
{
    struct record r;
    fill_licence(d, &r, number, g);
    record_set_number(&r, coop ? "holder_coop" : "holder", coop ? coop : leader);
    enum err result = season_add(d, &r, &g->licence, e);
    record_done(&r);
    return result;
}

static const char *state_on_first_day(const struct season *d, const struct gang *g)
{
    int32_t age = d->day - g->cycle_start;
    return age < g->strip_days ? "stripping" : age < g->strip_days + g->pull_days ? "pulling" : "washing";
}

static enum err add_site(struct season *d, int number, int which, struct gang *g, struct errctx *e)
{
    static const char *const deposits[] = {"river_bed", "flat", "terrace", "flat"};
    struct record r;
    char village[48];
    char river[48];
    char name[NAME_BYTES];
    season_pick(d, d->culture->villages, village, sizeof village);
    season_pick(d, d->culture->rivers, river, sizeof river);
    (void)snprintf(name, sizeof name, "%s %d%s", river, number + 1, which ? "B" : "");
    record_init(&r, &ENTITIES[ENTITY_SITE]);
    record_set_text(&r, "name", name);
    record_set_number(&r, "licence", g->licence);
    record_set_text(&r, "district", d->district);
    record_set_text(&r, "village", village);
    record_set_text(&r, "river", river);
    record_set_number(&r, "lat_udeg", d->culture->lat_udeg + chance_between(&d->chance, -120000, 120000));
    record_set_number(&r, "lon_udeg", d->culture->lon_udeg + chance_between(&d->chance, -120000, 120000));
    record_set_number(&r, "accuracy_m", chance_between(&d->chance, 4, 30));
    record_set_text(&r, "located_by", "gps");
    record_set_text(&r, "state", state_on_first_day(d, g));
    record_set_text(&r, "zone_status", "compliant");
    record_set_text(&r, "deposit", deposits[chance_below(&d->chance, 4)]);
    season_set_day(&r, "opened_on", g->cycle_start);
    record_set_number(&r, "length_dm", chance_between(&d->chance, 60, 300));
    record_set_number(&r, "width_dm", chance_between(&d->chance, 40, 200));
    record_set_number(&r, "depth_dm", chance_between(&d->chance, 20, 95));
    enum err result = season_add(d, &r, &g->sites[which], e);
    record_done(&r);
    return result;
}

/* Two thirds of the winnings go to the crew in equal parts; the rest is the leader's and the supporter's. */
static enum err add_crew(struct season *d, const struct gang *g, int64_t person, const char *role,
                         bool shares, struct errctx *e)
{
    struct record r;
    int64_t id = 0;
    record_init(&r, &ENTITIES[ENTITY_CREW]);
    record_set_number(&r, "licence", g->licence);
    record_set_number(&r, "digger", person);
    record_set_text(&r, "role", role);
    if (shares)
        record_set_number(&r, "share_bp", 6600 / g->crew);
    season_set_day(&r, "from_on", d->day);
    enum err result = season_add(d, &r, &id, e);
    record_done(&r);
    return result;
}

static void plan_gang(struct season *d, struct gang *g, int crew)
{
    struct chance *c = &d->chance;
    g->crew = crew;
    g->gold = chance_of(c, 190); /* 60 of 322 sites carry both (domain: 6.6) */
    g->mean_mct = chance_between(c, 90, 300);
    /* 0.005 to 0.03 ct a digger and day over the whole cycle, of which washing is about half. */
    g->day_milli = crew * chance_between(c, 8, 45) * 1000 / g->mean_mct;
    g->strip_days = (int32_t)chance_between(c, 25, 55);
    g->pull_days = (int32_t)chance_between(c, 25, 70);
    g->wash_days = (int32_t)chance_between(c, 70, 190);
    g->cycle_start = d->day - chance_below(c, g->strip_days + g->pull_days + g->wash_days / 2);
    g->site_count = chance_of(c, 200) ? 2 : 1;
    g->sold_on = d->day;
}

static enum err add_people_of(struct season *d, struct gang *g, int64_t leader, int64_t coop,
                              struct errctx *e)
{
    static const char *const roles[] = {"tributor", "digger", "digger", "washer", "carrier"};
    bool shares = chance_of(&d->chance, 500);
    if (add_crew(d, g, leader, "gang_leader", shares, e) != ERR_OK)
        return e->kind;
    for (int i = 1; i < g->crew; i++) {
        char name[NAME_BYTES];
        int64_t person = 0;
        bool woman = chance_of(&d->chance, 130);
        const char *role = woman ? "washer" : roles[chance_below(&d->chance, 5)];
        g->women += woman;
        if (add_person(d, role, woman, coop, name, &person, e) != ERR_OK ||
            add_crew(d, g, person, role, shares, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

static enum err add_gang(struct season *d, int number, int crew, struct errctx *e)
{
    struct gang *g = &d->gangs[number];
    int64_t leader = 0;
    int64_t coop = chance_of(&d->chance, 300) ? d->coops[chance_below(&d->chance, d->coop_count)] : 0;
    plan_gang(d, g, crew);
    if (add_person(d, "gang_leader", false, coop, g->leader, &leader, e) != ERR_OK ||
        add_licence(d, number, g, leader, coop, e) != ERR_OK)
        return e->kind;
    for (int i = 0; i < g->site_count; i++) {
        if (add_site(d, number, i, g, e) != ERR_OK)
            return e->kind;
    }
    return add_people_of(d, g, leader, coop, e);
}

enum err season_register(struct season *d, struct errctx *e)
{
    int left = d->plan->diggers;
    if (add_officers(d, e) != ERR_OK || add_coops(d, e) != ERR_OK)
        return e->kind;
    for (int i = 0; i < d->gang_count; i++) {
        /* Crews differ; those that are left share what is left. */
        int fair = left / (d->gang_count - i);
        int crew = fair > 6 && i + 1 < d->gang_count ? fair + (int)chance_between(&d->chance, -5, 5) : fair;
        d->by.login = d->logins[i % OFFICERS];
        if (add_gang(d, i, crew, e) != ERR_OK)
            return e->kind;
        left -= crew;
    }
    return ERR_OK;
}
