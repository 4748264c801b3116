/*
 * Making a damaged database again: `alluvia recover` on 100,000 entries whose file SQLite cannot open, beside
 * the least that any recovery must do: read the file, and hash every line along the chain.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/field/store/store.h"
#include "schema/base/file.h"
#include "tests/bench/bench.h"
#include "tests/bench/laptops.h"

enum {
    ENTRIES = 100000,
    PAGE = 4096,
    MOST_BYTES = 1 << 30
};

static const char ZEROS[PAGE];

/* The first page is zeros: SQLite opens no such file, every entry is there, and nothing proves that none is
 * missing. So all of the work is done: searching, the chain, the tables, and a second life. */
static void damage(const char *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || pwrite(fd, ZEROS, PAGE, 0) != PAGE)
        bench_fail("damage", "the database cannot be written");
    (void)close(fd);
}

struct hashing {
    struct chain chain;
    int64_t entries;
    int64_t ns;
};

static enum err hash_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    (void)e;
    struct hashing *h = arg;
    int64_t before = bench_now_ns();
    chain_next(&h->chain, line->bytes, line->len);
    h->ns += bench_now_ns() - before;
    h->entries++;
    return ERR_OK;
}

/* Nanoseconds to read the file and to hash what lies in it. */
static int64_t floor_of(const char *path, int64_t *entries)
{
    struct errctx e;
    struct store *s = NULL;
    struct hashing h = {0};
    struct buf bytes = {0};
    int64_t before = bench_now_ns();
    BENCH_OK(file_read(path, MOST_BYTES, &bytes, &e));
    h.ns = bench_now_ns() - before;
    buf_done(&bytes);
    BENCH_OK(store_open(path, STORE_READ, &s, &e));
    BENCH_OK(journal_read(store_db(s), 1, 0, hash_line, &h, &e));
    store_close(s);
    *entries = h.entries;
    return h.ns;
}

int main(void)
{
    char *alluvia = bench_program("../bin/alluvia");
    char *laptop = bench_path("laptop.db");
    int64_t entries = 0;
    laptops_with_yields(laptop, ENTRIES);
    double floor = (double)floor_of(laptop, &entries);
    damage(laptop);
    const char *const recover[] = {alluvia, "--db", laptop, "recover", "--country", "XX", NULL};
    struct bench_child child = bench_run(recover);
    if (child.exit_code != 0)
        bench_fail("recover", "did not exit with 0");
    bench_ratio("recover: a database of 100,000 entries", "entries/s", (double)entries * 1000 / child.wall_ms,
                (double)entries * 1e9 / floor, ">= 0.005");
    bench_figure("recover: memory", "MiB", (double)child.peak_kib / 1024.0, "<= 256");
    free(alluvia);
    free(laptop);
    bench_done();
    return 0;
}
