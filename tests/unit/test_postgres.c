/* What PostgreSQL does behind schema/db/db.h; needs the server of tests/lib/postgres. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "schema/base/buf.h"
#include "schema/db/postgres/postgres.h"
#include "tests/lib/engine.h"

#define SQL(name, text)                                                                                      \
    {                                                                                                        \
        name, (const unsigned char *)(text), sizeof(text) - 1                                                \
    }

static const struct embedded MIGRATIONS[] = {
    SQL("0001_create_thing.sql",
        "CREATE TABLE thing (id BIGINT PRIMARY KEY, name TEXT, bytes BYTEA, CHECK (id <> 13));"),
    SQL("0002_add_colour.sql", "ALTER TABLE thing ADD COLUMN colour TEXT;"),
};
static const struct embedded BROKEN[] = {
    SQL("0001_create_thing.sql", "CREATE TABLE thing (id BIGINT PRIMARY KEY, name TEXT, bytes BYTEA);"),
    SQL("0002_break.sql", "ALTER TABLE thing ADD COLUMN colour TEXT; INSERT INTO nowhere VALUES (1);"),
};
static const size_t ONE = 1;
static const size_t TWO = 2;
static const struct db_kind OLD = {"test", 0, MIGRATIONS, &ONE};
static const struct db_kind NEW = {"test", 0, MIGRATIONS, &TWO};
static const struct db_kind FAULTY = {"test", 0, BROKEN, &TWO};
static const struct db_kind OTHER = {"other", 0, MIGRATIONS, &ONE};

static const char INSERT[] = "INSERT INTO thing (id, name, bytes) VALUES (:id, :name, :bytes)";
static const char COUNT[] = "SELECT count(*) FROM thing";

struct world {
    char *url;
    struct db *db;
};

static struct db *open_again(const struct world *w, enum db_mode mode)
{
    struct db *db = NULL;
    struct errctx e;
    assert_ok(postgres_open(w->url, mode, &OLD, &db, &e));
    return db;
}

static int set_up(void **state)
{
    struct world *w = mem_zero(1, sizeof *w);
    w->url = engine_new_place();
    w->db = open_again(w, DB_CREATE);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    db_close(w->db);
    engine_remove_place(w->url);
    free(w);
    return 0;
}

static struct stmt *insertion(struct db *db, int64_t id, const char *name)
{
    struct stmt *s = NULL;
    struct errctx e;
    assert_ok(db_prepare(db, INSERT, &s, &e));
    stmt_bind_int(s, ":id", id);
    stmt_bind_text(s, ":name", name);
    return s;
}

static void add(struct db *db, int64_t id)
{
    struct errctx e;
    assert_ok(stmt_run(insertion(db, id, "pan"), &e));
}

static void add_bulk(struct db *db, int64_t from, int64_t to)
{
    struct errctx e;
    for (int64_t id = from; id <= to; id++)
        assert_ok(stmt_run_bulk(insertion(db, id, "pan"), &e));
}

static void holds(struct db *db, int64_t expected)
{
    struct errctx e;
    int64_t count = -1;
    assert_ok(db_one_int(db, COUNT, -1, &count, &e));
    assert_int_equal(count, expected);
}

/* --- values */

static void put_all_bytes(struct db *db, int64_t id, const char *name,
                          enum err (*run)(struct stmt *, struct errctx *))
{
    unsigned char bytes[256];
    struct errctx e;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    struct stmt *s = insertion(db, id, name);
    stmt_bind_blob(s, ":bytes", bytes, sizeof bytes);
    assert_ok(run(s, &e));
}

static void check_all_bytes(struct db *db, int64_t id, const char *name)
{
    struct stmt *s = NULL;
    struct errctx e;
    bool row = false;
    size_t len = 0;
    assert_ok(db_prepare(db, "SELECT id, name, bytes, bytes FROM thing WHERE id = :id", &s, &e));
    stmt_bind_int(s, ":id", id);
    assert_ok(stmt_step(s, &row, &e));
    assert_true(row);
    assert_int_equal(stmt_int(s, 0), id);
    assert_string_equal(stmt_text(s, 1), name);
    const unsigned char *once = stmt_blob(s, 2, &len);
    const unsigned char *again = stmt_blob(s, 3, &len);
    assert_int_equal(len, 256);
    for (size_t i = 0; i < len; i++)
        assert_true(once[i] == i && again[i] == i);
    stmt_done(s);
}

static void values_come_back_as_they_went(void **state)
{
    struct world *w = *state;
    struct errctx e;
    static const char name[] = "Sékou\tdit \\N \"l'aîné\"\n:id ?1";
    put_all_bytes(w->db, INT64_MIN, name, stmt_run);
    assert_ok(db_begin(w->db, &e));
    put_all_bytes(w->db, INT64_MAX, name, stmt_run_bulk);
    assert_ok(db_commit(w->db, &e));
    check_all_bytes(w->db, INT64_MIN, name);
    check_all_bytes(w->db, INT64_MAX, name);
}

static void null_is_not_the_empty_text(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct stmt *s = NULL;
    bool row = false;
    assert_ok(stmt_run(insertion(w->db, 1, NULL), &e));
    assert_ok(db_begin(w->db, &e));
    assert_ok(stmt_run_bulk(insertion(w->db, 2, NULL), &e));
    assert_ok(stmt_run_bulk(insertion(w->db, 3, ""), &e));
    assert_ok(db_commit(w->db, &e));
    assert_ok(db_prepare(w->db, "SELECT name FROM thing ORDER BY id", &s, &e));
    for (int id = 1; id <= 3; id++) {
        assert_ok(stmt_step(s, &row, &e));
        assert_int_equal(stmt_is_null(s, 0), id < 3);
    }
    stmt_done(s);
}

static void names_may_come_twice_and_quotes_hide_them(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct stmt *s = NULL;
    bool row = false;
    assert_ok(db_prepare(w->db, "SELECT :a + :b + :a, ':a ?1', :c = :c", &s, &e));
    stmt_bind_int(s, ":a", 2);
    stmt_bind_int(s, ":b", 3);
    stmt_bind_text(s, ":c", "x");
    assert_ok(stmt_step(s, &row, &e));
    assert_int_equal(stmt_int(s, 0), 7);
    assert_string_equal(stmt_text(s, 1), ":a ?1");
    stmt_done(s);
}

/* --- rows by the thousand */

static void bulk_rows_are_there_for_the_next_statement(void **state)
{
    struct world *w = *state;
    struct errctx e;
    assert_ok(db_begin(w->db, &e));
    add_bulk(w->db, 100, 199);
    holds(w->db, 100);
    add_bulk(w->db, 200, 299);
    assert_ok(db_exec(w->db, "DELETE FROM thing WHERE id = 299", &e));
    assert_ok(db_commit(w->db, &e));
    holds(w->db, 199);
}

static void a_wrong_bulk_row_shows_at_the_commit_and_nothing_stays(void **state)
{
    struct world *w = *state;
    struct errctx e;
    assert_ok(db_begin(w->db, &e));
    add_bulk(w->db, 10, 15);
    assert_err(db_commit(w->db, &e), ERR_CONFLICT, "thing_id_check");
    assert_false(db_in_transaction(w->db));
    holds(w->db, 0);
}

static void a_rollback_forgets_bulk_rows(void **state)
{
    struct world *w = *state;
    struct errctx e;
    assert_ok(db_begin(w->db, &e));
    add_bulk(w->db, 20, 29);
    db_rollback(w->db);
    holds(w->db, 0);
}

static void a_commit_after_a_failure_says_so(void **state)
{
    struct world *w = *state;
    struct errctx e;
    assert_ok(db_begin(w->db, &e));
    add(w->db, 1);
    assert_err(stmt_run(insertion(w->db, 1, "again"), &e), ERR_CONFLICT, "duplicate key");
    assert_err(db_commit(w->db, &e), ERR_DB, "had failed before");
    holds(w->db, 0);
}

static int64_t walk(struct db *db, int64_t stop_after, bool nested)
{
    struct errctx e;
    struct stmt *s = NULL;
    bool row = true;
    int64_t seen = 0;
    assert_ok(db_prepare(db, "SELECT id FROM thing WHERE id > :zero ORDER BY id", &s, &e));
    stmt_expect_many(s);
    stmt_bind_int(s, ":zero", 0);
    while (seen < stop_after) {
        assert_ok(stmt_step(s, &row, &e));
        if (!row)
            break;
        assert_int_equal(stmt_int(s, 0), 1000 + ++seen);
        if (nested && seen % 600 == 0)
            holds(db, 2500);
    }
    stmt_done(s);
    return seen;
}

static void a_long_walk_sees_every_row_and_leaves_room_for_others(void **state)
{
    struct world *w = *state;
    struct errctx e;
    assert_ok(db_begin(w->db, &e));
    add_bulk(w->db, 1001, 3500);
    assert_int_equal(walk(w->db, INT64_MAX, true), 2500);
    assert_ok(db_commit(w->db, &e));
    assert_int_equal(walk(w->db, INT64_MAX, true), 2500);
    assert_int_equal(walk(w->db, 3, false), 3);
    add(w->db, 1); /* no transaction was left behind */
    struct db *other = open_again(w, DB_READ);
    holds(other, 2501);
    db_close(other);
}

/* --- several processes */

static void one_writer_at_a_time(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct db *other = open_again(w, DB_WRITE);
    assert_ok(db_exec(other, "SET lock_timeout = 50", &e));
    assert_ok(db_begin(w->db, &e));
    add(w->db, 1);
    assert_err(db_begin(other, &e), ERR_BUSY, "lock timeout");
    holds(other, 0); /* readers go on */
    assert_ok(db_commit(w->db, &e));
    assert_ok(db_begin(other, &e));
    holds(other, 1);
    db_rollback(other);
    db_close(other);
}

static void a_snapshot_stays_as_it_was(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct db *reader = open_again(w, DB_READ);
    assert_ok(db_begin_read(reader, &e));
    holds(reader, 0);
    add(w->db, 1);
    holds(reader, 0);
    db_rollback(reader);
    holds(reader, 1);
    db_close(reader);
}

static void a_reader_does_not_write(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct db *reader = open_again(w, DB_READ);
    assert_err(stmt_run(insertion(reader, 1, "pan"), &e), ERR_DENIED, "read-only");
    db_close(reader);
}

/* As when the server is started again. */
static void end_connection(const struct world *w)
{
    struct errctx e;
    struct db *other = open_again(w, DB_WRITE);
    int64_t ended = 0;
    assert_ok(db_one_int(
        other,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND usename = current_user AND query LIKE '%the one to end%'",
        0, &ended, &e));
    assert_int_equal(ended, 1);
    db_close(other);
}

static void a_lost_connection_is_made_anew(void **state)
{
    struct world *w = *state;
    struct errctx e;
    int64_t count = 0;
    add(w->db, 1);
    assert_ok(db_exec(w->db, "SELECT 'the one to end'", &e));
    end_connection(w);
    assert_err(db_one_int(w->db, COUNT, 0, &count, &e), ERR_BUSY, "");
    holds(w->db, 1);
    add(w->db, 2);
}

static void a_transaction_begins_over_a_lost_connection(void **state)
{
    struct world *w = *state;
    struct errctx e;
    add(w->db, 1);
    assert_ok(db_exec(w->db, "SELECT 'the one to end'", &e));
    end_connection(w);
    assert_ok(db_begin(w->db, &e));
    add(w->db, 2);
    assert_ok(db_commit(w->db, &e));
    holds(w->db, 2);
}

static void of_a_transaction_cut_off_nothing_stays(void **state)
{
    struct world *w = *state;
    struct errctx e;
    assert_ok(db_begin(w->db, &e));
    add_bulk(w->db, 20, 29);
    assert_ok(db_exec(w->db, "SELECT 'the one to end'", &e));
    end_connection(w);
    add_bulk(w->db, 30, 39);
    assert_err(db_commit(w->db, &e), ERR_BUSY, "");
    assert_false(db_in_transaction(w->db));
    holds(w->db, 0);
}

/* --- opening */

static void an_older_database_is_brought_up_to_date(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct db *db = NULL;
    assert_err(postgres_open(w->url, DB_READ, &NEW, &db, &e), ERR_CONFIG, "older schema");
    assert_ok(postgres_open(w->url, DB_WRITE, &NEW, &db, &e));
    assert_int_equal(db_version(db), 2);
    db_close(db);
    assert_err(postgres_open(w->url, DB_WRITE, &OLD, &db, &e), ERR_CONFIG, "newer program");
}

static void a_migration_that_fails_leaves_the_earlier_version(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct db *db = NULL;
    assert_err(postgres_open(w->url, DB_WRITE, &FAULTY, &db, &e), ERR_DB, "0002_break.sql");
    assert_int_equal(db_version(w->db), 1);
    assert_ok(postgres_open(w->url, DB_WRITE, &NEW, &db, &e));
    db_close(db);
}

static void another_kind_of_database_is_refused(void **state)
{
    struct world *w = *state;
    struct errctx e;
    struct db *db = NULL;
    assert_err(postgres_open(w->url, DB_WRITE, &OTHER, &db, &e), ERR_CONFIG, "not a other database");
    char *empty = engine_new_place();
    assert_err(postgres_open(empty, DB_WRITE, &OLD, &db, &e), ERR_CONFIG, "holds no test");
    engine_remove_place(empty);
}

static void a_password_does_not_belong_in_the_address(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    assert_err(postgres_open("postgresql://a:b@127.0.0.1/c", DB_WRITE, &OLD, &db, &e), ERR_INVALID,
               ".pgpass");
    assert_err(postgres_open("postgresql://[", DB_WRITE, &OLD, &db, &e), ERR_INVALID, "");
    assert_err(postgres_open("postgresql:///c?host=/nowhere", DB_WRITE, &OLD, &db, &e), ERR_BUSY, "/nowhere");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(values_come_back_as_they_went),
        TEST(null_is_not_the_empty_text),
        TEST(names_may_come_twice_and_quotes_hide_them),
        TEST(bulk_rows_are_there_for_the_next_statement),
        TEST(a_wrong_bulk_row_shows_at_the_commit_and_nothing_stays),
        TEST(a_rollback_forgets_bulk_rows),
        TEST(a_commit_after_a_failure_says_so),
        TEST(a_long_walk_sees_every_row_and_leaves_room_for_others),
        TEST(one_writer_at_a_time),
        TEST(a_snapshot_stays_as_it_was),
        TEST(a_reader_does_not_write),
        TEST(a_lost_connection_is_made_anew),
        TEST(a_transaction_begins_over_a_lost_connection),
        TEST(of_a_transaction_cut_off_nothing_stays),
        TEST(an_older_database_is_brought_up_to_date),
        TEST(a_migration_that_fails_leaves_the_earlier_version),
        TEST(another_kind_of_database_is_refused),
        TEST(a_password_does_not_belong_in_the_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
