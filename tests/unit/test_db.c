#include "tests/lib/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/file.h"
#include "schema/db/db.h"

#define SQL(name, text)                                                                                      \
    {                                                                                                        \
        name, (const unsigned char *)(text), sizeof(text) - 1                                                \
    }

static const struct embedded MIGRATIONS[] = {
    SQL("0001_create_thing.sql", "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT;"),
    SQL("0002_add_colour.sql", "ALTER TABLE thing ADD COLUMN colour TEXT;"),
};
static const struct embedded BROKEN[] = {
    SQL("0001_create_thing.sql", "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT;"),
    SQL("0002_break.sql", "ALTER TABLE thing ADD COLUMN colour TEXT; INSERT INTO nowhere VALUES(1);"),
};
static const size_t ONE = 1;
static const size_t TWO = 2;
static const struct db_kind OLD = {"test", 0x54455354, MIGRATIONS, &ONE};
static const struct db_kind NEW = {"test", 0x54455354, MIGRATIONS, &TWO};
static const struct db_kind FAULTY = {"test", 0x54455354, BROKEN, &TWO};
static const struct db_kind OTHER = {"other", 0x4F544852, MIGRATIONS, &ONE};

/* Each test has a folder of its own as its working directory. */
static int enter_folder(void **state)
{
    static char folder[32];
    (void)snprintf(folder, sizeof folder, "/tmp/alluvia-db-XXXXXX");
    *state = folder;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    DIR *d = opendir(".");
    for (struct dirent *item = d ? readdir(d) : NULL; item; item = readdir(d))
        (void)unlink(item->d_name);
    if (d)
        closedir(d);
    return chdir("/") == 0 && rmdir(*state) == 0 ? 0 : -1;
}

/* Makes a.db of KIND with one thing in it. */
static void make(const struct db_kind *kind)
{
    struct errctx e;
    struct db *db = NULL;
    assert_ok(db_open("a.db", DB_CREATE, kind, &db, &e));
    assert_ok(db_exec(db, "INSERT INTO thing(id, name) VALUES(1, 'pan')", &e));
    db_close(db);
}

static void expect_things(const char *path, enum db_mode mode, const struct db_kind *kind, int version,
                          int things)
{
    struct errctx e;
    struct db *db = NULL;
    int64_t count = 0;
    assert_ok(db_open(path, mode, kind, &db, &e));
    assert_int_equal(db_version(db), version);
    assert_ok(db_one_int(db, "SELECT count(*) FROM thing", -1, &count, &e));
    assert_int_equal(count, things);
    db_close(db);
}

static void a_new_database_is_private_and_has_every_migration(void **state)
{
    (void)state;
    struct errctx e;
    struct stat st;
    struct db *db = NULL;
    make(&NEW);
    assert_int_equal(stat("a.db", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    expect_things("a.db", DB_WRITE, &NEW, 2, 1);
    assert_err(db_open("a.db", DB_CREATE, &NEW, &db, &e), ERR_EXISTS, "a.db");
    expect_things("a.db", DB_READ, &NEW, 2, 1);
}

static void a_database_that_is_not_there_is_not_made_by_opening(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    assert_err(db_open("a.db", DB_WRITE, &NEW, &db, &e), ERR_NOT_FOUND, "a.db");
    assert_int_equal(access("a.db", F_OK), -1);
}

static void an_older_database_is_brought_up_to_date_with_a_copy_beside_it(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    make(&OLD);
    assert_err(db_open("a.db", DB_READ, &NEW, &db, &e), ERR_CONFIG, "older schema");
    expect_things("a.db", DB_WRITE, &NEW, 2, 1);
    expect_things("a.db.v1.bak", DB_READ, &OLD, 1, 1);
}

static void a_migration_that_fails_leaves_the_earlier_version(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    make(&OLD);
    assert_err(db_open("a.db", DB_WRITE, &FAULTY, &db, &e), ERR_DB, "0002_break.sql");
    assert_null(db);
    expect_things("a.db", DB_WRITE, &OLD, 1, 1);
    /* The next attempt finds its copy there already and goes on. */
    expect_things("a.db", DB_WRITE, &NEW, 2, 1);
}

static void a_new_database_whose_migration_fails_is_not_left_behind(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    assert_int_equal(db_open("a.db", DB_CREATE, &FAULTY, &db, &e), ERR_DB);
    assert_int_equal(access("a.db", F_OK), -1);
}

static void a_newer_database_can_be_read_but_not_written(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    make(&NEW);
    assert_err(db_open("a.db", DB_WRITE, &OLD, &db, &e), ERR_CONFIG, "made by a newer program");
    expect_things("a.db", DB_READ, &OLD, 2, 1);
    assert_ok(db_open("a.db", DB_READ, &OLD, &db, &e));
    assert_int_equal(db_exec(db, "DELETE FROM thing", &e), ERR_DENIED);
    db_close(db);
}

static void somebody_elses_file_is_refused(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    make(&NEW);
    assert_err(db_open("a.db", DB_WRITE, &OTHER, &db, &e), ERR_CONFIG, "not a other database");
    assert_ok(file_write("text", "this is no database at all, but it is long enough", 49, 0600, &e));
    assert_err(db_open("text", DB_WRITE, &NEW, &db, &e), ERR_DB, "not that of a database");
    assert_ok(file_write("empty", "", 0, 0600, &e));
    assert_err(db_open("empty", DB_READ, &NEW, &db, &e), ERR_CONFIG, "is not a test database");
}

static void a_backup_is_one_whole_file_that_overwrites_nothing(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    make(&NEW);
    assert_ok(db_open("a.db", DB_WRITE, &NEW, &db, &e));
    /* What an earlier attempt left when the power failed is no backup and in nobody's way. */
    assert_ok(file_write("b.db.part", "half", 4, 0600, &e));
    assert_ok(db_backup(db, "b.db", NULL, NULL, &e));
    assert_err(db_backup(db, "b.db", NULL, NULL, &e), ERR_EXISTS, "b.db");
    assert_int_equal(db_backup(db, "no/b.db", NULL, NULL, &e), ERR_IO);
    db_close(db);
    assert_int_equal(access("b.db-wal", F_OK), -1);
    assert_int_equal(access("b.db.part", F_OK), -1);
    expect_things("b.db", DB_READ, &NEW, 2, 1);
}

static void a_broken_constraint_is_a_conflict_and_a_rollback_undoes(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    struct stmt *s = NULL;
    make(&NEW);
    assert_ok(db_open("a.db", DB_WRITE, &NEW, &db, &e));
    assert_ok(db_begin(db, &e));
    assert_ok(db_prepare(db, "INSERT INTO thing(id, name) VALUES(:id, :name)", &s, &e));
    stmt_bind_int(s, ":id", 2);
    stmt_bind_text(s, ":name", "sieve");
    assert_ok(stmt_run(s, &e));
    stmt_bind_int(s, ":id", 3);
    stmt_bind_text(s, ":name", "pan");
    assert_err(stmt_run(s, &e), ERR_CONFLICT, "UNIQUE");
    db_rollback(db);
    db_close(db);
    expect_things("a.db", DB_READ, &NEW, 2, 1);
}

static void statements_are_kept_under_their_address_and_come_unbound(void **state)
{
    (void)state;
    static const char sql[] = "SELECT :a IS NULL, ?2";
    struct errctx e;
    struct db *db = NULL;
    struct stmt *first = NULL;
    struct stmt *again = NULL;
    bool row = false;
    make(&NEW);
    assert_ok(db_open("a.db", DB_READ, &NEW, &db, &e));
    assert_ok(db_prepare(db, sql, &first, &e));
    stmt_bind_int(first, ":a", 1);
    stmt_bind_text_at(first, 2, "x");
    assert_ok(stmt_step(first, &row, &e));
    assert_int_equal(stmt_int(first, 0), 0);
    assert_string_equal(stmt_text(first, 1), "x");
    assert_ok(db_prepare(db, sql, &again, &e));
    assert_ptr_equal(first, again);
    assert_ok(stmt_step(again, &row, &e));
    assert_int_equal(stmt_int(again, 0), 1);
    assert_true(stmt_is_null(again, 1));
    stmt_done(again);
    db_close(db);
}

static void a_damaged_page_is_found_by_the_check(void **state)
{
    (void)state;
    struct errctx e;
    struct db *db = NULL;
    make(&NEW);
    assert_ok(db_open("a.db", DB_WRITE, &NEW, &db, &e));
    assert_ok(db_check(db, false, &e));
    assert_ok(db_check(db, true, &e));
    db_close(db);
    FILE *f = fopen("a.db", "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, 4096, SEEK_SET), 0);
    assert_int_equal(fwrite("\xff\xff\xff\xff\xff\xff\xff\xff", 1, 8, f), 8);
    assert_int_equal(fclose(f), 0);
    assert_ok(db_open("a.db", DB_READ, &NEW, &db, &e));
    assert_int_equal(db_check(db, false, &e), ERR_DB);
    db_close(db);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        IN_FOLDER(a_new_database_is_private_and_has_every_migration),
        IN_FOLDER(a_database_that_is_not_there_is_not_made_by_opening),
        IN_FOLDER(an_older_database_is_brought_up_to_date_with_a_copy_beside_it),
        IN_FOLDER(a_migration_that_fails_leaves_the_earlier_version),
        IN_FOLDER(a_new_database_whose_migration_fails_is_not_left_behind),
        IN_FOLDER(a_newer_database_can_be_read_but_not_written),
        IN_FOLDER(somebody_elses_file_is_refused),
        IN_FOLDER(a_backup_is_one_whole_file_that_overwrites_nothing),
        IN_FOLDER(a_broken_constraint_is_a_conflict_and_a_rollback_undoes),
        IN_FOLDER(statements_are_kept_under_their_address_and_come_unbound),
        IN_FOLDER(a_damaged_page_is_found_by_the_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
