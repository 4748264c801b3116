/* Chance from a seed: splitmix64, and the few distributions that a season needs, in integers. */
#ifndef ALLUVIA_DEMO_CHANCE_H
#define ALLUVIA_DEMO_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

uint64_t chance_next(struct chance *c);
/* 0 … COUNT - 1, or LEAST … MOST. */
int chance_below(struct chance *c, int count);
int64_t chance_between(struct chance *c, int64_t least, int64_t most);
/* True PER_MILLE times in a thousand. */
bool chance_of(struct chance *c, int per_mille);
/* How many stones come out of a wash that gives MEAN_MILLI / 1000 on average: Poisson, up to 64. */
int chance_stones(struct chance *c, int64_t mean_milli);
/* The weight of a stone where they weigh MEAN_MCT on average: log-normal, in hundredths of a carat. */
int64_t chance_weight(struct chance *c, int64_t mean_mct);

#endif
