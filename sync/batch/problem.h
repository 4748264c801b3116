/* Problem details (RFC 9457) with the stable types of the protocol, for both ends. */
#ifndef ALLUVIA_BATCH_PROBLEM_H
#define ALLUVIA_BATCH_PROBLEM_H

#include "schema/base/buf.h"

/* Types are names, not addresses: nothing is to be fetched there. */
#define PROBLEM_URI        "urn:alluvia:problem:"
#define PROBLEM_MEDIA_TYPE "application/problem+json"

enum problem_type {
    PROBLEM_NONE,
    PROBLEM_GAP,             /* 409: entries before this batch are missing; "expected": N */
    PROBLEM_FORKED,          /* 409: other bytes under a number that is held; "chain": {"N":"<hex>",…} */
    PROBLEM_REVOKED,         /* 403 */
    PROBLEM_NOT_ENROLLED,    /* 403 */
    PROBLEM_INVITATION,      /* 403: unknown, used or expired code, said in "detail" */
    PROBLEM_CODE_TAKEN,      /* 409: another key has the same six characters */
    PROBLEM_TRAINING,        /* 403: a training laptop at a real registry, or the reverse */
    PROBLEM_TOO_LARGE,       /* 413 */
    PROBLEM_UNKNOWN_VERSION, /* 422 */
    PROBLEM_UNKNOWN_PREFIX,  /* 422: send it again without prefix */
    PROBLEM_BAD_FORM,        /* 422 */
    PROBLEM_BAD_SIGNATURE,   /* 401 for a request, 422 for a batch */
    PROBLEM_BAD_CHAIN,       /* 422 */
    PROBLEM_BAD_ENTRY,       /* 422; "pointer" */
    PROBLEM_NOT_FOUND,       /* 404 */
    PROBLEM_METHOD,          /* 405 */
    PROBLEM_TOO_MANY,        /* 429 with Retry-After: this laptop, or this address, asked too often */
    PROBLEM_BUSY,            /* 503 with Retry-After */
    PROBLEM_INTERNAL,        /* 500 */
    PROBLEM_COUNT,
};

struct problem {
    enum problem_type type;
    char detail[256];
    struct buf extra; /* further members as JSON text without braces: `"expected":12`; may be empty; owned */
};

void problem_done(struct problem *p);
const char *problem_word(enum problem_type type); /* "gap": what stands behind PROBLEM_URI */
int problem_status(enum problem_type type);
/* What the member "type" of a problem names; PROBLEM_NONE when unknown. */
enum problem_type problem_find(const char *type);
/* The type whose word and ": " stand in front of TEXT, as the batch's errors have it; *DETAIL is what
 * follows. PROBLEM_NONE (*DETAIL is TEXT) when there is none. */
enum problem_type problem_of_words(const char *text, const char **detail);
/* Writes the application/problem+json object. STATUS is problem_status but for a request's signature (401).
 */
void problem_write(const struct problem *p, int status, struct buf *out);

#endif
