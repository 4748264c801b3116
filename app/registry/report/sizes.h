/* The size classes of the published footprints, by the weight of a single stone. */
#ifndef ALLUVIA_REGISTRY_SIZES_H
#define ALLUVIA_REGISTRY_SIZES_H

#include <stdint.h>

enum {
    SIZE_CLASSES = 5
};

/* From 0 on. */
int size_class(int64_t diamond_mct);
/* "0.25-0.60 ct" */
const char *size_name(int size);

#endif
