#include "app/field/store/lives.h"

#include <string.h>

struct past {
    uint32_t device;
    int64_t number;
    struct chain kept;
    struct chain chain; /* as its entries make it */
};

static enum err follow(struct db *db, struct past *p, struct errctx *e)
{
    static const char sql[] =
        "SELECT id, bytes FROM foreign_entry WHERE id BETWEEN :first AND :last ORDER BY id";
    struct stmt *stmt = NULL;
    bool row = true;
    int64_t number = 0;
    enum err result = db_prepare(db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":first", ident_make(p->device, 1));
        stmt_bind_int(stmt, ":last", ident_make(p->device, (uint32_t)p->number));
    }
    while (result == ERR_OK) {
        size_t len = 0;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row || ident_number(stmt_int(stmt, 0)) != number + 1)
            break;
        number++;
        const void *bytes = stmt_blob(stmt, 1, &len);
        chain_next(&p->chain, bytes, len);
    }
    stmt_done(stmt);
    if (result == ERR_OK && (number != p->number || memcmp(&p->chain, &p->kept, sizeof p->kept) != 0))
        result = err_fail(e, ERR_DB, "what this laptop wrote as another device is damaged");
    return result;
}

enum err lives_verify(struct db *db, struct errctx *e)
{
    static const char sql[] = "SELECT device, key, number, chain FROM life ORDER BY turn";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(db, sql, &stmt, e);
    while (result == ERR_OK) {
        struct past p = {0};
        size_t len = 0;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        p.device = (uint32_t)stmt_int(stmt, 0);
        p.number = stmt_int(stmt, 2);
        chain_start(stmt_blob(stmt, 1, &len), &p.chain);
        memcpy(p.kept.value, stmt_blob(stmt, 3, &len), CHAIN_BYTES);
        result = follow(db, &p, e);
    }
    stmt_done(stmt);
    return result;
}
