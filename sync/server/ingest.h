/*
 * Taking in what a laptop wrote, by whatever road it came. HTTP and files go through here with the same
 * bytes, and every rule of the protocol is applied here once.
 */
#ifndef ALLUVIA_SERVER_INGEST_H
#define ALLUVIA_SERVER_INGEST_H

#include "sync/batch/problem.h"
#include "sync/server/arrival.h"
#include "sync/server/ledger.h"

struct ingest {
    struct ledger *ledger;
    const struct device *registry; /* the registry's own keys */
    int64_t now;
    uint32_t carrier; /* the device whose request brought it; 0: it came as a file */
    /* The number in quarantine of what a person has looked at and released, else 0. That its device was
     * revoked is no reason then; it is not kept once more, and the transaction is the caller's. */
    int64_t released;
};

struct ingested {
    struct batch_header header;
    int64_t batch;   /* id; 0 when all of it was held already */
    int64_t fresh;   /* entries that were new */
    int64_t flagged; /* of those, with findings */
    bool enrolled;   /* this batch enrolled its device */
};

/*
 * BYTES are a packed batch, sealed or not, with or without prefix (PREFIX_BEFORE: the address of the entry
 * that its prefix ends before; 0 when unknown). On success RECEIPT gets the packed receipt. A batch that is
 * held already, whole or in part, gives the receipt for all of it and changes what is new. On refusal nothing
 * changed, except that what must not be lost (revoked or forged devices, broken chains) went into quarantine;
 * PROBLEM says what to answer. The result is ERR_OK, the refusal's kind (ERR_PROTOCOL, ERR_CONFLICT for gap
 * and fork, ERR_DENIED), or a failure of ours.
 */
MUST_CHECK enum err ingest_batch(const struct ingest *in, const void *bytes, size_t len,
                                 int64_t prefix_before, struct buf *receipt, struct ingested *out,
                                 struct problem *problem, struct errctx *e);

/*
 * The key that a batch brings along, for a device that nobody here knows yet: the request that carries its
 * first batch is signed with it. ERR_NOT_FOUND: it brings none, or is no batch.
 */
MUST_CHECK enum err ingest_key_of(const struct ingest *in, const void *bytes, size_t len,
                                  uint8_t out[KEY_BYTES], struct errctx *e);

/* Opens a batch for a person to look at, and says whether the key of the device that it names has signed it.
 * OUT is the caller's to end. ERR_PROTOCOL: it cannot be read. */
MUST_CHECK enum err ingest_look(const struct ingest *in, const void *bytes, size_t len, struct container *out,
                                struct batch_header *header, bool *is_signed, struct errctx *e);

/* Projects an entry that is held already, for a rebuild from nothing; ARRIVAL is that of its batch. */
MUST_CHECK enum err ingest_again(const struct ingest *in, uint32_t device, const struct batch_entry *entry,
                                 const struct arrival *arrival, struct errctx *e);

#endif
