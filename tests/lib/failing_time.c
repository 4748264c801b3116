#define _GNU_SOURCE
#include "tests/lib/failing_time.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
    QUICKER = 200,     /* times, than it wanted to sleep */
    LONG_MS = 1000,    /* a wait of the program itself, not of a library that looks now and then */
    OTHERS_MS = 10000, /* what a key waits for: what the program waits for beside it */
    NANO = 1000000000
};

/* As in failing.c: there is nobody to hand it down. */
static struct {
    int (*clock_gettime)(clockid_t, struct timespec *);
    int (*nanosleep)(const struct timespec *, struct timespec *);
    int (*poll)(struct pollfd *, nfds_t, int);
    int (*sigtimedwait)(const sigset_t *, siginfo_t *, const struct timespec *);
    int (*sigwait)(const sigset_t *, int *);
    const struct failing_order *order; /* NULL: nothing is to be told */
    atomic_llong ahead_ns;
    atomic_int waits;
    size_t typed;
    bool pressed; /* the next key may be read */
    bool within;  /* the rest of a key that sends several bytes comes by itself */
} the;

static void find(void *to, const char *name)
{
    *(void **)to = dlsym(RTLD_NEXT, name);
    if (!*(void **)to)
        abort();
}

void failing_time_init(void)
{
    find(&the.clock_gettime, "clock_gettime");
    find(&the.nanosleep, "nanosleep");
    find(&the.poll, "poll");
    find(&the.sigtimedwait, "sigtimedwait");
    find(&the.sigwait, "sigwait");
}

void failing_time_begin(const struct failing_order *order)
{
    the.order = order;
}

/* The headers name parameters of functions that are defined here, each in its own way. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

/* --- clocks */

int clock_gettime(clockid_t clock, struct timespec *out)
{
    if (!the.clock_gettime)
        failing_time_init();
    int result = the.clock_gettime(clock, out);
    if (result != 0 || clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
        return result;
    long long ns = atomic_load(&the.ahead_ns) + out->tv_nsec;
    out->tv_sec += (time_t)(ns / NANO);
    out->tv_nsec = (long)(ns % NANO);
    return 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

/* --- sleeping */

static void skip(long long ns)
{
    const long long real = ns / QUICKER;
    const struct timespec pause = {(time_t)(real / NANO), (long)(real % NANO)};
    if (!the.nanosleep)
        failing_time_init();
    (void)the.nanosleep(&pause, NULL);
    atomic_fetch_add(&the.ahead_ns, ns - real);
}

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    if (left)
        *left = (struct timespec){0};
    skip((long long)wanted->tv_sec * NANO + wanted->tv_nsec);
    return 0;
}

int usleep(useconds_t us)
{
    skip((long long)us * 1000);
    return 0;
}

unsigned sleep(unsigned s)
{
    skip((long long)s * NANO);
    return 0;
}

/* --- waiting */

/* True when the driver has been told, now or before: then it waits indeed. */
static bool tells_wait(void)
{
    if (!the.order || the.order->waits == 0)
        return false;
    int number = atomic_fetch_add(&the.waits, 1) + 1;
    if (number == the.order->waits)
        failing_tell_wait();
    return number >= the.order->waits;
}

int sigwait(const sigset_t *set, int *out)
{
    if (!the.sigwait)
        failing_time_init();
    while (the.order && the.order->waits > 0 && !tells_wait())
        ;
    return the.sigwait(set, out);
}

int sigtimedwait(const sigset_t *set, siginfo_t *out, const struct timespec *wanted)
{
    const struct timespec none = {0};
    if (!the.sigtimedwait)
        failing_time_init();
    if (!the.order || the.order->waits == 0 || tells_wait())
        return the.sigtimedwait(set, out, wanted);
    skip((long long)wanted->tv_sec * NANO + wanted->tv_nsec);
    return the.sigtimedwait(set, out, &none);
}

static bool is_program(const void *address)
{
    struct dl_find_object found;
    union {
        const void *given;
        void *address;
    } at = {address};
    return _dl_find_object(at.address, &found) == 0 && !*found.dlfo_link_map->l_name;
}

/* Presses a key when nothing else has happened that the program waits for: the first descriptor is the
 * terminal, which goes when there are no more. */
static int wait_at_terminal(struct pollfd *on, nfds_t count)
{
    int ready = the.poll(on + 1, count - 1, count > 2 ? OTHERS_MS : 0);
    on[0].revents = 0;
    if (ready != 0)
        return ready;
    the.pressed = the.order->keys[the.typed] != '\0';
    on[0].revents = the.pressed ? POLLIN : POLLHUP;
    return 1;
}

bool failing_has_keys(void)
{
    return the.order && the.order->keys[0];
}

static bool is_at_terminal(const struct pollfd *on, nfds_t count)
{
    return failing_has_keys() && count > 0 && on[0].fd == STDIN_FILENO;
}

int poll(struct pollfd *on, nfds_t count, int timeout_ms)
{
    bool own = is_program(__builtin_return_address(0));
    if (!the.poll)
        failing_time_init();
    if (is_at_terminal(on, count) && own)
        return wait_at_terminal(on, count);
    if (is_at_terminal(on, count) && (the.pressed || the.within)) {
        the.pressed = true;
        on[0].revents = POLLIN;
        return 1;
    }
    if (!own || timeout_ms < LONG_MS || !the.order || the.order->waits == 0 || tells_wait())
        return the.poll(on, count, timeout_ms);
    int ready = the.poll(on, count, timeout_ms / QUICKER);
    if (ready == 0)
        atomic_fetch_add(&the.ahead_ns, (long long)timeout_ms * (NANO / 1000));
    return ready;
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

bool failing_takes_key(int fd, void *to, size_t len)
{
    if (fd != STDIN_FILENO || !the.pressed || len == 0)
        return false;
    the.pressed = false;
    char byte = the.order->keys[the.typed++];
    char after = the.order->keys[the.typed];
    /* Esc [ A, Esc O A */
    the.within = byte == '\033' ? after == '[' || after == 'O' : the.within && (byte == '[' || byte == 'O');
    *(char *)to = byte;
    return true;
}
