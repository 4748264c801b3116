#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/field/demo/demo.h"
#include "app/field/report/field_report.h"
#include "schema/base/buf.h"
#include "schema/base/date.h"
#include "schema/base/file.h"

static const int64_t NOW = INT64_C(1795426200); /* 2026-11-23, 09:30 UTC */

struct season_file {
    char folder[64];
    char path[96];
    struct store *store;
};

static void make(struct season_file *f, const char *country, const struct demo_plan *plan)
{
    struct errctx e;
    struct author by = {"demo", demo_begins(plan)};
    *f = (struct season_file){.folder = "/tmp/alluvia-demo-XXXXXX"};
    assert_non_null(mkdtemp(f->folder));
    (void)snprintf(f->path, sizeof f->path, "%s/alluvia.db", f->folder);
    assert_ok(store_create(f->path, country, "Training", true, &by, &e));
    assert_ok(store_open(f->path, STORE_WRITE, &f->store, &e));
    assert_ok(demo_season(f->store, plan, NULL, NULL, &e));
}

static void drop(struct season_file *f)
{
    static const char *const names[] = {"alluvia.db", "alluvia.db-wal", "alluvia.db-shm", "alluvia.key"};
    store_close(f->store);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/%s", f->folder, names[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(f->folder), 0);
}

static int64_t one(struct season_file *f, const char *sql)
{
    struct errctx e;
    int64_t number = 0;
    assert_ok(db_one_int(store_db(f->store), sql, -1, &number, &e));
    return number;
}

/* The journal with the device's own code and key taken out. */
static enum err keep(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct buf *out = arg;
    (void)e;
    if (line->number > 1)
        buf_put(out, line->bytes, line->len);
    buf_putc(out, '\n');
    return ERR_OK;
}

static char *journal_without_code(struct season_file *f)
{
    struct errctx e;
    struct buf out = {0};
    assert_ok(journal_read(store_db(f->store), 1, 0, keep, &out, &e));
    const char *code = store_device(f->store)->code;
    for (char *at = strstr(out.data, code); at; at = strstr(at, code))
        memcpy(at, "DEVICE", 6);
    return buf_steal(&out);
}

static void every_country_has_a_season_that_verifies(void **state)
{
    (void)state;
    struct errctx e;
    for (const char *const *country = codes_profiles(); *country; country++) {
        struct demo_plan plan = {.seed = 7, .diggers = 33, .days = 12, .now = NOW};
        struct season_file f;
        make(&f, *country, &plan);
        assert_ok(store_verify(f.store, NULL, NULL, &e));
        assert_true(one(&f, "SELECT count(*) FROM yield") > 10);
        assert_int_equal(one(&f, "SELECT count(*) FROM digger"), 33);
        assert_int_equal(one(&f, "SELECT count(*) FROM journal WHERE bytes LIKE '%\"clk\":1%'"), 0);
        drop(&f);
    }
}

static void the_same_seed_gives_the_same_entries(void **state)
{
    (void)state;
    struct demo_plan plan = {.seed = 42, .diggers = 20, .days = 20, .now = NOW};
    struct demo_plan other = {.seed = 43, .diggers = 20, .days = 20, .now = NOW};
    struct season_file f[3];
    char *text[3];
    for (int i = 0; i < 3; i++) {
        make(&f[i], "SL", i < 2 ? &plan : &other);
        text[i] = journal_without_code(&f[i]);
    }
    assert_string_equal(text[0], text[1]);
    assert_string_not_equal(text[0], text[2]);
    for (int i = 0; i < 3; i++) {
        free(text[i]);
        drop(&f[i]);
    }
}

static void a_season_is_plausible(void **state)
{
    (void)state;
    struct demo_plan plan = {.seed = 1, .diggers = 300, .days = 90, .now = NOW};
    struct season_file f;
    make(&f, "SL", &plan);
    int64_t returns = one(&f, "SELECT count(*) FROM yield WHERE void = 0");
    assert_in_range(returns, 20 * 60, 20 * 90);
    /* Nothing is found where nothing is washed. */
    assert_int_equal(one(&f, "SELECT count(*) FROM yield WHERE activity <> 'washing' AND outcome = 'yield'"),
                     0);
    /* 0.005 to 0.05 ct a digger-day of washing, 0.08 to 0.4 ct a stone, nil days in between. */
    assert_in_range(
        one(&f, "SELECT sum(diamond_mct) / sum(diggers) FROM yield WHERE activity = 'washing' AND void = 0"),
        5, 50);
    assert_in_range(one(&f, "SELECT sum(diamond_mct) / sum(stones) FROM yield WHERE void = 0"), 80, 400);
    assert_in_range(
        one(&f, "SELECT 100 * sum(outcome = 'nil') / count(*) FROM yield WHERE activity = 'washing'"), 5, 60);
    assert_true(one(&f, "SELECT count(*) FROM sale") > 20);
    assert_in_range(
        one(&f, "SELECT sum(price_usd_cents) * 1000 / sum(diamond_mct) FROM sale WHERE gold_mg IS NULL"),
        8000, 90000);
    assert_true(one(&f, "SELECT count(*) FROM stone") > 0);
    assert_true(one(&f, "SELECT count(*) FROM yield WHERE void = 1") > 0);
    assert_true(one(&f, "SELECT count(*) FROM yield WHERE version <> id AND void = 0") > 0);
    assert_true(one(&f, "SELECT count(*) FROM digger WHERE sex = 'F'") > 10);
    assert_int_equal(one(&f, "SELECT max(date_from) = '2026-11-23' FROM yield"), 1);
    drop(&f);
}

static void the_reports_of_a_season_agree_with_each_other(void **state)
{
    (void)state;
    struct errctx e;
    struct demo_plan plan = {.seed = 5, .diggers = 60, .days = 40, .now = NOW};
    struct season_file f;
    struct report by_day;
    struct report by_licence;
    struct report balance;
    struct report returns;
    struct report licences;
    int32_t today = date_of_instant(NOW);
    make(&f, "SL", &plan);
    assert_ok(report_month(f.store, "2026", today - 60, today, REPORT_BY_DAY, &by_day, &e));
    assert_ok(report_month(f.store, "2026", today - 60, today, REPORT_BY_LICENCE, &by_licence, &e));
    assert_ok(report_balance(f.store, today, &balance, &e));
    assert_ok(report_licences(f.store, today, &licences, &e));
    assert_ok(report_returns(f.store, "2026-11", today - 22, today + 7, today, &returns, &e));
    /* returns … gold */
    for (int i = 1; i <= 7; i++)
        assert_int_equal(by_day.totals[i], by_licence.totals[i]);
    assert_int_equal(balance.totals[1], by_day.totals[6]);
    assert_int_equal(balance.totals[1] - balance.totals[2], balance.totals[3]);
    assert_int_equal(licences.row_count, 4);
    assert_int_equal(returns.row_count, 4);
    /* expected = made + missing, as long as nobody reports for a day without licence */
    assert_true(returns.totals[4] > 0);
    assert_true(returns.totals[1] <= returns.totals[2] + returns.totals[4]);
    assert_true(returns.totals[1] <= 4 * 23);
    report_done(&by_day);
    report_done(&by_licence);
    report_done(&balance);
    report_done(&licences);
    report_done(&returns);
    drop(&f);
}

static void a_season_goes_into_training_databases_alone(void **state)
{
    (void)state;
    struct errctx e;
    struct demo_plan plan = {.seed = 5, .diggers = 15, .days = 2, .now = NOW};
    struct author by = {"amina", NOW};
    struct season_file f = {.folder = "/tmp/alluvia-demo-XXXXXX"};
    assert_non_null(mkdtemp(f.folder));
    (void)snprintf(f.path, sizeof f.path, "%s/alluvia.db", f.folder);
    assert_ok(store_create(f.path, "SL", "Koidu", false, &by, &e));
    assert_ok(store_open(f.path, STORE_WRITE, &f.store, &e));
    assert_err(demo_season(f.store, &plan, NULL, NULL, &e), ERR_CONFIG, "training database");
    drop(&f);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_country_has_a_season_that_verifies),
        cmocka_unit_test(the_same_seed_gives_the_same_entries),
        cmocka_unit_test(a_season_is_plausible),
        cmocka_unit_test(the_reports_of_a_season_agree_with_each_other),
        cmocka_unit_test(a_season_goes_into_training_databases_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
