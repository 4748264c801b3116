/* How a database's last work ended, and what the next to come makes of it. */
#include "tests/lib/test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/field/store/guard.h"
#include "schema/base/buf.h"
#include "sync/client/lock.h"
#include "tests/lib/laptop.h"

static struct laptop the;

static int set_up(void **state)
{
    (void)state;
    laptop_open(&the);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    laptop_close(&the);
    return 0;
}

static struct guard look(void)
{
    struct guard g;
    guard_begin(&g, the.path);
    struct guard seen = g;
    guard_end(&g);
    return seen;
}

/* A process that opens the database, saves and is killed. */
static void work_and_be_killed(void)
{
    store_close(the.store);
    the.store = NULL;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct errctx e;
        if (store_open(the.path, STORE_WRITE, &the.store, &e) == ERR_OK)
            (void)laptop_digger(&the, "Sahr Kamara");
        (void)kill(getpid(), SIGKILL);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
}

static void after_a_proper_end_nothing_is_checked(void **state)
{
    (void)state;
    laptop_digger(&the, "Sahr Kamara");
    store_close(the.store);
    the.store = NULL;
    struct guard g = look();
    assert_false(g.unclean);
    assert_false(g.no_log);
}

static void while_somebody_works_nothing_is_judged(void **state)
{
    (void)state;
    laptop_digger(&the, "Sahr Kamara");
    assert_false(look().unclean);
}

static void a_killed_program_leaves_an_unclean_end(void **state)
{
    (void)state;
    work_and_be_killed();
    struct guard g = look();
    assert_true(g.unclean);
    assert_false(g.no_log);
    laptop_reopen(&the);
    assert_int_equal(laptop_entries(&the), 2);
    store_close(the.store);
    the.store = NULL;
    assert_false(look().unclean);
}

static void damage_is_found_after_an_unclean_end(void **state)
{
    (void)state;
    struct errctx e;
    work_and_be_killed();
    int fd = open(the.path, O_WRONLY | O_CLOEXEC);
    char zeros[4096] = {0};
    for (off_t page = 2; page < 12; page++)
        assert_int_equal(pwrite(fd, zeros, sizeof zeros, page * 4096), (ssize_t)sizeof zeros);
    close(fd);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(store_open(the.path, STORE_WRITE, &the.store, &e), ERR_DB);
        assert_non_null(strstr(e.text, "damaged"));
        assert_true(db_is_damage(&e));
    }
}

/* The byte of the file beside the database; 0: none. */
static char mark(void)
{
    char path[128];
    char byte = 0;
    (void)snprintf(path, sizeof path, "%s.open", the.path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t len = read(fd, &byte, 1);
    assert_true(len >= 0);
    close(fd);
    return len == 1 ? byte : '\0';
}

static void who_only_reads_leaves_no_mark_and_the_first_save_does(void **state)
{
    (void)state;
    laptop_reopen(&the);
    assert_int_equal(laptop_entries(&the), 1);
    assert_int_equal(mark(), 0);
    laptop_digger(&the, "Sahr Kamara");
    assert_int_equal(mark(), '1');
}

static void a_log_that_is_gone_is_noticed(void **state)
{
    (void)state;
    struct errctx e;
    work_and_be_killed();
    char wal[128];
    (void)snprintf(wal, sizeof wal, "%s-wal", the.path);
    assert_int_equal(unlink(wal), 0);
    assert_true(look().no_log);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(store_open(the.path, STORE_WRITE, &the.store, &e), ERR_DB);
        assert_non_null(strstr(e.text, "log of the last work is gone"));
    }
}

static void what_was_distrusted_is_checked_and_its_log_is_not_missed(void **state)
{
    (void)state;
    (void)laptop_digger(&the, "Sahr Kamara");
    store_distrust(the.store);
    store_close(the.store);
    the.store = NULL;
    struct guard g = look();
    assert_true(g.unclean);
    assert_false(g.no_log);
    laptop_reopen(&the);
    assert_int_equal(laptop_entries(&the), 2);
}

static void a_link_to_the_database_leads_to_the_same_lock(void **state)
{
    (void)state;
    struct errctx e;
    struct lock first = LOCK_NONE;
    struct lock second = LOCK_NONE;
    char other[128];
    char holder[64];
    (void)snprintf(other, sizeof other, "%s/other.db", the.folder);
    (void)snprintf(holder, sizeof holder, "(process %ld since 1970-01-01T00:00:05Z)", (long)getpid());
    assert_int_equal(symlink(the.path, other), 0);
    assert_ok(lock_take(&first, the.path, LOCK_SYNC, 5, &e));
    assert_err(lock_take(&second, other, LOCK_SYNC, 6, &e), ERR_BUSY, "another sync");
    assert_non_null(strstr(e.text, holder));
    /* A watch is another thing than a sync. */
    assert_ok(lock_take(&second, other, LOCK_WATCH, 6, &e));
    lock_drop(&second);
    lock_drop(&first);
    assert_ok(lock_take(&second, other, LOCK_SYNC, 6, &e));
    lock_drop(&second);
}

#define test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(what_was_distrusted_is_checked_and_its_log_is_not_missed),
        test(after_a_proper_end_nothing_is_checked),
        test(while_somebody_works_nothing_is_judged),
        test(a_killed_program_leaves_an_unclean_end),
        test(damage_is_found_after_an_unclean_end),
        test(who_only_reads_leaves_no_mark_and_the_first_save_does),
        test(a_log_that_is_gone_is_noticed),
        test(a_link_to_the_database_leads_to_the_same_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
