/*
 * One laptop installation (or the registry itself): an Ed25519 key pair and the code derived from it, the
 * first 30 bits of BLAKE2b-256(public key) in Crockford base 32. The secret key lies in a file of its own,
 * mode 0600.
 */
#ifndef ALLUVIA_JOURNAL_DEVICE_H
#define ALLUVIA_JOURNAL_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/err.h"
#include "schema/record/ident.h"
#include "sync/journal/chain.h"

struct device {
    uint32_t number;              /* the 30 bits */
    char code[DEVICE_CODE_BYTES]; /* the same as text */
    uint8_t key[KEY_BYTES];       /* public */
    uint8_t secret[SECRET_BYTES];
};

/* Once before anything that hashes or signs. ERR_INTERNAL when the machine has no randomness. */
MUST_CHECK enum err device_module_init(struct errctx *e);

/* The code of any public key. */
uint32_t device_number_of(const uint8_t key[KEY_BYTES]);

/* The device of a seed: the same seed gives the same keys. For tests and the demo; device_create draws one.
 */
void device_from_seed(const uint8_t seed[SEED_BYTES], struct device *out);

/*
 * Makes a key pair and its file. ERR_EXISTS when the file is there. The file holds two lines: the word
 * "alluvia-key/1" and the device's code, and the seed in hexadecimal.
 */
MUST_CHECK enum err device_create(const char *key_path, struct device *out, struct errctx *e);
/* ERR_NOT_FOUND; ERR_CONFIG when the file is not a key or other people can read it. */
MUST_CHECK enum err device_load(const char *key_path, struct device *out, struct errctx *e);
/* Wipes the secret. */
void device_done(struct device *d);

/* Ed25519 over the bytes as they are. */
void device_sign(const struct device *d, const void *bytes, size_t len, uint8_t out[SIGNATURE_BYTES]);
/* Ed25519 over BLAKE2b-256 of the bytes: how containers are signed. */
void device_sign_hashed(const struct device *d, const void *bytes, size_t len, uint8_t out[SIGNATURE_BYTES]);
bool key_verify(const uint8_t key[KEY_BYTES], const void *bytes, size_t len,
                const uint8_t sig[SIGNATURE_BYTES]);
bool key_verify_hashed(const uint8_t key[KEY_BYTES], const void *bytes, size_t len,
                       const uint8_t sig[SIGNATURE_BYTES]);

#endif
