/*
 * Review: what rules found and nobody has answered yet, and the decisions of named people about it. Every
 * decision is an entry of the registry's own journal; BY is the login of an active account.
 */
#ifndef ALLUVIA_REGISTRY_STORE_REVIEW_H
#define ALLUVIA_REGISTRY_STORE_REVIEW_H

#include "app/registry/store/registry_store.h"
#include "sync/server/arrival.h"

/* --- accounts */

struct staff {
    const char *login;
    const char *name;
    bool active;
};
/* By login. */
MUST_CHECK enum err registry_store_staff(struct registry_store *s,
                                         enum err (*each)(void *arg, const struct staff *staff,
                                                          struct errctx *e),
                                         void *arg, struct errctx *e);
/* ERR_DENIED, in words, unless LOGIN may decide. NULL: nobody was named. */
MUST_CHECK enum err registry_store_staff_check(struct registry_store *s, const char *login, struct errctx *e);
/* Writes an account as it is to stand; BY may be NULL (the program itself), since the first account is made
 * by nobody. ERR_EXISTS: ACTIVE, and it is so already; ERR_NOT_FOUND: NAME is NULL and there is none. */
MUST_CHECK enum err registry_store_staff_put(struct registry_store *s, const char *by, const char *login,
                                             const char *name, bool active, int64_t now, struct errctx *e);

/* --- what there is to review */

enum review_state {
    REVIEW_OPEN, /* has findings that nobody answered, or was changed since it was decided about */
    REVIEW_ACCEPTED,
    REVIEW_RETURNED,
    REVIEW_REJECTED,
    REVIEW_MERGED,
    REVIEW_STATE_COUNT
};
extern const char *const REVIEW_STATES[REVIEW_STATE_COUNT];

/* A finding, or a record in its state; texts are valid during the call. */
struct review_item {
    int64_t record;
    int64_t entry;    /* that has the finding, or the decision */
    const char *rule; /* "amended" for a record that was changed since; "" for a state */
    const char *level;
    const char *field; /* NULL for the whole record */
    const char *words;
    const char *rests_on; /* ids of other records, joined by ','; NULL without any */
    int64_t since;        /* UTC seconds: when it came to the registry, or was found */
    int64_t answered;     /* by this entry; 0: open */
    int64_t gone_at;      /* UTC seconds: when its cause went without an answer; 0: it did not */
};
typedef enum err review_each(void *arg, const struct review_item *item, struct errctx *e);

/* Where a page begins: behind AT in a part of the list. {0}: at its beginning. */
struct review_place {
    int part;
    int64_t at;
};
enum {
    REVIEW_PLACE_BYTES = 32
};
/* "0-4711", and back. ERR_INVALID. */
const char *review_place_format(struct review_place place, char *out);
MUST_CHECK enum err review_place_parse(const char *text, struct review_place *out, struct errctx *e);

/* Which items are listed; {0} is all that is open. */
struct review_filter {
    enum review_state state;
    const char *rule;     /* NULL: any */
    const char *level;    /* NULL: any */
    const char *district; /* or within it; NULL: any */
    bool of_device;
    uint32_t device; /* whose records, with OF_DEVICE */
    int64_t before;  /* UTC seconds: what came or was found until then; 0: until now */
    struct review_place after;
    int64_t limit; /* 0: all */
};
/* In the order in which things were found. *NEXT is where the next page begins; *MORE when LIMIT ended this
 * one. */
MUST_CHECK enum err review_list(struct registry_store *s, const struct review_filter *filter,
                                review_each *each, void *arg, struct review_place *next, bool *more,
                                struct errctx *e);
/* How many open findings there are of each rule and level. */
struct review_count {
    const char *rule;
    const char *level;
    int64_t count;
};
MUST_CHECK enum err review_counts(struct registry_store *s, const struct review_filter *filter,
                                  enum err (*each)(void *arg, const struct review_count *count,
                                                   struct errctx *e),
                                  void *arg, struct errctx *e);
/* All findings of a record, answered ones too. */
MUST_CHECK enum err review_findings(struct registry_store *s, int64_t record, review_each *each, void *arg,
                                    struct errctx *e);
/* Every entry about a record with its arrival, in the order in which they came, decisions among them. */
struct review_entry {
    int64_t address;
    const char *bytes; /* end with a zero byte that LEN does not count */
    size_t len;
    bool applied; /* it made or changed the record */
    struct arrival arrival;
};
MUST_CHECK enum err review_history(struct registry_store *s, int64_t record,
                                   enum err (*each)(void *arg, const struct review_entry *entry,
                                                    struct errctx *e),
                                   void *arg, struct errctx *e);
/* Loads any record by id alone. ERR_NOT_FOUND. */
MUST_CHECK enum err review_record(struct registry_store *s, int64_t record, struct row *out,
                                  struct errctx *e);
/* The entry at ADDRESS. ERR_NOT_FOUND. */
MUST_CHECK enum err review_entry(struct registry_store *s, int64_t address, struct entry *out,
                                 struct errctx *e);
/* Its state, and for a merged one the record that stays. */
MUST_CHECK enum err review_state(struct registry_store *s, int64_t record, enum review_state *out,
                                 int64_t *stays, struct errctx *e);
/* The entries about a record that wait because it had moved on, oldest first: up to ROOM; *COUNT of them. */
MUST_CHECK enum err review_conflicts(struct registry_store *s, int64_t record, int64_t *out, size_t room,
                                     size_t *count, struct errctx *e);

/* The district that a record lies in, its own or that of its site, licence, return or person: "" when nothing
 * says. */
enum {
    REVIEW_DISTRICT_BYTES = 32
};
MUST_CHECK enum err review_district(struct registry_store *s, const struct record *r,
                                    char out[REVIEW_DISTRICT_BYTES], struct errctx *e);

/* --- decisions; each call is one transaction and one batch of the registry's journal */

/* IS is one of accepted, returned, rejected; WHY may be NULL for accepted alone. ERR_NOT_FOUND; ERR_CONFLICT:
 * a conflict of the record waits, or it is void. */
MUST_CHECK enum err review_decide(struct registry_store *s, const char *by, const int64_t *records,
                                  size_t count, enum decided is, const char *why, int64_t now,
                                  struct errctx *e);
/* Two diggers are one person: RECORD counts no more, INTO does. ERR_INVALID: not two diggers; ERR_CONFLICT:
 * one of them is merged already. */
MUST_CHECK enum err review_merge(struct registry_store *s, const char *by, int64_t record, int64_t into,
                                 const char *why, int64_t now, struct errctx *e);
MUST_CHECK enum err review_unmerge(struct registry_store *s, const char *by, int64_t record, const char *why,
                                   int64_t now, struct errctx *e);
/*
 * Ends every conflict of a record. Of each field that met a choice says what shall be: what stands, or what
 * an entry that waits gives it. All that is chosen of others is written as one change of the registry's own
 * on top of what stands, and every entry that waited is settled.
 */
enum {
    REVIEW_ONE = 0,   /* what stands stays */
    REVIEW_OTHER = -1 /* what waits is taken; an address says of which entry */
};
struct review_choice {
    const char *field; /* name or flag; "void": a voiding that waits; "": every field that no other names */
    int64_t take;
};
/* ERR_NOT_FOUND: it has none. ERR_INVALID: a field that met is not chosen for, or one that did not is; OTHER
 * by its name where several entries give it, which want an address. */
MUST_CHECK enum err review_resolve(struct registry_store *s, const char *by, int64_t record,
                                   const struct review_choice *choices, size_t count, const char *why,
                                   int64_t now, struct errctx *e);

#endif
