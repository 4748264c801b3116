/* What the registry tells which laptop. */
#include "tests/lib/test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "sync/server/feed.h"
#include "sync/server/receipts.h"
#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"

/* Three laptops: two of the Eastern Province, one of Bombali in the north. */
enum {
    AISSATOU,
    BALLA,
    NORTH,
    LAPTOPS
};

struct world {
    struct ministry m;
    struct sender s[LAPTOPS];
    int64_t sent[LAPTOPS];
};

static void send_all(struct world *w, int who, const char *code)
{
    struct buf packed = {0};
    sender_batch(&w->s[who], w->sent[who] + 1, w->s[who].count, code, &packed);
    ministry_take(&w->m, &packed, PROBLEM_NONE, NULL, NULL);
    w->sent[who] = w->s[who].count;
    buf_done(&packed);
}

static int set_up(void **state)
{
    static const char *const districts[LAPTOPS] = {"SL-E", "SL-E-KONO", "SL-N-BOMBALI"};
    struct world *w = mem_zero(1, sizeof *w);
    struct errctx e;
    ministry_init(&w->m, false);
    for (int i = 0; i < LAPTOPS; i++) {
        char code[INVITATION_CODE_BYTES];
        sender_init(&w->s[i], (uint8_t)(i + 1), false);
        assert_ok(registry_store_invite(w->m.store, "A laptop", &districts[i], 1, 0, MINISTRY_NOW, code, &e));
        send_all(w, i, code);
    }
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < LAPTOPS; i++)
        sender_done(&w->s[i]);
    ministry_done(&w->m);
    free(w);
    return 0;
}

static int64_t write_line(struct world *w, int who, const char *format, ...) PRINTF_LIKE(3, 4);
static int64_t write_line(struct world *w, int who, const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    int64_t number = sender_add_line(&w->s[who], line);
    send_all(w, who, NULL);
    return number;
}

static int64_t add_coop(struct world *w, int who, const char *district)
{
    return write_line(
        w, who,
        "{\"at\":%d,\"by\":\"amina\",\"op\":\"add\",\"of\":\"cooperative\",\"v\":{\"name\":\"Union\","
        "\"district\":\"%s\"}}",
        SENDER_AT, district);
}

static void amend_coop(struct world *w, int who, int whose, int64_t coop, const char *v)
{
    const char *code = w->s[whose].me.code;
    (void)write_line(w, who,
                     "{\"at\":%d,\"by\":\"amina\",\"op\":\"amend\",\"of\":\"cooperative\",\"id\":\"%s-%lld\","
                     "\"base\":\"%s-%lld\",\"v\":%s}",
                     SENDER_AT, code, (long long)coop, code, (long long)coop, v);
}

struct told {
    struct feed_header header;
    struct buf ids; /* addresses, each with a space */
    int64_t events;
};

static enum err note(void *arg, const struct feed_event *event, struct errctx *e)
{
    (void)e;
    struct told *t = arg;
    char id[IDENT_BYTES];
    t->events++;
    if (event->what == FEED_ENTRY)
        buf_printf(&t->ids, "%s ", ident_format(event->entry, id));
    else if (event->what == FEED_REVOKED)
        buf_printf(&t->ids, "!%s ", device_code_format(event->device, id));
    else
        buf_printf(&t->ids, "%s=%s ", event->file, event->text);
    return ERR_OK;
}

/* The page for a laptop; false when there is none. */
static bool ask(struct world *w, int who, int64_t after, struct told *out)
{
    struct feed_page page;
    struct container c = {0};
    struct errctx e;
    *out = (struct told){0};
    assert_ok(feed_page_make(w->m.ledger, w->m.ingest.registry, w->s[who].me.number, after, MINISTRY_NOW,
                             &page, &e));
    bool any = page.events > 0;
    if (any) {
        ministry_open(&w->m, &page.packed, &c);
        assert_ok(feed_read(&c, &out->header, note, out, &e));
        container_done(&c);
    }
    feed_page_done(&page);
    return any;
}

static void is_told(struct world *w, int who, int64_t after, const char *expected)
{
    struct told told;
    (void)ask(w, who, after, &told);
    assert_string_equal(buf_str(&told.ids), expected);
    buf_done(&told.ids);
}

static int64_t newest(struct world *w, int who)
{
    struct buf packed = {0};
    struct container c = {0};
    struct receipt r;
    struct errctx e;
    assert_ok(receipts_make(&w->m.ingest, w->s[who].me.number, 0, 0, &packed, &e));
    ministry_open(&w->m, &packed, &c);
    assert_ok(receipt_read(&c, &r, NULL, NULL, &e));
    container_done(&c);
    buf_done(&packed);
    return r.feed;
}

static void laptops_of_a_district_are_told_and_its_author_is_not(void **state)
{
    struct world *w = *state;
    char expected[64];
    (void)add_coop(w, AISSATOU, "SL-E-KONO");
    (void)snprintf(expected, sizeof expected, "%s-2 ", w->s[AISSATOU].me.code);
    is_told(w, BALLA, 0, expected);
    is_told(w, AISSATOU, 0, "");
    is_told(w, NORTH, 0, "");
    assert_true(newest(w, BALLA) > 0);
    assert_int_equal(newest(w, AISSATOU), 0);
    assert_int_equal(newest(w, NORTH), 0);
}

static void a_province_covers_its_districts_and_not_the_reverse(void **state)
{
    struct world *w = *state;
    char expected[64];
    (void)add_coop(w, NORTH, "SL-E");
    (void)add_coop(w, NORTH, "SL-E-KENEMA");
    (void)snprintf(expected, sizeof expected, "%s-2 %s-3 ", w->s[NORTH].me.code, w->s[NORTH].me.code);
    is_told(w, AISSATOU, 0, expected);
    is_told(w, BALLA, 0, "");
}

static void a_record_that_moves_is_told_from_its_beginning(void **state)
{
    struct world *w = *state;
    char expected[64];
    const char *code = w->s[AISSATOU].me.code;
    int64_t coop = add_coop(w, AISSATOU, "SL-E-KONO");
    amend_coop(w, AISSATOU, AISSATOU, coop, "{\"district\":\"SL-N-BOMBALI\"}");
    (void)snprintf(expected, sizeof expected, "%s-2 %s-3 ", code, code);
    is_told(w, NORTH, 0, expected);
    is_told(w, BALLA, 0, expected);
}

static void what_is_no_district_reaches_nobody_until_it_is_one(void **state)
{
    struct world *w = *state;
    char expected[64];
    const char *code = w->s[AISSATOU].me.code;
    int64_t coop = add_coop(w, AISSATOU, "SL-X");
    (void)add_coop(w, AISSATOU, "SL");
    is_told(w, BALLA, 0, "");
    is_told(w, NORTH, 0, "");
    amend_coop(w, AISSATOU, AISSATOU, coop, "{\"district\":\"SL-E-KONO\"}");
    (void)snprintf(expected, sizeof expected, "%s-2 %s-4 ", code, code);
    is_told(w, BALLA, 0, expected);
}

static void a_change_by_somebody_else_is_told_to_whose_record_it_is(void **state)
{
    struct world *w = *state;
    char expected[64];
    int64_t coop = add_coop(w, NORTH, "SL-E-KONO");
    amend_coop(w, BALLA, NORTH, coop, "{\"village\":\"Yengema\"}");
    (void)snprintf(expected, sizeof expected, "%s-2 ", w->s[BALLA].me.code);
    is_told(w, NORTH, 0, expected);
}

static void a_conflict_is_not_told(void **state)
{
    struct world *w = *state;
    struct told told;
    int64_t coop = add_coop(w, AISSATOU, "SL-E-KONO");
    amend_coop(w, AISSATOU, AISSATOU, coop, "{\"village\":\"Yengema\"}");
    amend_coop(w, BALLA, AISSATOU, coop, "{\"village\":\"Tongo\"}");
    is_told(w, AISSATOU, 0, "");
    assert_true(ask(w, BALLA, 0, &told));
    assert_int_equal(told.events, 2);
    buf_done(&told.ids);
}

static void everybody_is_told_of_a_revocation(void **state)
{
    struct world *w = *state;
    char expected[64];
    struct errctx e;
    assert_ok(registry_store_revoke(w->m.store, w->s[BALLA].me.number, "stolen", MINISTRY_NOW, &e));
    (void)snprintf(expected, sizeof expected, "!%s ", w->s[BALLA].me.code);
    is_told(w, AISSATOU, 0, expected);
    is_told(w, NORTH, 0, expected);
}

static void pages_are_bounded_and_follow_each_other(void **state)
{
    struct world *w = *state;
    struct told told;
    int64_t after = 0;
    int64_t events = 0;
    int pages = 0;
    bool more = true;
    char note_text[512];
    uint32_t chance = 1; /* text that does not pack a thousandfold */
    for (int i = 0; i < 1200; i++) {
        char line[1024];
        for (size_t c = 0; c < sizeof note_text; c++, chance = chance * 1664525 + 1013904223)
            note_text[c] = c == sizeof note_text - 1 ? '\0' : (char)('a' + (chance >> 24) % 26);
        (void)snprintf(
            line, sizeof line,
            "{\"at\":%d,\"by\":\"amina\",\"op\":\"add\",\"of\":\"cooperative\",\"v\":{\"name\":\"%d\","
            "\"district\":\"SL-E-KONO\",\"note\":\"%s\"}}",
            SENDER_AT, i, note_text);
        (void)sender_add_line(&w->s[AISSATOU], line);
    }
    send_all(w, AISSATOU, NULL);
    while (more) {
        assert_true(ask(w, BALLA, after, &told));
        assert_int_equal(told.header.after, after);
        after = told.header.next;
        events += told.events;
        more = told.header.more;
        pages++;
        buf_done(&told.ids);
    }
    assert_int_equal(events, 1200);
    assert_in_range(pages, 3, 5);
    assert_int_equal(after, newest(w, BALLA));
    assert_false(ask(w, BALLA, after, &told));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(laptops_of_a_district_are_told_and_its_author_is_not),
        TEST(a_province_covers_its_districts_and_not_the_reverse),
        TEST(a_record_that_moves_is_told_from_its_beginning),
        TEST(what_is_no_district_reaches_nobody_until_it_is_one),
        TEST(a_change_by_somebody_else_is_told_to_whose_record_it_is),
        TEST(a_conflict_is_not_told),
        TEST(everybody_is_told_of_a_revocation),
        TEST(pages_are_bounded_and_follow_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
