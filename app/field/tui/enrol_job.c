#include "app/field/tui/enrol_job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/version.h"
#include "app/field/store/store.h"
#include "schema/base/file.h"
#include "sync/batch/limits.h"
#include "sync/client/sync.h"

static int64_t clock_now(void)
{
    return (int64_t)time(NULL);
}

static void on_event(void *arg, const struct sync_event *event)
{
    const struct enrol_job *j = arg;
    if (event->kind != SYNC_RETRYING || !event->text)
        return;
    ssize_t written = write(j->ends[1], event->text, strlen(event->text) + 1);
    (void)written;
}

static bool is_cancelled(void *arg)
{
    struct enrol_job *j = arg;
    return atomic_load(&j->cancelled);
}

static enum err enrol(struct enrol_job *j, const struct sync_options *o, struct errctx *e)
{
    struct buf bytes = {0};
    if (j->code)
        return sync_enrol(o, j->where, j->code, e);
    enum err result = file_read(j->where, BATCH_MAX_COMPRESSED, &bytes, e);
    if (result == ERR_OK)
        result = sync_accept_invitation(o, bytes.data, bytes.len, NULL, e);
    buf_done(&bytes);
    return result;
}

/* The authorities that were named in the environment or kept by an enrolment before, else the system's. */
static const char *authorities(const char *db_path, struct buf *kept)
{
    const char *named = getenv("ALLUVIA_CA");
    buf_printf(kept, "%s.ca", db_path);
    return named ? named : access(buf_str(kept), F_OK) == 0 ? buf_str(kept) : NULL;
}

static void *run(void *arg)
{
    struct enrol_job *j = arg;
    struct store *store = NULL;
    struct buf kept = {0};
    j->result = store_open(j->db_path, STORE_WRITE, &store, &j->e);
    if (j->result == ERR_OK) {
        const struct sync_options o = {.db = store_db(store),
                                       .me = store_device(store),
                                       .program = "alluvia " ALLUVIA_VERSION,
                                       .now = clock_now,
                                       .deadline_ms = ENROL_DEADLINE_MS,
                                       .training = store_is_training(store),
                                       .ca_path = authorities(j->db_path, &kept),
                                       .event = on_event,
                                       .cancelled = is_cancelled,
                                       .arg = j};
        j->result = enrol(j, &o, &j->e);
    }
    store_close(store);
    buf_done(&kept);
    (void)close(j->ends[1]);
    return NULL;
}

static void forget(struct enrol_job *j)
{
    free(j->db_path);
    free(j->where);
    free(j->code);
    j->db_path = j->where = j->code = NULL;
}

enum err enrol_job_start(struct enrol_job *j, const char *db_path, const char *where, const char *code,
                         struct errctx *e)
{
    sigset_t all;
    sigset_t before;
    *j = (struct enrol_job){0};
    if (pipe(j->ends) != 0)
        return err_errno(e, ERR_IO, errno, "%s", _("start enrolment"));
    (void)fcntl(j->ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(j->ends[1], F_SETFD, FD_CLOEXEC);
    (void)fcntl(j->ends[0], F_SETFL, O_NONBLOCK);
    j->db_path = str_dup(db_path);
    j->where = str_dup(where);
    j->code = code ? str_dup(code) : NULL;
    /* Signals are for the thread that owns the terminal. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    int failed = pthread_create(&j->thread, NULL, run, j);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    j->runs = failed == 0;
    if (!failed)
        return ERR_OK;
    (void)close(j->ends[0]);
    (void)close(j->ends[1]);
    forget(j);
    return err_errno(e, ERR_IO, failed, "%s", _("start enrolment"));
}

int enrol_job_fd(const struct enrol_job *j)
{
    return j->runs ? j->ends[0] : -1;
}

void enrol_job_cancel(struct enrol_job *j)
{
    atomic_store(&j->cancelled, true);
}

void enrol_job_stop(struct enrol_job *j)
{
    if (!j->runs)
        return;
    enrol_job_cancel(j);
    (void)pthread_join(j->thread, NULL);
    (void)close(j->ends[0]);
    j->runs = false;
    forget(j);
}

bool enrol_job_over(struct enrol_job *j)
{
    char said[ERR_TEXT_BYTES];
    ssize_t len = 1;
    while (j->runs && len > 0) {
        len = read(j->ends[0], said, sizeof said - 1);
        /* One write is one text, its zero byte with it; the last one counts. */
        for (ssize_t at = 0; at < len; at += (ssize_t)strlen(said + at) + 1) {
            said[len] = '\0';
            (void)snprintf(j->said, sizeof j->said, "%s", said + at);
        }
    }
    if (!j->runs || (len < 0 && (errno == EAGAIN || errno == EINTR)))
        return false;
    enrol_job_stop(j);
    return true;
}
