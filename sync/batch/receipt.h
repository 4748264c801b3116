/*
 * Receipts and invitations: containers that the registry signs.
 *
 *   {"alluvia":"receipt/1","registry":"<code>","incarnation":"<32
 * hex>","device":"7K4QXM","first":401,"last":900,"upto":900, "chain":"<64 hex: chain(upto)>","at":…}
 *   "past":{"9QX2M4":{"upto":60,"chain":"<64 hex>"}} in the header of a laptop that goes on for others
 *   {"n":412,"is":"flagged","findings":[{"rule":"yield.grade","level":"flag","field":"gravel_l","text":"…"}]}
 * FIRST … LAST are the entries whose dispositions the lines tell; an entry without a line was accepted.
 *
 *   {"alluvia":"invitation/1","registry":"<code>","key":"<64
 * hex>","name":"…","country":"SL","url":"https://…","pin":"sha256//…",
 *    "districts":["SL-E"],"code":"ABCD-…","expires":…,"incarnation":"…","at":…,"training":true}
 * URL, PIN, CODE and TRAINING only where they apply. The answer to an enrolment is the same without CODE.
 */
#ifndef ALLUVIA_BATCH_RECEIPT_H
#define ALLUVIA_BATCH_RECEIPT_H

#include "schema/record/rules.h"
#include "sync/batch/batch.h"

enum disposition {
    DISPOSITION_ACCEPTED,
    DISPOSITION_FLAGGED,
    DISPOSITION_RETURNED,
    DISPOSITION_CONFLICT
};
const char *disposition_word(enum disposition d);

enum {
    INCARNATION_BYTES = 33,
    REGISTRY_NAME_BYTES = 128,
    URL_BYTES = 256,
    PIN_BYTES = 64,
    MAX_DISTRICTS = 64,
    DISTRICT_BYTES = 24 /* "CD-KE-LUPATAPATA" and its zero byte, with room */
};

enum {
    RECEIPT_MAX_POINTS = 36,    /* a number, the one before, and from there twice as far back each time */
    RECEIPT_MAX_PAST = 24,      /* each takes some 110 bytes of the header's 4,096 */
    RECEIPT_MOST_ENTRIES = 5000 /* whose dispositions are told at once on request: as many as a batch has */
};

/* A chain value that the registry holds. */
struct receipt_point {
    int64_t number;
    struct chain chain;
};

/* How far the registry holds a device that the receipt's goes on for. */
struct receipt_past {
    uint32_t device;
    int64_t upto;       /* 0: it does not know that device */
    struct chain chain; /* chain(upto); all zero with 0 */
};

struct receipt {
    uint32_t registry;
    char incarnation[INCARNATION_BYTES];
    uint32_t device;
    int64_t first; /* 0 … 0 when it tells of no entries */
    int64_t last;
    int64_t upto;
    struct chain chain;
    int64_t at;
    int64_t feed; /* the newest event that the feed has for this device; 0 for none */
    /* Further chain values, from the newest back, for a laptop whose journal is not the one that is held: so
     * it finds the last entry in common. */
    struct receipt_point points[RECEIPT_MAX_POINTS];
    int point_count;
    struct receipt_past past[RECEIPT_MAX_PAST]; /* the nearest first */
    int past_count;
};

/* Appends the header line; the caller appends disposition lines, signs and packs. */
void receipt_write_header(const struct receipt *r, struct buf *plain);
void receipt_write_line(struct buf *plain, int64_t number, enum disposition is,
                        const struct findings *findings);

/* Reads header and lines of a container whose signature was verified. EACH may be NULL; FINDINGS are valid
 * during the call. */
MUST_CHECK enum err receipt_read(const struct container *c, struct receipt *out,
                                 enum err (*each)(void *arg, int64_t number, enum disposition is,
                                                  const char *findings_json, struct errctx *e),
                                 void *arg, struct errctx *e);

struct invitation {
    uint32_t registry;
    uint8_t key[KEY_BYTES];
    char name[REGISTRY_NAME_BYTES];
    char country[3];
    char url[URL_BYTES];
    char pin[PIN_BYTES];
    char districts[MAX_DISTRICTS][DISTRICT_BYTES];
    int district_count;
    char code[INVITATION_CODE_BYTES];
    int64_t expires; /* 0: never said */
    char incarnation[INCARNATION_BYTES];
    int64_t at;
    bool training;
};
void invitation_write(const struct invitation *i, struct buf *plain); /* header line alone */
/* Also checks that the container is signed by the key that it names. */
MUST_CHECK enum err invitation_read(const struct container *c, struct invitation *out, struct errctx *e);

/*
 * Invitation codes: 60 random bits and the first 20 bits of BLAKE2b-256(registry public key), as 16
 * characters of Crockford base 32 in four groups. So a laptop that was given a code can tell that the
 * registry that answers is the one that wrote it.
 */
void invitation_code_make(const uint8_t registry_key[KEY_BYTES], char out[INVITATION_CODE_BYTES]);
/* Brings a typed code to its form ("abcd efgh…"); ERR_INVALID when it is none. */
MUST_CHECK enum err invitation_code_parse(const char *text, char out[INVITATION_CODE_BYTES],
                                          struct errctx *e);
bool invitation_code_fits(const char *code, const uint8_t registry_key[KEY_BYTES]);

#endif
