/* A small season in a registry of its own: what reports say of it can be added up by hand. */
#ifndef ALLUVIA_TESTS_SEASON_H
#define ALLUVIA_TESTS_SEASON_H

#include "app/common/report.h"
#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"

/* Instants, and the numbers of the entries. */
enum {
    END_OF_AUGUST = 1788220799, /* 2026-08-31T23:59:59Z */
    DECIDED_AT = MINISTRY_NOW + 100,
    HOLDER = 2,
    WASHER,
    TWICE,
    KONO,    /* a licence whose site is washing … */
    BO,      /* … and one whose site is idle */
    BAFI,    /* site of KONO, located */
    SEWA,    /* site of BO, not located */
    FIND,    /* 2026-07-01, Bafi */
    NIL,     /* 2026-07-02 to 03 */
    RAIN,    /* 2026-07-05, not worked */
    BO_FIND, /* 2026-07-10, Sewa */
    SOLD,    /* 2026-07-20, in dollars */
    BO_SOLD, /* 2026-08-02, in leones, more than was found */
    BIG_STONE,
    SMALL_STONE,
    PARCELS,             /* the first of nine */
    LATER = PARCELS + 9, /* FIND is amended, and a nil return of 2026-08-01: received in November */
};

struct season {
    struct ministry m;
    struct sender s;
    struct report report;
};

/* Make and remove a struct season as the state of a test. */
int season_set_up(void **state);
int season_tear_down(void **state);

#endif
