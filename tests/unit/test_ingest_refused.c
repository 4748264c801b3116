/* What a registry refuses: what does not follow, is forged, damaged or from nobody that it knows. */
#include "tests/lib/test.h"

#include <stdlib.h>
#include <zstd.h>

#include "app/registry/store/inside.h"
#include "schema/base/base32.h"
#include "sync/batch/limits.h"
#include "tests/unit/arrivals.h"

static void a_gap_says_what_is_expected(void **state)
{
    struct arrivals *w = *state;
    struct problem problem = {0};
    sender_batch(&w->s, 7, 10, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_GAP, NULL, &problem);
    assert_string_equal(buf_str(&problem.extra), "\"expected\":6");
    problem_done(&problem);
    arrivals_hold(w, 5);
    arrivals_kept_apart_are(w, 0);
}

/* Another journal of the same device that has COMMON entries in common. */
static void fork_at(struct arrivals *w, struct sender *other, int64_t common, int64_t count)
{
    sender_init(other, 1, false);
    for (int64_t i = 2; i <= common; i++)
        (void)sender_add_line(other, w->s.lines[i]);
    while (other->count < count)
        (void)sender_add_coop(other, "Written on the copy");
}

static void a_copied_journal_is_found_wherever_it_parted(void **state)
{
    struct arrivals *w = *state;
    static const int64_t cases[][3] = {
        /* common, first, last */
        {3, 6, 8}, /* behind what is held: prev differs */
        {3, 3, 5}, /* inside */
        {3, 4, 8}, /* across the head */
        {4, 1, 8}, {1, 2, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sender other;
        struct problem problem = {0};
        fork_at(w, &other, cases[i][0], 8);
        sender_batch(&other, cases[i][1], cases[i][2], NULL, &w->packed);
        ministry_take(&w->m, &w->packed, PROBLEM_FORKED, NULL, &problem);
        assert_non_null(strstr(buf_str(&problem.extra), "\"upto\":5,\"chain\":{\"5\":\""));
        assert_non_null(strstr(buf_str(&problem.extra), "\"4\":\""));
        assert_non_null(strstr(buf_str(&problem.extra), "\"3\":\""));
        assert_non_null(strstr(buf_str(&problem.extra), "\"1\":\""));
        assert_null(strstr(buf_str(&problem.extra), "\"2\":\""));
        problem_done(&problem);
        sender_done(&other);
        arrivals_hold(w, 5);
    }
    arrivals_kept_apart_are(w, sizeof cases / sizeof cases[0]);
}

/* --- what is not what it must be */

static void a_forged_batch_is_refused_and_kept_once(void **state)
{
    struct arrivals *w = *state;
    struct sender thief;
    sender_init(&thief, 2, false);
    struct device honest = w->s.me;
    memcpy(w->s.me.secret, thief.me.secret, SECRET_BYTES);
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_BAD_SIGNATURE, NULL, NULL);
    ministry_take(&w->m, &w->packed, PROBLEM_BAD_SIGNATURE, NULL, NULL);
    w->s.me = honest;
    sender_done(&thief);
    arrivals_hold(w, 5);
    arrivals_kept_apart_are(w, 1);
}

static void pack(struct arrivals *w, struct buf *plain)
{
    struct errctx e;
    container_sign(plain, &w->s.me);
    buf_clear(&w->packed);
    assert_ok(container_pack(plain, NULL, 0, &w->packed, &e));
    buf_done(plain);
}

/* The plain batch 6 … 10 without its signature line, with FROM replaced by TO once (of the same length). */
static void plain_with(struct arrivals *w, const char *from, const char *to, struct buf *plain)
{
    sender_plain(&w->s, 6, 10, NULL, plain);
    char *at = strstr(plain->data, from);
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
    buf_truncate(plain, (size_t)(strrchr(plain->data, '{') - plain->data));
}

static void lines_that_do_not_fit_their_chain_are_refused(void **state)
{
    struct arrivals *w = *state;
    struct buf plain = {0};
    plain_with(w, "Cooperative 7", "Cooperative 0", &plain);
    pack(w, &plain);
    ministry_take(&w->m, &w->packed, PROBLEM_BAD_CHAIN, NULL, NULL);
    arrivals_hold(w, 5);
    arrivals_count_is(w, "SELECT count(*) FROM cooperative", 4);
    arrivals_count_is(w, "SELECT count(*) FROM batch", 1);
    arrivals_kept_apart_are(w, 1);
}

static void an_entry_out_of_form_is_refused_with_a_pointer(void **state)
{
    struct arrivals *w = *state;
    struct buf plain = {0};
    struct problem problem = {0};
    plain_with(w, "\"village\":\"Koidu\"", "\"village\":1234567", &plain);
    pack(w, &plain);
    ministry_take(&w->m, &w->packed, PROBLEM_BAD_ENTRY, NULL, &problem);
    assert_non_null(strstr(buf_str(&problem.extra), "\"pointer\":\"/6"));
    problem_done(&problem);
    arrivals_hold(w, 5);
    arrivals_kept_apart_are(w, 1);
}

static void only_entry_1_names_the_device(void **state)
{
    struct arrivals *w = *state;
    (void)sender_add_line(&w->s, w->s.lines[1]);
    arrivals_take(w, 6, 11, NULL, PROBLEM_BAD_ENTRY);
    arrivals_hold(w, 5);
}

static void a_batch_sealed_for_another_registry_is_refused(void **state)
{
    struct arrivals *w = *state;
    struct buf sealed = {0};
    struct errctx e;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    assert_ok(container_seal(w->packed.data, w->packed.len, w->s.me.key, &sealed, &e));
    ministry_take(&w->m, &sealed, PROBLEM_BAD_FORM, NULL, NULL);
    arrivals_hold(w, 5);
    buf_done(&sealed);
}

static void a_sealed_batch_that_is_damaged_is_refused(void **state)
{
    struct arrivals *w = *state;
    struct buf sealed = {0};
    struct errctx e;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    assert_ok(container_seal(w->packed.data, w->packed.len, w->m.ingest.registry->key, &sealed, &e));
    sealed.data[sealed.len - 1] ^= 1;
    ministry_take(&w->m, &sealed, PROBLEM_BAD_FORM, NULL, NULL);
    arrivals_hold(w, 5);
    buf_done(&sealed);
}

static void a_laptop_decides_nothing(void **state)
{
    struct arrivals *w = *state;
    struct problem problem = {0};
    (void)sender_add_line(&w->s,
                          "{\"at\":1795453320,\"by\":\"fatou\",\"op\":\"decide\",\"of\":\"cooperative\","
                          "\"id\":\"KMJE5V-3\",\"base\":\"KMJE5V-3\",\"is\":\"accepted\"}");
    sender_batch(&w->s, 6, 11, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_BAD_ENTRY, NULL, &problem);
    assert_string_equal(problem.detail, "a registry decides, not a laptop");
    assert_string_equal(buf_str(&problem.extra), "\"pointer\":\"/11/op\"");
    problem_done(&problem);
    arrivals_hold(w, 5);
    arrivals_kept_apart_are(w, 1);
}

/* Two keys of one code are one in a thousand million: the first one's is changed under the registry instead.
 */
static void another_key_of_the_same_code_is_told_to_make_its_laptop_anew(void **state)
{
    struct arrivals *w = *state;
    struct errctx e;
    struct db *db = w->m.store->db;
    char mine[2 * KEY_BYTES + 1];
    struct buf put_back = {0};
    hex_put(w->s.me.key, KEY_BYTES, mine);
    buf_printf(&put_back,
               db_is_file(db) ? "UPDATE device SET key = x'%s'" : "UPDATE device SET key = '\\x%s'", mine);
    assert_ok(db_exec(db,
                      db_is_file(db) ? "UPDATE device SET key = zeroblob(32)"
                                     : "UPDATE device SET key = decode(repeat('00', 32), 'hex')",
                      &e));
    arrivals_take(w, 1, 10, NULL, PROBLEM_CODE_TAKEN);
    arrivals_take(w, 1, 10, w->m.code, PROBLEM_CODE_TAKEN);
    arrivals_kept_apart_are(w, 0);
    assert_ok(db_exec(db, buf_str(&put_back), &e));
    buf_done(&put_back);
    arrivals_hold(w, 5);
    arrivals_take(w, 1, 10, NULL, PROBLEM_NONE);
}

/* Another process revokes it between the first look and the lock. */
static struct {
    struct arrivals *w;
    enum err (*begin)(void *arg, struct errctx *e);
} the_race;

static enum err revoke_and_begin(void *arg, struct errctx *e)
{
    if (registry_store_revoke(the_race.w->m.store, the_race.w->s.me.number, "stolen", MINISTRY_NOW, e) !=
        ERR_OK)
        return e->kind;
    return the_race.begin(arg, e);
}

static void a_laptop_that_is_revoked_meanwhile_is_refused_too(void **state)
{
    struct arrivals *w = *state;
    struct ledger racing = *w->m.ledger;
    the_race.w = w;
    the_race.begin = racing.begin;
    racing.begin = revoke_and_begin;
    w->m.ingest.ledger = &racing;
    arrivals_take(w, 6, 10, NULL, PROBLEM_REVOKED);
    w->m.ingest.ledger = w->m.ledger;
    arrivals_hold(w, 5);
    arrivals_kept_apart_are(w, 1);
}

static void a_revoked_device_is_kept_apart_and_nothing_is_lost(void **state)
{
    struct arrivals *w = *state;
    struct errctx e;
    assert_ok(registry_store_revoke(w->m.store, w->s.me.number, "stolen", MINISTRY_NOW, &e));
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_REVOKED, NULL, NULL);
    ministry_take(&w->m, &w->packed, PROBLEM_REVOKED, NULL, NULL);
    arrivals_hold(w, 5);
    arrivals_count_is(w, "SELECT count(*) FROM quarantine WHERE reason = 'revoked'", 1);
    assert_int_equal(ministry_count(&w->m, "SELECT length(bytes) FROM quarantine"), (int64_t)w->packed.len);
}

static void what_is_kept_apart_can_be_read_alone_and_is_kept_once(void **state)
{
    struct arrivals *w = *state;
    struct errctx e;
    struct buf alone = {0};
    enum problem_type type = PROBLEM_NONE;
    assert_ok(registry_store_revoke(w->m.store, w->s.me.number, "stolen", MINISTRY_NOW, &e));
    sender_batch(&w->s, 6, 10, NULL, &alone);
    assert_int_equal(arrivals_take_prefixed(w, ident_make(w->s.me.number, 6), &type), ERR_DENIED);
    assert_int_equal(type, PROBLEM_REVOKED);
    assert_int_equal(ministry_count(&w->m, "SELECT length(bytes) FROM quarantine"), (int64_t)alone.len);
    ministry_take(&w->m, &alone, PROBLEM_REVOKED, NULL, NULL);
    arrivals_count_is(w, "SELECT count(*) FROM quarantine", 1);
    buf_done(&alone);
}

static void of_a_batch_cut_short_nothing_is_taken(void **state)
{
    struct arrivals *w = *state;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    for (size_t len = 0; len < w->packed.len; len++) {
        struct buf cut = {.data = w->packed.data, .len = len};
        ministry_take(&w->m, &cut, PROBLEM_BAD_FORM, NULL, NULL);
    }
    arrivals_hold(w, 5);
}

/* A few bits of a frame say nothing; whatever they are, what is taken is what was signed. */
static void a_batch_with_any_byte_changed_is_refused_or_says_the_same(void **state)
{
    struct arrivals *w = *state;
    int64_t taken = 0;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    for (size_t i = 0; i < w->packed.len; i++) {
        struct buf receipt = {0};
        struct ingested done;
        struct problem problem = {0};
        struct errctx e;
        w->packed.data[i] ^= 0x20;
        enum err result =
            ingest_batch(&w->m.ingest, w->packed.data, w->packed.len, 0, &receipt, &done, &problem, &e);
        taken += result == ERR_OK;
        assert_true(problem.type != PROBLEM_INTERNAL);
        assert_int_equal(result == ERR_OK, problem.type == PROBLEM_NONE);
        w->packed.data[i] ^= 0x20;
        problem_done(&problem);
        buf_done(&receipt);
    }
    assert_true(taken < (int64_t)w->packed.len / 50);
    arrivals_bytes_are_the_senders(w, taken ? 10 : 5);
}

static void what_is_longer_than_any_batch_is_not_looked_at(void **state)
{
    struct arrivals *w = *state;
    size_t len = (size_t)BATCH_MAX_COMPRESSED + 1;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    memset(buf_reserve(&w->packed, len), 0, len);
    buf_truncate(&w->packed, w->packed.len + len);
    ministry_take(&w->m, &w->packed, PROBLEM_TOO_LARGE, NULL, NULL);
    arrivals_hold(w, 5);
    arrivals_kept_apart_are(w, 0);
}

static void a_bomb_is_refused_before_it_is_large(void **state)
{
    struct arrivals *w = *state;
    size_t len = 65 * 1024 * 1024;
    char *zeros = mem_zero(1, len);
    buf_clear(&w->packed);
    size_t room = ZSTD_compressBound(len);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    (void)ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    w->packed.len = ZSTD_compress2(zstd, buf_reserve(&w->packed, room), room, zeros, len);
    ZSTD_freeCCtx(zstd);
    assert_false(ZSTD_isError(w->packed.len));
    free(zeros);
    ministry_take(&w->m, &w->packed, PROBLEM_TOO_LARGE, NULL, NULL);
}

/* --- enrolment by the first batch */

static void a_stranger_without_a_code_is_not_enrolled(void **state)
{
    struct arrivals *w = *state;
    struct sender other;
    sender_init(&other, 3, false);
    sender_batch(&other, 1, 1, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NOT_ENROLLED, NULL, NULL);
    (void)sender_add_coop(&other, "Unknown");
    sender_batch(&other, 2, 2, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NOT_ENROLLED, NULL, NULL);
    arrivals_hold(w, 5);
    arrivals_kept_apart_are(w, 0);
    sender_done(&other);
}

static void a_code_works_once(void **state)
{
    struct arrivals *w = *state;
    struct sender other;
    sender_init(&other, 3, false);
    sender_batch(&other, 1, 1, w->m.code, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_INVITATION, NULL, NULL);
    sender_batch(&other, 1, 1, "ABCD-EFGH-JKMN-PQRS", &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_INVITATION, NULL, NULL);
    arrivals_count_is(w, "SELECT count(*) FROM device", 1);
    sender_done(&other);
}

static void a_refused_first_batch_does_not_use_up_the_code(void **state)
{
    struct arrivals *w = *state;
    struct sender other;
    char code[INVITATION_CODE_BYTES];
    struct errctx e;
    assert_ok(registry_store_invite(w->m.store, "Koidu 2", NULL, 0, 0, MINISTRY_NOW, code, &e));
    sender_init(&other, 3, true);
    sender_batch(&other, 1, 1, code, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_TRAINING, NULL, NULL);
    arrivals_count_is(w, "SELECT count(*) FROM device", 1);
    arrivals_count_is(w, "SELECT count(*) FROM invitation WHERE used_at = 0", 1);
    sender_done(&other);
    sender_init(&other, 4, false);
    sender_batch(&other, 1, 1, code, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, NULL, NULL);
    sender_done(&other);
}

static void an_expired_code_is_refused_with_its_day(void **state)
{
    struct arrivals *w = *state;
    struct sender other;
    struct problem problem = {0};
    char code[INVITATION_CODE_BYTES];
    struct errctx e;
    assert_ok(
        registry_store_invite(w->m.store, "Koidu 2", NULL, 0, MINISTRY_NOW - 1, MINISTRY_NOW - 9, code, &e));
    sender_init(&other, 3, false);
    sender_batch(&other, 1, 1, code, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_INVITATION, NULL, &problem);
    assert_non_null(strstr(problem.detail, "expired on 2026-11-24"));
    problem_done(&problem);
    sender_done(&other);
}

static void a_training_registry_takes_training_laptops_alone(void **state)
{
    struct arrivals *w = *state;
    struct sender real;
    sender_init(&real, 9, false);
    sender_batch(&real, 1, 1, w->m.code, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_TRAINING, NULL, NULL);
    arrivals_hold(w, 0);
    arrivals_take(w, 1, 10, w->m.code, PROBLEM_NONE);
    arrivals_hold(w, 10);
    sender_done(&real);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, arrivals_set_up, arrivals_tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(a_gap_says_what_is_expected),
        TEST(a_copied_journal_is_found_wherever_it_parted),
        TEST(a_forged_batch_is_refused_and_kept_once),
        TEST(lines_that_do_not_fit_their_chain_are_refused),
        TEST(an_entry_out_of_form_is_refused_with_a_pointer),
        TEST(only_entry_1_names_the_device),
        TEST(a_batch_sealed_for_another_registry_is_refused),
        TEST(a_sealed_batch_that_is_damaged_is_refused),
        TEST(a_laptop_decides_nothing),
        TEST(another_key_of_the_same_code_is_told_to_make_its_laptop_anew),
        TEST(a_laptop_that_is_revoked_meanwhile_is_refused_too),
        TEST(a_revoked_device_is_kept_apart_and_nothing_is_lost),
        TEST(what_is_kept_apart_can_be_read_alone_and_is_kept_once),
        TEST(of_a_batch_cut_short_nothing_is_taken),
        TEST(a_batch_with_any_byte_changed_is_refused_or_says_the_same),
        TEST(what_is_longer_than_any_batch_is_not_looked_at),
        TEST(a_bomb_is_refused_before_it_is_large),
        TEST(a_stranger_without_a_code_is_not_enrolled),
        TEST(a_code_works_once),
        TEST(a_refused_first_batch_does_not_use_up_the_code),
        TEST(an_expired_code_is_refused_with_its_day),
        cmocka_unit_test_setup_teardown(a_training_registry_takes_training_laptops_alone,
                                        arrivals_set_up_training, arrivals_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
