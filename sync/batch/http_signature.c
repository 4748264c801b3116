#include "sync/batch/http_signature.h"

#include <assert.h>
#include <ctype.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGEST_BYTES = crypto_hash_sha256_BYTES,
    MAX_COMPONENTS = 16,
    MAX_COMPONENT_NAME = 64,
};

/* --- signing */

static void write_digest(const void *body, size_t len, char *out)
{
    uint8_t hash[DIGEST_BYTES];
    crypto_hash_sha256(hash, body, len);
    char text[sodium_base64_ENCODED_LEN(DIGEST_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    (void)snprintf(out, HTTP_DIGEST_BYTES, "sha-256=:%s:", text);
}

/* The one header that is signed here. */
static const char *digest_alone(void *arg, const char *name)
{
    (void)name;
    return arg;
}

void http_sign(const struct http_message *message, int64_t created, const struct device *by,
               struct http_signed *out)
{
    *out = (struct http_signed){0};
    if (message->body_len > 0)
        write_digest(message->body, message->body_len, out->content_digest);
    char input[HTTP_SIGNATURE_INPUT_BYTES - 2]; /* "a=" stands before it */
    (void)snprintf(input, sizeof input,
                   "(\"@method\" \"@request-target\"%s);created=%lld;keyid=\"%s\";alg=\"ed25519\"",
                   message->body_len > 0 ? " \"content-digest\"" : "", (long long)created, by->code);
    (void)snprintf(out->signature_input, sizeof out->signature_input, "a=%s", input);

    struct http_message signed_part = *message;
    signed_part.header = digest_alone;
    signed_part.arg = out->content_digest;
    struct buf base = {0};
    struct errctx e;
    enum err result = http_signature_base(&signed_part, input, &base, &e);
    assert(result == ERR_OK);
    (void)result;
    uint8_t value[SIGNATURE_BYTES];
    device_sign(by, base.data, base.len, value);
    buf_done(&base);
    char text[sodium_base64_ENCODED_LEN(SIGNATURE_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(text, sizeof text, value, sizeof value, sodium_base64_VARIANT_ORIGINAL);
    (void)snprintf(out->signature, sizeof out->signature, "a=:%s:", text);
}

/* --- structured fields (RFC 8941), as far as they are needed */

/* One member of a dictionary: its key and its value, cut at the comma that ends it. */
struct member {
    const char *key;
    size_t key_len;
    const char *value;
    size_t value_len;
};

static bool next_member(const char **at, struct member *out)
{
    const char *p = *at;
    p += strspn(p, " \t,");
    out->key = p;
    out->key_len = strcspn(p, "=, ");
    p += out->key_len;
    if (out->key_len == 0 || *p != '=')
        return false;
    out->value = ++p;
    for (bool quoted = false; *p && (quoted || *p != ','); p++) {
        if (quoted && *p == '\\' && p[1])
            p++;
        else if (*p == '"')
            quoted = !quoted;
    }
    const char *end = p;
    while (end > out->value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    out->value_len = (size_t)(end - out->value);
    *at = p;
    return true;
}

static bool find_member(const char *header, const char *key, size_t key_len, struct member *out)
{
    while (next_member(&header, out)) {
        if (out->key_len == key_len && memcmp(out->key, key, key_len) == 0)
            return true;
    }
    return false;
}

/* Reads ":base64:" of exactly LEN bytes. */
static bool read_bytes(const struct member *m, uint8_t *out, size_t len)
{
    size_t got = 0;
    return m->value_len >= 2 && m->value[0] == ':' && m->value[m->value_len - 1] == ':' &&
           sodium_base642bin(out, len, m->value + 1, m->value_len - 2, NULL, &got, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           got == len;
}

/* Where the value of PARAMETER (";keyid=") of an inner list begins; NULL when it has none. */
static const char *parameter(const char *input, const char *name)
{
    const char *end_of_list = strchr(input, ')');
    const char *at = end_of_list ? strstr(end_of_list, name) : NULL;
    return at ? at + strlen(name) : NULL;
}

static bool read_quoted(const char *text, char *out, size_t size)
{
    size_t len = text && *text == '"' ? strcspn(text + 1, "\"\\") : 0;
    if (len == 0 || len >= size || text[len + 1] != '"')
        return false;
    memcpy(out, text + 1, len);
    out[len] = '\0';
    return true;
}

/* --- the signature base */

/* The next quoted name in an inner list at *AT; false at its end. */
static enum err next_component(const char **at, char *name, bool *end, struct errctx *e)
{
    const char *p = *at + strspn(*at, " ");
    *end = *p == ')';
    if (*end)
        return ERR_OK;
    if (!read_quoted(p, name, MAX_COMPONENT_NAME))
        return err_fail(e, ERR_DENIED, "the list of signed components has not its form");
    p += strlen(name) + 2;
    if (*p == ';')
        return err_fail(e, ERR_DENIED, "component \"%s\" has parameters, which are not supported", name);
    if (*p != ' ' && *p != ')')
        return err_fail(e, ERR_DENIED, "the list of signed components has not its form");
    *at = p;
    return ERR_OK;
}

static enum err put_derived(const struct http_message *m, const char *name, struct buf *out, struct errctx *e)
{
    if (strcmp(name, "@method") == 0) {
        buf_puts(out, m->method);
    } else if (strcmp(name, "@request-target") == 0) {
        buf_puts(out, m->target);
    } else if (strcmp(name, "@path") == 0) {
        buf_put(out, m->target, strcspn(m->target, "?"));
    } else if (strcmp(name, "@authority") == 0) {
        const char *host = m->header(m->arg, "host");
        for (; host && *host; host++)
            buf_putc(out, (char)tolower((unsigned char)*host));
    } else {
        return err_fail(e, ERR_DENIED, "component \"%s\" is not supported", name);
    }
    return ERR_OK;
}

static enum err put_component(const struct http_message *m, const char *name, struct buf *out,
                              struct errctx *e)
{
    buf_printf(out, "\"%s\": ", name);
    if (name[0] == '@') {
        if (put_derived(m, name, out, e) != ERR_OK)
            return e->kind;
    } else {
        const char *value = m->header(m->arg, name);
        if (!value)
            return err_fail(e, ERR_DENIED, "header \"%s\" is signed but missing", name);
        value += strspn(value, " \t");
        size_t len = strlen(value);
        while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
            len--;
        buf_put(out, value, len);
    }
    buf_putc(out, '\n');
    return ERR_OK;
}

enum err http_signature_base(const struct http_message *message, const char *input, struct buf *out,
                             struct errctx *e)
{
    char names[MAX_COMPONENTS][MAX_COMPONENT_NAME];
    int count = 0;
    const char *at = input;
    if (*at++ != '(')
        return err_fail(e, ERR_DENIED, "the list of signed components has not its form");
    for (;;) {
        bool end = false;
        if (count == MAX_COMPONENTS)
            return err_fail(e, ERR_DENIED, "more than %d signed components", MAX_COMPONENTS);
        if (next_component(&at, names[count], &end, e) != ERR_OK)
            return e->kind;
        if (end)
            break;
        for (int i = 0; i < count; i++) {
            if (strcmp(names[i], names[count]) == 0)
                return err_fail(e, ERR_DENIED, "component \"%s\" is signed twice", names[i]);
        }
        if (put_component(message, names[count], out, e) != ERR_OK)
            return e->kind;
        count++;
    }
    buf_printf(out, "\"@signature-params\": %s", input);
    return ERR_OK;
}

/* --- verifying */

static enum err read_parameters(struct http_signature *out, struct errctx *e)
{
    char alg[16];
    if (!read_quoted(parameter(out->input, ";keyid="), out->keyid, sizeof out->keyid))
        return err_fail(e, ERR_DENIED, "the signature names no key");
    const char *given = parameter(out->input, ";alg=");
    if (given && (!read_quoted(given, alg, sizeof alg) || strcmp(alg, "ed25519") != 0))
        return err_fail(e, ERR_DENIED, "the signature's algorithm is not ed25519");
    const char *created = parameter(out->input, ";created=");
    out->created = created ? strtoll(created, NULL, 10) : 0;
    return ERR_OK;
}

enum err http_signature_read(const struct http_message *message, struct http_signature *out, struct errctx *e)
{
    *out = (struct http_signature){0};
    const char *inputs = message->header(message->arg, "signature-input");
    const char *values = message->header(message->arg, "signature");
    struct member input;
    struct member value;
    if (!inputs || !values)
        return err_fail(e, ERR_DENIED, "the request is not signed");
    if (!next_member(&inputs, &input) || input.value_len >= sizeof out->input || input.value[0] != '(')
        return err_fail(e, ERR_DENIED, "the header Signature-Input has not its form");
    if (!find_member(values, input.key, input.key_len, &value) ||
        !read_bytes(&value, out->value, sizeof out->value))
        return err_fail(e, ERR_DENIED, "the header Signature has not its form");
    memcpy(out->input, input.value, input.value_len);
    return read_parameters(out, e);
}

static bool covers(const char *input, const char *quoted_name)
{
    const char *at = strstr(input, quoted_name);
    return at && at < strchr(input, ')');
}

static enum err check_digest(const struct http_message *message, struct errctx *e)
{
    const char *header = message->header(message->arg, "content-digest");
    struct member m;
    uint8_t given[DIGEST_BYTES];
    uint8_t hash[DIGEST_BYTES];
    /* It is there: the signature covers it. */
    if (!find_member(header, "sha-256", strlen("sha-256"), &m) || !read_bytes(&m, given, sizeof given))
        return err_fail(e, ERR_DENIED, "the header Content-Digest has no sha-256");
    crypto_hash_sha256(hash, message->body, message->body_len);
    if (sodium_memcmp(given, hash, sizeof hash) != 0)
        return err_fail(e, ERR_DENIED, "the body is not what its Content-Digest says");
    return ERR_OK;
}

enum err http_signature_verify(const struct http_message *message, const struct http_signature *signature,
                               const uint8_t key[KEY_BYTES], struct errctx *e)
{
    struct buf base = {0};
    enum err result = http_signature_base(message, signature->input, &base, e);
    if (result == ERR_OK &&
        (!covers(signature->input, "\"@method\"") || !covers(signature->input, "\"@request-target\"") ||
         (message->body_len > 0 && !covers(signature->input, "\"content-digest\""))))
        result = err_fail(e, ERR_DENIED, "the signature does not cover method, target and content-digest");
    if (result == ERR_OK && message->body_len > 0)
        result = check_digest(message, e);
    if (result == ERR_OK && !key_verify(key, base.data, base.len, signature->value))
        result = err_fail(e, ERR_DENIED, "the signature does not fit key \"%s\"", signature->keyid);
    buf_done(&base);
    return result;
}
