#include "sync/client/watch.h"

#include <sodium.h>

static int64_t draw_ms(int64_t most)
{
    return (int64_t)randombytes_uniform((uint32_t)most + 1);
}

static void no_later(struct watch *w, int64_t due_ms)
{
    if (w->due_ms > due_ms)
        w->due_ms = due_ms;
}

void watch_begin(struct watch *w, int64_t now_ms)
{
    *w = (struct watch){.due_ms = now_ms + draw_ms(WATCH_CONNECTED_MS), .unsent_since_ms = -1};
}

void watch_saved(struct watch *w, int64_t now_ms)
{
    /* While there is no network more work changes nothing. */
    if (w->failures > 0)
        return;
    bool waits_for_work = w->unsent_since_ms >= 0;
    if (!waits_for_work)
        w->unsent_since_ms = now_ms;
    int64_t settled = now_ms + WATCH_SETTLE_MS;
    int64_t at_last = w->unsent_since_ms + WATCH_SETTLE_MOST_MS;
    int64_t due = settled < at_last ? settled : at_last;
    if (waits_for_work)
        w->due_ms = due;
    else
        no_later(w, due);
}

void watch_connected(struct watch *w, int64_t now_ms)
{
    w->failures = 0;
    no_later(w, now_ms + WATCH_CONNECTED_MS + draw_ms(WATCH_CONNECTED_MS));
}

static int64_t backoff_ms(const struct watch *w)
{
    int64_t range = (int64_t)WATCH_FIRST_BACKOFF_MS << (w->failures < 16 ? w->failures : 16);
    return draw_ms(range < WATCH_MOST_BACKOFF_MS ? range : WATCH_MOST_BACKOFF_MS);
}

void watch_synced(struct watch *w, enum err result, int64_t now_ms)
{
    w->unsent_since_ms = -1;
    switch (result) {
    case ERR_OK:
        w->failures = 0;
        w->due_ms = now_ms + WATCH_NEWS_MS + draw_ms(WATCH_NEWS_MS / 4);
        break;
    case ERR_NETWORK:
    case ERR_BUSY:
    case ERR_PROTOCOL: /* a sign-in page: somebody will sign in */
    case ERR_IO:
        w->failures++;
        w->due_ms = now_ms + WATCH_FIRST_BACKOFF_MS / 2 + backoff_ms(w);
        break;
    case ERR_USAGE:
    case ERR_INVALID:
    case ERR_NOT_FOUND:
    case ERR_CONFLICT:
    case ERR_EXISTS:
    case ERR_DENIED:
    case ERR_CONFIG:
    case ERR_DB:
    case ERR_INTERNAL:
        w->failures++;
        w->due_ms = now_ms + WATCH_PERSON_MS;
        break;
    }
}

int64_t watch_wait_ms(const struct watch *w, int64_t now_ms)
{
    return w->due_ms > now_ms ? w->due_ms - now_ms : 0;
}
