#include "tests/lib/sender.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/base32.h"
#include "schema/record/ident.h"
#include "tests/lib/test.h"

static void make_keys(struct sender *l, uint8_t seed)
{
    uint8_t seeds[crypto_sign_SEEDBYTES];
    struct errctx e;
    *l = (struct sender){0};
    assert_ok(device_module_init(&e));
    memset(seeds, seed, sizeof seeds);
    assert_int_equal(crypto_sign_seed_keypair(l->me.key, l->me.secret, seeds), 0);
    l->me.number = device_number_of(l->me.key);
    device_code_format(l->me.number, l->me.code);
    chain_start(l->me.key, &l->chain[0]);
}

/* MORE are the members behind the usual ones. */
static void add_device_line(struct sender *l, const char *more)
{
    char hex[2 * KEY_BYTES + 1];
    struct buf line = {0};
    hex_put(l->me.key, KEY_BYTES, hex);
    buf_printf(&line,
               "{\"at\":%d,\"by\":\"-\",\"op\":\"device\",\"key\":\"%s\",\"program\":\"alluvia "
               "0.1.0\",\"schema\":1%s}",
               SENDER_AT, hex, more);
    (void)sender_add_line(l, buf_str(&line));
    buf_done(&line);
}

void sender_init(struct sender *l, uint8_t seed, bool training)
{
    make_keys(l, seed);
    l->training = training;
    add_device_line(l, training ? ",\"training\":true" : "");
}

void sender_init_after(struct sender *l, uint8_t seed, struct predecessor after, const struct device *signer)
{
    struct buf more = {0};
    struct json_out json = {.to = &more};
    make_keys(l, seed);
    if (signer)
        predecessor_sign(&after, signer, l->me.key);
    buf_puts(&more, ",\"after\":");
    predecessor_put(&after, &json);
    add_device_line(l, buf_str(&more));
    buf_done(&more);
}

struct predecessor sender_at(const struct sender *l, int64_t number)
{
    return (struct predecessor){.device = l->me.number, .number = number, .chain = l->chain[number]};
}

void sender_done(struct sender *l)
{
    for (int64_t i = 1; i <= l->count; i++)
        free(l->lines[i]);
}

int64_t sender_add_line(struct sender *l, const char *line)
{
    assert_true(l->count < SENDER_MAX_ENTRIES);
    int64_t n = ++l->count;
    l->lines[n] = str_dup(line);
    l->chain[n] = l->chain[n - 1];
    chain_next(&l->chain[n], line, strlen(line));
    return n;
}

/* WAS: a member of the line, or nothing. */
static int64_t add_coop(struct sender *l, const char *name, const char *was)
{
    char line[512];
    (void)snprintf(
        line, sizeof line,
        "{\"at\":%lld,\"by\":\"amina\",\"op\":\"add\",\"of\":\"cooperative\"%s,\"v\":{\"name\":\"%s\","
        "\"kind\":\"cooperative\",\"district\":\"SL-E\",\"village\":\"Koidu\",\"chair\":\"Aiah Conteh\","
        "\"status\":\"active\"}}",
        (long long)(SENDER_AT + l->count), was, name);
    return sender_add_line(l, line);
}

int64_t sender_add_coop(struct sender *l, const char *name)
{
    return add_coop(l, name, "");
}

int64_t sender_add_coop_again(struct sender *l, const char *name, int64_t was)
{
    char text[IDENT_BYTES];
    char member[sizeof ",\"was\":\"\"" + IDENT_BYTES];
    (void)snprintf(member, sizeof member, ",\"was\":\"%s\"", ident_format(was, text));
    return add_coop(l, name, member);
}

int64_t sender_add_unnamed_coop(struct sender *l)
{
    char line[512];
    (void)snprintf(
        line, sizeof line,
        "{\"at\":%lld,\"by\":\"amina\",\"op\":\"add\",\"of\":\"cooperative\",\"v\":{\"kind\":\"cooperative\","
        "\"district\":\"SL-E\",\"village\":\"Koidu\",\"chair\":\"Aiah Conteh\",\"status\":\"active\"}}",
        (long long)(SENDER_AT + l->count));
    return sender_add_line(l, line);
}

int64_t sender_amend_coop(struct sender *l, int64_t coop, int64_t base, const char *village)
{
    char line[512];
    (void)snprintf(line, sizeof line,
                   "{\"at\":%lld,\"by\":\"amina\",\"op\":\"amend\",\"of\":\"cooperative\",\"id\":\"%s-%lld\","
                   "\"base\":\"%s-%lld\",\"v\":{\"village\":\"%s\"}}",
                   (long long)(SENDER_AT + l->count), l->me.code, (long long)coop, l->me.code,
                   (long long)base, village);
    return sender_add_line(l, line);
}

static void put_header(const struct sender *l, int64_t first, int64_t last, const char *code,
                       struct buf *plain)
{
    struct batch_header header = {.from = l->me.number,
                                  .first = first,
                                  .last = last,
                                  .prev = l->chain[first - 1],
                                  .head = l->chain[last],
                                  .schema = 1,
                                  .at = SENDER_AT + 3600,
                                  .has_key = first == 1};
    memcpy(header.key, l->me.key, KEY_BYTES);
    if (code)
        (void)snprintf(header.code, sizeof header.code, "%s", code);
    batch_write_header(&header, plain);
}

void sender_plain(const struct sender *l, int64_t first, int64_t last, const char *code, struct buf *plain)
{
    buf_clear(plain);
    put_header(l, first, last, code, plain);
    for (int64_t i = first; i <= last; i++)
        buf_printf(plain, "%s\n", l->lines[i]);
    container_sign(plain, &l->me);
}

void sender_batch(const struct sender *l, int64_t first, int64_t last, const char *code, struct buf *packed)
{
    struct buf plain = {0};
    struct errctx e;
    sender_plain(l, first, last, code, &plain);
    buf_clear(packed);
    assert_ok(container_pack(&plain, NULL, 0, packed, &e));
    buf_done(&plain);
}

void sender_prefixed_batch(const struct sender *l, int64_t first, int64_t last, struct buf *packed)
{
    struct buf plain = {0};
    struct buf prefix = {0};
    struct errctx e;
    sender_plain(l, first, last, NULL, &plain);
    for (int64_t i = 1; i < first; i++)
        buf_printf(&prefix, "%s\n", l->lines[i]);
    size_t skip = prefix.len > BATCH_PREFIX_BYTES ? prefix.len - BATCH_PREFIX_BYTES : 0;
    buf_clear(packed);
    assert_ok(container_pack(&plain, prefix.data + skip, prefix.len - skip, packed, &e));
    buf_done(&prefix);
    buf_done(&plain);
}
