/*
 * How often one laptop, or one address of strangers, may ask: a bucket of tokens each, in memory of fixed
 * size. A bucket that is full again is as good as none, so those give way to others; only when all that share
 * a place are in use does the fullest of them give way.
 */
#ifndef ALLUVIA_SERVER_THROTTLE_H
#define ALLUVIA_SERVER_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    THROTTLE_BUCKETS = 4096, /* more laptops at work in the same minutes than a country has */
};

struct throttle_rate {
    int64_t burst;     /* tokens of a full bucket */
    int64_t refill_ms; /* for one token */
};
/* A laptop: a season of 100,000 entries is some 30 requests, a stick of thirty others' work some hundred. */
#define THROTTLE_DEVICE ((struct throttle_rate){.burst = 600, .refill_ms = 200})
/* Refused enrolments of one address, or of a proxy and all behind it: typing errors, not a search. */
#define THROTTLE_STRANGER ((struct throttle_rate){.burst = 30, .refill_ms = 2000})

struct throttle {
    struct throttle_bucket {
        uint64_t key;       /* 0: nobody's */
        int64_t full_at_ms; /* when it will be full again, if nobody takes */
    } buckets[THROTTLE_BUCKETS];
};

/* Keys of the two kinds never meet. */
uint64_t throttle_key_of_device(uint32_t device);
uint64_t throttle_key_of_stranger(const void *address, size_t len);

/* Whether a token is left; TAKE takes it. If none is, *OUT_WAIT_S says when there will be one. */
bool throttle_allows(struct throttle *t, struct throttle_rate rate, uint64_t key, int64_t tick_ms, bool take,
                     int *out_wait_s);

#endif
