#include "app/field/demo/chance.h"

uint64_t chance_next(struct chance *c)
{
    uint64_t z = (c->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int chance_below(struct chance *c, int count)
{
    return (int)(chance_next(c) % (uint64_t)count);
}

int64_t chance_between(struct chance *c, int64_t least, int64_t most)
{
    return least + (int64_t)(chance_next(c) % (uint64_t)(most - least + 1));
}

bool chance_of(struct chance *c, int per_mille)
{
    return chance_below(c, 1000) < per_mille;
}

/* Many chances of a small probability are as good as Poisson's formula. */
int chance_stones(struct chance *c, int64_t mean_milli)
{
    enum {
        TRIES = 64
    };
    int stones = 0;
    for (int i = 0; i < TRIES; i++)
        stones += chance_next(c) % (TRIES * 1000) < (uint64_t)mean_milli;
    return stones;
}

/* The middle of each 64th of a log-normal distribution with mean 1000 and sigma 0.85. */
static const int64_t SIZES[64] = {
    89,   129,  156,  179,  199,  218,  236,  254,  271,  287,  303,  320,  336,  352,  368,  385,
    401,  418,  434,  451,  469,  486,  504,  522,  541,  560,  579,  599,  620,  641,  663,  685,
    709,  733,  757,  783,  810,  838,  867,  898,  930,  963,  999,  1036, 1076, 1118, 1163, 1211,
    1263, 1318, 1379, 1446, 1519, 1600, 1691, 1795, 1915, 2056, 2226, 2438, 2717, 3115, 3774, 5439,
};

int64_t chance_weight(struct chance *c, int64_t mean_mct)
{
    enum {
        SIEVED_OUT_MCT = 20, /* what hand sieves lose */
        SCALE_MCT = 10,      /* what field scales show */
    };
    int64_t size = SIZES[chance_below(c, 64)] * chance_between(c, 920, 1080) / 1000;
    /* The last 64th has a tail of its own: the stones that people tell of. */
    while (size > 5000 && chance_of(c, 300))
        size = size * 17 / 10;
    int64_t mct = mean_mct * size / 1000 / SCALE_MCT * SCALE_MCT;
    return mct < SIEVED_OUT_MCT ? SIEVED_OUT_MCT : mct;
}
