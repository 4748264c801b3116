/*
 * A season of a whole country, invented from a seed: laptops with the people, licences and teams they look
 * after, day after day, with what goes wrong on paper and on the road. The model below is what really
 * happened; entries are written from it, and so is the truth that another program adds up (truth.c). No entry
 * is ever read back.
 */
#ifndef ALLUVIA_TESTS_NATION_H
#define ALLUVIA_TESTS_NATION_H

#include <stdio.h>

#include "app/field/demo/chance.h"
#include "app/field/demo/culture.h"
#include "tests/lib/pen.h"

enum {
    NAME_ROOM = 128,
    NUMBER_ROOM = 48,
    VILLAGES = 4,     /* around one laptop */
    SUNDAY = 3,       /* day number modulo 7 */
    RIVER_LAPTOP = 2, /* its first two teams dig along a river that the country's table has … */
    HONEST_LAPTOP,    /* … and so do this one's, whose stones shrink downstream as they should */
};

/* Whose diamonds do not comply all season. */
#define BANNED_DISTRICT "SL-N-FALABA"

/* How a team behaves; all but the first are planted. */
enum conduct {
    CONDUCT_USUAL,
    CONDUCT_POOR,    /* honest: washes a fortnight and finds nothing; nobody may accuse it */
    CONDUCT_NIL,     /* honest or not: months of washing, nothing but nil */
    CONDUCT_LOW,     /* washes every day and declares a crumb now and then */
    CONDUCT_EVEN,    /* invents a stone or two for every single day */
    CONDUCT_COPIED,  /* writes the same find again for days */
    CONDUCT_HUB,     /* sells far more than it finds */
    CONDUCT_RICH,    /* declares a share of the district's carats that no team finds */
    CONDUCT_ROUND,   /* invents weights that end in 0 or 5 */
    CONDUCT_HOARDER, /* never sells */
    CONDUCT_SILENT,  /* stops reporting while its site is washing */
    CONDUCT_SIFTED,  /* its stones have been sorted: the small ones are missing */
    CONDUCT_BANNED,  /* its zone is under a ban */
    CONDUCT_CHEAP,   /* sells at a tenth of the price */
    CONDUCT_GOLD,    /* once, more gold than a digger finds */
    CONDUCT_COUNT
};

/* A return or a sale as it stands in the truth. */
struct made {
    int64_t id;
    int64_t version; /* the address of the last entry about it */
    int32_t from;
    int32_t to;
    int32_t day; /* on which it was entered */
    int stones;
    int64_t mct;
    int64_t mg;
    int64_t price_minor;
    int64_t usd_cents;
    int buyer;
    int slip;
    char outcome; /* y n w; s: a sale */
    bool counts;
    bool split; /* by quality, which must add up */
};

struct team {
    struct laptop *laptop;
    int64_t licence;
    int64_t licence_version;
    int64_t site;
    int64_t site_version;
    int64_t holder;
    int64_t coop; /* 0: a person holds it */
    char licence_no[NUMBER_ROOM];
    char leader[NAME_ROOM];
    const char *district;
    int32_t valid_from;
    int32_t valid_to;
    enum conduct conduct;
    int crew;
    bool gold;
    int64_t mean_mct;
    int64_t day_milli;
    int32_t cycle_start;
    int32_t strip_days;
    int32_t pull_days;
    int32_t wash_days;
    const char *state;
    int64_t stock_mct;
    int64_t stock_stones;
    int64_t stock_mg;
    int32_t sold_on;
    int washed;      /* washing days that were reported */
    int copies;      /* of the last find, still to write */
    int held_stones; /* that find */
    int64_t held_mct;
    struct made *made; /* returns and sales in the order of entering */
    size_t made_count;
    size_t made_room;
};

struct laptop {
    struct nation *nation;
    struct pen pen;
    int number;
    const char *district;
    char villages[VILLAGES][NAME_ROOM];
    struct team *teams; /* those of the season, and room for a licence that is registered twice */
    int64_t coop;
    int32_t sends_on; /* the day of its next batch */
    int batches;
    bool tied;       /* what it sends meets what others or the ministry do: its batches are never late */
    int64_t met;     /* the return that another laptop changes too */
    size_t returned; /* the place, from 1, of the return that the ministry sends back */
    int64_t person;  /* a digger that others meet */
    struct record person_record;
};

struct nation {
    struct chance chance;
    const struct culture *culture;
    int laptop_count;
    int team_count; /* of each laptop */
    int days;
    int32_t first_day;
    int32_t summer; /* 1 July */
    int32_t day;    /* today */
    const char *districts[6];
    int district_count;
    struct laptop *laptops;
    int people;
    int slips;
    int seals;
    int next_buyer; /* who buys next, plus 1; 0: anybody */
    bool unsplit; /* returns are not split by quality: what will change their weight would have to split it */
    FILE *plants;
    FILE *manifest;
    const char *folder;
    int64_t entries;
    int64_t batches;
};

/* --- nation.c */

void nation_fail(const char *what) __attribute__((noreturn));
/* A new file NAME in the folder of the season; COLUMNS, when not NULL, is its first line. */
FILE *nation_create(const struct nation *n, const char *name, const char *columns);
bool nation_of(struct nation *n, int per_mille);
/* The instant of the next entry of a laptop: never before the evening of today, and never before the last. */
int64_t nation_at(struct laptop *l);
const char *nation_by(const struct laptop *l);
void nation_set_day(struct record *r, const char *field, int32_t day);
/* Whether TEAM of a laptop is one of those on a river of the table. */
bool nation_on_river(const struct laptop *l, int team);
/* Notes what must be found (WANT "must"), may be, or never ("honest"): by a rule.
 * ONE and OTHER (0: none) are the records that the finding is about. */
void nation_plant(struct nation *n, const char *want, const char *kind, const char *rule, int64_t one,
                  int64_t other);

/* --- people.c */

void people_name(struct nation *n, bool woman, char out[NAME_ROOM]);
void people_fill(struct laptop *l, struct record *r, const char *role, char name[NAME_ROOM]);
void people_register(struct laptop *l);
/* Licence and site of a team, whose holder is there. */
int64_t people_add_licence(struct laptop *l, struct team *t, const char *number);

/* --- work.c */

void work_day(struct team *t);
/* A return as the team declares it, entered on the laptop BY; what it says goes into the model. */
struct made *work_return(struct team *t, struct laptop *by, int32_t from, int32_t to, char outcome,
                         int stones, int64_t mct, int64_t mg);
/* Sells MCT with STONES at CENTS in US dollars. */
struct made *work_sale(struct team *t, int stones, int64_t mct, int64_t mg, int64_t cents);
struct made *work_keep(struct team *t, const struct made *m);

/* --- wrongs.c */

/* Says how each team of a laptop behaves, before anything is written. */
void wrongs_choose(struct laptop *l);
/* Makes R a person whom another laptop will register again. */
void wrongs_person(struct laptop *l, struct record *r);
/* What two laptops or the ministry do to one record; once a day, after the day's work. */
void wrongs_day(struct nation *n);
/* Notes what teams that behave in their own way must be found by. */
void wrongs_end(struct nation *n);

/* --- post.c */

/* Sends what laptops have to send today. */
void post_enrol(struct laptop *l);
void post_day(struct nation *n);
/* What is left, at once. */
void post_end(struct nation *n);
/* A decision of the ministry, on DAY: "return", "reject" or "settle". */
void post_decide(struct nation *n, int32_t day, const char *what, int64_t record);

/* --- truth.c */

void truth_write(struct nation *n);

#endif
