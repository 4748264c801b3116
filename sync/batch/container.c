#include "sync/batch/container.h"

#include <cjson/cJSON.h>
#include <sodium.h>
#include <string.h>

#include "sync/batch/limits.h"

#define SIG_START "{\"sig\":\""
#define SIG_END   "\"}\n"

enum {
    SIG_TEXT = 88, /* base64 of 64 bytes */
    SIG_LINE = sizeof SIG_START - 1 + SIG_TEXT + sizeof SIG_END - 1,
    MAX_MEMBERS = 64, /* of a header: three times what any kind has */
};

/* The kinds and versions that this program reads. */
static const char *const KINDS[] = {"batch/1", "receipt/1", "feed/1", "invitation/1"};

void container_sign(struct buf *plain, const struct device *by)
{
    uint8_t signature[SIGNATURE_BYTES];
    char text[SIG_TEXT + 1];
    device_sign_hashed(by, plain->data, plain->len, signature);
    sodium_bin2base64(text, sizeof text, signature, sizeof signature, sodium_base64_VARIANT_ORIGINAL);
    buf_puts(plain, SIG_START);
    buf_puts(plain, text);
    buf_puts(plain, SIG_END);
}

void container_done(struct container *c)
{
    json_free(c->header);
    buf_done(&c->plain);
    *c = (struct container){0};
}

static enum err bad_form(struct errctx *e, const char *what)
{
    return err_fail(e, ERR_PROTOCOL, "bad-form: %s", what);
}

/* The signature line has one form and one length, so it is found from the end. */
static bool read_signature(const struct buf *plain, uint8_t out[SIGNATURE_BYTES])
{
    if (plain->len <= SIG_LINE)
        return false;
    const char *line = plain->data + plain->len - SIG_LINE;
    const char *text = line + sizeof SIG_START - 1;
    /* So many characters of base64 are as many bytes, or too many. */
    return line[-1] == '\n' && memcmp(line, SIG_START, sizeof SIG_START - 1) == 0 &&
           memcmp(text + SIG_TEXT, SIG_END, sizeof SIG_END - 1) == 0 &&
           sodium_base642bin(out, SIGNATURE_BYTES, text, SIG_TEXT, NULL, NULL, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0;
}

/* Readers take the first member of a name; another reader might take the last. */
static bool has_twins(const cJSON *object)
{
    int members = 0;
    for (const cJSON *a = object->child; a; a = a->next) {
        if (++members > MAX_MEMBERS)
            return true;
        for (const cJSON *b = a->next; b; b = b->next) {
            if (strcmp(a->string, b->string) == 0)
                return true;
        }
    }
    return false;
}

static enum err read_kind(struct container *c, struct errctx *e)
{
    const cJSON *first = cJSON_IsObject(c->header) ? c->header->child : NULL;
    if (!first || strcmp(first->string, "alluvia") != 0 || !cJSON_IsString(first))
        return bad_form(e, "the header does not begin with its kind");
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(KINDS[i], first->valuestring) == 0) {
            c->kind = KINDS[i];
            return has_twins(c->header) ? bad_form(e, "the header has a member twice, or too many") : ERR_OK;
        }
    }
    return err_fail(e, ERR_PROTOCOL, "unknown-version: this program does not know this kind of message");
}

static enum err split(struct container *c, struct errctx *e)
{
    const struct buf *plain = &c->plain;
    if (!read_signature(plain, c->signature))
        return bad_form(e, "the last line is not a signature");
    if (memchr(plain->data, '\0', plain->len))
        return bad_form(e, "holds a zero byte");
    size_t limit = plain->len - SIG_LINE;
    const char *end = memchr(plain->data, '\n', limit < BATCH_MAX_HEADER ? limit : BATCH_MAX_HEADER);
    if (!end)
        return bad_form(e, "the header is too long");
    if (json_read(plain->data, (size_t)(end - plain->data), &c->header, e) != ERR_OK)
        return bad_form(e, "the header is not JSON");
    c->lines = end + 1;
    c->lines_len = limit - (size_t)(c->lines - plain->data);
    return read_kind(c, e);
}

enum err container_split(struct buf *plain, struct container *out, struct errctx *e)
{
    *out = (struct container){.plain = *plain};
    buf_init(plain);
    enum err result = split(out, e);
    if (result != ERR_OK)
        container_done(out);
    return result;
}

enum err container_verify(const struct container *c, const uint8_t key[KEY_BYTES], struct errctx *e)
{
    if (!key_verify_hashed(key, c->plain.data, c->plain.len - SIG_LINE, c->signature))
        return err_fail(e, ERR_PROTOCOL, "bad-signature: not signed by the key that it should be signed by");
    return ERR_OK;
}

bool container_next(const struct container *c, const char **at, const char **out_line, size_t *out_len)
{
    const char *end = c->lines + c->lines_len;
    if (*at >= end)
        return false;
    /* What stands before the signature ends with a line break: container_split has seen to it. */
    const char *line_end = memchr(*at, '\n', (size_t)(end - *at));
    *out_line = *at;
    *out_len = (size_t)(line_end - *at);
    *at = line_end + 1;
    return true;
}
