/* What is read out of a database's pages and its log without SQLite. */
#include "tests/lib/test.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/field/store/salvage.h"
#include "schema/base/file.h"
#include "schema/field/field_schema.h"

enum {
    ENTRIES = 400,
    LONG = 9000, /* bytes of one: two pages of overflow */
    EACH_COMMIT = 10,
    PAGE = 4096,
    FRAME = 24 + PAGE, /* of the log, which begins with … */
    LOG_HEADER = 32
};

static char folder[64];
static char main_path[96];
static char log_path[96];

static void entry_text(int number, struct buf *out)
{
    buf_printf(out, "{\"at\":%d,\"text\":\"", number);
    while (out->len < LONG)
        buf_printf(out, "%d ", number);
    buf_puts(out, "\"}");
}

static void append(struct db *db, int number)
{
    struct errctx e;
    struct stmt *s = NULL;
    struct buf text = {0};
    uint8_t chain[CHAIN_BYTES];
    memset(chain, number & 0xFF, sizeof chain);
    entry_text(number, &text);
    assert_ok(db_prepare(db, "INSERT INTO journal (number, bytes, chain) VALUES (:number, :bytes, :chain)",
                         &s, &e));
    stmt_bind_int(s, ":number", number);
    stmt_bind_text_len(s, ":bytes", text.data, text.len);
    stmt_bind_blob(s, ":chain", chain, sizeof chain);
    assert_ok(stmt_run(s, &e));
    buf_done(&text);
}

/* A database whose entries are all in its log, which stays: of both there are copies. */
static int set_up(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    struct buf bytes = {0};
    char path[96];
    char wal[128];
    (void)snprintf(folder, sizeof folder, "/tmp/alluvia-salvage-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/laptop.db", folder);
    (void)snprintf(wal, sizeof wal, "%s-wal", path);
    (void)snprintf(main_path, sizeof main_path, "%s/found.db", folder);
    (void)snprintf(log_path, sizeof log_path, "%s/found.db-wal", folder);
    assert_ok(db_open(path, DB_CREATE, &FIELD_DB, &db, &e));
    assert_ok(db_exec(db, "PRAGMA wal_autocheckpoint = 0", &e));
    for (int number = 1; number <= ENTRIES; number++) {
        if (number % EACH_COMMIT == 1)
            assert_ok(db_begin(db, &e));
        append(db, number);
        if (number % EACH_COMMIT == 0)
            assert_ok(db_commit(db, &e));
    }
    assert_ok(file_read(path, 64 * 1024 * 1024, &bytes, &e));
    assert_ok(file_write(main_path, bytes.data, bytes.len, 0600, &e));
    buf_clear(&bytes);
    assert_ok(file_read(wal, 256 * 1024 * 1024, &bytes, &e));
    assert_ok(file_write(log_path, bytes.data, bytes.len, 0600, &e));
    buf_done(&bytes);
    db_close(db);
    assert_int_equal(unlink(path), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(main_path);
    (void)unlink(log_path);
    return rmdir(folder);
}

struct seen {
    bool whole[ENTRIES + 1];
    int others;
};

static enum err see(void *arg, const struct journal_line *line, struct errctx *e)
{
    (void)e;
    struct seen *seen = arg;
    struct buf text = {0};
    bool known = line->number >= 1 && line->number <= ENTRIES;
    if (known)
        entry_text((int)line->number, &text);
    if (known && text.len == line->len && memcmp(text.data, line->bytes, line->len) == 0)
        seen->whole[line->number] = true;
    else
        seen->others++;
    buf_done(&text);
    return ERR_OK;
}

static void long_entries_are_put_together_out_of_a_large_log(void **state)
{
    (void)state;
    struct errctx e;
    struct seen seen = {0};
    assert_ok(salvage_entries(main_path, log_path, see, &seen, &e));
    for (int number = 1; number <= ENTRIES; number++)
        assert_true(seen.whole[number]);
    assert_int_equal(seen.others, 0);
}

static void of_a_page_that_is_there_twice_the_newest_counts(void **state)
{
    (void)state;
    struct errctx e;
    struct seen seen = {0};
    struct buf bytes = {0};
    /* Behind the log a page of overflow once more, as of a commit since, with something else in it: the entry
     * that it is of is not whole any more, and all others are. */
    assert_ok(file_read(log_path, 256 * 1024 * 1024, &bytes, &e));
    size_t at = LOG_HEADER;
    while (memcmp(bytes.data + at + 24 + 100, "77 77 77 77 ", 12) != 0 &&
           memcmp(bytes.data + at + 24 + 100, "7 77 77 77 7", 12) != 0)
        at += FRAME;
    char *frame = mem_alloc(FRAME);
    memcpy(frame, bytes.data + at, FRAME);
    memset(frame + 24 + 4, '!', PAGE - 4);
    buf_put(&bytes, frame, FRAME);
    assert_ok(file_write(log_path, bytes.data, bytes.len, 0600, &e));
    assert_ok(salvage_entries(main_path, log_path, see, &seen, &e));
    for (int number = 1; number <= ENTRIES; number++)
        assert_int_equal(seen.whole[number], number != 77);
    assert_true(seen.others > 0);
    free(frame);
    buf_done(&bytes);
}

/* What stands in the log from frame FROM on (0: the first; below 0: from the end) is changed by CHANGE, which
 * is given the frames and their number; what it returns of them stays. */
static enum salvage_log log_after(int from, int (*change)(char *frames, int count))
{
    struct errctx e;
    struct buf bytes = {0};
    assert_ok(file_read(log_path, 256 * 1024 * 1024, &bytes, &e));
    int all = (int)((bytes.len - LOG_HEADER) / FRAME);
    assert_int_equal(bytes.len, LOG_HEADER + (size_t)all * FRAME);
    int first = from < 0 ? all + from : from;
    int left = change(bytes.data + LOG_HEADER + (size_t)first * FRAME, all - first);
    buf_truncate(&bytes, LOG_HEADER + (size_t)(first + left) * FRAME);
    assert_ok(file_write(log_path, bytes.data, bytes.len, 0600, &e));
    buf_done(&bytes);
    return salvage_log_state(log_path);
}

static int as_it_is(char *frames, int count)
{
    (void)frames;
    return count;
}

static int without_its_end(char *frames, int count)
{
    (void)frames;
    return count - 1;
}

static int with_a_byte_changed(char *frames, int count)
{
    frames[1000] ^= 1;
    return count;
}

static void a_log_is_whole_torn_at_its_end_or_damaged_before(void **state)
{
    (void)state;
    assert_int_equal(log_after(0, as_it_is), LOG_WHOLE);
    assert_int_equal(log_after(40, with_a_byte_changed), LOG_DAMAGED);
    assert_int_equal(log_after(40, with_a_byte_changed), LOG_WHOLE); /* back */
    assert_int_equal(log_after(-1, with_a_byte_changed), LOG_TORN);
    assert_int_equal(log_after(-1, without_its_end), LOG_TORN);
}

/* The last frame of one transaction behind that of another, neither of which was safe. */
static int with_two_ends(char *frames, int count)
{
    memcpy(frames, frames + (ptrdiff_t)(count - 1) * FRAME, FRAME);
    memcpy(frames + FRAME, frames, FRAME);
    return 2;
}

/* A frame of an older round, one that is older in its first sector, where a commit is marked, and the next
 * one. */
static int with_a_torn_mark(char *frames, int count)
{
    memset(frames, 7, FRAME);
    frames[FRAME + 7] = 75;
    return count;
}

/* A transaction that a power cut takes the beginning of leaves its last frames where later ones come to lie
 * in front of them. */
static void what_earlier_power_cuts_left_behind_a_log_is_no_damage(void **state)
{
    (void)state;
    assert_int_equal(log_after(-3, with_a_torn_mark), LOG_TORN);
    assert_int_equal(log_after(-8, with_two_ends), LOG_TORN);
}

static void a_file_that_is_not_there_has_no_entries(void **state)
{
    (void)state;
    struct errctx e;
    struct seen seen = {0};
    assert_ok(salvage_entries("/nonexistent/laptop.db", NULL, see, &seen, &e));
    assert_int_equal(seen.others, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(long_entries_are_put_together_out_of_a_large_log),
        TEST(of_a_page_that_is_there_twice_the_newest_counts),
        TEST(a_log_is_whole_torn_at_its_end_or_damaged_before),
        TEST(what_earlier_power_cuts_left_behind_a_log_is_no_damage),
        TEST(a_file_that_is_not_there_has_no_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
