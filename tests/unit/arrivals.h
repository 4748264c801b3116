/* A registry and a device with ten entries, five of them sent: the world of the tests of what arrives. */
#ifndef ALLUVIA_TESTS_ARRIVALS_H
#define ALLUVIA_TESTS_ARRIVALS_H

#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"

struct arrivals {
    struct ministry m;
    struct sender s;
    struct buf packed;
};

/* For cmocka; with the registry and the laptop in training, nothing is sent. What is held at the end is
 * verified. */
int arrivals_set_up(void **state);
int arrivals_set_up_training(void **state);
int arrivals_tear_down(void **state);

/* Entries FIRST … LAST in a batch, expected to be refused with TYPE or taken. CODE may be NULL. */
void arrivals_take(struct arrivals *w, int64_t first, int64_t last, const char *code, enum problem_type type);
/* Entries 6 … 10 with the lines before them as prefix, which the request says stand before PREFIX_BEFORE. */
enum err arrivals_take_prefixed(struct arrivals *w, int64_t prefix_before, enum problem_type *type);

void arrivals_count_is(struct arrivals *w, const char *sql, int64_t expected);
/* Of all devices. */
void arrivals_hold(struct arrivals *w, int64_t entries);
void arrivals_kept_apart_are(struct arrivals *w, int64_t batches);
/* COUNT entries, each the bytes that were written. */
void arrivals_bytes_are_the_senders(struct arrivals *w, int64_t count);

#endif
