/*
 * A laptop loses power, or is killed, at every instant of its work: what was acknowledged is there whole, the
 * rest is not there at all, and the work done again comes to the same end. tests/crash/power cuts at every
 * instant; without it a spread of them is tried.
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
    STEPS = 12, /* of the saves: an entry each */
    BULK = 40,  /* rows of an import in one transaction */
    ROWS = 520, /* of a CSV file: a chunk of 500 and another */
    FIRST_CHUNK = 500
};

/* --- saves */

/* Step after step adds, amends and voids; where the journal stands says which is next. */
static enum err save_one(struct store *s, int step, struct errctx *e)
{
    struct author by = {"amina", POWER_MORNING + 100 + step};
    struct findings found = {0};
    struct record change;
    enum err result = ERR_OK;
    if (step % 3 == 0)
        return power_add_digger(s, 100 + step, e);
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
    struct power_place p = power_place(folder, "");
    struct store *s = NULL;
    (void)arg;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    for (int64_t step; result == ERR_OK && (step = store_head(s)->number - POWER_BEFORE) < STEPS;) {
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
    struct power_place p = power_place(folder, "");
    (void)arg;
    return power_check_entries(p.db, acks->count, acks->count + 1, e);
}

static const struct power_case SAVES = {"saves", power_make_laptop, save, check_saved, power_end_chain, NULL,
                                        14};

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
    struct power_place p = power_place(folder, "");
    struct store *s = NULL;
    (void)arg;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    if (store_head(s)->number == POWER_BEFORE) {
        result = store_begin(s, e);
        for (int i = 0; i < BULK && result == ERR_OK; i++)
            result = power_add_digger(s, 200 + i, e);
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
    struct power_place p = power_place(folder, "");
    (void)arg;
    return power_check_entries(p.db, 0, 0, e) == ERR_OK && acks->count == 0
               ? ERR_OK
               : power_check_entries(p.db, BULK, BULK, e);
}

static void an_import_in_one_transaction_is_there_or_not_at_all(void **state)
{
    (void)state;
    power_run(&(struct power_case){"one transaction", power_make_laptop, add_bulk, check_bulk,
                                   power_end_chain, NULL, 6});
}

/* --- a file of many transactions, by the command itself */

static void make_file(const char *folder, void *arg)
{
    struct power_place p = power_place(folder, "groups.csv");
    power_make_laptop(folder, arg);
    FILE *to = fopen(p.other, "we");
    assert_non_null(to);
    (void)fputs("name,kind,district,village,chair,status\n", to);
    for (int i = 0; i < ROWS; i++)
        (void)fprintf(to, "Group %d,group,SL-E-KONO,Koidu,Sia,active\n", i);
    assert_int_equal(fclose(to), 0);
}

static enum err import(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct power_place p = power_place(folder, "groups.csv");
    const char *operands[] = {"cooperative", p.other};
    const struct options o = {.operands = operands, .operand_count = 2};
    struct app app = {.db_path = p.db, .mark = '.', .now = POWER_MORNING + 1000};
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
    struct power_place p = power_place(folder, "");
    (void)arg;
    if (acks->count == 0 && (power_check_entries(p.db, 0, 0, e) == ERR_OK ||
                             power_check_entries(p.db, FIRST_CHUNK, FIRST_CHUNK, e) == ERR_OK))
        return ERR_OK;
    return power_check_entries(p.db, ROWS, ROWS, e);
}

static void an_import_of_several_transactions_goes_on_and_takes_no_row_twice(void **state)
{
    (void)state;
    power_run(&(struct power_case){"import", make_file, import, check_imported, power_end_chain, NULL, 4});
}

/* --- rebuild */

/* A table that does not fit the journal, so that a rebuild changes something. */
static void make_wrong(const char *folder, void *arg)
{
    struct power_place p = power_place(folder, "");
    struct store *s = NULL;
    struct errctx e;
    power_make_laptop(folder, arg);
    assert_ok(store_open(p.db, STORE_WRITE, &s, &e));
    assert_ok(db_exec(store_db(s), "UPDATE digger SET village = 'Elsewhere'", &e));
    store_close(s);
}

static enum err rebuild(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct power_place p = power_place(folder, "");
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
    struct power_place p = power_place(folder, "");
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
    else if (result == ERR_OK && (old != POWER_BEFORE - 1 || acks->count))
        result = err_fail(e, ERR_INTERNAL, "%" PRId64 " of the old rows are left", old);
    store_close(s);
    return result;
}

static void a_rebuild_is_done_or_not_at_all(void **state)
{
    (void)state;
    power_run(&(struct power_case){"rebuild", make_wrong, rebuild, check_rebuilt, power_end_chain, NULL, 5});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_save_is_there_or_not_at_all),
        cmocka_unit_test(the_same_eye_sees_what_a_disk_that_lies_loses),
        cmocka_unit_test(an_import_in_one_transaction_is_there_or_not_at_all),
        cmocka_unit_test(an_import_of_several_transactions_goes_on_and_takes_no_row_twice),
        cmocka_unit_test(a_rebuild_is_done_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
