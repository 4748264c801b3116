#include "app/common/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "app/common/i18n.h"

enum {
    KEY_CTRL_C = 3,
    KEY_CTRL_D = 4,
    KEY_CTRL_H = 8,
    KEY_CTRL_U = 21,
    KEY_DELETE = 127
};

void secret_wipe(char *out, size_t size)
{
    sodium_memzero(out, size);
}

bool secret_can_ask(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static void forget_star(size_t *len)
{
    if (*len > 0) {
        (*len)--;
        (void)fputs("\b \b", stderr);
    }
}

/* The line up to Enter. False: broken off. A line that is too long is taken to its end. */
static bool take_line(char *out, size_t size, bool *too_long)
{
    size_t len = 0;
    char c = 0;
    *too_long = false;
    while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n' && c != '\r') {
        if (c == KEY_CTRL_C || c == KEY_CTRL_D)
            return false;
        if (c == KEY_CTRL_H || c == KEY_DELETE) {
            forget_star(&len);
        } else if (c == KEY_CTRL_U) {
            while (len > 0)
                forget_star(&len);
        } else if (len + 1 < size) {
            out[len++] = c;
            (void)fputc('*', stderr);
        } else {
            *too_long = true;
        }
        (void)fflush(stderr);
    }
    out[len] = '\0';
    return c == '\n' || c == '\r';
}

enum err secret_ask(const char *prompt, char *out, size_t size, struct errctx *e)
{
    struct termios before;
    bool too_long = false;
    if (!secret_can_ask() || tcgetattr(STDIN_FILENO, &before) != 0)
        return err_fail(e, ERR_DENIED, "%s", _("there is no terminal to ask on"));
    struct termios silent = before;
    /* Signals too: Ctrl-C would leave a terminal that does not echo. */
    silent.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    /* Before the question: who is quick must not see the first digits. */
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0)
        return err_errno(e, ERR_IO, errno, "%s", _("ask on the terminal"));
    fprintf(stderr, "%s ", prompt);
    (void)fflush(stderr);
    bool given = take_line(out, size, &too_long);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    (void)fputc('\n', stderr);
    if (!given)
        return err_fail(e, ERR_DENIED, "%s", _("broken off"));
    return too_long ? err_fail(e, ERR_INVALID, _("is longer than %zu characters"), size - 1) : ERR_OK;
}

static enum err check_private(int fd, const char *path, struct errctx *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_errno(e, ERR_IO, errno, "\"%s\"", path);
    if (S_ISREG(st.st_mode) && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return err_fail(e, ERR_CONFIG, _("\"%s\": others can read it; chmod 600 it"), path);
    return ERR_OK;
}

enum err secret_read(const char *path, char *out, size_t size, struct errctx *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t len = 0;
    ssize_t got = 1;
    if (fd < 0)
        return err_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "\"%s\"", path);
    enum err result = check_private(fd, path, e);
    while (result == ERR_OK && got == 1 && len < size) {
        got = read(fd, out + len, 1);
        if (got == 1 && out[len++] == '\n')
            break;
    }
    if (result == ERR_OK && got < 0)
        result = err_errno(e, ERR_IO, errno, "\"%s\"", path);
    if (result == ERR_OK && len == size && out[len - 1] != '\n')
        result = err_fail(e, ERR_INVALID, _("\"%s\": its first line is longer than %zu characters"), path,
                          size - 1);
    if (result == ERR_OK) {
        out[len < size ? len : size - 1] = '\0';
        out[strcspn(out, "\r\n")] = '\0';
    }
    (void)close(fd);
    return result;
}
