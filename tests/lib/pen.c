#include "tests/lib/pen.h"

#include <stdio.h>
#include <string.h>

void pen_start(struct pen *p, const uint8_t seed[SEED_BYTES], int64_t at)
{
    struct entry entry;
    *p = (struct pen){0};
    device_from_seed(seed, &p->me);
    chain_start(p->me.key, &p->head);
    p->sent = p->head;
    entry_init(&entry);
    entry.at = at;
    (void)snprintf(entry.by, sizeof entry.by, "-");
    entry.op = OP_DEVICE;
    memcpy(entry.key, p->me.key, KEY_BYTES);
    entry.program = str_dup("alluvia 0.1.0");
    entry.schema = 1;
    (void)pen_write(p, &entry);
    entry_done(&entry);
}

void pen_done(struct pen *p)
{
    buf_done(&p->lines);
    device_done(&p->me);
}

int64_t pen_write(struct pen *p, const struct entry *entry)
{
    size_t start = p->lines.len;
    entry_write(entry, &p->lines);
    chain_next(&p->head, p->lines.data + start, p->lines.len - start);
    buf_putc(&p->lines, '\n');
    p->at = entry->at;
    return ident_make(p->me.number, (uint32_t)++p->number);
}

static void begin(struct entry *entry, enum op op, const char *by, int64_t at)
{
    entry_init(entry);
    entry->op = op;
    entry->at = at;
    (void)snprintf(entry->by, sizeof entry->by, "%s", by);
}

static int64_t finish(struct pen *p, struct entry *entry)
{
    int64_t address = pen_write(p, entry);
    entry_done(entry);
    return address;
}

int64_t pen_add(struct pen *p, const char *by, int64_t at, struct record *r)
{
    struct entry entry;
    begin(&entry, OP_ADD, by, at);
    entry.record = *r;
    return finish(p, &entry);
}

int64_t pen_amend(struct pen *p, const char *by, int64_t at, int64_t id, int64_t base, struct record *r)
{
    struct entry entry;
    begin(&entry, OP_AMEND, by, at);
    entry.record = *r;
    entry.id = id;
    entry.base = base;
    return finish(p, &entry);
}

int64_t pen_void(struct pen *p, const char *by, int64_t at, enum entity_id of, int64_t id, int64_t base,
                 const char *why)
{
    struct entry entry;
    begin(&entry, OP_VOID, by, at);
    record_init(&entry.record, &ENTITIES[of]);
    entry.id = id;
    entry.base = base;
    entry.why = str_dup(why);
    return finish(p, &entry);
}

void pen_batch(struct pen *p, const char *code, struct buf *plain)
{
    struct batch_header header = {
        .from = p->me.number,
        .first = p->sent_number + 1,
        .last = p->number,
        .prev = p->sent,
        .head = p->head,
        .schema = 1,
        .at = p->at,
        .has_key = p->sent_number == 0,
    };
    memcpy(header.key, p->me.key, KEY_BYTES);
    if (code)
        (void)snprintf(header.code, sizeof header.code, "%s", code);
    buf_clear(plain);
    batch_write_header(&header, plain);
    buf_put(plain, p->lines.data, p->lines.len);
    container_sign(plain, &p->me);
    buf_clear(&p->lines);
    p->sent = p->head;
    p->sent_number = p->number;
}
