#include "app/field/permission.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *words;
    enum permission may;
} COMMANDS[] = {
    /* Make a database where there is none. */
    {"init", MAY_ANYBODY},
    {"demo", MAY_ANYBODY},
    /* A timer and a network hook run them; a batch is sealed for the ministry, and only what the registry
     * signed is taken in. */
    {"sync", MAY_ANYBODY},
    {"carry", MAY_ANYBODY},
    {"receive", MAY_ANYBODY},
    /* Counts, no records. */
    {"status", MAY_ANYBODY},
    {"verify", MAY_ANYBODY},
    /* Asks by itself: for whose PIN it is. */
    {"officer pin", MAY_ANYBODY},
    /* Records, as far as the store gives them. */
    {"ENTITY add", MAY_COOPERATIVE},
    {"ENTITY list", MAY_COOPERATIVE},
    {"ENTITY show", MAY_COOPERATIVE},
    {"ENTITY history", MAY_COOPERATIVE},
    {"ENTITY edit", MAY_COOPERATIVE},
    {"ENTITY void", MAY_COOPERATIVE},
    {"licence check", MAY_COOPERATIVE},
    {"import", MAY_COOPERATIVE},
    {"export", MAY_COOPERATIVE},
    {"inbox", MAY_COOPERATIVE},
    {"report", MAY_COOPERATIVE},
    {"journal", MAY_COOPERATIVE},
    {"settings", MAY_COOPERATIVE},
    /* A copy holds everything. */
    {"backup", MAY_OFFICER},
    /* Where all records go. */
    {"enrol", MAY_ADMIN},
};

enum permission permission_of(const char *words)
{
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        if (strcmp(COMMANDS[i].words, words) == 0)
            return COMMANDS[i].may;
    }
    return MAY_ADMIN;
}
