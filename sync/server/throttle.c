#include "sync/server/throttle.h"

#include <sodium.h>
#include <string.h>

enum {
    PLACES = 8, /* buckets that a key may have */
};

static const uint64_t STRANGER = UINT64_C(1) << 63;

uint64_t throttle_key_of_device(uint32_t device)
{
    return (uint64_t)device + 1;
}

uint64_t throttle_key_of_stranger(const void *address, size_t len)
{
    uint8_t hash[crypto_generichash_BYTES_MIN];
    uint64_t key = 0;
    (void)crypto_generichash(hash, sizeof hash, address, len, NULL, 0);
    memcpy(&key, hash, sizeof key);
    return key | STRANGER;
}

/* The bucket of KEY; a new one in place of the fullest when it has none. */
static struct throttle_bucket *find(struct throttle *t, uint64_t key)
{
    /* Fibonacci hashing: devices' codes are even, addresses are hashes already. */
    size_t start = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32) % THROTTLE_BUCKETS;
    struct throttle_bucket *fullest = NULL;
    for (size_t i = 0; i < PLACES; i++) {
        struct throttle_bucket *b = &t->buckets[(start + i) % THROTTLE_BUCKETS];
        if (b->key == key)
            return b;
        if (!fullest || b->full_at_ms < fullest->full_at_ms)
            fullest = b;
    }
    *fullest = (struct throttle_bucket){.key = key};
    return fullest;
}

bool throttle_allows(struct throttle *t, struct throttle_rate rate, uint64_t key, int64_t tick_ms, bool take,
                     int *out_wait_s)
{
    struct throttle_bucket *b = find(t, key);
    int64_t full_at_ms = b->full_at_ms > tick_ms ? b->full_at_ms : tick_ms;
    int64_t after_ms = full_at_ms + rate.refill_ms;
    int64_t beyond_ms = after_ms - tick_ms - rate.burst * rate.refill_ms;
    *out_wait_s = beyond_ms > 0 ? (int)((beyond_ms + 999) / 1000) : 0;
    if (beyond_ms > 0)
        return false;
    if (take)
        b->full_at_ms = after_ms;
    return true;
}
