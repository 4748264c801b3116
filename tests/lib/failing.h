/* What tests/lib/failing.c leaves in the file that FAILING_COUNT names. */
#ifndef ALLUVIA_TESTS_FAILING_H
#define ALLUVIA_TESTS_FAILING_H

#include <stdatomic.h>

struct failing_count {
    atomic_long calls; /* of the kind that was asked for */
    char name[56];     /* of the one that failed; "" when it never came to that */
};

#endif
