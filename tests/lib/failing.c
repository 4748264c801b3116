/*
 * Calls that fail: a library that is loaded in front of the others (LD_PRELOAD) and lets one call of malloc's
 * family or of the system fail, or all from that one on. Of tests alone; what it is told stands in the
 * environment:
 *
 *   FAILING_WHAT   "memory": malloc, calloc, realloc, reallocarray; "calls": what reads, writes or changes
 *                  files and sockets
 *   FAILING_AT     the number of the call, counted from 1 from where main begins; 0: none, only counted
 *   FAILING_ON     "1": every call from then on
 *   FAILING_ERRNO  the number that failing calls leave in errno
 *   FAILING_COUNT  the descriptor of an open file of 64 bytes, where the count and the name of the call that
 *                  failed stand afterwards
 *
 * Calls that end something (close, munmap, flock to unlock) do what they are there for before they say that
 * they failed, as Linux does. It works in programs with the address sanitizer too: the memory is theirs then.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/lib/failing.h"

enum what {
    NOTHING,
    MEMORY,
    CALLS
};

/* The state of a library that stands in front of every other: there is nobody to hand it down. */
static struct {
    enum what what;
    long at;
    bool on;
    int number; /* errno */
    struct failing_count *count;
    atomic_bool armed;
} the;

static struct failing_count nowhere;

static bool fails(enum what what, const char *name)
{
    if (!atomic_load(&the.armed) || what != the.what)
        return false;
    long number = atomic_fetch_add(&the.count->calls, 1) + 1;
    bool now = the.at > 0 && (number == the.at || (the.on && number > the.at));
    if (!now)
        return false;
    if (number == the.at) {
        size_t len = strlen(name);
        memcpy(the.count->name, name, len < sizeof the.count->name ? len + 1 : sizeof the.count->name - 1);
    }
    errno = the.number;
    return true;
}

static void read_environment(void)
{
    const char *what = getenv("FAILING_WHAT");
    const char *at = getenv("FAILING_AT");
    const char *on = getenv("FAILING_ON");
    const char *number = getenv("FAILING_ERRNO");
    const char *count = getenv("FAILING_COUNT");
    the.count = &nowhere;
    if (!what)
        return;
    the.what = strcmp(what, "memory") == 0 ? MEMORY : CALLS;
    the.at = at ? strtol(at, NULL, 10) : 0;
    the.on = on && strcmp(on, "1") == 0;
    the.number = number ? (int)strtol(number, NULL, 10) : EIO;
    if (count) {
        int fd = (int)strtol(count, NULL, 10);
        void *place = mmap(NULL, sizeof *the.count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (place != MAP_FAILED)
            the.count = place;
    }
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
    atomic_store(&the.armed, true);
    return real_main(argc, argv, environment);
}

static void *next(const char *name)
{
    bool armed = atomic_exchange(&the.armed, false);
    void *found = dlsym(RTLD_NEXT, name);
    atomic_store(&the.armed, armed);
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
    if (fails(MEMORY, "malloc"))
        return NULL;
    return __interceptor_malloc ? __interceptor_malloc(size) : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (fails(MEMORY, "calloc"))
        return NULL;
    return __interceptor_calloc ? __interceptor_calloc(count, size) : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    if (fails(MEMORY, "realloc"))
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
    if (fails(MEMORY, "reallocarray"))
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
        if (fails(CALLS, #name))                                                                             \
            return failed;                                                                                   \
        return real arguments;                                                                               \
    }

CALL(ssize_t, read, -1, (int fd, void *to, size_t len), (fd, to, len))
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
CALL(int, socket, -1, (int domain, int type, int protocol), (domain, type, protocol))
CALL(int, connect, -1, (int fd, const struct sockaddr *to, socklen_t len), (fd, to, len))
CALL(int, bind, -1, (int fd, const struct sockaddr *to, socklen_t len), (fd, to, len))
CALL(int, listen, -1, (int fd, int backlog), (fd, backlog))
CALL(ssize_t, send, -1, (int fd, const void *from, size_t len, int flags), (fd, from, len, flags))
CALL(ssize_t, recv, -1, (int fd, void *to, size_t len, int flags), (fd, to, len, flags))
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
        return fails(CALLS, #name) ? -1 : real(path, flags, mode);                                           \
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
        return is_lock && fails(CALLS, #name) ? -1 : real(fd, command, argument);                            \
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
    return fails(CALLS, "flock") ? -1 : real(fd, operation);
}

int close(int fd)
{
    static int (*real)(int);
    if (!real)
        *(void **)&real = next("close");
    bool failed = fails(CALLS, "close");
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
    return fails(CALLS, "fflush") ? EOF : result;
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
