/*
 * What records cost on the wire: bytes that a proxy between laptop and registry counted, headers, signatures
 * and all, beside what zstd -19 makes of the same lines and nothing else. The yields are those of a training
 * season, typed at its pace and with its names; the line before it is of yields that differ in little.
 */
#include <stdlib.h>
#include <zstd.h>

#include "app/field/demo/demo.h"
#include "tests/bench/bench.h"
#include "tests/lib/world.h"

enum {
    BATCH = 500,
    BATCHES = 20,
    LEVEL = 19,
    SEASON_DIGGERS = 1500,
    SEASON_DAYS = 150,
    SEASON_ENDS = 1795452245
};

static int64_t up_during(struct world *w, struct sync_result *result)
{
    struct errctx e;
    static const struct fault_plan perfect = {0};
    world_plan(w, &perfect);
    BENCH_OK(sync_run(&w->options, result, &e));
    return fault_proxy_counts(w->proxy).up;
}

static enum err put_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    (void)e;
    buf_put(arg, line->bytes, line->len);
    buf_putc(arg, '\n');
    return ERR_OK;
}

/* Bytes of the lines FIRST … LAST behind zstd -19; PLAIN grows by their length. */
static int64_t floor_of(struct world *w, int64_t first, int64_t last, int64_t *plain)
{
    struct errctx e;
    struct buf lines = {0};
    BENCH_OK(journal_read(w->db, first, last, put_line, &lines, &e));
    size_t room = ZSTD_compressBound(lines.len);
    void *packed = mem_alloc(room);
    size_t len = ZSTD_compress(packed, room, lines.data, lines.len, LEVEL);
    if (ZSTD_isError(len))
        bench_fail("zstd", ZSTD_getErrorName(len));
    *plain += (int64_t)lines.len;
    free(packed);
    buf_done(&lines);
    return (int64_t)len;
}

struct sums {
    int64_t up;
    int64_t floor;
    int64_t plain;
    int64_t batches;
};

/* Sends what was written since entry FIRST as one batch. */
static void send_batch(struct world *w, int64_t first, struct sums *sums)
{
    struct errctx e;
    struct sync_result result;
    BENCH_OK(db_exec(w->db, "UPDATE link SET batch_entries = 500", &e));
    sums->up += up_during(w, &result);
    sums->floor += floor_of(w, first, w->head.number, &sums->plain);
    sums->batches++;
    if (result.requests != 1 || result.sent != BATCH)
        bench_fail("season", "not one request a batch");
}

static void print_sums(const char *name, const struct sums *sums)
{
    double yields = (double)(sums->batches * BATCH);
    bench_figure("wire: raw JSON", "bytes/yield", (double)sums->plain / yields, "");
    bench_ratio(name, "bytes/yield", (double)sums->up / yields, (double)sums->floor / yields,
                "<= 28 bytes; floor: zstd -19 of the lines alone");
}

static void even_yields(struct world *w)
{
    struct sums sums = {0};
    for (int i = 0; i < BATCHES; i++) {
        int64_t first = w->head.number + 1;
        world_write(w, BATCH);
        send_batch(w, first, &sums);
    }
    print_sums("wire: yields alike, by 500", &sums);
}

/* The yields of a season on their way into the laptop's own journal. */
struct season {
    struct world *w;
    int64_t first; /* of the batch under way; 0 between two */
    struct sums sums;
};

static enum err write_yield(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct season *s = arg;
    struct entry entry;
    if (entry_read(line->bytes, line->len, &entry, NULL, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    if (entry.op == OP_ADD && entry.record.of->id == ENTITY_YIELD && s->sums.batches < BATCHES) {
        if (!s->first) {
            s->first = s->w->head.number + 1;
            result = db_begin(s->w->db, e);
        }
        if (result == ERR_OK)
            result = journal_append(s->w->db, &s->w->head, &entry, entry.at, 0, e);
        if (result == ERR_OK && s->w->head.number - s->first + 1 == BATCH) {
            result = db_commit(s->w->db, e);
            send_batch(s->w, s->first, &s->sums);
            s->first = 0;
        }
    }
    entry_done(&entry);
    return result;
}

static void training_season(struct world *w)
{
    struct errctx e;
    struct store *store = NULL;
    char *path = bench_path("season.db");
    const struct demo_plan plan = {1, SEASON_DIGGERS, SEASON_DAYS, SEASON_ENDS};
    const struct author by = {.login = "amina", .now = demo_begins(&plan)};
    struct season season = {.w = w};
    BENCH_OK(store_create(path, "SL", "bench", true, &by, &e));
    BENCH_OK(store_open(path, STORE_WRITE, &store, &e));
    BENCH_OK(demo_season(store, &plan, NULL, NULL, &e));
    BENCH_OK(journal_read(store_db(store), 1, 0, write_yield, &season, &e));
    if (season.first)
        db_rollback(w->db);
    if (season.sums.batches != BATCHES)
        bench_fail("season", "has too few yields");
    print_sums("wire: a training season, by 500", &season.sums);
    store_close(store);
    free(path);
}

int main(void)
{
    struct errctx e;
    struct sync_result result;
    static struct world w;
    world_make_enrolled(&w);
    BENCH_OK(sync_run(&w.options, &result, &e));
    even_yields(&w);
    training_season(&w);
    world_write(&w, 5);
    bench_figure("wire: five new records", "bytes up", (double)up_during(&w, &result), "<= 1200");
    double idle = (double)up_during(&w, &result);
    bench_figure("wire: an idle sync", "requests", (double)result.requests, "1");
    bench_figure("wire: an idle sync", "bytes up", idle, "");
    world_done(&w);
    bench_done();
    return 0;
}
