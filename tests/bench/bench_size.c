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

#include "app/field/store/store.h"
#include "schema/base/date.h"
#include "tests/bench/bench.h"
#include "tests/bench/yields.h"

enum {
    ENTRIES = 100000,
    LICENCES = 400,
    RUNS = 21,
    LINE = 512
};

static char *program(const char *name)
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

static int64_t add(struct store *s, struct record *record, const struct author *by)
{
    struct errctx e;
    struct findings found = {0};
    int64_t id = 0;
    BENCH_OK(store_add(s, record, by, NULL, &found, &id, &e));
    findings_done(&found);
    record_done(record);
    return id;
}

static void set_texts(struct record *record, const char *const (*values)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        record_set_text(record, values[i][0], values[i][1]);
}

static void fill(struct store *s, const struct author *by)
{
    struct errctx e;
    static const char *const seat[][2] = {{"name", "Koakoyima"},   {"kind", "cooperative"},
                                          {"district", "XX-E"},    {"village", "Koidu"},
                                          {"chair", "Sia Kamara"}, {"status", "active"}};
    struct record record;
    static int64_t licences[LICENCES];
    BENCH_OK(store_begin(s, &e));
    record_init(&record, &ENTITIES[ENTITY_COOPERATIVE]);
    set_texts(&record, seat, sizeof seat / sizeof seat[0]);
    int64_t holder = add(s, &record, by);
    for (size_t i = 0; i < LICENCES; i++) {
        char number[24];
        (void)snprintf(number, sizeof number, "AML-%zu", i);
        const char *const terms[][2] = {
            {"licence_no", number},       {"kind", "artisanal"},      {"minerals", "diamond"},
            {"area_text", "left bank"},   {"issued_by", "NMA"},       {"issued_on", "2026-01-01"},
            {"valid_from", "2026-01-01"}, {"valid_to", "2026-12-31"}, {"status", "granted"},
            {"district", "XX-E"},
        };
        record_init(&record, &ENTITIES[ENTITY_LICENCE]);
        set_texts(&record, terms, sizeof terms / sizeof terms[0]);
        record_set_number(&record, "holder_coop", holder);
        licences[i] = add(s, &record, by);
    }
    for (uint64_t i = 0; i < ENTRIES - LICENCES - 2; i++) {
        char day[DATE_BYTES];
        yields_make(&record, licences[i % LICENCES], i);
        date_format_days(date_of_instant(by->now) - (int32_t)(i / LICENCES), day);
        record_set_text(&record, "date_from", day);
        record_set_text(&record, "date_to", day);
        (void)add(s, &record, by);
        if (i % 1000 == 999) {
            BENCH_OK(store_commit(s, &e));
            BENCH_OK(store_begin(s, &e));
        }
    }
    BENCH_OK(store_commit(s, &e));
}

/* In a child of its own, so that this process does not grow. */
static void make_laptop(const char *path)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct errctx e;
        struct store *s = NULL;
        struct author by = {.login = "amina", .now = (int64_t)time(NULL)};
        BENCH_OK(device_module_init(&e));
        BENCH_OK(store_create(path, "XX", "bench", true, &by, &e));
        BENCH_OK(store_open(path, STORE_WRITE, &s, &e));
        fill(s, &by);
        store_close(s);
        _exit(0);
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        bench_fail("make the laptop's database", "failed");
}

static void measure_status(const char *alluvia, const char *laptop)
{
    char *floor_program = program("bench_size_floor");
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
    char *registry = program("../bin/alluvia-registry");
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
    char *alluvia = program("../bin/alluvia");
    char *laptop = bench_path("laptop.db");
    make_laptop(laptop);
    measure_status(alluvia, laptop);
    measure_commands(alluvia, laptop);
    measure_sync(alluvia, laptop);
    free(alluvia);
    free(laptop);
    return 0;
}
