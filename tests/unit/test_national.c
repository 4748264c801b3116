/*
 * The rules over the whole registry, each in worlds in which it fires and worlds in which it does not: at the
 * threshold, and where somebody truthfully found nothing or little. All worlds stand in one registry, each
 * with licences, persons and districts of its own, and are asked about in one run; a row of the table is a
 * test.
 */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "app/registry/store/exports.h"
#include "app/registry/store/inside.h"
#include "schema/base/date.h"
#include "tests/lib/english.h"
#include "tests/unit/nation.h"

enum {
    AT = 1795452245 /* 2026-11-23T17:24:05Z */
};

/* The rows of all files, one after the other. */
static const struct nation_row *row_at(size_t number)
{
    if (number < NATION_RETURNS_COUNT)
        return &NATION_RETURNS[number];
    number -= NATION_RETURNS_COUNT;
    if (number < NATION_PAPERS_COUNT)
        return &NATION_PAPERS[number];
    return &NATION_PLACES[number - NATION_PAPERS_COUNT];
}

/* --- one registry for all of them */

static void send(struct nation *w, int laptop, const char *code)
{
    struct buf packed = {0};
    struct buf plain = {0};
    struct errctx e;
    pen_batch(&w->laptops[laptop], code, &plain);
    assert_ok(container_pack(&plain, NULL, 0, &packed, &e));
    ministry_take(&w->m, &packed, PROBLEM_NONE, NULL, NULL);
    buf_done(&plain);
    buf_done(&packed);
}

/* Districts of their own for worlds that are about one: any text serves the rules. */
static const char *district_of(size_t row)
{
    static char rooms[NATION_ROW_COUNT][DISTRICT_BYTES];
    (void)snprintf(rooms[row], sizeof rooms[row], "SL-E-T%zu", row);
    return rooms[row];
}

static void review(struct nation *w, bool again, struct national_run *run)
{
    struct errctx e;
    const struct national_options options = {.again = again, .now = MINISTRY_NOW, .most = 700};
    assert_ok(national_review(w->m.store, &options, run, &e));
}

static struct nation *make_all(void)
{
    struct nation *w = mem_zero(1, sizeof *w);
    struct errctx e;
    char code[INVITATION_CODE_BYTES];
    uint8_t seed[SEED_BYTES] = {1};
    struct national_run run;
    ministry_init(&w->m, false);
    nation_replace_codes(w);
    w->today = date_of_instant(MINISTRY_NOW);
    w->spans = mem_zero(NATION_ROW_COUNT, sizeof *w->spans);
    for (int i = 0; i < 2; i++) {
        seed[1] = (uint8_t)i;
        pen_start(&w->laptops[i], seed, AT);
        assert_ok(registry_store_invite(w->m.store, "Koidu", NULL, 0, 0, MINISTRY_NOW, code, &e));
        send(w, i, code);
    }
    for (size_t i = 0; i < NATION_ROW_COUNT; i++) {
        const struct nation_row *row = row_at(i);
        struct nation_span *span = &w->spans[i];
        w->district = district_of(i);
        w->writer = 0;
        for (int k = 0; k < 2; k++)
            span->first[k] = ident_make(w->laptops[k].me.number, (uint32_t)w->laptops[k].number + 1);
        row->build(w, row->n);
        for (int k = 0; k < 2; k++)
            span->last[k] = ident_make(w->laptops[k].me.number, (uint32_t)w->laptops[k].number);
        if (w->laptops[0].number - w->laptops[0].sent_number > 800) {
            send(w, 0, NULL);
            review(w, false, &run); /* what comes later finds what came before */
        }
    }
    send(w, 0, NULL);
    send(w, 1, NULL);
    review(w, false, &run);
    return w;
}

static int64_t open_of(struct nation *w, size_t number)
{
    static const char sql[] = "SELECT count(*) FROM finding WHERE answered = 0 AND rule = :rule AND "
                              "(subject BETWEEN :a AND :b OR subject BETWEEN :c AND :d)";
    const struct nation_span *span = &w->spans[number];
    struct stmt *stmt = NULL;
    struct errctx e;
    bool found = false;
    assert_ok(db_prepare(w->m.store->db, sql, &stmt, &e));
    stmt_bind_text(stmt, ":rule", row_at(number)->rule);
    stmt_bind_int(stmt, ":a", span->first[0]);
    stmt_bind_int(stmt, ":b", span->last[0]);
    stmt_bind_int(stmt, ":c", span->first[1]);
    stmt_bind_int(stmt, ":d", span->last[1]);
    assert_ok(stmt_step(stmt, &found, &e));
    int64_t count = stmt_int(stmt, 0);
    stmt_done(stmt);
    return count;
}

static struct nation *the_world;

static void row_is_as_it_says(void **state)
{
    const size_t *number = *state;
    const struct nation_row *row = row_at(*number);
    int64_t count = open_of(the_world, *number);
    if ((count > 0) != row->fires)
        fail_msg("%s: %lld findings", row->rule, (long long)count);
}

static void all_findings(struct nation *w, int64_t out[4])
{
    static const char *const sums[4] = {
        "SELECT count(*) FROM finding WHERE answered = 0 AND rests_on IS NOT NULL",
        "SELECT coalesce(sum(subject % 1000003), 0) FROM finding WHERE answered = 0 AND rests_on IS NOT NULL",
        "SELECT coalesce(sum(length(text) + length(rests_on) + day % 1009), 0) FROM finding WHERE answered = "
        "0 AND "
        "rests_on IS NOT NULL",
        "SELECT count(*) FROM finding WHERE answered = -2",
    };
    for (int i = 0; i < 4; i++)
        out[i] = ministry_count(&w->m, sums[i]);
}

static void the_same_is_found_again_from_the_beginning(void **state)
{
    (void)state;
    struct national_run run;
    int64_t before[4];
    int64_t after[4];
    all_findings(the_world, before);
    review(the_world, false, &run);
    assert_int_equal(run.found, 0);
    assert_int_equal(run.records, 0);
    review(the_world, true, &run);
    all_findings(the_world, after);
    if (before[0] != after[0])
        (void)ministry_count(&the_world->m, "SELECT 0");
    for (int i = 0; i < 4; i++)
        assert_int_equal(before[i], after[i]);
    assert_int_equal(run.found, 0);
}

static void without_certificates_exports_are_not_asked_about_and_that_is_said(void **state)
{
    (void)state;
    struct national_run run;
    review(the_world, true, &run);
    assert_non_null(strstr(run.silent, "licence.exports"));
    assert_int_equal(
        ministry_count(&the_world->m, "SELECT count(*) FROM finding WHERE rule = 'licence.exports'"), 0);
}

static void exports_are_held_against_what_was_found(void **state)
{
    (void)state;
    static const char open[] = "SELECT count(*) FROM finding WHERE rule = 'licence.exports' AND answered = 0";
    struct national_run run;
    struct errctx e;
    /* The first half-year is over; hardly anything of it was exported. */
    struct certificate one[] = {{"SL-1", "2026-03-01", 1000, 20000}};
    assert_ok(registry_store_put_certificates(the_world->m.store, one, 1, MINISTRY_NOW, &e));
    review(the_world, false, &run);
    assert_string_equal(run.silent, "");
    assert_int_equal(run.found, 1);
    assert_int_equal(ministry_count(&the_world->m, open), 1);
    /* This one is not; what was exported beyond what was found is asked about at once. */
    struct certificate more[] = {{"SL-2", "2026-09-01", 900000000, 2000000}};
    assert_ok(registry_store_put_certificates(the_world->m.store, more, 1, MINISTRY_NOW, &e));
    review(the_world, false, &run);
    assert_int_equal(ministry_count(&the_world->m, open), 2);
    more[0].diamond_mct = 1000; /* a typing error, put right */
    one[0].diamond_mct = 200000;
    assert_ok(registry_store_put_certificates(the_world->m.store, more, 1, MINISTRY_NOW, &e));
    assert_ok(registry_store_put_certificates(the_world->m.store, one, 1, MINISTRY_NOW, &e));
    review(the_world, false, &run);
    assert_int_equal(ministry_count(&the_world->m, open), 0);
    assert_int_equal(ministry_count(&the_world->m, "SELECT count(*) FROM finding WHERE rule = "
                                                   "'licence.exports' AND answered = -3 AND gone_at > 0"),
                     2);
}

static void a_batch_that_brings_again_what_was_held_counts_once(void **state)
{
    (void)state;
    struct nation *w = the_world;
    struct national_run run;
    int64_t before = ministry_count(&w->m, "SELECT count(*) FROM worked");
    struct pen *p = &w->laptops[1];
    const struct pen held = *p; /* as if the receipt had been lost: the same again, and one more */
    w->writer = 1;
    w->district = "SL-E-KONO";
    int64_t l = nation_licence(w);
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = 9, .stones = 1, .mct = 330});
    struct buf first = {0};
    buf_put(&first, p->lines.data, p->lines.len);
    send(w, 1, NULL);
    review(w, false, &run);
    p->sent = held.sent;
    p->sent_number = held.sent_number;
    buf_clear(&p->lines);
    buf_put(&p->lines, first.data, first.len);
    (void)nation_works(w, (struct nation_work){.licence = l, .ago = 8, .stones = 1, .mct = 470});
    send(w, 1, NULL);
    review(w, false, &run);
    assert_int_equal(run.records, 1);
    assert_int_equal(ministry_count(&w->m, "SELECT count(*) FROM worked"), before + 2);
    buf_done(&first);
}

/* As a laptop that is brought weeks later: the return named what comes three entries behind it. */
static void what_was_lacking_and_came_is_lacking_no_more(void **state)
{
    (void)state;
    static const char open[] = "SELECT count(*) FROM finding WHERE rule = 'yield.reference' AND answered = 0";
    static const char gone[] =
        "SELECT count(*) FROM finding WHERE rule = 'yield.reference' AND answered = -3 AND gone_at > 0";
    struct nation *w = the_world;
    struct national_run run;
    int64_t before = ministry_count(&w->m, open);
    w->writer = 1;
    w->district = "SL-E-KONO";
    const struct pen *p = &w->laptops[1];
    int64_t lacking = ident_make(p->me.number, (uint32_t)p->number + 3);
    (void)nation_works(w, (struct nation_work){.licence = lacking, .ago = 9, .stones = 1, .mct = 330});
    send(w, 1, NULL);
    review(w, false, &run);
    assert_int_equal(ministry_count(&w->m, open), before + 1);
    (void)nation_works(w, (struct nation_work){.licence = lacking, .ago = 8, .stones = 1, .mct = 340});
    send(w, 1, NULL);
    review(w, false, &run);
    assert_int_equal(ministry_count(&w->m, open), before + 2);
    assert_true(nation_licence(w) == lacking);
    send(w, 1, NULL);
    review(w, false, &run);
    assert_int_equal(ministry_count(&w->m, open), before);
    assert_int_equal(ministry_count(&w->m, gone), 2);
}

static void a_rebuild_keeps_what_was_found(void **state)
{
    (void)state;
    struct errctx e;
    int64_t before[4];
    int64_t after[4];
    all_findings(the_world, before);
    assert_ok(registry_store_rebuild(the_world->m.store, NULL, NULL, &e));
    all_findings(the_world, after);
    assert_memory_equal(before, after, sizeof before);
    assert_ok(registry_store_verify(the_world->m.store, 0, NULL, NULL, &e));
}

/* Each line that the rules made above, with the values of its world. */
static void what_is_found_is_said_whole_in_every_language(void **state)
{
    (void)state;
    struct stmt *stmt = NULL;
    struct errctx e;
    bool found = false;
    assert_ok(db_prepare(the_world->m.store->db, "SELECT DISTINCT rule, text FROM finding ORDER BY 1, 2",
                         &stmt, &e));
    while (stmt_step(stmt, &found, &e) == ERR_OK && found) {
        english_is_gone("fr", stmt_text(stmt, 0), stmt_text(stmt, 1));
        english_is_gone("pt", stmt_text(stmt, 0), stmt_text(stmt, 1));
    }
    stmt_done(stmt);
}

static void every_rule_has_a_world_that_breaks_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < NATIONAL_RULE_COUNT; i++) {
        char sql[128];
        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM finding WHERE rule = '%s'",
                       NATIONAL_RULES[i].id);
        if (ministry_count(&the_world->m, sql) == 0)
            fail_msg("%s: found nowhere", NATIONAL_RULES[i].id);
    }
}

/* The state of a test is its row. */
static int set_up(void **state)
{
    (void)state;
    the_world = make_all();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        pen_done(&the_world->laptops[i]);
    ministry_done(&the_world->m);
    free(the_world->spans);
    free(the_world);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest behind[] = {
        cmocka_unit_test(the_same_is_found_again_from_the_beginning),
        cmocka_unit_test(without_certificates_exports_are_not_asked_about_and_that_is_said),
        cmocka_unit_test(exports_are_held_against_what_was_found),
        cmocka_unit_test(a_batch_that_brings_again_what_was_held_counts_once),
        cmocka_unit_test(what_was_lacking_and_came_is_lacking_no_more),
        cmocka_unit_test(every_rule_has_a_world_that_breaks_it),
        cmocka_unit_test(what_is_found_is_said_whole_in_every_language),
        cmocka_unit_test(a_rebuild_keeps_what_was_found),
    };
    enum {
        BEHIND = sizeof behind / sizeof behind[0]
    };
    struct CMUnitTest tests[NATION_ROW_COUNT + BEHIND];
    size_t numbers[NATION_ROW_COUNT];
    for (size_t i = 0; i < NATION_ROW_COUNT; i++)
        numbers[i] = i;
    for (size_t i = 0; i < NATION_ROW_COUNT; i++)
        tests[i] = (struct CMUnitTest){
            .name = row_at(i)->name, .test_func = row_is_as_it_says, .initial_state = &numbers[i]};
    memcpy(&tests[NATION_ROW_COUNT], behind, sizeof behind);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
