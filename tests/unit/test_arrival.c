/* When an entry was written, by the registry's clock. */
#include "tests/lib/test.h"

#include "sync/server/arrival.h"

enum {
    DAY = 86400
};
static const int64_t NOW = INT64_C(1795426200);

static const struct {
    const char *name;
    int64_t packed; /* the laptop's clock when it packed, less the registry's */
    int64_t at;     /* of the entry, less the registry's */
    bool clk;
    bool direct;
    int64_t expected; /* less the registry's */
    bool sure;
} rows[] = {
    {"a right clock is left alone", -3, -3 * DAY, false, true, -3 * DAY, true},
    {"a batch may take a minute to arrive", -60, -100, false, true, -100, true},
    {"a day slow", -DAY, -2 * DAY, false, true, -DAY, true},
    {"a battery that is flat, 1970", -NOW + 300, -NOW + 100, true, true, -200, true},
    {"a year fast", 365 * DAY, 364 * DAY, false, true, -DAY, true},
    {"2099", INT64_C(2300000000), INT64_C(2300000000) - 50, false, true, -50, true},
    {"written before the clock was put back", -10, 20 * DAY, false, true, 0, false},
    {"a stick that was on its way for a month", -30 * DAY, -31 * DAY, false, false, -31 * DAY, true},
    {"a stick from a clock that is ahead", 40 * DAY, 39 * DAY, false, false, -DAY, false},
    {"a stick from a clock that went back", -30 * DAY, -31 * DAY, true, false, -31 * DAY, false},
    {"a stick cannot bring what is not yet written", -10, 5 * DAY, false, false, 0, false},
};

static void an_entry_is_placed_by_the_registry_s_clock(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct arrival a = {
            .packed_at = NOW + rows[i].packed, .arrived_at = NOW, .direct = rows[i].direct};
        const struct entry entry = {.at = NOW + rows[i].at, .clock_suspect = rows[i].clk};
        bool sure = false;
        int64_t at = arrival_instant(&a, &entry, &sure);
        if (at != NOW + rows[i].expected || sure != rows[i].sure)
            fail_msg("%s: %lld, %d", rows[i].name, (long long)(at - NOW), sure);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_entry_is_placed_by_the_registry_s_clock)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
