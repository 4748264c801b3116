#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "sync/journal/project.h"
#include "tests/lib/failing_db.h"
#include "tests/lib/known.h"

static int enter(void **state)
{
    struct known *l = mem_zero(1, sizeof *l);
    known_open(l);
    *state = l;
    return 0;
}

static int leave(void **state)
{
    known_close(*state);
    free(*state);
    return 0;
}

/* Projects LINE as entry NUMBER of the laptop. */
static enum projected project(struct known *l, int64_t number, const char *line)
{
    struct errctx e;
    struct entry entry;
    enum projected done = PROJECTED_NOTHING;
    struct project_store store = project_into_db(l->db);
    assert_ok(entry_read(line, strlen(line), &entry, NULL, &e));
    assert_ok(project_entry(&store, ident_make(l->me.number, (uint32_t)number), &entry, &done, &e));
    entry_done(&entry);
    return done;
}

static void project_known_entries(struct known *l, enum projected *out)
{
    struct buf lines = {0};
    size_t at = 0;
    int number = 0;
    test_data("journal/entries.jsonl", &lines);
    for (char *line = test_line(&lines, &at); line; line = test_line(&lines, &at)) {
        number++;
        out[number] = project(l, number, line);
        free(line);
    }
    buf_done(&lines);
}

static void load(struct known *l, enum entity_id of, uint32_t number, struct row *out)
{
    struct errctx e;
    assert_ok(rows_load(l->db, of, ident_make(l->me.number, number), out, &e));
}

static void the_known_entries_make_the_known_records(void **state)
{
    struct known *l = *state;
    enum projected done[KNOWN_ENTRIES + 1];
    struct row row;
    project_known_entries(l, done);
    assert_int_equal(done[1], PROJECTED_NOTHING);
    assert_int_equal(done[5], PROJECTED_NOTHING);
    assert_int_equal(done[10], PROJECTED_NOTHING);
    assert_int_equal(done[6], PROJECTED);

    load(l, ENTITY_YIELD, 6, &row);
    assert_true(row.version == row.id);
    assert_int_equal(row.at, 1795452545);
    assert_string_equal(row.by, "amina");
    assert_false(row.voided);
    assert_int_equal(record_number(&row.record, "diamond_mct"), 410);
    assert_true(record_number(&row.record, "licence") == ident_make(l->me.number, 4));
    row_done(&row);
}

static void an_amendment_changes_its_fields_and_the_version(void **state)
{
    struct known *l = *state;
    enum projected done[KNOWN_ENTRIES + 1];
    struct row row;
    project_known_entries(l, done);
    assert_int_equal(done[8], PROJECTED);
    load(l, ENTITY_DIGGER, 3, &row);
    assert_true(row.version == ident_make(l->me.number, 8));
    assert_string_equal(record_text(&row.record, "village"), "Yengema");
    assert_false(record_has(&row.record, "birth"));
    assert_string_equal(record_text(&row.record, "full_name"), "Sahr Kamara");
    row_done(&row);
}

static void a_voided_record_keeps_its_fields(void **state)
{
    struct known *l = *state;
    enum projected done[KNOWN_ENTRIES + 1];
    struct row row;
    project_known_entries(l, done);
    assert_int_equal(done[9], PROJECTED);
    load(l, ENTITY_YIELD, 7, &row);
    assert_true(row.voided);
    assert_true(row.version == ident_make(l->me.number, 9));
    assert_string_equal(record_text(&row.record, "outcome"), "nil");
    row_done(&row);
}

static void a_change_of_a_record_that_is_not_there_is_an_orphan(void **state)
{
    struct known *l = *state;
    assert_int_equal(project(l, 2,
                             "{\"at\":1,\"by\":\"a\",\"op\":\"void\",\"of\":\"yield\",\"id\":\"KMJE5V-1\","
                             "\"base\":\"KMJE5V-1\",\"why\":\"x\"}"),
                     PROJECTED_ORPHAN);
}

static void a_change_on_an_older_version_is_a_conflict_and_changes_nothing(void **state)
{
    struct known *l = *state;
    enum projected done[KNOWN_ENTRIES + 1];
    struct row row;
    project_known_entries(l, done);
    assert_int_equal(project(l, 11,
                             "{\"at\":1,\"by\":\"a\",\"op\":\"amend\",\"of\":\"digger\",\"id\":\"KMJE5V-3\","
                             "\"base\":\"KMJE5V-3\",\"v\":{\"village\":\"Bo\"}}"),
                     PROJECTED_CONFLICT);
    load(l, ENTITY_DIGGER, 3, &row);
    assert_string_equal(record_text(&row.record, "village"), "Yengema");
    assert_true(row.version == ident_make(l->me.number, 8));
    row_done(&row);
}

static void the_same_addition_twice_is_refused(void **state)
{
    struct known *l = *state;
    struct errctx e;
    struct entry entry;
    enum projected done = PROJECTED_NOTHING;
    static const char line[] =
        "{\"at\":1,\"by\":\"a\",\"op\":\"add\",\"of\":\"crew\",\"v\":{\"role\":\"digger\"}}";
    struct project_store store = project_into_db(l->db);
    assert_int_equal(project(l, 2, line), PROJECTED);
    assert_ok(entry_read(line, sizeof line - 1, &entry, NULL, &e));
    assert_int_equal(project_entry(&store, ident_make(l->me.number, 2), &entry, &done, &e), ERR_CONFLICT);
    entry_done(&entry);
}

static void guarded_fields_are_standing_weights_and_money(void **state)
{
    (void)state;
    static const char *const expected =
        "licence.valid_from licence.valid_to licence.status licence.status_on licence.currency "
        "licence.fee_due_minor licence.fee_paid_minor yield.diamond_mct yield.gem_mct yield.near_gem_mct "
        "yield.industrial_mct yield.gold_mg stone.diamond_mct sale.diamond_mct sale.gold_mg sale.currency "
        "sale.price_minor sale.price_usd_cents sale.levy_minor ";
    struct buf guarded = {0};
    for (int i = 0; i < ENTITY_COUNT; i++) {
        for (int f = 0; f < ENTITIES[i].field_count; f++) {
            if (project_is_guarded(&ENTITIES[i].fields[f]))
                buf_printf(&guarded, "%s.%s ", ENTITIES[i].name, ENTITIES[i].fields[f].name);
        }
    }
    assert_string_equal(guarded.data, expected);
    buf_done(&guarded);
}

#define TOLD_ADD "{\"at\":1,\"by\":\"a\",\"op\":\"add\",\"of\":\"crew\",\"v\":{\"role\":\"digger\"}}"
#define TOLD_VOID                                                                                            \
    "{\"at\":2,\"by\":\"b\",\"op\":\"void\",\"of\":\"crew\",\"id\":\"KMJE5V-2\",\"base\":\"KMJE5V-1\","      \
    "\"why\":\"x\"}"

static enum err told(struct known *l, int64_t number, const char *line, enum projected *out, struct errctx *e)
{
    struct entry entry;
    struct project_store store = project_into_db(l->db);
    assert_int_equal(entry_read(line, strlen(line), &entry, NULL, e), ERR_OK);
    enum err result = project_told(&store, ident_make(l->me.number, (uint32_t)number), &entry, out, e);
    entry_done(&entry);
    return result;
}

static void told_is(struct known *l, int64_t number, const char *line, enum projected expected)
{
    struct errctx e;
    enum projected done = PROJECTED_CONFLICT;
    assert_ok(told(l, number, line, &done, &e));
    assert_int_equal(done, expected);
}

static void what_the_registry_tells_goes_on_top_of_whatever_stands(void **state)
{
    struct known *l = *state;
    struct row row;
    told_is(l, 3, TOLD_VOID, PROJECTED_ORPHAN);
    told_is(l, 2, TOLD_ADD, PROJECTED);
    told_is(l, 2, TOLD_ADD, PROJECTED_NOTHING);
    told_is(l, 3, TOLD_VOID, PROJECTED); /* its base is none that stood here */
    load(l, ENTITY_CREW, 2, &row);
    assert_true(row.voided);
    assert_string_equal(row.by, "b");
    row_done(&row);
    told_is(l, 4, "{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}", PROJECTED_NOTHING);
}

static void a_statement_that_fails_projects_nothing(void **state)
{
    struct known *l = *state;
    static const char *const lines[] = {TOLD_ADD, TOLD_VOID};
    for (int i = 0; i < 2; i++) {
        bool failed = true;
        for (int64_t at = 1; failed; at++) {
            struct errctx e = {0};
            enum projected done = PROJECTED_NOTHING;
            failing_db_begin(l->db, at);
            enum err result = told(l, 2 + i, lines[i], &done, &e);
            failed = failing_db_end();
            assert_int_equal(result, failed ? ERR_IO : ERR_OK);
            assert_true(failed || at > 3);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_known_entries_make_the_known_records, enter, leave),
        cmocka_unit_test_setup_teardown(an_amendment_changes_its_fields_and_the_version, enter, leave),
        cmocka_unit_test_setup_teardown(a_voided_record_keeps_its_fields, enter, leave),
        cmocka_unit_test_setup_teardown(a_change_of_a_record_that_is_not_there_is_an_orphan, enter, leave),
        cmocka_unit_test_setup_teardown(a_change_on_an_older_version_is_a_conflict_and_changes_nothing, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(the_same_addition_twice_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(what_the_registry_tells_goes_on_top_of_whatever_stands, enter, leave),
        cmocka_unit_test_setup_teardown(a_statement_that_fails_projects_nothing, enter, leave),
        cmocka_unit_test(guarded_fields_are_standing_weights_and_money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
