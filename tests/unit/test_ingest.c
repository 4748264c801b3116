/* What a registry takes in of batches, and what it says of their records. */
#include "tests/lib/test.h"

#include <stdio.h>

#include "app/registry/store/inside.h"
#include "sync/server/receipts.h"
#include "tests/unit/arrivals.h"

/* --- what is taken */

static void the_first_batch_enrols_its_device(void **state)
{
    struct arrivals *w = *state;
    struct ledger_device device;
    struct errctx e;
    arrivals_hold(w, 5);
    arrivals_count_is(w, "SELECT count(*) FROM cooperative", 4);
    assert_ok(w->m.ledger->device(w->m.ledger->arg, w->s.me.number, &device, &e));
    assert_string_equal(device.name, "Koidu 1");
    assert_int_equal(device.district_count, 1);
    assert_string_equal(device.districts[0], "SL-E");
    assert_int_equal(device.enrolled_at, MINISTRY_NOW);
    assert_memory_equal(device.chain.value, w->s.chain[5].value, CHAIN_BYTES);
}

static void a_receipt_says_how_far_the_chain_is_held(void **state)
{
    struct arrivals *w = *state;
    struct receipt r;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, &r, NULL);
    assert_int_equal(r.first, 6);
    assert_int_equal(r.last, 10);
    assert_int_equal(r.upto, 10);
    assert_int_equal(r.device, w->s.me.number);
    assert_int_equal(r.registry, w->m.ingest.registry->number);
    assert_memory_equal(r.chain.value, w->s.chain[10].value, CHAIN_BYTES);
    assert_string_equal(r.incarnation, registry_store_identity(w->m.store)->incarnation);
}

static void the_bytes_are_kept_as_they_were_written(void **state)
{
    struct arrivals *w = *state;
    arrivals_take(w, 6, 10, NULL, PROBLEM_NONE);
    arrivals_bytes_are_the_senders(w, 10);
}

static void the_same_batch_again_changes_nothing_and_gets_the_same_receipt(void **state)
{
    struct arrivals *w = *state;
    struct receipt once;
    struct receipt again;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, &once, NULL);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, &again, NULL);
    assert_memory_equal(&once, &again, sizeof once);
    arrivals_hold(w, 10);
    arrivals_count_is(w, "SELECT count(*) FROM batch", 2);
}

static void the_first_batch_again_is_no_second_enrolment(void **state)
{
    struct arrivals *w = *state;
    arrivals_take(w, 1, 5, w->m.code, PROBLEM_NONE);
    arrivals_hold(w, 5);
    arrivals_count_is(w, "SELECT count(*) FROM device", 1);
}

static void of_an_overlapping_batch_only_the_new_entries_count(void **state)
{
    struct arrivals *w = *state;
    arrivals_take(w, 3, 8, NULL, PROBLEM_NONE);
    arrivals_hold(w, 8);
    arrivals_count_is(w, "SELECT count(*) FROM cooperative", 7);
    arrivals_take(w, 1, 10, NULL, PROBLEM_NONE);
    arrivals_hold(w, 10);
}

static void a_batch_inside_what_is_held_gets_its_receipt(void **state)
{
    struct arrivals *w = *state;
    arrivals_take(w, 2, 4, NULL, PROBLEM_NONE);
    arrivals_hold(w, 5);
    arrivals_count_is(w, "SELECT count(*) FROM batch", 1);
}

static void a_sealed_batch_is_opened(void **state)
{
    struct arrivals *w = *state;
    struct buf sealed = {0};
    struct errctx e;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    assert_ok(container_seal(w->packed.data, w->packed.len, w->m.ingest.registry->key, &sealed, &e));
    ministry_take(&w->m, &sealed, PROBLEM_NONE, NULL, NULL);
    arrivals_hold(w, 10);
    buf_done(&sealed);
}

static void a_prefix_that_is_held_is_found_by_its_number(void **state)
{
    struct arrivals *w = *state;
    enum problem_type type = PROBLEM_NONE;
    assert_int_equal(arrivals_take_prefixed(w, ident_make(w->s.me.number, 6), &type), ERR_OK);
    arrivals_hold(w, 10);
}

static void a_prefix_that_is_not_held_is_asked_for_without(void **state)
{
    struct arrivals *w = *state;
    static const int64_t wrong[] = {1, 5, 7, 4000000000};
    enum problem_type type = PROBLEM_NONE;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(arrivals_take_prefixed(w, ident_make(w->s.me.number, (uint32_t)wrong[i]), &type),
                         ERR_PROTOCOL);
        assert_int_equal(type, PROBLEM_UNKNOWN_PREFIX);
    }
    assert_int_equal(arrivals_take_prefixed(w, 0, &type), ERR_PROTOCOL);
    assert_int_equal(type, PROBLEM_UNKNOWN_PREFIX);
    arrivals_hold(w, 5);
}

static void a_long_journal_has_a_prefix_of_128_kib(void **state)
{
    struct arrivals *w = *state;
    struct buf prefix = {0};
    struct buf expected = {0};
    struct errctx e;
    while (w->s.count < 1200)
        (void)sender_add_coop(&w->s, "Association des artisans miniers");
    arrivals_take(w, 6, 1200, NULL, PROBLEM_NONE);
    for (int64_t i = 1; i < 1200; i++)
        buf_printf(&expected, "%s\n", w->s.lines[i]);
    assert_ok(w->m.ledger->prefix(w->m.ledger->arg, w->s.me.number, 1200, &prefix, &e));
    assert_int_equal(prefix.len, BATCH_PREFIX_BYTES);
    assert_memory_equal(prefix.data, expected.data + expected.len - prefix.len, prefix.len);
    buf_done(&prefix);
    buf_done(&expected);
}

static void a_second_process_sees_what_the_first_took(void **state)
{
    struct arrivals *w = *state;
    struct registry_store *second = NULL;
    struct buf receipt = {0};
    struct ingested done;
    struct problem problem = {0};
    struct errctx e;
    assert_ok(registry_store_open(w->m.folder, DB_WRITE, &second, &e));
    arrivals_take(w, 6, 8, NULL, PROBLEM_NONE);
    struct ingest other = w->m.ingest;
    other.ledger = registry_store_ledger(second);
    sender_batch(&w->s, 5, 10, NULL, &w->packed);
    assert_ok(ingest_batch(&other, w->packed.data, w->packed.len, 0, &receipt, &done, &problem, &e));
    assert_int_equal(done.fresh, 2);
    buf_done(&receipt);
    registry_store_close(second);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, NULL, NULL);
    arrivals_hold(w, 10);
}

/* --- looking at a batch */

static void a_batch_can_be_looked_at_and_says_whether_its_laptop_signed_it(void **state)
{
    struct arrivals *w = *state;
    struct container c = {0};
    struct batch_header header;
    struct errctx e;
    bool is_signed = false;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    assert_ok(ingest_look(&w->m.ingest, w->packed.data, w->packed.len, &c, &header, &is_signed, &e));
    assert_true(is_signed);
    assert_int_equal(header.first, 6);
    container_done(&c);
    /* A stranger's is of nobody, whatever it says. */
    struct sender other;
    sender_init(&other, 3, false);
    sender_batch(&other, 1, 1, NULL, &w->packed);
    assert_ok(ingest_look(&w->m.ingest, w->packed.data, w->packed.len, &c, &header, &is_signed, &e));
    assert_false(is_signed);
    assert_int_equal(header.from, other.me.number);
    container_done(&c);
    w->packed.len--;
    assert_err(ingest_look(&w->m.ingest, w->packed.data, w->packed.len, &c, &header, &is_signed, &e),
               ERR_PROTOCOL, "bad-form");
    container_done(&c);
    sender_done(&other);
}

static void the_key_of_a_first_batch_is_found_and_of_others_none(void **state)
{
    struct arrivals *w = *state;
    struct errctx e;
    uint8_t key[KEY_BYTES];
    sender_batch(&w->s, 1, 5, NULL, &w->packed);
    assert_ok(ingest_key_of(&w->m.ingest, w->packed.data, w->packed.len, key, &e));
    assert_memory_equal(key, w->s.me.key, KEY_BYTES);
    assert_err(ingest_key_of(&w->m.ingest, w->packed.data, w->packed.len - 1, key, &e), ERR_NOT_FOUND,
               "no key");
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    assert_err(ingest_key_of(&w->m.ingest, w->packed.data, w->packed.len, key, &e), ERR_NOT_FOUND, "no key");
}

/* --- what is said of records */

static void a_record_with_a_fault_is_flagged_and_holds_nothing_up(void **state)
{
    struct arrivals *w = *state;
    (void)sender_add_unnamed_coop(&w->s);
    (void)sender_add_coop(&w->s, "Behind it");
    arrivals_take(w, 6, 12, NULL, PROBLEM_NONE);
    arrivals_hold(w, 12);
    arrivals_count_is(w, "SELECT count(*) FROM cooperative", 11);
    arrivals_count_is(w, "SELECT entry & 4294967295 FROM disposition WHERE state = 'flagged'", 11);
    arrivals_count_is(w, "SELECT count(*) FROM finding WHERE field = 'name'", 1);
}

static void a_record_that_was_entered_late_is_flagged(void **state)
{
    struct arrivals *w = *state;
    (void)sender_add_line(&w->s,
                          "{\"at\":1795452245,\"by\":\"amina\",\"op\":\"add\",\"of\":\"inspection\",\"v\":{"
                          "\"date\":\"2026-01-05\",\"site\":\"7K4QXM-3\",\"inspectors\":\"A. Jalloh\","
                          "\"announced\":false,\"licence_shown\":true,\"men\":3,\"women\":1,\"under_15\":0,"
                          "\"aged_15_17\":0,\"notebook\":\"up_to_date\",\"finding\":\"none\"}}");
    arrivals_take(w, 6, 11, NULL, PROBLEM_NONE);
    arrivals_count_is(w, "SELECT count(*) FROM finding WHERE rule = 'inspection.late'", 1);
}

struct told {
    int64_t number;
    enum disposition is;
    int lines;
    bool names_field;
};

static enum err note(void *arg, int64_t number, enum disposition is, const char *findings_json,
                     struct errctx *e)
{
    (void)e;
    struct told *told = arg;
    told->number = number;
    told->is = is;
    told->lines++;
    told->names_field = strstr(findings_json, "\"field\":\"name\"") != NULL;
    return ERR_OK;
}

static void the_receipt_tells_the_findings_also_the_second_time(void **state)
{
    struct arrivals *w = *state;
    (void)sender_add_unnamed_coop(&w->s);
    arrivals_take(w, 6, 11, NULL, PROBLEM_NONE);
    for (int i = 0; i < 2; i++) {
        struct told told = {0};
        struct buf packed = {0};
        struct container c = {0};
        struct receipt r;
        struct errctx e;
        assert_ok(receipts_make(&w->m.ingest, w->s.me.number, 6, 11, &packed, &e));
        ministry_open(&w->m, &packed, &c);
        assert_ok(receipt_read(&c, &r, note, &told, &e));
        assert_int_equal(told.lines, 1);
        assert_int_equal(told.number, 11);
        assert_int_equal(told.is, DISPOSITION_FLAGGED);
        assert_true(told.names_field);
        container_done(&c);
        buf_done(&packed);
    }
}

static void an_amendment_changes_the_record(void **state)
{
    struct arrivals *w = *state;
    int64_t n = sender_amend_coop(&w->s, 2, 2, "Yengema");
    arrivals_take(w, 6, n, NULL, PROBLEM_NONE);
    arrivals_count_is(
        w, "SELECT count(*) FROM cooperative WHERE village = 'Yengema' AND version & 4294967295 = 11", 1);
    arrivals_count_is(w, "SELECT count(*) FROM disposition", 0);
}

static void an_amendment_of_what_is_not_here_is_flagged(void **state)
{
    struct arrivals *w = *state;
    int64_t n = sender_amend_coop(&w->s, 900, 900, "Tongo");
    arrivals_take(w, 6, n, NULL, PROBLEM_NONE);
    arrivals_hold(w, 11);
    arrivals_count_is(w, "SELECT count(*) FROM finding WHERE rule = 'orphan'", 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, arrivals_set_up, arrivals_tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(the_first_batch_enrols_its_device),
        TEST(a_receipt_says_how_far_the_chain_is_held),
        TEST(the_bytes_are_kept_as_they_were_written),
        TEST(the_same_batch_again_changes_nothing_and_gets_the_same_receipt),
        TEST(the_first_batch_again_is_no_second_enrolment),
        TEST(of_an_overlapping_batch_only_the_new_entries_count),
        TEST(a_batch_inside_what_is_held_gets_its_receipt),
        TEST(a_sealed_batch_is_opened),
        TEST(a_prefix_that_is_held_is_found_by_its_number),
        TEST(a_prefix_that_is_not_held_is_asked_for_without),
        TEST(a_long_journal_has_a_prefix_of_128_kib),
        TEST(a_second_process_sees_what_the_first_took),
        TEST(a_batch_can_be_looked_at_and_says_whether_its_laptop_signed_it),
        TEST(the_key_of_a_first_batch_is_found_and_of_others_none),
        TEST(a_record_with_a_fault_is_flagged_and_holds_nothing_up),
        TEST(a_record_that_was_entered_late_is_flagged),
        TEST(the_receipt_tells_the_findings_also_the_second_time),
        TEST(an_amendment_changes_the_record),
        TEST(an_amendment_of_what_is_not_here_is_flagged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
