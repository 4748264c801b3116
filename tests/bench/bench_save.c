/*
 * What saving a record costs: fsyncs a record, counted by standing in for the C library's calls, and the rate
 * beside a bare SQLite loop that writes the same bytes as durably. The two take turns, so that both see the
 * same disk.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "app/field/store/store.h"
#include "schema/base/date.h"
#include "tests/bench/bench.h"
#include "tests/bench/yields.h"

enum {
    ROUNDS = 15,
    ROUND_RECORDS = 200,
    LICENCES = 40,
    NOW = 1795452245
};

static int64_t syncs;

/* SQLite reaches the disk through these two; the linker finds ours first. */
int fsync(int fd)
{
    syncs++;
    return (int)syscall(SYS_fsync, fd);
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): glibc's own name is reserved */
int fdatasync(int fd)
{
    syncs++;
    return (int)syscall(SYS_fdatasync, fd);
}

static sqlite3 *open_bare(void)
{
    sqlite3 *db = NULL;
    char *path = bench_path("bare.db");
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "CREATE TABLE line (number INTEGER PRIMARY KEY, bytes TEXT NOT NULL) STRICT;",
                     NULL, NULL, NULL) != SQLITE_OK)
        bench_fail("bare database", sqlite3_errmsg(db));
    free(path);
    return db;
}

static void save_bare(sqlite3 *db, sqlite3_stmt *insert, const char *bytes, size_t len)
{
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_bind_text(insert, 1, bytes, (int)len, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK ||
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        bench_fail("bare save", sqlite3_errmsg(db));
}

struct lines {
    char *text[ROUND_RECORDS];
    size_t len[ROUND_RECORDS];
    size_t count;
};

static enum err keep_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    (void)e;
    struct lines *lines = arg;
    lines->text[lines->count] = str_dup_len(line->bytes, line->len);
    lines->len[lines->count] = line->len;
    lines->count++;
    return ERR_OK;
}

static int64_t add(struct store *store, enum entity_id of, const char *const (*values)[2], size_t count,
                   int64_t holder, const struct author *by)
{
    struct errctx e;
    struct record record;
    struct findings found = {0};
    int64_t id = 0;
    record_init(&record, &ENTITIES[of]);
    for (size_t i = 0; i < count; i++)
        record_set_text(&record, values[i][0], values[i][1]);
    if (holder)
        record_set_number(&record, "holder_coop", holder);
    BENCH_OK(store_add(store, &record, by, NULL, &found, &id, &e));
    findings_done(&found);
    record_done(&record);
    return id;
}

/* A cooperative with as many licences as send a return on one day. */
static void add_licences(struct store *store, int64_t licences[LICENCES], const struct author *by)
{
    static const char *const seat[][2] = {{"name", "Koakoyima"},   {"kind", "cooperative"},
                                          {"district", "SL-E"},    {"village", "Koidu"},
                                          {"chair", "Sia Kamara"}, {"status", "active"}};
    int64_t holder = add(store, ENTITY_COOPERATIVE, seat, sizeof seat / sizeof seat[0], 0, by);
    for (size_t i = 0; i < LICENCES; i++) {
        char number[16];
        (void)snprintf(number, sizeof number, "AML-%zu", i);
        const char *const terms[][2] = {
            {"licence_no", number},       {"kind", "aml"},
            {"minerals", "diamond"},      {"area_text", "left bank"},
            {"issued_by", "NMA"},         {"issued_on", "2026-01-01"},
            {"valid_from", "2026-01-01"}, {"valid_to", "2026-12-31"},
            {"status", "granted"},        {"district", "SL-E"},
        };
        licences[i] = add(store, ENTITY_LICENCE, terms, sizeof terms / sizeof terms[0], holder, by);
    }
}

static double save_ours(struct store *store, const int64_t licences[LICENCES], uint64_t first,
                        const struct author *by)
{
    struct errctx e;
    struct record yields[ROUND_RECORDS];
    for (size_t i = 0; i < ROUND_RECORDS; i++) {
        char day[DATE_BYTES];
        yields_make(&yields[i], licences[(first + i) % LICENCES], first + i);
        /* A day back each time all licences have reported: returns of one licence must not overlap. */
        date_format_days(date_of_instant(NOW) - (int32_t)((first + i) / LICENCES), day);
        record_set_text(&yields[i], "date_from", day);
        record_set_text(&yields[i], "date_to", day);
    }
    int64_t start = bench_now_ns();
    for (size_t i = 0; i < ROUND_RECORDS; i++) {
        struct findings found = {0};
        int64_t id = 0;
        BENCH_OK(store_add(store, &yields[i], by, NULL, &found, &id, &e));
        findings_done(&found);
    }
    int64_t spent = bench_now_ns() - start;
    for (size_t i = 0; i < ROUND_RECORDS; i++)
        record_done(&yields[i]);
    return ROUND_RECORDS * 1e9 / (double)spent;
}

int main(void)
{
    struct errctx e;
    struct author by = {.login = "amina", .now = NOW};
    struct store *store = NULL;
    char *path = bench_path("laptop.db");
    BENCH_OK(device_module_init(&e));
    BENCH_OK(store_create(path, "SL", "bench", true, &by, &e));
    BENCH_OK(store_open(path, STORE_WRITE, &store, &e));
    sqlite3 *bare = open_bare();
    sqlite3_stmt *insert = NULL;
    if (sqlite3_prepare_v2(bare, "INSERT INTO line(bytes) VALUES (?1)", -1, &insert, NULL) != SQLITE_OK)
        bench_fail("prepare", sqlite3_errmsg(bare));

    int64_t licences[LICENCES];
    add_licences(store, licences, &by);
    double ours[ROUNDS];
    double floors[ROUNDS];
    double ratios[ROUNDS];
    int64_t our_syncs = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        int64_t before = syncs;
        ours[round] = save_ours(store, licences, round * ROUND_RECORDS, &by);
        our_syncs += syncs - before;

        struct lines lines = {0};
        int64_t newest = store_head(store)->number;
        BENCH_OK(journal_read(store_db(store), newest - ROUND_RECORDS + 1, newest, keep_line, &lines, &e));
        int64_t start = bench_now_ns();
        for (size_t i = 0; i < lines.count; i++)
            save_bare(bare, insert, lines.text[i], lines.len[i]);
        floors[round] = ROUND_RECORDS * 1e9 / (double)(bench_now_ns() - start);
        ratios[round] = ours[round] / floors[round];
        for (size_t i = 0; i < lines.count; i++)
            free(lines.text[i]);
    }
    bench_figure("save: fsyncs", "a record", (double)our_syncs / (ROUNDS * ROUND_RECORDS),
                 "1, checkpoints apart");
    double ratio = bench_median(ratios, ROUNDS);
    bench_ratio("save: durable records", "records/s", ratio * bench_median(floors, ROUNDS),
                bench_median(floors, ROUNDS), ">= 0.70");
    sqlite3_finalize(insert);
    sqlite3_close(bare);
    store_close(store);
    free(path);
    return 0;
}
