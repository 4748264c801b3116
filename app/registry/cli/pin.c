#include "app/registry/cli/pin.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "app/common/i18n.h"
#include "schema/base/file.h"

enum {
    CERTIFICATE_MAX_BYTES = 256 * 1024 /* with the chain of its authorities behind it */
};

/* The caller frees OUT with gnutls_free. */
static bool public_key(const struct buf *pem, gnutls_datum_t *out)
{
    gnutls_x509_crt_t certificate = NULL;
    gnutls_pubkey_t key = NULL;
    gnutls_datum_t text = {(unsigned char *)pem->data, (unsigned)pem->len};
    bool done = gnutls_x509_crt_init(&certificate) == GNUTLS_E_SUCCESS &&
                gnutls_x509_crt_import(certificate, &text, GNUTLS_X509_FMT_PEM) == GNUTLS_E_SUCCESS &&
                gnutls_pubkey_init(&key) == GNUTLS_E_SUCCESS &&
                gnutls_pubkey_import_x509(key, certificate, 0) == GNUTLS_E_SUCCESS &&
                gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, out) == GNUTLS_E_SUCCESS;
    if (key)
        gnutls_pubkey_deinit(key);
    if (certificate)
        gnutls_x509_crt_deinit(certificate);
    return done;
}

enum err pin_of_certificate(const char *path, char out[PIN_BYTES], struct errctx *e)
{
    struct buf pem = {0};
    gnutls_datum_t key = {0};
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    enum err result = file_read(path, CERTIFICATE_MAX_BYTES, &pem, e);
    if (result == ERR_OK && !public_key(&pem, &key))
        result = err_fail(e, ERR_INVALID, _("tls-cert \"%s\": holds no certificate in PEM form"), path);
    if (result == ERR_OK) {
        (void)crypto_hash_sha256(hash, key.data, key.size);
        (void)sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
        (void)snprintf(out, PIN_BYTES, "sha256//%s", text);
    }
    gnutls_free(key.data);
    buf_done(&pem);
    return result;
}
