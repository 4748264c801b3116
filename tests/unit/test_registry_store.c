/* What a registry holds, whole: damage is found, copies are it again, and its tables may be divided. */
#include "tests/lib/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/registry/store/inside.h"
#include "schema/base/file.h"
#include "tests/unit/arrivals.h"

static void damage_is_found_by_verify(void **state)
{
    struct arrivals *w = *state;
    struct errctx e;
    struct db *db = w->m.store->db;
    assert_ok(db_exec(db, "UPDATE cooperative SET village = 'Elsewhere'", &e));
    assert_err(registry_store_verify(w->m.store, 0, NULL, NULL, &e), ERR_DB, "is not what the entries say");
    assert_ok(db_exec(db, "UPDATE cooperative SET village = 'Koidu'", &e));
    assert_err(db_exec(db, "DELETE FROM entry", &e), ERR_CONFLICT, "never removed");
    assert_ok(db_exec(db, "UPDATE batch SET header = replace(header, 'schema', 'Schema')", &e));
    assert_err(registry_store_verify(w->m.store, 0, NULL, NULL, &e), ERR_DB, "signature");
    assert_ok(db_exec(db, "UPDATE batch SET header = replace(header, 'Schema', 'schema')", &e));
}

/* The copy is a SQLite file on either engine: in the place of the registry's own it is that registry. */
static void a_backup_is_the_registry_again(void **state)
{
    struct arrivals *w = *state;
    struct errctx e;
    struct registry_store *copy = NULL;
    struct registry_source ours;
    struct registry_source theirs;
    char folder[] = "/tmp/alluvia-backup-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct buf path = {0};
    file_join(&path, folder, "registry.db");
    arrivals_take(w, 6, 10, NULL, PROBLEM_NONE);
    assert_ok(registry_store_backup(w->m.store, buf_str(&path), NULL, NULL, &e));
    assert_err(registry_store_backup(w->m.store, buf_str(&path), NULL, NULL, &e), ERR_EXISTS,
               "there already");
    assert_ok(registry_store_open(folder, DB_READ, &copy, &e));
    assert_ok(registry_store_verify(copy, 0, NULL, NULL, &e));
    assert_ok(registry_store_source(copy, &theirs, &e));
    assert_ok(registry_store_source(w->m.store, &ours, &e));
    assert_string_equal(ours.hash, theirs.hash);
    assert_int_equal(theirs.entries, 10);
    registry_store_close(copy);
    (void)unlink(buf_str(&path));
    assert_int_equal(rmdir(folder), 0);
    buf_done(&path);
}

/* As schema/registry/SCALING.md says. */
static void a_year_of_entries_is_closed_into_a_partition(void **state)
{
    struct arrivals *w = *state;
    struct db *db = w->m.store->db;
    struct errctx e;
    if (db_is_file(db))
        skip();
    assert_ok(db_begin(db, &e));
    int64_t next = ministry_count(&w->m, "SELECT max(id) + 1 FROM batch");
    struct buf attach = {0};
    buf_printf(&attach, "ALTER TABLE entry ATTACH PARTITION entry_2026 FOR VALUES FROM (MINVALUE) TO (%lld)",
               (long long)next);
    assert_ok(db_exec(db,
                      "ALTER TABLE entry DETACH PARTITION entry_rest;"
                      "ALTER TABLE entry_rest RENAME TO entry_2026;"
                      "ALTER INDEX entry_rest_pkey RENAME TO entry_2026_pkey",
                      &e));
    assert_ok(db_exec(db, buf_str(&attach), &e));
    assert_ok(db_exec(db, "CREATE TABLE entry_rest PARTITION OF entry DEFAULT", &e));
    assert_ok(db_commit(db, &e));
    buf_done(&attach);
    arrivals_take(w, 4, 10, NULL, PROBLEM_NONE);
    arrivals_hold(w, 10);
    arrivals_bytes_are_the_senders(w, 10);
    arrivals_count_is(w, "SELECT count(*) FROM entry_2026", 5);
    arrivals_count_is(w, "SELECT count(*) FROM entry_rest", 5);
    assert_err(db_exec(db, "DELETE FROM entry_2026", &e), ERR_CONFLICT, "never removed");
}

/* As schema/registry/SCALING.md says. */
static void records_may_be_partitioned_by_device(void **state)
{
    struct arrivals *w = *state;
    struct db *db = w->m.store->db;
    struct errctx e;
    if (db_is_file(db))
        skip();
    assert_ok(
        db_exec(db,
                "ALTER TABLE cooperative RENAME TO cooperative_old;"
                "CREATE TABLE cooperative (LIKE cooperative_old INCLUDING DEFAULTS INCLUDING CONSTRAINTS "
                "INCLUDING INDEXES) PARTITION BY RANGE (id);"
                "CREATE TABLE cooperative_low PARTITION OF cooperative FOR VALUES FROM (MINVALUE) TO "
                "(2305843009213693952);"
                "CREATE TABLE cooperative_high PARTITION OF cooperative FOR VALUES FROM "
                "(2305843009213693952) TO (MAXVALUE);"
                "INSERT INTO cooperative SELECT * FROM cooperative_old;"
                "DROP TABLE cooperative_old",
                &e));
    arrivals_take(w, 4, 10, NULL, PROBLEM_NONE);
    arrivals_hold(w, 10);
    arrivals_count_is(w, "SELECT count(*) FROM cooperative", 9);
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
    assert_ok(registry_store_rebuild(w->m.store, NULL, NULL, &e));
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, arrivals_set_up, arrivals_tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(damage_is_found_by_verify),
        TEST(a_backup_is_the_registry_again),
        TEST(a_year_of_entries_is_closed_into_a_partition),
        TEST(records_may_be_partitioned_by_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
