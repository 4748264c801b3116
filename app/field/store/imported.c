#include "app/field/store/imported.h"

#include <errno.h>
#include <stdlib.h>

#include "app/field/store/inside.h"
#include "schema/base/buf.h"

enum {
    BLOCK = 64 * 1024 /* part of what the hash is; never to be changed */
};

/* A chain over the file's blocks, as one over a journal's entries. */
enum err imported_hash(FILE *from, struct chain *out, struct errctx *e)
{
    static const uint8_t nobody[KEY_BYTES];
    char *block = mem_alloc(BLOCK);
    size_t len = 0;
    chain_start(nobody, out);
    while ((len = fread(block, 1, BLOCK, from)) > 0)
        chain_next(out, block, len);
    free(block);
    if (ferror(from) || fseeko(from, 0, SEEK_SET) != 0)
        return err_errno(e, ERR_IO, errno, "read");
    return ERR_OK;
}

enum err imported_find(struct store *s, const struct chain *hash, enum entity_id of, int64_t *out_at,
                       int64_t *out_rows, struct errctx *e)
{
    static const char sql[] = "SELECT at, rows FROM imported WHERE hash = :hash AND entity = :entity";
    struct stmt *stmt = NULL;
    bool row = false;
    *out_at = *out_rows = 0;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_blob(stmt, ":hash", hash->value, CHAIN_BYTES);
    stmt_bind_text(stmt, ":entity", ENTITIES[of].name);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row) {
        *out_at = stmt_int(stmt, 0);
        *out_rows = stmt_int(stmt, 1);
    }
    stmt_done(stmt);
    return result;
}

enum err imported_note(struct store *s, const struct chain *hash, enum entity_id of, int64_t rows, int64_t at,
                       struct errctx *e)
{
    static const char sql[] = "INSERT OR IGNORE INTO imported (hash, entity, rows, at) "
                              "VALUES (:hash, :entity, :rows, :at)";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_blob(stmt, ":hash", hash->value, CHAIN_BYTES);
    stmt_bind_text(stmt, ":entity", ENTITIES[of].name);
    stmt_bind_int(stmt, ":rows", rows);
    stmt_bind_int(stmt, ":at", at);
    return stmt_run(stmt, e);
}
