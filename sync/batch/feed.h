/*
 * Feed pages: what the registry tells a laptop, in the order in which it became known there. A page is a
 * container that the registry signs:
 *
 *   {"alluvia":"feed/1","registry":"4P23PE","incarnation":"<32 hex>","device":"KMJE5V","after":40,"next":97,
 *    "more":true,"at":…}
 *   {"n":41,"at":…,"id":"7K4QXM-412","entry":{…}}            the exact bytes of an entry of another device
 *   {"n":58,"at":…,"revoked":"7K4QXM"}
 *   {"n":97,"at":…,"file":"threshold","text":"key,value,…"}  a code list, profile … that was replaced
 *
 * AFTER and NEXT are places in the registry's order of reception; the next page begins after NEXT. MORE only
 * when there is one.
 */
#ifndef ALLUVIA_BATCH_FEED_H
#define ALLUVIA_BATCH_FEED_H

#include "sync/batch/receipt.h"

enum {
    FEED_PAGE_BYTES = 256 * 1024, /* of lines: some 50 KB packed, ten seconds on 2G, lost when it is cut */
    FEED_FILE_BYTES = 64 * 1024,  /* the longest code list has a quarter */
    FEED_FILE_NAME_BYTES = 64,
};

enum feed_what {
    FEED_ENTRY,
    FEED_REVOKED,
    FEED_FILE
};

struct feed_event {
    int64_t seq;
    int64_t at; /* the registry's instant of hearing of it */
    enum feed_what what;
    int64_t entry; /* its address */
    const char *bytes;
    size_t len;
    uint32_t device;  /* revoked */
    const char *file; /* name of the list, without ".csv" */
    const char *text;
};

struct feed_header {
    uint32_t registry;
    char incarnation[INCARNATION_BYTES];
    uint32_t device;
    int64_t after;
    int64_t next;
    bool more;
    int64_t at;
};

/* Whether other laptops are told of records of this kind: those that their people work with too. */
bool feed_shares(enum entity_id of);

void feed_write_header(const struct feed_header *h, struct buf *plain);
void feed_write_event(const struct feed_event *event, struct buf *plain);

/* Reads a container whose signature was verified. EACH (may be NULL) gets every event that this program
 * knows, valid during the call. ERR_PROTOCOL "bad-form: …", or what EACH fails with. */
MUST_CHECK enum err feed_read(const struct container *c, struct feed_header *out,
                              enum err (*each)(void *arg, const struct feed_event *event, struct errctx *e),
                              void *arg, struct errctx *e);

#endif
