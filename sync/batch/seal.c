/* The sealed form of containers, for files that are carried. */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "schema/record/ident.h"
#include "sync/batch/container.h"
#include "sync/batch/limits.h"

#define LINE_START "{\"alluvia\":\"sealed/1\",\"to\":\""
#define LINE_END   "\"}\n"

enum {
    CODE_AT = sizeof LINE_START - 1,
    LINE_BYTES = CODE_AT + DEVICE_CODE_CHARS + sizeof LINE_END - 1,
};

static_assert(crypto_scalarmult_curve25519_BYTES == KEY_BYTES, "X25519 keys are as long as Ed25519's");

enum err container_seal(const void *packed, size_t len, const uint8_t key[KEY_BYTES], struct buf *out,
                        struct errctx *e)
{
    uint8_t box_key[KEY_BYTES];
    char code[DEVICE_CODE_BYTES];
    if (crypto_sign_ed25519_pk_to_curve25519(box_key, key) != 0)
        return err_fail(e, ERR_INVALID, "the registry's key cannot be sealed to");
    buf_puts(out, LINE_START);
    buf_puts(out, device_code_format(device_number_of(key), code));
    buf_puts(out, LINE_END);
    size_t room = len + crypto_box_SEALBYTES;
    if (crypto_box_seal((unsigned char *)buf_reserve(out, room), packed, len, box_key) != 0)
        return err_fail(e, ERR_INTERNAL, "cannot seal");
    buf_truncate(out, out->len + room);
    return ERR_OK;
}

bool container_is_sealed(const void *bytes, size_t len, uint32_t *out_to)
{
    const char *line = bytes;
    char code[DEVICE_CODE_BYTES] = {0};
    char exact[DEVICE_CODE_BYTES];
    if (len < LINE_BYTES || memcmp(line, LINE_START, CODE_AT) != 0 ||
        memcmp(line + CODE_AT + DEVICE_CODE_CHARS, LINE_END, sizeof LINE_END - 1) != 0)
        return false;
    memcpy(code, line + CODE_AT, DEVICE_CODE_CHARS);
    return device_code_parse(code, out_to) && strcmp(device_code_format(*out_to, exact), code) == 0;
}

enum err container_open_seal(const void *bytes, size_t len, const struct device *me, struct buf *out,
                             struct errctx *e)
{
    uint32_t to = 0;
    if (!container_is_sealed(bytes, len, &to))
        return err_fail(e, ERR_PROTOCOL, "bad-form: is not a sealed file");
    if (to != me->number) {
        char code[DEVICE_CODE_BYTES];
        return err_fail(e, ERR_DENIED, "sealed for %s, not for %s", device_code_format(to, code), me->code);
    }
    if (len - LINE_BYTES > BATCH_MAX_COMPRESSED + crypto_box_SEALBYTES)
        return err_fail(e, ERR_PROTOCOL, "too-large: %zu bytes sealed", len);
    const unsigned char *box = (const unsigned char *)bytes + LINE_BYTES;
    size_t box_len = len - LINE_BYTES;
    uint8_t box_key[KEY_BYTES];
    uint8_t box_secret[KEY_BYTES];
    if (box_len < crypto_box_SEALBYTES)
        return err_fail(e, ERR_PROTOCOL, "bad-form: the sealed file is cut short");
    int failed = crypto_sign_ed25519_pk_to_curve25519(box_key, me->key);
    assert(!failed); /* the key was made of a seed */
    failed = crypto_sign_ed25519_sk_to_curve25519(box_secret, me->secret);
    assert(!failed);
    size_t room = box_len - crypto_box_SEALBYTES;
    failed = crypto_box_seal_open((unsigned char *)buf_reserve(out, room), box, box_len, box_key, box_secret);
    sodium_memzero(box_secret, sizeof box_secret);
    buf_truncate(out, out->len + (failed ? 0 : room));
    return failed ? err_fail(e, ERR_PROTOCOL, "bad-form: the sealed file is damaged") : ERR_OK;
}
