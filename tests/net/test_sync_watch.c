/* When a watch syncs, by a clock of the test's own. */
#include "tests/lib/test.h"

#include <sodium.h>

#include "sync/client/watch.h"

enum {
    MINUTE = 60 * 1000
};

static void a_sheet_goes_when_it_is_finished(void **state)
{
    (void)state;
    struct watch w;
    watch_begin(&w, 0);
    watch_synced(&w, ERR_OK, 1000);
    int64_t now = 60 * 1000;
    for (int row = 0; row < 4; row++, now += 15 * 1000)
        watch_saved(&w, now);
    now -= 15 * 1000;
    assert_int_equal(watch_wait_ms(&w, now), WATCH_SETTLE_MS);
    assert_int_equal(watch_wait_ms(&w, now + WATCH_SETTLE_MS), 0);
}

static void who_never_stops_typing_is_sent_all_the_same(void **state)
{
    (void)state;
    struct watch w;
    watch_begin(&w, 0);
    watch_synced(&w, ERR_OK, 0);
    int64_t now = 0;
    int64_t waited = 0;
    for (; now < 10 * MINUTE && (waited = watch_wait_ms(&w, now)) > 0; now += 5000)
        watch_saved(&w, now);
    assert_int_equal(waited, 0);
    assert_true(now <= WATCH_SETTLE_MOST_MS + 5000);
}

static void without_work_it_asks_for_news_now_and_then(void **state)
{
    (void)state;
    struct watch w;
    watch_begin(&w, 0);
    assert_true(watch_wait_ms(&w, 0) <= WATCH_CONNECTED_MS);
    watch_synced(&w, ERR_OK, 0);
    assert_in_range(watch_wait_ms(&w, 0), WATCH_NEWS_MS, WATCH_NEWS_MS * 5 / 4);
}

static void failures_are_followed_later_and_later_with_jitter(void **state)
{
    (void)state;
    struct watch w;
    int64_t sum[12] = {0};
    int64_t least = INT64_MAX;
    int64_t most = 0;
    for (int laptop = 0; laptop < 200; laptop++) {
        watch_begin(&w, 0);
        for (int i = 0; i < 12; i++) {
            watch_synced(&w, ERR_NETWORK, 0);
            int64_t wait = watch_wait_ms(&w, 0);
            assert_in_range(wait, WATCH_FIRST_BACKOFF_MS / 2,
                            WATCH_FIRST_BACKOFF_MS / 2 + WATCH_MOST_BACKOFF_MS);
            sum[i] += wait;
            least = i == 11 && wait < least ? wait : least;
            most = i == 11 && wait > most ? wait : most;
        }
    }
    for (int i = 1; i < 5; i++)
        assert_true(sum[i] > sum[i - 1]);
    assert_true(most - least > WATCH_MOST_BACKOFF_MS / 2);
}

static void a_connection_makes_good_for_failures(void **state)
{
    (void)state;
    struct watch w;
    watch_begin(&w, 0);
    for (int i = 0; i < 10; i++)
        watch_synced(&w, ERR_NETWORK, 0);
    watch_saved(&w, 0); /* does not help while there is no network */
    assert_true(watch_wait_ms(&w, 0) >= WATCH_FIRST_BACKOFF_MS / 2);
    watch_connected(&w, 0);
    assert_true(watch_wait_ms(&w, 0) <= 2 * WATCH_CONNECTED_MS);
    watch_connected(&w, 1000); /* routes follow addresses: nothing is put off for ever */
    assert_true(watch_wait_ms(&w, 2 * WATCH_CONNECTED_MS) == 0);
}

static void what_a_person_must_do_is_not_hurried(void **state)
{
    (void)state;
    static const enum err persons[] = {ERR_CONFIG, ERR_DENIED, ERR_CONFLICT, ERR_DB};
    struct watch w;
    for (size_t i = 0; i < sizeof persons / sizeof persons[0]; i++) {
        watch_begin(&w, 0);
        watch_synced(&w, persons[i], 0);
        assert_int_equal(watch_wait_ms(&w, 0), WATCH_PERSON_MS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sheet_goes_when_it_is_finished),
        cmocka_unit_test(who_never_stops_typing_is_sent_all_the_same),
        cmocka_unit_test(without_work_it_asks_for_news_now_and_then),
        cmocka_unit_test(failures_are_followed_later_and_later_with_jitter),
        cmocka_unit_test(a_connection_makes_good_for_failures),
        cmocka_unit_test(what_a_person_must_do_is_not_hurried),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
