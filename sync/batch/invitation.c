/* Invitations and the codes that people carry. */
#include <cjson/cJSON.h>
#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "schema/base/base32.h"
#include "sync/batch/header.h"
#include "sync/batch/receipt.h"

enum {
    CODE_CHARS = 16,
    RANDOM_CHARS = 12, /* 60 bits: not to be guessed at any rate that a server answers */
    CHECK_CHARS = CODE_CHARS - RANDOM_CHARS,
    GROUP = 4,
};

/* --- codes --------------------------------------------------------------------------------------------- */

static void check_chars(const uint8_t registry_key[KEY_BYTES], char out[CHECK_CHARS + 1])
{
    uint8_t hash[CHAIN_BYTES];
    crypto_generichash(hash, sizeof hash, registry_key, KEY_BYTES, NULL, 0);
    uint64_t first = (uint64_t)hash[0] << 16 | (uint64_t)hash[1] << 8 | hash[2];
    base32_put(first >> 4, CHECK_CHARS, out);
}

static void group(const char chars[CODE_CHARS + 1], char out[INVITATION_CODE_BYTES])
{
    (void)snprintf(out, INVITATION_CODE_BYTES, "%.4s-%.4s-%.4s-%.4s", chars, chars + GROUP, chars + 2 * GROUP,
                   chars + 3 * GROUP);
}

void invitation_code_make(const uint8_t registry_key[KEY_BYTES], char out[INVITATION_CODE_BYTES])
{
    uint64_t random = 0;
    char chars[CODE_CHARS + 1];
    randombytes_buf(&random, sizeof random);
    base32_put(random, RANDOM_CHARS, chars);
    check_chars(registry_key, chars + RANDOM_CHARS);
    group(chars, out);
}

enum err invitation_code_parse(const char *text, char out[INVITATION_CODE_BYTES], struct errctx *e)
{
    char chars[CODE_CHARS + 1] = {0};
    int count = 0;
    for (const char *at = text; *at; at++) {
        if (*at == '-' || isspace((unsigned char)*at))
            continue;
        if (count == CODE_CHARS)
            return err_fail(e, ERR_INVALID, "the invitation code is too long: it has 16 letters and digits");
        chars[count++] = *at;
    }
    if (count < CODE_CHARS)
        return err_fail(e, ERR_INVALID, "the invitation code is too short: it has 16 letters and digits");
    for (int i = 0; i < CODE_CHARS; i++) {
        uint64_t value = 0;
        if (!base32_get(chars + i, 1, &value))
            return err_fail(e, ERR_INVALID, "the invitation code holds a wrong character");
        chars[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[value];
    }
    group(chars, out);
    return ERR_OK;
}

bool invitation_code_fits(const char *code, const uint8_t registry_key[KEY_BYTES])
{
    char check[CHECK_CHARS + 1];
    check_chars(registry_key, check);
    size_t len = strlen(code);
    return len == INVITATION_CODE_BYTES - 1 && strcmp(code + len - CHECK_CHARS, check) == 0;
}

/* --- invitations --------------------------------------------------------------------------------------- */

static void put_opt(struct json_out *j, const char *key, const char *text)
{
    json_put_str_opt(j, key, text[0] ? text : NULL);
}

void invitation_write(const struct invitation *i, struct buf *plain)
{
    struct json_out j = {.to = plain};
    json_open(&j, '{');
    json_put_str(&j, "alluvia", "invitation/1");
    header_put_code(&j, "registry", i->registry);
    header_put_hex(&j, "key", i->key, KEY_BYTES);
    json_put_str(&j, "name", i->name);
    json_put_str(&j, "country", i->country);
    put_opt(&j, "url", i->url);
    put_opt(&j, "pin", i->pin);
    json_key(&j, "districts");
    json_open(&j, '[');
    for (int d = 0; d < i->district_count; d++)
        json_str(&j, i->districts[d]);
    json_close(&j, ']');
    put_opt(&j, "code", i->code);
    if (i->expires)
        json_put_int(&j, "expires", i->expires);
    json_put_str(&j, "incarnation", i->incarnation);
    json_put_int(&j, "at", i->at);
    if (i->training)
        json_put_bool(&j, "training", true);
    json_close(&j, '}');
    buf_putc(plain, '\n');
}

static enum err read_districts(const struct cJSON *header, struct invitation *out, struct errctx *e)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(header, "districts");
    if (!cJSON_IsArray(list))
        return header_bad(e, "districts");
    for (const cJSON *item = list->child; item; item = item->next) {
        const char *code = cJSON_GetStringValue(item);
        if (!code || out->district_count == MAX_DISTRICTS || strlen(code) >= sizeof out->districts[0])
            return header_bad(e, "districts");
        memcpy(out->districts[out->district_count++], code, strlen(code) + 1);
    }
    return ERR_OK;
}

/* Members that stand there only where they apply. */
static enum err read_optional(const struct cJSON *header, struct invitation *out, struct errctx *e)
{
    char exact[INVITATION_CODE_BYTES];
    struct errctx ignored;
    if (header_has(header, "url") && !header_text(header, "url", out->url, sizeof out->url))
        return header_bad(e, "url");
    if (header_has(header, "pin") && !header_text(header, "pin", out->pin, sizeof out->pin))
        return header_bad(e, "pin");
    if (header_has(header, "code") &&
        (!header_text(header, "code", out->code, sizeof out->code) ||
         invitation_code_parse(out->code, exact, &ignored) != ERR_OK || strcmp(exact, out->code) != 0 ||
         !invitation_code_fits(out->code, out->key)))
        return header_bad(e, "code");
    if (header_has(header, "expires") && !header_int(header, "expires", 1, JSON_MAX_INT, &out->expires))
        return header_bad(e, "expires");
    const cJSON *training = cJSON_GetObjectItemCaseSensitive(header, "training");
    if (training && !cJSON_IsBool(training))
        return header_bad(e, "training");
    out->training = cJSON_IsTrue(training);
    return ERR_OK;
}

enum err invitation_read(const struct container *c, struct invitation *out, struct errctx *e)
{
    *out = (struct invitation){0};
    if (strcmp(c->kind, "invitation/1") != 0)
        return err_fail(e, ERR_PROTOCOL, "bad-form: is a %s, not an invitation", c->kind);
    const struct cJSON *header = c->header;
    if (!header_hex(header, "key", out->key, KEY_BYTES))
        return header_bad(e, "key");
    if (container_verify(c, out->key, e) != ERR_OK)
        return e->kind;
    if (!header_code(header, "registry", &out->registry) || device_number_of(out->key) != out->registry)
        return header_bad(e, "registry");
    if (!header_text(header, "name", out->name, sizeof out->name))
        return header_bad(e, "name");
    if (!header_text(header, "country", out->country, sizeof out->country) || strlen(out->country) != 2)
        return header_bad(e, "country");
    if (!header_incarnation(header, out->incarnation))
        return header_bad(e, "incarnation");
    if (!header_int(header, "at", 0, JSON_MAX_INT, &out->at))
        return header_bad(e, "at");
    if (read_districts(header, out, e) != ERR_OK)
        return e->kind;
    return read_optional(header, out, e);
}
