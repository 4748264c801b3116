#include "app/field/tui/sync_child.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "schema/base/json.h"

enum {
    LINE_MOST = 4096 /* bytes; a longer line is none of ours */
};

static void be_child(int to, char *const argv[])
{
    int nothing = open("/dev/null", O_RDONLY);
    (void)dup2(nothing, STDIN_FILENO);
    (void)dup2(to, STDOUT_FILENO);
    (void)dup2(to, STDERR_FILENO);
    (void)execv("/proc/self/exe", argv);
    _exit(err_exit_code(ERR_INTERNAL));
}

enum err sync_child_start(struct sync_child *c, const char *db_path, const char *lang, struct errctx *e)
{
    char *path = str_dup(db_path);
    char *language = str_dup(lang);
    char name[] = "alluvia";
    char db[] = "--db";
    char in[] = "--lang";
    char command[] = "sync";
    char steps[] = "--steps";
    char *argv[] = {name, db, path, in, language, command, steps, NULL};
    int ends[2];
    enum err result = ERR_OK;
    buf_done(&c->line);
    *c = (struct sync_child){.fd = -1};
    if (pipe(ends) != 0) {
        result = err_errno(e, ERR_IO, errno, "%s", _("start sync"));
    } else {
        c->pid = fork();
        if (c->pid == 0)
            be_child(ends[1], argv);
        (void)close(ends[1]);
        c->fd = ends[0];
        (void)fcntl(c->fd, F_SETFD, FD_CLOEXEC);
        (void)fcntl(c->fd, F_SETFL, O_NONBLOCK);
        if (c->pid < 0) {
            result = err_errno(e, ERR_IO, errno, "%s", _("start sync"));
            (void)close(c->fd);
            *c = (struct sync_child){0};
        }
    }
    free(path);
    free(language);
    return result;
}

bool sync_child_runs(const struct sync_child *c)
{
    return c->pid > 0;
}

int sync_child_fd(const struct sync_child *c)
{
    return sync_child_runs(c) ? c->fd : -1;
}

int sync_child_percent(const struct sync_child *c)
{
    return c->entries_all > 0 ? (int)(c->entries_done * 100 / c->entries_all) : 0;
}

static void take_line(struct sync_child *c, const char *line)
{
    static const char prefix[] = "alluvia: ";
    cJSON *json = NULL;
    struct errctx e;
    if (*line == '{') {
        if (json_read(line, strlen(line), &json, &e) == ERR_OK) {
            (void)json_get_int(json, "entries_done", &c->entries_done);
            (void)json_get_int(json, "entries_all", &c->entries_all);
            (void)json_get_int(json, "bytes_done", &c->bytes_done);
            json_free(json);
        }
    } else if (*line) {
        if (strncmp(line, prefix, sizeof prefix - 1) == 0)
            line += sizeof prefix - 1;
        (void)snprintf(c->words, sizeof c->words, "%s", line);
    }
}

static void take_bytes(struct sync_child *c, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != '\n' && c->line.len < LINE_MOST) {
            buf_putc(&c->line, bytes[i]);
        } else if (bytes[i] == '\n') {
            take_line(c, buf_str(&c->line));
            buf_clear(&c->line);
        }
    }
}

static void end(struct sync_child *c)
{
    int status = 0;
    take_line(c, buf_str(&c->line));
    (void)close(c->fd);
    (void)waitpid(c->pid, &status, 0);
    c->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    c->pid = 0;
    buf_done(&c->line);
}

bool sync_child_read(struct sync_child *c)
{
    char bytes[1024];
    ssize_t len = 0;
    while ((len = read(c->fd, bytes, sizeof bytes)) > 0)
        take_bytes(c, bytes, (size_t)len);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    end(c);
    return false;
}

void sync_child_stop(struct sync_child *c)
{
    if (!sync_child_runs(c))
        return;
    (void)kill(c->pid, SIGTERM);
    end(c);
    (void)snprintf(c->words, sizeof c->words, "%s", _("stopped; what has a receipt stays sent"));
}
