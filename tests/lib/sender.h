/* A journal in memory, for tests of what the registry takes in: real keys, real entries, real batches. */
#ifndef ALLUVIA_TESTS_SENDER_H
#define ALLUVIA_TESTS_SENDER_H

#include "sync/batch/batch.h"
#include "sync/journal/predecessor.h"

enum {
    SENDER_MAX_ENTRIES = 2000,
    SENDER_AT = 1795452245 /* 2026-11-23T17:24:05Z: its first entry */
};

struct sender {
    struct device me;
    bool training;
    int64_t count;
    char *lines[SENDER_MAX_ENTRIES + 1]; /* of entry N at N */
    struct chain chain[SENDER_MAX_ENTRIES + 1];
};

/* Keys from SEED; the device entry is written. */
void sender_init(struct sender *l, uint8_t seed, bool training);
/* One that goes on with another's work and says so; SIGNER, who may be NULL, signs that. */
void sender_init_after(struct sender *l, uint8_t seed, struct predecessor after, const struct device *signer);
/* What its heir says of it, when NUMBER is the last entry that the two have in common. */
struct predecessor sender_at(const struct sender *l, int64_t number);
void sender_done(struct sender *l);

/* Each appends one entry and returns its number. */
int64_t sender_add_line(struct sender *l, const char *line);
int64_t sender_add_coop(struct sender *l, const char *name); /* without fault */
int64_t sender_add_coop_again(struct sender *l, const char *name, int64_t was);
int64_t sender_add_unnamed_coop(struct sender *l); /* a required field is missing: flagged */
int64_t sender_amend_coop(struct sender *l, int64_t coop, int64_t base, const char *village);

/* The signed plain container of FIRST … LAST; CODE may be NULL. */
void sender_plain(const struct sender *l, int64_t first, int64_t last, const char *code, struct buf *plain);
/* The same packed as it travels. */
void sender_batch(const struct sender *l, int64_t first, int64_t last, const char *code, struct buf *packed);
/* With the lines before FIRST as prefix. */
void sender_prefixed_batch(const struct sender *l, int64_t first, int64_t last, struct buf *packed);

#endif
