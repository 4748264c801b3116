#include "sync/journal/device.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "schema/base/base32.h"
#include "schema/base/file.h"

static_assert(KEY_BYTES == crypto_sign_PUBLICKEYBYTES && SECRET_BYTES == crypto_sign_SECRETKEYBYTES &&
                  SEED_BYTES == crypto_sign_SEEDBYTES && SIGNATURE_BYTES == crypto_sign_BYTES,
              "keys and signatures are Ed25519's");

#define KEY_FILE_WORD "alluvia-key/1 "

enum {
    CODE_BITS = 30,
    /* word, code and line break; seed in hexadecimal and line break */
    KEY_FILE_BYTES = sizeof KEY_FILE_WORD - 1 + DEVICE_CODE_CHARS + 1 + 2 * SEED_BYTES + 1,
};

enum err device_module_init(struct errctx *e)
{
    return sodium_init() < 0 ? err_fail(e, ERR_INTERNAL, "this machine gives no random numbers") : ERR_OK;
}

uint32_t device_number_of(const uint8_t key[KEY_BYTES])
{
    uint8_t hash[CHAIN_BYTES];
    crypto_generichash(hash, sizeof hash, key, KEY_BYTES, NULL, 0);
    uint32_t first = (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
    return first >> (32 - CODE_BITS);
}

void device_from_seed(const uint8_t seed[SEED_BYTES], struct device *out)
{
    crypto_sign_seed_keypair(out->key, out->secret, seed);
    out->number = device_number_of(out->key);
    device_code_format(out->number, out->code);
}

enum err device_create(const char *key_path, struct device *out, struct errctx *e)
{
    uint8_t seed[SEED_BYTES];
    char hex[2 * SEED_BYTES + 1];
    char file[KEY_FILE_BYTES + 1];
    randombytes_buf(seed, sizeof seed);
    device_from_seed(seed, out);
    hex_put(seed, sizeof seed, hex);
    (void)snprintf(file, sizeof file, KEY_FILE_WORD "%s\n%s\n", out->code, hex);
    enum err result = file_create(key_path, file, KEY_FILE_BYTES, 0600, e);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(hex, sizeof hex);
    sodium_memzero(file, sizeof file);
    if (result != ERR_OK) {
        device_done(out);
        return err_wrap(e, "write the key file");
    }
    return ERR_OK;
}

/* Takes the two lines apart; the code must be the key's own, so that a damaged seed is noticed. */
static bool read_lines(const char *file, struct device *out)
{
    static const size_t code_at = sizeof KEY_FILE_WORD - 1;
    static const size_t seed_at = sizeof KEY_FILE_WORD - 1 + DEVICE_CODE_CHARS + 1;
    uint8_t seed[SEED_BYTES];
    if (memcmp(file, KEY_FILE_WORD, code_at) != 0 || file[seed_at - 1] != '\n' ||
        file[KEY_FILE_BYTES - 1] != '\n' || !hex_get(file + seed_at, seed, sizeof seed))
        return false;
    device_from_seed(seed, out);
    sodium_memzero(seed, sizeof seed);
    return memcmp(file + code_at, out->code, DEVICE_CODE_CHARS) == 0;
}

static enum err check_mode(const char *key_path, struct errctx *e)
{
    struct stat about;
    if (stat(key_path, &about) != 0)
        return ERR_OK; /* reading it says why */
    if (about.st_mode & (S_IRWXG | S_IRWXO))
        return err_fail(e, ERR_CONFIG, "other people can read the key file \"%s\": chmod 600 it", key_path);
    return ERR_OK;
}

enum err device_load(const char *key_path, struct device *out, struct errctx *e)
{
    *out = (struct device){0};
    if (check_mode(key_path, e) != ERR_OK)
        return e->kind;
    struct buf file = {0};
    enum err result = file_read(key_path, KEY_FILE_BYTES, &file, e);
    if (result == ERR_INVALID ||
        (result == ERR_OK && (file.len != KEY_FILE_BYTES || !read_lines(file.data, out))))
        result = err_fail(e, ERR_CONFIG, "\"%s\" is not a key file, or is damaged", key_path);
    if (file.data)
        sodium_memzero(file.data, file.size);
    buf_done(&file);
    if (result != ERR_OK)
        device_done(out);
    return result;
}

void device_done(struct device *d)
{
    sodium_memzero(d, sizeof *d);
}

void device_sign(const struct device *d, const void *bytes, size_t len, uint8_t out[SIGNATURE_BYTES])
{
    crypto_sign_detached(out, NULL, bytes, len, d->secret);
}

void device_sign_hashed(const struct device *d, const void *bytes, size_t len, uint8_t out[SIGNATURE_BYTES])
{
    uint8_t hash[CHAIN_BYTES];
    crypto_generichash(hash, sizeof hash, bytes, len, NULL, 0);
    device_sign(d, hash, sizeof hash, out);
}

bool key_verify(const uint8_t key[KEY_BYTES], const void *bytes, size_t len,
                const uint8_t sig[SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(sig, bytes, len, key) == 0;
}

bool key_verify_hashed(const uint8_t key[KEY_BYTES], const void *bytes, size_t len,
                       const uint8_t sig[SIGNATURE_BYTES])
{
    uint8_t hash[CHAIN_BYTES];
    crypto_generichash(hash, sizeof hash, bytes, len, NULL, 0);
    return key_verify(key, hash, sizeof hash, sig);
}
