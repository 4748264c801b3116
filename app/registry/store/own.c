#include "app/registry/store/own.h"

#include <string.h>

#include "app/common/version.h"
#include "app/registry/store/decisions.h"
#include "schema/base/date.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

enum {
    OWN_SCHEMA = 1 /* of the record tables that these entries were written with */
};

/* The registry is a device like any other, under its own name, from its first decision on. */
static enum err join(struct own *own, struct errctx *e)
{
    struct registry_store *s = own->store;
    own->device =
        (struct ledger_device){.number = s->device.number, .enrolled_at = own->now, .seen_at = own->now};
    memcpy(own->device.key, s->device.key, KEY_BYTES);
    memcpy(own->device.name, s->identity.name, sizeof own->device.name);
    chain_start(own->device.key, &own->device.chain);
    return s->ledger.add_device(s, &own->device, e);
}

static enum err put_first(struct own *own, struct errctx *e)
{
    struct entry entry;
    entry_init(&entry);
    entry.op = OP_DEVICE;
    entry.by[0] = '-';
    memcpy(entry.key, own->device.key, KEY_BYTES);
    entry.program = str_dup("alluvia-registry " ALLUVIA_VERSION);
    entry.schema = OWN_SCHEMA;
    entry.training = own->store->identity.training;
    enum err result = own_put(own, &entry, NULL, e);
    entry_done(&entry);
    return result;
}

static enum err read_instant(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct own *own = arg;
    struct entry entry;
    if (entry_read(line->bytes, line->len, &entry, NULL, e) != ERR_OK)
        return e->kind;
    own->newest_at = entry.at;
    entry_done(&entry);
    return ERR_OK;
}

enum err own_begin(struct registry_store *s, int64_t now, struct own *out, struct errctx *e)
{
    *out = (struct own){.store = s, .now = now};
    if (s->ledger.begin(s, e) != ERR_OK)
        return e->kind;
    enum err result = s->ledger.device(s, s->device.number, &out->device, e);
    if (result == ERR_NOT_FOUND)
        result = join(out, e);
    out->prev = out->device.chain;
    out->first = out->device.upto + 1;
    if (result == ERR_OK && out->first == 1)
        result = put_first(out, e);
    else if (result == ERR_OK)
        result = registry_store_entries(s, s->device.number, out->device.upto, out->device.upto, read_instant,
                                        out, e);
    return result == ERR_OK ? ERR_OK : own_end(out, result, e);
}

/* What this machine's clock shows must be credible, as on a laptop. */
static bool is_suspect(const struct own *own)
{
    struct date built;
    struct errctx e;
    return own->now < own->newest_at || (date_parse(ALLUVIA_BUILD_DAY, &built, &e) == ERR_OK &&
                                         date_of_instant(own->now) < date_to_days(built));
}

enum err own_put(struct own *own, struct entry *entry, int64_t *out_address, struct errctx *e)
{
    struct registry_store *s = own->store;
    struct entry again;
    enum projected what = PROJECTED;
    int64_t address = address_of(own->device.number, own->device.upto + 1);
    size_t before = own->lines.len;
    if (own->device.upto + 1 - own->first >= BATCH_MAX_ENTRIES)
        return err_fail(e, ERR_INVALID, "more than %d decisions at once", BATCH_MAX_ENTRIES);
    entry->at = own->now;
    entry->clock_suspect = is_suspect(own);
    entry_write(entry, &own->lines);
    const char *line = own->lines.data + before;
    size_t len = own->lines.len - before;
    if (entry_read(line, len, &again, NULL, e) != ERR_OK) /* what is written once must be readable for ever */
        return err_wrap(e, "decision");
    entry_done(&again);
    chain_next(&own->device.chain, line, len);
    buf_putc(&own->lines, '\n');
    own->device.upto++;
    own->newest_at = own->now;
    if (out_address)
        *out_address = address;
    if (project_entry(&s->ledger.records, address, entry, &what, e) != ERR_OK ||
        (entry->op != OP_DEVICE && s->ledger.note(s, address, entry, what, e) != ERR_OK))
        return e->kind;
    return s->ledger.tell(s, address, entry, own->now, e);
}

/* --- the batch */

static enum err keep_entries(struct own *own, int64_t batch, struct errctx *e)
{
    struct ledger *ledger = &own->store->ledger;
    struct batch_entry b = {.number = own->first, .chain = own->prev};
    for (const char *at = own->lines.data, *end = at + own->lines.len; at < end;
         at += b.len + 1, b.number++) {
        b.bytes = at;
        b.len = (size_t)((const char *)memchr(at, '\n', (size_t)(end - at)) - at);
        chain_next(&b.chain, b.bytes, b.len);
        if (ledger->add_entry(ledger->arg, batch, own->device.number, &b, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

static enum err keep(struct own *own, struct errctx *e)
{
    struct registry_store *s = own->store;
    struct ledger *ledger = &s->ledger;
    struct batch_header header = {.from = own->device.number,
                                  .first = own->first,
                                  .last = own->device.upto,
                                  .prev = own->prev,
                                  .head = own->device.chain,
                                  .schema = OWN_SCHEMA,
                                  .at = own->now,
                                  .has_key = own->first == 1};
    memcpy(header.key, own->device.key, KEY_BYTES);
    struct buf plain = {0};
    uint8_t signature[SIGNATURE_BYTES];
    batch_write_header(&header, &plain);
    size_t header_len = plain.len - 1;
    buf_put(&plain, own->lines.data, own->lines.len);
    device_sign_hashed(&s->device, plain.data, plain.len, signature);
    plain.data[header_len] = '\0';
    struct ledger_batch batch = {.header = &header,
                                 .header_line = plain.data,
                                 .signature = signature,
                                 .packed_bytes = own->lines.len,
                                 .via = "registry",
                                 .received_at = own->now};
    int64_t id = 0;
    enum err result = ledger->move_head(s, header.from, header.first - 1, header.last, &header.head, e);
    if (result == ERR_OK)
        result = ledger->add_batch(s, &batch, &id, e);
    if (result == ERR_OK)
        result = keep_entries(own, id, e);
    if (result == ERR_OK)
        result = ledger->device_seen(s, header.from, own->now, e);
    buf_done(&plain);
    return result;
}

enum err own_end(struct own *own, enum err result, struct errctx *e)
{
    struct ledger *ledger = &own->store->ledger;
    if (result == ERR_OK && own->lines.len > 0)
        result = keep(own, e);
    if (result == ERR_OK)
        result = ledger->commit(ledger->arg, e);
    ledger->rollback(ledger->arg);
    buf_done(&own->lines);
    return result;
}
