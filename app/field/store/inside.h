/* What the files of the store share; nothing outside this folder includes it. */
#ifndef ALLUVIA_FIELD_STORE_INSIDE_H
#define ALLUVIA_FIELD_STORE_INSIDE_H

#include "app/field/store/guard.h"
#include "app/field/store/officers.h"
#include "sync/journal/project.h"
#include "sync/journal/twin.h"

/* Statements that differ by entity are built from the entity tables once a connection. */
enum entity_sql {
    SQL_IS_VOID,
    SQL_IS_SEEN, /* by who is signed in */
    SQL_EACH,    /* every row by id, for comparing */
    ENTITY_SQL_COUNT
};

struct store {
    struct guard guard; /* of an open for writing */
    struct db *db;
    struct codes *codes;
    struct codes **old_codes; /* what stood before they were renewed: something may point into them */
    size_t old_codes_count;
    uint8_t codes_hash[CHAIN_BYTES]; /* of the replaced files that CODES were made with */
    int64_t data_version;            /* changes when another process writes */
    struct device device;
    struct journal_head head;
    struct rule_world world;
    struct officer who; /* who is signed in; id 0: nobody */
    bool seen_made;     /* the views of what that one sees are there … */
    bool seen_there;    /* … or may be */
    char *name;
    bool training;
    bool batch;        /* between store_begin and store_commit */
    bool batch_spoilt; /* a save failed half way: only a rollback is right */
    int64_t earliest;  /* clocks before this instant are wrong */
    char *sql[ENTITY_COUNT][ENTITY_SQL_COUNT];
    char *list_sql[ENTITY_COUNT][ENTITY_MAX_FIELDS + 1]; /* by the field of the first filter; last: none */
};

/* PATH with ".key" for its ending; the caller frees. */
char *store_key_path(const char *path);
/* Where the key of an earlier life lies, of the device CODE; the caller frees. */
char *store_old_key_path(const char *path, const char *code);
/* Writes the row of `laptop` and entry 1. */
enum err store_write_first(struct db *db, const struct device *device, const char *country, const char *name,
                           bool training, const struct author *by, struct errctx *e) MUST_CHECK;
/* The instant before which no clock of this program can be right. */
int64_t store_earliest(void);

const char *store_sql(struct store *s, enum entity_id of, enum entity_sql which);

struct rule_world store_make_world(struct store *s);
MUST_CHECK enum err store_is_void(struct store *s, enum entity_id of, int64_t id, bool *out_found,
                                  bool *out_void, struct errctx *e);

/* --- what may be seen and changed by who is signed in (officers.h) */

/* Is it a cooperative leader, who sees the cooperative's records alone? */
bool store_is_confined(const struct store *s);
/* Makes the views seen_<entity> where they are not there; those made in a transaction may go with it. */
MUST_CHECK enum err seen_ready(struct store *s, struct errctx *e);
/* db_prepare for a statement that reads them. */
MUST_CHECK enum err seen_prepare(struct store *s, const char *sql, struct stmt **out, struct errctx *e);
/* Somebody else is signed in from now on: the views are made anew. */
MUST_CHECK enum err seen_forget(struct store *s, struct errctx *e);
/* Would a record with these values be seen? */
MUST_CHECK enum err seen_would_be(struct store *s, const struct record *r, bool *out, struct errctx *e);
struct save;
/* May this be saved? ERR_DENIED. Reads the record as it stands, so it comes before anything is written. */
MUST_CHECK enum err officers_check(struct save *w, struct errctx *e);
/* What a new record of theirs says by itself. */
void officers_fill(struct store *s, struct record *r);

/* Writes ENTRY, whose op and members are set, and does ALSO (NULL: nothing) in the same transaction. Leaves
 * ENTRY empty. */
MUST_CHECK enum err store_note_entry(struct store *s, struct entry *entry, const struct author *by,
                                     enum err (*also)(void *arg, struct errctx *e), void *arg,
                                     struct errctx *e);
/* Writes an entry about the device itself, in its own transaction. */
MUST_CHECK enum err store_note(struct store *s, enum op op, const char *source, const struct author *by,
                               struct errctx *e);
MUST_CHECK enum err store_note_clock(struct store *s, int64_t offset_s, const char *source,
                                     const struct author *by, struct errctx *e);

/* --- the index: words, keys and touches; over a plain connection, so that a replay can fill another one */

/* Makes words and keys of AFTER those of the record, in place of BEFORE's (NULL for a new record). */
MUST_CHECK enum err index_record(struct db *db, int64_t id, const struct record *before,
                                 const struct record *after, struct errctx *e);
/* Spellings are suggested out of the words that ever stood, these too. */
MUST_CHECK enum err index_know(struct db *db, const struct record *r, struct errctx *e);
/* Forgets everything, for a rebuild. */
MUST_CHECK enum err index_clear(struct db *db, struct errctx *e);
/* Are the words of this entity's records in the table? If not, search reads the records themselves. */
bool index_has_words(enum entity_id of);
/* How well the record itself holds a folded word or its spelling key (NULL without one); 0: not at all. */
enum {
    INDEX_SOUND = 1,
    INDEX_BEGINNING = 2,
    INDEX_EXACT = 3
};
int index_score(const struct record *r, const char *word, const char *sound);
/* Notes that entry NUMBER changed RECORD, or, for 0, said something about the device itself. */
MUST_CHECK enum err index_touch(struct db *db, int64_t record, int64_t number, struct errctx *e);
/* Appends the key under which a whole value is found: "licence_no aml 17". */
void index_put_key(struct buf *out, const char *field, const char *text);
/* Appends the key of a record's fields together, "person sahr kamara, tombodu, 1985"; false, and nothing is
 * appended, when the record has not all of them. NAME is one of those in index.c. */
bool index_put_joint_key(struct buf *out, const char *name, const struct record *r);
/* Is FIELD of the entity found by its whole value? */
bool index_has_key(enum entity_id of, const char *field);

enum {
    WORD_MAX_BYTES = 48 /* longer words are indexed and looked for by their beginning */
};
/* Cuts a folded word to WORD_MAX_BYTES at a whole character; returns its length. */
size_t index_word_length(const char *word, size_t len);
/* True when a spelling key is kept for the word: it has letters only. */
bool index_has_sound(const char *word, size_t len);

/* Every entry of RECORD, those of DEVICE and those of others, in the order in which they took effect here;
 * EACH may change what it is given. A result other than ERR_OK ends the walk. Walks do not nest. */
MUST_CHECK enum err history_each(struct db *db, uint32_t device, int64_t record,
                                 enum err (*each)(void *arg, int64_t address, struct entry *entry,
                                                  struct errctx *e),
                                 void *arg, struct errctx *e);

/* --- search */

struct found {
    int64_t *ids; /* best match first; owned */
    size_t count;
};
/* At most LIMIT records (0: all), void ones included. READ_MOST as in struct store_filter. */
MUST_CHECK enum err search_records(struct store *s, enum entity_id of, const char *text, int64_t limit,
                                   int64_t read_most, struct found *out, struct errctx *e);

/* --- an entry's effect on rows and index, the same in a save and in a replay */

/* Where an entry takes effect, and which ones did before it. */
struct moment {
    struct db *into;
    struct db *from; /* has the entries; the same but in a replay */
    int64_t number;  /* own entries before this number … */
    int64_t turn;    /* … and those of others before this turn that came in before it */
};
/* Of what is written or told now. */
struct moment moment_now(struct db *db);
/* For twin_see; MOMENT must outlive OUT. A replay moves one on from entry to entry, and OUT knows on the way
 * which devices have twins. */
void moment_twins(const struct moment *m, struct twins *out);
/* The moment of such twins. */
const struct moment *moment_of(const struct twins *t);

/* What an own entry does. One that is there already under another address is PROJECTED_NOTHING. */
MUST_CHECK enum err project_indexed(struct twins *twins, int64_t address, const struct entry *entry,
                                    enum projected *out, struct errctx *e);

/* Whether the tables leave out the change at ADDRESS; FROM has the entries. */
MUST_CHECK enum err unapplied_is(struct db *from, int64_t address, bool *out, struct errctx *e);

/* Makes a record again from its entries. One that is not there stays so. */
MUST_CHECK enum err remake_record(struct db *db, uint32_t device, enum entity_id of, int64_t id,
                                  struct errctx *e);

/* Makes all tables of records again from the journal of DEVICE and the entries of others, in the caller's
 * transaction. PROGRESS may be NULL. */
MUST_CHECK enum err store_remake(struct db *db, uint32_t device,
                                 void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                                 struct errctx *e);

#endif
