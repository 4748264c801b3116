/* The ministry's reports over a small season that can be added up by hand. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/common/output_report.h"
#include "app/registry/report/geojson.h"
#include "app/registry/report/production.h"
#include "app/registry/report/registry_report.h"
#include "app/registry/store/review.h"
#include "schema/base/date.h"
#include "schema/base/file.h"
#include "schema/base/json.h"
#include "tests/unit/season.h"

/* --- reading reports */

static const struct report_cell *cell(struct season *w, size_t row, const char *column)
{
    int i = 0;
    while (i < w->report.column_count && strcmp(w->report.columns[i].name, column) != 0)
        i++;
    assert_true(i < w->report.column_count);
    assert_true(row < w->report.row_count);
    return report_cell(&w->report, row, i);
}

static void number_is(struct season *w, size_t row, const char *column, int64_t expected)
{
    const struct report_cell *c = cell(w, row, column);
    assert_true(c->given);
    if (c->number != expected)
        fail_msg("row %zu, %s: %lld instead of %lld", row, column, (long long)c->number, (long long)expected);
}

static void text_is(struct season *w, size_t row, const char *column, const char *expected)
{
    const struct report_cell *c = cell(w, row, column);
    assert_true(c->given);
    assert_string_equal(c->text, expected);
}

static void note_is(struct season *w, const char *name, const char *text, int64_t number)
{
    int i = 0;
    while (i < w->report.note_count && strcmp(w->report.notes[i].name, name) != 0)
        i++;
    assert_true(i < w->report.note_count);
    if (text)
        assert_string_equal(w->report.notes[i].text, text);
    else
        assert_int_equal(w->report.notes[i].number, number);
}

static int64_t id_of(struct season *w, uint32_t number)
{
    return ident_make(w->s.me.number, number);
}

static struct registry_store *as_of_august(struct season *w)
{
    struct registry_store *past = NULL;
    struct errctx e;
    assert_ok(registry_store_as_of(w->m.store, END_OF_AUGUST, &past, &e));
    return past;
}

/* --- trade */

static void sales_stand_by_district_and_currency(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_ok(trade_report(w->m.store, "2026-Q3", TRADE_BY_DISTRICT, &w->report, &e));
    assert_int_equal(w->report.row_count, 2);
    text_is(w, 0, "district", "SL-E-KONO");
    text_is(w, 0, "currency", "USD");
    number_is(w, 0, "diamond_mct", 400);
    number_is(w, 0, "price_minor", 10000);
    text_is(w, 0, "price_minor", "100.00");
    number_is(w, 0, "usd_per_ct_cents", 25000);
    number_is(w, 0, "unvalued_mct", 0);
    text_is(w, 1, "district", "SL-S-BO");
    text_is(w, 1, "currency", "SLE");
    number_is(w, 1, "value_usd_cents", 0);
    number_is(w, 1, "unvalued_mct", 150);
}

static void a_buyer_is_one_however_the_number_is_written(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_ok(trade_report(w->m.store, "2026", TRADE_BY_BUYER, &w->report, &e));
    assert_int_equal(w->report.row_count, 2);
    text_is(w, 0, "buyer_licence_no", "d 1");
    text_is(w, 0, "currency", "SLE");
    text_is(w, 1, "buyer_licence_no", "D-1");
    text_is(w, 1, "currency", "USD");
}

static void sales_of_other_months_are_not_counted(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_ok(trade_report(w->m.store, "2026-08", TRADE_BY_CURRENCY, &w->report, &e));
    assert_int_equal(w->report.row_count, 1);
    text_is(w, 0, "currency", "SLE");
    number_is(w, 0, "sales", 1);
}

/* --- returns */

static void a_washing_site_owes_a_return_every_day(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_ok(returns_report(w->m.store, "2026-Q3", RETURNS_BY_LICENCE, &w->report, &e));
    assert_int_equal(w->report.row_count, 2);
    text_is(w, 0, "licence_no", "AML 1");
    number_is(w, 0, "expected", 92);
    number_is(w, 0, "made", 5);
    number_is(w, 0, "nil", 3);
    number_is(w, 0, "not_worked", 1);
    number_is(w, 0, "missing", 87);
    text_is(w, 0, "first_missing", "2026-07-04");
    text_is(w, 0, "last_made", "2026-08-01");
}

static void elsewhere_only_long_silence_is_missing(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_ok(returns_report(w->m.store, "2026-Q3", RETURNS_BY_LICENCE, &w->report, &e));
    text_is(w, 1, "licence_no", "AML 2");
    number_is(w, 1, "made", 1);
    number_is(w, 1, "missing", 9 + 52); /* 1 to 9 July, 10 August to 30 September */
    text_is(w, 1, "first_missing", "2026-07-01");
}

static void days_after_the_last_known_one_are_not_expected(void **state)
{
    struct season *w = *state;
    struct errctx e;
    struct registry_store *past = as_of_august(w);
    assert_ok(returns_report(past, "2026-Q3", RETURNS_BY_LICENCE, &w->report, &e));
    number_is(w, 0, "expected", 62);
    number_is(w, 0, "made", 4);
    registry_store_close(past);
}

static void calendar_days_add_up_to_the_licences(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_ok(returns_report(w->m.store, "2026-07", RETURNS_BY_DAY, &w->report, &e));
    assert_int_equal(w->report.row_count, 31);
    text_is(w, 0, "day", "2026-07-01");
    number_is(w, 0, "expected", 2);
    number_is(w, 0, "missing", 1);
    number_is(w, 9, "made", 1);
    number_is(w, 9, "missing", 1);
}

/* --- balance */

static void more_sold_than_produced_is_over(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_ok(balance_report(w->m.store, NULL, &w->report, &e));
    assert_int_equal(w->report.row_count, 2);
    text_is(w, 0, "name", "AML 1");
    number_is(w, 0, "stock_mct", 300);
    assert_false(cell(w, 0, "over")->given);
    number_is(w, 1, "stock_mct", -50);
    number_is(w, 1, "tolerance_mct", 20);
    text_is(w, 1, "over", "over");
}

static void stock_is_carried_into_the_period(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_ok(balance_report(w->m.store, "2026-08", &w->report, &e));
    number_is(w, 0, "opening_mct", 300);
    number_is(w, 0, "stock_mct", 300);
    number_is(w, 1, "opening_mct", 100);
    number_is(w, 1, "produced_mct", 0);
    number_is(w, 1, "sold_mct", 150);
    number_is(w, 1, "stock_mct", -50);
}

/* --- licences, diggers */

static void licences_stand_as_on_the_day(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_ok(licences_report(w->m.store, date_to_days((struct date){2027, 1, 1}), &w->report, &e));
    text_is(w, 0, "standing", "expired");
    report_done(&w->report);
    assert_ok(licences_report(w->m.store, -1, &w->report, &e));
    assert_string_equal(w->report.period, "2026-11-24");
    text_is(w, 0, "standing", "valid");
    number_is(w, 0, "days_left", 37);
    text_is(w, 0, "holder", "Aiah Conteh");
}

static void persons_registered_twice_count_once(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_ok(diggers_report(w->m.store, &w->report, &e));
    assert_int_equal(w->report.row_count, 2);
    text_is(w, 0, "district", "SL-E-KONO");
    number_is(w, 0, "people", 1);
    text_is(w, 1, "sex", "F");
    note_is(w, "duplicates", NULL, 1);
}

/* --- Annex III */

static void the_annex_has_halves_and_quarters(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_ok(annex_report(w->m.store, "2026-H2", &w->report, &e));
    assert_int_equal(w->report.row_count, 1 + 2 * 3);
    text_is(w, 0, "table", "production");
    text_is(w, 0, "period", "2026-H2");
    number_is(w, 0, "diamond_mct", 800);
    text_is(w, 0, "due", "2027-02-28");
    text_is(w, 1, "table", "first_sale");
    text_is(w, 1, "period", "2026-Q3");
    text_is(w, 1, "hs", "7102.10");
    number_is(w, 1, "diamond_mct", 550);
    number_is(w, 1, "usd_per_ct_cents", 25000);
    text_is(w, 1, "due", "2026-11-30");
    number_is(w, 2, "diamond_mct", 0);
}

static void the_annex_knows_no_month(void **state)
{
    struct season *w = *state;
    struct errctx e;
    assert_err(annex_report(w->m.store, "2026-07", &w->report, &e), ERR_INVALID, "is no year");
}

/* --- footprints */

static void single_stones_stand_by_weight(void **state)
{
    struct season *w = *state;
    struct errctx e;
    const struct footprint_question q = {.of = {.kind = ORIGIN_SITE, .site = id_of(w, BAFI)}};
    assert_ok(footprint_report(w->m.store, &q, &w->report, &e));
    text_is(w, 0, "variable", "size");
    number_is(w, 0, "stones", 1);
    number_is(w, 0, "share_bp", 5000);
    number_is(w, 1, "stones", 1);
    number_is(w, 1, "diamond_mct", 300);
    number_is(w, 5, "stones", 2); /* all */
    note_is(w, "stones_without_size", NULL, 168 + 44 + 22 + 4);
}

static void sites_of_two_rivers_do_not_fit(void **state)
{
    struct season *w = *state;
    struct errctx e;
    const struct origin sewa = {.kind = ORIGIN_SITE, .site = id_of(w, SEWA)};
    const struct footprint_question q = {
        .of = {.kind = ORIGIN_DISTRICT, .district = "SL-E"}, .against = &sewa, .size = FOOTPRINT_BY_SIEVE};
    assert_ok(footprint_report(w->m.store, &q, &w->report, &e));
    size_t all = 15;
    number_is(w, all, "stones", 238);
    number_is(w, all, "against_stones", 576);
    number_is(w, all, "chi_square_centi", 15516);
    number_is(w, all, "freedom", 3);
    number_is(w, all, "ks_milli", 454);
    number_is(w, all, "ks_limit_milli", 105);
    text_is(w, all, "verdict", "does_not_fit");
    note_is(w, "size",
            "chi-square 155.16, degrees of freedom 3, limit 7.81, p 0.0000; Kolmogorov-Smirnov D 0.454, "
            "limit 0.105: does not fit, a question for an expert",
            0);
}

static void a_laptop_that_has_all_stones_has_no_others(void **state)
{
    struct season *w = *state;
    struct errctx e;
    const struct origin others = {.kind = ORIGIN_OTHERS};
    const struct footprint_question q = {.of = {.kind = ORIGIN_DEVICE, .device = w->s.me.number},
                                         .against = &others};
    assert_ok(footprint_report(w->m.store, &q, &w->report, &e));
    text_is(w, 5, "verdict", "too_few");
    number_is(w, 5, "against_stones", 0);
}

/* --- as of a day */

static void what_came_later_does_not_show(void **state)
{
    struct season *w = *state;
    struct errctx e;
    struct registry_store *past = as_of_august(w);
    assert_ok(production_report(past, "2026-Q3", PRODUCTION_BY_DISTRICT, &w->report, &e));
    number_is(w, 0, "diamond_mct", 500);
    number_is(w, 0, "returns", 3);
    note_is(w, "as_of", "2026-08-31T23:59:59Z", 0);
    note_is(w, "entries", NULL, LATER - 1);
    report_done(&w->report);
    registry_store_close(past);
    assert_ok(production_report(w->m.store, "2026-Q3", PRODUCTION_BY_DISTRICT, &w->report, &e));
    number_is(w, 0, "diamond_mct", 700);
    number_is(w, 0, "returns", 4);
}

static void as_of_today_is_the_present(void **state)
{
    struct season *w = *state;
    struct errctx e;
    struct registry_store *past = NULL;
    struct registry_source a;
    struct registry_source b;
    assert_ok(registry_store_as_of(w->m.store, MINISTRY_NOW, &past, &e));
    assert_ok(registry_store_source(past, &a, &e));
    assert_ok(registry_store_source(w->m.store, &b, &e));
    assert_string_equal(a.hash, b.hash);
    assert_int_equal(a.devices, b.devices);
    assert_int_equal(a.batches, b.batches);
    assert_int_equal(a.entries, b.entries);
    assert_int_equal(a.newest_batch_at, b.newest_batch_at);
    registry_store_close(past);
}

static void a_replaced_list_is_part_of_what_a_report_rests_on(void **state)
{
    static const char thresholds[] = "key,value,unit,source\nsilence_most,60,day,default\n";
    struct season *w = *state;
    struct errctx e;
    struct registry_source before;
    struct registry_source after;
    struct registry_store *past = NULL;
    assert_ok(registry_store_source(w->m.store, &before, &e));
    assert_ok(registry_store_replace_file(w->m.store, "threshold", thresholds, MINISTRY_NOW, &e));
    assert_ok(registry_store_source(w->m.store, &after, &e));
    assert_string_not_equal(before.hash, after.hash);
    assert_ok(registry_store_as_of(w->m.store, MINISTRY_NOW, &past, &e));
    assert_ok(registry_store_source(past, &before, &e));
    assert_string_equal(before.hash, after.hash);
    assert_ok(returns_report(past, "2026-Q3", RETURNS_BY_LICENCE, &w->report, &e));
    note_is(w, "silence_most", NULL, 60);
    registry_store_close(past);
}

static void before_the_first_batch_there_was_nothing(void **state)
{
    struct season *w = *state;
    struct errctx e;
    struct registry_store *past = NULL;
    assert_ok(registry_store_as_of(w->m.store, END_OF_AUGUST - 1, &past, &e));
    assert_ok(production_report(past, "2026", PRODUCTION_BY_DISTRICT, &w->report, &e));
    assert_int_equal(w->report.row_count, 0);
    note_is(w, "devices", NULL, 0);
    registry_store_close(past);
}

/* --- decisions */

static void decide(struct season *w, uint32_t number, enum decided is)
{
    struct errctx e;
    const int64_t record = id_of(w, number);
    assert_ok(registry_store_staff_put(w->m.store, NULL, "sia", "Sia Bona", true, DECIDED_AT, &e));
    assert_ok(review_decide(w->m.store, "sia", &record, 1, is, "it cannot be", DECIDED_AT, &e));
}

static void a_returned_return_does_not_count(void **state)
{
    struct season *w = *state;
    struct errctx e;
    decide(w, FIND, DECIDED_RETURNED);
    assert_ok(production_report(w->m.store, "2026-Q3", PRODUCTION_BY_DISTRICT, &w->report, &e));
    number_is(w, 0, "diamond_mct", 0);
    number_is(w, 0, "returns", 3);
    report_done(&w->report);
    assert_ok(returns_report(w->m.store, "2026-07", RETURNS_BY_LICENCE, &w->report, &e));
    text_is(w, 0, "first_missing", "2026-07-01");
}

static void it_counted_until_it_was_decided(void **state)
{
    struct season *w = *state;
    struct errctx e;
    struct registry_store *past = NULL;
    decide(w, FIND, DECIDED_REJECTED);
    assert_ok(registry_store_as_of(w->m.store, DECIDED_AT - 1, &past, &e));
    assert_ok(production_report(past, "2026-Q3", PRODUCTION_BY_DISTRICT, &w->report, &e));
    number_is(w, 0, "diamond_mct", 700);
    report_done(&w->report);
    registry_store_close(past);
    assert_ok(registry_store_as_of(w->m.store, DECIDED_AT, &past, &e));
    assert_ok(production_report(past, "2026-Q3", PRODUCTION_BY_DISTRICT, &w->report, &e));
    number_is(w, 0, "diamond_mct", 0);
    registry_store_close(past);
}

static void a_rejected_licence_stands_in_no_report(void **state)
{
    struct season *w = *state;
    struct errctx e;
    decide(w, KONO, DECIDED_REJECTED);
    assert_ok(licences_report(w->m.store, -1, &w->report, &e));
    assert_int_equal(w->report.row_count, 1);
    text_is(w, 0, "licence_no", "AML 2");
    report_done(&w->report);
    assert_ok(returns_report(w->m.store, "2026-07", RETURNS_BY_LICENCE, &w->report, &e));
    assert_int_equal(w->report.row_count, 1);
}

/* --- another machine */

static void put(struct registry_store *s, enum err made, struct report *report, FILE *to)
{
    static const enum output_form forms[] = {OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_CSV};
    struct errctx e;
    assert_int_equal(made, ERR_OK);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct output *out = output_new(to, forms[i], '.');
        assert_ok(output_report(out, report, registry_store_codes(s), LANG_EN, &e));
        output_free(out);
    }
    report_done(report);
}

/* Every report in every form, one behind the other; the caller frees. */
static char *all_reports(struct registry_store *s)
{
    static const char period[] = "2026-H2";
    static const struct origin others = {.kind = ORIGIN_OTHERS};
    static const struct footprint_question question = {
        .of = {.kind = ORIGIN_DISTRICT, .district = "SL-E"}, .against = &others, .size = FOOTPRINT_BY_SIEVE};
    char *text = NULL;
    size_t len = 0;
    struct report r;
    struct errctx e;
    FILE *to = open_memstream(&text, &len);
    assert_non_null(to);
    for (int by = PRODUCTION_BY_DISTRICT; by <= PRODUCTION_BY_MONTH; by++)
        put(s, production_report(s, period, (enum production_by)by, &r, &e), &r, to);
    for (int by = TRADE_BY_DISTRICT; by <= TRADE_BY_CURRENCY; by++)
        put(s, trade_report(s, period, (enum trade_by)by, &r, &e), &r, to);
    put(s, returns_report(s, period, RETURNS_BY_LICENCE, &r, &e), &r, to);
    put(s, returns_report(s, period, RETURNS_BY_DAY, &r, &e), &r, to);
    put(s, balance_report(s, period, &r, &e), &r, to);
    put(s, licences_report(s, -1, &r, &e), &r, to);
    put(s, diggers_report(s, &r, &e), &r, to);
    put(s, annex_report(s, period, &r, &e), &r, to);
    put(s, footprint_report(s, &question, &r, &e), &r, to);
    (void)fclose(to);
    return text;
}

static void another_machine_makes_the_same_bytes(void **state)
{
    struct season *w = *state;
    struct errctx e;
    struct registry_store *copy = NULL;
    struct buf path = {0};
    char folder[] = "/tmp/alluvia-copy-XXXXXX";
    assert_non_null(mkdtemp(folder));
    file_join(&path, folder, "registry.db");
    assert_ok(registry_store_backup(w->m.store, buf_str(&path), NULL, NULL, &e));
    assert_ok(registry_store_open(folder, DB_READ, &copy, &e));
    char *here = all_reports(w->m.store);
    char *there = all_reports(copy);
    assert_string_equal(here, there);
    free(here);
    free(there);
    registry_store_close(copy);
    (void)unlink(buf_str(&path));
    (void)rmdir(folder);
    buf_done(&path);
}

/* --- maps */

struct map {
    struct buf text;
    bool begun;
};

static enum err put_feature(void *arg, const struct row *row, struct errctx *e)
{
    struct map *map = arg;
    (void)e;
    geojson_feature(row, !map->begun, &map->text);
    map->begun = true;
    return ERR_OK;
}

static void sites_are_features_with_longitude_first(void **state)
{
    struct season *w = *state;
    struct errctx e;
    struct map map = {0};
    geojson_begin(&map.text);
    assert_ok(registry_store_records(w->m.store, ENTITY_SITE, false, put_feature, &map, &e));
    geojson_end(&map.text);
    const char *text = buf_str(&map.text);
    assert_non_null(strstr(text, "{\"type\":\"Point\",\"coordinates\":[-10.970001,8.64]},\"properties\":{"));
    assert_non_null(strstr(text, "\"geometry\":null,\"properties\":{\"name\":\"Sewa\""));
    struct cJSON *root = NULL;
    assert_ok(json_read(text, strlen(text), &root, &e));
    json_free(root);
    buf_done(&map.text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, season_set_up, season_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sales_stand_by_district_and_currency),
        TEST(a_buyer_is_one_however_the_number_is_written),
        TEST(sales_of_other_months_are_not_counted),
        TEST(a_washing_site_owes_a_return_every_day),
        TEST(elsewhere_only_long_silence_is_missing),
        TEST(days_after_the_last_known_one_are_not_expected),
        TEST(calendar_days_add_up_to_the_licences),
        TEST(more_sold_than_produced_is_over),
        TEST(stock_is_carried_into_the_period),
        TEST(licences_stand_as_on_the_day),
        TEST(persons_registered_twice_count_once),
        TEST(the_annex_has_halves_and_quarters),
        TEST(the_annex_knows_no_month),
        TEST(single_stones_stand_by_weight),
        TEST(sites_of_two_rivers_do_not_fit),
        TEST(a_laptop_that_has_all_stones_has_no_others),
        TEST(what_came_later_does_not_show),
        TEST(as_of_today_is_the_present),
        TEST(a_replaced_list_is_part_of_what_a_report_rests_on),
        TEST(before_the_first_batch_there_was_nothing),
        TEST(a_returned_return_does_not_count),
        TEST(it_counted_until_it_was_decided),
        TEST(a_rejected_licence_stands_in_no_report),
        TEST(another_machine_makes_the_same_bytes),
        TEST(sites_are_features_with_longitude_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
