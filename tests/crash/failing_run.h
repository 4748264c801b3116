/*
 * A program that runs again and again with a call of it failing: tests/lib/failing.c follows the orders that
 * are given here, one run at a time. What it says goes into files in memory; who needs a terminal gets one,
 * and who waits is called on by clients and told to end.
 */
#ifndef ALLUVIA_TESTS_FAILING_RUN_H
#define ALLUVIA_TESTS_FAILING_RUN_H

#include <signal.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

#include "tests/lib/failing.h"

enum {
    FAILING_MOST_WORDS = 40,
    FAILING_MOST_CLIENTS = 3,
    FAILING_MOST_OUTPUT = 1 << 20
};

struct failing_program {
    const char *library;
    const char *path;
    const char *folder;       /* where it works */
    const char *const *words; /* NULL ends them */
    const char *keys;         /* typed at its terminal; NULL: it has none */
    int waits;                /* it is told to end at its wait of this number; 0: it ends by itself */
    const char
        *clients[FAILING_MOST_CLIENTS]; /* shell commands that call on it before that; NULL ends them */
};

struct failing_run {
    struct failing_told *told;
    int told_fd;
    int out_fd;
    int err_fd;
    int orders;   /* -1: no program is loaded */
    pid_t loaded; /* waits for orders */
    int terminal; /* the driver's end; -1 */
    int keyboard; /* the program's end; -1 */
    struct termios rest;
    const struct failing_program *program;
    /* Of the last run: */
    int status;
    bool hung;
    bool called; /* it came to wait for clients */
    int client_codes[FAILING_MOST_CLIENTS];
    bool disturbed; /* the terminal was not left as it was found */
    char out[FAILING_MOST_OUTPUT];
    size_t out_len;
    char err[4096];
    size_t err_len;
};

void failing_run_init(struct failing_run *r);
void failing_run_done(struct failing_run *r);
/* Loads PROGRAM, which must live until another is loaded. */
void failing_run_load(struct failing_run *r, const struct failing_program *program);
/* Runs it once. WAITS and KEYS of the order are the program's. */
void failing_run_once(struct failing_run *r, const struct failing_order *order);

#endif
