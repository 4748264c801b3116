/* A laptop that finds itself copied, or its code taken, goes on as another device over the real link. */
#include "tests/lib/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/store/inside.h"
#include "schema/base/file.h"
#include "tests/lib/laptop.h"
#include "tests/lib/test.h"

enum {
    MANY = 300 /* entries that a copy writes before anybody notices */
};

struct lives {
    struct world w;
    struct registry_store *desk; /* the registry as another process has it */
    struct laptop l;
    struct sync_options o;
    char code[INVITATION_CODE_BYTES];
};

static struct sync_options options_of(struct lives *v, struct store *s)
{
    struct sync_options o = v->w.options;
    o.db = store_db(s);
    o.me = store_device(s);
    o.told = store_told;
    o.judged = store_judged;
    o.told_arg = s;
    o.forget = store_forget;
    o.become = store_become;
    return o;
}

static int set_up(void **state)
{
    static const char *const districts[] = {"SL-E"};
    struct lives *v = mem_zero(1, sizeof *v);
    struct errctx e;
    world_make(&v->w);
    assert_ok(registry_store_open(v->w.registry_path, DB_WRITE, &v->desk, &e));
    laptop_open(&v->l);
    v->o = options_of(v, v->l.store);
    assert_ok(registry_store_invite(v->desk, "Kono", districts, 1, 0, v->o.now(), v->code, &e));
    *state = v;
    return 0;
}

static int tear_down(void **state)
{
    struct lives *v = *state;
    struct errctx e;
    assert_ok(store_verify(v->l.store, NULL, NULL, &e));
    assert_ok(registry_store_verify(v->desk, 0, NULL, NULL, &e));
    laptop_close(&v->l);
    registry_store_close(v->desk);
    world_done(&v->w);
    free(v);
    return 0;
}

static struct sync_result sync_one(const struct sync_options *o)
{
    struct sync_result result;
    struct errctx e;
    assert_ok(sync_run(o, &result, &e));
    return result;
}

/* Another laptop drew the same six characters before. */
static void take_code(struct lives *v, uint32_t number)
{
    struct ledger *ledger = registry_store_ledger(v->desk);
    struct ledger_device other = {.number = number, .name = "another", .enrolled_at = 1, .seen_at = 1};
    struct errctx e;
    memset(other.key, 7, KEY_BYTES);
    chain_start(other.key, &other.chain);
    assert_ok(ledger->begin(ledger->arg, &e));
    assert_ok(ledger->add_device(ledger->arg, &other, &e));
    assert_ok(ledger->commit(ledger->arg, &e));
}

static int64_t diggers_held(struct lives *v)
{
    struct errctx e;
    int64_t count = 0;
    assert_ok(db_one_int(v->desk->db, "SELECT count(*) FROM digger", 0, &count, &e));
    return count;
}

static void a_laptop_whose_code_is_taken_enrols_with_another_key(void **state)
{
    struct lives *v = *state;
    struct errctx e;
    uint32_t before = store_device(v->l.store)->number;
    (void)laptop_digger(&v->l, "Sahr Kamara");
    take_code(v, before);
    assert_ok(sync_enrol(&v->o, v->w.url, v->code, &e));
    assert_int_not_equal(store_device(v->l.store)->number, before);
    struct sync_result result = sync_one(&v->o);
    assert_int_equal(result.sent, 2);
    assert_int_equal(diggers_held(v), 1);
}

/* Copies database and key as they lie on the disk, and opens the copy. */
static struct store *copy_disk(struct lives *v, char path[160])
{
    static const char *const endings[] = {".db", ".key"};
    struct errctx e;
    struct store *s = NULL;
    store_close(v->l.store);
    for (size_t i = 0; i < 2; i++) {
        struct buf bytes = {0};
        char from[160];
        (void)snprintf(from, sizeof from, "%.*s%s", (int)(strlen(v->l.path) - strlen(".db")), v->l.path,
                       endings[i]);
        (void)snprintf(path, 160, "%.60s/copy%s", v->l.folder, endings[i]);
        assert_ok(file_read(from, 64 * 1024 * 1024, &bytes, &e));
        assert_ok(file_write(path, bytes.data, bytes.len, 0600, &e));
        buf_done(&bytes);
    }
    (void)snprintf(path, 160, "%.60s/copy.db", v->l.folder);
    assert_ok(store_open(v->l.path, STORE_WRITE, &v->l.store, &e));
    v->o = options_of(v, v->l.store);
    assert_ok(store_open(path, STORE_WRITE, &s, &e));
    return s;
}

static void write_many(struct lives *v, struct store *s, int count)
{
    struct errctx e;
    struct store *own = v->l.store;
    assert_ok(store_begin(s, &e));
    v->l.store = s;
    for (int i = 0; i < count; i++)
        (void)laptop_digger(&v->l, "Sahr Kamara");
    v->l.store = own;
    assert_ok(store_commit(s, &e));
}

static void a_copy_that_is_noticed_late_finds_the_very_last_entry_in_common(void **state)
{
    struct lives *v = *state;
    struct errctx e;
    struct store_life life;
    char path[160];
    assert_ok(sync_enrol(&v->o, v->w.url, v->code, &e));
    write_many(v, v->l.store, 37);
    (void)sync_one(&v->o);
    struct store *copy = copy_disk(v, path);
    struct sync_options of_copy = options_of(v, copy);
    write_many(v, v->l.store, MANY);
    (void)sync_one(&v->o);
    write_many(v, copy, MANY);
    struct sync_result result = sync_one(&of_copy);
    assert_int_equal(result.became, 1);
    assert_int_equal(result.again, MANY);
    assert_int_equal(diggers_held(v), 37 + 2 * MANY);
    assert_ok(store_past_life(copy, &life, &e));
    assert_string_equal(life.device, store_device(v->l.store)->code);
    /* Both go on. */
    write_many(v, v->l.store, 1);
    write_many(v, copy, 1);
    assert_int_equal(sync_one(&v->o).became, 0);
    assert_int_equal(sync_one(&of_copy).became, 0);
    assert_int_equal(diggers_held(v), 37 + 2 * MANY + 2);
    assert_ok(store_verify(copy, NULL, NULL, &e));
    store_close(copy);
}

/* The other copy had written the same entries: they were copied with the disk. */
static void entries_that_both_copies_hold_unsent_count_once(void **state)
{
    struct lives *v = *state;
    struct errctx e;
    char path[160];
    assert_ok(sync_enrol(&v->o, v->w.url, v->code, &e));
    (void)sync_one(&v->o);
    write_many(v, v->l.store, 5);
    struct store *copy = copy_disk(v, path);
    struct sync_options of_copy = options_of(v, copy);
    write_many(v, copy, 2);
    (void)sync_one(&of_copy);
    write_many(v, v->l.store, 3);
    struct sync_result result = sync_one(&v->o);
    assert_int_equal(result.became, 1);
    assert_int_equal(result.again, 3);
    assert_int_equal(diggers_held(v), 10);
    store_close(copy);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_laptop_whose_code_is_taken_enrols_with_another_key),
        TEST(a_copy_that_is_noticed_late_finds_the_very_last_entry_in_common),
        TEST(entries_that_both_copies_hold_unsent_count_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
