/*
 * The laptop's end of the protocol: enrol, push, take receipts, carry over files. One engine, resumable at
 * every step; libcurl is loaded when the first connection is made and not before. Nothing here prints: what
 * happens is told through events.
 */
#ifndef ALLUVIA_CLIENT_SYNC_H
#define ALLUVIA_CLIENT_SYNC_H

#include "sync/batch/feed.h"
#include "sync/journal/adopt.h"
#include "sync/journal/journal.h"

struct link_kind;

/* The registry that this laptop belongs to, as the table `link` keeps it. */
struct link_state {
    bool known;    /* an invitation was taken: files can be sealed */
    bool enrolled; /* the registry has acknowledged this device */
    struct invitation registry;
    int64_t upto;        /* the last entry that a verified receipt of this incarnation covers */
    int64_t judged;      /* of entries 1 … JUDGED receipts said what became of them */
    int64_t receipt_at;  /* the registry's time of that receipt; 0 without one */
    int64_t received_at; /* ours */
    char incarnation[INCARNATION_BYTES];
    int64_t batch_entries;                    /* what the next batch tries */
    int64_t bytes_per_second;                 /* as measured last; 0 unknown */
    int64_t feed_after;                       /* the last event of the feed that was taken in */
    int64_t feed_newest;                      /* the newest that the latest receipt told of */
    char feed_incarnation[INCARNATION_BYTES]; /* whose places these are; "" none yet */
};
MUST_CHECK enum err link_load(struct db *db, struct link_state *out, struct errctx *e);

enum sync_event_kind {
    SYNC_CONNECTING,
    SYNC_SENDING,   /* bytes of the current batch, entries sent and all */
    SYNC_RECEIVED,  /* a verified receipt moved upto */
    SYNC_RESENDING, /* the registry holds less than it said before: it was put back to an older state */
    SYNC_RETRYING,  /* failed, waits wait_ms; text says why in plain words */
    SYNC_FLAGGED,   /* entry NUMBER has findings */
    SYNC_RETURNED,  /* entry NUMBER must be corrected */
    SYNC_BECAME,    /* another device: text has the old code and the new one; NUMBER entries are sent again */
};
struct sync_event {
    enum sync_event_kind kind;
    int64_t number;
    int64_t entries_done;
    int64_t entries_all;
    int64_t bytes_done;
    int64_t bytes_all;
    int64_t wait_ms;
    const char *text;   /* valid during the call */
    enum adopt_why why; /* of SYNC_BECAME */
};

struct sync_options {
    struct db *db;
    const struct device *me;
    const char *program;
    int64_t (*now)(void);          /* UTC seconds */
    int64_t deadline_ms;           /* of the whole run; 0: SYNC_DEADLINE_MS */
    int64_t max_wait_ms;           /* longest pause between tries; 0: SYNC_MAX_WAIT_MS */
    bool copies;                   /* deliver and carry colleagues' whole journals too */
    bool training;                 /* this database was made by `demo` */
    const char *ca_path;           /* PEM file of the authorities to trust; NULL: those of the system */
    const struct link_kind *links; /* sync/client/link.h; NULL: LINK_CURL */
    void (*event)(void *arg, const struct sync_event *event); /* may be NULL */
    bool (*cancelled)(void *arg);                             /* may be NULL */
    void *arg;
    /* Takes one event of the feed, in the transaction that moves the laptop's place in it; NOW is ours. NULL:
     * the feed is not asked for. */
    enum err (*told)(void *told_arg, const struct feed_event *event, int64_t now, struct errctx *e);
    /* The registry's clock was compared with ours: OFFSET_S must be added to ours. AT_LEAST: by a receipt
     * that was on its way in a file, which says only how slow our clock is at least. May write an entry,
     * which is then sent too. NULL: nobody wants to know. */
    enum err (*measured)(void *told_arg, int64_t offset_s, bool at_least, int64_t now, struct errctx *e);
    /* Makes this laptop another device, of whose past life entries 1 … KEEP stay (sync/journal/adopt.h): DB
     * and ME are that one's afterwards. All or nothing. NULL: a copied database is refused and nothing more
     * is sent from it. */
    enum err (*become)(void *told_arg, enum adopt_why why, int64_t keep, int64_t now, struct adopted *out,
                       struct errctx *e);
    void *told_arg;
    /* A receipt said what became of entries: what is a conflict counts here no longer. In the transaction
     * that takes the receipt. May be NULL. */
    enum err (*judged)(void *told_arg, struct errctx *e);
    /* In a transaction, when the feed of REGISTRY begins at 0: at first, and after it was restored. May be
     * NULL. */
    enum err (*forget)(void *told_arg, uint32_t registry, struct errctx *e);
};

enum {
    SYNC_DEADLINE_MS = 30 * 60 * 1000,
    SYNC_MAX_WAIT_MS = 60 * 1000
};

struct sync_result {
    int64_t sent; /* entries newly covered by receipts */
    int64_t flagged;
    int64_t returned;
    int64_t told;      /* events of the feed that were taken in */
    int64_t became;    /* how often this laptop became another device */
    int64_t kept;      /* files of other laptops that came by stick */
    int64_t delivered; /* files of other laptops */
    int64_t refused;   /* of those, by the registry */
    int64_t again;     /* entries that were written again because of that */
    int64_t requests;
    int64_t bytes_up; /* bodies and headers as libcurl counts them */
    int64_t bytes_down;
};

/* Enrols over HTTP with the code of an invitation, or again with the same code. ERR_CONFIG: http:// elsewhere
 * than loopback; ERR_DENIED in the registry's words; ERR_NETWORK; ERR_PROTOCOL: something that is no
 * registry, or not the one that wrote the code. */
MUST_CHECK enum err sync_enrol(const struct sync_options *o, const char *url, const char *code,
                               struct errctx *e);
/*
 * Takes the invitation that BYTES, a packed container from a stick, hold; its code goes with the first batch.
 * OUT, when not NULL, gets what it says. ERR_PROTOCOL: no invitation, or damaged; ERR_DENIED: a training
 * laptop at a real registry, or the reverse, or a registry of another country; ERR_CONFLICT: this laptop is
 * enrolled with another registry.
 */
MUST_CHECK enum err sync_accept_invitation(const struct sync_options *o, const void *bytes, size_t len,
                                           struct invitation *out, struct errctx *e);

/*
 * Sends everything unsent, then takes what the feed has; OUT is right also after a failure. ERR_BUSY: another
 * sync runs on this database, the registry asks to come later, or it was cancelled; ERR_NETWORK: no
 * connection, or it broke too often; ERR_PROTOCOL: what answered is not the registry (a captive portal, a
 * wrong certificate); ERR_DENIED: revoked, unknown or uninvited; ERR_CONFLICT: the registry holds another
 * journal under this device's code; ERR_CONFIG: no registry is known. Each in words; whatever had a receipt
 * before stays sent.
 */
MUST_CHECK enum err sync_run(const struct sync_options *o, struct sync_result *out, struct errctx *e);

struct sync_cost {
    int64_t entries;
    int64_t bytes; /* bodies and headers, up */
    int64_t requests;
    int64_t seconds_2g; /* at 48 kbit/s and 600 ms a round trip */
};
MUST_CHECK enum err sync_estimate(const struct sync_options *o, struct sync_cost *out, struct errctx *e);

/*
 * Writes what is unsent as sealed files into FOLDER, which must be there; calls EACH with every path. A file
 * of the same name is replaced: it held the same entries, or was damaged. Nothing counts as sent until its
 * receipt comes. ERR_CONFIG without a known registry; ERR_NOT_FOUND: the folder is not there, as when the
 * stick is not; ERR_IO, ERR_DENIED from writing.
 */
MUST_CHECK enum err sync_carry(const struct sync_options *o, const char *folder,
                               void (*each)(void *arg, const char *path, int64_t first, int64_t last),
                               void *arg, struct errctx *e);
/* The same for the whole journal, sent or not, in files that a colleague's laptop keeps until somebody asks
 * for them. */
MUST_CHECK enum err sync_carry_all(const struct sync_options *o, const char *folder,
                                   void (*each)(void *arg, const char *path, int64_t first, int64_t last),
                                   void *arg, struct errctx *e);
/* Writes what is kept of other laptops into FOLDER: what waits to be delivered, and receipts for the way
 * home. */
MUST_CHECK enum err sync_pass_on(const struct sync_options *o, const char *folder,
                                 void (*each)(void *arg, const char *path), void *arg, struct errctx *e);

/* What is kept of other laptops. */
struct sync_carried {
    int64_t waiting;  /* files to deliver */
    int64_t copies;   /* of colleagues' journals */
    int64_t receipts; /* on their way home */
    int64_t refused;  /* by the registry */
};
MUST_CHECK enum err sync_carried(struct db *db, struct sync_carried *out, struct errctx *e);

enum received {
    RECEIVED_RECEIPT,
    RECEIVED_INVITATION,
    RECEIVED_FEED,
    RECEIVED_OLD_NEWS,
    RECEIVED_PARCEL,          /* another laptop's sealed file, to be delivered */
    RECEIVED_COPY,            /* a colleague's whole journal, to be kept */
    RECEIVED_FOREIGN_RECEIPT, /* another laptop's receipt, to be brought home */
    RECEIVED_FORK, /* a receipt that shows that this database was copied: the laptop is another device now */
    RECEIVED_LOSS  /* a receipt that shows that the registry lacks entries of an earlier life of this laptop,
                    * which is another device now and sends them again */
};
/*
 * Takes in one file: a receipt of ours, a page of our feed or an invitation. ERR_BUSY: a sync, or another
 * receipt, is being taken at this moment. RECEIVED_OLD_NEWS: a receipt or
 * page that tells nothing new. ERR_CONFLICT also: pages before this one are missing. ERR_INVALID: a batch,
 * sealed or not, which belongs to the registry; ERR_PROTOCOL, ERR_DENIED, ERR_CONFLICT with words for what
 * else is refused. OUT may be NULL.
 */
MUST_CHECK enum err sync_receive_file(const struct sync_options *o, const char *name, const void *bytes,
                                      size_t len, enum received *what, struct sync_result *out,
                                      struct errctx *e);
/* Without a name nothing of other laptops is kept. */
MUST_CHECK enum err sync_receive(const struct sync_options *o, const void *bytes, size_t len,
                                 enum received *what, struct sync_result *out, struct errctx *e);

#endif
