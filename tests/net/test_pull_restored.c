/* The way back from registries and laptops that were restored or copied. */
#include "tests/net/pair.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/registry/store/inside.h"
#include "app/registry/store/review.h"
#include "schema/base/file.h"
#include "tests/lib/test.h"

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
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    copy(p);
    (void)laptop_yield(&p->a, "AML 17", "2026-11-20", "3", "0.41");
    pair_amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    restore(p);
    assert_int_equal(pair_sync(&p->of_a).sent, 1);
    (void)pair_sync(&p->of_b);
    (void)pair_sync(&p->of_a);
    assert_ok(db_one_int(p->desk->db, "SELECT count(*) FROM yield", 0, &count, &e));
    assert_int_equal(count, 1);
    assert_ok(db_one_int(p->desk->db,
                         "SELECT count(*) FROM entry e JOIN device d ON e.id = (d.number << 32 | d.upto)", 0,
                         &count, &e));
    assert_int_equal(count, 2);
    laptop_text_is(&p->a, ENTITY_DIGGER, digger, "village", "Yengema");
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
    (void)pair_sync(&p->of_a);
    copy(p);
    decide(p, digger, DECIDED_RETURNED, "the card belongs to another person");
    (void)pair_sync(&p->of_a);
    assert_int_equal(pair_inbox(&p->a), 1);
    restore(p);
    (void)pair_sync(&p->of_a);
    assert_int_equal(pair_inbox(&p->a), 0);
    decide(p, other, DECIDED_RETURNED, "which village?");
    (void)pair_sync(&p->of_a);
    assert_int_equal(pair_inbox(&p->a), 1);
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
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    pair_amend(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    pair_amend(&p->b, ENTITY_DIGGER, digger, "village", "Yengema");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    copy(p);
    const struct review_choice all = {"", REVIEW_OTHER};
    assert_ok(review_resolve(p->desk, "fatou", digger, &all, 1, "seen there", p->of_a.now(), &e));
    assert_ok(registry_store_revoke(p->desk, p->of_b.me->number, "lost", p->of_a.now(), &e));
    (void)pair_sync(&p->of_a);
    laptop_text_is(&p->a, ENTITY_DIGGER, digger, "village", "Yengema");
    restore(p);
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    (void)pair_sync(&p->of_a);
    laptop_text_is(&p->a, ENTITY_DIGGER, digger, "village", "Tongo");
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "village", "Tongo");
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
    (void)pair_sync(&p->of_a);
    assert_ok(db_one_int(store_db(p->a.store), "SELECT count(*) FROM code_file", 0, &count, &e));
    assert_int_equal(count, 1);
    restore(p);
    (void)pair_sync(&p->of_a);
    assert_ok(db_one_int(store_db(p->a.store), "SELECT count(*) FROM code_file", -1, &count, &e));
    assert_int_equal(count, 0);
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
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    /* The backup does not know that the digger was sent: it is written again, under another address, by which
     * its changes name it from now on. */
    int64_t again = restore_a(p);
    assert_true(again != digger);
    pair_amend(&p->a, ENTITY_DIGGER, again, "village", "Koidu");
    (void)pair_sync(&p->of_a);
    (void)pair_sync(&p->of_b);
    laptop_text_is(&p->b, ENTITY_DIGGER, digger, "village", "Koidu");
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
    (void)pair_sync(&p->of_a);
    struct sync_options of_copy = copy_a(p, &copy);
    /* Both write under the same numbers; the copy finds out and writes its entries again. */
    (void)laptop_digger(&p->a, "Tamba Koroma");
    (void)pair_sync(&p->of_a);
    for (int i = 0; i < 3; i++)
        (void)laptop_digger(&copy, "Komba Sesay");
    assert_int_equal(pair_sync(&of_copy).became, 1);
    /* One batch that adds and changes a record whose number the copy had used before. */
    int64_t digger = laptop_digger(&p->a, "Kai Tongu");
    pair_amend(&p->a, ENTITY_DIGGER, digger, "village", "Koidu");
    (void)pair_sync(&p->of_a);
    assert_ok(registry_store_verify(p->desk, 0, NULL, NULL, &e));
    assert_ok(registry_store_rebuild(p->desk, NULL, NULL, &e));
    assert_ok(registry_store_verify(p->desk, 0, NULL, NULL, &e));
    laptop_close(&copy);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        PAIR_TEST(a_restored_registry_gets_everything_again_and_once),
        PAIR_TEST(decisions_of_an_earlier_life_are_forgotten_and_their_numbers_mean_the_new_ones),
        PAIR_TEST(a_change_that_the_lost_registry_made_is_undone_everywhere),
        PAIR_TEST(replaced_lists_go_with_the_registry_that_replaced_them),
        PAIR_TEST(what_a_restored_laptop_changes_the_others_hear),
        PAIR_TEST(numbers_that_a_copied_disk_used_too_mean_the_same_in_a_replay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
