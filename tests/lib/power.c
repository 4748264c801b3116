#include "tests/lib/power.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "schema/base/file.h"
#include "tests/lib/cutvfs.h"
#include "tests/lib/test.h"

enum {
    MOST_FILE_BYTES = 256 * 1024 * 1024
};

enum ending { /* the exit codes of the child */
    GOT_THROUGH,
    WAS_CUT,
    FAILED_ITSELF
};

/* --- the world, and putting it back */

struct kept {
    char *name; /* below the folder */
    bool is_folder;
    mode_t mode;
    struct buf bytes;
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
    struct kept *kept;
    size_t kept_count;
    struct shared *shared;
    char end[POWER_END_BYTES]; /* of work that nothing ended */
    int64_t instants;          /* of the same */
    bool lies;
    char fault[2 * ERR_TEXT_BYTES];
};

static void clear_folder(const char *path)
{
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *at; (at = readdir(folder));) {
        struct buf file = {0};
        if (strcmp(at->d_name, ".") == 0 || strcmp(at->d_name, "..") == 0)
            continue;
        file_join(&file, path, at->d_name);
        if (unlink(buf_str(&file)) != 0) {
            clear_folder(buf_str(&file));
            (void)rmdir(buf_str(&file));
        }
        buf_done(&file);
    }
    (void)closedir(folder);
}

static void keep_folder(struct run *r, const char *below)
{
    struct buf path = {0};
    struct errctx e;
    file_join(&path, r->folder, below);
    DIR *folder = opendir(buf_str(&path));
    assert_non_null(folder);
    for (const struct dirent *at; (at = readdir(folder));) {
        struct buf name = {0};
        struct stat st;
        if (strcmp(at->d_name, ".") == 0 || strcmp(at->d_name, "..") == 0)
            continue;
        if (*below)
            file_join(&name, below, at->d_name);
        else
            buf_puts(&name, at->d_name);
        buf_clear(&path);
        file_join(&path, r->folder, buf_str(&name));
        assert_int_equal(lstat(buf_str(&path), &st), 0);
        struct kept one = {.is_folder = S_ISDIR(st.st_mode), .mode = st.st_mode & 0777};
        if (!one.is_folder)
            assert_ok(file_read(buf_str(&path), MOST_FILE_BYTES, &one.bytes, &e));
        one.name = buf_steal(&name);
        r->kept = mem_resize(r->kept, r->kept_count + 1, sizeof *r->kept);
        r->kept[r->kept_count++] = one;
        if (one.is_folder)
            keep_folder(r, one.name);
    }
    (void)closedir(folder);
    buf_done(&path);
}

static void put_back(const struct run *r)
{
    clear_folder(r->folder);
    for (size_t i = 0; i < r->kept_count; i++) {
        const struct kept *k = &r->kept[i];
        struct buf path = {0};
        file_join(&path, r->folder, k->name);
        if (k->is_folder) {
            assert_int_equal(mkdir(buf_str(&path), k->mode), 0);
        } else {
            /* Not file_write: a sync for each would take longer than the work. */
            FILE *to = fopen(buf_str(&path), "wbe");
            assert_non_null(to);
            assert_int_equal(fwrite(buf_str(&k->bytes), 1, k->bytes.len, to), k->bytes.len);
            assert_int_equal(fclose(to), 0);
            assert_int_equal(chmod(buf_str(&path), k->mode), 0);
        }
        buf_done(&path);
    }
}

/* --- one cut */

static void end_here(struct cut_disk *disk, void *arg)
{
    (void)arg;
    cut_disk_settle(disk);
    _exit(WAS_CUT);
}

struct cut {
    int64_t instant; /* 0: none */
    enum cut_how how;
};

/* The child has the disk; the parent looks at what it left with SQLite's own VFS. */
static void be_the_child(struct run *r, const struct cut *cut)
{
    uint64_t seed = (uint64_t)cut->instant * 2 + (cut->how == CUT_KILL);
    struct cutvfs *vfs = cutvfs_new(seed);
    struct cut_disk *disk = cut_disk_new(vfs, r->folder, seed);
    if (!freopen("/dev/null", "w", stdout))
        _exit(FAILED_ITSELF);
    cut_disk_at_death(disk, end_here, NULL);
    cut_disk_lie(disk, r->lies);
    cut_disk_cut(disk, cut->how, cut->instant);
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
    keep_folder(r, "");
    put_back(r);
    if (work_until(r, &(struct cut){0}) != GOT_THROUGH)
        fail_msg("%s: the work failed by itself: %s", c->name, r->shared->e.text);
    r->instants = r->shared->instants;
    assert_ok(c->check(r->folder, c->arg, &r->shared->acks, &e));
    assert_ok(c->end(r->folder, c->arg, r->end, &e));
    assert_true(r->instants > 0);
}

static void finish(struct run *r)
{
    clear_folder(r->folder);
    assert_int_equal(rmdir(r->folder), 0);
    (void)munmap(r->shared, sizeof *r->shared);
    for (size_t i = 0; i < r->kept_count; i++) {
        free(r->kept[i].name);
        buf_done(&r->kept[i].bytes);
    }
    free(r->kept);
}

/* True when the cut was found fault with. */
static bool cut_once(struct run *r, const struct cut *cut)
{
    put_back(r);
    switch (work_until(r, cut)) {
    case GOT_THROUGH:
        return false;
    case WAS_CUT:
        return has_fault(r);
    case FAILED_ITSELF:
        return found_fault(r, "the work failed by itself", r->shared->e.text);
    }
    return false;
}

struct tally {
    int cuts;
    int faults;
};

/* A short run draws its instants from every part of the work, half of them kills. */
static struct tally cut_often(struct run *r, bool stop_at_fault)
{
    struct tally t = {0};
    bool all = getenv("ALLUVIA_TEST_ALL") != NULL;
    const char *text = getenv("ALLUVIA_TEST_SEED");
    int64_t seed = text ? strtoll(text, NULL, 10) : 1;
    int64_t step = all || r->instants < r->c->most ? 1 : r->instants / r->c->most;
    int64_t turn = 0;
    for (int64_t at = 1 + (all ? 0 : seed % step); at <= r->instants; at += step, turn++) {
        for (int how = CUT_KILL; how <= CUT_POWER; how++) {
            /* A power cut is the harder of the two. */
            if (!all && (how == CUT_KILL) != (turn % 4 == 3))
                continue;
            struct cut cut = {at, (enum cut_how)how};
            t.cuts++;
            if (!cut_once(r, &cut))
                continue;
            t.faults++;
            if (stop_at_fault)
                fail_msg("%s, %s at %" PRId64 " of %" PRId64 ": %s", r->c->name,
                         how == CUT_KILL ? "kill" : "power cut", at, r->instants, r->fault);
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
