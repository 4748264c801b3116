/* The way back: what one laptop writes reaches the others through the registry. */
#include "tests/net/pair.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/registry/store/inside.h"
#include "app/registry/store/review.h"
#include "schema/base/file.h"
#include "sync/server/feed.h"
#include "tests/lib/test.h"

static void what_one_laptop_registered_the_other_knows_offline(void **state)
{
    struct pair *p = *state;
    struct knowledge known;
    struct errctx e;
    struct reader reader = store_reader(p->b.store, 0);
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    int64_t licence = laptop_licence(&p->a, "AML 17", digger);
    int64_t found = 0;
    (void)pair_sync(&p->of_a);
    struct sync_result result = pair_sync(&p->of_b);
    assert_int_equal(result.told, 2);
    assert_int_equal(result.requests, 2);
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "full_name", "Sahr Kamara");
    assert_ok(reader.resolve(reader.arg, ENTITY_LICENCE, "aml 17", &found, &e));
    assert_true(found == licence);
    assert_ok(store_knowledge(p->b.store, licence, &known, &e));
    assert_true(known.foreign);
    assert_true(known.known_at > 0);
    assert_true(known.told_at >= known.known_at);
}

static void an_idle_sync_stays_one_request(void **state)
{
    struct pair *p = *state;
    (void)laptop_digger(&p->a, "Sahr Kamara");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    assert_int_equal(pair_sync(&p->of_a).requests, 1);
    struct sync_result result = pair_sync(&p->of_b);
    assert_int_equal(result.requests, 1);
    assert_int_equal(result.told, 0);
}

static void returns_of_others_stay_at_the_registry(void **state)
{
    struct pair *p = *state;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)laptop_licence(&p->a, "AML 17", digger);
    (void)laptop_yield(&p->a, "AML 17", "2026-11-20", "3", "0.41");
    (void)pair_sync(&p->of_a);
    assert_int_equal(pair_sync(&p->of_b).told, 2);
}

static void many_pages_arrive_whole_over_a_link_that_breaks(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    struct sync_result result;
    enum {
        MANY = 900
    };
    assert_ok(store_begin(p->a.store, &e));
    for (int i = 0; i < MANY; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "Sahr Kamara %c%c%c", 'a' + i % 26, 'a' + i / 26 % 26,
                       'a' + i / 676);
        (void)laptop_digger(&p->a, name);
    }
    assert_ok(store_commit(p->a.store, &e));
    (void)pair_sync(&p->of_a);
    const struct fault_plan breaking = {.cuts = 3, .cut_up_after = -1, .cut_down_after = 9000};
    world_plan(&p->w, &breaking);
    assert_ok(sync_run(&p->of_b, &result, &e));
    assert_int_equal(result.told, MANY);
    assert_true(result.requests > 2);
}

static void changes_of_different_fields_meet_on_all_machines(void **state)
{
    struct pair *p = *state;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    pair_amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    pair_amend(&p->b, ENTITY_DIGGER, digger, "note", "left for the dry season");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    (void)pair_sync(&p->of_a);
    for (int i = 0; i < 2; i++) {
        struct laptop *l = i ? &p->a : &p->b;
        laptop_text_is(l, ENTITY_DIGGER, digger, "village", "Tongo");
        laptop_text_is(l, ENTITY_DIGGER, digger, "note", "left for the dry season");
        assert_int_equal(pair_inbox(l), 0);
    }
}

static void the_first_change_of_a_field_stands_everywhere_and_the_second_is_in_the_inbox(void **state)
{
    struct pair *p = *state;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    pair_amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    pair_amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    (void)pair_sync(&p->of_b);
    (void)pair_sync(&p->of_a);
    laptop_text_is(&p->a, ENTITY_DIGGER, digger, "village", "Yengema");
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    assert_int_equal(pair_inbox(&p->a), 1);
    assert_int_equal(pair_inbox(&p->b), 0);
    /* Who looks again may write on top of it, which the registry takes. */
    pair_amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo, Lower Bambara");
    assert_int_equal(pair_inbox(&p->a), 0);
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "village", "Tongo, Lower Bambara");
}

/* What the registry did not apply counts nowhere, not on the laptop that wrote it either: also a voiding, and
 * what was written on top of it that met nothing. */
static void what_met_anothers_change_is_taken_out_where_it_was_written(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    struct row row;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    int64_t other = laptop_digger(&p->a, "Finda Mansaray");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    pair_amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    pair_amend(&p->a, ENTITY_DIGGER, other, "village", "Tongo");
    pair_amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    pair_amend(&p->b, ENTITY_DIGGER, digger, "note", "left for the dry season");
    assert_ok(store_void(p->b.store, ENTITY_DIGGER, other, "entered twice", &p->b.by, &e));
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "village", "Tongo");
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "note", "left for the dry season");
    assert_ok(store_load(p->b.store, ENTITY_DIGGER, other, &row, &e));
    assert_false(row.voided);
    row_done(&row);
    assert_int_equal(pair_inbox(&p->b), 2);
    /* Who looks at it again changes what stands. */
    pair_amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    (void)pair_sync(&p->of_b);
    (void)pair_sync(&p->of_a);
    laptop_text_is(&p->a, ENTITY_DIGGER, digger, "village", "Yengema");
    assert_int_equal(pair_inbox(&p->b), 1);
    assert_ok(store_rebuild(p->b.store, NULL, NULL, &e));
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
}

/* It arrived, and the laptop learns so from a later answer: what became of it it must ask. */
static void what_became_of_a_change_is_heard_when_the_answer_was_lost(void **state)
{
    struct pair *p = *state;
    static const struct fault_plan lost_answer = {.cuts = 1, .cut_up_after = -1, .cut_down_after = 0};
    struct row row;
    struct errctx e;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    pair_amend(&p->a, ENTITY_DIGGER, digger, "village", "Jaiama");
    (void)pair_sync(&p->of_a);
    assert_ok(store_void(p->b.store, ENTITY_DIGGER, digger, "entered twice", &p->b.by, &e));
    world_plan(&p->w, &lost_answer);
    (void)pair_sync(&p->of_b);
    assert_int_equal(fault_proxy_counts(p->w.proxy).cuts, 1);
    assert_int_equal(pair_inbox(&p->b), 1);
    assert_ok(store_load(p->b.store, ENTITY_DIGGER, digger, &row, &e));
    assert_false(row.voided);
    assert_string_equal(record_text(&row.record, "village"), "Jaiama");
    row_done(&row);
    assert_int_equal(pair_sync(&p->of_b).requests, 1);
}

static void a_rebuild_makes_the_same_tables(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    pair_amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    pair_amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "village", "Tongo");
    assert_ok(store_rebuild(p->b.store, NULL, NULL, &e));
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "village", "Tongo");
}

static enum err count_entry(void *arg, int64_t address, const struct entry *entry, struct errctx *e)
{
    (void)address;
    (void)entry;
    (void)e;
    int *count = arg;
    (*count)++;
    return ERR_OK;
}

static void the_history_of_a_record_has_everybodys_entries(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    int entries = 0;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    pair_amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    assert_ok(store_history(p->b.store, ENTITY_DIGGER, digger, count_entry, &entries, &e));
    assert_int_equal(entries, 2);
}

static void a_revoked_laptops_records_are_known_as_such(void **state)
{
    struct pair *p = *state;
    struct knowledge known;
    struct errctx e;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)pair_sync(&p->of_a);
    assert_ok(registry_store_revoke(p->desk, p->of_a.me->number, "stolen", p->of_a.now(), &e));
    assert_int_equal(pair_sync(&p->of_b).told, 2);
    assert_ok(store_knowledge(p->b.store, digger, &known, &e));
    assert_true(known.revoked_at > 0);
}

static void another_incarnation_tells_from_the_beginning_and_nothing_doubles(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    int64_t count = 0;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)pair_sync(&p->of_a);
    assert_int_equal(pair_sync(&p->of_b).told, 1);
    world_stop_registry(&p->w);
    registry_store_close(p->w.registry);
    p->w.registry = NULL;
    assert_ok(
        db_exec(p->desk->db, "UPDATE identity SET incarnation = '00112233445566778899aabbccddeeff'", &e));
    world_start_registry(&p->w);
    assert_int_equal(pair_sync(&p->of_b).told, 1);
    assert_int_equal(pair_sync(&p->of_b).told, 0);
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "full_name", "Sahr Kamara");
    assert_ok(db_one_int(store_db(p->b.store), "SELECT count(*) FROM foreign_entry", 0, &count, &e));
    assert_int_equal(count, 1);
}

/* --- from a stick */

static void make_page(struct pair *p, int64_t after, struct feed_page *out)
{
    struct errctx e;
    assert_ok(feed_page_make(registry_store_ledger(p->desk), registry_store_device(p->desk),
                             p->of_b.me->number, after, p->of_b.now(), out, &e));
}

static void a_page_from_a_stick_is_taken_once_and_in_order(void **state)
{
    struct pair *p = *state;
    struct feed_page first;
    struct feed_page second;
    struct sync_result result;
    enum received what;
    struct errctx e;
    (void)laptop_digger(&p->a, "Sahr Kamara");
    (void)pair_sync(&p->of_a);
    make_page(p, 0, &first);
    (void)laptop_digger(&p->a, "Aiah Conteh");
    (void)pair_sync(&p->of_a);
    make_page(p, first.header.next, &second);
    assert_err(sync_receive(&p->of_b, second.packed.data, second.packed.len, &what, &result, &e),
               ERR_CONFLICT, "pages before this one are missing");
    assert_ok(sync_receive(&p->of_b, first.packed.data, first.packed.len, &what, &result, &e));
    assert_int_equal(what, RECEIVED_FEED);
    assert_int_equal(result.told, 1);
    assert_ok(sync_receive(&p->of_b, first.packed.data, first.packed.len, &what, &result, &e));
    assert_int_equal(what, RECEIVED_OLD_NEWS);
    assert_ok(sync_receive(&p->of_b, second.packed.data, second.packed.len, &what, &result, &e));
    assert_int_equal(result.told, 1);
    assert_err(sync_receive(&p->of_a, first.packed.data, first.packed.len, &what, &result, &e), ERR_PROTOCOL,
               "another laptop");
    assert_int_equal(pair_sync(&p->of_b).told, 0);
    feed_page_done(&first);
    feed_page_done(&second);
}

static void a_forged_page_changes_nothing(void **state)
{
    struct pair *p = *state;
    struct feed_page page;
    struct sync_result result;
    enum received what;
    struct errctx e;
    (void)laptop_digger(&p->a, "Sahr Kamara");
    (void)pair_sync(&p->of_a);
    assert_ok(feed_page_make(registry_store_ledger(p->desk), p->of_a.me, p->of_b.me->number, 0, p->of_b.now(),
                             &page, &e));
    assert_err(sync_receive(&p->of_b, page.packed.data, page.packed.len, &what, &result, &e), ERR_PROTOCOL,
               "no page of registry");
    assert_int_equal(pair_sync(&p->of_b).told, 1);
    feed_page_done(&page);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        PAIR_TEST(what_one_laptop_registered_the_other_knows_offline),
        PAIR_TEST(an_idle_sync_stays_one_request),
        PAIR_TEST(returns_of_others_stay_at_the_registry),
        PAIR_TEST(many_pages_arrive_whole_over_a_link_that_breaks),
        PAIR_TEST(changes_of_different_fields_meet_on_all_machines),
        PAIR_TEST(the_first_change_of_a_field_stands_everywhere_and_the_second_is_in_the_inbox),
        PAIR_TEST(what_met_anothers_change_is_taken_out_where_it_was_written),
        PAIR_TEST(what_became_of_a_change_is_heard_when_the_answer_was_lost),
        PAIR_TEST(a_rebuild_makes_the_same_tables),
        PAIR_TEST(the_history_of_a_record_has_everybodys_entries),
        PAIR_TEST(a_revoked_laptops_records_are_known_as_such),
        PAIR_TEST(another_incarnation_tells_from_the_beginning_and_nothing_doubles),
        PAIR_TEST(a_page_from_a_stick_is_taken_once_and_in_order),
        PAIR_TEST(a_forged_page_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
