/*
 * How large the programs are at work: time of `alluvia status` on 100,000 entries beside a minimal program
 * that opens the same file and asks one question, and the most memory that everyday commands, a sync of
 * 100,000 entries and the registry that takes them in ever hold. This process stays small on purpose: the
 * kernel counts a child's memory from before its exec.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "tests/bench/bench.h"
#include "tests/bench/laptops.h"

enum {
    ENTRIES = 100000,
    RUNS = 21,
    LINE = 512
};

static void measure_status(const char *alluvia, const char *laptop)
{
    char *floor_program = bench_program("bench_size_floor");
    const char *const ours[] = {alluvia, "--db", laptop, "status", NULL};
    const char *const floor[] = {floor_program, laptop, NULL};
    double wall[RUNS];
    double floors[RUNS];
    double ratios[RUNS];
    for (size_t i = 0; i < RUNS; i++) {
        struct bench_child a = bench_run(ours);
        struct bench_child b = bench_run(floor);
        if (a.exit_code != 0 || b.exit_code != 0)
            bench_fail("status", "did not exit with 0");
        wall[i] = a.wall_ms * 1000;
        floors[i] = b.wall_ms * 1000;
        ratios[i] = wall[i] / floors[i];
    }
    double ratio = bench_median(ratios, RUNS);
    double middle = bench_median(floors, RUNS);
    bench_ratio("size: status on 100,000 entries", "us", ratio * middle, middle, "<= 2");
    free(floor_program);
}

static void measure_memory(const char *name, const char *const argv[], const char *wanted)
{
    struct bench_child child = bench_run(argv);
    if (child.exit_code != 0)
        bench_fail(name, "did not exit with 0");
    bench_figure(name, "MiB", (double)child.peak_kib / 1024.0, wanted);
}

static void measure_commands(const char *alluvia, const char *laptop)
{
    const char *const status[] = {alluvia, "--db", laptop, "status", NULL};
    const char *const list[] = {alluvia, "--db", laptop, "yield", "list", "--limit", "50", NULL};
    const char *const search[] = {alluvia, "--db", laptop, "licence", "list", "--search", "aml", NULL};
    const char *const day[] = {alluvia, "--db", laptop, "report", "day", NULL};
    measure_memory("size: status", status, "<= 16");
    measure_memory("size: yield list", list, "<= 16");
    measure_memory("size: licence list --search", search, "<= 16");
    measure_memory("size: report day", day, "<= 16");
}

/* Runs a command and gives the first line that it prints. */
static void first_line(const char *const argv[], char out[LINE])
{
    int ends[2];
    if (pipe(ends) != 0)
        bench_fail("pipe", strerror(errno));
    pid_t pid = fork();
    if (pid == 0) {
        char *args[32] = {0};
        for (size_t i = 0; i < 31 && argv[i]; i++)
            args[i] = str_dup(argv[i]);
        (void)dup2(ends[1], 1);
        execv(args[0], args);
        _exit(127);
    }
    close(ends[1]);
    FILE *from = fdopen(ends[0], "r");
    if (!from || !fgets(out, LINE, from))
        bench_fail(argv[0], "printed nothing");
    (void)fclose(from);
    out[strcspn(out, "\n")] = '\0';
    (void)waitpid(pid, NULL, 0);
}

static pid_t serve(const char *registry, const char *folder, char url[LINE])
{
    char *log = bench_path("serve.log");
    pid_t pid = fork();
    if (pid == 0) {
        int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        (void)dup2(fd, 1);
        (void)dup2(fd, 2);
        execl(registry, registry, "serve", "--data", folder, "--listen", "127.0.0.1:0", (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 100; i++) {
        const struct timespec pause = {.tv_nsec = 50000000};
        (void)nanosleep(&pause, NULL);
        FILE *from = fopen(log, "r");
        char line[LINE];
        while (from && fgets(line, sizeof line, from)) {
            const char *found = strstr(line, "listening on http");
            if (found && sscanf(found, "listening on %255s", url) == 1) {
                (void)fclose(from);
                free(log);
                return pid;
            }
        }
        if (from)
            (void)fclose(from);
    }
    bench_fail("serve", "did not start");
}

static long peak_of(pid_t pid)
{
    char path[64];
    char line[LINE];
    long kib = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *from = fopen(path, "r");
    while (from && fgets(line, sizeof line, from)) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    }
    if (from)
        (void)fclose(from);
    return kib;
}

static void measure_sync(const char *alluvia, const char *laptop)
{
    char *registry = bench_program("../bin/alluvia-registry");
    char *folder = bench_path("registry");
    char code[LINE];
    char url[LINE] = "";
    const char *const init[] = {registry, "init",   "--data", folder,       "--country",
                                "XX",     "--name", "bench",  "--training", NULL};
    const char *const invite[] = {registry, "invite",     "--data", folder, "--name",
                                  "bench",  "--district", "XX-E",   NULL};
    if (bench_run(init).exit_code != 0)
        bench_fail("init", "failed");
    first_line(invite, code);
    pid_t server = serve(registry, folder, url);
    const char *const enrol[] = {alluvia, "--db", laptop, "enrol", url, code, NULL};
    const char *const sync[] = {alluvia, "--db", laptop, "sync", "--quiet", NULL};
    if (bench_run(enrol).exit_code != 0)
        bench_fail("enrol", "failed");
    measure_memory("size: sync of 100,000 entries", sync, "<= 32");
    bench_figure("size: registry taking them in", "MiB", (double)peak_of(server) / 1024.0, "<= 64");
    (void)kill(server, SIGTERM);
    (void)waitpid(server, NULL, 0);
    free(registry);
    free(folder);
}

int main(void)
{
    char *alluvia = bench_program("../bin/alluvia");
    char *laptop = bench_path("laptop.db");
    laptops_with_yields(laptop, ENTRIES);
    measure_status(alluvia, laptop);
    measure_commands(alluvia, laptop);
    measure_sync(alluvia, laptop);
    free(alluvia);
    free(laptop);
    return 0;
}
