/* Random numbers that come again with their seed, whatever the platform: splitmix64. */
#ifndef ALLUVIA_TESTS_DICE_H
#define ALLUVIA_TESTS_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state; /* the seed */
};

uint64_t dice_roll(struct dice *d);
/* 0 … SIDES - 1; 0 for no sides. */
int64_t dice_below(struct dice *d, int64_t sides);
/* True so many times in a thousand. */
bool dice_chance(struct dice *d, int per_mille);
void dice_fill(struct dice *d, void *out, size_t len);
/* Dice of their own for a part of the world, so that what happens there changes nothing elsewhere. */
struct dice dice_split(struct dice *d);

#endif
