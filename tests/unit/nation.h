/*
 * Worlds for the rules over the whole registry, each with licences, persons and districts of its own: in some
 * a rule fires, in others it does not, at the threshold and where somebody truthfully found nothing or
 * little.
 */
#ifndef ALLUVIA_TESTS_NATION_H
#define ALLUVIA_TESTS_NATION_H

#include "tests/lib/ministry.h"
#include "tests/lib/pen.h"

/* The entries of a row's world on both laptops. */
struct nation_span {
    int64_t first[2];
    int64_t last[2];
};

struct nation {
    struct ministry m;
    struct pen laptops[2];
    int writer; /* the laptop that writes */
    int32_t today;
    const char *district;
    int licences;
    int slips;
    struct nation_span *spans; /* a row each */
};

/* A world, and whether RULE fires in it; a row is a test. */
struct nation_row {
    const char *name;
    const char *rule;
    void (*build)(struct nation *w, int n);
    int n;
    bool fires;
};
enum {
    NATION_RETURNS_COUNT = 43, /* what licences return, keep and sell over time */
    NATION_PAPERS_COUNT = 47,  /* numbers, seals, slips, persons, teams */
    NATION_PLACES_COUNT = 21,  /* zones, days, rivers, districts */
    NATION_ROW_COUNT = NATION_RETURNS_COUNT + NATION_PAPERS_COUNT + NATION_PLACES_COUNT
};
extern const struct nation_row NATION_RETURNS[NATION_RETURNS_COUNT];
extern const struct nation_row NATION_PAPERS[NATION_PAPERS_COUNT];
extern const struct nation_row NATION_PLACES[NATION_PLACES_COUNT];

/* --- writing: each returns the entry's address */

#define ADD "{\"at\":1795452245,\"by\":\"amina\",\"op\":\"add\",\"of\":"

int64_t nation_write(struct nation *w, const char *format, ...) PRINTF_LIKE(2, 3);
int64_t nation_licence_of(struct nation *w, const char *kind, const char *minerals, const char *from);
int64_t nation_licence(struct nation *w);

enum {
    NATION_NOBODY = -1
};
struct nation_work {
    int64_t licence;
    int64_t site;
    int ago; /* days before today */
    int days;
    const char *activity;
    int diggers;
    int stones;
    int mct;
};
int64_t nation_works(struct nation *w, struct nation_work k);
int64_t nation_sells(struct nation *w, int64_t of, int ago, int mct, int usd_cents);

/* Valid for the arguments of one line. */
const char *nation_id(int64_t address);
const char *nation_day(const struct nation *w, int ago);

/* What the ministry added to its lists: a zone under a ban, and a river for each world that has one. */
void nation_replace_codes(struct nation *w);

#endif
