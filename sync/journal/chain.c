#include "sync/journal/chain.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(CHAIN_BYTES == crypto_generichash_BYTES, "chain values are BLAKE2b-256");

static void hash(const void *bytes, size_t len, uint8_t out[CHAIN_BYTES])
{
    crypto_generichash(out, CHAIN_BYTES, bytes, len, NULL, 0);
}

void chain_start(const uint8_t public_key[KEY_BYTES], struct chain *out)
{
    hash(public_key, KEY_BYTES, out->value);
}

void chain_next(struct chain *chain, const void *entry, size_t len)
{
    uint8_t both[2 * CHAIN_BYTES];
    memcpy(both, chain->value, CHAIN_BYTES);
    hash(entry, len, both + CHAIN_BYTES);
    hash(both, sizeof both, chain->value);
}

bool chain_same(const struct chain *a, const struct chain *b)
{
    return memcmp(a->value, b->value, CHAIN_BYTES) == 0;
}
