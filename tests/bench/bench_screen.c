/*
 * What the screens cost an old laptop: time from start to first paint, from a key to the end of what it
 * paints, and memory, with 10,000 yields and with 1,000,000 diggers; each beside a minimal ncursesw program
 * on the same pseudo-terminal in the same run.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "tests/bench/bench.h"
#include "tests/bench/laptops.h"

enum {
    YIELDS = 10000,
    PEOPLE = 1000000,
    STARTS = 31,
    QUIET_MS = 60,      /* nothing more for so long: the key's painting is over */
    PATIENCE_MS = 20000 /* for a screen to come at all */
};

struct tty {
    pid_t pid;
    int fd;
    struct buf seen; /* since the last key */
    int64_t last_ns; /* when the newest byte came */
};

static void tty_start(struct tty *t, const char *const argv[])
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    *t = (struct tty){0};
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    if (t->pid < 0)
        bench_fail("forkpty", strerror(errno));
    if (t->pid > 0)
        return;
    char *args[8] = {0};
    for (size_t i = 0; i < 7 && argv[i]; i++)
        args[i] = str_dup(argv[i]);
    (void)setenv("TERM", "xterm-256color", 1);
    (void)setenv("LC_ALL", "C.UTF-8", 1);
    execv(args[0], args);
    _exit(127);
}

/* Reads for at most TIMEOUT_MS; false when nothing came. */
static bool tty_read(struct tty *t, int timeout_ms)
{
    char bytes[8192];
    struct pollfd on = {t->fd, POLLIN, 0};
    if (poll(&on, 1, timeout_ms) <= 0)
        return false;
    ssize_t len = read(t->fd, bytes, sizeof bytes);
    if (len <= 0)
        return false;
    t->last_ns = bench_now_ns();
    buf_put(&t->seen, bytes, (size_t)len);
    return true;
}

static void tty_wait(struct tty *t, const char *text)
{
    while (!strstr(buf_str(&t->seen), text)) {
        if (!tty_read(t, PATIENCE_MS))
            bench_fail("the screen did not come", text);
    }
}

static void tty_settle(struct tty *t)
{
    while (tty_read(t, QUIET_MS))
        ;
}

/* Milliseconds from the key to the last byte of what it painted; below 0 when it painted nothing. */
static double tty_key(struct tty *t, const char *key)
{
    buf_clear(&t->seen);
    t->last_ns = 0;
    int64_t start = bench_now_ns();
    if (write(t->fd, key, strlen(key)) != (ssize_t)strlen(key))
        bench_fail("write a key", strerror(errno));
    tty_settle(t);
    return t->last_ns ? (double)(t->last_ns - start) / 1e6 : -1;
}

static void tty_stop(struct tty *t)
{
    (void)kill(t->pid, SIGTERM);
    while (tty_read(t, 1000))
        ;
    (void)waitpid(t->pid, NULL, 0);
    (void)close(t->fd);
    buf_done(&t->seen);
}

static double resident_mib(const struct tty *t)
{
    char path[64];
    char line[256];
    long kib = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/status", (long)t->pid);
    FILE *from = fopen(path, "r");
    while (from && fgets(line, sizeof line, from)) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    }
    if (from)
        (void)fclose(from);
    return (double)kib / 1024.0;
}

static double first_paint_ms(const char *const argv[], const char *text)
{
    struct tty t;
    int64_t start = bench_now_ns();
    tty_start(&t, argv);
    tty_wait(&t, text);
    double ms = (double)(t.last_ns - start) / 1e6;
    tty_settle(&t);
    tty_stop(&t);
    return ms;
}

#define DOWN "\x1bOB" /* as xterm sends it to a program that asked for keypad keys */
#define UP   "\x1bOA"

struct script {
    const char *name;
    const char *const *open; /* keys to the screen that is measured, ended by NULL */
    const char *text;        /* that shows it is there */
    const char *const *keys; /* ended by NULL */
};

static const char *const LIST_YIELDS[] = {DOWN, DOWN, DOWN, DOWN, DOWN, "\r", NULL};
static const char *const LIST_DIGGERS[] = {DOWN, DOWN, DOWN, DOWN, DOWN, DOWN, DOWN, DOWN, "\r", NULL};
static const char *const OPEN_SHEET[] = {"d", NULL};
static const char *const SEARCH_NUMBER[] = {"a",    "m",    "l",    "-",  "1",  "7",  "\x7f", "\x7f", "\x7f",
                                            "\x7f", "\x7f", "\x7f", DOWN, DOWN, DOWN, UP,     NULL};
static const char *const SEARCH_NAME[] = {"m", "o", "h", "a", "m",  "e",  "d", " ",    "k", "o",
                                          "n", "t", "e", "h", DOWN, DOWN, UP,  "\x15", NULL};
static const char *const SHEET_KEYS[] = {DOWN, DOWN, UP, "1", "2", "\t", "\x7f", "8", "\t", UP, "u", NULL};

static const struct script YIELD_LIST = {"list of yields", LIST_YIELDS, "Yields", SEARCH_NUMBER};
static const struct script DIGGER_LIST = {"list of diggers", LIST_DIGGERS, "Diggers", SEARCH_NAME};
static const struct script DAY_SHEET = {"day sheet", OPEN_SHEET, "Day sheet", SHEET_KEYS};

enum {
    TIMES = 12,
    MOST_KEYS = 512
};

/* Milliseconds of each key that painted something. */
static size_t time_keys(struct tty *t, const char *const keys[], double ms[MOST_KEYS])
{
    size_t count = 0;
    for (int i = 0; i < TIMES; i++) {
        for (size_t k = 0; keys[k] && count < MOST_KEYS; k++) {
            ms[count] = tty_key(t, keys[k]);
            if (ms[count] >= 0)
                count++;
        }
    }
    if (count == 0)
        bench_fail("keys", "none of them painted anything");
    return count;
}

static double p99(double *ms, size_t count)
{
    (void)bench_median(ms, count); /* sorts */
    return ms[(count * 99 + 99) / 100 - 1];
}

static void measure_keys(const char *laptop, const struct script *script)
{
    static const char *const echo[] = {"a", "b", "c", "d", NULL};
    char *alluvia = bench_program("../bin/alluvia");
    char *minimal = bench_program("floor_screen");
    const char *const ours[] = {alluvia, "--db", laptop, NULL};
    const char *const floor[] = {minimal, NULL};
    double ms[MOST_KEYS];
    double floors[MOST_KEYS];
    struct tty t;
    struct tty bare;
    char name[80];
    tty_start(&t, ours);
    tty_wait(&t, "Reports");
    tty_settle(&t);
    tty_start(&bare, floor);
    tty_wait(&bare, "READY");
    for (size_t k = 0; script->open[k]; k++)
        (void)tty_key(&t, script->open[k]);
    tty_wait(&t, script->text);
    size_t count = time_keys(&t, script->keys, ms);
    size_t floor_count = time_keys(&bare, echo, floors);
    (void)snprintf(name, sizeof name, "screen: key p99, %s", script->name);
    bench_ratio(name, "us", p99(ms, count) * 1000, p99(floors, floor_count) * 1000, "<= 16000 us");
    (void)snprintf(name, sizeof name, "screen: resident, %s", script->name);
    bench_ratio(name, "MiB", resident_mib(&t), resident_mib(&bare), "<= 12 MiB");
    tty_stop(&t);
    tty_stop(&bare);
    free(alluvia);
    free(minimal);
}

static void measure_paint(const char *laptop, const char *what)
{
    char *alluvia = bench_program("../bin/alluvia");
    char *minimal = bench_program("floor_screen");
    const char *const ours[] = {alluvia, "--db", laptop, NULL};
    const char *const floor[] = {minimal, NULL};
    double floors[STARTS];
    double ratios[STARTS];
    char name[64];
    for (size_t i = 0; i < STARTS; i++) {
        double ms = first_paint_ms(ours, "Reports");
        floors[i] = first_paint_ms(floor, "READY");
        ratios[i] = ms / floors[i];
    }
    double ratio = bench_median(ratios, STARTS);
    double middle = bench_median(floors, STARTS) * 1000;
    (void)snprintf(name, sizeof name, "screen: first paint, %s", what);
    bench_ratio(name, "us", ratio * middle, middle, "<= 3");
    free(alluvia);
    free(minimal);
}

/* The copy of the day's first start is made before: it is not what a key costs. */
static void make_copy(const char *laptop)
{
    char *alluvia = bench_program("../bin/alluvia");
    const char *const copy[] = {alluvia, "--db", laptop, "backup", "--automatic", NULL};
    if (bench_run(copy).exit_code != 0)
        bench_fail("backup --automatic", "failed");
    free(alluvia);
}

/* People last: their database takes a minute to make. */
int main(void)
{
    char *yields = bench_path("yields.db");
    char *people = bench_path("people.db");
    laptops_with_yields(yields, YIELDS);
    make_copy(yields);
    measure_paint(yields, "10,000 yields");
    measure_keys(yields, &YIELD_LIST);
    measure_keys(yields, &DAY_SHEET);
    laptops_with_people(people, PEOPLE);
    make_copy(people);
    measure_paint(people, "1,000,000 diggers");
    measure_keys(people, &DIGGER_LIST);
    free(yields);
    free(people);
    return 0;
}
