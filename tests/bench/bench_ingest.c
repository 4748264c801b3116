/*
 * What taking in costs the registry: the rate of whole batches (decompressed, verified, checked, kept,
 * projected) beside the rate at which the same lines go into a bare journal table with the same transactions;
 * and whether an entry costs more when there are a million of them.
 *
 *   bench_ingest [--store postgresql://…]      with a database there, which must be new
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/store/registry_store.h"
#include "sync/server/ingest.h"
#include "tests/bench/bench.h"
#include "tests/bench/floor.h"
#include "tests/bench/yields.h"

enum {
    DEVICES = 20,
    BATCH = 500,
    ROUNDS = 20,
    SMALL = 10000,
    LARGE = 1000000,
    NOW = 1795452245
};

struct world {
    struct registry_store *store;
    struct ingest ingest;
    struct yields_chain chains[DEVICES];
    struct floor *floor;
    int64_t entries;
};

/* Takes in the next batch of one device: nanoseconds for ours and, when asked, for the bare table. */
static int64_t ingest_next(struct world *w, size_t device, int64_t *bare_ns)
{
    struct errctx e;
    struct yields_chain *chain = &w->chains[device];
    struct buf plain = {0};
    struct buf packed = {0};
    struct buf receipt = {0};
    char code[INVITATION_CODE_BYTES] = "";
    int64_t first = chain->pen.number + 1;
    if (first == 1)
        BENCH_OK(registry_store_invite(w->store, "bench", NULL, 0, 0, NOW, code, &e));
    yields_chain_batch(chain, BATCH, first == 1 ? code : NULL, &plain);
    BENCH_OK(container_pack(&plain, NULL, 0, &packed, &e));
    struct ingested done = {0};
    struct problem problem = {0};
    int64_t start = bench_now_ns();
    BENCH_OK(ingest_batch(&w->ingest, packed.data, packed.len, 0, &receipt, &done, &problem, &e));
    int64_t spent = bench_now_ns() - start;
    if (done.fresh != BATCH)
        bench_fail("ingest", "not every entry was new");
    w->entries += BATCH;
    if (bare_ns)
        *bare_ns += w->floor->take(w->floor, ident_make(chain->pen.me.number, (uint32_t)first), &plain);
    problem_done(&problem);
    buf_done(&plain);
    buf_done(&packed);
    buf_done(&receipt);
    return spent;
}

static void measure_rate(struct world *w, const char *wanted)
{
    double ratios[ROUNDS];
    double floors[ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        int64_t ours = 0;
        int64_t bare = 0;
        for (size_t device = 0; device < DEVICES; device++)
            ours += ingest_next(w, device, &bare);
        ratios[round] = (double)bare / (double)ours;
        floors[round] = (double)DEVICES * BATCH * 1e9 / (double)bare;
    }
    double floor = bench_median(floors, ROUNDS);
    char name[64];
    (void)snprintf(name, sizeof name, "ingest: batches of 500 (%s)", w->floor->name);
    bench_ratio(name, "entries/s", bench_median(ratios, ROUNDS) * floor, floor, wanted);
}

static void world_open(struct world *w, const char *name, const char *url)
{
    struct errctx e;
    char *folder = bench_path(name);
    BENCH_OK(registry_store_create(folder, url, "SL", "bench", false, &e));
    BENCH_OK(registry_store_open(folder, DB_WRITE, &w->store, &e));
    w->ingest = (struct ingest){
        .ledger = registry_store_ledger(w->store),
        .registry = registry_store_device(w->store),
        .now = NOW,
    };
    for (size_t i = 0; i < DEVICES; i++)
        yields_chain_start(&w->chains[i]);
    free(folder);
}

static void fill(struct world *w, int64_t entries)
{
    while (w->entries < entries)
        (void)ingest_next(w, (size_t)(w->entries / BATCH) % DEVICES, NULL);
}

/* The large registry and a small one take turns, so that both see the same disk. */
static void measure_growth(struct world *large, struct world *small)
{
    double costs[2][DEVICES];
    double ratios[DEVICES];
    fill(large, LARGE);
    for (size_t device = 0; device < DEVICES; device++) {
        costs[0][device] = (double)ingest_next(large, device, NULL) / BATCH;
        costs[1][device] = (double)ingest_next(small, device, NULL) / BATCH;
        ratios[device] = costs[0][device] / costs[1][device];
    }
    double floor = bench_median(costs[1], DEVICES);
    bench_ratio("ingest: an entry at 1,000,000", "ns", bench_median(ratios, DEVICES) * floor, floor,
                "<= 1.3 of that at 10,000");
}

int main(int argc, char **argv)
{
    struct errctx e;
    static struct world large;
    static struct world small;
    const char *server = argc == 3 && strcmp(argv[1], "--store") == 0 ? argv[2] : NULL;
    char *urls[2] = {NULL, NULL};
    if (argc > 1 && !server)
        bench_fail("usage", "bench_ingest [--store postgresql://…]");
    if (server) {
        urls[0] = floor_postgres_place(server, "large");
        urls[1] = floor_postgres_place(server, "small");
    }
    BENCH_OK(device_module_init(&e));
    world_open(&large, "registry", urls[0]);
    world_open(&small, "small", urls[1]);
    large.floor = server ? floor_postgres(urls[0]) : floor_sqlite();
    /* The first batches enrol their devices; up to 10,000 entries are the small registry. */
    fill(&large, SMALL);
    fill(&small, SMALL);
    measure_rate(&large, ">= 0.35");
    if (!server) {
        large.floor->close(large.floor);
        large.floor = floor_sqlite_tuned();
        measure_rate(&large, "to know");
    }
    measure_growth(&large, &small);
    registry_store_close(small.store);
    registry_store_close(large.store);
    large.floor->close(large.floor);
    free(urls[0]);
    free(urls[1]);
    return 0;
}
