#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "app/registry/store/inside.h"
#include "schema/base/file.h"
#include "sync/server/receipts.h"
#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"

/* A registry and a device with ten entries, five of them sent. */
struct world {
    struct ministry m;
    struct sender s;
    struct buf packed;
};

static void count_is(struct world *w, const char *sql, int64_t expected)
{
    assert_int_equal(ministry_count(&w->m, sql), expected);
}

static void holds(struct world *w, int64_t entries)
{
    count_is(w, "SELECT count(*) FROM entry", entries);
    count_is(w, "SELECT coalesce(sum(upto), 0) FROM device", entries);
}

static void keeps_apart(struct world *w, int64_t batches)
{
    count_is(w, "SELECT count(*) FROM quarantine", batches);
}

static void take(struct world *w, int64_t first, int64_t last, const char *code, enum problem_type type)
{
    sender_batch(&w->s, first, last, code, &w->packed);
    ministry_take(&w->m, &w->packed, type, NULL, NULL);
}

static void begin(struct world *w, bool training)
{
    *w = (struct world){0};
    ministry_init(&w->m, training);
    sender_init(&w->s, 1, training);
    for (int i = 2; i <= 10; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "Cooperative %d", i);
        (void)sender_add_coop(&w->s, name);
    }
}

static int set_up(void **state)
{
    struct world *w = malloc(sizeof *w);
    begin(w, false);
    take(w, 1, 5, w->m.code, PROBLEM_NONE);
    *state = w;
    return 0;
}

static int set_up_training(void **state)
{
    struct world *w = malloc(sizeof *w);
    begin(w, true);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    struct errctx e;
    /* Whatever a test did, what is held must be whole. */
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
    buf_done(&w->packed);
    sender_done(&w->s);
    ministry_done(&w->m);
    free(w);
    return 0;
}

/* --- what is taken */

static void the_first_batch_enrols_its_device(void **state)
{
    struct world *w = *state;
    struct ledger_device device;
    struct errctx e;
    holds(w, 5);
    count_is(w, "SELECT count(*) FROM cooperative", 4);
    assert_ok(w->m.ledger->device(w->m.ledger->arg, w->s.me.number, &device, &e));
    assert_string_equal(device.name, "Koidu 1");
    assert_int_equal(device.district_count, 1);
    assert_string_equal(device.districts[0], "SL-E");
    assert_int_equal(device.enrolled_at, MINISTRY_NOW);
    assert_memory_equal(device.chain.value, w->s.chain[5].value, CHAIN_BYTES);
}

static void a_receipt_says_how_far_the_chain_is_held(void **state)
{
    struct world *w = *state;
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

static void bytes_are_the_senders(struct world *w, int64_t count)
{
    struct stmt *stmt = NULL;
    struct errctx e;
    bool row = true;
    holds(w, count);
    assert_ok(db_prepare(w->m.store->db, "SELECT bytes FROM entry ORDER BY id", &stmt, &e));
    for (int64_t i = 1; i <= count; i++) {
        assert_ok(stmt_step(stmt, &row, &e));
        assert_string_equal(stmt_text(stmt, 0), w->s.lines[i]);
    }
    stmt_done(stmt);
}

static void the_bytes_are_kept_as_they_were_written(void **state)
{
    struct world *w = *state;
    take(w, 6, 10, NULL, PROBLEM_NONE);
    bytes_are_the_senders(w, 10);
}

static void the_same_batch_again_changes_nothing_and_gets_the_same_receipt(void **state)
{
    struct world *w = *state;
    struct receipt once;
    struct receipt again;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, &once, NULL);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, &again, NULL);
    assert_memory_equal(&once, &again, sizeof once);
    holds(w, 10);
    count_is(w, "SELECT count(*) FROM batch", 2);
}

static void the_first_batch_again_is_no_second_enrolment(void **state)
{
    struct world *w = *state;
    take(w, 1, 5, w->m.code, PROBLEM_NONE);
    holds(w, 5);
    count_is(w, "SELECT count(*) FROM device", 1);
}

static void of_an_overlapping_batch_only_the_new_entries_count(void **state)
{
    struct world *w = *state;
    take(w, 3, 8, NULL, PROBLEM_NONE);
    holds(w, 8);
    count_is(w, "SELECT count(*) FROM cooperative", 7);
    take(w, 1, 10, NULL, PROBLEM_NONE);
    holds(w, 10);
}

static void a_batch_inside_what_is_held_gets_its_receipt(void **state)
{
    struct world *w = *state;
    take(w, 2, 4, NULL, PROBLEM_NONE);
    holds(w, 5);
    count_is(w, "SELECT count(*) FROM batch", 1);
}

static void a_sealed_batch_is_opened(void **state)
{
    struct world *w = *state;
    struct buf sealed = {0};
    struct errctx e;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    assert_ok(container_seal(w->packed.data, w->packed.len, w->m.ingest.registry->key, &sealed, &e));
    ministry_take(&w->m, &sealed, PROBLEM_NONE, NULL, NULL);
    holds(w, 10);
    buf_done(&sealed);
}

static void a_batch_sealed_for_another_registry_is_refused(void **state)
{
    struct world *w = *state;
    struct buf sealed = {0};
    struct errctx e;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    assert_ok(container_seal(w->packed.data, w->packed.len, w->s.me.key, &sealed, &e));
    ministry_take(&w->m, &sealed, PROBLEM_BAD_FORM, NULL, NULL);
    holds(w, 5);
    buf_done(&sealed);
}

static enum err take_prefixed(struct world *w, int64_t prefix_before, enum problem_type *type)
{
    struct buf receipt = {0};
    struct ingested done;
    struct problem problem = {0};
    struct errctx e;
    sender_prefixed_batch(&w->s, 6, 10, &w->packed);
    enum err result = ingest_batch(&w->m.ingest, w->packed.data, w->packed.len, prefix_before, &receipt,
                                   &done, &problem, &e);
    *type = problem.type;
    problem_done(&problem);
    buf_done(&receipt);
    return result;
}

static void a_prefix_that_is_held_is_found_by_its_number(void **state)
{
    struct world *w = *state;
    enum problem_type type = PROBLEM_NONE;
    assert_int_equal(take_prefixed(w, ident_make(w->s.me.number, 6), &type), ERR_OK);
    holds(w, 10);
}

static void a_prefix_that_is_not_held_is_asked_for_without(void **state)
{
    struct world *w = *state;
    static const int64_t wrong[] = {1, 5, 7, 4000000000};
    enum problem_type type = PROBLEM_NONE;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(take_prefixed(w, ident_make(w->s.me.number, (uint32_t)wrong[i]), &type),
                         ERR_PROTOCOL);
        assert_int_equal(type, PROBLEM_UNKNOWN_PREFIX);
    }
    assert_int_equal(take_prefixed(w, 0, &type), ERR_PROTOCOL);
    assert_int_equal(type, PROBLEM_UNKNOWN_PREFIX);
    holds(w, 5);
}

static void a_long_journal_has_a_prefix_of_128_kib(void **state)
{
    struct world *w = *state;
    struct buf prefix = {0};
    struct buf expected = {0};
    struct errctx e;
    while (w->s.count < 1200)
        (void)sender_add_coop(&w->s, "Association des artisans miniers");
    take(w, 6, 1200, NULL, PROBLEM_NONE);
    for (int64_t i = 1; i < 1200; i++)
        buf_printf(&expected, "%s\n", w->s.lines[i]);
    assert_ok(w->m.ledger->prefix(w->m.ledger->arg, w->s.me.number, 1200, &prefix, &e));
    assert_int_equal(prefix.len, BATCH_PREFIX_BYTES);
    assert_memory_equal(prefix.data, expected.data + expected.len - prefix.len, prefix.len);
    buf_done(&prefix);
    buf_done(&expected);
}

/* --- what is said of records */

static void a_record_with_a_fault_is_flagged_and_holds_nothing_up(void **state)
{
    struct world *w = *state;
    (void)sender_add_unnamed_coop(&w->s);
    (void)sender_add_coop(&w->s, "Behind it");
    take(w, 6, 12, NULL, PROBLEM_NONE);
    holds(w, 12);
    count_is(w, "SELECT count(*) FROM cooperative", 11);
    count_is(w, "SELECT entry & 4294967295 FROM disposition WHERE state = 'flagged'", 11);
    count_is(w, "SELECT count(*) FROM finding WHERE field = 'name'", 1);
}

static void a_record_that_was_entered_late_is_flagged(void **state)
{
    struct world *w = *state;
    (void)sender_add_line(&w->s,
                          "{\"at\":1795452245,\"by\":\"amina\",\"op\":\"add\",\"of\":\"inspection\",\"v\":{"
                          "\"date\":\"2026-01-05\",\"site\":\"7K4QXM-3\",\"inspectors\":\"A. Jalloh\","
                          "\"announced\":false,\"licence_shown\":true,\"men\":3,\"women\":1,\"under_15\":0,"
                          "\"aged_15_17\":0,\"notebook\":\"up_to_date\",\"finding\":\"none\"}}");
    take(w, 6, 11, NULL, PROBLEM_NONE);
    count_is(w, "SELECT count(*) FROM finding WHERE rule = 'inspection.late'", 1);
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
    struct world *w = *state;
    (void)sender_add_unnamed_coop(&w->s);
    take(w, 6, 11, NULL, PROBLEM_NONE);
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
    struct world *w = *state;
    int64_t n = sender_amend_coop(&w->s, 2, 2, "Yengema");
    take(w, 6, n, NULL, PROBLEM_NONE);
    count_is(w, "SELECT count(*) FROM cooperative WHERE village = 'Yengema' AND version & 4294967295 = 11",
             1);
    count_is(w, "SELECT count(*) FROM disposition", 0);
}

static void an_amendment_of_what_is_not_here_is_flagged(void **state)
{
    struct world *w = *state;
    int64_t n = sender_amend_coop(&w->s, 900, 900, "Tongo");
    take(w, 6, n, NULL, PROBLEM_NONE);
    holds(w, 11);
    count_is(w, "SELECT count(*) FROM finding WHERE rule = 'orphan'", 1);
}

/* --- what is refused */

static void a_gap_says_what_is_expected(void **state)
{
    struct world *w = *state;
    struct problem problem = {0};
    sender_batch(&w->s, 7, 10, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_GAP, NULL, &problem);
    assert_string_equal(buf_str(&problem.extra), "\"expected\":6");
    problem_done(&problem);
    holds(w, 5);
    keeps_apart(w, 0);
}

/* Another journal of the same device that has COMMON entries in common. */
static void fork_at(struct world *w, struct sender *other, int64_t common, int64_t count)
{
    sender_init(other, 1, false);
    for (int64_t i = 2; i <= common; i++)
        (void)sender_add_line(other, w->s.lines[i]);
    while (other->count < count)
        (void)sender_add_coop(other, "Written on the copy");
}

static void a_copied_journal_is_found_wherever_it_parted(void **state)
{
    struct world *w = *state;
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
        holds(w, 5);
    }
    keeps_apart(w, sizeof cases / sizeof cases[0]);
}

static void a_forged_batch_is_refused_and_kept_once(void **state)
{
    struct world *w = *state;
    struct sender thief;
    sender_init(&thief, 2, false);
    struct device honest = w->s.me;
    memcpy(w->s.me.secret, thief.me.secret, SECRET_BYTES);
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_BAD_SIGNATURE, NULL, NULL);
    ministry_take(&w->m, &w->packed, PROBLEM_BAD_SIGNATURE, NULL, NULL);
    w->s.me = honest;
    sender_done(&thief);
    holds(w, 5);
    keeps_apart(w, 1);
}

static void pack(struct world *w, struct buf *plain)
{
    struct errctx e;
    container_sign(plain, &w->s.me);
    buf_clear(&w->packed);
    assert_ok(container_pack(plain, NULL, 0, &w->packed, &e));
    buf_done(plain);
}

/* The plain batch 6 … 10 without its signature line, with FROM replaced by TO once (of the same length). */
static void plain_with(struct world *w, const char *from, const char *to, struct buf *plain)
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
    struct world *w = *state;
    struct buf plain = {0};
    plain_with(w, "Cooperative 7", "Cooperative 0", &plain);
    pack(w, &plain);
    ministry_take(&w->m, &w->packed, PROBLEM_BAD_CHAIN, NULL, NULL);
    holds(w, 5);
    count_is(w, "SELECT count(*) FROM cooperative", 4);
    count_is(w, "SELECT count(*) FROM batch", 1);
    keeps_apart(w, 1);
}

static void an_entry_out_of_form_is_refused_with_a_pointer(void **state)
{
    struct world *w = *state;
    struct buf plain = {0};
    struct problem problem = {0};
    plain_with(w, "\"village\":\"Koidu\"", "\"village\":1234567", &plain);
    pack(w, &plain);
    ministry_take(&w->m, &w->packed, PROBLEM_BAD_ENTRY, NULL, &problem);
    assert_non_null(strstr(buf_str(&problem.extra), "\"pointer\":\"/6"));
    problem_done(&problem);
    holds(w, 5);
    keeps_apart(w, 1);
}

static void only_entry_1_names_the_device(void **state)
{
    struct world *w = *state;
    (void)sender_add_line(&w->s, w->s.lines[1]);
    take(w, 6, 11, NULL, PROBLEM_BAD_ENTRY);
    holds(w, 5);
}

static void a_revoked_device_is_kept_apart_and_nothing_is_lost(void **state)
{
    struct world *w = *state;
    struct errctx e;
    assert_ok(registry_store_revoke(w->m.store, w->s.me.number, "stolen", MINISTRY_NOW, &e));
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_REVOKED, NULL, NULL);
    ministry_take(&w->m, &w->packed, PROBLEM_REVOKED, NULL, NULL);
    holds(w, 5);
    count_is(w, "SELECT count(*) FROM quarantine WHERE reason = 'revoked'", 1);
    assert_int_equal(ministry_count(&w->m, "SELECT length(bytes) FROM quarantine"), (int64_t)w->packed.len);
}

static void what_is_kept_apart_can_be_read_alone_and_is_kept_once(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct buf alone = {0};
    enum problem_type type = PROBLEM_NONE;
    assert_ok(registry_store_revoke(w->m.store, w->s.me.number, "stolen", MINISTRY_NOW, &e));
    sender_batch(&w->s, 6, 10, NULL, &alone);
    assert_int_equal(take_prefixed(w, ident_make(w->s.me.number, 6), &type), ERR_DENIED);
    assert_int_equal(type, PROBLEM_REVOKED);
    assert_int_equal(ministry_count(&w->m, "SELECT length(bytes) FROM quarantine"), (int64_t)alone.len);
    ministry_take(&w->m, &alone, PROBLEM_REVOKED, NULL, NULL);
    count_is(w, "SELECT count(*) FROM quarantine", 1);
    buf_done(&alone);
}

static void of_a_batch_cut_short_nothing_is_taken(void **state)
{
    struct world *w = *state;
    sender_batch(&w->s, 6, 10, NULL, &w->packed);
    for (size_t len = 0; len < w->packed.len; len++) {
        struct buf cut = {.data = w->packed.data, .len = len};
        ministry_take(&w->m, &cut, PROBLEM_BAD_FORM, NULL, NULL);
    }
    holds(w, 5);
}

/* A few bits of a frame say nothing; whatever they are, what is taken is what was signed. */
static void a_batch_with_any_byte_changed_is_refused_or_says_the_same(void **state)
{
    struct world *w = *state;
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
    bytes_are_the_senders(w, taken ? 10 : 5);
}

static void a_bomb_is_refused_before_it_is_large(void **state)
{
    struct world *w = *state;
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
    struct world *w = *state;
    struct sender other;
    sender_init(&other, 3, false);
    sender_batch(&other, 1, 1, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NOT_ENROLLED, NULL, NULL);
    (void)sender_add_coop(&other, "Unknown");
    sender_batch(&other, 2, 2, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NOT_ENROLLED, NULL, NULL);
    holds(w, 5);
    keeps_apart(w, 0);
    sender_done(&other);
}

static void a_code_works_once(void **state)
{
    struct world *w = *state;
    struct sender other;
    sender_init(&other, 3, false);
    sender_batch(&other, 1, 1, w->m.code, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_INVITATION, NULL, NULL);
    sender_batch(&other, 1, 1, "ABCD-EFGH-JKMN-PQRS", &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_INVITATION, NULL, NULL);
    count_is(w, "SELECT count(*) FROM device", 1);
    sender_done(&other);
}

static void a_refused_first_batch_does_not_use_up_the_code(void **state)
{
    struct world *w = *state;
    struct sender other;
    char code[INVITATION_CODE_BYTES];
    struct errctx e;
    assert_ok(registry_store_invite(w->m.store, "Koidu 2", NULL, 0, 0, MINISTRY_NOW, code, &e));
    sender_init(&other, 3, true);
    sender_batch(&other, 1, 1, code, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_TRAINING, NULL, NULL);
    count_is(w, "SELECT count(*) FROM device", 1);
    count_is(w, "SELECT count(*) FROM invitation WHERE used_at = 0", 1);
    sender_done(&other);
    sender_init(&other, 4, false);
    sender_batch(&other, 1, 1, code, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, NULL, NULL);
    sender_done(&other);
}

static void an_expired_code_is_refused_with_its_day(void **state)
{
    struct world *w = *state;
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
    struct world *w = *state;
    struct sender real;
    sender_init(&real, 9, false);
    sender_batch(&real, 1, 1, w->m.code, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_TRAINING, NULL, NULL);
    holds(w, 0);
    take(w, 1, 10, w->m.code, PROBLEM_NONE);
    holds(w, 10);
    sender_done(&real);
}

/* --- two processes */

static void a_second_process_sees_what_the_first_took(void **state)
{
    struct world *w = *state;
    struct registry_store *second = NULL;
    struct buf receipt = {0};
    struct ingested done;
    struct problem problem = {0};
    struct errctx e;
    assert_ok(registry_store_open(w->m.folder, DB_WRITE, &second, &e));
    take(w, 6, 8, NULL, PROBLEM_NONE);
    struct ingest other = w->m.ingest;
    other.ledger = registry_store_ledger(second);
    sender_batch(&w->s, 5, 10, NULL, &w->packed);
    assert_ok(ingest_batch(&other, w->packed.data, w->packed.len, 0, &receipt, &done, &problem, &e));
    assert_int_equal(done.fresh, 2);
    buf_done(&receipt);
    registry_store_close(second);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, NULL, NULL);
    holds(w, 10);
}

static void damage_is_found_by_verify(void **state)
{
    struct world *w = *state;
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
    struct world *w = *state;
    struct errctx e;
    struct registry_store *copy = NULL;
    struct registry_source ours;
    struct registry_source theirs;
    char folder[] = "/tmp/alluvia-backup-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct buf path = {0};
    file_join(&path, folder, "registry.db");
    take(w, 6, 10, NULL, PROBLEM_NONE);
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
    struct world *w = *state;
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
    take(w, 4, 10, NULL, PROBLEM_NONE);
    holds(w, 10);
    bytes_are_the_senders(w, 10);
    count_is(w, "SELECT count(*) FROM entry_2026", 5);
    count_is(w, "SELECT count(*) FROM entry_rest", 5);
    assert_err(db_exec(db, "DELETE FROM entry_2026", &e), ERR_CONFLICT, "never removed");
}

/* As schema/registry/SCALING.md says. */
static void records_may_be_partitioned_by_device(void **state)
{
    struct world *w = *state;
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
    take(w, 4, 10, NULL, PROBLEM_NONE);
    holds(w, 10);
    count_is(w, "SELECT count(*) FROM cooperative", 9);
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
    assert_ok(registry_store_rebuild(w->m.store, NULL, NULL, &e));
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(the_first_batch_enrols_its_device),
        TEST(a_receipt_says_how_far_the_chain_is_held),
        TEST(the_bytes_are_kept_as_they_were_written),
        TEST(the_same_batch_again_changes_nothing_and_gets_the_same_receipt),
        TEST(the_first_batch_again_is_no_second_enrolment),
        TEST(of_an_overlapping_batch_only_the_new_entries_count),
        TEST(a_batch_inside_what_is_held_gets_its_receipt),
        TEST(a_sealed_batch_is_opened),
        TEST(a_batch_sealed_for_another_registry_is_refused),
        TEST(a_prefix_that_is_held_is_found_by_its_number),
        TEST(a_prefix_that_is_not_held_is_asked_for_without),
        TEST(a_long_journal_has_a_prefix_of_128_kib),
        TEST(a_record_with_a_fault_is_flagged_and_holds_nothing_up),
        TEST(a_record_that_was_entered_late_is_flagged),
        TEST(the_receipt_tells_the_findings_also_the_second_time),
        TEST(an_amendment_changes_the_record),
        TEST(an_amendment_of_what_is_not_here_is_flagged),
        TEST(a_gap_says_what_is_expected),
        TEST(a_copied_journal_is_found_wherever_it_parted),
        TEST(a_forged_batch_is_refused_and_kept_once),
        TEST(lines_that_do_not_fit_their_chain_are_refused),
        TEST(an_entry_out_of_form_is_refused_with_a_pointer),
        TEST(only_entry_1_names_the_device),
        TEST(a_revoked_device_is_kept_apart_and_nothing_is_lost),
        TEST(what_is_kept_apart_can_be_read_alone_and_is_kept_once),
        TEST(of_a_batch_cut_short_nothing_is_taken),
        TEST(a_batch_with_any_byte_changed_is_refused_or_says_the_same),
        TEST(a_bomb_is_refused_before_it_is_large),
        TEST(a_stranger_without_a_code_is_not_enrolled),
        TEST(a_code_works_once),
        TEST(a_refused_first_batch_does_not_use_up_the_code),
        TEST(an_expired_code_is_refused_with_its_day),
        cmocka_unit_test_setup_teardown(a_training_registry_takes_training_laptops_alone, set_up_training,
                                        tear_down),
        TEST(a_second_process_sees_what_the_first_took),
        TEST(damage_is_found_by_verify),
        TEST(a_backup_is_the_registry_again),
        TEST(a_year_of_entries_is_closed_into_a_partition),
        TEST(records_may_be_partitioned_by_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
