/* What is kept of refused batches, how much of it, and what a person's decision does. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/registry/store/inside.h"
#include "app/registry/store/quarantine.h"
#include "app/registry/store/review.h"
#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"

/* A registry with one account, and a revoked device with twenty entries, five of them sent. */
struct world {
    struct ministry m;
    struct sender s;
    struct buf packed;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct errctx e;
    ministry_init(&w->m, false);
    sender_init(&w->s, 1, false);
    for (int i = 2; i <= 20; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "Cooperative %d", i);
        (void)sender_add_coop(&w->s, name);
    }
    sender_batch(&w->s, 1, 5, w->m.code, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, NULL, NULL);
    assert_ok(registry_store_staff_put(w->m.store, NULL, "fatou", "Fatou Jalloh", true, MINISTRY_NOW, &e));
    assert_ok(registry_store_revoke(w->m.store, w->s.me.number, "stolen", MINISTRY_NOW, &e));
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    buf_done(&w->packed);
    sender_done(&w->s);
    ministry_done(&w->m);
    free(w);
    return 0;
}

static void count_is(struct world *w, const char *sql, int64_t expected)
{
    assert_int_equal(ministry_count(&w->m, sql), expected);
}

static void sends(struct world *w, int64_t first, int64_t last, enum problem_type type)
{
    sender_batch(&w->s, first, last, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, type, NULL, NULL);
}

static enum err release(struct world *w, int64_t id, struct errctx *e)
{
    return registry_store_release(w->m.store, "fatou", id, "seen", MINISTRY_NOW, NULL, e);
}

static int64_t held_by_laptop(struct world *w)
{
    struct ledger_device device;
    struct errctx e;
    assert_ok(w->m.ledger->device(w->m.ledger->arg, w->s.me.number, &device, &e));
    return device.upto;
}

static void whatever_overlaps_counts_once_in_any_order(void **state)
{
    struct world *w = *state;
    struct errctx e;
    sends(w, 8, 14, PROBLEM_REVOKED); /* 1 */
    sends(w, 6, 9, PROBLEM_REVOKED);  /* 2 */
    sends(w, 6, 14, PROBLEM_REVOKED); /* 3 */
    sends(w, 4, 10, PROBLEM_REVOKED); /* 4 */
    assert_err(release(w, 1, &e), ERR_CONFLICT, "gap");
    count_is(w, "SELECT count(*) FROM quarantine WHERE state = 'held'", 4);
    assert_ok(release(w, 4, &e));
    assert_int_equal(held_by_laptop(w), 10);
    assert_ok(release(w, 2, &e));
    assert_int_equal(held_by_laptop(w), 10);
    assert_ok(release(w, 1, &e));
    assert_int_equal(held_by_laptop(w), 14);
    assert_ok(release(w, 3, &e));
    count_is(w, "SELECT count(*) FROM cooperative", 13);
    assert_err(release(w, 3, &e), ERR_CONFLICT, "released already");
    count_is(w, "SELECT count(*) FROM quarantine WHERE state = 'released' AND length(bytes) = 0", 4);
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
}

static void what_was_decided_about_is_not_kept_again(void **state)
{
    struct world *w = *state;
    struct errctx e;
    sends(w, 6, 9, PROBLEM_REVOKED);
    assert_ok(registry_store_drop(w->m.store, "fatou", 1, "of no use", MINISTRY_NOW, &e));
    sends(w, 6, 9, PROBLEM_REVOKED);
    count_is(w, "SELECT count(*) FROM quarantine WHERE state = 'held'", 0);
    assert_int_equal(held_by_laptop(w), 5);
}

static void who_is_nobody_decides_nothing_and_without_a_reason_nobody_does(void **state)
{
    struct world *w = *state;
    struct errctx e;
    sends(w, 6, 9, PROBLEM_REVOKED);
    assert_err(registry_store_release(w->m.store, NULL, 1, "seen", MINISTRY_NOW, NULL, &e), ERR_DENIED,
               "--as");
    assert_err(registry_store_release(w->m.store, "fatou", 1, "", MINISTRY_NOW, NULL, &e), ERR_INVALID,
               "reason");
    assert_err(registry_store_drop(w->m.store, "musa", 1, "x", MINISTRY_NOW, &e), ERR_DENIED,
               "there is none");
    assert_err(release(w, 7, &e), ERR_NOT_FOUND, "no batch 7");
    count_is(w, "SELECT count(*) FROM quarantine WHERE state = 'held'", 1);
    assert_int_equal(held_by_laptop(w), 5);
}

/* As sends, with one letter of the signed lines changed: what anybody could make. */
static void forges(struct world *w, int64_t first, int64_t last, char letter)
{
    struct errctx e;
    struct buf plain = {0};
    sender_plain(&w->s, first, last, NULL, &plain);
    char *word = strstr(plain.data, "Cooperative");
    assert_non_null(word);
    word[1] = letter;
    buf_clear(&w->packed);
    assert_ok(container_pack(&plain, NULL, 0, &w->packed, &e));
    ministry_take(&w->m, &w->packed, PROBLEM_BAD_SIGNATURE, NULL, NULL);
    buf_done(&plain);
}

static void a_forgery_in_the_name_of_a_revoked_laptop_is_called_one_and_never_released(void **state)
{
    struct world *w = *state;
    struct errctx e;
    forges(w, 6, 9, 'x');
    count_is(w, "SELECT count(*) FROM quarantine WHERE reason = 'bad-signature'", 1);
    int64_t entries = ministry_count(&w->m, "SELECT count(*) FROM entry");
    assert_err(release(w, 1, &e), ERR_PROTOCOL, "bad-signature");
    count_is(w, "SELECT count(*) FROM entry", entries);
    count_is(w, "SELECT count(*) FROM quarantine WHERE state = 'held'", 1);
}

static void forgeries_give_way_to_newer_ones_and_push_nothing_else_out(void **state)
{
    struct world *w = *state;
    struct errctx e;
    sends(w, 6, 9, PROBLEM_REVOKED);
    forges(w, 6, 9, 'a');
    forges(w, 6, 9, 'b');
    count_is(w, "SELECT count(*) FROM quarantine", 3);
    struct buf sql = {0};
    buf_printf(&sql, "UPDATE quarantine SET size = %d", QUARANTINE_FORGED_BYTES / 2);
    assert_ok(db_exec(w->m.store->db, buf_str(&sql), &e));
    buf_done(&sql);
    forges(w, 6, 9, 'c');
    count_is(w, "SELECT count(*) FROM quarantine WHERE reason = 'revoked'", 1);
    count_is(w, "SELECT count(*) FROM quarantine WHERE reason = 'bad-signature'", 2);
    count_is(w, "SELECT min(id) FROM quarantine WHERE reason = 'bad-signature'", 3);
}

static void one_laptop_fills_its_share_and_not_the_disk(void **state)
{
    struct world *w = *state;
    struct errctx e;
    sends(w, 6, 9, PROBLEM_REVOKED);
    struct buf sql = {0};
    buf_printf(&sql, "UPDATE quarantine SET size = %d", QUARANTINE_DEVICE_BYTES);
    assert_ok(db_exec(w->m.store->db, buf_str(&sql), &e));
    buf_done(&sql);
    sends(w, 6, 10, PROBLEM_BUSY);
    sends(w, 6, 9, PROBLEM_REVOKED); /* this one is there */
    count_is(w, "SELECT count(*) FROM quarantine", 1);
    assert_ok(registry_store_drop(w->m.store, "fatou", 1, "a thief's", MINISTRY_NOW, &e));
    sends(w, 6, 10, PROBLEM_REVOKED);
    count_is(w, "SELECT count(*) FROM quarantine WHERE state = 'held'", 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(whatever_overlaps_counts_once_in_any_order),
        TEST(what_was_decided_about_is_not_kept_again),
        TEST(who_is_nobody_decides_nothing_and_without_a_reason_nobody_does),
        TEST(a_forgery_in_the_name_of_a_revoked_laptop_is_called_one_and_never_released),
        TEST(forgeries_give_way_to_newer_ones_and_push_nothing_else_out),
        TEST(one_laptop_fills_its_share_and_not_the_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
