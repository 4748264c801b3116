#include "tests/lib/dice.h"

#include <string.h>

uint64_t dice_roll(struct dice *d)
{
    d->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = d->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int64_t dice_below(struct dice *d, int64_t sides)
{
    uint64_t roll = dice_roll(d);
    return sides > 0 ? (int64_t)(roll % (uint64_t)sides) : 0;
}

bool dice_chance(struct dice *d, int per_mille)
{
    return dice_below(d, 1000) < per_mille;
}

void dice_fill(struct dice *d, void *out, size_t len)
{
    unsigned char *to = out;
    for (size_t at = 0; at < len; at += sizeof(uint64_t)) {
        uint64_t roll = dice_roll(d);
        size_t part = len - at < sizeof roll ? len - at : sizeof roll;
        memcpy(to + at, &roll, part);
    }
}

struct dice dice_split(struct dice *d)
{
    return (struct dice){.state = dice_roll(d)};
}
