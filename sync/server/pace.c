#include "sync/server/pace.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "schema/base/buf.h"

enum {
    LOOK_MS = 200,
    MS_PER_S = 1000,
};

struct pace_peer {
    struct pace_peer *next;
    struct pace_peer **from; /* what points here */
    int fd;
    bool ended; /* shut down already */
    enum pace_phase phase;
    int64_t since_ms;
    size_t bytes; /* arrived, or to be sent */
};

struct pace {
    struct pace_limits limits;
    pthread_t thread;
    pthread_mutex_t lock; /* over everything below */
    pthread_cond_t wake;
    struct pace_peer *peers;
    bool ending;
};

static int64_t tick(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / 1000000;
}

static bool is_too_slow(const struct pace_limits *l, const struct pace_peer *peer, int64_t now_ms)
{
    int64_t taken_ms = now_ms - peer->since_ms;
    switch (peer->phase) {
    case PACE_HEAD:
        return taken_ms > l->head_ms;
    case PACE_BODY:
        return taken_ms > l->grace_ms && (int64_t)peer->bytes * MS_PER_S < taken_ms * l->bytes_per_s;
    case PACE_ANSWER:
        return taken_ms > l->grace_ms + (int64_t)peer->bytes * MS_PER_S / l->bytes_per_s;
    }
    return false;
}

/* The descriptor is open as long as the peer is in the list: the server closes it after pace_remove. */
static void look(struct pace *p)
{
    int64_t now_ms = tick();
    for (struct pace_peer *peer = p->peers; peer; peer = peer->next) {
        if (peer->ended || !is_too_slow(&p->limits, peer, now_ms))
            continue;
        peer->ended = true;
        (void)shutdown(peer->fd, SHUT_RDWR);
    }
}

static void *watch(void *arg)
{
    struct pace *p = arg;
    (void)pthread_mutex_lock(&p->lock);
    while (!p->ending) {
        struct timespec until;
        look(p);
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += LOOK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        (void)pthread_cond_timedwait(&p->wake, &p->lock, &until);
    }
    (void)pthread_mutex_unlock(&p->lock);
    return NULL;
}

enum err pace_start(struct pace_limits limits, struct pace **out, struct errctx *e)
{
    struct pace *p = mem_zero(1, sizeof *p);
    p->limits = limits;
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_cond_init(&p->wake, NULL);
    int number = pthread_create(&p->thread, NULL, watch, p);
    *out = number == 0 ? p : NULL;
    if (number == 0)
        return ERR_OK;
    free(p);
    return err_errno(e, ERR_IO, number, "start a thread");
}

void pace_stop(struct pace *p)
{
    if (!p)
        return;
    (void)pthread_mutex_lock(&p->lock);
    p->ending = true;
    (void)pthread_cond_signal(&p->wake);
    (void)pthread_mutex_unlock(&p->lock);
    (void)pthread_join(p->thread, NULL);
    (void)pthread_cond_destroy(&p->wake);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}

struct pace_peer *pace_add(struct pace *p, int fd)
{
    struct pace_peer *peer = mem_zero(1, sizeof *peer);
    peer->fd = fd;
    peer->since_ms = tick();
    (void)pthread_mutex_lock(&p->lock);
    peer->next = p->peers;
    peer->from = &p->peers;
    if (p->peers)
        p->peers->from = &peer->next;
    p->peers = peer;
    (void)pthread_mutex_unlock(&p->lock);
    return peer;
}

void pace_remove(struct pace *p, struct pace_peer *peer)
{
    (void)pthread_mutex_lock(&p->lock);
    *peer->from = peer->next;
    if (peer->next)
        peer->next->from = peer->from;
    (void)pthread_mutex_unlock(&p->lock);
    free(peer);
}

void pace_enter(struct pace *p, struct pace_peer *peer, enum pace_phase phase, size_t bytes)
{
    (void)pthread_mutex_lock(&p->lock);
    peer->phase = phase;
    peer->since_ms = tick();
    peer->bytes = bytes;
    (void)pthread_mutex_unlock(&p->lock);
}

void pace_moved(struct pace *p, struct pace_peer *peer, size_t bytes)
{
    (void)pthread_mutex_lock(&p->lock);
    peer->bytes += bytes;
    (void)pthread_mutex_unlock(&p->lock);
}
