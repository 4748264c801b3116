/* The watched folder: what is taken when, what waits, what is moved where, and what strangers may put there.
 */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/registry/cli/watch.h"
#include "schema/base/file.h"
#include "tests/lib/ministry.h"
#include "tests/lib/run.h"
#include "tests/lib/sender.h"

enum {
    LINES_BYTES = 16384
};

/* What was logged; the log has no argument of its own. */
static char lines[LINES_BYTES];

static void keep_line(int level, const char *line)
{
    (void)level;
    size_t len = strlen(lines);
    (void)snprintf(lines + len, sizeof lines - len, "%s\n", line);
}

struct world {
    struct ministry m;
    struct sender s;
    struct buf packed;
    char folder[64];
    struct watch *w;
    int64_t tick_ms;
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
    (void)snprintf(w->folder, sizeof w->folder, "/tmp/alluvia-inbox-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    assert_ok(watch_new(w->m.store, w->folder, keep_line, &w->w, &e));
    lines[0] = '\0';
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    const char *const remove[] = {"rm", "-rf", w->folder, NULL};
    watch_free(w->w);
    assert_int_equal(run_quietly(remove), 0);
    buf_done(&w->packed);
    sender_done(&w->s);
    ministry_done(&w->m);
    free(w);
    return 0;
}

static char *path_of(const struct world *w, const char *name)
{
    struct buf path = {0};
    file_join(&path, w->folder, name);
    return buf_steal(&path);
}

static void put_bytes(struct world *w, const char *name, const void *bytes, size_t len)
{
    struct errctx e;
    char *path = path_of(w, name);
    assert_ok(file_write(path, bytes, len, 0644, &e));
    free(path);
}

/* The batch FIRST … LAST, of which only LEN bytes have been copied; 0: all. */
static void put_batch(struct world *w, const char *name, int64_t first, int64_t last, size_t len)
{
    sender_batch(&w->s, first, last, first == 1 ? w->m.code : NULL, &w->packed);
    put_bytes(w, name, w->packed.data, len ? len : w->packed.len);
}

static bool is_there(struct world *w, const char *name)
{
    char *path = path_of(w, name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static void look_after(struct world *w, int64_t ms)
{
    w->tick_ms += ms;
    watch_look(w->w, MINISTRY_NOW, w->tick_ms, NULL);
}

static int64_t entries(struct world *w)
{
    return ministry_count(&w->m, "SELECT count(*) FROM entry");
}

static int count_of(const char *word)
{
    int count = 0;
    for (const char *at = lines; (at = strstr(at, word)) != NULL; at++)
        count++;
    return count;
}

static void what_appears_is_taken_answered_and_moved(void **state)
{
    struct world *w = *state;
    put_batch(w, "a-1-5.alv", 1, 5, 0);
    put_bytes(w, "notes.txt", "x", 1);
    look_after(w, 0);
    assert_int_equal(entries(w), 5);
    assert_true(is_there(w, "taken/a-1-5.alv"));
    assert_true(is_there(w, "a-1-5.receipt.alv"));
    assert_true(is_there(w, "notes.txt"));
    assert_false(is_there(w, "a-1-5.alv"));
    assert_string_equal(lines, "inbox: a-1-5.alv: entries 1 to 5, 5 new, 0 flagged\n");
    look_after(w, WATCH_AGAIN_MS);
    assert_int_equal(count_of("inbox:"), 1);
}

static void files_in_any_order_wait_for_what_comes_before(void **state)
{
    struct world *w = *state;
    put_batch(w, "a-11-15.alv", 11, 15, 0);
    put_batch(w, "a-6-10.alv", 6, 10, 0);
    look_after(w, 0);
    look_after(w, WATCH_EVERY_MS);
    assert_int_equal(entries(w), 0);
    assert_true(is_there(w, "a-6-10.alv"));
    put_batch(w, "z-1-5.alv", 1, 5, 0);
    look_after(w, WATCH_EVERY_MS);
    assert_int_equal(entries(w), 15);
    assert_true(is_there(w, "taken/a-11-15.alv"));
    assert_int_equal(count_of("waits"), 2);
}

static void a_gap_is_said_once_and_closed_by_the_network_too(void **state)
{
    struct world *w = *state;
    put_batch(w, "a-1-2.alv", 1, 2, 0);
    look_after(w, 0);
    put_batch(w, "a-6-10.alv", 6, 10, 0);
    for (int i = 0; i < 5; i++)
        look_after(w, WATCH_EVERY_MS);
    assert_int_equal(count_of("waits"), 1);
    assert_int_equal(entries(w), 2);
    sender_batch(&w->s, 3, 5, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, NULL, NULL);
    look_after(w, WATCH_AGAIN_MS);
    assert_int_equal(entries(w), 10);
    assert_true(is_there(w, "taken/a-6-10.alv"));
}

static void a_file_on_its_way_is_not_refused(void **state)
{
    struct world *w = *state;
    put_batch(w, "a-1-5.alv", 1, 5, 10);
    look_after(w, 0);
    for (size_t len = 20; len < 200; len += 40) {
        put_batch(w, "a-1-5.alv", 1, 5, len);
        look_after(w, WATCH_SETTLE_MS - 1);
    }
    assert_int_equal(count_of("refused"), 0);
    assert_true(is_there(w, "a-1-5.alv"));
    put_batch(w, "a-1-5.alv", 1, 5, 0);
    look_after(w, WATCH_EVERY_MS);
    assert_int_equal(entries(w), 5);
    assert_true(is_there(w, "taken/a-1-5.alv"));
}

static void what_stays_half_is_put_aside_with_the_reason(void **state)
{
    struct world *w = *state;
    put_batch(w, "a-1-5.alv", 1, 5, 100);
    look_after(w, 0);
    look_after(w, WATCH_SETTLE_MS);
    assert_false(is_there(w, "a-1-5.alv"));
    assert_true(is_there(w, "refused/a-1-5.alv"));
    assert_true(is_there(w, "refused/a-1-5.alv.txt"));
    put_batch(w, "a-1-5.alv", 1, 5, 99);
    look_after(w, WATCH_EVERY_MS);
    look_after(w, WATCH_SETTLE_MS);
    assert_true(is_there(w, "refused/a-1-5.alv.2"));
    assert_int_equal(entries(w), 0);
}

static void a_restart_goes_on_and_counts_nothing_twice(void **state)
{
    struct world *w = *state;
    struct errctx e;
    put_batch(w, "a-1-5.alv", 1, 5, 0);
    put_batch(w, "a-11-15.alv", 11, 15, 0);
    look_after(w, 0);
    watch_free(w->w);
    assert_ok(watch_new(w->m.store, w->folder, keep_line, &w->w, &e));
    put_batch(w, "a-1-5.alv", 1, 5, 0); /* as if it had been cut off before the move */
    put_batch(w, "a-6-10.alv", 6, 10, 0);
    look_after(w, 0);
    assert_int_equal(entries(w), 15);
    assert_true(is_there(w, "taken/a-1-5.alv.2"));
    assert_true(is_there(w, "taken/a-11-15.alv"));
}

/* Things that a stick or a shared folder may hold under such a name. None of them is opened, followed or
 * waited for. */
static void links_pipes_folders_and_huge_files_hurt_nobody(void **state)
{
    struct world *w = *state;
    char *link = path_of(w, "link.alv");
    char *pipe = path_of(w, "pipe.alv");
    char *folder = path_of(w, "folder.alv");
    char *huge = path_of(w, "huge.alv");
    assert_int_equal(symlink("/dev/zero", link), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    put_bytes(w, "huge.alv", "x", 1);
    assert_int_equal(truncate(huge, (off_t)1 << 40), 0);
    put_bytes(w, "\x1b[2J\n.alv", "x", 1);
    put_batch(w, "a-1-5.alv", 1, 5, 0);
    look_after(w, 0);
    assert_int_equal(entries(w), 5);
    look_after(w, WATCH_SETTLE_MS);
    assert_true(is_there(w, "refused/huge.alv"));
    assert_non_null(strstr(lines, "larger than"));
    assert_null(strchr(lines, '\x1b'));
    assert_true(is_there(w, "link.alv") || access(link, F_OK) == 0);
    free(huge);
    free(folder);
    free(pipe);
    free(link);
}

static void a_receipt_that_cannot_be_written_leaves_the_file_where_it_is(void **state)
{
    struct world *w = *state;
    char *taken = path_of(w, "a-1-5.receipt.alv");
    assert_int_equal(mkdir(taken, 0700), 0);
    put_batch(w, "a-1-5.alv", 1, 5, 0);
    look_after(w, 0);
    assert_int_equal(entries(w), 5);
    assert_true(is_there(w, "a-1-5.alv"));
    assert_non_null(strstr(lines, "receipt cannot be written"));
    assert_int_equal(rmdir(taken), 0);
    look_after(w, WATCH_AGAIN_MS);
    assert_true(is_there(w, "a-1-5.receipt.alv"));
    assert_true(is_there(w, "taken/a-1-5.alv"));
    free(taken);
}

static void what_is_refused_says_why_and_a_stick_may_come_and_go(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct sender other;
    sender_init(&other, 9, false);
    sender_batch(&other, 1, 1, NULL, &w->packed);
    put_bytes(w, "b-1-1.alv", w->packed.data, w->packed.len);
    look_after(w, 0);
    assert_true(is_there(w, "refused/b-1-1.alv.txt"));
    assert_non_null(strstr(lines, "not-enrolled"));
    sender_done(&other);
    watch_free(w->w);
    assert_ok(watch_new(w->m.store, "/nowhere/stick", keep_line, &w->w, &e));
    look_after(w, 0);
    look_after(w, WATCH_EVERY_MS);
    assert_int_equal(count_of("cannot be opened"), 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(what_appears_is_taken_answered_and_moved),
        TEST(files_in_any_order_wait_for_what_comes_before),
        TEST(a_gap_is_said_once_and_closed_by_the_network_too),
        TEST(a_file_on_its_way_is_not_refused),
        TEST(what_stays_half_is_put_aside_with_the_reason),
        TEST(a_restart_goes_on_and_counts_nothing_twice),
        TEST(links_pipes_folders_and_huge_files_hurt_nobody),
        TEST(a_receipt_that_cannot_be_written_leaves_the_file_where_it_is),
        TEST(what_is_refused_says_why_and_a_stick_may_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
