/*
 * Time and waiting in a program whose calls fail (tests/lib/failing.c): who sleeps wakes soon after, and the
 * clocks went on by as much as it wanted to sleep. What waits for ever, or again and again, tells the driver
 * of it; who asks the terminal is given the keys of the order one by one.
 */
#ifndef ALLUVIA_TESTS_FAILING_TIME_H
#define ALLUVIA_TESTS_FAILING_TIME_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/lib/failing.h"

/* Finds what it stands in front of; nothing is looked for later. */
void failing_time_init(void);
void failing_time_begin(const struct failing_order *order);
/* Whether somebody sits at the terminal. */
bool failing_has_keys(void);
/* The byte that is read from the terminal, if a key was pressed. */
bool failing_takes_key(int fd, void *to, size_t len);
/* In failing.c. */
void failing_tell_wait(void);

#endif
