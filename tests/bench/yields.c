#include "tests/bench/yields.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "schema/base/base32.h"
#include "schema/base/date.h"

enum {
    SEASON_START = 1767225600, /* 2026-01-01 */
    SEASON_DAYS = 300,
    DAY_YIELDS = 30,
};

static uint64_t mix(uint64_t i)
{
    /* splitmix64 */
    uint64_t z = i * UINT64_C(0x9E3779B97F4A7C15) + UINT64_C(0x1234567);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int32_t day_of(uint64_t i)
{
    return date_of_instant(SEASON_START) + (int32_t)(i / DAY_YIELDS % SEASON_DAYS);
}

/* In the evening of the day itself, a minute for each. */
static int64_t written_at(uint64_t i)
{
    return (int64_t)day_of(i) * 86400 + 18 * 3600 + (int64_t)(i % DAY_YIELDS) * 60;
}

void yields_make(struct record *out, int64_t licence, uint64_t i)
{
    static const char *const heads[] = {"Sahr Kamara", "Tamba Koroma", "Aiah Conteh", "Komba Sesay",
                                        "Kai Bangura"};
    char day[DATE_BYTES];
    uint64_t dice = mix(i);
    int64_t stones = (int64_t)(dice % 5);
    record_init(out, &ENTITIES[ENTITY_YIELD]);
    date_format_days(day_of(i), day);
    record_set_number(out, "licence", licence);
    record_set_text(out, "date_from", day);
    record_set_text(out, "date_to", day);
    record_set_text(out, "outcome", stones ? "yield" : "nil");
    record_set_text(out, "activity", "washing");
    record_set_number(out, "diggers", (int64_t)(8 + dice / 7 % 12));
    record_set_number(out, "gravel_l", (int64_t)(2000 + dice / 11 % 80 * 100));
    if (stones) {
        record_set_number(out, "stones", stones);
        record_set_number(out, "diamond_mct", stones * 40 + (int64_t)(dice / 13 % 300));
        record_set_text(out, "weighed_by", "own_scale");
    }
    record_set_text(out, "declared_by", heads[i % (sizeof heads / sizeof heads[0])]);
}

static void append(struct yields_chain *c, struct entry *entry, struct buf *plain)
{
    entry->at = c->at++;
    size_t start = plain->len;
    entry_write(entry, plain);
    chain_next(&c->head, plain->data + start, plain->len - start);
    buf_putc(plain, '\n');
    c->number++;
}

static void append_device(struct yields_chain *c, struct buf *plain)
{
    struct entry entry;
    entry_init(&entry);
    (void)snprintf(entry.by, sizeof entry.by, "-");
    entry.op = OP_DEVICE;
    memcpy(entry.key, c->me.key, KEY_BYTES);
    entry.program = str_dup("alluvia 0.1.0");
    entry.schema = 1;
    append(c, &entry, plain);
    entry_done(&entry);
}

static void append_record(struct yields_chain *c, struct record *record, struct buf *plain)
{
    struct entry entry;
    entry_init(&entry);
    (void)snprintf(entry.by, sizeof entry.by, "amina");
    entry.op = OP_ADD;
    entry.record = *record;
    append(c, &entry, plain);
    entry_done(&entry);
}

static void append_licence(struct yields_chain *c, struct buf *plain)
{
    struct record licence;
    record_init(&licence, &ENTITIES[ENTITY_LICENCE]);
    char number[32];
    (void)snprintf(number, sizeof number, "AML-%s", c->me.code);
    record_set_text(&licence, "licence_no", number);
    record_set_text(&licence, "kind", "aml");
    record_set_number(&licence, "holder_coop", ident_make(c->me.number, 1));
    record_set_text(&licence, "minerals", "diamond");
    record_set_text(&licence, "district", "SL-E");
    record_set_text(&licence, "area_text", "left bank, two fields above the ford");
    record_set_text(&licence, "issued_by", "NMA Koidu");
    record_set_text(&licence, "issued_on", "2025-12-15");
    record_set_text(&licence, "valid_from", "2026-01-01");
    record_set_text(&licence, "valid_to", "2026-12-31");
    record_set_text(&licence, "status", "granted");
    append_record(c, &licence, plain);
    c->licence = ident_make(c->me.number, (uint32_t)c->number);
}

void yields_chain_start(struct yields_chain *c)
{
    *c = (struct yields_chain){.at = SEASON_START};
    (void)crypto_sign_keypair(c->me.key, c->me.secret);
    c->me.number = device_number_of(c->me.key);
    device_code_format(c->me.number, c->me.code);
    chain_start(c->me.key, &c->head);
}

static void write_header(const struct yields_chain *c, int64_t first, int64_t last, const struct chain *prev,
                         const char *code, struct buf *plain)
{
    char hex[2 * CHAIN_BYTES + 1];
    struct json_out j = {.to = plain};
    json_open(&j, '{');
    json_put_str(&j, "alluvia", "batch/1");
    json_put_str(&j, "from", c->me.code);
    if (first == 1) {
        hex_put(c->me.key, KEY_BYTES, hex);
        json_put_str(&j, "key", hex);
    }
    json_put_int(&j, "first", first);
    json_put_int(&j, "last", last);
    hex_put(prev->value, CHAIN_BYTES, hex);
    json_put_str(&j, "prev", hex);
    hex_put(c->head.value, CHAIN_BYTES, hex);
    json_put_str(&j, "head", hex);
    json_put_int(&j, "schema", 1);
    json_put_int(&j, "at", c->at);
    json_put_str_opt(&j, "code", code);
    json_close(&j, '}');
    buf_putc(plain, '\n');
}

void yields_chain_batch(struct yields_chain *c, int64_t count, const char *code, struct buf *plain)
{
    struct buf lines = {0};
    struct chain prev = c->head;
    int64_t first = c->number + 1;
    for (int64_t i = 0; i < count; i++) {
        if (c->number == 0) {
            append_device(c, &lines);
        } else if (c->number == 1) {
            append_licence(c, &lines);
        } else {
            struct record yield;
            yields_make(&yield, c->licence, (uint64_t)c->number);
            c->at = written_at((uint64_t)c->number);
            append_record(c, &yield, &lines);
        }
    }
    buf_clear(plain);
    write_header(c, first, c->number, &prev, code, plain);
    buf_put(plain, lines.data, lines.len);
    buf_done(&lines);
    container_sign(plain, &c->me);
}
