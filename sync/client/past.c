#include "sync/client/past.h"

#include <string.h>

#include "schema/record/ident.h"

/* An earlier life as the table keeps it. */
struct life {
    bool known;
    uint8_t key[KEY_BYTES];
    int64_t number; /* entries 1 … NUMBER stayed its own */
    struct chain chain;
    int64_t sure; /* of those, what stands behind is in a later chain too */
    int64_t judged;
};

static enum err find_life(struct db *db, uint32_t device, struct life *out, struct errctx *e)
{
    static const char sql[] =
        "SELECT key, number, chain, CASE WHEN again > 0 THEN again - 1 ELSE number END, "
        "judged FROM life WHERE device = :device";
    struct stmt *stmt = NULL;
    size_t len = 0;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", device);
    enum err result = stmt_step(stmt, &out->known, e);
    if (result == ERR_OK && out->known) {
        memcpy(out->key, stmt_blob(stmt, 0, &len), KEY_BYTES);
        out->number = stmt_int(stmt, 1);
        memcpy(out->chain.value, stmt_blob(stmt, 2, &len), CHAIN_BYTES);
        out->sure = stmt_int(stmt, 3);
        out->judged = stmt_int(stmt, 4);
    }
    stmt_done(stmt);
    return result;
}

/* --- our own chain value of an entry of an earlier life */

static enum err chain_behind(struct db *db, int64_t address, struct chain *out, bool *known, struct errctx *e)
{
    struct stmt *stmt = NULL;
    size_t len = 0;
    if (db_prepare(db, "SELECT chain FROM past_chain WHERE entry = :entry", &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", address);
    enum err result = stmt_step(stmt, known, e);
    if (result == ERR_OK && *known)
        memcpy(out->value, stmt_blob(stmt, 0, &len), CHAIN_BYTES);
    stmt_done(stmt);
    return result;
}

static enum err follow_chain(struct db *db, uint32_t device, int64_t number, struct chain *out, bool *known,
                             struct errctx *e)
{
    static const char sql[] = "SELECT bytes FROM foreign_entry WHERE id BETWEEN :first AND :last ORDER BY id";
    struct stmt *stmt = NULL;
    bool row = true;
    int64_t found = 0;
    enum err result = db_prepare(db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_expect_many(stmt);
        stmt_bind_int(stmt, ":first", ident_make(device, 1));
        stmt_bind_int(stmt, ":last", ident_make(device, (uint32_t)number));
    }
    while (result == ERR_OK) {
        size_t len = 0;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const void *bytes = stmt_blob(stmt, 0, &len);
        chain_next(out, bytes, len);
        found++;
    }
    stmt_done(stmt);
    *known = found == number;
    return result;
}

/* KNOWN is false for an entry of which no value was kept. */
static enum err our_chain(struct db *db, uint32_t device, const struct life *life, int64_t number,
                          struct chain *out, bool *known, struct errctx *e)
{
    *known = true;
    if (number > life->number)
        return chain_behind(db, ident_make(device, (uint32_t)number), out, known, e);
    if (number == life->number) {
        *out = life->chain;
        return ERR_OK;
    }
    chain_start(life->key, out);
    return follow_chain(db, device, number, out, known, e);
}

/* --- */

static enum err set_lacks(struct db *db, uint32_t device, int64_t lacks, struct errctx *e)
{
    static const char sql[] = "UPDATE life SET lacks = :lacks WHERE device = :device AND lacks <> :lacks";
    struct stmt *stmt = NULL;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", device);
    stmt_bind_int(stmt, ":lacks", lacks);
    return stmt_run(stmt, e);
}

/* So many of its entries the registry holds and answers for. */
static enum err set_held(struct db *db, uint32_t device, int64_t held, struct errctx *e)
{
    static const char sql[] = "UPDATE life SET held = :held, judged = min(judged, :held) "
                              "WHERE device = :device AND held <> :held";
    struct stmt *stmt = NULL;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", device);
    stmt_bind_int(stmt, ":held", held);
    return stmt_run(stmt, e);
}

/* Entry 1 says whose chain it was and is not written again. Where the registry holds other entries under
 * these numbers, all are: what it has it counts once. */
static enum err compare(struct db *db, const struct receipt_past *p, struct errctx *e)
{
    struct life life = {0};
    struct chain ours;
    bool known = false;
    bool same = true;
    if (find_life(db, p->device, &life, e) != ERR_OK)
        return e->kind;
    if (!life.known || life.sure < 2)
        return ERR_OK;
    int64_t held = p->upto < life.number ? p->upto : life.number;
    bool sure = p->upto >= life.number || p->upto < life.sure;
    /* A walk along the chain is needed only when something is lacking, or was not heard yet. */
    if (p->upto > 0 && (sure || life.judged < held)) {
        if (our_chain(db, p->device, &life, p->upto, &ours, &known, e) != ERR_OK)
            return e->kind;
        same = !known || memcmp(&ours, &p->chain, sizeof ours) == 0;
        if (set_held(db, p->device, known && same ? held : 0, e) != ERR_OK)
            return e->kind;
    }
    int64_t lacks = sure && !same ? 2 : p->upto < life.sure ? p->upto + 1 : 0;
    return set_lacks(db, p->device, lacks == 1 ? 2 : lacks, e);
}

enum err past_learn(struct db *db, const struct receipt *r, struct errctx *e)
{
    for (int i = 0; i < r->past_count; i++) {
        if (compare(db, &r->past[i], e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

enum err past_unheard(struct db *db, uint32_t *device, int64_t *first, int64_t *last, struct errctx *e)
{
    static const char sql[] = "SELECT device, judged + 1, held FROM life WHERE judged < held AND device > "
                              ":after ORDER BY device LIMIT 1";
    struct stmt *stmt = NULL;
    bool row = false;
    enum err result = db_prepare(db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":after", *device);
        result = stmt_step(stmt, &row, e);
    }
    *device = 0;
    if (result == ERR_OK && row) {
        *device = (uint32_t)stmt_int(stmt, 0);
        *first = stmt_int(stmt, 1);
        *last = stmt_int(stmt, 2);
    }
    stmt_done(stmt);
    return result;
}

enum err past_is_ours(struct db *db, uint32_t device, const struct receipt_point *p, bool *out,
                      struct errctx *e)
{
    struct life life = {0};
    struct chain ours = {0};
    bool known = false;
    *out = false;
    enum err result = find_life(db, device, &life, e);
    if (result == ERR_OK && life.known && p->number <= life.number)
        result = our_chain(db, device, &life, p->number, &ours, &known, e);
    *out = result == ERR_OK && known && memcmp(&ours, &p->chain, sizeof ours) == 0;
    return result;
}

enum err past_is_lacking(struct db *db, bool *out, struct errctx *e)
{
    int64_t count = 0;
    enum err result = db_one_int(db, "SELECT count(*) FROM life WHERE lacks > 0", 0, &count, e);
    *out = count > 0;
    return result;
}

enum err past_is_any(struct db *db, bool *out, struct errctx *e)
{
    int64_t count = 0;
    enum err result = db_one_int(db, "SELECT count(*) FROM life", 0, &count, e);
    *out = count > 0;
    return result;
}
