/* A laptop on a table: its database, and the screens in a terminal. */
#ifndef ALLUVIA_TESTS_DESK_H
#define ALLUVIA_TESTS_DESK_H

#include "tests/lib/laptop.h"
#include "tests/lib/screen.h"

struct desk {
    struct laptop laptop;
    struct screen_test screen;
};

/* For cmocka's set-up and tear-down. */
int desk_open(void **state);
int desk_close(void **state);
#define DESK_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

/* Starts the screens, again when they run already, and waits for the first one; O may be NULL. */
void desk_start(struct desk *d, const struct screen_options *o);
/* Goes from the first screen to a place of its menu by its English name: "Diggers". */
void desk_go(struct desk *d, const char *place);

#endif
