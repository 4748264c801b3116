/*
 * The header lines of feed pages, receipts, batches and invitations with one member after the other missing,
 * of another type, too long or out of its range: each is refused as the other side's fault or does not
 * matter, and the words name the member.
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
    "null", "true", "-1",  "0.5",    "9007199254740993", "\"\"", "\"x\"", "\"a\\u0001b\"", "\"a\\u007fb\"",
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
    r.feed = 12;
    r.points[0].number = 3;
    r.point_count = 1;
    r.past[0] = (struct receipt_past){.device = registry.number, .upto = 7};
    r.past_count = 1;
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

/* Of a registry whose key is mine: it is signed with that one. */
static void write_invitation(struct buf *plain)
{
    struct invitation i = {.registry = me.number,
                           .name = "Ministry of Mines",
                           .country = "SL",
                           .url = "https://mines.example/alluvia",
                           .pin = "sha256//AAAA",
                           .districts = {"SL-E"},
                           .district_count = 1,
                           .expires = 1796661845,
                           .at = 5,
                           .training = true};
    memcpy(i.key, me.key, KEY_BYTES);
    invitation_code_make(me.key, i.code);
    (void)snprintf(i.incarnation, sizeof i.incarnation, "00112233445566778899aabbccddeeff");
    invitation_write(&i, plain);
}

static enum err read_invitation(const struct container *c, struct errctx *e)
{
    struct invitation i;
    return invitation_read(c, &i, e);
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

static bool is_in(const char *name, const char *const *list)
{
    while (*list && strcmp(*list, name) != 0)
        list++;
    return *list != NULL;
}

/* REQUIRED and OPTIONAL end with NULL; a member in neither is read by nobody. */
static void mutate(write_header *write, read_header *read, const char *const *required,
                   const char *const *optional)
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
            if (!OTHERS[i] && is_in(at->string, required))
                assert_int_equal(result, ERR_PROTOCOL);
            if (!OTHERS[i] && is_in(at->string, optional))
                assert_ok(result);
        }
        /* No member takes everything, but those that nobody reads. */
        if (is_in(at->string, required) || is_in(at->string, optional))
            assert_true(refused >= OTHER_COUNT / 2);
    }
    cJSON_Delete(whole);
    buf_done(&line);
}

static void a_feed_page_with_a_wrong_header_is_refused(void **state)
{
    static const char *const required[] = {"registry", "incarnation", "device", "after", "next", "at", NULL};
    static const char *const optional[] = {NULL};
    (void)state;
    mutate(write_feed, read_feed, required, optional);
}

static void a_receipt_with_a_wrong_header_is_refused(void **state)
{
    static const char *const required[] = {"registry", "incarnation", "upto", "chain", "at", NULL};
    static const char *const optional[] = {"feed", "points", "past", NULL};
    (void)state;
    mutate(write_receipt, read_receipt, required, optional);
}

static void a_batch_with_a_wrong_header_is_refused(void **state)
{
    static const char *const required[] = {"from",   "first", "last", "prev", "head",
                                           "schema", "at",    "key",  NULL};
    static const char *const optional[] = {"code", NULL};
    (void)state;
    mutate(write_batch, read_batch, required, optional);
}

static void an_invitation_with_a_wrong_header_is_refused(void **state)
{
    static const char *const required[] = {"key",         "registry", "name",      "country",
                                           "incarnation", "at",       "districts", NULL};
    static const char *const optional[] = {"url", "pin", "code", "expires", "training", NULL};
    (void)state;
    mutate(write_invitation, read_invitation, required, optional);
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
        cmocka_unit_test(an_invitation_with_a_wrong_header_is_refused),
    };
    return cmocka_run_group_tests(tests, make_devices, NULL);
}
