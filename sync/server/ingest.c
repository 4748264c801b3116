#include "sync/server/ingest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/base32.h"
#include "schema/base/date.h"
#include "schema/base/words.h"
#include "sync/server/heirs.h"
#include "sync/server/kept.h"
#include "sync/server/receipts.h"

/* One batch on its way in. */
struct work {
    const struct ingest *in;
    struct ledger *ledger;
    struct container container;
    struct batch_header header;
    struct ledger_identity identity;
    struct ledger_device device;
    bool again; /* it is held already: nobody is told anew */
    bool known; /* the registry has a device of this code; the refused batch is then kept */
    struct heir heir;
    size_t packed_bytes;
    struct arrival arrival;
    char via[32];
    struct ingested *done;
    struct problem *problem;
};

static enum err refuse(struct work *w, enum problem_type type, enum err kind, const char *detail,
                       struct errctx *e)
{
    w->problem->type = type;
    (void)snprintf(w->problem->detail, sizeof w->problem->detail, "%s", detail);
    return err_fail(e, kind, "%s: %s", problem_word(type), w->problem->detail);
}

/* Errors of the batch's own modules carry their problem as their first word. */
static enum err refuse_words(struct work *w, struct errctx *e)
{
    if (e->kind != ERR_PROTOCOL || w->problem->type != PROBLEM_NONE)
        return e->kind;
    const char *detail = NULL;
    enum problem_type type = problem_of_words(e->text, &detail);
    char words[sizeof w->problem->detail];
    (void)snprintf(words, sizeof words, "%s", detail);
    return refuse(w, type == PROBLEM_NONE ? PROBLEM_BAD_FORM : type, ERR_PROTOCOL, words, e);
}

/* --- from bytes to a header */

static enum err unpack(struct work *w, const void *bytes, size_t len, int64_t prefix_before,
                       struct buf *plain, struct errctx *e)
{
    struct buf prefix = {0};
    uint8_t hash[32];
    enum err result = ERR_OK;
    if (container_needs_prefix(bytes, len, hash)) {
        result = prefix_before ? w->ledger->prefix(w->ledger->arg, ident_device(prefix_before),
                                                   ident_number(prefix_before), &prefix, e)
                               : err_fail(e, ERR_NOT_FOUND, "the request does not name its prefix");
        if (result == ERR_NOT_FOUND)
            result =
                refuse(w, PROBLEM_UNKNOWN_PREFIX, ERR_PROTOCOL, "send the batch again without prefix", e);
    }
    if (result == ERR_OK)
        result = container_unpack(bytes, len, prefix.data, prefix.len, plain, e);
    buf_done(&prefix);
    return result;
}

static enum err open_bytes(struct work *w, const void *bytes, size_t len, int64_t prefix_before,
                           struct errctx *e)
{
    struct buf opened = {0};
    struct buf plain = {0};
    uint32_t to = 0;
    enum err result = ERR_OK;
    if (len > BATCH_MAX_COMPRESSED)
        return refuse(w, PROBLEM_TOO_LARGE, ERR_PROTOCOL, "a batch has at most 8 MiB", e);
    if (container_is_sealed(bytes, len, &to)) {
        if (to != w->in->registry->number)
            return refuse(w, PROBLEM_BAD_FORM, ERR_PROTOCOL, "sealed for another registry", e);
        result = container_open_seal(bytes, len, w->in->registry, &opened, e);
        bytes = opened.data;
        len = opened.len;
    }
    if (result == ERR_OK)
        result = unpack(w, bytes, len, prefix_before, &plain, e);
    if (result == ERR_OK)
        result = container_split(&plain, &w->container, e);
    if (result == ERR_OK)
        result = batch_read_header(&w->container, &w->header, e);
    buf_done(&plain);
    buf_done(&opened);
    return result == ERR_OK ? ERR_OK : refuse_words(w, e);
}

/* --- who sent it */

/* A laptop that nobody knows: it brings an invitation, or is the heir of one that may still send. */
static enum err admit(struct work *w, struct errctx *e)
{
    if (w->header.has_key && heirs_find(w->ledger, &w->container, w->header.key, &w->heir, e) != ERR_OK)
        return e->kind;
    if (w->header.has_key && w->header.code[0])
        return ERR_OK;
    if (w->heir.is_one && w->heir.of.revoked_at && !w->in->released)
        return refuse(w, PROBLEM_REVOKED, ERR_DENIED, "the laptop that it goes on for was revoked", e);
    if (w->heir.is_one)
        return ERR_OK;
    return refuse(w, PROBLEM_NOT_ENROLLED, ERR_DENIED,
                  "enrol this laptop, or send its journal from entry 1 with an invitation code", e);
}

static enum err find_device(struct work *w, struct errctx *e)
{
    enum err result = w->ledger->device(w->ledger->arg, w->header.from, &w->device, e);
    w->known = result == ERR_OK;
    if (result == ERR_NOT_FOUND)
        return admit(w, e);
    if (result != ERR_OK)
        return result;
    if (w->header.has_key && memcmp(w->header.key, w->device.key, KEY_BYTES) != 0) {
        w->known = false;
        return refuse(w, PROBLEM_CODE_TAKEN, ERR_CONFLICT, "make this laptop anew: its device code is in use",
                      e);
    }
    return ERR_OK;
}

/* After its signature: what only says that it is of a revoked laptop may be of anybody. */
static enum err check_standing(struct work *w, struct errctx *e)
{
    if (w->known && w->device.revoked_at && !w->in->released)
        return refuse(w, PROBLEM_REVOKED, ERR_DENIED, "what was sent is kept apart", e);
    return ERR_OK;
}

static enum err check_signature(struct work *w, struct errctx *e)
{
    const uint8_t *key = w->known ? w->device.key : w->header.key;
    return container_verify(&w->container, key, e) == ERR_OK ? ERR_OK : refuse_words(w, e);
}

static enum err take_place(struct work *w, struct errctx *e)
{
    /* The heir works where its predecessor did, under its name. */
    if (w->heir.is_one && (!w->heir.of.revoked_at || w->in->released)) {
        w->device = w->heir.of;
        w->device.upto = 0;
        return ERR_OK;
    }
    return w->ledger->use_invitation(w->ledger->arg, w->header.code, w->header.key, w->in->now, &w->device,
                                     e);
}

static enum err enrol(struct work *w, struct errctx *e)
{
    enum err result = take_place(w, e);
    if (result == ERR_NOT_FOUND || result == ERR_DENIED) {
        char words[sizeof w->problem->detail];
        (void)snprintf(words, sizeof words, "%.*s", (int)sizeof words - 1, e->text);
        return refuse(w, PROBLEM_INVITATION, ERR_DENIED, words, e);
    }
    if (result != ERR_OK)
        return result;
    w->device.number = w->header.from;
    memcpy(w->device.key, w->header.key, KEY_BYTES);
    w->device.enrolled_at = w->device.seen_at = w->in->now;
    chain_start(w->device.key, &w->device.chain);
    w->done->enrolled = true;
    return w->ledger->add_device(w->ledger->arg, &w->device, e);
}

/* --- where it belongs */

/* Tells the chain values at upto, upto-1, -2, -4 …, among which the laptop finds the last entry in common. */
static enum err refuse_fork(struct work *w, struct errctx *e)
{
    struct json_out json = {.to = &w->problem->extra};
    json_put_int(&json, "upto", w->device.upto);
    json_key(&json, "chain");
    json_open(&json, '{');
    for (int64_t back = 0; back < w->device.upto; back = back ? back * 2 : 1) {
        struct chain chain;
        char number[24];
        char hex[2 * CHAIN_BYTES + 1];
        if (receipts_chain_at(w->ledger, &w->device, w->device.upto - back, &chain, e) != ERR_OK)
            return e->kind;
        (void)snprintf(number, sizeof number, "%lld", (long long)(w->device.upto - back));
        hex_put(chain.value, CHAIN_BYTES, hex);
        json_put_str(&json, number, hex);
    }
    json_close(&json, '}');
    return refuse(w, PROBLEM_FORKED, ERR_CONFLICT, "this journal was continued in two places", e);
}

/* ERR_OK with *HELD when every entry is here already. */
static enum err place(struct work *w, bool *held, struct errctx *e)
{
    const struct batch_header *h = &w->header;
    struct chain chain;
    if (h->first > w->device.upto + 1) {
        buf_printf(&w->problem->extra, "\"expected\":%lld", (long long)w->device.upto + 1);
        return refuse(w, PROBLEM_GAP, ERR_CONFLICT, "earlier entries of this laptop have not arrived yet", e);
    }
    if (receipts_chain_at(w->ledger, &w->device, h->first - 1, &chain, e) != ERR_OK)
        return e->kind;
    if (!chain_same(&chain, &h->prev))
        return refuse_fork(w, e);
    *held = h->last <= w->device.upto;
    if (!*held)
        return ERR_OK;
    if (receipts_chain_at(w->ledger, &w->device, h->last, &chain, e) != ERR_OK)
        return e->kind;
    return chain_same(&chain, &h->head) ? ERR_OK : refuse_fork(w, e);
}

/* --- its entries */

static enum err find_faults(struct work *w, const struct entry *entry, int64_t address,
                            struct findings *findings, struct errctx *e)
{
    struct row row = {0};
    bool sure = false;
    struct rule_input input = {
        .record = &entry->record,
        .id = entry->op == OP_ADD ? 0 : entry_subject(entry, address),
        .today = date_of_instant(arrival_instant(&w->arrival, entry, &sure)),
        .clock_suspect = !sure,
        .codes = w->ledger->codes(w->ledger->arg),
    };
    if (entry->op == OP_AMEND) { /* rules judge the whole record */
        const struct project_store *records = &w->ledger->records;
        if (records->load(records->arg, entry->record.of->id, input.id, &row, e) != ERR_OK)
            return e->kind;
        input.record = &row.record;
    }
    enum err result = rules_check_fields(&input, findings, e);
    if (result == ERR_OK)
        result = rules_check(&input, false, findings, e);
    if (entry->op == OP_AMEND)
        row_done(&row);
    return result;
}

static enum err keep_findings(struct work *w, int64_t address, int64_t subject, enum disposition is,
                              const struct findings *findings, struct errctx *e)
{
    for (size_t i = 0; i < findings->count; i++) {
        if (w->ledger->add_finding(w->ledger->arg, address, subject, &findings->rows[i], e) != ERR_OK)
            return e->kind;
    }
    w->done->flagged++;
    return w->ledger->set_disposition(w->ledger->arg, address, is, e);
}

static enum err project_seen(struct work *w, int64_t address, const struct entry *entry, struct errctx *e)
{
    struct findings findings = {0};
    enum disposition is = DISPOSITION_FLAGGED;
    enum projected what = PROJECTED;
    struct entry corrected;
    arrival_correct(&w->arrival, entry, &corrected);
    if (project_entry(&w->ledger->records, address, &corrected, &what, e) != ERR_OK ||
        (entry->op != OP_ADD && w->ledger->note(w->ledger->arg, address, &corrected, what, e) != ERR_OK))
        return e->kind;
    enum err result = ERR_OK;
    switch (what) {
    case PROJECTED:
        /* The registry's own changes are decisions: nobody reviews them again. */
        if (entry->op != OP_VOID && w->device.number != w->in->registry->number)
            result = find_faults(w, entry, address, &findings, e);
        if (result == ERR_OK && !w->again)
            result = w->ledger->tell(w->ledger->arg, address, entry, w->in->now, e);
        break;
    case PROJECTED_NOTHING:
        break;
    case PROJECTED_ORPHAN:
        findings_add(&findings, "orphan", LEVEL_FLAG, NULL, "changes a record that has not arrived here");
        break;
    case PROJECTED_CONFLICT:
        findings_add(&findings, "conflict", LEVEL_FLAG, NULL, "somebody else changed the same field before");
        is = DISPOSITION_CONFLICT;
        break;
    }
    if (result == ERR_OK && findings.count > 0)
        result = keep_findings(w, address, entry_subject(entry, address), is, &findings, e);
    findings_done(&findings);
    return result;
}

/* What is here already under another address does nothing more; who wrote it hears which one stands. */
static enum err project(struct work *w, const struct batch_entry *b, struct errctx *e)
{
    int64_t address = ident_make(w->device.number, (uint32_t)b->number);
    struct twin_seen seen;
    enum err result = twin_see(w->ledger->twins, address, b->entry, &seen, e);
    if (result == ERR_OK && !seen.held)
        result = project_seen(w, address, seen.entry, e);
    else if (result == ERR_OK && !w->again)
        result = w->ledger->tell_twin(w->ledger->arg, address, seen.stands, seen.entry, w->in->now, e);
    twin_seen_done(&seen);
    return result;
}

enum err ingest_again(const struct ingest *in, uint32_t device, const struct batch_entry *entry,
                      const struct arrival *arrival, struct errctx *e)
{
    struct ingested done = {0};
    struct work w = {.in = in,
                     .ledger = in->ledger,
                     .device = {.number = device},
                     .arrival = *arrival,
                     .again = true,
                     .done = &done};
    return project(&w, entry, e);
}

/* Decisions are for the registry's own chain; training and truth are kept apart from the first entry on. */
static enum err check_author(struct work *w, const struct batch_entry *b, struct errctx *e)
{
    const struct entry *entry = b->entry;
    if (op_is_of_registry(entry->op)) {
        buf_printf(&w->problem->extra, "\"pointer\":\"/%lld/op\"", (long long)b->number);
        return refuse(w, PROBLEM_BAD_ENTRY, ERR_PROTOCOL, "a registry decides, not a laptop", e);
    }
    if (b->number == 1 && entry->training != w->identity.training) {
        return refuse(w, PROBLEM_TRAINING, ERR_DENIED,
                      entry->training ? "this is a training laptop and a real registry"
                                      : "this is a training registry and a real laptop",
                      e);
    }
    return ERR_OK;
}

static enum err take_entry(void *arg, const struct batch_entry *b, struct errctx *e)
{
    struct work *w = arg;
    if (b->number == w->device.upto && !chain_same(&b->chain, &w->device.chain))
        return refuse_fork(w, e);
    if (b->number <= w->device.upto)
        return ERR_OK;
    if (check_author(w, b, e) != ERR_OK ||
        w->ledger->add_entry(w->ledger->arg, w->done->batch, w->device.number, b, e) != ERR_OK)
        return e->kind;
    w->done->fresh++;
    if (b->entry->after && heirs_take(w->in, &w->device, b->entry->after, e) != ERR_OK)
        return e->kind;
    return project(w, b, e);
}

static enum err take_entries(struct work *w, struct errctx *e)
{
    const struct container *c = &w->container;
    char *line = str_dup_len(c->plain.data, (size_t)(c->lines - c->plain.data) - 1);
    struct ledger_batch batch = {
        .header = &w->header,
        .header_line = line,
        .signature = c->signature,
        .packed_bytes = w->packed_bytes,
        .via = w->via,
        .received_at = w->in->now,
    };
    char *pointer = NULL;
    enum err result = w->ledger->add_batch(w->ledger->arg, &batch, &w->done->batch, e);
    if (result == ERR_OK)
        result = batch_walk(c, &w->header, &w->header.prev, take_entry, w, &pointer, e);
    if (pointer) {
        struct json_out json = {.to = &w->problem->extra};
        json_put_str(&json, "pointer", pointer);
    }
    free(pointer);
    free(line);
    return result == ERR_OK ? ERR_OK : refuse_words(w, e);
}

/* Everything that changes the registry, in one transaction. What was seen before it began may have changed.
 */
static enum err apply(struct work *w, struct errctx *e)
{
    bool held = false;
    const struct batch_header *h = &w->header;
    if (w->ledger->identity(w->ledger->arg, &w->identity, e) != ERR_OK || find_device(w, e) != ERR_OK ||
        check_standing(w, e) != ERR_OK)
        return e->kind;
    if (!w->known && enrol(w, e) != ERR_OK)
        return e->kind;
    if (place(w, &held, e) != ERR_OK)
        return e->kind;
    if (held)
        return ERR_OK;
    /* First of all writes: with a database of several writers this is the lock. */
    if (w->ledger->move_head(w->ledger->arg, h->from, w->device.upto, h->last, &h->head, e) != ERR_OK ||
        take_entries(w, e) != ERR_OK)
        return e->kind;
    return w->ledger->device_seen(w->ledger->arg, h->from, w->in->now, e);
}

/* --- answers */

/* Quarantine that fails is worse than the refusal: then nothing may be answered but "try again". */
static enum err keep_refused(struct work *w, const void *bytes, size_t len, struct errctx *e)
{
    struct errctx failure;
    struct refused refused = {.device = w->known ? w->header.from : w->heir.after.device,
                              .bytes = bytes,
                              .len = len,
                              .reason = problem_word(w->problem->type),
                              .via = w->via,
                              .at = w->in->now};
    if (kept_put(w->ledger, &w->container, &w->header, &refused, &failure) == ERR_OK)
        return e->kind;
    w->problem->type = PROBLEM_NONE;
    *e = failure;
    return err_wrap(e, "keep a refused batch");
}

static void set_via(struct work *w)
{
    char code[DEVICE_CODE_BYTES];
    w->arrival = (struct arrival){.packed_at = w->header.at,
                                  .arrived_at = w->in->now,
                                  .direct = !w->in->released && w->in->carrier == w->header.from};
    if (w->in->released)
        (void)snprintf(w->via, sizeof w->via, "quarantine %lld", (long long)w->in->released);
    else if (w->in->carrier == 0)
        (void)snprintf(w->via, sizeof w->via, "file");
    else if (w->in->carrier == w->header.from)
        (void)snprintf(w->via, sizeof w->via, "http");
    else
        (void)snprintf(w->via, sizeof w->via, N_("carried by %s"), device_code_format(w->in->carrier, code));
}

static enum err take(struct work *w, struct errctx *e)
{
    if (find_device(w, e) != ERR_OK || check_signature(w, e) != ERR_OK || check_standing(w, e) != ERR_OK)
        return e->kind;
    if (w->in->released)
        return apply(w, e);
    if (w->ledger->begin(w->ledger->arg, e) != ERR_OK)
        return e->kind;
    if (apply(w, e) == ERR_OK)
        return w->ledger->commit(w->ledger->arg, e);
    w->ledger->rollback(w->ledger->arg);
    return e->kind;
}

enum err ingest_batch(const struct ingest *in, const void *bytes, size_t len, int64_t prefix_before,
                      struct buf *receipt, struct ingested *out, struct problem *problem, struct errctx *e)
{
    struct work w = {.in = in, .ledger = in->ledger, .packed_bytes = len, .done = out, .problem = problem};
    *out = (struct ingested){0};
    enum err result = open_bytes(&w, bytes, len, prefix_before, e);
    if (result == ERR_OK) {
        set_via(&w);
        result = take(&w, e);
        if (result != ERR_OK && (w.known || w.heir.is_one) && !in->released && kept_is(problem->type))
            result = keep_refused(&w, bytes, len, e);
    }
    out->header = w.header;
    if (result == ERR_OK)
        result = receipts_make(in, w.header.from, w.header.first, w.header.last, receipt, e);
    else
        *out = (struct ingested){.header = w.header};
    if (result != ERR_OK && problem->type == PROBLEM_NONE)
        problem->type = result == ERR_BUSY ? PROBLEM_BUSY : PROBLEM_INTERNAL;
    container_done(&w.container);
    return result;
}

enum err ingest_key_of(const struct ingest *in, const void *bytes, size_t len, uint8_t out[KEY_BYTES],
                       struct errctx *e)
{
    struct problem problem = {0};
    struct work w = {.in = in, .ledger = in->ledger, .problem = &problem};
    enum err result = open_bytes(&w, bytes, len, 0, e);
    if (result != ERR_OK || !w.header.has_key)
        result = err_fail(e, ERR_NOT_FOUND, "the batch brings no key");
    else
        memcpy(out, w.header.key, KEY_BYTES);
    container_done(&w.container);
    problem_done(&problem);
    return result;
}

enum err ingest_look(const struct ingest *in, const void *bytes, size_t len, struct container *out,
                     struct batch_header *header, bool *is_signed, struct errctx *e)
{
    struct problem problem = {0};
    struct work w = {.in = in, .ledger = in->ledger, .problem = &problem};
    enum err result = open_bytes(&w, bytes, len, 0, e);
    problem_done(&problem);
    *out = w.container;
    *header = w.header;
    *is_signed = false;
    if (result != ERR_OK)
        return result;
    struct errctx ignored;
    result = in->ledger->device(in->ledger->arg, w.header.from, &w.device, e);
    if (result == ERR_OK)
        *is_signed = container_verify(out, w.device.key, &ignored) == ERR_OK;
    return result == ERR_NOT_FOUND ? ERR_OK : result;
}
