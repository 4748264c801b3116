/*
 * What the bench programs share: a clock, a child's cost, a folder that goes away, figures in one form. A
 * figure is always printed beside a floor that was taken in the same run, and their ratio; nothing here
 * decides whether it is good: the machines are shared and noisy.
 */
#ifndef ALLUVIA_TESTS_BENCH_H
#define ALLUVIA_TESTS_BENCH_H

#include <stddef.h>
#include <stdint.h>

/* Nanoseconds of the monotonic clock, and of this process's CPU time. */
int64_t bench_now_ns(void);
int64_t bench_cpu_ns(void);

/* A new folder under TMPDIR or /var/tmp (a real disk: /tmp may be memory), removed by bench_done. */
const char *bench_folder(void);
/* FOLDER/NAME; the caller frees. */
char *bench_path(const char *name);
void bench_done(void);

/* Ends the program with the words when CALL failed. */
#define BENCH_OK(call)                                                                                       \
    do {                                                                                                     \
        if ((call) != ERR_OK)                                                                                \
            bench_fail(#call, e.text);                                                                       \
    } while (0)
void bench_fail(const char *what, const char *words) __attribute__((noreturn));

/* One figure: "save: 4120 records/s, floor 5610, ratio 0.73 (wanted >= 0.70)". Numbers in thousandths for
 * ratios. */
void bench_ratio(const char *name, const char *unit, double figure, double floor, const char *wanted);
void bench_figure(const char *name, const char *unit, double figure, const char *wanted);

/* The middle of COUNT values, which it sorts. */
double bench_median(double *values, size_t count);

/* NAME beside the running program; the caller frees. */
char *bench_program(const char *name);

struct bench_child {
    double wall_ms;
    double cpu_ms;
    long peak_kib; /* resident */
    int exit_code;
};
/* Runs ARGV (ended by NULL) with its output thrown away and measures it. */
struct bench_child bench_run(const char *const argv[]);

#endif
