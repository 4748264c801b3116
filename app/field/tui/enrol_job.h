/*
 * Joining a registry beside the screens: a thread of its own with its own connection to the database, so that
 * a key press never waits for the network. It ends within ENROL_DEADLINE_MS, whatever the network does.
 */
#ifndef ALLUVIA_TUI_ENROL_JOB_H
#define ALLUVIA_TUI_ENROL_JOB_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "schema/base/err.h"

enum {
    ENROL_DEADLINE_MS = 60 * 1000 /* four round trips on the worst link, with a try again after a cut */
};

/* {0} is none. */
struct enrol_job {
    bool runs;
    pthread_t thread;
    atomic_bool cancelled;
    int ends[2];               /* of a pipe: what went wrong so far, and its end */
    char said[ERR_TEXT_BYTES]; /* why it tries again; "" while nothing went wrong */
    char *db_path;
    char *where; /* an address, or a file */
    char *code;  /* NULL: a file */
    enum err result;
    struct errctx e;
};

/* CODE NULL: WHERE is an invitation's file. */
MUST_CHECK enum err enrol_job_start(struct enrol_job *j, const char *db_path, const char *where,
                                    const char *code, struct errctx *e);
/* To wait on; -1 while none runs. */
int enrol_job_fd(const struct enrol_job *j);
/* Takes what it said. True when it has just ended: RESULT and E say how. */
bool enrol_job_over(struct enrol_job *j);
/* Asks it to end soon. */
void enrol_job_cancel(struct enrol_job *j);
/* Ends it, when it runs, and waits for that. */
void enrol_job_stop(struct enrol_job *j);

#endif
