/*
 * What a country costs the registry, with the rules on: an entry that comes when a million are there beside
 * the same entry when there are ten thousand; the production report beside the bare sum of the same table;
 * and how much memory the programs take. tests/bench/country makes what it needs.
 *
 *   bench_country OFFICE LARGE SMALL SEASON
 *
 * OFFICE is alluvia-registry; LARGE and SMALL are registries, caught up by `review run`; SEASON is a season
 * that neither has, with its lines in the file `lines`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "app/registry/store/inside.h"
#include "schema/base/date.h"
#include "schema/base/file.h"
#include "tests/bench/bench.h"
#include "tests/season/office.h"

enum {
    SLICE = 1000, /* entries between two looks of the rules */
    MOST_SLICES = 64,
    REPORTS = 5,
    NOW = 1792281600 /* 2026-10-18 */
};

struct side {
    struct office office;
    double taking[MOST_SLICES]; /* nanoseconds an entry */
    double asking[MOST_SLICES];
};

/* Takes lines until SLICE entries more are there, and asks the rules about them; false at the end of the
 * season. */
static bool next_slice(struct side *side, FILE *lines, size_t slice)
{
    struct errctx e;
    char line[OFFICE_LINE_BYTES];
    struct national_run run;
    const struct national_options options = {.now = NOW};
    int64_t before = side->office.entries;
    int64_t start = bench_now_ns();
    while (side->office.entries - before < SLICE) {
        if (!fgets(line, sizeof line, lines))
            return false;
        office_obey(&side->office, line);
    }
    double entries = (double)(side->office.entries - before);
    int64_t taken = bench_now_ns();
    BENCH_OK(national_review(side->office.store, &options, &run, &e));
    side->taking[slice] = (double)(taken - start) / entries;
    side->asking[slice] = (double)(bench_now_ns() - taken) / entries;
    return true;
}

static FILE *open_lines(const char *season)
{
    struct buf path = {0};
    buf_printf(&path, "%s/lines", season);
    FILE *lines = fopen(buf_str(&path), "r");
    if (!lines)
        bench_fail("open", buf_str(&path));
    buf_done(&path);
    return lines;
}

/* The two take turns, so that both see the same machine. */
static void measure_growth(const char *large_data, const char *small_data, const char *season)
{
    static struct side large;
    static struct side small;
    double taking[MOST_SLICES];
    double asking[MOST_SLICES];
    double both[MOST_SLICES];
    double floor[MOST_SLICES];
    size_t slices = 0;
    FILE *lines[2] = {open_lines(season), open_lines(season)};
    office_open(&large.office, large_data, season);
    office_open(&small.office, small_data, season);
    while (slices < MOST_SLICES && next_slice(&small, lines[0], slices) &&
           next_slice(&large, lines[1], slices))
        slices++;
    for (size_t i = 0; i < slices; i++) {
        taking[i] = large.taking[i] / small.taking[i];
        asking[i] = large.asking[i] / small.asking[i];
        both[i] = (large.taking[i] + large.asking[i]) / (small.taking[i] + small.asking[i]);
        floor[i] = small.taking[i] + small.asking[i];
    }
    double take = bench_median(small.taking, slices);
    double ask = bench_median(small.asking, slices);
    double all = bench_median(floor, slices);
    bench_ratio("country: an entry taken in", "ns", bench_median(taking, slices) * take, take, "to know");
    bench_ratio("country: an entry asked about", "ns", bench_median(asking, slices) * ask, ask, "to know");
    bench_ratio("country: an entry with the rules", "ns", bench_median(both, slices) * all, all,
                "<= 1.3 of that at 10,000");
    (void)fclose(lines[0]);
    (void)fclose(lines[1]);
    registry_store_close(small.office.store);
    registry_store_close(large.office.store);
}

/* --- the report */

static const char BARE[] =
    "SELECT licence, substr(date_to, 1, 7), count(*), sum(stones), sum(diamond_mct), sum(gold_mg) FROM yield "
    "WHERE void = 0 AND date_to BETWEEN '2026-01-01' AND '2026-12-31' GROUP BY licence, substr(date_to, 1, "
    "7)";

static int64_t bare_ns(struct registry_store *s)
{
    struct errctx e;
    struct stmt *stmt = NULL;
    bool row = true;
    int64_t sum = 0;
    int64_t start = bench_now_ns();
    BENCH_OK(db_prepare(s->db, BARE, &stmt, &e));
    stmt_expect_many(stmt);
    while (row) {
        BENCH_OK(stmt_step(stmt, &row, &e));
        sum += row ? stmt_int(stmt, 4) : 0;
    }
    stmt_done(stmt);
    if (sum == 0)
        bench_fail("report", "there are no yields");
    return bench_now_ns() - start;
}

static void measure_report(const char *office, const char *data)
{
    struct errctx e;
    struct registry_store *s = NULL;
    double ratios[REPORTS];
    double floors[REPORTS];
    int64_t rows = 0;
    const char *const report[] = {office,  "report", "production", "--period", "2026",
                                  "--csv", "--data", data,         NULL};
    BENCH_OK(registry_store_open(data, DB_READ, &s, &e));
    BENCH_OK(db_one_int(s->db, "SELECT count(*) FROM yield", 0, &rows, &e));
    (void)bare_ns(s);
    (void)bench_run(report);
    for (int i = 0; i < REPORTS; i++) {
        floors[i] = (double)bare_ns(s) / 1e6;
        struct bench_child child = bench_run(report);
        if (child.exit_code != 0)
            bench_fail("report production", "failed");
        ratios[i] = child.wall_ms / floors[i];
    }
    char name[64];
    (void)snprintf(name, sizeof name, "country: production of %lld yields", (long long)rows);
    double floor = bench_median(floors, REPORTS);
    bench_ratio(name, "ms", bench_median(ratios, REPORTS) * floor, floor, "<= 2 of the bare sum");
    registry_store_close(s);
}

/* --- memory */

static void measure_memory(const char *office, const char *data)
{
    static const char *const words[][5] = {
        {"report", "production", "--period", "2026"},
        {"report", "trade", "--period", "2026"},
        {"report", "returns", "--period", "2026"},
        {"report", "balance"},
        {"report", "licences"},
        {"report", "diggers"},
        {"report", "annex-iii", "--period", "2026"},
        {"review", "list"},
        {"review", "run"},
        {"review", "run", "--again"},
        {"export", "yield"},
        {"verify", "--quiet"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *argv[12] = {office, "--data", data};
        struct buf name = {0};
        size_t count = 3;
        buf_puts(&name, "memory:");
        for (size_t w = 0; w < 5 && words[i][w]; w++) {
            argv[count++] = words[i][w];
            buf_printf(&name, " %s", words[i][w]);
        }
        struct bench_child child = bench_run(argv);
        if (child.exit_code != 0)
            bench_fail(buf_str(&name), "failed");
        bench_figure(buf_str(&name), "MiB", (double)child.peak_kib / 1024, "<= 128");
        bench_figure("   it took", "ms", child.wall_ms, "to know");
        buf_done(&name);
    }
}

int main(int argc, char **argv)
{
    if (argc != 5)
        bench_fail("usage", "bench_country OFFICE LARGE SMALL SEASON");
    measure_report(argv[1], argv[2]);
    measure_memory(argv[1], argv[2]); /* before this process grows: a child begins with its parent's peak */
    measure_growth(argv[2], argv[3], argv[4]);
    return 0;
}
