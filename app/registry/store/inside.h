/* What the files of the registry's store share: nobody else includes this but tests that look behind it. */
#ifndef ALLUVIA_REGISTRY_STORE_INSIDE_H
#define ALLUVIA_REGISTRY_STORE_INSIDE_H

#include <sodium.h>

#include "app/registry/store/registry_store.h"
#include "sync/server/arrival.h"

struct registry_store {
    struct db *db;
    char *folder;
    int64_t keep_free; /* bytes of its disk that no transaction of the protocol may begin without */
    struct codes *codes;
    int64_t
        codes_event; /* the newest of the feed for everybody when they were read: a file is such an event */
    struct device device; /* without its secret for DB_READ */
    struct ledger_identity identity;
    struct ledger ledger;
    struct twins twins;
    int64_t twins_before; /* entries of batches before this one were projected: INT64_MAX but in a replay … */
    int64_t twins_upto;   /* … and those of this one up to here */
    uint32_t *followed;   /* devices that have a later life, as this transaction knows them … */
    size_t followed_count;
    bool followed_read; /* … once they were read */
    int64_t next_event; /* the newest of the feed as this transaction knows it; 0: not read yet */
    char *each_record[ENTITY_COUNT];  /* rows_select … ORDER BY id */
    char *each_counted[ENTITY_COUNT]; /* of those alone that count in figures */
    char *
        each_added[ENTITY_COUNT]; /* of those whose ids lie between :first and :last, and that are not void */
    struct registry_source
        *past; /* what a state gone by rests on (registry_store_as_of); NULL: the present */
};

/* What follows from an open database: statements and the functions of struct ledger. */
void store_ready(struct registry_store *s);

enum {
    DISTRICTS_BYTES = MAX_DISTRICTS * DISTRICT_BYTES
};

/* The files of a registry. Those that are new have another name until they are whole. */
struct places {
    struct buf db; /* SQLite, or … */
    struct buf new_db;
    struct buf store; /* … the address of a PostgreSQL database, one line */
    struct buf new_store;
    struct buf key;
};

void places_init(struct places *p, const char *folder);
void places_done(struct places *p);

/* As registry_store_backup, for a registry in PostgreSQL. */
MUST_CHECK enum err copy_to_file(struct registry_store *s, const char *path,
                                 void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                                 struct errctx *e);

/* All rows of a registry's FILE into the empty tables of INTO, which lie in PostgreSQL. */
MUST_CHECK enum err copy_from_file(struct db *file, struct db *into, struct errctx *e);

/* ERR_BUSY when the disk is as full as it may be. */
MUST_CHECK enum err store_has_room(const struct registry_store *s, struct errctx *e);

/* What struct ledger says of quarantine. */
MUST_CHECK enum err quarantine_keep(void *arg, const struct refused *refused, struct errctx *e);

/* The functions of struct ledger over S. */
void ledger_init(struct registry_store *s);
/* Those about second lives. */
void lives_init(struct registry_store *s);
/* Where a transaction begins: another one may have added to them. */
void lives_forget(struct registry_store *s);
/* Whether DEVICE has a later life that somebody vouches for. */
MUST_CHECK enum err lives_is_followed(struct registry_store *s, uint32_t device, bool *out, struct errctx *e);
/* The records in INTO, and who wrote what in which life. */
struct project_store lives_records(struct registry_store *from, struct db *into);
/* What was written again, as INTO's table has it; the entries are those of FROM before its twins_before and
 * up to its twins_upto. */
struct twins lives_twins(struct registry_store *from, struct db *into);

/* How a batch came, by its row. */
struct arrival batch_arrival(const char *header, const char *via, int64_t received_at);

/* Projects the entries that FROM had received until UNTIL (UTC seconds) into the empty tables of INTO, in the
 * order in which they came in: what an amendment found depends on it. TELL, unless NULL, hears of each. */
MUST_CHECK enum err replay_entries(struct registry_store *from, int64_t until, struct db *into,
                                   void (*tell)(void *arg), void *arg, struct errctx *e);

/* The hash of struct registry_source: device after device in order of code, then the files, then what the
 * order of arrival decided: the entries that changed nothing in DB, because another change had come before or
 * the same entry stood already. */
void source_begin(crypto_generichash_state *state);
void source_add_device(crypto_generichash_state *state, const struct ledger_device *device);
MUST_CHECK enum err source_add_files(crypto_generichash_state *state, struct registry_store *s,
                                     struct errctx *e);
MUST_CHECK enum err source_add_unapplied(crypto_generichash_state *state, struct db *db, struct errctx *e);
void source_end(crypto_generichash_state *state, struct registry_source *out);

/* The lists of the country with what the ministry replaced over them. */
MUST_CHECK enum err codes_of_registry(struct registry_store *s, struct codes **out, struct errctx *e);
/* Reads those of S again when one was replaced since, by whatever process. */
MUST_CHECK enum err codes_renew(struct registry_store *s, struct errctx *e);

/* The projection into a registry's database, or into a temporary one of its form. */
struct project_store registry_records(struct db *db);

/* BLAKE2b-256 of a code as it is kept. */
void invitation_hash(const char *code, uint8_t out[CHAIN_BYTES]);

/* Columns number, key, name, districts, enrolled_at, upto, chain, revoked_at, revoked_why, seen_at from 0 on.
 */
#define DEVICE_COLUMNS                                                                                       \
    "number, key, name, districts, enrolled_at, upto, chain, revoked_at, revoked_why, seen_at"
void device_read(struct stmt *stmt, struct ledger_device *out);

/* The one condition for records that count in figures, beside "void = 0": ALIAS names their table. What was
 * returned, rejected or merged into another does not. */
#define COUNTS(alias) alias ".id NOT IN (SELECT id FROM uncounted)"

/* A blob column of exactly LEN bytes; the table's CHECK sees to the length. */
void column_bytes(struct stmt *stmt, int column, void *out, size_t len);

/* The address of entry NUMBER; numbers stand in the low half. */
int64_t address_of(uint32_t device, int64_t number);

#endif
