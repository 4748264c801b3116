#include "tests/bench/yields.h"

#include <sodium.h>
#include <stdio.h>

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

static void append_licence(struct yields_chain *c)
{
    struct record licence;
    record_init(&licence, &ENTITIES[ENTITY_LICENCE]);
    char number[32];
    (void)snprintf(number, sizeof number, "AML-%s", c->pen.me.code);
    record_set_text(&licence, "licence_no", number);
    record_set_text(&licence, "kind", "aml");
    record_set_number(&licence, "holder_coop", ident_make(c->pen.me.number, 1));
    record_set_text(&licence, "minerals", "diamond");
    record_set_text(&licence, "district", "SL-E");
    record_set_text(&licence, "area_text", "left bank, two fields above the ford");
    record_set_text(&licence, "issued_by", "NMA Koidu");
    record_set_text(&licence, "issued_on", "2025-12-15");
    record_set_text(&licence, "valid_from", "2026-01-01");
    record_set_text(&licence, "valid_to", "2026-12-31");
    record_set_text(&licence, "status", "granted");
    c->licence = pen_add(&c->pen, "amina", c->pen.at + 1, &licence);
}

void yields_chain_start(struct yields_chain *c)
{
    uint8_t seed[SEED_BYTES];
    *c = (struct yields_chain){0};
    randombytes_buf(seed, sizeof seed);
    pen_start(&c->pen, seed, SEASON_START);
}

void yields_chain_batch(struct yields_chain *c, int64_t count, const char *code, struct buf *plain)
{
    int64_t last = c->pen.sent_number + count;
    if (c->pen.number == 1 && count > 1)
        append_licence(c);
    while (c->pen.number < last) {
        struct record yield;
        uint64_t i = (uint64_t)c->pen.number;
        yields_make(&yield, c->licence, i);
        (void)pen_add(&c->pen, "amina", written_at(i), &yield);
    }
    pen_batch(&c->pen, code, plain);
}
