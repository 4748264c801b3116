#include "sync/server/feed.h"

#include <string.h>

void feed_page_done(struct feed_page *page)
{
    buf_done(&page->packed);
}

struct collecting {
    struct feed_page *page;
    struct buf lines;
};

static enum err collect(void *arg, const struct feed_event *event, bool *enough, struct errctx *e)
{
    (void)e;
    struct collecting *c = arg;
    if (c->lines.len >= FEED_PAGE_BYTES) {
        c->page->header.more = true;
        *enough = true;
        return ERR_OK;
    }
    feed_write_event(event, &c->lines);
    c->page->header.next = event->seq;
    c->page->events++;
    return ERR_OK;
}

static enum err pack(struct feed_page *page, const struct buf *lines, const struct device *registry,
                     struct errctx *e)
{
    struct buf plain = {0};
    feed_write_header(&page->header, &plain);
    buf_put(&plain, lines->data, lines->len);
    container_sign(&plain, registry);
    enum err result = container_pack(&plain, NULL, 0, &page->packed, e);
    buf_done(&plain);
    return result;
}

enum err feed_page_make(struct ledger *ledger, const struct device *registry, uint32_t device, int64_t after,
                        int64_t now, struct feed_page *out, struct errctx *e)
{
    struct ledger_identity identity;
    struct ledger_device held;
    struct collecting c = {.page = out};
    *out = (struct feed_page){0};
    if (ledger->identity(ledger->arg, &identity, e) != ERR_OK ||
        ledger->device(ledger->arg, device, &held, e) != ERR_OK)
        return e->kind;
    out->header = (struct feed_header){
        .registry = registry->number, .device = device, .after = after, .next = after, .at = now};
    memcpy(out->header.incarnation, identity.incarnation, sizeof identity.incarnation);
    enum err result = ledger->feed(ledger->arg, &held, after, collect, &c, e);
    if (result == ERR_OK && out->events > 0)
        result = pack(out, &c.lines, registry, e);
    buf_done(&c.lines);
    return result;
}
