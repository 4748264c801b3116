/* The way back: what one laptop writes reaches the others through the registry. */
#include "tests/lib/world.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/registry/store/inside.h"
#include "app/registry/store/review.h"
#include "schema/base/file.h"
#include "sync/server/feed.h"
#include "tests/lib/laptop.h"
#include "tests/lib/test.h"

/* Two laptops of one province beside the one of the world, which stays idle. */
struct pair {
    struct world w;
    struct registry_store *desk; /* the registry as another process has it */
    struct laptop a;
    struct laptop b;
    struct sync_options of_a;
    struct sync_options of_b;
};

static struct sync_options join(struct pair *p, struct laptop *l)
{
    static const char *const districts[] = {"SL-E"};
    char code[INVITATION_CODE_BYTES];
    struct errctx e;
    struct sync_options o = p->w.options;
    laptop_open(l);
    assert_ok(registry_store_invite(p->desk, "Kono", districts, 1, 0, o.now(), code, &e));
    o.db = store_db(l->store);
    o.me = store_device(l->store);
    o.told = store_told;
    o.judged = store_judged;
    o.told_arg = l->store;
    o.forget = store_forget;
    assert_ok(sync_enrol(&o, p->w.url, code, &e));
    return o;
}

static int set_up(void **state)
{
    struct pair *p = mem_zero(1, sizeof *p);
    struct errctx e;
    world_make(&p->w);
    assert_ok(registry_store_open(p->w.registry_path, DB_WRITE, &p->desk, &e));
    p->of_a = join(p, &p->a);
    p->of_b = join(p, &p->b);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    /* The tables are what journal and told entries make of them, on both. */
    assert_ok(store_verify(p->a.store, NULL, NULL, &e));
    assert_ok(store_verify(p->b.store, NULL, NULL, &e));
    assert_ok(registry_store_verify(p->desk, 0, NULL, NULL, &e));
    laptop_close(&p->a);
    laptop_close(&p->b);
    registry_store_close(p->desk);
    world_done(&p->w);
    free(p);
    return 0;
}

static struct sync_result sync_one(const struct sync_options *o)
{
    struct sync_result result;
    struct errctx e;
    assert_ok(sync_run(o, &result, &e));
    return result;
}

static void amend(struct laptop *l, enum entity_id of, int64_t id, const char *flag, const char *value)
{
    const char *const values[] = {flag, value, NULL};
    struct record change;
    struct findings findings = {0};
    struct errctx e;
    assert_ok(laptop_fill(l, &change, of, values, &e));
    assert_ok(store_amend(l->store, of, id, &change, 0, &l->by, NULL, &findings, &e));
    findings_done(&findings);
    record_done(&change);
}

static void text_is(struct laptop *l, enum entity_id of, int64_t id, const char *field, const char *expected)
{
    struct row row;
    struct errctx e;
    assert_ok(store_load(l->store, of, id, &row, &e));
    assert_string_equal(record_text(&row.record, field) ? record_text(&row.record, field) : "", expected);
    row_done(&row);
}

static int64_t inbox(struct laptop *l)
{
    int64_t count = -1;
    struct errctx e;
    assert_ok(store_inbox_count(l->store, &count, &e));
    return count;
}

static void what_one_laptop_registered_the_other_knows_offline(void **state)
{
    struct pair *p = *state;
    struct knowledge known;
    struct errctx e;
    struct reader reader = store_reader(p->b.store, 0);
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    int64_t licence = laptop_licence(&p->a, "AML 17", digger);
    int64_t found = 0;
    (void)sync_one(&p->of_a);
    struct sync_result result = sync_one(&p->of_b);
    assert_int_equal(result.told, 2);
    assert_int_equal(result.requests, 2);
    text_is(&p->b, ENTITY_DIGGER, digger, "full_name", "Sahr Kamara");
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
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    assert_int_equal(sync_one(&p->of_a).requests, 1);
    struct sync_result result = sync_one(&p->of_b);
    assert_int_equal(result.requests, 1);
    assert_int_equal(result.told, 0);
}

static void returns_of_others_stay_at_the_registry(void **state)
{
    struct pair *p = *state;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)laptop_licence(&p->a, "AML 17", digger);
    (void)laptop_yield(&p->a, "AML 17", "2026-11-20", "3", "0.41");
    (void)sync_one(&p->of_a);
    assert_int_equal(sync_one(&p->of_b).told, 2);
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
    (void)sync_one(&p->of_a);
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
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    amend(&p->b, ENTITY_DIGGER, digger, "note", "left for the dry season");
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    (void)sync_one(&p->of_a);
    for (int i = 0; i < 2; i++) {
        struct laptop *l = i ? &p->a : &p->b;
        text_is(l, ENTITY_DIGGER, digger, "village", "Tongo");
        text_is(l, ENTITY_DIGGER, digger, "note", "left for the dry season");
        assert_int_equal(inbox(l), 0);
    }
}

static void the_first_change_of_a_field_stands_everywhere_and_the_second_is_in_the_inbox(void **state)
{
    struct pair *p = *state;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    (void)sync_one(&p->of_b);
    (void)sync_one(&p->of_a);
    text_is(&p->a, ENTITY_DIGGER, digger, "village", "Yengema");
    text_is(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    assert_int_equal(inbox(&p->a), 1);
    assert_int_equal(inbox(&p->b), 0);
    /* Who looks again may write on top of it, which the registry takes. */
    amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo, Lower Bambara");
    assert_int_equal(inbox(&p->a), 0);
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    text_is(&p->b, ENTITY_DIGGER, digger, "village", "Tongo, Lower Bambara");
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
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    amend(&p->a, ENTITY_DIGGER, other, "village", "Tongo");
    amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    amend(&p->b, ENTITY_DIGGER, digger, "note", "left for the dry season");
    assert_ok(store_void(p->b.store, ENTITY_DIGGER, other, "entered twice", &p->b.by, &e));
    text_is(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    text_is(&p->b, ENTITY_DIGGER, digger, "village", "Tongo");
    text_is(&p->b, ENTITY_DIGGER, digger, "note", "left for the dry season");
    assert_ok(store_load(p->b.store, ENTITY_DIGGER, other, &row, &e));
    assert_false(row.voided);
    row_done(&row);
    assert_int_equal(inbox(&p->b), 2);
    /* Who looks at it again changes what stands. */
    amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    (void)sync_one(&p->of_b);
    (void)sync_one(&p->of_a);
    text_is(&p->a, ENTITY_DIGGER, digger, "village", "Yengema");
    assert_int_equal(inbox(&p->b), 1);
    assert_ok(store_rebuild(p->b.store, NULL, NULL, &e));
    text_is(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
}

/* It arrived, and the laptop learns so from a later answer: what became of it it must ask. */
static void what_became_of_a_change_is_heard_when_the_answer_was_lost(void **state)
{
    struct pair *p = *state;
    static const struct fault_plan lost_answer = {.cuts = 1, .cut_up_after = -1, .cut_down_after = 0};
    struct row row;
    struct errctx e;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    amend(&p->a, ENTITY_DIGGER, digger, "village", "Jaiama");
    (void)sync_one(&p->of_a);
    assert_ok(store_void(p->b.store, ENTITY_DIGGER, digger, "entered twice", &p->b.by, &e));
    world_plan(&p->w, &lost_answer);
    (void)sync_one(&p->of_b);
    assert_int_equal(fault_proxy_counts(p->w.proxy).cuts, 1);
    assert_int_equal(inbox(&p->b), 1);
    assert_ok(store_load(p->b.store, ENTITY_DIGGER, digger, &row, &e));
    assert_false(row.voided);
    assert_string_equal(record_text(&row.record, "village"), "Jaiama");
    row_done(&row);
    assert_int_equal(sync_one(&p->of_b).requests, 1);
}

static void a_rebuild_makes_the_same_tables(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    text_is(&p->b, ENTITY_DIGGER, digger, "village", "Tongo");
    assert_ok(store_rebuild(p->b.store, NULL, NULL, &e));
    text_is(&p->b, ENTITY_DIGGER, digger, "village", "Tongo");
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
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    assert_ok(store_history(p->b.store, ENTITY_DIGGER, digger, count_entry, &entries, &e));
    assert_int_equal(entries, 2);
}

static void a_revoked_laptops_records_are_known_as_such(void **state)
{
    struct pair *p = *state;
    struct knowledge known;
    struct errctx e;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)sync_one(&p->of_a);
    assert_ok(registry_store_revoke(p->desk, p->of_a.me->number, "stolen", p->of_a.now(), &e));
    assert_int_equal(sync_one(&p->of_b).told, 2);
    assert_ok(store_knowledge(p->b.store, digger, &known, &e));
    assert_true(known.revoked_at > 0);
}

static void another_incarnation_tells_from_the_beginning_and_nothing_doubles(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    int64_t count = 0;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)sync_one(&p->of_a);
    assert_int_equal(sync_one(&p->of_b).told, 1);
    world_stop_registry(&p->w);
    registry_store_close(p->w.registry);
    p->w.registry = NULL;
    assert_ok(
        db_exec(p->desk->db, "UPDATE identity SET incarnation = '00112233445566778899aabbccddeeff'", &e));
    world_start_registry(&p->w);
    assert_int_equal(sync_one(&p->of_b).told, 1);
    assert_int_equal(sync_one(&p->of_b).told, 0);
    text_is(&p->b, ENTITY_DIGGER, digger, "full_name", "Sahr Kamara");
    assert_ok(db_one_int(store_db(p->b.store), "SELECT count(*) FROM foreign_entry", 0, &count, &e));
    assert_int_equal(count, 1);
}

/* --- a registry that was restored */

static void restore(struct pair *p)
{
    struct errctx e;
    world_stop_registry(&p->w);
    registry_store_close(p->desk);
    world_restore_registry(&p->w);
    assert_ok(registry_store_open(p->w.registry_path, DB_WRITE, &p->desk, &e));
    world_start_registry(&p->w);
}

static void copy(struct pair *p)
{
    world_stop_registry(&p->w);
    world_copy_registry(&p->w);
    world_start_registry(&p->w);
}

static void decide(struct pair *p, int64_t record, enum decided is, const char *why)
{
    struct errctx e;
    assert_ok(review_decide(p->desk, "fatou", &record, 1, is, why, p->of_a.now(), &e));
}

static void a_restored_registry_gets_everything_again_and_once(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    int64_t count = 0;
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)laptop_licence(&p->a, "AML 17", digger);
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    copy(p);
    (void)laptop_yield(&p->a, "AML 17", "2026-11-20", "3", "0.41");
    amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    restore(p);
    assert_int_equal(sync_one(&p->of_a).sent, 1);
    (void)sync_one(&p->of_b);
    (void)sync_one(&p->of_a);
    assert_ok(db_one_int(p->desk->db, "SELECT count(*) FROM yield", 0, &count, &e));
    assert_int_equal(count, 1);
    assert_ok(db_one_int(p->desk->db,
                         "SELECT count(*) FROM entry e JOIN device d ON e.id = (d.number << 32 | d.upto)", 0,
                         &count, &e));
    assert_int_equal(count, 2);
    text_is(&p->a, ENTITY_DIGGER, digger, "village", "Yengema");
    assert_ok(registry_store_rebuild(p->desk, NULL, NULL, &e));
}

/* The backup is older than a decision, whose number another one gets. */
static void decisions_of_an_earlier_life_are_forgotten_and_their_numbers_mean_the_new_ones(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    assert_ok(registry_store_staff_put(p->desk, NULL, "fatou", "Fatou Jalloh", true, p->of_a.now(), &e));
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    int64_t other = laptop_digger(&p->a, "Aiah Conteh");
    (void)sync_one(&p->of_a);
    copy(p);
    decide(p, digger, DECIDED_RETURNED, "the card belongs to another person");
    (void)sync_one(&p->of_a);
    assert_int_equal(inbox(&p->a), 1);
    restore(p);
    (void)sync_one(&p->of_a);
    assert_int_equal(inbox(&p->a), 0);
    decide(p, other, DECIDED_RETURNED, "which village?");
    (void)sync_one(&p->of_a);
    assert_int_equal(inbox(&p->a), 1);
    int64_t about = 0;
    assert_ok(db_one_int(store_db(p->a.store), "SELECT record FROM decision WHERE state = 'returned'", 0,
                         &about, &e));
    assert_true(about == other);
}

/* What the registry itself wrote into a record went with its later life. */
static void a_change_that_the_lost_registry_made_is_undone_everywhere(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    assert_ok(registry_store_staff_put(p->desk, NULL, "fatou", "Fatou Jalloh", true, p->of_a.now(), &e));
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    copy(p);
    const struct review_choice all = {"", REVIEW_OTHER};
    assert_ok(review_resolve(p->desk, "fatou", digger, &all, 1, "seen there", p->of_a.now(), &e));
    assert_ok(registry_store_revoke(p->desk, p->of_b.me->number, "lost", p->of_a.now(), &e));
    (void)sync_one(&p->of_a);
    text_is(&p->a, ENTITY_DIGGER, digger, "village", "Yengema");
    restore(p);
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    (void)sync_one(&p->of_a);
    text_is(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    text_is(&p->b, ENTITY_DIGGER, digger, "village", "Tongo");
    struct knowledge known;
    assert_ok(store_knowledge(p->a.store, ident_make(p->of_b.me->number, 2), &known, &e));
    assert_int_equal(known.revoked_at, 0);
}

static void replaced_lists_go_with_the_registry_that_replaced_them(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    int64_t count = -1;
    copy(p);
    assert_ok(registry_store_replace_file(
        p->desk, "threshold", "key,value,unit,source\ndiggers_most,5,,test\n", p->of_a.now(), &e));
    (void)sync_one(&p->of_a);
    assert_ok(db_one_int(store_db(p->a.store), "SELECT count(*) FROM code_file", 0, &count, &e));
    assert_int_equal(count, 1);
    restore(p);
    (void)sync_one(&p->of_a);
    assert_ok(db_one_int(store_db(p->a.store), "SELECT count(*) FROM code_file", -1, &count, &e));
    assert_int_equal(count, 0);
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
    (void)sync_one(&p->of_a);
    make_page(p, 0, &first);
    (void)laptop_digger(&p->a, "Aiah Conteh");
    (void)sync_one(&p->of_a);
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
    assert_int_equal(sync_one(&p->of_b).told, 0);
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
    (void)sync_one(&p->of_a);
    assert_ok(feed_page_make(registry_store_ledger(p->desk), p->of_a.me, p->of_b.me->number, 0, p->of_b.now(),
                             &page, &e));
    assert_err(sync_receive(&p->of_b, page.packed.data, page.packed.len, &what, &result, &e), ERR_PROTOCOL,
               "no page of registry");
    assert_int_equal(sync_one(&p->of_b).told, 1);
    feed_page_done(&page);
}

static enum err take_id(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    *(int64_t *)arg = row->id;
    return ERR_OK;
}

/* A goes on out of a backup that lies at FOLDER/safe.db, with its key; returns its only digger's new id. */
static int64_t restore_a(struct pair *p)
{
    static const struct store_filter any = {0};
    struct errctx e;
    struct restored_life life;
    int64_t digger = 0;
    char safe[96];
    char key[96];
    (void)snprintf(safe, sizeof safe, "%s/safe.db", p->a.folder);
    (void)snprintf(key, sizeof key, "%s/alluvia.key", p->a.folder);
    store_close(p->a.store);
    p->a.store = NULL;
    (void)snprintf(p->a.path, sizeof p->a.path, "%s/second.db", p->a.folder);
    assert_ok(store_restore(p->a.path, safe, key, &p->a.by, NULL, NULL, &life, &e));
    assert_true(life.again > 0);
    assert_ok(store_open(p->a.path, STORE_WRITE, &p->a.store, &e));
    p->of_a.db = store_db(p->a.store);
    p->of_a.me = store_device(p->a.store);
    p->of_a.told_arg = p->a.store;
    assert_ok(store_list(p->a.store, ENTITY_DIGGER, &any, take_id, &digger, &e));
    return digger;
}

static void what_a_restored_laptop_changes_the_others_hear(void **state)
{
    struct pair *p = *state;
    struct errctx e;
    char safe[96];
    bool elsewhere = false;
    const struct progress_to nobody = {0};
    int64_t digger = laptop_digger(&p->a, "Sahr Kamara");
    (void)snprintf(safe, sizeof safe, "%s/safe.db", p->a.folder);
    assert_ok(store_backup(p->a.store, safe, &p->a.by, &nobody, &elsewhere, &e));
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    /* The backup does not know that the digger was sent: it is written again, under another address, by which
     * its changes name it from now on. */
    int64_t again = restore_a(p);
    assert_true(again != digger);
    amend(&p->a, ENTITY_DIGGER, again, "village", "Koidu");
    (void)sync_one(&p->of_a);
    (void)sync_one(&p->of_b);
    text_is(&p->b, ENTITY_DIGGER, digger, "village", "Koidu");
}

static void copy_into(const struct laptop *from, struct laptop *to, const char *name)
{
    struct errctx e;
    struct buf bytes = {0};
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", from->folder, name);
    assert_ok(file_read(path, 64 * 1024 * 1024, &bytes, &e));
    (void)snprintf(path, sizeof path, "%s/%s", to->folder, name);
    assert_ok(file_write(path, bytes.data, bytes.len, 0600, &e));
    buf_done(&bytes);
}

/* A's disk is copied into another machine; both go on. */
static struct sync_options copy_a(struct pair *p, struct laptop *copy)
{
    struct errctx e;
    struct sync_options o = p->of_a;
    laptop_open(copy);
    store_close(copy->store);
    store_close(p->a.store);
    copy_into(&p->a, copy, "alluvia.db");
    copy_into(&p->a, copy, "alluvia.key");
    copy->by = p->a.by;
    assert_ok(store_open(copy->path, STORE_WRITE, &copy->store, &e));
    assert_ok(store_open(p->a.path, STORE_WRITE, &p->a.store, &e));
    o.db = store_db(copy->store);
    o.me = store_device(copy->store);
    o.told_arg = copy->store;
    o.become = store_become;
    p->of_a.db = store_db(p->a.store);
    p->of_a.me = store_device(p->a.store);
    p->of_a.told_arg = p->a.store;
    return o;
}

static void numbers_that_a_copied_disk_used_too_mean_the_same_in_a_replay(void **state)
{
    struct pair *p = *state;
    struct laptop copy;
    struct errctx e;
    (void)laptop_digger(&p->a, "Sahr Kamara");
    (void)sync_one(&p->of_a);
    struct sync_options of_copy = copy_a(p, &copy);
    /* Both write under the same numbers; the copy finds out and writes its entries again. */
    (void)laptop_digger(&p->a, "Tamba Koroma");
    (void)sync_one(&p->of_a);
    for (int i = 0; i < 3; i++)
        (void)laptop_digger(&copy, "Komba Sesay");
    assert_int_equal(sync_one(&of_copy).became, 1);
    /* One batch that adds and changes a record whose number the copy had used before. */
    int64_t digger = laptop_digger(&p->a, "Kai Tongu");
    amend(&p->a, ENTITY_DIGGER, digger, "village", "Koidu");
    (void)sync_one(&p->of_a);
    assert_ok(registry_store_verify(p->desk, 0, NULL, NULL, &e));
    assert_ok(registry_store_rebuild(p->desk, NULL, NULL, &e));
    assert_ok(registry_store_verify(p->desk, 0, NULL, NULL, &e));
    laptop_close(&copy);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(what_one_laptop_registered_the_other_knows_offline),
        TEST(an_idle_sync_stays_one_request),
        TEST(returns_of_others_stay_at_the_registry),
        TEST(many_pages_arrive_whole_over_a_link_that_breaks),
        TEST(changes_of_different_fields_meet_on_all_machines),
        TEST(the_first_change_of_a_field_stands_everywhere_and_the_second_is_in_the_inbox),
        TEST(what_met_anothers_change_is_taken_out_where_it_was_written),
        TEST(what_became_of_a_change_is_heard_when_the_answer_was_lost),
        TEST(a_rebuild_makes_the_same_tables),
        TEST(the_history_of_a_record_has_everybodys_entries),
        TEST(a_revoked_laptops_records_are_known_as_such),
        TEST(another_incarnation_tells_from_the_beginning_and_nothing_doubles),
        TEST(a_restored_registry_gets_everything_again_and_once),
        TEST(decisions_of_an_earlier_life_are_forgotten_and_their_numbers_mean_the_new_ones),
        TEST(a_change_that_the_lost_registry_made_is_undone_everywhere),
        TEST(replaced_lists_go_with_the_registry_that_replaced_them),
        TEST(a_page_from_a_stick_is_taken_once_and_in_order),
        TEST(a_forged_page_changes_nothing),
        TEST(what_a_restored_laptop_changes_the_others_hear),
        TEST(numbers_that_a_copied_disk_used_too_mean_the_same_in_a_replay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
