/*
 * The laptop's database as the screens and commands see it: every SQL statement of the laptop is behind this
 * header. A save is one transaction that holds the entry, the row, the search index and the findings, with
 * synchronous=FULL: when it returns ERR_OK, the record survives a power cut; otherwise nothing was written.
 *
 * Time comes in through struct author; nothing here reads a clock.
 */
#ifndef ALLUVIA_FIELD_STORE_H
#define ALLUVIA_FIELD_STORE_H

#include "schema/codes/codes.h"
#include "schema/db/db.h"
#include "schema/record/rows.h"
#include "schema/record/rules.h"
#include "sync/batch/feed.h"
#include "sync/journal/adopt.h"
#include "sync/journal/device.h"
#include "sync/journal/journal.h"

struct store;

struct author {
    const char *login; /* an officer's, or the account's name while there are no officers */
    int64_t now;       /* UTC seconds */
};

enum store_mode {
    STORE_READ,
    STORE_WRITE
};

/* Makes database and key file (PATH with ".key" for its ending). TRAINING marks it for ever as made by
 * `demo`. ERR_EXISTS when either is there; then nothing was touched. */
MUST_CHECK enum err store_create(const char *path, const char *country, const char *name, bool training,
                                 const struct author *by, struct errctx *e);
/*
 * Makes database and key file out of the backup at BACKUP, as a new device that names the one the backup is
 * of. OLD_KEY is the key file of that one; NULL: it is looked for beside backup and database. ERR_EXISTS as
 * store_create; ERR_NOT_FOUND; ERR_INVALID, in words: BACKUP is no backup of a laptop, or is damaged;
 * ERR_CONFIG: OLD_KEY is no key, or that of another device.
 */
struct restored_life {
    char device[DEVICE_CODE_BYTES];
    char after[DEVICE_CODE_BYTES];
    int64_t entries; /* of the backup */
    int64_t again;   /* of those, written again: nobody has told that they arrived */
    int64_t back;    /* written again too, from behind a gap (recover.h) */
    int64_t waiting; /* … that name something which is not there yet */
    bool is_signed;  /* the old key was at hand */
    bool training;
};
MUST_CHECK enum err store_restore(const char *path, const char *backup, const char *old_key,
                                  const struct author *by,
                                  void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                                  struct restored_life *out, struct errctx *e);
/* ERR_NOT_FOUND, ERR_CONFIG. The secret key is loaded with STORE_WRITE alone. */
MUST_CHECK enum err store_open(const char *path, enum store_mode mode, struct store **out, struct errctx *e);
void store_close(struct store *s);
/* Damage was met while it was open: the next to open it checks it first. NULL is allowed. */
void store_distrust(struct store *s);

/* Borrowed. */
struct db *store_db(struct store *s);
struct codes *store_codes(struct store *s);
const struct device *store_device(struct store *s);
bool store_is_training(const struct store *s);
const char *store_name(const struct store *s);
const struct journal_head *store_head(struct store *s);

/* What record_set_typed needs, over this store: resolves ids, licence numbers and logins. TODAY in days. */
struct reader store_reader(struct store *s, int32_t today);
/* The world of the rules. */
const struct rule_world *store_world(struct store *s);

/* --- writing
 * ---------------------------------------------------------------------------------------------------- */

struct confirmations {
    const struct confirmed *rows;
    int count;
};

/*
 * Saves a new record. FINDINGS gets everything the rules found. ERR_INVALID when a rule blocks or asks and
 * CONFIRMED has no answer to it (the errctx line says field, value and rule; nothing was written).
 */
MUST_CHECK enum err store_add(struct store *s, const struct record *record, const struct author *by,
                              const struct confirmations *confirmed, struct findings *findings,
                              int64_t *out_id, struct errctx *e);
/* Saves changed fields. ERR_NOT_FOUND; ERR_INVALID also when the record is void. No change: ERR_OK, no entry.
 * BASE is the version that was edited (0: the current one); ERR_CONFLICT when the record moved on since. */
MUST_CHECK enum err store_amend(struct store *s, enum entity_id of, int64_t id, const struct record *change,
                                int64_t base, const struct author *by, const struct confirmations *confirmed,
                                struct findings *findings, struct errctx *e);
MUST_CHECK enum err store_void(struct store *s, enum entity_id of, int64_t id, const char *why,
                               const struct author *by, struct errctx *e);

/* Several saves in one transaction (imports, the demo): between begin and commit store_add does not commit by
 * itself. */
MUST_CHECK enum err store_begin(struct store *s, struct errctx *e);
MUST_CHECK enum err store_commit(struct store *s, struct errctx *e);
void store_rollback(struct store *s);

/* --- reading
 * ---------------------------------------------------------------------------------------------------- */

/* ERR_NOT_FOUND with words; ERR_DENIED when it is withheld from who is signed in. */
MUST_CHECK enum err store_load(struct store *s, enum entity_id of, int64_t id, struct row *out,
                               struct errctx *e);

struct store_filter {
    /* Words of the record or of one that it refers to, by beginning and by spelling variant; a beginning of a
     * date
     * ("2026-11-2") bounds the entity's first date field. NULL for none. */
    const char *search;
    /* How many of the newest yields and crews, whose own words are in no index, a search reads; 0 for all. */
    int64_t read_most;
    struct {
        int field;        /* of the entity */
        const char *text; /* stored form (code, date, text); compared without case and accents for texts */
        int64_t number;   /* for fields kept as numbers */
    } where[8];
    int where_count;
    int32_t from; /* days; the entity's first date field; 0 for no bound */
    int32_t to;
    int64_t limit; /* 0 for all */
    bool with_void;
};
/* Newest first, or best match first with a search; one moment of the database, so EACH must not save. ROW is
 * valid during the call; a result other than ERR_OK ends the walk. */
MUST_CHECK enum err store_list(struct store *s, enum entity_id of, const struct store_filter *filter,
                               enum err (*each)(void *arg, const struct row *row, struct errctx *e),
                               void *arg, struct errctx *e);

/* May who is signed in see this record? (app/field/store/officers.h) */
MUST_CHECK enum err store_sees(struct store *s, enum entity_id of, int64_t id, bool *out, struct errctx *e);

/* The entries FROM … TO (0: to the end) as journal_read gives them, without those that are withheld. */
MUST_CHECK enum err store_journal(struct store *s, int64_t from, int64_t to,
                                  enum err (*each)(void *arg, const struct journal_line *line,
                                                   struct errctx *e),
                                  void *arg, struct errctx *e);

/* Every entry of a record, oldest first. */
MUST_CHECK enum err store_history(struct store *s, enum entity_id of, int64_t id,
                                  enum err (*each)(void *arg, int64_t address, const struct entry *entry,
                                                   struct errctx *e),
                                  void *arg, struct errctx *e);

/* --- what the registry tells
 * ------------------------------------------------------------------------------------ */

/* For struct sync_options: takes one event of the feed into STORE, a struct store, within the caller's
 * transaction. The same event twice changes nothing. */
MUST_CHECK enum err store_told(void *store, const struct feed_event *event, int64_t now, struct errctx *e);

/* What the registry replaced counts from the next record on, also when it came through another process: a
 * sync beside the screens. Cheap when nothing did. What store_codes gave before stays alive as long as the
 * store. */
MUST_CHECK enum err store_renew_codes(struct store *s, struct errctx *e);
/* For struct sync_options: the feed begins anew. What REGISTRY itself told, its decisions and files and who
 * was revoked, may be of an earlier life of it, and its addresses come again: it is forgotten within the
 * caller's transaction. What it told of other laptops stays true. */
MUST_CHECK enum err store_forget(void *store, uint32_t registry, struct errctx *e);
/* For struct sync_options: makes STORE, a struct store, another device behind entry KEEP of its journal, key
 * file included. A crash leaves the one or the other. */
MUST_CHECK enum err store_become(void *store, enum adopt_why why, int64_t keep, int64_t now,
                                 struct adopted *out, struct errctx *e);

/* Another process may have made this database another device, or written: what the store knows of both
 * follows. Cheap when nothing happened. */
MUST_CHECK enum err store_follow(struct store *s, struct errctx *e);

/* What this installation was before. */
struct store_life {
    char device[DEVICE_CODE_BYTES];
    enum adopt_why why;
    int64_t at; /* when it ended; 0: it was never another one */
};
MUST_CHECK enum err store_past_life(struct store *s, struct store_life *out, struct errctx *e);
/* A recovered entry waits no more for what is gone (sync/journal/waiting.h, which has all of them). */
MUST_CHECK enum err store_set_aside(struct store *s, int64_t address, const char *why,
                                    const struct author *by, struct errctx *e);

/* For struct sync_options: a receipt was taken. Own changes that the registry did not apply, because
 * another's had come before, are taken out of their records; they stay in the history. Within the caller's
 * transaction. */
MUST_CHECK enum err store_judged(void *store, struct errctx *e);

/* How old it is what this laptop knows of a record. */
struct knowledge {
    bool foreign;     /* another laptop's record */
    int64_t known_at; /* the registry's instant of hearing of the newest change of others; 0 for none */
    int64_t told_at;  /* the registry's instant of the latest receipt: nothing newer can be known; 0 never */
    int64_t revoked_at; /* the laptop whose record it is was revoked then; 0 when it was not */
};
MUST_CHECK enum err store_knowledge(struct store *s, int64_t record, struct knowledge *out, struct errctx *e);

/* A record that the ministry returned, or a change that met another's and was not applied. It stays until it
 * is changed or voided here. */
struct inbox_item {
    enum entity_id of;
    int64_t record;
    const char *state; /* "returned", "conflict" */
    const char *why;   /* in a person's or the rule's words; NULL when nothing is known */
    const char *field; /* name of the field concerned; NULL: the whole record */
    const char *rule;  /* NULL: a person's own judgement */
    const char *by;    /* login of the member of staff; "" for the registry itself */
    int64_t at;        /* the registry's UTC seconds */
};
/* Newest first; the item is valid during the call. */
MUST_CHECK enum err store_inbox(struct store *s,
                                enum err (*each)(void *arg, const struct inbox_item *item, struct errctx *e),
                                void *arg, struct errctx *e);
MUST_CHECK enum err store_inbox_count(struct store *s, int64_t *out, struct errctx *e);

/* --- care
 * ------------------------------------------------------------------------------------------------------- */

/* The database, the chain, and every row against a replay of the journal. ERR_DB says what does not fit.
 * PROGRESS may be NULL. */
MUST_CHECK enum err store_verify(struct store *s, void (*progress)(void *arg, int64_t done, int64_t all),
                                 void *arg, struct errctx *e);
/* Makes rows and search index again from the journal. */
MUST_CHECK enum err store_rebuild(struct store *s, void (*progress)(void *arg, int64_t done, int64_t all),
                                  void *arg, struct errctx *e);
/*
 * A consistent copy at PATH (must not exist), in a folder that is there; the key is not in it. A copy on
 * another file system than the database's is a backup, and an OP_BACKUP entry says so; *ELSEWHERE is false
 * for one beside it, which goes when the disk goes.
 */
struct progress_to {
    void (*progress)(void *arg, int64_t done, int64_t all); /* may be NULL */
    void *arg;
};
MUST_CHECK enum err store_backup(struct store *s, const char *path, const struct author *by,
                                 const struct progress_to *to, bool *elsewhere, struct errctx *e);

/* What the journal says of the laptop itself. */
struct own_note {
    int64_t at;     /* by this laptop's clock then; 0: never */
    int64_t number; /* of the entry; 0: never */
    int64_t offset_s;
};
/* The last backup on another medium. */
MUST_CHECK enum err store_last_backup(struct store *s, struct own_note *out, struct errctx *e);
/* The last measurement of this laptop's clock: what must be added to it. */
MUST_CHECK enum err store_last_clock(struct store *s, struct own_note *out, struct errctx *e);

/*
 * The clock was measured against the registry's: OFFSET_S must be added to it. Writes an OP_CLOCK entry when
 * that differs from the last one by more than CLOCK_STEP_S, so that a journal is not filled with clocks that
 * drift. AT_LEAST: the registry's time comes from a file, which was on its way for a while; then only a clock
 * that is slower than known is news.
 */
enum {
    CLOCK_STEP_S = 120 /* more than any exchange takes on a bad link, less than anybody's day depends on */
};
MUST_CHECK enum err store_measured(void *store, int64_t offset_s, bool at_least, int64_t now,
                                   struct errctx *e);

#endif
