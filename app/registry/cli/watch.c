#include "app/registry/cli/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "app/registry/cli/desk.h"
#include "app/registry/cli/intake.h"
#include "schema/base/file.h"

enum {
    MAX_SAME_NAME = 1000, /* files of one name that `taken` may hold */
    MAX_NAME = 80,        /* of a file, in a line of the log */
};

/* A file as it lay there at the last look. */
struct seen {
    char *name; /* owned */
    bool here;  /* at this look */
    off_t size;
    struct timespec changed;
    int64_t since_ms; /* when it was first seen as it is */
    bool tried;       /* as it is now */
    bool told;        /* why it waits was logged */
    enum intake_end end;
    int64_t tried_ms;
    int64_t tried_after; /* how many batches had been taken in when it was tried */
};

struct watch {
    struct registry_store *store;
    char *folder;
    void (*log)(int level, const char *line);
    struct seen *files; /* by name, as intake_compare_names and then strcmp have it */
    size_t count;
    size_t room;
    int64_t taken;
    bool gone;   /* the folder cannot be opened: logged once */
    bool failed; /* a fault of ours was logged; until it is over */
};

enum err watch_new(struct registry_store *s, const char *folder, void (*log)(int level, const char *line),
                   struct watch **out, struct errctx *e)
{
    *out = NULL;
    if (!*folder)
        return err_fail(e, ERR_USAGE, "the watched folder has no name");
    struct watch *w = mem_zero(1, sizeof *w);
    w->store = s;
    w->folder = str_dup(folder);
    w->log = log;
    *out = w;
    return ERR_OK;
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->count; i++)
        free(w->files[i].name);
    free(w->files);
    free(w->folder);
    free(w);
}

/* --- words */

/* Names that strangers gave are shown when they look like ours. */
static const char *shown(const char *name)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(name);
    return len <= MAX_NAME && strspn(name, plain) == len ? name : "a file of another name";
}

static void say(const struct watch *w, int level, const char *name, const char *words)
{
    struct buf line = {0};
    buf_printf(&line, "inbox: %s: %s", shown(name), words);
    w->log(level, buf_str(&line));
    buf_done(&line);
}

static void say_taken(const struct watch *w, const char *name, const struct ingested *got)
{
    char words[128];
    (void)snprintf(words, sizeof words, "entries %lld to %lld, %lld new, %lld flagged",
                   (long long)got->header.first, (long long)got->header.last, (long long)got->fresh,
                   (long long)got->flagged);
    say(w, LOG_INFO, name, words);
}

/* --- what lies there */

static int compare_seen(const void *a, const void *b)
{
    const char *x = ((const struct seen *)a)->name;
    const char *y = ((const struct seen *)b)->name;
    int order = intake_compare_names(x, y);
    return order ? order : strcmp(x, y);
}

static struct seen *find(struct watch *w, size_t known, const char *name)
{
    union { /* only compared with */
        const char *given;
        char *name;
    } key = {name};
    const struct seen wanted = {.name = key.name};
    return known ? bsearch(&wanted, w->files, known, sizeof *w->files, compare_seen) : NULL;
}

static void note(struct seen *file, const struct stat *st, int64_t tick_ms)
{
    file->here = true;
    if (file->size == st->st_size && file->changed.tv_sec == st->st_mtim.tv_sec &&
        file->changed.tv_nsec == st->st_mtim.tv_nsec)
        return;
    file->size = st->st_size;
    file->changed = st->st_mtim;
    file->since_ms = tick_ms;
    file->tried = file->told = false;
}

static void add(struct watch *w, const char *name, const struct stat *st, int64_t tick_ms)
{
    if (w->count == w->room) {
        w->room = w->room ? 2 * w->room : 64;
        w->files = mem_resize(w->files, w->room, sizeof *w->files);
    }
    w->files[w->count] = (struct seen){.name = str_dup(name), .size = -1};
    note(&w->files[w->count++], st, tick_ms);
}

/* Links, pipes, devices and folders are passed over: they are no batch, whatever they are called. */
static void look_around(struct watch *w, DIR *dir, int64_t tick_ms)
{
    size_t known = w->count;
    for (size_t i = 0; i < known; i++)
        w->files[i].here = false;
    for (const struct dirent *entry = NULL; (entry = readdir(dir)) != NULL;) {
        struct stat st;
        if (!intake_is_batch_name(entry->d_name) ||
            fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
            continue;
        struct seen *file = find(w, known, entry->d_name);
        if (file)
            note(file, &st, tick_ms);
        else if (w->count < WATCH_MAX_FILES)
            add(w, entry->d_name, &st, tick_ms);
    }
    size_t kept = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (w->files[i].here)
            w->files[kept++] = w->files[i];
        else
            free(w->files[i].name);
    }
    w->count = kept;
    if (kept > 0)
        qsort(w->files, kept, sizeof *w->files, compare_seen);
}

/* --- moving aside */

/* A name in FOLDER/SUB that is free: the second file of a name gets ".2". */
static enum err free_name(const struct watch *w, const char *sub, const char *name, struct buf *out,
                          struct errctx *e)
{
    struct buf folder = {0};
    file_join(&folder, w->folder, sub);
    enum err result = file_make_dirs(buf_str(&folder), e);
    for (int i = 1; result == ERR_OK; i++) {
        struct stat st;
        buf_clear(out);
        file_join(out, buf_str(&folder), name);
        if (i > 1)
            buf_printf(out, ".%d", i);
        if (lstat(buf_str(out), &st) != 0)
            break;
        if (i == MAX_SAME_NAME)
            result = err_fail(e, ERR_EXISTS, "\"%s\" holds too many files of this name", sub);
    }
    buf_done(&folder);
    return result;
}

/* What is moved is what was read: somebody may have put another file in its place meanwhile. */
static bool is_the_same(const char *path, const struct stat *read)
{
    struct stat st;
    return lstat(path, &st) == 0 && st.st_ino == read->st_ino && st.st_dev == read->st_dev &&
           st.st_size == read->st_size && st.st_mtim.tv_sec == read->st_mtim.tv_sec &&
           st.st_mtim.tv_nsec == read->st_mtim.tv_nsec;
}

/* WORDS, unless NULL, are left in a file beside it. */
static enum err move_aside(const struct watch *w, const char *path, const char *name, const struct intake *in,
                           const char *sub, struct errctx *e)
{
    struct buf to = {0};
    struct buf why = {0};
    if (in->file.st_size > 0 && !is_the_same(path, &in->file))
        return ERR_OK; /* the next look takes it as it is now */
    enum err result = free_name(w, sub, name, &to, e);
    if (result == ERR_OK && in->words) {
        buf_printf(&why, "%s.txt", buf_str(&to));
        struct buf words = {0};
        buf_printf(&words, "%s\n", in->words);
        result = file_write(buf_str(&why), words.data, words.len, 0644, e);
        buf_done(&words);
    }
    if (result == ERR_OK && rename(path, buf_str(&to)) != 0)
        result = err_errno(e, ERR_IO, errno, "move into \"%s\"", sub);
    buf_done(&why);
    buf_done(&to);
    return result;
}

/* --- one file */

static bool is_due(const struct watch *w, const struct seen *file, int64_t tick_ms)
{
    if (!file->tried)
        return true;
    switch (file->end) {
    case INTAKE_WAITS:
        return file->tried_after != w->taken || tick_ms - file->tried_ms >= WATCH_AGAIN_MS;
    case INTAKE_UNREADABLE:
        return tick_ms - file->since_ms >= WATCH_SETTLE_MS;
    case INTAKE_TAKEN: /* could not be moved */
    case INTAKE_NO_RECEIPT:
    case INTAKE_REFUSED:
        return tick_ms - file->tried_ms >= WATCH_AGAIN_MS;
    }
    return false;
}

static void tell_once(const struct watch *w, struct seen *file, int level, const char *words)
{
    if (!file->told)
        say(w, level, file->name, words);
    file->told = true;
}

/* What follows from how it ended: a line, and its place. */
static void settle(struct watch *w, struct seen *file, const char *path, const struct intake *in,
                   int64_t tick_ms)
{
    struct errctx e;
    enum err moved = ERR_OK;
    switch (in->end) {
    case INTAKE_TAKEN:
        if (!file->told)
            say_taken(w, file->name, &in->got);
        file->told = true;
        w->taken++;
        moved = move_aside(w, path, file->name, in, "taken", &e);
        break;
    case INTAKE_WAITS:
        tell_once(w, file, LOG_INFO, "waits: entries before it have not arrived yet");
        break;
    case INTAKE_UNREADABLE:
        if (tick_ms - file->since_ms < WATCH_SETTLE_MS) {
            tell_once(w, file, LOG_INFO, "waits: it is not whole yet");
            break;
        }
        say(w, LOG_WARNING, file->name, in->words);
        moved = move_aside(w, path, file->name, in, "refused", &e);
        break;
    case INTAKE_REFUSED:
        say(w, LOG_WARNING, file->name, in->words);
        moved = move_aside(w, path, file->name, in, "refused", &e);
        break;
    case INTAKE_NO_RECEIPT:
        w->taken++;
        tell_once(w, file, LOG_ERR, "taken in, but its receipt cannot be written; it stays here");
        break;
    }
    if (moved != ERR_OK)
        say(w, LOG_ERR, file->name, e.text);
}

static enum err try(struct watch *w, struct seen *file, int64_t now, int64_t tick_ms, struct errctx *e)
{
    struct buf path = {0};
    struct intake in = {0};
    file_join(&path, w->folder, file->name);
    enum err result = intake_take(w->store, buf_str(&path), now, &in, e);
    if (result == ERR_OK) {
        file->tried = true;
        file->tried_ms = tick_ms;
        file->end = in.end;
        settle(w, file, buf_str(&path), &in, tick_ms);
        file->tried_after = w->taken;
    }
    intake_done(&in);
    buf_done(&path);
    return result;
}

/* --- looking */

/* A fault of ours: the file waits a minute, so that one that always fails holds up no other. */
static void put_off(struct watch *w, struct seen *file, int64_t tick_ms, const struct errctx *e)
{
    if (!w->failed)
        say(w, LOG_ERR, file->name, e->text);
    w->failed = true;
    file->tried = true;
    file->tried_ms = tick_ms;
    file->end = INTAKE_REFUSED;
}

/* Again as long as something was taken in, since that may be what others wait for. */
static void try_all(struct watch *w, int64_t now, int64_t tick_ms, bool (*stop)(void))
{
    struct errctx e;
    for (int64_t before = -1; before != w->taken;) {
        before = w->taken;
        for (size_t i = 0; i < w->count; i++) {
            struct seen *file = &w->files[i];
            if (stop && stop())
                return;
            if (!is_due(w, file, tick_ms))
                continue;
            enum err result = try(w, file, now, tick_ms, &e);
            if (result == ERR_BUSY)
                return;
            if (result != ERR_OK)
                put_off(w, file, tick_ms, &e);
            else
                w->failed = false;
        }
    }
}

void watch_look(struct watch *w, int64_t now, int64_t tick_ms, bool (*stop)(void))
{
    DIR *dir = opendir(w->folder);
    if (!dir) {
        if (!w->gone)
            w->log(LOG_WARNING, "inbox: the folder cannot be opened; waiting for it");
        w->gone = true;
        return;
    }
    w->gone = false;
    look_around(w, dir, tick_ms);
    closedir(dir);
    try_all(w, now, tick_ms, stop);
}

/* --- until a signal */

static sigset_t the_signals(void)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    return ends;
}

void watch_block_signals(void)
{
    sigset_t ends = the_signals();
    (void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
}

static bool is_ending(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
            sigismember(&pending, SIGHUP) == 1);
}

static int64_t tick(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void watch_loop(struct watch *w, struct desk *d)
{
    sigset_t ends = the_signals();
    int got = 0;
    if (!w && !d) {
        (void)sigwait(&ends, &got);
        return;
    }
    const struct timespec pause = {.tv_sec = WATCH_EVERY_MS / 1000,
                                   .tv_nsec = WATCH_EVERY_MS % 1000 * 1000000L};
    do {
        if (w)
            watch_look(w, (int64_t)time(NULL), tick(), is_ending);
        if (d)
            desk_look(d, (int64_t)time(NULL), 0, is_ending, NULL);
    } while (sigtimedwait(&ends, NULL, &pause) < 0);
}

static void print_line(int level, const char *line)
{
    (void)level;
    (void)puts(line);
    (void)fflush(stdout);
}

enum err watch_until_signal(struct registry_store *s, const char *folder, bool review, struct errctx *e)
{
    struct watch *w = NULL;
    struct desk desk = {.store = s, .log = print_line};
    watch_block_signals();
    if (watch_new(s, folder, print_line, &w, e) != ERR_OK)
        return e->kind;
    watch_loop(w, review ? &desk : NULL);
    watch_free(w);
    return ERR_OK;
}
