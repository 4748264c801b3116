/* What the registry tells a laptop whose disk was copied: the copy went on under the numbers that this one
 * has written again. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/laptop.h"

/* A laptop that wrote a digger under the number under which its copy wrote another. */
struct parted {
    struct laptop l;
    uint32_t before; /* its device, and the copy's … */
    int64_t theirs;  /* … whose entry 2 this is */
    int64_t ours;    /* which stands here now */
};

static struct parted the;

static int64_t feed_place(void)
{
    struct errctx e;
    int64_t place = -1;
    assert_ok(db_one_int(store_db(the.l.store), "SELECT feed_after FROM link", -1, &place, &e));
    return place;
}

static int set_up(void **state)
{
    (void)state;
    struct errctx e;
    struct adopted done;
    laptop_open(&the.l);
    the.before = store_device(the.l.store)->number;
    the.theirs = laptop_digger(&the.l, "Sahr Kamara");
    assert_ok(store_become(the.l.store, ADOPT_COPIED, 1, the.l.by.now, &done, &e));
    the.ours = ident_make(store_device(the.l.store)->number, 2);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    laptop_close(&the.l);
    return 0;
}

static void tell(int64_t number, const char *line)
{
    struct errctx e;
    assert_ok(laptop_tell(&the.l, ident_make(the.before, (uint32_t)number), line, &e));
}

static void tell_village(int64_t number, int64_t digger, const char *village)
{
    char line[256];
    char id[IDENT_BYTES];
    (void)ident_format(digger, id);
    (void)snprintf(
        line, sizeof line,
        "{\"at\":1,\"by\":\"a\",\"op\":\"amend\",\"of\":\"digger\",\"id\":\"%s\",\"base\":\"%s\",\"v\":{"
        "\"village\":\"%s\"}}",
        id, id, village);
    tell(number, line);
}

static void tell_digger(int64_t number)
{
    tell(number, "{\"at\":1,\"by\":\"a\",\"op\":\"add\",\"of\":\"digger\",\"v\":{\"full_name\":\"Tamba "
                 "Sesay\",\"village\":\"Koidu\"}}");
}

static void lives_in(int64_t digger, const char *village)
{
    laptop_text_is(&the.l, ENTITY_DIGGER, digger, "village", village);
}

static void the_copys_records_stand_beside_what_was_written_again(void **state)
{
    (void)state;
    struct errctx e;
    lives_in(the.ours, "Tombodu");
    tell_digger(2);
    tell_village(5, the.theirs, "Motema");
    lives_in(the.theirs, "Motema");
    lives_in(the.ours, "Tombodu");
    assert_ok(store_verify(the.l.store, NULL, NULL, &e));
}

/* Told by a stick that was meant for the copy, before anybody knew that there is one. */
static void changes_that_came_before_their_record_take_effect_with_it(void **state)
{
    (void)state;
    struct errctx e;
    const int64_t digger = ident_make(the.before, 9);
    tell_village(15, digger, "Motema");
    tell_village(16, digger, "Yengema");
    tell(17, "{\"at\":1,\"by\":\"a\",\"op\":\"backup\",\"medium\":\"x\"}");
    tell_digger(9);
    lives_in(digger, "Yengema");
    assert_ok(store_verify(the.l.store, NULL, NULL, &e));
    tell_village(18, digger, "Koidu");
    lives_in(digger, "Koidu");
    assert_ok(store_verify(the.l.store, NULL, NULL, &e));
}

/* Under its old name it was not told what that name wrote. */
static void the_owner_of_a_copied_disk_is_told_everything_again(void **state)
{
    (void)state;
    struct errctx e;
    struct adopted done;
    static const char linked[] = "INSERT OR REPLACE INTO link (one, invitation, url, code, enrolled, "
                                 "feed_after) VALUES (1, x'00', '', "
                                 "'', 1, 28)";
    for (int why = ADOPT_RESTORED; why <= ADOPT_CODE_TAKEN; why++) {
        assert_ok(db_exec(store_db(the.l.store), linked, &e));
        assert_ok(store_become(the.l.store, (enum adopt_why)why, 1, the.l.by.now, &done, &e));
        assert_int_equal(feed_place(), why == ADOPT_COPIED ? 0 : 28);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_copys_records_stand_beside_what_was_written_again),
        TEST(changes_that_came_before_their_record_take_effect_with_it),
        TEST(the_owner_of_a_copied_disk_is_told_everything_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
