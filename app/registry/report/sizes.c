#include "app/registry/report/sizes.h"

/* Up to and including this weight. */
static const struct {
    const char *name;
    int64_t most_mct;
} SIZES[SIZE_CLASSES] = {
    {"0.00-0.25 ct", 250},  {"0.25-0.60 ct", 600},   {"0.60-1.20 ct", 1200},
    {"1.20-2.00 ct", 2000}, {"2.00 ct-", INT64_MAX},
};

int size_class(int64_t diamond_mct)
{
    int i = 0;
    while (diamond_mct > SIZES[i].most_mct)
        i++;
    return i;
}

const char *size_name(int size)
{
    return SIZES[size].name;
}
