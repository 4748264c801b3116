#include "tests/crash/power_laptop.h"

#include <inttypes.h>
#include <stdio.h>

#include "schema/base/base32.h"
#include "tests/lib/test.h"

struct power_place power_place(const char *folder, const char *other)
{
    struct power_place p;
    (void)snprintf(p.db, sizeof p.db, "%s/alluvia.db", folder);
    (void)snprintf(p.other, sizeof p.other, "%s/%s", folder, other);
    return p;
}

enum err power_add_digger(struct store *s, int number, struct errctx *e)
{
    struct author by = {"amina", POWER_MORNING + number};
    char name[32];
    (void)snprintf(name, sizeof name, "Sahr Kamara %d", number);
    const char *const values[][2] = {
        {"full_name", name},       {"sex", "M"},           {"nationality", "SL"},
        {"residence", "national"}, {"village", "Tombodu"}, {"district", "SL-E-KONO"},
        {"id_type", "none"},       {"role", "digger"},     {"legal_basis", "law"},
        {"status", "active"},
    };
    struct record r;
    struct findings found = {0};
    int64_t id = 0;
    record_init(&r, &ENTITIES[ENTITY_DIGGER]);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        record_set_text(&r, values[i][0], values[i][1]);
    enum err result = store_add(s, &r, &by, NULL, &found, &id, e);
    findings_done(&found);
    record_done(&r);
    return result;
}

void power_make_laptop(const char *folder, void *arg)
{
    struct power_place p = power_place(folder, "");
    struct author by = {"amina", POWER_MORNING};
    struct store *s = NULL;
    struct errctx e;
    (void)arg;
    assert_ok(store_create(p.db, "SL", "Koidu office", false, &by, &e));
    assert_ok(store_open(p.db, STORE_WRITE, &s, &e));
    for (int i = 1; i < POWER_BEFORE; i++)
        assert_ok(power_add_digger(s, i, &e));
    store_close(s);
}

enum err power_check_sound(struct store *s, struct errctx *e)
{
    return db_check(store_db(s), true, e) == ERR_OK ? store_verify(s, NULL, NULL, e) : e->kind;
}

enum err power_check_entries(const char *path, int64_t least, int64_t most, struct errctx *e)
{
    struct store *s = NULL;
    if (store_open(path, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    int64_t fresh = store_head(s)->number - POWER_BEFORE;
    enum err result = power_check_sound(s, e);
    if (result == ERR_OK && (fresh < least || fresh > most))
        result = err_fail(e, ERR_INTERNAL, "%" PRId64 " entries instead of %" PRId64 " to %" PRId64, fresh,
                          least, most);
    store_close(s);
    return result;
}

enum err power_end_chain(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e)
{
    struct power_place p = power_place(folder, "");
    struct store *s = NULL;
    char hex[2 * CHAIN_BYTES + 1];
    (void)arg;
    if (store_open(p.db, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    const struct journal_head *head = store_head(s);
    hex_put(head->chain.value, CHAIN_BYTES, hex);
    (void)snprintf(out, POWER_END_BYTES, "%" PRId64 " entries, %s", head->number, hex);
    enum err result = power_check_sound(s, e);
    store_close(s);
    return result;
}
