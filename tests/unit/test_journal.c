#include "tests/lib/test.h"

#include <stdlib.h>

#include "schema/record/ident.h"
#include "sync/journal/journal.h"
#include "tests/lib/known.h"

static int enter(void **state)
{
    struct known *l = mem_zero(1, sizeof *l);
    known_open(l);
    *state = l;
    return 0;
}

static int leave(void **state)
{
    known_close(*state);
    free(*state);
    return 0;
}

static enum err keep_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    (void)e;
    assert_int_equal(line->bytes[line->len], '\0');
    buf_put(arg, line->bytes, line->len);
    buf_putc(arg, '\n');
    return ERR_OK;
}

static void an_empty_journal_starts_at_the_chain_of_its_key(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct chain start;
    chain_start(l->me.key, &start);
    assert_int_equal(l->head.number, 0);
    assert_memory_equal(l->head.chain.value, start.value, CHAIN_BYTES);
    assert_ok(journal_chain_at(l->db, l->me.key, 0, &start, &e));
    assert_memory_equal(l->head.chain.value, start.value, CHAIN_BYTES);
    assert_ok(journal_verify(l->db, l->me.key, NULL, NULL, &e));
}

static void known_entries_are_stored_as_their_exact_bytes(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf expected = {0};
    struct buf stored = {0};
    known_fill(l);
    test_data("journal/entries.jsonl", &expected);
    assert_ok(journal_read(l->db, 1, 0, keep_line, &stored, &e));
    assert_string_equal(stored.data, expected.data);
    buf_done(&expected);
    buf_done(&stored);
}

static void a_range_gives_its_entries_alone(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf all = {0};
    struct buf part = {0};
    known_fill(l);
    test_data("journal/entries.jsonl", &all);
    assert_ok(journal_read(l->db, 2, 3, keep_line, &part, &e));
    size_t at = 0;
    free(test_line(&all, &at));
    size_t second = at;
    free(test_line(&all, &at));
    free(test_line(&all, &at));
    assert_int_equal(part.len, at - second);
    assert_memory_equal(part.data, all.data + second, part.len);
    buf_done(&all);
    buf_done(&part);
}

static void the_head_read_again_is_the_head_that_moved(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct journal_head again;
    struct chain at;
    known_fill(l);
    assert_ok(journal_head(l->db, l->me.key, &again, &e));
    assert_int_equal(again.number, KNOWN_ENTRIES);
    assert_int_equal(again.at, l->head.at);
    assert_memory_equal(again.chain.value, l->head.chain.value, CHAIN_BYTES);
    assert_ok(journal_chain_at(l->db, l->me.key, KNOWN_ENTRIES, &at, &e));
    assert_memory_equal(at.value, again.chain.value, CHAIN_BYTES);
    assert_err(journal_chain_at(l->db, l->me.key, KNOWN_ENTRIES + 1, &at, &e), ERR_NOT_FOUND, "no entry 11");
}

static void write_backup(struct known *l, int64_t now, int64_t earliest, struct entry *entry)
{
    struct errctx e;
    entry_init(entry);
    memcpy(entry->by, "-", 2);
    entry->op = OP_BACKUP;
    entry->source = str_dup("stick");
    assert_ok(db_begin(l->db, &e));
    assert_ok(journal_append(l->db, &l->head, entry, now, earliest, &e));
    assert_ok(db_commit(l->db, &e));
}

static void a_clock_that_went_backwards_marks_the_entry(void **state)
{
    struct known *l = *state;
    struct entry entry;
    write_backup(l, 2000, 1000, &entry);
    assert_false(entry.clock_suspect);
    entry_done(&entry);
    write_backup(l, 1999, 1000, &entry);
    assert_true(entry.clock_suspect);
    entry_done(&entry);
    write_backup(l, 1999, 1000, &entry);
    assert_false(entry.clock_suspect);
    entry_done(&entry);
}

static void a_clock_before_the_program_was_made_marks_the_entry(void **state)
{
    struct known *l = *state;
    struct entry entry;
    write_backup(l, 999, 1000, &entry);
    assert_true(entry.clock_suspect);
    assert_int_equal(entry.at, 999);
    entry_done(&entry);
}

static void an_entry_that_a_strict_reader_would_refuse_is_not_written(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct entry entry;
    entry_init(&entry);
    memcpy(entry.by, "-", 2);
    entry.op = OP_BACKUP;
    entry.source = str_dup("two\nlines");
    assert_ok(db_begin(l->db, &e));
    assert_err(journal_append(l->db, &l->head, &entry, 1000, 0, &e), ERR_INVALID, "line break");
    assert_int_equal(l->head.number, 0);
    db_rollback(l->db);
    entry_done(&entry);
}

static void a_written_entry_can_be_neither_changed_nor_removed(void **state)
{
    struct known *l = *state;
    struct errctx e;
    known_fill(l);
    assert_int_not_equal(db_exec(l->db, "UPDATE journal SET bytes = '{}' WHERE number = 3", &e), ERR_OK);
    assert_int_not_equal(db_exec(l->db, "DELETE FROM journal WHERE number = 10", &e), ERR_OK);
    assert_ok(journal_verify(l->db, l->me.key, NULL, NULL, &e));
}

static void tamper(struct known *l, const char *sql)
{
    struct errctx e;
    assert_ok(db_exec(l->db, "DROP TRIGGER journal_is_never_changed", &e));
    assert_ok(db_exec(l->db, "DROP TRIGGER journal_is_never_removed", &e));
    assert_ok(db_exec(l->db, sql, &e));
}

static void verify_names_the_first_entry_that_was_changed(void **state)
{
    struct known *l = *state;
    struct errctx e;
    known_fill(l);
    tamper(l, "UPDATE journal SET bytes = replace(bytes, '410', '41') WHERE number = 6");
    assert_err(journal_verify(l->db, l->me.key, NULL, NULL, &e), ERR_DB, "entry 6 ");
}

static void verify_names_the_first_entry_that_is_missing(void **state)
{
    struct known *l = *state;
    struct errctx e;
    known_fill(l);
    tamper(l, "DELETE FROM journal WHERE number = 4");
    assert_err(journal_verify(l->db, l->me.key, NULL, NULL, &e), ERR_DB, "entry 4 of the journal is missing");
}

static void verify_with_another_key_fails_at_the_first_entry(void **state)
{
    struct known *l = *state;
    struct errctx e;
    known_fill(l);
    assert_err(journal_verify(l->db, l->registry.key, NULL, NULL, &e), ERR_DB, "entry 1 ");
}

static void count_progress(void *arg, int64_t done, int64_t all)
{
    int64_t *last = arg;
    assert_true(done >= *last && done <= all);
    *last = done;
}

static void verify_tells_of_its_progress(void **state)
{
    struct known *l = *state;
    struct errctx e;
    int64_t last = 0;
    known_fill(l);
    assert_ok(journal_verify(l->db, l->me.key, count_progress, &last, &e));
    assert_int_equal(last, KNOWN_ENTRIES);
}

/* A disk gave back what no program of ours writes: the table without its promises. */
static void damage(struct known *l, const char *sql)
{
    struct errctx e;
    known_fill(l);
    assert_ok(db_exec(l->db,
                      "CREATE TABLE loose (number INTEGER PRIMARY KEY, bytes TEXT, chain BLOB);"
                      "INSERT INTO loose SELECT number, bytes, chain FROM journal;"
                      "DROP TRIGGER journal_is_never_changed; DROP TRIGGER journal_is_never_removed;"
                      "DROP TABLE journal; ALTER TABLE loose RENAME TO journal;",
                      &e));
    assert_ok(db_exec(l->db, sql, &e));
}

static void a_damaged_row_is_named_by_whoever_reads_it(void **state)
{
    static const char *const damages[] = {
        "UPDATE journal SET bytes = NULL WHERE number = 10",
        "UPDATE journal SET chain = NULL WHERE number = 10",
        "UPDATE journal SET chain = x'00' WHERE number = 10",
    };
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        struct known *l = *state;
        struct errctx e;
        struct journal_head head;
        struct chain chain;
        struct buf lines = {0};
        damage(l, damages[i]);
        assert_err(journal_head(l->db, l->me.key, &head, &e), ERR_DB, "entry 10 of the journal is damaged");
        assert_err(journal_chain_at(l->db, l->me.key, 10, &chain, &e), ERR_DB, "entry 10 of the journal");
        assert_err(journal_read(l->db, 9, 0, keep_line, &lines, &e), ERR_DB, "entry 10 of the journal");
        assert_err(journal_verify(l->db, l->me.key, NULL, NULL, &e), ERR_DB, "entry 10 of the journal");
        buf_done(&lines);
        known_close(l);
        known_open(l);
    }
}

static void a_newest_entry_without_its_instant_is_damaged(void **state)
{
    static const char *const damages[] = {
        "UPDATE journal SET bytes = '{\"by\":\"-\"}' WHERE number = 10",
        "UPDATE journal SET bytes = '{\"at\":1x}' WHERE number = 10",
    };
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        struct known *l = *state;
        struct errctx e;
        struct journal_head head;
        damage(l, damages[i]);
        assert_err(journal_head(l->db, l->me.key, &head, &e), ERR_DB, "entry 10 of the journal is damaged");
        known_close(l);
        known_open(l);
    }
}

/* A disk that changes what is written on it: the entry is not there, and nobody is told that it is. */
static void what_does_not_read_back_as_written_is_not_written(void **state)
{
    static const char *const changes[] = {
        "UPDATE journal SET bytes = replace(bytes, 'stick', 'stuck') WHERE number = new.number",
        "UPDATE journal SET bytes = bytes || ' ' WHERE number = new.number",
        "UPDATE journal SET chain = x'00' || substr(chain, 2) WHERE number = new.number",
        "UPDATE journal SET chain = NULL WHERE number = new.number",
        "DELETE FROM journal WHERE number = new.number",
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct known *l = *state;
        struct errctx e;
        struct entry entry;
        struct buf sql = {0};
        damage(l, "SELECT 1");
        buf_printf(&sql, "CREATE TRIGGER disk AFTER INSERT ON journal BEGIN %s; END", changes[i]);
        assert_ok(db_exec(l->db, buf_str(&sql), &e));
        entry_init(&entry);
        memcpy(entry.by, "-", 2);
        entry.op = OP_BACKUP;
        entry.source = str_dup("stick");
        assert_ok(db_begin(l->db, &e));
        assert_err(journal_append(l->db, &l->head, &entry, 1795460000, 0, &e), ERR_DB,
                   "entry 11 did not read back as written");
        assert_int_equal(l->head.number, KNOWN_ENTRIES);
        db_rollback(l->db);
        entry_done(&entry);
        buf_done(&sql);
        known_close(l);
        known_open(l);
    }
}

static void a_full_journal_takes_nothing_more(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct entry entry;
    entry_init(&entry);
    memcpy(entry.by, "-", 2);
    entry.op = OP_BACKUP;
    entry.source = str_dup("stick");
    l->head.number = IDENT_MAX_NUMBER;
    assert_err(journal_append(l->db, &l->head, &entry, 1000, 0, &e), ERR_INTERNAL, "the journal is full");
    assert_int_equal(l->head.number, IDENT_MAX_NUMBER);
    entry_done(&entry);
}

static void each_thousand_entries_are_told_while_a_journal_is_verified(void **state)
{
    struct known *l = *state;
    struct errctx e;
    int64_t last = 0;
    known_fill(l);
    known_add_yields(l, 1000);
    assert_ok(journal_verify(l->db, l->me.key, count_progress, &last, &e));
    assert_int_equal(last, KNOWN_ENTRIES + 1000);
    assert_ok(journal_verify(l->db, l->me.key, NULL, NULL, &e));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_journal_starts_at_the_chain_of_its_key, enter, leave),
        cmocka_unit_test_setup_teardown(known_entries_are_stored_as_their_exact_bytes, enter, leave),
        cmocka_unit_test_setup_teardown(a_range_gives_its_entries_alone, enter, leave),
        cmocka_unit_test_setup_teardown(the_head_read_again_is_the_head_that_moved, enter, leave),
        cmocka_unit_test_setup_teardown(a_clock_that_went_backwards_marks_the_entry, enter, leave),
        cmocka_unit_test_setup_teardown(a_clock_before_the_program_was_made_marks_the_entry, enter, leave),
        cmocka_unit_test_setup_teardown(an_entry_that_a_strict_reader_would_refuse_is_not_written, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(a_written_entry_can_be_neither_changed_nor_removed, enter, leave),
        cmocka_unit_test_setup_teardown(verify_names_the_first_entry_that_was_changed, enter, leave),
        cmocka_unit_test_setup_teardown(verify_names_the_first_entry_that_is_missing, enter, leave),
        cmocka_unit_test_setup_teardown(verify_with_another_key_fails_at_the_first_entry, enter, leave),
        cmocka_unit_test_setup_teardown(verify_tells_of_its_progress, enter, leave),
        cmocka_unit_test_setup_teardown(a_damaged_row_is_named_by_whoever_reads_it, enter, leave),
        cmocka_unit_test_setup_teardown(a_newest_entry_without_its_instant_is_damaged, enter, leave),
        cmocka_unit_test_setup_teardown(what_does_not_read_back_as_written_is_not_written, enter, leave),
        cmocka_unit_test_setup_teardown(a_full_journal_takes_nothing_more, enter, leave),
        cmocka_unit_test_setup_teardown(each_thousand_entries_are_told_while_a_journal_is_verified, enter,
                                        leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
