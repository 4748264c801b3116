/*
 * What finding a person costs among a million: two names, a beginning, a spelling variant, one name that very
 * many bear. Beside it the bare thing: one word looked up in the same index.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/field/store/store.h"
#include "schema/base/buf.h"
#include "schema/base/text.h"
#include "tests/bench/bench.h"
#include "tests/bench/people.h"

enum {
    PEOPLE = 1000000,
    QUERIES = 2000,
    SHOWN = 50,
    NOW = 1795452245
};

static enum err nothing(void *arg, const struct row *row, struct errctx *e)
{
    int *count = arg;
    (void)row;
    (void)e;
    (*count)++;
    return ERR_OK;
}

enum kind {
    FULL_NAME,
    BEGINNINGS,
    FAMILY,
    FAMILY_AND_VILLAGE,
    KINDS
};

static void make_query(struct chance *c, enum kind kind, char out[PEOPLE_NAME_BYTES])
{
    char family[PEOPLE_WORD_BYTES];
    char village[PEOPLE_WORD_BYTES];
    people_name(c, out, family);
    switch (kind) {
    case FULL_NAME:
    case KINDS:
        return;
    case BEGINNINGS: {
        size_t given = strcspn(out, " ");
        (void)snprintf(out + (given < 3 ? given : 3), 150, " %.4s", family);
        return;
    }
    case FAMILY:
        (void)snprintf(out, 160, "%s", family);
        return;
    case FAMILY_AND_VILLAGE:
        people_village(c, village);
        (void)snprintf(out, 160, "%s %s", family, village);
        return;
    }
}

static int by_size(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return *x < *y ? -1 : *x > *y;
}

static double p99(double *ms)
{
    qsort(ms, QUERIES, sizeof *ms, by_size);
    return ms[QUERIES * 99 / 100];
}

/* The first records of one word in the same index. */
static double bare(struct store *store, struct chance *c)
{
    static const char sql[] =
        "SELECT rowid FROM person_word WHERE person_word MATCH :word ORDER BY rowid DESC LIMIT 50";
    struct errctx e;
    double ms[QUERIES];
    for (int i = 0; i < QUERIES; i++) {
        struct stmt *s = NULL;
        char name[PEOPLE_NAME_BYTES];
        char family[PEOPLE_WORD_BYTES];
        struct buf word = {0};
        people_name(c, name, family);
        text_fold(&word, family);
        buf_truncate(&word, strcspn(buf_str(&word), " "));
        bool row = true;
        int64_t start = bench_now_ns();
        BENCH_OK(db_prepare(store_db(store), sql, &s, &e));
        stmt_bind_text(s, ":word", buf_str(&word));
        while (row)
            BENCH_OK(stmt_step(s, &row, &e));
        stmt_done(s);
        ms[i] = (double)(bench_now_ns() - start) / 1e6;
        buf_done(&word);
    }
    return p99(ms);
}

int main(void)
{
    static const char *const names[KINDS] = {"full name", "two beginnings", "family name",
                                             "family and village"};
    struct errctx e;
    struct author by = {.login = "amina", .now = NOW};
    struct store *store = NULL;
    char *path = bench_path("laptop.db");
    BENCH_OK(store_create(path, "SL", "bench", true, &by, &e));
    BENCH_OK(store_open(path, STORE_WRITE, &store, &e));
    int64_t start = bench_now_ns();
    people_register(store, PEOPLE, &by);
    bench_figure("search: registering", "records/s", PEOPLE * 1e9 / (double)(bench_now_ns() - start), "-");
    struct chance c = {99};
    double floor = bare(store, &c);
    for (int kind = 0; kind < KINDS; kind++) {
        double ms[QUERIES];
        double cpu_ms[QUERIES];
        int found = 0;
        for (int i = 0; i < QUERIES; i++) {
            char query[PEOPLE_NAME_BYTES];
            make_query(&c, (enum kind)kind, query);
            struct store_filter filter = {.search = query, .limit = SHOWN};
            int64_t cpu = bench_cpu_ns();
            start = bench_now_ns();
            BENCH_OK(store_list(store, ENTITY_DIGGER, &filter, nothing, &found, &e));
            ms[i] = (double)(bench_now_ns() - start) / 1e6;
            cpu_ms[i] = (double)(bench_cpu_ns() - cpu) / 1e6;
        }
        char name[64];
        (void)snprintf(name, sizeof name, "search: p99, %s", names[kind]);
        char cpu_name[72];
        (void)snprintf(cpu_name, sizeof cpu_name, "%s, CPU", name);
        bench_figure(cpu_name, "us", p99(cpu_ms) * 1000, "what a machine of its own would take");
        bench_ratio(name, "us", p99(ms) * 1000, floor * 1000, "<= 5000 us");
    }
    store_close(store);
    free(path);
    return 0;
}
