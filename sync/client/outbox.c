#include "sync/client/outbox.h"

#include <stdio.h>
#include <string.h>

void parcel_done(struct parcel *p)
{
    buf_done(&p->packed);
}

static enum err fill_header(const struct outbox *o, int64_t first, int64_t last, struct batch_header *h,
                            struct errctx *e)
{
    *h = (struct batch_header){
        .from = o->me->number, .first = first, .last = last, .schema = OUTBOX_SCHEMA, .at = o->now};
    h->has_key = first == 1;
    memcpy(h->key, o->me->key, KEY_BYTES);
    (void)snprintf(h->code, sizeof h->code, "%s", o->code);
    if (journal_chain_at(o->db, o->me->key, first - 1, &h->prev, e) != ERR_OK)
        return e->kind;
    return journal_chain_at(o->db, o->me->key, last, &h->head, e);
}

static bool within_limits(const struct buf *plain, const struct buf *packed)
{
    return plain->len <= BATCH_MAX_PLAIN && packed->len <= BATCH_MAX_COMPRESSED &&
           (plain->len <= BATCH_RATIO_FREE || plain->len / BATCH_MAX_RATIO < packed->len);
}

static enum err pack_exactly(const struct outbox *o, bool prefixed, struct parcel *out, bool *fits,
                             struct errctx *e)
{
    struct buf plain = {0};
    struct buf prefix = {0};
    enum err result = batch_build(o->db, o->me, &out->header, &plain, e);
    if (result == ERR_OK && prefixed)
        result = batch_prefix(o->db, out->header.first, &prefix, e);
    out->prefixed = prefix.len > 0;
    buf_clear(&out->packed);
    if (result == ERR_OK)
        result = container_pack(&plain, prefix.data, prefix.len, &out->packed, e);
    *fits = within_limits(&plain, &out->packed);
    buf_done(&prefix);
    buf_done(&plain);
    return result;
}

enum err outbox_pack(const struct outbox *o, int64_t first, int64_t most, bool prefixed, struct parcel *out,
                     struct errctx *e)
{
    *out = (struct parcel){0};
    int64_t count = o->head.number - first + 1;
    if (count > most)
        count = most;
    for (;; count = (count + 1) / 2) {
        bool fits = false;
        if (fill_header(o, first, first + count - 1, &out->header, e) != ERR_OK ||
            pack_exactly(o, prefixed, out, &fits, e) != ERR_OK)
            return err_wrap(e, "pack entries %lld to %lld", (long long)first, (long long)(first + count - 1));
        if (fits || count == 1)
            return ERR_OK;
    }
}

int64_t outbox_size(int64_t remembered)
{
    if (remembered <= 0)
        return BATCH_START_ENTRIES;
    if (remembered < OUTBOX_LEAST_ENTRIES)
        return OUTBOX_LEAST_ENTRIES;
    return remembered < BATCH_MAX_ENTRIES ? remembered : BATCH_MAX_ENTRIES;
}

int64_t outbox_grow(int64_t size, int64_t ms)
{
    /* What would have taken the target time. At most four times as much: one batch is not much to judge by.
     */
    int64_t fitting = ms > 0 ? size * OUTBOX_TARGET_MS / ms : size * 4;
    if (fitting > size * 4)
        fitting = size * 4;
    if (fitting < size / 2)
        fitting = size / 2;
    return outbox_size(fitting > 0 ? fitting : 1);
}

int64_t outbox_shrink(int64_t size)
{
    return outbox_size(size > 1 ? size / 2 : 1);
}
