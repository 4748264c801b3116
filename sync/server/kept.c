#include "sync/server/kept.h"

#include <sodium.h>

bool kept_is(enum problem_type type)
{
    static const bool kept[PROBLEM_COUNT] = {
        [PROBLEM_REVOKED] = true,   [PROBLEM_FORKED] = true,    [PROBLEM_BAD_SIGNATURE] = true,
        [PROBLEM_BAD_CHAIN] = true, [PROBLEM_BAD_ENTRY] = true, [PROBLEM_TRAINING] = true,
    };
    return kept[type];
}

/* Of the entries and their place, not of the header: its time differs whenever a laptop tries again. */
static void hash_entries(const struct container *c, const struct chain *prev, uint8_t out[CHAIN_BYTES])
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, CHAIN_BYTES);
    (void)crypto_generichash_update(&state, prev->value, CHAIN_BYTES);
    (void)crypto_generichash_update(&state, (const uint8_t *)c->lines, c->lines_len);
    (void)crypto_generichash_final(&state, out, CHAIN_BYTES);
}

enum err kept_put(struct ledger *ledger, const struct container *c, const struct batch_header *header,
                  struct refused *refused, struct errctx *e)
{
    struct buf alone = {0};
    uint8_t prefix[CHAIN_BYTES];
    /* Somebody will read it without the prefix. */
    if (container_needs_prefix(refused->bytes, refused->len, prefix) &&
        container_pack(&c->plain, NULL, 0, &alone, e) == ERR_OK) {
        refused->bytes = alone.data;
        refused->len = alone.len;
    }
    hash_entries(c, &header->prev, refused->hash);
    enum err result = ledger->quarantine(ledger->arg, refused, e);
    buf_done(&alone);
    return result;
}
