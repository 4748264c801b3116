/* Enrolment over HTTP: a laptop shows an invitation code and its key. */
#ifndef ALLUVIA_SERVER_ENROL_H
#define ALLUVIA_SERVER_ENROL_H

#include "sync/batch/http_signature.h"
#include "sync/batch/problem.h"
#include "sync/server/ledger.h"

enum {
    ENROL_MAX_BODY = 4096
};

struct enrolment {
    uint32_t device;
    uint8_t key[KEY_BYTES];
    char code[INVITATION_CODE_BYTES];
    char country[3]; /* of the laptop's records; "" when it does not say */
    bool training;
};

/* Reads {"alluvia":"enrolment/1",…}. PROBLEM says what to answer to what is refused. */
MUST_CHECK enum err enrol_read(const void *body, size_t len, struct enrolment *out, struct problem *problem,
                               struct errctx *e);
/* Takes the invitation and adds the device in one transaction; ANSWER gets the packed invitation container
 * without its code. The same key with the same code again: the same answer. */
MUST_CHECK enum err enrol_device(struct ledger *ledger, const struct device *registry,
                                 const struct enrolment *enrolment, int64_t now, struct buf *answer,
                                 struct problem *problem, struct errctx *e);

#endif
