/*
 * The ministry's year: does what a line of the season's manifest says, at the instant with which it begins,
 * as the programs would at that instant with the same calls: enrols, takes batches in (what a gap keeps out
 * waits until it is filled), returns, rejects, settles. So every registry that is given the same lines
 * receives the same things at the same time, which a real clock would not let it. What does not work ends the
 * program.
 */
#ifndef ALLUVIA_TESTS_OFFICE_H
#define ALLUVIA_TESTS_OFFICE_H

#include "app/registry/store/registry_store.h"

enum {
    OFFICE_LINE_BYTES = 512,
    OFFICE_MOST_WAITING = 4096,
    OFFICE_OPENS = 1767225600 /* 2026-01-01: the account that decides is made */
};

struct office {
    struct registry_store *store;
    const char *season;                 /* the folder of the season; borrowed */
    char *waiting[OFFICE_MOST_WAITING]; /* batches behind a gap */
    int waiting_count;
    int64_t entries; /* new ones */
    int64_t batches;
    int64_t repeated;
    int64_t gaps;
    int64_t decisions;
};

/* DATA is a registry's folder. */
void office_open(struct office *o, const char *data, const char *season);
/* LINE is changed. */
void office_obey(struct office *o, char *line);
void office_close(struct office *o);

#endif
