#include "sync/server/heirs.h"

#include <string.h>

const char *vouched_word(enum vouched v)
{
    static const char *const words[] = {[VOUCHED_KEY] = "key",
                                        [VOUCHED_PERSON] = "person",
                                        [VOUCHED_CHAIN] = "chain",
                                        [VOUCHED_NOBODY] = "nobody"};
    return words[v];
}

enum err heirs_find(struct ledger *ledger, const struct container *c, const uint8_t key[KEY_BYTES],
                    struct heir *out, struct errctx *e)
{
    const char *at = c->lines;
    const char *line = NULL;
    size_t len = 0;
    struct entry entry;
    struct errctx unread;
    *out = (struct heir){0};
    if (!container_next(c, &at, &line, &len) || entry_read(line, len, &entry, NULL, &unread) != ERR_OK)
        return ERR_OK;
    bool names = entry.after != NULL;
    if (names)
        out->after = *entry.after;
    entry_done(&entry);
    if (!names)
        return ERR_OK;
    enum err result = ledger->device(ledger->arg, out->after.device, &out->of, e);
    if (result == ERR_OK)
        out->is_one =
            container_verify(c, key, &unread) == ERR_OK && predecessor_verify(&out->after, out->of.key, key);
    return result == ERR_NOT_FOUND ? ERR_OK : result;
}

static enum err vouch(struct ledger *ledger, const uint8_t key[KEY_BYTES], const struct predecessor *p,
                      enum vouched *out, struct errctx *e)
{
    struct ledger_device old;
    struct chain chain;
    uint32_t invited = 0;
    *out = VOUCHED_NOBODY;
    if (ledger->invited_after(ledger->arg, key, &invited, e) != ERR_OK)
        return e->kind;
    if (invited == p->device)
        *out = VOUCHED_PERSON;
    enum err result = ledger->device(ledger->arg, p->device, &old, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    if (predecessor_verify(p, old.key, key))
        *out = VOUCHED_KEY;
    /* Who knows chain(0) knows the key that everybody may know, and no journal. */
    if (*out != VOUCHED_NOBODY || p->number == 0 || p->number > old.upto)
        return ERR_OK;
    if (ledger->chain_at(ledger->arg, p->device, p->number, &chain, e) != ERR_OK)
        return e->kind;
    if (chain_same(&chain, &p->chain))
        *out = VOUCHED_CHAIN;
    return ERR_OK;
}

enum err heirs_take(const struct ingest *in, const struct ledger_device *device,
                    const struct predecessor *after, struct errctx *e)
{
    enum vouched vouched = VOUCHED_NOBODY;
    if (after->device == device->number)
        return ERR_OK;
    if (vouch(in->ledger, device->key, after, &vouched, e) != ERR_OK)
        return e->kind;
    return in->ledger->add_successor(in->ledger->arg, device->number, after, vouched, in->now, e);
}
