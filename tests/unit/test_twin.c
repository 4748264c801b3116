/*
 * One thing under several addresses, where the flows that bring them about do not reach: a table of more
 * devices than are remembered, originals that are damaged or somebody else's, and statements that fail.
 */
#include "tests/lib/test.h"

#include <inttypes.h>
#include <stdlib.h>

#include "schema/record/ident.h"
#include "sync/journal/twin.h"
#include "tests/lib/failing_db.h"
#include "tests/lib/known.h"

#define VILLAGE "{\"at\":1,\"by\":\"a\",\"op\":\"amend\",\"of\":\"digger\",\"id\":\"%s\",\"base\":\"%s\""

/* A table of twins, and the lines that their originals have. */
struct world {
    struct known l;
    struct twins t;
    char *originals[8]; /* of ORIGIN-2 … at their numbers; NULL: not here */
    bool is_believed;
    struct chain
        names[10]; /* of the key that these devices say ORIGIN had, or have; all zero: they say none */
};

enum {
    ORIGIN = 7, /* device numbers */
    WRITER = 8,
    OTHER = 9,
    KEPT = 1 /* entries of ORIGIN that WRITER goes on from */
};

static enum err line_of(void *arg, int64_t address, struct buf *out, struct errctx *e)
{
    struct world *w = arg;
    int64_t number = ident_number(address);
    const char *line = ident_device(address) == ORIGIN && number < 8 ? w->originals[number] : NULL;
    if (!line)
        return err_fail(e, ERR_NOT_FOUND, "no such entry");
    buf_puts(out, line);
    return ERR_OK;
}

static enum err follows(void *arg, uint32_t writer, uint32_t origin, bool *out, struct errctx *e)
{
    struct world *w = arg;
    (void)writer;
    (void)origin;
    (void)e;
    *out = w->is_believed;
    return ERR_OK;
}

static enum err namesake(void *arg, uint32_t writer, uint32_t origin, struct chain *out, struct errctx *e)
{
    struct world *w = arg;
    static const struct chain none;
    *out = origin == ORIGIN ? w->names[writer] : none;
    return chain_same(out, &none) ? err_fail(e, ERR_NOT_FOUND, "it says none") : ERR_OK;
}

static enum err of_earlier_life(void *arg, uint32_t writer, int64_t address, bool *out, struct errctx *e)
{
    (void)arg;
    (void)e;
    assert_int_equal(writer, WRITER);
    *out = ident_device(address) == ORIGIN && ident_number(address) <= KEPT;
    return ERR_OK;
}

static int enter(void **state)
{
    struct world *w = mem_zero(1, sizeof *w);
    known_open(&w->l);
    w->t = (struct twins){.db = w->l.db,
                          .line = line_of,
                          .follows = follows,
                          .of_earlier_life = of_earlier_life,
                          .namesake = namesake,
                          .arg = w};
    w->is_believed = true;
    *state = w;
    return 0;
}

static int leave(void **state)
{
    struct world *w = *state;
    known_close(&w->l);
    free(w);
    return 0;
}

static const char *text_of(int64_t address, char out[IDENT_BYTES])
{
    return ident_format(address, out);
}

/* An addition; WAS may be 0. */
static void put_addition(const char *name, int64_t was, struct buf *out)
{
    char text[IDENT_BYTES];
    buf_puts(out, "{\"at\":1,\"by\":\"a\",\"op\":\"add\",\"of\":\"cooperative\"");
    if (was)
        buf_printf(out, ",\"was\":\"%s\"", text_of(was, text));
    buf_printf(out, ",\"v\":{\"name\":\"%s\"}}", name);
}

/* Looks at LINE at ADDRESS; the result is where it stands. */
static enum err see(struct world *w, int64_t address, const char *line, struct twin_seen *seen,
                    struct errctx *e)
{
    struct entry entry;
    assert_int_equal(entry_read(line, strlen(line), &entry, NULL, e), ERR_OK);
    enum err result = twin_see(&w->t, address, &entry, seen, e);
    twin_seen_done(seen);
    entry_done(&entry);
    return result;
}

static int64_t stands(struct world *w, int64_t address, const char *line)
{
    struct twin_seen seen;
    struct errctx e;
    assert_ok(see(w, address, line, &seen, &e));
    assert_int_equal(seen.held, seen.stands != address);
    return seen.stands;
}

static int64_t addition_stands(struct world *w, int64_t address, const char *name, int64_t was)
{
    struct buf line = {0};
    put_addition(name, was, &line);
    int64_t result = stands(w, address, buf_str(&line));
    buf_done(&line);
    return result;
}

/* Where the amendment at ADDRESS of the record at SUBJECT goes. */
static int64_t amended_by(struct world *w, int64_t address, int64_t subject)
{
    struct entry entry;
    struct twin_seen seen;
    struct errctx e;
    struct buf line = {0};
    char id[IDENT_BYTES];
    (void)text_of(subject, id);
    buf_printf(&line, VILLAGE ",\"v\":{\"village\":\"Koidu\"}}", id, id);
    assert_ok(entry_read(line.data, line.len, &entry, NULL, &e));
    assert_ok(twin_see(&w->t, address, &entry, &seen, &e));
    int64_t result = seen.entry->id;
    assert_true(seen.entry->base == result);
    twin_seen_done(&seen);
    entry_done(&entry);
    buf_done(&line);
    return result;
}

/* By a third device. */
static int64_t amended(struct world *w, int64_t subject)
{
    return amended_by(w, ident_make(OTHER, 3), subject);
}

static void what_was_written_again_stands_where_its_original_does(void **state)
{
    struct world *w = *state;
    const int64_t origin = ident_make(ORIGIN, 2);
    const int64_t again = ident_make(WRITER, 2);
    struct buf line = {0};
    put_addition("Bafi", 0, &line);
    w->originals[2] = line.data;
    assert_int_equal(addition_stands(w, again, "Bafi", origin), origin);
    assert_int_equal(amended(w, again), origin);
    assert_int_equal(amended(w, origin), origin);
    buf_done(&line);
}

/* Its number was taken by something else, or its bytes are no entry any more. */
static void an_original_that_says_something_else_is_none(void **state)
{
    struct world *w = *state;
    const int64_t origin = ident_make(ORIGIN, 2);
    static const char *const lines[] = {"{\"at\":1,\"by\":\"a\",\"op\":\"backup\",\"medium\":\"x\"}",
                                        "damaged"};
    for (uint32_t i = 0; i < 2; i++) {
        w->originals[2] = str_dup(lines[i]);
        const int64_t again = ident_make(WRITER, 2 + i);
        assert_int_equal(addition_stands(w, again, i ? "Bafi" : "Bo", origin), again);
        /* The number is taken: who names it means what stands there. */
        assert_int_equal(amended(w, origin), origin);
        free(w->originals[2]);
        w->originals[2] = NULL;
    }
    assert_int_equal(amended(w, origin), ident_make(WRITER, 2));
}

static void an_original_that_comes_later_stands_where_it_was_written_again(void **state)
{
    struct world *w = *state;
    const int64_t origin = ident_make(ORIGIN, 2);
    const int64_t again = ident_make(WRITER, 2);
    assert_int_equal(addition_stands(w, again, "Bafi", origin), again);
    assert_int_equal(addition_stands(w, ident_make(OTHER, 2), "Bafi", origin), again);
    assert_int_equal(amended(w, origin), again);
    assert_int_equal(addition_stands(w, origin, "Bafi", 0), again);
    /* Another thing of that device is nobody's twin. */
    assert_int_equal(addition_stands(w, ident_make(ORIGIN, 3), "Bafi", 0), ident_make(ORIGIN, 3));
}

static void who_wrote_it_again_means_a_copys_by_the_old_number(void **state)
{
    struct world *w = *state;
    for (uint32_t number = KEPT; number <= KEPT + 1; number++) {
        const int64_t origin = ident_make(ORIGIN, number);
        const int64_t again = ident_make(WRITER, number + 1);
        assert_int_equal(addition_stands(w, again, "Bafi", origin), again);
        /* What it kept was lost here, and written again in front of the rest. */
        assert_int_equal(amended_by(w, ident_make(WRITER, number + 10), origin),
                         number <= KEPT ? again : origin);
    }
}

static void who_is_not_believed_writes_an_entry_like_any_other(void **state)
{
    struct world *w = *state;
    const int64_t again = ident_make(WRITER, 2);
    int64_t twins = 0;
    struct errctx e;
    w->is_believed = false;
    assert_int_equal(addition_stands(w, again, "Bafi", ident_make(ORIGIN, 2)), again);
    assert_ok(db_one_int(w->l.db, "SELECT count(*) FROM twin", 0, &twins, &e));
    assert_int_equal(twins, 0);
    w->t.follows = NULL; /* a laptop believes what the registry tells it */
    assert_int_equal(addition_stands(w, again, "Bafi", ident_make(ORIGIN, 2)), again);
    assert_ok(db_one_int(w->l.db, "SELECT count(*) FROM twin", 0, &twins, &e));
    assert_int_equal(twins, 1);
}

/* Its code is another laptop's, whose numbers mean other things. */
static void copies_of_a_laptop_that_was_never_known_are_told_apart_by_its_key(void **state)
{
    struct world *w = *state;
    const int64_t origin = ident_make(ORIGIN, 2);
    const int64_t again = ident_make(WRITER, 2);
    const int64_t other = ident_make(OTHER, 2);
    w->is_believed = false;
    w->names[WRITER].value[0] = w->names[OTHER].value[0] = 1;
    w->names[ORIGIN].value[0] = 2;
    assert_int_equal(addition_stands(w, again, "Bafi", origin), again);
    assert_int_equal(addition_stands(w, other, "Bafi", origin), again);
    assert_int_equal(amended(w, other), again);
    /* What that other laptop wrote is its own, and who names it means that. */
    assert_int_equal(amended(w, origin), origin);
    assert_int_equal(addition_stands(w, origin, "Bafi", 0), origin);
    /* Of another key, or of none, it is another thing. */
    w->names[OTHER].value[0] = 3;
    assert_int_equal(addition_stands(w, ident_make(OTHER, 3), "Bafi", origin), ident_make(OTHER, 3));
    w->names[OTHER].value[0] = 0;
    assert_int_equal(addition_stands(w, ident_make(OTHER, 4), "Bafi", origin), ident_make(OTHER, 4));
}

static void a_laptop_that_takes_its_code_after_all_stands_where_its_copy_wrote_again(void **state)
{
    struct world *w = *state;
    const int64_t again = ident_make(WRITER, 2);
    w->is_believed = false;
    w->names[WRITER].value[0] = w->names[ORIGIN].value[0] = 1;
    assert_int_equal(addition_stands(w, again, "Bafi", ident_make(ORIGIN, 2)), again);
    twins_forget(&w->t);
    assert_int_equal(addition_stands(w, ident_make(ORIGIN, 2), "Bafi", 0), again);
    assert_int_equal(amended(w, ident_make(ORIGIN, 2)), again);
    assert_int_equal(addition_stands(w, ident_make(ORIGIN, 3), "Bafi", 0), ident_make(ORIGIN, 3));
}

static void without_a_table_everything_stands_where_it_is(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct entry entry;
    struct twin_seen seen;
    struct buf line = {0};
    put_addition("Bafi", ident_make(ORIGIN, 2), &line);
    assert_ok(entry_read(line.data, line.len, &entry, NULL, &e));
    assert_ok(twin_see(NULL, ident_make(WRITER, 2), &entry, &seen, &e));
    assert_true(seen.entry == &entry);
    assert_false(seen.held);
    twin_seen_done(&seen);
    entry_done(&entry);
    buf_done(&line);
    (void)w;
}

/* Decisions name records and entries too, without being twins of anything. */
static void a_decision_finds_what_it_names(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct entry entry;
    struct twin_seen seen;
    struct buf line = {0};
    char origin[IDENT_BYTES];
    const int64_t again = ident_make(WRITER, 2);
    assert_int_equal(addition_stands(w, again, "Bafi", ident_make(ORIGIN, 2)), again);
    (void)text_of(ident_make(ORIGIN, 2), origin);
    buf_printf(
        &line,
        "{\"at\":1,\"by\":\"f\",\"op\":\"merge\",\"of\":\"cooperative\",\"id\":\"7K4QXM-3\",\"into\":\"%s\"}",
        origin);
    assert_ok(entry_read(line.data, line.len, &entry, NULL, &e));
    assert_ok(twin_see(&w->t, ident_make(OTHER, 3), &entry, &seen, &e));
    assert_int_equal(seen.entry->into, again);
    twin_seen_done(&seen);
    entry_done(&entry);
    buf_clear(&line);
    buf_puts(&line, "{\"at\":1,\"by\":\"-\",\"op\":\"backup\",\"medium\":\"x\"}");
    assert_int_equal(stands(w, ident_make(WRITER, 3), buf_str(&line)), ident_make(WRITER, 3));
    buf_done(&line);
}

static void among_more_devices_than_are_remembered_every_twin_is_found(void **state)
{
    for (int count = TWIN_MAX_DEVICES - 2; count <= TWIN_MAX_DEVICES + 2; count++) {
        struct world *w = *state;
        struct errctx e;
        struct stmt *stmt = NULL;
        assert_ok(db_exec(w->l.db, "DELETE FROM twin", &e));
        for (int i = 0; i < count; i++) {
            assert_ok(db_prepare(w->l.db,
                                 "INSERT INTO twin (entry, origin, hash, stands) "
                                 "VALUES (:entry, :origin, zeroblob(32), :entry)",
                                 &stmt, &e));
            stmt_bind_int(stmt, ":entry", ident_make(1000 + (uint32_t)i, 2));
            stmt_bind_int(stmt, ":origin", ident_make(1000, 1));
            assert_ok(stmt_run(stmt, &e));
        }
        twins_forget(&w->t);
        /* One more device of each kind, seen while the table is read already. */
        const int64_t origin = ident_make(ORIGIN, 2);
        const int64_t again = ident_make(WRITER, 2);
        assert_int_equal(addition_stands(w, again, "Bafi", origin), again);
        assert_int_equal(amended(w, origin), again);
        assert_int_equal(addition_stands(w, origin, "Bafi", 0), again);
        assert_int_equal(amended(w, ident_make(1000 + (uint32_t)count - 1, 2)),
                         ident_make(1000 + (uint32_t)count - 1, 2));
        /* What has no twin passes, found or not. */
        assert_int_equal(addition_stands(w, ident_make(OTHER, 2), "Bo", 0), ident_make(OTHER, 2));
        /* And the same when the table is read anew. */
        twins_forget(&w->t);
        assert_int_equal(amended(w, origin), again);
    }
}

/* Every statement fails once: the caller hears it, and nothing is remembered wrongly. */
static void a_statement_that_fails_is_said(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct buf again = {0};
    struct buf other = {0};
    struct buf original = {0};
    char id[IDENT_BYTES];
    put_addition("Bafi", ident_make(ORIGIN, 2), &again);
    put_addition("Bafi", 0, &original);
    (void)text_of(ident_make(ORIGIN, 2), id);
    buf_printf(&other, VILLAGE ",\"was\":\"%s\",\"v\":{\"village\":\"Koidu\"}}", id, id, id);
    const struct {
        int64_t address;
        const char *line;
    } steps[] = {
        {ident_make(WRITER, 2), buf_str(&again)},
        {ident_make(OTHER, 2), buf_str(&again)},
        {ident_make(OTHER, 3), buf_str(&other)},
        {ident_make(ORIGIN, 2), buf_str(&original)},
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        int64_t failures = 0;
        for (bool failed = true; failed; failures++) {
            struct twin_seen seen;
            int64_t before = 0;
            int64_t after = 0;
            assert_ok(db_one_int(w->l.db, "SELECT count(*) FROM twin", 0, &before, &e));
            twins_forget(&w->t);
            assert_ok(db_begin(w->l.db, &e));
            failing_db_begin(w->l.db, failures + 1);
            enum err result = see(w, steps[i].address, steps[i].line, &seen, &e);
            failed = failing_db_end();
            assert_int_equal(result, failed ? ERR_IO : ERR_OK);
            if (failed) {
                db_rollback(w->l.db);
                assert_ok(db_one_int(w->l.db, "SELECT count(*) FROM twin", 0, &after, &e));
                assert_int_equal(after, before);
            } else {
                assert_ok(db_commit(w->l.db, &e));
            }
        }
        assert_true(failures > 4);
    }
    buf_done(&again);
    buf_done(&other);
    buf_done(&original);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)
    const struct CMUnitTest tests[] = {
        TEST(what_was_written_again_stands_where_its_original_does),
        TEST(an_original_that_says_something_else_is_none),
        TEST(an_original_that_comes_later_stands_where_it_was_written_again),
        TEST(who_wrote_it_again_means_a_copys_by_the_old_number),
        TEST(who_is_not_believed_writes_an_entry_like_any_other),
        TEST(copies_of_a_laptop_that_was_never_known_are_told_apart_by_its_key),
        TEST(a_laptop_that_takes_its_code_after_all_stands_where_its_copy_wrote_again),
        TEST(without_a_table_everything_stands_where_it_is),
        TEST(a_decision_finds_what_it_names),
        TEST(among_more_devices_than_are_remembered_every_twin_is_found),
        TEST(a_statement_that_fails_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
