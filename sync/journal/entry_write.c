/* What an entry is made of, and how its line is written. */
#include <stdlib.h>
#include <string.h>

#include "schema/base/base32.h"
#include "schema/base/json.h"
#include "schema/record/ident.h"
#include "sync/journal/entry.h"

static const char *const OPS[] = {
    [OP_ADD] = "add",
    [OP_AMEND] = "amend",
    [OP_VOID] = "void",
    [OP_DEVICE] = "device",
    [OP_CLOCK] = "clock",
    [OP_BACKUP] = "backup",
    [OP_PIN] = "pin",
    [OP_DECIDE] = "decide",
    [OP_SETTLE] = "settle",
    [OP_MERGE] = "merge",
    [OP_UNMERGE] = "unmerge",
    [OP_STAFF] = "staff",
    [OP_QUARANTINE] = "quarantine",
};
_Static_assert(sizeof OPS / sizeof OPS[0] == OP_COUNT, "a word for each operation");

static const char *const DECIDED[] = {
    [DECIDED_ACCEPTED] = "accepted", [DECIDED_RETURNED] = "returned", [DECIDED_REJECTED] = "rejected",
    [DECIDED_KEPT] = "kept",         [DECIDED_TAKEN] = "taken",       [DECIDED_RELEASED] = "released",
    [DECIDED_DROPPED] = "dropped",
};

static const char *const PIN_CHANGES[] = {[PIN_SET] = "set", [PIN_CLEARED] = "cleared"};
_Static_assert(sizeof PIN_CHANGES / sizeof PIN_CHANGES[0] == PIN_CHANGE_COUNT, "a word for each change");

const char *op_word(enum op op)
{
    return OPS[op];
}

const char *decided_word(enum decided is)
{
    return DECIDED[is];
}

const char *pin_change_word(enum pin_change is)
{
    return PIN_CHANGES[is];
}

bool op_is_of_registry(enum op op)
{
    return op >= OP_DECIDE; /* they stand behind a laptop's own */
}

void entry_init(struct entry *entry)
{
    memset(entry, 0, sizeof *entry);
}

void entry_done(struct entry *entry)
{
    if (entry->record.of)
        record_done(&entry->record);
    free(entry->why);
    for (int i = 0; i < entry->confirmed_count; i++) {
        free(entry->confirmed[i].rule);
        free(entry->confirmed[i].why);
    }
    free(entry->program);
    free(entry->after);
    free(entry->source);
    free(entry->login);
    free(entry->name);
    free(entry->refused);
    entry_init(entry);
}

int64_t entry_subject(const struct entry *entry, int64_t address)
{
    return entry->op == OP_ADD ? address : entry->id;
}

/* --- writing ------------------------------------------------------------------------------------------- */

static void put_ident(struct json_out *j, const char *key, int64_t id)
{
    char text[IDENT_BYTES];
    json_put_str(j, key, ident_format(id, text));
}

static void put_confirmed(struct json_out *j, const struct entry *entry)
{
    if (entry->confirmed_count == 0)
        return;
    json_key(j, "ok");
    json_open(j, '[');
    for (int i = 0; i < entry->confirmed_count; i++) {
        json_open(j, '{');
        json_put_str(j, "rule", entry->confirmed[i].rule);
        json_put_str(j, "why", entry->confirmed[i].why);
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* add, amend and void. */
static void put_change(struct json_out *j, const struct entry *entry)
{
    json_put_str(j, "of", entry->record.of->name);
    if (entry->op != OP_ADD) {
        put_ident(j, "id", entry->id);
        put_ident(j, "base", entry->base);
    }
    if (entry->was)
        put_ident(j, "was", entry->was);
    if (entry->op == OP_VOID) {
        json_put_str(j, "why", entry->why);
        return;
    }
    json_key(j, "v");
    record_write_json(&entry->record, j);
    put_confirmed(j, entry);
}

static void put_device(struct json_out *j, const struct entry *entry)
{
    char key[2 * KEY_BYTES + 1];
    hex_put(entry->key, KEY_BYTES, key);
    json_put_str(j, "key", key);
    json_put_str(j, "program", entry->program);
    json_put_int(j, "schema", entry->schema);
    if (entry->after) {
        json_key(j, "after");
        predecessor_put(entry->after, j);
    }
    if (entry->training)
        json_put_bool(j, "training", true);
}

static void put_pin(struct json_out *j, const struct entry *entry)
{
    json_put_str(j, "of", entry->record.of->name);
    put_ident(j, "id", entry->id);
    if (entry->was)
        put_ident(j, "was", entry->was);
    json_put_str(j, "is", PIN_CHANGES[entry->pin]);
    json_put_str_opt(j, "source", entry->source);
}

/* decide, settle, merge and unmerge. */
static void put_decision(struct json_out *j, const struct entry *entry)
{
    json_put_str(j, "of", entry->record.of->name);
    put_ident(j, "id", entry->id);
    if (entry->op == OP_DECIDE)
        put_ident(j, "base", entry->base);
    if (entry->op == OP_SETTLE)
        put_ident(j, "entry", entry->settles);
    if (entry->op == OP_DECIDE || entry->op == OP_SETTLE)
        json_put_str(j, "is", DECIDED[entry->is]);
    if (entry->op == OP_MERGE)
        put_ident(j, "into", entry->into);
    json_put_str_opt(j, "why", entry->why);
}

static void put_quarantine(struct json_out *j, const struct entry *entry)
{
    char code[DEVICE_CODE_BYTES];
    char hash[2 * CHAIN_BYTES + 1];
    hex_put(entry->hash, CHAIN_BYTES, hash);
    json_put_str(j, "device", device_code_format(entry->device, code));
    json_put_str(j, "hash", hash);
    json_put_str(j, "refused", entry->refused);
    json_put_str(j, "is", DECIDED[entry->is]);
    json_put_str(j, "why", entry->why);
}

void entry_write(const struct entry *entry, struct buf *out)
{
    struct json_out j = {.to = out};
    json_open(&j, '{');
    json_put_int(&j, "at", entry->at);
    if (entry->clock_suspect)
        json_put_int(&j, "clk", 1);
    json_put_str(&j, "by", entry->by);
    json_put_str(&j, "op", OPS[entry->op]);
    switch (entry->op) {
    case OP_ADD:
    case OP_AMEND:
    case OP_VOID:
        put_change(&j, entry);
        break;
    case OP_DEVICE:
        put_device(&j, entry);
        break;
    case OP_CLOCK:
        json_put_int(&j, "offset_s", entry->offset_s);
        json_put_str(&j, "source", entry->source);
        break;
    case OP_BACKUP:
        json_put_str(&j, "medium", entry->source);
        break;
    case OP_PIN:
        put_pin(&j, entry);
        break;
    case OP_DECIDE:
    case OP_SETTLE:
    case OP_MERGE:
    case OP_UNMERGE:
        put_decision(&j, entry);
        break;
    case OP_STAFF:
        json_put_str(&j, "login", entry->login);
        json_put_str(&j, "name", entry->name);
        json_put_bool(&j, "active", entry->active);
        break;
    case OP_QUARANTINE:
        put_quarantine(&j, entry);
        break;
    }
    json_close(&j, '}');
}
