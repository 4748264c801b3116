/*
 * What lies in the world of tests/crash/failing.sh after a command: every database that is there must verify,
 * and how far the laptop and the registry are is told. A database whose files are as they were is not read
 * again.
 */
#ifndef ALLUVIA_TESTS_FAILING_LOOK_H
#define ALLUVIA_TESTS_FAILING_LOOK_H

#include "schema/base/err.h"
#include "sync/journal/chain.h"
#include "tests/lib/folder.h"

enum {
    FAILING_LAPTOPS = 6,
    FAILING_REGISTRIES = 3
};

/* Of the first laptop and the first registry; -1: there is none. What commands make anew, and whoever calls
 * on a server, must be whole and is not counted. */
struct failing_state {
    int64_t laptop;
    int64_t registry;
    struct chain chain; /* of entry LAPTOP */
};

/* BEFORE is of the world as it was kept; NULL: that is asked now. Any error: what is wrong. */
MUST_CHECK enum err failing_look(const char *world, const struct folder_kept *kept,
                                 const struct failing_state *before, struct failing_state *out,
                                 struct errctx *e);

#endif
