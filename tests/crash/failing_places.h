/*
 * Which calls of a command are to fail. Thousands of calls of one command come from some hundred places
 * (tests/lib/failing.h), and commands share what they begin with.
 *
 * Every place fails at least once alone and once with every call after it, in the first command of its
 * program that has it: of memory at calls that the seed draws; of files and sockets at the first, the last
 * and one that is drawn between. "deep": places are told apart by all their callers, and of files and sockets
 * each fails in every command. Nothing else is left out, and how much was is counted.
 *
 * What was tried lies in a file that several drivers share.
 */
#ifndef ALLUVIA_TESTS_FAILING_PLACES_H
#define ALLUVIA_TESTS_FAILING_PLACES_H

#include "tests/lib/failing.h"

enum failing_rule {
    FAILING_BY_PLACE,
    FAILING_EVERY,
    FAILING_SAMPLE
};

struct failing_sum {
    atomic_long calls;
    atomic_long places;
    atomic_long elsewhere; /* places that failed in a command before */
    atomic_long missed;    /* places that the program did not come to again */
    atomic_long runs;      /* with a call that failed */
};

enum {
    FAILING_TABLE = 1 << 21
};

/* What drivers that share the work have in common. */
struct failing_shared {
    atomic_int claimed; /* commands that somebody has taken */
    atomic_int left;    /* drivers that still work */
    atomic_long faults;
    atomic_int commands;
    struct failing_sum sums[2]; /* memory, calls */
    atomic_ullong tried[FAILING_TABLE];
};

/* Where one call of a command comes from. */
struct failing_call {
    uint64_t place;
    long number;
};

struct failing_choice {
    struct failing_call *calls; /* owned: by place, then by number */
    long count;
    long places;
};

/* Remembers that PLACE failed; false when that is known. 0 is no place. */
bool failing_tried(struct failing_shared *s, uint64_t place);
bool failing_is_tried(struct failing_shared *s, uint64_t place);
/* A place, and which of the two ways: what the table holds. */
uint64_t failing_way(uint64_t place, uint64_t domain, bool on);

void failing_choice_init(struct failing_choice *c, const struct failing_told *told);
void failing_choice_done(struct failing_choice *c);
/* The end of the group of one place that begins at AT. */
long failing_group_end(const struct failing_choice *c, long at);
uint64_t failing_draw(uint64_t seed, uint64_t place, uint64_t below);

#endif
