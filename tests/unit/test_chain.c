#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "schema/base/base32.h"
#include "sync/journal/chain.h"
#include "tests/lib/known.h"

static void assert_chain(const struct chain *chain, int number, const char *expected)
{
    char line[96];
    char hex[2 * CHAIN_BYTES + 1];
    hex_put(chain->value, CHAIN_BYTES, hex);
    (void)snprintf(line, sizeof line, "%d %s", number, hex);
    assert_string_equal(line, expected);
}

static void the_chain_of_known_entries_has_its_known_values(void **state)
{
    (void)state;
    struct device me;
    struct device registry;
    struct chain chain;
    struct buf lines = {0};
    struct buf values = {0};
    size_t line_at = 0;
    size_t value_at = 0;
    known_devices(&me, &registry);
    test_data("journal/entries.jsonl", &lines);
    test_data("journal/chain.txt", &values);
    chain_start(me.key, &chain);
    for (int i = 0; i <= KNOWN_ENTRIES; i++) {
        char *expected = test_line(&values, &value_at);
        assert_non_null(expected);
        assert_chain(&chain, i, expected);
        free(expected);
        char *line = test_line(&lines, &line_at);
        if (line)
            chain_next(&chain, line, strlen(line));
        free(line);
    }
    buf_done(&lines);
    buf_done(&values);
}

static void swapped_entries_give_another_chain(void **state)
{
    (void)state;
    struct device me;
    struct device registry;
    struct chain forward;
    struct chain back;
    known_devices(&me, &registry);
    chain_start(me.key, &forward);
    back = forward;
    chain_next(&forward, "a", 1);
    chain_next(&forward, "b", 1);
    chain_next(&back, "b", 1);
    chain_next(&back, "a", 1);
    assert_memory_not_equal(forward.value, back.value, CHAIN_BYTES);
}

static void the_cut_between_entries_is_part_of_the_chain(void **state)
{
    (void)state;
    struct chain one = {{0}};
    struct chain two = {{0}};
    chain_next(&one, "ab", 2);
    chain_next(&one, "c", 1);
    chain_next(&two, "a", 1);
    chain_next(&two, "bc", 2);
    assert_memory_not_equal(one.value, two.value, CHAIN_BYTES);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chain_of_known_entries_has_its_known_values),
        cmocka_unit_test(swapped_entries_give_another_chain),
        cmocka_unit_test(the_cut_between_entries_is_part_of_the_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
