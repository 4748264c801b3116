#include "tests/lib/test.h"

#include <stdlib.h>

#include "schema/base/base32.h"
#include "sync/batch/batch.h"
#include "tests/lib/known.h"

static int enter(void **state)
{
    struct known *l = mem_zero(1, sizeof *l);
    known_open(l);
    known_fill(l);
    *state = l;
    return 0;
}

static int leave(void **state)
{
    known_close(*state);
    free(*state);
    return 0;
}

static struct batch_header header_of(struct known *l, int64_t first, int64_t last)
{
    struct errctx e;
    struct batch_header h = {
        .from = l->me.number, .first = first, .last = last, .schema = 1, .at = 1795453245};
    assert_ok(journal_chain_at(l->db, l->me.key, first - 1, &h.prev, &e));
    assert_ok(journal_chain_at(l->db, l->me.key, last, &h.head, &e));
    h.has_key = first == 1;
    memcpy(h.key, l->me.key, KEY_BYTES);
    return h;
}

static void build(struct known *l, int64_t first, int64_t last, struct buf *plain)
{
    struct errctx e;
    struct batch_header h = header_of(l, first, last);
    assert_ok(batch_build(l->db, &l->me, &h, plain, &e));
}

/* --- building */

static void the_known_batches_are_built_byte_for_byte(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf known = {0};
    struct buf built = {0};
    struct batch_header h = header_of(l, 1, 6);
    memcpy(h.code, "ABCD-EFGH-JKMN-4P23", sizeof h.code);
    assert_ok(batch_build(l->db, &l->me, &h, &built, &e));
    test_data("batch/first.txt", &known);
    assert_string_equal(built.data, known.data);

    buf_clear(&known);
    buf_clear(&built);
    build(l, 7, 10, &built);
    test_data("batch/next.txt", &known);
    assert_string_equal(built.data, known.data);
    buf_done(&known);
    buf_done(&built);
}

static void entries_that_are_not_there_make_no_batch(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf plain = {0};
    struct batch_header h = header_of(l, 7, 10);
    h.last = 11;
    assert_err(batch_build(l->db, &l->me, &h, &plain, &e), ERR_DB, "entry 11 of the journal is missing");
    buf_done(&plain);
}

static void of_a_journal_with_a_gap_no_batch_is_made(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf plain = {0};
    struct batch_header h = header_of(l, 7, 10);
    assert_ok(
        db_exec(l->db, "DROP TRIGGER journal_is_never_removed; DELETE FROM journal WHERE number = 8", &e));
    assert_err(batch_build(l->db, &l->me, &h, &plain, &e), ERR_DB, "entry 8 of the journal is missing");
    buf_done(&plain);
}

static void a_head_that_is_not_the_last_entrys_makes_no_batch(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf plain = {0};
    struct batch_header h = header_of(l, 7, 10);
    h.head.value[0] ^= 1;
    assert_err(batch_build(l->db, &l->me, &h, &plain, &e), ERR_INTERNAL, "head");
    buf_done(&plain);
}

static void a_batch_file_is_named_after_its_entries(void **state)
{
    struct known *l = *state;
    struct buf name = {0};
    struct batch_header h = header_of(l, 7, 10);
    batch_file_name(&h, &name);
    assert_string_equal(name.data, "KMJE5V-7-10.alv");
    buf_done(&name);
}

static void the_prefix_is_the_journal_before_the_batch(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf all = {0};
    struct buf prefix = {0};
    size_t at = 0;
    test_data("journal/entries.jsonl", &all);
    for (int i = 0; i < 6; i++)
        free(test_line(&all, &at));
    assert_ok(batch_prefix(l->db, 7, &prefix, &e));
    assert_int_equal(prefix.len, at);
    assert_memory_equal(prefix.data, all.data, at);
    buf_clear(&prefix);
    assert_ok(batch_prefix(l->db, 1, &prefix, &e));
    assert_int_equal(prefix.len, 0);
    buf_done(&all);
    buf_done(&prefix);
}

static enum err keep_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    (void)e;
    buf_put(arg, line->bytes, line->len);
    buf_putc(arg, '\n');
    return ERR_OK;
}

static void the_prefix_is_cut_to_its_last_bytes(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf all = {0};
    struct buf prefix = {0};
    known_add_yields(l, 600);
    assert_ok(batch_prefix(l->db, l->head.number + 1, &prefix, &e));
    assert_int_equal(prefix.len, BATCH_PREFIX_BYTES);
    assert_ok(journal_read(l->db, 1, 0, keep_line, &all, &e));
    assert_memory_equal(prefix.data, all.data + all.len - prefix.len, prefix.len);
    buf_done(&all);
    buf_done(&prefix);
}

static void append_line_of(struct known *l, size_t len)
{
    struct errctx e;
    struct buf line = {0};
    struct stmt *stmt = NULL;
    while (line.len < len)
        buf_putc(&line, 'x');
    assert_ok(db_prepare(l->db,
                         "INSERT INTO journal (number, bytes, chain) VALUES (:number, :bytes, zeroblob(32))",
                         &stmt, &e));
    stmt_bind_int(stmt, ":number", ++l->head.number);
    stmt_bind_text_len(stmt, ":bytes", line.data, line.len);
    assert_ok(stmt_run(stmt, &e));
    buf_done(&line);
}

/* With the newest line it is full to the byte, or there is room for one more line break, or for more. */
static void a_prefix_may_begin_anywhere_in_a_line(void **state)
{
    struct known *l = *state;
    struct errctx e;
    for (size_t spare = 0; spare <= 3; spare++) {
        struct buf all = {0};
        struct buf prefix = {0};
        append_line_of(l, BATCH_PREFIX_BYTES - 1 - spare);
        assert_ok(batch_prefix(l->db, l->head.number + 1, &prefix, &e));
        assert_ok(journal_read(l->db, 1, 0, keep_line, &all, &e));
        assert_int_equal(prefix.len, BATCH_PREFIX_BYTES);
        assert_memory_equal(prefix.data, all.data + all.len - prefix.len, prefix.len);
        buf_done(&all);
        buf_done(&prefix);
    }
}

/* --- reading */

static enum err count_entry(void *arg, const struct batch_entry *entry, struct errctx *e)
{
    int64_t *next = arg;
    (void)e;
    assert_int_equal(entry->number, *next);
    assert_non_null(entry->entry);
    (*next)++;
    return ERR_OK;
}

/* Splits, verifies and walks PLAIN, which is used up, as the registry does. */
static enum err take(struct known *l, struct buf *plain, int64_t held, int64_t *out_next, char **pointer,
                     struct errctx *e)
{
    struct container c;
    struct batch_header h;
    struct chain prev;
    assert_int_equal(journal_chain_at(l->db, l->me.key, held, &prev, e), ERR_OK);
    if (container_split(plain, &c, e) != ERR_OK)
        return e->kind;
    *out_next = held + 1;
    enum err result = container_verify(&c, l->me.key, e);
    if (result == ERR_OK)
        result = batch_read_header(&c, &h, e);
    if (result == ERR_OK)
        result = batch_walk(&c, &h, &prev, count_entry, out_next, pointer, e);
    container_done(&c);
    return result;
}

static void a_built_batch_gives_its_entries(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf plain = {0};
    int64_t next = 0;
    build(l, 1, 6, &plain);
    assert_ok(take(l, &plain, 0, &next, NULL, &e));
    assert_int_equal(next, 7);
    build(l, 7, 10, &plain);
    assert_ok(take(l, &plain, 6, &next, NULL, &e));
    assert_int_equal(next, 11);
}

static void the_header_is_read_as_it_was_written(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf plain = {0};
    struct container c;
    struct batch_header h;
    struct batch_header expected = header_of(l, 1, 6);
    test_data("batch/first.txt", &plain);
    assert_ok(container_split(&plain, &c, &e));
    assert_ok(batch_read_header(&c, &h, &e));
    assert_int_equal(h.from, l->me.number);
    assert_int_equal(h.first, 1);
    assert_int_equal(h.last, 6);
    assert_int_equal(h.schema, 1);
    assert_int_equal(h.at, 1795453245);
    assert_true(h.has_key);
    assert_memory_equal(h.key, l->me.key, KEY_BYTES);
    assert_memory_equal(h.prev.value, expected.prev.value, CHAIN_BYTES);
    assert_memory_equal(h.head.value, expected.head.value, CHAIN_BYTES);
    assert_string_equal(h.code, "ABCD-EFGH-JKMN-4P23");
    container_done(&c);
}

static void a_batch_that_does_not_follow_is_refused(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf plain = {0};
    int64_t next = 0;
    build(l, 7, 10, &plain);
    assert_err(take(l, &plain, 5, &next, NULL, &e), ERR_PROTOCOL, "bad-chain: entry 7");
    assert_int_equal(next, 6);
}

static void replace(struct buf *plain, const char *from, const char *to)
{
    char *at = strstr(plain->data, from);
    assert_non_null(at);
    struct buf changed = {0};
    buf_put(&changed, plain->data, (size_t)(at - plain->data));
    buf_puts(&changed, to);
    buf_puts(&changed, at + strlen(from));
    buf_done(plain);
    *plain = changed;
}

/* The batch 7 … 10 with one text replaced by another, signed again by its own author. */
static enum err take_changed(struct known *l, const char *from, const char *to, char **pointer,
                             struct errctx *e)
{
    struct buf plain = {0};
    int64_t next = 0;
    build(l, 7, 10, &plain);
    buf_truncate(&plain, plain.len - 99);
    replace(&plain, from, to);
    container_sign(&plain, &l->me);
    return take(l, &plain, 6, &next, pointer, e);
}

static void headers_that_make_no_sense_are_refused(void **state)
{
    struct known *l = *state;
    static const struct {
        const char *from;
        const char *to;
        const char *words;
    } cases[] = {
        {"\"from\":\"KMJE5V\"", "\"from\":\"kmje5v\"", "\"from\""},
        {"\"from\":\"KMJE5V\"", "\"from\":\"KMJE5\"", "\"from\""},
        {"\"first\":7", "\"first\":0", "\"first\""},
        {"\"first\":7", "\"first\":-7", "\"first\""},
        {"\"first\":7", "\"first\":7.5", "\"first\""},
        {"\"first\":7", "\"first\":\"7\"", "\"first\""},
        {"\"first\":7", "\"first\":4294967296", "\"first\""},
        {"\"first\":7", "\"first\":1", "\"key\""},
        {"\"last\":10", "\"last\":6", "\"last\""},
        {"\"last\":10", "\"last\":5007", "too-large"},
        {"\"last\":10", "\"last\":11", "bad-form: holds fewer or more"},
        {"\"last\":10", "\"last\":9", "bad-form: holds fewer or more"},
        {"\"prev\":\"", "\"prev\":\"00", "\"prev\""},
        {"\"prev\":\"", "\"prev\":\"A", "\"prev\""},
        {"\"head\":\"", "\"heap\":\"", "\"head\""},
        {"\"schema\":1", "\"schema\":0", "\"schema\""},
        {"\"at\":1795453245", "\"at\":null", "\"at\""},
        {"\"at\":1795453245", "\"at\":1,\"code\":\"abcd-efgh-jkmn-4p23\"", "\"code\""},
        {"\"at\":1795453245", "\"at\":1,\"code\":7", "\"code\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct errctx e;
        assert_err(take_changed(l, cases[i].from, cases[i].to, NULL, &e), ERR_PROTOCOL, cases[i].words);
    }
}

static void members_of_newer_programs_do_no_harm_in_the_header(void **state)
{
    struct known *l = *state;
    struct errctx e;
    assert_ok(take_changed(l, "\"schema\":1", "\"schema\":2,\"mood\":[\"good\"]", NULL, &e));
}

static void a_key_that_is_not_the_senders_is_refused(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf plain = {0};
    int64_t next = 0;
    char mine[2 * KEY_BYTES + 1];
    char other[2 * KEY_BYTES + 1];
    hex_put(l->me.key, KEY_BYTES, mine);
    hex_put(l->registry.key, KEY_BYTES, other);
    build(l, 1, 6, &plain);
    buf_truncate(&plain, plain.len - 99);
    replace(&plain, mine, other);
    container_sign(&plain, &l->me);
    assert_err(take(l, &plain, 0, &next, NULL, &e), ERR_PROTOCOL, "\"key\"");
}

static void lines_that_are_no_entries_are_refused_and_pointed_at(void **state)
{
    struct known *l = *state;
    static const struct {
        const char *from;
        const char *to;
        const char *pointer;
    } cases[] = {
        {"\"diggers\":12", "\"diggers\":\"12\"", "/7/v/diggers"},
        {"\"diggers\":12", "\"diggers\": 12", "/7"},
        {"\"op\":\"amend\"", "\"op\":\"erase\"", "/8/op"},
        {"\"why\":\"entered twice\"", "\"way\":\"entered twice\"", "/9/why"},
        {"{\"at\":1795452725", "\n{\"at\":1795452725", "/9"},
        {"{\"at\":1794912245,\"clk\":1", "{\"clk\":1", "/10/at"},
        {"\"op\":\"add\",\"of\":\"yield\",\"v\":{", "\"op\":\"add\",\"of\":\"yield\",\"v\":{{{{", "/7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct errctx e;
        char *pointer = NULL;
        assert_err(take_changed(l, cases[i].from, cases[i].to, &pointer, &e), ERR_PROTOCOL, "bad-entry: ");
        assert_non_null(pointer);
        assert_string_equal(pointer, cases[i].pointer);
        free(pointer);
    }
}

static void a_changed_entry_does_not_lead_to_the_signed_head(void **state)
{
    struct known *l = *state;
    struct errctx e;
    assert_err(take_changed(l, "\"diggers\":12", "\"diggers\":13", NULL, &e), ERR_PROTOCOL, "bad-chain");
}

static void device_entries_stand_first_and_nowhere_else(void **state)
{
    struct known *l = *state;
    struct errctx e;
    char *pointer = NULL;
    struct buf all = {0};
    struct buf plain = {0};
    int64_t next = 0;
    size_t at = 0;
    test_data("journal/entries.jsonl", &all);
    char *device = test_line(&all, &at);
    assert_err(
        take_changed(
            l, "{\"at\":1794912245,\"clk\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"7K4-backup.db\"}",
            device, &pointer, &e),
        ERR_PROTOCOL, "only entry 1 tells of the device");
    assert_string_equal(pointer, "/10/op");
    free(pointer);

    build(l, 1, 6, &plain);
    buf_truncate(&plain, plain.len - 99);
    replace(&plain, device, "{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}");
    container_sign(&plain, &l->me);
    assert_err(take(l, &plain, 0, &next, NULL, &e), ERR_PROTOCOL, "bad-entry: 1: ");
    free(device);
    buf_done(&all);
}

/* The device entry of somebody else, under the signature and the key of this one. */
static void the_first_entry_is_the_one_of_the_key_that_signed(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf plain = {0};
    char *pointer = NULL;
    int64_t next = 0;
    char mine[2 * KEY_BYTES + 1];
    char other[2 * KEY_BYTES + 1];
    struct buf from = {0};
    struct buf to = {0};
    hex_put(l->me.key, KEY_BYTES, mine);
    hex_put(l->registry.key, KEY_BYTES, other);
    build(l, 1, 6, &plain);
    buf_truncate(&plain, plain.len - 99);
    buf_printf(&from, "\"op\":\"device\",\"key\":\"%s", mine);
    buf_printf(&to, "\"op\":\"device\",\"key\":\"%s", other);
    replace(&plain, buf_str(&from), buf_str(&to));
    container_sign(&plain, &l->me);
    assert_err(take(l, &plain, 0, &next, &pointer, &e), ERR_PROTOCOL,
               "bad-entry: 1: is not the entry of the device");
    assert_string_equal(pointer, "/1/op");
    assert_int_equal(next, 1);
    free(pointer);
    buf_done(&from);
    buf_done(&to);
}

/* --- the order and number of lines */

/* Builds the batch 7 … 10 with its lines in ORDER (counted from 0), signed again. */
static enum err take_ordered(struct known *l, const char *order, struct errctx *e)
{
    struct buf whole = {0};
    struct buf plain = {0};
    size_t at = 0;
    int64_t next = 0;
    char *lines[5];
    build(l, 7, 10, &whole);
    for (int i = 0; i < 5; i++)
        lines[i] = test_line(&whole, &at);
    buf_puts(&plain, lines[0]);
    buf_putc(&plain, '\n');
    for (; *order; order++) {
        buf_puts(&plain, lines[*order - '0' + 1]);
        buf_putc(&plain, '\n');
    }
    for (int i = 0; i < 5; i++)
        free(lines[i]);
    container_sign(&plain, &l->me);
    enum err result = take(l, &plain, 6, &next, NULL, e);
    buf_done(&whole);
    return result;
}

static void reordered_dropped_and_repeated_entries_are_refused(void **state)
{
    struct known *l = *state;
    struct errctx e;
    assert_ok(take_ordered(l, "0123", &e));
    assert_err(take_ordered(l, "1023", &e), ERR_PROTOCOL, "bad-chain");
    assert_err(take_ordered(l, "0132", &e), ERR_PROTOCOL, "bad-chain");
    assert_err(take_ordered(l, "0023", &e), ERR_PROTOCOL, "bad-chain");
    assert_err(take_ordered(l, "012", &e), ERR_PROTOCOL, "bad-form");
    assert_err(take_ordered(l, "123", &e), ERR_PROTOCOL, "bad-form");
    assert_err(take_ordered(l, "01233", &e), ERR_PROTOCOL, "bad-form");
    assert_err(take_ordered(l, "", &e), ERR_PROTOCOL, "bad-form");
}

static enum err refuse_third(void *arg, const struct batch_entry *entry, struct errctx *e)
{
    (void)arg;
    return entry->number == 9 ? err_fail(e, ERR_BUSY, "enough") : ERR_OK;
}

static void a_failure_of_the_caller_ends_the_walk_as_it_is(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf plain = {0};
    struct container c;
    struct batch_header h;
    build(l, 7, 10, &plain);
    assert_ok(container_split(&plain, &c, &e));
    assert_ok(batch_read_header(&c, &h, &e));
    assert_err(batch_walk(&c, &h, &h.prev, refuse_third, NULL, NULL, &e), ERR_BUSY, "enough");
    container_done(&c);
}

/* --- size */

static void a_day_of_yields_travels_in_few_bytes(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct buf plain = {0};
    struct buf packed = {0};
    struct buf prefix = {0};
    known_add_yields(l, 1000);
    int64_t last = l->head.number;
    build(l, last - 499, last, &plain);
    assert_ok(container_pack(&plain, NULL, 0, &packed, &e));
    assert_true(packed.len <= 500 * 28);

    buf_clear(&plain);
    buf_clear(&packed);
    build(l, last - 4, last, &plain);
    assert_ok(batch_prefix(l->db, last - 4, &prefix, &e));
    assert_ok(container_pack(&plain, prefix.data, prefix.len, &packed, &e));
    assert_true(packed.len <= 520); /* of which 192 are hashes and signature in base 16 and 64 */
    buf_done(&plain);
    buf_done(&packed);
    buf_done(&prefix);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_known_batches_are_built_byte_for_byte, enter, leave),
        cmocka_unit_test_setup_teardown(entries_that_are_not_there_make_no_batch, enter, leave),
        cmocka_unit_test_setup_teardown(of_a_journal_with_a_gap_no_batch_is_made, enter, leave),
        cmocka_unit_test_setup_teardown(a_head_that_is_not_the_last_entrys_makes_no_batch, enter, leave),
        cmocka_unit_test_setup_teardown(a_batch_file_is_named_after_its_entries, enter, leave),
        cmocka_unit_test_setup_teardown(the_prefix_is_the_journal_before_the_batch, enter, leave),
        cmocka_unit_test_setup_teardown(the_prefix_is_cut_to_its_last_bytes, enter, leave),
        cmocka_unit_test_setup_teardown(a_prefix_may_begin_anywhere_in_a_line, enter, leave),
        cmocka_unit_test_setup_teardown(a_built_batch_gives_its_entries, enter, leave),
        cmocka_unit_test_setup_teardown(the_header_is_read_as_it_was_written, enter, leave),
        cmocka_unit_test_setup_teardown(a_batch_that_does_not_follow_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(headers_that_make_no_sense_are_refused, enter, leave),
        cmocka_unit_test_setup_teardown(members_of_newer_programs_do_no_harm_in_the_header, enter, leave),
        cmocka_unit_test_setup_teardown(a_key_that_is_not_the_senders_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(lines_that_are_no_entries_are_refused_and_pointed_at, enter, leave),
        cmocka_unit_test_setup_teardown(a_changed_entry_does_not_lead_to_the_signed_head, enter, leave),
        cmocka_unit_test_setup_teardown(device_entries_stand_first_and_nowhere_else, enter, leave),
        cmocka_unit_test_setup_teardown(the_first_entry_is_the_one_of_the_key_that_signed, enter, leave),
        cmocka_unit_test_setup_teardown(reordered_dropped_and_repeated_entries_are_refused, enter, leave),
        cmocka_unit_test_setup_teardown(a_failure_of_the_caller_ends_the_walk_as_it_is, enter, leave),
        cmocka_unit_test_setup_teardown(a_day_of_yields_travels_in_few_bytes, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
