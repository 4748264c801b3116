/* A second life of a laptop's database: what stays, what is written again, and that nothing of it is lost. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <string.h>

#include "app/field/store/create.h"
#include "schema/field/field_schema.h"
#include "sync/journal/twin.h"
#include "sync/journal/waiting.h"
#include "tests/lib/laptop.h"

static struct laptop the;

static int set_up(void **state)
{
    (void)state;
    laptop_open(&the);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    laptop_close(&the);
    return 0;
}

static struct adopted become(int64_t keep)
{
    struct errctx e;
    struct adopted done;
    assert_ok(store_become(the.store, ADOPT_COPIED, keep, the.by.now, &done, &e));
    assert_ok(store_verify(the.store, NULL, NULL, &e));
    return done;
}

static int64_t here(int64_t number)
{
    return ident_make(store_device(the.store)->number, (uint32_t)number);
}

/* The entry of the journal in hand. */
struct reading {
    struct entry entry;
};

static enum err read_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct reading *r = arg;
    return entry_read(line->bytes, line->len, &r->entry, NULL, e);
}

static void read_entry(int64_t number, struct reading *out)
{
    struct errctx e;
    assert_ok(journal_read(store_db(the.store), number, number, read_line, out, &e));
}

static void entries_behind_the_last_in_common_are_written_again_and_their_references_follow(void **state)
{
    (void)state;
    struct reading r;
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    uint32_t before = store_device(the.store)->number;
    (void)laptop_licence(&the, "AML 1/2026", holder);
    (void)laptop_yield(&the, "AML 1/2026", "2026-11-20", "3", "0.41");
    struct adopted done = become(2);
    assert_int_equal(done.kept, 2);
    assert_int_equal(done.again, 2);
    assert_int_not_equal(store_device(the.store)->number, before);
    read_entry(2, &r); /* the licence, of a holder that stays the predecessor's */
    assert_int_equal(r.entry.was, ident_make(before, 3));
    assert_int_equal(record_number(&r.entry.record, "holder"), holder);
    entry_done(&r.entry);
    read_entry(3, &r); /* the return, of a licence that has a new address */
    assert_int_equal(r.entry.was, ident_make(before, 4));
    assert_int_equal(record_number(&r.entry.record, "licence"), here(2));
    entry_done(&r.entry);
}

static void a_third_life_keeps_the_first_address(void **state)
{
    (void)state;
    struct reading r;
    uint32_t first = store_device(the.store)->number;
    (void)laptop_digger(&the, "Sahr Kamara");
    (void)become(1);
    (void)become(1);
    read_entry(2, &r);
    assert_int_equal(r.entry.was, ident_make(first, 2));
    entry_done(&r.entry);
}

static void what_was_written_again_keeps_its_instant_and_its_author(void **state)
{
    (void)state;
    struct reading before;
    struct reading after;
    (void)laptop_digger(&the, "Sahr Kamara");
    read_entry(2, &before);
    the.by.now += 86400;
    (void)become(1);
    read_entry(2, &after);
    assert_int_equal(after.entry.at, before.entry.at);
    assert_string_equal(after.entry.by, before.entry.by);
    entry_done(&before.entry);
    entry_done(&after.entry);
}

static void records_of_the_past_life_are_edited_as_before(void **state)
{
    (void)state;
    struct errctx e;
    struct row row;
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    (void)become(2);
    assert_ok(laptop_amend(&the, ENTITY_DIGGER, holder, 0, "village", "Yengema", &e));
    assert_ok(store_load(the.store, ENTITY_DIGGER, holder, &row, &e));
    assert_string_equal(record_text(&row.record, "village"), "Yengema");
    assert_int_equal(row.version, here(2));
    row_done(&row);
    assert_ok(store_verify(the.store, NULL, NULL, &e));
}

static enum err count_entry(void *arg, int64_t address, const struct entry *entry, struct errctx *e)
{
    (void)address;
    (void)entry;
    (void)e;
    ++*(int *)arg;
    return ERR_OK;
}

static void the_history_of_a_record_goes_over_both_lives(void **state)
{
    (void)state;
    struct errctx e;
    int entries = 0;
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    (void)become(2);
    assert_ok(laptop_amend(&the, ENTITY_DIGGER, holder, 0, "village", "Yengema", &e));
    assert_ok(store_history(the.store, ENTITY_DIGGER, holder, count_entry, &entries, &e));
    assert_int_equal(entries, 2);
}

static void the_first_entry_names_the_predecessor_under_its_signature(void **state)
{
    (void)state;
    struct reading r;
    struct device before = *store_device(the.store);
    uint8_t other[KEY_BYTES] = {1};
    (void)laptop_digger(&the, "Sahr Kamara");
    (void)become(2);
    read_entry(1, &r);
    assert_non_null(r.entry.after);
    struct predecessor p = *r.entry.after;
    assert_int_equal(p.device, before.number);
    assert_int_equal(p.number, 2);
    assert_true(predecessor_verify(&p, before.key, store_device(the.store)->key));
    assert_false(predecessor_verify(&p, before.key, other));
    p.number = 1;
    assert_false(predecessor_verify(&p, before.key, store_device(the.store)->key));
    entry_done(&r.entry);
    device_done(&before);
}

/* Entry 1 has no entry in common with that of the device KEY, and tells which key that was. */
static void names_chain_0_of(const uint8_t key[KEY_BYTES])
{
    struct reading r;
    struct chain chain;
    read_entry(1, &r);
    assert_non_null(r.entry.after);
    chain_start(key, &chain);
    assert_int_equal(r.entry.after->number, 0);
    assert_true(chain_same(&r.entry.after->chain, &chain));
    assert_true(predecessor_verify(r.entry.after, key, store_device(the.store)->key));
    entry_done(&r.entry);
}

static void a_device_whose_code_was_taken_tells_which_key_had_it(void **state)
{
    (void)state;
    struct errctx e;
    struct adopted done;
    struct device before = *store_device(the.store);
    (void)laptop_digger(&the, "Sahr Kamara");
    assert_ok(store_become(the.store, ADOPT_CODE_TAKEN, 0, the.by.now, &done, &e));
    assert_int_equal(done.again, 1);
    names_chain_0_of(before.key);
    device_done(&before);
    assert_ok(store_verify(the.store, NULL, NULL, &e));
}

/* The original of what was written again, told by the registry that held it after all. */
static void an_original_that_is_told_is_the_record_that_stands_here(void **state)
{
    (void)state;
    struct errctx e;
    struct reading r;
    struct buf line = {0};
    struct row row;
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    read_entry(2, &r);
    entry_write(&r.entry, &line);
    (void)become(1);
    assert_int_equal(store_load(the.store, ENTITY_DIGGER, holder, &row, &e), ERR_NOT_FOUND);
    assert_ok(laptop_tell(&the, holder, buf_str(&line), &e));
    assert_int_equal(store_load(the.store, ENTITY_DIGGER, holder, &row, &e), ERR_NOT_FOUND);
    assert_ok(store_load(the.store, ENTITY_DIGGER, here(2), &row, &e));
    row_done(&row);
    assert_ok(store_verify(the.store, NULL, NULL, &e));
    entry_done(&r.entry);
    buf_done(&line);
}

/* Of the thousand entries of others that came in between, each keeps its turn. */
static void much_that_others_told_keeps_its_turns_among_the_past(void **state)
{
    (void)state;
    struct errctx e;
    int64_t before = 0;
    int64_t after = 0;
    static const char names[] = "SELECT sum(length(name) * (id >> 32) % 1009) FROM cooperative";
    (void)laptop_digger(&the, "Sahr Kamara");
    for (uint32_t i = 2; i < 602; i++) {
        char line[256];
        (void)snprintf(
            line, sizeof line,
            "{\"at\":1,\"by\":\"b\",\"op\":\"add\",\"of\":\"cooperative\",\"v\":{\"name\":\"Team %u\"}}", i);
        assert_ok(laptop_tell(&the, ident_make(77, i), line, &e));
    }
    (void)laptop_digger(&the, "Sia Koroma");
    assert_ok(db_one_int(store_db(the.store), names, 0, &before, &e));
    struct adopted done = become(3);
    assert_int_equal(done.kept, 3);
    assert_int_equal(done.again, 0);
    assert_ok(db_one_int(store_db(the.store), names, 0, &after, &e));
    assert_int_equal(before, after);
    /* 1, 2, the 600, 3. */
    assert_ok(db_one_int(store_db(the.store), "SELECT max(turn) FROM foreign_entry", 0, &after, &e));
    assert_int_equal(after, 603);
    assert_ok(db_one_int(store_db(the.store), "SELECT id & 4294967295 FROM foreign_entry WHERE turn = 603", 0,
                         &after, &e));
    assert_int_equal(after, 3);
}

static void a_long_life_is_written_again_whole(void **state)
{
    (void)state;
    struct errctx e;
    struct reading r;
    struct journal_head head = *store_head(the.store);
    assert_ok(db_begin(store_db(the.store), &e));
    for (int i = 0; i < 600; i++) {
        struct entry entry;
        char medium[16];
        (void)snprintf(medium, sizeof medium, "stick %d", i);
        entry_init(&entry);
        entry.op = OP_BACKUP;
        memcpy(entry.by, "-", 2);
        entry.source = str_dup(medium);
        assert_ok(journal_append(store_db(the.store), &head, &entry, the.by.now, 0, &e));
        entry_done(&entry);
    }
    assert_ok(db_commit(store_db(the.store), &e));
    laptop_reopen(&the);
    assert_int_equal(become(1).again, 600);
    read_entry(601, &r);
    assert_string_equal(r.entry.source, "stick 599");
    entry_done(&r.entry);
}

/* The licence is lacking and its holder is not: that one keeps the address under which the registry has it.
 */
static void of_an_earlier_life_what_is_lacking_alone_is_written_again(void **state)
{
    (void)state;
    struct errctx e;
    struct reading r;
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    int64_t licence = laptop_licence(&the, "AML 1/2026", holder);
    (void)become(3);
    assert_ok(db_exec(store_db(the.store), "UPDATE life SET lacks = 3", &e));
    assert_int_equal(become(1).again, 1);
    read_entry(2, &r);
    assert_int_equal(r.entry.was, licence);
    assert_int_equal(record_number(&r.entry.record, "holder"), holder);
    entry_done(&r.entry);
}

/* Everything is written again. */
static void a_copy_that_shares_nothing_names_no_entry(void **state)
{
    (void)state;
    struct device before = *store_device(the.store);
    (void)laptop_digger(&the, "Sahr Kamara");
    struct adopted done = become(0);
    assert_int_equal(done.kept, 0);
    assert_int_equal(done.again, 1);
    names_chain_0_of(before.key);
    device_done(&before);
}

/* Entry 1 gets no second address, and neither has what was not written yet. */
static void an_address_that_is_nobodys_stays_as_it_was(void **state)
{
    (void)state;
    struct reading r;
    struct errctx e;
    struct entry entry;
    struct journal_head head = *store_head(the.store);
    const int64_t odd[] = {here(1), here(90), ident_make(77, 2)};
    (void)laptop_digger(&the, "Sahr Kamara");
    head = *store_head(the.store);
    assert_ok(db_begin(store_db(the.store), &e));
    for (int i = 0; i < 3; i++) {
        entry_init(&entry);
        entry.op = OP_VOID;
        memcpy(entry.by, "amina", 6);
        record_init(&entry.record, &ENTITIES[ENTITY_DIGGER]);
        entry.id = entry.base = odd[i];
        entry.why = str_dup("twice");
        assert_ok(journal_append(store_db(the.store), &head, &entry, the.by.now, 0, &e));
        entry_done(&entry);
    }
    assert_ok(db_commit(store_db(the.store), &e));
    laptop_reopen(&the);
    assert_int_equal(become(0).again, 4);
    for (int i = 0; i < 3; i++) {
        read_entry(3 + i, &r);
        assert_true(r.entry.id == odd[i]);
        entry_done(&r.entry);
    }
}

static void of_a_damaged_journal_no_second_life_is_made(void **state)
{
    (void)state;
    for (int64_t keep = 1; keep <= 2; keep++) { /* it stays, or is written again */
        struct errctx e;
        struct adopted done;
        (void)laptop_digger(&the, "Sahr Kamara");
        assert_ok(db_exec(store_db(the.store),
                          "DROP TRIGGER journal_is_never_changed;"
                          "UPDATE journal SET bytes = replace(bytes, 'digger', 'dagger') WHERE number = 2",
                          &e));
        char code[DEVICE_CODE_BYTES];
        memcpy(code, store_device(the.store)->code, sizeof code);
        assert_err(store_become(the.store, ADOPT_COPIED, keep, the.by.now, &done, &e), ERR_DB,
                   "entry 2 of the journal is damaged");
        assert_string_equal(store_device(the.store)->code, code);
        laptop_close(&the);
        laptop_open(&the);
    }
}

/* --- entries that a recovery found behind a gap */

static void tell_page(int64_t address, const struct buf *line)
{
    struct errctx e;
    assert_ok(laptop_tell(&the, address, buf_str(line), &e));
    assert_ok(store_verify(the.store, NULL, NULL, &e));
}

static int64_t count(const char *sql)
{
    struct errctx e;
    int64_t n = -1;
    assert_ok(db_one_int(store_db(the.store), sql, 0, &n, &e));
    return n;
}

/* A licence as entry 8 and a return of it as entry 9 of this device: the lines are made of its own entries 3
 * and 4. */
struct gap {
    int64_t licence;
    int64_t yield;
    struct buf licence_line;
    struct buf yield_line;
};

static void make_gap(struct gap *g)
{
    struct reading r;
    struct errctx e;
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    *g = (struct gap){.licence = here(8), .yield = here(9)};
    (void)laptop_licence(&the, "AML 1/2026", holder);
    (void)laptop_yield(&the, "AML 1/2026", "2026-11-20", "3", "0.41");
    read_entry(3, &r);
    record_set_text(&r.entry.record, "licence_no", "AML 2/2026");
    entry_write(&r.entry, &g->licence_line);
    entry_done(&r.entry);
    read_entry(4, &r);
    r.entry.record.values[entity_field(&ENTITIES[ENTITY_YIELD], "licence")].number = g->licence;
    entry_write(&r.entry, &g->yield_line);
    entry_done(&r.entry);
    assert_ok(waiting_keep(store_db(the.store), g->yield, g->yield_line.data, g->yield_line.len, &e));
}

static void gap_done(struct gap *g)
{
    buf_done(&g->licence_line);
    buf_done(&g->yield_line);
}

static void what_names_an_entry_that_is_gone_waits_until_the_registry_tells_of_that(void **state)
{
    (void)state;
    struct gap g;
    struct reading r;
    make_gap(&g);
    assert_int_equal(become(4).back, 0);
    assert_int_equal(count("SELECT count(*) FROM waiting"), 1);
    assert_int_equal(count("SELECT count(*) FROM yield"), 1);
    tell_page(g.licence, &g.licence_line);
    assert_int_equal(count("SELECT count(*) FROM waiting"), 0);
    assert_int_equal(count("SELECT count(*) FROM yield"), 2);
    read_entry(2, &r);
    assert_int_equal(r.entry.was, g.yield);
    assert_int_equal(record_number(&r.entry.record, "licence"), g.licence);
    entry_done(&r.entry);
    /* Its original had arrived too. */
    tell_page(g.yield, &g.yield_line);
    assert_int_equal(count("SELECT count(*) FROM yield"), 2);
    gap_done(&g);
}

static void what_the_registry_tells_itself_waits_no_more(void **state)
{
    (void)state;
    struct gap g;
    make_gap(&g);
    (void)become(4);
    tell_page(g.yield, &g.yield_line);
    assert_int_equal(count("SELECT count(*) FROM waiting"), 0);
    assert_int_equal(count("SELECT count(*) FROM yield"), 2);
    assert_int_equal(laptop_entries(&the), 1);
    gap_done(&g);
}

/* The references of what waits follow from life to life, and its first address stays. */
static void what_waits_goes_on_through_a_third_life(void **state)
{
    (void)state;
    struct gap g;
    struct reading r;
    make_gap(&g);
    (void)become(4);
    (void)laptop_digger(&the, "Sia Koroma");
    (void)become(1);
    assert_int_equal(count("SELECT count(*) FROM waiting"), 1);
    tell_page(g.licence, &g.licence_line);
    assert_int_equal(count("SELECT count(*) FROM waiting"), 0);
    read_entry(3, &r);
    assert_int_equal(r.entry.was, g.yield);
    entry_done(&r.entry);
    gap_done(&g);
}

/* A database as the program of schema VERSION left it, with one digger. */
static void make_older(const char *path, const char *key_path, size_t version)
{
    static const char *const values[] = {"full_name", "Sahr Kamara", "sex",      "M",        "nationality",
                                         "SL",        "residence",   "national", "district", "SL-E-KONO",
                                         "village",   "Tombodu",     "id_type",  "none",     "role",
                                         "tributor",  "legal_basis", "law",      NULL};
    const struct db_kind older = {.name = FIELD_DB.name,
                                  .application_id = FIELD_DB.application_id,
                                  .migrations = FIELD_DB.migrations,
                                  .migration_count = &version};
    struct errctx e;
    struct db *db = NULL;
    struct device device;
    struct journal_head head;
    struct entry entry;
    struct stmt *stmt = NULL;
    assert_ok(device_create(key_path, &device, &e));
    assert_ok(db_open(path, DB_CREATE, &older, &db, &e));
    assert_ok(db_begin(db, &e));
    assert_ok(db_prepare(db,
                         "INSERT INTO laptop (one, device, key, country, name, training, made_at) "
                         "VALUES (1, :device, :key, 'SL', 'Kono', 0, 1)",
                         &stmt, &e));
    stmt_bind_int(stmt, ":device", device.number);
    stmt_bind_blob(stmt, ":key", device.key, KEY_BYTES);
    assert_ok(stmt_run(stmt, &e));
    assert_ok(journal_head(db, device.key, &head, &e));
    entry_init(&entry);
    entry.op = OP_DEVICE;
    memcpy(entry.by, "-", 2);
    memcpy(entry.key, device.key, KEY_BYTES);
    entry.program = str_dup("alluvia 0.0.1");
    entry.schema = 1;
    assert_ok(journal_append(db, &head, &entry, the.by.now, 0, &e));
    entry_done(&entry);
    entry_init(&entry);
    entry.op = OP_ADD;
    memcpy(entry.by, "amina", 6);
    assert_ok(laptop_fill(&the, &entry.record, ENTITY_DIGGER, values, &e));
    assert_ok(journal_append(db, &head, &entry, the.by.now, 0, &e));
    entry_done(&entry);
    assert_ok(db_commit(db, &e));
    db_close(db);
    device_done(&device);
}

static void a_backup_of_any_older_schema_is_restored(void **state)
{
    (void)state;
    for (size_t version = 1; version < *FIELD_DB.migration_count; version++) {
        char backup[128];
        char key[128];
        char path[128];
        struct errctx e;
        struct restored_life life;
        struct store *s = NULL;
        int64_t diggers = 0;
        (void)snprintf(backup, sizeof backup, "%s/v%zu.db", the.folder, version);
        (void)snprintf(key, sizeof key, "%s/v%zu-old.key", the.folder, version);
        (void)snprintf(path, sizeof path, "%s/from%zu.db", the.folder, version);
        make_older(backup, key, version);
        assert_ok(store_restore(path, backup, key, &the.by, NULL, NULL, &life, &e));
        assert_true(life.is_signed);
        assert_int_equal(life.again, 1);
        assert_ok(store_open(path, STORE_WRITE, &s, &e));
        assert_ok(store_verify(s, NULL, NULL, &e));
        assert_ok(db_one_int(store_db(s), "SELECT count(*) FROM digger", 0, &diggers, &e));
        assert_int_equal(diggers, 1);
        store_close(s);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(entries_behind_the_last_in_common_are_written_again_and_their_references_follow),
        TEST(a_third_life_keeps_the_first_address),
        TEST(what_was_written_again_keeps_its_instant_and_its_author),
        TEST(records_of_the_past_life_are_edited_as_before),
        TEST(the_history_of_a_record_goes_over_both_lives),
        TEST(the_first_entry_names_the_predecessor_under_its_signature),
        TEST(a_device_whose_code_was_taken_tells_which_key_had_it),
        TEST(an_original_that_is_told_is_the_record_that_stands_here),
        TEST(much_that_others_told_keeps_its_turns_among_the_past),
        TEST(a_long_life_is_written_again_whole),
        TEST(of_an_earlier_life_what_is_lacking_alone_is_written_again),
        TEST(a_copy_that_shares_nothing_names_no_entry),
        TEST(an_address_that_is_nobodys_stays_as_it_was),
        TEST(of_a_damaged_journal_no_second_life_is_made),
        TEST(what_names_an_entry_that_is_gone_waits_until_the_registry_tells_of_that),
        TEST(what_the_registry_tells_itself_waits_no_more),
        TEST(what_waits_goes_on_through_a_third_life),
        TEST(a_backup_of_any_older_schema_is_restored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
