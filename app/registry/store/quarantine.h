/*
 * Refused batches that were kept, and what people decide about them. A decision is an entry of the registry's
 * own journal, taken by a named account.
 *
 * What is kept, and for how long: a batch that its laptop's key has signed stays until a person decides,
 * whatever else arrives; when one laptop fills its share, no more of it is taken and it is told to come
 * again. A batch that is not signed by the laptop it names may be of anybody: the newest of those are kept,
 * the oldest give way.
 */
#ifndef ALLUVIA_REGISTRY_STORE_QUARANTINE_H
#define ALLUVIA_REGISTRY_STORE_QUARANTINE_H

#include "app/registry/store/registry_store.h"
#include "sync/server/ingest.h"

enum {
    /* Of one laptop: many times its whole journal, which takes some 50 bytes a record. */
    QUARANTINE_DEVICE_BYTES = 64 * 1024 * 1024,
    QUARANTINE_DEVICE_BATCHES = 10000,
    /* Of all that nobody known has signed, together. */
    QUARANTINE_FORGED_BYTES = 64 * 1024 * 1024,
    QUARANTINE_FORGED_BATCHES = 1000,
};

struct registry_quarantined {
    int64_t id;
    uint32_t device; /* whose batch it says it is */
    int64_t at;
    int64_t bytes; /* as they came; they are kept while the state is "held" */
    const char *via;
    const char *reason;
    const char *state; /* "held", "released", "dropped" */
    int64_t entry;     /* address of the decision; 0 while it is held */
};
/* Newest first; with ALL also what was decided about. A result other than ERR_OK of EACH ends the walk. */
MUST_CHECK enum err
registry_store_quarantine(struct registry_store *s, bool all,
                          enum err (*each)(void *arg, const struct registry_quarantined *q, struct errctx *e),
                          void *arg, struct errctx *e);

/* One batch with what it holds; the store must be open for writing, since it may be sealed. */
struct registry_kept {
    int64_t id;
    uint32_t device;
    int64_t at;
    int64_t size;
    char via[32];
    char reason[32];
    char state[16];
    int64_t entry;
    uint8_t hash[CHAIN_BYTES];
    struct buf bytes; /* owned; empty once it was decided about */
};
void registry_kept_done(struct registry_kept *kept);
/* ERR_NOT_FOUND. */
MUST_CHECK enum err registry_store_kept(struct registry_store *s, int64_t id, struct registry_kept *out,
                                        struct errctx *e);

/*
 * BY's decision that batch ID is taken in after all. Only that its laptop was revoked is pardoned: signature,
 * chain and form must be right, and what is held already counts once. ERR_CONFLICT: it was decided about
 * already, or entries before it are missing, or it does not fit what is held; ERR_PROTOCOL: it is not as it
 * must be. Then nothing changed and it stays. OUT may be NULL.
 */
MUST_CHECK enum err registry_store_release(struct registry_store *s, const char *by, int64_t id,
                                           const char *why, int64_t now, struct ingested *out,
                                           struct errctx *e);
/* BY's decision that batch ID is of no use: its bytes go, that it was here stays. ERR_CONFLICT, as above. */
MUST_CHECK enum err registry_store_drop(struct registry_store *s, const char *by, int64_t id, const char *why,
                                        int64_t now, struct errctx *e);

#endif
