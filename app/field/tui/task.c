#include "app/field/tui/task.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/own_child.h"

enum {
    BOX_WIDTH = 72,
    BOX_ROWS = 14,
    MOST_SAID = 16 * 1024 /* bytes of output that are kept: the last ones */
};

struct task {
    pid_t pid;
    int fd;
    bool over;
    int exit_code;
    struct buf said;
};

static void end(struct task *t)
{
    t->exit_code = own_child_end(t->pid, t->fd);
    t->over = true;
}

/* Takes what it said; the oldest lines go when there is too much. */
static void listen(struct task *t)
{
    char bytes[1024];
    ssize_t len = 0;
    while ((len = read(t->fd, bytes, sizeof bytes)) > 0)
        buf_put(&t->said, bytes, (size_t)len);
    if (t->said.len > MOST_SAID) {
        struct buf rest = {0};
        const char *from = strchr(t->said.data + t->said.len - MOST_SAID, '\n');
        buf_put(&rest, from ? from + 1 : "", from ? t->said.len - (size_t)(from + 1 - t->said.data) : 0);
        buf_done(&t->said);
        t->said = rest;
    }
    if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR))
        end(t);
}

struct paper {
    struct ui *ui;
    int row;
    int column;
    int skip; /* lines that are above the box */
};

static void write_line(void *arg, int line, const char *text)
{
    const struct paper *p = arg;
    if (line >= p->skip && line < p->skip + BOX_ROWS)
        term_put(p->ui->term, p->row + line - p->skip, p->column, BOX_WIDTH, MEAN_PLAIN, text);
}

static const char *state_words(const struct task *t)
{
    if (!t->over)
        return _("Working. Esc: stop");
    return t->exit_code == 0 ? _("Done. Enter: go on") : _("That did not work. Enter: go on");
}

static void draw(struct ui *ui, const char *title, const struct task *t)
{
    struct paper p = {.ui = ui};
    const char *said = buf_str(&t->said);
    int lines = dialog_wrap(ui, said, BOX_WIDTH, NULL, NULL);
    p.skip = lines > BOX_ROWS ? lines - BOX_ROWS : 0;
    ui_draw(ui);
    dialog_frame(ui, title, BOX_ROWS + 2, BOX_WIDTH, &p.row, &p.column);
    (void)dialog_wrap(ui, said, BOX_WIDTH, write_line, &p);
    int row = p.row + BOX_ROWS + 1;
    enum meaning as = !t->over ? MEAN_FOCUS : t->exit_code == 0 ? MEAN_GOOD : MEAN_WARNING;
    term_put(ui->term, row, p.column, BOX_WIDTH, as, state_words(t));
    term_cursor(ui->term, row, p.column);
    term_show(ui->term);
}

static void stop(struct task *t)
{
    (void)kill(t->pid, SIGTERM);
    end(t);
    t->exit_code = -1;
}

int task_run(struct ui *ui, const char *title, const char *const *words)
{
    struct task t = {.exit_code = -1};
    struct errctx e = {0};
    if (own_child_start(ui->app, words, true, &t.pid, &t.fd, &e) != ERR_OK) {
        ui_tell_error(ui, &e);
        return -1;
    }
    for (bool seen = false; !seen;) {
        draw(ui, title, &t);
        int32_t press = term_press(ui->term, -1, t.over ? -1 : t.fd);
        ui->leaving |= press == PRESS_HANG_UP;
        if (press == PRESS_WAKE)
            listen(&t);
        else if (!t.over && (press == PRESS_ESC || press == PRESS_HANG_UP))
            stop(&t);
        seen = t.over && (press == PRESS_ENTER || press == PRESS_ESC || press == PRESS_HANG_UP);
    }
    buf_done(&t.said);
    ui_tick(ui);
    return t.exit_code;
}
