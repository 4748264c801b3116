/* Entries, records, and the sums that reports are made of. */
#include "app/registry/store/inside.h"

#include <stdio.h>
#include <string.h>

#include "schema/base/base32.h"

enum err registry_store_entries(struct registry_store *s, uint32_t device, int64_t first, int64_t last,
                                enum err (*each)(void *, const struct journal_line *, struct errctx *),
                                void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT id, bytes, chain FROM entry WHERE id BETWEEN :first AND :last ORDER BY id";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result != ERR_OK)
        return result;
    stmt_expect_many(stmt);
    stmt_bind_int(stmt, ":first", address_of(device, first));
    stmt_bind_int(stmt, ":last", address_of(device, last ? last : (int64_t)IDENT_MAX_NUMBER));
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        struct chain chain;
        struct journal_line line = {.number = ident_number(stmt_int(stmt, 0)), .chain = &chain};
        line.bytes = stmt_blob(stmt, 1, &line.len);
        column_bytes(stmt, 2, chain.value, CHAIN_BYTES);
        result = each(arg, &line, e);
    }
    stmt_done(stmt);
    return result;
}

static enum err walk_records(struct registry_store *s, const char *sql, enum entity_id of, bool with_void,
                             enum err (*each)(void *, const struct row *, struct errctx *), void *arg,
                             struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_expect_many(stmt);
    while (result == ERR_OK) {
        struct row record;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        rows_read(stmt, 0, of, &record);
        if (with_void || !record.voided)
            result = each(arg, &record, e);
        row_done(&record);
    }
    stmt_done(stmt);
    return result;
}

enum err registry_store_records(struct registry_store *s, enum entity_id of, bool with_void,
                                enum err (*each)(void *, const struct row *, struct errctx *), void *arg,
                                struct errctx *e)
{
    return walk_records(s, s->each_record[of], of, with_void, each, arg, e);
}

enum err registry_store_counted(struct registry_store *s, enum entity_id of,
                                enum err (*each)(void *, const struct row *, struct errctx *), void *arg,
                                struct errctx *e)
{
    return walk_records(s, s->each_counted[of], of, false, each, arg, e);
}

enum err registry_store_produced(struct registry_store *s, const char *first_day, const char *last_day,
                                 enum err (*each)(void *, const struct produced *, struct errctx *),
                                 void *arg, struct errctx *e)
{
    /* The returns are added up before anything is looked up: licences and sites are few beside them. */
    static const char sql[] =
        "SELECT y.licence, coalesce(min(l.holder_coop), 0), coalesce(s.district, l.district, '') AS place, "
        "y.month, sum(y.returns), sum(y.nil), sum(y.stones), sum(y.mct), sum(y.mg) FROM "
        "(SELECT licence, site, substr(date_to, 1, 7) AS month, count(*) AS returns, "
        "count(*) FILTER (WHERE outcome = 'nil') AS nil, sum(coalesce(stones, 0)) AS stones, "
        "sum(coalesce(diamond_mct, 0)) AS mct, sum(coalesce(gold_mg, 0)) AS mg FROM yield "
        "WHERE void = 0 AND " COUNTS("yield") " AND date_to BETWEEN :first AND :last "
                                              "GROUP BY licence, site, month) y "
                                              "LEFT JOIN licence l ON l.id = y.licence "
                                              "LEFT JOIN site s ON s.id = y.site "
                                              "GROUP BY y.licence, place, y.month "
                                              "ORDER BY y.licence, place, y.month";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result != ERR_OK)
        return result;
    stmt_expect_many(stmt);
    stmt_bind_text(stmt, ":first", first_day);
    stmt_bind_text(stmt, ":last", last_day);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        struct produced p = {.licence = stmt_int(stmt, 0),
                             .coop = stmt_int(stmt, 1),
                             .district = stmt_text(stmt, 2),
                             .month = stmt_text(stmt, 3),
                             .returns = stmt_int(stmt, 4),
                             .nil = stmt_int(stmt, 5),
                             .stones = stmt_int(stmt, 6),
                             .diamond_mct = stmt_int(stmt, 7),
                             .gold_mg = stmt_int(stmt, 8)};
        result = each(arg, &p, e);
    }
    stmt_done(stmt);
    return result;
}

enum err registry_store_sold(struct registry_store *s, const char *first_day, const char *last_day,
                             enum err (*each)(void *, const struct sold *, struct errctx *), void *arg,
                             struct errctx *e)
{
    static const char sql[] =
        "SELECT licence, count(*), sum(diamond_mct), sum(price_usd_cents) FROM sale "
        "WHERE void = 0 AND " COUNTS("sale") " AND date BETWEEN :first AND :last AND price_usd_cents IS NOT "
                                             "NULL AND diamond_mct > 0 "
                                             "AND coalesce(gold_mg, 0) = 0 GROUP BY licence ORDER BY licence";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result != ERR_OK)
        return result;
    stmt_expect_many(stmt);
    stmt_bind_text(stmt, ":first", first_day);
    stmt_bind_text(stmt, ":last", last_day);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        struct sold sold = {.licence = stmt_int(stmt, 0),
                            .sales = stmt_int(stmt, 1),
                            .diamond_mct = stmt_int(stmt, 2),
                            .price_usd_cents = stmt_int(stmt, 3)};
        result = each(arg, &sold, e);
    }
    stmt_done(stmt);
    return result;
}

/* --- what a report rests on */

void source_begin(crypto_generichash_state *state)
{
    (void)crypto_generichash_init(state, NULL, 0, CHAIN_BYTES);
}

void source_add_device(crypto_generichash_state *state, const struct ledger_device *device)
{
    char code[DEVICE_CODE_BYTES];
    char chain[2 * CHAIN_BYTES + 1];
    char line[128];
    hex_put(device->chain.value, CHAIN_BYTES, chain);
    int len = snprintf(line, sizeof line, "%s %lld %s\n", device_code_format(device->number, code),
                       (long long)device->upto, chain);
    (void)crypto_generichash_update(state, (const uint8_t *)line, (unsigned long long)len);
}

static enum err add_file(void *state, const struct registry_code_file *file, struct errctx *e)
{
    (void)e;
    /* With their zero bytes: where a name or text ends is part of what is hashed. */
    (void)crypto_generichash_update(state, (const uint8_t *)file->name, strlen(file->name) + 1);
    (void)crypto_generichash_update(state, (const uint8_t *)file->text, strlen(file->text) + 1);
    return ERR_OK;
}

enum err source_add_files(crypto_generichash_state *state, struct registry_store *s, struct errctx *e)
{
    return registry_store_code_files(s, add_file, state, e);
}

enum err source_add_unapplied(crypto_generichash_state *state, struct db *db, struct errctx *e)
{
    static const char sql[] = "SELECT entry FROM touch WHERE applied = 0 "
                              "UNION SELECT entry FROM twin WHERE stands <> entry ORDER BY 1";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(db, sql, &stmt, e);
    while (result == ERR_OK) {
        char line[IDENT_BYTES + 1];
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        (void)ident_format(stmt_int(stmt, 0), line);
        (void)crypto_generichash_update(state, (const uint8_t *)line, strlen(line) + 1);
    }
    stmt_done(stmt);
    return result;
}

void source_end(crypto_generichash_state *state, struct registry_source *out)
{
    uint8_t hash[CHAIN_BYTES];
    (void)crypto_generichash_final(state, hash, sizeof hash);
    hex_put(hash, sizeof hash, out->hash);
}

static enum err add_devices(struct registry_store *s, struct registry_source *out, struct errctx *e)
{
    static const char sql[] = "SELECT " DEVICE_COLUMNS " FROM device ORDER BY number";
    crypto_generichash_state state;
    struct stmt *stmt = NULL;
    bool row = true;
    source_begin(&state);
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    while (row) {
        if (stmt_step(stmt, &row, e) != ERR_OK)
            return e->kind;
        if (!row)
            break;
        struct ledger_device device;
        device_read(stmt, &device);
        source_add_device(&state, &device);
        out->devices += device.number != s->device.number;
        out->entries += device.upto;
    }
    stmt_done(stmt);
    if (source_add_files(&state, s, e) != ERR_OK || source_add_unapplied(&state, s->db, e) != ERR_OK)
        return e->kind;
    source_end(&state, out);
    return ERR_OK;
}

enum err registry_store_source(struct registry_store *s, struct registry_source *out, struct errctx *e)
{
    *out = s->past ? *s->past : (struct registry_source){0};
    if (s->past)
        return ERR_OK;
    if (add_devices(s, out, e) != ERR_OK ||
        db_one_int(s->db, "SELECT max(received_at) FROM batch", 0, &out->newest_batch_at, e) != ERR_OK)
        return e->kind;
    return db_one_int(s->db, "SELECT count(*) FROM batch", 0, &out->batches, e);
}
