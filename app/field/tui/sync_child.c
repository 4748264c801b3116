#include "app/field/tui/sync_child.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/field/tui/own_child.h"
#include "schema/base/json.h"

enum {
    LINE_MOST = 4096 /* bytes; a longer line is none of ours */
};

enum err sync_child_start(struct sync_child *c, const struct app *app, struct errctx *e)
{
    static const char *const words[] = {"sync", "--steps", NULL};
    buf_done(&c->line);
    *c = (struct sync_child){.fd = -1};
    return own_child_start(app, words, false, &c->pid, &c->fd, e);
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
    take_line(c, buf_str(&c->line));
    c->exit_code = own_child_end(c->pid, c->fd);
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
