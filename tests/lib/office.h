/* The built registry as a process, in a folder of its own; and the built laptop's commands, to compare. */
#ifndef ALLUVIA_TESTS_OFFICE_H
#define ALLUVIA_TESTS_OFFICE_H

#include <sys/types.h>

struct office {
    char folder[64];
    pid_t server;
    char url[64];
};

/* Makes a registry of Sierra Leone with the account "fatou" and serves it on a free port of loopback. */
void office_open(struct office *o);
/* Ends the server and removes the folder. */
void office_close(struct office *o);

/* Runs `alluvia-registry --data FOLDER ARGUMENTS…`, NULL at the end; it must succeed. What it printed; the
 * caller frees. */
char *office_run(const struct office *o, const char *const *arguments);
/* Runs `alluvia --db DB ARGUMENTS…` as the officer LOGIN with the PIN in the file PIN_FILE, and the same. */
char *office_laptop(const struct office *o, const char *db, const char *login, const char *pin_file,
                    const char *const *arguments);

#endif
