/*
 * What records cost on the wire: bytes that a proxy between laptop and registry counted, headers, signatures
 * and all, beside what zstd -19 makes of the same lines and nothing else.
 */
#include <stdlib.h>
#include <zstd.h>

#include "tests/bench/bench.h"
#include "tests/lib/world.h"

enum {
    BATCH = 500,
    BATCHES = 20,
    LEVEL = 19
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

static void season(struct world *w)
{
    int64_t up = 0;
    int64_t floor = 0;
    int64_t plain = 0;
    for (int i = 0; i < BATCHES; i++) {
        struct errctx e;
        struct sync_result result;
        int64_t first = w->head.number + 1;
        world_write(w, BATCH);
        BENCH_OK(db_exec(w->db, "UPDATE link SET batch_entries = 500", &e));
        up += up_during(w, &result);
        floor += floor_of(w, first, w->head.number, &plain);
        if (result.requests != 1 || result.sent != BATCH)
            bench_fail("season", "not one request a batch");
    }
    bench_figure("wire: raw JSON", "bytes/yield", (double)plain / (BATCH * BATCHES), "");
    bench_ratio("wire: a season in batches of 500", "bytes/yield", (double)up / (BATCH * BATCHES),
                (double)floor / (BATCH * BATCHES), "<= 28 bytes; floor: zstd -19 of the lines alone");
}

int main(void)
{
    struct errctx e;
    struct sync_result result;
    static struct world w;
    world_make_enrolled(&w);
    BENCH_OK(sync_run(&w.options, &result, &e));
    season(&w);
    world_write(&w, 5);
    bench_figure("wire: five new records", "bytes up", (double)up_during(&w, &result), "<= 1200");
    double idle = (double)up_during(&w, &result);
    bench_figure("wire: an idle sync", "requests", (double)result.requests, "1");
    bench_figure("wire: an idle sync", "bytes up", idle, "");
    world_done(&w);
    bench_done();
    return 0;
}
