/*
 * What was acknowledged is there after a kill at any instant, a full disk, a file that can not be written;
 * what was not is not there by half. The instants are spread over the work by a fixed list, so a failure can
 * be repeated, though never exactly.
 */
#include "tests/lib/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "tests/lib/laptop.h"

enum {
    KILLS = 24,
    MOST_KILLS = 400,
    ENOUGH_TOLD = 20, /* saves that were told of, of all */
    RUN_RECORDS = 20, /* of a transaction with several saves, as imports make them */
    NOBODY = 65534,
};

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

static void pause_us(int64_t us)
{
    struct timespec t = {us / 1000000, us % 1000000 * 1000};
    while (nanosleep(&t, &t) != 0 && errno == EINTR)
        continue;
}

static enum err add_digger(struct store *s, const struct author *by, int64_t *id, struct errctx *e)
{
    static const char *const values[][2] = {
        {"full_name", "Sahr Kamara"}, {"sex", "M"},           {"nationality", "SL"},
        {"residence", "national"},    {"village", "Tombodu"}, {"district", "SL-E-KONO"},
        {"id_type", "none"},          {"role", "digger"},     {"legal_basis", "law"},
        {"status", "active"},
    };
    struct record r;
    struct findings findings = {0};
    record_init(&r, &ENTITIES[ENTITY_DIGGER]);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        record_set_text(&r, values[i][0], values[i][1]);
    enum err result = store_add(s, &r, by, NULL, &findings, id, e);
    findings_done(&findings);
    record_done(&r);
    return result;
}

/* What a child tells when a save was acknowledged. */
struct told {
    int64_t id;
    int64_t version; /* 0: whatever it is */
};

static void tell(int pipe, int64_t id, int64_t version)
{
    struct told told = {id, version};
    if (write(pipe, &told, sizeof told) != sizeof told)
        _exit(2);
}

/* Adds, amends and voids for ever. */
static void save_for_ever(const char *path, int pipe)
{
    struct errctx e;
    struct author by = {"amina", the.by.now};
    struct store *s = NULL;
    if (store_open(path, STORE_WRITE, &s, &e) != ERR_OK)
        _exit(3);
    for (int i = 0;; i++) {
        int64_t id = 0;
        struct findings findings = {0};
        struct record change;
        if (add_digger(s, &by, &id, &e) != ERR_OK)
            _exit(4);
        tell(pipe, id, id);
        record_init(&change, &ENTITIES[ENTITY_DIGGER]);
        record_set_text(&change, "village", "Koidu");
        if (store_amend(s, ENTITY_DIGGER, id, &change, 0, &by, NULL, &findings, &e) != ERR_OK)
            _exit(5);
        tell(pipe, id, id + 1);
        if (i % 3 == 0) {
            if (store_void(s, ENTITY_DIGGER, id, "entered twice", &by, &e) != ERR_OK)
                _exit(6);
            tell(pipe, id, id + 2);
        }
        findings_done(&findings);
        record_done(&change);
    }
}

/* Several saves a transaction; told after the commit alone. */
static void import_for_ever(const char *path, int pipe)
{
    struct errctx e;
    struct author by = {"amina", the.by.now};
    struct store *s = NULL;
    if (store_open(path, STORE_WRITE, &s, &e) != ERR_OK)
        _exit(3);
    for (;;) {
        int64_t ids[RUN_RECORDS];
        if (store_begin(s, &e) != ERR_OK)
            _exit(4);
        for (int i = 0; i < RUN_RECORDS; i++) {
            if (add_digger(s, &by, &ids[i], &e) != ERR_OK)
                _exit(5);
        }
        if (store_commit(s, &e) != ERR_OK)
            _exit(6);
        for (int i = 0; i < RUN_RECORDS; i++)
            tell(pipe, ids[i], ids[i]);
    }
}

/* Starts WORK in a child and kills it after a while; *TOLD gets what it had acknowledged. */
static void run_and_kill(void (*work)(const char *path, int pipe), int64_t us, struct buf *told)
{
    int ends[2];
    int status = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        work(the.path, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    pause_us(us);
    (void)kill(child, SIGKILL);
    for (ssize_t got = 1; got > 0;) {
        got = read(ends[0], buf_reserve(told, 4096), 4096);
        if (got > 0)
            told->len += (size_t)got;
    }
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        fail_msg("the child failed by itself: %d", WEXITSTATUS(status));
}

/* Everything told is there, in the version told or a later one, and the whole verifies. */
static void check_told(const struct buf *told)
{
    struct errctx e;
    laptop_reopen(&the);
    assert_ok(store_verify(the.store, NULL, NULL, &e));
    for (size_t at = 0; at + sizeof(struct told) <= told->len; at += sizeof(struct told)) {
        struct told one;
        struct row row = {0};
        memcpy(&one, told->data + at, sizeof one);
        assert_ok(store_load(the.store, ENTITY_DIGGER, one.id, &row, &e));
        assert_true(row.version >= one.version);
        row_done(&row);
    }
}

static void kill_often(void (*work)(const char *path, int pipe))
{
    struct buf told = {0};
    store_close(the.store);
    the.store = NULL;
    /* On a busy machine little happens in so short a time: then there are more of them. */
    for (int i = 0; i < KILLS || (told.len <= sizeof(struct told) * ENOUGH_TOLD && i < MOST_KILLS); i++) {
        /* 5 to 120 ms, unevenly: opening, checkpoints and commits all get their share. */
        run_and_kill(work, 5000 + (int64_t)i * i * 7919 % 115000, &told);
        check_told(&told);
        store_close(the.store);
        the.store = NULL;
    }
    assert_true(told.len > sizeof(struct told) * ENOUGH_TOLD);
    laptop_reopen(&the);
    buf_done(&told);
}

static void a_kill_at_any_instant_of_a_save_loses_nothing_acknowledged(void **state)
{
    (void)state;
    kill_often(save_for_ever);
}

static void a_kill_at_any_instant_of_an_import_loses_nothing_acknowledged(void **state)
{
    (void)state;
    kill_often(import_for_ever);
    struct errctx e;
    int64_t rest = -1;
    /* Transactions are whole: entry 1 is the device's, the rest come in runs. */
    assert_ok(db_one_int(store_db(the.store), "SELECT (count(*) - 1) % 20 FROM journal", -1, &rest, &e));
    assert_int_equal(rest, 0);
}

static void create_once(const char *path, int pipe)
{
    struct errctx e;
    char other[128];
    (void)snprintf(other, sizeof other, "%s.2", path);
    (void)pipe;
    _exit(store_create(other, "SL", "", false, &the.by, &e) == ERR_OK ? 0 : 3);
}

static void a_kill_at_any_instant_of_init_can_be_followed_by_another_init(void **state)
{
    (void)state;
    struct errctx e;
    char path[128];
    char key[128];
    (void)snprintf(path, sizeof path, "%s.2", the.path);
    (void)snprintf(key, sizeof key, "%s/alluvia.db.key", the.folder);
    for (int i = 0; i < KILLS; i++) {
        struct buf told = {0};
        struct store *s = NULL;
        run_and_kill(create_once, 200 + (int64_t)i * 400, &told);
        enum err again = store_create(path, "SL", "", false, &the.by, &e);
        if (again != ERR_OK && again != ERR_EXISTS)
            fail_msg("%s", e.text);
        assert_ok(store_open(path, STORE_WRITE, &s, &e));
        store_close(s);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(unlink(key), 0);
        buf_done(&told);
    }
}

/* --- no room */

/* Saves until one fails; returns how many were acknowledged. The store stays usable for reading. */
static int fill_up(struct store *s, struct errctx *e)
{
    struct author by = {"amina", the.by.now};
    int64_t id = 0;
    int saved = 0;
    while (saved < 100000 && add_digger(s, &by, &id, e) == ERR_OK)
        saved++;
    return saved;
}

static int64_t count_diggers(struct store *s)
{
    struct errctx e;
    int64_t count = 0;
    assert_ok(db_one_int(store_db(s), "SELECT count(*) FROM digger", -1, &count, &e));
    return count;
}

/* In a child, because the limit can not be raised again. */
static void fill_within_limit(const char *path, int pipe)
{
    struct errctx e = {0};
    struct store *s = NULL;
    struct stat st;
    if (stat(path, &st) != 0 || store_open(path, STORE_WRITE, &s, &e) != ERR_OK)
        _exit(3);
    struct rlimit limit = {(rlim_t)st.st_size + 300000, (rlim_t)st.st_size + 300000};
    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(4);
    int saved = fill_up(s, &e);
    if (e.kind != ERR_IO || saved == 0)
        _exit(5);
    if (count_diggers(s) != saved)
        _exit(6);
    tell(pipe, saved, 0);
    _exit(0);
}

static void a_file_that_may_not_grow_fails_one_save_and_keeps_the_others(void **state)
{
    (void)state;
    struct errctx e;
    struct buf out = {0};
    struct told told;
    store_close(the.store);
    the.store = NULL;
    int ends[2];
    int status = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        fill_within_limit(the.path, ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(read(ends[0], &told, sizeof told), sizeof told);
    close(ends[0]);
    close(ends[1]);
    laptop_reopen(&the);
    assert_int_equal(count_diggers(the.store), told.id);
    assert_ok(store_verify(the.store, NULL, NULL, &e));
    (void)laptop_digger(&the, "Tamba Kamara");
    buf_done(&out);
}

static void a_full_disk_fails_one_save_and_keeps_the_others(void **state)
{
    (void)state;
    struct errctx e = {0};
    char folder[96];
    char path[128];
    struct store *s = NULL;
    (void)snprintf(folder, sizeof folder, "%s/full", the.folder);
    (void)snprintf(path, sizeof path, "%s/alluvia.db", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    if (geteuid() != 0 || mount("tmpfs", folder, "tmpfs", 0, "size=2m") != 0) {
        assert_int_equal(rmdir(folder), 0);
        skip();
    }
    assert_ok(store_create(path, "SL", "", false, &the.by, &e));
    assert_ok(store_open(path, STORE_WRITE, &s, &e));
    int saved = fill_up(s, &e);
    assert_true(saved > 0);
    assert_int_equal(e.kind, ERR_IO);
    assert_int_equal(count_diggers(s), saved);
    store_close(s);
    assert_ok(store_open(path, STORE_READ, &s, &e));
    assert_int_equal(count_diggers(s), saved);
    assert_ok(store_verify(s, NULL, NULL, &e));
    store_close(s);
    assert_int_equal(umount(folder), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void a_full_disk_leaves_nothing_of_a_new_database(void **state)
{
    (void)state;
    struct errctx e = {0};
    char folder[96];
    char path[128];
    (void)snprintf(folder, sizeof folder, "%s/full", the.folder);
    (void)snprintf(path, sizeof path, "%s/alluvia.db", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    if (geteuid() != 0 || mount("tmpfs", folder, "tmpfs", 0, "size=32k") != 0) {
        assert_int_equal(rmdir(folder), 0);
        skip();
    }
    assert_int_equal(store_create(path, "SL", "", false, &the.by, &e), ERR_IO);
    /* Only an empty folder can be removed. */
    (void)snprintf(path, sizeof path, "%s/x", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(umount(folder), 0);
    assert_int_equal(rmdir(folder), 0);
}

/* --- read-only */

/* In a child that is nobody: root may write anything. */
static int read_as_nobody(void)
{
    struct errctx e;
    struct store *s = NULL;
    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        return 2;
    enum err writing = store_open(the.path, STORE_WRITE, &s, &e);
    if (writing == ERR_OK)
        return 3;
    if (writing != ERR_DENIED && writing != ERR_IO && writing != ERR_CONFIG)
        return 4;
    if (store_open(the.path, STORE_READ, &s, &e) != ERR_OK) {
        (void)fprintf(stderr, "%s\n", e.text);
        return 5;
    }
    if (count_diggers(s) != 1 || store_verify(s, NULL, NULL, &e) != ERR_OK)
        return 6;
    store_close(s);
    return 0;
}

static void a_file_that_can_only_be_read_is_read(void **state)
{
    (void)state;
    int status = 0;
    (void)laptop_digger(&the, "Sahr Kamara");
    store_close(the.store);
    the.store = NULL;
    assert_int_equal(chmod(the.path, 0444), 0);
    assert_int_equal(chmod(the.folder, 0555), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(read_as_nobody());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(chmod(the.folder, 0700), 0);
    assert_int_equal(chmod(the.path, 0600), 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    laptop_reopen(&the);
}

#define test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        test(a_kill_at_any_instant_of_a_save_loses_nothing_acknowledged),
        test(a_kill_at_any_instant_of_an_import_loses_nothing_acknowledged),
        test(a_kill_at_any_instant_of_init_can_be_followed_by_another_init),
        test(a_file_that_may_not_grow_fails_one_save_and_keeps_the_others),
        test(a_full_disk_fails_one_save_and_keeps_the_others),
        test(a_full_disk_leaves_nothing_of_a_new_database),
        test(a_file_that_can_only_be_read_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
