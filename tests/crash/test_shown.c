/* What a database has shown to anybody stays in it, also when it was never acknowledged: it may have been
 * sent. */
#include "tests/lib/test.h"

#include "tests/lib/cutvfs.h"
#include "tests/lib/laptop.h"

enum {
    MOST_INSTANTS = 200
};

static const char *const DIGGER[] = {"full_name", "Sahr Kamara", "sex",      "M",        "nationality",
                                     "SL",        "residence",   "national", "district", "SL-E-KONO",
                                     "village",   "Tombodu",     "id_type",  "none",     "role",
                                     "digger",    "legal_basis", "law",      NULL};

/* Kills a save at its INSTANT-th write, looks, loses power without another write, and looks again. True when
 * the save got through. */
static bool kill_look_and_lose_power(int instant)
{
    struct errctx e;
    struct laptop l;
    int64_t id = 0;
    struct cutvfs *vfs = cutvfs_new((uint64_t)instant);
    laptop_open(&l);
    struct cut_disk *disk = cut_disk_new(vfs, l.folder, (uint64_t)instant);
    laptop_reopen(&l);
    cut_disk_cut(disk, CUT_KILL, instant);
    bool through = laptop_try(&l, ENTITY_DIGGER, DIGGER, &id, &e) == ERR_OK && !cut_disk_is_dead(disk);
    cut_disk_cut(disk, CUT_KILL, 0);
    cut_disk_die(disk, CUT_KILL);
    store_close(l.store);
    cut_disk_restart(disk);
    assert_ok(store_open(l.path, STORE_WRITE, &l.store, &e));
    int64_t seen = laptop_entries(&l);
    cut_disk_die(disk, CUT_POWER);
    store_close(l.store);
    cut_disk_restart(disk);
    assert_ok(store_open(l.path, STORE_WRITE, &l.store, &e));
    assert_int_equal(laptop_entries(&l), seen);
    assert_ok(store_verify(l.store, NULL, NULL, &e));
    laptop_close(&l);
    cutvfs_free(vfs);
    return through;
}

static void an_entry_that_was_seen_after_a_kill_survives_the_power_cut_behind_it(void **state)
{
    (void)state;
    int instant = 1;
    while (!kill_look_and_lose_power(instant))
        assert_true(++instant < MOST_INSTANTS);
    assert_true(instant > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_that_was_seen_after_a_kill_survives_the_power_cut_behind_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
