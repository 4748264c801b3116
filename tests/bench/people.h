/* Made-up people of one register: names of several countries, many of them common. */
#ifndef ALLUVIA_TESTS_BENCH_PEOPLE_H
#define ALLUVIA_TESTS_BENCH_PEOPLE_H

#include "app/field/demo/chance.h"
#include "app/field/store/store.h"

enum {
    PEOPLE_NAME_BYTES = 160,
    PEOPLE_WORD_BYTES = 64
};

/* A full name, and the family name that it ends in. */
void people_name(struct chance *c, char out[PEOPLE_NAME_BYTES], char family[PEOPLE_WORD_BYTES]);
void people_village(struct chance *c, char out[PEOPLE_WORD_BYTES]);
/* Registers COUNT diggers, many a transaction. */
void people_register(struct store *store, int count, const struct author *by);

#endif
