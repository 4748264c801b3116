/* The pin of a certificate: SHA-256 of its public key (the SubjectPublicKeyInfo), as libcurl and RFC 7469
 * write it. */
#ifndef ALLUVIA_REGISTRY_PIN_H
#define ALLUVIA_REGISTRY_PIN_H

#include "sync/batch/receipt.h"

/* Writes "sha256//…" of the first certificate of the PEM file PATH. ERR_NOT_FOUND, ERR_INVALID: no
 * certificate. */
MUST_CHECK enum err pin_of_certificate(const char *path, char out[PIN_BYTES], struct errctx *e);

#endif
