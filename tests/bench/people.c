#include "tests/bench/people.h"

#include <stdio.h>
#include <string.h>

#include "app/field/demo/culture.h"
#include "tests/bench/bench.h"

enum {
    RUN = 20000 /* records a transaction */
};

static void pick(struct chance *c, const char *list, char *out, size_t size)
{
    size_t len = 0;
    int count = 0;
    for (const char *at = names_next(list, &len); at; at = names_next(at + len, &len))
        count++;
    int wanted = chance_below(c, count);
    const char *at = names_next(list, &len);
    while (wanted-- > 0)
        at = names_next(at + len, &len);
    (void)snprintf(out, size, "%.*s", (int)len, at);
}

/* Most family names are common, some are rare: one in five gets an ending of its own. */
void people_name(struct chance *c, char out[PEOPLE_NAME_BYTES], char family[PEOPLE_WORD_BYTES])
{
    static const char *const countries[] = {"SL", "SL", "GN", "CI", "CF", "CD", "GH", "AO"};
    static const char *const endings[] = {"bu", "wa", "si", "ndo", "rie", "ko", "la", "te", "nga", "mi"};
    const struct culture *culture = culture_of(countries[chance_below(c, 8)]);
    char given[PEOPLE_WORD_BYTES];
    pick(c, culture->men, given, sizeof given);
    pick(c, culture->families, family, PEOPLE_WORD_BYTES - 8);
    if (chance_of(c, 200))
        (void)snprintf(family + strlen(family), PEOPLE_WORD_BYTES - strlen(family), "%s%s",
                       endings[chance_below(c, 10)], endings[chance_below(c, 10)]);
    (void)snprintf(out, PEOPLE_NAME_BYTES, "%s %s", given, family);
}

void people_village(struct chance *c, char out[PEOPLE_WORD_BYTES])
{
    pick(c, culture_of("SL")->villages, out, PEOPLE_WORD_BYTES);
}

static void register_one(struct store *store, struct chance *c, const struct author *by)
{
    struct errctx e;
    struct record r;
    struct findings found = {0};
    char name[PEOPLE_NAME_BYTES];
    char word[PEOPLE_WORD_BYTES];
    int64_t id = 0;
    people_name(c, name, word);
    record_init(&r, &ENTITIES[ENTITY_DIGGER]);
    record_set_text(&r, "full_name", name);
    record_set_text(&r, "sex", "M");
    record_set_text(&r, "nationality", "SL");
    record_set_text(&r, "residence", "national");
    record_set_text(&r, "district", "SL-E-KONO");
    people_village(c, word);
    record_set_text(&r, "village", word);
    record_set_text(&r, "id_type", "none");
    record_set_text(&r, "role", "digger");
    record_set_text(&r, "legal_basis", "law");
    record_set_text(&r, "status", "active");
    BENCH_OK(store_add(store, &r, by, NULL, &found, &id, &e));
    findings_done(&found);
    record_done(&r);
}

void people_register(struct store *store, int count, const struct author *by)
{
    struct errctx e;
    struct chance c = {1};
    for (int i = 0; i < count; i++) {
        if (i % RUN == 0)
            BENCH_OK(store_begin(store, &e));
        register_one(store, &c, by);
        if (i % RUN == RUN - 1 || i == count - 1)
            BENCH_OK(store_commit(store, &e));
    }
}
