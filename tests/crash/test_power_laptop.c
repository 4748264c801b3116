/*
 * A laptop loses power, or is killed, at every instant of its work: what was acknowledged is there whole, the
 * rest is not there at all, and the work done again comes to the same end. tests/crash/power cuts at every
 * instant; without it a spread of them is tried.
 */
#include "tests/lib/test.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/store/copies.h"
#include "app/field/store/recover.h"
#include "schema/base/base32.h"
#include "schema/base/file.h"
#include "schema/field/field_schema.h"
#include "tests/lib/older.h"
#include "tests/lib/power.h"

static const int64_t MORNING = INT64_C(1795426200); /* 2026-11-23, 09:30 UTC */

enum {
    BEFORE = 4, /* entries before each work: the device's, and three diggers */
    STEPS = 12, /* of the saves: an entry each */
    BULK = 40,  /* rows of an import in one transaction */
    ROWS = 520, /* of a CSV file: a chunk of 500 and another */
    FIRST_CHUNK = 500,
    PAGE = 4096
};

struct place {
    char db[128];
    char other[128];
};

static struct place place_in(const char *folder, const char *other)
{
    struct place p;
    (void)snprintf(p.db, sizeof p.db, "%s/alluvia.db", folder);
    (void)snprintf(p.other, sizeof p.other, "%s/%s", folder, other);
    return p;
}

static enum err add_digger(struct store *s, int number, struct errctx *e)
{
    struct author by = {"amina", MORNING + number};
    char name[32];
    (void)snprintf(name, sizeof name, "Sahr Kamara %d", number);
    const char *const values[][2] = {
        {"full_name", name},       {"sex", "M"},           {"nationality", "SL"},
        {"residence", "national"}, {"village", "Tombodu"}, {"district", "SL-E-KONO"},
        {"id_type", "none"},       {"role", "digger"},     {"legal_basis", "law"},
        {"status", "active"},
    };
    struct record r;
    struct findings found = {0};
    int64_t id = 0;
    record_init(&r, &ENTITIES[ENTITY_DIGGER]);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        record_set_text(&r, values[i][0], values[i][1]);
    enum err result = store_add(s, &r, &by, NULL, &found, &id, e);
    findings_done(&found);
    record_done(&r);
    return result;
}

static void make_laptop(const char *folder, void *arg)
{
    struct place p = place_in(folder, "");
    struct author by = {"amina", MORNING};
    struct store *s = NULL;
    struct errctx e;
    (void)arg;
    assert_ok(store_create(p.db, "SL", "Koidu office", false, &by, &e));
    assert_ok(store_open(p.db, STORE_WRITE, &s, &e));
    for (int i = 1; i < BEFORE; i++)
        assert_ok(add_digger(s, i, &e));
    store_close(s);
}

/* --- what must hold */

static enum err check_sound(struct store *s, struct errctx *e)
{
    return db_check(store_db(s), true, e) == ERR_OK ? store_verify(s, NULL, NULL, e) : e->kind;
}

/* Sound, and LEAST … MOST entries behind those from before. */
static enum err check_entries(const char *path, int64_t least, int64_t most, struct errctx *e)
{
    struct store *s = NULL;
    if (store_open(path, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    int64_t fresh = store_head(s)->number - BEFORE;
    enum err result = check_sound(s, e);
    if (result == ERR_OK && (fresh < least || fresh > most))
        result = err_fail(e, ERR_INTERNAL, "%" PRId64 " entries instead of %" PRId64 " to %" PRId64, fresh,
                          least, most);
    store_close(s);
    return result;
}

/* The journal to the byte: its chain says all of it. */
static enum err end_chain(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e)
{
    struct place p = place_in(folder, "");
    struct store *s = NULL;
    char hex[2 * CHAIN_BYTES + 1];
    (void)arg;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    const struct journal_head *head = store_head(s);
    hex_put(head->chain.value, CHAIN_BYTES, hex);
    (void)snprintf(out, POWER_END_BYTES, "%" PRId64 " entries, %s", head->number, hex);
    enum err result = check_sound(s, e);
    store_close(s);
    return result;
}

/* --- saves */

/* Step after step adds, amends and voids; where the journal stands says which is next. */
static enum err save_one(struct store *s, int step, struct errctx *e)
{
    struct author by = {"amina", MORNING + 100 + step};
    struct findings found = {0};
    struct record change;
    enum err result = ERR_OK;
    if (step % 3 == 0)
        return add_digger(s, 100 + step, e);
    int64_t id = ident_make(store_device(s)->number, (uint32_t)(store_head(s)->number - (step % 3 - 1)));
    if (step % 3 == 2)
        return store_void(s, ENTITY_DIGGER, id, "entered twice", &by, e);
    record_init(&change, &ENTITIES[ENTITY_DIGGER]);
    record_set_text(&change, "village", "Koidu");
    result = store_amend(s, ENTITY_DIGGER, id, &change, 0, &by, NULL, &found, e);
    findings_done(&found);
    record_done(&change);
    return result;
}

static enum err save(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "");
    struct store *s = NULL;
    (void)arg;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    for (int64_t step; result == ERR_OK && (step = store_head(s)->number - BEFORE) < STEPS;) {
        result = save_one(s, (int)step, e);
        if (result == ERR_OK)
            acks->count = step + 1;
    }
    if (result == ERR_OK)
        acks->count = STEPS;
    store_close(s);
    return result;
}

static enum err check_saved(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "");
    (void)arg;
    return check_entries(p.db, acks->count, acks->count + 1, e);
}

static const struct power_case SAVES = {"saves", make_laptop, save, check_saved, end_chain, NULL, 14};

static void a_save_is_there_or_not_at_all(void **state)
{
    (void)state;
    power_run(&SAVES);
}

static void the_same_eye_sees_what_a_disk_that_lies_loses(void **state)
{
    (void)state;
    int cuts = 0;
    int losses = power_count_losses(&SAVES, &cuts);
    assert_true(cuts >= 10);
    assert_true(losses >= cuts / 3);
}

/* --- many rows in one transaction */

static enum err add_bulk(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "");
    struct store *s = NULL;
    (void)arg;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    if (store_head(s)->number == BEFORE) {
        result = store_begin(s, e);
        for (int i = 0; i < BULK && result == ERR_OK; i++)
            result = add_digger(s, 200 + i, e);
        if (result == ERR_OK)
            result = store_commit(s, e);
    }
    if (result == ERR_OK)
        acks->count = BULK;
    store_close(s);
    return result;
}

static enum err check_bulk(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "");
    (void)arg;
    return check_entries(p.db, 0, 0, e) == ERR_OK && acks->count == 0 ? ERR_OK
                                                                      : check_entries(p.db, BULK, BULK, e);
}

static void an_import_in_one_transaction_is_there_or_not_at_all(void **state)
{
    (void)state;
    power_run(&(struct power_case){"one transaction", make_laptop, add_bulk, check_bulk, end_chain, NULL, 6});
}

/* --- a file of many transactions, by the command itself */

static void make_file(const char *folder, void *arg)
{
    struct place p = place_in(folder, "groups.csv");
    make_laptop(folder, arg);
    FILE *to = fopen(p.other, "we");
    assert_non_null(to);
    (void)fputs("name,kind,district,village,chair,status\n", to);
    for (int i = 0; i < ROWS; i++)
        (void)fprintf(to, "Group %d,group,SL-E-KONO,Koidu,Sia,active\n", i);
    assert_int_equal(fclose(to), 0);
}

static enum err import(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "groups.csv");
    const char *operands[] = {"cooperative", p.other};
    const struct options o = {.operands = operands, .operand_count = 2};
    struct app app = {.db_path = p.db, .mark = '.', .now = MORNING + 1000};
    (void)arg;
    if (store_open(p.db, STORE_WRITE, &app.store, e) != ERR_OK)
        return e->kind;
    enum err result = CMD_IMPORT.run(&app, &o, e);
    /* Cut behind its last commit, it was complete. */
    if (result == ERR_INVALID && strstr(e->text, "imported already"))
        result = ERR_OK;
    if (result == ERR_OK)
        acks->count = ROWS;
    store_close(app.store);
    return result;
}

static enum err check_imported(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "");
    (void)arg;
    if (acks->count == 0 && (check_entries(p.db, 0, 0, e) == ERR_OK ||
                             check_entries(p.db, FIRST_CHUNK, FIRST_CHUNK, e) == ERR_OK))
        return ERR_OK;
    return check_entries(p.db, ROWS, ROWS, e);
}

static void an_import_of_several_transactions_goes_on_and_takes_no_row_twice(void **state)
{
    (void)state;
    power_run(&(struct power_case){"import", make_file, import, check_imported, end_chain, NULL, 4});
}

/* --- rebuild */

/* A table that does not fit the journal, so that a rebuild changes something. */
static void make_wrong(const char *folder, void *arg)
{
    struct place p = place_in(folder, "");
    struct store *s = NULL;
    struct errctx e;
    make_laptop(folder, arg);
    assert_ok(store_open(p.db, STORE_WRITE, &s, &e));
    assert_ok(db_exec(store_db(s), "UPDATE digger SET village = 'Elsewhere'", &e));
    store_close(s);
}

static enum err rebuild(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "");
    struct store *s = NULL;
    (void)arg;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = store_rebuild(s, NULL, NULL, e);
    if (result == ERR_OK)
        acks->count = 1;
    store_close(s);
    return result;
}

/* All of the old or all of the new. */
static enum err check_rebuilt(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "");
    struct store *s = NULL;
    int64_t old = -1;
    (void)arg;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = db_check(store_db(s), true, e);
    if (result == ERR_OK)
        result =
            db_one_int(store_db(s), "SELECT count(*) FROM digger WHERE village = 'Elsewhere'", -1, &old, e);
    if (result == ERR_OK && old == 0)
        result = store_verify(s, NULL, NULL, e);
    else if (result == ERR_OK && (old != BEFORE - 1 || acks->count))
        result = err_fail(e, ERR_INTERNAL, "%" PRId64 " of the old rows are left", old);
    store_close(s);
    return result;
}

static void a_rebuild_is_done_or_not_at_all(void **state)
{
    (void)state;
    power_run(&(struct power_case){"rebuild", make_wrong, rebuild, check_rebuilt, end_chain, NULL, 5});
}

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
    if (result == ERR_OK && entries < BEFORE)
        return err_fail(e, ERR_INTERNAL, "the copy holds %" PRId64 " entries", entries);
    return result;
}

static enum err copy(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "stick.db");
    const struct progress_to nobody = {0};
    struct author by = {"amina", MORNING + 2000};
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
    struct place p = place_in(folder, "stick.db");
    struct store *s = NULL;
    struct copies made;
    (void)arg;
    if (check_entries(p.db, 0, 1, e) != ERR_OK || store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
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
    struct place p = place_in(folder, "backups");
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
    power_run(&(struct power_case){"copies", make_laptop, copy, check_copies, end_copies, NULL, 6});
}

/* --- making one */

static void make_nothing(const char *folder, void *arg)
{
    (void)folder;
    (void)arg;
}

static enum err create(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "");
    struct author by = {"amina", MORNING};
    (void)arg;
    enum err result = store_create(p.db, "SL", "Koidu office", false, &by, e);
    if (result == ERR_OK || result == ERR_EXISTS)
        acks->count = 1;
    return result == ERR_EXISTS ? ERR_OK : result;
}

static enum err check_created(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "");
    struct store *s = NULL;
    (void)arg;
    enum err result = store_open(p.db, STORE_WRITE, &s, e);
    if (result == ERR_NOT_FOUND && acks->count == 0)
        return ERR_OK;
    if (result == ERR_OK)
        result = check_sound(s, e);
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
    struct place p = place_in(folder, "stick.db");
    const struct progress_to nobody = {0};
    struct author by = {"amina", MORNING + 2000};
    struct store *s = NULL;
    bool elsewhere = false;
    struct errctx e;
    make_laptop(folder, arg);
    assert_ok(store_open(p.db, STORE_WRITE, &s, &e));
    assert_ok(store_backup(s, p.other, &by, &nobody, &elsewhere, &e));
    store_close(s);
    assert_int_equal(unlink(p.db), 0);
}

static enum err restore(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "stick.db");
    struct author by = {"amina", MORNING + 4000};
    struct restored_life life;
    (void)arg;
    enum err result = store_restore(p.db, p.other, NULL, &by, NULL, NULL, &life, e);
    if (result == ERR_OK || result == ERR_EXISTS)
        acks->count = 1;
    return result == ERR_EXISTS ? ERR_OK : result;
}

static enum err end_restored(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e)
{
    struct place p = place_in(folder, "");
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
    struct place p = place_in(folder, "");
    make_laptop(folder, arg);
    FILE *file = fopen(p.db, "r+be");
    assert_non_null(file);
    assert_int_equal(fwrite(zeros, 1, sizeof zeros, file), sizeof zeros);
    assert_int_equal(fclose(file), 0);
}

/* The first digger's entry is illegible: the next two stand behind a gap. */
static void make_gap(const char *folder, void *arg)
{
    static const char text[] = "\"full_name\":\"Sahr Kamara 1\"";
    struct place p = place_in(folder, "");
    struct buf bytes = {0};
    struct errctx e;
    make_laptop(folder, arg);
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
    struct place p = place_in(folder, "");
    struct author by = {"amina", MORNING + 3000};
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
    struct place p = place_in(folder, "");
    struct store *s = NULL;
    const int64_t *gone = arg;
    enum err result = store_open(p.db, STORE_WRITE, &s, e);
    if (result != ERR_OK)
        return acks->count == 0 && (db_is_damage(e) || result == ERR_NOT_FOUND) ? ERR_OK : result;
    result = check_sound(s, e);
    if (result == ERR_OK && store_head(s)->number < BEFORE - (gone ? *gone : 0))
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
    struct place p = place_in(folder, "");
    make_laptop(folder, NULL);
    older_make(p.db, &FIELD_DB, *(const size_t *)arg);
}

static enum err bring_up_to_date(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct place p = place_in(folder, "");
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
    struct place p = place_in(folder, "");
    int64_t entries = 0;
    struct db *db = NULL;
    (void)arg;
    if (older_open(p.db, &FIELD_DB, &db, e) != ERR_OK)
        return e->kind;
    enum err result = db_check(db, true, e);
    if (result == ERR_OK)
        result = db_one_int(db, "SELECT count(*) FROM journal", 0, &entries, e);
    if (result == ERR_OK && (entries != BEFORE || (acks->count && acks->count != db_version(db))))
        result = err_fail(e, ERR_INTERNAL, "version %d with %" PRId64 " entries", db_version(db), entries);
    db_close(db);
    return result;
}

/* What came before the tables of records is made from the journal. */
static enum err end_migrated(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e)
{
    struct place p = place_in(folder, "");
    struct store *s = NULL;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = store_rebuild(s, NULL, NULL, e);
    store_close(s);
    return result == ERR_OK ? end_chain(folder, arg, out, e) : result;
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
        cmocka_unit_test(a_save_is_there_or_not_at_all),
        cmocka_unit_test(the_same_eye_sees_what_a_disk_that_lies_loses),
        cmocka_unit_test(an_import_in_one_transaction_is_there_or_not_at_all),
        cmocka_unit_test(an_import_of_several_transactions_goes_on_and_takes_no_row_twice),
        cmocka_unit_test(a_rebuild_is_done_or_not_at_all),
        cmocka_unit_test(a_copy_is_whole_or_has_no_name),
        cmocka_unit_test(a_new_database_is_whole_or_not_there),
        cmocka_unit_test(a_restored_database_is_whole_or_not_there),
        cmocka_unit_test(a_recovery_can_be_repeated),
        cmocka_unit_test(what_stands_behind_a_gap_comes_back_after_any_cut),
        cmocka_unit_test(every_migration_is_done_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
