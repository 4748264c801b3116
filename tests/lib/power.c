#include "tests/lib/power.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/cutvfs.h"
#include "tests/lib/folder.h"
#include "tests/lib/test.h"

enum ending { /* the exit codes of the child */
    GOT_THROUGH,
    WAS_CUT,
    FAILED_ITSELF
};

/* In memory that outlives the child. */
struct shared {
    struct power_acks acks;
    int64_t instants; /* of work that got through */
    struct errctx e;  /* why it failed by itself */
};

struct run {
    const struct power_case *c;
    char folder[64];
    struct folder_kept kept;
    struct shared *shared;
    char end[POWER_END_BYTES]; /* of work that nothing ended */
    int64_t instants;          /* of the same */
    bool lies;
    char fault[2 * ERR_TEXT_BYTES];
};

/* --- one cut */

static void end_here(struct cut_disk *disk, void *arg)
{
    (void)arg;
    cut_disk_settle(disk);
    _exit(WAS_CUT);
}

/* How the disk ends, or lets the work down: full from then on, or an error once. */
enum ill {
    ILL_KILL,
    ILL_POWER,
    ILL_FULL,
    ILL_ONCE,
    ILL_COUNT
};
static const char *const ILLS[ILL_COUNT] = {"kill", "power cut", "full disk", "error"};

struct cut {
    int64_t instant; /* 0: none */
    enum ill how;
};

static void fall_ill(struct cut_disk *disk, const struct cut *cut)
{
    switch (cut->how) {
    case ILL_KILL:
        cut_disk_cut(disk, CUT_KILL, cut->instant);
        break;
    case ILL_POWER:
        cut_disk_cut(disk, CUT_POWER, cut->instant);
        break;
    case ILL_FULL:
        cut_disk_fail(disk, SQLITE_FULL, cut->instant, false);
        break;
    case ILL_ONCE:
        cut_disk_fail(disk, SQLITE_IOERR_WRITE, cut->instant, true);
        break;
    case ILL_COUNT:
        break;
    }
}

/* The child has the disk; the parent looks at what it left with SQLite's own VFS. */
static void be_the_child(struct run *r, const struct cut *cut)
{
    uint64_t seed = (uint64_t)cut->instant * 2 + (cut->how == ILL_KILL);
    struct cutvfs *vfs = cutvfs_new(seed);
    struct cut_disk *disk = cut_disk_new(vfs, r->folder, seed);
    if (!freopen("/dev/null", "w", stdout))
        _exit(FAILED_ITSELF);
    cut_disk_at_death(disk, end_here, NULL);
    cut_disk_lie(disk, r->lies);
    fall_ill(disk, cut);
    enum err result = r->c->work(r->folder, r->c->arg, &r->shared->acks, &r->shared->e);
    r->shared->instants = cut_disk_instants(disk);
    _exit(result == ERR_OK ? GOT_THROUGH : FAILED_ITSELF);
}

static enum ending work_until(struct run *r, const struct cut *cut)
{
    int status = 0;
    *r->shared = (struct shared){0};
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        be_the_child(r, cut);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > FAILED_ITSELF)
        fail_msg("%s, cut at %" PRId64 ": the child ended with %#x", r->c->name, cut->instant,
                 (unsigned)status);
    return (enum ending)WEXITSTATUS(status);
}

static bool found_fault(struct run *r, const char *when, const char *words)
{
    (void)snprintf(r->fault, sizeof r->fault, "%s: %s", when, words);
    return true;
}

/* Looks at what a cut left, does the work again and looks at what came of it. */
static bool has_fault(struct run *r)
{
    const struct power_case *c = r->c;
    struct errctx e = {0};
    char end[POWER_END_BYTES];
    if (c->check(r->folder, c->arg, &r->shared->acks, &e) != ERR_OK)
        return found_fault(r, "after the cut", e.text);
    if (work_until(r, &(struct cut){0}) != GOT_THROUGH)
        return found_fault(r, "the work again", r->shared->e.text);
    if (c->check(r->folder, c->arg, &r->shared->acks, &e) != ERR_OK)
        return found_fault(r, "after the work again", e.text);
    if (c->end(r->folder, c->arg, end, &e) != ERR_OK)
        return found_fault(r, "at the end", e.text);
    return strcmp(end, r->end) != 0 && found_fault(r, "another end", end);
}

/* --- the run */

static void begin(struct run *r, const struct power_case *c, bool lies)
{
    struct errctx e = {0};
    *r = (struct run){.c = c, .lies = lies};
    /* In memory where that can be: what a cut leaves is the disk's own doing, and nothing here needs more. */
    bool memory = access("/dev/shm", W_OK | X_OK) == 0;
    (void)snprintf(r->folder, sizeof r->folder, "%s/alluvia-power-XXXXXX", memory ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(r->folder));
    r->shared = mmap(NULL, sizeof *r->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(r->shared != MAP_FAILED);
    c->make(r->folder, c->arg);
    folder_keep(&r->kept, r->folder);
    folder_put_back(&r->kept, r->folder);
    if (work_until(r, &(struct cut){0}) != GOT_THROUGH)
        fail_msg("%s: the work failed by itself: %s", c->name, r->shared->e.text);
    r->instants = r->shared->instants;
    assert_ok(c->check(r->folder, c->arg, &r->shared->acks, &e));
    assert_ok(c->end(r->folder, c->arg, r->end, &e));
    assert_true(r->instants > 0);
}

static void finish(struct run *r)
{
    folder_clear(r->folder);
    assert_int_equal(rmdir(r->folder), 0);
    (void)munmap(r->shared, sizeof *r->shared);
    folder_forget(&r->kept);
}

/* True when the cut was found fault with. */
static bool cut_once(struct run *r, const struct cut *cut)
{
    folder_put_back(&r->kept, r->folder);
    bool goes_on = cut->how == ILL_FULL || cut->how == ILL_ONCE;
    switch (work_until(r, cut)) {
    case GOT_THROUGH:
    case WAS_CUT:
        return has_fault(r);
    case FAILED_ITSELF:
        return goes_on ? has_fault(r) : found_fault(r, "the work failed by itself", r->shared->e.text);
    }
    return false;
}

struct tally {
    int cuts;
    int faults;
};

/* A short run draws its instants from every part of the work, and for each one of the four: a power cut,
 * which is the hardest, twice as often. */
static struct tally cut_often(struct run *r, bool stop_at_fault)
{
    static const enum ill turns[] = {ILL_POWER, ILL_FULL, ILL_POWER, ILL_KILL, ILL_ONCE};
    struct tally t = {0};
    bool all = getenv("ALLUVIA_TEST_ALL") != NULL;
    const char *text = getenv("ALLUVIA_TEST_SEED");
    int64_t seed = text ? strtoll(text, NULL, 10) : 1;
    int64_t step = all || r->instants < r->c->most ? 1 : r->instants / r->c->most;
    size_t turn = (size_t)seed;
    for (int64_t at = 1 + (all ? 0 : seed % step); at <= r->instants; at += step, turn++) {
        for (int how = 0; how < ILL_COUNT; how++) {
            struct cut cut = {at, (enum ill)how};
            /* What lies loses at a power cut alone. */
            bool wanted = r->lies ? how == ILL_POWER : all || turns[turn % 5] == cut.how;
            if (!wanted)
                continue;
            t.cuts++;
            if (!cut_once(r, &cut))
                continue;
            t.faults++;
            if (stop_at_fault)
                fail_msg("%s, %s at %" PRId64 " of %" PRId64 ": %s", r->c->name, ILLS[how], at, r->instants,
                         r->fault);
        }
    }
    return t;
}

void power_run(const struct power_case *c)
{
    struct run r;
    begin(&r, c, false);
    struct tally t = cut_often(&r, true);
    print_message("%s: %d cuts at %" PRId64 " instants\n", c->name, t.cuts, r.instants);
    finish(&r);
}

int power_count_losses(const struct power_case *c, int *out_cuts)
{
    struct run r;
    begin(&r, c, true);
    struct tally t = cut_often(&r, false);
    print_message("%s: %d of %d cuts lose on a disk that lies\n", c->name, t.faults, t.cuts);
    *out_cuts = t.cuts;
    finish(&r);
    return t.faults;
}
