/*
 * JSON as Alluvia writes and reads it. Written JSON is canonical: no spaces, keys in the order of writing,
 * integers only, strings with just the escapes that RFC 8259 demands. Reading is cJSON's work behind limits
 * of ours.
 */
#ifndef ALLUVIA_BASE_JSON_H
#define ALLUVIA_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"

struct cJSON;

/* The largest integer that every JSON reader keeps exactly (RFC 8259, section 6). */
#define JSON_MAX_INT INT64_C(9007199254740991)

enum {
    JSON_MAX_DEPTH = 16
};

/* A writer of one JSON text: it puts commas and nothing else by itself. */
struct json_out {
    struct buf *to;
    bool comma; /* the next value needs one before it */
};

void json_open(struct json_out *j, char bracket);  /* '{' or '[' */
void json_close(struct json_out *j, char bracket); /* '}' or ']' */
void json_key(struct json_out *j, const char *key);
void json_str(struct json_out *j, const char *text);
void json_int(struct json_out *j, int64_t number);
void json_bool(struct json_out *j, bool yes);
void json_null(struct json_out *j);
/* TEXT is JSON already. */
void json_raw(struct json_out *j, const char *text, size_t len);

/* Key and value in one call; the _opt forms write nothing for NULL. */
void json_put_str(struct json_out *j, const char *key, const char *text);
void json_put_int(struct json_out *j, const char *key, int64_t number);
void json_put_bool(struct json_out *j, const char *key, bool yes);
void json_put_str_opt(struct json_out *j, const char *key, const char *text);

/* The string TEXT with its quotes. */
void json_quote(struct buf *out, const char *text);

/*
 * Canonical JSON read where it stands, without building a tree: each function takes what it names from the
 * front, or gives false. A string with escapes is not taken, and whether it is UTF-8 is not looked at.
 */
struct json_in {
    const char *at;
    const char *end;
};

bool json_take(struct json_in *j, const char *bytes);
bool json_take_int(struct json_in *j, int64_t *out);
bool json_take_str(struct json_in *j, const char **out, size_t *out_len); /* borrowed, no zero byte */

/*
 * Reads one JSON text of LEN bytes, nothing behind it. ERR_INVALID: not JSON, not UTF-8, U+0000 inside a
 * string, or nested deeper than JSON_MAX_DEPTH. The caller frees with json_free.
 */
MUST_CHECK enum err json_read(const char *text, size_t len, struct cJSON **out, struct errctx *e);
void json_free(struct cJSON *json);

/* The member KEY when it is a string; NULL otherwise. Borrowed from OBJECT. */
const char *json_get_str(const struct cJSON *object, const char *key);
/* The value of a JSON number that is whole and within ± JSON_MAX_INT: the one place where a parser's floating
 * point becomes an integer. ITEM may be NULL. */
bool json_whole(const struct cJSON *item, int64_t *out);
/* The member KEY when it is such a number. */
bool json_get_int(const struct cJSON *object, const char *key, int64_t *out);

#endif
