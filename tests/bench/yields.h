/* Made-up yields of one device, as records and as a signed chain of entries; the same for the same seed. */
#ifndef ALLUVIA_TESTS_BENCH_YIELDS_H
#define ALLUVIA_TESTS_BENCH_YIELDS_H

#include "schema/record/record.h"
#include "tests/lib/pen.h"

/* Fills OUT with yield number I of a season: dates, gangs and weights vary as they do in the field. */
void yields_make(struct record *out, int64_t licence, uint64_t i);

/* One device that writes a licence and then yields under it, for ever. */
struct yields_chain {
    struct pen pen;
    int64_t licence;
};
/* A device of its own, never the same. */
void yields_chain_start(struct yields_chain *c);
/* Appends the next COUNT entries as one signed plain batch. CODE is the invitation code for the first one,
 * else NULL. */
void yields_chain_batch(struct yields_chain *c, int64_t count, const char *code, struct buf *plain);

#endif
