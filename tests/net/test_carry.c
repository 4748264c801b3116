#include "tests/lib/world.h"

#include <stdio.h>
#include <stdlib.h>

#include "schema/base/file.h"
#include "sync/server/ingest.h"
#include "tests/lib/test.h"

/* The road without a network: invitation in, sealed batches out, receipts in. */

struct files {
    char *paths[16];
    int count;
};

static void keep_path(void *arg, const char *path, int64_t first, int64_t last)
{
    struct files *f = arg;
    assert_true(first <= last);
    assert_true(f->count < 16);
    f->paths[f->count++] = str_dup(path);
}

static void files_done(struct files *f)
{
    for (int i = 0; i < f->count; i++)
        free(f->paths[i]);
    *f = (struct files){0};
}

/* An invitation as `invite --out` writes it. */
static void write_invitation(struct world *w, const struct device *by, struct buf *packed)
{
    struct errctx e;
    struct buf plain = {0};
    struct invitation i = {.registry = by->number, .expires = w->options.now() + 86400, .at = 1};
    memcpy(i.key, by->key, KEY_BYTES);
    (void)snprintf(i.name, sizeof i.name, "Ministry of Mines");
    (void)snprintf(i.country, sizeof i.country, "SL");
    (void)snprintf(i.url, sizeof i.url, "%s/", w->url);
    (void)snprintf(i.code, sizeof i.code, "%s", w->code);
    (void)snprintf(i.incarnation, sizeof i.incarnation, "%s",
                   registry_store_identity(w->registry)->incarnation);
    invitation_write(&i, &plain);
    container_sign(&plain, by);
    assert_ok(container_pack(&plain, NULL, 0, packed, &e));
    buf_done(&plain);
}

static void accept_invitation(struct world *w)
{
    struct errctx e;
    struct buf packed = {0};
    struct invitation taken;
    write_invitation(w, registry_store_device(w->registry), &packed);
    assert_ok(sync_accept_invitation(&w->options, packed.data, packed.len, &taken, &e));
    assert_string_equal(taken.name, "Ministry of Mines");
    buf_done(&packed);
}

/* What `alluvia-registry import` does with one file; RECEIPT is what it writes beside it. */
static void import(struct world *w, const char *path, struct buf *receipt)
{
    struct errctx e;
    struct buf bytes = {0};
    struct ingested done = {0};
    struct problem problem = {0};
    struct ingest in = {.ledger = registry_store_ledger(w->registry),
                        .registry = registry_store_device(w->registry),
                        .now = w->options.now()};
    assert_ok(file_read(path, BATCH_MAX_COMPRESSED, &bytes, &e));
    assert_ok(ingest_batch(&in, bytes.data, bytes.len, 0, receipt, &done, &problem, &e));
    problem_done(&problem);
    buf_done(&bytes);
}

static void a_stick_carries_everything_and_its_receipt_counts(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct files files = {0};
    struct sync_result result;
    enum received what;
    world_make(&w);
    world_stop_registry(&w);
    accept_invitation(&w);
    world_write(&w, 6000);
    assert_ok(sync_carry(&w.options, w.folder, keep_path, &files, &e));
    assert_int_equal(files.count, 2);
    for (int i = 0; i < files.count; i++) {
        struct buf receipt = {0};
        import(&w, files.paths[i], &receipt);
        /* Carried is not sent: only the receipt moves anything. */
        assert_int_equal(world_link(&w).upto, i * 5000);
        assert_ok(sync_receive(&w.options, receipt.data, receipt.len, &what, &result, &e));
        assert_int_equal(what, RECEIVED_RECEIPT);
        assert_ok(sync_receive(&w.options, receipt.data, receipt.len, &what, &result, &e));
        assert_int_equal(what, RECEIVED_OLD_NEWS);
        buf_done(&receipt);
    }
    assert_true(world_link(&w).enrolled);
    world_assert_same(&w);
    files_done(&files);
    world_done(&w);
}

static void an_invitation_from_a_stick_enrols_with_the_first_batch(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct sync_result result;
    world_make(&w);
    accept_invitation(&w);
    assert_false(world_link(&w).enrolled);
    world_write(&w, 30);
    assert_ok(sync_run(&w.options, &result, &e));
    assert_int_equal(result.requests, 1);
    assert_true(world_link(&w).enrolled);
    world_assert_same(&w);
    world_done(&w);
}

static void a_stick_and_the_network_together_count_once(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    struct files files = {0};
    struct sync_result result;
    enum received what;
    struct buf receipt = {0};
    world_make_enrolled(&w);
    world_write(&w, 100);
    assert_ok(sync_carry(&w.options, w.folder, keep_path, &files, &e));
    world_write(&w, 100);
    assert_ok(sync_run(&w.options, &result, &e));
    world_stop_registry(&w);
    import(&w, files.paths[0], &receipt);
    world_assert_same(&w);
    assert_ok(sync_receive(&w.options, receipt.data, receipt.len, &what, &result, &e));
    world_assert_same(&w);
    buf_done(&receipt);
    files_done(&files);
    world_done(&w);
}

static void what_is_not_for_this_laptop_is_refused(void **state)
{
    (void)state;
    struct world w;
    struct world other;
    struct errctx e;
    struct files files = {0};
    enum received what;
    struct buf receipt = {0};
    struct buf bytes = {0};
    world_make_enrolled(&w);
    world_make_enrolled(&other);
    assert_ok(sync_carry(&other.options, other.folder, keep_path, &files, &e));
    world_stop_registry(&other);
    import(&other, files.paths[0], &receipt);
    assert_err(sync_receive(&w.options, receipt.data, receipt.len, &what, NULL, &e), ERR_PROTOCOL,
               "no receipt of registry");
    assert_ok(file_read(files.paths[0], BATCH_MAX_COMPRESSED, &bytes, &e));
    assert_err(sync_receive(&w.options, bytes.data, bytes.len, &what, NULL, &e), ERR_INVALID, "sealed batch");
    assert_err(sync_receive(&w.options, "hello", 5, &what, NULL, &e), ERR_PROTOCOL, "");
    assert_int_equal(world_link(&w).upto, 0);
    buf_done(&bytes);
    buf_done(&receipt);
    files_done(&files);
    world_done(&other);
    world_done(&w);
}

/* Whoever can lay a file on the stick must not lead the laptop elsewhere. */
static void an_invitation_of_another_registry_does_not_take_an_enrolled_laptop(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    enum received what;
    struct device stranger;
    struct buf packed = {0};
    static const uint8_t seed[SEED_BYTES] = {9};
    world_make_enrolled(&w);
    device_from_seed(seed, &stranger);
    invitation_code_make(stranger.key, w.code);
    write_invitation(&w, &stranger, &packed);
    assert_err(sync_receive(&w.options, packed.data, packed.len, &what, NULL, &e), ERR_CONFLICT,
               "enrolled with registry");
    buf_done(&packed);
    world_done(&w);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    struct world w;
    struct errctx e;
    world_make_enrolled(&w);
    assert_int_not_equal(sync_carry(&w.options, "/nowhere/at/all", NULL, NULL, &e), ERR_OK);
    world_done(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stick_carries_everything_and_its_receipt_counts),
        cmocka_unit_test(an_invitation_from_a_stick_enrols_with_the_first_batch),
        cmocka_unit_test(a_stick_and_the_network_together_count_once),
        cmocka_unit_test(what_is_not_for_this_laptop_is_refused),
        cmocka_unit_test(an_invitation_of_another_registry_does_not_take_an_enrolled_laptop),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
