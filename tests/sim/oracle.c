/* What must be true, whatever happened. */
#include "tests/sim/inside.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void oracle_hash(const struct journal_line *line, uint8_t out[CHAIN_BYTES])
{
    (void)crypto_generichash(out, CHAIN_BYTES, (const uint8_t *)line->bytes, line->len, NULL, 0);
}

struct log *oracle_log(struct sim *s, int laptop, uint32_t device)
{
    struct log *log = mem_zero(1, sizeof *log);
    *log = (struct log){.next = s->logs, .laptop = laptop, .device = device};
    (void)device_code_format(device, log->code);
    s->logs = log;
    return log;
}

struct log *oracle_branch(struct sim *s, int laptop, const struct log *from)
{
    struct log *log = oracle_log(s, laptop, from->device);
    log->count = log->room = from->count;
    log->entries = mem_resize(NULL, (size_t)log->room + 1, sizeof *log->entries);
    memcpy(log->entries, from->entries, (size_t)log->count * sizeof *log->entries);
    return log;
}

void oracle_free(struct sim *s)
{
    while (s->logs) {
        struct log *log = s->logs;
        s->logs = log->next;
        free(log->entries);
        free(log);
    }
}

/* --- a laptop's journal */

struct looking {
    struct laptop *laptop;
    int64_t found;
    bool acknowledged;
};

static struct seen *next_seen(struct log *log)
{
    if (log->count == log->room) {
        log->room = log->room ? log->room * 2 : 64;
        log->entries = mem_resize(log->entries, (size_t)log->room, sizeof *log->entries);
    }
    return &log->entries[log->count++];
}

static enum err write_down(struct log *log, const struct journal_line *line, bool acknowledged,
                           struct errctx *e)
{
    struct entry entry;
    if (entry_read(line->bytes, line->len, &entry, NULL, e) != ERR_OK)
        return e->kind;
    struct seen *seen = next_seen(log);
    *seen = (struct seen){.acknowledged = acknowledged,
                          .was = entry.was,
                          .at = entry.at,
                          .of_record = entry.op == OP_ADD || entry.op == OP_AMEND || entry.op == OP_VOID};
    oracle_hash(line, seen->hash);
    entry_done(&entry);
    return ERR_OK;
}

static enum err look_at(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct looking *k = arg;
    struct log *log = k->laptop->log;
    uint8_t hash[CHAIN_BYTES];
    oracle_hash(line, hash);
    if (line->number != ++k->found)
        return err_fail(e, ERR_DB, "entry %lld is missing", (long long)k->found);
    if (line->number > log->count) {
        k->laptop->sim->report->acknowledged += k->acknowledged;
        return write_down(log, line, k->acknowledged, e);
    }
    return memcmp(hash, log->entries[line->number - 1].hash, CHAIN_BYTES) == 0
               ? ERR_OK
               : err_fail(e, ERR_DB, "entry %lld is another one", (long long)line->number);
}

/* It is another device than it was, by a sync or a restore: all that stood in its journal lives on in it. */
static void begin_log(struct laptop *l, uint32_t device)
{
    struct log *old = l->log;
    if (old) {
        old->gone = true;
        old->backed = old->count;
        sim_trace(l->sim, "laptop %d is another device now", l->index);
    }
    l->log = oracle_log(l->sim, l->index, device);
    if (l->sim->office.store)
        oracle_secure(l->sim, false);
}

void oracle_look(struct laptop *l, bool acknowledged)
{
    if (!l->log || store_device(l->store)->number != l->log->device)
        begin_log(l, store_device(l->store)->number);
    struct errctx e;
    struct looking k = {.laptop = l, .acknowledged = acknowledged};
    enum err result = journal_read(store_db(l->store), 1, 0, look_at, &k, &e);
    if (result != ERR_OK)
        sim_fail(l->sim, "laptop %d: %s", l->index, e.text);
    else if (k.found < l->log->count || k.found < l->log->claimed)
        sim_fail(l->sim, "laptop %d has %lld entries; there were %lld, %lld of them acknowledged", l->index,
                 (long long)k.found, (long long)l->log->count, (long long)l->log->claimed);
}

/* --- what the registry holds */

bool oracle_device(struct sim *s, uint32_t device, struct ledger_device *out)
{
    struct errctx e = {0};
    struct ledger *ledger = registry_store_ledger(s->office.store);
    enum err result = ledger->device(ledger->arg, device, out, &e);
    if (result != ERR_OK && result != ERR_NOT_FOUND)
        sim_fail(s, "the registry: %s", e.text);
    return result == ERR_OK;
}

int64_t oracle_held(struct sim *s, uint32_t device)
{
    struct ledger_device held;
    return oracle_device(s, device, &held) ? held.upto : 0;
}

void oracle_secure(struct sim *s, bool put_back)
{
    if (!s->office.store)
        return;
    for (struct log *log = s->logs; log; log = log->next) {
        if (!log->gone)
            continue;
        int64_t held = oracle_held(s, log->device);
        if (held > log->secured || put_back)
            log->secured = held;
    }
}

bool oracle_is_present(const struct sim *s, const struct link_state *link)
{
    return strcmp(link->incarnation, registry_store_identity(s->office.store)->incarnation) == 0;
}

void oracle_receipts(struct sim *s)
{
    if (!s->office.store || cut_disk_is_dead(s->office.disk))
        return;
    for (int i = 0; i < s->laptop_count; i++) {
        struct laptop *l = &s->laptops[i];
        struct link_state link;
        struct errctx e;
        if (!l->store || cut_disk_is_dead(l->disk) || s->o->fault == SIM_FORGED_SENT)
            continue;
        /* In the middle of a sync it may have become another device. */
        int64_t held = oracle_held(s, store_device(l->store)->number);
        if (link_load(store_db(l->store), &link, &e) != ERR_OK)
            sim_fail(s, "laptop %d: %s", i, e.text);
        else if (oracle_is_present(s, &link) && held < link.upto)
            sim_fail(s, "the registry holds %lld entries of laptop %d and gave a receipt for %lld",
                     (long long)held, i, (long long)link.upto);
    }
}
