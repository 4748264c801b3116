/*
 * Lets one call after the other fail in a command (tests/lib/failing.c) and looks at what comes of it:
 *
 * - it ends by itself, soon, with an exit code that the manual names; when that is not 0, its last words are
 * one line of the program's own, and when it is 0, it said what it says when nothing fails. Only where a
 * library that did not get memory ends the program is that so;
 * - every database verifies; the laptop's journal and the registry's entries begin as they began before, and
 *   hold all that the command writes when it ended with 0, and nothing beyond that in any case;
 * - what sits at a terminal leaves it as it was; what serves goes on serving after a single failure, or ends.
 *
 *   failing_drive LIBRARY ALLUVIA REGISTRY WORLD CASES SHARED RULE SEED [NAME…]
 *   failing_drive --sum SHARED
 *
 * WORLD is a folder that is put back before every run; CASES a file with a command a line,
 * "NAME|program|word|…"; "NAME~": what it says is different each time. Words that begin with @ are not the
 * program's: @keys=… is typed at its terminal, "^M" for Enter; @waits=N tells it to end at its wait of that
 * number, @client=… is a shell command that calls on it before. RULE is "places" or "deep"
 * (failing_places.h), "every", or a number: about so many calls of both kinds (memory, and files and sockets)
 * are drawn. Drivers that are given the same file SHARED share the commands.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "sync/journal/device.h"
#include "tests/crash/failing_look.h"
#include "tests/crash/failing_places.h"
#include "tests/crash/failing_run.h"

enum {
    MOST_CASES = 160,
    SHOWN_FAULTS = 40,
    TRIES = 3 /* to come to a place again */
};

struct command {
    char *line; /* owned; the others point into it */
    const char *name;
    bool at_registry;
    bool varies;
    const char *words[FAILING_MOST_WORDS + 1];
    struct failing_program program;
};

static const char *const KINDS[] = {"nothing", "memory", "calls"};

struct fault {
    enum failing_kind kind;
    long at; /* 0: none */
    bool on;
    int number;
};

struct drive {
    const char *programs[2];
    const char *library;
    const char *world;
    struct folder_kept kept;
    struct failing_run run;
    struct failing_shared *shared;
    struct command commands[MOST_CASES];
    int command_count;
    enum failing_rule rule;
    bool deep;
    char only[64];
    long sample;
    uint64_t seed;
    long runs;
    long faults;
    struct failing_state before;
    struct failing_state after; /* when nothing fails */
    char *said;                 /* on stdout then */
    size_t said_len;
    bool varies; /* it does not say the same twice */
};

static void die(const char *words)
{
    (void)fprintf(stderr, "failing_drive: %s: %s\n", words, strerror(errno));
    exit(2);
}

static void run(struct drive *d, const struct fault *f, bool record)
{
    struct failing_order order = {
        .kind = f->kind, .at = f->at, .on = f->on, .number = f->number, .record = record, .deep = d->deep};
    memcpy(order.only, d->only, sizeof order.only);
    folder_put_back(&d->kept, d->world);
    failing_run_once(&d->run, &order);
    d->runs++;
}

/* --- what must hold */

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
    const struct failing_run *r = &d->run;
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

/* SQLite takes no notice of a lock that was not given back. A server with one connection finds that it cannot
 * write any more, and ends; one with two cannot tell it from somebody who works for long. */
static bool may_stay_locked(const struct drive *d)
{
    const char *const *word = d->run.program->words;
    while (*word && strcmp(*word, "--inbox") != 0)
        word++;
    return *word && strcmp(d->run.told->name, "fcntl64") == 0;
}

/* Who called last was served, when only one call failed and the server stayed. */
static bool is_served(const struct drive *d, const struct fault *f)
{
    int last = -1;
    for (int i = 0; d->run.called && i < FAILING_MOST_CLIENTS && d->run.program->clients[i]; i++)
        last = i;
    return f->on || last < 0 || d->run.client_codes[last] == 0;
}

/* Somebody at a terminal may be told that something failed, and go on with something else. */
static bool promises_all(const struct drive *d)
{
    return !d->run.program->keys && d->run.program->waits == 0;
}

static const char *check_state(const struct drive *d, const struct failing_state *now, int code)
{
    if (code == 0 && promises_all(d) &&
        (now->laptop != d->after.laptop || now->registry != d->after.registry))
        return "exit 0, but something is missing";
    if (!is_between(now->laptop, d->before.laptop, d->after.laptop) ||
        !is_between(now->registry, d->before.registry, d->after.registry))
        return "entries that nobody wrote, or that are gone";
    return NULL;
}

/* Curses goes on with memory that it did not get; the C library ends a process that has none for a thread. */
static bool is_ended_by_library(const struct failing_run *r)
{
    if (WIFEXITED(r->status))
        return WEXITSTATUS(r->status) == 127 && strstr(r->err, "memory for thread-local data");
    return r->told->of_curses && WTERMSIG(r->status) == SIGSEGV;
}

/* NULL, or what is wrong. */
static const char *check(const struct drive *d, const struct fault *f, struct errctx *e)
{
    struct failing_state now;
    const struct failing_run *r = &d->run;
    if (r->hung)
        return "it hung";
    bool ended = is_ended_by_library(r);
    if (!WIFEXITED(r->status) && !ended)
        return "ended by a signal";
    int code = ended ? EX_OSERR : WEXITSTATUS(r->status);
    if (!is_named(code))
        return "an exit code that the manual does not name";
    const char *words = ended ? NULL : check_words(d, code);
    if (words)
        return words;
    if (r->disturbed && !(f->on && f->kind == FAILING_CALLS))
        return "the terminal is not as it was";
    if (code == 0 && !is_served(d, f) && !may_stay_locked(d))
        return "it serves no longer";
    if (failing_look(d->world, &d->kept, &d->before, &now, e) != ERR_OK)
        return e->text;
    return check_state(d, &now, code);
}

/* --- one command */

static void tell_fault(struct drive *d, const struct command *c, const struct fault *f, const char *what)
{
    const struct failing_run *r = &d->run;
    atomic_fetch_add(&d->shared->faults, 1);
    if (++d->faults > SHOWN_FAULTS)
        return;
    printf("FAILED %s: %s %ld of %s%s, errno %d (%s): %s\n  status %#x, stderr: %s\n", c->name,
           KINDS[f->kind], f->at, r->told->name[0] ? r->told->name : "?", f->on ? " and all after it" : "",
           f->number, strerror(f->number), what, (unsigned)r->status, r->err);
    size_t same = 0;
    while (same < r->out_len && same < d->said_len && r->out[same] == d->said[same])
        same++;
    if (same < r->out_len || same < d->said_len)
        printf("  stdout: … %.60s\n  instead: %.60s\n", r->out + same, d->said + same);
}

/* False: it does not, which is a fault of its own. */
static bool works(struct drive *d, const struct command *c)
{
    struct errctx e = {0};
    const struct failing_run *r = &d->run;
    const struct fault none = {0};
    run(d, &none, false);
    bool served = is_served(d, &none);
    if (!WIFEXITED(r->status) || WEXITSTATUS(r->status) != 0 || r->hung || !served ||
        failing_look(d->world, &d->kept, &d->before, &d->after, &e) != ERR_OK) {
        printf("FAILED %s: it does not work: status %#x%s: %s%s\n", c->name, (unsigned)r->status,
               served ? "" : ", does not serve", r->err, e.text);
        d->faults++;
        atomic_fetch_add(&d->shared->faults, 1);
        return false;
    }
    free(d->said);
    d->said_len = r->out_len;
    d->said = mem_zero(d->said_len + 1, 1);
    memcpy(d->said, r->out, d->said_len);
    run(d, &none, false);
    d->varies = c->varies || r->out_len != d->said_len || memcmp(r->out, d->said, d->said_len) != 0;
    return true;
}

static int choose_errno(const struct drive *d, enum failing_kind kind, long at)
{
    static const int numbers[] = {EIO, ENOSPC, EACCES};
    return kind == FAILING_MEMORY ? ENOMEM : numbers[((unsigned long)at + d->seed) % 3];
}

/* Places that commands of one program share count once; with all callers, calls count in every command. */
static uint64_t domain(const struct drive *d, const struct command *c, enum failing_kind kind)
{
    uint64_t program = 2 * (uint64_t)kind + c->at_registry;
    return d->deep && kind == FAILING_CALLS ? 10 + (uint64_t)(c - d->commands) : program;
}

static void try(struct drive *d, const struct command *c, enum failing_kind kind, long at, bool on)
{
    struct errctx e;
    const struct fault f = {kind, at, on, choose_errno(d, kind, at)};
    run(d, &f, false);
    const char *what = check(d, &f, &e);
    if (what)
        tell_fault(d, c, &f, what);
    if (d->run.told->place)
        (void)failing_tried(d->shared, failing_way(d->run.told->place, domain(d, c, kind), on));
    atomic_fetch_add(&d->shared->sums[kind == FAILING_CALLS].runs, 1);
}

static void try_sample(struct drive *d, const struct command *c, enum failing_kind kind, long calls)
{
    long step = calls > d->sample ? calls / d->sample : 1;
    long first = 1 + (step > 1 ? (long)(d->seed % (unsigned long)step) : 0);
    for (long at = first; at <= calls; at += step) {
        for (int on = 0; on < 2; on++) {
            if (step == 1 || (at / step + (long)d->seed) % 2 == on)
                try(d, c, kind, at, on == 1);
        }
    }
    d->seed = d->seed * 1103515245U + 12345U;
}

static void try_every(struct drive *d, const struct command *c, enum failing_kind kind, long calls)
{
    for (long at = 1; at <= calls; at++) {
        try(d, c, kind, at, false);
        try(d, c, kind, at, true);
    }
}

/* --- by places */

/* A group's calls have all one place. */
struct group {
    const struct failing_call *calls;
    long count;
};

static bool is_done(const struct drive *d, const struct command *c, enum failing_kind kind, uint64_t place,
                    bool on)
{
    return failing_is_tried(d->shared, failing_way(place, domain(d, c, kind), on));
}

/* Files and sockets: the first, the last, and one between. */
static void try_calls(struct drive *d, const struct command *c, const struct group *g)
{
    for (int on = 0; on < 2; on++) {
        try(d, c, FAILING_CALLS, g->calls[0].number, on == 1);
        if (g->count > 1)
            try(d, c, FAILING_CALLS, g->calls[g->count - 1].number, on == 1);
        if (g->count > 2) {
            uint64_t at = 1 + failing_draw(d->seed + (uint64_t)on, g->calls->place, (uint64_t)g->count - 2);
            try(d, c, FAILING_CALLS, g->calls[at].number, on == 1);
        }
    }
}

/* What the numbers of calls name can differ from run to run: a place that was not met is tried again. */
static bool try_until_done(struct drive *d, const struct command *c, enum failing_kind kind,
                           const struct group *g, bool on)
{
    for (int i = 0; i < TRIES && !is_done(d, c, kind, g->calls->place, on); i++) {
        uint64_t at =
            failing_draw(d->seed + 2 * (uint64_t)i + (uint64_t)on, g->calls->place, (uint64_t)g->count);
        try(d, c, kind, g->calls[at].number, on);
    }
    return is_done(d, c, kind, g->calls->place, on);
}

static void try_places(struct drive *d, const struct command *c, enum failing_kind kind)
{
    struct failing_choice choice;
    struct failing_sum *sum = &d->shared->sums[kind == FAILING_CALLS];
    failing_choice_init(&choice, d->run.told);
    atomic_fetch_add(&sum->places, choice.places);
    for (long at = 0, end = 0; at < choice.count; at = end) {
        end = failing_group_end(&choice, at);
        const struct group g = {&choice.calls[at], end - at};
        uint64_t place = g.calls->place;
        if (is_done(d, c, kind, place, false) && is_done(d, c, kind, place, true)) {
            atomic_fetch_add(&sum->elsewhere, 1);
            continue;
        }
        if (kind == FAILING_CALLS)
            try_calls(d, c, &g);
        bool met = try_until_done(d, c, kind, &g, false);
        met = try_until_done(d, c, kind, &g, true) && met;
        if (!met)
            atomic_fetch_add(&sum->missed, 1);
    }
    failing_choice_done(&choice);
}

static void drive_kind(struct drive *d, const struct command *c, enum failing_kind kind)
{
    const struct fault none = {.kind = kind};
    run(d, &none, d->rule == FAILING_BY_PLACE);
    long calls = atomic_load(&d->run.told->calls);
    atomic_fetch_add(&d->shared->sums[kind == FAILING_CALLS].calls, calls);
    switch (d->rule) {
    case FAILING_BY_PLACE:
        try_places(d, c, kind);
        break;
    case FAILING_EVERY:
        try_every(d, c, kind, calls);
        break;
    case FAILING_SAMPLE:
        try_sample(d, c, kind, calls);
        break;
    }
    printf("  %ld calls (%s)", calls, KINDS[kind]);
}

static void drive(struct drive *d, const struct command *c)
{
    long runs = d->runs;
    long faults = d->faults;
    time_t began = time(NULL);
    failing_run_load(&d->run, &c->program);
    if (!works(d, c))
        return;
    if (!d->only[0] || strncmp(d->only, ",lib", 4) == 0)
        drive_kind(d, c, FAILING_MEMORY);
    if (!d->only[0] || strncmp(d->only, ",lib", 4) != 0)
        drive_kind(d, c, FAILING_CALLS);
    printf("  %s: %ld runs, %ld failed, %ld s\n", c->name, d->runs - runs, d->faults - faults,
           (long)(time(NULL) - began));
    (void)fflush(stdout);
    atomic_fetch_add(&d->shared->commands, 1);
}

/* --- the whole */

static struct failing_shared *share(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(struct failing_shared)) != 0)
        die(path);
    void *place = mmap(NULL, sizeof(struct failing_shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (place == MAP_FAILED)
        die("mmap");
    (void)close(fd);
    return place;
}

static int tell_sum(struct failing_shared *s)
{
    static const char *const names[] = {"memory", "files and sockets"};
    long runs = 0;
    for (int i = 0; i < 2; i++) {
        struct failing_sum *sum = &s->sums[i];
        printf("%s: %ld calls", names[i], atomic_load(&sum->calls));
        if (atomic_load(&sum->places) > 0)
            printf(" from %ld places, %ld of them failed in a command before, %ld not met again",
                   atomic_load(&sum->places), atomic_load(&sum->elsewhere), atomic_load(&sum->missed));
        printf("; %ld runs with a call that failed\n", atomic_load(&sum->runs));
        runs += atomic_load(&sum->runs);
    }
    printf("%d commands, %ld runs, %ld failed\n", atomic_load(&s->commands), runs, atomic_load(&s->faults));
    return atomic_load(&s->faults) == 0 ? 0 : 1;
}

/* A word that is not the program's. */
static void read_special(struct command *c, char *word)
{
    if (strncmp(word, "@keys=", 6) == 0) {
        char *to = word + 6;
        c->program.keys = to;
        for (const char *from = to; *from; from++) {
            bool is_control = from[0] == '^' && from[1] >= '@' && from[1] <= '_';
            *to++ = is_control ? (char)(from[1] - '@') : from[0];
            from += is_control;
        }
        *to = '\0';
    } else if (strncmp(word, "@waits=", 7) == 0) {
        c->program.waits = (int)strtol(word + 7, NULL, 10);
    } else if (strncmp(word, "@client=", 8) == 0) {
        int i = 0;
        while (i < FAILING_MOST_CLIENTS - 1 && c->program.clients[i])
            i++;
        c->program.clients[i] = word + 8;
    }
}

static void read_command(struct drive *d, struct command *c, const char *line)
{
    char *at = NULL;
    int words = 0;
    c->line = str_dup(line);
    char *name = strtok_r(c->line, "|", &at);
    c->varies = name[strlen(name) - 1] == '~';
    name[strcspn(name, "~")] = '\0';
    c->name = name;
    for (char *word; words < FAILING_MOST_WORDS && (word = strtok_r(NULL, "|", &at));) {
        if (*word == '@')
            read_special(c, word);
        else
            c->words[words++] = word;
    }
    c->at_registry = words > 0 && strcmp(c->words[0], "alluvia-registry") == 0;
    c->program.library = d->library;
    c->program.path = d->programs[c->at_registry];
    c->program.folder = d->world;
    c->program.words = c->words;
}

static void read_commands(struct drive *d, const char *path)
{
    char line[4096];
    FILE *from = fopen(path, "re");
    if (!from)
        die(path);
    while (fgets(line, sizeof line, from)) {
        line[strcspn(line, "\n")] = '\0';
        if (d->command_count == MOST_CASES)
            abort();
        if (*line)
            read_command(d, &d->commands[d->command_count++], line);
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

static void read_rule(struct drive *d, const char *rule)
{
    d->deep = strcmp(rule, "deep") == 0;
    d->rule = d->deep || strcmp(rule, "places") == 0 ? FAILING_BY_PLACE : FAILING_EVERY;
    if (strncmp(rule, "only=", 5) == 0) {
        (void)snprintf(d->only, sizeof d->only, ",%s,", rule + 5);
    } else if (d->rule == FAILING_EVERY && strcmp(rule, "every") != 0) {
        d->rule = FAILING_SAMPLE;
        d->sample = strtol(rule, NULL, 10);
        if (d->sample <= 0)
            die(rule);
    }
}

static void set_up(struct drive *d, char **argv)
{
    struct errctx e;
    d->library = argv[1];
    d->programs[0] = argv[2];
    d->programs[1] = argv[3];
    d->world = argv[4];
    read_commands(d, argv[5]);
    d->shared = share(argv[6]);
    read_rule(d, argv[7]);
    d->seed = strtoull(argv[8], NULL, 10);
    failing_run_init(&d->run);
    folder_keep(&d->kept, d->world);
    if (device_module_init(&e) != ERR_OK ||
        failing_look(d->world, &d->kept, NULL, &d->before, &e) != ERR_OK) {
        (void)fprintf(stderr, "failing_drive: the world: %s\n", e.text);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    static struct drive d;
    if (argc == 3 && strcmp(argv[1], "--sum") == 0)
        return tell_sum(share(argv[2]));
    if (argc < 9)
        return 2;
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    set_up(&d, argv);
    for (int i = 0; (i = atomic_fetch_add(&d.shared->claimed, 1)) < d.command_count;) {
        if (is_wanted(d.commands[i].name, argv + 9))
            drive(&d, &d.commands[i]);
    }
    for (int i = 0; i < d.command_count; i++)
        free(d.commands[i].line);
    free(d.said);
    failing_run_done(&d.run);
    folder_forget(&d.kept);
    return d.faults == 0 ? 0 : 1;
}
