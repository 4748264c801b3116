/*
 * Databases of laptops that have worked for long, made in a child process: the one that measures stays small,
 * since the kernel counts a child's memory from before its exec.
 */
#ifndef ALLUVIA_TESTS_BENCH_LAPTOPS_H
#define ALLUVIA_TESTS_BENCH_LAPTOPS_H

/* A training laptop of XX with a cooperative, 400 licences and so many yields that ENTRIES entries stand in
 * it. */
void laptops_with_yields(const char *path, int entries);
/* A training laptop of SL with COUNT diggers. */
void laptops_with_people(const char *path, int count);

#endif
