#include "tests/lib/run.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void become(const char *const argv[])
{
    char *args[16] = {0};
    for (int i = 0; i < 15 && argv[i]; i++)
        args[i] = strdup(argv[i]);
    int nowhere = open("/dev/null", O_RDWR);
    if (nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 && dup2(nowhere, STDERR_FILENO) >= 0)
        execvp(args[0], args);
    _exit(127);
}

int run_quietly(const char *const argv[])
{
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        become(argv);
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}
