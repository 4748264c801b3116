#include "tests/lib/world.h"

#include "app/registry/store/quarantine.h"
#include "schema/field/field_schema.h"
#include "tests/lib/folder.h"
#include "tests/lib/test.h"

/* Where a laptop stands with its registry: invited, revoked, forgotten, copied. */

static void an_expired_invitation_is_refused_in_words(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    static const char *const districts[] = {"SL-E"};
    world_make(&w);
    world_stop_registry(&w);
    assert_ok(registry_store_invite(w.registry, "late", districts, 1, w.options.now() - 60,
                                    w.options.now() - 600, w.code, &e));
    world_start_registry(&w);
    assert_err(sync_enrol(&w.options, w.url, w.code, &e), ERR_DENIED, "invitation");
    assert_false(world_link(&w).known);
    world_done(&w);
}

static void a_used_invitation_is_refused_to_another_laptop(void **state)
{
    (void)state;
    struct world w;
    struct world other;
    struct errctx e;
    world_make_enrolled(&w);
    world_make(&other);
    assert_err(sync_enrol(&other.options, w.url, w.code, &e), ERR_DENIED, "invitation");
    world_done(&other);
    world_done(&w);
}

static void a_mistyped_code_never_leaves_the_laptop(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    static const struct fault_plan perfect = {0};
    world_make(&w);
    world_plan(&w, &perfect);
    assert_err(sync_enrol(&w.options, w.url, "ABCD", &e), ERR_INVALID, "");
    assert_int_equal(fault_proxy_counts(w.proxy).connections, 0);
    world_done(&w);
}

static enum err count_quarantined(void *arg, const struct registry_quarantined *q, struct errctx *e)
{
    (void)q;
    (void)e;
    ++*(int *)arg;
    return ERR_OK;
}

static void a_revoked_laptop_is_told_and_its_batch_is_kept(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    int kept = 0;
    world_make_enrolled(&w);
    assert_ok(sync_run(&w.options, &result, &e));
    world_stop_registry(&w);
    assert_ok(registry_store_revoke(w.registry, w.me.number, "stolen", w.options.now(), &e));
    world_start_registry(&w);
    world_write(&w, 4);
    assert_err(sync_run(&w.options, &result, &e), ERR_DENIED, "revoked");
    assert_int_equal(result.sent, 0);
    world_stop_registry(&w);
    assert_ok(registry_store_quarantine(w.registry, false, count_quarantined, &kept, &e));
    assert_int_equal(kept, 1);
    world_done(&w);
}

static void a_registry_put_back_to_last_week_gets_the_rest_again(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    world_write(&w, 700);
    assert_ok(sync_run(&w.options, &result, &e));
    world_stop_registry(&w);
    world_copy_registry(&w);
    world_start_registry(&w);
    world_write(&w, 700);
    assert_ok(sync_run(&w.options, &result, &e));
    world_stop_registry(&w);
    world_put_back_registry(&w);
    world_start_registry(&w);
    /* With something new the registry says where the gap begins. */
    world_write(&w, 3);
    assert_ok(sync_run(&w.options, &result, &e));
    assert_true(w.events[SYNC_RESENDING] > 0);
    world_assert_same(&w);
    world_done(&w);
}

static void an_idle_laptop_notices_that_the_registry_was_put_back(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make_enrolled(&w);
    world_write(&w, 10);
    assert_ok(sync_run(&w.options, &result, &e));
    world_stop_registry(&w);
    world_copy_registry(&w);
    world_start_registry(&w);
    world_write(&w, 10);
    assert_ok(sync_run(&w.options, &result, &e));
    world_stop_registry(&w);
    world_put_back_registry(&w);
    world_start_registry(&w);
    assert_ok(sync_run(&w.options, &result, &e));
    assert_int_equal(w.events[SYNC_RESENDING], 1);
    world_assert_same(&w);
    world_done(&w);
}

static void a_registry_that_forgot_the_laptop_is_shown_the_invitation(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make(&w);
    world_stop_registry(&w);
    world_copy_registry(&w);
    world_start_registry(&w);
    assert_ok(sync_enrol(&w.options, w.url, w.code, &e));
    world_write(&w, 20);
    assert_ok(sync_run(&w.options, &result, &e));
    world_stop_registry(&w);
    world_put_back_registry(&w);
    world_start_registry(&w);
    world_write(&w, 1);
    assert_ok(sync_run(&w.options, &result, &e));
    world_assert_same(&w);
    world_done(&w);
}

/* The laptop's database goes back to an older copy, and its journal goes another way from there. */
static void a_copied_database_is_found_out(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    struct buf copy = {0};
    world_make_enrolled(&w);
    buf_printf(&copy, "%s.copy", w.laptop_path);
    assert_ok(db_backup(w.db, buf_str(&copy), NULL, NULL, &e));
    world_write(&w, 5);
    assert_ok(sync_run(&w.options, &result, &e));
    db_close(w.db);
    folder_copy_file(buf_str(&copy), w.laptop_path);
    assert_ok(db_open(w.laptop_path, DB_WRITE, &FIELD_DB, &w.db, &e));
    assert_ok(journal_head(w.db, w.me.key, &w.head, &e));
    w.options.db = w.db;
    w.written += 100;
    world_write(&w, 8);
    assert_err(sync_run(&w.options, &result, &e), ERR_CONFLICT, "tell the ministry");
    assert_int_equal(world_link(&w).upto, 0);
    buf_done(&copy);
    world_done(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_expired_invitation_is_refused_in_words),
        cmocka_unit_test(a_used_invitation_is_refused_to_another_laptop),
        cmocka_unit_test(a_mistyped_code_never_leaves_the_laptop),
        cmocka_unit_test(a_revoked_laptop_is_told_and_its_batch_is_kept),
        cmocka_unit_test(a_registry_put_back_to_last_week_gets_the_rest_again),
        cmocka_unit_test(an_idle_laptop_notices_that_the_registry_was_put_back),
        cmocka_unit_test(a_registry_that_forgot_the_laptop_is_shown_the_invitation),
        cmocka_unit_test(a_copied_database_is_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
