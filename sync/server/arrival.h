/*
 * When an entry was written, by the registry's clock. A batch says at which instant of its laptop's clock it
 * was packed; one that its own laptop sends is packed just before it arrives, so the difference is what that
 * clock is off. One that came another way may have been underway for weeks: it shows only a clock that is
 * ahead, for nothing is packed after it arrived.
 *
 * Nothing is refused because of a clock; what cannot be told is judged as by a doubtful clock.
 */
#ifndef ALLUVIA_SERVER_ARRIVAL_H
#define ALLUVIA_SERVER_ARRIVAL_H

#include "sync/journal/entry.h"

enum {
    ARRIVAL_EXACT_S = 120 /* so long a batch may be on its way; the laptops' own measure has the same step */
};

struct arrival {
    int64_t packed_at;  /* by the laptop's clock */
    int64_t arrived_at; /* by the registry's */
    bool direct;        /* sent by the laptop whose entries it holds */
};

/* UTC seconds, never after the arrival. *OUT_SURE: whether days may be counted by it. */
int64_t arrival_instant(const struct arrival *a, const struct entry *entry, bool *out_sure);
/* The entry as the registry projects it: its instant is that one. OUT borrows all else of ENTRY. */
void arrival_correct(const struct arrival *a, const struct entry *entry, struct entry *out);

#endif
