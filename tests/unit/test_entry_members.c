/*
 * Every member of every kind of entry, missing, of another type, out of its range, in another's place or
 * twice: the line is refused and the pointer names that member, or the line means itself.
 */
#include "tests/lib/test.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "sync/journal/entry.h"
#include "tests/lib/known.h"

#define DIGITS   "0011223344556677889900112233445566778899001122334455667788990011223344"
#define TOO_LONG "\"" DIGITS DIGITS DIGITS DIGITS DIGITS DIGITS DIGITS DIGITS "\""

/* 40 characters, 80 bytes. */
#define WIDE "\"éééééééééééééééééééééééééééééééééééééééé\""

static const char *const OTHERS[] = {
    "null",          "true", "false",      "-1",         "0.5",    "9007199254740993", "\"\"",   "\"x\"",
    "\"a\\u0001b\"", "[]",   "{}",         "[1]",        "[null]", "{\"x\":1}",        "\" a\"", "\"a \"",
    "\"a\\u007fb\"", WIDE,   "\"7k4qxm\"", "\"7K4QXM\"", TOO_LONG,
};

enum {
    OTHER_COUNT = sizeof OTHERS / sizeof OTHERS[0]
};

/* What the files of known entries have none of. */
static const char *const MORE[] = {
    "{\"at\":1795453400,\"by\":\"fatou\",\"op\":\"quarantine\",\"device\":\"7K4QXM\",\"hash\":"
    "\"03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8\",\"refused\":\"revoked\",\"is\":"
    "\"dropped\",\"why\":\"a thief's\"}",
};

/* How often a line with one thing changed was read, and refused. */
struct tally {
    int read;
    int refused;
};

/* POINTS_AT may be NULL: then anything is pointed at. */
static void try_text(const char *text, const char *points_at, struct tally *tally)
{
    struct entry entry;
    struct errctx e;
    char *pointer = NULL;
    struct buf again = {0};
    enum err result = entry_read(text, strlen(text), &entry, &pointer, &e);
    if (result == ERR_OK) {
        entry_write(&entry, &again);
        assert_string_equal(buf_str(&again), text);
        assert_null(pointer);
        tally->read++;
    } else {
        assert_int_equal(result, ERR_INVALID);
        assert_non_null(pointer);
        size_t len = points_at ? strlen(points_at) : 0;
        bool at_it = *pointer == '/' && strncmp(pointer + 1, points_at ? points_at : "", len) == 0 &&
                     (!points_at || pointer[len + 1] == '\0' || pointer[len + 1] == '/');
        /* Words that are fine in another form than the one they are written in are nobody's fault alone. */
        if (*pointer && !at_it)
            fail_msg("%s: points at \"%s\", not at \"%s\"", text, pointer, points_at);
        assert_null(entry.record.of);
        tally->refused++;
    }
    /* Who does not ask where hears the same. */
    entry_done(&entry);
    assert_int_equal(entry_read(text, strlen(text), &entry, NULL, &e), result);
    entry_done(&entry);
    free(pointer);
    buf_done(&again);
}

static void try_json(const cJSON *whole, const char *points_at, struct tally *tally)
{
    char *text = cJSON_PrintUnformatted(whole);
    try_text(text, points_at, tally);
    cJSON_free(text);
}

static void each_known_line(void (*each)(cJSON *whole, struct tally *tally), struct tally *tally)
{
    static const char *const files[] = {"journal/entries.jsonl", "journal/others.jsonl",
                                        "journal/decisions.jsonl"};
    *tally = (struct tally){0};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct buf lines = {0};
        size_t at = 0;
        test_data(files[i], &lines);
        for (char *line; (line = test_line(&lines, &at));) {
            cJSON *whole = cJSON_Parse(line);
            each(whole, tally);
            cJSON_Delete(whole);
            free(line);
        }
        buf_done(&lines);
    }
    for (size_t i = 0; i < sizeof MORE / sizeof MORE[0]; i++) {
        cJSON *whole = cJSON_Parse(MORE[i]);
        each(whole, tally);
        cJSON_Delete(whole);
    }
}

/* With AT, a member of IN or of something in it, as everything else in turn. MEMBER is the outermost around
 * it. */
static void replace_each(cJSON *whole, cJSON *in, const char *member, struct tally *tally)
{
    for (cJSON *at = in->child; at; at = at->next) {
        char *outer = str_dup(member ? member : at->string);
        replace_each(whole, at, outer, tally);
        for (int i = 0; i < OTHER_COUNT; i++) {
            cJSON *kept = cJSON_Duplicate(at, true);
            cJSON *other = cJSON_Parse(OTHERS[i]);
            if (at->string)
                other->string = str_dup(at->string);
            assert_true(cJSON_ReplaceItemViaPointer(in, at, other));
            try_json(whole, outer, tally);
            assert_true(cJSON_ReplaceItemViaPointer(in, other, kept));
            at = kept;
        }
        free(outer);
    }
}

static void replace_in(cJSON *whole, struct tally *tally)
{
    replace_each(whole, whole, NULL, tally);
}

static void a_member_that_is_something_else_is_pointed_at(void **state)
{
    (void)state;
    struct tally tally;
    each_known_line(replace_in, &tally);
    assert_true(tally.refused > 3000);
    assert_true(tally.read > 100); /* a text in the place of a text, and a field of a newer program */
}

static void leave_out_each(cJSON *whole, struct tally *tally)
{
    for (int i = 0; i < cJSON_GetArraySize(whole); i++) {
        cJSON *less = cJSON_Duplicate(whole, true);
        cJSON *gone = cJSON_DetachItemFromArray(less, i);
        try_json(less, gone->string, tally);
        cJSON_Delete(gone);
        cJSON_Delete(less);
    }
}

static void a_member_that_is_missing_is_pointed_at(void **state)
{
    (void)state;
    struct tally tally;
    each_known_line(leave_out_each, &tally);
    assert_true(tally.refused > 150);
    /* clk, ok, was, training, after and its sig, reasons of decisions, the source of a PIN */
    assert_true(tally.read > 10 && tally.read < 30);
}

/* A copy with members I and I + 1 in each other's place. */
static cJSON *swapped(const cJSON *whole, int i)
{
    cJSON *out = cJSON_CreateObject();
    for (int k = 0; k < cJSON_GetArraySize(whole); k++) {
        const cJSON *item = cJSON_GetArrayItem(whole, k == i ? i + 1 : k == i + 1 ? i : k);
        assert_true(cJSON_AddItemToObject(out, item->string, cJSON_Duplicate(item, true)));
    }
    return out;
}

static void swap_each(cJSON *whole, struct tally *tally)
{
    for (int i = 0; i + 1 < cJSON_GetArraySize(whole); i++) {
        cJSON *other = swapped(whole, i);
        try_json(other, NULL, tally);
        cJSON_Delete(other);
    }
}

static void members_in_each_others_places_are_refused(void **state)
{
    (void)state;
    struct tally tally;
    each_known_line(swap_each, &tally);
    assert_true(tally.refused > 150);
    assert_int_equal(tally.read, 0);
}

static void repeat_each(cJSON *whole, struct tally *tally)
{
    for (int i = 0; i < cJSON_GetArraySize(whole); i++) {
        cJSON *more = cJSON_Duplicate(whole, true);
        const cJSON *twice = cJSON_GetArrayItem(whole, i);
        assert_true(cJSON_AddItemToObject(more, twice->string, cJSON_Duplicate(twice, true)));
        try_json(more, twice->string, tally);
        cJSON_Delete(more);
    }
}

static void a_member_that_stands_there_twice_is_pointed_at(void **state)
{
    (void)state;
    struct tally tally;
    each_known_line(repeat_each, &tally);
    assert_true(tally.refused > 150);
    assert_int_equal(tally.read, 0);
}

static void end_early(cJSON *whole, struct tally *tally)
{
    for (int keep = 0; keep < cJSON_GetArraySize(whole); keep++) {
        cJSON *less = cJSON_Duplicate(whole, true);
        while (cJSON_GetArraySize(less) > keep)
            cJSON_DeleteItemFromArray(less, keep);
        try_json(less, NULL, tally);
        cJSON_Delete(less);
    }
}

static void a_line_without_its_last_members_is_refused_but_for_those_that_may_be_missing(void **state)
{
    (void)state;
    struct tally tally;
    each_known_line(end_early, &tally);
    assert_true(tally.refused > 150);
    assert_true(tally.read > 5 && tally.read < 20);
}

static void append_each(cJSON *whole, struct tally *tally)
{
    static const char *const tails[] = {"x", " ", "}", "{}", "\n", ",\"more\":1"};
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        struct buf text = {0};
        char *line = cJSON_PrintUnformatted(whole);
        buf_printf(&text, "%s%s", line, tails[i]);
        try_text(buf_str(&text), NULL, tally);
        cJSON_free(line);
        buf_done(&text);
    }
}

static void what_stands_behind_a_line_is_refused(void **state)
{
    (void)state;
    struct tally tally;
    each_known_line(append_each, &tally);
    assert_int_equal(tally.refused, 6 * 35);
    assert_int_equal(tally.read, 0);
}

static void a_strange_name_is_not_repeated_in_the_pointer(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *pointer;
    } cases[] = {
        {"more_of_it_2", "/more_of_it_2"},
        {"More", "/"},
        {"a/b", "/"},
        {DIGITS DIGITS, "/"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct entry entry;
        struct errctx e;
        char *pointer = NULL;
        struct buf text = {0};
        buf_printf(&text, "{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\",\"%s\":1}",
                   cases[i].name);
        assert_err(entry_read(text.data, text.len, &entry, &pointer, &e), ERR_INVALID, "unknown");
        assert_string_equal(pointer, cases[i].pointer);
        assert_null(strstr(e.text, cases[i].name));
        free(pointer);
        buf_done(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_that_is_something_else_is_pointed_at),
        cmocka_unit_test(a_member_that_is_missing_is_pointed_at),
        cmocka_unit_test(members_in_each_others_places_are_refused),
        cmocka_unit_test(a_member_that_stands_there_twice_is_pointed_at),
        cmocka_unit_test(a_line_without_its_last_members_is_refused_but_for_those_that_may_be_missing),
        cmocka_unit_test(what_stands_behind_a_line_is_refused),
        cmocka_unit_test(a_strange_name_is_not_repeated_in_the_pointer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
