/* The disks of tests/lib/cutvfs.h do what they say: SQLite alone on them keeps its promises, and without
 * syncs it cannot. */
#include "tests/lib/test.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/cutvfs.h"

enum {
    ROWS = 12,
    MOST_INSTANTS = 400
};

struct bench {
    char folder[64];
    char path[96];
    struct cutvfs *vfs;
    struct cut_disk *disk;
    const char *pragmas;
    int acknowledged;
};

static void bench_open(struct bench *b, const char *pragmas, uint64_t seed)
{
    *b = (struct bench){.folder = "/tmp/alluvia-cut-XXXXXX", .pragmas = pragmas};
    assert_non_null(mkdtemp(b->folder));
    (void)snprintf(b->path, sizeof b->path, "%s/t.db", b->folder);
    b->vfs = cutvfs_new(seed);
    b->disk = cut_disk_new(b->vfs, b->folder, seed);
}

static void bench_close(struct bench *b)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    cutvfs_free(b->vfs);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s%s", b->path, endings[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(b->folder), 0);
}

/* Commits a row after the other; stops where one fails. */
static void work(struct bench *b)
{
    sqlite3 *db = NULL;
    int code = sqlite3_open(b->path, &db);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, b->pragmas, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, x BLOB)", NULL, NULL,
                            NULL);
    for (int i = 0; i < ROWS && code == SQLITE_OK; i++) {
        code = sqlite3_exec(db, "INSERT INTO t (x) VALUES (randomblob(3000))", NULL, NULL, NULL);
        b->acknowledged += code == SQLITE_OK && !cut_disk_is_dead(b->disk);
    }
    (void)sqlite3_close(db);
}

static int64_t ask(struct bench *b, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int64_t found = -1;
    if (sqlite3_open(b->path, &db) == SQLITE_OK && sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        found = sqlite3_column_int64(s, 0);
    (void)sqlite3_finalize(s);
    (void)sqlite3_close(db);
    return found;
}

static bool is_sound(struct bench *b)
{
    return ask(b, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1;
}

/* Cuts at every instant of a work that begins anew each time; returns how often something was missing or
 * damaged afterwards. */
static int count_losses(const char *pragmas, enum cut_how how, bool lies)
{
    int losses = 0;
    bool through = false;
    for (int at = 1; !through; at++) {
        struct bench b;
        assert_true(at < MOST_INSTANTS);
        bench_open(&b, pragmas, (uint64_t)at);
        cut_disk_lie(b.disk, lies);
        cut_disk_cut(b.disk, how, at);
        work(&b);
        through = !cut_disk_is_dead(b.disk);
        cut_disk_restart(b.disk);
        cut_disk_cut(b.disk, how, 0);
        int64_t rows = ask(&b, "SELECT count(*) FROM t");
        /* Before the table there is none to ask. */
        losses += (rows < b.acknowledged && b.acknowledged > 0) || !is_sound(&b);
        assert_true(rows <= b.acknowledged + 1);
        bench_close(&b);
    }
    return losses;
}

static const char LOG[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4";
static const char LAZY_LOG[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 4";
static const char JOURNAL[] = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA";

static void a_power_cut_at_any_instant_keeps_what_was_committed(void **state)
{
    (void)state;
    assert_int_equal(count_losses(LOG, CUT_POWER, false), 0);
    assert_int_equal(count_losses(JOURNAL, CUT_POWER, false), 0);
}

static void a_kill_at_any_instant_keeps_what_was_committed(void **state)
{
    (void)state;
    assert_int_equal(count_losses(LOG, CUT_KILL, false), 0);
    assert_int_equal(count_losses(JOURNAL, CUT_KILL, false), 0);
}

static void without_syncs_a_power_cut_loses_and_a_kill_does_not(void **state)
{
    (void)state;
    assert_true(count_losses(LAZY_LOG, CUT_POWER, false) > 10);
    assert_int_equal(count_losses(LAZY_LOG, CUT_KILL, false), 0);
}

static void a_disk_that_lies_about_syncs_loses(void **state)
{
    (void)state;
    assert_true(count_losses(LOG, CUT_POWER, true) > 10);
}

static void the_same_seed_loses_the_same(void **state)
{
    (void)state;
    int64_t found[2];
    for (int i = 0; i < 2; i++) {
        struct bench b;
        bench_open(&b, LAZY_LOG, 7);
        cut_disk_cut(b.disk, CUT_POWER, 60);
        work(&b);
        assert_true(cut_disk_is_dead(b.disk));
        cut_disk_restart(b.disk);
        found[i] = ask(&b, "SELECT coalesce(sum(length(x)), -1) + count(*) + sum(unicode(hex(x))) FROM t");
        bench_close(&b);
    }
    assert_int_equal(found[0], found[1]);
}

static void a_failure_that_passes_leaves_the_program_at_work(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b, LOG, 1);
    work(&b);
    int first = b.acknowledged;
    assert_int_equal(first, ROWS);
    cut_disk_fail(b.disk, SQLITE_FULL, 3, true);
    work(&b);
    work(&b);
    assert_true(b.acknowledged >= first + ROWS);
    assert_int_equal(ask(&b, "SELECT count(*) FROM t"), b.acknowledged);
    assert_true(is_sound(&b));
    bench_close(&b);
}

static void leave(struct cut_disk *d, void *arg)
{
    (void)arg;
    cut_disk_settle(d);
    _exit(7);
}

/* The way for work that does more than SQL: the process itself ends. */
static void a_child_that_ends_at_the_instant_leaves_what_the_cut_left(void **state)
{
    (void)state;
    for (int at = 1; at < 60; at += 3) {
        struct bench b;
        int status = 0;
        bench_open(&b, LOG, (uint64_t)at);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            cut_disk_at_death(b.disk, leave, NULL);
            cut_disk_cut(b.disk, CUT_POWER, at);
            work(&b);
            _exit(0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 7);
        assert_true(is_sound(&b));
        bench_close(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_power_cut_at_any_instant_keeps_what_was_committed),
        cmocka_unit_test(a_kill_at_any_instant_keeps_what_was_committed),
        cmocka_unit_test(without_syncs_a_power_cut_loses_and_a_kill_does_not),
        cmocka_unit_test(a_disk_that_lies_about_syncs_loses),
        cmocka_unit_test(the_same_seed_loses_the_same),
        cmocka_unit_test(a_failure_that_passes_leaves_the_program_at_work),
        cmocka_unit_test(a_child_that_ends_at_the_instant_leaves_what_the_cut_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
