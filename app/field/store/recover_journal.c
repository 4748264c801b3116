/* The journal out of what is left: found rows are kept aside in MADE and then held against the chain. */
#include "app/field/store/recover_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/field/store/salvage.h"
#include "schema/base/base32.h"
#include "schema/base/file.h"

static const char KEEP[] =
    "INSERT OR IGNORE INTO temp.found (number, bytes, chain) VALUES (:number, :bytes, :chain)";
static const char FOUND[] = "SELECT bytes, chain FROM temp.found WHERE number = :number";
static const char FOUND_NEXT[] = "SELECT bytes, chain FROM temp.found WHERE number = :number AND number > 0";
static const char BEHIND[] =
    "SELECT DISTINCT number, bytes FROM temp.found WHERE number > :number ORDER BY number";

static enum err keep(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct db *db = arg;
    struct stmt *s = NULL;
    if (db_prepare(db, KEEP, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":number", line->number);
    stmt_bind_text_len(s, ":bytes", line->bytes, line->len);
    stmt_bind_blob(s, ":chain", line->chain->value, CHAIN_BYTES);
    return stmt_run(s, e);
}

/* What migrations kept beside the file. */
static enum err find_in_old_schemas(struct recovering *g, struct errctx *e)
{
    for (int version = 1; version <= db_version(g->made); version++) {
        struct buf path = {0};
        buf_printf(&path, "%s.v%d.bak", g->r->path, version);
        enum err result = salvage_entries(buf_str(&path), NULL, keep, g->made, e);
        buf_done(&path);
        if (result != ERR_OK)
            return result;
    }
    return ERR_OK;
}

static enum err find_all(struct recovering *g, struct errctx *e)
{
    if (salvage_entries(g->r->path, g->wal, keep, g->made, e) != ERR_OK)
        return e->kind;
    for (size_t i = 0; i < g->copies.count; i++) {
        if (salvage_entries(g->copies.rows[i].path, NULL, keep, g->made, e) != ERR_OK)
            return e->kind;
    }
    return find_in_old_schemas(g, e);
}

/* --- along the chain */

struct link_in_chain {
    char *bytes; /* owned */
    size_t len;
    struct chain chain;
};

/* Whether any row of NUMBER follows BEFORE. OUT may be NULL. */
static enum err follows(struct db *db, const char *sql, int64_t number, const struct chain *before,
                        bool *found, struct link_in_chain *out, struct errctx *e)
{
    struct stmt *s = NULL;
    bool row = false;
    *found = false;
    if (db_prepare(db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":number", number);
    enum err result = stmt_step(s, &row, e);
    while (result == ERR_OK && row && !*found) {
        size_t len = 0;
        size_t chain_len = 0;
        const char *bytes = stmt_blob(s, 0, &len);
        const void *chain = stmt_blob(s, 1, &chain_len);
        struct chain next = *before;
        chain_next(&next, bytes, len);
        *found = chain_len == CHAIN_BYTES && memcmp(next.value, chain, CHAIN_BYTES) == 0;
        if (*found && out)
            *out = (struct link_in_chain){.bytes = str_dup_len(bytes, len), .len = len, .chain = next};
        else if (!*found)
            result = stmt_step(s, &row, e);
    }
    stmt_done(s);
    return result;
}

/* An entry whose chain value was damaged and not its bytes: the next entry vouches for it. */
static enum err guess(struct db *db, int64_t number, const struct chain *before, bool *found,
                      struct link_in_chain *out, struct errctx *e)
{
    struct stmt *s = NULL;
    bool row = false;
    if (db_prepare(db, FOUND, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":number", number);
    enum err result = stmt_step(s, &row, e);
    while (result == ERR_OK && row && !*found) {
        size_t len = 0;
        const char *bytes = stmt_blob(s, 0, &len);
        struct chain next = *before;
        chain_next(&next, bytes, len);
        result = follows(db, FOUND_NEXT, number + 1, &next, found, NULL, e);
        if (result == ERR_OK && *found)
            *out = (struct link_in_chain){.bytes = str_dup_len(bytes, len), .len = len, .chain = next};
        else if (result == ERR_OK)
            result = stmt_step(s, &row, e);
    }
    stmt_done(s);
    return result;
}

static enum err append(struct db *db, int64_t number, const struct link_in_chain *link, struct errctx *e)
{
    static const char sql[] = "INSERT INTO journal (number, bytes, chain) VALUES (:number, :bytes, :chain)";
    struct stmt *s = NULL;
    if (db_prepare(db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":number", number);
    stmt_bind_text_len(s, ":bytes", link->bytes, link->len);
    stmt_bind_blob(s, ":chain", link->chain.value, CHAIN_BYTES);
    return stmt_run(s, e);
}

static enum err follow_chain(struct recovering *g, struct chain *chain, struct errctx *e)
{
    chain_start(g->device.key, chain);
    for (bool found = true; found;) {
        struct link_in_chain link = {0};
        int64_t number = g->out->entries + 1;
        enum err result = follows(g->made, FOUND, number, chain, &found, &link, e);
        if (result == ERR_OK && !found)
            result = guess(g->made, number, chain, &found, &link, e);
        if (result == ERR_OK && found)
            result = append(g->made, number, &link, e);
        free(link.bytes);
        if (result != ERR_OK)
            return result;
        if (found) {
            *chain = link.chain;
            g->out->entries = number;
        }
        if (g->r->progress && number % 1000 == 0)
            g->r->progress(g->r->arg, number, 0);
    }
    return ERR_OK;
}

/* --- behind a gap */

static enum err write_behind(struct recovering *g, struct errctx *e)
{
    struct stmt *s = NULL;
    struct buf lines = {0};
    bool row = false;
    enum err result = db_prepare(g->made, BEHIND, &s, e);
    if (result == ERR_OK) {
        stmt_bind_int(s, ":number", g->out->entries);
        result = stmt_step(s, &row, e);
    }
    while (result == ERR_OK && row) {
        buf_printf(&lines, "%lld %s\n", (long long)stmt_int(s, 0), stmt_text(s, 1));
        g->out->behind++;
        result = stmt_step(s, &row, e);
    }
    stmt_done(s);
    if (g->out->behind > 0)
        g->out->missing = g->out->entries + 1;
    if (result == ERR_OK && g->out->behind > 0)
        result = file_write(g->out->behind_path, lines.data, lines.len, 0600, e);
    if (g->out->behind == 0)
        g->out->behind_path[0] = '\0';
    buf_done(&lines);
    return result;
}

enum err recover_journal(struct recovering *g, struct errctx *e)
{
    struct chain newest;
    if (db_exec(g->made,
                "CREATE TEMP TABLE found (number INTEGER NOT NULL, bytes TEXT NOT NULL, chain BLOB NOT NULL, "
                "PRIMARY KEY (number, bytes, chain)) WITHOUT ROWID",
                e) != ERR_OK ||
        find_all(g, e) != ERR_OK || follow_chain(g, &newest, e) != ERR_OK)
        return e->kind;
    if (recover_behind(g, &newest, e) != ERR_OK || write_behind(g, e) != ERR_OK)
        return e->kind;
    if (g->out->entries > 0)
        return ERR_OK;
    /* A second life names the last entry that it has of the one before. */
    return g->out->behind == 0
               ? err_fail(e, ERR_INVALID, "not one entry could be read that follows from the key")
               : err_fail(e, ERR_INVALID,
                          "the first entry cannot be read anywhere, and nothing goes on without it; what "
                          "stands behind it is kept as \"%s\"",
                          g->out->behind_path);
}
