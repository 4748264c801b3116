#include "sync/server/receipts.h"

#include <string.h>

enum err receipts_chain_at(struct ledger *ledger, const struct ledger_device *device, int64_t number,
                           struct chain *out, struct errctx *e)
{
    if (number == 0) {
        chain_start(device->key, out);
        return ERR_OK;
    }
    if (number == device->upto) {
        *out = device->chain;
        return ERR_OK;
    }
    return ledger->chain_at(ledger->arg, device->number, number, out, e);
}

static enum err add_line(void *arg, int64_t number, enum disposition is, const struct findings *findings,
                         struct errctx *e)
{
    (void)e;
    receipt_write_line(arg, number, is, findings);
    return ERR_OK;
}

static enum err fill_receipt(const struct ingest *in, const struct ledger_device *held, struct receipt *r,
                             struct errctx *e)
{
    struct ledger_identity identity;
    if (in->ledger->identity(in->ledger->arg, &identity, e) != ERR_OK ||
        in->ledger->feed_newest(in->ledger->arg, held, &r->feed, e) != ERR_OK)
        return e->kind;
    r->registry = in->registry->number;
    r->device = held->number;
    r->upto = held->upto;
    r->chain = held->chain;
    r->at = in->now;
    memcpy(r->incarnation, identity.incarnation, sizeof r->incarnation);
    return ERR_OK;
}

/* To a laptop that goes on for another one: how far that one is held, down the line of those that somebody
 * vouches for. Nobody else is told; but that a device is unknown here, whoever names it may hear. */
static enum err fill_past(const struct ingest *in, struct receipt *r, struct errctx *e)
{
    struct ledger *ledger = in->ledger;
    struct ledger_successor life = {.predecessor = r->device};
    struct ledger_device old;
    enum err result = ERR_OK;
    while (result == ERR_OK && r->past_count < RECEIPT_MAX_PAST) {
        struct receipt_past *p = &r->past[r->past_count];
        result = ledger->successor(ledger->arg, life.predecessor, &life, e);
        if (result != ERR_OK)
            break;
        p->device = life.predecessor;
        result = ledger->device(ledger->arg, p->device, &old, e);
        if (result == ERR_NOT_FOUND)
            r->past_count++;
        if (result != ERR_OK || life.vouched == VOUCHED_NOBODY)
            break;
        p->upto = old.upto < life.number ? old.upto : life.number;
        if (p->upto > 0)
            result = ledger->chain_at(ledger->arg, p->device, p->upto, &p->chain, e);
        r->past_count++;
    }
    return result == ERR_NOT_FOUND ? ERR_OK : result;
}

static enum err seal_receipt(const struct ingest *in, struct buf *plain, struct buf *receipt,
                             struct errctx *e)
{
    container_sign(plain, in->registry);
    return container_pack(plain, NULL, 0, receipt, e);
}

enum err receipts_make(const struct ingest *in, uint32_t device, int64_t first, int64_t last,
                       struct buf *receipt, struct errctx *e)
{
    struct ledger_device held;
    struct receipt r = {.first = first, .last = last};
    if (in->ledger->device(in->ledger->arg, device, &held, e) != ERR_OK ||
        fill_receipt(in, &held, &r, e) != ERR_OK || fill_past(in, &r, e) != ERR_OK)
        return e->kind;
    struct buf plain = {0};
    receipt_write_header(&r, &plain);
    enum err result = ERR_OK;
    if (first > 0)
        result = in->ledger->dispositions(in->ledger->arg, device, first, last, add_line, &plain, e);
    if (result == ERR_OK)
        result = seal_receipt(in, &plain, receipt, e);
    buf_done(&plain);
    return result;
}

/* How much of DEVICE's journal is ASKING's business. */
static enum err find_common(const struct ingest *in, uint32_t asking, uint32_t device, int64_t *out,
                            struct errctx *e)
{
    struct ledger *ledger = in->ledger;
    struct ledger_successor life = {.predecessor = asking};
    *out = IDENT_MAX_NUMBER;
    for (int i = 0; life.predecessor != device; i++) {
        if (i == RECEIPT_MAX_PAST)
            return err_fail(e, ERR_NOT_FOUND, "it goes on for too many");
        if (ledger->successor(ledger->arg, life.predecessor, &life, e) != ERR_OK)
            return e->kind;
        if (life.vouched == VOUCHED_NOBODY)
            return err_fail(e, ERR_NOT_FOUND, "nobody vouches for it");
        *out = life.number;
    }
    return ERR_OK;
}

static enum err write_entries(const struct ingest *in, struct receipt *r, struct buf *plain, struct errctx *e)
{
    receipt_write_header(r, plain);
    return r->last == 0
               ? ERR_OK
               : in->ledger->dispositions(in->ledger->arg, r->device, r->first, r->last, add_line, plain, e);
}

enum err receipts_entries(const struct ingest *in, uint32_t asking, uint32_t device, int64_t first,
                          int64_t last, struct buf *receipt, struct errctx *e)
{
    struct ledger_device held;
    struct receipt r = {0};
    int64_t common = 0;
    if (find_common(in, asking, device, &common, e) != ERR_OK ||
        in->ledger->device(in->ledger->arg, device, &held, e) != ERR_OK ||
        fill_receipt(in, &held, &r, e) != ERR_OK || (asking == device && fill_past(in, &r, e) != ERR_OK))
        return e->kind;
    r.upto = r.upto < common ? r.upto : common;
    last = last < r.upto ? last : r.upto;
    last = last < first + RECEIPT_MOST_ENTRIES ? last : first + RECEIPT_MOST_ENTRIES - 1;
    if (receipts_chain_at(in->ledger, &held, r.upto, &r.chain, e) != ERR_OK)
        return e->kind;
    if (first <= last) {
        r.first = first;
        r.last = last;
        r.points[r.point_count++].number = last;
        if (receipts_chain_at(in->ledger, &held, last, &r.points[0].chain, e) != ERR_OK)
            return e->kind;
    }
    struct buf plain = {0};
    enum err result = write_entries(in, &r, &plain, e);
    if (result == ERR_OK)
        result = seal_receipt(in, &plain, receipt, e);
    buf_done(&plain);
    return result;
}

enum err receipts_points(const struct ingest *in, uint32_t device, int64_t from, struct buf *receipt,
                         struct errctx *e)
{
    struct ledger_device held;
    struct receipt r = {0};
    if (in->ledger->device(in->ledger->arg, device, &held, e) != ERR_OK ||
        fill_receipt(in, &held, &r, e) != ERR_OK)
        return e->kind;
    if (from > r.upto)
        from = r.upto;
    /* The last of them is chain(0), which the key alone makes: another one is another laptop's. */
    for (int64_t back = 0, next = from; r.point_count < RECEIPT_MAX_POINTS; back = back ? back * 2 : 1) {
        next = from > back ? from - back : 0;
        if (receipts_chain_at(in->ledger, &held, next, &r.points[r.point_count].chain, e) != ERR_OK)
            return e->kind;
        r.points[r.point_count++].number = next;
        if (next == 0)
            break;
    }
    struct buf plain = {0};
    receipt_write_header(&r, &plain);
    enum err result = seal_receipt(in, &plain, receipt, e);
    buf_done(&plain);
    return result;
}
