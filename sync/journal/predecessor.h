/*
 * What a device says of the one whose work it goes on with, in `after` of its entry 1: the predecessor's
 * code, its last entry that the two have in common and the chain value there, and, when the predecessor's key
 * was at hand, that key's signature over all this and the new key.
 *
 * One that left its code to another device has no entry in common with it: number 0, and chain(0), which
 * tells the key that it had.
 */
#ifndef ALLUVIA_JOURNAL_PREDECESSOR_H
#define ALLUVIA_JOURNAL_PREDECESSOR_H

#include "schema/base/json.h"
#include "sync/journal/device.h"

struct predecessor {
    uint32_t device;
    int64_t number;
    struct chain chain;
    bool is_signed;
    uint8_t sig[SIGNATURE_BYTES];
};

/* Writes the JSON object in canonical form; entry.c reads it. */
void predecessor_put(const struct predecessor *p, struct json_out *j);

/* A signature in base64. False: it is none. */
bool predecessor_read_sig(const char *text, uint8_t out[SIGNATURE_BYTES]);

/* Signs for the device with NEW_KEY; OLD has its secret. */
void predecessor_sign(struct predecessor *p, const struct device *old, const uint8_t new_key[KEY_BYTES]);
/* Whether OLD_KEY signed it for the device with NEW_KEY. */
bool predecessor_verify(const struct predecessor *p, const uint8_t old_key[KEY_BYTES],
                        const uint8_t new_key[KEY_BYTES]);

#endif
