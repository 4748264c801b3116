#include "app/registry/cli/desk.h"

#include <stdio.h>
#include <syslog.h>
#include <time.h>

#include "app/registry/review/national.h"

enum {
    TURN_ENTRIES = 250 /* some hundredths of a second, for which a laptop's batch may have to wait */
};

static int64_t tick_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void rest(int64_t ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    (void)nanosleep(&pause, NULL);
}

static void tell_found(const struct desk *d, int64_t records, int64_t found)
{
    char line[96];
    (void)snprintf(line, sizeof line, "review: %lld records looked at, %lld new findings", (long long)records,
                   (long long)found);
    if (records > 0 || found > 0)
        d->log(LOG_INFO, line);
}

static void tell_silent(struct desk *d, const char *silent)
{
    char line[320];
    (void)snprintf(line, sizeof line, "review: not asked: %s", silent);
    if (*silent && !d->told_silent)
        d->log(LOG_INFO, line);
    d->told_silent = d->told_silent || *silent;
}

/* Somebody else writes for long: they come first. */
static void tell_fault(struct desk *d, const struct errctx *e)
{
    char line[600];
    (void)snprintf(line, sizeof line, "review: %s", e->text);
    if (e->kind != ERR_BUSY && !d->failed)
        d->log(LOG_ERR, line);
    d->failed = e->kind != ERR_BUSY;
}

void desk_look(struct desk *d, int64_t now, int64_t most_ms, bool (*stop)(void), bool *left)
{
    const struct national_options options = {.now = now, .most = TURN_ENTRIES, .turns = 1};
    struct national_run run = {.more = true};
    struct errctx e;
    int64_t began = tick_ms();
    int64_t records = 0;
    int64_t found = 0;
    while (run.more && !(stop && stop()) && (most_ms == 0 || tick_ms() - began < most_ms)) {
        int64_t turn_began = tick_ms();
        if (national_review(d->store, &options, &run, &e) != ERR_OK) {
            tell_fault(d, &e);
            run.more = true;
            break;
        }
        d->failed = false;
        records += run.records;
        found += run.found;
        if (run.more)
            rest(tick_ms() - turn_began);
    }
    tell_found(d, records, found);
    tell_silent(d, run.silent);
    if (left)
        *left = run.more;
}
