#include "tests/lib/test.h"

#include <stdio.h>

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

struct result {
    int count;
    int64_t ids[16];
};

static enum err keep(void *arg, const struct row *row, struct errctx *e)
{
    struct result *r = arg;
    (void)e;
    if (r->count < 16)
        r->ids[r->count] = row->id;
    r->count++;
    return ERR_OK;
}

static struct result search(enum entity_id of, const char *text, int64_t limit)
{
    struct errctx e;
    struct result r = {0};
    struct store_filter filter = {.search = text, .limit = limit};
    assert_ok(store_list(the.store, of, &filter, keep, &r, &e));
    return r;
}

static void expect(const char *text, int64_t id)
{
    struct result r = search(ENTITY_DIGGER, text, 0);
    if (r.count != 1 || r.ids[0] != id)
        fail_msg("\"%s\" found %d records", text, r.count);
}

static void a_name_is_found_by_its_beginning_case_and_accents_apart(void **state)
{
    (void)state;
    int64_t id = laptop_digger(&the, "Aïssata Kéïta");
    (void)laptop_digger(&the, "Sahr Bangura");
    expect("kei", id);
    expect("KÉÏTA", id);
    expect("aissata keita", id);
    expect("keita ais", id);
}

static void spelling_variants_of_a_name_are_found(void **state)
{
    (void)state;
    static const char *const variants[][2] = {
        {"Mamadou Diallo", "jalloh"},     {"Alpha Jalloh", "diallo"},       {"Lansana Conté", "konteh"},
        {"Finda Camara", "kamara"},       {"Abu Koroma", "kourouma"},       {"Sekou Barry", "barrie"},
        {"Fatmata Sow", "fatoumata sow"}, {"Tshibangu Ilunga", "chibangu"},
    };
    int64_t ids[8];
    for (size_t i = 0; i < 8; i++)
        ids[i] = laptop_digger(&the, variants[i][0]);
    for (size_t i = 0; i < 8; i++) {
        struct result r = search(ENTITY_DIGGER, variants[i][1], 0);
        bool found = false;
        for (int k = 0; k < r.count; k++)
            found = found || r.ids[k] == ids[i];
        if (!found)
            fail_msg("\"%s\" does not find %s", variants[i][1], variants[i][0]);
    }
}

static void every_word_must_fit(void **state)
{
    (void)state;
    int64_t id = laptop_digger(&the, "Sahr Kamara");
    (void)laptop_digger(&the, "Sahr Koroma");
    (void)laptop_digger(&the, "Tamba Kamara");
    expect("sahr kamara", id);
    assert_int_equal(search(ENTITY_DIGGER, "sahr", 0).count, 2);
    assert_int_equal(search(ENTITY_DIGGER, "sahr kamara tombodu", 0).count, 1);
    assert_int_equal(search(ENTITY_DIGGER, "sahr kamara koidu", 0).count, 0);
}

static void nothing_but_marks_finds_nothing(void **state)
{
    (void)state;
    (void)laptop_digger(&the, "Sahr Kamara");
    assert_int_equal(search(ENTITY_DIGGER, " -;' ", 0).count, 0);
    assert_int_equal(search(ENTITY_DIGGER, "%", 0).count, 0);
    assert_int_equal(search(ENTITY_DIGGER, "~kamara", 0).count, 1);
}

static void the_best_match_comes_first(void **state)
{
    (void)state;
    int64_t exact = laptop_digger(&the, "Sahr Bah");
    int64_t beginning = laptop_digger(&the, "Sahr Bahar");
    struct result r = search(ENTITY_DIGGER, "bah", 0);
    assert_int_equal(r.count, 2);
    assert_int_equal(r.ids[0], exact);
    assert_int_equal(r.ids[1], beginning);
}

static void a_limit_is_kept_and_void_records_do_not_count(void **state)
{
    (void)state;
    struct errctx e;
    int64_t last = 0;
    for (int i = 0; i < 12; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "Sahr Kamara %c", 'A' + i);
        last = laptop_digger(&the, name);
    }
    assert_ok(store_void(the.store, ENTITY_DIGGER, last, "entered twice", &the.by, &e));
    assert_int_equal(search(ENTITY_DIGGER, "kamara", 5).count, 5);
    assert_int_equal(search(ENTITY_DIGGER, "kamara", 0).count, 11);
}

/* The newest are found first, and here none of them fits. */
static void what_fits_is_found_behind_any_number_that_does_not(void **state)
{
    (void)state;
    struct errctx e;
    int64_t first = laptop_digger(&the, "Sahr Kamara");
    int64_t second = laptop_digger(&the, "Tamba Kamara");
    for (int i = 0; i < 40; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "Sahr Kamara %02d", i);
        int64_t id = laptop_digger(&the, name);
        assert_ok(store_void(the.store, ENTITY_DIGGER, id, "entered twice", &the.by, &e));
    }
    struct result r = search(ENTITY_DIGGER, "kamara", 2);
    assert_int_equal(r.count, 2);
    assert_int_equal(r.ids[0], second);
    assert_int_equal(r.ids[1], first);
    assert_int_equal(search(ENTITY_DIGGER, "kamara", 3).count, 2);
}

static enum err save_another(void *arg, const struct row *row, struct errctx *e)
{
    int *seen = arg;
    struct store *other = NULL;
    (void)row;
    if (++*seen > 1)
        return ERR_OK;
    if (store_open(the.path, STORE_WRITE, &other, e) != ERR_OK)
        return e->kind;
    struct laptop beside = the;
    beside.store = other;
    (void)laptop_digger(&beside, "Sahr Bangura");
    store_close(other);
    return ERR_OK;
}

static void a_list_is_one_moment_whatever_others_save(void **state)
{
    (void)state;
    struct errctx e;
    int seen = 0;
    (void)laptop_digger(&the, "Sahr Kamara");
    (void)laptop_digger(&the, "Tamba Kamara");
    assert_ok(store_list(the.store, ENTITY_DIGGER, NULL, save_another, &seen, &e));
    assert_int_equal(seen, 2);
    assert_int_equal(search(ENTITY_DIGGER, "sahr", 0).count, 2);
}

static void a_changed_name_is_found_by_its_new_words_alone(void **state)
{
    (void)state;
    struct errctx e;
    int64_t id = laptop_digger(&the, "Sahr Kamara");
    assert_ok(laptop_amend(&the, ENTITY_DIGGER, id, 0, "full_name", "Sahr Mansaray", &e));
    expect("mansaray", id);
    assert_int_equal(search(ENTITY_DIGGER, "kamara", 0).count, 0);
}

static void a_very_long_word_is_found_by_what_is_kept_of_it(void **state)
{
    (void)state;
    static const char name[] =
        "Éaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    int64_t id = laptop_digger(&the, name);
    expect(name, id);
}

static void returns_are_searched_without_an_index(void **state)
{
    (void)state;
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    (void)laptop_licence(&the, "AML/KON/17", holder);
    (void)laptop_yield(&the, "AML/KON/17", "2026-11-20", NULL, NULL);
    (void)laptop_yield(&the, "AML/KON/17", "2026-11-21", NULL, NULL);
    assert_int_equal(search(ENTITY_YIELD, "kama", 0).count, 2);
    assert_int_equal(search(ENTITY_YIELD, "camara", 1).count, 1);
    assert_int_equal(search(ENTITY_YIELD, "koroma", 0).count, 0);
}

static void a_record_is_found_by_what_it_refers_to(void **state)
{
    (void)state;
    int64_t sahr = laptop_digger(&the, "Sahr Kamara");
    int64_t finda = laptop_digger(&the, "Finda Mansaray");
    int64_t licence = laptop_licence(&the, "AML/KON/17", sahr);
    (void)laptop_licence(&the, "AML/KON/18", finda);
    int64_t first = laptop_yield(&the, "AML/KON/17", "2026-11-20", NULL, NULL);
    int64_t second = laptop_yield(&the, "AML/KON/17", "2026-11-21", NULL, NULL);
    int64_t other = laptop_yield(&the, "AML/KON/18", "2026-11-21", NULL, NULL);
    struct result r = search(ENTITY_LICENCE, "camara", 0);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.ids[0], licence);
    r = search(ENTITY_YIELD, "aml/kon/17", 0);
    assert_int_equal(r.count, 2);
    assert_int_equal(r.ids[0], second);
    assert_int_equal(r.ids[1], first);
    r = search(ENTITY_YIELD, "mansaray", 5);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.ids[0], other);
}

static void a_beginning_of_a_date_bounds_what_is_found(void **state)
{
    (void)state;
    (void)laptop_licence(&the, "AML/KON/17", laptop_digger(&the, "Sahr Kamara"));
    (void)laptop_yield(&the, "AML/KON/17", "2026-10-31", NULL, NULL);
    int64_t early = laptop_yield(&the, "AML/KON/17", "2026-11-09", NULL, NULL);
    int64_t late = laptop_yield(&the, "AML/KON/17", "2026-11-21", NULL, NULL);
    assert_int_equal(search(ENTITY_YIELD, "2026-11", 0).count, 2);
    assert_int_equal(search(ENTITY_YIELD, "2026-1", 0).count, 3);
    struct result r = search(ENTITY_YIELD, "2026-11-2", 0);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.ids[0], late);
    r = search(ENTITY_YIELD, "kamara 2026-11-09", 0);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.ids[0], early);
}

static void a_search_that_reads_the_newest_alone_leaves_older_notes_out(void **state)
{
    (void)state;
    struct errctx e;
    struct result found = {0};
    struct store_filter filter = {.search = "sheet-9", .read_most = 1};
    (void)laptop_licence(&the, "AML/KON/17", laptop_digger(&the, "Sahr Kamara"));
    int64_t first = laptop_yield(&the, "AML/KON/17", "2026-11-20", NULL, NULL);
    assert_ok(laptop_amend(&the, ENTITY_YIELD, first, 0, "sheet_no", "sheet-9", &e));
    assert_ok(store_list(the.store, ENTITY_YIELD, &filter, keep, &found, &e));
    assert_int_equal(found.count, 1);
    (void)laptop_yield(&the, "AML/KON/17", "2026-11-21", NULL, NULL);
    found.count = 0;
    assert_ok(store_list(the.store, ENTITY_YIELD, &filter, keep, &found, &e));
    assert_int_equal(found.count, 0);
    assert_int_equal(search(ENTITY_YIELD, "sheet-9", 0).count, 1);
}

static void a_reference_is_an_id_a_licence_number_or_nothing(void **state)
{
    (void)state;
    struct errctx e;
    char text[IDENT_BYTES];
    int64_t holder = laptop_digger(&the, "Sahr Kamara");
    int64_t licence = laptop_licence(&the, "AML/KON/17", holder);
    struct reader with = store_reader(the.store, 0);
    int64_t id = 0;
    assert_ok(with.resolve(with.arg, ENTITY_LICENCE, "aml-kon 17", &id, &e));
    assert_int_equal(id, licence);
    assert_ok(with.resolve(with.arg, ENTITY_LICENCE, ident_format_checked(licence, text), &id, &e));
    assert_int_equal(id, licence);
    text[strlen(text) - 1] = text[strlen(text) - 1] == 'A' ? 'B' : 'A';
    assert_err(with.resolve(with.arg, ENTITY_LICENCE, text, &id, &e), ERR_INVALID, "check character");
    assert_err(with.resolve(with.arg, ENTITY_LICENCE, "AML/KON/18", &id, &e), ERR_NOT_FOUND, "no licence");
    assert_err(with.resolve(with.arg, ENTITY_LICENCE, ident_format(holder, text), &id, &e), ERR_NOT_FOUND,
               "no licence");
}

#define test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        test(a_name_is_found_by_its_beginning_case_and_accents_apart),
        test(spelling_variants_of_a_name_are_found),
        test(every_word_must_fit),
        test(nothing_but_marks_finds_nothing),
        test(the_best_match_comes_first),
        test(a_limit_is_kept_and_void_records_do_not_count),
        test(what_fits_is_found_behind_any_number_that_does_not),
        test(a_list_is_one_moment_whatever_others_save),
        test(a_changed_name_is_found_by_its_new_words_alone),
        test(a_very_long_word_is_found_by_what_is_kept_of_it),
        test(returns_are_searched_without_an_index),
        test(a_record_is_found_by_what_it_refers_to),
        test(a_beginning_of_a_date_bounds_what_is_found),
        test(a_search_that_reads_the_newest_alone_leaves_older_notes_out),
        test(a_reference_is_an_id_a_licence_number_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
