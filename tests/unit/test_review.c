/* Decisions about what laptops sent: what they change, what undoes them, and that a rebuild gives the same.
 */
#include "tests/lib/test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "app/registry/store/review.h"
#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"

static const struct national_options ONCE = {.now = MINISTRY_NOW};

/* Two laptops; the first has sent a licence (entry 2) and two diggers (3 and 4). Fatou may decide. */
struct world {
    struct ministry m;
    struct sender a;
    struct sender b;
    int64_t sent_a;
    int64_t sent_b;
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

static int64_t add(struct sender *l, const char *of, const char *v)
{
    return write_line(l, "{\"at\":%d,\"by\":\"amina\",\"op\":\"add\",\"of\":\"%s\",\"v\":%s}", SENDER_AT, of,
                      v);
}

/* Entry NUMBER of the first laptop's, changed by L who saw its entry BASE. */
static int64_t amend(struct world *w, struct sender *l, const char *of, int64_t number, int64_t base,
                     const char *v)
{
    return write_line(l,
                      "{\"at\":%d,\"by\":\"amina\",\"op\":\"amend\",\"of\":\"%s\",\"id\":\"%s-%lld\","
                      "\"base\":\"%s-%lld\",\"v\":%s}",
                      SENDER_AT + 60, of, w->a.me.code, (long long)number, w->a.me.code, (long long)base, v);
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

static int64_t id_of(struct world *w, uint32_t number)
{
    return ident_make(w->a.me.number, number);
}

static int set_up(void **state)
{
    struct world *w = mem_zero(1, sizeof *w);
    struct errctx e;
    char code[INVITATION_CODE_BYTES];
    ministry_init(&w->m, false);
    sender_init(&w->a, 1, false);
    sender_init(&w->b, 2, false);
    (void)add(
        &w->a, "licence",
        "{\"licence_no\":\"AML 17\",\"kind\":\"aml\",\"district\":\"SL-E-KONO\",\"status\":\"granted\"}");
    (void)add(&w->a, "digger", "{\"full_name\":\"Sahr Kamara\",\"village\":\"Koidu\"}");
    (void)add(&w->a, "digger", "{\"full_name\":\"Sia Bona\",\"village\":\"Koidu\"}");
    send_all(w, &w->a, &w->sent_a, w->m.code);
    assert_ok(registry_store_invite(w->m.store, "Koidu 2", NULL, 0, 0, MINISTRY_NOW, code, &e));
    send_all(w, &w->b, &w->sent_b, code);
    assert_ok(registry_store_staff_put(w->m.store, NULL, "fatou", "Fatou Jalloh", true, MINISTRY_NOW, &e));
    *state = w;
    return 0;
}

/* Everything that follows from the entries, as one number a table and state. */
static void tables(struct world *w, int64_t out[8])
{
    static const char *const sums[8] = {
        "SELECT count(*) FROM finding",
        "SELECT count(*) FROM finding WHERE answered = 0",
        "SELECT count(*) FROM disposition WHERE state = 'returned'",
        "SELECT count(*) FROM disposition",
        "SELECT count(*) FROM decision WHERE state = 'amended'",
        "SELECT coalesce(sum(entry), 0) FROM decision",
        "SELECT count(*) FROM uncounted",
        "SELECT count(*) FROM decided",
    };
    for (int i = 0; i < 8; i++)
        out[i] = ministry_count(&w->m, sums[i]);
}

static int tear_down(void **state)
{
    struct world *w = *state;
    struct errctx e;
    int64_t before[8];
    int64_t after[8];
    /* Whatever a test did: every chain is right, and a rebuild gives what was there. */
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
    tables(w, before);
    assert_ok(registry_store_rebuild(w->m.store, NULL, NULL, &e));
    tables(w, after);
    assert_memory_equal(before, after, sizeof before);
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
    sender_done(&w->a);
    sender_done(&w->b);
    ministry_done(&w->m);
    free(w);
    return 0;
}

static void decide(struct world *w, int64_t record, enum decided is, const char *why)
{
    struct errctx e;
    assert_ok(review_decide(w->m.store, "fatou", &record, 1, is, why, MINISTRY_NOW + 60, &e));
}

static void state_is(struct world *w, int64_t record, enum review_state expected)
{
    struct errctx e;
    enum review_state state = REVIEW_STATE_COUNT;
    int64_t stays = 0;
    assert_ok(review_state(w->m.store, record, &state, &stays, &e));
    assert_int_equal(state, expected);
}

static void uncounted_are(struct world *w, int64_t expected)
{
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM uncounted"), expected);
}

struct told {
    int count;
    int64_t number;
    enum disposition is;
    char words[128];
};

static enum err hear(void *arg, int64_t number, enum disposition is, const struct findings *findings,
                     struct errctx *e)
{
    (void)e;
    struct told *told = arg;
    if (is != DISPOSITION_RETURNED)
        return ERR_OK;
    told->count++;
    told->number = number;
    told->is = is;
    for (size_t i = 0; i < findings->count; i++) {
        if (strcmp(findings->rows[i].rule, "review") == 0)
            (void)snprintf(told->words, sizeof told->words, "%s", findings->rows[i].text);
    }
    return ERR_OK;
}

static void a_returned_record_is_told_in_the_receipt(void **state)
{
    struct world *w = *state;
    struct told told = {0};
    struct errctx e;
    decide(w, id_of(w, 3), DECIDED_RETURNED, "which village?");
    assert_ok(w->m.ledger->dispositions(w->m.ledger->arg, w->a.me.number, 1, 4, hear, &told, &e));
    assert_int_equal(told.count, 1);
    assert_int_equal(told.number, 3);
    assert_string_equal(told.words, "which village?");
    state_is(w, id_of(w, 3), REVIEW_RETURNED);
    uncounted_are(w, 1);
    decide(w, id_of(w, 3), DECIDED_ACCEPTED, NULL);
    told = (struct told){0};
    assert_ok(w->m.ledger->dispositions(w->m.ledger->arg, w->a.me.number, 1, 4, hear, &told, &e));
    assert_int_equal(told.count, 0);
    uncounted_are(w, 0);
}

static void a_change_by_its_laptop_asks_for_another_look(void **state)
{
    struct world *w = *state;
    decide(w, id_of(w, 3), DECIDED_RETURNED, "which village?");
    (void)amend(w, &w->a, "digger", 3, 3, "{\"village\":\"Yengema\"}");
    send_a(w);
    state_is(w, id_of(w, 3), REVIEW_OPEN);
    uncounted_are(w, 0);
}

static void a_rejected_record_stays_rejected_when_it_is_changed(void **state)
{
    struct world *w = *state;
    decide(w, id_of(w, 3), DECIDED_REJECTED, "nobody knows him");
    (void)amend(w, &w->a, "digger", 3, 3, "{\"village\":\"Yengema\"}");
    send_a(w);
    state_is(w, id_of(w, 3), REVIEW_REJECTED);
    uncounted_are(w, 1);
}

static void only_an_open_account_decides(void **state)
{
    struct world *w = *state;
    struct errctx e;
    int64_t id = id_of(w, 3);
    static const char *const nobody[] = {NULL, "musa"};
    for (size_t i = 0; i < 2; i++)
        assert_err(review_decide(w->m.store, nobody[i], &id, 1, DECIDED_ACCEPTED, NULL, MINISTRY_NOW, &e),
                   ERR_DENIED, i ? "there is none" : "--as LOGIN");
    assert_ok(registry_store_staff_put(w->m.store, NULL, "fatou", NULL, false, MINISTRY_NOW, &e));
    assert_err(review_decide(w->m.store, "fatou", &id, 1, DECIDED_ACCEPTED, NULL, MINISTRY_NOW, &e),
               ERR_DENIED, "was closed");
}

static void decisions_are_all_or_nothing(void **state)
{
    struct world *w = *state;
    struct errctx e;
    const int64_t ids[] = {id_of(w, 3), id_of(w, 900)};
    assert_err(review_decide(w->m.store, "fatou", ids, 2, DECIDED_ACCEPTED, NULL, MINISTRY_NOW, &e),
               ERR_NOT_FOUND, "there is none");
    state_is(w, ids[0], REVIEW_OPEN);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM decided"), 0);
}

static void a_batch_of_a_laptop_decides_nothing(void **state)
{
    struct world *w = *state;
    struct buf packed = {0};
    (void)write_line(&w->a,
                     "{\"at\":%d,\"by\":\"amina\",\"op\":\"decide\",\"of\":\"digger\",\"id\":\"%s-3\","
                     "\"base\":\"%s-3\",\"is\":\"accepted\"}",
                     SENDER_AT, w->a.me.code, w->a.me.code);
    sender_batch(&w->a, w->sent_a + 1, w->a.count, NULL, &packed);
    ministry_take(&w->m, &packed, PROBLEM_BAD_ENTRY, NULL, NULL);
    state_is(w, id_of(w, 3), REVIEW_OPEN);
    buf_done(&packed);
}

/* --- conflicts */

static void make_conflict(struct world *w)
{
    (void)amend(w, &w->a, "licence", 2, 2, "{\"status\":\"suspended\"}");
    (void)amend(w, &w->b, "licence", 2, 2, "{\"status\":\"revoked\"}");
    send_a(w);
    send_b(w);
}

static void status_is(struct world *w, const char *expected)
{
    struct row row = {0};
    struct errctx e;
    assert_ok(review_record(w->m.store, id_of(w, 2), &row, &e));
    assert_string_equal(record_text(&row.record, "status"), expected);
    row_done(&row);
}

static void conflicts_are(struct world *w, size_t expected)
{
    int64_t waiting[4];
    size_t count = 0;
    struct errctx e;
    assert_ok(review_conflicts(w->m.store, id_of(w, 2), waiting, 4, &count, &e));
    assert_int_equal(count, expected);
}

static const struct review_choice KEEP_ALL = {"", REVIEW_ONE};
static const struct review_choice TAKE_ALL = {"", REVIEW_OTHER};

static enum err resolve(struct world *w, const struct review_choice *choices, size_t count, const char *why,
                        struct errctx *e)
{
    return review_resolve(w->m.store, "fatou", id_of(w, 2), choices, count, why, MINISTRY_NOW, e);
}

static void a_conflict_comes_before_other_decisions(void **state)
{
    struct world *w = *state;
    struct errctx e;
    int64_t id = id_of(w, 2);
    make_conflict(w);
    conflicts_are(w, 1);
    assert_err(review_decide(w->m.store, "fatou", &id, 1, DECIDED_ACCEPTED, NULL, MINISTRY_NOW, &e),
               ERR_CONFLICT, "has a conflict");
}

static void a_conflict_may_end_with_what_stands(void **state)
{
    struct world *w = *state;
    struct errctx e;
    make_conflict(w);
    assert_ok(resolve(w, &KEEP_ALL, 1, "on paper", &e));
    status_is(w, "suspended");
    conflicts_are(w, 0);
    assert_err(resolve(w, &KEEP_ALL, 1, NULL, &e), ERR_NOT_FOUND, "no conflict");
}

static void a_conflict_may_end_with_what_waited(void **state)
{
    struct world *w = *state;
    struct errctx e;
    make_conflict(w);
    assert_ok(resolve(w, &TAKE_ALL, 1, NULL, &e));
    status_is(w, "revoked");
    conflicts_are(w, 0);
}

/* A suspends until the end of the year; B, who has not seen it, revokes from June on and says where. */
static void make_wide_conflict(struct world *w)
{
    (void)amend(w, &w->a, "licence", 2, 2, "{\"valid_to\":\"2026-12-31\",\"status\":\"suspended\"}");
    send_a(w);
    (void)amend(w, &w->b, "licence", 2, 2,
                "{\"area_text\":\"left bank\",\"valid_to\":\"2026-06-30\",\"status\":\"revoked\"}");
    send_b(w);
}

static void text_is(struct world *w, const char *field, const char *expected)
{
    struct row row = {0};
    struct errctx e;
    assert_ok(review_record(w->m.store, id_of(w, 2), &row, &e));
    assert_string_equal(record_text(&row.record, field), expected);
    row_done(&row);
}

static void a_conflict_is_put_together_field_by_field(void **state)
{
    struct world *w = *state;
    struct errctx e;
    const struct review_choice choices[] = {
        {"status", REVIEW_OTHER}, {"valid_to", REVIEW_ONE}, {"area_text", REVIEW_OTHER}};
    make_wide_conflict(w);
    int64_t before = ministry_count(&w->m, "SELECT count(*) FROM entry");
    assert_ok(resolve(w, choices, 3, "seen on paper", &e));
    text_is(w, "status", "revoked");
    text_is(w, "valid_to", "2026-12-31");
    text_is(w, "area_text", "left bank");
    conflicts_are(w, 0);
    /* One change and one word that the waiting is over. */
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM entry"), before + 2);
}

static void a_field_may_differ_from_the_rest(void **state)
{
    struct world *w = *state;
    struct errctx e;
    const struct review_choice choices[] = {{"", REVIEW_ONE}, {"status", REVIEW_OTHER}};
    make_wide_conflict(w);
    assert_ok(resolve(w, choices, 2, NULL, &e));
    text_is(w, "status", "revoked");
    text_is(w, "valid_to", "2026-12-31");
}

static void every_field_that_met_needs_a_word(void **state)
{
    struct world *w = *state;
    struct errctx e;
    const struct review_choice few[] = {{"status", REVIEW_OTHER}};
    const struct review_choice wrong[] = {{"", REVIEW_ONE}, {"note", REVIEW_OTHER}};
    make_wide_conflict(w);
    int64_t before = ministry_count(&w->m, "SELECT count(*) FROM entry");
    assert_err(resolve(w, few, 1, NULL, &e), ERR_INVALID, "say whether one stands");
    assert_err(resolve(w, wrong, 2, NULL, &e), ERR_INVALID, "note: did not meet");
    assert_err(resolve(w, NULL, 0, NULL, &e), ERR_INVALID, "area_text");
    conflicts_are(w, 1);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM entry"), before);
}

static void of_two_that_wait_one_is_named(void **state)
{
    struct world *w = *state;
    struct errctx e;
    make_conflict(w);
    int64_t second =
        ident_make(w->b.me.number, (uint32_t)amend(w, &w->b, "licence", 2, 2, "{\"status\":\"expired\"}"));
    send_b(w);
    conflicts_are(w, 2);
    const struct review_choice unsure[] = {{"status", REVIEW_OTHER}};
    assert_err(resolve(w, unsure, 1, NULL, &e), ERR_INVALID, "2 changes wait");
    const struct review_choice named[] = {{"status", second}};
    assert_ok(resolve(w, named, 1, NULL, &e));
    status_is(w, "expired");
    conflicts_are(w, 0);
}

static void a_voiding_that_waits_is_chosen_by_its_word(void **state)
{
    struct world *w = *state;
    struct errctx e;
    (void)amend(w, &w->a, "licence", 2, 2, "{\"status\":\"suspended\"}");
    send_a(w);
    (void)write_line(
        &w->b,
        "{\"at\":%d,\"by\":\"b\",\"op\":\"void\",\"of\":\"licence\",\"id\":\"%s-2\",\"base\":\"%s-2\","
        "\"why\":\"entered twice\"}",
        SENDER_AT + 90, w->a.me.code, w->a.me.code);
    send_b(w);
    const struct review_choice choices[] = {{"void", REVIEW_OTHER}};
    assert_ok(resolve(w, choices, 1, NULL, &e));
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM licence WHERE void = 1"), 1);
    conflicts_are(w, 0);
}

/* --- persons */

static void a_merge_is_a_link_that_can_be_taken_back(void **state)
{
    struct world *w = *state;
    struct errctx e;
    int64_t one = id_of(w, 3);
    int64_t two = id_of(w, 4);
    assert_ok(review_merge(w->m.store, "fatou", two, one, "same card", MINISTRY_NOW, &e));
    state_is(w, two, REVIEW_MERGED);
    uncounted_are(w, 1);
    assert_err(review_merge(w->m.store, "fatou", one, two, NULL, MINISTRY_NOW, &e), ERR_CONFLICT,
               "is merged into");
    assert_err(review_merge(w->m.store, "fatou", id_of(w, 2), one, NULL, MINISTRY_NOW, &e), ERR_INVALID,
               "persons are merged");
    assert_ok(review_unmerge(w->m.store, "fatou", two, NULL, MINISTRY_NOW, &e));
    state_is(w, two, REVIEW_OPEN);
    uncounted_are(w, 0);
}

/* --- rules over the whole registry */

static void put_return(struct world *w, struct sender *l, const char *first, const char *last)
{
    (void)write_line(
        l,
        "{\"at\":%d,\"by\":\"amina\",\"op\":\"add\",\"of\":\"yield\",\"v\":{\"licence\":\"%s-2\","
        "\"date_from\":\"%s\",\"date_to\":\"%s\",\"outcome\":\"nil\"}}",
        SENDER_AT, w->a.me.code, first, last);
}

static void returns_of_two_laptops_that_overlap_are_found(void **state)
{
    struct world *w = *state;
    struct national_run run;
    struct errctx e;
    static const char overlaps[] =
        "SELECT count(*) FROM finding WHERE rule = 'yield.overlaps' AND answered = 0";
    put_return(w, &w->a, "2026-11-02", "2026-11-06");
    put_return(w, &w->a, "2026-11-09", "2026-11-09");
    put_return(w, &w->b, "2026-11-06", "2026-11-08");
    send_a(w);
    assert_ok(national_review(w->m.store, &ONCE, &run, &e));
    assert_int_equal(ministry_count(&w->m, overlaps), 0);
    send_b(w);
    assert_ok(national_review(w->m.store, &ONCE, &run, &e));
    assert_int_equal(ministry_count(&w->m, overlaps), 1);
    decide(w, ident_make(w->b.me.number, 2), DECIDED_REJECTED, "twice");
    assert_ok(national_review(w->m.store, &ONCE, &run, &e));
    assert_int_equal(ministry_count(&w->m, overlaps), 0);
}

static void silence_is_judged_when_all_that_came_is_known(void **state)
{
    struct world *w = *state;
    struct national_run run;
    struct errctx e;
    static const struct national_options in_turns = {.now = MINISTRY_NOW, .most = 1};
    int64_t heard = add(&w->a, "licence",
                        "{\"licence_no\":\"AML 18\",\"kind\":\"aml\",\"valid_from\":\"2026-01-01\","
                        "\"valid_to\":\"2026-12-31\",\"status\":\"granted\"}");
    (void)add(&w->a, "licence",
              "{\"licence_no\":\"AML 19\",\"kind\":\"aml\",\"valid_from\":\"2026-01-01\","
              "\"valid_to\":\"2026-12-31\",\"status\":\"granted\"}");
    send_a(w);
    (void)write_line(
        &w->b,
        "{\"at\":%d,\"by\":\"amina\",\"op\":\"add\",\"of\":\"yield\",\"v\":{\"licence\":\"%s-%lld\","
        "\"date_from\":\"2026-11-20\",\"date_to\":\"2026-11-20\",\"outcome\":\"nil\"}}",
        SENDER_AT, w->a.me.code, (long long)heard);
    send_b(w);
    assert_ok(national_review(w->m.store, &in_turns, &run, &e));
    /* Of the one that was heard of in a later batch nothing was ever said. */
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM finding WHERE rule = 'licence.silence'"), 1);
}

static void a_question_goes_when_its_reason_goes(void **state)
{
    struct world *w = *state;
    struct national_run run;
    struct errctx e;
    static const char alike[] =
        "SELECT count(*) FROM finding WHERE rule = 'digger.same_person' AND answered = 0";
    (void)add(&w->b, "digger",
              "{\"full_name\":\"Kamara Sahr\",\"parent_name\":\"Tamba\",\"village\":\"KOIDU\"}");
    send_b(w);
    assert_ok(national_review(w->m.store, &ONCE, &run, &e));
    assert_int_equal(ministry_count(&w->m, alike), 0); /* name and village alone are weak */
    (void)amend(w, &w->a, "digger", 3, 3, "{\"parent_name\":\"Tamba\"}");
    send_a(w);
    assert_ok(national_review(w->m.store, &ONCE, &run, &e));
    assert_int_equal(ministry_count(&w->m, alike), 1);
    (void)amend(w, &w->a, "digger", 3, w->a.count, "{\"village\":\"Yengema\"}");
    send_a(w);
    assert_ok(national_review(w->m.store, &ONCE, &run, &e));
    assert_int_equal(ministry_count(&w->m, alike), 0);
}

int main(void)
{
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        IN_WORLD(a_returned_record_is_told_in_the_receipt),
        IN_WORLD(a_change_by_its_laptop_asks_for_another_look),
        IN_WORLD(a_rejected_record_stays_rejected_when_it_is_changed),
        IN_WORLD(only_an_open_account_decides),
        IN_WORLD(decisions_are_all_or_nothing),
        IN_WORLD(a_batch_of_a_laptop_decides_nothing),
        IN_WORLD(a_conflict_comes_before_other_decisions),
        IN_WORLD(a_conflict_may_end_with_what_stands),
        IN_WORLD(a_conflict_may_end_with_what_waited),
        IN_WORLD(a_conflict_is_put_together_field_by_field),
        IN_WORLD(a_field_may_differ_from_the_rest),
        IN_WORLD(every_field_that_met_needs_a_word),
        IN_WORLD(of_two_that_wait_one_is_named),
        IN_WORLD(a_voiding_that_waits_is_chosen_by_its_word),
        IN_WORLD(a_merge_is_a_link_that_can_be_taken_back),
        IN_WORLD(returns_of_two_laptops_that_overlap_are_found),
        IN_WORLD(silence_is_judged_when_all_that_came_is_known),
        IN_WORLD(a_question_goes_when_its_reason_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
