/* What one device writes takes effect in its order, in whatever order the registry tells of it: one that was
 * put back applies what it had called a conflict before. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/laptop.h"

enum {
    OTHERS = 77,  /* another laptop … */
    OFFICE = 4711 /* … and the registry */
};

static struct laptop the;
static int64_t digger; /* of the other laptop */

/* The members of the entry behind its base. */
static void tell(uint32_t device, uint32_t number, const char *op, const char *members)
{
    struct errctx e;
    char id[IDENT_BYTES];
    char line[512];
    (void)ident_format(digger, id);
    (void)snprintf(line, sizeof line,
                   "{\"at\":1,\"by\":\"a\",\"op\":\"%s\",\"of\":\"digger\",\"id\":\"%s\",\"base\":\"%s\",%s}",
                   op, id, id, members);
    assert_ok(laptop_tell(&the, ident_make(device, number), line, &e));
}

static int set_up(void **state)
{
    (void)state;
    static const char added[] =
        "{\"at\":1,\"by\":\"a\",\"op\":\"add\",\"of\":\"digger\",\"v\":{\"full_name\":\"Tamba "
        "Sesay\",\"sex\":\"M\","
        "\"nationality\":\"SL\",\"residence\":\"national\",\"district\":\"SL-E-KONO\",\"village\":\"Koidu\","
        "\"id_type\":\"none\",\"role\":\"tributor\",\"legal_basis\":\"law\",\"status\":\"active\"}}";
    struct errctx e;
    laptop_open(&the);
    digger = ident_make(OTHERS, 22);
    assert_ok(laptop_tell(&the, digger, added, &e));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    laptop_close(&the);
    return 0;
}

static void stands(const char *field, const char *text)
{
    struct errctx e;
    laptop_text_is(&the, ENTITY_DIGGER, digger, field, text);
    assert_ok(store_verify(the.store, NULL, NULL, &e));
}

static void an_earlier_change_that_is_told_later_undoes_no_later_one(void **state)
{
    (void)state;
    tell(OTHERS, 26, "amend", "\"v\":{\"village\":\"Motema\"}");
    tell(OTHERS, 25, "amend", "\"v\":{\"full_name\":\"Tamba Conteh\",\"village\":\"Yengema\"}");
    tell(OTHERS, 24, "amend",
         "\"v\":{\"full_name\":\"Tamba Sia\",\"village\":\"Tombodu\",\"note\":\"at the bridge\"}");
    stands("village", "Motema");
    stands("full_name", "Tamba Conteh");
    stands("note", "at the bridge");
}

/* What another one wrote in between has no order with it: what is told last stands. */
static void another_devices_change_is_not_passed(void **state)
{
    (void)state;
    tell(OTHERS, 26, "amend", "\"v\":{\"village\":\"Motema\"}");
    tell(OTHERS + 1, 2, "amend", "\"v\":{\"village\":\"Yengema\"}");
    tell(OTHERS + 2, 24, "amend", "\"v\":{\"village\":\"Tombodu\"}");
    stands("village", "Tombodu");
}

static void nor_what_was_written_here_on_top_of_the_later_one(void **state)
{
    (void)state;
    struct errctx e;
    tell(OTHERS, 26, "amend", "\"v\":{\"village\":\"Motema\"}");
    assert_ok(laptop_amend(&the, ENTITY_DIGGER, digger, 0, "village", "Yengema", &e));
    tell(OTHERS, 25, "amend", "\"v\":{\"full_name\":\"Tamba Conteh\",\"village\":\"Tombodu\"}");
    stands("village", "Yengema");
    stands("full_name", "Tamba Conteh");
}

/* How the returned record stands: a rebuild makes the decision again in its turn. */
static void decisions_keep_their_turn(void **state)
{
    (void)state;
    struct errctx e;
    int64_t behind = -1;
    tell(OTHERS, 26, "amend", "\"v\":{\"village\":\"Motema\"}");
    tell(OFFICE, 2, "decide", "\"is\":\"returned\",\"why\":\"which village?\"");
    tell(OTHERS, 25, "amend", "\"v\":{\"village\":\"Tombodu\"}");
    stands("village", "Motema");
    assert_ok(db_one_int(store_db(the.store),
                         "SELECT d.turn - f.turn FROM decision d, foreign_entry f WHERE f.id >> 32 = 4711",
                         -1, &behind, &e));
    assert_int_equal(behind, 0);
}

static enum err count_others(void *arg, int64_t address, const struct entry *entry, struct errctx *e)
{
    (void)entry;
    (void)e;
    int64_t *count = arg;
    *count += ident_device(address) == OTHERS;
    return ERR_OK;
}

static void read_own_line(int64_t number, char *out, size_t room)
{
    struct errctx e;
    struct stmt *stmt = NULL;
    bool row = false;
    assert_ok(db_prepare(store_db(the.store), "SELECT bytes FROM journal WHERE number = :number", &stmt, &e));
    stmt_bind_int(stmt, ":number", number);
    assert_ok(stmt_step(stmt, &row, &e));
    (void)snprintf(out, room, "%s", stmt_text(stmt, 0));
    stmt_done(stmt);
}

/* Written again, and told of as it was first written: in the next life it stands under its first number, and
 * so does what others changed of it. */
static void what_others_changed_goes_with_a_record_to_its_other_number(void **state)
{
    (void)state;
    struct errctx e;
    struct adopted done;
    char line[512];
    int64_t others = 0;
    digger = laptop_digger(&the, "Sahr Kamara");
    const int64_t first = digger;
    read_own_line(2, line, sizeof line);
    assert_ok(store_become(the.store, ADOPT_RESTORED, 1, the.by.now, &done, &e));
    assert_ok(laptop_tell(&the, first, line, &e));
    tell(OTHERS, 26, "amend", "\"v\":{\"village\":\"Motema\"}");
    digger = ident_make(store_device(the.store)->number, 2);
    stands("village", "Motema");
    assert_ok(store_become(the.store, ADOPT_RESTORED, 1, the.by.now, &done, &e));
    digger = first;
    stands("village", "Motema");
    assert_ok(store_history(the.store, ENTITY_DIGGER, first, count_others, &others, &e));
    assert_int_equal(others, 1);
    /* Made again from its entries, it loses nothing either. */
    tell(OTHERS, 25, "amend", "\"v\":{\"village\":\"Yengema\"}");
    stands("village", "Motema");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_earlier_change_that_is_told_later_undoes_no_later_one),
        TEST(another_devices_change_is_not_passed),
        TEST(nor_what_was_written_here_on_top_of_the_later_one),
        TEST(decisions_keep_their_turn),
        TEST(what_others_changed_goes_with_a_record_to_its_other_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
