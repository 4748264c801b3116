#include "sync/batch/batch.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/words.h"
#include "sync/batch/header.h"
#include "sync/batch/receipt.h"

static const char BACKWARDS[] = "SELECT bytes FROM journal WHERE number < :first ORDER BY number DESC";

/* --- building ------------------------------------------------------------------------------------------ */

void batch_write_header(const struct batch_header *header, struct buf *plain)
{
    struct json_out j = {.to = plain};
    json_open(&j, '{');
    json_put_str(&j, "alluvia", "batch/1");
    header_put_code(&j, "from", header->from);
    if (header->has_key)
        header_put_hex(&j, "key", header->key, KEY_BYTES);
    json_put_int(&j, "first", header->first);
    json_put_int(&j, "last", header->last);
    header_put_hex(&j, "prev", header->prev.value, CHAIN_BYTES);
    header_put_hex(&j, "head", header->head.value, CHAIN_BYTES);
    json_put_int(&j, "schema", header->schema);
    json_put_int(&j, "at", header->at);
    if (header->code[0])
        json_put_str(&j, "code", header->code);
    json_close(&j, '}');
    buf_putc(plain, '\n');
}

struct building {
    struct buf *plain;
    int64_t next;
    struct chain chain; /* of the last line that was put */
};

static enum err put_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct building *b = arg;
    if (line->number != b->next)
        return err_fail(e, ERR_DB, "entry %lld of the journal is missing", (long long)b->next);
    buf_put(b->plain, line->bytes, line->len);
    buf_putc(b->plain, '\n');
    b->chain = *line->chain;
    b->next++;
    return ERR_OK;
}

enum err batch_build(struct db *db, const struct device *me, const struct batch_header *header,
                     struct buf *plain, struct errctx *e)
{
    struct building b = {.plain = plain, .next = header->first};
    batch_write_header(header, plain);
    if (journal_read(db, header->first, header->last, put_line, &b, e) != ERR_OK)
        return e->kind;
    if (b.next != header->last + 1)
        return err_fail(e, ERR_DB, "entry %lld of the journal is missing", (long long)b.next);
    if (memcmp(b.chain.value, header->head.value, CHAIN_BYTES) != 0)
        return err_fail(e, ERR_INTERNAL, "the batch's head is not the chain value of its last entry");
    container_sign(plain, me);
    return ERR_OK;
}

/* Fills a block of BATCH_PREFIX_BYTES from its end; false when it is full. */
static bool put_before(char *block, size_t *start, const char *bytes, size_t len)
{
    size_t part = len < *start ? len : *start;
    *start -= part;
    memcpy(block + *start, bytes + len - part, part);
    return *start > 0;
}

enum err batch_prefix(struct db *db, int64_t first, struct buf *out, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, BACKWARDS, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":first", first);
    char *block = mem_alloc(BATCH_PREFIX_BYTES);
    size_t start = BATCH_PREFIX_BYTES;
    bool row = true;
    enum err result = ERR_OK;
    for (bool room = true; room;) {
        result = stmt_step(s, &row, e);
        if (result != ERR_OK || !row)
            break;
        size_t len = 0;
        const char *bytes = stmt_blob(s, 0, &len);
        room = put_before(block, &start, "\n", 1) && put_before(block, &start, bytes, len);
    }
    if (result == ERR_OK) {
        stmt_done(s);
        buf_put(out, block + start, BATCH_PREFIX_BYTES - start);
    }
    free(block);
    return result;
}

void batch_file_name(const struct batch_header *header, struct buf *out)
{
    char code[DEVICE_CODE_BYTES];
    buf_printf(out, "%s-%lld-%lld.alv", device_code_format(header->from, code), (long long)header->first,
               (long long)header->last);
}

/* --- reading ------------------------------------------------------------------------------------------- */

/* The key comes with entry 1, so that a batch can be checked before its device is known. */
static enum err read_key(const struct cJSON *header, struct batch_header *out, struct errctx *e)
{
    out->has_key = header_has(header, "key");
    if (out->has_key != (out->first == 1))
        return header_bad(e, "key");
    if (out->has_key &&
        (!header_hex(header, "key", out->key, KEY_BYTES) || device_number_of(out->key) != out->from))
        return header_bad(e, "key");
    return ERR_OK;
}

static enum err read_code(const struct cJSON *header, struct batch_header *out, struct errctx *e)
{
    if (!header_has(header, "code"))
        return ERR_OK;
    char exact[INVITATION_CODE_BYTES];
    struct errctx ignored;
    if (!header_text(header, "code", out->code, sizeof out->code) ||
        invitation_code_parse(out->code, exact, &ignored) != ERR_OK || strcmp(exact, out->code) != 0)
        return header_bad(e, "code");
    return ERR_OK;
}

enum err batch_read_header(const struct container *c, struct batch_header *out, struct errctx *e)
{
    *out = (struct batch_header){0};
    if (strcmp(c->kind, "batch/1") != 0)
        return err_fail(e, ERR_PROTOCOL, "bad-form: is a %s, not a batch", c->kind);
    const struct cJSON *header = c->header;
    if (!header_code(header, "from", &out->from))
        return header_bad(e, "from");
    if (!header_int(header, "first", 1, IDENT_MAX_NUMBER, &out->first))
        return header_bad(e, "first");
    if (!header_int(header, "last", out->first, IDENT_MAX_NUMBER, &out->last))
        return header_bad(e, "last");
    if (out->last - out->first >= BATCH_MAX_ENTRIES)
        return err_fail(e, ERR_PROTOCOL, "too-large: more than %d entries", BATCH_MAX_ENTRIES);
    if (!header_hex(header, "prev", out->prev.value, CHAIN_BYTES))
        return header_bad(e, "prev");
    if (!header_hex(header, "head", out->head.value, CHAIN_BYTES))
        return header_bad(e, "head");
    if (!header_int(header, "schema", 1, IDENT_MAX_NUMBER, &out->schema))
        return header_bad(e, "schema");
    if (!header_int(header, "at", 0, JSON_MAX_INT, &out->at))
        return header_bad(e, "at");
    if (read_key(header, out, e) != ERR_OK)
        return e->kind;
    return read_code(header, out, e);
}

struct walk {
    const struct batch_header *header;
    enum err (*each)(void *arg, const struct batch_entry *entry, struct errctx *e);
    void *arg;
    struct chain chain;
    char **pointer;
};

/* The pointer of a whole batch: the entry's number before the pointer into its line. */
static void point_into(const struct walk *w, int64_t number, const char *inner)
{
    if (!w->pointer)
        return;
    struct buf path = {0};
    buf_printf(&path, "/%lld%s", (long long)number, inner);
    *w->pointer = buf_steal(&path);
}

/* A chain begins with the device's own entry, and has no other. */
static bool is_in_place(const struct walk *w, int64_t number, const struct entry *entry)
{
    if (number != 1)
        return entry->op != OP_DEVICE;
    return entry->op == OP_DEVICE && memcmp(entry->key, w->header->key, KEY_BYTES) == 0;
}

static enum err walk_line(struct walk *w, int64_t number, const char *line, size_t len, struct errctx *e)
{
    struct entry entry;
    char *inner = NULL;
    if (entry_read(line, len, &entry, w->pointer ? &inner : NULL, e) != ERR_OK) {
        point_into(w, number, inner);
        free(inner);
        char words[ERR_TEXT_BYTES];
        memcpy(words, e->text, sizeof words);
        return err_fail(e, ERR_PROTOCOL, "bad-entry: %lld: %s", (long long)number, words);
    }
    enum err result = ERR_OK;
    if (!is_in_place(w, number, &entry)) {
        point_into(w, number, "/op");
        result = err_fail(e, ERR_PROTOCOL,
                          number == 1 ? "bad-entry: %lld: is not the entry of the device that signed"
                                      : N_("bad-entry: %lld: only entry 1 tells of the device"),
                          (long long)number);
    } else {
        chain_next(&w->chain, line, len);
        const struct batch_entry one = {
            .number = number, .bytes = line, .len = len, .chain = w->chain, .entry = &entry};
        if (w->each)
            result = w->each(w->arg, &one, e);
    }
    entry_done(&entry);
    return result;
}

enum err batch_walk(const struct container *c, const struct batch_header *header,
                    const struct chain *expected_prev,
                    enum err (*each)(void *arg, const struct batch_entry *entry, struct errctx *e), void *arg,
                    char **pointer, struct errctx *e)
{
    if (pointer)
        *pointer = NULL;
    if (memcmp(header->prev.value, expected_prev->value, CHAIN_BYTES) != 0)
        return err_fail(e, ERR_PROTOCOL, "bad-chain: entry %lld does not follow on what is held",
                        (long long)header->first);
    struct walk w = {.header = header, .each = each, .arg = arg, .chain = *expected_prev, .pointer = pointer};
    const char *at = c->lines;
    const char *line = NULL;
    size_t len = 0;
    int64_t number = header->first;
    for (; number <= header->last && container_next(c, &at, &line, &len); number++) {
        if (walk_line(&w, number, line, len, e) != ERR_OK)
            return e->kind;
    }
    if (number <= header->last || container_next(c, &at, &line, &len))
        return err_fail(e, ERR_PROTOCOL, "bad-form: holds fewer or more entries than its header says");
    if (memcmp(w.chain.value, header->head.value, CHAIN_BYTES) != 0)
        return err_fail(e, ERR_PROTOCOL, "bad-chain: the entries do not lead to the head that was signed");
    return ERR_OK;
}
