/*
 * Calls that fail: a library that is loaded in front of the others (LD_PRELOAD) and lets one call of malloc's
 * family or of the system fail, or all from that one on. Of tests alone; tests/lib/failing.h says how it is
 * told which.
 *
 * Calls that end something (close, munmap, flock to unlock) do what they are there for before they say that
 * they failed, as Linux does. It works in programs with the address sanitizer too: the memory is theirs then.
 * Programs that the program starts run as always.
 */
#define _GNU_SOURCE
#include "tests/lib/failing.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/lib/failing_time.h"

enum {
    MOST_FRAMES = 200,
    INNERMOST = 3
};

/* The state of a library that stands in front of every other: there is nobody to hand it down. */
static struct {
    struct failing_told *told; /* NULL: nobody gives orders */
    int orders;
    atomic_bool armed;
} the = {.orders = -1};

/* A call that is made to find out about another does not count. At a fixed distance from the thread's own
 * register: looking for it must not need memory. */
static __thread bool inside __attribute__((tls_model("initial-exec")));

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
    return hash ^ (hash >> 29);
}

struct frame {
    uint64_t address; /* from where its library begins: the same in every process */
    bool own;         /* the program's own */
    bool curses;
};

static struct frame look_up(void *address)
{
    struct dl_find_object found;
    struct frame f = {.address = (uint64_t)(uintptr_t)address};
    if (_dl_find_object((char *)address - 1, &found) != 0)
        return f;
    f.address -= (uint64_t)(uintptr_t)found.dlfo_map_start;
    f.own = !*found.dlfo_link_map->l_name;
    f.curses =
        strstr(found.dlfo_link_map->l_name, "libncurses") || strstr(found.dlfo_link_map->l_name, "libtinfo");
    for (const char *c = found.dlfo_link_map->l_name; *c; c++)
        f.address = mix(f.address, (unsigned char)*c);
    return f;
}

/* Two functions of this library lie above the call: this and who asks. */
static __attribute__((noinline)) uint64_t find_place(bool deep)
{
    void *addresses[MOST_FRAMES];
    struct frame frames[MOST_FRAMES];
    uint64_t hash = 0;
    int count = backtrace(addresses, MOST_FRAMES);
    int own = 2;
    for (int i = 2; i < count; i++)
        frames[i] = look_up(addresses[i]);
    while (own < count - 1 && !frames[own].own)
        own++;
    for (int i = 2; i < count; i++) {
        if (deep || i < 2 + INNERMOST || i >= own - 1)
            hash = mix(hash, frames[i].address);
    }
    return hash ? hash : 1;
}

/* Whether curses is at work since the program went into a library. */
static __attribute__((noinline)) bool is_within_curses(void)
{
    void *addresses[MOST_FRAMES];
    int count = backtrace(addresses, MOST_FRAMES);
    for (int i = 2; i < count; i++) {
        struct frame f = look_up(addresses[i]);
        if (f.own || f.curses)
            return f.curses;
    }
    return false;
}

static bool is_among(const char *names, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = names; len > 0 && (at = strstr(at, name)); at++) {
        if (at > names && at[-1] == ',' && at[len] == ',')
            return true;
    }
    return false;
}

/* Calls by their own names, memory by the library that asks for it: of "/usr/lib/libcjson.so.1" it is
 * "libcjson". */
static bool is_chosen(const char *only, const char *name, void *asks)
{
    struct dl_find_object found;
    char library[64];
    if (!asks)
        return is_among(only, name);
    if (_dl_find_object((char *)asks - 1, &found) != 0)
        return false;
    const char *path = found.dlfo_link_map->l_name;
    const char *base = strrchr(path, '/');
    (void)snprintf(library, sizeof library, "%s", base ? base + 1 : path);
    library[strcspn(library, ".")] = '\0';
    return is_among(only, library);
}

/* ASKS: who wants memory; NULL for other calls. */
static __attribute__((noinline)) bool fails_for(enum failing_kind kind, const char *name, void *asks)
{
    if (!atomic_load(&the.armed) || inside)
        return false;
    struct failing_told *told = the.told;
    if (kind != told->order.kind || (told->order.only[0] && !is_chosen(told->order.only, name, asks)))
        return false;
    int before = errno;
    long number = atomic_fetch_add(&told->calls, 1) + 1;
    inside = true;
    if (told->order.record && number <= FAILING_MOST)
        told->recorded[number] = find_place(told->order.deep);
    bool now =
        told->order.at > 0 && (number == told->order.at || (told->order.on && number > told->order.at));
    if (number == told->order.at) {
        told->place = find_place(told->order.deep);
        (void)snprintf(told->name, sizeof told->name, "%s", name);
    }
    if (now && kind == FAILING_MEMORY && is_within_curses())
        atomic_store(&told->of_curses, true);
    inside = false;
    errno = now ? told->order.number : before;
    return now;
}

static bool fails(enum failing_kind kind, const char *name)
{
    return fails_for(kind, name, NULL);
}

/* --- orders */

static int descriptor(const char *name)
{
    const char *text = getenv(name);
    return text ? (int)strtol(text, NULL, 10) : -1;
}

static void read_environment(void)
{
    int fd = descriptor("FAILING_TOLD");
    the.orders = descriptor("FAILING_ORDERS");
    void *place =
        fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *the.told, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (place != MAP_FAILED)
        the.told = place;
    if (the.orders < 0)
        return; /* a client, which only sleeps quickly */
    unsetenv("LD_PRELOAD");
    unsetenv("FAILING_TOLD");
    unsetenv("FAILING_ORDERS");
}

static void tell(enum failing_word word, int value)
{
    const struct failing_message message = {word, value};
    inside = true;
    (void)!send(the.orders, &message, sizeof message, MSG_NOSIGNAL);
    inside = false;
}

void failing_tell_wait(void)
{
    tell(FAILING_WAITS, 0);
}

/* Where a program was that a signal ended, on stderr; then it ends as it would have. */
static void tell_where(int number)
{
    void *frames[MOST_FRAMES];
    atomic_store(&the.armed, false);
    /* NOLINTNEXTLINE(bugprone-signal-handler,cert-sig30-c): its library was loaded at the start */
    backtrace_symbols_fd(frames, backtrace(frames, MOST_FRAMES), STDERR_FILENO);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* Returns in each child that is to run; the process itself ends with the driver. */
static void follow_orders(void)
{
    char byte = 0;
    void *frames[4];
    int status = 0;
    (void)backtrace(frames, 4); /* loads what it needs */
    while (recv(the.orders, &byte, 1, 0) == 1) {
        pid_t child = fork();
        if (child == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            tell(FAILING_BEGUN, getpid()); /* before anything else that it tells */
            return;
        }
        while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
        tell(FAILING_ENDED, status);
    }
    _exit(0);
}

/* The C library's headers name parameters of functions that are defined here, each in its own way. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

/* --- where main begins */

typedef int main_function(int, char **, char **);
int __libc_start_main(main_function *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end);

static main_function *real_main;

static int armed_main(int argc, char **argv, char **environment)
{
    read_environment();
    failing_time_init();
    if (the.told && the.orders >= 0) {
        follow_orders();
        failing_time_begin(&the.told->order);
        (void)signal(SIGSEGV, tell_where);
        (void)signal(SIGABRT, tell_where);
        atomic_store(&the.armed, true);
    }
    return real_main(argc, argv, environment);
}

static void *next(const char *name)
{
    bool before = inside;
    inside = true;
    void *found = dlsym(RTLD_NEXT, name);
    inside = before;
    return found;
}

int __libc_start_main(main_function *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    int (*real)(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
    *(void **)&real = next("__libc_start_main");
    real_main = main;
    return real(armed_main, argc, argv, init, fini, rtld_fini, stack_end);
}

/* --- memory: without dlsym, which would itself need some */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__interceptor_malloc(size_t size) __attribute__((weak));
extern void *__interceptor_calloc(size_t count, size_t size) __attribute__((weak));
extern void *__interceptor_realloc(void *old, size_t size) __attribute__((weak));

void *malloc(size_t size)
{
    if (fails_for(FAILING_MEMORY, "malloc", __builtin_return_address(0)))
        return NULL;
    return __interceptor_malloc ? __interceptor_malloc(size) : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (fails_for(FAILING_MEMORY, "calloc", __builtin_return_address(0)))
        return NULL;
    return __interceptor_calloc ? __interceptor_calloc(count, size) : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    if (fails_for(FAILING_MEMORY, "realloc", __builtin_return_address(0)))
        return NULL;
    return __interceptor_realloc ? __interceptor_realloc(old, size) : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t count, size_t size)
{
    size_t all = 0;
    if (__builtin_mul_overflow(count, size, &all)) {
        errno = ENOMEM;
        return NULL;
    }
    if (fails_for(FAILING_MEMORY, "reallocarray", __builtin_return_address(0)))
        return NULL;
    return __interceptor_realloc ? __interceptor_realloc(old, all) : __libc_realloc(old, all);
}

/* --- the system */

/* RESULT name(PARAMETERS): fails with FAILED, else calls the next library's function of that name. */
#define CALL(result, name, failed, parameters, arguments)                                                    \
    result name parameters                                                                                   \
    {                                                                                                        \
        static result(*real) parameters;                                                                     \
        if (!real)                                                                                           \
            *(void **)&real = next(#name);                                                                   \
        if (fails(FAILING_CALLS, #name))                                                                     \
            return failed;                                                                                   \
        return real arguments;                                                                               \
    }

/* A key comes when nothing else fails. */
ssize_t read(int fd, void *to, size_t len)
{
    static ssize_t (*real)(int, void *, size_t);
    if (!real)
        *(void **)&real = next("read");
    if (fails(FAILING_CALLS, "read"))
        return -1;
    return failing_takes_key(fd, to, len) ? 1 : real(fd, to, len);
}

/* A question in a line nobody answers who only presses keys. */
char *fgets(char *to, int len, FILE *from)
{
    static char *(*real)(char *, int, FILE *);
    if (!real)
        *(void **)&real = next("fgets");
    if (fails(FAILING_CALLS, "fgets") || (from == stdin && failing_has_keys()))
        return NULL;
    return real(to, len, from);
}

CALL(ssize_t, pread, -1, (int fd, void *to, size_t len, off_t at), (fd, to, len, at))
CALL(ssize_t, pread64, -1, (int fd, void *to, size_t len, off64_t at), (fd, to, len, at))
CALL(ssize_t, write, -1, (int fd, const void *from, size_t len), (fd, from, len))
CALL(ssize_t, pwrite, -1, (int fd, const void *from, size_t len, off_t at), (fd, from, len, at))
CALL(ssize_t, pwrite64, -1, (int fd, const void *from, size_t len, off64_t at), (fd, from, len, at))
CALL(int, fsync, -1, (int fd), (fd))
CALL(int, fdatasync, -1, (int fd), (fd))
CALL(int, ftruncate, -1, (int fd, off_t size), (fd, size))
CALL(int, ftruncate64, -1, (int fd, off64_t size), (fd, size))
CALL(int, rename, -1, (const char *from, const char *to), (from, to))
CALL(int, link, -1, (const char *from, const char *to), (from, to))
CALL(int, unlink, -1, (const char *path), (path))
CALL(int, rmdir, -1, (const char *path), (path))
CALL(int, access, -1, (const char *path, int mode), (path, mode))
CALL(DIR *, opendir, NULL, (const char *path), (path))
CALL(struct dirent *, readdir, NULL, (DIR * dir), (dir))
CALL(int, statvfs, -1, (const char *path, struct statvfs *out), (path, out))
CALL(int, fstatat, -1, (int dir, const char *path, struct stat *out, int flags), (dir, path, out, flags))
CALL(int, fchown, -1, (int fd, uid_t user, gid_t group), (fd, user, group))
CALL(ssize_t, readlink, -1, (const char *path, char *out, size_t len), (path, out, len))
CALL(char *, realpath, NULL, (const char *path, char *out), (path, out))
CALL(char *, getcwd, NULL, (char *out, size_t len), (out, len))
CALL(int, mkdir, -1, (const char *path, mode_t mode), (path, mode))
CALL(int, stat, -1, (const char *path, struct stat *out), (path, out))
CALL(int, lstat, -1, (const char *path, struct stat *out), (path, out))
CALL(int, fstat, -1, (int fd, struct stat *out), (fd, out))
CALL(int, stat64, -1, (const char *path, struct stat64 *out), (path, out))
CALL(int, fstat64, -1, (int fd, struct stat64 *out), (fd, out))
CALL(int, fchmod, -1, (int fd, mode_t mode), (fd, mode))
CALL(void *, mmap, MAP_FAILED, (void *at, size_t len, int protection, int flags, int fd, off_t offset),
     (at, len, protection, flags, fd, offset))
CALL(void *, mmap64, MAP_FAILED, (void *at, size_t len, int protection, int flags, int fd, off64_t offset),
     (at, len, protection, flags, fd, offset))
CALL(FILE *, fopen, NULL, (const char *path, const char *mode), (path, mode))
CALL(FILE *, fopen64, NULL, (const char *path, const char *mode), (path, mode))
CALL(FILE *, fdopen, NULL, (int fd, const char *mode), (fd, mode))
CALL(int, dup2, -1, (int from, int to), (from, to))
CALL(int, pipe, -1, (int ends[2]), (ends))
CALL(pid_t, fork, -1, (void), ())
CALL(pid_t, waitpid, -1, (pid_t child, int *status, int flags), (child, status, flags))
CALL(int, signalfd, -1, (int fd, const sigset_t *set, int flags), (fd, set, flags))
CALL(int, eventfd, -1, (unsigned start, int flags), (start, flags))
CALL(int, epoll_create1, -1, (int flags), (flags))
CALL(int, tcgetattr, -1, (int fd, struct termios *out), (fd, out))
CALL(int, tcsetattr, -1, (int fd, int when, const struct termios *as), (fd, when, as))

/* The C library's name services end the program when memory fails within them (nss_database.c asserts): they
 * fail as a whole. */
#define NAMES(name)                                                                                          \
    struct passwd *name(uid_t user)                                                                          \
    {                                                                                                        \
        static struct passwd *(*real)(uid_t);                                                                \
        if (!real)                                                                                           \
            *(void **)&real = next(#name);                                                                   \
        if (fails(FAILING_MEMORY, #name) || fails(FAILING_CALLS, #name))                                     \
            return NULL;                                                                                     \
        inside = true;                                                                                       \
        struct passwd *found = real(user);                                                                   \
        inside = false;                                                                                      \
        return found;                                                                                        \
    }
NAMES(getpwuid)
CALL(int, socket, -1, (int domain, int type, int protocol), (domain, type, protocol))
CALL(int, connect, -1, (int fd, const struct sockaddr *to, socklen_t len), (fd, to, len))
CALL(int, bind, -1, (int fd, const struct sockaddr *to, socklen_t len), (fd, to, len))
CALL(int, listen, -1, (int fd, int backlog), (fd, backlog))
CALL(ssize_t, send, -1, (int fd, const void *from, size_t len, int flags), (fd, from, len, flags))
CALL(ssize_t, recv, -1, (int fd, void *to, size_t len, int flags), (fd, to, len, flags))
CALL(ssize_t, sendto, -1,
     (int fd, const void *from, size_t len, int flags, const struct sockaddr *to, socklen_t to_len),
     (fd, from, len, flags, to, to_len))
CALL(ssize_t, recvfrom, -1,
     (int fd, void *to, size_t len, int flags, struct sockaddr *from, socklen_t *from_len),
     (fd, to, len, flags, from, from_len))
CALL(int, accept4, -1, (int fd, struct sockaddr *from, socklen_t *len, int flags), (fd, from, len, flags))
CALL(int, setsockopt, -1, (int fd, int level, int name, const void *value, socklen_t len),
     (fd, level, name, value, len))
CALL(int, getsockname, -1, (int fd, struct sockaddr *out, socklen_t *len), (fd, out, len))
CALL(ssize_t, sendmsg, -1, (int fd, const struct msghdr *message, int flags), (fd, message, flags))

/* With an argument that may be there. */
#define OPENS(name)                                                                                          \
    int name(const char *path, int flags, ...)                                                               \
    {                                                                                                        \
        static int (*real)(const char *, int, ...);                                                          \
        va_list more;                                                                                        \
        va_start(more, flags);                                                                               \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0;                            \
        va_end(more);                                                                                        \
        if (!real)                                                                                           \
            *(void **)&real = next(#name);                                                                   \
        return fails(FAILING_CALLS, #name) ? -1 : real(path, flags, mode);                                   \
    }
OPENS(open)
OPENS(open64)

#define LOCKS(name)                                                                                          \
    int name(int fd, int command, ...)                                                                       \
    {                                                                                                        \
        static int (*real)(int, int, ...);                                                                   \
        va_list more;                                                                                        \
        va_start(more, command);                                                                             \
        void *argument = va_arg(more, void *);                                                               \
        va_end(more);                                                                                        \
        if (!real)                                                                                           \
            *(void **)&real = next(#name);                                                                   \
        bool is_lock = command == F_SETLK || command == F_SETLKW || command == F_GETLK;                      \
        return is_lock && fails(FAILING_CALLS, #name) ? -1 : real(fd, command, argument);                    \
    }
LOCKS(fcntl)
LOCKS(fcntl64)

int flock(int fd, int operation)
{
    static int (*real)(int, int);
    if (!real)
        *(void **)&real = next("flock");
    if (operation & LOCK_UN)
        return real(fd, operation);
    return fails(FAILING_CALLS, "flock") ? -1 : real(fd, operation);
}

int close(int fd)
{
    static int (*real)(int);
    if (!real)
        *(void **)&real = next("close");
    bool failed = fails(FAILING_CALLS, "close");
    int number = errno;
    int result = real(fd);
    if (!failed)
        return result;
    errno = number;
    return -1;
}

/* What was printed lies in the program's memory until then; it is printed all the same, for the test to see.
 */
int fflush(FILE *file)
{
    static int (*real)(FILE *);
    if (!real)
        *(void **)&real = next("fflush");
    int result = real(file);
    return fails(FAILING_CALLS, "fflush") ? EOF : result;
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
