/*
 * A journal that was continued in two places: finding the last entry that this laptop and the registry have
 * in common, and going on as another device from there. Only what the registry signed is believed.
 */
#ifndef ALLUVIA_CLIENT_FORK_H
#define ALLUVIA_CLIENT_FORK_H

#include "sync/client/engine.h"

/* What is known of the place: the last entry in common lies at LO or behind it, and before HI. */
struct fork {
    int64_t lo;
    int64_t hi;
    bool is_other_key; /* not even chain(0) is: another laptop has the same code */
};
/* Narrows OUT, which begins as {0}, by the chain values of a receipt. ERR_DB. */
MUST_CHECK enum err fork_narrow(struct db *db, const uint8_t key[KEY_BYTES], const struct receipt *r,
                                struct fork *out, struct errctx *e);
/* Whether the receipt is of another journal than this laptop's. */
MUST_CHECK enum err fork_found(struct db *db, const uint8_t key[KEY_BYTES], const struct receipt *r,
                               bool *out, struct errctx *e);

/* Becomes another device behind entry KEEP; the result of the run and a listener are told. ERR_CONFLICT in
 * words when the caller of the engine knows no way to do that. */
MUST_CHECK enum err fork_become(const struct sync_options *o, enum adopt_why why, int64_t keep,
                                struct sync_result *result, struct errctx *e);

/* Asks the registry until the last entry in common is known, and becomes another device. The run then begins
 * anew. */
MUST_CHECK enum err fork_mend(struct engine *g, struct errctx *e);
/* The registry has another key under this laptop's code: becomes another device that it does not know yet. */
MUST_CHECK enum err fork_leave_code(struct engine *g, struct errctx *e);

#endif
