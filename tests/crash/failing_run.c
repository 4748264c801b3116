#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): memfd_create, ptys */
#include "tests/crash/failing_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 30000, /* with a program that takes milliseconds, on a machine that is busy */
    CLIENT_MS = 20000,
    LOST_MS = 300 /* of a client whose server has nothing any more that works */
};

static void need(bool is, const char *words)
{
    if (is)
        return;
    (void)fprintf(stderr, "failing_drive: %s: %s\n", words, strerror(errno));
    exit(2);
}

static int memory_file(const char *name)
{
    int fd = memfd_create(name, 0);
    need(fd >= 0, name);
    return fd;
}

void failing_run_init(struct failing_run *r)
{
    r->told_fd = memory_file("told");
    r->out_fd = memory_file("out");
    r->err_fd = memory_file("err");
    r->orders = r->terminal = r->keyboard = -1;
    need(ftruncate(r->told_fd, sizeof *r->told) == 0, "ftruncate");
    void *place = mmap(NULL, sizeof *r->told, PROT_READ | PROT_WRITE, MAP_SHARED, r->told_fd, 0);
    need(place != MAP_FAILED, "mmap");
    r->told = place;
}

static void put_away(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static void unload(struct failing_run *r)
{
    if (r->orders < 0)
        return;
    put_away(&r->orders);
    need(waitpid(r->loaded, NULL, 0) == r->loaded, "waitpid");
    put_away(&r->terminal);
    put_away(&r->keyboard);
}

void failing_run_done(struct failing_run *r)
{
    unload(r);
    (void)munmap(r->told, sizeof *r->told);
    put_away(&r->told_fd);
    put_away(&r->out_fd);
    put_away(&r->err_fd);
}

/* --- the program */

static void set_number(const char *name, int number)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%d", number);
    (void)setenv(name, text, 1);
}

/* In front of the address sanitizer too, which wants to be the first. */
static void preload(const struct failing_program *p)
{
    (void)setenv("LD_PRELOAD", p->library, 1);
    (void)setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
}

static void be_the_program(const struct failing_run *r, int orders)
{
    const struct failing_program *p = r->program;
    char *argv[FAILING_MOST_WORDS + 1] = {0};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    bool sits = r->keyboard >= 0;
    if (chdir(p->folder) != 0 || dup2(sits ? r->keyboard : nothing, 0) < 0 ||
        dup2(sits ? r->keyboard : r->out_fd, 1) < 0 || dup2(r->err_fd, 2) < 0)
        _exit(125);
    set_number("FAILING_TOLD", r->told_fd);
    set_number("FAILING_ORDERS", orders);
    preload(p);
    for (int i = 0; p->words[i]; i++)
        argv[i] = strdup(p->words[i]);
    (void)execv(p->path, argv);
    _exit(126);
}

static void open_terminal(struct failing_run *r)
{
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    need(openpty(&r->terminal, &r->keyboard, NULL, NULL, &size) == 0, "openpty");
    need(fcntl(r->terminal, F_SETFD, FD_CLOEXEC) == 0 && fcntl(r->terminal, F_SETFL, O_NONBLOCK) == 0 &&
             fcntl(r->keyboard, F_SETFD, FD_CLOEXEC) == 0 && tcgetattr(r->keyboard, &r->rest) == 0,
         "terminal");
}

void failing_run_load(struct failing_run *r, const struct failing_program *program)
{
    int ends[2];
    unload(r);
    r->program = program;
    if (program->keys)
        open_terminal(r);
    need(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0, "socketpair");
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fflush(NULL);
    r->loaded = fork();
    need(r->loaded >= 0, "fork");
    if (r->loaded == 0)
        be_the_program(r, ends[1]);
    (void)close(ends[1]);
    r->orders = ends[0];
}

/* --- one run */

static size_t read_back(int fd, char *to, size_t room)
{
    size_t len = 0;
    ssize_t n = 1;
    while (len < room - 1 && (n = pread(fd, to + len, room - 1 - len, (off_t)len)) > 0)
        len += (size_t)n;
    to[len] = '\0';
    return len;
}

/* A client sleeps as quickly as the program; nothing of it fails. Its exit code; -1: it hung. */
static int call_on(const struct failing_run *r, const char *client)
{
    int status = 0;
    pid_t child = fork();
    need(child >= 0, "fork");
    if (child == 0) {
        (void)setpgid(0, 0);
        int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (chdir(r->program->folder) != 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 ||
            dup2(nothing, 2) < 0)
            _exit(125);
        preload(r->program);
        (void)execl("/bin/sh", "sh", "-c", client, (char *)NULL);
        _exit(126);
    }
    (void)setpgid(child, child);
    struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN};
    need(end.fd >= 0, "pidfd_open");
    if (poll(&end, 1, r->told->order.on ? LOST_MS : CLIENT_MS) == 0)
        (void)kill(-child, SIGKILL);
    (void)close(end.fd);
    need(waitpid(child, &status, 0) == child, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void serve_wait(struct failing_run *r, pid_t child)
{
    need(child > 0, "a program that waits before it has begun");
    if (!r->called) {
        bool lost = false;
        for (int i = 0; i < FAILING_MOST_CLIENTS && r->program->clients[i] && !lost; i++) {
            r->client_codes[i] = call_on(r, r->program->clients[i]);
            lost = r->told->order.on && r->client_codes[i] != 0;
        }
    }
    r->called = true;
    (void)kill(child, SIGTERM);
}

/* What is drawn is read so that drawing goes on. */
static void drain(const struct failing_run *r)
{
    char bytes[4096];
    while (r->terminal >= 0 && read(r->terminal, bytes, sizeof bytes) > 0)
        ;
}

static void follow(struct failing_run *r)
{
    struct pollfd on[2] = {{.fd = r->orders, .events = POLLIN}, {.fd = r->terminal, .events = POLLIN}};
    struct failing_message message = {FAILING_BEGUN, 0};
    pid_t child = 0;
    while (message.word != FAILING_ENDED) {
        int ready = poll(on, r->terminal >= 0 ? 2 : 1, PATIENCE_MS);
        if (ready < 0 && errno == EINTR)
            continue;
        drain(r);
        if (ready == 0) {
            need(!r->hung && child > 0, "the program cannot be ended");
            r->hung = true;
            (void)kill(child, SIGKILL);
        }
        if (ready <= 0 || !(on[0].revents & (POLLIN | POLLHUP)))
            continue;
        need(recv(r->orders, &message, sizeof message, 0) == sizeof message,
             "the program that waits for orders");
        if (message.word == FAILING_BEGUN)
            child = message.value;
        else if (message.word == FAILING_WAITS)
            serve_wait(r, child);
    }
    r->status = message.value;
}

static void look_at_terminal(struct failing_run *r)
{
    struct termios now;
    if (r->keyboard < 0)
        return;
    drain(r);
    need(tcgetattr(r->keyboard, &now) == 0, "terminal");
    r->disturbed =
        now.c_lflag != r->rest.c_lflag || now.c_iflag != r->rest.c_iflag || now.c_oflag != r->rest.c_oflag;
    (void)tcsetattr(r->keyboard, TCSANOW, &r->rest);
}

void failing_run_once(struct failing_run *r, const struct failing_order *order)
{
    r->told->order = *order;
    r->told->order.waits = r->program->waits;
    (void)snprintf(r->told->order.keys, sizeof r->told->order.keys, "%s",
                   r->program->keys ? r->program->keys : "");
    atomic_store(&r->told->calls, 0);
    r->told->place = 0;
    r->told->name[0] = '\0';
    atomic_store(&r->told->of_curses, false);
    r->hung = r->called = r->disturbed = false;
    need(ftruncate(r->out_fd, 0) == 0 && ftruncate(r->err_fd, 0) == 0, "ftruncate");
    (void)lseek(r->out_fd, 0, SEEK_SET);
    (void)lseek(r->err_fd, 0, SEEK_SET);
    need(send(r->orders, "", 1, MSG_NOSIGNAL) == 1, "an order");
    follow(r);
    look_at_terminal(r);
    r->out_len = read_back(r->out_fd, r->out, sizeof r->out);
    r->err_len = read_back(r->err_fd, r->err, sizeof r->err);
}
