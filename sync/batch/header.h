/*
 * Members of header lines. Unlike an entry's, they may be joined by members of a newer version, so each is
 * looked up by name. The readers are true when the member is there in exactly the form that is written.
 */
#ifndef ALLUVIA_BATCH_HEADER_H
#define ALLUVIA_BATCH_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/err.h"
#include "schema/base/json.h"
#include "sync/batch/receipt.h"

bool header_int(const struct cJSON *header, const char *key, int64_t min, int64_t max, int64_t *out);
bool header_hex(const struct cJSON *header, const char *key, void *out, size_t len);
/* A device code as its number. */
bool header_code(const struct cJSON *header, const char *key, uint32_t *out);
/* A text of one line, without control characters, that fits into SIZE bytes with its zero byte. */
bool header_text(const struct cJSON *header, const char *key, char *out, size_t size);
/* The member "incarnation": as many hexadecimal digits as it has. */
bool header_incarnation(const struct cJSON *header, char out[INCARNATION_BYTES]);
bool header_has(const struct cJSON *header, const char *key);

void header_put_hex(struct json_out *j, const char *key, const void *bytes, size_t len);
void header_put_code(struct json_out *j, const char *key, uint32_t device);

/* ERR_PROTOCOL "bad-form: …" about the member KEY. */
enum err header_bad(struct errctx *e, const char *key);

#endif
