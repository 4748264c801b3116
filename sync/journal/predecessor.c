#include "sync/journal/predecessor.h"

#include <sodium.h>
#include <string.h>

#include "schema/base/base32.h"

enum {
    SIG_TEXT_BYTES = sodium_base64_ENCODED_LEN(SIGNATURE_BYTES, sodium_base64_VARIANT_ORIGINAL)
};

static void put_members(const struct predecessor *p, struct json_out *j)
{
    char hex[2 * CHAIN_BYTES + 1];
    char code[DEVICE_CODE_BYTES];
    hex_put(p->chain.value, CHAIN_BYTES, hex);
    json_put_str(j, "device", device_code_format(p->device, code));
    json_put_int(j, "number", p->number);
    json_put_str(j, "chain", hex);
}

void predecessor_put(const struct predecessor *p, struct json_out *j)
{
    json_open(j, '{');
    put_members(p, j);
    if (p->is_signed) {
        char text[SIG_TEXT_BYTES];
        (void)sodium_bin2base64(text, sizeof text, p->sig, sizeof p->sig, sodium_base64_VARIANT_ORIGINAL);
        json_put_str(j, "sig", text);
    }
    json_close(j, '}');
}

bool predecessor_read_sig(const char *text, uint8_t out[SIGNATURE_BYTES])
{
    size_t len = 0;
    return sodium_base642bin(out, SIGNATURE_BYTES, text, strlen(text), NULL, &len, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           len == SIGNATURE_BYTES;
}

/* What is signed: one line that no container and no request can be. */
static void put_claim(const struct predecessor *p, const uint8_t new_key[KEY_BYTES], struct buf *out)
{
    char hex[2 * KEY_BYTES + 1];
    struct json_out j = {.to = out};
    hex_put(new_key, KEY_BYTES, hex);
    json_open(&j, '{');
    json_put_str(&j, "alluvia", "after/1");
    put_members(p, &j);
    json_put_str(&j, "key", hex);
    json_close(&j, '}');
}

void predecessor_sign(struct predecessor *p, const struct device *old, const uint8_t new_key[KEY_BYTES])
{
    struct buf claim = {0};
    put_claim(p, new_key, &claim);
    device_sign_hashed(old, claim.data, claim.len, p->sig);
    p->is_signed = true;
    buf_done(&claim);
}

bool predecessor_verify(const struct predecessor *p, const uint8_t old_key[KEY_BYTES],
                        const uint8_t new_key[KEY_BYTES])
{
    struct buf claim = {0};
    put_claim(p, new_key, &claim);
    bool fits = p->is_signed && key_verify_hashed(old_key, claim.data, claim.len, p->sig);
    buf_done(&claim);
    return fits;
}
