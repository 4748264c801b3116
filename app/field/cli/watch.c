#include "app/field/cli/watch.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/message.h"
#include "schema/base/buf.h"
#include "sync/client/lock.h"
#include "sync/client/watch.h"

enum {
    LOOK_MS = 5000 /* how often the database's files are looked at: two questions to the kernel */
};

/* What the files of a database look like; another look after something was written. */
struct traces {
    struct timespec db;
    struct timespec wal;
    off_t wal_size;
};

struct loop {
    const struct watching *w;
    struct watch watch;
    struct lock lock;
    int signals; /* a descriptor that is readable when the program is to end */
    int network; /* tells of addresses and routes; -1: this kernel does not */
    struct traces seen;
    char said[ERR_TEXT_BYTES]; /* the last failure, which is said once */
};

static int64_t clock_ms(void)
{
    struct timespec now;
    /* Goes on while the laptop sleeps. */
    (void)clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- signals */

static void set_of_ends(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGHUP);
}

bool watch_is_over(void *unused)
{
    sigset_t pending;
    (void)unused;
    (void)sigpending(&pending);
    return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1 ||
           sigismember(&pending, SIGHUP) == 1;
}

/* Blocked, they stay pending until the loop sees them: nothing is interrupted in between. */
static enum err catch_signals(struct loop *l, struct errctx *e)
{
    sigset_t ends;
    set_of_ends(&ends);
    if (sigprocmask(SIG_BLOCK, &ends, NULL) != 0)
        return err_errno(e, ERR_INTERNAL, errno, "block signals");
    l->signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    return l->signals >= 0 ? ERR_OK : err_errno(e, ERR_INTERNAL, errno, "wait for signals");
}

/* --- the network */

static int open_network(void)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK,
                                  .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
                                               RTMGRP_IPV6_ROUTE};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

/* Has anything come up? Empties what has been told. */
static bool network_came(int fd)
{
    _Alignas(struct nlmsghdr) char bytes[8192];
    bool came = false;
    ssize_t len = 0;
    while ((len = recv(fd, bytes, sizeof bytes, 0)) > 0 || (len < 0 && errno == ENOBUFS)) {
        if (len < 0) { /* more than the kernel kept */
            came = true;
            continue;
        }
        struct nlmsghdr head;
        for (size_t at = 0; at + sizeof head <= (size_t)len; at += NLMSG_ALIGN(head.nlmsg_len)) {
            memcpy(&head, bytes + at, sizeof head);
            if (head.nlmsg_len < sizeof head)
                break;
            came = came || head.nlmsg_type == RTM_NEWADDR || head.nlmsg_type == RTM_NEWROUTE;
        }
    }
    return came;
}

/* --- the database */

static void look(const char *db_path, struct traces *out)
{
    struct stat st;
    struct buf wal = {0};
    *out = (struct traces){0};
    buf_printf(&wal, "%s-wal", db_path);
    if (stat(db_path, &st) == 0)
        out->db = st.st_mtim;
    if (stat(buf_str(&wal), &st) == 0) {
        out->wal = st.st_mtim;
        out->wal_size = st.st_size;
    }
    buf_done(&wal);
}

static bool has_changed(struct loop *l)
{
    struct traces now;
    look(l->w->app->db_path, &now);
    bool changed = memcmp(&now, &l->seen, sizeof now) != 0;
    l->seen = now;
    return changed;
}

/* --- the loop */

static enum err sync_once(struct loop *l, struct errctx *e)
{
    struct app *app = l->w->app;
    app->now = (int64_t)time(NULL);
    enum err result = store_open(app->db_path, STORE_WRITE, &app->store, e);
    if (result == ERR_OK)
        result = l->w->run(l->w->arg, e);
    store_close(app->store);
    app->store = NULL;
    /* What the sync itself wrote is no new work. */
    look(app->db_path, &l->seen);
    return result;
}

static void tell(struct loop *l, enum err result, const struct errctx *e)
{
    if (result == ERR_OK) {
        l->said[0] = '\0';
    } else if (!watch_is_over(NULL) && strcmp(l->said, e->text) != 0) {
        message(APP_NAME, "%s", e->text);
        (void)snprintf(l->said, sizeof l->said, "%s", e->text);
    }
}

static void wait_for_something(struct loop *l)
{
    struct pollfd fds[] = {{.fd = l->signals, .events = POLLIN}, {.fd = l->network, .events = POLLIN}};
    int64_t wait = watch_wait_ms(&l->watch, clock_ms());
    (void)poll(fds, sizeof fds / sizeof fds[0], (int)(wait < LOOK_MS ? wait : LOOK_MS));
    if (l->network >= 0 && network_came(l->network))
        watch_connected(&l->watch, clock_ms());
    if (has_changed(l))
        watch_saved(&l->watch, clock_ms());
}

static void go_on(struct loop *l)
{
    watch_begin(&l->watch, clock_ms());
    look(l->w->app->db_path, &l->seen);
    while (!watch_is_over(NULL)) {
        struct errctx e = {0};
        if (watch_wait_ms(&l->watch, clock_ms()) > 0) {
            wait_for_something(l);
            continue;
        }
        enum err result = sync_once(l, &e);
        tell(l, result, &e);
        watch_synced(&l->watch, result, clock_ms());
    }
}

enum err watch_run(const struct watching *w, struct errctx *e)
{
    struct loop l = {.w = w, .lock = LOCK_NONE, .signals = -1, .network = -1};
    enum err result = lock_take(&l.lock, w->app->db_path, LOCK_WATCH, w->app->now, e);
    if (result == ERR_OK)
        result = catch_signals(&l, e);
    store_close(w->app->store);
    w->app->store = NULL;
    l.network = open_network();
    if (result == ERR_OK)
        go_on(&l);
    if (l.network >= 0)
        (void)close(l.network);
    if (l.signals >= 0)
        (void)close(l.signals);
    lock_drop(&l.lock);
    return result;
}
