#include "sync/batch/header.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <string.h>

#include "schema/base/base32.h"
#include "schema/record/ident.h"

enum {
    LONGEST_HEX = 32 /* bytes: keys and chain values */
};

bool header_int(const struct cJSON *header, const char *key, int64_t min, int64_t max, int64_t *out)
{
    return json_get_int(header, key, out) && *out >= min && *out <= max;
}

bool header_hex(const struct cJSON *header, const char *key, void *out, size_t len)
{
    const char *text = json_get_str(header, key);
    return text && strlen(text) == 2 * len && hex_get(text, out, len);
}

bool header_code(const struct cJSON *header, const char *key, uint32_t *out)
{
    char exact[DEVICE_CODE_BYTES];
    const char *text = json_get_str(header, key);
    return text && device_code_parse(text, out) && strcmp(device_code_format(*out, exact), text) == 0;
}

bool header_text(const struct cJSON *header, const char *key, char *out, size_t size)
{
    const char *text = json_get_str(header, key);
    if (!text || strlen(text) >= size)
        return false;
    for (const char *at = text; *at; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            return false;
    }
    memcpy(out, text, strlen(text) + 1);
    return true;
}

bool header_incarnation(const struct cJSON *header, char out[INCARNATION_BYTES])
{
    uint8_t id[(INCARNATION_BYTES - 1) / 2];
    if (!header_hex(header, "incarnation", id, sizeof id))
        return false;
    hex_put(id, sizeof id, out);
    return true;
}

bool header_has(const struct cJSON *header, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(header, key) != NULL;
}

void header_put_hex(struct json_out *j, const char *key, const void *bytes, size_t len)
{
    char text[2 * LONGEST_HEX + 1];
    assert(len <= LONGEST_HEX);
    hex_put(bytes, len, text);
    json_put_str(j, key, text);
}

void header_put_code(struct json_out *j, const char *key, uint32_t device)
{
    char text[DEVICE_CODE_BYTES];
    json_put_str(j, key, device_code_format(device, text));
}

enum err header_bad(struct errctx *e, const char *key)
{
    return err_fail(e, ERR_PROTOCOL, "bad-form: \"%s\" of the header is missing or wrong", key);
}
