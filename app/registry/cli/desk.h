/*
 * The review that nobody has to remember: rules over the whole registry are asked about what came, a little
 * at a time, beside whatever else the program does. It has a store of its own, and between two turns it
 * leaves the database to others for as long as it used it.
 */
#ifndef ALLUVIA_REGISTRY_DESK_H
#define ALLUVIA_REGISTRY_DESK_H

#include <stdbool.h>
#include <stdint.h>

#include "app/registry/store/registry_store.h"

struct desk {
    struct registry_store *store;
    void (*log)(int level, const char *line); /* syslog levels */
    bool failed;                              /* a fault was logged; until it is over */
    bool told_silent;                         /* which rule is not asked was logged */
};

/* Asks until nothing is left, STOP (which may be NULL) says so, or MOST_MS have gone by (0: however long).
 * Faults are logged and tried again the next time: it never fails. *LEFT, unless NULL: there is more. */
void desk_look(struct desk *d, int64_t now, int64_t most_ms, bool (*stop)(void), bool *left);

#endif
