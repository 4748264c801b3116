/* sync --watch: the loop around syncs, with what wakes it. */
#ifndef ALLUVIA_FIELD_CLI_WATCH_H
#define ALLUVIA_FIELD_CLI_WATCH_H

#include "app/field/app.h"

struct watching {
    struct app *app;
    /* One sync. The store of APP is open for writing meanwhile and closed in between, so that a watch costs
     * next to nothing while it waits. */
    enum err (*run)(void *arg, struct errctx *e);
    void *arg;
};

/* Until SIGTERM, SIGINT or SIGHUP, which also end a sync that is under way; then ERR_OK. ERR_BUSY: another
 * watch of this database runs. */
MUST_CHECK enum err watch_run(const struct watching *w, struct errctx *e);
/* Has such a signal come? For struct sync_options. */
bool watch_is_over(void *unused);

#endif
