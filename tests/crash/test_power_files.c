/*
 * As test_power_laptop, of whole databases: copied, made, restored, recovered, brought up to date. What has
 * its name is whole; what is not whole has none, and the work done again comes to the same end.
 */
#include "tests/lib/test.h"

#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/store/copies.h"
#include "app/field/store/recover.h"
#include "schema/base/base32.h"
#include "schema/base/file.h"
#include "schema/field/field_schema.h"
#include "tests/crash/power_laptop.h"
#include "tests/lib/older.h"
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PAGE = 4096
};

/* --- automatic copies and backups */

static enum err check_copy(const char *path, struct errctx *e)
{
    struct db *copy = NULL;
    int64_t entries = 0;
    enum err result = db_open(path, DB_READ, &FIELD_DB, &copy, e);
    if (result == ERR_OK)
        result = db_check(copy, true, e);
    if (result == ERR_OK)
        result = db_one_int(copy, "SELECT count(*) FROM journal", 0, &entries, e);
    db_close(copy);
    if (result == ERR_OK && entries < POWER_BEFORE)
        return err_fail(e, ERR_INTERNAL, "the copy holds %" PRId64 " entries", entries);
    return result;
}

static enum err copy(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct power_place p = power_place(folder, "stick.db");
    const struct progress_to nobody = {0};
    struct author by = {"amina", POWER_MORNING + 2000};
    struct store *s = NULL;
    bool elsewhere = false;
    (void)arg;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = copies_make(s, e);
    if (result == ERR_OK && acks->count == 0)
        acks->count = 1;
    if (result == ERR_OK)
        result = store_backup(s, p.other, &by, &nobody, &elsewhere, e);
    if (result == ERR_EXISTS)
        result = ERR_OK;
    if (result == ERR_OK)
        acks->count = 2;
    store_close(s);
    return result;
}

/* Whatever has the name of a copy is one. */
static enum err check_copies(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    struct power_place p = power_place(folder, "stick.db");
    struct store *s = NULL;
    struct copies made;
    (void)arg;
    if (power_check_entries(p.db, 0, 1, e) != ERR_OK || store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    copies_list(p.db, store_device(s)->code, &made);
    for (size_t i = 0; i < made.count && result == ERR_OK; i++)
        result = check_copy(made.rows[i].path, e);
    if (result == ERR_OK && made.count == 0 && acks->count >= 1)
        result = err_fail(e, ERR_INTERNAL, "the automatic copy is gone");
    copies_done(&made);
    store_close(s);
    if (result == ERR_OK && (acks->count == 2 || access(p.other, F_OK) == 0))
        result = check_copy(p.other, e);
    return result;
}

static enum err end_copies(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e)
{
    int files = 0;
    struct power_place p = power_place(folder, "backups");
    (void)e;
    (void)arg;
    DIR *dir = opendir(p.other);
    for (const struct dirent *at; dir && (at = readdir(dir));)
        files += at->d_name[0] != '.';
    if (dir)
        (void)closedir(dir);
    (void)snprintf(out, POWER_END_BYTES, "%d files in backups", files);
    return ERR_OK;
}

static void a_copy_is_whole_or_has_no_name(void **state)
{
    (void)state;
    power_run(&(struct power_case){"copies", power_make_laptop, copy, check_copies, end_copies, NULL, 6});
}

/* --- making one */

static void make_nothing(const char *folder, void *arg)
{
    (void)folder;
    (void)arg;
}

static enum err create(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct power_place p = power_place(folder, "");
    struct author by = {"amina", POWER_MORNING};
    (void)arg;
    enum err result = store_create(p.db, "SL", "Koidu office", false, &by, e);
    if (result == ERR_OK || result == ERR_EXISTS)
        acks->count = 1;
    return result == ERR_EXISTS ? ERR_OK : result;
}

static enum err check_created(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    struct power_place p = power_place(folder, "");
    struct store *s = NULL;
    (void)arg;
    enum err result = store_open(p.db, STORE_WRITE, &s, e);
    if (result == ERR_NOT_FOUND && acks->count == 0)
        return ERR_OK;
    if (result == ERR_OK)
        result = power_check_sound(s, e);
    store_close(s);
    return result;
}

static enum err end_created(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e)
{
    struct power_acks made = {1};
    (void)snprintf(out, POWER_END_BYTES, "a database");
    return check_created(folder, arg, &made, e);
}

static void a_new_database_is_whole_or_not_there(void **state)
{
    (void)state;
    power_run(&(struct power_case){"init", make_nothing, create, check_created, end_created, NULL, 10});
}

static void make_backup(const char *folder, void *arg)
{
    struct power_place p = power_place(folder, "stick.db");
    const struct progress_to nobody = {0};
    struct author by = {"amina", POWER_MORNING + 2000};
    struct store *s = NULL;
    bool elsewhere = false;
    struct errctx e;
    power_make_laptop(folder, arg);
    assert_ok(store_open(p.db, STORE_WRITE, &s, &e));
    assert_ok(store_backup(s, p.other, &by, &nobody, &elsewhere, &e));
    store_close(s);
    assert_int_equal(unlink(p.db), 0);
}

static enum err restore(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct power_place p = power_place(folder, "stick.db");
    struct author by = {"amina", POWER_MORNING + 4000};
    struct restored_life life;
    (void)arg;
    enum err result = store_restore(p.db, p.other, NULL, &by, NULL, NULL, &life, e);
    if (result == ERR_OK || result == ERR_EXISTS)
        acks->count = 1;
    return result == ERR_EXISTS ? ERR_OK : result;
}

static enum err end_restored(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e)
{
    struct power_place p = power_place(folder, "");
    struct power_acks made = {1};
    struct store *s = NULL;
    int64_t diggers = 0;
    if (check_created(folder, arg, &made, e) != ERR_OK || store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = db_one_int(store_db(s), "SELECT count(*) FROM digger", 0, &diggers, e);
    (void)snprintf(out, POWER_END_BYTES, "%" PRId64 " diggers", diggers);
    store_close(s);
    return result;
}

static void a_restored_database_is_whole_or_not_there(void **state)
{
    (void)state;
    power_run(&(struct power_case){"restore", make_backup, restore, check_created, end_restored, NULL, 8});
}

/* --- recovery */

static void make_damaged(const char *folder, void *arg)
{
    static const char zeros[PAGE];
    struct power_place p = power_place(folder, "");
    power_make_laptop(folder, arg);
    FILE *file = fopen(p.db, "r+be");
    assert_non_null(file);
    assert_int_equal(fwrite(zeros, 1, sizeof zeros, file), sizeof zeros);
    assert_int_equal(fclose(file), 0);
}

/* The first digger's entry is illegible: the next two stand behind a gap. */
static void make_gap(const char *folder, void *arg)
{
    static const char text[] = "\"full_name\":\"Sahr Kamara 1\"";
    struct power_place p = power_place(folder, "");
    struct buf bytes = {0};
    struct errctx e;
    power_make_laptop(folder, arg);
    assert_ok(file_read(p.db, 16 * 1024 * 1024, &bytes, &e));
    size_t at = 0;
    while (at + strlen(text) <= bytes.len && memcmp(bytes.data + at, text, strlen(text)) != 0)
        at++;
    assert_true(at + strlen(text) <= bytes.len);
    memset(bytes.data + at, '.', strlen(text));
    FILE *file = fopen(p.db, "r+be");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
    buf_done(&bytes);
}

static enum err recover(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct power_place p = power_place(folder, "");
    struct author by = {"amina", POWER_MORNING + 3000};
    struct recovered done;
    const struct recovery what = {.path = p.db, .by = &by, .country = "SL"};
    (void)arg;
    enum err result = store_recover(&what, &done, e);
    if (result == ERR_OK)
        acks->count = 1;
    return result;
}

/* The damaged file lies where it lay, or the recovered one does. ARG: how many entries are gone; NULL: none.
 */
static enum err check_recovered(const char *folder, void *arg, const struct power_acks *acks,
                                struct errctx *e)
{
    struct power_place p = power_place(folder, "");
    struct store *s = NULL;
    const int64_t *gone = arg;
    enum err result = store_open(p.db, STORE_WRITE, &s, e);
    if (result != ERR_OK)
        return acks->count == 0 && (db_is_damage(e) || result == ERR_NOT_FOUND) ? ERR_OK : result;
    result = power_check_sound(s, e);
    if (result == ERR_OK && store_head(s)->number < POWER_BEFORE - (gone ? *gone : 0))
        result = err_fail(e, ERR_INTERNAL, "only %" PRId64 " entries", store_head(s)->number);
    store_close(s);
    return result;
}

static void a_recovery_can_be_repeated(void **state)
{
    (void)state;
    power_run(&(struct power_case){"recover", make_damaged, recover, check_recovered, end_restored, NULL, 6});
}

static void what_stands_behind_a_gap_comes_back_after_any_cut(void **state)
{
    (void)state;
    int64_t gone = 1;
    power_run(&(struct power_case){"recover behind a gap", make_gap, recover, check_recovered, end_restored,
                                   &gone, 6});
}

/* --- migrations */

/* A laptop's database as the program of schema *ARG left it. */
static void make_old(const char *folder, void *arg)
{
    struct power_place p = power_place(folder, "");
    power_make_laptop(folder, NULL);
    older_make(p.db, &FIELD_DB, *(const size_t *)arg);
}

static enum err bring_up_to_date(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct power_place p = power_place(folder, "");
    struct store *s = NULL;
    (void)arg;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    acks->count = db_version(store_db(s));
    store_close(s);
    return ERR_OK;
}

/* Before it is opened by the program: some version, whole, with every entry. */
static enum err check_version(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    struct power_place p = power_place(folder, "");
    int64_t entries = 0;
    struct db *db = NULL;
    (void)arg;
    if (older_open(p.db, &FIELD_DB, &db, e) != ERR_OK)
        return e->kind;
    enum err result = db_check(db, true, e);
    if (result == ERR_OK)
        result = db_one_int(db, "SELECT count(*) FROM journal", 0, &entries, e);
    if (result == ERR_OK && (entries != POWER_BEFORE || (acks->count && acks->count != db_version(db))))
        result = err_fail(e, ERR_INTERNAL, "version %d with %" PRId64 " entries", db_version(db), entries);
    db_close(db);
    return result;
}

/* What came before the tables of records is made from the journal. */
static enum err end_migrated(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e)
{
    struct power_place p = power_place(folder, "");
    struct store *s = NULL;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = store_rebuild(s, NULL, NULL, e);
    store_close(s);
    return result == ERR_OK ? power_end_chain(folder, arg, out, e) : result;
}

static void every_migration_is_done_or_not_at_all(void **state)
{
    (void)state;
    for (size_t version = 1; version < *FIELD_DB.migration_count; version++) {
        char name[32];
        (void)snprintf(name, sizeof name, "from version %zu", version);
        power_run(
            &(struct power_case){name, make_old, bring_up_to_date, check_version, end_migrated, &version, 2});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_whole_or_has_no_name),
        cmocka_unit_test(a_new_database_is_whole_or_not_there),
        cmocka_unit_test(a_restored_database_is_whole_or_not_there),
        cmocka_unit_test(a_recovery_can_be_repeated),
        cmocka_unit_test(what_stands_behind_a_gap_comes_back_after_any_cut),
        cmocka_unit_test(every_migration_is_done_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
