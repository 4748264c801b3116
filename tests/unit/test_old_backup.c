/* A backup of a registry that an older program made becomes today's registry, on either engine. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/registry/store/inside.h"
#include "schema/base/file.h"
#include "schema/registry/registry_schema.h"
#include "tests/lib/engine.h"
#include "tests/lib/folder.h"
#include "tests/lib/older.h"
#include "tests/unit/arrivals.h"

enum {
    FIRST_REGISTRY = 2 /* the schema before it says nothing of which registry it is, and has no entries */
};

struct move {
    char folder[64]; /* where it is restored */
    char backup[96];
    char *url;
};

static void path_in(char out[96], const char *folder, const char *name)
{
    struct buf path = {0};
    file_join(&path, folder, name);
    assert_true(path.len < 96);
    memcpy(out, buf_str(&path), path.len + 1);
    buf_done(&path);
}

/* The key lies in a new folder, and beside it a backup as the program of schema VERSION would have made it.
 */
static void begin_move(struct move *m, struct arrivals *w, size_t version)
{
    struct errctx e;
    char from[96];
    char to[96];
    struct buf key = {0};
    *m = (struct move){.folder = "/tmp/alluvia-old-XXXXXX", .url = engine_new_place()};
    assert_non_null(mkdtemp(m->folder));
    path_in(m->backup, m->folder, "week.db");
    assert_ok(registry_store_backup(w->m.store, m->backup, NULL, NULL, &e));
    older_make(m->backup, &REGISTRY_DB, version);
    path_in(from, w->m.folder, "registry.key");
    path_in(to, m->folder, "registry.key");
    assert_ok(file_read(from, 4096, &key, &e));
    assert_ok(file_write(to, key.data, key.len, 0600, &e));
    buf_done(&key);
}

static void end_move(struct move *m)
{
    folder_clear(m->folder);
    assert_int_equal(rmdir(m->folder), 0);
    engine_remove_place(m->url);
}

/* Whatever a migration keeps of the state before it, the backup itself is that already. */
static void nothing_is_left_over(const struct move *m)
{
    static const char *const expected[] = {"week.db",      "week.db-wal", "week.db-shm",
                                           "registry.key", "registry.db", "store"};
    struct folder_kept files = {0};
    folder_keep(&files, m->folder);
    for (size_t i = 0; i < files.count; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof expected / sizeof expected[0]; k++)
            known = known || strcmp(files.files[i].name, expected[k]) == 0;
        if (!known)
            fail_msg("\"%s\" was left over", files.files[i].name);
    }
    folder_forget(&files);
}

static void backup_is_of_version(const struct move *m, size_t version)
{
    struct errctx e;
    struct db *db = NULL;
    assert_ok(older_open(m->backup, &REGISTRY_DB, &db, &e));
    assert_int_equal(db_version(db), version);
    db_close(db);
}

static void incarnation_of(struct registry_store *s, char out[INCARNATION_BYTES])
{
    struct errctx e;
    struct stmt *stmt = NULL;
    bool row = false;
    assert_ok(db_prepare(s->db, "SELECT incarnation FROM identity", &stmt, &e));
    assert_ok(stmt_step(stmt, &row, &e));
    assert_true(row);
    (void)snprintf(out, INCARNATION_BYTES, "%s", stmt_text(stmt, 0));
    stmt_done(stmt);
}

/* It is the registry that the backup is of, in another life, whole, and it takes what comes. */
static void is_that_registry(const struct move *m, struct arrivals *w)
{
    struct errctx e;
    struct arrivals there = {.s = w->s};
    struct registry_source before;
    struct registry_source after;
    char old[INCARNATION_BYTES];
    char fresh[INCARNATION_BYTES];
    assert_ok(registry_store_open(m->folder, DB_WRITE, &there.m.store, &e));
    there.m.ledger = registry_store_ledger(there.m.store);
    there.m.ingest = (struct ingest){
        .ledger = there.m.ledger, .registry = registry_store_device(there.m.store), .now = MINISTRY_NOW};
    assert_int_equal(db_is_file(there.m.store->db), !m->url);
    assert_memory_equal(registry_store_device(there.m.store)->key, registry_store_device(w->m.store)->key,
                        KEY_BYTES);
    incarnation_of(w->m.store, old);
    incarnation_of(there.m.store, fresh);
    assert_string_not_equal(old, fresh);
    arrivals_hold(&there, 5);
    arrivals_bytes_are_the_senders(&there, 5);
    /* What came before a table is made from the entries. */
    assert_ok(registry_store_rebuild(there.m.store, NULL, NULL, &e));
    assert_ok(registry_store_verify(there.m.store, 0, NULL, NULL, &e));
    assert_ok(registry_store_source(w->m.store, &before, &e));
    assert_ok(registry_store_source(there.m.store, &after, &e));
    assert_string_equal(before.hash, after.hash);
    arrivals_count_is(&there, "SELECT count(*) FROM cooperative", 4);
    arrivals_take(&there, 6, 10, NULL, PROBLEM_NONE);
    arrivals_hold(&there, 10);
    arrivals_count_is(&there, "SELECT count(*) FROM cooperative", 9);
    assert_ok(registry_store_verify(there.m.store, 0, NULL, NULL, &e));
    registry_store_close(there.m.store);
    buf_done(&there.packed);
}

static void a_backup_of_any_older_schema_is_restored(void **state)
{
    struct arrivals *w = *state;
    for (size_t version = FIRST_REGISTRY; version < *REGISTRY_DB.migration_count; version++) {
        struct errctx e;
        struct move m;
        begin_move(&m, w, version);
        assert_ok(registry_store_restore(m.folder, m.url, m.backup, &e));
        nothing_is_left_over(&m);
        backup_is_of_version(&m, version);
        is_that_registry(&m, w);
        end_move(&m);
    }
}

static void a_backup_of_a_newer_program_is_refused_and_leaves_nothing(void **state)
{
    struct arrivals *w = *state;
    struct errctx e;
    struct move m;
    struct db *db = NULL;
    begin_move(&m, w, *REGISTRY_DB.migration_count);
    assert_ok(db_open(m.backup, DB_WRITE, &REGISTRY_DB, &db, &e));
    assert_ok(db_exec(db, "PRAGMA user_version = 99", &e));
    db_close(db);
    assert_err(registry_store_restore(m.folder, m.url, m.backup, &e), ERR_CONFIG, "newer program");
    nothing_is_left_over(&m);
    char path[96];
    path_in(path, m.folder, "registry.db");
    assert_int_not_equal(access(path, F_OK), 0);
    path_in(path, m.folder, "store");
    assert_int_not_equal(access(path, F_OK), 0);
    end_move(&m);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, arrivals_set_up, arrivals_tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(a_backup_of_any_older_schema_is_restored),
        TEST(a_backup_of_a_newer_program_is_refused_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
