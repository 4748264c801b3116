/* Two laptops of one province beside the one of the world, which stays idle. */
#ifndef ALLUVIA_TESTS_PAIR_H
#define ALLUVIA_TESTS_PAIR_H

#include "app/registry/store/registry_store.h"
#include "tests/lib/laptop.h"
#include "tests/lib/world.h"

struct pair {
    struct world w;
    struct registry_store *desk; /* the registry as another process has it */
    struct laptop a;
    struct laptop b;
    struct sync_options of_a;
    struct sync_options of_b;
};

/* For cmocka. At the end the tables of all three are what their entries make of them. */
int pair_set_up(void **state);
int pair_tear_down(void **state);
#define PAIR_TEST(f) cmocka_unit_test_setup_teardown(f, pair_set_up, pair_tear_down)

struct sync_result pair_sync(const struct sync_options *o);
void pair_amend(struct laptop *l, enum entity_id of, int64_t id, const char *flag, const char *value);
/* How much waits in the inbox. */
int64_t pair_inbox(struct laptop *l);

#endif
