/*
 * The one signed, compressed form in which things travel: a header line, lines, and a last line with the
 * signature over BLAKE2b-256 of every byte before it; the whole as one zstd frame. Batches, receipts, feed
 * pages and invitations are containers and differ in their header and lines alone.
 */
#ifndef ALLUVIA_BATCH_CONTAINER_H
#define ALLUVIA_BATCH_CONTAINER_H

#include "schema/base/buf.h"
#include "schema/base/err.h"
#include "schema/base/json.h"
#include "sync/journal/device.h"

#define CONTAINER_MEDIA_TYPE "application/vnd.alluvia.batch"

/* --- plain form: lines and signature
 * ---------------------------------------------------------------------------- */

/* PLAIN holds header and lines, each with its line break. Appends the signature line. */
void container_sign(struct buf *plain, const struct device *by);

struct container {
    struct buf plain;     /* everything, decompressed; owned */
    struct cJSON *header; /* owned */
    const char *kind;     /* the header's "alluvia": "batch/1" */
    const char *lines;    /* first byte behind the header line; borrowed from PLAIN */
    size_t lines_len;     /* up to the signature line */
    uint8_t signature[SIGNATURE_BYTES];
};
void container_done(struct container *c);

/*
 * Takes PLAIN apart: form of header and signature line only; verifies nothing. PLAIN is moved into OUT and
 * empty afterwards, also on failure. ERR_PROTOCOL with a stable word in front: "bad-form: …",
 * "unknown-version: …".
 */
MUST_CHECK enum err container_split(struct buf *plain, struct container *out, struct errctx *e);
/* ERR_PROTOCOL "bad-signature: …" unless KEY signed it. */
MUST_CHECK enum err container_verify(const struct container *c, const uint8_t key[KEY_BYTES],
                                     struct errctx *e);
/* The next line at *AT (start with c->lines): false at the end. Lines end with a line break, which LEN does
 * not count. */
bool container_next(const struct container *c, const char **at, const char **out_line, size_t *out_len);

/* --- compressed form
 * -------------------------------------------------------------------------------------------- */

/*
 * Compresses PLAIN as one zstd frame with content size and checksum. PREFIX (may be empty) is taken as the
 * frame's prefix: the output is then in the form of RFC 9842 "dcz": its magic, SHA-256 of the prefix, the
 * frame. ERR_PROTOCOL "too-large: …" when the result would break the limits of limits.h: a run of entries
 * must then be sent in smaller batches.
 */
MUST_CHECK enum err container_pack(const struct buf *plain, const void *prefix, size_t prefix_len,
                                   struct buf *out, struct errctx *e);
/* True when BYTES begin like "dcz"; HASH then gets the SHA-256 of the prefix that is needed. */
bool container_needs_prefix(const void *bytes, size_t len, uint8_t hash[32]);
/*
 * Decompresses within the limits of limits.h, without ever holding more than they allow. ERR_PROTOCOL
 * "too-large: …", "bad-form: …" (no zstd frame, damaged, cut short, more behind it), "unknown-prefix: …".
 */
MUST_CHECK enum err container_unpack(const void *bytes, size_t len, const void *prefix, size_t prefix_len,
                                     struct buf *out, struct errctx *e);

/* --- sealed form, for files that are carried
 * -------------------------------------------------------------------- */

/* A line `{"alluvia":"sealed/1","to":"<code of the key>"}` and a libsodium sealed box for KEY (Ed25519,
 * converted to X25519) that holds PACKED. */
MUST_CHECK enum err container_seal(const void *packed, size_t len, const uint8_t key[KEY_BYTES],
                                   struct buf *out, struct errctx *e);
/* Whether BYTES are sealed, and for whom (device code of the key). */
bool container_is_sealed(const void *bytes, size_t len, uint32_t *out_to);
/* ERR_DENIED when it is sealed for somebody else; ERR_PROTOCOL when damaged. */
MUST_CHECK enum err container_open_seal(const void *bytes, size_t len, const struct device *me,
                                        struct buf *out, struct errctx *e);

#endif
