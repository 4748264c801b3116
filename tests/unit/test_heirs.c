/* A laptop that goes on with another one's work: whom the registry believes that, and what it takes for it.
 */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/registry/store/inside.h"
#include "app/registry/store/quarantine.h"
#include "app/registry/store/review.h"
#include "tests/unit/arrivals.h"

enum {
    OLD = 5, /* entries of the predecessor that the registry holds */
};

static void takes(struct arrivals *w, const struct sender *heir, const char *code, enum problem_type type)
{
    sender_batch(heir, 1, heir->count, code, &w->packed);
    ministry_take(&w->m, &w->packed, type, NULL, NULL);
}

static void is_vouched_by(struct arrivals *w, const char *word)
{
    struct buf sql = {0};
    buf_printf(&sql, "SELECT count(*) FROM successor WHERE vouched = '%s'", word);
    arrivals_count_is(w, buf_str(&sql), 1);
    buf_done(&sql);
}

/* An invitation for anybody. */
static void invite(struct arrivals *w, char code[INVITATION_CODE_BYTES])
{
    struct errctx e;
    assert_ok(registry_store_invite(w->m.store, "Koidu 2", NULL, 0, 0, MINISTRY_NOW, code, &e));
}

static void an_heir_that_the_old_key_signed_for_takes_its_place_without_a_code(void **state)
{
    struct arrivals *w = *state;
    struct sender heir;
    struct receipt r;
    struct ledger_device device;
    struct errctx e;
    sender_init_after(&heir, 2, sender_at(&w->s, OLD), &w->s.me);
    (void)sender_add_coop(&heir, "Written in the second life");
    sender_batch(&heir, 1, 2, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, &r, NULL);
    assert_ok(w->m.ledger->device(w->m.ledger->arg, heir.me.number, &device, &e));
    assert_string_equal(device.name, "Koidu 1");
    assert_int_equal(device.district_count, 1);
    assert_int_equal(device.upto, 2);
    is_vouched_by(w, "key");
    /* Its receipt tells how far its predecessor is held. */
    assert_int_equal(r.past_count, 1);
    assert_int_equal(r.past[0].device, w->s.me.number);
    assert_int_equal(r.past[0].upto, OLD);
    assert_memory_equal(r.past[0].chain.value, w->s.chain[OLD].value, CHAIN_BYTES);
    sender_done(&heir);
}

static void who_only_says_that_it_is_an_heir_is_nobody(void **state)
{
    struct arrivals *w = *state;
    struct sender unknown;
    sender_init(&unknown, 9, false);
    struct sender heir;
    /* Nobody signed it. */
    sender_init_after(&heir, 2, sender_at(&w->s, OLD), NULL);
    takes(w, &heir, NULL, PROBLEM_NOT_ENROLLED);
    sender_done(&heir);
    /* Another key than the one that it names did. */
    sender_init_after(&heir, 2, sender_at(&w->s, OLD), &unknown.me);
    takes(w, &heir, NULL, PROBLEM_NOT_ENROLLED);
    sender_done(&heir);
    /* It names one that the registry does not know. */
    sender_init_after(&heir, 2, sender_at(&unknown, 1), &unknown.me);
    takes(w, &heir, NULL, PROBLEM_NOT_ENROLLED);
    sender_done(&heir);
    sender_done(&unknown);
    arrivals_hold(w, OLD);
    arrivals_kept_apart_are(w, 0);
    arrivals_count_is(w, "SELECT count(*) FROM successor", 0);
}

/* What was signed for one key is not another's, nor is it without the signature of the whole. */
static void a_stolen_first_entry_makes_nobody_an_heir(void **state)
{
    struct arrivals *w = *state;
    struct sender heir;
    struct sender thief;
    sender_init_after(&heir, 2, sender_at(&w->s, OLD), &w->s.me);
    sender_init(&thief, 3, false);
    thief.count = 0;
    free(thief.lines[1]);
    (void)sender_add_line(&thief, heir.lines[1]);
    takes(w, &thief, NULL, PROBLEM_NOT_ENROLLED);
    struct device honest = heir.me;
    memcpy(heir.me.secret, thief.me.secret, SECRET_BYTES);
    takes(w, &heir, NULL, PROBLEM_NOT_ENROLLED);
    heir.me = honest;
    takes(w, &heir, NULL, PROBLEM_NONE);
    sender_done(&heir);
    sender_done(&thief);
}

static void the_first_line_of_a_stranger_may_be_anything(void **state)
{
    struct arrivals *w = *state;
    static const char *const lines[] = {
        "",
        "{}",
        "{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}",
    };
    struct sender stranger;
    sender_init(&stranger, 3, false);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        free(stranger.lines[1]);
        stranger.count = 0;
        (void)sender_add_line(&stranger, lines[i]);
        takes(w, &stranger, NULL, PROBLEM_NOT_ENROLLED);
        takes(w, &stranger, w->m.code, PROBLEM_INVITATION); /* used already */
    }
    /* And it may not be there at all. */
    struct buf plain = {0};
    struct errctx e;
    sender_plain(&stranger, 1, 1, NULL, &plain);
    buf_truncate(&plain, (size_t)(strchr(plain.data, '\n') + 1 - plain.data));
    container_sign(&plain, &stranger.me);
    buf_clear(&w->packed);
    assert_ok(container_pack(&plain, NULL, 0, &w->packed, &e));
    ministry_take(&w->m, &w->packed, PROBLEM_NOT_ENROLLED, NULL, NULL);
    buf_done(&plain);
    arrivals_hold(w, OLD);
    sender_done(&stranger);
}

static void the_heir_of_a_revoked_laptop_is_kept_apart_until_a_person_lets_it_in(void **state)
{
    struct arrivals *w = *state;
    struct sender heir;
    struct errctx e;
    assert_ok(registry_store_staff_put(w->m.store, NULL, "fatou", "Fatou Jalloh", true, MINISTRY_NOW, &e));
    assert_ok(registry_store_revoke(w->m.store, w->s.me.number, "stolen", MINISTRY_NOW, &e));
    sender_init_after(&heir, 2, sender_at(&w->s, OLD), &w->s.me);
    (void)sender_add_coop(&heir, "Written in the second life");
    takes(w, &heir, NULL, PROBLEM_REVOKED);
    arrivals_count_is(w, "SELECT count(*) FROM quarantine WHERE reason = 'revoked'", 1);
    assert_int_equal(ministry_count(&w->m, "SELECT device FROM quarantine"), w->s.me.number);
    arrivals_count_is(w, "SELECT count(*) FROM cooperative", 4);
    assert_ok(registry_store_release(w->m.store, "fatou", 1, "his own work", MINISTRY_NOW, NULL, &e));
    arrivals_count_is(w, "SELECT count(*) FROM cooperative", 5);
    is_vouched_by(w, "key");
    sender_done(&heir);
}

static void the_heir_of_a_revoked_laptop_is_let_in_by_an_invitation_of_its_own(void **state)
{
    struct arrivals *w = *state;
    struct sender heir;
    struct ledger_device device;
    struct errctx e;
    char code[INVITATION_CODE_BYTES];
    assert_ok(registry_store_revoke(w->m.store, w->s.me.number, "stolen", MINISTRY_NOW, &e));
    invite(w, code);
    sender_init_after(&heir, 2, sender_at(&w->s, OLD), &w->s.me);
    takes(w, &heir, code, PROBLEM_NONE);
    assert_ok(w->m.ledger->device(w->m.ledger->arg, heir.me.number, &device, &e));
    assert_string_equal(device.name, "Koidu 2");
    arrivals_kept_apart_are(w, 0);
    sender_done(&heir);
}

static void an_heir_that_comes_with_a_code_needs_no_signature(void **state)
{
    struct arrivals *w = *state;
    static const char *const words[] = {"chain", "nobody", "nobody", "nobody", "person", "key"};
    struct sender unknown;
    struct errctx e;
    sender_init(&unknown, 9, false);
    for (int i = 0; i < 6; i++) {
        struct sender heir;
        char code[INVITATION_CODE_BYTES];
        struct predecessor p = sender_at(i == 3 ? &unknown : &w->s, i == 3 ? 1 : OLD);
        if (i == 1) /* it does not know the journal */
            p.chain.value[0] ^= 1;
        if (i == 2) /* or names what nobody has seen */
            p.number = OLD + 1;
        if (i < 4)
            invite(w, code);
        else
            assert_ok(registry_store_invite_after(w->m.store, w->s.me.number, 0, MINISTRY_NOW, code, &e));
        sender_init_after(&heir, (uint8_t)(20 + i), p, i == 5 ? &w->s.me : NULL);
        assert_ok(db_exec(w->m.store->db, "DELETE FROM successor", &e));
        takes(w, &heir, code, PROBLEM_NONE);
        is_vouched_by(w, words[i]);
        sender_done(&heir);
    }
    sender_done(&unknown);
}

static void of_a_long_line_of_lives_the_receipt_tells_the_nearest(void **state)
{
    struct arrivals *w = *state;
    struct device before = w->s.me;
    struct predecessor p = sender_at(&w->s, OLD);
    struct receipt r = {0};
    for (int i = 1; i <= RECEIPT_MAX_PAST + 2; i++) {
        struct sender heir;
        sender_init_after(&heir, (uint8_t)(100 + i), p, &before);
        sender_batch(&heir, 1, 1, NULL, &w->packed);
        ministry_take(&w->m, &w->packed, PROBLEM_NONE, &r, NULL);
        assert_int_equal(r.past_count, i < RECEIPT_MAX_PAST ? i : RECEIPT_MAX_PAST);
        assert_int_equal(r.past[0].device, before.number);
        before = heir.me;
        p = sender_at(&heir, 1);
        sender_done(&heir);
    }
}

/* It enrols, and sends nothing. */
static void enrol_silently(struct arrivals *w, struct sender *old)
{
    struct errctx e;
    struct ledger_device device = {.enrolled_at = MINISTRY_NOW, .seen_at = MINISTRY_NOW};
    sender_init(old, 5, false);
    device.number = old->me.number;
    memcpy(device.key, old->me.key, KEY_BYTES);
    device.chain = old->chain[0];
    assert_ok(w->m.ledger->begin(w->m.ledger->arg, &e));
    assert_ok(w->m.ledger->add_device(w->m.ledger->arg, &device, &e));
    assert_ok(w->m.ledger->commit(w->m.ledger->arg, &e));
}

static void of_a_predecessor_that_sent_nothing_nothing_is_held(void **state)
{
    struct arrivals *w = *state;
    struct sender old;
    struct sender heir;
    struct receipt r = {0};
    enrol_silently(w, &old);
    sender_init_after(&heir, 6, sender_at(&old, 1), &old.me);
    sender_batch(&heir, 1, 1, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, &r, NULL);
    assert_int_equal(r.past_count, 1);
    assert_int_equal(r.past[0].device, old.me.number);
    assert_int_equal(r.past[0].upto, 0);
    sender_done(&old);
    sender_done(&heir);
}

/* FIELD of the predecessor's first cooperative, on top of its entry BASE. */
static void amend(struct sender *l, const struct arrivals *w, int64_t base, const char *field)
{
    char line[256];
    (void)snprintf(line, sizeof line,
                   "{\"at\":%lld,\"by\":\"amina\",\"op\":\"amend\",\"of\":\"cooperative\",\"id\":\"%s-2\","
                   "\"base\":\"%s-%lld\",\"v\":{\"%s\":\"Changed by %s\"}}",
                   (long long)(SENDER_AT + l->count), w->s.me.code, w->s.me.code, (long long)base, field,
                   l->me.code);
    (void)sender_add_line(l, line);
}

/* What it wrote on top of its predecessor's change is not on top of what came in before that. */
static void an_heir_has_seen_no_more_than_its_predecessor(void **state)
{
    struct arrivals *w = *state;
    struct sender other;
    struct sender heir;
    char code[INVITATION_CODE_BYTES];
    invite(w, code);
    sender_init(&other, 50, false);
    amend(&other, w, 2, "village");
    takes(w, &other, code, PROBLEM_NONE);
    amend(&w->s, w, 2, "chair");
    sender_batch(&w->s, OLD + 1, w->s.count, NULL, &w->packed);
    ministry_take(&w->m, &w->packed, PROBLEM_NONE, NULL, NULL);
    arrivals_count_is(w, "SELECT count(*) FROM disposition WHERE state = 'conflict'", 0);
    sender_init_after(&heir, 51, sender_at(&w->s, w->s.count), &w->s.me);
    amend(&heir, w, w->s.count, "village");
    takes(w, &heir, NULL, PROBLEM_NONE);
    arrivals_count_is(w, "SELECT count(*) FROM disposition WHERE state = 'conflict'", 1);
    struct errctx e;
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
    sender_done(&other);
    sender_done(&heir);
}

/* Whose predecessor it was in turn nobody knows: what both heirs say of that one is the same all the same. */
static void heirs_of_one_that_sent_nothing_count_once_what_both_write_again(void **state)
{
    struct arrivals *w = *state;
    struct sender old;
    const int64_t before = ministry_count(&w->m, "SELECT count(*) FROM cooperative");
    enrol_silently(w, &old);
    for (uint8_t i = 0; i < 2; i++) {
        struct sender heir;
        sender_init_after(&heir, (uint8_t)(40 + i), sender_at(&old, 1), &old.me);
        (void)sender_add_coop_again(&heir, "Written two lives ago", ident_make(77, 2));
        takes(w, &heir, NULL, PROBLEM_NONE);
        arrivals_count_is(w, "SELECT count(*) FROM cooperative", before + 1);
        sender_done(&heir);
    }
    sender_done(&old);
}

/* Another laptop, the predecessor of both, drew the code of one that the registry knows, and was copied. */
static void copies_of_a_laptop_whose_code_was_taken_count_once_what_they_write_again(void **state)
{
    struct arrivals *w = *state;
    struct sender namesake;
    const int64_t before = ministry_count(&w->m, "SELECT count(*) FROM cooperative");
    sender_init(&namesake, 9, false);
    namesake.me.number = w->s.me.number;
    for (uint8_t i = 0; i < 3; i++) {
        struct sender heir;
        struct predecessor after = sender_at(i < 2 ? &namesake : &w->s, 0);
        char code[INVITATION_CODE_BYTES];
        invite(w, code);
        sender_init_after(&heir, (uint8_t)(30 + i), after, &namesake.me);
        (void)sender_add_coop_again(&heir, "Written before the copy", ident_make(w->s.me.number, 2));
        takes(w, &heir, code, PROBLEM_NONE);
        /* The third says that it had the other laptop's key: chain(0) is known to everybody. */
        arrivals_count_is(w, "SELECT count(*) FROM cooperative", before + (i < 2 ? 1 : 2));
        sender_done(&heir);
    }
    arrivals_count_is(w, "SELECT count(*) FROM successor WHERE vouched = 'nobody'", 3);
    struct errctx e;
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
    sender_done(&namesake);
}

static void who_names_itself_has_no_predecessor(void **state)
{
    struct arrivals *w = *state;
    struct sender same;
    struct sender odd;
    char code[INVITATION_CODE_BYTES];
    invite(w, code);
    sender_init(&same, 7, false);
    sender_init_after(&odd, 7, sender_at(&same, 1), &same.me);
    takes(w, &odd, NULL, PROBLEM_NOT_ENROLLED);
    takes(w, &odd, code, PROBLEM_NONE);
    arrivals_count_is(w, "SELECT count(*) FROM successor", 0);
    sender_done(&same);
    sender_done(&odd);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, arrivals_set_up, arrivals_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_heir_that_the_old_key_signed_for_takes_its_place_without_a_code),
        TEST(who_only_says_that_it_is_an_heir_is_nobody),
        TEST(a_stolen_first_entry_makes_nobody_an_heir),
        TEST(the_first_line_of_a_stranger_may_be_anything),
        TEST(the_heir_of_a_revoked_laptop_is_kept_apart_until_a_person_lets_it_in),
        TEST(the_heir_of_a_revoked_laptop_is_let_in_by_an_invitation_of_its_own),
        TEST(an_heir_that_comes_with_a_code_needs_no_signature),
        TEST(of_a_long_line_of_lives_the_receipt_tells_the_nearest),
        TEST(of_a_predecessor_that_sent_nothing_nothing_is_held),
        TEST(an_heir_has_seen_no_more_than_its_predecessor),
        TEST(heirs_of_one_that_sent_nothing_count_once_what_both_write_again),
        TEST(copies_of_a_laptop_whose_code_was_taken_count_once_what_they_write_again),
        TEST(who_names_itself_has_no_predecessor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
