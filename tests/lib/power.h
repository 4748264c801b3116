/*
 * Work that loses power, or whose disk is full or fails, at every instant: a world is made once, then put
 * back and worked on in a child that the disk of tests/lib/cutvfs.h ends at one instant after the other;
 * after each the world is looked at, the work done again, and what came out of it compared with what comes of
 * work that nothing ended.
 *
 * A whole run over every instant is ALLUVIA_TEST_ALL=1 (tests/crash/power); without it some are drawn from
 * ALLUVIA_TEST_SEED, by default 1.
 */
#ifndef ALLUVIA_TESTS_POWER_H
#define ALLUVIA_TESTS_POWER_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/base/err.h"

enum {
    POWER_END_BYTES = 160
};

/* What a work had acknowledged, in memory that outlives it. */
struct power_acks {
    int64_t count;
};

struct power_case {
    const char *name;
    /* Fills the folder, without any cut; no database may stay open. Fails the test by itself. */
    void (*make)(const char *folder, void *arg);
    /* In the child, and once more without a cut after each. Counts in ACKS what it acknowledged. ERR_OK when
     * all of it is done; what an interrupted work had done already is no failure. */
    enum err (*work)(const char *folder, void *arg, struct power_acks *acks, struct errctx *e);
    /* After the cut, or the failure: is what was acknowledged there whole, and nothing by half? */
    enum err (*check)(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e);
    /* What came of it in the end, in words that must always be the same. */
    enum err (*end)(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e);
    void *arg;
    int most; /* cuts of a short run */
};

/* Prints how often it cut. Fails the test at the first cut that C's functions find fault with; its number and
 * seed are said. */
void power_run(const struct power_case *c);
/* The same on a disk that says "synced" and keeps nothing; returns how many cuts were found fault with, and
 * *OUT_CUTS how many there were. */
int power_count_losses(const struct power_case *c, int *out_cuts);

#endif
