#include "tests/lib/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "schema/base/date.h"
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

/* The bytes of the newest entry. */
static enum err keep_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct buf *out = arg;
    (void)e;
    buf_clear(out);
    buf_put(out, line->bytes, line->len);
    return ERR_OK;
}

static void newest_entry_says(const char *text)
{
    struct errctx e;
    struct buf line = {0};
    int64_t last = laptop_entries(&the);
    assert_ok(journal_read(store_db(the.store), last, last, keep_line, &line, &e));
    if (!strstr(buf_str(&line), text))
        fail_msg("%s does not hold %s", buf_str(&line), text);
    buf_done(&line);
}

static void change_village(int64_t id, const char *village, int64_t base, enum err expected)
{
    struct errctx e = {0};
    enum err result = laptop_amend(&the, ENTITY_DIGGER, id, base, "village", village, &e);
    if (result != expected)
        fail_msg("%d: %s", result, e.text);
}

static char *village_of(int64_t id)
{
    struct errctx e;
    struct row row = {0};
    assert_ok(store_load(the.store, ENTITY_DIGGER, id, &row, &e));
    char *village = str_dup(record_text(&row.record, "village"));
    row_done(&row);
    return village;
}

static void the_first_entry_is_the_device(void **state)
{
    (void)state;
    assert_int_equal(laptop_entries(&the), 1);
    newest_entry_says("\"by\":\"-\",\"op\":\"device\",\"key\":\"");
    newest_entry_says("\"program\":\"alluvia 0.1.0\",\"schema\":1");
}

static void creating_over_an_existing_database_touches_nothing(void **state)
{
    (void)state;
    struct errctx e;
    struct stat before;
    struct stat after;
    assert_int_equal(stat(the.path, &before), 0);
    assert_err(store_create(the.path, "SL", "", false, &the.by, &e), ERR_EXISTS, "exists already");
    assert_int_equal(stat(the.path, &after), 0);
    assert_int_equal(before.st_mtime, after.st_mtime);
}

static void a_key_without_its_database_is_not_overwritten(void **state)
{
    (void)state;
    struct errctx e;
    store_close(the.store);
    the.store = NULL;
    assert_int_equal(unlink(the.path), 0);
    assert_err(store_create(the.path, "SL", "", false, &the.by, &e), ERR_EXISTS,
               "the key of another database");
}

static void a_creation_that_was_cut_off_can_be_repeated(void **state)
{
    (void)state;
    struct errctx e;
    char unfinished[128];
    store_close(the.store);
    the.store = NULL;
    (void)snprintf(unfinished, sizeof unfinished, "%s.new", the.path);
    assert_int_equal(rename(the.path, unfinished), 0);
    assert_ok(store_create(the.path, "SL", "", false, &the.by, &e));
    assert_ok(store_open(the.path, STORE_WRITE, &the.store, &e));
}

static void an_unknown_country_leaves_nothing_behind(void **state)
{
    (void)state;
    struct errctx e;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/other.db", the.folder);
    assert_int_equal(store_create(path, "ZZ", "", false, &the.by, &e), ERR_INVALID);
    assert_int_equal(access(path, F_OK), -1);
}

static void a_missing_key_allows_reading_alone(void **state)
{
    (void)state;
    struct errctx e;
    char key[128];
    struct store *s = NULL;
    (void)snprintf(key, sizeof key, "%s/alluvia.key", the.folder);
    assert_int_equal(unlink(key), 0);
    assert_err(store_open(the.path, STORE_WRITE, &s, &e), ERR_CONFIG, "is missing");
    assert_ok(store_open(the.path, STORE_READ, &s, &e));
    store_close(s);
}

static void a_saved_record_is_there_after_opening_again(void **state)
{
    (void)state;
    int64_t id = laptop_digger(&the, "Aïssata Kéita");
    laptop_reopen(&the);
    struct errctx e;
    struct row row = {0};
    assert_ok(store_load(the.store, ENTITY_DIGGER, id, &row, &e));
    assert_string_equal(record_text(&row.record, "full_name"), "Aïssata Kéita");
    assert_string_equal(row.by, "amina");
    assert_int_equal(row.version, id);
    row_done(&row);
}

static void a_refused_record_writes_nothing_and_names_field_value_and_rule(void **state)
{
    (void)state;
    struct errctx e;
    struct record r;
    struct findings findings = {0};
    int64_t id = 0;
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    (void)laptop_licence(&the, "AML/KON/17", holder);
    int64_t before = laptop_entries(&the);
    const char *const values[] = {"licence",   "AML/KON/17",  "date_from",  "2026-11-20", "outcome",
                                  "yield",     "activity",    "washing",    "diggers",    "12",
                                  "stones",    "0",           "diamond_ct", "0.35",       "weighed_by",
                                  "own_scale", "declared_by", "Sahr",       NULL};
    assert_ok(laptop_fill(&the, &r, ENTITY_YIELD, values, &e));
    assert_err(store_add(the.store, &r, &the.by, NULL, &findings, &id, &e), ERR_INVALID,
               "yield.count: stones 0 with diamond_ct 0.35: a stone has a weight");
    assert_int_equal(laptop_entries(&the), before);
    assert_true(findings.count > 0);
    findings_done(&findings);
    record_done(&r);
}

static void a_missing_field_is_named(void **state)
{
    (void)state;
    struct errctx e;
    int64_t id = 0;
    const char *const values[] = {"full_name", "Sahr Kamara", NULL};
    assert_err(laptop_try(&the, ENTITY_DIGGER, values, &id, &e), ERR_INVALID, "sex");
}

static void a_licence_number_counts_once_however_it_is_written(void **state)
{
    (void)state;
    struct errctx e;
    int64_t id = 0;
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    (void)laptop_licence(&the, "AML/KON/17", holder);
    char text[IDENT_BYTES];
    const char *const values[] = {
        "licence_no", "aml kon 17", "kind",      "aml",        "holder",     ident_format(holder, text),
        "minerals",   "diamond",    "district",  "SL-E-KONO",  "area_text",  "x",
        "issued_by",  "x",          "issued_on", "2026-01-05", "valid_from", "2026-01-10",
        "valid_to",   "2027-01-09", "status",    "granted",    NULL};
    assert_err(laptop_try(&the, ENTITY_LICENCE, values, &id, &e), ERR_INVALID, "licence.number_twice");
}

static void a_question_is_answered_by_a_confirmation(void **state)
{
    (void)state;
    struct errctx e;
    struct record r;
    struct findings findings = {0};
    int64_t id = 0;
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    (void)laptop_licence(&the, "AML/KON/17", holder);
    const char *const values[] = {
        "licence",    "AML/KON/17", "date_from",   "2026-11-20", "outcome", "yield",      "activity",
        "washing",    "diggers",    "12",          "stones",     "2",       "diamond_ct", "14.2",
        "weighed_by", "own_scale",  "declared_by", "Sahr",       "witness", "Komba",      NULL};
    assert_ok(laptop_fill(&the, &r, ENTITY_YIELD, values, &e));
    assert_int_equal(store_add(the.store, &r, &the.by, NULL, &findings, &id, &e), ERR_INVALID);
    struct confirmed answers[8];
    int count = 0;
    for (size_t i = 0; i < findings.count && count < 8; i++) {
        if (findings.rows[i].level == LEVEL_CONFIRM) {
            char *rule = str_dup(findings.rows[i].rule);
            answers[count++] = (struct confirmed){.rule = rule, .why = str_dup("weighed twice")};
        }
    }
    assert_true(count > 0);
    findings_done(&findings);
    findings = (struct findings){0};
    struct confirmations given = {answers, count};
    assert_ok(store_add(the.store, &r, &the.by, &given, &findings, &id, &e));
    newest_entry_says("\"why\":\"weighed twice\"");
    for (int i = 0; i < count; i++) {
        free(answers[i].rule);
        free(answers[i].why);
    }
    findings_done(&findings);
    record_done(&r);
}

static void an_amendment_carries_only_what_changed(void **state)
{
    (void)state;
    int64_t id = laptop_digger(&the, "Sahr Kamara");
    change_village(id, "Koidu", 0, ERR_OK);
    newest_entry_says("\"v\":{\"village\":\"Koidu\"}}");
    char *village = village_of(id);
    assert_string_equal(village, "Koidu");
    free(village);
}

static void an_amendment_without_change_writes_no_entry(void **state)
{
    (void)state;
    int64_t id = laptop_digger(&the, "Sahr Kamara");
    int64_t before = laptop_entries(&the);
    change_village(id, "Tombodu", 0, ERR_OK);
    assert_int_equal(laptop_entries(&the), before);
}

static void an_amendment_of_an_old_version_is_a_conflict(void **state)
{
    (void)state;
    int64_t id = laptop_digger(&the, "Sahr Kamara");
    change_village(id, "Koidu", id, ERR_OK);
    change_village(id, "Yengema", id, ERR_CONFLICT);
}

static void a_void_record_can_not_be_changed_or_voided_again(void **state)
{
    (void)state;
    struct errctx e;
    int64_t id = laptop_digger(&the, "Sahr Kamara");
    assert_ok(store_void(the.store, ENTITY_DIGGER, id, "entered twice", &the.by, &e));
    newest_entry_says("\"why\":\"entered twice\"}");
    change_village(id, "Koidu", 0, ERR_INVALID);
    assert_err(store_void(the.store, ENTITY_DIGGER, id, "again", &the.by, &e), ERR_INVALID, "is void");
}

static void a_void_without_reason_is_refused(void **state)
{
    (void)state;
    struct errctx e;
    int64_t id = laptop_digger(&the, "Sahr Kamara");
    assert_err(store_void(the.store, ENTITY_DIGGER, id, "  ", &the.by, &e), ERR_INVALID, "reason");
}

static void a_rolled_back_run_leaves_nothing_and_the_chain_goes_on(void **state)
{
    (void)state;
    struct errctx e;
    int64_t before = laptop_entries(&the);
    assert_ok(store_begin(the.store, &e));
    (void)laptop_digger(&the, "Sahr Kamara");
    store_rollback(the.store);
    assert_int_equal(laptop_entries(&the), before);
    (void)laptop_digger(&the, "Tamba Kamara");
    assert_ok(store_verify(the.store, NULL, NULL, &e));
}

static void two_programs_write_one_chain(void **state)
{
    (void)state;
    struct errctx e;
    struct laptop other = the;
    other.findings = (struct findings){0};
    assert_ok(store_open(the.path, STORE_WRITE, &other.store, &e));
    (void)laptop_digger(&the, "Sahr Kamara");
    (void)laptop_digger(&other, "Tamba Kamara");
    (void)laptop_digger(&the, "Komba Kamara");
    store_close(other.store);
    findings_done(&other.findings);
    assert_int_equal(laptop_entries(&the), 4);
    assert_ok(store_verify(the.store, NULL, NULL, &e));
}

static void a_clock_before_the_newest_entry_marks_the_entry(void **state)
{
    (void)state;
    (void)laptop_digger(&the, "Sahr Kamara");
    the.by.now -= 86400 * 3;
    (void)laptop_digger(&the, "Tamba Kamara");
    newest_entry_says(",\"clk\":1,");
}

static enum err count_entry(void *arg, int64_t address, const struct entry *entry, struct errctx *e)
{
    int *count = arg;
    (void)address;
    (void)entry;
    (void)e;
    (*count)++;
    return ERR_OK;
}

static void history_gives_every_entry_of_a_record(void **state)
{
    (void)state;
    struct errctx e;
    int count = 0;
    int64_t id = laptop_digger(&the, "Sahr Kamara");
    (void)laptop_digger(&the, "Tamba Kamara");
    change_village(id, "Koidu", 0, ERR_OK);
    assert_ok(store_void(the.store, ENTITY_DIGGER, id, "entered twice", &the.by, &e));
    assert_ok(store_history(the.store, ENTITY_DIGGER, id, count_entry, &count, &e));
    assert_int_equal(count, 3);
}

static enum err count_row(void *arg, const struct row *row, struct errctx *e)
{
    int *count = arg;
    (void)row;
    (void)e;
    (*count)++;
    return ERR_OK;
}

static int rows_with(enum entity_id of, const struct store_filter *filter)
{
    struct errctx e;
    int count = 0;
    assert_ok(store_list(the.store, of, filter, count_row, &count, &e));
    return count;
}

static void lists_are_filtered_by_field_date_and_limit(void **state)
{
    (void)state;
    struct errctx e;
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    int64_t licence = laptop_licence(&the, "AML/KON/17", holder);
    (void)laptop_yield(&the, "AML/KON/17", "2026-11-20", NULL, NULL);
    (void)laptop_yield(&the, "AML/KON/17", "2026-11-21", "2", "0.35");
    int64_t last = laptop_yield(&the, "AML/KON/17", "2026-11-22", NULL, NULL);
    const struct entity *of = &ENTITIES[ENTITY_YIELD];
    struct store_filter nil = {.where = {{entity_field(of, "outcome"), "nil", 0}}, .where_count = 1};
    struct store_filter mine = {.where = {{entity_field(of, "licence"), NULL, licence}}, .where_count = 1};
    struct store_filter who = {.where = {{entity_field(of, "declared_by"), "SAHR kámara", 0}},
                               .where_count = 1};
    struct store_filter from = {.from = date_to_days((struct date){2026, 11, 21})};
    struct store_filter two = {.limit = 2};
    assert_int_equal(rows_with(ENTITY_YIELD, &nil), 2);
    assert_int_equal(rows_with(ENTITY_YIELD, &mine), 3);
    assert_int_equal(rows_with(ENTITY_YIELD, &who), 3);
    assert_int_equal(rows_with(ENTITY_YIELD, &from), 2);
    assert_int_equal(rows_with(ENTITY_YIELD, &two), 2);
    assert_ok(store_void(the.store, ENTITY_YIELD, last, "entered twice", &the.by, &e));
    assert_int_equal(rows_with(ENTITY_YIELD, NULL), 2);
    struct store_filter with_void = {.with_void = true};
    assert_int_equal(rows_with(ENTITY_YIELD, &with_void), 3);
}

static void a_change_behind_the_journal_s_back_is_found_and_repaired(void **state)
{
    (void)state;
    struct errctx e;
    int64_t id = laptop_digger(&the, "Sahr Kamara");
    (void)laptop_digger(&the, "Tamba Kamara");
    assert_ok(store_verify(the.store, NULL, NULL, &e));
    assert_ok(db_exec(store_db(the.store), "UPDATE digger SET village = 'Bo'", &e));
    assert_err(store_verify(the.store, NULL, NULL, &e), ERR_DB, "table digger");
    assert_ok(store_rebuild(the.store, NULL, NULL, &e));
    assert_ok(store_verify(the.store, NULL, NULL, &e));
    char *village = village_of(id);
    assert_string_equal(village, "Tombodu");
    free(village);
    assert_ok(db_exec(store_db(the.store), "INSERT INTO person_word (rowid, words) VALUES (7, 'tamba')", &e));
    assert_err(store_verify(the.store, NULL, NULL, &e), ERR_DB, "table person_word");
    assert_ok(store_rebuild(the.store, NULL, NULL, &e));
    assert_ok(store_verify(the.store, NULL, NULL, &e));
}

/* Another file system than that of the laptop's folder, if this machine has one. */
static bool find_other_medium(char *out, size_t size)
{
    struct stat here;
    struct stat there;
    (void)snprintf(out, size, "/dev/shm/alluvia-copy-%ld.db", (long)getpid());
    return stat(the.folder, &here) == 0 && stat("/dev/shm", &there) == 0 && here.st_dev != there.st_dev;
}

static void a_backup_is_a_whole_database_and_is_noted(void **state)
{
    (void)state;
    struct errctx e;
    char path[128];
    struct own_note note = {0};
    struct store *copy = NULL;
    bool elsewhere = false;
    const struct progress_to nobody = {0};
    if (!find_other_medium(path, sizeof path))
        skip();
    (void)laptop_digger(&the, "Sahr Kamara");
    assert_ok(store_last_backup(the.store, &note, &e));
    assert_int_equal(note.number, 0);
    assert_ok(store_backup(the.store, path, &the.by, &nobody, &elsewhere, &e));
    assert_true(elsewhere);
    assert_ok(store_last_backup(the.store, &note, &e));
    assert_int_equal(note.at, the.by.now);
    assert_int_equal(note.number, laptop_entries(&the));
    newest_entry_says("\"op\":\"backup\"");
    assert_ok(store_open(path, STORE_READ, &copy, &e));
    assert_ok(store_verify(copy, NULL, NULL, &e));
    store_close(copy);
    assert_int_equal(store_backup(the.store, path, &the.by, &nobody, &elsewhere, &e), ERR_EXISTS);
    (void)unlink(path);
}

static void a_copy_on_the_same_disk_is_no_backup(void **state)
{
    (void)state;
    struct errctx e;
    char path[128];
    struct own_note note = {0};
    bool elsewhere = true;
    const struct progress_to nobody = {0};
    (void)snprintf(path, sizeof path, "%s/copy.db", the.folder);
    assert_ok(store_backup(the.store, path, &the.by, &nobody, &elsewhere, &e));
    assert_false(elsewhere);
    assert_ok(store_last_backup(the.store, &note, &e));
    assert_int_equal(note.number, 0);
    (void)snprintf(path, sizeof path, "%s/no/copy.db", the.folder);
    assert_err(store_backup(the.store, path, &the.by, &nobody, &elsewhere, &e), ERR_NOT_FOUND,
               "is the stick there?");
}

static void a_clock_is_noted_when_it_is_another_than_before(void **state)
{
    (void)state;
    struct errctx e;
    struct own_note note = {0};
    int64_t now = the.by.now;
    static const struct {
        int64_t offset_s;
        bool at_least;
        int64_t expected; /* the offset that stands then */
    } rows[] = {
        {30, false, 0},                    /* nobody's day depends on half a minute */
        {86412, false, 86412},             /* a day slow */
        {86500, false, 86412},             /* drift */
        {-5, false, -5},                   /* it was set */
        {-9000000, true, -5},              /* a receipt that was on its way for months says nothing */
        {3600, true, 3600},                /* but a clock that stands before the receipt is slow */
        {1800, true, 3600},                /* and slower than that is known already */
        {-1200000000, false, -1200000000}, /* 2099 */
        {1600000000, false, 1600000000},   /* 1970 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_ok(store_measured(the.store, rows[i].offset_s, rows[i].at_least, now, &e));
        assert_ok(store_last_clock(the.store, &note, &e));
        assert_int_equal(note.offset_s, rows[i].expected);
    }
    newest_entry_says("\"op\":\"clock\",\"offset_s\":1600000000,\"source\":\"registry\"");
    assert_int_equal(laptop_entries(&the), 1 + 5);
    assert_ok(store_verify(the.store, NULL, NULL, &e));
}

/* A sync beside the screens is another process with the same database. */
static void thresholds_that_another_process_took_in_count_from_the_next_record_on(void **state)
{
    (void)state;
    struct errctx e;
    int64_t id = 0;
    struct store *sync = NULL;
    static const char *const eleven[] = {
        "full_name", "Musa",      "sex",      "M",        "birth",       "1920",    "nationality",
        "SL",        "residence", "national", "district", "SL-E-KONO",   "village", "Koidu",
        "id_type",   "none",      "role",     "digger",   "legal_basis", "law",     NULL};
    const struct feed_event file = {.seq = 1,
                                    .what = FEED_FILE,
                                    .file = "threshold",
                                    .text = "key,value,unit,source\nperson_age_most,120,year,test\n"};
    assert_err(laptop_try(&the, ENTITY_DIGGER, eleven, &id, &e), ERR_INVALID, "birth");
    struct codes *before = store_codes(the.store);
    assert_ok(store_renew_codes(the.store, &e));
    assert_ptr_equal(store_codes(the.store), before);
    assert_ok(store_open(the.path, STORE_WRITE, &sync, &e));
    assert_ok(db_begin(store_db(sync), &e));
    assert_ok(store_told(sync, &file, the.by.now, &e));
    assert_ok(db_commit(store_db(sync), &e));
    store_close(sync);
    assert_ok(store_renew_codes(the.store, &e));
    assert_ok(laptop_try(&the, ENTITY_DIGGER, eleven, &id, &e));
    /* What a form still points into is there. */
    const struct code_list *list = NULL;
    assert_ok(codes_list(before, "sex", &list, &e));
}

#define test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        test(the_first_entry_is_the_device),
        test(thresholds_that_another_process_took_in_count_from_the_next_record_on),
        test(creating_over_an_existing_database_touches_nothing),
        test(a_key_without_its_database_is_not_overwritten),
        test(a_creation_that_was_cut_off_can_be_repeated),
        test(an_unknown_country_leaves_nothing_behind),
        test(a_missing_key_allows_reading_alone),
        test(a_saved_record_is_there_after_opening_again),
        test(a_refused_record_writes_nothing_and_names_field_value_and_rule),
        test(a_missing_field_is_named),
        test(a_licence_number_counts_once_however_it_is_written),
        test(a_question_is_answered_by_a_confirmation),
        test(an_amendment_carries_only_what_changed),
        test(an_amendment_without_change_writes_no_entry),
        test(an_amendment_of_an_old_version_is_a_conflict),
        test(a_void_record_can_not_be_changed_or_voided_again),
        test(a_void_without_reason_is_refused),
        test(a_rolled_back_run_leaves_nothing_and_the_chain_goes_on),
        test(two_programs_write_one_chain),
        test(a_clock_before_the_newest_entry_marks_the_entry),
        test(history_gives_every_entry_of_a_record),
        test(lists_are_filtered_by_field_date_and_limit),
        test(a_change_behind_the_journal_s_back_is_found_and_repaired),
        test(a_backup_is_a_whole_database_and_is_noted),
        test(a_copy_on_the_same_disk_is_no_backup),
        test(a_clock_is_noted_when_it_is_another_than_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
