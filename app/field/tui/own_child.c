#include "app/field/tui/own_child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/field/store/pins.h"

enum {
    MOST_WORDS = 80
};

struct line {
    char *words[MOST_WORDS + 1];
    int count;
    struct buf pass; /* "" when none is needed */
};

static void add(struct line *l, const char *word)
{
    if (l->count < MOST_WORDS)
        l->words[l->count++] = str_dup(word);
}

static enum err make_line(struct line *l, const struct app *app, const char *const *words, bool as_officer,
                          struct errctx *e)
{
    const struct officer *who = store_signed_in(app->store);
    const char *const begin[] = {APP_NAME, "--db", app->db_path, "--lang", language_code(app->lang)};
    for (size_t i = 0; i < sizeof begin / sizeof begin[0]; i++)
        add(l, begin[i]);
    if (as_officer && who->id) {
        add(l, "--as");
        add(l, who->login);
    }
    for (; *words; words++)
        add(l, *words);
    return as_officer && who->id && who->has_pin ? pins_pass(app->store, who->login, &l->pass, e) : ERR_OK;
}

static void be_child(struct line *l, int to)
{
    int nothing = open("/dev/null", O_RDONLY);
    (void)dup2(nothing, STDIN_FILENO);
    (void)dup2(to, STDOUT_FILENO);
    (void)dup2(to, STDERR_FILENO);
    if (l->pass.len)
        (void)setenv(PIN_PASS_NAME, buf_str(&l->pass), 1);
    (void)execv("/proc/self/exe", l->words);
    _exit(err_exit_code(ERR_INTERNAL));
}

static enum err start(struct line *l, pid_t *out_pid, int *out_fd, struct errctx *e)
{
    int ends[2];
    if (pipe(ends) != 0)
        return err_errno(e, ERR_IO, errno, "%s", _("start the work"));
    *out_pid = fork();
    if (*out_pid == 0)
        be_child(l, ends[1]);
    (void)close(ends[1]);
    if (*out_pid < 0) {
        (void)close(ends[0]);
        return err_errno(e, ERR_IO, errno, "%s", _("start the work"));
    }
    *out_fd = ends[0];
    (void)fcntl(*out_fd, F_SETFD, FD_CLOEXEC);
    (void)fcntl(*out_fd, F_SETFL, O_NONBLOCK);
    return ERR_OK;
}

enum err own_child_start(const struct app *app, const char *const *words, bool as_officer, pid_t *out_pid,
                         int *out_fd, struct errctx *e)
{
    struct line line = {0};
    enum err result = make_line(&line, app, words, as_officer, e);
    if (result == ERR_OK)
        result = start(&line, out_pid, out_fd, e);
    for (int i = 0; i < line.count; i++)
        free(line.words[i]);
    buf_done(&line.pass);
    return result;
}

int own_child_end(pid_t pid, int fd)
{
    int status = 0;
    (void)close(fd);
    (void)waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
