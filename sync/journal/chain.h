/*
 * The chain that makes a journal tamper-evident: chain(0) = BLAKE2b-256(device public key), chain(n) =
 * BLAKE2b-256(chain(n-1) ‖ BLAKE2b-256(bytes of entry n)). Needs sodium_init() once (device_module_init).
 */
#ifndef ALLUVIA_JOURNAL_CHAIN_H
#define ALLUVIA_JOURNAL_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CHAIN_BYTES = 32,
    KEY_BYTES = 32,
    SEED_BYTES = 32,
    SIGNATURE_BYTES = 64,
    SECRET_BYTES = 64
};

struct chain {
    uint8_t value[CHAIN_BYTES];
};

void chain_start(const uint8_t public_key[KEY_BYTES], struct chain *out);
void chain_next(struct chain *chain, const void *entry, size_t len);
bool chain_same(const struct chain *a, const struct chain *b);

#endif
