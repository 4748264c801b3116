#include "sync/journal/journal.h"

#include <stdlib.h>
#include <string.h>

#include "schema/record/ident.h"

static const char HEAD[] = "SELECT number, bytes, chain FROM journal ORDER BY number DESC LIMIT 1";
static const char APPEND[] = "INSERT INTO journal (number, bytes, chain) VALUES (:number, :bytes, :chain)";
static const char ONE[] = "SELECT number, bytes, chain FROM journal WHERE number = :number";
static const char RANGE[] =
    "SELECT number, bytes, chain FROM journal WHERE number BETWEEN :first AND :last ORDER BY number";
static const char COUNT[] = "SELECT count(*) FROM journal";

enum {
    PROGRESS_STEP = 1000 /* entries: about a millisecond of hashing */
};

/* The current row of a statement that selects number, bytes, chain. */
static enum err read_row(struct stmt *s, struct journal_line *line, struct chain *chain, struct errctx *e)
{
    size_t chain_len = 0;
    line->number = stmt_int(s, 0);
    line->bytes = stmt_text(s, 1);
    (void)stmt_blob(s, 1, &line->len);
    const void *value = stmt_blob(s, 2, &chain_len);
    if (!line->bytes || !value || chain_len != CHAIN_BYTES)
        return err_fail(e, ERR_DB, "entry %lld of the journal is damaged", (long long)line->number);
    memcpy(chain->value, value, CHAIN_BYTES);
    line->chain = chain;
    return ERR_OK;
}

/* Every entry begins with its instant. */
static bool instant_of(const struct journal_line *line, int64_t *out)
{
    static const char start[] = "{\"at\":";
    if (strncmp(line->bytes, start, sizeof start - 1) != 0)
        return false;
    char *end = NULL;
    *out = strtoll(line->bytes + sizeof start - 1, &end, 10);
    return *end == ',';
}

enum err journal_head(struct db *db, const uint8_t key[KEY_BYTES], struct journal_head *out, struct errctx *e)
{
    struct stmt *s = NULL;
    struct journal_line line = {0};
    bool row = false;
    *out = (struct journal_head){0};
    chain_start(key, &out->chain);
    if (db_prepare(db, HEAD, &s, e) != ERR_OK || stmt_step(s, &row, e) != ERR_OK)
        return e->kind;
    enum err result = row ? read_row(s, &line, &out->chain, e) : ERR_OK;
    if (row && result == ERR_OK) {
        out->number = line.number;
        if (!instant_of(&line, &out->at))
            result = err_fail(e, ERR_DB, "entry %lld of the journal is damaged", (long long)line.number);
    }
    stmt_done(s);
    return result;
}

bool journal_clock_suspect(const struct journal_head *head, int64_t now, int64_t earliest)
{
    return now < earliest || now < head->at;
}

/* What goes into the journal stays there and is sent: nothing may that a strict reader would refuse. */
static enum err check_line(const struct buf *line, struct errctx *e)
{
    struct entry again;
    if (entry_read(line->data, line->len, &again, NULL, e) != ERR_OK)
        return err_wrap(e, "entry");
    entry_done(&again);
    return ERR_OK;
}

static enum err insert(struct db *db, int64_t number, const struct buf *line, const struct chain *chain,
                       struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, APPEND, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":number", number);
    stmt_bind_text_len(s, ":bytes", line->data, line->len);
    stmt_bind_blob(s, ":chain", chain->value, CHAIN_BYTES);
    return stmt_run(s, e);
}

static enum err read_back(struct db *db, int64_t number, const struct buf *line, const struct chain *chain,
                          struct errctx *e)
{
    struct stmt *s = NULL;
    struct journal_line stored = {0};
    struct chain stored_chain;
    bool row = false;
    if (db_prepare(db, ONE, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":number", number);
    if (stmt_step(s, &row, e) != ERR_OK)
        return e->kind;
    bool same = row && read_row(s, &stored, &stored_chain, e) == ERR_OK && stored.len == line->len &&
                memcmp(stored.bytes, line->data, line->len) == 0 &&
                memcmp(stored_chain.value, chain->value, CHAIN_BYTES) == 0;
    stmt_done(s);
    return same ? ERR_OK : err_fail(e, ERR_DB, "entry %lld did not read back as written", (long long)number);
}

enum err journal_append(struct db *db, struct journal_head *head, struct entry *entry, int64_t now,
                        int64_t earliest, struct errctx *e)
{
    entry->at = now;
    entry->clock_suspect = journal_clock_suspect(head, now, earliest);
    return journal_append_again(db, head, entry, e);
}

enum err journal_append_again(struct db *db, struct journal_head *head, const struct entry *entry,
                              struct errctx *e)
{
    if (head->number >= IDENT_MAX_NUMBER)
        return err_fail(e, ERR_INTERNAL, "the journal is full");
    struct buf line = {0};
    struct chain chain = head->chain;
    entry_write(entry, &line);
    chain_next(&chain, line.data, line.len);
    enum err result = check_line(&line, e);
    if (result == ERR_OK)
        result = insert(db, head->number + 1, &line, &chain, e);
    if (result == ERR_OK)
        result = read_back(db, head->number + 1, &line, &chain, e);
    if (result == ERR_OK) {
        head->number++;
        head->at = entry->at;
        head->chain = chain;
    }
    buf_done(&line);
    return result;
}

enum err journal_read(struct db *db, int64_t first, int64_t last,
                      enum err (*each)(void *arg, const struct journal_line *line, struct errctx *e),
                      void *arg, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, RANGE, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":first", first);
    stmt_bind_int(s, ":last", last ? last : INT64_MAX);
    enum err result = ERR_OK;
    while (result == ERR_OK) {
        struct journal_line line = {0};
        struct chain chain;
        bool row = false;
        if (stmt_step(s, &row, e) != ERR_OK)
            return e->kind;
        if (!row)
            break;
        result = read_row(s, &line, &chain, e);
        if (result == ERR_OK)
            result = each(arg, &line, e);
    }
    stmt_done(s);
    return result;
}

enum err journal_chain_at(struct db *db, const uint8_t key[KEY_BYTES], int64_t number, struct chain *out,
                          struct errctx *e)
{
    if (number == 0) {
        chain_start(key, out);
        return ERR_OK;
    }
    struct stmt *s = NULL;
    struct journal_line line = {0};
    bool row = false;
    if (db_prepare(db, ONE, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":number", number);
    if (stmt_step(s, &row, e) != ERR_OK)
        return e->kind;
    enum err result = row ? read_row(s, &line, out, e)
                          : err_fail(e, ERR_NOT_FOUND, "the journal has no entry %lld", (long long)number);
    stmt_done(s);
    return result;
}

struct verifying {
    struct chain chain;
    int64_t done;
    int64_t all;
    void (*progress)(void *arg, int64_t done, int64_t all);
    void *arg;
};

static enum err verify_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct verifying *v = arg;
    if (line->number != v->done + 1)
        return err_fail(e, ERR_DB, "entry %lld of the journal is missing", (long long)v->done + 1);
    chain_next(&v->chain, line->bytes, line->len);
    if (memcmp(v->chain.value, line->chain->value, CHAIN_BYTES) != 0)
        return err_fail(e, ERR_DB, "entry %lld of the journal does not fit the chain",
                        (long long)line->number);
    v->done++;
    if (v->progress && v->done % PROGRESS_STEP == 0)
        v->progress(v->arg, v->done, v->all);
    return ERR_OK;
}

enum err journal_verify(struct db *db, const uint8_t key[KEY_BYTES],
                        void (*progress)(void *arg, int64_t done, int64_t all), void *arg, struct errctx *e)
{
    struct verifying v = {.progress = progress, .arg = arg};
    chain_start(key, &v.chain);
    if (db_one_int(db, COUNT, 0, &v.all, e) != ERR_OK || journal_read(db, 1, 0, verify_line, &v, e) != ERR_OK)
        return e->kind;
    if (progress)
        progress(arg, v.done, v.all);
    return ERR_OK;
}
