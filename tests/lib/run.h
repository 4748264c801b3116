/* Running another program from a test. */
#ifndef ALLUVIA_TESTS_RUN_H
#define ALLUVIA_TESTS_RUN_H

/* Runs ARGV (found on PATH, ended by NULL) with its output thrown away: its exit code, -1 when there is none.
 */
int run_quietly(const char *const argv[]);

#endif
