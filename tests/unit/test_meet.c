/* Changes of several laptops to one record meet in the registry. */
#include "tests/lib/test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/registry/store/inside.h"
#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"

/* Two laptops; the first has registered a licence (entry 2), which the second one knows. */
struct world {
    struct ministry m;
    struct sender a;
    struct sender b;
    int64_t sent_a;
    int64_t sent_b;
    char licence[IDENT_BYTES];
    char code[INVITATION_CODE_BYTES];
};

static int64_t write_line(struct sender *l, const char *format, ...) PRINTF_LIKE(2, 3);
static int64_t write_line(struct sender *l, const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    return sender_add_line(l, line);
}

/* BASE is a version by whom; V the fields as JSON. Returns the entry's number. */
static int64_t amend(struct world *w, struct sender *l, const struct sender *base_of, int64_t base,
                     const char *v)
{
    return write_line(
        l,
        "{\"at\":%d,\"by\":\"amina\",\"op\":\"amend\",\"of\":\"licence\",\"id\":\"%s\",\"base\":"
        "\"%s-%lld\",\"v\":%s}",
        SENDER_AT + 60, w->licence, base_of->me.code, (long long)base, v);
}

static void send_all(struct world *w, struct sender *l, int64_t *sent, const char *code)
{
    struct buf packed = {0};
    sender_batch(l, *sent + 1, l->count, code, &packed);
    ministry_take(&w->m, &packed, PROBLEM_NONE, NULL, NULL);
    *sent = l->count;
    buf_done(&packed);
}

static void send_a(struct world *w)
{
    send_all(w, &w->a, &w->sent_a, NULL);
}

static void send_b(struct world *w)
{
    send_all(w, &w->b, &w->sent_b, NULL);
}

static int set_up(void **state)
{
    struct world *w = mem_zero(1, sizeof *w);
    struct errctx e;
    ministry_init(&w->m, false);
    sender_init(&w->a, 1, false);
    sender_init(&w->b, 2, false);
    (void)write_line(
        &w->a,
        "{\"at\":%d,\"by\":\"amina\",\"op\":\"add\",\"of\":\"licence\",\"v\":{\"licence_no\":\"AML 17\","
        "\"minerals\":[\"diamond\"],\"district\":\"SL-E-KONO\",\"area_text\":\"Koidu\",\"status\":\"active\"}"
        "}",
        SENDER_AT);
    (void)snprintf(w->licence, sizeof w->licence, "%s-2", w->a.me.code);
    send_all(w, &w->a, &w->sent_a, w->m.code);
    assert_ok(registry_store_invite(w->m.store, "Koidu 2", NULL, 0, 0, MINISTRY_NOW, w->code, &e));
    send_all(w, &w->b, &w->sent_b, w->code);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    struct errctx e;
    /* The same entries, projected again, must give the same records. */
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
    sender_done(&w->a);
    sender_done(&w->b);
    ministry_done(&w->m);
    free(w);
    return 0;
}

static void text_is(struct world *w, const char *field, const char *expected)
{
    struct row row;
    struct errctx e;
    int64_t id = ident_make(w->a.me.number, 2);
    assert_ok(w->m.ledger->records.load(w->m.ledger->records.arg, ENTITY_LICENCE, id, &row, &e));
    assert_string_equal(record_text(&row.record, field) ? record_text(&row.record, field) : "", expected);
    row_done(&row);
}

static void conflicts_are(struct world *w, int64_t expected)
{
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM disposition WHERE state = 'conflict'"),
                     expected);
}

static void changes_of_different_fields_merge(void **state)
{
    struct world *w = *state;
    (void)amend(w, &w->a, &w->a, 2, "{\"area_text\":\"Koidu, by the bridge\"}");
    (void)amend(w, &w->b, &w->a, 2, "{\"note\":\"seen\"}");
    send_a(w);
    send_b(w);
    text_is(w, "area_text", "Koidu, by the bridge");
    text_is(w, "note", "seen");
    conflicts_are(w, 0);
}

static void two_changes_of_one_field_are_a_conflict_and_the_first_stands(void **state)
{
    struct world *w = *state;
    (void)amend(w, &w->a, &w->a, 2, "{\"note\":\"seen by a\"}");
    (void)amend(w, &w->b, &w->a, 2, "{\"area_text\":\"Tongo\",\"note\":\"seen by b\"}");
    send_b(w);
    send_a(w);
    text_is(w, "note", "seen by b");
    text_is(w, "area_text", "Tongo");
    conflicts_are(w, 1);
}

/* Which of two changes that met came first is in no chain. */
static void hash_of_a_report_holds_what_the_order_of_arrival_decided(void **state)
{
    struct world *w = *state;
    struct registry_source source;
    struct registry_store *past = NULL;
    struct errctx e;
    char before[sizeof source.hash];
    (void)amend(w, &w->a, &w->a, 2, "{\"note\":\"seen by a\"}");
    (void)amend(w, &w->b, &w->a, 2, "{\"note\":\"seen by b\"}");
    send_b(w);
    send_a(w);
    assert_ok(registry_store_source(w->m.store, &source, &e));
    memcpy(before, source.hash, sizeof before);
    assert_ok(registry_store_as_of(w->m.store, MINISTRY_NOW, &past, &e));
    assert_ok(registry_store_source(past, &source, &e));
    assert_string_equal(source.hash, before);
    registry_store_close(past);
    /* As it would be had the first laptop been the first to arrive. */
    static const char other_way[] = "UPDATE touch SET applied = 1 - applied";
    assert_ok(db_exec(w->m.store->db, other_way, &e));
    assert_ok(registry_store_source(w->m.store, &source, &e));
    assert_string_not_equal(source.hash, before);
    assert_ok(db_exec(w->m.store->db, other_way, &e));
}

static void who_writes_the_same_disagrees_with_nobody(void **state)
{
    struct world *w = *state;
    (void)amend(w, &w->a, &w->a, 2, "{\"status\":\"revoked\"}");
    (void)amend(w, &w->b, &w->a, 2, "{\"status\":\"revoked\",\"note\":\"seen\"}");
    send_a(w);
    send_b(w);
    text_is(w, "note", "seen");
    conflicts_are(w, 0);
}

static void a_guarded_field_never_merges(void **state)
{
    struct world *w = *state;
    (void)amend(w, &w->a, &w->a, 2, "{\"note\":\"seen\"}");
    (void)amend(w, &w->b, &w->a, 2, "{\"status\":\"suspended\"}");
    send_a(w);
    send_b(w);
    text_is(w, "status", "active");
    conflicts_are(w, 1);
}

static void own_changes_follow_each_other_whatever_others_did_elsewhere(void **state)
{
    struct world *w = *state;
    int64_t first = amend(w, &w->b, &w->a, 2, "{\"note\":\"one\"}");
    (void)amend(w, &w->b, &w->b, first, "{\"note\":\"two\"}");
    (void)amend(w, &w->a, &w->a, 2, "{\"area_text\":\"Tongo\"}");
    send_a(w);
    send_b(w);
    text_is(w, "note", "two");
    text_is(w, "area_text", "Tongo");
    conflicts_are(w, 0);
}

/* The registry put B's first change on top of A's; B did not know A's when it wrote its second. */
static void a_change_on_top_of_an_own_merged_one_is_still_held_against_what_others_did(void **state)
{
    struct world *w = *state;
    (void)amend(w, &w->a, &w->a, 2, "{\"area_text\":\"Tongo\"}");
    int64_t first = amend(w, &w->b, &w->a, 2, "{\"note\":\"one\"}");
    (void)amend(w, &w->b, &w->b, first, "{\"area_text\":\"Yengema\"}");
    send_a(w);
    send_b(w);
    text_is(w, "area_text", "Tongo");
    text_is(w, "note", "one");
    conflicts_are(w, 1);
}

static void who_saw_the_other_version_may_change_it(void **state)
{
    struct world *w = *state;
    int64_t theirs = amend(w, &w->a, &w->a, 2, "{\"area_text\":\"Tongo\"}");
    (void)amend(w, &w->b, &w->a, 2, "{\"note\":\"one\"}");
    send_a(w);
    send_b(w);
    (void)amend(w, &w->b, &w->a, theirs, "{\"area_text\":\"Yengema\",\"status\":\"suspended\"}");
    send_b(w);
    text_is(w, "area_text", "Yengema");
    text_is(w, "status", "suspended");
    conflicts_are(w, 0);
}

static void a_record_that_others_changed_is_not_voided_over_them(void **state)
{
    struct world *w = *state;
    (void)amend(w, &w->a, &w->a, 2, "{\"area_text\":\"Tongo\"}");
    (void)write_line(
        &w->b,
        "{\"at\":%d,\"by\":\"amina\",\"op\":\"void\",\"of\":\"licence\",\"id\":\"%s\",\"base\":\"%s\","
        "\"why\":\"entered twice\"}",
        SENDER_AT, w->licence, w->licence);
    send_a(w);
    send_b(w);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM licence WHERE void = 0"), 1);
    conflicts_are(w, 1);
}

static void fields_of_a_newer_program_merge_with_others_and_never_with_each_other(void **state)
{
    struct world *w = *state;
    (void)amend(w, &w->a, &w->a, 2, "{\"soil\":\"red\"}");
    (void)amend(w, &w->b, &w->a, 2, "{\"note\":\"seen\"}");
    send_a(w);
    send_b(w);
    text_is(w, "note", "seen");
    conflicts_are(w, 0);
    (void)amend(w, &w->b, &w->a, 2, "{\"area_text\":\"Tongo\",\"river\":\"Moinde\"}");
    send_b(w);
    text_is(w, "area_text", "Koidu");
    conflicts_are(w, 1);
}

/* Built on what never took effect, a change is held against all that did. */
static void a_version_that_lost_is_no_version_to_build_on(void **state)
{
    struct world *w = *state;
    (void)amend(w, &w->b, &w->a, 2, "{\"area_text\":\"Tongo\"}");
    send_b(w);
    int64_t lost = amend(w, &w->a, &w->a, 2, "{\"area_text\":\"Yengema\"}");
    send_a(w);
    conflicts_are(w, 1);
    struct sender c;
    char code[INVITATION_CODE_BYTES];
    struct errctx e;
    int64_t sent = 0;
    sender_init(&c, 3, false);
    assert_ok(registry_store_invite(w->m.store, "Koidu 3", NULL, 0, 0, MINISTRY_NOW, code, &e));
    (void)amend(w, &c, &w->a, lost, "{\"area_text\":\"Njala\",\"note\":\"seen\"}");
    send_all(w, &c, &sent, code);
    text_is(w, "area_text", "Tongo");
    conflicts_are(w, 2);
    sender_done(&c);
}

static void what_others_changed_more_than_once_is_as_little_changed_over_them(void **state)
{
    struct world *w = *state;
    int64_t first = amend(w, &w->a, &w->a, 2, "{\"note\":\"one\"}");
    (void)amend(w, &w->a, &w->a, first, "{\"note\":\"two\"}");
    (void)amend(w, &w->b, &w->a, 2, "{\"note\":\"seen by b\"}");
    send_a(w);
    send_b(w);
    text_is(w, "note", "two");
    conflicts_are(w, 1);
}

static void what_others_voided_is_not_changed_any_more(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 2; i++)
        (void)write_line(
            &w->a,
            "{\"at\":%d,\"by\":\"amina\",\"op\":\"void\",\"of\":\"licence\",\"id\":\"%s\",\"base\":\"%s\","
            "\"why\":\"entered twice\"}",
            SENDER_AT, w->licence, w->licence);
    (void)amend(w, &w->b, &w->a, 2, "{\"note\":\"seen\"}");
    send_a(w);
    send_b(w);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM licence WHERE void = 1"), 1);
    text_is(w, "note", "");
    conflicts_are(w, 1);
}

/* Only a program that lies names what it has not written yet; its changes still meet those of others. */
static void bases_that_run_in_a_circle_hide_nothing(void **state)
{
    struct world *w = *state;
    (void)amend(w, &w->a, &w->a, 2, "{\"note\":\"seen by a\"}");
    send_a(w);
    (void)amend(w, &w->b, &w->b, 3, "{\"area_text\":\"Tongo\"}");      /* 2, on 3 */
    (void)amend(w, &w->b, &w->b, 2, "{\"village\":\"x\",\"soil\":1}"); /* 3, on 2 */
    (void)amend(w, &w->b, &w->b, 3, "{\"note\":\"seen by b\"}");
    send_b(w);
    text_is(w, "area_text", "Tongo");
    text_is(w, "note", "seen by a");
    conflicts_are(w, 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(changes_of_different_fields_merge),
        TEST(two_changes_of_one_field_are_a_conflict_and_the_first_stands),
        TEST(hash_of_a_report_holds_what_the_order_of_arrival_decided),
        TEST(who_writes_the_same_disagrees_with_nobody),
        TEST(a_guarded_field_never_merges),
        TEST(own_changes_follow_each_other_whatever_others_did_elsewhere),
        TEST(a_change_on_top_of_an_own_merged_one_is_still_held_against_what_others_did),
        TEST(who_saw_the_other_version_may_change_it),
        TEST(a_record_that_others_changed_is_not_voided_over_them),
        TEST(fields_of_a_newer_program_merge_with_others_and_never_with_each_other),
        TEST(a_version_that_lost_is_no_version_to_build_on),
        TEST(what_others_changed_more_than_once_is_as_little_changed_over_them),
        TEST(what_others_voided_is_not_changed_any_more),
        TEST(bases_that_run_in_a_circle_hide_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
