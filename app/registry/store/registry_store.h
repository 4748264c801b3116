/*
 * What the registry keeps, as its commands see it; the protocol sees the same through struct ledger
 * (sync/server/ledger.h). Every SQL statement of the registry is behind this header.
 *
 * A registry is a directory: registry.key (mode 0600), and registry.db or, when its tables are in PostgreSQL,
 * the file `store` (mode 0600) with the address of that database. One struct registry_store belongs to one
 * thread; several processes may have the directory open.
 */
#ifndef ALLUVIA_REGISTRY_STORE_H
#define ALLUVIA_REGISTRY_STORE_H

#include "schema/codes/codes.h"
#include "schema/record/rows.h"
#include "sync/server/ledger.h"

struct registry_store;

/* Makes directory, database and key. URL is that of a PostgreSQL database (schema/db/postgres/postgres.h) or
 * NULL for SQLite. ERR_EXISTS when there is a registry already; ERR_NOT_FOUND: no profile of COUNTRY. */
MUST_CHECK enum err registry_store_create(const char *folder, const char *url, const char *country,
                                          const char *name, bool training, struct errctx *e);
/* MODE is DB_READ or DB_WRITE. */
MUST_CHECK enum err registry_store_open(const char *folder, enum db_mode mode, struct registry_store **out,
                                        struct errctx *e);
void registry_store_close(struct registry_store *s);

/* As long as less than BYTES of the disk under the registry's file are free, nothing is taken in (ERR_BUSY):
 * a database that runs out of room in a transaction is whole, but nobody can read, back up or decide any
 * more. 0, as it is at first: no limit. */
void registry_store_keep_free(struct registry_store *s, int64_t bytes);

/* Borrowed. */
struct ledger *registry_store_ledger(struct registry_store *s);
const struct device *registry_store_device(struct registry_store *s);
struct codes *registry_store_codes(struct registry_store *s);
const struct ledger_identity *registry_store_identity(struct registry_store *s);

/* Between these, questions are answered from one moment of the registry, whatever another process writes.
 * They do not nest, and nothing may be written in between. */
MUST_CHECK enum err registry_store_snapshot_begin(struct registry_store *s, struct errctx *e);
void registry_store_snapshot_end(struct registry_store *s);

/* Writes an invitation: CODE gets what to hand over; it works once and until EXPIRES (UTC seconds, 0: for
 * ever). */
MUST_CHECK enum err registry_store_invite(struct registry_store *s, const char *name,
                                          const char *const *districts, int district_count, int64_t expires,
                                          int64_t now, char code[INVITATION_CODE_BYTES], struct errctx *e);

/* The same for the laptop that goes on with the work of PREDECESSOR, whose key is lost: with its name and
 * districts. ERR_NOT_FOUND. */
MUST_CHECK enum err registry_store_invite_after(struct registry_store *s, uint32_t predecessor,
                                                int64_t expires, int64_t now,
                                                char code[INVITATION_CODE_BYTES], struct errctx *e);

/* --- devices, batches: newest first; a result other than ERR_OK of EACH ends the walk
 * ----------------- */

MUST_CHECK enum err registry_store_devices(struct registry_store *s,
                                           enum err (*each)(void *arg, const struct ledger_device *device,
                                                            struct errctx *e),
                                           void *arg, struct errctx *e);
/* The laptops that say they go on with the work of PREDECESSOR. */
MUST_CHECK enum err registry_store_successors(struct registry_store *s, uint32_t predecessor,
                                              enum err (*each)(void *arg,
                                                               const struct ledger_successor *successor,
                                                               struct errctx *e),
                                              void *arg, struct errctx *e);
/* Takes nothing more from DEVICE, nor from its later lives that are known by its key alone: whoever has the
 * key can make those. One that a person invited stands by itself. ERR_NOT_FOUND; again with another reason is
 * ERR_CONFLICT. */
MUST_CHECK enum err registry_store_revoke(struct registry_store *s, uint32_t device, const char *why,
                                          int64_t now, struct errctx *e);
/* DEVICE and nobody else. */
MUST_CHECK enum err registry_store_revoke_alone(struct registry_store *s, uint32_t device, const char *why,
                                                int64_t now, struct errctx *e);

/* Replaces a code list, the profile, thresholds or prices: at once in every process that has this registry
 * open, and through the feed on every laptop. ERR_INVALID: TEXT cannot stand as NAME. */
MUST_CHECK enum err registry_store_replace_file(struct registry_store *s, const char *name, const char *text,
                                                int64_t now, struct errctx *e);
struct registry_code_file {
    const char *name;
    const char *text;
    int64_t at; /* UTC seconds */
};
MUST_CHECK enum err registry_store_code_files(struct registry_store *s,
                                              enum err (*each)(void *arg,
                                                               const struct registry_code_file *file,
                                                               struct errctx *e),
                                              void *arg, struct errctx *e);

struct registry_batch {
    int64_t id;
    uint32_t device;
    int64_t first;
    int64_t last;
    int64_t received_at;
    int64_t flagged; /* entries with findings */
    int64_t packed_bytes;
    const char *via;
    const char *header; /* the exact line */
    struct chain head;
};
/* ID 0: all. */
MUST_CHECK enum err registry_store_batches(struct registry_store *s, int64_t id,
                                           enum err (*each)(void *arg, const struct registry_batch *batch,
                                                            struct errctx *e),
                                           void *arg, struct errctx *e);

/* --- entries and records
 * ------------------------------------------------------------------------------------------- */

/* A device's entries FIRST … LAST (0: to the end) as journal_read gives them. */
MUST_CHECK enum err
registry_store_entries(struct registry_store *s, uint32_t device, int64_t first, int64_t last,
                       enum err (*each)(void *arg, const struct journal_line *line, struct errctx *e),
                       void *arg, struct errctx *e);

/* All records of an entity by id. */
MUST_CHECK enum err registry_store_records(struct registry_store *s, enum entity_id of, bool with_void,
                                           enum err (*each)(void *arg, const struct row *row,
                                                            struct errctx *e),
                                           void *arg, struct errctx *e);

/* Those that count in figures: neither void nor returned, rejected or merged into another. */
MUST_CHECK enum err registry_store_counted(struct registry_store *s, enum entity_id of,
                                           enum err (*each)(void *arg, const struct row *row,
                                                            struct errctx *e),
                                           void *arg, struct errctx *e);

/* --- sums for the production report
 * ---------------------------------------------------------------------------------- */

/* What the returns of one licence in one district and month add up to; returns count by the day they end on.
 * Ordered by licence, district, month. */
struct produced {
    int64_t licence;
    int64_t coop;         /* that holds the licence; 0 when a person does */
    const char *district; /* of the site, else of the licence, else "" */
    const char *month;    /* "2026-11" */
    int64_t returns;
    int64_t nil;
    int64_t stones;
    int64_t diamond_mct;
    int64_t gold_mg;
};
MUST_CHECK enum err
registry_store_produced(struct registry_store *s, const char *first_day, const char *last_day,
                        enum err (*each)(void *arg, const struct produced *row, struct errctx *e), void *arg,
                        struct errctx *e);
/* First sales of each licence in the period that have a price in US dollars and a weight of diamonds and no
 * gold; by licence. */
struct sold {
    int64_t licence;
    int64_t sales;
    int64_t diamond_mct;
    int64_t price_usd_cents;
};
MUST_CHECK enum err registry_store_sold(struct registry_store *s, const char *first_day, const char *last_day,
                                        enum err (*each)(void *arg, const struct sold *row, struct errctx *e),
                                        void *arg, struct errctx *e);

/*
 * The registry as it stood at UNTIL (UTC seconds): only what had been received then, and records without what
 * was amended later. A store of its own for questions alone, to be closed; it holds records and no entries,
 * batches or devices, and registry_store_source says what it was made of. Takes one replay.
 */
MUST_CHECK enum err registry_store_as_of(struct registry_store *s, int64_t until, struct registry_store **out,
                                         struct errctx *e);

/* What a report rests on: everything that the registry holds. */
struct registry_source {
    int64_t devices;
    int64_t batches;
    int64_t entries;
    int64_t as_of;                  /* UTC seconds of registry_store_as_of; 0 for the present */
    int64_t newest_batch_at;        /* instant of reception of the newest batch: the cut-off */
    char hash[2 * CHAIN_BYTES + 1]; /* BLAKE2b-256 of a line "CODE UPTO CHAIN" for each device in order of
                                       code, CHAIN in hexadecimal, and of name and text, each with a zero
                                       byte, of every file that registry_store_code_files gives */
};
MUST_CHECK enum err registry_store_source(struct registry_store *s, struct registry_source *out,
                                          struct errctx *e);

/* --- care
 * ----------------------------------------------------------------------------------------------------------
 */

/* The database, every chain and batch signature (of DEVICE alone unless 0), and the records against a replay.
 * ERR_DB says what does not fit. PROGRESS may be NULL. */
MUST_CHECK enum err registry_store_verify(struct registry_store *s, uint32_t device,
                                          void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                                          struct errctx *e);
/* A consistent copy of the registry as a SQLite file at PATH, which must not exist; the key is not in it. */
MUST_CHECK enum err registry_store_backup(struct registry_store *s, const char *path,
                                          void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                                          struct errctx *e);
/* Makes the registry of FOLDER again from a backup, with another incarnation, so that laptops send again what
 * the backup does not hold. URL as for registry_store_create: into an empty place in PostgreSQL, wherever the
 * backup was made. Its key must lie in FOLDER already. ERR_EXISTS: there is a registry; ERR_CONFIG: no key,
 * or another's. */
MUST_CHECK enum err registry_store_restore(const char *folder, const char *url, const char *path,
                                           struct errctx *e);
/* Makes records, findings of single records, dispositions and decisions again from the entries. What people
 * answered and what rules over the whole registry found stays as it is. */
MUST_CHECK enum err registry_store_rebuild(struct registry_store *s,
                                           void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                                           struct errctx *e);

#endif
