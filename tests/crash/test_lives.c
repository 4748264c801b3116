/* Becoming another device, out of a backup or in place, is done or not done: whatever instant ends it. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/cutvfs.h"
#include "tests/lib/folder.h"
#include "tests/lib/laptop.h"

enum {
    MOST_INSTANTS = 1500,
    KEEP = 3,   /* entries that stay the predecessor's */
    RECORDS = 6 /* each one entry behind the first */
};

struct bench {
    struct laptop l;
    struct cutvfs *vfs;
    struct cut_disk *disk;
    char backup[160];
    char restored[160];
    char before[DEVICE_CODE_BYTES];
    int64_t entries;
};

static void set_up(struct bench *b, uint64_t seed)
{
    struct errctx e;
    *b = (struct bench){.vfs = cutvfs_new(seed)};
    laptop_open(&b->l);
    b->disk = cut_disk_new(b->vfs, b->l.folder, seed);
    for (int i = 0; i < RECORDS; i++)
        (void)laptop_digger(&b->l, "Sahr Kamara");
    (void)snprintf(b->backup, sizeof b->backup, "%s/stick.db", b->l.folder);
    (void)snprintf(b->restored, sizeof b->restored, "%s/again.db", b->l.folder);
    const struct progress_to nobody = {0};
    bool elsewhere = false;
    assert_ok(store_backup(b->l.store, b->backup, &b->l.by, &nobody, &elsewhere, &e));
    memcpy(b->before, store_device(b->l.store)->code, sizeof b->before);
    b->entries = laptop_entries(&b->l);
}

static void tear_down(struct bench *b)
{
    laptop_close(&b->l);
    cutvfs_free(b->vfs);
}

static void end_here(struct cut_disk *disk, void *arg)
{
    (void)arg;
    cut_disk_settle(disk);
    _exit(1);
}

/* Runs WORK in a child that ends at the INSTANT-th write. True when it got through. */
static bool ends_at(struct bench *b, enum cut_how how, int64_t instant, void (*work)(struct bench *b))
{
    int status = 0;
    store_close(b->l.store);
    b->l.store = NULL;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        cut_disk_at_death(b->disk, end_here, NULL);
        cut_disk_cut(b->disk, how, instant);
        work(b);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) > 1)
        fail_msg("the work failed by itself: %d", WEXITSTATUS(status));
    return WEXITSTATUS(status) == 0;
}

/* --- in place */

static void become(struct bench *b)
{
    struct errctx e;
    struct adopted done;
    struct store *s = NULL;
    if (store_open(b->l.path, STORE_WRITE, &s, &e) != ERR_OK)
        _exit(2);
    if (store_become(s, ADOPT_COPIED, KEEP, b->l.by.now, &done, &e) != ERR_OK)
        _exit(3);
    store_close(s);
}

/* The one or the other, whole, and able to go on. */
static void is_old_or_new(struct bench *b, const char *path, bool must_be_new)
{
    struct errctx e;
    struct store_life life;
    struct store *s = NULL;
    assert_ok(store_open(path, STORE_WRITE, &s, &e));
    assert_ok(store_verify(s, NULL, NULL, &e));
    assert_ok(store_past_life(s, &life, &e));
    bool is_new = life.at != 0;
    assert_true(is_new || !must_be_new);
    if (is_new)
        assert_string_equal(life.device, b->before);
    else
        assert_int_equal(store_head(s)->number, b->entries);
    assert_true((strcmp(store_device(s)->code, b->before) == 0) == !is_new);
    store_close(s);
    assert_ok(store_open(path, STORE_WRITE, &b->l.store, &e));
    (void)laptop_digger(&b->l, "Sia Koroma");
    assert_ok(store_verify(b->l.store, NULL, NULL, &e));
}

/* Every instant takes a while under sanitizers: each run goes over every STEP-th from FIRST on, the two ways
 * to end over different ones. ALLUVIA_TEST_ALL goes over all. */
struct stride {
    int first;
    int step;
};

static int count_instants(enum cut_how how, struct stride stride, void (*work)(struct bench *b),
                          void (*check)(struct bench *b, bool through))
{
    bool through = false;
    bool all = getenv("ALLUVIA_TEST_ALL") != NULL;
    int step = all ? 1 : stride.step;
    int instant = (all ? 1 : stride.first) - step;
    while (!through) {
        struct bench b;
        instant += step;
        assert_true(instant < MOST_INSTANTS);
        set_up(&b, (uint64_t)instant);
        through = ends_at(&b, how, instant, work);
        check(&b, through);
        tear_down(&b);
    }
    return instant;
}

static void check_in_place(struct bench *b, bool through)
{
    is_old_or_new(b, b->l.path, through);
}

static void a_database_becomes_another_device_or_does_not_at_a_kill(void **state)
{
    (void)state;
    assert_true(count_instants(CUT_KILL, (struct stride){1, 7}, become, check_in_place) > 5);
}

static void a_database_becomes_another_device_or_does_not_at_a_power_cut(void **state)
{
    (void)state;
    assert_true(count_instants(CUT_POWER, (struct stride){4, 7}, become, check_in_place) > 5);
}

static void a_key_that_was_not_in_its_place_yet_takes_it_at_the_next_start(void **state)
{
    (void)state;
    struct bench b;
    char key[160];
    char old[160];
    char next[176];
    struct errctx e;
    struct adopted done;
    set_up(&b, 1);
    (void)snprintf(key, sizeof key, "%.*s.key", (int)(strlen(b.l.path) - strlen(".db")), b.l.path);
    (void)snprintf(old, sizeof old, "%s/old.key", b.l.folder);
    (void)snprintf(next, sizeof next, "%s.next", key);
    folder_copy_file(key, old);
    assert_ok(store_become(b.l.store, ADOPT_COPIED, KEEP, b.l.by.now, &done, &e));
    /* As a kill between the commit and the renaming leaves it. */
    assert_int_equal(rename(key, next), 0);
    assert_int_equal(rename(old, key), 0);
    store_close(b.l.store);
    is_old_or_new(&b, b.l.path, true);
    assert_int_not_equal(access(next, F_OK), 0);
    tear_down(&b);
}

/* --- out of a backup */

static void restore(struct bench *b)
{
    struct errctx e;
    struct restored_life life;
    if (store_restore(b->restored, b->backup, NULL, &b->l.by, NULL, NULL, &life, &e) != ERR_OK)
        _exit(2);
}

static void check_restored(struct bench *b, bool through)
{
    struct errctx e;
    struct restored_life life;
    bool there = access(b->restored, F_OK) == 0;
    assert_true(there || !through);
    if (!there)
        assert_ok(store_restore(b->restored, b->backup, NULL, &b->l.by, NULL, NULL, &life, &e));
    is_old_or_new(b, b->restored, true);
}

static void a_backup_is_restored_or_can_be_again_after_a_kill(void **state)
{
    (void)state;
    assert_true(count_instants(CUT_KILL, (struct stride){2, 41}, restore, check_restored) > 5);
}

static void a_backup_is_restored_or_can_be_again_after_a_power_cut(void **state)
{
    (void)state;
    assert_true(count_instants(CUT_POWER, (struct stride){20, 41}, restore, check_restored) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_database_becomes_another_device_or_does_not_at_a_kill),
        cmocka_unit_test(a_database_becomes_another_device_or_does_not_at_a_power_cut),
        cmocka_unit_test(a_key_that_was_not_in_its_place_yet_takes_it_at_the_next_start),
        cmocka_unit_test(a_backup_is_restored_or_can_be_again_after_a_kill),
        cmocka_unit_test(a_backup_is_restored_or_can_be_again_after_a_power_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
