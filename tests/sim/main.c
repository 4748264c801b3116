/*
 * simulate: worlds by the thousand.
 *
 *   simulate --seeds N [--from S]      worlds S … S + N - 1 (S: 1)
 *   simulate --minutes M [--from S]    as many as fit
 *   simulate --seed S [--trace] [--steps K]    one world; K: stops after so many steps and comes to rest
 *   simulate … --fault NAME            with a fault put in on purpose
 *
 * Prints the seed of every failure with the oracle's words, and worlds per hour. Exits with 1 after one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/sim/sim.h"

struct job {
    struct sim_options world;
    uint64_t from;
    uint64_t count;
    int64_t minutes;
};

static int64_t clock_ms(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static bool find_fault(const char *name, enum sim_fault *out)
{
    for (int i = 0; i < SIM_FAULT_COUNT; i++) {
        if (strcmp(SIM_FAULTS[i], name) == 0) {
            *out = (enum sim_fault)i;
            return true;
        }
    }
    return false;
}

static bool read_options(int argc, char **argv, struct job *job)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--trace") == 0) {
            job->world.trace = true;
            continue;
        }
        if (!value)
            return false;
        i++;
        if (strcmp(argv[i - 1], "--seed") == 0) {
            job->from = strtoull(value, NULL, 10);
            job->count = 1;
        } else if (strcmp(argv[i - 1], "--seeds") == 0) {
            job->count = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i - 1], "--from") == 0) {
            job->from = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i - 1], "--minutes") == 0) {
            job->minutes = strtoll(value, NULL, 10);
            job->count = UINT64_MAX;
        } else if (strcmp(argv[i - 1], "--steps") == 0) {
            job->world.steps = strtoll(value, NULL, 10);
        } else if (strcmp(argv[i - 1], "--fault") != 0 || !find_fault(value, &job->world.fault)) {
            return false;
        }
    }
    return job->count > 0;
}

static void add(struct sim_report *sum, const struct sim_report *one)
{
    sum->steps += one->steps;
    sum->acknowledged += one->acknowledged;
    sum->held += one->held;
    sum->cuts += one->cuts;
    sum->requests += one->requests;
    sum->syncs += one->syncs;
    sum->restores += one->restores;
    sum->lives += one->lives;
    sum->clones += one->clones;
    sum->became += one->became;
}

int main(int argc, char **argv)
{
    struct job job = {.from = 1};
    struct sim_report sum = {0};
    uint64_t done = 0;
    uint64_t failed = 0;
    if (!read_options(argc, argv, &job)) {
        (void)fprintf(stderr,
                      "usage: simulate --seeds N | --minutes M | --seed S [--from S] [--trace] [--steps K] "
                      "[--fault NAME]\n");
        return 64;
    }
    int64_t began = clock_ms();
    for (; done < job.count; done++) {
        struct sim_report one;
        if (job.minutes > 0 && clock_ms() - began >= job.minutes * 60000)
            break;
        job.world.seed = job.from + done;
        sim_run(&job.world, &one);
        add(&sum, &one);
        if (one.failed) {
            failed++;
            printf("seed %" PRIu64 " fails at %s\n", job.world.seed, one.words);
            (void)fflush(stdout);
        }
    }
    int64_t took = clock_ms() - began + 1;
    printf("%" PRIu64 " worlds, %" PRIu64 " failed; %" PRId64 " an hour (%" PRId64 " ms each)\n", done,
           failed, (int64_t)done * 3600000 / took, done ? took / (int64_t)done : 0);
    printf("%" PRId64 " steps, %" PRId64 " entries acknowledged, %" PRId64 " held at rest, %" PRId64
           " kills and power cuts, %" PRId64 " requests, %" PRId64 " syncs, %" PRId64
           " registries put back, %" PRId64 " laptops restored, %" PRId64 " disks copied, %" PRId64
           " devices for it\n",
           sum.steps, sum.acknowledged, sum.held, sum.cuts, sum.requests, sum.syncs, sum.restores, sum.lives,
           sum.clones, sum.became);
    return failed ? 1 : 0;
}
