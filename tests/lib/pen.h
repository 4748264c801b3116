/*
 * Writer of a device's journal straight into signed batches, without a database: the real entries, chain and
 * containers, as fast as they can be made. A struct pen is one device.
 */
#ifndef ALLUVIA_TESTS_PEN_H
#define ALLUVIA_TESTS_PEN_H

#include "sync/batch/batch.h"

struct pen {
    struct device me;
    struct chain head;   /* of the newest entry */
    int64_t number;      /* of the newest entry */
    struct chain sent;   /* of the last entry of the last batch */
    int64_t sent_number; /* its number */
    int64_t at;          /* of the newest entry */
    struct buf lines;    /* those that no batch has, each with its line break */
};

/* The device of SEED writes its first entry, at AT. */
void pen_start(struct pen *p, const uint8_t seed[SEED_BYTES], int64_t at);
void pen_done(struct pen *p);

/* Appends an entry as it stands; returns its address. The others make one and consume the record. */
int64_t pen_write(struct pen *p, const struct entry *entry);
int64_t pen_add(struct pen *p, const char *by, int64_t at, struct record *r);
int64_t pen_amend(struct pen *p, const char *by, int64_t at, int64_t id, int64_t base, struct record *r);
int64_t pen_void(struct pen *p, const char *by, int64_t at, enum entity_id of, int64_t id, int64_t base,
                 const char *why);

/* All lines that no batch has yet as one signed plain batch; CODE is an invitation's, or NULL. */
void pen_batch(struct pen *p, const char *code, struct buf *plain);

#endif
