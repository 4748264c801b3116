#include "tests/lib/test.h"

#include <stdlib.h>

#include "schema/record/ident.h"
#include "sync/journal/entry.h"
#include "tests/lib/known.h"

#define HEAD "{\"at\":1795452245,\"by\":\"amina\",\"op\":"
#define HEX  "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
#define WORD "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl" /* 64 letters */

static int sodium_is_ready(void **state)
{
    (void)state;
    struct errctx e;
    return device_module_init(&e) == ERR_OK ? 0 : -1;
}

static void every_line_of(const char *name, int expected)
{
    struct errctx e;
    struct buf lines = {0};
    struct buf again = {0};
    size_t at = 0;
    int count = 0;
    test_data(name, &lines);
    for (char *line = test_line(&lines, &at); line; line = test_line(&lines, &at), count++) {
        struct entry entry;
        char *pointer = NULL;
        assert_ok(entry_read(line, strlen(line), &entry, &pointer, &e));
        assert_null(pointer);
        buf_clear(&again);
        entry_write(&entry, &again);
        assert_string_equal(again.data, line);
        entry_done(&entry);
        free(line);
    }
    assert_int_equal(count, expected);
    buf_done(&again);
    buf_done(&lines);
}

static void known_entries_are_read_and_written_byte_for_byte(void **state)
{
    (void)state;
    every_line_of("journal/entries.jsonl", KNOWN_ENTRIES);
    every_line_of("journal/others.jsonl", 12);
    every_line_of("journal/decisions.jsonl", 12);
}

/* Every line of the protocol's examples that begins like an entry is one. */
static void the_examples_of_the_document_are_entries(void **state)
{
    (void)state;
    struct errctx e;
    struct buf text = {0};
    size_t at = 0;
    int count = 0;
    test_data("../../sync/PROTOCOL.md", &text);
    for (char *line = test_line(&text, &at); line; line = test_line(&text, &at)) {
        struct entry entry;
        if (strncmp(line, "{\"at\":", 6) == 0) {
            assert_ok(entry_read(line, strlen(line), &entry, NULL, &e));
            entry_done(&entry);
            count++;
        }
        free(line);
    }
    assert_int_equal(count, 14);
    buf_done(&text);
}

static void read_line(const char *line, struct entry *out)
{
    struct errctx e;
    assert_ok(entry_read(line, strlen(line), out, NULL, &e));
}

static void an_addition_gives_its_members(void **state)
{
    (void)state;
    struct entry entry;
    read_line(
        HEAD "\"add\",\"of\":\"yield\",\"was\":\"7K4QXM-9\",\"v\":{\"licence\":\"7K4QXM-17\",\"diamond_mct\":"
             "410},\"ok\":[{\"rule\":\"yield.grade\",\"why\":\"seen\"}]}",
        &entry);
    assert_int_equal(entry.op, OP_ADD);
    assert_int_equal(entry.at, 1795452245);
    assert_false(entry.clock_suspect);
    assert_string_equal(entry.by, "amina");
    assert_int_equal(ident_number(entry.was), 9);
    assert_int_equal(ident_number(record_number(&entry.record, "licence")), 17);
    assert_int_equal(record_number(&entry.record, "diamond_mct"), 410);
    assert_int_equal(entry.confirmed_count, 1);
    assert_string_equal(entry.confirmed[0].rule, "yield.grade");
    assert_string_equal(entry.confirmed[0].why, "seen");
    assert_int_equal(entry_subject(&entry, 77), 77);
    entry_done(&entry);
}

static void a_voiding_is_about_the_record_that_it_names(void **state)
{
    (void)state;
    struct entry entry;
    int64_t id = 0;
    read_line(
        HEAD
        "\"void\",\"of\":\"yield\",\"id\":\"7K4QXM-412\",\"base\":\"7K4QXM-500\",\"why\":\"entered twice\"}",
        &entry);
    assert_true(ident_parse_exact("7K4QXM-412", &id));
    assert_true(entry_subject(&entry, 77) == id);
    assert_int_equal(ident_number(entry.base), 500);
    assert_string_equal(entry.why, "entered twice");
    assert_int_equal(entry.record.of->id, ENTITY_YIELD);
    entry_done(&entry);
}

static void fields_of_newer_programs_are_kept_in_place(void **state)
{
    (void)state;
    struct entry entry;
    read_line(
        HEAD
        "\"add\",\"of\":\"officer\",\"v\":{\"login\":\"a\",\"shoe\":[44,{\"left\":true}],\"x\":\"\\n\"}}",
        &entry);
    assert_string_equal(entry.record.unknown, "\"shoe\":[44,{\"left\":true}],\"x\":\"\\n\"");
    assert_string_equal(record_text(&entry.record, "login"), "a");
    entry_done(&entry);
}

struct refusal {
    const char *line;
    const char *pointer;
    const char *words;
};

static void assert_refused(const struct refusal *r)
{
    struct errctx e;
    struct entry entry;
    char *pointer = NULL;
    if (entry_read(r->line, strlen(r->line), &entry, &pointer, &e) != ERR_INVALID)
        fail_msg("was taken: %s", r->line);
    if (!strstr(e.text, r->words))
        fail_msg("%s: \"%s\" does not say \"%s\"", r->line, e.text, r->words);
    assert_non_null(pointer);
    if (strcmp(pointer, r->pointer) != 0)
        fail_msg("%s: points at \"%s\", not \"%s\"", r->line, pointer, r->pointer);
    free(pointer);
    assert_null(entry.record.of);
}

static void what_is_not_canonical_json_is_refused(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"", "", "not JSON"},
        {"[]", "", "not an object"},
        {"{}", "/at", "missing"},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"} ", "", "canonical"},
        {" {\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "", "canonical"},
        {"{\"at\":1 ,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "", "canonical"},
        {"{\"at\":1.0,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "", "canonical"},
        {"{\"at\":1e3,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "", "canonical"},
        {"{\"at\":-0,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "", "canonical"},
        {"{\"at\":01,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "", ""},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"\\u0078\"}", "", "canonical"},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"a\\/b\"}", "", "canonical"},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}{}", "", "followed by"},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"", "", "not JSON"},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"\xff\"}", "", "UTF-8"},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"a\\u0000b\"}", "", "U+0000"},
        {HEAD "\"add\",\"of\":\"officer\",\"v\":{\"x\":[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]}}", "",
         "nested"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_refused(&cases[i]);
}

static void members_out_of_place_are_refused(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"{\"by\":\"-\",\"at\":1,\"op\":\"backup\",\"medium\":\"x\"}", "/at", "out of place"},
        {"{\"at\":1,\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "/by", "out of place"},
        {"{\"at\":1,\"clk\":0,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "/clk", "out of bounds"},
        {"{\"at\":1,\"by\":\"-\",\"clk\":1,\"op\":\"backup\",\"medium\":\"x\"}", "/op", "out of place"},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\",\"medium\":\"x\"}", "/medium",
         "repeated"},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\",\"more\":1}", "/more", "unknown"},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\",\"\\u001b[2J\":1}", "/", "unknown"},
        {HEAD "\"sing\"}", "/op", "does not know"},
        {HEAD "\"add\",\"of\":\"ship\",\"v\":{}}", "/of", "does not know"},
        {HEAD "\"add\",\"of\":\"yield\",\"id\":\"7K4QXM-1\",\"v\":{}}", "/v", "out of place"},
        {HEAD "\"add\",\"v\":{},\"of\":\"yield\"}", "/of", "out of place"},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{\"diggers\":1,\"licence\":\"7K4QXM-1\"}}", "/v/licence", ""},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{\"diggers\":1,\"diggers\":1}}", "/v/diggers", ""},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{\"x\":1,\"diggers\":1}}", "/v/diggers", ""},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{},\"ok\":[]}", "/ok", "something in it"},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{},\"ok\":[{\"rule\":\"r\",\"why\":\"w\",\"x\":1}]}", "/ok",
         "unknown"},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{},\"ok\":[{\"why\":\"w\",\"rule\":\"r\"}]}", "/ok",
         "out of place"},
        {HEAD "\"amend\",\"of\":\"yield\",\"base\":\"7K4QXM-1\",\"id\":\"7K4QXM-1\",\"v\":{\"diggers\":1}}",
         "/id", "out of place"},
        {HEAD "\"amend\",\"of\":\"yield\",\"id\":\"7K4QXM-1\",\"base\":\"7K4QXM-1\",\"v\":{}}", "/v",
         "nothing"},
        {HEAD "\"void\",\"of\":\"yield\",\"id\":\"7K4QXM-1\",\"base\":\"7K4QXM-1\"}", "/why", "missing"},
        {HEAD "\"device\",\"key\":\"" HEX "\",\"program\":\"p\",\"schema\":1,\"training\":false}",
         "/training", ""},
        {HEAD "\"pin\",\"of\":\"digger\",\"id\":\"7K4QXM-1\",\"is\":\"set\"}", "/of", "no PIN"},
        {HEAD "\"pin\",\"of\":\"officer\",\"id\":\"7K4QXM-1\",\"is\":\"1234\"}", "/is", "neither"},
        {HEAD "\"pin\",\"of\":\"officer\",\"id\":\"7K4QXM-1\"}", "/is", "missing"},
        {HEAD "\"pin\",\"of\":\"officer\",\"id\":\"7K4QXM-1\",\"is\":\"set\",\"pin\":\"1234\"}", "/pin",
         "unknown"},
        {HEAD "\"device\",\"key\":\"" HEX "\",\"program\":\"p\",\"schema\":1,\"after\":{}}", "/after",
         "missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_refused(&cases[i]);
}

static void wrong_values_are_refused_and_pointed_at(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"{\"at\":-1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "/at", "bounds"},
        {"{\"at\":253402300800,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "/at", "bounds"},
        {"{\"at\":\"1\",\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "/at", "whole number"},
        {"{\"at\":1.5,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", "/at", "whole number"},
        {"{\"at\":1,\"by\":\"\",\"op\":\"backup\",\"medium\":\"x\"}", "/by", "empty"},
        {"{\"at\":1,\"by\":\" a\",\"op\":\"backup\",\"medium\":\"x\"}", "/by", "spaces"},
        {"{\"at\":1,\"by\":\"a\\tb\",\"op\":\"backup\",\"medium\":\"x\"}", "/by", "control"},
        {"{\"at\":1,\"by\":\"e\xcc\x81\",\"op\":\"backup\",\"medium\":\"x\"}", "/by", "normal form"},
        {"{\"at\":1,\"by\":\"" WORD "\",\"op\":\"backup\",\"medium\":\"x\"}", "/by", "too long"},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"a\\nb\"}", "/medium", "line break"},
        {"{\"at\":1,\"by\":\"-\",\"op\":\"clock\",\"offset_s\":1e99,\"source\":\"registry\"}", "/offset_s",
         ""},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{\"diggers\":\"12\"}}", "/v/diggers", "whole number"},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{\"diggers\":12.5}}", "/v/diggers", "whole number"},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{\"diggers\":9007199254740993000}}", "/v/diggers",
         "whole number"},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{\"diggers\":null}}", "/v/diggers", "null in a new record"},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{\"licence\":\"7k4qxm-1\"}}", "/v/licence", "id"},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{\"licence\":\"7K4QXM-1-T\"}}", "/v/licence", "id"},
        {HEAD "\"add\",\"of\":\"yield\",\"v\":{\"date_from\":\"2026-02-30\"}}", "/v/date_from", ""},
        {HEAD "\"add\",\"of\":\"officer\",\"v\":{\"active\":1}}", "/v/active", "true or false"},
        {HEAD "\"amend\",\"of\":\"yield\",\"id\":\"7K4QXM-0\",\"base\":\"7K4QXM-1\",\"v\":{}}", "/id",
         "address"},
        {HEAD "\"amend\",\"of\":\"yield\",\"id\":\"7K4QXM-4294967296\",\"base\":\"7K4QXM-1\",\"v\":{}}",
         "/id", "address"},
        {HEAD "\"amend\",\"of\":\"yield\",\"id\":\"7K4QXM-01\",\"base\":\"7K4QXM-1\",\"v\":{}}", "/id",
         "address"},
        {HEAD "\"device\",\"key\":\"AB\",\"program\":\"p\",\"schema\":1}", "/key", "digits"},
        {HEAD "\"device\",\"key\":\"" HEX "\",\"program\":\"p\",\"schema\":0}", "/schema", "bounds"},
        {HEAD "\"device\",\"key\":\"" HEX
              "\",\"program\":\"p\",\"schema\":1,\"after\":{\"device\":\"7K4QXM\","
              "\"number\":1,\"chain\":\"" HEX "\",\"sig\":\"AAAA\"}}",
         "/after", "signature"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_refused(&cases[i]);
}

#define DECIDE HEAD "\"decide\",\"of\":\"yield\",\"id\":\"7K4QXM-1\",\"base\":\"7K4QXM-2\","
#define SETTLE HEAD "\"settle\",\"of\":\"yield\",\"id\":\"7K4QXM-1\",\"entry\":\"7K4QXM-2\","
#define KEPT   HEAD "\"quarantine\",\"device\":\"7K4QXM\",\"hash\":\"" HEX "\",\"refused\":\"revoked\","
#define MERGE  HEAD "\"merge\",\"of\":\"digger\",\"id\":\"7K4QXM-1\","

static void decisions_give_their_members(void **state)
{
    (void)state;
    struct entry entry;
    read_line(DECIDE "\"is\":\"returned\",\"why\":\"weigh again\"}", &entry);
    assert_int_equal(entry.op, OP_DECIDE);
    assert_int_equal(entry.is, DECIDED_RETURNED);
    assert_int_equal(ident_number(entry.id), 1);
    assert_int_equal(ident_number(entry.base), 2);
    assert_string_equal(entry.why, "weigh again");
    assert_int_equal(entry.record.of->id, ENTITY_YIELD);
    assert_true(op_is_of_registry(entry.op));
    entry_done(&entry);
    read_line(SETTLE "\"is\":\"taken\"}", &entry);
    assert_int_equal(entry.is, DECIDED_TAKEN);
    assert_int_equal(ident_number(entry.settles), 2);
    assert_null(entry.why);
    entry_done(&entry);
    read_line(MERGE "\"into\":\"7K4QXM-2\"}", &entry);
    assert_int_equal(ident_number(entry.into), 2);
    entry_done(&entry);
    read_line(HEAD "\"staff\",\"login\":\"fatou\",\"name\":\"Fatou Jalloh\",\"active\":false}", &entry);
    assert_string_equal(entry.login, "fatou");
    assert_string_equal(entry.name, "Fatou Jalloh");
    assert_false(entry.active);
    entry_done(&entry);
    read_line(KEPT "\"is\":\"released\",\"why\":\"his own work\"}", &entry);
    assert_int_equal(entry.is, DECIDED_RELEASED);
    assert_string_equal(entry.refused, "revoked");
    assert_true(op_is_of_registry(entry.op));
    entry_done(&entry);
}

static void decisions_that_say_too_little_or_too_much_are_refused(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {DECIDE "\"is\":\"returned\"}", "/why", "missing"},
        {DECIDE "\"is\":\"rejected\",\"why\":\"\"}", "/why", "empty"},
        {DECIDE "\"is\":\"kept\"}", "/is", "no decision"},
        {DECIDE "\"why\":\"x\",\"is\":\"returned\"}", "/is", "missing"},
        {SETTLE "\"is\":\"accepted\"}", "/is", "no decision"},
        {MERGE "\"into\":\"7K4QXM-1\"}", "/into", "the record itself"},
        {MERGE "\"into\":\"7K4QXM-2\",\"base\":\"7K4QXM-2\"}", "/base", "unknown"},
        {HEAD "\"unmerge\",\"of\":\"person\",\"id\":\"7K4QXM-1\"}", "/of", "kind of record"},
        {HEAD "\"staff\",\"login\":\"fatou\",\"name\":\"Fatou\"}", "/active", "missing"},
        {HEAD "\"staff\",\"login\":\"fatou\",\"name\":\"Fatou\",\"active\":1}", "/active", "neither"},
        {KEPT "\"is\":\"accepted\",\"why\":\"x\"}", "/is", "no decision"},
        {KEPT "\"is\":\"dropped\"}", "/why", "missing"},
        {HEAD "\"quarantine\",\"device\":\"7K4QX\",\"hash\":\"" HEX "\",\"refused\":\"revoked\"}", "/device",
         "code"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_refused(&cases[i]);
}

static void texts_are_bounded(void **state)
{
    (void)state;
    struct errctx e;
    struct entry entry;
    struct buf line = {0};
    for (int more = 0; more < 2; more++) {
        buf_clear(&line);
        buf_puts(&line,
                 HEAD "\"void\",\"of\":\"yield\",\"id\":\"7K4QXM-1\",\"base\":\"7K4QXM-1\",\"why\":\"");
        for (int i = 0; i < ENTRY_MAX_WHY + more; i++)
            buf_puts(&line, "é");
        buf_puts(&line, "\"}");
        assert_int_equal(entry_read(line.data, line.len, &entry, NULL, &e), more ? ERR_INVALID : ERR_OK);
        entry_done(&entry);
    }
    buf_clear(&line);
    buf_puts(&line, HEAD "\"add\",\"of\":\"officer\",\"v\":{\"x\":\"");
    while (line.len < ENTRY_MAX_BYTES)
        buf_puts(&line, "xxxxxxxx");
    buf_puts(&line, "\"}}");
    assert_err(entry_read(line.data, line.len, &entry, NULL, &e), ERR_INVALID, "longer than 16384 bytes");
    buf_done(&line);
}

static void more_confirmations_than_fit_are_refused(void **state)
{
    (void)state;
    struct errctx e;
    struct entry entry;
    for (int count = ENTRY_MAX_CONFIRMED; count <= ENTRY_MAX_CONFIRMED + 1; count++) {
        struct buf line = {0};
        buf_puts(&line, HEAD "\"add\",\"of\":\"yield\",\"v\":{},\"ok\":[");
        for (int i = 0; i < count; i++)
            buf_printf(&line, "%s{\"rule\":\"r.%d\",\"why\":\"w\"}", i ? "," : "", i);
        buf_puts(&line, "]}");
        assert_int_equal(entry_read(line.data, line.len, &entry, NULL, &e),
                         count > ENTRY_MAX_CONFIRMED ? ERR_INVALID : ERR_OK);
        entry_done(&entry);
        buf_done(&line);
    }
}

/* Whatever a single byte becomes, the line is refused or means itself: nothing in between. */
static void every_damaged_line_is_refused_or_canonical(void **state)
{
    (void)state;
    struct errctx e;
    struct buf lines = {0};
    struct buf again = {0};
    size_t at = 0;
    test_data("journal/entries.jsonl", &lines);
    for (char *line = test_line(&lines, &at); line; line = test_line(&lines, &at)) {
        size_t len = strlen(line);
        for (size_t i = 0; i < len; i++) {
            for (unsigned bit = 0; bit < 8; bit++) {
                struct entry entry;
                line[i] = (char)(line[i] ^ (1 << bit));
                if (entry_read(line, len, &entry, NULL, &e) == ERR_OK) {
                    buf_clear(&again);
                    entry_write(&entry, &again);
                    assert_int_equal(again.len, len);
                    assert_memory_equal(again.data, line, len);
                }
                entry_done(&entry);
                line[i] = (char)(line[i] ^ (1 << bit));
            }
        }
        free(line);
    }
    buf_done(&again);
    buf_done(&lines);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_entries_are_read_and_written_byte_for_byte),
        cmocka_unit_test(the_examples_of_the_document_are_entries),
        cmocka_unit_test(an_addition_gives_its_members),
        cmocka_unit_test(a_voiding_is_about_the_record_that_it_names),
        cmocka_unit_test(fields_of_newer_programs_are_kept_in_place),
        cmocka_unit_test(what_is_not_canonical_json_is_refused),
        cmocka_unit_test(members_out_of_place_are_refused),
        cmocka_unit_test(wrong_values_are_refused_and_pointed_at),
        cmocka_unit_test(decisions_give_their_members),
        cmocka_unit_test(decisions_that_say_too_little_or_too_much_are_refused),
        cmocka_unit_test(texts_are_bounded),
        cmocka_unit_test(more_confirmations_than_fit_are_refused),
        cmocka_unit_test(every_damaged_line_is_refused_or_canonical),
    };
    return cmocka_run_group_tests(tests, sodium_is_ready, NULL);
}
