/*
 * HTTP message signatures (RFC 9421, Ed25519) and content digests (RFC 9530, SHA-256), for both ends: the
 * laptop signs with what the registry verifies with.
 *
 *   Content-Digest: sha-256=:<base64>:
 *   Signature-Input: a=("@method" "@request-target"
 * "content-digest");created=1795452245;keyid="7K4QXM";alg="ed25519" Signature: a=:<base64>:
 *
 * Without a body there is neither Content-Digest nor its component. `created` is never a reason to refuse:
 * laptops have wrong clocks, and every request of the protocol may come twice. One signature a request: the
 * first member of Signature-Input is looked at.
 */
#ifndef ALLUVIA_BATCH_HTTP_SIGNATURE_H
#define ALLUVIA_BATCH_HTTP_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"
#include "sync/journal/device.h"

/* A request as its signature sees it; everything is borrowed. */
struct http_message {
    const char *method; /* "POST" */
    const char *target; /* as in the request line: path and query */
    const void *body;
    size_t body_len; /* 0: the request has no body */
    /* The value of a header by its lower-case name, NULL when it has none. The signer needs none of them. */
    const char *(*header)(void *arg, const char *name);
    void *arg;
};

enum {
    HTTP_DIGEST_BYTES = 64,
    HTTP_SIGNATURE_INPUT_BYTES = 192,
    HTTP_SIGNATURE_VALUE_BYTES = 128,
    HTTP_KEYID_BYTES = 64,
    HTTP_SIGNATURE_MAX_HEADER = 1024, /* longer Signature-Input values are refused */
};

/* Values of the headers that a signed request carries. */
struct http_signed {
    char content_digest[HTTP_DIGEST_BYTES]; /* "" without a body: the header is left out */
    char signature_input[HTTP_SIGNATURE_INPUT_BYTES];
    char signature[HTTP_SIGNATURE_VALUE_BYTES];
};

/* Signs METHOD, TARGET and body of MESSAGE; its HEADER function is not used. */
void http_sign(const struct http_message *message, int64_t created, const struct device *by,
               struct http_signed *out);

/* What Signature-Input and Signature say, before anything of it is believed. */
struct http_signature {
    char keyid[HTTP_KEYID_BYTES];
    int64_t created;                       /* 0 when it does not say */
    char input[HTTP_SIGNATURE_MAX_HEADER]; /* the inner list and its parameters, as they came */
    uint8_t value[SIGNATURE_BYTES];
};

/* ERR_DENIED: there is no signature, or not one in this form; the words say which. */
MUST_CHECK enum err http_signature_read(const struct http_message *message, struct http_signature *out,
                                        struct errctx *e);
/* The signature base (RFC 9421, section 2.5) of MESSAGE for the components in INPUT. ERR_DENIED: a component
 * that the message lacks or that is not supported. */
MUST_CHECK enum err http_signature_base(const struct http_message *message, const char *input,
                                        struct buf *out, struct errctx *e);
/*
 * ERR_DENIED unless KEY signed at least method, target and (with a body) content-digest of this very message,
 * and the digest is the body's.
 */
MUST_CHECK enum err http_signature_verify(const struct http_message *message,
                                          const struct http_signature *signature,
                                          const uint8_t key[KEY_BYTES], struct errctx *e);

#endif
