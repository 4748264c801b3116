/*
 * What the registry keeps, as the protocol needs it: an interface, so that SQLite and PostgreSQL
 * (app/registry/store) stand behind one set of behaviours and the protocol holds no SQL. All functions are
 * called from one thread.
 */
#ifndef ALLUVIA_SERVER_LEDGER_H
#define ALLUVIA_SERVER_LEDGER_H

#include "sync/batch/feed.h"
#include "sync/journal/predecessor.h"
#include "sync/journal/project.h"
#include "sync/journal/twin.h"

struct ledger_identity {
    char name[REGISTRY_NAME_BYTES];
    char country[3];
    char incarnation[INCARNATION_BYTES]; /* changes when the registry is restored from a backup */
    bool training;                       /* takes training laptops, and no others */
};

struct ledger_device {
    uint32_t number; /* the code's 30 bits */
    uint8_t key[KEY_BYTES];
    char name[REGISTRY_NAME_BYTES];
    char districts[MAX_DISTRICTS][DISTRICT_BYTES];
    int district_count;
    int64_t enrolled_at;
    int64_t upto; /* the last entry held */
    struct chain chain;
    int64_t revoked_at; /* 0 when it is not */
    char revoked_why[256];
    int64_t seen_at; /* the last batch or request */
};

/* Who vouches for what the first entry of a device says of its predecessor. */
enum vouched {
    VOUCHED_KEY,    /* the predecessor's key signed it */
    VOUCHED_PERSON, /* a person invited this device as the one that goes on with its work */
    VOUCHED_CHAIN,  /* a person invited it, and it knows the chain value: it has the journal */
    VOUCHED_NOBODY  /* it is kept for people to read, and believed in nothing */
};
const char *vouched_word(enum vouched v);

struct ledger_successor {
    uint32_t device;
    uint32_t predecessor;
    int64_t number;
    struct chain chain; /* there */
    enum vouched vouched;
    int64_t at;
};

struct ledger_batch {
    const struct batch_header *header;
    const char *header_line; /* exact bytes, no line break */
    const uint8_t *signature;
    size_t packed_bytes;
    const char *via; /* "http", "file", "carried by 7K4QXM" */
    int64_t received_at;
};

/* A batch that names a device we know and was refused. */
struct refused {
    uint32_t device;
    uint8_t hash[CHAIN_BYTES]; /* BLAKE2b-256 of `prev` and the entries' lines */
    const void *bytes;         /* readable alone */
    size_t len;
    const char *reason; /* the problem's word; "bad-signature" may be of anybody, all others are its own */
    const char *via;
    int64_t at;
};

struct ledger {
    void *arg;
    struct project_store records; /* the projection */

    /* One write transaction at a time; ERR_BUSY when another process holds it too long. */
    enum err (*begin)(void *arg, struct errctx *e);
    enum err (*commit)(void *arg, struct errctx *e);
    void (*rollback)(void *arg);

    /* Lists, profile and thresholds for the rules that a record decides alone, as they stood when the
     * transaction began; borrowed until the next one begins. */
    struct codes *(*codes)(void *arg);

    enum err (*identity)(void *arg, struct ledger_identity *out, struct errctx *e);

    enum err (*device)(void *arg, uint32_t number, struct ledger_device *out,
                       struct errctx *e); /* ERR_NOT_FOUND */
    enum err (*add_device)(void *arg, const struct ledger_device *device,
                           struct errctx *e); /* ERR_CONFLICT */
    /* Moves a device's head from (FROM) to (UPTO, CHAIN): ERR_CONFLICT when it is not at FROM any more. */
    enum err (*move_head)(void *arg, uint32_t number, int64_t from, int64_t upto, const struct chain *chain,
                          struct errctx *e);
    enum err (*device_seen)(void *arg, uint32_t number, int64_t at, struct errctx *e);

    /* Takes an invitation: ERR_NOT_FOUND no such code; ERR_DENIED used already (by another key) or expired,
     * in words. OUT gets the name and districts that it was written for. */
    enum err (*use_invitation)(void *arg, const char *code, const uint8_t key[KEY_BYTES], int64_t now,
                               struct ledger_device *out, struct errctx *e);

    /* The device that the invitation which KEY has used names as the predecessor; 0 for none. */
    enum err (*invited_after)(void *arg, const uint8_t key[KEY_BYTES], uint32_t *out, struct errctx *e);
    /* Keeps what DEVICE says of its predecessor; who is vouched for is told in the feed what the predecessor
     * wrote behind that entry. */
    enum err (*add_successor)(void *arg, uint32_t device, const struct predecessor *p, enum vouched vouched,
                              int64_t now, struct errctx *e);
    /* ERR_NOT_FOUND when DEVICE names none. */
    enum err (*successor)(void *arg, uint32_t device, struct ledger_successor *out, struct errctx *e);
    struct twins *twins; /* what was written again; NULL: nothing is */

    enum err (*add_batch)(void *arg, const struct ledger_batch *batch, int64_t *out_id, struct errctx *e);
    enum err (*add_entry)(void *arg, int64_t batch, uint32_t device, const struct batch_entry *entry,
                          struct errctx *e);
    enum err (*add_finding)(void *arg, int64_t entry, int64_t subject, const struct finding *finding,
                            struct errctx *e);
    enum err (*set_disposition)(void *arg, int64_t entry, enum disposition is,
                                struct errctx *e); /* not for accepted */

    /* Once for every entry but additions, after it was projected: decisions take effect here. */
    enum err (*note)(void *arg, int64_t address, const struct entry *entry, enum projected what,
                     struct errctx *e);

    enum err (*chain_at)(void *arg, uint32_t device, int64_t number, struct chain *out, struct errctx *e);
    /* The last BATCH_PREFIX_BYTES of the device's lines before FIRST, as batch_prefix. ERR_NOT_FOUND: they
     * are not all held. */
    enum err (*prefix)(void *arg, uint32_t device, int64_t first, struct buf *out, struct errctx *e);
    /* The dispositions other than accepted of entries FIRST … LAST, in order, with their findings. */
    enum err (*dispositions)(void *arg, uint32_t device, int64_t first, int64_t last,
                             enum err (*each)(void *each_arg, int64_t number, enum disposition is,
                                              const struct findings *findings, struct errctx *e),
                             void *each_arg, struct errctx *e);

    /*
     * Puts an entry into the feed, for the laptops that it concerns: one that was applied to a record that
     * laptops share, or a decision of the registry's own. Others change nothing. AT is now.
     */
    enum err (*tell)(void *arg, int64_t address, const struct entry *entry, int64_t at, struct errctx *e);
    /* ENTRY came as ADDRESS and stands already as STANDS: its device is told of that one, and whoever shares
     * the record hears its other name. */
    enum err (*tell_twin)(void *arg, int64_t address, int64_t stands, const struct entry *entry, int64_t at,
                          struct errctx *e);
    /* The newest event that the feed has for DEVICE; 0 for none. */
    enum err (*feed_newest)(void *arg, const struct ledger_device *device, int64_t *out, struct errctx *e);
    /* Events for DEVICE after AFTER, in order, until EACH sets *ENOUGH. */
    enum err (*feed)(void *arg, const struct ledger_device *device, int64_t after,
                     enum err (*each)(void *each_arg, const struct feed_event *event, bool *enough,
                                      struct errctx *e),
                     void *each_arg, struct errctx *e);

    /* Keeps a refused batch; the same entries for the same reason once. ERR_BUSY: of this device, no more
     * until a person has decided about what is there. Commits by itself. */
    enum err (*quarantine)(void *arg, const struct refused *refused, struct errctx *e);
};

#endif
