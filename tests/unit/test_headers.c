/*
 * The header lines of feed pages, receipts and batches with one member after the other missing, of another
 * type, too long or out of its range: each is refused as the other side's fault or does not matter, and the
 * words name the member.
 */
#include "tests/lib/test.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#include "sync/batch/batch.h"
#include "sync/batch/feed.h"
#include "sync/batch/receipt.h"
#include "tests/lib/known.h"

static struct device me;
static struct device registry;

#define DIGITS   "00112233445566778899001122334455667788990011223344"
#define TOO_LONG "\"" DIGITS DIGITS DIGITS DIGITS "\""

static const char *const OTHERS[] = {
    NULL, /* missing */
    "null", "true", "-1",  "0.5",    "9007199254740993", "\"\"", "\"x\"", "\"a\\u0001b\"",
    "[]",   "{}",   "[1]", TOO_LONG,
};

enum {
    OTHER_COUNT = sizeof OTHERS / sizeof OTHERS[0]
};

typedef void write_header(struct buf *plain);
typedef enum err read_header(const struct container *c, struct errctx *e);

static void write_feed(struct buf *plain)
{
    struct feed_header h = {
        .registry = registry.number, .device = me.number, .after = 40, .next = 97, .at = 5};
    (void)snprintf(h.incarnation, sizeof h.incarnation, "00112233445566778899aabbccddeeff");
    feed_write_header(&h, plain);
}

static enum err read_feed(const struct container *c, struct errctx *e)
{
    struct feed_header h;
    return feed_read(c, &h, NULL, NULL, e);
}

static void write_receipt(struct buf *plain)
{
    static struct receipt r;
    r = (struct receipt){
        .registry = registry.number, .device = me.number, .first = 1, .last = 4, .upto = 9, .at = 5};
    (void)snprintf(r.incarnation, sizeof r.incarnation, "00112233445566778899aabbccddeeff");
    r.points[0].number = 3;
    r.point_count = 1;
    receipt_write_header(&r, plain);
}

static enum err read_receipt(const struct container *c, struct errctx *e)
{
    static struct receipt r;
    return receipt_read(c, &r, NULL, NULL, e);
}

static void write_batch(struct buf *plain)
{
    struct batch_header h = {.from = me.number, .first = 1, .last = 4, .schema = 1, .at = 5, .has_key = true};
    memcpy(h.key, me.key, KEY_BYTES);
    (void)snprintf(h.code, sizeof h.code, "0JBG-3W7F-Y7BC-N0FV");
    batch_write_header(&h, plain);
}

static enum err read_batch(const struct container *c, struct errctx *e)
{
    struct batch_header h;
    return batch_read_header(c, &h, e);
}

/* With MEMBER as OTHER. */
static enum err try_one(const struct buf *line, const char *member, const char *other, read_header *read,
                        struct errctx *e)
{
    struct buf plain = {0};
    struct container c = {0};
    cJSON *header = cJSON_ParseWithLength(line->data, line->len);
    assert_non_null(header);
    if (other)
        assert_true(cJSON_ReplaceItemInObjectCaseSensitive(header, member, cJSON_Parse(other)));
    else
        cJSON_DeleteItemFromObjectCaseSensitive(header, member);
    char *text = cJSON_PrintUnformatted(header);
    buf_printf(&plain, "%s\n", text);
    container_sign(&plain, &me);
    enum err result = container_split(&plain, &c, e);
    if (result == ERR_OK)
        result = read(&c, e);
    container_done(&c);
    cJSON_free(text);
    cJSON_Delete(header);
    buf_done(&plain);
    return result;
}

/* Members that may be missing are told apart from those that may not by REQUIRED, which ends with NULL. */
static void mutate(write_header *write, read_header *read, const char *const *required)
{
    struct buf line = {0};
    struct errctx e;
    write(&line);
    cJSON *whole = cJSON_ParseWithLength(line.data, line.len);
    assert_non_null(whole);
    for (const cJSON *at = whole->child; at; at = at->next) {
        int refused = 0;
        for (int i = 0; i < OTHER_COUNT; i++) {
            e = (struct errctx){0};
            enum err result = try_one(&line, at->string, OTHERS[i], read, &e);
            if (result != ERR_OK && result != ERR_PROTOCOL)
                fail_msg("\"%s\" as %s: %s", at->string, OTHERS[i] ? OTHERS[i] : "nothing", e.text);
            refused += result == ERR_PROTOCOL;
            for (const char *const *must = required; *must && i == 0; must++) {
                if (strcmp(*must, at->string) == 0)
                    assert_int_equal(result, ERR_PROTOCOL);
            }
        }
        /* No member takes everything, but those that nobody reads. */
        for (const char *const *must = required; *must; must++) {
            if (strcmp(*must, at->string) == 0)
                assert_true(refused >= OTHER_COUNT / 2);
        }
    }
    cJSON_Delete(whole);
    buf_done(&line);
}

static void a_feed_page_with_a_wrong_header_is_refused(void **state)
{
    static const char *const required[] = {"registry", "incarnation", "device", "after", "next", "at", NULL};
    (void)state;
    mutate(write_feed, read_feed, required);
}

static void a_receipt_with_a_wrong_header_is_refused(void **state)
{
    static const char *const required[] = {"registry", "incarnation", "upto", "chain", "at", NULL};
    (void)state;
    mutate(write_receipt, read_receipt, required);
}

static void a_batch_with_a_wrong_header_is_refused(void **state)
{
    static const char *const required[] = {"from", "first", "last", "prev", "head", "schema", "at", NULL};
    (void)state;
    mutate(write_batch, read_batch, required);
}

/* The same for every member, at any depth, of every entry of the known journal; what a member that does not
 * matter could be is not told apart. */
static int try_members(cJSON *whole, cJSON *in)
{
    int refused = 0;
    for (cJSON *at = in->child; at; at = at->next) {
        refused += try_members(whole, at);
        for (int i = 1; i < OTHER_COUNT && at->string; i++) {
            struct entry entry = {0};
            struct errctx e = {0};
            cJSON *kept = cJSON_Duplicate(at, true);
            char *name = at->string;
            cJSON *other = cJSON_Parse(OTHERS[i]);
            assert_true(cJSON_ReplaceItemInObjectCaseSensitive(in, name, other));
            char *text = cJSON_PrintUnformatted(whole);
            enum err result = entry_read(text, strlen(text), &entry, NULL, &e);
            if (result == ERR_OK)
                entry_done(&entry);
            else
                assert_true(result == ERR_INVALID || result == ERR_PROTOCOL);
            refused += result != ERR_OK;
            cJSON_free(text);
            assert_true(cJSON_ReplaceItemViaPointer(in, other, kept));
            at = kept;
        }
    }
    return refused;
}

static void an_entry_with_a_wrong_member_is_refused_or_read(void **state)
{
    struct buf lines = {0};
    size_t at = 0;
    int entries = 0;
    (void)state;
    test_data("journal/entries.jsonl", &lines);
    for (char *line; (line = test_line(&lines, &at));) {
        cJSON *whole = cJSON_Parse(line);
        assert_non_null(whole);
        assert_true(try_members(whole, whole) > 20);
        cJSON_Delete(whole);
        free(line);
        entries++;
    }
    assert_int_equal(entries, KNOWN_ENTRIES);
    buf_done(&lines);
}

static int make_devices(void **state)
{
    (void)state;
    known_devices(&me, &registry);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_page_with_a_wrong_header_is_refused),
        cmocka_unit_test(a_receipt_with_a_wrong_header_is_refused),
        cmocka_unit_test(a_batch_with_a_wrong_header_is_refused),
        cmocka_unit_test(an_entry_with_a_wrong_member_is_refused_or_read),
    };
    return cmocka_run_group_tests(tests, make_devices, NULL);
}
