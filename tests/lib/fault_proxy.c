#include "tests/lib/fault_proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "schema/base/buf.h"

enum {
    MAX_PAIRS = 64,
    SEGMENT = 1400,           /* bytes of a packet */
    MODEM_QUEUE = 8 * 1024,   /* bytes that wait for the link before the sender is slowed */
    SOCKET_BUFFER = 16 * 1024 /* or the kernel hides the link */
};

/* Bytes on the way, and when each packet of them arrives. */
struct packet {
    struct packet *next;
    int64_t arrives_us;
    size_t len;
    size_t done;
    char bytes[SEGMENT];
};

struct way {
    int from;
    int to; /* -1: thrown away */
    struct packet *first;
    struct packet *last;
    int64_t taken; /* bytes read */
    int64_t given; /* bytes written */
    bool ended;    /* FROM has no more */
};

struct pair {
    bool used;
    bool silent;
    struct way up;
    struct way down;
    struct buf copy; /* of what went up, for a duplicate */
};

struct fault_proxy {
    int listener;
    int port;
    int server_port;
    int wake[2];
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what stands below */
    struct fault_plan plan;
    struct fault_counts counts;
    struct pair pairs[MAX_PAIRS];
    int64_t up_free_us; /* when the link has sent what was put on it */
    int64_t down_free_us;
    int64_t next_cut_us;
    bool stop;
};

static int64_t now_us(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void must(bool good, const char *what)
{
    if (!good) {
        perror(what);
        abort();
    }
}

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static void tune(int fd)
{
    int one = 1;
    int buffer = SOCKET_BUFFER;
    int segment = SEGMENT;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
}

static int connect_to(int port)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0, "socket");
    tune(fd);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

/* --- pairs of connections */

static void drop_packets(struct way *w)
{
    while (w->first) {
        struct packet *gone = w->first;
        w->first = gone->next;
        free(gone);
    }
    w->last = NULL;
}

static void end_pair(struct pair *p)
{
    if (p->up.from >= 0)
        close(p->up.from);
    if (p->down.from >= 0)
        close(p->down.from);
    drop_packets(&p->up);
    drop_packets(&p->down);
    buf_done(&p->copy);
    *p = (struct pair){0};
}

static void reset(int fd)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    if (fd >= 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void cut_pair(struct fault_proxy *f, struct pair *p, bool hard)
{
    f->counts.cuts++;
    if (f->plan.silent) {
        p->silent = true;
        drop_packets(&p->up);
        drop_packets(&p->down);
        return;
    }
    if (hard)
        reset(p->up.from);
    end_pair(p);
}

static struct pair *new_pair(struct fault_proxy *f, int laptop, int registry)
{
    for (size_t i = 0; i < MAX_PAIRS; i++) {
        struct pair *p = &f->pairs[i];
        if (p->used)
            continue;
        *p = (struct pair){.used = true};
        p->up = (struct way){.from = laptop, .to = registry};
        p->down = (struct way){.from = registry, .to = laptop};
        return p;
    }
    errno = EMFILE;
    must(false, "fault proxy: too many connections");
    return NULL;
}

static void take_connection(struct fault_proxy *f)
{
    int laptop = accept(f->listener, NULL, NULL);
    if (laptop < 0)
        return;
    tune(laptop);
    (void)fcntl(laptop, F_SETFL, O_NONBLOCK);
    (void)fcntl(laptop, F_SETFD, FD_CLOEXEC);
    int registry = connect_to(f->plan.port ? f->plan.port : f->server_port);
    if (registry < 0) {
        close(laptop);
        return;
    }
    f->counts.connections++;
    (void)new_pair(f, laptop, registry);
}

/* What went up goes up once more, and nobody hears the answer. */
static void send_duplicate(struct fault_proxy *f, struct pair *p)
{
    struct buf copy = p->copy;
    p->copy = (struct buf){0};
    int registry = copy.len > 0 ? connect_to(f->plan.port ? f->plan.port : f->server_port) : -1;
    if (registry >= 0) {
        (void)new_pair(f, -1, registry);
        (void)fcntl(registry, F_SETFL, 0);
        ssize_t sent = send(registry, copy.data, copy.len, MSG_NOSIGNAL);
        (void)sent;
        (void)fcntl(registry, F_SETFL, O_NONBLOCK);
    }
    buf_done(&copy);
}

/* --- bytes */

static int64_t time_on_link(int64_t rate, size_t len)
{
    return rate > 0 ? (int64_t)len * 1000000 / rate : 0;
}

static bool has_room(const struct fault_proxy *f, const struct way *w, bool up)
{
    int64_t rate = up ? f->plan.up_bytes_per_s : f->plan.down_bytes_per_s;
    int64_t waiting = (up ? f->up_free_us : f->down_free_us) - now_us();
    return w->from >= 0 && !w->ended && waiting < time_on_link(rate, MODEM_QUEUE) + 1;
}

static void take_bytes(struct fault_proxy *f, struct pair *p, bool up)
{
    struct way *w = up ? &p->up : &p->down;
    struct packet *packet = mem_zero(1, sizeof *packet);
    ssize_t got = recv(w->from, packet->bytes, SEGMENT, 0);
    if (got <= 0) {
        free(packet);
        w->ended = got == 0 || (errno != EAGAIN && errno != EINTR);
        return;
    }
    int64_t rate = up ? f->plan.up_bytes_per_s : f->plan.down_bytes_per_s;
    int64_t *free_us = up ? &f->up_free_us : &f->down_free_us;
    int64_t now = now_us();
    packet->len = (size_t)got;
    *free_us = (*free_us > now ? *free_us : now) + time_on_link(rate, packet->len);
    packet->arrives_us = *free_us + (int64_t)f->plan.delay_ms * 1000;
    *(up ? &f->counts.up : &f->counts.down) += got;
    w->taken += got;
    if (up && f->plan.duplicate)
        buf_put(&p->copy, packet->bytes, packet->len);
    if (!up && f->plan.duplicate)
        send_duplicate(f, p);
    *(w->last ? &w->last->next : &w->first) = packet;
    w->last = packet;
}

/* How many bytes of this way may still arrive before it is cut. */
static int64_t left_until_cut(const struct fault_proxy *f, const struct way *w, bool up)
{
    int64_t at = up ? f->plan.cut_up_after : f->plan.cut_down_after;
    return f->counts.cuts < f->plan.cuts && at >= 0 ? at - w->given : INT64_MAX;
}

/* Delivers what has arrived. False when the pair is gone. */
static bool give_bytes(struct fault_proxy *f, struct pair *p, bool up)
{
    struct way *w = up ? &p->up : &p->down;
    int64_t now = now_us();
    while (w->first && w->first->arrives_us <= now) {
        struct packet *packet = w->first;
        size_t len = packet->len - packet->done;
        int64_t left = left_until_cut(f, w, up);
        if ((int64_t)len > left)
            len = left > 0 ? (size_t)left : 0;
        if (left <= 0) {
            cut_pair(f, p, up);
            return false;
        }
        ssize_t sent =
            w->to < 0 ? (ssize_t)len : send(w->to, packet->bytes + packet->done, len, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR))
            return true;
        if (sent < 0) {
            end_pair(p);
            return false;
        }
        packet->done += (size_t)sent;
        w->given += sent;
        if (packet->done < packet->len)
            continue;
        w->first = packet->next;
        if (!w->first)
            w->last = NULL;
        free(packet);
    }
    return true;
}

static void serve_pair(struct fault_proxy *f, struct pair *p, short laptop, short registry)
{
    if (laptop)
        take_bytes(f, p, true);
    if (registry)
        take_bytes(f, p, false);
    if (!give_bytes(f, p, true) || !give_bytes(f, p, false))
        return;
    bool laptop_gone = p->up.ended && !p->up.first;
    bool registry_gone = p->down.ended && !p->down.first;
    if (laptop_gone || registry_gone)
        end_pair(p);
}

/* --- the thread */

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t next_event(const struct fault_proxy *f)
{
    int64_t next = now_us() + 1000000;
    if (f->plan.cut_every_ms > 0)
        next = sooner(next, f->next_cut_us);
    for (size_t i = 0; i < MAX_PAIRS; i++) {
        const struct pair *p = &f->pairs[i];
        if (!p->used || p->silent)
            continue;
        if (p->up.first)
            next = sooner(next, p->up.first->arrives_us);
        if (p->down.first)
            next = sooner(next, p->down.first->arrives_us);
        if (!has_room(f, &p->up, true) || !has_room(f, &p->down, false))
            next = sooner(next, now_us() + 5000);
    }
    return next;
}

static void cut_all(struct fault_proxy *f)
{
    f->next_cut_us = now_us() + (int64_t)f->plan.cut_every_ms * 1000;
    for (size_t i = 0; i < MAX_PAIRS; i++) {
        if (f->pairs[i].used && f->pairs[i].up.from >= 0 && !f->pairs[i].silent)
            cut_pair(f, &f->pairs[i], true);
    }
}

static void wait_and_serve(struct fault_proxy *f)
{
    struct pollfd fds[2 + 2 * MAX_PAIRS];
    nfds_t count = 2;
    fds[0] = (struct pollfd){.fd = f->wake[0], .events = POLLIN};
    fds[1] = (struct pollfd){.fd = f->listener, .events = POLLIN};
    for (size_t i = 0; i < MAX_PAIRS; i++) {
        struct pair *p = &f->pairs[i];
        /* Behind a silent cut nothing is taken any more: the kernel's buffers fill up. */
        bool open = p->used && !p->silent;
        bool up = open && has_room(f, &p->up, true);
        bool down = open && has_room(f, &p->down, false);
        fds[count++] = (struct pollfd){.fd = up ? p->up.from : -1, .events = POLLIN};
        fds[count++] = (struct pollfd){.fd = down ? p->down.from : -1, .events = POLLIN};
    }
    int64_t wait = (next_event(f) - now_us() + 999) / 1000;
    (void)pthread_mutex_unlock(&f->mutex);
    (void)poll(fds, count, wait > 0 ? (int)wait : 0);
    (void)pthread_mutex_lock(&f->mutex);
    if (f->plan.cut_every_ms > 0 && now_us() >= f->next_cut_us)
        cut_all(f);
    for (size_t i = 0; i < MAX_PAIRS; i++) {
        if (f->pairs[i].used)
            serve_pair(f, &f->pairs[i], fds[2 + 2 * i].revents, fds[3 + 2 * i].revents);
    }
    if (fds[1].revents)
        take_connection(f);
    char gone[16];
    if (fds[0].revents) {
        ssize_t got = read(f->wake[0], gone, sizeof gone);
        (void)got;
    }
}

static void *run(void *arg)
{
    struct fault_proxy *f = arg;
    (void)pthread_mutex_lock(&f->mutex);
    while (!f->stop)
        wait_and_serve(f);
    (void)pthread_mutex_unlock(&f->mutex);
    return NULL;
}

static void wake(struct fault_proxy *f)
{
    ssize_t put = write(f->wake[1], "", 1);
    (void)put;
}

struct fault_proxy *fault_proxy_start(int port, const struct fault_plan *plan)
{
    struct fault_proxy *f = mem_zero(1, sizeof *f);
    struct sockaddr_in address = loopback(0);
    socklen_t len = sizeof address;
    f->server_port = port;
    f->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    must(f->listener >= 0, "socket");
    tune(f->listener);
    must(bind(f->listener, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    must(listen(f->listener, 16) == 0, "listen");
    must(getsockname(f->listener, (struct sockaddr *)&address, &len) == 0, "getsockname");
    f->port = ntohs(address.sin_port);
    must(pipe(f->wake) == 0, "pipe");
    must(pthread_mutex_init(&f->mutex, NULL) == 0, "mutex");
    fault_proxy_change(f, plan);
    must(pthread_create(&f->thread, NULL, run, f) == 0, "thread");
    return f;
}

int fault_proxy_port(const struct fault_proxy *p)
{
    return p->port;
}

void fault_proxy_change(struct fault_proxy *p, const struct fault_plan *plan)
{
    (void)pthread_mutex_lock(&p->mutex);
    p->plan = *plan;
    p->counts = (struct fault_counts){0};
    p->next_cut_us =
        now_us() + (int64_t)(plan->cut_first_ms ? plan->cut_first_ms : plan->cut_every_ms) * 1000;
    (void)pthread_mutex_unlock(&p->mutex);
    wake(p);
}

struct fault_counts fault_proxy_counts(struct fault_proxy *p)
{
    (void)pthread_mutex_lock(&p->mutex);
    struct fault_counts counts = p->counts;
    (void)pthread_mutex_unlock(&p->mutex);
    return counts;
}

void fault_proxy_stop(struct fault_proxy *p)
{
    if (!p)
        return;
    (void)pthread_mutex_lock(&p->mutex);
    p->stop = true;
    (void)pthread_mutex_unlock(&p->mutex);
    wake(p);
    (void)pthread_join(p->thread, NULL);
    for (size_t i = 0; i < MAX_PAIRS; i++) {
        if (p->pairs[i].used)
            end_pair(&p->pairs[i]);
    }
    close(p->listener);
    close(p->wake[0]);
    close(p->wake[1]);
    (void)pthread_mutex_destroy(&p->mutex);
    free(p);
}
