/*
 * Lets one call after the other fail in a command (tests/lib/failing.c) and looks at what comes of it:
 *
 * - it ends by itself, soon, with an exit code that the manual names; when that is not 0, its last words are
 * one line of the program's own, and when it is 0, it said what it says when nothing fails;
 * - both databases verify; the laptop's journal and the registry's entries begin as they began before, and
 *   hold all that the command writes when it ended with 0, and nothing beyond that in any case.
 *
 *   failing_drive LIBRARY ALLUVIA REGISTRY WORLD CASES SAMPLE SEED [NAME…]
 *
 * WORLD is a folder that is put back before every run; CASES a file with a command a line,
 * "NAME|program|word|…". SAMPLE 0 tries each call of both kinds (memory, and files and sockets), once and
 * from then on; else about SAMPLE of each are drawn.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/field/store/store.h"
#include "app/registry/store/registry_store.h"
#include "tests/lib/failing.h"
#include "tests/lib/folder.h"

enum {
    MOST_WORDS = 40,
    MOST_CASES = 120,
    MOST_OUTPUT = 1 << 20,
    PATIENCE_MS = 30000, /* of a program that takes milliseconds, on a machine that is busy */
    SHOWN_FAULTS = 40
};

struct command {
    char *line; /* owned; the others point into it */
    const char *name;
    bool at_registry;
    bool varies; /* what it says is different each time: "NAME~" */
    const char *words[MOST_WORDS + 1];
};

enum kind {
    MEMORY,
    CALLS
};
static const char *const KINDS[] = {"memory", "calls"};

struct fault {
    enum kind kind;
    long at; /* 0: none */
    bool on;
    int number;
};

struct result {
    int status;
    bool hung;
    char out[MOST_OUTPUT];
    size_t out_len;
    char err[4096];
    size_t err_len;
    long calls;
    char failed[56];
};

/* How far the two databases are; -1: there is none. */
struct state {
    int64_t laptop;
    int64_t registry;
    struct chain chain; /* of entry LAPTOP */
};

struct drive {
    const char *library;
    const char *programs[2];
    const char *world;
    struct folder_kept kept;
    struct failing_count *count;
    int count_fd;
    int out_fd;
    int err_fd;
    struct command commands[MOST_CASES];
    int command_count;
    long sample;
    unsigned seed;
    long runs;
    long faults;
    struct result result;
    struct state before;
    struct state after; /* when nothing fails */
    char *said;         /* on stdout then */
    size_t said_len;
    bool varies; /* it does not say the same twice */
};

static void die(const char *words)
{
    (void)fprintf(stderr, "failing_drive: %s: %s\n", words, strerror(errno));
    exit(2);
}

static int memory_file(const char *name)
{
    int fd = (int)syscall(SYS_memfd_create, name, 0);
    if (fd < 0)
        die(name);
    return fd;
}

/* --- one run */

static void be_the_program(const struct drive *d, const struct command *c, const struct fault *f)
{
    char text[16];
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (chdir(d->world) != 0 || dup2(nothing, 0) < 0 || dup2(d->out_fd, 1) < 0 || dup2(d->err_fd, 2) < 0)
        _exit(125);
    (void)setenv("FAILING_WHAT", KINDS[f->kind], 1);
    (void)snprintf(text, sizeof text, "%ld", f->at);
    (void)setenv("FAILING_AT", text, 1);
    (void)setenv("FAILING_ON", f->on ? "1" : "0", 1);
    (void)snprintf(text, sizeof text, "%d", f->number);
    (void)setenv("FAILING_ERRNO", text, 1);
    (void)snprintf(text, sizeof text, "%d", d->count_fd);
    (void)setenv("FAILING_COUNT", text, 1);
    (void)setenv("LD_PRELOAD", d->library, 1);
    (void)setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
    char *argv[MOST_WORDS + 1] = {0};
    for (int i = 0; c->words[i]; i++)
        argv[i] = strdup(c->words[i]);
    (void)execv(d->programs[c->at_registry], argv);
    _exit(126);
}

static size_t read_back(int fd, char *to, size_t room)
{
    size_t len = 0;
    ssize_t n = 1;
    while (len < room - 1 && (n = pread(fd, to + len, room - 1 - len, (off_t)len)) > 0)
        len += (size_t)n;
    to[len] = '\0';
    return len;
}

static void wait_for(struct drive *d, pid_t child)
{
    int handle = (int)syscall(SYS_pidfd_open, child, 0);
    struct pollfd end = {.fd = handle, .events = POLLIN};
    d->result.hung = handle >= 0 && poll(&end, 1, PATIENCE_MS) == 0;
    if (d->result.hung)
        (void)kill(child, SIGKILL);
    if (waitpid(child, &d->result.status, 0) != child)
        die("waitpid");
    if (handle >= 0)
        (void)close(handle);
}

static void run(struct drive *d, const struct command *c, const struct fault *f)
{
    folder_put_back(&d->kept, d->world);
    memset(d->count, 0, sizeof *d->count);
    if (ftruncate(d->out_fd, 0) != 0 || ftruncate(d->err_fd, 0) != 0)
        die("ftruncate");
    (void)lseek(d->out_fd, 0, SEEK_SET);
    (void)lseek(d->err_fd, 0, SEEK_SET);
    (void)fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0)
        be_the_program(d, c, f);
    wait_for(d, child);
    d->runs++;
    d->result.out_len = read_back(d->out_fd, d->result.out, sizeof d->result.out);
    d->result.err_len = read_back(d->err_fd, d->result.err, sizeof d->result.err);
    d->result.calls = d->count->calls;
    memcpy(d->result.failed, d->count->name, sizeof d->result.failed);
}

/* --- what must hold */

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static enum err look_at_laptop(const char *path, struct state *out, const struct state *before,
                               struct errctx *e)
{
    struct store *s = NULL;
    struct chain then;
    if (!is_there(path))
        return ERR_OK;
    if (store_open(path, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = store_verify(s, NULL, NULL, e);
    out->laptop = store_head(s)->number;
    out->chain = store_head(s)->chain;
    if (result == ERR_OK && before && before->laptop > 0) {
        result = journal_chain_at(store_db(s), store_device(s)->key, before->laptop, &then, e);
        if (result == ERR_OK && memcmp(&then, &before->chain, sizeof then) != 0)
            result = err_fail(e, ERR_INTERNAL, "the journal does not begin as it did");
    }
    store_close(s);
    return result;
}

static enum err look_at_registry(const char *path, struct state *out, struct errctx *e)
{
    struct registry_store *s = NULL;
    struct registry_source source;
    char file[512];
    (void)snprintf(file, sizeof file, "%s/registry.db", path);
    if (!is_there(file))
        return ERR_OK;
    if (registry_store_open(path, DB_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = registry_store_verify(s, 0, NULL, NULL, e);
    if (result == ERR_OK)
        result = registry_store_source(s, &source, e);
    if (result == ERR_OK)
        out->registry = source.entries;
    registry_store_close(s);
    return result;
}

static enum err look(const struct drive *d, const struct state *before, struct state *out, struct errctx *e)
{
    /* What commands make anew must be whole when it is there, and is not counted. */
    static const char *const laptops[] = {"alluvia.db", "new/alluvia.db", "new/again.db", "new/demo.db"};
    static const char *const registries[] = {"ministry", "new/ministry", "empty"};
    *out = (struct state){-1, -1, {{0}}};
    for (size_t i = 0; i < sizeof laptops / sizeof laptops[0]; i++) {
        char path[512];
        struct state fresh;
        (void)snprintf(path, sizeof path, "%s/%s", d->world, laptops[i]);
        if (look_at_laptop(path, i == 0 ? out : &fresh, i == 0 ? before : NULL, e) != ERR_OK)
            return err_wrap(e, "%s", laptops[i]);
    }
    for (size_t i = 0; i < sizeof registries / sizeof registries[0]; i++) {
        char path[512];
        struct state fresh;
        (void)snprintf(path, sizeof path, "%s/%s", d->world, registries[i]);
        if (look_at_registry(path, i == 0 ? out : &fresh, e) != ERR_OK)
            return err_wrap(e, "%s", registries[i]);
    }
    return ERR_OK;
}

/* The codes that the manual names, and that of a program without memory. */
static bool is_named(int code)
{
    switch (code) {
    case EX_OK:
    case EX_USAGE:
    case EX_DATAERR:
    case EX_NOINPUT:
    case EX_UNAVAILABLE:
    case EX_SOFTWARE:
    case EX_OSERR:
    case EX_CANTCREAT:
    case EX_IOERR:
    case EX_TEMPFAIL:
    case EX_PROTOCOL:
    case EX_NOPERM:
    case EX_CONFIG:
        return true;
    default:
        return false;
    }
}

static const char *check_words(const struct drive *d, int code)
{
    const struct result *r = &d->result;
    if (code == 0 && !d->varies && (r->out_len != d->said_len || memcmp(r->out, d->said, d->said_len) != 0))
        return "exit 0, but it said something else";
    if (code == 0)
        return NULL;
    if (r->err_len == 0)
        return "no word on stderr";
    if (r->err[r->err_len - 1] != '\n')
        return "the last line has no end";
    /* A library may have said something before. */
    if (strncmp(r->err, "alluvia", 7) != 0 && !strstr(r->err, "\nalluvia"))
        return "the words are not the program's own";
    return NULL;
}

static bool is_between(int64_t value, int64_t one, int64_t other)
{
    return value >= (one < other ? one : other) && value <= (one < other ? other : one);
}

/* NULL, or what is wrong. */
static const char *check(const struct drive *d, struct errctx *e)
{
    struct state now;
    const struct result *r = &d->result;
    if (r->hung)
        return "it hung";
    if (!WIFEXITED(r->status))
        return "ended by a signal";
    int code = WEXITSTATUS(r->status);
    if (!is_named(code))
        return "an exit code that the manual does not name";
    const char *words = check_words(d, code);
    if (words)
        return words;
    if (look(d, &d->before, &now, e) != ERR_OK)
        return e->text;
    if (code == 0 && (now.laptop != d->after.laptop || now.registry != d->after.registry))
        return "exit 0, but something is missing";
    if (!is_between(now.laptop, d->before.laptop, d->after.laptop) ||
        !is_between(now.registry, d->before.registry, d->after.registry))
        return "entries that nobody wrote, or that are gone";
    return NULL;
}

/* --- one command */

static void tell_fault(struct drive *d, const struct command *c, const struct fault *f, const char *what)
{
    const struct result *r = &d->result;
    if (++d->faults > SHOWN_FAULTS)
        return;
    printf("FAILED %s: %s %ld of %s%s, errno %d (%s): %s\n  status %#x, stderr: %s\n", c->name,
           KINDS[f->kind], f->at, r->failed[0] ? r->failed : "?", f->on ? " and all after it" : "", f->number,
           strerror(f->number), what, (unsigned)r->status, r->err);
    size_t same = 0;
    while (same < r->out_len && same < d->said_len && r->out[same] == d->said[same])
        same++;
    if (same < r->out_len || same < d->said_len)
        printf("  stdout: … %.60s\n  instead: %.60s\n", r->out + same, d->said + same);
}

static void expect_to_work(struct drive *d, const struct command *c)
{
    struct errctx e;
    const struct fault none = {0};
    run(d, c, &none);
    if (!WIFEXITED(d->result.status) || look(d, &d->before, &d->after, &e) != ERR_OK) {
        (void)fprintf(stderr, "failing_drive: %s: status %#x: %s\n", c->name, (unsigned)d->result.status,
                      d->result.err);
        exit(2);
    }
    if (WEXITSTATUS(d->result.status) != 0) {
        (void)fprintf(stderr, "failing_drive: %s does not work: %s\n", c->name, d->result.err);
        exit(2);
    }
    free(d->said);
    d->said_len = d->result.out_len;
    d->said = malloc(d->said_len + 1);
    if (!d->said)
        die("malloc");
    memcpy(d->said, d->result.out, d->said_len + 1);
    run(d, c, &none);
    d->varies =
        c->varies || d->result.out_len != d->said_len || memcmp(d->result.out, d->said, d->said_len) != 0;
}

static long calls_of(struct drive *d, const struct command *c, enum kind kind)
{
    const struct fault none = {.kind = kind};
    run(d, c, &none);
    return d->result.calls;
}

static int draw_errno(struct drive *d, enum kind kind, long at)
{
    static const int numbers[] = {EIO, ENOSPC, EACCES};
    return kind == MEMORY ? ENOMEM : numbers[((unsigned long)at + d->seed) % 3];
}

static void drive_kind(struct drive *d, const struct command *c, enum kind kind)
{
    struct errctx e;
    long calls = calls_of(d, c, kind);
    long step = d->sample && calls > d->sample ? calls / d->sample : 1;
    long first = 1 + (step > 1 ? (long)(d->seed % (unsigned long)step) : 0);
    for (long at = first; at <= calls; at += step) {
        for (int on = 0; on < 2; on++) {
            if (step > 1 && (at / step + (long)d->seed) % 2 != on)
                continue;
            struct fault f = {kind, at, on == 1, draw_errno(d, kind, at)};
            run(d, c, &f);
            const char *what = check(d, &e);
            if (what)
                tell_fault(d, c, &f, what);
        }
    }
    d->seed = d->seed * 1103515245U + 12345U;
}

static void drive(struct drive *d, const struct command *c)
{
    long runs = d->runs;
    long faults = d->faults;
    expect_to_work(d, c);
    drive_kind(d, c, MEMORY);
    drive_kind(d, c, CALLS);
    printf("%s: %ld runs, %ld failed\n", c->name, d->runs - runs, d->faults - faults);
    (void)fflush(stdout);
}

/* --- */

static void read_commands(struct drive *d, const char *path)
{
    char line[2048];
    FILE *from = fopen(path, "re");
    if (!from)
        die(path);
    while (fgets(line, sizeof line, from) && d->command_count < MOST_CASES) {
        struct command *c = &d->commands[d->command_count];
        char *at = NULL;
        int words = 0;
        line[strcspn(line, "\n")] = '\0';
        if (!*line)
            continue;
        c->line = strdup(line);
        char *name = strtok_r(c->line, "|", &at);
        c->varies = name[strlen(name) - 1] == '~';
        name[strcspn(name, "~")] = '\0';
        c->name = name;
        for (char *word; words < MOST_WORDS && (word = strtok_r(NULL, "|", &at));)
            c->words[words++] = word;
        c->at_registry = words > 0 && strcmp(c->words[0], "alluvia-registry") == 0;
        d->command_count++;
    }
    (void)fclose(from);
}

static bool is_wanted(const char *name, char *const *names)
{
    if (!*names)
        return true;
    for (; *names; names++) {
        if (strcmp(name, *names) == 0)
            return true;
    }
    return false;
}

static void set_up(struct drive *d, char **argv)
{
    struct errctx e;
    d->library = argv[1];
    d->programs[0] = argv[2];
    d->programs[1] = argv[3];
    d->world = argv[4];
    read_commands(d, argv[5]);
    d->sample = strtol(argv[6], NULL, 10);
    d->seed = (unsigned)strtoul(argv[7], NULL, 10);
    d->count_fd = memory_file("count");
    d->out_fd = memory_file("out");
    d->err_fd = memory_file("err");
    if (ftruncate(d->count_fd, sizeof *d->count) != 0)
        die("ftruncate");
    d->count = mmap(NULL, sizeof *d->count, PROT_READ | PROT_WRITE, MAP_SHARED, d->count_fd, 0);
    if (d->count == MAP_FAILED)
        die("mmap");
    folder_keep(&d->kept, d->world);
    if (device_module_init(&e) != ERR_OK || look(d, NULL, &d->before, &e) != ERR_OK) {
        (void)fprintf(stderr, "failing_drive: the world: %s\n", e.text);
        exit(2);
    }
    folder_put_back(&d->kept, d->world);
}

int main(int argc, char **argv)
{
    static struct drive d;
    if (argc < 8)
        return 2;
    set_up(&d, argv);
    for (int i = 0; i < d.command_count; i++) {
        if (is_wanted(d.commands[i].name, argv + 8))
            drive(&d, &d.commands[i]);
    }
    printf("%ld runs, %ld failed\n", d.runs, d.faults);
    for (int i = 0; i < d.command_count; i++)
        free(d.commands[i].line);
    free(d.said);
    folder_forget(&d.kept);
    return d.faults == 0 ? 0 : 1;
}
