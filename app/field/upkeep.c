#include "app/field/upkeep.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/message.h"
#include "app/field/store/copies.h"
#include "schema/base/buf.h"

enum {
    IOPRIO_OF_PROCESS = 1,
    IOPRIO_IDLE = 3 << 13 /* only when nobody else uses the disk */
};

static void be_background(char *const argv[])
{
    int nothing = open("/dev/null", O_RDWR);
    (void)setsid();
    (void)dup2(nothing, STDIN_FILENO);
    (void)dup2(nothing, STDOUT_FILENO);
    (void)dup2(nothing, STDERR_FILENO);
    int lower = nice(19);
    (void)lower;
    (void)syscall(SYS_ioprio_set, IOPRIO_OF_PROCESS, 0, IOPRIO_IDLE);
    (void)execv("/proc/self/exe", argv);
}

/* Its parent ends at once, so that the first of all processes inherits it and nobody has to wait for it. */
static void copy_beside(const struct app *app)
{
    char *path = str_dup(app->db_path);
    char name[] = "alluvia";
    char db[] = "--db";
    char command[] = "backup";
    char automatic[] = "--automatic";
    char *argv[] = {name, db, path, command, automatic, NULL};
    pid_t pid = fork();
    if (pid == 0) {
        if (fork() == 0)
            be_background(argv);
        _exit(0);
    }
    if (pid > 0)
        (void)waitpid(pid, NULL, 0);
    free(path);
}

void upkeep_begin(struct app *app)
{
    struct errctx e;
    enum err made = ERR_OK;
    switch (copies_due(app->store, app->now)) {
    case COPY_NOT_DUE:
    case COPY_NO_ROOM:
        break;
    case COPY_DUE_QUICK:
        made = copies_make(app->store, &e);
        break;
    case COPY_DUE_LONG:
        copy_beside(app);
        break;
    }
    (void)made; /* `status` shows how old the newest copy is */
}

void upkeep_tell_recovery(const struct errctx *e)
{
    if (db_is_damage(e))
        message(APP_NAME,
                _("\"%s recover\" makes the database again from what can be read and the last copy; "
                  "nothing that is there is thrown away"),
                APP_NAME);
}
