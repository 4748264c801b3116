/* What the files of the simulation share. */
#ifndef ALLUVIA_TESTS_SIM_INSIDE_H
#define ALLUVIA_TESTS_SIM_INSIDE_H

#include "app/field/store/store.h"
#include "app/registry/store/registry_store.h"
#include "sync/client/link.h"
#include "sync/client/sync.h"
#include "tests/lib/cutvfs.h"
#include "tests/lib/dice.h"
#include "tests/sim/sim.h"

enum {
    SIM_MOST_LAPTOPS = 4,
    SIM_MOST_STICKS = 6,
    SIM_MOST_FILES = 24,
    SIM_MOST_OLD = 12,
    SIM_PATH_BYTES = 128,
    SIM_START = 1795500000, /* 2026-11-24T06:40:00Z */
};
#define SIM_URL "https://mines.example"

/* --- what people were told, and what we saw */

struct seen {
    uint8_t hash[CHAIN_BYTES];
    int64_t was;    /* the first address of what was written again; 0: it is the first */
    int64_t at;     /* with the first address: which of two branches' entries it is */
    bool of_record; /* adds, amends or voids one */
    bool acknowledged;
};

/* One chain, from the day its device was made on. */
struct log {
    struct log *next;
    uint32_t device;
    char code[DEVICE_CODE_BYTES];
    int laptop;
    struct seen *entries; /* of number N at N - 1 */
    int64_t count;
    int64_t room;
    int64_t claimed; /* so many were said to be saved, whatever was seen of them */
    bool gone;       /* the machine is, or has become another device */
    int64_t secured; /* then: so many stay in the registry for ever */
    int64_t backed;  /* and so many live on in a backup that was restored: there, or written again */
};

/* --- machines */

struct laptop {
    struct sim *sim;
    int index;
    char folder[SIM_PATH_BYTES];
    char path[SIM_PATH_BYTES];
    struct cut_disk *disk;
    struct store *store; /* NULL: switched off */
    struct log *log;
    struct link_kind links;
    int64_t clock_off_s;
    int weather; /* 0 good … 3 awful */
    char code[INVITATION_CODE_BYTES];
    bool enrolled; /* its person knows that it worked */
    bool revoked;
    bool gone;   /* stolen or burnt */
    bool hermit; /* does not come to town before the end */
    bool cancel;
    bool newer;       /* its program knows fields that nobody else's does */
    bool dated;       /* its database was an older program's, and what that one did not know is to be made */
    int lives;        /* how often it was restored */
    uint32_t before;  /* the device whose work it goes on with; 0: none */
    struct log *safe; /* whose backup lies on another medium; NULL: none */
    int64_t safe_number; /* entries in it */
};

struct office {
    char folder[SIM_PATH_BYTES];
    struct cut_disk *disk;
    struct registry_store *store; /* NULL: switched off */
    int64_t clock_off_s;
    int backups;
    bool put_back; /* and has not been on since */
    bool dated;    /* as a laptop's */
    bool older;    /* its program cannot tell what became of entries, until the world comes to rest */
};

/* --- what travels */

struct parcel {
    char *method;
    char *target;
    char *headers[LINK_MAX_HEADERS];
    struct buf body;
    bool has_body;
};

struct answer {
    int laptop;
    int status;
    char media_type[64];
    struct buf body;
};

struct stick_file {
    char name[64];
    struct buf bytes;
    bool delivered;
};
struct stick {
    struct stick_file files[SIM_MOST_FILES];
    int count;
};

struct sim {
    const struct sim_options *o;
    struct sim_report *report;
    struct dice dice;
    struct cutvfs *vfs;
    char folder[SIM_PATH_BYTES];
    int64_t now_ms; /* true time since SIM_START */
    int64_t step;
    bool resting;
    struct office office;
    struct laptop laptops[SIM_MOST_LAPTOPS];
    int laptop_count;
    struct log *logs;
    struct stick *sticks[SIM_MOST_STICKS];
    int stick_count;
    struct parcel old_requests[SIM_MOST_OLD];
    int old_request_count;
    struct answer old_answers[SIM_MOST_OLD];
    int old_answer_count;
};

/* --- sim.c */

/* The first failure stands; the world ends. */
void sim_fail(struct sim *s, const char *format, ...) PRINTF_LIKE(2, 3);
bool sim_failed(const struct sim *s);
void sim_trace(struct sim *s, const char *format, ...) PRINTF_LIKE(2, 3);
bool sim_chance(struct sim *s, int per_mille);
int sim_below(struct sim *s, int sides);
/* The clock of a machine, UTC seconds. */
int64_t sim_clock(const struct sim *s, int64_t off_s);
/* Plans the end of a machine's disk somewhere in what it does next, now and then. */
void sim_plan_cut(struct sim *s, struct cut_disk *disk);

/* --- laptop.c */

void laptop_make(struct sim *s, int index);
/* A folder and a disk for its next life. */
void laptop_place(struct laptop *l);
/* Switches on; false when it cannot be (it is gone, or dies again). */
bool laptop_on(struct laptop *l);
void laptop_off(struct laptop *l);
/* Before its disk is out of reach: what it did before it died, which may have reached the registry. */
void laptop_look_back(struct laptop *l);
/* After anything it did: judges RESULT, notices a death, writes down new entries. ACKNOWLEDGED: the person
 * was told of them. */
void laptop_did(struct laptop *l, const char *what, enum err result, const struct errctx *e,
                bool acknowledged);
void laptop_work(struct laptop *l);
/* True when something was sent or told. */
bool laptop_sync(struct laptop *l);
void laptop_enrol(struct laptop *l);
void laptop_carry(struct laptop *l);
void laptop_receive(struct laptop *l, struct stick *from);
void laptop_care(struct laptop *l);
void laptop_lose(struct laptop *l);
struct sync_options laptop_options(struct laptop *l);

/* --- lives.c */

/* Out of the backup that lies on another medium, if there is one: the machine is a new one, or the same with
 * an empty disk. */
void laptop_restore(struct laptop *l);
void laptop_back_up(struct laptop *l);
/* Copies its disk, key and all, into another machine. */
void laptop_clone(struct laptop *l);

/* --- age.c */

/* Its database was a while ago of an older program: whatever version that was, with what that one knew. The
 * next start brings it up to date. */
void laptop_age(struct laptop *l);
void office_age(struct sim *s);

/* --- records.c */

/* A save of any kind by the officer: ERR_OK, or refused by a rule. */
enum err records_save(struct laptop *l, struct errctx *e);

/* --- link.c */

void link_of_laptop(struct laptop *l);
/* Delivers a request that somebody sent long ago. */
void link_replay(struct sim *s);
void link_forget(struct sim *s);

/* --- office.c */

void office_make(struct sim *s);
bool office_on(struct sim *s);
void office_off(struct sim *s);
/* After anything it did. */
void office_did(struct sim *s, const char *what, enum err result, const struct errctx *e);
void office_invite(struct sim *s, struct laptop *l);
/* Another laptop, which never comes, drew the same six characters. */
void office_take_code(struct sim *s, const struct laptop *l);
void office_work(struct sim *s);
void office_import(struct sim *s, struct stick *stick);
void office_revoke(struct sim *s, struct laptop *l);

/* --- sticks.c */

/* A new stick; the oldest is lost where there are too many. */
struct stick *stick_new(struct sim *s);
void stick_put(struct stick *stick, const char *name, const void *bytes, size_t len);
void sticks_move(struct sim *s);
void sticks_deliver(struct sim *s);
void sticks_free(struct sim *s);

/* --- oracle.c */

void oracle_hash(const struct journal_line *line, uint8_t out[CHAIN_BYTES]);
struct log *oracle_log(struct sim *s, int laptop, uint32_t device);
/* The same journal in two places from now on. */
struct log *oracle_branch(struct sim *s, int laptop, const struct log *from);
/* Everything known is there, and writes down what is new. */
void oracle_look(struct laptop *l, bool acknowledged);
/* The registry holds what the receipts of this laptop say. */
void oracle_receipts(struct sim *s);
/* What the registry holds of those that are gone. */
void oracle_secure(struct sim *s, bool put_back);
void oracle_free(struct sim *s);
/* What the registry, which is on, holds of a device; false: nothing. */
bool oracle_device(struct sim *s, uint32_t device, struct ledger_device *out);
int64_t oracle_held(struct sim *s, uint32_t device);
/* True when what LINK says of the registry is of its present life. */
bool oracle_is_present(const struct sim *s, const struct link_state *link);

/* --- judge.c */

void oracle_judge(struct sim *s);
/* Whether nobody vouches for what the device, or one of its predecessors up to ORIGIN, says of the one before
 * it: what they say their entries were there is believed in nothing by the registry. ORIGIN 0: all of them.
 */
bool oracle_is_unvouched(struct sim *s, uint32_t device, uint32_t origin);

/* --- shared.c */

/* Whether a question that has one row at most, about the entry of :entry, has one. */
bool oracle_has_row(struct sim *s, struct db *db, const char *sql, int64_t entry);

/* A change that met another's is told to whom it is of, by whatever road it came. */
void oracle_judge_told(struct sim *s, struct laptop *l);
/* A record that laptops share stands on this one as in the registry. */
void oracle_judge_shared(struct sim *s, struct laptop *l);

#endif
