#include "schema/base/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "schema/base/text.h"

static void before_value(struct json_out *j)
{
    if (j->comma)
        buf_putc(j->to, ',');
    j->comma = true;
}

void json_open(struct json_out *j, char bracket)
{
    before_value(j);
    buf_putc(j->to, bracket);
    j->comma = false;
}

void json_close(struct json_out *j, char bracket)
{
    buf_putc(j->to, bracket);
    j->comma = true;
}

void json_key(struct json_out *j, const char *key)
{
    before_value(j);
    json_quote(j->to, key);
    buf_putc(j->to, ':');
    j->comma = false;
}

void json_str(struct json_out *j, const char *text)
{
    before_value(j);
    json_quote(j->to, text);
}

void json_int(struct json_out *j, int64_t number)
{
    before_value(j);
    buf_put_int(j->to, number);
}

void json_bool(struct json_out *j, bool yes)
{
    json_raw(j, yes ? "true" : "false", yes ? 4 : 5);
}

void json_null(struct json_out *j)
{
    json_raw(j, "null", 4);
}

void json_raw(struct json_out *j, const char *text, size_t len)
{
    before_value(j);
    buf_put(j->to, text, len);
}

void json_put_str(struct json_out *j, const char *key, const char *text)
{
    json_key(j, key);
    json_str(j, text);
}

void json_put_int(struct json_out *j, const char *key, int64_t number)
{
    json_key(j, key);
    json_int(j, number);
}

void json_put_bool(struct json_out *j, const char *key, bool yes)
{
    json_key(j, key);
    json_bool(j, yes);
}

void json_put_str_opt(struct json_out *j, const char *key, const char *text)
{
    if (text)
        json_put_str(j, key, text);
}

static void put_escape(struct buf *out, unsigned char c)
{
    static const struct {
        char raw;
        char escape;
    } short_forms[] = {{'"', '"'},  {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'},
                       {'\n', 'n'}, {'\r', 'r'},  {'\t', 't'}};
    for (size_t i = 0; i < sizeof short_forms / sizeof short_forms[0]; i++) {
        if (c == (unsigned char)short_forms[i].raw) {
            buf_putc(out, '\\');
            buf_putc(out, short_forms[i].escape);
            return;
        }
    }
    buf_printf(out, "\\u%04x", c);
}

void json_quote(struct buf *out, const char *text)
{
    buf_putc(out, '"');
    const char *plain = text;
    const char *at = text;
    for (; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_put(out, plain, (size_t)(at - plain));
        put_escape(out, c);
        plain = at + 1;
    }
    buf_put(out, plain, (size_t)(at - plain));
    buf_putc(out, '"');
}

bool json_take(struct json_in *j, const char *bytes)
{
    size_t len = strlen(bytes);
    if ((size_t)(j->end - j->at) < len || memcmp(j->at, bytes, len) != 0)
        return false;
    j->at += len;
    return true;
}

bool json_take_int(struct json_in *j, int64_t *out)
{
    const char *at = j->at;
    bool negative = at < j->end && *at == '-';
    at += negative;
    const char *digits = at;
    int64_t number = 0;
    for (; at < j->end && *at >= '0' && *at <= '9' && number <= JSON_MAX_INT; at++)
        number = number * 10 + (*at - '0');
    bool padded = at > digits && *digits == '0' && (at - digits > 1 || negative);
    if (at == digits || padded || number > JSON_MAX_INT)
        return false;
    *out = negative ? -number : number;
    j->at = at;
    return true;
}

bool json_take_str(struct json_in *j, const char **out, size_t *out_len)
{
    const char *at = j->at;
    if (at == j->end || *at != '"')
        return false;
    for (at++; at < j->end && *at != '"'; at++) {
        if ((unsigned char)*at < 0x20 || *at == '\\')
            return false;
    }
    if (at == j->end)
        return false;
    *out = j->at + 1;
    *out_len = (size_t)(at - *out);
    j->at = at + 1;
    return true;
}

/* cJSON recurses: the depth is bounded before it sees the text. It also cannot hold U+0000. */
static enum err check_text(const char *text, size_t len, struct errctx *e)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (in_string) {
            if (c == '\\') {
                if (len - i > 5 && memcmp(text + i, "\\u0000", 6) == 0)
                    return err_fail(e, ERR_INVALID, "JSON string holds U+0000");
                i++;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_MAX_DEPTH)
                return err_fail(e, ERR_INVALID, "JSON is nested deeper than %d", JSON_MAX_DEPTH);
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return text_is_utf8(text, len) ? ERR_OK : err_fail(e, ERR_INVALID, "JSON is not valid UTF-8");
}

/* Else a text that memory does not last for would be called no JSON, and what it says be taken for absent. */
static once_flag hooked = ONCE_FLAG_INIT;

static void hook_memory(void)
{
    cJSON_Hooks hooks = {.malloc_fn = mem_alloc, .free_fn = free};
    cJSON_InitHooks(&hooks);
}

enum err json_read(const char *text, size_t len, struct cJSON **out, struct errctx *e)
{
    *out = NULL;
    if (check_text(text, len, e) != ERR_OK)
        return e->kind;
    const char *end = NULL;
    call_once(&hooked, hook_memory);
    cJSON *json = cJSON_ParseWithLengthOpts(text, len, &end, false);
    if (!json)
        return err_fail(e, ERR_INVALID, "is not JSON");
    while (end < text + len && (*end == ' ' || *end == '\n' || *end == '\r' || *end == '\t'))
        end++;
    if (end != text + len) {
        cJSON_Delete(json);
        return err_fail(e, ERR_INVALID, "JSON is followed by something else");
    }
    *out = json;
    return ERR_OK;
}

void json_free(struct cJSON *json)
{
    cJSON_Delete(json);
}

const char *json_get_str(const struct cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

bool json_whole(const struct cJSON *item, int64_t *out)
{
    if (!cJSON_IsNumber(item) || trunc(item->valuedouble) != item->valuedouble ||
        fabs(item->valuedouble) > (double)JSON_MAX_INT)
        return false;
    *out = (int64_t)item->valuedouble;
    return true;
}

bool json_get_int(const struct cJSON *object, const char *key, int64_t *out)
{
    return json_whole(cJSON_GetObjectItemCaseSensitive(object, key), out);
}
