#include "tests/bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "schema/base/buf.h"

static char folder[256];

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t) != 0)
        bench_fail("clock_gettime", "no such clock");
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t bench_now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

int64_t bench_cpu_ns(void)
{
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void bench_done(void)
{
    if (!folder[0])
        return;
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/rm", "rm", "-rf", folder, (char *)NULL);
        _exit(127);
    }
    if (pid > 0)
        (void)waitpid(pid, NULL, 0);
    folder[0] = '\0';
}

const char *bench_folder(void)
{
    if (folder[0])
        return folder;
    const char *parent = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%s/alluvia-bench-XXXXXX", parent ? parent : "/var/tmp");
    if (!mkdtemp(folder))
        bench_fail("mkdtemp", folder);
    (void)atexit(bench_done);
    return folder;
}

char *bench_path(const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", bench_folder(), name);
    return buf_steal(&path);
}

char *bench_program(const char *name)
{
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len < 0)
        bench_fail("readlink", strerror(errno));
    self[len] = '\0';
    struct buf path = {0};
    *strrchr(self, '/') = '\0';
    buf_printf(&path, "%s/%s", self, name);
    return buf_steal(&path);
}

void bench_fail(const char *what, const char *words)
{
    (void)fprintf(stderr, "bench: %s: %s\n", what, words);
    exit(70);
}

void bench_ratio(const char *name, const char *unit, double figure, double floor, const char *wanted)
{
    printf("%-34s %12.1f %-12s floor %12.1f   ratio %.3f   (wanted %s)\n", name, figure, unit, floor,
           figure / floor, wanted);
    (void)fflush(stdout);
}

void bench_figure(const char *name, const char *unit, double figure, const char *wanted)
{
    printf("%-34s %12.1f %-12s   (wanted %s)\n", name, figure, unit, wanted);
    (void)fflush(stdout);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return values[count / 2];
}

static double ms(const struct timeval *t)
{
    return (double)t->tv_sec * 1000.0 + (double)t->tv_usec / 1000.0;
}

struct bench_child bench_run(const char *const argv[])
{
    int64_t start = bench_now_ns();
    pid_t pid = fork();
    if (pid < 0)
        bench_fail("fork", argv[0]);
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0)
            _exit(126);
        char *args[32] = {0};
        for (size_t i = 0; i < 31 && argv[i]; i++)
            args[i] = str_dup(argv[i]);
        execv(args[0], args);
        _exit(127);
    }
    int status = 0;
    struct rusage used;
    if (wait4(pid, &status, 0, &used) != pid)
        bench_fail("wait4", argv[0]);
    struct bench_child child = {
        .wall_ms = (double)(bench_now_ns() - start) / 1e6,
        .cpu_ms = ms(&used.ru_utime) + ms(&used.ru_stime),
        .peak_kib = used.ru_maxrss,
        .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128,
    };
    return child;
}
