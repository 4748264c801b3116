/*
 * Every statement fails once, one after the other, in what the ingest and the journal do: the work says so,
 * nothing of it is there, and the same work goes through afterwards.
 */
#include "tests/lib/test.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "app/registry/store/inside.h"
#include "sync/journal/waiting.h"
#include "sync/server/receipts.h"
#include "tests/lib/failing_db.h"
#include "tests/lib/laptop.h"
#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"

enum {
    MOST_STATEMENTS = 20000
};

/* --- the registry */

struct office {
    struct ministry m;
    struct sender s;
    struct buf packed;
};

static int64_t held(struct office *o)
{
    return ministry_count(&o->m,
                          "SELECT (SELECT count(*) FROM entry) * 1000000 + (SELECT count(*) FROM batch) "
                          "* 10000 + (SELECT coalesce(sum(upto), 0) FROM device) + (SELECT count(*) "
                          "FROM cooperative) * 100");
}

static enum err take(struct office *o, struct problem *p, struct errctx *e)
{
    struct buf receipt = {0};
    struct ingested done;
    enum err result = ingest_batch(&o->m.ingest, o->packed.data, o->packed.len, 0, &receipt, &done, p, e);
    buf_done(&receipt);
    return result;
}

/* Returns how many statements failed before it went through; TYPE is what it answers then. */
static int64_t fail_each_of(struct office *o, enum problem_type type)
{
    int64_t before = held(o);
    bool taken = false;
    int64_t failures = 0; /* before it was taken */
    for (int64_t at = 1; at < MOST_STATEMENTS; at++) {
        struct problem p = {0};
        struct errctx e = {0};
        failing_db_begin(o->m.store->db, at);
        enum err result = take(o, &p, &e);
        bool failed = failing_db_end();
        if (!failed) {
            assert_int_equal(p.type, type);
            assert_int_equal(result == ERR_OK, type == PROBLEM_NONE);
            problem_done(&p);
            return at - 1 + failures;
        }
        if (result == ERR_OK)
            fail_msg("statement %" PRId64 " failed, and the batch was taken", at);
        /* What fails behind the commit costs the receipt, and another attempt gets it: once more, from the
         * beginning, of a batch that is held. */
        if (!taken && held(o) != before) {
            taken = true;
            failures = at;
            before = held(o);
            at = 0;
        }
        assert_int_equal(held(o), before);
        problem_done(&p);
    }
    fail_msg("it never goes through");
    return 0;
}

static void begin(struct office *o)
{
    *o = (struct office){0};
    ministry_init(&o->m, false);
    sender_init(&o->s, 1, false);
    for (int i = 2; i <= 4; i++)
        (void)sender_add_coop(&o->s, "Bafi");
    (void)sender_add_unnamed_coop(&o->s);
    (void)sender_amend_coop(&o->s, 2, 2, "Tombodu");
    (void)sender_amend_coop(&o->s, 2, 2, "Yengema"); /* on a version that does not stand any more */
    (void)sender_amend_coop(&o->s, 2, 7, "Njala");
    (void)sender_amend_coop(&o->s, 90, 90, "Nowhere");
}

static void end(struct office *o)
{
    struct errctx e;
    assert_ok(registry_store_verify(o->m.store, 0, NULL, NULL, &e));
    buf_done(&o->packed);
    sender_done(&o->s);
    ministry_done(&o->m);
}

static void a_statement_that_fails_takes_nothing_of_a_batch(void **state)
{
    struct office o;
    (void)state;
    begin(&o);
    sender_batch(&o.s, 1, 3, o.m.code, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_NONE) > 20);
    sender_batch(&o.s, 4, o.s.count, NULL, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_NONE) > 20);
    /* Once more, and in part. */
    sender_batch(&o.s, 2, o.s.count, NULL, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_NONE) > 5);
    end(&o);
}

static void a_statement_that_fails_is_no_reason_to_keep_a_batch_apart(void **state)
{
    struct office o;
    struct errctx e;
    (void)state;
    begin(&o);
    sender_batch(&o.s, 1, 3, o.m.code, &o.packed);
    assert_int_equal(fail_each_of(&o, PROBLEM_NONE) > 0, 1);
    assert_ok(registry_store_revoke(o.m.store, o.s.me.number, "stolen", MINISTRY_NOW, &e));
    sender_batch(&o.s, 4, 6, NULL, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_REVOKED) > 3);
    assert_int_equal(ministry_count(&o.m, "SELECT count(*) FROM quarantine"), 1);
    end(&o);
}

static enum err look(struct office *o, struct errctx *e)
{
    struct container c = {0};
    struct batch_header header;
    bool is_signed = false;
    enum err result = ingest_look(&o->m.ingest, o->packed.data, o->packed.len, &c, &header, &is_signed, e);
    assert_int_equal(is_signed, result == ERR_OK);
    container_done(&c);
    return result;
}

static void a_statement_that_fails_says_nothing_of_a_signature(void **state)
{
    struct office o;
    (void)state;
    begin(&o);
    sender_batch(&o.s, 1, 3, o.m.code, &o.packed);
    struct problem p = {0};
    struct errctx e;
    assert_ok(take(&o, &p, &e));
    int64_t at = 0;
    for (bool failed = true; failed;) {
        failing_db_begin(o.m.store->db, ++at);
        enum err result = look(&o, &e);
        failed = failing_db_end();
        assert_int_equal(result, failed ? ERR_IO : ERR_OK);
    }
    assert_true(at > 1);
    end(&o);
}

/* What ASKING wants to know of DEVICE: what became of entries, or, without them, how far it is held. */
struct question {
    uint32_t asking;
    uint32_t device;
    int64_t first;
    int64_t last;
    int64_t from;
};

static enum err answer(struct office *o, const struct question *q, struct errctx *e)
{
    struct buf receipt = {0};
    enum err result =
        q->device ? receipts_entries(&o->m.ingest, q->asking, q->device, q->first, q->last, &receipt, e)
                  : receipts_points(&o->m.ingest, q->asking, q->from, &receipt, e);
    assert_int_equal(receipt.len > 0, result == ERR_OK);
    buf_done(&receipt);
    return result;
}

/* Returns what it comes to when none fails. */
static enum err fail_each_answer(struct office *o, struct question q, struct errctx *e)
{
    enum err result = ERR_IO;
    int64_t at = 0;
    for (bool failed = true; failed;) {
        failing_db_begin(o->m.store->db, ++at);
        result = answer(o, &q, e);
        failed = failing_db_end();
        assert_int_equal(result == ERR_IO, failed);
    }
    assert_true(at > 1);
    return result;
}

static void a_statement_that_fails_takes_nothing_of_an_heir(void **state)
{
    struct office o;
    struct sender heir;
    struct sender invited;
    struct errctx e;
    char code[INVITATION_CODE_BYTES];
    (void)state;
    begin(&o);
    sender_batch(&o.s, 1, 4, o.m.code, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_NONE) > 20);
    /* Signed for by its predecessor: an addition that is held, and one that is not. */
    sender_init_after(&heir, 2, sender_at(&o.s, 4), &o.s.me);
    (void)sender_add_coop_again(&heir, "Bafi", ident_make(o.s.me.number, 2));
    (void)sender_add_coop_again(&heir, "Bo", ident_make(o.s.me.number, 9));
    (void)sender_amend_coop(&heir, 2, 2, "Tombodu");
    sender_batch(&heir, 1, heir.count, NULL, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_NONE) > 20);
    /* How far a journal is held, for one that goes on with it; what became of it, and of what it wrote
     * itself. */
    const uint32_t old = o.s.me.number;
    const uint32_t new = heir.me.number;
    assert_int_equal(fail_each_answer(&o, (struct question){.asking = old, .from = 3}, &e), ERR_OK);
    assert_int_equal(fail_each_answer(&o, (struct question){old, old, 1, 4, 0}, &e), ERR_OK);
    assert_int_equal(fail_each_answer(&o, (struct question){new, old, 2, 3, 0}, &e), ERR_OK);
    assert_int_equal(fail_each_answer(&o, (struct question){new, new, 1, 4, 0}, &e), ERR_OK);
    assert_int_equal(fail_each_answer(&o, (struct question){old, new, 1, 4, 0}, &e), ERR_NOT_FOUND);
    /* Believed for what it knows. */
    assert_ok(registry_store_invite(o.m.store, "Koidu 2", NULL, 0, 0, MINISTRY_NOW, code, &e));
    sender_init_after(&invited, 3, sender_at(&o.s, 3), NULL);
    sender_batch(&invited, 1, 1, code, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_NONE) > 20);
    assert_int_equal(ministry_count(&o.m, "SELECT count(*) FROM successor WHERE vouched <> 'nobody'"), 2);
    sender_done(&heir);
    sender_done(&invited);
    end(&o);
}

static void a_statement_that_fails_makes_no_other_refusal(void **state)
{
    struct office o;
    struct sender copy;
    struct sender stranger;
    struct errctx e;
    (void)state;
    begin(&o);
    sender_batch(&o.s, 1, 6, o.m.code, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_NONE) > 20);
    /* The copy parts at 2; the registry looks up chain values for it at 6, 5, 4 and 2. */
    sender_init(&copy, 1, false);
    (void)sender_add_line(&copy, o.s.lines[2]);
    while (copy.count < 9)
        (void)sender_add_coop(&copy, "Written on the copy");
    sender_batch(&copy, 7, 9, NULL, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_FORKED) > 5);
    sender_batch(&copy, 2, 4, NULL, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_FORKED) > 5);
    sender_batch(&copy, 9, 9, NULL, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_GAP) > 2);
    sender_init(&stranger, 2, false);
    sender_batch(&stranger, 1, 1, NULL, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_NOT_ENROLLED) > 0);
    sender_batch(&stranger, 1, 1, o.m.code, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_INVITATION) > 2);
    sender_done(&stranger);
    sender_init_after(&stranger, 3, sender_at(&o.s, 6), &o.s.me);
    assert_ok(registry_store_revoke(o.m.store, o.s.me.number, "stolen", MINISTRY_NOW, &e));
    sender_batch(&stranger, 1, 1, NULL, &o.packed);
    assert_true(fail_each_of(&o, PROBLEM_REVOKED) > 3);
    sender_done(&stranger);
    sender_done(&copy);
    end(&o);
}

/* --- the laptop */

typedef enum err work(struct laptop *l, struct errctx *e);

/* PREPARE may be NULL. */
static void fail_each(work *do_it, bool writes, void (*prepare)(struct laptop *l))
{
    struct laptop l;
    char code[DEVICE_CODE_BYTES];
    laptop_open(&l);
    int64_t holder = laptop_digger(&l, "Sahr Kamara");
    (void)laptop_licence(&l, "KON/2026/0001", holder);
    if (prepare)
        prepare(&l);
    memcpy(code, store_device(l.store)->code, sizeof code);
    for (int64_t at = 1;; at++) {
        struct errctx e = {0};
        int64_t before = laptop_entries(&l);
        assert_true(at < MOST_STATEMENTS);
        failing_db_begin(store_db(l.store), at);
        enum err result = do_it(&l, &e);
        bool failed = failing_db_end();
        db_rollback(store_db(l.store));
        if (!failed) {
            if (result != ERR_OK)
                fail_msg("%s", e.text);
            assert_true(at > 2);
            break;
        }
        if (result == ERR_OK && writes)
            fail_msg("statement %" PRId64 " failed, and the work was done", at);
        /* Behind the commit: it is another device, and goes on. */
        assert_ok(store_follow(l.store, &e));
        if (strcmp(store_device(l.store)->code, code) != 0)
            break;
        assert_int_equal(laptop_entries(&l), before);
        assert_int_equal(store_head(l.store)->number, before);
    }
    struct errctx e;
    (void)laptop_digger(&l, "Sia Koroma");
    laptop_reopen(&l);
    assert_ok(store_verify(l.store, NULL, NULL, &e));
    laptop_close(&l);
}

static enum err add(struct laptop *l, struct errctx *e)
{
    const char *const values[] = {"licence",     "KON/2026/0001", "date_from", "2026-11-20", "outcome",
                                  "nil",         "activity",      "washing",   "diggers",    "14",
                                  "declared_by", "Sahr Kamara",   NULL};
    int64_t id = 0;
    return laptop_try(l, ENTITY_YIELD, values, &id, e);
}

static enum err amend(struct laptop *l, struct errctx *e)
{
    return laptop_amend(l, ENTITY_DIGGER, ident_make(store_device(l->store)->number, 2), 0, "village",
                        "Koidu", e);
}

static enum err void_it(struct laptop *l, struct errctx *e)
{
    return store_void(l->store, ENTITY_DIGGER, ident_make(store_device(l->store)->number, 2), "entered twice",
                      &l->by, e);
}

static enum err rebuild(struct laptop *l, struct errctx *e)
{
    return store_rebuild(l->store, NULL, NULL, e);
}

static enum err verify(struct laptop *l, struct errctx *e)
{
    return store_verify(l->store, NULL, NULL, e);
}

static enum err become(struct laptop *l, struct errctx *e)
{
    struct adopted done;
    return store_become(l->store, ADOPT_COPIED, 2, l->by.now, &done, e);
}

/* An earlier life of which the registry lacks an entry, and a draft that names a record of this one. */
static void begin_second_life(struct laptop *l)
{
    struct errctx e;
    struct adopted done;
    assert_ok(store_become(l->store, ADOPT_COPIED, 3, l->by.now, &done, &e));
    (void)laptop_digger(l, "Sia Koroma");
    assert_ok(db_exec(store_db(l->store),
                      "UPDATE life SET lacks = 2;"
                      "INSERT INTO draft (officer, place, text, at) VALUES (0, 'digger', 'nothing', 1)",
                      &e));
}

/* A second life that the registry holds whole, although it lacks what that changes and names: the person,
 * whose village changed, and the licences, of which two returns were written. One of those is void since, the
 * other of another licence. */
static void send_second_life(struct laptop *l)
{
    struct errctx e;
    struct adopted done;
    const uint32_t before = store_device(l->store)->number;
    (void)laptop_licence(l, "KON/2026/0002", ident_make(before, 2));
    assert_ok(store_become(l->store, ADOPT_RESTORED, 4, l->by.now, &done, &e));
    assert_ok(db_exec(store_db(l->store), "UPDATE life SET lacks = 2", &e));
    assert_ok(laptop_amend(l, ENTITY_DIGGER, ident_make(before, 2), 0, "village", "Koidu", &e));
    int64_t moved = laptop_yield(l, "KON/2026/0001", "2026-11-19", NULL, NULL);
    int64_t voided = laptop_yield(l, "KON/2026/0001", "2026-11-18", NULL, NULL);
    assert_ok(laptop_amend(l, ENTITY_YIELD, moved, 0, "licence", "KON/2026/0002", &e));
    assert_ok(store_void(l->store, ENTITY_YIELD, voided, "entered twice", &l->by, &e));
}

/* Three entries are written again, the change once more, and the return that counts is corrected once. */
static enum err become_with_what_is_lacking(struct laptop *l, struct errctx *e)
{
    struct adopted done;
    enum err result = store_become(l->store, ADOPT_RESTORED, 6, l->by.now, &done, e);
    if (result == ERR_OK) {
        assert_int_equal(done.again, 3);
        assert_int_equal(store_head(l->store)->number, 1 + 3 + 1 + 1);
    }
    return result;
}

/* --- what stood behind a gap */

enum {
    GONE = 20 /* number of a licence that nobody has any more */
};

/* LINE, in which "%s" stands for an id of the life that is to end, as its entry NUMBER. */
static void keep_waiting(struct laptop *l, uint32_t number, uint32_t named, const char *line)
{
    struct errctx e;
    struct buf text = {0};
    char id[IDENT_BYTES];
    (void)ident_format(ident_make(store_device(l->store)->number, named), id);
    for (const char *place = NULL; (place = strstr(line, "%s")) != NULL; line = place + 2) {
        buf_put(&text, line, (size_t)(place - line));
        buf_puts(&text, id);
    }
    buf_puts(&text, line);
    assert_ok(waiting_keep(store_db(l->store), ident_make(store_device(l->store)->number, number),
                           buf_str(&text), text.len, &e));
    buf_done(&text);
}

/* A digger, a change of the licence that is there, and a return of one that is gone; a draft names a record.
 */
static void leave_waiting(struct laptop *l)
{
    struct errctx e;
    struct buf sql = {0};
    char id[IDENT_BYTES];
    keep_waiting(
        l, 8, 0,
        "{\"at\":1,\"by\":\"a\",\"op\":\"add\",\"of\":\"digger\",\"v\":{\"full_name\":\"Tamba Sesay\"}}");
    keep_waiting(
        l, 9, 3,
        "{\"at\":1,\"by\":\"a\",\"op\":\"amend\",\"of\":\"licence\",\"id\":\"%s\",\"base\":\"%s\",\"v\":{"
        "\"area_text\":\"by the ford\"}}");
    keep_waiting(
        l, 10, GONE,
        "{\"at\":1,\"by\":\"a\",\"op\":\"add\",\"of\":\"yield\",\"v\":{\"licence\":\"%s\",\"date_from\":"
        "\"2026-11-20\",\"outcome\":\"nil\"}}");
    (void)ident_format(ident_make(store_device(l->store)->number, 3), id);
    buf_printf(&sql, "INSERT INTO draft (officer, place, text, at) VALUES (0, 'licence', 'of %s', 1)", id);
    assert_ok(db_exec(store_db(l->store), buf_str(&sql), &e));
    buf_done(&sql);
}

static void wait_in_second_life(struct laptop *l)
{
    struct errctx e;
    struct adopted done;
    leave_waiting(l);
    assert_ok(store_become(l->store, ADOPT_COPIED, 2, l->by.now, &done, &e));
}

/* The registry tells of the licence that was gone. */
static enum err hear(struct laptop *l, struct errctx *e)
{
    static const char line[] =
        "{\"at\":1,\"by\":\"a\",\"op\":\"add\",\"of\":\"licence\",\"v\":{\"licence_no\":\"AML "
        "2/2026\"}}";
    int64_t before = 0;
    if (db_one_int(store_db(l->store), "SELECT device FROM life", 0, &before, e) != ERR_OK)
        return e->kind;
    return laptop_tell(l, ident_make((uint32_t)before, GONE), line, e);
}

static enum err note_address(void *arg, const struct waiting_entry *entry, struct errctx *e)
{
    (void)e;
    int64_t *address = arg;
    *address = entry->address;
    return ERR_OK;
}

/* Somebody looks at what waits, and ends the waiting. */
static enum err give_up_waiting(struct laptop *l, struct errctx *e)
{
    int64_t address = 0;
    if (waiting_each(store_db(l->store), false, note_address, &address, e) != ERR_OK)
        return e->kind;
    return store_set_aside(l->store, address, "written anew", &l->by, e);
}

static enum err pack(struct laptop *l, struct errctx *e)
{
    struct buf plain = {0};
    const struct device *me = store_device(l->store);
    struct batch_header h = {
        .from = me->number, .first = 2, .last = 3, .schema = 1, .head = store_head(l->store)->chain};
    enum err result = batch_build(store_db(l->store), me, &h, &plain, e);
    if (result == ERR_OK)
        result = batch_prefix(store_db(l->store), 3, &plain, e);
    buf_done(&plain);
    return result;
}

static void a_statement_that_fails_packs_no_batch(void **state)
{
    (void)state;
    fail_each(pack, true, NULL);
}

static void a_statement_that_fails_saves_nothing(void **state)
{
    (void)state;
    fail_each(add, true, NULL);
    fail_each(amend, true, NULL);
    fail_each(void_it, true, NULL);
}

static void a_statement_that_fails_ends_a_rebuild_and_a_check(void **state)
{
    (void)state;
    fail_each(rebuild, true, NULL);
    fail_each(verify, true, NULL);
}

static void a_statement_that_fails_leaves_the_device_that_it_was(void **state)
{
    (void)state;
    fail_each(become, true, NULL);
    fail_each(become, true, begin_second_life);
    fail_each(become, true, leave_waiting);
    fail_each(become_with_what_is_lacking, true, send_second_life);
}

static void a_statement_that_fails_leaves_what_waits_waiting(void **state)
{
    (void)state;
    fail_each(hear, true, wait_in_second_life);
    fail_each(give_up_waiting, true, wait_in_second_life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_statement_that_fails_takes_nothing_of_a_batch),
        cmocka_unit_test(a_statement_that_fails_is_no_reason_to_keep_a_batch_apart),
        cmocka_unit_test(a_statement_that_fails_says_nothing_of_a_signature),
        cmocka_unit_test(a_statement_that_fails_takes_nothing_of_an_heir),
        cmocka_unit_test(a_statement_that_fails_makes_no_other_refusal),
        cmocka_unit_test(a_statement_that_fails_packs_no_batch),
        cmocka_unit_test(a_statement_that_fails_saves_nothing),
        cmocka_unit_test(a_statement_that_fails_ends_a_rebuild_and_a_check),
        cmocka_unit_test(a_statement_that_fails_leaves_the_device_that_it_was),
        cmocka_unit_test(a_statement_that_fails_leaves_what_waits_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
