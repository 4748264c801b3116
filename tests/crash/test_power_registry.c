/*
 * A registry loses power, or is killed, at every instant of its work: a batch that has a receipt is there
 * whole, any other is not there at all, and the work done again comes to the same end. tests/crash/power cuts
 * at every instant; without it a spread of them is tried.
 */
#include "tests/lib/test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/registry/store/inside.h"
#include "schema/base/buf.h"
#include "schema/registry/registry_schema.h"
#include "sync/server/ingest.h"
#include "tests/lib/older.h"
#include "tests/lib/power.h"
#include "tests/lib/sender.h"

enum {
    NOW = 1795500000, /* 2026-11-24T06:40:00Z */
    HELD = 5,         /* entries that the registry holds before each work */
    ENTRIES = 14
};

/* What the laptops send does not change, so it is made once. */
struct sent {
    struct sender known;
    struct sender fresh;
    char code[INVITATION_CODE_BYTES]; /* for the known one … */
    char more[INVITATION_CODE_BYTES]; /* … and for the other */
};

static struct sent the;

static void fill(struct sender *s, uint8_t seed)
{
    sender_init(s, seed, false);
    for (int i = 2; i < ENTRIES; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "Cooperative %d of %d", i, seed);
        (void)sender_add_coop(s, name);
    }
    (void)sender_amend_coop(s, 2, 2, "Tombodu");
}

static enum err take(struct registry_store *s, const struct sender *l, int64_t first, int64_t last,
                     const char *code, struct errctx *e)
{
    struct ingest in = {.ledger = registry_store_ledger(s), .registry = registry_store_device(s), .now = NOW};
    struct buf packed = {0};
    struct buf receipt = {0};
    struct problem p = {0};
    struct ingested done;
    sender_batch(l, first, last, code, &packed);
    enum err result = ingest_batch(&in, packed.data, packed.len, 0, &receipt, &done, &p, e);
    problem_done(&p);
    buf_done(&receipt);
    buf_done(&packed);
    return result;
}

static void make_registry(const char *folder, void *arg)
{
    static const char *const districts[] = {"SL-E"};
    struct registry_store *s = NULL;
    struct errctx e;
    (void)arg;
    assert_ok(registry_store_create(folder, NULL, "SL", "Kono regional office", false, &e));
    assert_ok(registry_store_open(folder, DB_WRITE, &s, &e));
    assert_ok(registry_store_invite(s, "Koidu 1", districts, 1, 0, NOW - 86400, the.code, &e));
    assert_ok(registry_store_invite(s, "Koidu 2", districts, 1, 0, NOW - 86400, the.more, &e));
    assert_ok(take(s, &the.known, 1, HELD, the.code, &e));
    registry_store_close(s);
}

/* --- what must hold */

static enum err count(struct registry_store *s, const char *sql, int64_t *out, struct errctx *e)
{
    return db_one_int(s->db, sql, -1, out, e);
}

static enum err check_sound(struct registry_store *s, struct errctx *e)
{
    return db_check(s->db, true, e) == ERR_OK ? registry_store_verify(s, 0, NULL, NULL, e) : e->kind;
}

/* Every entry with its chain, and every record as it stands: one hash says all of the first. */
static enum err end_registry(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e)
{
    struct registry_store *s = NULL;
    struct registry_source source;
    int64_t rows = 0;
    int64_t told = 0;
    (void)arg;
    if (registry_store_open(folder, DB_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = registry_store_source(s, &source, e);
    if (result == ERR_OK)
        result = count(s, "SELECT count(*) FROM cooperative WHERE village = 'Tombodu'", &told, e);
    if (result == ERR_OK)
        result = count(s, "SELECT count(*) FROM cooperative", &rows, e);
    if (result == ERR_OK)
        result = check_sound(s, e);
    (void)snprintf(out, POWER_END_BYTES, "%" PRId64 " entries, %" PRId64 " rows, %" PRId64 " amended, %s",
                   source.entries, rows, told, source.hash);
    registry_store_close(s);
    return result;
}

/* --- making one */

static void make_nothing(const char *folder, void *arg)
{
    (void)folder;
    (void)arg;
}

static enum err create(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    (void)arg;
    enum err result = registry_store_create(folder, NULL, "SL", "Kono regional office", false, e);
    if (result == ERR_OK || result == ERR_EXISTS)
        acks->count = 1;
    return result == ERR_EXISTS ? ERR_OK : result;
}

static enum err check_restored(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    struct registry_store *s = NULL;
    (void)arg;
    enum err result = registry_store_open(folder, DB_WRITE, &s, e);
    if (result == ERR_NOT_FOUND && acks->count == 0)
        return ERR_OK;
    if (result == ERR_OK)
        result = check_sound(s, e);
    registry_store_close(s);
    return result;
}

static enum err end_created(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e)
{
    struct power_acks made = {1};
    (void)snprintf(out, POWER_END_BYTES, "a registry");
    return check_restored(folder, arg, &made, e);
}

static void a_new_registry_is_whole_or_not_there(void **state)
{
    (void)state;
    power_run(&(struct power_case){"init", make_nothing, create, check_restored, end_created, NULL, 10});
}

/* --- taking in */

static const struct {
    bool fresh;
    int64_t first;
    int64_t last;
    bool enrols;
} BATCHES[] = {
    {false, HELD + 1, HELD + 3, false},
    {true, 1, 6, true},
    {false, 2, 10, false}, /* in part held already */
    {true, 7, ENTRIES, false},
    {false, 9, ENTRIES, false},
};

enum {
    BATCH_COUNT = sizeof BATCHES / sizeof BATCHES[0]
};

static enum err take_all(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct registry_store *s = NULL;
    (void)arg;
    if (registry_store_open(folder, DB_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    for (int i = 0; i < BATCH_COUNT && result == ERR_OK; i++) {
        result = take(s, BATCHES[i].fresh ? &the.fresh : &the.known, BATCHES[i].first, BATCHES[i].last,
                      BATCHES[i].enrols ? the.more : NULL, e);
        if (result == ERR_OK)
            acks->count = i + 1;
    }
    registry_store_close(s);
    return result;
}

/* How far the registry holds a laptop's journal behind COUNT batches. */
static int64_t held_after(bool fresh, int64_t batches)
{
    int64_t held = fresh ? 0 : HELD;
    for (int64_t i = 0; i < batches; i++) {
        if (BATCHES[i].fresh == fresh && BATCHES[i].last > held)
            held = BATCHES[i].last;
    }
    return held;
}

static enum err check_taken(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    struct registry_store *s = NULL;
    int64_t entries = 0;
    int64_t upto = 0;
    (void)arg;
    if (registry_store_open(folder, DB_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = check_sound(s, e);
    if (result == ERR_OK)
        result = count(s, "SELECT count(*) FROM entry", &entries, e);
    if (result == ERR_OK)
        result = count(s, "SELECT coalesce(sum(upto), 0) FROM device", &upto, e);
    registry_store_close(s);
    if (result != ERR_OK)
        return result;
    int64_t now = held_after(false, acks->count) + held_after(true, acks->count);
    int64_t next = acks->count == BATCH_COUNT
                       ? now
                       : held_after(false, acks->count + 1) + held_after(true, acks->count + 1);
    if (entries != upto || (entries != now && entries != next))
        return err_fail(e, ERR_INTERNAL,
                        "%" PRId64 " entries, upto %" PRId64 ", instead of %" PRId64 " or %" PRId64, entries,
                        upto, now, next);
    return ERR_OK;
}

static const struct power_case INTAKE = {"ingest",     make_registry, take_all, check_taken,
                                         end_registry, NULL,          14};

static void a_batch_is_taken_whole_or_not_at_all(void **state)
{
    (void)state;
    power_run(&INTAKE);
}

static void the_same_eye_sees_what_a_disk_that_lies_loses(void **state)
{
    (void)state;
    int cuts = 0;
    int losses = power_count_losses(&INTAKE, &cuts);
    assert_true(cuts >= 10);
    assert_true(losses >= cuts / 3);
}

/* --- rebuild */

static void make_wrong(const char *folder, void *arg)
{
    struct registry_store *s = NULL;
    struct errctx e;
    make_registry(folder, arg);
    assert_ok(registry_store_open(folder, DB_WRITE, &s, &e));
    assert_ok(db_exec(s->db, "UPDATE cooperative SET village = 'Elsewhere'", &e));
    registry_store_close(s);
}

static enum err rebuild(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct registry_store *s = NULL;
    (void)arg;
    if (registry_store_open(folder, DB_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = registry_store_rebuild(s, NULL, NULL, e);
    if (result == ERR_OK)
        acks->count = 1;
    registry_store_close(s);
    return result;
}

static enum err check_rebuilt(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    struct registry_store *s = NULL;
    int64_t old = -1;
    (void)arg;
    if (registry_store_open(folder, DB_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = db_check(s->db, true, e);
    if (result == ERR_OK)
        result = count(s, "SELECT count(*) FROM cooperative WHERE village = 'Elsewhere'", &old, e);
    if (result == ERR_OK && old == 0)
        result = registry_store_verify(s, 0, NULL, NULL, e);
    else if (result == ERR_OK && (old != HELD - 1 || acks->count))
        result = err_fail(e, ERR_INTERNAL, "%" PRId64 " of the old rows are left", old);
    registry_store_close(s);
    return result;
}

static void a_rebuild_is_done_or_not_at_all(void **state)
{
    (void)state;
    power_run(&(struct power_case){"rebuild", make_wrong, rebuild, check_rebuilt, end_registry, NULL, 6});
}

/* --- backup and restore */

static void path_in(char out[128], const char *folder, const char *name)
{
    (void)snprintf(out, 128, "%s/%s", folder, name);
}

static enum err back_up(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct registry_store *s = NULL;
    char copy[128];
    (void)arg;
    path_in(copy, folder, "copy.db");
    if (registry_store_open(folder, DB_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = registry_store_backup(s, copy, NULL, NULL, e);
    if (result == ERR_OK || result == ERR_EXISTS)
        acks->count = 1;
    registry_store_close(s);
    return result == ERR_EXISTS ? ERR_OK : result;
}

static enum err check_backed_up(const char *folder, void *arg, const struct power_acks *acks,
                                struct errctx *e)
{
    struct db *copy = NULL;
    char path[128];
    int64_t entries = 0;
    (void)arg;
    path_in(path, folder, "copy.db");
    if (acks->count == 0 && access(path, F_OK) != 0)
        return ERR_OK;
    enum err result = db_open(path, DB_READ, &REGISTRY_DB, &copy, e);
    if (result == ERR_OK)
        result = db_check(copy, true, e);
    if (result == ERR_OK)
        result = db_one_int(copy, "SELECT count(*) FROM entry", 0, &entries, e);
    db_close(copy);
    if (result == ERR_OK && entries != HELD)
        return err_fail(e, ERR_INTERNAL, "the copy holds %" PRId64 " entries", entries);
    return result;
}

static void a_backup_is_whole_or_has_no_name(void **state)
{
    (void)state;
    power_run(&(struct power_case){"backup", make_registry, back_up, check_backed_up, end_registry, NULL, 6});
}

/* The key and a backup are left of a registry. */
static void make_ruin(const char *folder, void *arg)
{
    struct power_acks acks = {0};
    struct errctx e;
    char path[128];
    make_registry(folder, arg);
    assert_ok(back_up(folder, arg, &acks, &e));
    path_in(path, folder, "registry.db");
    assert_int_equal(unlink(path), 0);
}

static enum err restore(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    char copy[128];
    (void)arg;
    path_in(copy, folder, "copy.db");
    enum err result = registry_store_restore(folder, NULL, copy, e);
    if (result == ERR_OK || result == ERR_EXISTS)
        acks->count = 1;
    return result == ERR_EXISTS ? ERR_OK : result;
}

static void a_restored_registry_is_there_or_can_be_restored_again(void **state)
{
    (void)state;
    power_run(&(struct power_case){"restore", make_ruin, restore, check_restored, end_registry, NULL, 6});
}

/* --- migrations */

/* A registry's database as the program of schema *ARG left it. */
static void make_old(const char *folder, void *arg)
{
    char path[128];
    make_registry(folder, NULL);
    path_in(path, folder, "registry.db");
    older_make(path, &REGISTRY_DB, *(const size_t *)arg);
}

static enum err bring_up_to_date(const char *folder, void *arg, struct power_acks *acks, struct errctx *e)
{
    struct registry_store *s = NULL;
    (void)arg;
    if (registry_store_open(folder, DB_WRITE, &s, e) != ERR_OK)
        return e->kind;
    acks->count = db_version(s->db);
    registry_store_close(s);
    return ERR_OK;
}

/* Before it is opened by the program: some version, whole, with every entry. */
static enum err check_version(const char *folder, void *arg, const struct power_acks *acks, struct errctx *e)
{
    char path[128];
    struct db *db = NULL;
    int64_t entries = 0;
    (void)arg;
    path_in(path, folder, "registry.db");
    if (older_open(path, &REGISTRY_DB, &db, e) != ERR_OK)
        return e->kind;
    enum err result = db_check(db, true, e);
    if (result == ERR_OK)
        result = db_one_int(db, "SELECT count(*) FROM entry", 0, &entries, e);
    if (result == ERR_OK && (entries != HELD || (acks->count && acks->count != db_version(db))))
        result = err_fail(e, ERR_INTERNAL, "version %d with %" PRId64 " entries", db_version(db), entries);
    db_close(db);
    return result;
}

/* What came before a table is made from the entries. */
static enum err end_migrated(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e)
{
    struct registry_store *s = NULL;
    if (registry_store_open(folder, DB_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = registry_store_rebuild(s, NULL, NULL, e);
    registry_store_close(s);
    return result == ERR_OK ? end_registry(folder, arg, out, e) : result;
}

static void every_migration_is_done_or_not_at_all(void **state)
{
    (void)state;
    /* The first has no entries yet, and nothing that says which registry it is. */
    for (size_t version = 2; version < *REGISTRY_DB.migration_count; version++) {
        char name[32];
        (void)snprintf(name, sizeof name, "from version %zu", version);
        power_run(
            &(struct power_case){name, make_old, bring_up_to_date, check_version, end_migrated, &version, 2});
    }
}

static int write_batches(void **state)
{
    (void)state;
    fill(&the.known, 1);
    fill(&the.fresh, 2);
    return 0;
}

static int throw_away(void **state)
{
    (void)state;
    sender_done(&the.known);
    sender_done(&the.fresh);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_registry_is_whole_or_not_there),
        cmocka_unit_test(a_batch_is_taken_whole_or_not_at_all),
        cmocka_unit_test(the_same_eye_sees_what_a_disk_that_lies_loses),
        cmocka_unit_test(a_rebuild_is_done_or_not_at_all),
        cmocka_unit_test(a_backup_is_whole_or_has_no_name),
        cmocka_unit_test(a_restored_registry_is_there_or_can_be_restored_again),
        cmocka_unit_test(every_migration_is_done_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, write_batches, throw_away);
}
