#include "app/common/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
    SHOW_AFTER_MS = 1000, /* shorter work needs no bar */
    REDRAW_MS = 200,
    BAR_COLUMNS = 30
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_start(struct progress *p, const char *what, bool quiet)
{
    *p = (struct progress){.what = what, .wanted = !quiet && isatty(STDERR_FILENO)};
    if (p->wanted)
        p->started_ms = now_ms();
}

static void draw(const struct progress *p, int64_t done, int64_t all)
{
    if (all <= 0) {
        fprintf(stderr, "\r\033[K%s %" PRId64, p->what, done);
        return;
    }
    if (done > all)
        done = all;
    char bar[BAR_COLUMNS + 1];
    int full = (int)(done * BAR_COLUMNS / all);
    for (int i = 0; i < BAR_COLUMNS; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR_COLUMNS] = '\0';
    fprintf(stderr, "\r\033[K%s [%s] %3d %%  %" PRId64 "/%" PRId64, p->what, bar, (int)(done * 100 / all),
            done, all);
}

void progress_update(void *progress, int64_t done, int64_t all)
{
    struct progress *p = progress;
    if (!p->wanted)
        return;
    int64_t now = now_ms();
    if (now - p->started_ms < SHOW_AFTER_MS || (p->drawn_ms && now - p->drawn_ms < REDRAW_MS))
        return;
    p->drawn_ms = now;
    draw(p, done, all);
}

void progress_end(struct progress *p)
{
    if (p->drawn_ms)
        fputs("\r\033[K", stderr);
    p->drawn_ms = 0;
}
