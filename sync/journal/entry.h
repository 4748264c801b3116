/*
 * One entry: an immutable line of canonical JSON that adds, amends or voids a record, or says something about
 * the device (design: the journal). Writing and strict reading; the bytes as they were first written are what
 * is hashed, stored and sent, and nobody ever encodes an entry again.
 */
#ifndef ALLUVIA_JOURNAL_ENTRY_H
#define ALLUVIA_JOURNAL_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"
#include "schema/record/record.h"
#include "sync/journal/chain.h"
#include "sync/journal/predecessor.h"

enum op {
    OP_ADD,
    OP_AMEND,
    OP_VOID,
    OP_DEVICE,
    OP_CLOCK,
    OP_BACKUP,
    OP_PIN, /* an officer's PIN was set or cleared; never which it is */
    /* Of a registry's own journal alone: */
    OP_DECIDE,     /* a record is accepted, returned or rejected */
    OP_SETTLE,     /* a conflict is over */
    OP_MERGE,      /* two records are of one person */
    OP_UNMERGE,    /* they are not, after all */
    OP_STAFF,      /* an account of the ministry */
    OP_QUARANTINE, /* what becomes of a refused batch that was kept */
};
enum {
    OP_COUNT = OP_QUARANTINE + 1
};

/* What a person at the registry decided. */
enum decided {
    DECIDED_ACCEPTED, /* decide: right as it stands */
    DECIDED_RETURNED, /* decide: its author is to correct it; does not count until then */
    DECIDED_REJECTED, /* decide: does not count */
    DECIDED_KEPT,     /* settle: what stands stays */
    DECIDED_TAKEN, /* settle: the entry that waited was written again, as the registry's own, just before */
    DECIDED_RELEASED, /* quarantine: its entries were taken in */
    DECIDED_DROPPED,  /* quarantine: its bytes are kept no longer */
};

/* What became of an officer's PIN. */
enum pin_change {
    PIN_SET, /* given, or given anew: `by` another person than the officer is a reset */
    PIN_CLEARED,
};
enum {
    PIN_CHANGE_COUNT = PIN_CLEARED + 1
};

enum {
    ENTRY_MAX_BYTES = 16384, /* a record with every field at its longest stays below */
    ENTRY_AUTHOR_BYTES = 64, /* a login and its zero byte */
    ENTRY_MAX_CONFIRMED = 16,
    ENTRY_MAX_RULE = 64,    /* characters of a rule's id */
    ENTRY_MAX_WHY = 500,    /* characters: a few sentences */
    ENTRY_MAX_PROGRAM = 64, /* characters */
    ENTRY_MAX_SOURCE = 255, /* characters: a file's name */
    ENTRY_MAX_NAME = 120,   /* characters: of a person at the ministry */
    ENTRY_MAX_WORD = 32,    /* characters: of a problem's type */
};

/* A rule whose question was answered: its id and the reason; both owned. */
struct confirmed {
    char *rule;
    char *why;
};

struct entry {
    int64_t at;                  /* UTC seconds by this laptop's clock */
    bool clock_suspect;          /* "clk":1 */
    char by[ENTRY_AUTHOR_BYTES]; /* login; "-" for the program itself */
    enum op op;
    struct record record; /* add: all fields; amend: the changed ones; void and decisions: only .of */
    int64_t id;           /* amend, void, pin, decide, settle, merge, unmerge */
    int64_t base;         /* amend, void, decide: the last entry known to have touched the record */
    int64_t was; /* add, amend, void, pin that a copied laptop wrote again: the old address; else 0 */
    char *why;   /* void, quarantine; decide unless accepted; settle, merge, unmerge when given; owned */
    struct confirmed confirmed[ENTRY_MAX_CONFIRMED]; /* "ok" */
    int confirmed_count;
    uint8_t key[KEY_BYTES];    /* device */
    char *program;             /* device: "alluvia 0.1.0"; owned */
    int64_t schema;            /* device */
    struct predecessor *after; /* device that goes on with another one's work, else NULL; owned */
    bool training;             /* device: a laptop for training; no real registry takes it */
    int64_t offset_s;          /* clock: what must be added to this laptop's clock */
    char *source; /* clock: "registry"; backup: the medium; pin: the account that took the way back; owned */
    enum pin_change pin;       /* pin */
    enum decided is;           /* decide, settle, quarantine */
    int64_t into;              /* merge: the record that stays */
    int64_t settles;           /* settle: the entry that waited */
    char *login;               /* staff; owned */
    char *name;                /* staff; owned */
    bool active;               /* staff: may decide */
    uint32_t device;           /* quarantine: whose batch */
    uint8_t hash[CHAIN_BYTES]; /* quarantine: of its entries, as struct refused has it */
    char *refused;             /* quarantine: the problem's type; owned */
};

/* "add", "decide"; "accepted", "kept". */
const char *op_word(enum op op);
const char *decided_word(enum decided is);
/* "set", "cleared". */
const char *pin_change_word(enum pin_change is);
/* Whether only a registry may write it. */
bool op_is_of_registry(enum op op);

void entry_init(struct entry *entry);
void entry_done(struct entry *entry);

/* Appends the line, without a line break. */
void entry_write(const struct entry *entry, struct buf *out);
/*
 * Reads LEN bytes into OUT, which it initialises and leaves empty when it fails. Strict: what entry_write
 * would write for the result must be these very bytes (fields that this program does not know are kept in
 * place, at the end of "v"). Form and length only: whether the values make sense is the rules' business.
 * ERR_INVALID; *POINTER, when not NULL, gets a JSON Pointer (RFC 6901) to the member at fault ("" for the
 * whole line), owned by the caller; NULL on success.
 */
MUST_CHECK enum err entry_read(const char *bytes, size_t len, struct entry *out, char **pointer,
                               struct errctx *e);

/* The record an entry is about: its own address for an add, `id` otherwise. ADDRESS is the entry's own. */
int64_t entry_subject(const struct entry *entry, int64_t address);

#endif
