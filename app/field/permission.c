#include "app/field/permission.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *words;
    enum permission may;
    const char *unless; /* with this option anybody may; NULL */
} COMMANDS[] = {
    /* Make a database where there is none. */
    {"init", MAY_ANYBODY, NULL},
    {"demo", MAY_ANYBODY, NULL},
    {"restore", MAY_ANYBODY, NULL},
    /* Nobody can sign in to a damaged one. */
    {"recover", MAY_ANYBODY, NULL},
    /* A timer and a network hook run them; a batch is sealed for the ministry, and only what the registry
     * signed is taken in. */
    {"sync", MAY_ANYBODY, NULL},
    {"carry", MAY_ANYBODY, NULL},
    {"receive", MAY_ANYBODY, NULL},
    /* Counts, no records. */
    {"status", MAY_ANYBODY, NULL},
    {"verify", MAY_ANYBODY, NULL},
    /* Asks by itself: for whose PIN it is. */
    {"officer pin", MAY_ANYBODY, NULL},
    /* Records, as far as the store gives them. */
    {"ENTITY add", MAY_COOPERATIVE, NULL},
    {"ENTITY list", MAY_COOPERATIVE, NULL},
    {"ENTITY show", MAY_COOPERATIVE, NULL},
    {"ENTITY history", MAY_COOPERATIVE, NULL},
    {"ENTITY edit", MAY_COOPERATIVE, NULL},
    {"ENTITY void", MAY_COOPERATIVE, NULL},
    {"licence check", MAY_COOPERATIVE, NULL},
    {"import", MAY_COOPERATIVE, NULL},
    {"export", MAY_COOPERATIVE, NULL},
    {"inbox", MAY_COOPERATIVE, NULL},
    {"report", MAY_COOPERATIVE, NULL},
    {"journal", MAY_COOPERATIVE, NULL},
    {"settings", MAY_COOPERATIVE, NULL},
    /* Records of anybody. */
    {"waiting list", MAY_OFFICER, NULL},
    {"waiting set-aside", MAY_OFFICER, NULL},
    /* A copy holds everything; the automatic one stays where the database is. */
    {"backup", MAY_OFFICER, "automatic"},
    /* Where all records go. */
    {"enrol", MAY_ADMIN, NULL},
};

enum permission permission_of(const char *words, const struct options *o)
{
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        if (strcmp(COMMANDS[i].words, words) == 0)
            return COMMANDS[i].unless && options_has(o, COMMANDS[i].unless) ? MAY_ANYBODY : COMMANDS[i].may;
    }
    return MAY_ADMIN;
}
