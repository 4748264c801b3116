/*
 * 10,000 yields over 2G: 600 ms round trips, 48 kbit/s up, uncut and cut every 20 s, in real time, beside
 * what the same bytes take when the link is never idle.
 */
#include "tests/bench/bench.h"
#include "tests/lib/world.h"

enum {
    YIELDS = 10000,
    HALF_ROUND_MS = 300,
    UP_BYTES_PER_S = 6000,
    DOWN_BYTES_PER_S = 12500,
    CUT_EVERY_MS = 20000,
    CUT_FIRST_MS =
        9000 /* in the middle of the largest batch: the whole lasts little longer than one interval */
};

/* Milliseconds of one sync of all of it over PLAN; BYTES gets what went up. */
static double send_all(const struct fault_plan *plan, double *bytes)
{
    struct errctx e;
    struct sync_result result;
    static struct world w;
    world_make_enrolled(&w);
    w.options.max_wait_ms = 0; /* the pauses of real life */
    BENCH_OK(sync_run(&w.options, &result, &e));
    BENCH_OK(db_exec(w.db, "UPDATE link SET batch_entries = 0, bytes_per_second = 0", &e));
    world_write(&w, YIELDS);
    world_plan(&w, plan);
    int64_t start = bench_now_ns();
    BENCH_OK(sync_run(&w.options, &result, &e));
    double ms = (double)(bench_now_ns() - start) / 1e6;
    *bytes = (double)fault_proxy_counts(w.proxy).up;
    world_assert_same(&w);
    world_done(&w);
    return ms;
}

int main(void)
{
    struct fault_plan plan = {
        .delay_ms = HALF_ROUND_MS, .up_bytes_per_s = UP_BYTES_PER_S, .down_bytes_per_s = DOWN_BYTES_PER_S};
    double bytes = 0;
    double with_cuts = 0;
    double uncut = send_all(&plan, &bytes);
    double floor = bytes * 1000 / UP_BYTES_PER_S;
    bench_ratio("link: 10,000 yields, uncut", "ms", uncut, floor, "<= 1.35 of bytes / bandwidth");
    plan.cut_every_ms = CUT_EVERY_MS;
    plan.cut_first_ms = CUT_FIRST_MS;
    double cut = send_all(&plan, &with_cuts);
    bench_ratio("link: 10,000 yields, cut every 20 s", "ms", cut, floor, "<= 1.8 of bytes / bandwidth");
    bench_figure("link: bytes up, uncut", "bytes", bytes, "");
    bench_figure("link: bytes up, cut every 20 s", "bytes", with_cuts, "");
    bench_done();
    return 0;
}
