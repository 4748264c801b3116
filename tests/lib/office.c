#include "tests/lib/office.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "schema/base/file.h"
#include "tests/lib/run.h"
#include "tests/lib/test.h"

enum {
    MOST_ARGUMENTS = 24,
    MOST_OUTPUT = 1 << 20,
    STEP_MS = 20,
    MOST_STEPS = 500 /* ten seconds for a server to listen */
};

/* Becomes PROGRAM with what it prints in the files OUT and ERR. */
static _Noreturn void become(const char *const *words, const char *pin_file, const char *out, const char *err)
{
    char *args[MOST_ARGUMENTS + 1] = {0};
    char pin[128];
    for (int i = 0; i < MOST_ARGUMENTS && words[i]; i++)
        args[i] = str_dup(words[i]);
    (void)snprintf(pin, sizeof pin, "ALLUVIA_PIN_FILE=%s", pin_file ? pin_file : "");
    char home[] = "HOME=/nonexistent";
    char locale[] = "LC_ALL=C.UTF-8";
    char zone[] = "TZ=UTC";
    char *envp[] = {home, locale, zone, pin, NULL};
    if (!pin_file)
        envp[3] = NULL;
    int nowhere = open("/dev/null", O_RDONLY);
    int out_fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int err_fd = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (nowhere >= 0 && out_fd >= 0 && err_fd >= 0 && dup2(nowhere, STDIN_FILENO) >= 0 &&
        dup2(out_fd, STDOUT_FILENO) >= 0 && dup2(err_fd, STDERR_FILENO) >= 0)
        (void)execve(args[0], args, envp);
    _exit(127);
}

static char *in_folder(const struct office *o, const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", o->folder, name);
    return buf_steal(&path);
}

static char *read_all(const char *path)
{
    struct buf text = {0};
    struct errctx e = {0};
    assert_ok(file_read(path, MOST_OUTPUT, &text, &e));
    (void)buf_str(&text);
    return text.data ? buf_steal(&text) : str_dup("");
}

static char *run(const struct office *o, const char *const *words, const char *pin_file)
{
    int status = 0;
    char *out = in_folder(o, "out");
    char *err = in_folder(o, "err");
    pid_t child = fork();
    if (child == 0)
        become(words, pin_file, out, err);
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    char *printed = read_all(out);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        char *said = read_all(err);
        fail_msg("%s … ended with %d: %s%s", words[0], WEXITSTATUS(status), printed, said);
    }
    free(out);
    free(err);
    return printed;
}

char *office_run(const struct office *o, const char *const *arguments)
{
    const char *words[MOST_ARGUMENTS + 1] = {ALLUVIA_REGISTRY_BIN, "--data", o->folder};
    for (int i = 0; i < MOST_ARGUMENTS - 3 && arguments[i]; i++)
        words[3 + i] = arguments[i];
    return run(o, words, NULL);
}

char *office_laptop(const struct office *o, const char *db, const char *login, const char *pin_file,
                    const char *const *arguments)
{
    const char *words[MOST_ARGUMENTS + 1] = {ALLUVIA_BIN, "--db", db, "--as", login};
    for (int i = 0; i < MOST_ARGUMENTS - 5 && arguments[i]; i++)
        words[5 + i] = arguments[i];
    return run(o, words, pin_file);
}

/* The address that the server said it listens on. */
static void find_url(struct office *o, const char *log)
{
    const struct timespec step = {0, STEP_MS * 1000000L};
    for (int i = 0; i < MOST_STEPS && !o->url[0]; i++) {
        char *said = read_all(log);
        const char *at = strstr(said, "listening on ");
        if (at && strchr(at, '\n'))
            (void)snprintf(o->url, sizeof o->url, "%.*s", (int)strcspn(at + 13, " \n"), at + 13);
        free(said);
        (void)nanosleep(&step, NULL);
    }
    assert_true(o->url[0] != '\0');
}

static void serve(struct office *o)
{
    const char *const words[] = {ALLUVIA_REGISTRY_BIN, "--data",      o->folder,     "serve",
                                 "--listen",           "127.0.0.1:0", "--no-review", NULL};
    char *out = in_folder(o, "serve.out");
    char *log = in_folder(o, "serve.log");
    (void)close(open(log, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    o->server = fork();
    if (o->server == 0)
        become(words, NULL, out, log);
    assert_true(o->server > 0);
    find_url(o, log);
    free(out);
    free(log);
}

void office_open(struct office *o)
{
    const char *const init[] = {"init", "--country", "SL", "--name", "Ministry of Mines", NULL};
    const char *const staff[] = {"staff", "add", "fatou", "--name", "Fatou Jalloh", NULL};
    *o = (struct office){.folder = "/tmp/alluvia-office-XXXXXX"};
    assert_non_null(mkdtemp(o->folder));
    free(office_run(o, init));
    free(office_run(o, staff));
    serve(o);
}

void office_close(struct office *o)
{
    const char *const remove[] = {"rm", "-rf", o->folder, NULL};
    if (o->server > 0 && kill(o->server, SIGTERM) == 0)
        (void)waitpid(o->server, NULL, 0);
    (void)run_quietly(remove);
}
